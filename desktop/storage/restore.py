"""Putting a backup's generation in place: copied aside, checked, given a new epoch, and then there by one rename.

A vault that still opens is never replaced unless a person asks for it; even then its store stays where it is,
untouched, and the restored one comes into use beside it by one ``slots.save``.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.storage import (
    attachments,
    backup,
    durable,
    epochs,
    former_stores,
    generations,
    settings,
    slots,
    vault,
    wiping,
)
from desktop.storage.durable import disk_trouble
from desktop.storage.generations import Generation, Manifest
from desktop.storage.signing_slot import SIGNING_FILE
from desktop.storage.slots import Slots, SlotsHeader
from desktop.storage.store import Store
from desktop.storage.vault import Keys

_UNFINISHED: Final = ".unfinished-restore-"
UNCHECKED: Final = "restored.json"
"""Beside a store that was put in place without a key (its password is forgotten): what the first opening has to do."""
_CHECKED: Final = b'{"checked": true}'
_RESTORED_FROM: Final = "restored_from"
_CHUNK: Final = 1024 * 1024
_MAX_NOTE: Final = 4096
_NEEDS_NO_ASKING: Final = frozenset(
    {"vault.store-missing", "vault.store-unreadable", "vault.store-damaged", "vault.slots-missing"}
    | {"vault.slots-damaged", "vault.not-encrypted"}
)
"""What opening a vault says when there is nothing left in it to protect from being set back."""


@dataclass(frozen=True, slots=True)
class Backup:
    """The backups of one vault, as found in a folder: nothing of it is proven before a password opens it.

    ``generations`` newest first; ``attachments`` is the shared folder of a stick, or the vault's own.
    """

    header: SlotsHeader
    generations: tuple[Generation, ...]
    attachments: Path


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to. ``missing``: attachments the backup names and has not (the county may have them)."""

    vault: str
    manifest: Manifest
    missing: int
    beside: bool


# --- finding --------------------------------------------------------------------------------------


def find(chosen: Path) -> tuple[Backup, ...]:
    """The backups in a folder that a person chose: a stick, our folder on it, a vault's folder or one generation.

    Raises:
        UserFacingError: ``backup.none``, ``backup.gone``.
    """
    if not chosen.is_dir():
        raise UserFacingError("backup.gone")
    one = generations.read_name(chosen)
    places = [chosen, chosen / generations.BACKUPS]
    with disk_trouble():
        for folder in (chosen / generations.STICK_FOLDER, chosen / slots.VAULTS, chosen):
            if folder.is_dir():
                inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
                places += [place for path in inside for place in (path, path / generations.BACKUPS)]
    found = [] if one is None else [_backup(chosen.parent, [one])]
    seen: set[Path] = set()
    for place in places:
        try:
            listed = generations.listed(place)
        except OSError:  # what belongs to the system lies on sticks too, and may not be looked into
            continue
        if listed and place.resolve() not in seen:
            seen.add(place.resolve())
            found.append(_backup(place, listed))
    backups = tuple(each for each in found if each is not None)
    if not backups:
        raise UserFacingError("backup.none")
    return backups


def _backup(place: Path, listed: list[Generation]) -> Backup | None:
    newest_first = tuple(reversed(listed))
    shared = place / attachments.FOLDER
    beside = place.parent / attachments.FOLDER
    for generation in newest_first:
        with contextlib.suppress(UserFacingError, OSError):
            header = slots.read(generation.folder).header
            if generations.vault_named(generation.folder) == header.vault:
                return Backup(header, newest_first, shared if shared.is_dir() else beside)
    return None


def unlock(
    home: Path, generation: Generation, password: str, card: str | None, now: datetime
) -> tuple[Keys, Slots | None]:
    """The keys of a generation: by those slots of the vault that lies here (its newer password), or by its own.

    Answers its own slots too where only they open it: the vault here was given another data key since.

    Raises:
        UserFacingError: as ``vault.unlock``; ``backup.foreign``, ``backup.damaged`` where its manifest does not open.
    """
    own = slots.read(generation.folder)
    of = own.header.vault
    current = None
    with contextlib.suppress(UserFacingError, OSError):
        current = slots.read(vault.folder_of(home, of))
    if current is None or current.header.vault != of:
        current = own
    keys = vault.unlock_slots(home, current, password, card, now)
    if _opens(generation, keys, of):
        return keys, None
    earlier = keys_before_rekey(generation, of, password, keys)
    if earlier is None:
        raise UserFacingError("backup.foreign")
    return earlier, own


def _opens(generation: Generation, keys: Keys, vault_id: str) -> bool:
    try:
        return generations.read_manifest(generation.folder, keys.data_key).vault == vault_id
    except UserFacingError as error:
        if error.code != "backup.foreign":
            raise
        return False


def keys_before_rekey(generation: Generation, of: str, password: str, keys: Keys) -> Keys | None:
    """The keys of a generation that is whole, and this vault's, under a data key it had before; else None.

    Proven by its own slots, which the same password opens unless it was changed since. Nothing is counted as a try:
    ``keys`` were opened by this very password.
    """
    with contextlib.suppress(UserFacingError, OSError):
        own = slots.read(generation.folder)
        earlier = Keys(slots.open_password_slot(own, password, keys.device_secret), keys.device_secret)
        if earlier.data_key != keys.data_key and _opens(generation, earlier, of):
            return earlier
    return None


# --- restoring ------------------------------------------------------------------------------------


def restore(
    home: Path,
    found: Backup,
    generation: Generation,
    keys: Keys,
    now: datetime,
    *,
    chosen: bool = False,
    own_slots: Slots | None = None,
) -> Generator[str, None, Restored]:
    """Put one generation in place; yields the step (``copy``, ``check``, ``attachments``).

    ``chosen``: a person wants this state although the vault here still opens. ``own_slots`` as ``unlock`` answers them.

    Raises:
        UserFacingError: ``restore.vault-here`` for a vault that still opens, ``backup.not-whole`` for a generation
            that is damaged, ``backup.foreign``, ``vault.newer-schema``, ``vault.open-elsewhere``, trouble of the disk.
            Nothing was changed then.
    """
    manifest = generations.read_manifest(generation.folder, keys.data_key)
    folder = vault.folder_of(home, manifest.vault)
    if not folder.exists():
        yield from ("copy",)
        return (yield from _as_new(home, found, generation, keys, manifest, now))
    with vault.only_process(home, manifest.vault):
        if not chosen and _still_opens(folder, keys):
            raise UserFacingError("restore.vault-here")
        yield "copy"
        return (yield from _beside(folder, found, generation, keys, manifest, now, own_slots))


def _as_new(
    home: Path, found: Backup, generation: Generation, keys: Keys, manifest: Manifest, now: datetime
) -> Generator[str, None, Restored]:
    folder = vault.folder_of(home, manifest.vault)
    with _aside(home) as unfinished, _trouble(generation):
        _copy_small(generation, unfinished)
        _copy(generation.store, unfinished / slots.STORE_FILE)
        yield "check"
        _check(generation, unfinished / slots.STORE_FILE, manifest, keys)
        yield "attachments"
        _fetch_attachments(generation, found.attachments, unfinished)
        missing = _begin(unfinished, unfinished / slots.STORE_FILE, keys, manifest, now)
        given = slots.read(generation.folder)
        # Another computer's keyring is not this one's: the card opens it, and a person may have it remembered here.
        slots.create(unfinished, replace(given, header=replace(given.header, keyring=None, store=slots.STORE_FILE)))
        durable.sync_folder(unfinished)
        unfinished.rename(folder)
        durable.sync_folder(folder.parent)
    return Restored(manifest.vault, manifest, missing, beside=False)


def _beside(
    folder: Path,
    found: Backup,
    generation: Generation,
    keys: Keys,
    manifest: Manifest,
    now: datetime,
    own_slots: Slots | None,
) -> Generator[str, None, Restored]:
    name = f"store-{secrets.token_hex(8)}.db"
    with _trouble(generation):
        try:
            _copy(generation.store, folder / name)
            yield "check"
            _check(generation, folder / name, manifest, keys)
            yield "attachments"
            _fetch_attachments(generation, found.attachments, folder)
            missing = _begin(folder, folder / name, keys, manifest, now, _in_use(folder))
        except BaseException:
            for path in (folder / name, folder / f"{name}-wal", folder / f"{name}-shm"):
                path.unlink(missing_ok=True)
            raise
        _bring_into_use(folder, generation, name, own_slots)
    return Restored(manifest.vault, manifest, missing, beside=True)


def _in_use(folder: Path) -> str | None:
    """The store that the restored one takes the place of; None where nothing tells which that was."""
    try:
        name = slots.read(folder).header.store
    except UserFacingError:
        return None
    return name if (folder / name).exists() else None


def _bring_into_use(folder: Path, generation: Generation, name: str, own_slots: Slots | None) -> None:
    try:
        current = slots.read(folder)
    except UserFacingError as error:
        if error.code not in ("vault.slots-missing", "vault.slots-damaged"):
            raise
        # No ways in are left here: those of the backup open the same data key.
        given = slots.read(generation.folder)
        with disk_trouble():
            wiping.withdraw(folder)
        if (folder / slots.SLOTS_FILE).exists():
            (folder / slots.SLOTS_FILE).replace(folder / slots.BROKEN_FILE)
        header = replace(given.header, keyring=None, store=name)
        slots.create(folder, replace(given, header=header))
    else:
        if own_slots is not None:
            # The ways in to the store that was in use until now: no other file has its key.
            with disk_trouble():
                kept = folder / f"slots-of-{current.header.store}.json"
                durable.replace_file(kept, (folder / slots.SLOTS_FILE).read_bytes())
        ways = own_slots or current
        slots.save(folder, replace(ways, header=replace(ways.header, keyring=current.header.keyring, store=name)))


def _still_opens(folder: Path, keys: Keys) -> bool:
    try:
        store = Store(folder / slots.read(folder).header.store, keys.data_key)
    except UserFacingError as error:
        if error.code in _NEEDS_NO_ASKING:
            return False
        raise
    store.close()
    return True


# --- steps ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _trouble(generation: Generation) -> Iterator[None]:
    """Tell the stick that is gone from the laptop's own disk."""
    try:
        with disk_trouble():
            yield
    except FileNotFoundError:
        raise UserFacingError("backup.not-whole" if generation.folder.is_dir() else "backup.gone") from None


@contextlib.contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """A folder for a vault in the making; gone again if it does not become one."""
    folder = home / slots.VAULTS
    unfinished = folder / (_UNFINISHED + secrets.token_hex(8))
    with disk_trouble():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)  # of a restore that was cut: a copy, of what lies in the backup
    try:
        with disk_trouble():
            unfinished.mkdir(mode=0o700)
            (unfinished / attachments.FOLDER).mkdir(mode=0o700)
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("xb") as writing:
        target.chmod(0o600)
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())


def _copy_small(generation: Generation, folder: Path) -> None:
    if (generation.folder / SIGNING_FILE).exists():
        durable.write_file(folder / SIGNING_FILE, (generation.folder / SIGNING_FILE).read_bytes())


def _check(generation: Generation, store: Path, manifest: Manifest, keys: Keys) -> None:
    """The copy that will be used, against the manifest; the rest of the generation as it lies in the backup."""
    backup.check_store(store, manifest, keys.data_key)
    backup.check_list(generation.folder, manifest)


def _fetch_attachments(generation: Generation, source: Path, folder: Path) -> None:
    target = folder / attachments.FOLDER
    target.mkdir(exist_ok=True, mode=0o700)
    for digest in backup.listed_attachments(generation.folder):
        path = source / digest
        if not (target / digest).exists() and path.is_file():
            # One that is damaged or cannot be read counts as missing, and stands in nobody's way.
            try:
                sealed = path.read_bytes()
            except OSError:
                if not generation.folder.is_dir():
                    raise UserFacingError("backup.gone") from None
                continue
            with contextlib.suppress(UserFacingError):
                backup.put_attachment(target, digest, sealed)
    durable.sync_folder(target)


def _begin(folder: Path, path: Path, keys: Keys, manifest: Manifest, now: datetime, before: str | None = None) -> int:
    """Bring the copy to this version's schema and begin its new epoch; answers how many attachments are missing.

    ``before`` is the store that it takes the place of.
    """
    time = now.astimezone(UTC).isoformat(timespec="milliseconds")
    store = Store(path, keys.data_key)
    try:
        if vault.identity(store).vault != manifest.vault:
            raise UserFacingError("backup.foreign")
        store.write(lambda connection: _begin_once(connection, time, manifest))
        if before is not None:
            store.write(lambda c: former_stores.note_made(c, before, now.date().isoformat(), former_stores.RESTORED))
        return store.write(lambda connection: attachments.offer_again(connection, folder))
    finally:
        store.close()


def _begin_once(connection: Connection, time: str, manifest: Manifest) -> None:
    if settings.get(connection, _RESTORED_FROM) != manifest.digest:
        settings.put(connection, _RESTORED_FROM, manifest.digest)
        epochs.begin(connection, time, "restored", backup=manifest.made)


# --- without a key ----------------------------------------------------------------------------------


def place_unopened(home: Path, found: Backup, generation: Generation) -> str:
    """Put a generation in place whose password is forgotten, so that the county's escrow can open it; its vault's id.

    Nothing can be checked without the key: the first opening does that and begins the new epoch (``finish``).

    Raises:
        UserFacingError: ``restore.vault-here`` where a folder of this vault is here already, trouble of the disk.
    """
    given = slots.read(generation.folder)
    if generations.vault_named(generation.folder) != given.header.vault:
        raise UserFacingError("backup.damaged")
    folder = vault.folder_of(home, given.header.vault)
    if folder.exists():
        raise UserFacingError("restore.vault-here")
    with _aside(home) as unfinished, _trouble(generation):
        _copy_small(generation, unfinished)
        _copy(generation.store, unfinished / slots.STORE_FILE)
        _copy(generation.folder / generations.MANIFEST, unfinished / generations.MANIFEST)
        _fetch_attachments(generation, found.attachments, unfinished)
        durable.write_file(unfinished / UNCHECKED, json.dumps({"generation": generation.folder.name}).encode())
        slots.create(unfinished, replace(given, header=replace(given.header, keyring=None, store=slots.STORE_FILE)))
        durable.sync_folder(unfinished)
        unfinished.rename(folder)
        durable.sync_folder(folder.parent)
    return given.header.vault


def finish(folder: Path, keys: Keys, now: datetime, *, previous_slots: bool = False) -> None:
    """At the first opening of what ``place_unopened`` put in place: check it and begin the new epoch. Else nothing.

    Where another store has come into use meanwhile (restored or salvaged beside it), the note speaks of it no more.

    Raises:
        UserFacingError: ``backup.not-whole``, ``backup.foreign``; the vault stays closed and as it is.
    """
    note = folder / UNCHECKED
    if not note.exists():
        return
    if slots.read(folder, previous=previous_slots).header.store != slots.STORE_FILE:
        with disk_trouble():
            note.unlink()
        return
    manifest = generations.read_manifest(folder, keys.data_key)
    with disk_trouble():
        if durable.read_limited(note, _MAX_NOTE) != _CHECKED:
            backup.check_store(folder / slots.STORE_FILE, manifest, keys.data_key)
            # From here on the file changes: cut off, the next opening must not measure it again.
            durable.replace_file(note, _CHECKED)
        _begin(folder, folder / slots.STORE_FILE, keys, manifest, now)
        note.unlink()
        durable.sync_folder(folder)
