"""One sheet after it was signed: waiting for its check, checked, refused or void; and the second check itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.consent import SheetState
from desktop.domain.sheet_signing import signed_of
from desktop.domain.signing import SIGNED_BY_NAMES
from desktop.domain.typed import format_date
from desktop.services import consent, paper, scans
from desktop.services.application import Application, Done
from desktop.services.erasing import Erasure
from desktop.services.permission import Capability, may
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.description_words import guardian_words
from desktop.ui.icons import Icon
from desktop.ui.messages import word_reason
from desktop.ui.pages.consent.grants_view import GrantsView
from desktop.ui.pages.consent.opening import SheetOpening
from desktop.ui.pages.consent.scan_erasing import ScanErasing
from desktop.ui.pages.consent.scan_words import note_words, standing_words
from desktop.ui.pages.consent.scanning import load_pictures
from desktop.ui.pages.consent.words import sheet_chip, sheet_line
from desktop.ui.pages.page import Page
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
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
from desktop.ui.widgets.sheet_preview import SheetPreview

_SIGNERS = {"signature": "签名", "fingerprint": "按指印"}
_WAITING = (SheetState.SIGNED, SheetState.SCANNED)


class SheetStanding(Filling):
    """The record at the left, the picture (or the paper) at the right."""

    person_asked = Signal(str)
    """The person's consents, with the withdrawal."""
    checked = Signal(str)
    rescan_asked = Signal(str)
    """The picture of this sheet went; another is to be taken in."""
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._opening: SheetOpening | None = None
        self._pictures: Mapping[str, bytes] = {}
        self._is_page_missing = False
        self._turn = 0
        self._chip = StateChip(Chip(""))
        self._explained = label(wrap=True)
        self._standing = label(wrap=True)
        self._notes = label(kind="problem", wrap=True)
        self._facts = Facts()
        self._grants = GrantsView()
        self.basis: ChoiceField[str] = ChoiceField([("scan", self.tr("扫描件")), ("paper", self.tr("纸质原件"))])
        self.reason = TextField(self.tr("如 签名不是本人、漏签一页、看不清"))
        self.confirm_void = button(self.tr("作废这份同意书"), self._on_void, Icon.REFUSED)
        self.wrong = button(self.tr("有问题……"), self._begin_void)
        self.person = button(self.tr("他的全部同意，撤回"), self._ask_person)
        self.rescan = button(self.tr("收正确的扫描件……"), self._ask_rescan, Icon.SCAN)
        self.erase = link_button(self.tr("误存，删除这张扫描件……"), self._begin_erasing, Icon.DELETE)
        self.original = link_button(self.tr("看拍来时的原样"), self._show_original, Icon.SCAN)
        self._scan: ScanView | None = None
        self._pages = Flow()
        self.picture = PictureView()
        self.preview = SheetPreview()
        self.preview.view.setMinimumHeight(200)
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
        row = Flow([self.rescan, self.wrong, self.person])
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        self._record, self._erasing_area = scrolled(content, left), scroll_area(left)
        left.add(self._record, 1)
        left.add(self._erasing_area, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (
            self._explained,
            self._standing,
            self._notes,
            self._facts,
            self._grants,
            self._check,
            self._void,
        ):
            column.addWidget(widget)
        column.addWidget(row)
        column.addStretch(1)
        right.add(self._pages)
        right.add(self.picture, 1)
        right.add(self.preview, 1)
        right.body.addWidget(self.original, 0, Qt.AlignmentFlag.AlignRight)
        right.body.addWidget(self.erase, 0, Qt.AlignmentFlag.AlignRight)
        offer(self.erase, self._application, Capability.ERASE)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        both.addWidget(left, 1)
        both.addWidget(right, 1)

    @property
    def can_check(self) -> bool:
        """Whether this worker may do the second check now."""
        opening = self._opening
        return opening is not None and opening.sheet.state in _WAITING and not opening.problem

    def begin(self, opening: SheetOpening) -> Iterator[None]:
        """Show one sheet, a part per step."""
        self._opening, self._pictures = opening, {}
        self._is_page_missing = False
        self._turn += 1
        sheet = opening.sheet
        own = [one for one in opening.person.grants if one.sheet == sheet.id]
        live = [sheet.id] if any(one.state == "in-force" for one in own) else []
        self._chip.show_chip(sheet_chip(sheet, live))
        self._explained.setText(self._explanation(opening))
        self._facts.show_facts(self._facts_of(opening))
        yield
        self._grants.show_grants(own)
        yield
        self.basis.set_value(None)
        self.reason.set_value("")
        self._check.setVisible(self.can_check)
        self._void.hide()
        self.wrong.setVisible(sheet.state in _WAITING)
        self.primary_changed.emit(self._primary_words(opening))
        self._show_erasing(is_erasing=False)
        self._scan = None
        self.erase.hide()
        self.original.hide()
        has_scans = bool(opening.scans)
        self._say_pages(sheet.id, None)
        self.rescan.setText(self.tr("收正确的扫描件……"))
        self.rescan.setVisible(self._lacks_scan(opening))
        self._pages.setVisible(has_scans)
        self.picture.setVisible(has_scans)
        self.preview.setVisible(not has_scans)
        if has_scans:
            self.picture.say(self.tr("正在打开扫描件……"))
            sheet_id = sheet.id
            self._page.run(lambda: load_pictures(self._application, sheet_id), self._show_pictures, lane=Lane.OUTSIDE)
            self._page.run(
                lambda: scans.sheet_pages(self._application, sheet_id),
                lambda pages: self._say_pages(sheet_id, pages),
                lane=Lane.OUTSIDE,
            )
        else:
            self._load_paper(sheet.id)

    def focus_first(self) -> None:
        """To what the checker decides first."""
        if not self._erasing_area.isHidden():
            return
        (self.basis if self.can_check else self.person).setFocus()

    def confirm(self) -> None:
        """The primary action: 核对无误, or taking the right picture in."""
        opening, basis = self._opening, self.basis.value()
        if opening is None or not self.can_check:
            self._ask_rescan()
            return
        if basis is None:
            self._page.tell(Notice(self.tr("请选对照着什么核对的。"), Tone.WARN))
            self.basis.setFocus()
            return

        def done(result: Done[tuple[str, ...]]) -> None:
            self._page.changed.emit(result.changed)
            text = self.tr("核对无误：{count} 项同意已生效。").format(count=len(result.value))
            self._page.tell(Notice(text, Tone.GOOD, self.tr("已保存在本机，同步后县里就能放行。")))
            self.checked.emit(opening.sheet.id)

        sheet_id = opening.sheet.id
        self.primary_changed.emit("")
        self._page.run(lambda: consent.check_sheet(self._application, sheet_id, basis), done, lane=Lane.WRITE)

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
            self.checked.emit(opening.sheet.id)

        sheet_id = opening.sheet.id
        self._page.run(lambda: consent.void_sheet(self._application, sheet_id, reason), done, lane=Lane.WRITE)

    # --- a picture that was filed by mistake

    def _lacks_scan(self, opening: SheetOpening) -> bool:
        """Whether its picture was there and went, so that the right one has to be taken in."""
        return not opening.scans and self._takes_pages(opening)

    def _takes_pages(self, opening: SheetOpening) -> bool:
        """Whether what is missing of a sheet that was taken in can be added here."""
        is_taken = opening.sheet.state in (SheetState.SCANNED, SheetState.CHECKED)
        return is_taken and may(self._application, Capability.TAKE_SCAN)

    def _primary_words(self, opening: SheetOpening) -> str:
        if self.can_check:
            return self.tr("核对无误")
        if self._lacks_scan(opening):
            return self.tr("收正确的扫描件")
        return self.tr("补收缺的页") if self._is_page_missing else ""

    def _ask_rescan(self) -> None:
        if self._opening is not None and (self._lacks_scan(self._opening) or self._is_page_missing):
            self.rescan_asked.emit(self._opening.sheet.id)

    @cached_property
    def erasing(self) -> ScanErasing:
        """Erasing the scan that is shown; made when it is first asked for."""
        made = ScanErasing(self._page, self._application)
        made.erased.connect(self._on_erased)
        made.closed.connect(self._end_erasing)
        put_in(self._erasing_area, made)
        return made

    def _begin_erasing(self) -> None:
        if self._scan is not None:
            self.primary_changed.emit("")
            self.erase.hide()
            self.original.hide()
            self._show_erasing(is_erasing=True)
            self.erasing.begin(self._scan)

    def _on_erased(self, done: Done[Erasure]) -> None:
        self.picture.say(self.tr("这张扫描件已删除。"))
        self._pictures, self._scan = {}, None
        self.erase.hide()
        self.original.hide()
        self._pages.hide()
        self._page.changed.emit(done.changed)

    def _end_erasing(self) -> None:
        opening = self._opening
        if opening is None:
            return
        if self._scan is None:  # it went: the sheet is read anew
            self.checked.emit(opening.sheet.id)
            return
        self._show_erasing(is_erasing=False)
        self.erase.show()
        self.primary_changed.emit(self._primary_words(opening))
        self.focus_first()

    def _show_erasing(self, *, is_erasing: bool) -> None:
        self._record.setVisible(not is_erasing)
        self._erasing_area.setVisible(is_erasing)

    def _ask_person(self) -> None:
        if self._opening is not None:
            self.person_asked.emit(self._opening.person.id)

    def _explanation(self, opening: SheetOpening) -> str:
        sheet = opening.sheet
        if sheet.state is SheetState.CHECKED:
            by = sheet.fields.get("checked_by", "")
            against = {"scan": self.tr("对照扫描件"), "paper": self.tr("对照纸质原件")}
            basis = against.get(str(sheet.fields.get("checked_against", "")), "")
            return self.tr("由 {by} {basis}核对无误。").format(by=by or self.tr("县级值班员"), basis=basis)
        if sheet.state is SheetState.VOID and sheet.reason == "refused":
            said = str(sheet.fields.get("words", ""))
            words = self.tr("本人不同意，已记下。低保等政府救助不受影响；6 个月内不再主动询问。")
            return words + (self.tr("他说：{said}").format(said=said) if said else "")
        if sheet.state is SheetState.VOID:
            return self.tr("这份已作废：{reason}。纸上的编号留着记录。").format(reason=sheet.reason or "—")
        if self._lacks_scan(opening):
            return self.tr("原来的扫描件存错了，已经删除。请收正确的那一张；没有扫描件，只能对着纸质原件核对。")
        if opening.problem:
            why = (
                self.tr("您参与了征求，不能自己核对")
                if opening.problem == "same-person"
                else word_reason(opening.problem)
            )
            if opening.problem == "second-unknown":
                return self.tr("{why}。您这边同步一次，县里就看得到。").format(why=why)
            return self.tr(
                "{why}。请没参与的同事在自己的工作区核对，或者由县级值班员核对；您这边同步一次，他们就看得到。"
            ).format(why=why)
        return self.tr("请对照签好的纸，一格一格核对下面记的同意和不同意、签名或指印、日期和见证人。")

    def _facts_of(self, opening: SheetOpening) -> list[tuple[str, str, str]]:
        sheet, fields = opening.sheet, opening.sheet.fields
        workers = "、".join(one for one in (str(fields.get("worker_name", "")), sheet.second_name) if one)
        day = str(fields.get("signed_on", ""))
        signed = format_date(date.fromisoformat(day)) if day else ""
        signer = _SIGNERS.get(str(fields.get("signer", "")), "")
        rows = [
            (self.tr("给谁、做什么"), sheet_line(sheet, opening.person.bodies), ""),
            (self.tr("经办人"), workers, ""),
            (self.tr("怎么签的"), "，".join(one for one in (signer, signed) if one), ""),
            (self.tr("见证人"), str(fields.get("witness", "")), ""),
            *self._signing_of(fields),
        ]
        return [row for row in rows if row[1]]

    def _signing_of(self, fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Who signed, by what right, and what was said at it; nothing of it where the person signed alone."""
        facts = signed_of(fields)
        if facts.signed_by is None or not facts.signed_by.guardian:
            return []
        means = _SIGNERS.get(facts.guardian_signer or "", "")
        guardian = guardian_words(facts.guardian) if facts.guardian is not None else ""
        told = self.tr("已告知监护人") if facts.childrens_rules_told else ""
        return [
            (self.tr("由谁签"), SIGNED_BY_NAMES[facts.signed_by], ""),
            (self.tr("监护人"), "，".join(one for one in (guardian, means) if one), ""),
            (self.tr("凭什么不能自己决定"), facts.capacity_proof, ""),
            (self.tr("实际抚养人"), facts.carer.name if facts.carer is not None else "", ""),
            (self.tr("他自己怎么说"), facts.wards_view, ""),
            (self.tr("儿童专门规则"), told, ""),
        ]

    def _show_pictures(self, loaded: tuple[tuple[ScanView, ...], Mapping[str, bytes]]) -> None:
        scans, self._pictures = loaded
        if self._opening is None or {one.sheet for one in scans} != {self._opening.sheet.id}:
            return
        self._pages.replace(
            [
                button(self._page_words(scan), lambda scan=scan: self._show_scan(scan), Icon.SCAN)  # type: ignore[misc]
                for scan in scans
            ]
        )
        self._show_scan(next((one for one in scans if one.id in self._pictures), scans[0]))

    def _say_pages(self, sheet_id: str, pages: SheetPages | None) -> None:
        """Which pages are here and which are missing, and whether the paper still says what the record says."""
        if self._opening is None or self._opening.sheet.id != sheet_id:
            return
        self._standing.setText(standing_words(pages) if pages else "")
        self._notes.setText("\n".join(note_words(pages)) if pages else "")
        for words in (self._standing, self._notes):
            words.setVisible(bool(words.text()))
        self._is_page_missing = bool(pages and pages.missing) and self._takes_pages(self._opening)
        if self._is_page_missing and self._opening.scans:
            self.rescan.setText(self.tr("补收缺的页……"))
            self.rescan.show()
            if self._erasing_area.isHidden():
                self.primary_changed.emit(self._primary_words(self._opening))

    def _page_words(self, scan: ScanView) -> str:
        words = self.tr("第 {page} 页").format(page=scan.page)
        return words if scan.recognised else words + self.tr("（人工确认）")

    def _show_scan(self, scan: ScanView) -> None:
        picture = self._pictures.get(scan.id)
        self._turn += 1
        if self._erasing_area.isHidden():
            self._scan = scan
            self.erase.show()
        self.original.setVisible(picture is not None and bool(scan.original))
        if picture is None:
            self.picture.say(self.tr("这张扫描件在同事的电脑上，还没有传过来。可以请他拿纸质原件来，对着纸核对。"))
            return
        turn = self._turn

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.picture.show_image(image, self._page_words(scan))

        self._page.run(lambda: image_of(picture), show, lane=Lane.OUTSIDE)

    def _show_original(self) -> None:
        """The picture as it came: what was cut off when the sheet was laid flat is seen there."""
        scan = self._scan
        if scan is None:
            return
        self._turn += 1
        turn = self._turn

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.original.hide()
                self.picture.show_image(image, self._page_words(scan) + self.tr("，拍来时的原样"))

        application = self._application
        self._page.run(lambda: image_of(scans.original_picture(application, scan)), show, lane=Lane.OUTSIDE)

    def _load_paper(self, sheet_id: str) -> None:
        self.preview.clear()

        def show(pdf: bytes) -> None:
            if self._opening is not None and self._opening.sheet.id == sheet_id:
                self.preview.show_bytes(pdf)

        self._page.run(lambda: paper.consent_paper_for(self._application, sheet_id).pdf, show)
