"""One consent to publicity: its answers at the left, the page that came back at the right; and the second check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.posting import MayBePosted
from desktop.domain.publicity import PublicityState
from desktop.services import publicity, publicity_paper, scan_intake, scan_tray, scans
from desktop.services.application import Application, Done
from desktop.services.erasing import Erasure
from desktop.services.permission import Capability, may
from desktop.services.publicity import PublicityView
from desktop.services.scan_facts import ScanLack
from desktop.services.scan_intake import Intake
from desktop.services.scan_prints import Why
from desktop.services.scan_tray import Waiting
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.file_choice import choose_files
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.consent.scan_erasing import ScanErasing
from desktop.ui.pages.consent.scan_words import LACKS, note_words, standing_words
from desktop.ui.pages.page import Page
from desktop.ui.pages.publicity.words import answer_rows, explanation, facts_rows, intake_words, state_chip
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area, scrolled
from desktop.ui.widgets.picture_view import PictureView, image_of

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


def load_standing(application: Application, publicity_id: str) -> StandingOpening:
    """As it is opened; raises UserFacingError ``record.unknown``."""
    view = publicity.publicity(application, publicity_id)
    return StandingOpening(
        view,
        publicity.may_be_shown(application, view),
        publicity.check_problem(application, publicity_id) if view.state is PublicityState.SIGNED else "",
        publicity_paper.publicity_scans(application, publicity_id),
        publicity_paper.publicity_pages(application, publicity_id),
        scans.lack_of(application, publicity_id),
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
        self.choose: Callable[[], tuple[str, ...]] = self._ask_for_files
        self._opening: StandingOpening | None = None
        self._scan: ScanView | None = None
        self._unrecognised: tuple[Waiting, ...] = ()
        self._turn = 0

    def build(self) -> Iterator[None]:
        """Make it, a part per step."""
        self._chip = StateChip(Chip(""), self)
        self._explained = label(wrap=True)
        self._standing = label(wrap=True)
        self._notes = label(kind="problem", wrap=True)
        self._said = label(kind="problem", wrap=True)
        self._answers_title = label(self.tr("本人的答复"), "field")
        self._answers, self._facts = Facts(), Facts()
        yield
        self.basis: ChoiceField[str] = ChoiceField([("scan", self.tr("扫描件")), ("paper", self.tr("纸质原件"))])
        self.reason = TextField(self.tr("如 签名不是本人、漏签一页、看不清"))
        self.confirm_void = button(self.tr("作废这份宣传同意"), self._on_void, Icon.REFUSED)
        self.wrong = button(self.tr("有问题……"), self._begin_void)
        self.take = button(self.tr("收签好的纸（选照片或扫描件）……"), self._on_take, Icon.SCAN)
        self.here = button(self.tr("这就是这一份的纸，收到这里"), self._on_here, Icon.CHECKED)
        self.back = button(self.tr("回到征求过的"), self.closed.emit, Icon.BACK)
        self.erase = link_button(self.tr("误存，删除这张扫描件……"), self._begin_erasing, Icon.DELETE)
        self._pages = Flow()
        self.picture = PictureView()
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
        self._record, self._erasing_area = scrolled(content, left), scroll_area(left)
        for area in (self._record, self._erasing_area):
            left.add(area, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self._explained, self._standing, self._notes, self._said, self.here, self._answers_title):
            column.addWidget(widget)
        column.addWidget(self._answers)
        column.addWidget(self._check)
        column.addWidget(self._void)
        column.addWidget(Flow([self.take, self.wrong, self.back]))
        column.addWidget(self._facts)
        column.addStretch(1)
        right.add(self._pages)
        right.add(self.picture, 1)
        right.body.addWidget(self.erase, 0, Qt.AlignmentFlag.AlignRight)
        offer(self.erase, self._application, Capability.ERASE)
        offer(self.take, self._application, Capability.TAKE_SCAN)
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

    def begin(self, opening: StandingOpening) -> Iterator[None]:
        """Show one, a part per step."""
        is_same = self._opening is not None and self._opening.view.id == opening.view.id
        self._opening, self._scan = opening, None
        self._turn += 1
        view = opening.view
        self._show_in_place(self._record)
        self._chip.show_chip(state_chip(view, self._application.today()))
        self._explained.setText(explanation(view, opening.shown, opening.problem))
        self._answers.show_facts(answer_rows(view))
        yield
        self._facts.show_facts(facts_rows(view))
        is_signed = view.state not in _UNSIGNED
        self._tell(self._standing, standing_words(opening.pages) if is_signed else "")
        self._tell(self._notes, "\n".join(note_words(opening.pages)) if opening.scans else "")
        if not is_same:
            self._say("", ())
        self.basis.set_value(None)
        self.basis.inputs()[0].setVisible(opening.scan_lack is None)
        self._check.show_hint(self.basis, LACKS[opening.scan_lack] if opening.scan_lack is not None else "")
        self.reason.set_value("")
        self._check.setVisible(self.can_check)
        self._void.hide()
        may_void = view.state is PublicityState.SIGNED and may(self._application, Capability.VOID_SHEET)
        self.wrong.setVisible(may_void)
        self.take.setVisible(is_signed and view.state is not PublicityState.VOID)
        self.erase.hide()
        yield
        self.primary_changed.emit(self.tr("核对无误，生效") if self.can_check else "")
        self._pages.setVisible(bool(opening.scans))
        if opening.scans:
            self._pages.replace(
                [
                    button(self._page_words(one), lambda one=one: self._show_page(one), Icon.SCAN)  # type: ignore[misc]
                    for one in opening.scans
                ]
            )
            self._show_page(opening.scans[0])
        else:
            self.picture.say(self.tr("还没有收进签好的纸。收进来以后，在这里对着看；没有影像，请对着纸质原件核对。"))
        if is_signed and not is_same and may(self._application, Capability.TAKE_SCAN):
            self._file_waiting(view.id)

    def focus_first(self) -> None:
        """To what the checker decides first."""
        if not self._erasing_area.isHidden():
            return
        (self.basis if self.can_check else self.take if self.take.isVisible() else self.back).setFocus()

    def confirm(self) -> None:
        """The primary action: 核对无误，生效."""
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

    # --- the page comes back

    def _file_waiting(self, publicity_id: str) -> None:
        """What came before the signing was recorded waits in the tray, and its code names this one."""
        application = self._application

        def filed(done: tuple[Done[str], ...]) -> None:
            if done:
                self._page.changed.emit(frozenset().union(*(one.changed for one in done)))
                self._page.tell(Notice(self.tr("待认盘里有这一份的纸，已收好。"), Tone.GOOD))
                self.reopened.emit(publicity_id)

        self._page.run(
            lambda: scan_tray.file_waiting(application, publicity_id), filed, self._refused, lane=Lane.OUTSIDE
        )

    def _ask_for_files(self) -> tuple[str, ...]:
        kinds = self.tr("照片、扫描件 (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.pdf)")
        return choose_files(self, self.tr("选签好的宣传同意书"), kinds)

    def _on_take(self) -> None:
        chosen = self.choose()
        if chosen:
            self._page.run(lambda: scans.read_picture(chosen[0]), self.take_in, self._refused, lane=Lane.OUTSIDE)

    def take_in(self, file: bytes) -> None:
        """A picture or PDF of signed paper: each page goes to where its code says, what has none is asked about."""
        opening = self._opening
        if opening is None:
            return
        application, shown = self._application, opening.view.id
        self.take.setEnabled(False)

        def received(done: Done[Intake]) -> None:
            self.take.setEnabled(True)
            self._page.changed.emit(done.changed)
            if self._opening is None or self._opening.view.id != shown:
                return
            words = intake_words(done.value, shown)
            is_filed = not (done.value.waiting or done.value.let_go)
            self._say("" if is_filed else words, done.value.waiting)
            if is_filed:
                self._page.tell(Notice(words, Tone.GOOD))
            if done.value.filed:
                self.reopened.emit(shown)

        self._page.run(
            lambda: scan_intake.take_in(application, file, sheet_id=shown), received, self._refused, lane=Lane.OUTSIDE
        )

    def _say(self, words: str, waiting: tuple[Waiting, ...]) -> None:
        self._unrecognised = tuple(one for one in waiting if one.why is Why.NO_CODE)
        self._tell(self._said, words)
        self.here.setVisible(bool(self._unrecognised))

    @staticmethod
    def _tell(shown: QLabel, words: str) -> None:
        shown.setText(words)
        shown.setVisible(bool(words))

    def _refused(self, error: UserFacingError) -> None:
        self.take.setEnabled(True)
        self._page.tell(notice_of(word(error)))

    def _on_here(self) -> None:
        opening = self._opening
        if opening is None or not self._unrecognised:
            return
        application, shown = self._application, opening.view.id
        waiting, left = self._unrecognised[0], self._unrecognised[1:]
        number = next(iter(opening.pages.missing), 1)

        def filed(done: Done[str]) -> None:
            self._page.changed.emit(done.changed)
            self._say(self._said.text() if left else "", left)
            self._page.tell(Notice(self.tr("收好了，核对的人会看到是人工确认的。"), Tone.GOOD))
            self.reopened.emit(shown)

        self._page.run(
            lambda: scan_tray.file_from_tray(application, waiting.id, shown, number),
            filed,
            self._refused,
            lane=Lane.WRITE,
        )

    def _page_words(self, scan: ScanView) -> str:
        words = self.tr("第 {page} 页").format(page=scan.page)
        return words if scan.recognised else words + self.tr("（人工确认）")

    def _show_page(self, scan: ScanView) -> None:
        self._turn += 1
        turn, application = self._turn, self._application
        self._scan = scan
        self.erase.setVisible(not self._record.isHidden())
        if not scans.is_here(application, scan):
            self.picture.say(self.tr("这张扫描件在同事的电脑上，还没有传过来。可以请他拿纸质原件来，对着纸核对。"))
            return
        self.picture.say(self.tr("正在打开扫描件……"))

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.picture.show_image(image, self._page_words(scan))

        self._page.run(lambda: image_of(scans.scan_picture(application, scan)), show, lane=Lane.OUTSIDE)

    # --- a page that was filed by mistake

    @cached_property
    def erasing(self) -> ScanErasing:
        """Erasing the page that is shown; made when it is first asked for."""
        made = ScanErasing(self._page, self._application)
        made.erased.connect(self._on_erased)
        made.closed.connect(self._end_erasing)
        put_in(self._erasing_area, made)
        return made

    def _begin_erasing(self) -> None:
        if self._scan is not None:
            self.primary_changed.emit("")
            self.erase.hide()
            self._show_in_place(self._erasing_area)
            self.erasing.begin(self._scan)

    def _on_erased(self, done: Done[Erasure]) -> None:
        self.picture.say(self.tr("这张扫描件已删除。"))
        self._scan = None
        self._pages.hide()
        self._page.changed.emit(done.changed)

    def _end_erasing(self) -> None:
        if self._opening is not None:
            self.reopened.emit(self._opening.view.id)

    def _show_in_place(self, shown: QWidget) -> None:
        for area in (self._record, self._erasing_area):
            area.setVisible(area is shown)
