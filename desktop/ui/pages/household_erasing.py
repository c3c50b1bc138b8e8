"""删除个人信息 on a household's page: who of the household, then the panel, then what was done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import backups, erasing, erasing_plan
from desktop.services.application import Application, Done
from desktop.services.backups import BackupState
from desktop.services.erasing import Erasure
from desktop.services.erasing_plan import Outlook
from desktop.services.people import ResidentView
from desktop.ui.erasing_panel import ErasingPanel
from desktop.ui.erasing_words import PERSON_REASONS, Reason, done_rows
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.layouts import empty


class HouseholdErasing(QWidget):
    """In place of the page while somebody decides; nothing modal."""

    erased = Signal(object)
    """``Done[Erasure]``: everything that shows this person has to be read anew."""
    closed = Signal()
    """Back to the household, or to all households where it went too."""

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._names: dict[str, str] = {}
        self._resident = ""
        self.who: ChoiceField[str] | None = None
        self._choice = Card(self.tr("删除谁的个人信息"), self.tr("一次一个人"))
        self._place = QVBoxLayout()
        self._choice.body.addLayout(self._place)
        self._give_up = button(self.tr("不删了（Esc）"), self.closed.emit, parent=self._choice)
        self._choice.body.addWidget(self._give_up, 0, Qt.AlignmentFlag.AlignLeft)
        self.panel = ErasingPanel(PERSON_REASONS, is_practice=application.practice)
        self.withdraw = button(self.tr("去办撤回"), self._go_withdraw, Icon.UNDO)
        self.withdraw.hide()
        self._choice.hide()
        self.panel.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._choice)
        column.addWidget(self.panel)
        column.addWidget(self.withdraw, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.panel.decided.connect(self._erase)
        self.panel.given_up.connect(self.closed)
        self.panel.sync_asked.connect(self._go_sync)

    def begin(self, members: Sequence[ResidentView]) -> None:
        """Ask who, or go straight on where there is one member only."""
        self._names = {one.resident: one.name.name for one in members}
        empty(self._place)
        self.who = None
        self.withdraw.hide()
        self.panel.hide()
        self._give_up.setVisible(len(members) > 1)
        self._choice.setVisible(len(members) > 1)
        if len(members) == 1:
            self._look(members[0].resident)
            return
        self.who = ChoiceField([(one.resident, _member_words(one)) for one in members])
        for box in self.who.inputs():
            box.setAccessibleDescription(self.tr("删除谁的个人信息"))
        self.who.changed.connect(self._on_chosen)
        self._place.addWidget(self.who)
        self.who.show()  # by itself it would be shown a turn later, too late for the focus
        self.who.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.panel.back.isEnabled():
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _on_chosen(self) -> None:
        chosen = self.who.value() if self.who is not None else None
        if chosen is not None:
            self._look(chosen)

    def _look(self, resident: str) -> None:
        self._resident = resident
        self.withdraw.hide()
        self._give_up.hide()  # the panel has its own
        self.panel.wait(self._title())
        self.panel.show()

        def show(found: Outlook) -> None:
            if resident == self._resident:
                self.panel.begin(self._title(), found)
                if self.who is None:  # else whoever goes through the names by arrow keys is not torn away
                    self.panel.focus_first()

        def refuse(error: UserFacingError) -> None:
            if resident == self._resident:
                self.panel.refuse(self._title(), word(error).sentence())
                self.withdraw.setVisible(error.code == "erasing.withdraw-first")

        self._page.run(lambda: erasing_plan.outlook(self._application, resident), show, refuse)

    def _title(self) -> str:
        return self.tr("删除{name}的个人信息").format(name=self._names.get(self._resident, ""))

    def _erase(self, reason: Reason) -> None:
        application, resident = self._application, self._resident

        def erase() -> tuple[Done[Erasure], BackupState]:
            done = erasing.erase_resident(application, resident, reason.ground, reason.words)
            return done, backups.backup_state(application)

        self.panel.set_busy()
        self._page.run(erase, self._on_erased, self._on_refused, lane=Lane.WRITE)

    def _on_refused(self, error: UserFacingError) -> None:
        self.panel.refuse(self._title(), word(error).sentence())

    def _on_erased(self, result: tuple[Done[Erasure], BackupState]) -> None:
        done, held = result
        self._resident, self._names = "", {}
        empty(self._place)
        self.who = None
        self._choice.hide()
        rows = done_rows(done.value, held, is_practice=self._application.practice)
        back = self.tr("回到这一户") if done.value.household else self.tr("看全部家庭")
        is_kept = any(one.kind == "resident" and one.is_locked for one in done.value.remains)
        title = self.tr("能删的已删除，这个人的基本情况还要留") if is_kept else self.tr("已删除一个人的个人信息")
        self.panel.show_done(title, rows, back)
        self.erased.emit(done)

    def _go_sync(self) -> None:
        self.closed.emit()
        self._page.go("sync")

    def _go_withdraw(self) -> None:
        resident = self._resident
        self.closed.emit()
        self._page.go("consent", f"list:{resident}")


def _member_words(member: ResidentView) -> str:
    return " ".join(part for part in (member.name.name, member.relation_name) if part)
