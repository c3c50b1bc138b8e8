"""The acts of taking consent: drafting, printing, signing and refusing, each told to the window when it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.services import blank_binding, consent, paper, screen_signing
from desktop.services.application import Application, Done
from desktop.services.consent import NewSheet, Signer
from desktop.services.paper import Paper
from desktop.ui.messages import word
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.pages.page import Page
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printed_words import printed_notice
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import Lane
from desktop.ui.widgets.banner import notice_of

T = TypeVar("T")

CHANGED = "改了内容，重新拟"
"""Why a sheet that was drafted and not printed is void: another one takes its place."""


class Recording:
    """One act at a time: pressing twice does not record twice."""

    def __init__(self, page: Page, application: Application, printing: PaperPrinting) -> None:
        self._page, self._application, self._printing = page, application, printing
        self.is_busy = False

    def prepare(self, new: NewSheet, old: str, *, is_ready: bool, ready: Callable[[str, Paper], None]) -> None:
        """Draft the sheet unless ``old`` says this very content already; ``ready`` gets its id and paper."""
        application = self._application

        def write() -> tuple[str, Paper, frozenset[str]]:
            if is_ready:
                blank_binding.check_may_print(application, old)
                return old, paper.consent_paper_for(application, old), frozenset()
            changed: frozenset[str] = frozenset()
            if old:
                changed = consent.void_sheet(application, old, CHANGED).changed
            done = consent.draft_sheet(application, new)
            return done.value, paper.consent_paper_for(application, done.value), changed | done.changed

        def written(made: tuple[str, Paper, frozenset[str]]) -> None:
            self.is_busy = False
            if made[2]:
                self._page.changed.emit(made[2])
            ready(made[0], made[1])

        self._run(write, written)

    def printed(
        self, sheet_id: str, sheet_paper: Paper, printing: Printing, done: Callable[[], None], *, elsewhere: bool
    ) -> None:
        """Note what came of printing it; ``done`` where the paper is there, said where it is not the first of this
        sheet."""
        application = self._application

        def noted(times: int) -> None:
            done()
            if times > 1 and not elsewhere:
                self._page.tell(printed_notice(printing.copies, times))
            self._printing.show_prints(sheet_id, "")

        def tried(result: Done[int]) -> None:
            self._page.changed.emit(result.changed)
            self._printing.show_prints(sheet_id, "")

        def note(came: Came) -> Done[int]:
            return consent.record_printed(
                application,
                sheet_id,
                print_id=sheet_paper.print_id,
                form=sheet_paper.form,
                version=sheet_paper.version,
                digest=sheet_paper.digest,
                came=came,
                elsewhere=elsewhere,
                parts=sheet_paper.parts,
                wording=sheet_paper.wording,
            )

        def write() -> Done[int]:
            return [note(came) for came in printing.all_came][-1]

        if printing.result is PrintResult.PRINTED:
            self._act(write, noted)
        else:  # the next try need not wait for it
            self._page.run(write, tried, lane=Lane.WRITE)

    def signed(self, taking: Taking, draft_id: str, done: Callable[[], None]) -> None:
        """Record the boxes of the signed paper; the draft goes with it."""
        application, signer = self._application, taking.signer
        if signer is None:
            return
        if signer is Signer.SCREEN:
            self._act(
                lambda: screen_signing.sign_on_screen(
                    application,
                    taking.sheet,
                    taking.answers,
                    taking.marks,
                    witness=taking.witness,
                    signing=taking.signing,
                    contact=taking.contact,
                    evidence=taking.evidence,
                    draft_id=draft_id,
                ),
                lambda _: done(),
            )
            return
        self._act(
            lambda: consent.record_signed(
                application,
                taking.sheet,
                taking.answers,
                signer=signer,
                witness=taking.witness,
                copy_given=taking.copy_given,
                signing=taking.signing,
                contact=taking.contact,
                evidence=taking.evidence,
                draft_id=draft_id,
            ),
            lambda _: done(),
        )

    def refused(
        self, taking: Taking, words: str, draft_id: str, done: Callable[[str], None], *, uses_sheet: bool
    ) -> None:
        """Record that the person does not agree, on the sheet that is there or on one made for it."""
        application = self._application
        new = taking.new_sheet()

        def write() -> Done[str]:
            if uses_sheet:
                return consent.refuse_sheet(application, taking.sheet, words, draft_id=draft_id)
            if taking.sheet:
                consent.void_sheet(application, taking.sheet, CHANGED)
            asked = replace(new, asks=tuple(ask for ask in new.asks if ask.classes))
            return consent.record_refusal(application, asked, words, draft_id=draft_id)

        self._act(write, done)

    def voided(self, sheet_id: str, reason: str, done: Callable[[], None]) -> None:
        """Declare a printed sheet void."""
        self._act(lambda: consent.void_sheet(self._application, sheet_id, reason), lambda _: done())

    def _act(self, write: Callable[[], Done[T]], done: Callable[[T], None]) -> None:
        def written(result: Done[T]) -> None:
            self.is_busy = False
            self._page.changed.emit(result.changed)
            done(result.value)

        self._run(write, written)

    def _run(self, write: Callable[[], T], written: Callable[[T], None]) -> None:
        if self.is_busy:
            return
        self.is_busy = True
        self._page.run(write, written, self._fail, lane=Lane.WRITE)

    def _fail(self, error: UserFacingError) -> None:
        self.is_busy = False
        self._page.tell(notice_of(word(error)))
