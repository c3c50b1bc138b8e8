"""What the login window loads while somebody types: all that would keep the workspace waiting later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui import icons


def test_every_page_is_loaded_at_the_door() -> None:
    """A page whose module is first loaded when its turn comes keeps the window waiting for a tenth of a second."""
    pages = "m.name for m in pkgutil.walk_packages(desktop.ui.pages.__path__, 'desktop.ui.pages.')"
    missing = "; ".join(
        [
            "import pkgutil, sys, desktop.ui.pages, desktop.loading_ahead as loading_ahead",
            "loading_ahead.load_ahead()",
            f"print(sorted({{{pages}}} - set(sys.modules)))",
        ]
    )
    done = subprocess.run([sys.executable, "-c", missing], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_icons_loaded_at_the_door_are_painted_without_the_disk(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each is read while a page is first painted."""
    icons.load_icons()

    def refuse(*parts: str) -> Path:
        raise AssertionError(f"read from the disk: {parts}")

    monkeypatch.setattr(icons, "resource_path", refuse)
    for one in icons.Icon:
        assert not icons.pixmap(one, "#123456").isNull()
