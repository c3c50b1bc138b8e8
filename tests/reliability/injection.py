"""Faults at chosen system calls of a running act, by ``strace`` (SQLite's idea of testing every I/O in turn).

An act runs once and its calls on files of the home folder are counted: a *point* is the nth call of one kind on one
file. Then it runs again for a point, on the same files as before, and is killed just before that call, or the call
fails as on a full disk (that one and all of its kind on the file that follow) or on a failing one (once).

``strace`` counts for each thread apart; in what is tested here a file is written by one thread at a time, and where
two threads of an act write one, their points count once.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
LEAST_POINTS: Final = 1_000
"""So many the full set has at least, over all acts."""
CALLS: Final = (
    "write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,rmdir,"
    "mkdir,mkdirat,link,linkat,sendfile,copy_file_range"
)
"""Everything by which a file or a folder changes, or is said to be on the disk."""
_DRAWN: Final = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]+)*")
"""The part of a file's name that is another one in every vault."""
_CALL: Final = re.compile(r"^\d+\s+(?P<name>\w+)\((?P<arguments>.*)$")
_FILE: Final = re.compile(r'^(?:\d+<(?P<open>[^>]+)>|(?:AT_FDCWD(?:<[^>]*>)?, )?"(?P<named>[^"]+)")')


class Fault(StrEnum):
    """What happens at a point."""

    KILL = "kill"
    FULL = "full"
    FAILING = "failing"

    def injected(self, call: str, number: int) -> str:
        """As ``strace`` takes it."""
        how = {
            Fault.KILL: f"signal=KILL:when={number}",
            Fault.FULL: f"error=ENOSPC:when={number}+",
            Fault.FAILING: f"error=EIO:when={number}",
        }
        return f"{call}:{how[self]}"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """The ``number``th ``call`` on ``file``, from 1."""

    file: str
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.call} {self.number} on {Path(self.file).name}"

    def place(self, home: str | Path) -> str:
        """The same for the same point of every vault of this scenario, whatever its files are called."""
        return f"{self.call} {self.number} on {_DRAWN.sub('*', str(Path(self.file).relative_to(home)))}"


@dataclass(frozen=True, slots=True)
class Share:
    """One of ``of`` parts of the points of a scenario, from 1; another process has another one.

    Each process counts the points anew, and under load an act may have some more or fewer of them. So they are dealt
    by what they are and not by where they stand in the list: a point is in one share, whoever counts.
    """

    part: int = 1
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Share:
        """From ``2/4``; ValueError where that is no share."""
        part, of = (int(number) for number in text.split("/"))
        if not 1 <= part <= of:
            raise ValueError(text)
        return cls(part, of)

    def __str__(self) -> str:
        return f"{self.part}/{self.of}"

    def of_points(self, points: Iterable[Point], home: str | Path) -> list[Point]:
        """Those of the points that are in this share."""
        return [one for one in points if zlib.crc32(one.place(home).encode()) % self.of == self.part - 1]


@dataclass
class Outcome:
    """What an act said while it ran, and how it ended: ``done``, ``refused`` (``codes`` say why) or ``killed``."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    end: str = ""
    trace: str = ""
    was_lost: bool = False
    """Whether strace lost track while it attached: it then injects nothing, and complains at every call."""

    def said(self, kind: str) -> list[str]:
        """What was acknowledged of one kind."""
        return [value for known, value in self.acknowledged if known == kind]

    def was_hit(self) -> bool:
        """Whether the fault really fell."""
        return self.end == "killed" or "(INJECTED)" in self.trace


class ActorError(AssertionError):
    """The act ended as no act may: with a bug, or in its preparations."""


class Actor:
    """The process in which acts run, each in a child of its own (``tests.reliability.injected_acts``)."""

    def __init__(self, traces: Path) -> None:
        self._trace = traces / "trace"
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.reliability.injected_acts"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
        )

    def __enter__(self) -> Actor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def points(self, job: Mapping[str, Any]) -> tuple[list[Point], Outcome]:
        """Run without any fault and wholly as the product does; answers the points there are, in their order."""
        outcome = self._run({**job, "memory": "locked"}, [])
        counts: Counter[tuple[str, str, str]] = Counter()
        found: dict[Point, None] = {}
        for line in outcome.trace.splitlines():
            called = _CALL.match(line)
            file = called and _FILE.match(called["arguments"])
            if called and file:
                path = file["open"] or file["named"]
                if Path(path).is_relative_to(job["home"]):
                    thread = line.split(maxsplit=1)[0]
                    counts[thread, called["name"], path] += 1
                    found[Point(path, called["name"], counts[thread, called["name"], path])] = None
        return list(found), outcome

    def run(self, job: Mapping[str, Any], point: Point, fault: Fault) -> Outcome:
        """Run with this fault at this point; ``shortcuts.leave_memory_unlocked`` says what is left out meanwhile."""
        unlocked = {**job, "memory": "unlocked"}
        return self._run(unlocked, ["-P", point.file, "-e", f"inject={fault.injected(point.call, point.number)}"])

    def _run(self, job: Mapping[str, Any], injected: list[str]) -> Outcome:
        self._say(json.dumps(job))
        ready = self._hear()
        if ready[0] != "ready":
            raise ActorError(f"{job['act']} was never ready: {' '.join(ready)}")
        command = ["strace", "-f", "-qq", "-y", "-s", "0", "-o", str(self._trace), "-e", f"trace={CALLS}"]
        # Into a file: nobody reads a pipe meanwhile, and strace would wait at a full one for ever.
        complaints = self._trace.with_name("complaints")
        with (
            complaints.open("wb") as said,
            subprocess.Popen([*command, *injected, "-p", ready[1]], stderr=said) as strace,
        ):
            while not _is_traced(int(ready[1])):
                time.sleep(0.001)  # the processor is for strace
                if strace.poll() is not None:
                    self._say("go")
                    self._listen()
                    raise ActorError(f"strace could not attach: {complaints.read_text(errors='replace')}")
            self._say("go")
            outcome = self._listen()
        outcome.trace = self._trace.read_text(encoding="utf-8", errors="replace")
        outcome.was_lost = "ptrace_syscall_info" in complaints.read_text(errors="replace")
        return outcome

    def _listen(self) -> Outcome:
        outcome = Outcome()
        while True:
            word, *rest = self._hear()
            match word:
                case "saved":
                    outcome.acknowledged.append((rest[0], " ".join(rest[1:])))
                case "refused":
                    outcome.codes.append(rest[0])
                case "bug":
                    self._hear()  # how it ended
                    raise ActorError(json.loads(" ".join(rest)))
                case "ended":
                    outcome.end = "refused" if rest[0] == "done" and outcome.codes else rest[0]
                    return outcome

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> list[str]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ActorError("the process of the acts is gone")
        return line.split()


def _is_traced(process: int) -> bool:
    """Whether every thread of the process is watched."""
    for thread in Path(f"/proc/{process}/task").iterdir():
        if "TracerPid:\t0\n" in (thread / "status").read_text():
            return False
    return True


def why_not_here() -> str:
    """Why faults cannot be injected on this computer; "" where they can."""
    if sys.platform != "linux":
        return "strace runs on Linux only"
    if shutil.which("strace") is None:
        return "no strace here (Debian package strace)"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"the system forbids ptrace: {tried.stderr.strip()}"
