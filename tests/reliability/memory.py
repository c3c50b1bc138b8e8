"""Looking through the memory of other processes, for tests of what a lock leaves behind (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ENCODINGS = ("gb18030", "utf-32-le", "utf-16-le", "utf-8")
"""Python keeps text in one, two or four bytes for each character, Qt in UTF-16, SQLite in UTF-8."""
_PIECE = 256 * 1024
_ZEROS = bytes(_PIECE)
_PROCESSES: Final = Path("/proc")


def text_needles(name: str, text: str) -> dict[bytes, str]:
    """A text in every form it may lie in memory."""
    return {text.encode(encoding): f"{name} in {encoding}" for encoding in _ENCODINGS}


def raw_key_needles(name: str, key: bytes) -> dict[bytes, str]:
    """A key as bytes, and as the words in which a cipher without the processor's help keeps it."""
    words = b"".join(key[at : at + 4][::-1] for at in range(0, len(key), 4))
    return {key: name, words: f"{name} in turned words"}


def key_needles(name: str, key: bytes) -> dict[bytes, str]:
    """The same, and as the digits it is written with."""
    digits = {"digits": key.hex(), "capital digits": key.hex().upper()}
    written = {
        text.encode(encoding): f"{name} in {how}, {encoding}"
        for how, text in digits.items()
        for encoding in ("ascii", "utf-16-le")
    }
    return {**raw_key_needles(name, key), **written}


def found_in(pid: int, needles: Mapping[bytes, str]) -> set[str]:
    """The names of those needles that lie in any readable memory of a process; none where it has none left.

    Raises:
        PermissionError: the system lets nobody but a superuser look.
    """
    left = dict(needles)
    longest = max(map(len, needles))
    found: set[str] = set()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in _mappings(pid):
            tail = b""
            for at in range(start, end, _PIECE):
                try:
                    memory.seek(at)
                    piece = memory.read(min(_PIECE, end - at))
                except (OSError, ValueError, OverflowError):
                    break  # a mapping that cannot be read at all, such as a device's
                if piece == _ZEROS[: len(piece)]:  # most of what was never used; a needle may end in its first bytes
                    piece = piece[:longest]
                piece = tail + piece
                for needle in [one for one in left if one in piece]:
                    found.add(left.pop(needle))
                tail = piece[-longest:]
    return found


def _mappings(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
        addresses, rights = line.split()[:2]
        if rights.startswith("r") and not line.endswith(("[vvar]", "[vsyscall]")):
            start, end = (int(each, 16) for each in addresses.split("-"))
            yield start, end


# --- which processes there are ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Process:
    """One process; its start (clock ticks since the computer's) tells it from a later one with the same id."""

    pid: int
    started: int


def processes_of_user() -> frozenset[Process]:
    """Every process that runs as this user now, whoever started it."""
    found = (_of_user(int(entry.name)) for entry in _PROCESSES.iterdir() if entry.name.isdecimal())
    return frozenset(one for one in found if one is not None)


def found_in_processes_since(before: frozenset[Process], needles: Mapping[bytes, str]) -> dict[int, set[str]]:
    """What lies in the memory of every process of this user that was not there ``before``, by its id.

    That takes in whatever the program started and whatever that started, also where it cut itself loose from its
    parents, and other people's processes that happened to start meanwhile. Left out are

    - this process and those it descends from (pytest, a shell): they made up the needles or may show them;
    - what ran before the program did: those are other programs of this user, to which it hands nothing but what
      goes through a road of its own with a test of its own (clipboard, printer, keyring), and the memory of a whole
      desktop is nobody's to read in a test.

    Looks again until nothing new has started, so that a process cannot be missed by starting during the search.

    Raises:
        PermissionError: as ``found_in``.
    """
    left_out = before | _own_line()
    found: dict[int, set[str]] = {}
    searched: set[Process] = set()
    while news := processes_of_user() - left_out - searched:
        for one in news:
            try:
                found[one.pid] = found_in(one.pid, needles)
            except (FileNotFoundError, ProcessLookupError):
                found.pop(one.pid, None)  # it has ended, and its memory with it
        searched |= news
    return found


def started_with(mark: str) -> set[int]:
    """The ids of this user's processes that have a mark in their environment: the program's, wherever they hang."""
    found = set()
    for one in processes_of_user():
        try:
            environment = Path(f"/proc/{one.pid}/environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # ended, or another program's: those of this test are searched before, which would have raised
        if mark.encode() in environment:
            found.add(one.pid)
    return found - {one.pid for one in _own_line()}


def _own_line() -> frozenset[Process]:
    """This process and those it descends from."""
    line: list[Process] = []
    pid = os.getpid()
    while pid > 0:
        try:
            fields = _fields(pid)
        except (FileNotFoundError, ProcessLookupError):
            break
        line.append(Process(pid, int(fields[19])))
        pid = int(fields[1])
    return frozenset(line)


def _of_user(pid: int) -> Process | None:
    try:
        # Not the owner of /proc/PID: that is root for a process that lets nobody look into it.
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        fields = _fields(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    users = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    return Process(pid, int(fields[19])) if str(os.getuid()) in users else None


def _fields(pid: int) -> list[str]:
    """``/proc/PID/stat`` from its third field on (proc(5)): state, parent, … start. A name may have blanks in it."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return stat.rpartition(")")[2].split()
