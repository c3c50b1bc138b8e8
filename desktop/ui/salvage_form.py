"""抢救资料: the list of what a damaged vault has lost, and the worker's yes. Shown at the locked door."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.file_choice import choose_folder
from desktop.ui.login_form import Credentials
from desktop.ui.messages import word
from desktop.ui.messages.salvage_words import ORIGINS_TITLE, STEPS, list_words, origin_words, summary_words
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.labels import label

if TYPE_CHECKING:  # loading the services takes longer than showing the door
    from desktop.services.salvage import Salvage
    from desktop.ui.login_window import LoginWindow

_MOST_LINES = 400
"""A longer list is told in full by ``zoucun vault salvage``."""


class SalvageForm(QWidget):
    """Reads first, then shows the list; nothing is in use before the second button was pressed."""

    done = Signal(str)
    """The new store is in use; what to say at the door."""
    left = Signal()
    """Not now: nothing was changed."""
    _stepped = Signal(str)

    def __init__(self, tasks: Tasks, home: Path, credentials: Credentials, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._home = home
        self._credentials: Credentials | None = credentials
        self._held = ExitStack()
        self._found: Salvage | None = None
        self._sources: tuple[Path, ...] | None = None
        self.state = label(wrap=True)
        self.lines = QWidget(self)
        self._column = QVBoxLayout(self.lines)
        self._column.setContentsMargins(0, 0, 8, 0)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setMinimumHeight(200)
        self.area.setMaximumHeight(320)  # the two buttons stay in sight at 1366×768
        self.area.setAccessibleName(self.tr("清单"))
        self.area.setWidget(self.lines)
        self.area.hide()
        self.note = label(
            self.tr(
                "启用后在新库里接着工作，损坏的旧库原样留在旁边。日志里会写明缺了哪几条、哪些从哪里补回，县里也看得到。"
                "有存着备份的 U 盘，先插上，用它再补一遍。"
            ),
            "soft",
            wrap=True,
        )
        self.note.hide()
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        self.go = primary_button(self.tr("看过了，启用新库(&Y)"), self._accept, parent=self)
        self.go.setEnabled(False)
        self.back = button(self.tr("先不启用(&B)"), self._leave, parent=self)
        row = QHBoxLayout()
        self.stick = button(self.tr("用 U 盘补(&U)"), self._choose_stick, parent=self)
        self.stick.setEnabled(False)
        row.addWidget(self.back)
        row.addWidget(self.stick)
        row.addStretch(1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.state, self.area, self.note, self.problem):
            column.addWidget(widget)
        column.addLayout(row)
        self._stepped.connect(self._show_step)
        self.setFocusProxy(self.back)

    @property
    def shows_list(self) -> bool:
        """Whether the list is on the screen: it names people, and the vault's key is held for it."""
        return self._found is not None and self.isVisible()

    def start(self) -> None:
        """Read what can be read; takes some seconds."""
        credentials = self._credentials
        if credentials is None:
            return
        self._show_step("copying")
        self.back.setEnabled(False)
        self._tasks.run(self, lambda: self._read(credentials), self._show, self._on_failure, lane=Lane.OUTSIDE)

    def _read(self, credentials: Credentials) -> Salvage:
        from desktop.services import door
        from desktop.services.salvage import salvaging

        card = credentials.device_card or door.practice_card_of(self._home, credentials.worker)
        entering = salvaging(
            self._home,
            credentials.worker,
            credentials.password,
            card,
            sources=self._sources,
            step=self._stepped.emit,
        )
        return self._held.enter_context(entering)

    def _show_step(self, step: str) -> None:
        self.state.setText(STEPS.get(step, "") + "…")

    def _show(self, found: Salvage) -> None:
        self._found = found
        self.state.setText(summary_words(found.lines, found.entries))
        self._clear()
        self._column.addWidget(label(ORIGINS_TITLE, "field", wrap=True))
        for line in origin_words(found.origins):
            self._column.addWidget(label("· " + line, wrap=True))
        shown = 0
        for title, lines in list_words(found.lines):
            self._column.addWidget(label(title, "field", wrap=True))
            for line in lines[: max(0, _MOST_LINES - shown)]:
                self._column.addWidget(label("· " + line, wrap=True))
            shown += len(lines)
        if shown > _MOST_LINES:
            rest = self.tr("还有 {count} 行，完整清单可用命令 zoucun vault salvage 查看。")
            self._column.addWidget(label(rest.format(count=shown - _MOST_LINES), "soft", wrap=True))
        self._column.addStretch(1)
        self.area.show()
        self.note.show()
        self.problem.hide()
        for each in (self.back, self.stick, self.go):
            each.setEnabled(True)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        while self._column.count():
            gone = self._column.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()

    def _choose_stick(self) -> None:
        chosen = choose_folder(self, self.tr("选择 U 盘"))
        if chosen is not None:
            self.use_stick(chosen)

    def use_stick(self, chosen: Path) -> None:
        """Make the list again, with the backups of this vault in a folder that was chosen."""
        credentials = self._credentials
        if credentials is None:
            return
        self._set_busy()

        def read() -> Salvage:
            from desktop.services.salvage import backups_in

            self._sources = backups_in(self._home, credentials.worker, chosen)
            self._found = None  # what it offers goes with the next line
            self._held.close()
            return self._read(credentials)

        self._tasks.run(self, read, self._show, self._on_failure, lane=Lane.OUTSIDE)

    def _set_busy(self) -> None:
        for each in (self.back, self.stick, self.go):
            each.setEnabled(False)

    def _accept(self) -> None:
        found = self._found
        if found is None:
            return
        self._credentials = None
        self._set_busy()

        def accept() -> None:
            found.accept(found.digest)
            self._held.close()

        words = self.tr("新库已启用，请打开后尽快同步。损坏的旧库先原样留着。")
        words += "".join(f"{line}。" for line in origin_words(found.origins))
        self._tasks.run(self, accept, lambda _: self.done.emit(words), self._on_failure, lane=Lane.OUTSIDE)

    def _leave(self) -> None:
        self._credentials = None
        self._set_busy()
        self._tasks.run(self, self._held.close, lambda _: self.left.emit(), self._on_failure, lane=Lane.OUTSIDE)

    def _on_failure(self, error: UserFacingError) -> None:
        self.state.setText("")
        self.problem.setText(word(error).sentence())
        self.problem.show()
        self.back.setEnabled(True)
        self.go.setEnabled(self._found is not None)
        self.stick.setEnabled(self._credentials is not None)


class SalvageAtTheDoor(QObject):
    """Leads from the login form to the list and back."""

    def __init__(self, window: LoginWindow, tasks: Tasks, home: Path) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._home = home
        self.form: SalvageForm | None = None
        window.form.salvage_asked.connect(self.begin)

    def begin(self, credentials: Credentials) -> None:
        """Show the list of this worker's vault."""
        self.form = SalvageForm(self._tasks, self._home, credentials)
        self.form.left.connect(lambda: self._end(""))
        self.form.done.connect(self._end)
        self._window.show_form(
            self.form,
            self.tr("抢救资料"),
            self.tr("先看清单，再决定。在您同意之前，什么也不会改动；损坏的旧库始终不动。"),
        )
        self.form.start()

    def _end(self, words: str) -> None:
        self._window.show_start()
        if words:
            self._window.tell(words)
