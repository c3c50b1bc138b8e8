"""Which wording the sheet is in, where that has to be said: a newer one is in force, or one cannot be used here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.documents.form_content import FormResident
from desktop.services import sheet_wordings
from desktop.services.application import Application, Done
from desktop.services.consent import NewSheet
from desktop.services.sheet_wordings import AtPrinting
from desktop.services.wordings import Newer
from desktop.ui.icons import Icon
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.labels import label, set_kind
from desktop.ui.wording_words import newer_words, unfit_in_short


def _is_barred(newer: Newer) -> bool:
    """Whether the sheet cannot be printed in its own wording."""
    return newer.withdrawn is not None or not newer.is_own_usable


class WordingLine(QWidget):
    """Hidden while the sheet is in the wording in force. ``renewed`` gets the id of the sheet in the newer one."""

    def __init__(self, page: Page, application: Application, renewed: Callable[[str], None]) -> None:
        super().__init__()
        self._page, self._application, self._renewed = page, application, renewed
        self._asked = 0
        self._sheet = ""
        self.words = label("", "field", wrap=True)
        self.unfit = label("", "soft", wrap=True)
        self.renew = button(self.tr("换用现行的一版"), self._renew, Icon.SYNC, parent=self)
        self.renew.setToolTip(self.tr("选好的内容不变，按现行的文本重新拟一份；原来的编号作废，也留着记录"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(self.renew, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.unfit)
        self.hide()

    def show_for(self, sheet: NewSheet, resident: FormResident, sheet_id: str, *, is_printed: bool) -> None:
        """Say it for a sheet that was drafted, or (``sheet_id`` "") is being put together; late answers are not shown.

        Of one that is printed nothing is said: its text stands on the paper.
        """
        self._asked += 1
        asked, self._sheet = self._asked, sheet_id
        self.hide()
        if is_printed or not sheet.asks:
            return

        def show(found: AtPrinting) -> None:
            if asked == self._asked:
                self._show(found)

        self._page.run(lambda: sheet_wordings.at_printing(self._application, sheet, resident, sheet_id), show)

    def _show(self, found: AtPrinting) -> None:
        newer, unfit = found.newer, found.unfit
        set_kind(self.words, "problem" if newer is not None and _is_barred(newer) else "field")
        self.words.setText(newer_words(newer) if newer is not None else "")
        self.unfit.setText(unfit_in_short(unfit) if unfit is not None else "")
        for shown in (self.words, self.renew):
            shown.setVisible(newer is not None)
        self.unfit.setVisible(unfit is not None)
        self.renew.setEnabled(True)
        self.setVisible(newer is not None or unfit is not None)

    def _renew(self) -> None:
        self.renew.setEnabled(False)
        asked, sheet_id = self._asked, self._sheet

        def taken(done: Done[str]) -> None:
            self._page.changed.emit(done.changed)
            if asked == self._asked:
                self._renewed(done.value)
                words = self.tr("已按现行的文本重新拟好，原来的编号作废。")
                self._page.tell(Notice(words, Tone.GOOD, self.tr("改了的几条，请再念给他听，再打印。")))

        self._page.run(lambda: sheet_wordings.take_newer_wording(self._application, sheet_id), taken, lane=Lane.WRITE)
