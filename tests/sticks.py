"""USB sticks for tests: small file systems of their own where that is allowed, or plain folders."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_stick(folder: Path, kib: int) -> Iterator[Path]:
    """A file system of its own of so many KiB, in memory; skips loudly where it cannot be mounted."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("FULL DISK NOT TESTED: mounting a tmpfs needs root on Linux")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "zoucun-test", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("FULL DISK NOT TESTED: mount was refused")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave_kib: int) -> None:
    """Write until only so much room is left."""
    room = os.statvfs(folder)
    size = room.f_bavail * room.f_frsize - leave_kib * 1024
    (folder / "holiday-pictures").write_bytes(b"\0" * max(0, size))
