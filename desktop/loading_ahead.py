"""What is slow to import.

A spare loads what the door needs before it is wanted (``supervisor``); what comes after the door is loaded while
somebody types a password.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from typing import Final

_PAGES: Final = (
    *("today_page", "households_page", "visit_page", "consent_page", "referral_page", "household_page"),
    *("new_household_page", "import_page", "sync_page", "settings_page", "round_page", "identity_page"),
    *("minors_page", "rights_page", "further_papers", "wish_page"),
    *("publicity_page", "blanks_page", "not_your_role_page"),
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
_DOOR: Final = (
    "desktop.services.door",
    *(f"desktop.ui.{part}" for part in ("application", "tasks", "first_steps", "idle_lock", "login_window")),
    *(f"desktop.ui.{part}" for part in ("salvage_form", "wiped_form", "messages", "qt_classes", "slices")),
)
"""What ``Workspace.show_login`` needs."""
_LAST: Final = 19
"""The lowest priority: behind whoever works."""


def load_door_at_leisure() -> None:
    """Load what the door needs, behind all other work of the computer where the system has priorities of threads."""

    def load() -> None:
        if sys.platform == "linux":  # elsewhere it would be the whole process, which could never take it back
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)
        for name in _DOOR:
            importlib.import_module(name)

    loading = threading.Thread(target=load, name="zoucun-spare")
    loading.start()
    loading.join()


def load_ahead() -> None:
    """Load modules that are slow to import, icons, the readings of names, and the faces that paper is set in."""
    for name in _SLOW_TO_IMPORT:
        importlib.import_module(name)
    for name in _FOR_A_CAMERA:
        with contextlib.suppress(ImportError):  # without the system's libpulse there is no camera
            importlib.import_module(name)
    from desktop.documents.fonts import load_faces
    from desktop.storage.readings import load_readings
    from desktop.ui.icons import load_icons

    load_icons()
    load_readings()
    load_faces()
