"""停用的旧库: what restores and salvages left, since when and why, when it goes, and where a person has to decide."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import former_stores
from desktop.services.application import Application
from desktop.services.former_stores import DropReason, FormerStore
from desktop.ui.former_store_words import REASONS, asking_words, rows
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label


class FormerStoresCard(Card):
    """Hidden while there is none. Deciding takes a reason and a second press; nothing else deletes anything here."""

    changed = Signal(object)
    """The kinds of records that were written."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("停用的旧库"))
        self._tasks = tasks
        self._application = application
        self._asked: FormerStore | None = None
        self.words = label(
            self.tr("恢复或抢救以后，原来的库留在旁边备用，一样是加密的。它里面还有后来删掉的内容，用不着了就清掉。"),
            "soft",
            wrap=True,
        )
        self.facts = Facts()
        self.decide = button(self.tr("不留了…"), self._ask, Icon.DELETE, parent=self)
        self.question = label(wrap=True)
        self.reason: ChoiceField[DropReason] = ChoiceField(REASONS, parent=self)
        self.reason.changed.connect(self._show_ready)
        self.go = button(self.tr("删掉这个旧库，不能恢复"), self._drop, Icon.DELETE, parent=self)
        self.back = button(self.tr("还是留着"), self._leave, parent=self)
        self.asking = Flow([self.go, self.back])
        self.result = label(wrap=True)
        for widget in (self.words, self.facts, self.decide, self.question, self.reason, self.asking, self.result):
            self.add(widget)
        self.result.hide()
        self._leave()
        self.hide()

    def refresh(self) -> None:
        """Read again what there is."""
        self._tasks.run(self, lambda: former_stores.listed(self._application), self._show)

    def _show(self, found: tuple[FormerStore, ...]) -> None:
        self.facts.show_facts(rows(found))
        self._asked = next((one for one in found if one.may_drop), None)
        if self._asked is None or self.question.isHidden():
            self._leave()
        self.setVisible(bool(found) or not self.result.isHidden())

    def _ask(self) -> None:
        if self._asked is None:
            return
        self.question.setText(asking_words(self._asked))
        self.reason.set_value(None)
        self._set_asking(is_asking=True)
        self._show_ready()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        self._set_asking(is_asking=False)

    def _set_asking(self, *, is_asking: bool) -> None:
        for widget in (self.question, self.reason, self.asking):
            widget.setVisible(is_asking)
        self.decide.setVisible(not is_asking and self._asked is not None)

    def _show_ready(self) -> None:
        self.go.setEnabled(self.reason.value() is not None)

    def _drop(self) -> None:
        asked, reason = self._asked, self.reason.value()
        if asked is None or reason is None:
            return
        self.go.setEnabled(False)
        self._tasks.run(
            self,
            lambda: former_stores.drop(self._application, asked.store, reason),
            lambda _: self._on_dropped(),
            self._on_failure,
            lane=Lane.OUTSIDE,
        )

    def _on_dropped(self) -> None:
        self._asked = None
        self._leave()
        self._say(self.tr("旧库删掉了，日志里记下了。"))
        self.changed.emit(frozenset({"vault"}))
        self.refresh()

    def _on_failure(self, error: UserFacingError) -> None:
        self._leave()
        self._say(word(error).sentence())
        self.refresh()

    def _say(self, words: str) -> None:
        self.result.setText(words)
        self.result.show()
