"""The text that stands beside while a sheet is signed on the screen, and who is there to sign it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.services import consent, screen_signing
from desktop.services.application import Application
from desktop.services.consent import SheetView
from desktop.services.paper import Paper
from desktop.ui.pages.consent.signing_step import SigningStep
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.pages.page import Page
from desktop.ui.widgets.sheet_preview import SheetPreview

Shown = tuple[Paper, SheetView]


class ScreenText:
    """Reads the text anew whenever the step of signing is come to: signatures are bound to it as it is then."""

    def __init__(self, page: Page, application: Application, signing: SigningStep, preview: SheetPreview) -> None:
        self._page, self._application = page, application
        self._signing, self._preview = signing, preview

    def load(self, taking: Taking, guard: Callable[[Callable[[Shown], None]], Callable[[Shown], None]]) -> None:
        """``guard`` keeps the answer from whoever is shown by the time it comes."""
        application, sheet_id = self._application, taking.sheet

        def load() -> Shown:
            return screen_signing.shown_text(application, sheet_id), consent.sheet(application, sheet_id)

        def show(loaded: Shown) -> None:
            text, sheet = loaded
            self._preview.show_bytes(text.pdf)
            self._signing.show_text(text.digest, screen_signing.names_of(sheet, taking.signing, ""))

        self._page.run(load, guard(show))
