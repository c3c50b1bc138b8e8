"""The terminal of the window's process shows codes: desktops keep it in a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CANARY = "吉䶮穗"
TALKING = f"""
import logging, sys, warnings
if sys.argv[1] == "quiet":
    from desktop.standard_error import say_codes_only
    say_codes_only()
logging.getLogger("PIL").error("cannot read %s", "{CANARY}")
warnings.warn("cell holds {CANARY}")

class Gone:
    def __del__(self):
        raise ValueError("{CANARY}")

Gone()
logging.getLogger("desktop.ui.bugs").error("bug 4F2A-91C0")
"""


def said(how: str) -> str:
    """What a process says in which libraries warn, log and fail with a person in their hands."""
    command = [sys.executable, "-X", "utf8", "-c", TALKING, how]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT).stderr


def test_libraries_and_the_interpreter_say_nobodys_name() -> None:
    """Without it all three do; with it there is the number of our own bug, and the place of the other."""
    assert said("loud").count(CANARY) >= 3
    quiet = said("quiet")
    assert CANARY not in quiet
    assert "bug 4F2A-91C0" in quiet
    assert "ValueError at" in quiet
