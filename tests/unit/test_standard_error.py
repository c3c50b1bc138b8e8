"""The terminal of the window's process shows codes: desktops keep it in a file."""

from __future__ import annotations

import os
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

QT_TALKING = f"""
import sys
from PySide6.QtCore import qInstallMessageHandler, qWarning
if sys.argv[1] == "quiet":
    from desktop.ui.application import make_application
    make_application()
qWarning("line edit holds {CANARY}")
print(qInstallMessageHandler(None))
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


def test_qt_says_kinds_only_and_needs_no_interpreter_for_it() -> None:
    """A handler in Python, and a library that complained while a thread loaded it, waited for each other for ever."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_MESSAGE_PATTERN": "%{message}"}
    for how, is_named in (("loud", True), ("quiet", False)):
        command = [sys.executable, "-X", "utf8", "-c", QT_TALKING, how]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT, env=environment
        )
        assert (CANARY in done.stderr) is is_named
        assert ("qt warning default" in done.stderr) is not is_named
        assert done.stdout == "None\n", "no handler of ours"
