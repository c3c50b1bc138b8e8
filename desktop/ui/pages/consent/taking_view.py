"""Taking consent in five steps, with the sheet always beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ParamSpec

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.consent import SheetState
from desktop.domain.plain import to_plain
from desktop.services import consent, paper, reading_script
from desktop.services.application import Application
from desktop.services.consent import NewSheet, SheetSigning, SheetView, Signer
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.pages.consent.opening import DRAFT_KIND, Opening
from desktop.ui.pages.consent.recipients_step import RecipientChoice
from desktop.ui.pages.consent.recording import Recording
from desktop.ui.pages.consent.scanning import Scanning
from desktop.ui.pages.consent.screen_text import ScreenText
from desktop.ui.pages.consent.taking import Step, Taking
from desktop.ui.pages.consent.taking_parts import TakingParts, primary_words, signed_notice
from desktop.ui.pages.consent.wording_line import WordingLine
from desktop.ui.pages.consent.words import AID_UNTOUCHED, ask_words
from desktop.ui.pages.page import Page
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import Printing, PrintPdf, PrintResult
from desktop.ui.slices import in_slices
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, scrolled

_PAUSE = 250
"""Milliseconds without a change after which the sheet beside is drawn anew."""
_REFUSAL = len(Step)
P = ParamSpec("P")


class TakingView(Filling):
    """One person, one sheet. ``finished`` carries the sheet's id, to be shown as it stands now."""

    finished = Signal(str)
    withdrawal_asked = Signal()
    paper_check_asked = Signal(str)
    """A colleague is to check this sheet by its paper, without a picture."""
    primary_changed = Signal(str)
    """The words of the page's one primary action; empty hides it."""

    def __init__(self, page: Page, application: Application, print_pdf: PrintPdf, parts: TakingParts) -> None:
        super().__init__(page.ground)
        self._page, self._application, self._print = page, application, print_pdf
        self._opening: Opening | None = None
        self.taking = Taking("")
        self._drafted: NewSheet | None = None
        self._is_printed = False
        self._turn = self._pdf_turn = 0
        self.keeper = DraftKeeper(page, application, DRAFT_KIND, self._draft_body, erased=page.gone.emit)
        self.bar = parts.bar
        self.recipients, self.reading = parts.recipients, parts.reading
        self.printing, self.signing, self.scanning = parts.printing, parts.signing, parts.scanning
        self.refusal = parts.refusal
        self._scans = Scanning(page, application, self.scanning)
        self.wording = WordingLine(page, application, self._on_renewed)
        self.printing.add_line(self.wording)
        self.preview = parts.preview
        self._prints = PaperPrinting(page, application, print_pdf, self.preview)
        self._recording = Recording(page, application, self._prints)
        self._screen_text = ScreenText(page, application, self.signing, self.preview)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._draw_sheet)

    def build(self) -> Iterator[None]:
        """Lay out the parts, one per step; before anything is shown."""
        yield from self._lay_out()
        self._connect()

    # --- beginning and leaving

    def begin(self, opening: Opening) -> Iterator[None]:
        """Show where taking consent goes on for this person, a part per step."""
        self.keeper.keep()  # what was typed of somebody else until now
        choices: list[RecipientChoice] = []
        yield from self.recipients.make_choices(opening.matches, opening.taking, choices)
        self._next_turn()  # no script of the person before comes any more
        if self._opening is None or self._opening.person.id != opening.person.id:
            self.preview.clear()
        self._opening, self.taking = opening, opening.taking
        state = opening.sheet.state if opening.sheet is not None else None
        self._is_printed = state not in (None, SheetState.DRAFTED)
        self._drafted = opening.drafted
        self.keeper.begin(opening.person.draft, opening.person.id)
        yield from self.recipients.show_choices(choices, self.taking)
        self.reading.show_colleagues(opening.colleagues, opening.companion)
        self.reading.show_taking(self.taking)
        yield
        yield from self.reading.show_script(None, self.taking)
        self.printing.show_taking(self.taking)
        yield
        self._go(Step(self.taking.step))
        self._timer.stop()
        self._draw_sheet()

    def leave(self) -> None:
        """Keep the draft; nobody goes on speaking behind a locked door."""
        self.reading.aloud.close_voice()
        self.keeper.keep()

    def focus_first(self) -> None:
        """To where work begins on this step."""
        if self.refusal.isHidden():
            self._parts()[self.taking.step].focus_first()
            focused: QWidget | None = self.focusWidget()
            if focused is not None and self._area.isAncestorOf(focused):
                self._show_item(focused)

    def go_on(self) -> None:
        """The primary action of this step."""
        if problem := self._problem():
            self._page.tell(Notice(problem, Tone.WARN))
            self.focus_first()
            return
        match Step(self.taking.step):
            case Step.RECIPIENTS:
                self._go(Step.READING)
            case Step.READING:
                self._go(Step.PRINTING)
            case Step.PRINTING:
                self._with_sheet(self._send_to_printer)
            case Step.SIGNING:
                # Before the act: a draft kept after it would bring back what is already recorded.
                self.keeper.keep()
                self._recording.signed(self.taking, self.keeper.id, self._while_shown(self._on_signed))
            case Step.SCANNING:
                self.finished.emit(self.taking.sheet)

    # --- steps

    def _go(self, step: Step) -> None:
        self.taking = replace(self.taking, step=step)
        if step is Step.READING:
            self._load_script()
        if step is Step.PRINTING and self._opening is not None:
            known = self.taking.signing or SheetSigning()
            self.printing.show_signing(known, self._opening.person, is_printed=self._is_printed)
            drafted, shown = self.taking.sheet if self._says_the_same else "", self._opening.person.resident
            self.wording.show_for(self.taking.new_sheet(), shown, drafted, is_printed=self._is_printed)
        if step is Step.SIGNING and self._opening is not None:
            self.signing.show_taking(self.taking, self._opening.person)
            if not self._opening.person.screen_problem:
                self._screen_text.load(self.taking, self._while_shown)
        if step is Step.SCANNING:
            self._scans.begin(self.taking.sheet, self.preview.pages)
        self.printing.type_size.setEnabled(not self._is_printed)
        self.bar.go(step)
        self._show_part(step)
        self._area.verticalScrollBar().setValue(0)
        self._no.setVisible(step is not Step.SCANNING)
        self._withdraw.setVisible(step is Step.SCANNING)
        self._before.setVisible(step in (Step.READING, Step.PRINTING, Step.SIGNING))
        self.primary_changed.emit(primary_words(step))
        self._touch()
        self.focus_first()

    def _ask_step(self, step: int) -> None:
        if self._is_printed and step < Step.PRINTING:
            self._page.tell(
                Notice(
                    self.tr("这份已经打印，纸上的内容不能再改。"),
                    Tone.WARN,
                    self.tr("要改就作废这一份，用现在的内容重新拟一份；作废的编号也留着记录。"),
                    self.tr("作废，重新拟"),
                    self._start_again,
                    stays=True,
                )
            )
            return
        self._go(Step(step))

    def _start_again(self) -> None:
        fresh = self.taking.afresh()

        def begin() -> None:
            self.taking, self._is_printed, self._drafted = fresh, False, None
            self._go(Step.RECIPIENTS)
            self._draw_sheet()

        self._recording.voided(self.taking.sheet, self.tr("打印后改了内容，重新拟"), self._while_shown(begin))

    def _collect(self) -> None:
        """Take up what stands in the fields of the step shown."""
        steps = {
            Step.RECIPIENTS: self.recipients.collect,
            Step.READING: self.reading.collect,
            Step.PRINTING: self.printing.collect,
            Step.SIGNING: self.signing.collect,
        }
        collect = steps.get(Step(self.taking.step))
        if collect is not None:
            self.taking = collect(self.taking)

    def _problem(self) -> str:
        self._collect()
        match Step(self.taking.step):
            case Step.RECIPIENTS:
                return self.recipients.problem()
            case Step.READING:
                return self.reading.problem()
            case Step.PRINTING:
                return self.recipients.problem() or self.reading.problem() if not self._is_printed else ""
            case Step.SIGNING:
                return self.signing.problem()
            case Step.SCANNING:
                return "" if self.scanning.scans else self.tr("还没有收进影像；先离开也行，清单里记着“差影像”。")

    def _touch(self) -> None:
        self._collect()
        if self.taking.step != Step.SCANNING and not self._recording.is_busy:
            self.keeper.touch()
        if self.taking.step < Step.SIGNING and not self._is_printed:
            self._timer.start()

    def _draft_body(self) -> dict[str, Any] | None:
        return to_plain(self.taking) if self.taking.resident and self.taking.step < Step.SCANNING else None

    def _load_script(self) -> None:
        if self._opening is None or not self.taking.asks:
            return
        sheet, resident, turn = self.taking.new_sheet(), self._opening.person.resident, self._next_turn()
        self.reading.expect_script()

        def show(script: reading_script.Script) -> None:
            in_slices(self, fill(script))

        def fill(script: reading_script.Script) -> Iterator[None]:
            for _ in self.reading.show_script(script, self.taking):
                yield
                if turn != self._turn:
                    return
            if turn == self._turn:
                self.focus_first()

        self._page.run(lambda: reading_script.reading_script(self._application, sheet, resident), show)

    # --- the sheet beside

    def _draw_sheet(self) -> None:
        if self._opening is None:
            return
        if self._says_the_same:
            sheet_id = self.taking.sheet
            self._show_pdf(lambda: paper.consent_paper_for(self._application, sheet_id).pdf)
        elif self.taking.asks and all(ask.classes for ask in self.taking.asks):
            sheet, resident = self.taking.new_sheet(), self._opening.person.resident
            self._show_pdf(lambda: paper.consent_sample(self._application, sheet, resident))
        else:
            self._pdf_turn += 1
            self.preview.clear()

    def _show_pdf(self, make: Callable[[], bytes]) -> None:
        resident = self.taking.resident
        self.preview.expect()
        self._pdf_turn = turn = self._pdf_turn + 1

        def show(pdf: bytes) -> None:
            if turn != self._pdf_turn or resident != self.taking.resident:
                return
            self.preview.show_bytes(pdf)
            self._prints.show_prints(self.taking.sheet if self._says_the_same else "", "")
            if self.taking.step == Step.SCANNING:
                self._scans.set_pages(self.preview.pages)

        # What waits for its turn is not made where something newer is wanted by then.
        self._page.run(lambda: make() if turn == self._pdf_turn else b"", show)

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn

    # --- printing, signing, refusing

    @property
    def _says_the_same(self) -> bool:
        """Whether the sheet that was drafted says what is chosen now."""
        return bool(self.taking.sheet) and (self._is_printed or self._drafted == self.taking.new_sheet())

    def _while_shown(self, receive: Callable[P, None]) -> Callable[P, None]:
        """``receive``, unless somebody else or another sheet is shown by the time the answer comes: what was asked for
        one person is never done to the next."""
        asked = self._shown

        def received(*values: P.args, **named: P.kwargs) -> None:
            if self._shown == asked:
                receive(*values, **named)

        return received

    @property
    def _shown(self) -> tuple[str, str]:
        """The person and the sheet."""
        return self._opening.person.id if self._opening is not None else "", self.taking.sheet

    def _with_sheet(self, go_on: Callable[[str, paper.Paper], None]) -> None:
        new = self.taking.new_sheet()

        def ready(sheet_id: str, sheet_paper: paper.Paper) -> None:
            self.taking, self._drafted = replace(self.taking, sheet=sheet_id), new
            self.keeper.touch()
            self.keeper.keep()
            # A sample still being drawn must not take the place of the sheet itself.
            self._timer.stop()
            self._pdf_turn += 1
            self.preview.show_bytes(sheet_paper.pdf)
            go_on(sheet_id, sheet_paper)

        guarded = self._while_shown(ready)
        self._recording.prepare(new, self.taking.sheet, is_ready=self._says_the_same, ready=guarded)

    def _send_to_printer(self, sheet_id: str, sheet_paper: paper.Paper) -> None:
        title = self.tr("同意书 {form}").format(form=sheet_paper.form)
        # Before the dialog, whose event loop lets answers of other pages through.
        show_result = self._while_shown(self.printing.show_result)
        done = self._while_shown(self._on_printed)
        printing = self._print(self, sheet_paper.to_print, title)
        show_result(printing)
        self._recording.printed(sheet_id, sheet_paper, printing, done, elsewhere=False)

    def _on_screen(self) -> None:
        """Sign it without printing it: the sheet is drafted, and each signs in their own turn."""
        if problem := self._problem() or self.printing.screen_problem():
            self._page.tell(Notice(problem, Tone.WARN))
            return

        def begin(_sheet: str, _paper: paper.Paper) -> None:
            self.taking = replace(self.taking, signer=Signer.SCREEN)
            self._go(Step.SIGNING)

        self._with_sheet(begin)

    def _on_elsewhere(self) -> None:
        def note(sheet_id: str, made: paper.Paper) -> None:
            done = self._while_shown(self._on_printed)
            self._recording.printed(sheet_id, made, Printing(PrintResult.PRINTED, paper.COPIES), done, elsewhere=True)

        self._with_sheet(note)

    def _on_renewed(self, sheet_id: str) -> None:
        self.taking = replace(self.taking, sheet=sheet_id)
        self.keeper.touch()
        self._go(Step.PRINTING)
        self._draw_sheet()

    def _on_printed(self) -> None:
        self._is_printed = True
        self._go(Step.SIGNING)

    def _on_signed(self) -> None:
        self.keeper.forget()
        sheet_id, taking = self.taking.sheet, self.taking

        def go_on(sheet: SheetView) -> None:
            self._page.tell(signed_notice(taking, stays_on_paper=sheet.stays_on_paper))
            if taking.signer is Signer.SCREEN or sheet.stays_on_paper:
                self.finished.emit(sheet_id)
            else:
                self._go(Step.SCANNING)

        self._page.run(lambda: consent.sheet(self._application, sheet_id), self._while_shown(go_on))

    def _begin_refusal(self) -> None:
        self._collect()
        bodies = self._opening.person.bodies if self._opening is not None else {}
        asked = "；".join(ask_words(ask, bodies) for ask in self.taking.asks if ask.classes)
        self._show_part(_REFUSAL)
        self._no.hide()
        self._before.hide()
        self.primary_changed.emit("")
        self.refusal.begin(asked)

    def _record_refusal(self, words: str) -> None:
        self.keeper.keep()
        done = self._while_shown(self._on_refused)
        self._recording.refused(self.taking, words, self.keeper.id, done, uses_sheet=self._says_the_same)

    def _on_refused(self, sheet_id: str) -> None:
        self.keeper.forget()
        text = self.tr("已记下：本人不同意。低保等政府救助不受影响。")
        self._page.tell(Notice(text, Tone.GOOD, self.tr("已保存在本机。6 个月内不再主动询问。")))
        self.finished.emit(sheet_id)

    # --- layout

    def _parts(self) -> tuple[Any, ...]:
        return self.recipients, self.reading, self.printing, self.signing, self.scanning, self.refusal

    def _show_part(self, shown: int) -> None:
        for number, part in enumerate(self._parts()):
            part.setVisible(number == shown)

    def _lay_out(self) -> Iterator[None]:
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        self._area = scrolled(content, left)
        # Not a stack: a stack is as high as its highest page, and every step would scroll.
        for part in self._parts():
            column.addWidget(part)
            yield
        self._before = button(self.tr("上一步"), lambda: self._ask_step(self.taking.step - 1))
        self._no = button(self.tr("他不同意……"), self._begin_refusal)
        self._withdraw = button(self.tr("他要撤回……"), self.withdrawal_asked.emit)
        foot = QHBoxLayout()
        foot.addWidget(label(AID_UNTOUCHED, "soft", wrap=True), 1)
        for each in (self._before, self._no, self._withdraw):
            foot.addWidget(each)
        left.add(self._area, 1)
        left.body.addLayout(foot)
        right.add(self.preview, 1)
        yield
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        outer.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        outer.addLayout(row, 1)
        row.addWidget(left, 3)
        row.addWidget(right, 2)

    def _show_item(self, item: QWidget) -> None:
        self._area.ensureWidgetVisible(item, 0, 12)

    def _connect(self) -> None:
        for step in (self.recipients, self.reading, self.printing, self.signing):
            step.changed.connect(self._touch)
        self.reading.reading.connect(lambda item: QTimer.singleShot(0, self, partial(self._show_item, item)))
        self.bar.asked.connect(self._ask_step)
        self.printing.printed_elsewhere.connect(self._on_elsewhere)
        self.printing.screen_asked.connect(self._on_screen)
        self.scanning.paper_check_asked.connect(lambda: self.paper_check_asked.emit(self.taking.sheet))
        self.refusal.recorded.connect(self._record_refusal)
        self.refusal.given_up.connect(lambda: self._go(Step(self.taking.step)))
