"""A pair of hands at the real window: they wait, press, type and choose as a person does, and take pictures.

Texts are committed like an input method commits them, so characters beyond U+FFFF go the same way as a worker's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QAction, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from desktop.tour.failure import TourFailure
from desktop.tour.meter import GapMeter
from desktop.tour.screen import HEIGHT, WIDTH
from desktop.ui.printing import PrintDialog
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.turns import turns
from desktop.ui.widgets.choices import ChoiceField, MultiChoice

T = TypeVar("T")

_SHORT_PAUSE: Final = 500
"""Milliseconds; pages wait this long at most before they draw what was typed."""
_PATIENCE: Final = 90.0
"""Seconds after which something that should have happened counts as not happening."""
_LOOK: Final = 8
"""Milliseconds between two looks at a condition."""


class Hands:
    """Everything the tour does at the screen goes through here. ``out`` takes the pictures."""

    def __init__(self, out: Path, meter: GapMeter) -> None:
        self._out = out
        self._meter = meter
        self._pictures = 0
        self._pool = ThreadPoolExecutor(1, "tour")
        self.bugs: list[BaseException] = []
        """What the program reported as a bug; none is ever passed over."""
        self._tasks: Tasks | None = None
        self.window: QWidget = QWidget()
        """The window in front."""

    # --- waiting

    def until(self, condition: Callable[[], object], what: str, seconds: float = _PATIENCE) -> None:
        """Let the window live until ``condition`` holds; raises TourFailure("…没有等到:what")."""
        end = time.monotonic() + seconds
        loop = QEventLoop()
        held = False

        def look() -> None:
            nonlocal held
            held = held or bool(condition())  # what held once counts, though something else may have begun since
            if self.bugs or held or time.monotonic() > end:
                loop.quit()

        timer = QTimer(loop)
        timer.setInterval(_LOOK)
        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if self.bugs:
            raise TourFailure(f"程序出了问题({what})") from self.bugs[0]
        if not held:
            self._save("没有等到", self.window)
            raise TourFailure(f"没有等到:{what}。窗口上写着:{' | '.join(self.words())}")

    def find(self, search: Callable[[], T | None], what: str) -> T:
        """Wait for something to be there, and answer it."""
        found: list[T] = []

        def look() -> bool:
            one = search()
            found[:] = [] if one is None else [one]
            return bool(found)

        self.until(look, what)
        return found[0]

    def quiet(self) -> None:
        """Wait until what the window is about to do is done, and all questions to the store are answered."""
        tasks = self._tasks
        if tasks is None:
            return
        for _ in range(2):
            self.until(lambda: not self._is_about_to(), "窗口把要画的画完")
            self._answered(tasks, Lane.WRITE)
            self._answered(tasks, Lane.READ)

    def _answered(self, tasks: Tasks, lane: Lane) -> None:
        arrived: list[int] = []
        tasks.run(tasks, lambda: 1, arrived.append, lane=lane)
        self.until(lambda: arrived, "本机答复")

    def _is_about_to(self) -> bool:
        """Whether a page is being filled, or waits for a pause in typing before it asks or draws something."""
        if turns().is_waited_for:
            return True
        with self._meter.left_out():
            timers = self.window.findChildren(QTimer)
            return any(one.isActive() and one.isSingleShot() and one.interval() <= _SHORT_PAUSE for one in timers)

    def settle(self) -> None:
        """Let what is under way on the screen finish."""
        for _ in range(3):
            QCoreApplication.processEvents()

    def meanwhile(self, work: Callable[[], T]) -> T:
        """Do something outside the window (the county) while the window lives on."""
        future: Future[T] = self._pool.submit(work)
        self.until(future.done, "县里的一步", 300)
        return future.result()

    # --- doing

    def press(self, button: QAbstractButton | QAction) -> None:
        """Press a button or an action that can be pressed now."""
        words = button.text()
        self.until(button.isEnabled, f"“{words}”能按")
        if isinstance(button, QAction):
            button.trigger()
        else:
            if not button.isVisible():
                raise TourFailure(f"“{words}”不在窗口上")
            button.click()
        self.settle()

    def press_words(self, inside: QWidget, words: str) -> None:
        """Press the visible button whose text begins with ``words``."""

        def look() -> QAbstractButton | None:
            with self._meter.left_out():
                return button_with(inside, words)

        self.press(self.find(look, f"按钮“{words}”"))

    def type_in(self, field: QLineEdit | QPlainTextEdit, text: str) -> None:
        """Go to a field and type over what stands there."""
        field.setFocus(Qt.FocusReason.TabFocusReason)
        field.selectAll()
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(field, event)
        self.settle()

    def key(
        self, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press one key in a widget."""
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, int(key), modifiers))
        self.settle()

    def choose(self, field: ChoiceField[T], value: T) -> None:
        """Choose one option by hand."""
        for widget in field.inputs():
            if isinstance(widget, QComboBox):
                _choose_in_list(widget, field, value)
            elif isinstance(widget, QRadioButton):
                widget.click()
            if field.value() == value:
                break
        self.settle()
        if field.value() != value:
            raise TourFailure(f"选不到:{value}")

    def tick(self, field: MultiChoice[T], values: Sequence[T]) -> None:
        """Tick exactly these options, one after the other."""
        for widget in field.inputs():
            if isinstance(widget, QAbstractButton):
                before = set(field.value())
                widget.click()
                (changed,) = before ^ set(field.value())
                if (changed in values) != (changed in set(field.value())):
                    widget.click()
                self.settle()

    @contextmanager
    def printing(self, picture: str = "") -> Iterator[None]:
        """What is done in here opens the print dialog and waits for it; it is answered with 打印."""
        answered: list[bool] = []
        failed: list[TourFailure] = []

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, PrintDialog) or answered:
                return
            answered.append(True)
            try:
                self.until(dialog.go.isEnabled, "打印机")
                if picture:
                    self.picture(picture, dialog)
                dialog.go.click()
            except TourFailure as failure:
                failed.append(failure)
                dialog.reject()

        timer = QTimer()
        timer.setInterval(_LOOK)
        timer.timeout.connect(look)
        timer.start()
        try:
            yield
            self.until(lambda: answered, "打印对话框")
        finally:
            timer.stop()
            self.window.activateWindow()
            self.settle()
        if failed:
            raise failed[0]

    # --- looking

    def show(self, window: QWidget, tasks: Tasks) -> None:
        """From now on this is the window in front, at the size of a laptop's screen; ``tasks`` work for it."""
        self.window, self._tasks = window, tasks
        if (window.width(), window.height()) != (WIDTH, HEIGHT):
            window.showNormal()
            window.resize(WIDTH, HEIGHT)
        window.activateWindow()
        self.settle()

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Save what the window shows as ``NN-name.png``."""
        self.quiet()
        self.settle()
        self._save(name, widget or self.window)

    def words(self) -> list[str]:
        """The sentences that the window shows now."""
        with self._meter.left_out():
            labels = self.window.findChildren(QLabel)
            return [one.text() for one in labels if one.isVisible() and one.text().strip()]

    def reads(self, *parts: str) -> bool:
        """Whether the window shows all of this."""
        text = "\n".join(self.words())
        return all(part in text for part in parts)

    def _save(self, name: str, widget: QWidget) -> None:
        self._pictures += 1
        with self._meter.paused():
            widget.grab().save(str(self._out / f"{self._pictures:02}-{name}.png"))

    def close(self) -> None:
        """Let go."""
        self._pool.shutdown()


def button_with(inside: QWidget, words: str) -> QAbstractButton | None:
    """The visible button below ``inside`` whose text, without its mnemonic, begins with ``words``."""
    for one in inside.findChildren(QAbstractButton):
        if one.isVisible() and one.text().replace("&", "").startswith(words):
            return one
    return None


def _choose_in_list(combo: QComboBox, field: ChoiceField[T], value: T) -> None:
    for number in range(combo.count()):
        combo.setCurrentIndex(number)
        if field.value() == value:
            combo.activated.emit(number)
            return
