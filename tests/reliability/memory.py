"""Looking through the memory of other processes, for tests of what a lock leaves behind (Linux)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

_ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le", "gb18030")
"""Python keeps text in one, two or four bytes for each character, Qt in UTF-16, SQLite in UTF-8."""
_PIECE = 16 * 1024 * 1024


def text_needles(name: str, text: str) -> dict[bytes, str]:
    """A text in every form it may lie in memory."""
    return {text.encode(encoding): f"{name} in {encoding}" for encoding in _ENCODINGS}


def key_needles(name: str, key: bytes) -> dict[bytes, str]:
    """A key as bytes, and as the digits it is written with."""
    return {
        key: name,
        **text_needles(f"{name} in digits", key.hex()),
        **text_needles(f"{name} in 16", key.hex().upper()),
    }


def found_in(pid: int, needles: Mapping[bytes, str]) -> set[str]:
    """The names of those needles that lie in any readable memory of a process.

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
                    piece = tail + memory.read(min(_PIECE, end - at))
                except (OSError, ValueError, OverflowError):
                    break  # a mapping that cannot be read at all, such as a device's
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
