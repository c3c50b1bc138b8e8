"""Where this user's vaults lie. Light to import: the login window asks before anything heavy is loaded."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def default_home() -> Path:
    """This user's own folder. ``ZOUCUN_HOME`` names another place (tests, the tour)."""
    given = os.environ.get("ZOUCUN_HOME")
    return Path(given) if given else user_data_path("zoucun", appauthor=False)
