"""Stands in for the login-and-workspace process in the supervisor's tests.

``stand_in_workspace.py FOLDER [--after-crash]`` notes its process id and arguments in FOLDER/starts and does what the
next line of FOLDER/plan says: ``exit N``, ``crash`` (kill -9 by itself), ``wait`` (until a signal comes).
"""

import os
import signal
import sys
from pathlib import Path

folder = Path(sys.argv[1])
starts = folder / "starts"
number = len(starts.read_text().splitlines()) if starts.exists() else 0
step = (folder / "plan").read_text().splitlines()[number].split()
with starts.open("a") as file:
    file.write(f"{os.getpid()} {' '.join(sys.argv[2:])}".strip() + "\n")
if step[0] == "exit":
    sys.exit(int(step[1]))
if step[0] == "crash":
    os.kill(os.getpid(), signal.SIGKILL)


def saved_and_ended(received: int, _frame: object) -> None:
    (folder / "ended-by").write_text(signal.Signals(received).name)
    sys.exit(0)


for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(one, saved_and_ended)
sys.stdout.write("ready\n")
sys.stdout.flush()
while True:
    signal.pause()
