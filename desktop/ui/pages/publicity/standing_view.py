"""One consent to publicity: its answers at the left, the page that came back at the right; and the second check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.posting import MayBePosted
from desktop.domain.publicity import PublicityState
from desktop.services import beside_checks, publicity, publicity_paper, scans
from desktop.services.application import Application, Done
from desktop.services.beside_checks import BesideStanding
from desktop.services.permission import Capability, may
from desktop.services.publicity import PublicityView
from desktop.services.scan_facts import ScanLack
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.beside_panel import BesideAsked, BesidePanel
from desktop.ui.pages.consent.scan_words import LACKS
from desktop.ui.pages.page import Page
from desktop.ui.pages.publicity.words import answer_rows, explanation, facts_rows, state_chip
from desktop.ui.pages.returned_paper import ReturnedPaper
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area, scrolled

_UNSIGNED = (PublicityState.DRAFTED, PublicityState.PRINTED)


@dataclass(frozen=True, slots=True)
class StandingOpening:
    """One consent to publicity as it is opened, with its pages and why this worker may not check it."""

    view: PublicityView
    shown: MayBePosted
    problem: str
    scans: tuple[ScanView, ...]
    pages: SheetPages
    scan_lack: ScanLack | None
    """Why the pictures cannot be what it is checked against here; None where they can."""
    beside: BesideStanding | None
    """The newest check that a colleague made at this laptop."""
    is_for_colleague: bool
    """Whether a colleague can be asked to check it here."""


def load_standing(application: Application, publicity_id: str) -> StandingOpening:
    """As it is opened; raises UserFacingError ``record.unknown``."""
    view = publicity.publicity(application, publicity_id)
    is_waiting = view.state is PublicityState.SIGNED
    problem = publicity.check_problem(application, publicity_id) if is_waiting else ""
    beside = beside_checks.standing_of(application, publicity_id)
    return StandingOpening(
        view,
        publicity.may_be_shown(application, view),
        problem,
        publicity_paper.publicity_scans(application, publicity_id),
        publicity_paper.publicity_pages(application, publicity_id),
        scans.lack_of(application, publicity_id),
        beside,
        is_waiting and beside_checks.can_ask(application, problem, beside),
    )


class PublicityStanding(Filling):
    """The record and the second check beside the picture."""

    reopened = Signal(str)
    """Something was filed, checked or erased: show it anew."""
    closed = Signal()
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._opening: StandingOpening | None = None

    def build(self) -> Iterator[None]:
        """Make it, a part per step."""
        self._chip = StateChip(Chip(""), self)
        self._explained = label(wrap=True)
        self._answers_title = label(self.tr("本人的答复"), "field")
        self._answers, self._beside_answers, self._facts = Facts(), Facts(), Facts()
        yield
        self.basis: ChoiceField[str] = ChoiceField([("scan", self.tr("扫描件")), ("paper", self.tr("纸质原件"))])
        self.reason = TextField(self.tr("如 签名不是本人、漏签一页、看不清"))
        self.confirm_void = button(self.tr("作废这份宣传同意"), self._on_void, Icon.REFUSED)
        self.wrong = button(self.tr("有问题……"), self._begin_void)
        self.beside = button(self.tr("请同事在这台电脑上核对……"), self.ask_colleague, Icon.CHECKED)
        self.back = button(self.tr("回到征求过的"), self.closed.emit, Icon.BACK)
        self.returned = ReturnedPaper(self._page, self._application, self.tr("这份宣传同意书"), self)
        self.returned.reopened.connect(self.reopened)
        self.returned.erasing_began.connect(lambda: self.primary_changed.emit(""))
        self.returned.erasing_ended.connect(self._say_primary)
        self._nothing = label(
            self.tr("还没有收进签好的纸。收进来以后，在这里对着看；没有影像，请对着纸质原件核对。"), "soft", wrap=True
        )
        yield
        self._lay_out()

    def _lay_out(self) -> None:
        self._check = Form(1)
        self._check.add(self.tr("对照着什么核对的"), self.basis)
        self._void = QWidget()
        inside = QVBoxLayout(self._void)
        inside.setContentsMargins(0, 0, 0, 0)
        form = Form(1)
        form.add(self.tr("有什么问题"), self.reason)
        inside.addWidget(form)
        inside.addWidget(self.confirm_void, 0, Qt.AlignmentFlag.AlignLeft)
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        self._record, self._beside_area = scrolled(content, left), scroll_area(left)
        for area in (self._record, self._beside_area):
            left.add(area, 1)
        self._beside_area.hide()
        self.returned.erasing_beside(left, self._record)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._explained)
        self.returned.words_in(column)
        column.addWidget(self._answers_title)
        column.addWidget(self._answers)
        column.addWidget(self._check)
        column.addWidget(self._void)
        column.addWidget(Flow([self.returned.take, self.returned.paste, self.beside, self.wrong, self.back]))
        column.addWidget(self._facts)
        column.addStretch(1)
        right.add(self._nothing)
        self.returned.pictures_in(right)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        both.addWidget(left, 1)
        both.addWidget(right, 1)

    @property
    def can_check(self) -> bool:
        """Whether this worker may do the second check now."""
        opening = self._opening
        return opening is not None and opening.view.state is PublicityState.SIGNED and not opening.problem

    @cached_property
    def colleagues(self) -> BesidePanel:
        """A colleague's check at this laptop; made when it is first asked for."""
        made = BesidePanel(self._page, self._application, self._beside_answers, self.tr("这份宣传同意"))
        made.primary_changed.connect(self.primary_changed)
        made.signed.connect(self.reopened)
        made.closed.connect(self._end_beside)
        put_in(self._beside_area, made)
        return made

    def ask_colleague(self) -> None:
        """Ask a colleague to check it here, where somebody else can."""
        opening = self._opening
        if opening is not None and opening.is_for_colleague:
            self.returned.erase.hide()
            self._show_beside(is_shown=True)
            self._beside_answers.show_facts(answer_rows(opening.view))
            self.colleagues.begin(BesideAsked(opening.view.id, opening.scan_lack))

    def _show_beside(self, *, is_shown: bool) -> None:
        self._record.setVisible(not is_shown)
        self._beside_area.setVisible(is_shown)

    def _end_beside(self) -> None:
        if self._opening is not None:
            self._show_beside(is_shown=False)
            self.returned.erase.setVisible(bool(self._opening.scans))
            self._say_primary()
            self.focus_first()

    def begin(self, opening: StandingOpening) -> Iterator[None]:
        """Show one, a part per step."""
        self._opening = opening
        view = opening.view
        self._chip.show_chip(state_chip(view, self._application.today(), opening.beside))
        self._explained.setText(explanation(view, opening.shown, opening.problem, opening.beside))
        self._show_beside(is_shown=False)
        self._answers.show_facts(answer_rows(view))
        yield
        self._facts.show_facts(facts_rows(view))
        is_signed = view.state not in _UNSIGNED
        self.basis.set_value(None)
        self.basis.offer(("scan", "paper") if opening.scan_lack is None else ("paper",))
        self._check.show_hint(self.basis, LACKS[opening.scan_lack] if opening.scan_lack is not None else "")
        self.reason.set_value("")
        self._check.setVisible(self.can_check)
        self._void.hide()
        may_void = view.state is PublicityState.SIGNED and may(self._application, Capability.VOID_SHEET)
        self.wrong.setVisible(may_void)
        self.beside.setVisible(opening.is_for_colleague)
        yield
        self._say_primary()
        self._nothing.setVisible(not opening.scans)
        takes = is_signed and view.state is not PublicityState.VOID
        self.returned.begin(view.id, opening.scans, opening.pages if is_signed else None, takes=takes)

    def _say_primary(self) -> None:
        self.primary_changed.emit(self.tr("核对无误，生效") if self.can_check else "")

    def focus_first(self) -> None:
        """To what the checker decides first."""
        if self.returned.is_erasing:
            return
        if not self._beside_area.isHidden():
            self.colleagues.focus_first()
            return
        if self.can_check:
            self.basis.setFocus()
            return
        next_steps = (self.returned.take, self.beside, self.back)
        next(one for one in next_steps if not one.isHidden()).setFocus()

    def confirm(self) -> None:
        """The primary action: 核对无误，生效, or the colleague's signature."""
        if not self._beside_area.isHidden():
            self.colleagues.confirm()
            return
        opening, basis = self._opening, self.basis.value()
        if opening is None or not self.can_check:
            return
        if basis is None:
            self._page.tell(Notice(self.tr("请选对照着什么核对的。"), Tone.WARN))
            self.basis.setFocus()
            return

        def done(result: Done[None]) -> None:
            self._page.changed.emit(result.changed)
            self._page.tell(Notice(self.tr("核对无误，已生效。"), Tone.GOOD, self.tr("已保存在本机。")))
            self.reopened.emit(opening.view.id)

        self.primary_changed.emit("")
        self._page.run(
            lambda: publicity.check_publicity(self._application, opening.view.id, basis),
            done,
            self._refused_check,
            lane=Lane.WRITE,
        )

    def _refused_check(self, error: UserFacingError) -> None:
        self.primary_changed.emit(self.tr("核对无误，生效"))
        self._page.tell(notice_of(word(error)))

    def _begin_void(self) -> None:
        self._void.show()
        self.wrong.hide()
        self.reason.setFocus()

    def _on_void(self) -> None:
        opening, reason = self._opening, self.reason.value()
        if opening is None:
            return
        if not reason:
            self._page.tell(Notice(self.tr("请写几个字，说明有什么问题。"), Tone.WARN))
            self.reason.setFocus()
            return

        def done(result: Done[None]) -> None:
            self._page.changed.emit(result.changed)
            self._page.tell(Notice(self.tr("已作废，原因也记下了。"), Tone.GOOD, self.tr("需要时请重新征求一份。")))
            self.reopened.emit(opening.view.id)

        self._page.run(
            lambda: publicity.void_publicity(self._application, opening.view.id, reason), done, lane=Lane.WRITE
        )
