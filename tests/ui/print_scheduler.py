"""A private CUPS: the real scheduler with one printer that writes to a file, below a folder of the test; and none."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from desktop.ui.print_systems import Pages, Printers, PrintSystem

_FILES = """ServerRoot {folder}/root
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
AccessLog {folder}/access.log
ErrorLog {folder}/error.log
PageLog {folder}/page.log
FileDevice Yes
User lp
Group lp
SystemGroup lpadmin root
"""
_SCHEDULER = """LogLevel warn
Listen {folder}/socket
Browsing No
DefaultAuthType None
PreserveJobHistory Yes
PreserveJobFiles No
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
JobPrivateAccess all
JobPrivateValues none
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""


@dataclass(frozen=True)
class Scheduler:
    """Where it keeps what it was given."""

    folder: Path

    def spooled(self) -> list[Path]:
        """The papers in its spool."""
        return sorted((self.folder / "spool").glob("d*"))


class NoPrinters(PrintSystem):
    """A computer without a printer."""

    def find(self) -> None:
        QTimer.singleShot(0, self, lambda: self.found.emit(Printers((), "")))

    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:
        raise AssertionError("nothing to send to")


@contextlib.contextmanager
def scheduler(folder: Path) -> Iterator[Scheduler]:
    """A CUPS of its own whose printer is called Office; ``lp`` and ``lpstat`` find it. Skips where it cannot run."""
    programs = ("cupsd", "lpadmin", "lp", "cancel")
    if any(shutil.which(one, path=f"{os.environ['PATH']}:/usr/sbin") is None for one in programs) or os.geteuid() != 0:
        pytest.skip("no CUPS here, or not root (Debian packages cups-daemon cups-client): the spool is NOT TESTED")
    for name in ("root", "spool", "cache", "state"):
        (folder / name).mkdir(parents=True)
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and path != Path("/"):
            path.chmod(0o755)
    (folder / "files.conf").write_text(_FILES.format(folder=folder), encoding="utf-8")
    (folder / "cupsd.conf").write_text(_SCHEDULER.format(folder=folder), encoding="utf-8")
    os.environ["CUPS_SERVER"] = str(folder / "socket")
    command = ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 20
            while not (folder / "socket").exists() and time.monotonic() < end:
                time.sleep(0.05)
            made = ["lpadmin", "-p", "Office", "-E", "-v", "file:/dev/null", "-m", "raw"]
            subprocess.run(made, check=True, stderr=subprocess.DEVNULL)
            yield Scheduler(folder)
        finally:
            process.terminate()
            del os.environ["CUPS_SERVER"]
