"""下村走访单: choose villages, see the sheet, print it; and print the consent forms to take along."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt

from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.services import rounds
from desktop.services.application import Application, Done
from desktop.services.permission import Capability
from desktop.services.record_paper import RecordPaper
from desktop.services.rounds import RoundChoice, RoundPaper
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.paper_frame import paper_frame
from desktop.ui.pages.round_drafts_card import RoundDraftsCard
from desktop.ui.pages.round_forms_card import RoundFormsCard
from desktop.ui.pages.round_unsigned_card import RoundUnsignedCard
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.banner import notice_of
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.sheet_preview import SheetPreview
from desktop.ui.wording_words import say_unfit

_SHOWN = frozenset({"household", "resident", "visit", "sheet", "referral", "import", "division"})


class RoundPage(Page):
    """Villages at the left, the sheet at the right. What is shown is what is printed."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(tasks)
        self._application = application
        self._print = print_pdf
        self._asked = 0
        self._paper: RoundPaper | None = None
        self.set_title(self.tr("下村走访单"))
        self.set_help(
            self.tr(
                "选要去的村，右边就是要打印的单子：定期走访、复查、回访、办手续和还没有走访过的人家。\n\n"
                "单子上只有户号、户主、住址和来由，没有救助类别、病情、证件号和电话，因为纸会丢。"
                "走完当天交回销毁；丢了，按单子上的编号能查出上面有哪些人家。\n\n"
                "这些村里已经拟好、还没打印的同意书列在下面，可以一次打完带去，每份打两张。\n\n"
                "走完没人签的，在最下面一次作废：写一个原因，已经签的、打印过的、收回来还没认的都不动，一一写明。"
            )
        )
        self.action = self.set_primary(self.tr("打印走访单"), self._press)
        self.action.setEnabled(False)

    def build(self) -> Iterator[None]:
        column, paper = paper_frame(self)
        self._choices = Card(self.tr("去哪些村"), parent=column.parentWidget())
        column.addWidget(self._choices)
        yield
        nothing = self.tr("现在没有要去的人家：没有到期的走访，也没有没走访过的家庭。")
        self._nothing = label(nothing, "soft", wrap=True, parent=self._choices)
        self._nothing.hide()
        self.villages: MultiChoice[str] = MultiChoice([], self._choices)
        self._choices.add(self._nothing)
        self._choices.add(self.villages)
        yield
        size = Card(self.tr("单子"), parent=column.parentWidget())
        column.addWidget(size)
        form = Form(1, size)
        size.add(form)
        self.large = ChoiceField([(False, self.tr("普通字")), (True, self.tr("大字"))], parent=form)
        self.large.set_value(False)
        self.large.changed.connect(self._ask)
        form.add(self.tr("字的大小"), self.large)
        yield
        self.drafts = RoundDraftsCard(self, self._application, column.parentWidget())
        column.addWidget(self.drafts)
        yield
        self.forms = RoundFormsCard(self, self._application, self._print, column.parentWidget())
        column.addWidget(self.forms)
        self.drafts.drafted.connect(self._show_forms)
        yield
        self.unsigned = RoundUnsignedCard(self, self._application, column.parentWidget())
        column.addWidget(self.unsigned)
        self.unsigned.voided.connect(self._choose)
        column.addStretch(1)
        yield
        self.preview = SheetPreview(self.tr("选了村，这里显示要打印的单子。"), paper)
        self.printing = PaperPrinting(self, self._application, self._print, self.preview)
        paper.add(self.preview, 1)
        yield
        self._read()

    def refresh(self, changes: Changes) -> None:
        if not changes or changes & _SHOWN:
            self._read()

    def focus_first(self) -> None:
        inputs = self.villages.inputs()
        (inputs[0] if inputs else self.large).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- choosing

    def _read(self) -> None:
        self.drafts.load()
        self.run(lambda: rounds.round_choices(self._application), self._show_choices)

    def _show_choices(self, found: tuple[RoundChoice, ...]) -> None:
        several = len({one.township for one in found}) > 1
        chosen, old = self.villages.value(), self.villages
        self.villages = MultiChoice(
            [
                (
                    one.code,
                    self.tr("{name} {count} 户").format(
                        name=f"{one.township} {one.name}" if several else one.name, count=one.stops
                    ),
                )
                for one in found
            ]
        )
        self.villages.set_value(chosen)
        self.villages.changed.connect(self._choose)
        self._choices.body.replaceWidget(old, self.villages)
        old.deleteLater()
        self._nothing.setVisible(not found)
        if not old.inputs() and self.large.hasFocus():  # nobody has chosen anything yet: work begins at the top
            self.focus_first()
        self._choose()

    def _show_forms(self) -> None:
        """What was drafted for these villages: to be printed, or to be declared void."""
        self.forms.show_villages(self.villages.value())
        self.unsigned.show_villages(self.villages.value())

    def _choose(self) -> None:
        self._show_forms()
        self.drafts.show_villages(self.villages.value())
        self._ask()

    def _ask(self) -> None:
        """Make the sheet anew for what is chosen now."""
        self._asked += 1
        asked, codes, large = self._asked, self.villages.value(), bool(self.large.value())
        self._paper = None
        self._show_action()
        if not codes:
            self.preview.clear()
            return
        self.preview.expect()

        def show(made: RoundPaper) -> None:
            if asked == self._asked:
                self._paper = made
                self.preview.show_bytes(made.paper.pdf, self.tr("下村走访单"))
                self.printing.show_prints(made.paper.print_id, made.households[0])
                say_unfit(self, made.paper)
                self._show_action()

        def refused(error: UserFacingError) -> None:
            if asked == self._asked:
                self.preview.clear()
                self.tell(notice_of(word(error)))

        self.run(lambda: rounds.round_paper(self._application, codes, large_type=large), show, refused)

    def _show_action(self) -> None:
        self.action.setEnabled(self._paper is not None)
        if self._paper is not None:
            offer(self.action, self._application, Capability.PRINT)

    # --- printing

    def _press(self) -> None:
        made = self._paper
        if made is None:
            return
        title = self.tr("下村走访单 {form}").format(form=made.paper.form)
        subject = RecordPaper(made.paper, made.households[0], made.households[0])
        # The next sheet has its own number.
        self.printing.print_paper(self, subject, title, note=partial(self._note, made), done=self._ask)

    def _note(self, made: RoundPaper, came: Came) -> Done[int]:
        done = rounds.record_round_print(self._application, made, came)
        return Done(1, frozenset().union(*(one.changed for one in done)))
