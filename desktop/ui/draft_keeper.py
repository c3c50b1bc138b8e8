"""Keeping what is being typed: into the vault a moment after the last key, and at once when the page is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer

from desktop.domain.errors import UserFacingError
from desktop.services import drafts
from desktop.services.application import Application
from desktop.services.households import new_id
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane

ABOUT_ERASED = "record.erased"
"""The code with which a draft about somebody who was erased is refused."""
_PAUSE = 700
"""Milliseconds without a change after which the draft is kept."""


class DraftKeeper:
    """The draft of one page. ``collect`` answers what there is to keep, or None while there is nothing.

    ``kept`` is told when the draft is on the disk; ``erased`` when what it is about has been erased, and it with it.
    """

    def __init__(
        self,
        page: Page,
        application: Application,
        kind: str,
        collect: Callable[[], dict[str, Any] | None],
        kept: Callable[[], None] = lambda: None,
        erased: Callable[[], None] = lambda: None,
    ) -> None:
        self._page = page
        self._application = application
        self._kind = kind
        self._collect = collect
        self._kept = kept
        self._erased = erased
        self._subject: str | None = None
        self._is_changed = False
        self.id = new_id()
        self._timer = QTimer(page)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.keep)

    def begin(self, draft: drafts.Draft | None, subject: str | None = None) -> None:
        """Go on with ``draft``, or begin a new one about ``subject``."""
        self._timer.stop()
        self._is_changed = False
        self._subject = subject
        self.id = draft.id if draft is not None else new_id()

    def touch(self) -> None:
        """Something changed by hand."""
        self._is_changed = True
        self._timer.start()

    def keep(self) -> None:
        """Keep the draft now, if something changed since it was kept."""
        self._timer.stop()
        body = self._collect() if self._is_changed else None
        self._is_changed = False
        if body is None:
            return
        draft_id, subject = self.id, self._subject
        self._page.run(
            lambda: drafts.keep_draft(self._application, draft_id, self._kind, subject, body),
            lambda _: self._kept(),
            lambda error: self._fail(draft_id, error),
            lane=Lane.WRITE,
        )

    def _fail(self, draft_id: str, error: UserFacingError) -> None:
        if error.code == ABOUT_ERASED:
            if draft_id == self.id:
                self.forget()
                self._erased()
        elif draft_id == self.id:
            # Not kept: it must be tried again at the next chance, typed in or not.
            self._is_changed = True
        self._page.tasks.user_error.emit(error)

    def forget(self) -> None:
        """What was typed was saved with its draft; nothing must be kept after that."""
        self.begin(None)

    def drop(self) -> None:
        """Somebody gave up what was typed."""
        draft_id = self.id
        self.begin(None)
        self._page.run(lambda: drafts.drop_draft(self._application, draft_id), lambda _: None, lane=Lane.WRITE)
