"""Signing on the screen (屏幕签名): the whole window is handed to one person for one signature, and says what for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.screen_signing import ScreenRole, Turn
from desktop.domain.strokes import Strokes, strokes_problem
from desktop.ui.icons import Icon
from desktop.ui.messages.screen import MESSAGES
from desktop.ui.tokens import GAP, MARGIN
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import scrolled
from desktop.ui.widgets.signing_pad import SigningPad


@dataclass(frozen=True, slots=True)
class ToSign:
    """What stands above the pad: whose turn it is, to whom, and the boxes in words."""

    turn: Turn
    recipient: str
    """In words, with its purpose; "" where the signature is for the whole sheet."""
    agreed: Sequence[str]
    refused: Sequence[str]
    beside: str = ""
    """What else is on the form, in words; "" where nothing is."""


class SigningDialog(QDialog):
    """One signature. Closing it, by Escape too, signs nothing; what was written goes with it."""

    signed = Signal(Strokes)
    refused = Signal()
    """The person does not agree after all: nothing goes to this recipient."""

    def __init__(self, to_sign: ToSign, parent: QWidget) -> None:
        super().__init__(parent)
        self._to_sign = to_sign
        name = to_sign.turn.name
        self.setWindowTitle(self.tr("屏幕签名"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(parent.window().size() * 0.96)
        self.pad = SigningPad(self)
        self.pad.hint = self.tr("请 {name} 在这里写名字").format(name=name)
        self.problem = label(kind="problem", wrap=True)
        self.done_button = primary_button(self.tr("签好了"), self._on_done, Icon.CHECK)
        self.undo = button(self.tr("撤销上一笔(&Z)"), self.pad.undo, Icon.UNDO)
        self.clear = button(self.tr("清空重写(&C)"), self.pad.clear, Icon.DELETE)
        self.leave = button(self.tr("先不签（Esc）"), self.reject, Icon.BACK)
        self.no = button(self.tr("我不同意，不签"), self._on_refused, Icon.REFUSED)
        self.no.setVisible(to_sign.turn.role.agrees)
        self.pad.changed.connect(self._show_state)
        self._lay_out()
        self._show_state()
        self.leave.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(label(self._title(), "title", wrap=True))
        words = QWidget()
        lines = QVBoxLayout(words)
        lines.setContentsMargins(0, 0, 0, 0)
        for text in self._lines():
            lines.addWidget(label(text, "signing", wrap=True))
        # As high as the words are, so that all of them are seen before anything is written.
        words.ensurePolished()
        height = lines.heightForWidth(self.width() - 2 * MARGIN - 24)
        lines.addStretch(1)
        area = scrolled(words, self)
        area.setFixedHeight(min(height + 24, self.height() // 2))
        column.addWidget(area)
        column.addWidget(self.pad, 1)
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for each in (self.undo, self.clear):
            row.addWidget(each)
        row.addStretch(1)
        for each in (self.leave, self.no, self.done_button):
            row.addWidget(each)
        column.addLayout(row)

    def _title(self) -> str:
        turn = self._to_sign.turn
        if turn.role.agrees:
            return self.tr("{name} 签给：{recipient}").format(name=_with_role(turn), recipient=self._to_sign.recipient)
        return self.tr("{name} 签名").format(name=_with_role(turn))

    def _lines(self) -> list[str]:
        to_sign = self._to_sign
        agreed, refused = self.tr("、").join(to_sign.agreed), self.tr("、").join(to_sign.refused)
        if not to_sign.turn.role.agrees:
            lines = [
                self.tr("签名就是说：上面说的都当面讲过，本人（监护人）是自己签的、自愿的。"),
                self.tr("同意的：{items}").format(items=agreed or self.tr("没有")),
            ]
            return [*lines, self.tr("不同意的：{items}").format(items=refused)] if refused else lines
        lines = [self.tr("同意告诉他们：{items}。").format(items=agreed)]
        if refused:
            lines.append(self.tr("不告诉他们：{items}。").format(items=refused))
        if to_sign.beside:
            lines.append(self.tr("表上还写着：{items}。").format(items=to_sign.beside))
        lines.append(
            self.tr("签名就是说：听明白了，自愿同意上面这几项。除此以外，什么都没有同意。这个签名只给这一家。")
        )
        lines.append(self.tr("不签、不同意，都不影响政府救助；签了以后随时可以撤回。"))
        return lines

    def _show_state(self) -> None:
        self.problem.setText("")
        for each in (self.undo, self.clear):
            each.setEnabled(not self.pad.is_empty)

    def _on_done(self) -> None:
        strokes = self.pad.strokes()
        problem = strokes_problem(strokes)
        if problem:
            message = MESSAGES[f"screen.{problem}"]
            self.problem.setText(message.what.format(name=self._to_sign.turn.name) + message.action)
            return
        self.signed.emit(strokes)
        self.accept()

    def _on_refused(self) -> None:
        self.refused.emit()
        self.reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter signs nothing by accident: the finger on the key may be the worker's.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.done_button is not self.focusWidget():
            event.ignore()
            return
        super().keyPressEvent(event)


def _with_role(turn: Turn) -> str:
    said = {
        ScreenRole.PERSON: "",
        ScreenRole.GUARDIAN: "监护人 ",
        ScreenRole.WITNESS: "见证人 ",
        ScreenRole.WORKER: "经办人 ",
        ScreenRole.SECOND_WORKER: "第二经办人 ",
    }
    return said[turn.role] + turn.name
