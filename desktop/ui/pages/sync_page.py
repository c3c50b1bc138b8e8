"""同步: report to the county, take in what it sends, see to what needs a person."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.records import KINDS
from desktop.services import journal_faults, sync, sync_attention, sync_overview
from desktop.services.application import Application
from desktop.services.journal_faults import JournalFault
from desktop.services.sync import SyncReport, SyncState
from desktop.services.sync_attention import Attention
from desktop.services.sync_overview import News, Overview, Stage, SyncProgress
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.messages.sync_steps import step_words
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.sync.attention_card import AttentionCard
from desktop.ui.pages.sync.enrolment_view import EnrolmentView
from desktop.ui.pages.sync.results import Results
from desktop.ui.pages.sync.state_card import StateCard
from desktop.ui.slices import in_slices
from desktop.ui.sync_words import (
    journal_notice,
    moment_words,
    outcome_words,
    progress_words,
    roster_notice,
    was_reached,
)
from desktop.ui.tasks import Lane, LongTask, Progress, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.cards import EmptyState
from desktop.ui.widgets.flow import Columns

NOW = "now"
"""Shown as this "record", the page begins to sync at once; 今日 sends people here to do so."""
_EVERYTHING: Changes = frozenset(KINDS)
_CLOSED = frozenset({"vault.revoked", "vault.wiped"})
"""Ends of a sync after which nobody may work in this vault."""


@dataclass(frozen=True)
class _Shown:
    state: SyncState
    overview: Overview


@dataclass(frozen=True)
class _Outcome:
    report: SyncReport
    news: tuple[News, ...]


class SyncPage(Page):
    """State, progress, report; what needs a person; the last batches. Without the county's code: the form for it."""

    busy_changed = Signal(str)
    """What sync is doing, for the foot; empty when it has ended."""
    contact_changed = Signal(bool)
    """Whether the county answered."""
    stopped = Signal(str)
    """A sync ended early; the code of why."""
    role_changed = Signal()
    """What this worker may do is other than before: enrolled, or changed on the county's roster."""
    closed_by_county = Signal()
    """The county took this vault out of use: the workspace has to end."""
    _progressed = Signal(object)

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._task: LongTask | None = None
        self.set_title(self.tr("同步"))
        self.set_help(
            self.tr(
                "同步把本机保存的内容加密报给县里，核对县里签字的回执，再取回答复、目录和同事的记录。\n\n"
                "可以随时停下；没报完的都还在本机，下次接着报，不会重复。网络断了也一样。\n\n"
                "“要您看一下”里是县里没有接收、暂存，或两台电脑记得不一样的内容。按 Enter 打开那一页；"
                "办好了的，选中后写一句怎么处理的，按“处理好了”；它留在单子下面，随时能查。"
            )
        )
        self.action = self.set_primary(self.tr("同步"), self._press_primary)
        self._progressed.connect(self._show_progress)
        self._overview: Overview | None = None
        self._arrange()
        self.refresh(frozenset())

    def prepare(self) -> Iterator[object]:
        if self._application.enrolment is not None:
            yield self._lists
            yield self.attention
            yield self.results

    # --- the parts, each made when it is first needed

    @cached_property
    def state(self) -> StateCard:
        """How sync stands."""
        card = StateCard(self.stop, self.ground)
        card.hide()
        card.address.given.connect(self._keep_address)
        self.body.addWidget(card)
        return card

    @cached_property
    def attention(self) -> AttentionCard:
        """What needs a person."""
        card = AttentionCard(self)
        card.settled.connect(self._settle)
        self._lists.add(card, 1)
        return card

    @cached_property
    def results(self) -> Results:
        """This time's report and answers, and the last batches."""
        _ = self.attention  # stands before it
        results = Results(self)
        self._lists.add(results, 1)
        return results

    @cached_property
    def enrolment(self) -> EnrolmentView:
        """The forms for the county's code."""
        view = EnrolmentView(self.tasks, self._application, self.ground)
        view.hide()
        view.asked.connect(self._enrol)
        view.enrolled.connect(self._on_enrolled_by_stick)
        view.primary_changed.connect(self._arrange)
        self.body.addWidget(view, 1)
        return view

    @cached_property
    def _lists(self) -> Columns:
        lists = Columns([], [], enough=860, parent=self.ground)
        lists.hide()
        self.body.addWidget(lists, 1)
        return lists

    @cached_property
    def _practice(self) -> EmptyState:
        state = EmptyState(
            Icon.PRACTICE,
            self.tr("练习库不和县里同步"),
            self.tr("练习的内容只在这台电脑上，谁也看不到。正式工作请锁定后选“别人在这台电脑上开通”，用开通码开通。"),
            parent=self.ground,
        )
        self.body.addWidget(state, 1)
        return state

    def show_record(self, record: str) -> None:
        if record == NOW:
            self.start()

    def refresh(self, changes: Changes) -> None:
        application = self._application

        def read() -> _Shown:
            return _Shown(sync.sync_state(application), sync_overview.overview(application))

        self.run(read, self._show)

    def focus_first(self) -> None:
        if self._application.practice:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._application.enrolment is None:
            self.enrolment.focus_first()
        elif "attention" in vars(self):
            self.attention.pane.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # until there is a list

    # --- syncing

    @property
    def is_syncing(self) -> bool:
        """Whether a sync is under way."""
        return self._task is not None

    def start(self) -> None:
        """Begin to sync, unless one is under way."""
        if self.is_syncing or self._application.practice or self._application.enrolment is None:
            return
        self.state.show_outcome("", "", Tone.NEUTRAL)
        self.state.progress.begin(step_words(Stage.CHECKING))
        self.busy_changed.emit(self.tr("正在同步…"))
        self.action.setEnabled(False)
        self._task = self.tasks.run_slices(
            self, self._slices, self._on_done, self._on_failure, cancelled=self._on_cancelled, lane=Lane.OUTSIDE
        )

    def stop(self) -> None:
        """Ask it to stop; what was begun is finished or taken up the next time."""
        if self._task is not None:
            self._task.cancel()

    def _slices(self) -> Generator[Progress, None, _Outcome]:
        # One slice: a sync waits for the county on this lane, which no page's work waits behind.
        yield Progress(0, 0)
        application = self._application
        report = sync.sync(application, progress=self._progressed.emit, cancelled=self._is_cancelled)
        return _Outcome(report, sync_overview.news(application, report.answers))

    def _is_cancelled(self) -> bool:
        return self._task is not None and self._task.is_cancelled

    def _show_progress(self, shown: SyncProgress) -> None:
        if self.is_syncing:
            if shown.stage is Stage.JOURNAL_FAULT:
                self._say_journal_fault()
            self.state.progress.show_progress(progress_words(shown))

    def _say_journal_fault(self) -> None:
        """Before anything is sent."""
        application = self._application

        def say(fault: JournalFault | None) -> None:
            if fault is not None:
                self.tell(journal_notice(fault))

        self.run(lambda: application.read(journal_faults.standing_fault), say)

    def _end(self) -> None:
        self._task = None
        self.state.progress.end()
        self.action.setEnabled(True)
        self.busy_changed.emit("")

    def _on_done(self, outcome: _Outcome) -> None:
        self._end()
        report = outcome.report
        if report.stopped is not None:
            self.stopped.emit(report.stopped.code)
        self.state.show_outcome(*outcome_words(report))
        self.results.show_report(report, outcome.news)
        self.contact_changed.emit(was_reached(report))
        if report.stopped is not None and report.stopped.code in _CLOSED:
            self.closed_by_county.emit()
            return
        if report.roster is not None:
            self.tell(roster_notice(report.roster))
            self.role_changed.emit()
        # What came with the feed may concern every page, this one too.
        self.changed.emit(_EVERYTHING | {ERASED} if report.entries_erased else _EVERYTHING)

    def _on_failure(self, error: UserFacingError) -> None:
        self._end()
        self.stopped.emit(error.code)
        message = word(error)
        self.state.show_outcome(message.what, message.meaning + message.action, Tone.BAD)
        self.refresh(frozenset())

    def _on_cancelled(self) -> None:
        self._on_failure(UserFacingError("sync.cancelled"))

    # --- enrolling

    def _enrol(self, address: str, code: str) -> None:
        application = self._application
        self.action.setEnabled(False)
        self.run(
            lambda: sync.enrol(application, address, code),
            lambda _: self._on_enrolled(),
            self._on_refused,
            lane=Lane.OUTSIDE,
        )

    def _on_enrolled(self) -> None:
        self.role_changed.emit()
        self.action.setEnabled(True)
        self.tell(Notice(self.tr("已在县里开通，正在取村名、标准和合作单位。")))
        self._arrange()
        self.focus_first()
        self.changed.emit(_EVERYTHING)
        self.start()

    def _on_enrolled_by_stick(self) -> None:
        self.role_changed.emit()

        def go_on(state: SyncState) -> None:
            if state.county_url is not None:
                self._on_enrolled()
                return
            words = self.tr("填上县里的地址，联网时同步一次，就能取村名、标准和合作单位。")
            self.tell(Notice(self.tr("已在县里开通。"), Tone.GOOD, words))
            self._arrange()
            self.changed.emit(_EVERYTHING)

        self.run(lambda: sync.sync_state(self._application), go_on)

    def _on_refused(self, error: UserFacingError) -> None:
        self.action.setEnabled(True)
        self.enrolment.online.show_error(error)

    def _keep_address(self, address: str) -> None:
        application = self._application
        self.run(
            lambda: sync.set_county_url(application, address),
            lambda done: self.changed.emit(done.changed),
            self.state.address.show_error,
            lane=Lane.WRITE,
        )

    # --- what is shown

    def _press_primary(self) -> None:
        if self._application.enrolment is None:
            self.enrolment.submit()
        else:
            self.start()

    def _arrange(self) -> None:
        practice = self._application.practice
        is_enrolled = self._application.enrolment is not None
        shown: list[QWidget]
        if practice:
            shown = [self._practice]
        elif is_enrolled:
            shown = [self.state, self._lists]
        else:
            shown = [self.enrolment]
        made = [vars(self).get(name) for name in ("state", "_lists", "enrolment", "_practice")]
        for part in made:
            if isinstance(part, QWidget):
                part.setVisible(part in shown)
        self.action.setVisible(not practice)
        self.action.setText(self.tr("同步") if is_enrolled or practice else self.enrolment.primary_words())

    def _show(self, shown: _Shown) -> None:
        state = shown.state
        self._arrange()
        last = self.tr("还没有同步过")
        if state.last_sync is not None:
            last = self.tr("上次同步 {when}").format(when=moment_words(state.last_sync))
        self.set_title(self.tr("同步"), "" if state.practice else last)
        if self._application.enrolment is not None:
            self.state.show_state(state, self._application.worker.county_name)
            self._overview = shown.overview
            in_slices(self, self._show_overview(shown.overview), slice_seconds=0)
        elif not state.practice:
            self.enrolment.look_for_request()

    def _show_overview(self, overview: Overview) -> Iterator[object]:
        """Whoever is faster than the making of these cards ahead waits for one at a time."""
        waits_for_list = "attention" not in vars(self) and self.hasFocus()
        yield self.attention
        if waits_for_list and self.hasFocus():
            self.focus_first()
        if self._overview is overview:  # nothing newer came
            self.attention.show_lines(overview.attention, overview.dealt)
        yield self.results
        if self._overview is overview:
            self.results.show_batches(overview.batches)

    def _settle(self, one: Attention, how: str) -> None:
        if one.entry is not None:
            work = partial(sync_attention.settle, self._application, one.entry, how)
        else:
            work = partial(sync_attention.keep_standing, self._application, one.record or "", how)
        self.run(work, lambda _: self._on_settled(), lane=Lane.WRITE)

    def _on_settled(self) -> None:
        self.attention.how.clear()
        self.changed.emit(frozenset({"sync"}))
