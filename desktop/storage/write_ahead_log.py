"""Looking at a store's write-ahead log before SQLite does.

SQLite takes the first frame that does not fit for the end of the log and silently forgets what comes after it. That
is right after a power cut, where the last save never became whole; where a bit has flipped it would drop visits that
were saved. The frames after the bad one tell which it was (https://sqlite.org/fileformat2.html#the_write_ahead_log).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from desktop.storage.cipher import PAGE_BYTES

_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")
_MAGIC: Final = 0x377F0682
_VERSION: Final = 3_007_000
_MASK: Final = 0xFFFFFFFF

Sums = tuple[int, int]


class LogState(StrEnum):
    """What was found. ``CUT``: the last save in it is not whole, and was forgotten or is going to be."""

    SOUND = "sound"
    CUT = "cut"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class _Frame:
    page: int
    pages: int
    """How many pages the store has with it, where it ends a save; else 0."""
    sums: Sums
    own: bool
    content: memoryview


def log_of(store: Path) -> Path:
    """The log's file beside a store."""
    return store.with_name(store.name + "-wal")


def examine(store: Path) -> LogState:
    """Whether the log beside ``store`` is whole. Nothing is changed; about 0.1 s for each 4 MB of log."""
    path = log_of(store)
    return state_of(path.read_bytes() if path.exists() else b"")


def with_sums_made_anew(data: bytes) -> bytes:
    """A copy of a log whose checksums all fit, so that a salvage can read the frames behind a bad one.

    The pages themselves keep their HMACs: a page that was changed is still found, as a damaged page.
    """
    if len(data) < _HEADER.size or not any(data[: _HEADER.size]):
        return data
    magic, version, page_bytes, checkpoint, *salt = _HEADER.unpack_from(data)[:6]
    if page_bytes not in (4096, 8192, 16384, 32768, 65536):
        page_bytes = 4096
    frames = _frames(data, page_bytes, _salt_of_most(data, page_bytes) or (salt[0], salt[1]))
    if frames and any(frame.own for frame in frames):
        salt = list(_salt_of_most(data, page_bytes) or salt)
    magic, version = _MAGIC | (magic & 1), _VERSION
    start = struct.pack(">6I", magic, version, page_bytes, checkpoint, *salt)
    sums = _sums(start, magic, (0, 0))
    parts = [start, struct.pack(">2I", *sums)]
    size = _FRAME.size + page_bytes
    for number, frame in enumerate(frames):
        if not frame.own and not any(one.own for one in frames[number:]):
            break
        at = _HEADER.size + number * size
        head = data[at : at + 8]
        sums = _sums(frame.content, magic, _sums(head, magic, sums))
        parts += [head, struct.pack(">4I", *salt, *sums), bytes(frame.content)]
    return b"".join(parts)


def state_of(data: bytes) -> LogState:
    """The same for the content of a log."""
    if len(data) <= _HEADER.size:
        return LogState.SOUND  # a log without a frame was never part of a save
    magic, version, page_bytes, _, first_salt, second_salt, *sums = _HEADER.unpack_from(data)
    fits = _sums(data[:24], magic, (0, 0)) == tuple(sums)
    if magic & ~1 != _MAGIC or version != _VERSION or not fits:
        # The header is on the disk before the first frame is written, so only a log of nothing but zeros may be new.
        return LogState.DAMAGED if any(data) else LogState.CUT
    frames = _frames(data, page_bytes, (first_salt, second_salt))
    number = _sound(data, frames)
    rest = frames[number:]
    if not rest:
        return LogState.SOUND
    last = frames[number - 1].sums if number else (sums[0], sums[1])
    here = _continues(data, magic, page_bytes, number, rest[0], last)
    if not here and not any(frame.own for frame in rest):
        # Left over from before the log was last begun anew, and in the store since; zeros were never written.
        return LogState.SOUND if any(rest[0].content) else LogState.CUT
    for place, frame in enumerate(rest):
        if frame.own and frame.pages and any(one.own for one in rest[place + 1 :]):
            return LogState.DAMAGED  # a later save had begun: this one was on the disk
    return LogState.DAMAGED if here and any(frame.own for frame in rest) else LogState.CUT


def has_every_page(store: Path) -> bool:
    """Whether each page that the store should have is in its file or in its log.

    SQLite does not tell: a page that is cut it rounds up to a whole one, and with a log beside the store it does not
    look how long the file is. It goes on until somebody reads what is not there.
    """
    size = store.stat().st_size if store.exists() else 0
    whole, half = divmod(size, PAGE_BYTES)
    path = log_of(store)
    data = path.read_bytes() if path.exists() else b""
    frames: list[_Frame] = []
    if len(data) > _HEADER.size and _HEADER.unpack_from(data)[2] == PAGE_BYTES:
        salt = _HEADER.unpack_from(data)[4:6]
        frames = _frames(data, PAGE_BYTES, (salt[0], salt[1]))
    if not half and max((one.pages for one in frames if one.own), default=0) <= whole:
        return True  # without its sums: almost always so
    saved = frames[: _sound(data, frames)]
    while saved and not saved[-1].pages:
        saved.pop()  # of a save that never became whole
    last = saved[-1].pages if saved else whole + bool(half)
    return set(range(whole + 1, last + 1)) <= {one.page for one in saved}


def _sound(data: bytes, frames: Sequence[_Frame]) -> int:
    """How many frames at the beginning of a log fit each other."""
    if not frames:
        return 0
    magic, _, page_bytes, *_, first, second = _HEADER.unpack_from(data)
    last, number = (first, second), 0
    for frame in frames:
        if not (frame.own and frame.page and _continues(data, magic, page_bytes, number, frame, last)):
            break
        last, number = frame.sums, number + 1
    return number


def _frames(data: bytes, page_bytes: int, salt: Sums) -> list[_Frame]:
    found = []
    size = _FRAME.size + page_bytes
    view = memoryview(data)
    for at in range(_HEADER.size, len(data) - size + 1, size):
        page, pages, first, second, *sums = _FRAME.unpack_from(data, at)
        content = view[at + _FRAME.size : at + size]
        found.append(_Frame(page, pages, (sums[0], sums[1]), (first, second) == salt, content))
    return found


def _salt_of_most(data: bytes, page_bytes: int) -> Sums | None:
    """The salt that the first frames agree on, for a header that was damaged."""
    size = _FRAME.size + page_bytes
    seen: dict[Sums, int] = {}
    for at in range(_HEADER.size, len(data) - size + 1, size):
        first, second = struct.unpack_from(">2I", data, at + 8)
        seen[first, second] = seen.get((first, second), 0) + 1
    return max(seen, key=lambda one: seen[one]) if seen else None


def _continues(data: bytes, magic: int, page_bytes: int, number: int, frame: _Frame, last: Sums) -> bool:
    at = _HEADER.size + number * (_FRAME.size + page_bytes)
    return _sums(frame.content, magic, _sums(data[at : at + 8], magic, last)) == frame.sums


def _sums(data: bytes | memoryview, magic: int, start: Sums) -> Sums:
    """SQLite's running checksum over 32-bit words, big-endian where the magic number is odd."""
    words: Sequence[int] = array("I", bytes(data))
    if (magic & 1 == 1) == (struct.pack("=I", 1) == struct.pack("<I", 1)):
        swapped = array("I", bytes(data))
        swapped.byteswap()
        words = swapped
    first, second = start
    for number in range(0, len(words), 2):
        first = (first + words[number] + second) & _MASK
        second = (second + words[number + 1] + first) & _MASK
    return first, second
