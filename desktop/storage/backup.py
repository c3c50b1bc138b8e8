"""Making a generation of a vault's backup: copied under the same key, checked as a whole, and only then put in place.

The store is copied by SQLite's own online backup from a connection of its own that holds one snapshot, in slices: the
writer goes on meanwhile. A full disk, a stick that is pulled or a copy that is not whole leaves the older generations
as they are.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from desktop.domain.errors import UserFacingError
from desktop.storage import attachments, cipher, durable, generations, slots
from desktop.storage.generations import ATTACHMENT_LIST, MANIFEST, STORE, Generation, Manifest
from desktop.storage.signing_slot import SIGNING_FILE

_SLICE_PAGES: Final = 256
"""1 MiB: some milliseconds, after which the cancel is asked for."""
_CHUNK: Final = 1024 * 1024
_SLICES_ON_THE_WAY: Final = 8
_STEPS_BETWEEN: Final = 50_000
_CACHE: Final = -64_000
_DIGEST: Final = attachments.DIGEST


@dataclass(frozen=True, slots=True)
class Source:
    """The open vault: its folder and store file, the key, and which program copies it."""

    folder: Path
    store: Path
    data_key: bytes
    vault: str
    version: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where generations go. ``attachments`` is the shared folder of a stick; None on the laptop, whose own lie on the
    same disk anyway."""

    folder: Path
    attachments: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A generation that was made and checked. ``missing`` attachments could not be read on this laptop."""

    generation: Generation
    manifest: Manifest
    attachments_copied: int
    missing: int


def laptop_place(vault_folder: Path) -> Place:
    """The generations in the vault's own folder."""
    return Place(vault_folder / generations.BACKUPS)


def stick_place(chosen: Path, vault: str) -> Place:
    """The generations on a stick."""
    folder = generations.stick_folder(chosen, vault)
    return Place(folder, folder / attachments.FOLDER)


def make(
    source: Source, place: Place, now: datetime, stopped: Callable[[], bool] = lambda: False
) -> Generator[tuple[str, int, int], None, Made]:
    """Make one generation; yields ``(step, done, total)`` (steps ``store``, ``attachments``, ``check``).

    ``stopped`` is asked every few milliseconds also inside a step: locking must not wait for a backup.

    Raises:
        UserFacingError: ``backup.full``, ``backup.read-only``, ``backup.gone``, ``backup.failing``,
            ``backup.not-whole``, ``backup.stopped``, ``vault.store-damaged``. The older generations stay as they are.
    """
    with _place_trouble(place.folder):
        _prepare(place)
        generations.sweep(place.folder)
        if generations.room(place.folder) < source.store.stat().st_size + _CHUNK:
            raise UserFacingError("backup.full")
        unfinished = generations.new_unfinished(place.folder)
        try:
            yield "store", 0, 1
            with _snapshot(source) as connection:
                _copy_store(connection, unfinished / STORE, source.data_key, stopped)
                described = _describe(connection, source, now)
                listed = _attachments_of(connection)
            yield "attachments", 0, len(listed)
            copied, missing = 0, 0
            if place.attachments is not None:
                copied, missing = yield from _copy_attachments(source.folder, place.attachments, listed)
            manifest = _finish(source, unfinished, described, listed)
            yield "check", 0, 1
            check(unfinished, manifest, source.data_key, stopped)
            generation = _put_in_place(place, unfinished, now)
        except BaseException:
            with contextlib.suppress(OSError):
                generations.clear(unfinished)
            raise
        generations.remove_older(place.folder)
        if place.attachments is not None:
            _remove_unlisted(place)
        durable.sync_folder(place.folder)
    return Made(generation, manifest, copied, missing)


def check(folder: Path, manifest: Manifest, data_key: bytes, stopped: Callable[[], bool] = lambda: False) -> None:
    """Read a generation back from its disk: every byte, every page's HMAC, SQLite's own check, and the counts.

    Raises:
        UserFacingError: ``backup.not-whole``; OSError where a file cannot be read at all.
    """
    check_store(folder / STORE, manifest, data_key, stopped)
    check_list(folder, manifest)
    slots.read(folder)


def check_list(folder: Path, manifest: Manifest) -> None:
    """The list of attachments against the manifest; raises UserFacingError("backup.not-whole")."""
    if fresh_digest(folder / ATTACHMENT_LIST) != manifest.attachment_list:
        raise UserFacingError("backup.not-whole")


def check_store(store: Path, manifest: Manifest, data_key: bytes, stopped: Callable[[], bool] = lambda: False) -> None:
    """One copy of a generation's store against its manifest; raises UserFacingError("backup.not-whole")."""
    if store.stat().st_size != manifest.size or fresh_digest(store) != manifest.digest:
        raise UserFacingError("backup.not-whole")
    try:
        with contextlib.closing(_open_copy(store, data_key)) as connection:
            connection.set_progress_handler(stopped, _STEPS_BETWEEN)
            damage = list(connection.execute("PRAGMA cipher_integrity_check"))
            damage += [row for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            counted = _counts(connection)
    except (sqlcipher.DatabaseError, UserFacingError):
        raise UserFacingError("backup.stopped" if stopped() else "backup.not-whole") from None
    if damage or counted != (manifest.entries, dict(manifest.counts)):
        raise UserFacingError("backup.not-whole")


def fresh_digest(path: Path) -> str:
    """SHA-256 of a file as the disk has it, not as the memory remembers it."""
    generations.drop_from_memory(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


# --- the store ------------------------------------------------------------------------------------


@contextlib.contextmanager
def _snapshot(source: Source) -> Iterator[Any]:
    """A connection of its own with one unchanging view of the store, so that saving goes on beside it."""
    connection = cipher.connect(source.store, source.data_key)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection
    except sqlcipher.DatabaseError as error:
        raise cipher.trouble(error, source.store) or error from None
    finally:
        connection.close()


def _copy_store(connection: Any, target: Path, data_key: bytes, stopped: Callable[[], bool]) -> None:
    slices = 0

    def look(_status: int, _left: int, _total: int) -> None:
        nonlocal slices
        slices += 1
        if stopped():
            raise UserFacingError("backup.stopped")
        if slices % _SLICES_ON_THE_WAY == 0:
            # In small portions: where a whole vault is flushed at once, somebody's saving waits for it.
            _sync(target)

    address = f"{cipher.address(target)}?mode=rwc"
    try:
        with contextlib.closing(sqlcipher.connect(address, uri=True, isolation_level=None)) as copy:
            _key(copy, data_key)
            # Nothing is gained by a journal of a file that nobody may see before it is complete and checked.
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            connection.backup(copy, pages=_SLICE_PAGES, progress=look, sleep=0.0)
    except sqlcipher.DatabaseError as error:
        raise _copy_trouble(error, target) from None
    target.chmod(0o600)
    _sync(target)


def _copy_trouble(error: Exception, target: Path) -> Exception:
    words = str(error).lower()
    if not target.parent.is_dir():
        return UserFacingError("backup.gone")
    if "full" in words:
        return UserFacingError("backup.full")
    if "readonly" in words or "read-only" in words:
        return UserFacingError("backup.read-only")
    if "malformed" in words or "not a database" in words or "hmac" in words:
        return UserFacingError("vault.store-damaged")
    if "i/o" in words or "unable to open" in words:
        full = generations.room(target.parent) < _CHUNK
        return UserFacingError("backup.full" if full else "backup.failing")
    return error


def _open_copy(store: Path, data_key: bytes) -> Any:
    """A copy as it lies there, without a write-ahead log beside it."""
    cipher.refuse_plain(store)
    address = f"{cipher.address(store)}?mode=ro&immutable=1"
    connection = sqlcipher.connect(address, uri=True, isolation_level=None)
    try:
        _key(connection, data_key)
        connection.execute(f"PRAGMA cache_size = {_CACHE}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _key(connection: Any, data_key: bytes) -> None:
    connection.execute("PRAGMA cipher_log = off")
    connection.execute("PRAGMA cipher_memory_security = ON")
    connection.execute(f"PRAGMA key = \"x'{data_key.hex()}'\"")
    connection.execute("PRAGMA temp_store = MEMORY")


def _describe(connection: Any, source: Source, now: datetime) -> Callable[[int, str, int, str], Manifest]:
    """The manifest but for what is known after the copy: size and digest, attachments and their list's digest."""
    own = "SELECT epoch, seq, hash FROM entry WHERE own ORDER BY id DESC LIMIT 1"
    epoch, seq, head = connection.execute(own).fetchone() or ("", 0, "")
    schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    entries, counts = _counts(connection)
    made = now.astimezone(UTC).isoformat(timespec="seconds")

    def finished(size: int, digest: str, attached: int, attachment_list: str) -> Manifest:
        return Manifest(
            vault=source.vault,
            epoch=epoch,
            seq=seq,
            head=head,
            made=made,
            schema=schema,
            version=source.version,
            size=size,
            digest=digest,
            entries=entries,
            counts=counts,
            attachments=attached,
            attachment_list=attachment_list,
        )

    return finished


def _counts(connection: Any) -> tuple[int, dict[str, int]]:
    entries = int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])
    kinds = connection.execute("SELECT kind, count(*) FROM record GROUP BY kind ORDER BY kind").fetchall()
    return entries, {str(kind): int(count) for kind, count in kinds}


# --- the other files ------------------------------------------------------------------------------


def _prepare(place: Place) -> None:
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if place.attachments is not None:
        place.attachments.mkdir(exist_ok=True, mode=0o700)


def _finish(
    source: Source,
    unfinished: Path,
    described: Callable[[int, str, int, str], Manifest],
    listed: list[tuple[str, int]],
) -> Manifest:
    for name in (slots.SLOTS_FILE, SIGNING_FILE):
        if (source.folder / name).exists():
            durable.write_file(unfinished / name, (source.folder / name).read_bytes())
    text = "".join(f"{digest} {size}\n" for digest, size in listed).encode()
    durable.write_file(unfinished / ATTACHMENT_LIST, text)
    store = unfinished / STORE
    manifest = described(store.stat().st_size, fresh_digest(store), len(listed), hashlib.sha256(text).hexdigest())
    durable.write_file(unfinished / MANIFEST, generations.seal_manifest(manifest, source.data_key))
    durable.sync_folder(unfinished)
    return manifest


def _put_in_place(place: Place, unfinished: Path, now: datetime) -> Generation:
    final = place.folder / generations.next_name(place.folder, now)
    unfinished.rename(final)
    durable.sync_folder(place.folder)
    generation = generations.read_name(final)
    if generation is None:
        raise ValueError("a generation's own name must be readable")
    return generation


def _attachments_of(connection: Any) -> list[tuple[str, int]]:
    return [(str(row[0]), int(row[1])) for row in connection.execute("SELECT digest, size FROM attachment ORDER BY 1")]


def listed_attachments(generation: Path) -> list[str]:
    """The digests a generation needs; the caller has checked the list against the manifest."""
    lines = (generation / ATTACHMENT_LIST).read_text(encoding="ascii").splitlines()
    return [digest for line in lines if _DIGEST.fullmatch(digest := line.partition(" ")[0])]


def _copy_attachments(
    vault_folder: Path, target: Path, listed: list[tuple[str, int]]
) -> Generator[tuple[str, int, int], None, tuple[int, int]]:
    copied = missing = 0
    for number, (digest, size) in enumerate(listed):
        path = target / digest
        if path.exists() and path.stat().st_size == size:
            continue
        try:
            sealed = attachments.read(vault_folder, digest)
        except UserFacingError:
            missing += 1
            continue
        put_attachment(target, digest, sealed)
        copied += 1
        yield "attachments", number, len(listed)
    durable.sync_folder(target)
    return copied, missing


def put_attachment(target: Path, digest: str, sealed: bytes) -> None:
    """Write one sealed file whole or not at all, and read it back; raises UserFacingError("backup.not-whole")."""
    unfinished = target / f"{attachments.UNFINISHED}{secrets.token_hex(8)}"
    try:
        durable.write_file(unfinished, sealed)
        if fresh_digest(unfinished) != digest:
            raise UserFacingError("backup.not-whole")
        unfinished.replace(target / digest)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _remove_unlisted(place: Place) -> None:
    """Attachments that no generation needs any more: of scans that were erased, and what a cut left half written."""
    if place.attachments is None:
        return
    try:
        needed = {
            one for generation in generations.listed(place.folder) for one in listed_attachments(generation.folder)
        }
    except (OSError, ValueError):
        return  # a list that cannot be read may name any of them
    for path in place.attachments.iterdir():
        unneeded = _DIGEST.fullmatch(path.name) and path.name not in needed
        if unneeded or path.name.startswith(attachments.UNFINISHED):
            path.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _place_trouble(folder: Path) -> Iterator[None]:
    """Word what a disk or stick refuses. What was there before is untouched."""
    try:
        yield
    except OSError as error:
        raise place_trouble(error, folder) or error from None


def place_trouble(error: OSError, folder: Path) -> UserFacingError | None:
    """What an error of a disk or stick means for a person; None where it is our bug."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserFacingError("backup.full")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return UserFacingError("backup.read-only")
    gone = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR, errno.ESTALE)
    if error.errno in gone or (error.errno == errno.EIO and not folder.is_dir()):
        return UserFacingError("backup.gone")
    return UserFacingError("backup.failing") if error.errno in (errno.EIO, errno.ENOTCONN) else None
