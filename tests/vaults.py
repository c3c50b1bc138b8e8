"""Real vaults for tests: made, enrolled by a made-up county and opened the way the product does it.

``made_vault(tmp_path)`` is what most tests want: an open, enrolled ``Application``. Everybody in here is invented.
The operating system's keyring is never touched: vaults open by password and device card.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Also for child processes; a developer's own keyring must not collect the secrets of test vaults.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from desktop.bootstrap import open_application
from desktop.domain.roles import Role
from desktop.services.application import Application, Clock, system_clock
from desktop.services.vaults import create_vault
from desktop.storage import durable
from desktop.storage import vault as vaults
from desktop.storage.passwords import Argon2
from desktop.sync.envelope import SealingKey, SigningKey
from desktop.sync.protocol import Enrolment

PASSWORD = "走村入户-2026"
COUNTY_SIGNING_KEY = SigningKey.generate()
COUNTY_SEALING_KEY = SealingKey.generate()
"""The made-up county's keys: new in every run, the same within one."""


@dataclass(frozen=True, slots=True)
class ClosedVault:
    """Where a vault lies and what opens it."""

    home: Path
    vault: str
    password: str
    card: str

    @property
    def folder(self) -> Path:
        """The vault's own folder."""
        return self.home / "vaults" / self.vault

    @property
    def store(self) -> Path:
        """The SQLCipher file."""
        return self.folder / "store.db"


def closed_vault(
    home: Path,
    *,
    worker_name: str = "林晓梅",
    office: str = "莒口镇民政办",
    password: str = PASSWORD,
    practice: bool = False,
) -> ClosedVault:
    """Make a vault and leave it closed and not enrolled."""
    new = create_vault(home, password, worker_name=worker_name, office=office, practice=practice, cost=Argon2())
    return ClosedVault(home, new.vault, password, new.card)


def data_key(home: Path, vault: str, password: str, card: str | None = None) -> bytes:
    """The key of a vault's store, as unlocking it finds it."""
    return vaults.unlock(home, vault, password, card, system_clock()).data_key


def change_slots(closed: ClosedVault, change: Callable[[dict[str, Any]], object]) -> None:
    """Write the slots file anew after ``change(document)``, as somebody would who knows how it is written."""
    path = closed.folder / "slots.json"
    document = json.loads(path.read_bytes())
    del document["digest"]
    change(document)
    path.write_bytes(durable.document_with_digest(document))


@contextlib.contextmanager
def opened(closed: ClosedVault, *, clock: Clock = system_clock) -> Iterator[Application]:
    """Open a vault by password and device card; it is closed at the end."""
    with open_application(closed.home, closed.vault, closed.password, closed.card, clock=clock) as application:
        yield application


def enrolment(
    vault: str,
    *,
    worker: str = "worker-lin",
    worker_name: str = "林晓梅",
    role: Role = Role.CASEWORKER,
    office: str = "莒口镇民政办",
    townships: tuple[str, ...] = ("350703104",),
) -> Enrolment:
    """What a made-up county answers to this vault. 350703104 is 建阳区莒口镇."""
    return Enrolment(
        vault=vault,
        county="350703",
        county_name="南平市建阳区民政局",
        dataset="made-up",
        signing_key=COUNTY_SIGNING_KEY.public,
        recipient=COUNTY_SEALING_KEY.recipient,
        worker=worker,
        worker_name=worker_name,
        role=role,
        office=office,
        townships=townships,
    )


@contextlib.contextmanager
def made_vault(
    home: Path,
    *,
    worker: str = "worker-lin",
    worker_name: str = "林晓梅",
    role: Role = Role.CASEWORKER,
    townships: tuple[str, ...] = ("350703104",),
    practice: bool = False,
    clock: Clock = system_clock,
) -> Iterator[Application]:
    """An open vault of an enrolled worker, made in ``home``; may be called twice for two workers."""
    closed = closed_vault(home, worker_name=worker_name, practice=practice)
    with opened(closed, clock=clock) as application:
        vault = application.identity.vault
        application.enrol(enrolment(vault, worker=worker, worker_name=worker_name, role=role, townships=townships))
        yield application
