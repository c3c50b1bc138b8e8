"""What is slow to import and not needed before the door is on the screen: loaded while somebody types a password."""

from __future__ import annotations

import contextlib
import importlib
from typing import Final

_PAGES: Final = (
    *("today_page", "households_page", "visit_page", "consent_page", "referral_page", "household_page"),
    *("new_household_page", "import_page", "sync_page", "settings_page", "round_page", "identity_page"),
    *(
        "minors_page",
        "rights_page",
        "further_papers",
        "wish_page",
        "publicity_page",
        "blanks_page",
        "not_your_role_page",
    ),
)
"""All of them, in the order in which they are likely to be wanted."""
_DOOR_FORMS: Final = ("new_vault_form", "device_card_form", "enrolment_form", "restore_form", "recovery_steps")
"""What the door may show next."""
_SLOW_TO_IMPORT: Final = (
    "desktop.bootstrap",
    "desktop.services.sync",
    "desktop.ui.workspace_window",
    *(f"desktop.ui.pages.{page}" for page in _PAGES),
    *(f"desktop.ui.{form}" for form in _DOOR_FORMS),
)
_FOR_A_CAMERA: Final = ("PySide6.QtMultimedia", "PySide6.QtMultimediaWidgets")


def load_ahead() -> None:
    """Load modules that are slow to import, the readings of names, and the faces that paper is set in."""
    for name in _SLOW_TO_IMPORT:
        importlib.import_module(name)
    for name in _FOR_A_CAMERA:
        with contextlib.suppress(ImportError):  # without the system's libpulse there is no camera
            importlib.import_module(name)
    from desktop.documents.fonts import load_faces
    from desktop.storage.readings import load_readings

    load_readings()
    load_faces()
