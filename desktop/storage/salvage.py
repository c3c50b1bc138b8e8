"""Making a new store beside a damaged one: from what can be read of it, and from backups (抢救).

The damaged store, its log and every backup stay byte for byte as they are. Entries are taken over one by one, each
checked against its own hashes; records are then folded anew from them. The vault goes on in a new epoch whose first
entry names the old head and what is missing of the old one, so a gap can neither be hidden nor be mistaken for
tampering. The new store comes into use by ``use``, one write of the slots file.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED, Entry, EntryFormatError, EntryReference, hash_bytes
from desktop.domain.sealed_files import SEALED_FILES, sealed_files
from desktop.storage import (
    damaged_store,
    durable,
    epochs,
    former_stores,
    integrity,
    judgements,
    rekey,
    salvage_chain,
    settings,
    slots,
)
from desktop.storage.attachments import SALVAGED
from desktop.storage.damaged_store import DamagedStore, Lost, Row
from desktop.storage.salvage_chain import Gap, OwnEntry
from desktop.storage.salvage_losses import Line, Names, Source, lines_of
from desktop.storage.salvage_origins import Origin, origins_of
from desktop.storage.store import Store
from desktop.storage.tables import alias, attachment, batch, diverged, draft, entry, setting

WORK_FOLDER: Final = ".salvage"
TAKEN_OVER: Final = ("setting", "entry", "diverged", "alias", "draft", "batch", "attachment")
MADE_ANEW: Final = ("record", "search_token", "unreadable")
_NOT_TAKEN: Final = ("head", "fold_pending", rekey.REKEYING)
_AT_ONCE: Final = 500

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A new store, made and checked but not yet in use. ``digest`` names exactly this list."""

    folder: Path
    store: Path
    lines: tuple[Line, ...]
    origins: tuple[Origin, ...]
    digest: str
    entries: int
    gaps: tuple[Gap, ...]


@dataclass
class _Taken:
    """What has been taken over so far."""

    where: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Entry → its row in the new store."""
    ids: set[int] = field(default_factory=set)
    own: list[OwnEntry] = field(default_factory=list)
    from_backup: dict[Source, list[OwnEntry]] = field(default_factory=dict)
    """Own and others': what the damaged store did not give."""
    drafts_from_backup: dict[Source, int] = field(default_factory=dict)
    read: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    """Entries of the damaged store by record and by the first part of their kind."""
    aside: list[OwnEntry] = field(default_factory=list)
    """Own entries whose place in the journal another laptop has taken (``diverged``)."""
    copies: list[OwnEntry] = field(default_factory=list)
    """Entries of this vault that came back from the county: there, and not among its own."""
    erased: set[str] = field(default_factory=set)
    lost: dict[str, list[int]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    backups_used: int = 0


def make(
    folder: Path, vault: str, store: Path, key: bytes, sources: Sequence[Path], time: str, step: Step = lambda _: None
) -> Salvaged:
    """Make the new store in the vault's folder. ``sources`` are folders with a ``store.db`` each, newest first.

    ``time`` is now, as entries have it. The damaged store may be one that cannot be opened at all; then only what
    the sources hold is there.

    Raises:
        UserFacingError: ``vault.salvage-nothing`` where neither the store nor any source tells who the vault is;
            ``vault.newer-schema``; trouble of the disk. Nothing is in use then, and nothing was changed.
    """
    work = folder / WORK_FOLDER
    with durable.disk_trouble():
        shutil.rmtree(work, ignore_errors=True)  # what an earlier salvage left, which was never in use
        work.mkdir(mode=0o700)
        step("copying")
        copy = damaged_store.copy_aside(store, work) if store.exists() else None
    damaged = None if copy is None else damaged_store.open_copy(copy, key)
    fresh = Store(work / "store.db", key, create=True)
    try:
        taken = _Taken()
        if damaged is not None:
            _refuse_newer(damaged, fresh)
            step("reading")
            _take_all(damaged, fresh, taken)
        step("backups")
        for source in sources:
            _take_source(source, Source.of(source, folder), key, vault, fresh, taken)
        if taken.settings.get("identity", {}).get("vault") != vault:
            raise UserFacingError("vault.salvage-nothing")
        step("folding")
        names = Names(damaged)
        elsewhere = [*taken.aside, *taken.copies]
        chain = salvage_chain.analyse(damaged, vault, taken.own, taken.settings.get("head"), _batches(fresh), elsewhere)
        lines, origins = _finish(fresh, names, taken, chain, time)
        if store.exists():
            day = time[:10]
            fresh.write(lambda c: former_stores.note_made(c, store.name, day, former_stores.SALVAGED))
        entries = len(taken.own)
        step("checking")
        if not fresh.checkpoint() or integrity.store_damage(fresh.path, key):
            raise UserFacingError("disk.failing")
    finally:
        fresh.close()
        if damaged is not None:
            damaged.close()
    listed = [*(line.plain() for line in lines), *(origin.plain() for origin in origins)]
    document = json.dumps(listed, ensure_ascii=False, sort_keys=True)
    return Salvaged(folder, fresh.path, lines, origins, hash_bytes(document.encode()), entries, chain.gaps)


def use(made: Salvaged) -> str:
    """Bring the new store into use; answers its name. The damaged one stays where it is, untouched.

    Raises:
        UserFacingError: trouble of the disk; the vault is then as it was.
    """
    name = slots.free_store_name(made.folder)
    with durable.disk_trouble():
        durable.sync_file(made.store)
        made.store.rename(made.folder / name)
        durable.sync_folder(made.folder)
        found = slots.read(made.folder)
        slots.save(made.folder, replace(found, header=replace(found.header, store=name)))
        shutil.rmtree(made.folder / WORK_FOLDER, ignore_errors=True)
        (made.folder / slots.DAMAGE_FOUND_FILE).unlink(missing_ok=True)
    return name


def discard(folder: Path) -> None:
    """Nobody wants it: take away what was made and is not in use."""
    shutil.rmtree(folder / WORK_FOLDER, ignore_errors=True)


# --- taking over --------------------------------------------------------------------------------


def _refuse_newer(damaged: DamagedStore, fresh: Store) -> None:
    found = damaged_store.schema_revision(damaged)
    known = fresh.read(lambda c: c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    if found is not None and found > known:
        raise UserFacingError("vault.newer-schema", found=found, known=known)


def _take_all(damaged: DamagedStore, fresh: Store, taken: _Taken) -> None:
    for row in damaged_store.rows(damaged, "setting", setting.c.keys()):
        if isinstance(row, Lost):
            taken.lost.setdefault("setting", []).append(row.number)
        else:
            taken.settings.setdefault(row.values["name"], json.loads(row.values["value"]))
    _take_aside(damaged, fresh, taken)
    _take_entries(damaged, fresh, taken, None)
    for table in (alias, draft, batch, attachment):
        _take_table(damaged, fresh, table, taken)


def _take_source(source: Path, named: Source, key: bytes, vault: str, fresh: Store, taken: _Taken) -> None:
    backup = damaged_store.open_copy(source / slots.STORE_FILE, key, frozen=True)
    if backup is None:
        return
    try:
        found: dict[str, Any] = {}
        for row in damaged_store.rows(backup, "setting", setting.c.keys()):
            if isinstance(row, Row):
                found[row.values["name"]] = json.loads(row.values["value"])
        if found.get("identity", {}).get("vault") != vault:
            return
        for name, value in found.items():
            taken.settings.setdefault(name, value)
        _take_aside(backup, fresh, taken)
        _take_entries(backup, fresh, taken, named)
        for table in (alias, batch, attachment):
            _take_table(backup, fresh, table, taken)
        if taken.lost.get("draft"):  # otherwise a draft that is not there was finished or given up
            added = _take_table(backup, fresh, draft, taken)
            if added:
                taken.drafts_from_backup[named] = added
        taken.backups_used += 1
    finally:
        backup.close()


def _take_aside(origin: DamagedStore, fresh: Store, taken: _Taken) -> None:
    """Entries that were set aside: unsent work of this vault, and the chain's own, in its old places."""
    found = []
    known = {(one.epoch, one.seq) for one in taken.aside}
    for row in damaged_store.rows(origin, "diverged", diverged.c.keys()):
        read = None if isinstance(row, Lost) else _read_entry(row)
        if read is None:
            taken.lost.setdefault("diverged", []).append(row.number)
            continue
        values, written = read
        one = OwnEntry.of(row.number, written, None)
        if (one.epoch, one.seq) not in known:
            known.add((one.epoch, one.seq))
            taken.ids.add(row.number)  # an entry must not get the number that keeps this one's place
            taken.aside.append(one)
            found.append(values)
    if found:
        fresh.write(lambda connection: connection.execute(diverged.insert().prefix_with("OR IGNORE"), found))


def _take_entries(origin: DamagedStore, fresh: Store, taken: _Taken, backup: Source | None) -> None:
    rows = damaged_store.rows(origin, "entry", entry.c.keys())
    found = _sound_entries(rows, taken, {one.hash for one in taken.aside}, backup)
    while some := list(islice(found, _AT_ONCE)):
        fresh.write(lambda connection: connection.execute(entry.insert(), some))


def _sound_entries(
    rows: Iterator[Row | Lost], taken: _Taken, aside: set[str], backup: Source | None
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if isinstance(row, Lost):
            if backup is None:
                taken.lost.setdefault("entry", []).append(row.number)
            continue
        read = _read_entry(row)
        if read is None:
            if backup is None:
                taken.lost.setdefault("entry", []).append(row.number)
            continue
        values, written = read
        header = written.header
        name = (header.vault, header.epoch, header.seq)
        if name in taken.where or written.hash in aside:  # a backup may have it from before it was set aside
            continue
        number = row.number if row.number not in taken.ids else max(taken.ids) + 1
        taken.where[name] = number
        taken.ids.add(number)
        if header.kind == ERASED and written.payload_bytes is not None:
            taken.erased.add(str((written.body() or {}).get("entry")))
        one = OwnEntry.of(number, written, values.get("result"))
        if values["own"]:
            taken.own.append(one)
        elif header.vault == taken.settings.get("identity", {}).get("vault"):
            taken.copies.append(one)
        if backup is None:
            taken.read[header.record, header.kind.partition(".")[0]] += 1
        else:
            taken.from_backup.setdefault(backup, []).append(one)
        yield {**values, "id": number, "own": bool(values["own"])}


def _read_entry(row: Row) -> tuple[dict[str, Any], Entry] | None:
    """A row whose bytes are what they were when they were written; None where they are not."""
    values = row.values
    try:
        written = Entry(values["header"], values["payload"])
        header = written.header
        written.body()
    except (EntryFormatError, TypeError, KeyError, AttributeError):
        return None
    fits = (values["vault"], values["epoch"], values["seq"], values["hash"]) == (
        header.vault,
        header.epoch,
        header.seq,
        written.hash,
    )
    whole = written.payload_bytes is None or hash_bytes(written.payload_bytes) == header.payload_hash
    return (values, written) if fits and whole else None


def _take_table(origin: DamagedStore, fresh: Store, table: Any, taken: _Taken) -> int:
    """Answers how many rows were not there."""
    found = []
    for row in damaged_store.rows(origin, table.name, table.c.keys()):
        if isinstance(row, Lost):
            taken.lost.setdefault(table.name, []).append(row.number)
        else:
            found.append(row.values)
    before = _count(fresh, table)
    if found:
        # What is there already was read from the damaged store or a newer backup, and counts.
        fresh.write(lambda connection: connection.execute(table.insert().prefix_with("OR IGNORE"), found))
    return _count(fresh, table) - before


def _count(fresh: Store, table: Any) -> int:
    return fresh.read(lambda connection: connection.scalar(select(func.count()).select_from(table)) or 0)


# --- finishing ----------------------------------------------------------------------------------


def _batches(fresh: Store) -> list[salvage_chain.Batch]:
    def read(connection: Connection) -> list[salvage_chain.Batch]:
        columns = (batch.c.epoch, batch.c.number, batch.c.first_seq, batch.c.last_seq)
        receipts = (batch.c.stored_receipt.is_not(None), batch.c.applied_receipt.is_not(None))
        return [
            salvage_chain.Batch(row[0], row[1], row[2], row[3], bool(row[4] or row[5]))
            for row in connection.execute(select(*columns, *receipts))
        ]

    return fresh.read(read)


def _finish(
    fresh: Store, names: Names, taken: _Taken, chain: salvage_chain.Chain, time: str
) -> tuple[tuple[Line, ...], tuple[Origin, ...]]:
    fresh.write(lambda connection: _put_in_order(connection, taken, chain))
    fresh.write(lambda connection: _complete(connection, taken, chain, time))
    while fresh.write(judgements.fold_slice):
        pass
    vault = fresh.read(epochs.vault_of)
    lines = lines_of(names, vault, fresh, chain, taken.from_backup, taken.drafts_from_backup, taken.lost)
    origins = origins_of(names, taken.read, lines)
    fresh.write(lambda connection: _begin_epoch(connection, taken, chain, time, origins))
    return lines, origins


def _put_in_order(connection: Connection, taken: _Taken, chain: salvage_chain.Chain) -> None:
    """Own rows in the order of the chain, whatever numbers a backup's rows had; and what may not be sent."""
    ordered = [one.id for one in chain.own]
    numbers = sorted(ordered)
    moved = [(old, new) for old, new in zip(ordered, numbers, strict=True) if old != new]
    for old, new in moved:
        connection.execute(entry.update().where(entry.c.id == old).values(id=-new))
    if moved:
        connection.execute(entry.update().where(entry.c.id < 0).values(id=-entry.c.id))
    changed = dict(moved)
    for name in judgements.ROW_LISTS:
        if taken.settings.get(name):
            taken.settings[name] = [changed.get(one, one) for one in taken.settings[name]]
    for one in chain.apart:
        connection.execute(
            entry.update().where(entry.c.epoch == one.epoch, entry.c.seq == one.seq, entry.c.own).values(own=False)
        )
    for text in taken.erased:
        try:
            reference = EntryReference.parse(text)
        except EntryFormatError:
            continue
        connection.execute(
            entry.update()
            .where(entry.c.vault == reference.vault, entry.c.epoch == reference.epoch, entry.c.seq == reference.seq)
            .values(payload=None)
        )


def _complete(connection: Connection, taken: _Taken, chain: salvage_chain.Chain, time: str) -> None:
    kept = {name: value for name, value in taken.settings.items() if name not in _NOT_TAKEN}
    if chain.gaps or taken.from_backup or any(taken.lost.values()) or taken.backups_used:
        # The county is asked for everything again: what others wrote, and its words on one's own.
        feed = kept.get("feed")
        if feed is not None:
            kept["feed"] = {**feed, "cursor": 0}
    kept[SALVAGED] = {"time": time, "gaps": [one.plain() for one in chain.gaps]}
    for name, value in kept.items():
        settings.put(connection, name, value)
    for one in chain.lost_batches:
        connection.execute(
            batch.insert()
            .prefix_with("OR IGNORE")
            .values(
                epoch=one.epoch,
                number=one.number,
                first_seq=one.first_seq,
                last_seq=one.last_seq,
                digest="",
                sealed=time,
            )
        )
    _complete_attachments(connection)
    joined = [
        (row.record, str(target))
        for row in connection.execute(
            select(entry.c.record, entry.c.header, entry.c.payload)
            .where(~entry.c.own, entry.c.kind.endswith(".aliased"), entry.c.position.is_not(None))
            .order_by(entry.c.position)
        )
        if row.record and (target := (Entry(row.header, row.payload).body() or {}).get("to"))
    ]
    records = list(connection.scalars(select(entry.c.record).where(entry.c.record.is_not(None)).distinct()))
    judgements.note_pending(connection, records, joined)


def _complete_attachments(connection: Connection) -> None:
    """Rows of pictures whose scan is still known; the county is offered them again, which costs it nothing."""
    rows = connection.execute(
        select(entry.c.kind, entry.c.record, entry.c.header, entry.c.payload).where(
            entry.c.own, entry.c.kind.in_(SEALED_FILES)
        )
    )
    for row in rows:
        body: Mapping[str, Any] = Entry(row.header, row.payload).body() or {}
        for digest, size in sealed_files(row.kind, body):
            values = {"digest": digest, "size": size, "media": str(body.get("media", "")), "record": row.record}
            connection.execute(attachment.insert().prefix_with("OR IGNORE").values(values))


def _begin_epoch(
    connection: Connection, taken: _Taken, chain: salvage_chain.Chain, time: str, origins: tuple[Origin, ...]
) -> None:
    """The first entry of the new epoch: where the old one ended, what is missing of it, what came from where."""
    vault = epochs.vault_of(connection)
    epochs.begin(
        connection,
        time,
        SALVAGED,
        old=epochs.Old(chain.last_epoch, chain.last_seq, chain.head),
        missing=[one.plain() for one in chain.gaps],
        contents_gone=list(_gone_without_word(connection, vault, taken.erased)),
        origins=[one.plain() for one in origins],
        apart=[f"{vault}/{one.epoch}/{one.seq}" for one in chain.apart],
    )


def _gone_without_word(connection: Connection, vault: str, erased: set[str]) -> Iterator[str]:
    rows = connection.execute(
        select(entry.c.epoch, entry.c.seq).where(entry.c.vault == vault, entry.c.payload.is_(None)).order_by(entry.c.id)
    )
    for row in rows:
        reference = str(EntryReference(vault, row.epoch, row.seq))
        if reference not in erased:
            yield reference
