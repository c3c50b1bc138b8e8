"""What may lie on the clipboard, how it is marked, and for how long.

Numbers of documents, phones and accounts are not copied at all: what is on the clipboard every program of the session
can read, and clipboard managers write it to the disk. Other text goes out with the marks that clipboard managers and
Windows' clipboard history obey (those of KeePassXC's ``src/gui/Clipboard.cpp``) and is gone half a minute later.

A change is looked at within the call that made it, before the event loop could hand the content to anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QAction, QClipboard, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QToolTip

CLEARED_AFTER: Final = 30
"""Seconds our text stays on the clipboard."""
MARKS: Final = {
    "x-kde-passwordManagerHint": b"secret",
    "ExcludeClipboardContentFromMonitorProcessing": b"1",
    "Clipboard Viewer Ignore": b"1",
    "CanIncludeInClipboardHistory": bytes(4),
    "CanUploadToCloudClipboard": bytes(4),
}
"""Formats beside the text: Klipper and others on Linux; the rest is Windows', where four zero bytes mean no."""
_GAP: Final = r"[\s -]?"
_NUMBERS: Final = re.compile(
    rf"(?:\d\s?){{14}}[\dXx]|(?<!\d)1[3-9](?:{_GAP}\d){{9}}(?!\d)|(?<!\d)0\d{{2,3}}{_GAP}\d{{7,8}}(?!\d)"
)
"""Fifteen digits and more (resident numbers, accounts); mobile phones; telephones with their area code."""
_COPYING: Final = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.DeleteEndOfLine,  # Qt copies what it deletes here
)


def holds_number(text: str) -> bool:
    """Whether a text holds a number by which a person or an account is known."""
    return _NUMBERS.search(text.translate(_FULL_WIDTH)) is not None


_FULL_WIDTH: Final = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("Ｘ"): "X", ord("－"): "-"}


class ClipboardGuard(QObject):
    """Marks and clears what this process puts on the clipboard.

    ``owns`` says whether the content of a mode is this process's own; where none is given the system is asked.
    """

    refused = Signal()
    """A number was about to be copied, and was not."""

    def __init__(
        self,
        seconds: float = CLEARED_AFTER,
        owns: Callable[[QClipboard.Mode], bool] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._owns = owns or self._ask_system
        self._ours = ""
        self._is_setting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(seconds * 1000))
        self._timer.timeout.connect(self.clear)
        self._clipboard.changed.connect(self._on_changed)

    def clear(self) -> None:
        """Take our text off the clipboard, if it is still there; what others put there stays."""
        self._timer.stop()
        ours, self._ours = self._ours, ""
        if ours and self._clipboard.text() == ours:
            self._set(None)

    def _on_changed(self, mode: QClipboard.Mode) -> None:
        if self._is_setting:
            return
        if mode is QClipboard.Mode.Selection and self._owns(mode):
            # X11 takes whatever is merely selected; nobody asked for that.
            self._clipboard.clear(QClipboard.Mode.Selection)
        if mode is QClipboard.Mode.Clipboard and self._owns(mode):
            self._look_at_copy(self._clipboard.text())

    def _ask_system(self, mode: QClipboard.Mode) -> bool:
        is_selection = mode is QClipboard.Mode.Selection
        return self._clipboard.ownsSelection() if is_selection else self._clipboard.ownsClipboard()

    def _look_at_copy(self, text: str) -> None:
        if holds_number(text):
            self._set(None)
            self.refused.emit()
        elif text:
            self._ours = text
            self._set(_marked(text))
            self._timer.start()

    def _set(self, content: QMimeData | None) -> None:
        self._is_setting = True
        try:
            if content is None:
                self._clipboard.clear()
            else:
                self._clipboard.setMimeData(content)
        finally:
            self._is_setting = False


def _marked(text: str) -> QMimeData:
    content = QMimeData()
    content.setText(text)
    for name, value in MARKS.items():
        content.setData(name, QByteArray(value))
    return content


def keep_private(field: QLineEdit) -> None:
    """Let nothing be copied, cut or dragged out of ``field``, not even a part of it; pasting into it goes on."""
    field.setDragEnabled(False)
    field.installEventFilter(_PrivateField(field))


class _PrivateField(QObject):
    """Stands before a field whose content is not copied."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if any(event.matches(key) for key in _COPYING):
                self._explain()
                return True
        elif isinstance(event, QContextMenuEvent):
            self._show_menu(event)
            return True
        return False

    def _explain(self) -> None:
        words = QCoreApplication.translate("PrivateField", "为防泄露，这一格的内容不能复制到剪贴板。")
        QToolTip.showText(self._field.mapToGlobal(self._field.rect().bottomLeft()), words, self._field)

    def _show_menu(self, event: QContextMenuEvent) -> None:
        menu = self._field.createStandardContextMenu()
        for action in copying_actions(menu.actions()):
            menu.removeAction(action)
        menu.popup(event.globalPos())
        menu.aboutToHide.connect(menu.deleteLater)


def copying_actions(actions: list[QAction]) -> list[QAction]:
    """Those of Qt's standard menu that copy; they have had these names since Qt 5."""
    return [action for action in actions if action.objectName() in ("edit-copy", "edit-cut")]
