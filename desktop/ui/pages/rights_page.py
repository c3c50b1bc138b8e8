"""权利请求: what people ask about their own data, with the days that are left, the acts it leads to, and the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.documents.form_content import FormResident
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.rights import ANSWERED_BY_COPY, ANSWERS, RIGHTS_REQUEST, RightKind
from desktop.services import data_copy, rights, rights_acts, rights_paper
from desktop.services.application import Application, Done
from desktop.services.erasing_plan import Outlook
from desktop.services.paper import COPIES, Paper
from desktop.services.permission import Capability, may
from desktop.services.record_paper import RecordPaper
from desktop.services.rights import RequestView
from desktop.services.rights_acts import Erased, Stopped
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.rights.acts_card import WHOLE, Found
from desktop.ui.pages.rights.reading import Desk, look_at, outlook_of, read_desk
from desktop.ui.pages.rights.request_view import RequestPanel
from desktop.ui.pages.rights.taking_form import TakingForm
from desktop.ui.pages.rights.words import clock_facts, request_row
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import Printing
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card, EmptyState, Facts
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.list_pane import ListPane

T = TypeVar("T")
_SHOWN = frozenset({RIGHTS_REQUEST, "resident", "household", "grant", "publicity", "scan", "visit", "sheet", ERASED})


class RightsPage(Page):
    """Records: ``household:<id>``, ``person:<id>``, ``request:<id>``; ``all``, or none, for all that there are."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: Callable[..., Printing]) -> None:
        super().__init__(tasks)
        self._application, self._print = application, print_pdf
        self._household = self._resident = self._request = self._name = ""
        self._is_taking = self._wants_focus = False
        self._asked = 0
        self._requests: dict[str, RequestView] = {}
        self._named: dict[str, FormResident] = {}
        """Whom a letter is for whose record was just erased; in memory, and only until the page is left."""
        self._paper: Paper | None = None
        self.set_title(self.tr("权利请求"))
        self.set_help(
            self.tr(
                "谁都可以要求看、复制、更正、补充、删除自己的信息，限制处理，要求解释（个人信息保护法第四十四条到第五十条）。"
                "先收下，再在期限内答复；不能照办的写明理由。\n\n"
                "收下以后，左边是要办的那一步：副本、改信息、删除、停止提供。办完在右边答复，打印答复书两份，一份交提出的人，"
                "一份存档。\n\n删除时，还在办救助、保存期限没满的不能删，程序会写明依据和到哪天。\n\n"
                "社工可以收请求，由经办人、复核人答复。"
            )
        )
        self.action = self.set_primary(self.tr("收一件请求"), self._press)

    def build(self) -> Iterator[None]:
        application = self._application
        self.members: ChoiceField[str] = ChoiceField([])
        self._members_place = QVBoxLayout()
        self._members_place.addWidget(self.members)
        nothing = EmptyState(
            Icon.ANSWER, self.tr("还没有权利请求"), self.tr("有人来问自己的信息，到他家的页面按“权利请求”收下。")
        )
        self.pane = ListPane(self.tr("权利请求"), self.fetch_with(self._rows), nothing)
        self.pane.opened.connect(lambda record: self.go("rights", f"request:{record}"))
        listing = Card(self.tr("请求"))
        listing.body.addLayout(self._members_place)
        listing.add(self.pane, 1)
        self._all = link_button(self.tr("全部请求"), lambda: self.go("rights", "all"), Icon.TODAY, parent=listing)
        listing.body.addWidget(self._all, 0, Qt.AlignmentFlag.AlignLeft)
        yield
        self.clocks = Facts()
        self._clock_card = Card(self.tr("记了什么，保存多久"), self.tr("锁定的，本人要求也不能提前删"))
        self._clock_card.add(self.clocks)
        self._home = link_button(
            self.tr("回到这一户"),
            lambda: self.go("household", self._household),
            Icon.HOUSEHOLD,
            parent=self._clock_card,
        )
        self._clock_card.body.addWidget(self._home, 0, Qt.AlignmentFlag.AlignLeft)
        self._clock_card.body.addStretch(1)
        self._desk = Columns([listing, self._clock_card], [1, 1], enough=860, parent=self.ground)
        yield
        self.taking = TakingForm(application.today, self.ground)
        yield from self.taking.build()
        self.taking.keep_drafts(self, application)
        self.panel = RequestPanel(
            is_practice=application.practice,
            may_answer=may(application, Capability.ANSWER_REQUEST),
            take_back=self._take_back,
            back=self._go_person,
            parent=self.ground,
        )
        yield from self.panel.build()
        self.panel.answer.keep_drafts(self, application)
        self._printing = PaperPrinting(self, application, self._print, self.panel.preview)
        acts = self.panel.acts
        acts.copy_asked.connect(self._print_copy)
        acts.edit_asked.connect(self._go_edit)
        acts.stop_asked.connect(self._stop)
        acts.outlook_asked.connect(self._look)
        acts.erase_asked.connect(self._erase)
        acts.withdraw_asked.connect(self._go_withdraw)
        acts.panel.sync_asked.connect(lambda: self.go("sync", "now"))
        self.panel.large.changed.connect(self._make_paper)
        yield
        for view in (self._desk, self.taking, self.panel):
            view.hide()
            self.body.addWidget(view, 1)

    def show_record(self, record: str) -> None:
        kind, _, given = record.partition(":")
        self._household = given if kind == "household" else ""
        self._resident = given if kind == "person" else ""
        self._request = given if kind == "request" else ""
        self.taking.end()
        self.panel.answer.draft.keep()
        self._is_taking = False
        self._forget()
        self._read()

    def show_start(self) -> None:
        if not (self._household or self._resident or self._request):
            self._read()

    def refresh(self, changes: Changes) -> None:
        if not self._is_taking and (not changes or changes & _SHOWN):
            self._read()

    def leave(self) -> None:
        self._named.clear()
        self.taking.draft.keep()
        self.panel.answer.draft.keep()

    def focus_first(self) -> None:
        if self._is_taking:
            self.taking.focus_first()
        elif self._request:
            self._wants_focus = not self.panel.isVisible()
            self.panel.focus_first()
        else:
            self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self._paper, self._requests = None, {}
        self.panel.forget()
        self.clocks.show_facts(())
        self.action.setVisible(False)  # until it is known whose request it would be
        self.pane.show_entries([])
        self._show_view(None)

    def _show_view(self, shown: QWidget | None) -> None:
        for view in (self._desk, self.taking, self.panel):
            view.setVisible(view is shown)

    # --- reading

    def _read(self) -> None:
        self._asked += 1
        asked = self._asked
        if self._request:
            request = self._request
            self.run(
                lambda: look_at(self._application, request),
                lambda found: self._show_request(*found) if asked == self._asked else None,
                self._on_refused,
            )
            return
        household, resident = self._household, self._resident
        self.run(
            lambda: read_desk(self._application, household, resident),
            lambda desk: self._show_desk(desk) if asked == self._asked and not self._is_taking else None,
            self._on_refused,
        )

    def _on_refused(self, error: UserFacingError) -> None:
        if error.code == "record.unknown" and (self._resident or self._household):
            self._forget()
            self._household = self._resident = ""
            self.gone.emit()
        else:
            self.tell(notice_of(word(error)))

    def _show_desk(self, desk: Desk) -> None:
        self._household, self._name = desk.household, desk.title
        self._requests = {one.id: one for one in desk.requests}
        self.set_title(self.tr("权利请求"), desk.title)
        self._show_members(desk.members)
        self.pane.show_entries(list(self._requests))
        self._clock_card.setVisible(bool(self._resident))
        self.clocks.show_facts(clock_facts(desk.clocks))
        self._home.setVisible(bool(desk.household))
        self._all.setVisible(bool(self._resident))
        self._show_view(self._desk)
        self.action.setText(self.tr("收一件请求"))
        self.action.setVisible(bool(self._resident))
        self.action.setEnabled(True)
        offer(self.action, self._application, Capability.TAKE_REQUEST)

    def _show_members(self, members: Sequence[tuple[str, str]]) -> None:
        old = self.members
        self.members = ChoiceField(members)
        if members and not self._resident:
            self._resident = members[0][0]
            self._read()  # the clocks are one person's
        self.members.set_value(self._resident if self._resident in dict(members) else None)
        self.members.changed.connect(self._on_member)
        for box in self.members.inputs():
            box.setAccessibleDescription(self.tr("谁的信息"))
        self._members_place.replaceWidget(old, self.members)
        old.deleteLater()
        self.members.setVisible(len(members) > 1)

    def _on_member(self) -> None:
        self._resident = self.members.value() or ""
        self._read()

    def _rows(self, ids: tuple[str, ...]) -> Sequence[ListRow]:
        known = self._requests
        return [request_row(known[one]) for one in ids if one in known]

    def _show_request(self, shown: RequestView, found: Found) -> None:
        self.set_title(self.tr("权利请求"), shown.fields.number)
        self.panel.show_request(shown, found)
        self._show_view(self.panel)
        if self._wants_focus:
            self._wants_focus = False
            self.panel.focus_first()
        can = may(self._application, Capability.ANSWER_REQUEST)
        self.action.setText(self.tr("记下答复") if shown.is_open else self.tr("打印答复书（两份）"))
        self.action.setVisible(shown.is_open or shown.state in ANSWERS)
        self.action.setEnabled(can and (shown.is_open or self._paper is not None))
        offer(self.action, self._application, Capability.ANSWER_REQUEST)
        if can:
            self._make_paper()

    # --- paper

    def _make_paper(self) -> None:
        """The letter once it is answered; until then the copy, where that is what was asked."""
        shown = self.panel.shown
        if shown is None:
            return
        application, large = self._application, self.panel.chosen_size
        person = self._named.get(shown.id)
        is_letter = shown.state in ANSWERS
        wants_copy = shown.is_open and shown.fields.kind in ANSWERED_BY_COPY and self.panel.found.is_here
        self._paper = None
        self.panel.paper.setVisible(is_letter or wants_copy)
        if not (is_letter or wants_copy):
            return
        title = self.tr("答复书") if is_letter else self.tr("个人信息副本")
        self.panel.paper.set_title(title, self.tr("看到的就是打印的"))
        self.panel.preview.expect()
        self._asked += 1
        asked = self._asked

        def make() -> Paper:
            if is_letter:
                return rights_paper.answer_letter_for(application, shown.id, person=person, large_type=large)
            return data_copy.data_copy_for(application, shown.id, large_type=large)

        def show(made: Paper) -> None:
            if asked == self._asked:
                self._paper = made
                self.panel.large.set_value(made.large_type)
                self.panel.preview.show_bytes(made.pdf, title)
                self._printing.show_prints(made.print_id, shown.fields.household)
                self.action.setEnabled(True)

        def refuse(error: UserFacingError) -> None:
            if asked == self._asked:
                self.panel.preview.clear()
                self.tell(notice_of(word(error)))

        self.run(make, show, refuse)

    def _print_copy(self) -> None:
        self._print_paper(self.tr("个人信息副本"), 1)

    def _print_paper(self, title: str, copies: int) -> None:
        made, shown = self._paper, self.panel.shown
        if made is None or shown is None:
            return
        subject = RecordPaper(made, shown.id, shown.fields.household)
        self._printing.print_paper(self, subject, f"{title} {made.form}", copies=copies)

    # --- acting

    def _press(self) -> None:
        shown = self.panel.shown
        if self._is_taking:
            self._take()
        elif not self._request:
            self._begin_taking()
        elif shown is not None and shown.is_open:
            self._answer(shown)
        else:
            self._print_paper(self.tr("答复书"), COPIES)

    def _begin_taking(self) -> None:
        self._is_taking = True
        self.taking.begin(self._name, self._resident)
        self._show_view(self.taking)
        self.action.setText(self.tr("收下"))
        self.taking.focus_first()

    def _take(self) -> None:
        missing = self.taking.missing()
        if missing:
            self.tell(notice_of(word(UserFacingError("rights.incomplete", what=missing.rstrip("。")))))
            return
        request, draft_id = self.taking.collect(self._resident), self.taking.draft.keep()

        def taken(done: Done[str]) -> None:
            self._is_taking = False
            self.taking.draft.forget()
            self.changed.emit(done.changed)
            self.tell(Notice(self.tr("已收下，保存在本机。期限从收到那天算起。")))
            self.go("rights", f"request:{done.value}")

        self._write(lambda: rights.take_request(self._application, request, draft_id=draft_id), taken)

    def _answer(self, shown: RequestView) -> None:
        found = self.panel.found
        answer = self.panel.answer.collect(found.corrected, found.restriction.withdrawal)
        if shown.fields.kind is RightKind.DELETE and not found.is_here:
            self._erase(WHOLE)
            return
        if answer is None:
            self.tell(notice_of(word(UserFacingError("rights.incomplete", what=self.tr("还没有选结果")))))
            return

        def answered(done: Done[None]) -> None:
            self.tell(Notice(self.tr("已答复，保存在本机。请打印答复书两份，一份交提出的人，一份存档。")))
            self.changed.emit(done.changed)

        self._write(lambda: rights.answer_request(self._application, shown.id, answer), answered)

    def _take_back(self) -> None:
        def done(result: Done[None]) -> None:
            self.tell(Notice(self.tr("已记下：本人收回了请求。")))
            self.changed.emit(result.changed)

        request = self._request
        self._write(lambda: rights.withdraw_request(self._application, request), done)

    def _stop(self) -> None:
        def stopped(result: Done[Stopped]) -> None:
            done = result.value
            words = self.tr(
                "已停止：同意事项 {grants} 项，宣传同意 {publicities} 份；没办完的转介已召回，下次同步最先上报。"
            )
            self.tell(Notice(words.format(grants=done.grants, publicities=done.publicities)))
            self.changed.emit(result.changed)

        request = self._request
        self._write(lambda: rights_acts.stop_providing(self._application, request), stopped)

    def _look(self, scan: str) -> None:
        """What erasing would come to, shown before anything is done."""
        shown = self.panel.shown
        if shown is None:
            return
        application, panel = self._application, self.panel.acts.panel
        title = self.tr("删除扫描件") if scan else self.tr("删除{name}的个人信息").format(name=shown.name)
        panel.wait(title)
        panel.show()
        panel.back.hide()
        self.panel.acts.withdraw.hide()

        def show(found: Outlook) -> None:
            if scan == self.panel.acts.chosen() and self.panel.shown is not None:
                panel.begin(title, found)

        def refuse(error: UserFacingError) -> None:
            panel.refuse(title, word(error).sentence())
            self.panel.acts.withdraw.setVisible(error.code == "erasing.withdraw-first")

        self.run(lambda: outlook_of(application, shown, scan), show, refuse)

    def _erase(self, scan: str) -> None:
        application, request, words = self._application, self._request, self.panel.answer.words.value()
        is_all = self.panel.acts.is_all_asked()

        def erase() -> Done[Erased]:
            if scan:
                return rights_acts.erase_scan_by_request(application, request, scan, words, is_all_asked=is_all)
            return rights_acts.erase_by_request(application, request, words)

        def erased(done: Done[Erased]) -> None:
            if done.value.person is not None:
                self._named[request] = done.value.person
            self.tell(
                Notice(
                    self.tr("能删的已删除，并已答复。"),
                    detail=self.tr("请现在打印答复书：离开这一页以后，程序就不知道他的姓名了，要手写。"),
                )
            )
            self.changed.emit(done.changed)

        self.panel.acts.panel.set_busy()
        self._write(erase, erased)

    def _write(self, op: Callable[[], T], success: Callable[[T], None]) -> None:
        self.panel.answer.draft.keep()  # kept after the act, it would bring back what is answered
        self.action.setEnabled(False)

        def done(result: T) -> None:
            self.action.setEnabled(True)
            success(result)

        def refused(error: UserFacingError) -> None:
            self.action.setEnabled(True)
            self.tell(notice_of(word(error)))

        self.run(op, done, refused, lane=Lane.WRITE)

    # --- going on

    def _go_edit(self) -> None:
        shown = self.panel.shown
        if shown is not None:
            self.go("household", f"edit:{shown.fields.household}:{shown.fields.resident}")

    def _go_withdraw(self) -> None:
        if self.panel.shown is not None:
            self.go("consent", f"list:{self.panel.shown.fields.resident}")

    def _go_person(self) -> None:
        if self.panel.shown is not None:
            self.go("rights", f"person:{self.panel.shown.fields.resident}")
