"""Writing a referral, with the file copy beside it (未放行·不得交付)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.domain.consent import DataClass, Disclosure
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain
from desktop.services import matching, paper, referrals
from desktop.services.application import Application, Done
from desktop.services.matching import Match
from desktop.services.permission import Capability, may
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.pages.referral.opening import DRAFT_KIND, Opening, Writing
from desktop.ui.pages.referral.writing_form import WritingForm
from desktop.ui.slices import at_once, styled
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area
from desktop.ui.widgets.sheet_preview import SheetPreview

_PAUSE = 400


class WritingView(Filling):
    """One person, one referral being written. ``finished`` carries its id once it is recorded."""

    finished = Signal(str)
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._opening: Opening | None = None
        self.writing = Writing("")
        self._turn = self._pdf_turn = 0
        self._is_recording = False
        self.keeper = DraftKeeper(page, application, DRAFT_KIND, self._draft_body, erased=page.gone.emit)
        self.preview = SheetPreview(self.tr("选好转给谁以后，这里就是本单位留存的一份。"))
        self.preview.view.setMinimumHeight(200)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._draw)
        self.later = button(self.tr("存为草拟，以后提交"), lambda: self._record(submit=False))
        left, right = Card(parent=self), Card(parent=self)
        self._area = scroll_area(left)
        left.add(self._area, 1)
        foot = QHBoxLayout()
        foot.addWidget(label(self.tr("县里放行以前，什么都不会交给对方。"), "soft", wrap=True), 1)
        foot.addWidget(self.later)
        left.body.addLayout(foot)
        right.add(self.preview, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(left, 3)
        row.addWidget(right, 2)

    def build(self) -> Iterator[None]:
        """Make the form, a part per step; before anything is shown."""
        self.form = WritingForm(self._application, self._area.viewport())
        self.form.setProperty("kind", "page")  # before it is styled, or it would keep a ground of its own on the card
        self.form.changed.connect(self._touch)
        self.form.needs_changed.connect(self._match_again)
        self.form.project_changed.connect(lambda: self._ask_answers(()))
        self.form.consent_asked.connect(self._go_to_consent)
        yield
        yield from self.form.build()
        yield from styled(self.form)
        put_in(self._area, self.form)

    @property
    def can_submit(self) -> bool:
        """A station social worker (民政服务站社工) drafts only."""
        return may(self._application, Capability.SUBMIT_REFERRAL)

    def begin(self, opening: Opening) -> Iterator[None]:
        """Show where writing goes on, a part per step."""
        self.keeper.keep()  # what was typed of somebody else until now
        self._opening, self.writing = opening, opening.writing
        self._is_recording = False
        self.keeper.begin(opening.draft, opening.person.resident)
        self.preview.clear()
        writing = opening.writing
        chosen = next((one.id for one in opening.matches if _is_chosen(one, writing)), "")
        yield from self.form.project.show_matches(opening.matches, chosen)
        yield
        yield from self.form.begin(opening)
        self.form.set_default_day(opening.default_day)
        self.later.setVisible(self.can_submit)
        self.primary_changed.emit(self.tr("提交给县里") if self.can_submit else self.tr("存为草拟"))
        self._ask_answers(writing.classes)

    def leave(self) -> None:
        """Keep the draft."""
        self.keeper.keep()

    def focus_first(self) -> None:
        """To the needs."""
        self.form.focus_first()

    def go_on(self) -> None:
        """The primary action."""
        self._record(submit=self.can_submit)

    # --- inside

    def _touch(self) -> None:
        if self._is_recording:
            return
        self.writing = self.form.collect(self.writing)
        self.keeper.touch()
        self._timer.start()

    def _draft_body(self) -> dict[str, Any] | None:
        return to_plain(self.writing) if self.writing.resident else None

    def _match_again(self) -> None:
        resident, needs = self.writing.resident, self.form.needs.value()
        self._turn += 1
        turn = self._turn

        def show(found: tuple[Match, ...]) -> None:
            if turn == self._turn:
                chosen = self.form.project.value()
                at_once(self.form.project.show_matches(found, chosen.id if chosen else ""))

        self._page.run(lambda: matching.matches_for(self._application, resident, needs), show)

    def _ask_answers(self, chosen: tuple[DataClass, ...]) -> None:
        match, resident = self.form.project.value(), self.writing.resident
        if match is None:
            self.form.classes.show_answers({}, (), ())
            self.form.show_state(None)
            return

        def show(answers: Mapping[DataClass, Disclosure]) -> None:
            if match is self.form.project.value():
                self.form.classes.show_answers(answers, match.necessary, chosen)
                self.form.show_state(match)
                self.writing = self.form.collect(self.writing)
                self._timer.start()

        self._page.run(
            lambda: referrals.check_disclosures(
                self._application, resident, match.organisation.id, match.purpose, DataClass
            ),
            show,
        )

    def _draw(self) -> None:
        opening = self._opening
        if opening is None:
            return
        referral = self.writing.referral(opening.colleagues, opening.default_day)
        self._pdf_turn += 1
        if referral is None or not referral.classes:
            self.preview.clear()
            return
        turn = self._pdf_turn
        self.preview.expect()

        def show(pdf: bytes) -> None:
            if turn == self._pdf_turn and self.writing.resident == opening.person.resident:
                self.preview.show_bytes(pdf, self.tr("留存联"))

        def make() -> bytes:
            # What waits for its turn is not made where something newer is wanted by then.
            return paper.file_copy_sample(self._application, referral) if turn == self._pdf_turn else b""

        self._page.run(make, show)

    def _record(self, *, submit: bool) -> None:
        opening = self._opening
        problem = self.form.problem()
        if opening is None or self._is_recording:
            return
        if problem is not None:
            self._page.tell(Notice(problem[0], Tone.WARN, self.tr("填的内容都在，已存为草稿。")))
            problem[1].setFocus()
            return
        self.writing = self.form.collect(self.writing)
        referral = self.writing.referral(opening.colleagues, opening.default_day)
        if referral is None:
            return
        application, draft_id = self._application, self.keeper.id
        # Before the act: a draft kept after it would bring back what is already recorded.
        self.keeper.keep()
        self._is_recording = True

        def recorded(done: Done[str]) -> None:
            is_shown = self.keeper.id == draft_id  # somebody else may have been opened meanwhile
            if is_shown:
                self.keeper.forget()
            self._page.changed.emit(done.changed)
            text = self.tr("已提交，等县里放行。") if submit else self.tr("已存为草拟。")
            self._page.tell(Notice(text, Tone.GOOD, self.tr("已保存在本机，下次同步上报。")))
            if is_shown:
                self.finished.emit(done.value)

        self._page.run(
            lambda: referrals.draft_referral(application, referral, submit=submit, draft_id=draft_id),
            recorded,
            self._refused,
            lane=Lane.WRITE,
        )

    def _refused(self, error: UserFacingError) -> None:
        self._is_recording = False
        self._page.tell(notice_of(word(error)))
        # What may be passed on has changed since the page was opened: show the answers as they are now.
        self._ask_answers(self.writing.classes)

    def _go_to_consent(self) -> None:
        self.leave()
        self._page.go("consent", f"new:{self.writing.resident}")


def _is_chosen(match: Match, writing: Writing) -> bool:
    project = match.project.id if match.project else ""
    return (match.organisation.id, match.purpose, project) == (writing.recipient, writing.purpose, writing.project)
