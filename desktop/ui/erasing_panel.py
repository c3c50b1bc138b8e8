"""删除: what goes and what stays at the left; the reason, the name to type and the one button at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.erasing_plan import Ground, Outlook
from desktop.ui.erasing_words import Reason, Row, outlook_rows
from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class ErasingPanel(QWidget):
    """Erasing cannot be undone, so it takes three steps of its own: a reason, the person's name typed, a press.

    Who is meant is the owner's affair: ``begin`` is given what was found out about them. ``is_narrow`` beside something
    else, where there is no room for a third column.
    """

    decided = Signal(object)
    """The chosen ``Reason``; the name was typed."""
    given_up = Signal()
    """Esc or 不删了; after an erasure: back to work."""
    sync_asked = Signal()
    """After an erasure: to where the county hears of it."""

    def __init__(
        self,
        reasons: Sequence[Reason],
        *,
        is_practice: bool,
        is_narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_narrow = is_narrow
        self._is_practice = is_practice
        self._outlook: Outlook | None = None
        self._facts = Facts()
        self.told = label(wrap=True)
        self.reason: ChoiceField[Reason] = ChoiceField([(one, one.words) for one in reasons])
        self.name = TextField()
        self._form = Form(1)
        self._form.add(self.tr("为什么删"), self.reason, note=self.tr("原因会留在日志里，报给县里；不写姓名。"))
        self._form.add(self.tr("打出姓名，确认删的是这个人"), self.name)
        self._missing = label(kind="soft", wrap=True)
        self.erase = button(self.tr("删除，不能恢复"), self._decide, Icon.DELETE)
        self.back = button(self.tr("不删了（Esc）"), self.given_up.emit)
        self.sync = button(self.tr("去同步"), self.sync_asked.emit, Icon.SYNC)
        self._what, self._why = Card(), Card()
        self._what.add(self.told)
        self._what.add(self._facts)
        self._what.body.addStretch(1)
        self._why.set_title(self.tr("原因和确认"))
        self._why.add(self._form)
        self._why.add(self._missing)
        self._why.add(Flow([self.erase, self.sync, self.back]))
        self._why.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Columns([self._what, self._why], [4, 3], enough=860))
        column.addStretch(1)
        self.reason.changed.connect(self._on_reason)
        self.name.changed.connect(self._show_ready)

    def wait(self, title: str) -> None:
        """Until it is known what an erasure would come to."""
        self._show(title, self.tr("正在查会删掉什么……"), ())
        self._ask(None)

    def begin(self, title: str, outlook: Outlook) -> None:
        """Show what is known and ask for the reason."""
        self._show(title, "", ())
        self._ask(outlook)
        tail = self.tr("姓名打不出来的，打证件号后四位也行。") if outlook.tail else ""
        self._form.show_hint(self.name, self.tr("请打：{name}。").format(name=outlook.name) + tail)
        only = self._reasons_of_one_ground()
        self._show_facts(only)

    def focus_first(self) -> None:
        """To the first question."""
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, title: str, words: str) -> None:
        """It cannot be erased now, and why."""
        self._show(title, words, ())
        self._ask(None)

    def show_done(self, title: str, rows: Sequence[Row], back: str) -> None:
        """What was done. Nothing in it names anybody any more."""
        self._outlook = None
        self.reason.set_value(None)
        self.name.set_value("")
        self._form.show_hint(self.name, "")
        self._form.hide()
        self.erase.hide()
        self._missing.setText(self.tr("同步一次，县里和同事那边才会跟着删掉。"))
        self._missing.setVisible(not self._is_practice)
        self.sync.setVisible(not self._is_practice)
        self._why.set_title(self.tr("接下来"))
        self.back.setText(back)
        self.back.setEnabled(True)
        self._show(title, "", rows)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self) -> None:
        """While it is being done."""
        for widget in (self.reason, self.name, self.erase, self.back):
            widget.setEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.back.isEnabled():
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def _ask(self, outlook: Outlook | None) -> None:
        """The half with the questions, empty; ``None`` where there is nothing to decide."""
        self._outlook = outlook
        self.reason.set_value(None)
        self.name.set_value("")
        for widget in (self.reason, self.name, self.back):
            widget.setEnabled(True)
        self._why.set_title(self.tr("原因和确认") if outlook is not None else self.tr("接下来"))
        self.back.setText(self.tr("不删了（Esc）"))
        self._form.setVisible(outlook is not None)
        self.erase.setVisible(outlook is not None)
        self.sync.hide()
        self._show_ready()

    def _show(self, title: str, told: str, rows: Sequence[Row]) -> None:
        self._what.set_title(title)
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self._show_rows(rows)

    def _reasons_of_one_ground(self) -> Ground | None:
        """The ground, where every reason has the same and nothing depends on the choice."""
        grounds = {one.ground for one in self._all_reasons()}
        return grounds.pop() if len(grounds) == 1 else None

    def _all_reasons(self) -> list[Reason]:
        return list(self.reason.options())

    def _on_reason(self) -> None:
        reason = self.reason.value()
        self._show_facts(reason.ground if reason is not None else None)
        self._show_ready()

    def _show_facts(self, ground: Ground | None) -> None:
        outlook = self._outlook
        if outlook is None:
            return
        # Before a reason is chosen the least that may be erased is shown: a right leaves what the law has kept.
        foreseen = outlook.grounds[ground or Ground.RIGHT]
        self._show_rows(outlook_rows(outlook, foreseen, is_practice=self._is_practice))

    def _show_rows(self, rows: Sequence[Row]) -> None:
        if self._is_narrow:
            rows = [(name, f"{value}。{remark}", "") for name, value, remark in rows]
        self._facts.show_facts(rows)
        self._facts.setVisible(bool(rows))

    def _is_named(self) -> bool:
        outlook, typed = self._outlook, self.name.value()
        return outlook is not None and bool(typed) and typed in (outlook.name, outlook.tail)

    def _show_ready(self) -> None:
        is_reasoned, is_named = self.reason.value() is not None, self._is_named()
        self.erase.setEnabled(is_reasoned and is_named)
        if is_reasoned and is_named:
            words = self.tr("都齐了。按下去就删，不能恢复。")
        elif self.name.value() and not is_named:
            words = self.tr("打的和要删的人还对不上。")
        elif is_named:
            words = self.tr("还要选原因。")
        else:
            words = self.tr("还要打出姓名。") if is_reasoned else self.tr("还要选原因、打出姓名。")
        self._missing.setText(words)
        self._missing.setVisible(self._outlook is not None)

    def _decide(self) -> None:
        reason = self.reason.value()
        if reason is not None and self._is_named():
            self.decided.emit(reason)
