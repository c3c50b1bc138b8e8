"""The acts into which faults are injected, each in a child process of its own.

``python -m tests.reliability.injected_acts`` reads one job a line (JSON). An act makes ready, says ``ready PID``, waits
for a line, and works through the product's own functions; it says ``saved KIND VALUE`` as soon as it was told that
something is saved, ``refused CODE`` where it was told so in words, ``bug TEXT`` for anything else. Then the parent says
``ended done`` or ``ended killed``. What is said goes into a pipe, which no fault ever touches.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import secrets
import traceback
import uuid
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import keyring

from desktop.bootstrap import finish_recovery, open_application
from desktop.domain.errors import UserFacingError
from desktop.services import backups, drafts, restoring, vaults
from desktop.services.application import Application
from desktop.services.escrow import escrow_state
from desktop.services.rekey import rekey
from desktop.services.salvage import salvaging
from desktop.storage import device_card, durable, passwords, slots, vault
from desktop.storage.passwords import Argon2
from tests.keyrings import MemoryKeyring
from tests.reliability.shortcuts import fold_one_at_a_time, leave_memory_unlocked, stretch_quickly
from tests.worked_vault import keep_scan, record_visit

Job = dict[str, Any]
Act = Callable[[Job], Generator[None, None, None]]
NEW_PASSWORD = "换一句好记的话-2027"
OFFICE = "莒口镇民政办"
_ANY_TRACER = (0x59616D61, ctypes.c_ulong(-1))


def read_line() -> str:
    """One line of standard input and no byte more: what follows is for the other process."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return line.decode()


def tell(*words: str) -> None:
    """One line to whoever started this."""
    os.write(1, (" ".join(words) + "\n").encode())


def clock_of(job: Job) -> Callable[[], datetime]:
    """The job's moment: names made from the time are the same in every run."""
    now = datetime.fromisoformat(job["now"])
    return lambda: now


@contextlib.contextmanager
def opened(job: Job) -> Iterator[Application]:
    """The job's vault, opened as the product does; whatever the closing meets is said too."""
    with open_application(
        Path(job["home"]), job["vault"], job["password"], job["card"], clock=clock_of(job)
    ) as application:
        yield application


# --- the acts: what stands before the yield is not disturbed ------------------------------------------


def opening(job: Job) -> Generator[None, None, None]:
    """Open a vault, with all that the opening itself puts right, and close it."""
    yield
    with opened(job) as application:
        tell("saved", "opened", "-")
        if (slot := escrow_state(application).slot) is not None:
            tell("saved", "escrowed", str(slot.version))


def saving(job: Job) -> Generator[None, None, None]:
    """Two visits."""
    with opened(job) as application:
        yield
        for number in range(2):
            words = f"说明{number}"
            record_visit(application, job["household"], words)
            tell("saved", "visit", words)


def saving_in_haste(job: Job) -> Generator[None, None, None]:
    """A control: says "saved" before it is."""
    with opened(job) as application:
        yield
        for number in range(2):
            words = f"说明{number}"
            tell("saved", "visit", words)
            record_visit(application, job["household"], words)


def saving_blindly(job: Job) -> Generator[None, None, None]:
    """A control: says "saved" whatever it was told."""
    with opened(job) as application:
        yield
        for number in range(2):
            words = f"说明{number}"
            with contextlib.suppress(UserFacingError):
                record_visit(application, job["household"], words)
            tell("saved", "visit", words)


def drafting(job: Job) -> Generator[None, None, None]:
    """One draft, saved by itself again and again."""
    with opened(job) as application:
        yield
        for number in range(4):
            body = {"note": f"写到第{number}句" + "，还没写完" * number * 200}
            drafts.keep_draft(application, "visit-typed", "visit", job["household"], body)
            tell("saved", "draft", str(number))


def creating(job: Job) -> Generator[None, None, None]:
    """A colleague's vault beside the one there is."""
    yield
    made = vaults.create_vault(Path(job["home"]), job["password"], worker_name="何金水", office=OFFICE, cost=Argon2())
    tell("saved", "vault", f"{made.vault} {made.card}")


def changing_password(job: Job) -> Generator[None, None, None]:
    """Another password."""
    with opened(job) as application:
        yield
        vaults.change_password(application, job["password"], NEW_PASSWORD, cost=Argon2())
        tell("saved", "password", "-")


def changing_password_in_place(job: Job) -> Generator[None, None, None]:
    """A control: the files of wrapped keys are written over where they lie."""

    def in_place(path: Path, data: bytes) -> None:
        path.write_bytes(data)

    durable.replace_file = in_place
    yield from changing_password(job)


def remembering(job: Job) -> Generator[None, None, None]:
    """The device secret goes into this computer's keyring."""
    keyring.set_keyring(MemoryKeyring())
    with opened(job) as application:
        yield
        vaults.remember_device_secret(application)
        tell("saved", "keyring", "-")


def recovering(job: Job) -> Generator[None, None, None]:
    """Finish a recovery with the county's two answers."""
    yield
    files = [Path(file) for file in job["files"]]
    finish_recovery(
        Path(job["home"]),
        job["vault"],
        job["new_password"],
        files,
        job["card"],
        clock=clock_of(job),
        cost=Argon2(),
    )
    tell("saved", "recovery", "-")


def attaching(job: Job) -> Generator[None, None, None]:
    """A picture, sealed before, with the entry that names it."""
    with opened(job) as application:
        yield
        tell("saved", "attachment", keep_scan(application, job["household"], bytes.fromhex(job["sealed"])))


def salvaging_all(job: Job) -> Generator[None, None, None]:
    """A damaged vault: the list, and yes to it."""
    yield
    with salvaging(Path(job["home"]), job["vault"], job["password"], job["card"], clock=clock_of(job)) as found:
        tell("saved", "salvage", found.accept(found.digest))


def rekeying(job: Job) -> Generator[None, None, None]:
    """A new data key, and a visit under it."""
    with opened(job) as application:
        yield
        rekey(application, job["password"])
        tell("saved", "rekey", "-")
        record_visit(application, job["household"], "说明0")
        tell("saved", "visit", "说明0")


def backing_up(job: Job) -> Generator[None, None, None]:
    """A generation in the vault's own folder, and one on a stick."""
    with opened(job) as application:
        yield
        backups.back_up(application)
        tell("saved", "backup", "laptop")
        backups.back_up(application, stick_of(job["home"]))
        tell("saved", "backup", "stick")


def restoring_newest(job: Job) -> Generator[None, None, None]:
    """The newest generation on the stick, onto a laptop without the vault or, where it was chosen, beside the store."""
    yield
    home = Path(job["home"])
    (found,) = restoring.find_backups(stick_of(job["home"]))
    content = restoring.open_backup(home, found, job["password"], job["card"], clock_of(job))
    steps = restoring.restoring(home, content, content.contents[0], chosen=job["chosen"], clock=clock_of(job))
    for _ in steps:
        pass
    tell("saved", "restore", "-")


def stick_of(home: str | Path) -> Path:
    """Where the stick is mounted: in the home folder, so that its calls are points too."""
    return Path(home) / "usb"


ACTS: dict[str, Act] = {
    "open": opening,
    "save": saving,
    "save-in-haste": saving_in_haste,
    "save-blindly": saving_blindly,
    "draft": drafting,
    "create": creating,
    "password": changing_password,
    "password-in-place": changing_password_in_place,
    "remember": remembering,
    "recover": recovering,
    "attach": attaching,
    "salvage": salvaging_all,
    "rekey": rekeying,
    "back-up": backing_up,
    "restore": restoring_newest,
}


def stretch_before(job: Job) -> None:
    """In the parent, for all the children to come: a kept vault's password is stretched at its whole cost."""
    with contextlib.suppress(UserFacingError):
        found = slots.read(vault.folder_of(Path(job["home"]), job["vault"]))
        slots.open_password_slot(found, job["password"], device_card.read_card(job["card"]))


def perform(job: Job) -> None:
    """One act, from its preparations to its end."""
    ctypes.CDLL(None).prctl(*_ANY_TRACER)
    chance = random.Random(job["seed"])
    # The same names in every run: a point is a place in a file of that name.
    uuid.uuid4 = lambda: uuid.UUID(bytes=chance.randbytes(16), version=4)
    secrets.token_hex = lambda nbytes=None: chance.randbytes(nbytes or 32).hex()
    if job["memory"] == "unlocked":
        leave_memory_unlocked()
    act = ACTS[job["act"]](job)
    next(act)
    tell("ready", str(os.getpid()))
    read_line()
    try:
        next(act, None)
    except UserFacingError as error:
        tell("refused", error.code)


def main() -> None:
    """A child for each job, until there are no more."""
    passwords._stretch = stretch_quickly
    fold_one_at_a_time()
    while line := read_line():
        stretch_before(json.loads(line))
        child = os.fork()
        if child == 0:
            try:
                perform(json.loads(line))
            except BaseException:  # noqa: BLE001 a child must never go on as its parent
                tell("bug", json.dumps(traceback.format_exc()))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        tell("ended", "done" if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else "killed")


if __name__ == "__main__":
    main()
