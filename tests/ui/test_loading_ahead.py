"""What the login window loads while somebody types: all that would keep the workspace waiting later."""

from __future__ import annotations

import subprocess
import sys


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
