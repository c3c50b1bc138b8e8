"""Looking for people in what the program wrote: every file, every way of writing Chinese characters in bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
PLAIN_SQLITE: Final = b"SQLite format 3\x00"
LEAST_BYTES: Final = 6
"""Shorter needles turn up by chance: four bytes about once in 4 GB of ciphertext, and there are many needles."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through and what was found, by file name; nothing of it should be found."""

    files: int
    bytes: int
    needles: int
    hits: tuple[str, ...]


def needles_of(secrets: Iterable[str]) -> dict[bytes, str]:
    """Every secret in every encoding, with the encoding's name.

    Raises:
        ValueError: a secret is too short to be told from chance.
    """
    found: dict[bytes, str] = {}
    for secret in secrets:
        for encoding in ENCODINGS:
            needle = secret.encode(encoding)
            if len(needle) < LEAST_BYTES:
                raise ValueError("a secret is too short to be looked for")
            found.setdefault(needle, encoding)
    return found


def search(folders: Sequence[Path], secrets: Iterable[str]) -> Search:
    """Look through every file below ``folders``; a plain SQLite file is a hit by itself."""
    needles = needles_of(secrets)
    files = size = 0
    hits: list[str] = []
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            content = path.read_bytes()
            files, size = files + 1, size + len(content)
            name = str(path.relative_to(folder))
            if content.startswith(PLAIN_SQLITE):
                hits.append(f"{name}: plain SQLite")
            hits += [f"{name}: {encoding}" for needle, encoding in needles.items() if needle in content]
    return Search(files, size, len(needles), tuple(hits))
