"""The screen of the tour: as large as the small laptop that townships have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

WIDTH: Final = 1366
HEIGHT: Final = 768


def laptop_screen(private: Path) -> str:
    """Describe a screen in memory to Qt, in a file below ``private``; answers the platform to be asked for.

    The window takes all of a small screen when it opens, and is laid out once. Qt's own offscreen screen is smaller.
    """
    screen = {"name": "laptop", "x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "dpr": 1}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    described = private / "screen.json"
    if ":" in str(described):  # Qt would take it for the end of the path; the window is made as large afterwards
        return "offscreen"
    described.write_text(json.dumps({"screens": [screen]}), encoding="ascii")
    return f"offscreen:configfile={described}"
