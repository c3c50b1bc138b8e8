"""A page for papers of one record: choose which and how large, see it, print it. What is shown is what is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.prints import Came
from desktop.services import people
from desktop.services.application import Application, Done
from desktop.services.permission import Capability
from desktop.services.record_paper import RecordPaper
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.paper_frame import paper_frame
from desktop.ui.pages.returned_card import ReturnedCard
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


@dataclass(frozen=True)
class OfferedPaper:
    """One paper that the page can make. ``make(record, large)`` is asked in the background; ``large`` is None until
    somebody chose the size: as large as it was printed last."""

    name: str
    make: Callable[[str, bool | None], RecordPaper]
    remark: str
    """What to do with it, under the choices."""
    capability: Capability = Capability.PRINT
    returns: bool = False
    """Whether it is signed and comes back: then what came back is shown here."""
    note: Callable[[RecordPaper, Came], Done[int]] | None = None
    """How what came of printing it is noted, where that is a step of the record as well."""


@dataclass(frozen=True)
class Back:
    """Where the page was come from: the window's page, the record there for ours, and the words of the link."""

    page: str
    words: str
    record: Callable[[str], str] = str


class RecordPaperPage(Page):
    """Papers of the record in ``show_record``, or of none."""

    def __init__(
        self,
        tasks: Tasks,
        application: Application,
        print_pdf: PrintPdf,
        papers: Sequence[OfferedPaper],
        back: Back,
    ) -> None:
        super().__init__(tasks)
        self._application, self._print = application, print_pdf
        self._papers, self._back = tuple(papers), back
        self._record = ""
        self._asked = 0
        self._is_size_chosen = False
        self._made: RecordPaper | None = None
        self.returned: ReturnedCard | None = None
        self.action = self.set_primary(self.tr("打印"), self._press)
        self.action.setEnabled(False)

    def build(self) -> Iterator[None]:
        column, sheet = paper_frame(self)
        card = Card(self.tr("打印什么"), parent=column.parentWidget())
        column.addWidget(card)
        if any(one.returns for one in self._papers):
            self.returned = ReturnedCard(self, self._application, column.parentWidget())
            column.addWidget(self.returned)
        column.addStretch(1)
        yield
        form = Form(1, card)
        card.add(form)
        self.which: ChoiceField[int] = ChoiceField(list(enumerate(one.name for one in self._papers)))
        self.which.set_value(0)
        if len(self._papers) > 1:
            form.add(self.tr("哪一张"), self.which)
        yield
        for words, field in self.more_choices():
            form.add(words, field)
        yield
        self.large = ChoiceField([(False, self.tr("普通字")), (True, self.tr("大字（老人看得清）"))], parent=form)
        self.large.set_value(False)
        form.add(self.tr("字的大小"), self.large)
        yield
        self.remark = label("", "soft", wrap=True)
        self.back = link_button(self._back.words, self._go_back, Icon.BACK, parent=card)
        card.add(self.remark)
        card.add(self.back)
        yield
        self.preview = SheetPreview(self.tr("没有可以打印的单子。"), sheet)
        self.printing = PaperPrinting(self, self._application, self._print, self.preview)
        sheet.add(self.preview, 1)
        self.which.changed.connect(self.ask)
        self.large.changed.connect(self._on_size_chosen)

    def more_choices(self) -> Sequence[tuple[str, QWidget]]:
        """Make further fields of the page, each with its label; whoever has some calls ``ask`` when they change."""
        return ()

    def wanted(self) -> str:
        """What the paper is made for."""
        return self._record

    def show_start(self) -> None:
        self.show_record("")

    def show_record(self, record: str) -> None:
        self._record, self._is_size_chosen = record, False
        self._show_returned()
        self.ask()

    def _show_returned(self) -> None:
        if self.returned is not None:
            self.returned.show_papers(self._record)

    def refresh(self, changes: Changes) -> None:
        record = self._record
        if not record or ERASED not in changes:
            return

        def show(is_erased: bool) -> None:
            if is_erased and record == self._record:
                self._record, self._made = "", None
                self.preview.clear()
                self.action.setEnabled(False)
                self.gone.emit()

        self.run(lambda: people.is_erased(self._application, record), show)

    def focus_first(self) -> None:
        first = self.which if len(self._papers) > 1 else self.large
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self) -> None:
        """Make the paper anew for what is chosen now."""
        self._asked += 1
        asked, wanted = self._asked, self.wanted()
        large = bool(self.large.value()) if self._is_size_chosen else None
        chosen = self._papers[self.which.value() or 0]
        self._made = None
        self.action.setEnabled(False)
        self.remark.setText(chosen.remark)
        self.preview.expect()

        def show(made: RecordPaper) -> None:
            if asked == self._asked:
                self._made = made
                self.large.set_value(made.paper.large_type)
                self.preview.show_bytes(made.paper.pdf, chosen.name)
                self.printing.show_prints(made.paper.print_id, made.household)
                self.action.setEnabled(True)
                offer(self.action, self._application, chosen.capability)

        def refused(error: UserFacingError) -> None:
            if asked == self._asked:
                self.preview.clear()
                self.tell(notice_of(word(error)))

        self.run(lambda: chosen.make(wanted, large), show, refused)

    def _on_size_chosen(self) -> None:
        self._is_size_chosen = True
        self.ask()

    def _go_back(self) -> None:
        self.go(self._back.page, self._back.record(self._record) if self._record else "")

    def _press(self) -> None:
        made = self._made
        if made is None:
            return
        chosen = self._papers[self.which.value() or 0]
        note = partial(chosen.note, made) if chosen.note is not None else None
        # What has a number of its own has another next time.
        self.printing.print_paper(self, made, f"{chosen.name} {made.paper.form}", note=note, done=self._on_printed)

    def _on_printed(self) -> None:
        self._show_returned()
        self.ask()
