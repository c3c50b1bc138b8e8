"""救助身份确认单 for one member: see it, print it, hand it to the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.services import identity_paper, people
from desktop.services.application import Application
from desktop.services.identity_paper import IdentityPaper
from desktop.services.permission import Capability
from desktop.services.record_paper import RecordPaper
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.paper_frame import paper_frame
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.banner import notice_of
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.sheet_preview import SheetPreview
from desktop.ui.wording_words import say_unfit


class IdentityPage(Page):
    """For a member of the household in ``show_record``. What is shown is what is printed."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(tasks)
        self._application = application
        self._print = print_pdf
        self._household = ""
        self._asked = 0
        self._made: IdentityPaper | None = None
        self.set_title(self.tr("救助身份确认单"))
        self.set_help(
            self.tr(
                "这张单子交给本人。慈善组织看了，可以简化手续，不用再查家里的收入。\n\n"
                "上面只有姓名、证件、救助身份和有效期。给谁看由本人决定，所以不能由我们直接交给慈善组织；"
                "要由我们提供的，走“转介”。\n\n打印后请核对身份是不是现在有效的，再签名、盖章。"
            )
        )
        self.action = self.set_primary(self.tr("打印"), self._press)
        self.action.setEnabled(False)

    def build(self) -> Iterator[None]:
        column, sheet = paper_frame(self)
        card = Card(self.tr("给谁开"), parent=column.parentWidget())
        column.addWidget(card)
        column.addStretch(1)
        yield
        self.member: ChoiceField[str] = ChoiceField([], parent=card)
        self._members = QVBoxLayout()
        self._members.addWidget(self.member)
        card.body.addLayout(self._members)
        form = Form(1, card)
        card.add(form)
        self.large = ChoiceField([(False, self.tr("普通字")), (True, self.tr("大字（老人看得清）"))], parent=form)
        self.large.set_value(False)
        self.large.changed.connect(self._ask)
        form.add(self.tr("字的大小"), self.large)
        yield
        card.add(label(self.tr("交给本人，给谁看由本人决定。盖了章才有效。"), "soft", wrap=True, parent=card))
        self.back = link_button(
            self.tr("回到这一户"), lambda: self.go("household", self._household), Icon.HOUSEHOLD, parent=card
        )
        card.add(self.back)
        yield
        self.preview = SheetPreview(self.tr("没有可以打印的确认单。"), sheet)
        self.printing = PaperPrinting(self, self._application, self._print, self.preview)
        sheet.add(self.preview, 1)

    def show_record(self, record: str) -> None:
        self._household = record
        self.preview.clear()
        self._show_members(())
        self.run(lambda: people.household_page(self._application, record), self._on_household)

    def refresh(self, changes: Changes) -> None:
        resident = self.member.value()
        if resident is None or (changes and not changes & {"household", "resident", ERASED}):
            return

        def show(is_erased: bool) -> None:
            if is_erased and resident == self.member.value():
                self._show_members(())
                self.preview.clear()
                self.set_title(self.tr("救助身份确认单"))
                self.gone.emit()

        self.run(lambda: people.is_erased(self._application, resident), show)

    def focus_first(self) -> None:
        self.member.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_household(self, page: people.HouseholdPage) -> None:
        if page.household == self._household:
            self.set_title(self.tr("救助身份确认单"), self.tr("{head} 户").format(head=page.head_name))
            self._show_members([(one.resident, one.name.name) for one in page.members if not one.membership.left])
            self.focus_first()

    def _show_members(self, members: Sequence[tuple[str, str]]) -> None:
        old = self.member
        self.member = ChoiceField(members)
        self.member.set_value(members[0][0] if members else None)
        self.member.changed.connect(self._ask)
        self._members.replaceWidget(old, self.member)
        old.deleteLater()
        self._ask()

    def _ask(self) -> None:
        """Make the confirmation anew for who is chosen now."""
        self._asked += 1
        asked, resident, large = self._asked, self.member.value(), bool(self.large.value())
        self._made = None
        self.action.setEnabled(False)
        if resident is None:
            return
        self.preview.expect()

        def show(made: IdentityPaper) -> None:
            if asked == self._asked:
                self._made = made
                self.preview.show_bytes(made.paper.pdf, self.tr("救助身份确认单"))
                self.printing.show_prints(made.paper.print_id, made.household)
                say_unfit(self, made.paper)
                self.action.setEnabled(True)
                offer(self.action, self._application, Capability.PRINT)

        def refused(error: UserFacingError) -> None:
            if asked == self._asked:
                self.preview.clear()
                self.tell(notice_of(word(error)))

        make = identity_paper.identity_paper_for
        self.run(lambda: make(self._application, resident, large_type=large), show, refused)

    def _press(self) -> None:
        made = self._made
        if made is None:
            return
        title = self.tr("救助身份确认单 {form}").format(form=made.paper.form)
        subject = RecordPaper(made.paper, made.resident, made.household)
        # The next one has its own number.
        self.printing.print_paper(self, subject, title, done=self._ask)
