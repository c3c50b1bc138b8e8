"""同步: report to the county, take in what it sends, see to what needs a person."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.records import KINDS
from desktop.services import sync, sync_attention, sync_overview
from desktop.services.application import Application
from desktop.services.sync import SyncReport, SyncState
from desktop.services.sync_attention import Attention, Sort
from desktop.services.sync_overview import AttentionLine, DealtLine, News, Overview, PastBatch, SyncProgress
from desktop.ui.county_address_form import CountyAddressForm
from desktop.ui.enrolment_form import EnrolmentForm
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.models.table import Column, TableRow
from desktop.ui.pages.page import Changes, Page
from desktop.ui.sync_words import (
    attention_key,
    attention_row,
    attention_target,
    batch_key,
    batch_row,
    dealt_key,
    dealt_row,
    moment_words,
    news_row,
    news_target,
    outcome_words,
    progress_words,
    report_facts,
    roster_notice,
    state_words,
    was_reached,
)
from desktop.ui.tasks import Lane, LongTask, Progress, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.usb_enrolment_form import UsbEnrolmentForm
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.labels import ShortenedLabel, label
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.widgets.progress_panel import ProgressPanel
from desktop.ui.widgets.table_pane import TablePane

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


def _is_settled_here(one: Attention) -> bool:
    """Whether a sentence here settles it; two values of one group are chosen between on the household's page."""
    return one.sort is not Sort.CONFLICT


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
        self._is_by_stick = False
        self._attention: dict[str, AttentionLine] = {}
        self._dealt: dict[str, DealtLine] = {}
        self._news: dict[str, News] = {}
        self._batches: dict[str, PastBatch] = {}
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
        self._make_state_card()
        self._make_lists()
        self._make_enrolment()
        self._practice = EmptyState(
            Icon.PRACTICE,
            self.tr("练习库不和县里同步"),
            self.tr("练习的内容只在这台电脑上，谁也看不到。正式工作请锁定后选“别人在这台电脑上开通”，用开通码开通。"),
            parent=self,
        )
        self.body.addWidget(self._practice, 1)
        self.body.addWidget(self._enrolment, 1)
        self.body.addWidget(self._state_card)
        self.body.addWidget(self._lists, 1)
        self._arrange()
        self.refresh(frozenset())

    def show_record(self, record: str) -> None:
        if record == NOW:
            self.start()

    def refresh(self, changes: Changes) -> None:
        application = self._application

        def read() -> _Shown:
            return _Shown(sync.sync_state(application), sync_overview.overview(application))

        self.run(read, self._show)

    def focus_first(self) -> None:
        if not self._enrolment.isHidden():
            (self.usb if self._is_by_stick else self.enrolment).setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._application.practice:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.attention.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- syncing

    @property
    def is_syncing(self) -> bool:
        """Whether a sync is under way."""
        return self._task is not None

    def start(self) -> None:
        """Begin to sync, unless one is under way."""
        if self.is_syncing or self._application.practice or self._application.enrolment is None:
            return
        self._show_outcome("", "", Tone.NEUTRAL)
        self.progress.begin(self.tr("正在联系县里"))
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
            self.progress.show_progress(progress_words(shown))

    def _end(self) -> None:
        self._task = None
        self.progress.end()
        self.action.setEnabled(True)
        self.busy_changed.emit("")

    def _on_done(self, outcome: _Outcome) -> None:
        self._end()
        report = outcome.report
        if report.stopped is not None:
            self.stopped.emit(report.stopped.code)
        self._show_outcome(*outcome_words(report))
        self.facts.show_facts(report_facts(report))
        self._report_card.setVisible(was_reached(report))
        self._news = {one.record: one for one in outcome.news}
        self.news.show_entries(list(self._news))
        self._news_card.setVisible(bool(self._news))
        self.contact_changed.emit(was_reached(report))
        if report.stopped is not None and report.stopped.code in _CLOSED:
            self.closed_by_county.emit()
            return
        if report.roster is not None:
            self.tell(roster_notice(report.roster))
            self.role_changed.emit()
        # What came with the feed may concern every page, this one too.
        self.changed.emit(_EVERYTHING)

    def _on_failure(self, error: UserFacingError) -> None:
        self._end()
        self.stopped.emit(error.code)
        message = word(error)
        self._show_outcome(message.what, message.meaning + message.action, Tone.BAD)
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
        self._is_by_stick = False
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
        self.enrolment.show_error(error)

    def _enrol_by_stick(self, is_by_stick: bool) -> None:
        self._is_by_stick = is_by_stick
        self.enrolment.setVisible(not is_by_stick)
        self.usb.setVisible(is_by_stick)
        self._arrange()

    def _keep_address(self, address: str) -> None:
        application = self._application
        self.run(
            lambda: sync.set_county_url(application, address),
            lambda done: self.changed.emit(done.changed),
            self.address.show_error,
            lane=Lane.WRITE,
        )

    # --- what is shown

    def _press_primary(self) -> None:
        if self._application.enrolment is None:
            (self.usb if self._is_by_stick else self.enrolment).submit()
        else:
            self.start()

    def _arrange(self) -> None:
        practice = self._application.practice
        is_enrolled = self._application.enrolment is not None
        self._practice.setVisible(practice)
        self._enrolment.setVisible(not practice and not is_enrolled)
        self._state_card.setVisible(not practice and is_enrolled)
        self._lists.setVisible(not practice and is_enrolled)
        self.action.setVisible(not practice)
        enrolling = self.usb.primary_words() if self._is_by_stick else self.tr("开通")
        self.action.setText(self.tr("同步") if is_enrolled else enrolling)

    def _show(self, shown: _Shown) -> None:
        state = shown.state
        self._arrange()
        is_all = not state.waiting and not state.waiting_attachments and state.last_sync is not None
        self._state.setText(state_words(state))
        waiting = Chip(self.tr("待上报"), Tone.WARN, Icon.SAVED_HERE)
        self._state_chip.show_chip(Chip(self.tr("已报完"), Tone.GOOD, Icon.DONE) if is_all else waiting)
        last = self.tr("还没有同步过")
        if state.last_sync is not None:
            last = self.tr("上次同步 {when}").format(when=moment_words(state.last_sync))
        county = self._application.worker.county_name if state.enrolled else ""
        self.set_title(self.tr("同步"), "" if state.practice else last)
        self.address.setVisible(state.enrolled and state.county_url is None)
        self._where.setText(" · ".join(part for part in (county, state.county_url or "") if part))
        self._attention = {attention_key(line): line for line in shown.overview.attention}
        self._dealt = {dealt_key(line): line for line in shown.overview.dealt}
        self.attention.show_entries([*self._attention, *self._dealt])
        count = len(self._attention)
        title = self.tr("要您看一下 {count} 项").format(count=count) if count else self.tr("要您看一下")
        self._attention_card.set_title(title)
        self._dealing.setVisible(bool(count))
        self._on_chosen()
        self._batches = {batch_key(one): one for one in shown.overview.batches}
        self.batches.show_ids(list(self._batches))

    def _show_outcome(self, what: str, detail: str, tone: Tone) -> None:
        self._outcome.setVisible(bool(what))
        self._outcome_chip.show_chip(Chip(what.rstrip("。"), tone))
        self._outcome_detail.setText(detail)
        self._outcome_detail.setVisible(bool(detail))

    def _attention_rows(self, keys: tuple[str, ...]) -> Sequence[ListRow]:
        lines, dealt = self._attention, self._dealt
        return [
            attention_row(lines[key]) if key in lines else dealt_row(dealt[key])
            for key in keys
            if key in lines or key in dealt
        ]

    def _news_rows(self, records: tuple[str, ...]) -> Sequence[ListRow]:
        found = self._news
        return [news_row(found[record]) for record in records if record in found]

    def _batch_rows(self, keys: tuple[str, ...]) -> Sequence[TableRow]:
        batches = self._batches
        return [batch_row(batches[key]) for key in keys if key in batches]

    def _open_attention(self, key: str) -> None:
        line = self._attention.get(key) or self._dealt.get(key)
        target = attention_target(line) if line is not None else None
        if target is not None:
            self.target_asked.emit(target)
        elif line is not None:
            row = attention_row(line) if isinstance(line, AttentionLine) else dealt_row(line)
            self.tell(Notice(row.subject, Tone.INFO, self.tr("这一项没有单独的页面可看。")))

    def _open_news(self, record: str) -> None:
        one = self._news.get(record)
        if one is not None:
            self.target_asked.emit(news_target(one))

    def _on_chosen(self) -> None:
        line = self._attention.get(self.attention.current())
        can_settle = line is not None and _is_settled_here(line.attention)
        self.how.setEnabled(can_settle)
        self.seen.setEnabled(can_settle and bool(self.how.text().strip()))

    def _settle(self) -> None:
        line = self._attention.get(self.attention.current())
        if line is None or not _is_settled_here(line.attention):
            return
        one, how = line.attention, self.how.text()
        if one.entry is not None:
            work = partial(sync_attention.settle, self._application, one.entry, how)
        else:
            work = partial(sync_attention.keep_standing, self._application, one.record or "", how)
        self.run(work, lambda _: self._on_settled(), lane=Lane.WRITE)

    def _on_settled(self) -> None:
        self.how.clear()
        self.changed.emit(frozenset({"sync"}))

    # --- laying out

    def _make_state_card(self) -> None:
        self._state_card = Card()
        self._state = ShortenedLabel(kind="section")
        self._state_chip = StateChip(Chip(self.tr("待上报"), Tone.WARN, Icon.SAVED_HERE))
        self._where = ShortenedLabel(kind="soft")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._state_chip)
        row.addWidget(self._state, 1)
        self._state_card.body.addLayout(row)
        self._state_card.add(self._where)
        self.address = CountyAddressForm()
        self.address.given.connect(self._keep_address)
        self.address.hide()
        self._state_card.add(self.address)
        self.progress = ProgressPanel(self.stop)
        self._state_card.add(self.progress)
        self._outcome = QWidget(self)
        outcome = QVBoxLayout(self._outcome)
        outcome.setContentsMargins(0, 0, 0, 0)
        outcome.setSpacing(4)
        self._outcome_chip = StateChip(Chip(""))
        self._outcome_detail = label(wrap=True)
        outcome.addWidget(self._outcome_chip)
        outcome.addWidget(self._outcome_detail)
        self._outcome.hide()
        self._state_card.add(self._outcome)

    def _make_lists(self) -> None:
        nothing = EmptyState(Icon.DONE, self.tr("没有要您处理的"), self.tr("县里没有退回的，也没有两边记得不一样的。"))
        self.attention = ListPane(self.tr("要您看一下"), self.fetch_with(self._attention_rows), nothing)
        self.attention.opened.connect(self._open_attention)
        self.attention.chosen.connect(lambda _: self._on_chosen())
        self._make_dealing()
        self._attention_card = Card(self.tr("要您看一下"))
        self._attention_card.add(self.attention, 1)
        self._attention_card.add(self._dealing)
        self.facts = Facts()
        self._report_card = Card(self.tr("这次同步"))
        self._report_card.add(self.facts)
        self._report_card.hide()
        self.news = ListPane(self.tr("这次的答复"), self.fetch_with(self._news_rows), QWidget(self))
        self.news.opened.connect(self._open_news)
        self._news_card = Card(self.tr("这次的答复"))
        self._news_card.add(self.news, 1)
        self._news_card.hide()
        columns = [
            Column(self.tr("封好的时间"), 3),
            Column(self.tr("项数"), 1, is_figure=True),
            Column(self.tr("到哪一步"), 3),
        ]
        no_batches = EmptyState(Icon.SEND, self.tr("还没有上报过"), self.tr("每次上报封成一批，县里的回执记在这里。"))
        self.batches = TablePane(self.tr("最近的批次"), columns, self.fetch_with(self._batch_rows), no_batches)
        batches = Card(self.tr("最近的批次"), self.tr("县里签字的回执"))
        batches.add(self.batches, 1)
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.body.spacing())
        column.addWidget(self._report_card)
        column.addWidget(self._news_card, 1)
        column.addWidget(batches, 1)
        self._lists = Columns([self._attention_card, side], [1, 1], enough=860)

    def _make_dealing(self) -> None:
        self.how = TextField()
        self.how.setPlaceholderText(self.tr("怎么处理的，写一句，例如“已重新登记”"))
        self.how.setAccessibleName(self.tr("怎么处理的"))
        self.how.textChanged.connect(lambda _: self._on_chosen())
        self.seen = button(self.tr("处理好了(&S)"), self._settle, Icon.CHECK, parent=self)
        self.seen.setToolTip(self.tr("日志里记下谁、什么时候、怎么处理的；两边都改了的，按现在的状态算"))
        self._dealing = QWidget(self)
        row = QHBoxLayout(self._dealing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.how, 1)
        row.addWidget(self.seen)

    def _make_enrolment(self) -> None:
        self.enrolment = EnrolmentForm(later=False, has_button=False)
        self.enrolment.asked.connect(self._enrol)
        self.enrolment.usb_asked.connect(lambda: self._enrol_by_stick(True))
        self.usb = UsbEnrolmentForm(self.tasks, self._application, later=False, has_button=False)
        self.usb.enrolled.connect(self._on_enrolled_by_stick)
        self.usb.online_asked.connect(lambda: self._enrol_by_stick(False))
        self.usb.primary_changed.connect(lambda _: self._enrol_by_stick(self.usb.is_waiting or self._is_by_stick))
        self.usb.hide()
        card = Card(self.tr("在县里开通"), self.tr("本机的内容都在；开通以后才能上报和取目录"))
        card.setMaximumWidth(640)
        card.add(self.enrolment)
        card.add(self.usb)
        self._enrolment = QWidget(self)
        column = QVBoxLayout(self._enrolment)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
