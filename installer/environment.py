"""The virtual environment in `.venv`: whether it is complete, and how it is made.

It counts only when its stamp says so. The stamp is written last and names the lists that were installed, by SHA-256,
and the Python they were installed for; so a set-up that was interrupted, a list that changed and a Python that went
away are all noticed, and made good by installing afresh, because pip cannot tell a part that was half installed. What
was downloaded is kept beside it (`downloads`), and is not downloaded again.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from installer import downloads, messages, steps
from installer.messages import InstallationError
from installer.steps import Workplace

PROJECT = Path(__file__).resolve().parent.parent
LISTS = {"run": ("lock.txt",), "test": ("lock.txt", "lock-dev.txt")}  # the last holds all that those before it do
PROGRAMS = {"zoucun": "desktop", "zoucun-county": "county"}


@dataclass(frozen=True)
class Environment:
    """Where things are in the virtual environment of one project folder."""

    project: Path

    @property
    def folder(self) -> Path:
        """The environment itself."""
        return self.project / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where its parts are; `LookupError` before it is made."""
        for folder in self.folder.glob("lib/python3.*/site-packages"):
            return folder
        raise LookupError(f"{self.folder} is not a virtual environment")

    @property
    def stamp(self) -> Path:
        """Present only when the environment is complete."""
        return self.folder / "complete.json"

    @property
    def downloads(self) -> Path:
        """Where the parts wait until all are there; removed once they are installed."""
        return self.project / ".venv.downloads"

    @property
    def log(self) -> Path:
        """The details of the last set-up."""
        return self.folder / "installer.log"


def digests(project: Path, purpose: str) -> dict[str, str]:
    """SHA-256 of each list that `purpose` ("run" or "test") needs."""
    return {name: hashlib.sha256((project / "installer" / name).read_bytes()).hexdigest() for name in LISTS[purpose]}


def read_stamp(environment: Environment) -> dict[str, object]:
    """What is installed; empty where the environment is not complete."""
    try:
        stamp = json.loads(environment.stamp.read_bytes())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_complete(environment: Environment, purpose: str) -> bool:
    """Whether what `purpose` needs is installed, for a Python that is still there."""
    stamp = read_stamp(environment)
    installed = stamp.get("lists")
    return (
        isinstance(installed, dict)
        and digests(environment.project, purpose).items() <= installed.items()
        and stamp.get("interpreter") == os.path.realpath(environment.python)
        and environment.python.exists()
    )


def write_stamp(environment: Environment, purpose: str) -> None:
    """Declares the environment complete: written aside, then renamed, so that it is there whole or not at all."""
    stamp = {
        "lists": digests(environment.project, purpose),
        "python": environment.site_packages.parent.name.removeprefix("python"),
        "interpreter": os.path.realpath(environment.python),
    }
    os.sync()  # a laptop that loses power now must not wake with a stamp on files that were never written
    aside = environment.stamp.with_suffix(".new")
    aside.write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    aside.replace(environment.stamp)


def ensure(environment: Environment, purpose: str) -> bool:
    """Makes the environment complete for `purpose`; False where it was already. Raises `InstallationError`."""
    if is_complete(environment, purpose):
        return False
    with _explained(environment), _only_one(environment) as lock:
        if is_complete(environment, purpose):  # another set-up has just ended
            return False
        _build(environment, purpose, lock)
    return True


def _build(environment: Environment, purpose: str, lock: int) -> None:
    if environment.folder.exists() and not read_stamp(environment):
        messages.say("接着上次没有装完的地方继续。", "going on from where the last set-up stopped")
    parts = _parts(environment, LISTS[purpose][-1])
    if is_complete(environment, "run"):  # only the tools are missing
        there = set(_parts(environment, LISTS["run"][-1]))
        parts = [part for part in parts if part not in there]
    else:
        _begin_again(environment)
    messages.say("准备运行环境(第一次需要几分钟)……", "setting up, this takes some minutes the first time")
    scratch = environment.folder / "tmp"
    scratch.mkdir(exist_ok=True)
    workplace = Workplace(steps.Log(environment.log), scratch, lock)
    if not environment.python.exists():
        steps.run([sys.executable, "-Iu", "-m", "venv", str(environment.folder)], workplace)
    downloads.fetch(parts, environment.downloads, environment.python, workplace)
    messages.say("  正在安装……", "installing")
    environment.stamp.unlink(missing_ok=True)  # from here on an interruption leaves it half done
    downloads.install(parts, environment.downloads, environment.python, workplace)
    _add_project(environment)
    shutil.rmtree(scratch)
    write_stamp(environment, purpose)
    shutil.rmtree(environment.downloads)
    messages.say("运行环境准备好了。", "ready")


def _parts(environment: Environment, name: str) -> list[downloads.Part]:
    return downloads.read_list((environment.project / "installer" / name).read_text(encoding="utf-8"))


def _begin_again(environment: Environment) -> None:
    environment.stamp.unlink(missing_ok=True)  # first, so that a half-removed environment never looks complete
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    environment.folder.mkdir()
    there = sum(file.stat().st_size for file in environment.downloads.glob("*.whl")) // 2**20
    needed = steps.NEEDED_MEGABYTES - there
    if shutil.disk_usage(environment.folder).free < needed * 2**20:
        raise steps.disk_full(environment.project, needed)


def _add_project(environment: Environment) -> None:
    """Puts the project on the environment's path as it lies there, and its programs into `bin`; nothing is built."""
    # Relative to the folder it is in, so that the whole project can be moved.
    (environment.site_packages / "zoucun.pth").write_text("../../../..\n", encoding="utf-8")
    for name, package in PROGRAMS.items():
        program = environment.folder / "bin" / name
        program.write_text(
            f'#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m {package} "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)


@contextlib.contextmanager
def _only_one(environment: Environment) -> Iterator[int]:
    """Holds the lock file; its descriptor is handed to each step, so that a step left behind still holds it."""
    descriptor = os.open(environment.project / ".venv.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InstallationError("already-running") from None
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _explained(environment: Environment) -> Iterator[None]:
    """Turns what the operating system refuses into sentences, and a request to end into an interruption."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise steps.disk_full(environment.project) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise InstallationError("not-writable", folder=environment.project) from error
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
