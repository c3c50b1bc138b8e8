"""误存，删除这张扫描件: the same three steps as for a person, beside the picture that is meant."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import backups, erasing, erasing_plan
from desktop.services.application import Application, Done
from desktop.services.backups import BackupState
from desktop.services.erasing import Erasure
from desktop.services.erasing_plan import Outlook
from desktop.services.scans import ScanView
from desktop.ui.erasing_panel import ErasingPanel
from desktop.ui.erasing_words import SCAN_REASONS, Reason, done_rows
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane


class ScanErasing(QWidget):
    """In place of the record of the sheet; the picture stays in sight until it is gone."""

    erased = Signal(object)
    """``Done[Erasure]``."""
    closed = Signal()
    """Back to the sheet, erased or not."""

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self._application = page, application
        self._scan = ""
        self._title = ""
        self.panel = ErasingPanel(SCAN_REASONS, is_practice=application.practice, is_narrow=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        column.addStretch(1)
        self.panel.decided.connect(self._erase)
        self.panel.given_up.connect(self.closed)
        self.panel.sync_asked.connect(lambda: page.go("sync"))

    def begin(self, scan: ScanView) -> None:
        """Say what erasing this one would come to."""
        self._scan = scan.id
        self._title = self.tr("删除第 {page} 页的扫描件").format(page=scan.page)
        self.panel.wait(self._title)
        self._page.run(
            lambda: erasing_plan.scan_outlook(self._application, scan.id), self._on_outlook, self._on_refused
        )

    def _on_outlook(self, found: Outlook) -> None:
        self.panel.begin(self._title, found)
        self.panel.focus_first()

    def _on_refused(self, error: UserFacingError) -> None:
        self.panel.refuse(self._title, word(error).sentence())

    def _erase(self, reason: Reason) -> None:
        application, scan = self._application, self._scan

        def erase() -> tuple[Done[Erasure], BackupState]:
            done = erasing.erase_scan(application, scan, reason.words)
            return done, backups.backup_state(application)

        self.panel.set_busy()
        self._page.run(erase, self._on_erased, self._on_refused, lane=Lane.WRITE)

    def _on_erased(self, result: tuple[Done[Erasure], BackupState]) -> None:
        done, held = result
        rows = done_rows(done.value, held, is_practice=self._application.practice)
        self.panel.show_done(self.tr("已删除这张扫描件"), rows, self.tr("回到这份同意书"))
        self.erased.emit(done)
