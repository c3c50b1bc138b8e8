"""Fetches the parts on a hash-locked list, a few at a time, and installs them.

pip hands over what it has downloaded only when all of it is there, and what it caches depends on the index. So it is
asked for a few parts at a time: after an interruption only the last few are fetched again, and what is already there is
known by its SHA-256, whatever its name.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from installer.steps import Progress, Workplace, run

BATCH = 8
LARGE = frozenset({"pyside6-addons", "pyside6-essentials"})  # 167 and 98 MB: each is fetched by itself
PIP = ("-Iu", "-m", "pip", "--disable-pip-version-check")
EXACTLY = ("--require-hashes", "--only-binary=:all:", "--progress-bar=off")


@dataclass(frozen=True)
class Part:
    """One entry of a list: its text as pip reads it, and the SHA-256 of the files that will do."""

    name: str
    text: str
    hashes: frozenset[str]


def read_list(text: str) -> list[Part]:
    """The parts of a list that Linux needs."""
    parts = []
    for entry in re.split(r"(?<!\\)\n", text):
        if "==" not in entry or entry.startswith("#") or "sys_platform == 'win32'" in entry:
            continue
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
        parts.append(Part(entry.partition("==")[0], entry, hashes))
    return parts


def missing(parts: Iterable[Part], folder: Path) -> list[Part]:
    """Those of `parts` for which no file with a right SHA-256 lies in `folder`."""
    there = set()
    for file in folder.glob("*.whl"):
        with file.open("rb") as content:
            there.add(hashlib.file_digest(content, "sha256").hexdigest())
    return [part for part in parts if not part.hashes & there]


def batches(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Groups that are fetched together."""
    batch: list[Part] = []
    for part in parts:
        if part.name in LARGE:
            yield [part]
            continue
        batch.append(part)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def fetch(parts: list[Part], folder: Path, python: Path, workplace: Workplace) -> None:
    """Downloads into `folder` what is not there yet; `InstallationError` where that fails."""
    folder.mkdir(exist_ok=True)
    wanted = missing(parts, folder)
    progress = Progress(len(parts), len(parts) - len(wanted))
    for batch in batches(wanted):
        run(
            [str(python), *PIP, "download", *EXACTLY, f"--dest={folder}", *_request(batch, workplace)],
            workplace,
            progress,
        )


def install(parts: list[Part], folder: Path, python: Path, workplace: Workplace) -> None:
    """Installs from the files in `folder`, without any network; `InstallationError` where that fails."""
    command = [str(python), *PIP, "install", *EXACTLY, "--no-warn-script-location", "--no-index"]
    run([*command, f"--find-links={folder}", *_request(parts, workplace)], workplace)


def _request(parts: list[Part], workplace: Workplace) -> list[str]:
    request = workplace.scratch / "request.txt"
    request.write_text("\n".join(part.text for part in parts) + "\n", encoding="utf-8")
    # A list is complete, so that pip need not look for what a part depends on.
    return ["--no-deps", f"--requirement={request}"]
