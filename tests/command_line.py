"""Running ``zoucun`` as its users do: a process, standard input, standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from tests.vaults import ClosedVault

ROOT = Path(__file__).parents[1]


def zoucun(
    *arguments: str | Path, lines: tuple[object, ...] = (), stdout: IO[str] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run one command. ``lines`` go to standard input: texts as they are, everything else as JSON."""
    typed = "".join((one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)) + "\n" for one in lines)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "desktop", *map(str, arguments)],
        input=typed,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )


def with_vault(
    closed: ClosedVault, *arguments: str | Path, lines: tuple[object, ...] = (), **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run one command on a vault; password and card are on the first line, beside ``more``."""
    first = {"password": closed.password, "card": closed.card, **more}
    return zoucun(*arguments, "--home", closed.home, "--vault", closed.vault, lines=(first, *lines))


def answers(done: subprocess.CompletedProcess[str]) -> list[Any]:
    """What the command printed, line by line, as JSON; the command must have succeeded."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
