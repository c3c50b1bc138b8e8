"""Runs one step of the set-up (Python's `venv`, pip), shows how far it is, and says in plain words what went wrong."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from installer import messages
from installer.messages import InstallationError

NO_ANSWER = (
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|Name or service not known"
    r"|ConnectTimeout|ReadTimeout|Connection (?:refused|reset|aborted|broken)|Network is unreachable"
    r"|RemoteDisconnected|IncompleteRead|Max retries exceeded|HTTP error 5\d\d|SSLError"
)
# What tools print when something goes wrong, and the problem it means; the first that is found counts.
SIGNS = (
    ("disk-full", r"No space left on device|Disk quota exceeded|Errno 28\b|Errno 122\b"),
    ("wrong-download", r"DO NOT MATCH THE HASHES|HashMismatch"),
    ("proxy", r"ProxyError|Cannot connect to proxy|Tunnel connection failed|Missing dependencies for SOCKS"),
    ("certificate", r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError"),
    ("offline", NO_ANSWER),
    ("not-writable", r"Permission denied|Read-only file system|Operation not permitted"),
    ("not-in-index", r"No matching distribution found for"),
)
NEEDED_MEGABYTES = 1800  # the environment, and pip's work on it
# Settings that would send pip's work somewhere other than our environment.
MISLEADING = ("PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "VIRTUAL_ENV")


class Log:
    """The details of one set-up, for whoever helps the user. A disk too full for the log must not hide the reason."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None
        try:
            self._file = path.open("a", encoding="utf-8", errors="replace", buffering=1)
        except OSError:
            return

    def write(self, text: str) -> None:
        """Adds text as it is."""
        try:
            if self._file:
                self._file.write(text)
        except OSError:
            self._file = None


def clean_environment(folder: Path) -> dict[str, str]:
    """The user's settings (proxy, package index) without those that would lead pip elsewhere.

    Temporary files go to `folder`, because `/tmp` is often a small part of the memory.
    """
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    return {**kept, "PIP_USER": "0", "PIP_NO_INPUT": "1", "TMPDIR": str(folder)}


class Progress:
    """Tells the user which of `total` parts pip is at, from what pip prints; `done` were there before."""

    def __init__(self, total: int, done: int) -> None:
        self._total = total
        self._count = done
        self._retrying = False

    def notice(self, line: str) -> None:
        """Looks at one line of pip's output."""
        if line.startswith("Collecting "):
            self._count += 1
        elif large := re.match(r"\s+Downloading (?:\S*/)?([^/\s-]+)-\S+\.whl \((\d[\d.]* MB)\)", line):
            messages.say(f"  [{self._count}/{self._total}] {large[1]} ({large[2]})")
        elif "Retrying (Retry(" in line and not self._retrying:
            self._retrying = True
            messages.say("  网络没有应答,正在重试……", "no answer from the network, trying again")


@dataclass(frozen=True)
class Workplace:
    """What every step is given: the log, a folder for temporary files, and the file descriptor of the lock.

    A step holds the lock as well, so that one left behind by a killed installer still keeps others out.
    """

    log: Log
    scratch: Path
    lock: int


def run(command: list[str], workplace: Workplace, progress: Progress | None = None) -> None:
    """Runs one step of the set-up; `InstallationError` where it fails."""
    log = workplace.log
    log.write("$ " + " ".join(command) + "\n")
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=clean_environment(workplace.scratch),
        pass_fds=(workplace.lock,),
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        lines = []
        try:
            for line in process.stdout:
                log.write(line)
                lines.append(line)
                if progress:
                    progress.notice(line)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        raise problem_of("".join(lines), log.path)


def problem_of(output: str, log: Path) -> InstallationError:
    """What the output of a failed step means for the user."""
    code = next((code for code, pattern in SIGNS if re.search(pattern, output)), "unexpected")
    if code == "disk-full":
        return disk_full(log.parent.parent)
    if code == "wrong-download":
        named = re.search(r"^\s+([A-Za-z0-9._-]+==\S+).*\n\s+Expected sha256", output, flags=re.MULTILINE)
        return InstallationError(code, part=named[1] if named else "?")
    if code == "not-in-index":
        named = re.search(r"No matching distribution found for (\S+)", output)
        return InstallationError(code, part=named[1] if named else "?")
    if code == "not-writable":
        return InstallationError(code, folder=log.parent.parent)
    return InstallationError(code, log=log)


def disk_full(folder: Path, needed_megabytes: int = NEEDED_MEGABYTES) -> InstallationError:
    """A full disk, with the figures."""
    free = shutil.disk_usage(folder).free // 2**20
    return InstallationError("disk-full", folder=folder, free=free, needed=needed_megabytes)
