"""Stands in for the login-and-workspace process in the supervisor's tests.

``stand_in_workspace.py FOLDER [--after-crash]`` notes its process id and arguments in FOLDER/starts and does what the
next line of FOLDER/plan says: ``exit N``, ``crash`` (kill -9 by itself), ``wait`` (until a signal comes). Before it,
``spared`` waits until there is a spare, ``kill-spare`` kills that, and ``sleep`` does so for half a second. A spare
(``--spare FD``) notes its id in FOLDER/spares and waits to be wanted.
"""

import os
import signal
import sys
import time
from pathlib import Path

folder, given = Path(sys.argv[1]), sys.argv[2:]
spares = folder / "spares"
if "--spare" in given:
    with spares.open("a") as file:
        file.write(f"{os.getpid()}\n")
    said = os.read(int(given.pop()), 64)
    if not said:
        sys.exit(0)
    given = ["--after-crash"] if b"crash" in said else []
starts = folder / "starts"
number = len(starts.read_text().splitlines()) if starts.exists() else 0
step = (folder / "plan").read_text().splitlines()[number].split()
with starts.open("a") as file:
    file.write(f"{os.getpid()} {' '.join(given)}".strip() + "\n")
if step[0] == "spared":
    # Each start has had one before this.
    while not spares.exists() or len(spares.read_text().splitlines()) <= number:
        time.sleep(0.01)
    step = step[1:]
if step[0] == "sleep":
    time.sleep(0.5)
    step = step[1:]
if step[0] == "kill-spare":
    os.kill(int(spares.read_text().split()[-1]), signal.SIGKILL)
    time.sleep(0.2)
    step = step[1:]
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
