"""待认盘: pictures that came back and match no print for certain; a person says what each is, or discards it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout

from desktop.services import consent, papers_back, publicity, scan_filing, scan_tray, signed_papers, withdrawals
from desktop.services.application import Application, Done
from desktop.services.consent import SheetView
from desktop.services.papers_back import ComesBack
from desktop.services.publicity import PublicityView
from desktop.services.scan_prints import Why
from desktop.services.scan_tray import Waiting
from desktop.services.signed_papers import SignedPrint
from desktop.services.withdrawals import WithdrawalView
from desktop.ui.found_rows import find_residents
from desktop.ui.icons import Icon
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.consent.scan_words import why_words
from desktop.ui.pages.consent.words import moment_words, sheet_chip
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling
from desktop.ui.widgets.picture_view import PictureView, image_of
from desktop.ui.widgets.suggestions import SuggestingEdit

_BLANKS = (Why.BLANK, Why.BLANK_COLLEAGUES)
_NOBODYS = "nobody"
"""In place of a person: the slips that are about none."""


@dataclass(frozen=True, slots=True)
class TrayOpening:
    """What waits, and the sheets that a picture could belong to."""

    waiting: tuple[Waiting, ...]
    sheets: tuple[SheetView, ...]
    withdrawals: tuple[WithdrawalView, ...] = ()
    publicities: tuple[PublicityView, ...] = ()
    papers: tuple[SignedPrint, ...] = ()
    """Other signed papers, of those that wait by their code: all of them would be too many to choose from."""


def load_tray(application: Application) -> TrayOpening:
    """The tray as it stands."""
    waiting = scan_tray.tray(application)
    named = dict.fromkeys(one.sheet for one in waiting if one.sheet and one.page)
    found = [application.read(partial(signed_papers.read_paper, print_id=one)) for one in named]
    return TrayOpening(
        waiting,
        consent.sheets(application, states=papers_back.TAKES_PICTURES),
        withdrawals.withdrawals(application),
        publicity.takes_pages(application),
        tuple(one for one in found if one is not None),
    )


class TrayView(Filling):
    """One picture at a time: why it waits at the left, the picture itself at the right."""

    closed = Signal()
    """Nothing waits any more, or the rest can wait."""

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._opening = TrayOpening((), ())
        self._at = 0
        self._count = label(kind="section")
        self._why = label(wrap=True)
        self.person = SuggestingEdit(page.ask_with(self._find), self.tr("没有找到这个人。"))
        self.person.setPlaceholderText(self.tr("姓名、拼音、证件尾号；转入联打“转入”"))
        self.person.picked.connect(self._on_picked)
        self.whose = label("", "soft", wrap=True)
        self.sheet: ChoiceField[str] = ChoiceField([])
        self.page_number: ChoiceField[int] = ChoiceField([])
        self.file = button(self.tr("收到这一份"), self._on_file, Icon.SCAN)
        self.bind = button(self.tr("绑定这张空白表"), self._on_bind, Icon.CONSENT)
        self.later = button(self.tr("看下一张"), self._on_later)
        self.discard = button(self.tr("丢弃这张图"), self._on_discard, Icon.DELETE)
        self.picture = PictureView()
        self._empty = EmptyState(
            Icon.SCAN, self.tr("待认盘里没有图"), self.tr("认不出的影像会先放在这里，由人来定收到哪一份。")
        )
        self._left, self._right = Card(parent=self), Card(parent=self)
        self._left.add(self._count)
        self._left.add(self._why)
        self._person_form, self._sheet_form, self._page_form = Form(1), Form(1), Form(1)
        self._person_form.add(self.tr("先找人，再选他的哪一份(&W)"), self.person)
        self._left.add(self._person_form)
        self._left.add(self.whose)
        self._left.add(self._sheet_form)
        self._left.add(self._page_form)
        self._left.add(Flow([self.bind, self.file, self.later, self.discard]))
        self._left.add(
            label(
                self.tr("图只存在加密库里，锁屏、断电都不会丢；没有人说它是哪一份以前，不会归到任何人名下。"),
                "soft",
                wrap=True,
            )
        )
        self._left.body.addStretch(1)
        self._right.add(self.picture, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        for part in (self._left, self._right, self._empty):
            both.addWidget(part, 1)

    def begin(self, opening: TrayOpening) -> None:
        """Show what waits, the oldest first."""
        self._opening, self._at = opening, 0
        self._show()

    def focus_first(self) -> None:
        """To the search for whose it is."""
        waiting = self._waiting
        is_blank = waiting is not None and waiting.why in _BLANKS
        (self.bind if is_blank else self.person if waiting is not None else self._empty).setFocus()

    @property
    def _waiting(self) -> Waiting | None:
        return self._opening.waiting[self._at] if self._opening.waiting else None

    def _show(self) -> None:
        waiting = self._waiting
        for part in (self._left, self._right):
            part.setVisible(waiting is not None)
        self._empty.setVisible(waiting is None)
        if waiting is None:
            self._count.clear()
            self._why.clear()
            return
        count = len(self._opening.waiting)
        since = moment_words(waiting.since, self._application.today())
        self._count.setText(
            self.tr("第 {at} 张，共 {count} 张 · {since} 收到").format(at=self._at + 1, count=count, since=since)
        )
        self._why.setText(why_words(waiting))
        self.person.clear()
        self.whose.hide()
        self._offer_sheets(waiting, self._options())
        self.later.setVisible(count > 1)
        is_blank = waiting.why in _BLANKS
        self.bind.setVisible(is_blank)
        self.file.setVisible(not is_blank)
        self._person_form.setVisible(not is_blank)
        self._sheet_form.setVisible(not is_blank)
        self._page_form.setVisible(not is_blank)
        self.picture.say(self.tr("正在打开……"))

        def show(image: QImage) -> None:
            if self._waiting is waiting:
                self.picture.show_image(image, self.tr("待认的图"))

        self._page.run(lambda: image_of(scan_tray.tray_picture(self._application, waiting.id)), show, lane=Lane.OUTSIDE)

    # --- person, then paper

    def _find(self, text: str) -> tuple[ListRow, ...]:
        slips = self.tr("转入联、转入回执（不记名的单子）")
        nobodys = (ListRow(_NOBODYS, slips, "", ""),) if text[:2] in slips else ()
        return (*nobodys, *find_residents(self._application, text))

    def _on_picked(self, row: ListRow) -> None:
        waiting, application = self._waiting, self._application
        if waiting is None:
            return
        self.person.setText(row.title)

        def load() -> tuple[ComesBack, ...]:
            if row.id == _NOBODYS:
                return papers_back.papers_of_nobody(application)
            return papers_back.papers_of_person(application, row.id)

        def show(found: tuple[ComesBack, ...]) -> None:
            if self._waiting is waiting:
                self._offer_found(waiting, row.title, found)

        self._page.run(load, show)

    def _offer_found(self, waiting: Waiting, name: str, found: tuple[ComesBack, ...]) -> None:
        words = self.tr("{name}：{count} 份可以收，看纸上的编号选。").format(name=name, count=len(found))
        nothing = self.tr("{name}没有能收影像的纸：没有打印过，或者签字还没有记下。").format(name=name)
        self.whose.setText(words if found else nothing)
        self.whose.show()
        options = [(one.id, " · ".join(part for part in (one.words, one.number, one.day) if part)) for one in found]
        self._offer_sheets(waiting, options)
        self.sheet.setFocus()

    def _options(self) -> list[tuple[str, str]]:
        """What a picture could belong to, whoever it is: the other signed papers only where a code names them."""
        options = [
            (one.id, f"{one.name} · {one.number} · {sheet_chip(one, (one.id,)).text}") for one in self._opening.sheets
        ]
        options += [
            (one.id, self.tr("{name} · {number} · 撤回书").format(name=one.name, number=one.made.number))
            for one in self._opening.withdrawals
        ]
        options += [
            (one.id, self.tr("{name} · {number} · 宣传同意书").format(name=one.name, number=one.number))
            for one in self._opening.publicities
        ]
        options += [
            (one.print_id, self.tr("{form} · {number}").format(form=one.form.words, number=one.number))
            for one in self._opening.papers
        ]
        return options

    def _offer_sheets(self, waiting: Waiting, options: list[tuple[str, str]]) -> None:
        old = self.sheet
        self.sheet = ChoiceField(options, few=0)
        self.sheet.setAccessibleName(self.tr("是哪一份"))
        if waiting.page and any(one == waiting.sheet for one, _ in options):
            self.sheet.set_value(waiting.sheet)
        form = Form(1)
        form.add(self.tr("是哪一份（看纸上的编号）"), self.sheet)
        self._left.body.replaceWidget(self._sheet_form, form, Qt.FindChildOption.FindDirectChildrenOnly)
        self._sheet_form.deleteLater()
        old.deleteLater()
        self._sheet_form = form
        self.sheet.changed.connect(self._ask_pages)
        self._offer_pages(0)
        self._ask_pages()

    def _ask_pages(self) -> None:
        """Offer as many pages as the paper of the sheet chosen has."""
        sheet, waiting, application = self.sheet.value(), self._waiting, self._application
        if sheet is None or waiting is None:
            return

        def show(pages: int) -> None:
            if self._waiting is waiting and self.sheet.value() == sheet:
                self._offer_pages(max(pages, 1), waiting.page if waiting.sheet == sheet else 0)

        self._page.run(lambda: scan_filing.wanted_pages(application, sheet, ()).pages, show, lane=Lane.OUTSIDE)

    def _offer_pages(self, count: int, named: int = 0) -> None:
        """The code's own word is shown as chosen, and what was chosen before; what nobody says is left open."""
        before = named or self.page_number.value()
        pages = range(1, max(count, named) + 1)
        self.page_number = ChoiceField([(one, self.tr("第 {page} 页").format(page=one)) for one in pages])
        self.page_number.setAccessibleName(self.tr("是第几页"))
        self.page_number.set_value(before if before in pages else None)
        form = Form(1)
        form.add(self.tr("是第几页"), self.page_number, note="" if count else self.tr("先选是哪一份"))
        self._left.body.replaceWidget(self._page_form, form, Qt.FindChildOption.FindDirectChildrenOnly)
        self._page_form.deleteLater()
        self._page_form = form

    def _on_file(self) -> None:
        waiting, sheet, page = self._waiting, self.sheet.value(), self.page_number.value()
        if waiting is None:
            return
        if sheet is None or page is None:
            self._page.tell(Notice(self.tr("请看着纸上的编号，选是哪一份、第几页。"), Tone.WARN))
            (self.sheet if sheet is None else self.page_number).setFocus()
            return

        def filed(done: Done[str]) -> None:
            self._page.changed.emit(done.changed)
            self._page.tell(Notice(self.tr("收好了；二维码没认出的，核对的人会看到是人工确认的。"), Tone.GOOD))
            self._reload()

        self._page.run(
            lambda: scan_tray.file_from_tray(self._application, waiting.id, sheet, page), filed, lane=Lane.WRITE
        )

    def _on_bind(self) -> None:
        """Whose it is, is said where blank forms are; the page stays here until its sheet is signed."""
        if self._waiting is not None:
            self._page.go("blanks", self._waiting.sheet)

    def _on_later(self) -> None:
        self._at = (self._at + 1) % max(len(self._opening.waiting), 1)
        self._show()

    def _on_discard(self) -> None:
        waiting = self._waiting
        if waiting is None:
            return

        def gone(_: Done[None]) -> None:
            self._page.tell(Notice(self.tr("这张图丢弃了。"), Tone.GOOD))
            self._reload()

        self._page.run(lambda: scan_tray.discard_from_tray(self._application, waiting.id), gone, lane=Lane.WRITE)

    def _reload(self) -> None:
        def show(opening: TrayOpening) -> None:
            self.begin(opening)
            if not opening.waiting:
                self.closed.emit()

        self._page.run(lambda: load_tray(self._application), show)
