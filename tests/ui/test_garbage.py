"""Objects of Qt that nobody holds any more end on the thread of the screen, whoever makes objects meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKING = """
import gc, json, sys, threading, time, weakref
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer

if sys.argv[1] == "ours":
    from desktop.ui.application import make_application
    application, _ = make_application()
else:
    application = QCoreApplication([])
ended = []


class Round(QObject):
    def __init__(self):
        super().__init__()
        self.whole = self
        self.timer = QTimer(self)
        self.timer.start(1000)


def drop():
    round = Round()
    weakref.finalize(round, lambda: ended.append(threading.current_thread() is threading.main_thread()))


def work():
    end = time.monotonic() + 60
    while len(ended) < 20 and time.monotonic() < end:
        kept = [[] for _ in range(2000)]


for _ in range(20):
    drop()
thread = threading.Thread(target=work)
thread.start()
while thread.is_alive():
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    time.sleep(0.01)
print(json.dumps(ended))
"""


def ended_on_the_screens_thread(how: str) -> list[bool]:
    """Of twenty timers in circles, dropped while a thread makes objects: which ended on the first thread."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-X", "utf8", "-c", WORKING, how]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment)
    found: list[bool] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("how", ["ours", "pythons"])
def test_what_nobody_holds_ends_on_the_screens_thread(how: str) -> None:
    """Python by itself lets it end on the thread that worked, where Qt may not be touched."""
    ended = ended_on_the_screens_thread(how)
    assert len(ended) == 20
    assert all(ended) is (how == "ours")
