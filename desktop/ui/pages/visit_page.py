"""走访: choose a household, write down what is found at the door, and go on from there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.visits import Hint
from desktop.services import drafts, paper, people, visit_paper, visits
from desktop.services.application import Application, Done
from desktop.services.people import ResidentView, place_with_address
from desktop.services.record_paper import RecordPaper
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.returned_card import ReturnedCard
from desktop.ui.pages.visit.form import VisitForm
from desktop.ui.pages.visit.opening import DRAFT_KIND, Opening, Wanted, open_visit
from desktop.ui.pages.visit.saved_view import SavedView, SavedVisitShown, read_saved
from desktop.ui.pages.visit.start_rows import StartRows, start_rows
from desktop.ui.pages.visit.start_view import StartView
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf, print_pdf
from desktop.ui.slices import delete_in_slices, in_slices, paint_in_a_later_turn
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.wording_words import say_unfit

_HELP = """一户一次走访，填完一组接着下一组；左边能看到每组填了没有，点一下就过去。

Enter 到下一格，Ctrl+PgDown 到下一组，Ctrl+PgUp 回上一组，Ctrl+S 保存。

没见到人：在“见到人了吗”选“家中无人”，再按“保存走访”，就两下。

虚线格里是上次走访的内容。没有变就按“没有变化”，变了直接改，没问到按“这次没问”。没核对的内容不会当成这次的。

填的内容随时自动保存在加密库里，锁定、断电都不会丢，再打开这一户接着填。

提示是按县里的标准算的，只供参考；研判由您来定。"""


class VisitPage(Page):
    """Start, form or saved visit; a record is a household (its next visit) or a visit (to read or correct)."""

    def __init__(self, tasks: Tasks, application: Application, print_paper: PrintPdf = print_pdf) -> None:
        super().__init__(tasks)
        self._application = application
        self._print = print_paper
        self._printing: PaperPrinting | None = None
        self._wanted: Wanted | None = None
        self._asked = 0
        self._view: QWidget | None = None
        self._start_rows = StartRows()
        self._keeper = DraftKeeper(self, application, DRAFT_KIND, self._collect, self._on_kept, self.gone.emit)
        self.set_help(_HELP)
        self._show_start()

    @property
    def form(self) -> VisitForm | None:
        """The form, while one is shown."""
        return self._view if isinstance(self._view, VisitForm) else None

    @property
    def saved(self) -> SavedView | None:
        """The saved visit, while one is shown."""
        return self._view if isinstance(self._view, SavedView) else None

    @property
    def start(self) -> StartView | None:
        """The start, while it is shown."""
        return self._view if isinstance(self._view, StartView) else None

    # --- what the window asks

    def show_record(self, record: str) -> None:
        if self._wanted == Wanted(record) and self.form is not None:
            return  # back to what is being written
        self._keeper.keep()

        def show(is_visit: bool) -> None:
            if is_visit:
                self._open_saved(record, is_new=False)
            else:
                self._open(Wanted(record))

        self._read(lambda: visits.is_visit(self._application, record), show)

    def refresh(self, changes: Changes) -> None:
        form, wanted = self.form, self._wanted
        if self.start is not None:
            self.start.ask()
        elif form is not None and wanted is not None and (not changes or changes & {"household", "resident"}):
            self.run(
                lambda: open_visit(self._application, wanted).members,
                lambda members: self._offer_members(form, wanted, members),
                lambda error: self._on_refresh_refused(form, error),
            )
        elif self.saved is not None and ERASED in changes:
            self._leave_if_erased(self.saved)

    def _on_refresh_refused(self, form: VisitForm, error: UserFacingError) -> None:
        if self.form is form and error.code == "record.unknown":
            self._keeper.forget()  # the household was there when the form was opened, so it was erased
            self.gone.emit()
        else:
            self.tell(notice_of(word(error)))

    def _leave_if_erased(self, view: SavedView) -> None:
        def leave(is_erased: bool) -> None:
            if is_erased and self.saved is view:
                self.gone.emit()

        self.run(lambda: people.is_erased(self._application, view.shown.household.household), leave)

    def leave(self) -> None:
        self._keeper.keep()

    def focus_first(self) -> None:
        if self.form is not None:
            self.form.focus_first()
        elif self.start is not None:
            self.start.search.setFocus()
        elif self.saved is not None:
            self.saved.first.setFocus()

    # --- start

    def _show_start(self) -> None:
        self._wanted = None
        self._asked += 1
        view = StartView(self._ask_rows, lambda: self.go("new-household"), self.ground)
        view.opened.connect(self._open_row)
        self._replace(view)
        self.set_title(self.tr("走访"), self.tr("选一户开始"))
        self.primary = None
        self.header_changed.emit()
        view.ask()

    def _ask_rows(self, term: str, receive: Callable[[StartRows], None]) -> None:
        def keep(rows: StartRows) -> None:
            self._start_rows = rows
            receive(rows)

        # What was left unfinished is listed behind the keeping of the draft that was just put aside.
        lane = Lane.READ if term else Lane.WRITE
        self.run(lambda: start_rows(self._application, term), keep, lane=lane)

    def _open_row(self, row: str) -> None:
        if row in self._start_rows.wanted:
            self._open(self._start_rows.wanted[row])

    # --- the form

    def _open(self, wanted: Wanted) -> None:
        self._keeper.keep()
        self._read(lambda: open_visit(self._application, wanted), self._build_form)

    def _build_form(self, opening: Opening) -> None:
        asked = self._asked
        form = VisitForm(opening, self._application.clock, self.ground)

        def show() -> None:
            if asked == self._asked:
                self._show_form(form)
            else:
                form.deleteLater()

        form.built.connect(show)
        form.build()

    def _show_form(self, form: VisitForm) -> None:
        opening = form.opening
        amends = opening.amends.id if opening.amends is not None else ""
        self._wanted = Wanted(opening.household.household, amends)
        self._keeper.keep()
        self._keeper.begin(opening.draft, opening.household.household)
        form.changed.connect(self._on_changed)
        form.figures_changed.connect(self._ask_hints)
        form.given_up.connect(self._give_up)
        form.other_wanted.connect(self._put_aside)
        form.sections.visit.notice_paper_asked.connect(partial(self.go, "notice-paper", opening.household.household))
        self._replace(form)
        name = self.tr("{name} 户").format(name=opening.household.head_name or self.tr("未填户主"))
        title = self.tr("更正走访：{name}") if amends else self.tr("走访：{name}")
        place = place_with_address(opening.household)
        self.set_title(title.format(name=name), place)
        save = self.set_primary(self.tr("保存更正") if amends else self.tr("保存走访"), self._save)
        save.setShortcut("Ctrl+S")
        save.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.setToolTip(self.tr("Ctrl+S"))
        self.addAction(save)
        self._ask_hints()
        form.focus_first()

    def _on_changed(self) -> None:
        self._keeper.touch()

    def _collect(self) -> dict[str, Any] | None:
        form = self.form
        return form.sections.body() if form is not None and form.isEnabled() else None

    def _on_kept(self) -> None:
        if self.form is not None:
            self.form.show_kept(self.tr("已自动保存 {time:%H:%M}").format(time=self._application.clock()))
        elif self.start is not None:
            self.start.ask()  # asked before the draft was on the disk, the list lacks what was just put aside

    def _ask_hints(self) -> None:
        form = self.form
        if form is None:
            return
        sections, household = form.sections, form.opening.household
        income, spending = sections.income.income(), sections.spending.spending()
        categories = frozenset(held.category for held in household.categories)
        count, on = len(form.opening.members), sections.visit.day.value() or sections.today()

        def show(hints: tuple[Hint, ...]) -> None:
            if self.form is form:
                form.show_hints(hints)

        self.run(
            lambda: visits.visit_hints(self._application, income, spending, count, categories, on),
            show,
        )

    def _offer_members(self, form: VisitForm, wanted: Wanted, members: tuple[ResidentView, ...]) -> None:
        """Members came or went since the form was opened; it is not built anew under somebody's hands."""
        if self.form is not form or members == form.opening.members:
            return
        words = self.tr("这一户的成员信息有变化。")
        detail = self.tr("已填的内容都在；重新打开就按新的成员填。")
        self.tell(Notice(words, Tone.INFO, detail, self.tr("重新打开"), lambda: self._open(wanted), stays=True))

    def _put_aside(self) -> None:
        self._keeper.keep()
        self._show_start()
        self.focus_first()

    def _give_up(self) -> None:
        form = self.form
        if form is None or self._wanted is None:
            return
        draft_id, subject, body = self._keeper.id, self._wanted.household, form.sections.body()
        wanted = self._wanted
        self._keeper.drop()

        def undo() -> None:
            self.run(
                lambda: drafts.keep_draft(self._application, draft_id, DRAFT_KIND, subject, body),
                lambda _: self._open(wanted),
                lane=Lane.WRITE,
            )

        self._show_start()
        self.tell(Notice(self.tr("草稿已删除，没有记成走访。"), Tone.INFO, action=self.tr("撤销"), pressed=undo))
        self.focus_first()

    # --- saving

    def _save(self) -> None:
        form = self.form
        if form is None or not form.isEnabled() or not form.check():
            return
        visit, draft_id = form.sections.read(), self._keeper.id
        stated = form.sections.household.stated() if form.sections.visit.met() else None
        # Nothing may be typed, and no draft kept, between here and the answer: it would outlive the visit.
        self._keeper.keep()
        form.setEnabled(False)
        form.show_kept(self.tr("正在保存……"))

        asked = self._asked

        # Another household may have been asked for by the time the disk answers: that one is shown then.
        def saved(done: Done[visits.SavedVisit]) -> None:
            if self._keeper.id == draft_id:
                self._keeper.forget()
                self._wanted = None
            self.changed.emit(done.changed)
            if asked == self._asked:
                self._open_saved(done.value.visit, is_new=True)
            else:
                self.tell(Notice(self.tr("上一户的走访已保存在本机。")))

        def failed(error: UserFacingError) -> None:
            if self._keeper.id == draft_id:
                form.setEnabled(True)
                form.show_kept(self.tr("没有保存，填的还在屏幕上"))
                self._keeper.touch()
            self.tell(notice_of(word(error)))

        self.run(
            lambda: visits.record_visit(self._application, visit, near_relative=stated, draft_id=draft_id),
            saved,
            failed,
            lane=Lane.WRITE,
        )

    # --- a saved visit

    def _open_saved(self, visit_id: str, *, is_new: bool) -> None:
        self._read(
            lambda: read_saved(self._application, visit_id), lambda shown: self._build_saved(shown, is_new=is_new)
        )

    def _build_saved(self, shown: SavedVisitShown, *, is_new: bool) -> None:
        asked = self._asked
        view = SavedView(shown, is_new=is_new, parent=self.ground)

        def show() -> None:
            if asked == self._asked:
                self._show_saved(view, is_new=is_new)
            else:
                view.deleteLater()

        in_slices(view, view.build(), show)

    def _show_saved(self, view: SavedView, *, is_new: bool) -> None:
        shown = view.shown
        self._wanted = None
        self._keeper.begin(None)
        view.asked.connect(self.go)
        view.print_asked.connect(self._print_paper)
        view.correction_asked.connect(lambda: self._open(Wanted(shown.fact.visit.household, shown.fact.id)))
        self._replace(view)
        name = self.tr("走访：{name} 户").format(name=shown.household.head_name)
        self.set_title(name, place_with_address(shown.household))
        self.set_primary(self.tr("走访下一户"), self._go_on)
        view.size_asked.connect(partial(self._make_paper, view))
        self._make_paper(view)
        self.focus_first()
        if is_new:
            self.tell(Notice(self.tr("走访已保存在本机，同步时上报县里。")))

    def _make_paper(self, view: SavedView, large: bool | None = None) -> None:
        """The record in the size that was chosen; until then as large as it was printed last."""
        household, visit_id = view.shown.fact.visit.household, view.shown.fact.id
        view.expect_paper()

        def show(sheet: paper.Paper) -> None:
            # Of two choices in a row the last one stands.
            if self._view is view and view.large.value() in (None, large):
                view.show_paper(sheet)
                self._printing = PaperPrinting(self, self._application, self._print, view.preview)
                self._printing.show_prints(sheet.print_id, household)
                self._show_returned(view, visit_id, household)

        make = partial(visit_paper.visit_paper_for, self._application, household, visit_id, large_type=large)
        self.run(make, show)

    def _go_on(self) -> None:
        self._show_start()
        self.focus_first()

    def _show_returned(self, view: SavedView, visit_id: str, household: str) -> None:
        """The signed record that came back, once it was printed."""
        if self._view is not view:
            return
        if view.returned is None:
            view.returned = ReturnedCard(self, self._application, view)
            view.below.insertWidget(2, view.returned)
        view.returned.show_papers(visit_id, household)

    def _print_paper(self) -> None:
        view = self.saved
        if view is None or view.paper is None or self._printing is None:
            return
        sheet, fact = view.paper, view.shown.fact
        say_unfit(self, sheet)
        subject = RecordPaper(sheet, fact.id, fact.visit.household)
        title = self.tr("入户走访记录表 {form}").format(form=sheet.form)
        show_returned = partial(self._show_returned, view, fact.id, fact.visit.household)
        self._printing.print_paper(self, subject, title, done=show_returned)

    # --- views

    def _read(self, op: Callable[[], Any], show: Callable[[Any], None]) -> None:
        """Read what a view needs; an answer that somebody no longer waits for is passed over."""
        self._asked += 1
        asked = self._asked

        def receive(found: Any) -> None:
            if asked == self._asked:
                show(found)

        # Behind the keeping of the draft before it: a form left and opened again must find what was typed in it.
        self.run(op, receive, lane=Lane.WRITE)

    def _replace(self, view: QWidget) -> None:
        # The action of the view before must not answer Ctrl+S any more.
        for action in self.actions():
            self.removeAction(action)
        old = self._view
        self._view = view
        paint_in_a_later_turn(self)
        if old is not None:
            self.body.removeWidget(old)
            old.hide()
            delete_in_slices(old, self)
        self.body.addWidget(view, 1)
        view.show()
