"""转介: what was referred and what came back, and writing a referral outward (转出)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from PySide6.QtWidgets import QWidget

from desktop.domain.journal import ERASED
from desktop.services import people
from desktop.services.application import Application
from desktop.services.permission import Capability, may, refusal
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes
from desktop.ui.pages.page_of_views import PageOfViews
from desktop.ui.pages.referral.opening import Opening, ReferralOpening, load_referral, load_writing
from desktop.ui.pages.referral.overview import Overview
from desktop.ui.pages.referral.referral_view import ReferralStanding
from desktop.ui.pages.referral.writing_view import WritingView
from desktop.ui.printing import PrintPdf, print_pdf
from desktop.ui.slices import at_once
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.banner import notice_of

_CONCERNED = frozenset({"referral", "grant", "sheet", "help", "organisation"})
_RECALL_SEEN = frozenset({"recall-seen"})
"""No record changed: Today has a line less."""


class ReferralPage(PageOfViews):
    """``record`` is empty (all referrals), a resident's id or ``resident:<id>`` (write one), or ``referral:<id>``."""

    def __init__(
        self,
        tasks: Tasks,
        application: Application,
        print_with: PrintPdf | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tasks, parent)
        self._application = application
        self._shown = ""
        self.overview = Overview(self, application)
        self._print_with = print_with or print_pdf
        self.body.addWidget(self.overview, 1)
        self.overview.opened.connect(lambda record: self.go("referral", record))
        self._show_overview()

    # --- the views, each made when it is first needed

    @cached_property
    def _writing(self) -> tuple[WritingView, Iterator[None]]:
        """``writing`` as it begins, and the steps by which it is built."""
        view = self._add(WritingView(self, self._application))
        view.finished.connect(lambda referral: self.go("referral", f"referral:{referral}"))
        view.primary_changed.connect(self._offer)
        return view, view.build()

    @property
    def writing(self) -> WritingView:
        """A referral being written."""
        view, steps = self._writing
        at_once(steps)
        return view

    @cached_property
    def _referral(self) -> tuple[ReferralStanding, Iterator[None]]:
        view = self._add(ReferralStanding(self, self._application, self._print_with))
        view.moved.connect(lambda referral: self.show_record(f"referral:{referral}"))
        view.primary_changed.connect(self._offer)
        return view, view.build()

    @property
    def referral(self) -> ReferralStanding:
        """A referral on its way."""
        view, steps = self._referral
        at_once(steps)
        return view

    def prepare(self) -> Iterator[object]:
        yield from self._make_writing()
        yield from self._referral[1]

    def _make_writing(self) -> Iterator[object]:
        view, steps = self._writing
        yield view
        yield from steps

    # --- what the window asks

    def show_start(self) -> None:
        self.leave()
        self._show_overview()

    def show_record(self, record: str) -> None:
        kind, _, name = record.partition(":") if ":" in record else ("resident", "", record)
        self.leave()
        self._shown = record
        if not name:
            self._show_overview()
        elif kind == "referral":
            self._load(partial(load_referral, self._application, name), self._show_referral)
        elif not may(self._application, Capability.DRAFT_REFERRAL):
            self._show_overview()
            self.tell(notice_of(word(refusal(self._application, Capability.DRAFT_REFERRAL))))
        else:
            self._load(partial(load_writing, self._application, name), self._show_writing)

    def refresh(self, changes: Changes) -> None:
        if changes and not changes & _CONCERNED:
            return
        # Never while a referral is being written: what is typed must not be pulled away.
        if self._current is self.overview:
            self.overview.refresh()
        elif isinstance(self._current, WritingView | ReferralStanding) and ERASED in changes:
            self._leave_if_erased(self._current)
        else:
            self._read_anew()

    def _read_anew(self) -> None:
        if isinstance(self._current, ReferralStanding):
            self._load(partial(load_referral, self._application, self._shown.partition(":")[2]), self._show_anew)

    def _leave_if_erased(self, view: WritingView | ReferralStanding) -> None:
        subject = view.writing.resident if isinstance(view, WritingView) else self._shown.partition(":")[2]

        def leave(is_erased: bool) -> None:
            if self._current is not view:
                return
            if not is_erased:
                self._read_anew()
                return
            if isinstance(view, WritingView):
                view.keeper.drop()
            self.gone.emit()

        self.run(lambda: people.is_erased(self._application, subject), leave)

    def leave(self) -> None:
        if isinstance(self._current, WritingView):
            self._current.leave()

    def focus_first(self) -> None:
        if isinstance(self._current, Overview | WritingView | ReferralStanding):
            self._current.focus_first()

    # --- views

    def _show_overview(self) -> None:
        self._turn += 1
        self._bring_overview()

    def _bring_overview(self) -> None:
        self._show_view(self.overview)
        self.set_title(self.tr("转介"), self.tr("转给慈善组织，等回音"))
        self.set_help(_HELP_LIST)
        self._offer("")
        self.overview.refresh()

    def _show_writing(self, opening: Opening) -> None:
        def then() -> None:
            self.set_title(self.tr("写转介单"), f"{opening.person.name.name} · {opening.page.place}")
            self.set_help(_HELP_WRITING)
            self.focus_first()

        self._show_filled(lambda: self.writing, lambda view: view.begin(opening), then, self._make_writing())

    def _show_referral(self, opening: ReferralOpening) -> None:
        def then() -> None:
            self._name_referral(opening)
            self.focus_first()
            if opening.recall is not None:
                self.changed.emit(_RECALL_SEEN)

        self._show_filled(lambda: self.referral, lambda view: view.begin(opening), then, self._referral[1])

    def _show_anew(self, opening: ReferralOpening) -> None:
        """What changed of the referral that is shown; it stays on the screen meanwhile."""
        self._while_wanted(self.referral.begin(opening), lambda: self._name_referral(opening))

    def _name_referral(self, opening: ReferralOpening) -> None:
        if self._current is self.referral:
            self.set_title(opening.view.name, self.tr("转介单 {number}").format(number=opening.view.number))
            self.set_help(_HELP_REFERRAL)
            self.referral.show()  # it is hidden where it was about to show another one

    # --- the one primary action

    def _go_on(self) -> None:
        if isinstance(self._current, WritingView | ReferralStanding):
            self._current.go_on()


_HELP_LIST = """这里是全部转介单：逾期的、退回的、等您回访的排在前面。点一张打开。

要写新的：在上面的小框里找到这个人；也可以从家庭的页面打开。先有本人同意，才能转介。"""
_HELP_WRITING = """从需求开始：选需求，看哪家合适、为什么；选好以后，下面列出每一项信息可不可以给。

“等核对后可以”的，可以先提交排队，核对以后县里才放行。“不可以”的写着原因。

右边是本单位留存的一份，印着“未放行·不得交付”。给对方的一联，县里放行以后才能打印。"""
_HELP_REFERRAL = """左边是这张单走到哪一步，右边是纸。

给对方的一联要等县里放行；放行以前按钮是灰的，下面写着为什么。

对方说送达了，请回访本人，再按“确认送达”。"""
