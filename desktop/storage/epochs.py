"""Epochs of the vault's own journal: where each stands, and beginning the next one.

A vault that was restored, cloned or salvaged never goes on under the old epoch, whose next numbers may already be taken
elsewhere. The first entry of the new one names the old head, so that the chain runs on; what the county has of the old
one is asked for at the next contact (``desktop.sync.comparing``).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.journal import EPOCH_BEGAN, Header
from desktop.storage import settings
from desktop.storage.journal import Action, Author
from desktop.storage.tables import batch, diverged, entry

_IDENTITY: Final = "identity"
_ENROLMENT: Final = "enrolment"
_TO_COMPARE: Final = "epochs_to_compare"


@dataclass(frozen=True, slots=True)
class Epoch:
    """How far an own epoch goes: its last entry and that header's hash; ``confirmed`` is the number of the last batch
    up to which the county has answered for every one."""

    epoch: str
    seq: int
    head: str
    confirmed: int


@dataclass(frozen=True, slots=True)
class Old:
    """Where an epoch ended: its last number and that header's hash; the next epoch's first entry says so."""

    epoch: str
    seq: int
    head: str


def current(connection: Connection) -> str:
    """The epoch that entries are written in now; it changes when another laptop is found to use this vault too."""
    return str(settings.get(connection, _IDENTITY)["epoch"])


def vault_of(connection: Connection) -> str:
    """Whose journal this is."""
    return str(settings.get(connection, _IDENTITY)["vault"])


def names(connection: Connection, vault: str, *, own: bool = True) -> tuple[str, ...]:
    """The epochs that have own entries, in the order in which they were begun.

    Without ``own`` also those of which there are only copies that came back from the county.
    """
    found: list[tuple[int, str]] = []
    name: str | None = ""
    # Hopping from name to name over the unique index: there are a handful of epochs among many thousands of entries.
    while True:
        later = select(entry.c.epoch).where(entry.c.vault == vault, entry.c.epoch > name)
        name = connection.scalar(later.order_by(entry.c.epoch).limit(1))
        if name is None:
            return tuple(one for _, one in sorted(found))
        mine = select(entry.c.id).where(entry.c.vault == vault, entry.c.epoch == name, entry.c.own | (not own))
        first = connection.scalar(mine.order_by(entry.c.seq).limit(1))
        if first is not None:
            found.append((first, name))


def last_seq(connection: Connection, vault: str, epoch: str) -> int:
    """The number of an own epoch's last entry that was not set aside; 0 without any."""
    mine = select(entry.c.seq).where(entry.c.vault == vault, entry.c.epoch == epoch, entry.c.own)
    return connection.scalar(mine.order_by(entry.c.seq.desc()).limit(1)) or 0


def has_written(connection: Connection, epoch: str, seq: int, besides: str) -> bool:
    """Whether anything but entries of the kind ``besides`` was written after this place in the journal."""
    if current(connection) != epoch:
        return True
    later = (entry.c.vault == vault_of(connection), entry.c.epoch == epoch, entry.c.own, entry.c.seq > seq)
    return connection.scalar(select(entry.c.id).where(*later, entry.c.kind != besides).limit(1)) is not None


def first_time(connection: Connection) -> str | None:
    """When the vault's first entry was written (ISO 8601), or None."""
    header = connection.scalar(select(entry.c.header).where(entry.c.own).order_by(entry.c.id).limit(1))
    return None if header is None else Header.decode(header).time


def own_epochs(connection: Connection, cut: Mapping[str, int] | None = None) -> tuple[Epoch, ...]:
    """Where every own epoch stands, in their order; entries set aside as diverged count as its end.

    ``cut``: by epoch, the number from which the confirmed entries are gone or others; batches from there on do not
    count as confirmed.
    """
    vault = vault_of(connection)
    found: list[Epoch] = []
    for name in names(connection, vault):
        ends = [
            connection.execute(
                select(table.c.seq, table.c.hash).where(*where).order_by(table.c.seq.desc()).limit(1)
            ).first()
            for table, where in (
                (diverged, (diverged.c.epoch == name,)),
                (entry, (entry.c.vault == vault, entry.c.epoch == name, entry.c.own)),
            )
        ]
        end = ends[0] or ends[1]
        if end is not None:
            found.append(Epoch(name, end.seq, end.hash, _confirmed(connection, name, (cut or {}).get(name))))
    return tuple(found)


def _confirmed(connection: Connection, epoch: str, cut: int | None) -> int:
    rows = connection.execute(
        select(batch.c.number, batch.c.last_seq, batch.c.applied_receipt.is_not(None).label("applied"))
        .where(batch.c.epoch == epoch)
        .order_by(batch.c.number)
    )
    number = 0
    for row in rows:
        if row.number != number + 1 or not row.applied or (cut is not None and row.last_seq >= cut):
            break
        number = row.number
    return number


def begin(connection: Connection, time: str, reason: str, *, old: Old | None = None, **more: Any) -> str:
    """Begin a new epoch and answer its name; the county will be asked for what it has of the earlier ones.

    ``reason`` is a code (``restored``, ``cloned``, ``salvaged``, ``half-action``). ``old`` is where the epoch before
    ended: the last own entry, unless a salvage knows of later ones that it could not read. ``more`` goes into the entry
    beside it. A vault that was never enrolled has written nothing, and gets the new name alone.
    """
    identity = settings.get(connection, _IDENTITY)
    epoch = uuid.uuid4().hex
    settings.put(connection, _IDENTITY, {**identity, "epoch": epoch})
    enrolled = settings.get(connection, _ENROLMENT)
    if enrolled is None:
        return epoch
    settings.put(connection, _TO_COMPARE, True)
    given = json.loads(enrolled)
    worker, role = given["worker"], given["role"]
    own = select(entry.c.epoch, entry.c.seq, entry.c.hash, entry.c.header).where(entry.c.own)
    last = connection.execute(own.order_by(entry.c.id.desc()).limit(1)).first()
    if last is not None:
        old = old or Old(last.epoch, last.seq, last.hash)
        header = Header.decode(last.header)
        worker, role = header.worker, header.role  # the county's roster may have changed it since enrolment
    action = Action(connection, Author(identity["vault"], epoch, worker, role), time)
    before = {} if old is None else {"from": asdict(old)}
    action.add(EPOCH_BEGAN, None, {"county": given["county"], "reason": reason, **before, **more})
    action.finish()
    return epoch


def must_compare(connection: Connection) -> bool:
    """Whether the county has still to be asked what it has of the earlier epochs."""
    return bool(settings.get(connection, _TO_COMPARE))


def note_comparing(connection: Connection, *, needed: bool) -> None:
    """Ask the county at the next contact, or: it has answered."""
    settings.put(connection, _TO_COMPARE, needed)
