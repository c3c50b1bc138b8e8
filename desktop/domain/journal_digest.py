"""One digest over a stretch of a journal, which laptop and county each make from what they keep, and compare.

The chain proves nothing to somebody who sees only its head: a row in the middle can be another while the head still
stands. So the digest goes over every entry's number and header hash, as they lie there when it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

Ranges = Sequence[tuple[int, int]]
"""Numbers as ``(first, last)``, both included."""


class JournalDigest:
    """SHA-256 over the lines ``<seq> <hash>`` LF of an epoch's entries, in the order of ``seq``."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, seq: int, header_hash: str) -> None:
        """The next entry; ``header_hash`` of its header's bytes, hex."""
        self._hash.update(f"{seq} {header_hash}\n".encode())

    def value(self) -> str:
        """The digest of what was added so far, hex."""
        return self._hash.copy().hexdigest()


def is_within(seq: int, ranges: Ranges) -> bool:
    """Whether a number lies in one of the ranges."""
    return any(first <= seq <= last for first, last in ranges)


def covers(ranges: Ranges, first: int, last: int) -> bool:
    """Whether every number from ``first`` to ``last`` lies in one of the ranges; so where there is none."""
    for begin, end in sorted(ranges):
        if begin <= first <= end:
            first = end + 1
    return first > last


def as_ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Numbers as few ranges, in order."""
    found: list[tuple[int, int]] = []
    for seq in sorted(set(numbers)):
        if found and seq == found[-1][1] + 1:
            found[-1] = (found[-1][0], seq)
        else:
            found.append((seq, seq))
    return tuple(found)
