"""The tour (演示): the real window driven through the whole job, against a real county, with made-up people.

It shows the product and proves it: pictures, papers and receipts go to a folder, with a summary whose every number is
read from the stores and the county's own database. What was written elsewhere is searched for the people in it.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

from desktop.bug_reference import summary
from desktop.tour.failure import TourFailure
from desktop.tour.screen import laptop_screen

__all__ = ["TourFailure", "run_tour"]

DEFAULT_SEED = 20260830


def run_tour(out: Path, *, seed: int = DEFAULT_SEED, keep: bool = False) -> int:
    """Run it; answers 0 if everything holds, else says in a sentence what does not and answers 1.

    Args:
        out: the folder that takes pictures, papers, receipts and ``summary.json``; made where it is missing.
        seed: decides the made-up numbers, birthdays and phones.
        keep: leave the laptop's home and the county's data where they are, and say where.
    """
    out.mkdir(parents=True, exist_ok=True)
    private = Path(tempfile.mkdtemp(prefix="zoucun-tour-"))
    _keep_to(private)
    from desktop.tour.run import run

    try:
        run(out, private, seed)
    except TourFailure as failure:
        cause = f"\n{summary(failure.__cause__)}" if failure.__cause__ is not None else ""
        sys.stderr.write(f"演示没有走通:{failure}{cause}\n")
        return 1
    finally:
        if keep:
            sys.stderr.write(f"笔记本和县里的数据留在 {private}\n")
        else:
            _remove(private)
    return 0


def _keep_to(private: Path) -> None:
    """Whatever either program writes goes below ``private``, where it is searched afterwards; no screen, no keyring."""
    for name in ("laptop", "county", "temporary", "cache", "settings"):
        (private / name).mkdir(mode=0o700)
    os.environ.update(
        QT_QPA_PLATFORM=laptop_screen(private),
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        TMPDIR=str(private / "temporary"),
        XDG_CACHE_HOME=str(private / "cache"),
        XDG_CONFIG_HOME=str(private / "settings"),
        XDG_DATA_HOME=str(private / "settings"),
    )
    tempfile.tempdir = None  # it was decided before TMPDIR was
    logging.basicConfig(filename=private / "laptop.log", level=logging.INFO, force=True)


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
