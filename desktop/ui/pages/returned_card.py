"""收回来的纸: the signed papers of one record (a visit, a referral, a household's needs, a wish) that came back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services import signed_papers
from desktop.services.application import Application, local_day
from desktop.services.scans import ScanView, SheetPages
from desktop.services.signed_papers import SignedPrint
from desktop.ui.pages.page import Page
from desktop.ui.pages.returned_paper import ReturnedPaper, load_returned
from desktop.ui.tasks import Lane
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceCombo
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label

_OFFERED = 60
"""The newest papers to choose from; an older one is found by its code, whichever is chosen."""
_PICTURE_HEIGHT = 300

Loaded = tuple[tuple[SignedPrint, ...], str, tuple[ScanView, ...], SheetPages | None]


class ReturnedCard(Card):
    """Hidden until a paper of the record was printed: what nobody printed cannot come back."""

    shown = Signal()
    """Another paper, or another page of it, is shown."""

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(page.tr("收回来的纸"), parent=parent)
        self._page, self._application = page, application
        self._of = self._household = ""
        self._asked = 0
        self.returned = ReturnedPaper(page, application, self.tr("这张单子"), self)
        self.returned.reopened.connect(self._load)
        self.returned.filed_elsewhere.connect(self._turn_to)
        self.which = ChoiceCombo()
        self.which.setAccessibleName(self.tr("哪一张"))
        self.which.activated.connect(lambda _: self._load(str(self.which.currentData())))
        record = QWidget(self)
        column = QVBoxLayout(record)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.which)
        self.returned.words_in(column)
        column.addWidget(Flow([self.returned.take, self.returned.paste]))
        column.addWidget(
            label(
                self.tr("签好的原件放进档案。拍照或扫描以后收到这里，程序按纸上的二维码归到它自己那一张，不会归错。"),
                "soft",
                wrap=True,
            )
        )
        self.add(record)
        self.returned.erasing_beside(self, record)
        self.returned.picture.setMinimumHeight(_PICTURE_HEIGHT)
        self.returned.pictures_in(self)
        self.hide()

    def show_papers(self, of: str, household: str = "", paper: str = "") -> None:
        """Show what may come back of a record: ``paper`` first, else the newest. ``of`` "" is for papers that are about
        no record (the slips of referrals inward); ``household`` is where they are noted."""
        self._of, self._household = of, household
        self.hide()
        self._load(paper)

    def _load(self, paper: str) -> None:
        self._asked += 1
        asked, of, household, application = self._asked, self._of, self._household, self._application

        def load() -> Loaded:
            found = signed_papers.papers_of(application, of, household)
            wanted = paper if any(one.print_id == paper for one in found) else found[0].print_id if found else ""
            if not wanted:
                return found, "", (), None
            return found, wanted, *load_returned(application, wanted)

        def show(loaded: Loaded) -> None:
            if asked == self._asked:
                self._show(*loaded)

        self._page.run(load, show, lane=Lane.OUTSIDE, part=self)

    def _turn_to(self, paper: str) -> None:
        """What was given belongs to another paper of the same record: show that one."""
        if self.which.findData(paper) >= 0:
            self._load(paper)

    def _show(
        self, papers: tuple[SignedPrint, ...], wanted: str, found: tuple[ScanView, ...], pages: SheetPages | None
    ) -> None:
        self.setVisible(bool(wanted))
        if not wanted:
            return
        self.which.clear()
        offered = [one for number, one in enumerate(papers) if number < _OFFERED or one.print_id == wanted]
        for one in offered:
            day = local_day(one.moment)
            words = self.tr("{number} · {month}月{day}日打印 · {form}").format(
                form=one.form.words, number=one.number, month=day.month, day=day.day
            )
            self.which.addItem(words, one.print_id)
        self.which.setCurrentIndex(self.which.findData(wanted))
        self.which.setEnabled(len(offered) > 1)
        self.returned.begin(wanted, found, pages, takes=True)
        self.shown.emit()
