"""One flipped bit anywhere in a vault is found: at the opening, or by the daily check, which names it.

About 40 flips by default; ``ZOUCUN_FLIPS=200`` for the full set. ``ZOUCUN_FLIP_SEED`` repeats a run; the seed of each
run is in the output and in every message.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.storage import integrity, slots
from desktop.storage.integrity import Place
from desktop.storage.store import Store
from tests.vaults import made_vault
from tests.worked_vault import work

FLIPS = int(os.environ.get("ZOUCUN_FLIPS", "40"))
SEED = int(os.environ.get("ZOUCUN_FLIP_SEED", random.SystemRandom().randrange(10**9)))


@dataclass(frozen=True)
class Left:
    """A vault's folder with what opens it and what must be in it."""

    folder: Path
    key: bytes
    digests: tuple[str, ...]
    entries: int

    def files(self) -> dict[str, list[Path]]:
        """What a flip can fall into, by kind; the log's index (-shm) is made anew at each opening."""
        return {
            "store": [self.folder / "store.db"],
            "log": [self.folder / "store.db-wal"],
            "slots": [self.folder / "slots.json", self.folder / "slots.json.prev"],
            "signing": [self.folder / "signing.json"],
            "attachment": [self.folder / "attachments" / digest for digest in self.digests],
        }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Left, Left]:
    """Visits, a scan, a slots file with a generation before it: as a kill left it, and as it was closed."""
    home, copy = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("left") / "vault"
    with made_vault(home) as application:
        digests = work(application, 6)
        slots.save(application.folder, slots.read(application.folder))
        application.store.checkpoint()
        work(application, 4, first=7)
        shutil.copytree(application.folder, copy)
        entries = application.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
        key = application.keys.data_key
    (copy / "store.db-shm").unlink()
    assert (copy / "store.db-wal").stat().st_size > 20_000
    closed = tmp_path_factory.mktemp("closed") / "vault"
    shutil.copytree(application.folder, closed)
    return Left(copy, key, digests, entries), Left(closed, key, digests, entries)


@pytest.fixture
def left(both: tuple[Left, Left]) -> Left:
    """Part of the last day's work is in the write-ahead log alone."""
    return both[0]


def found(vault: Left) -> Iterator[str]:
    """Everything the opening and the check say about a vault; nothing where all is well."""
    yield from (f"{one.place} {one.what}" for one in integrity.slot_damage(vault.folder))
    files = integrity.attachment_damage(vault.folder, vault.digests)
    yield from (f"{one.place} {one.what}" for one in files if one is not None)
    try:
        store = Store(vault.folder / "store.db", vault.key)
    except UserFacingError as error:
        yield f"refused {error.code}"
        return
    try:
        if store.log_cut:
            yield "told vault.log-cut"
        assert store.checkpoint()
        yield from (f"{one.place} {one.what}" for one in integrity.store_damage(store.path, vault.key))
        entries = store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
        if entries != vault.entries:
            yield "entries missing"
    except UserFacingError as error:
        yield f"refused {error.code}"
    finally:
        store.close()


def test_a_vault_left_by_a_kill_is_found_sound(left: Left, tmp_path: Path) -> None:
    """The check does not cry wolf, and the whole log is taken in."""
    copy = tmp_path / "vault"
    shutil.copytree(left.folder, copy)
    assert list(found(Left(copy, left.key, left.digests, left.entries))) == []


def test_every_flipped_bit_is_found(
    both: tuple[Left, Left], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Spread evenly over the kinds of files; the bit itself is drawn.

    Those of the log fall into a vault that a kill left; the others into one that was closed, because a page of the
    store that also stands in the log is written over at the next opening and carries nothing.
    """
    left, closed = both
    sys.stdout.write(f"{FLIPS} flips, ZOUCUN_FLIP_SEED={SEED}\n")
    chance = random.Random(SEED)
    kinds = list(left.files())
    copy = tmp_path / "vault"
    said: dict[str, set[str]] = {kind: set() for kind in kinds}
    missed = []
    for number in range(FLIPS):
        kind = kinds[number % len(kinds)]
        source = left if kind == "log" else closed
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source.folder, copy)
        vault = Left(copy, source.key, source.digests, source.entries)
        path = chance.choice(vault.files()[kind])
        data = bytearray(path.read_bytes())
        bit = chance.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(bytes(data))
        words = [one for one in found(vault) if one != "entries missing"]
        if not words:
            missed.append(f"flip {number + 1} of {path.name}, byte {bit // 8} bit {bit % 8}, ZOUCUN_FLIP_SEED={SEED}")
        said[kind].update(word.split()[0] + " " + word.split()[1] for word in words)
    record_property("flips", FLIPS)
    record_property("flips found", FLIPS - len(missed))
    assert missed == []
    assert all(said.values()) or len(kinds) > FLIPS
    for kind, words_of_kind in said.items():
        sys.stdout.write(f"{kind}: {', '.join(sorted(words_of_kind))[:300]}\n")


def test_the_log_of_saved_work_is_never_cut_in_silence(left: Left, tmp_path: Path) -> None:
    """A flip before the last save stops the opening; in the last one it is told, and the log is kept aside."""
    told = set()
    log = (left.folder / "store.db-wal").read_bytes()
    frames = (len(log) - 32) // 4120
    for frame in range(frames):
        copy = tmp_path / f"vault-{frame}"
        copy.mkdir()
        shutil.copy(left.folder / "store.db", copy)
        data = bytearray(log)
        data[32 + frame * 4120 + 24 + 99] ^= 4
        (copy / "store.db-wal").write_bytes(bytes(data))
        try:
            store = Store(copy / "store.db", left.key)
        except UserFacingError as error:
            told.add(error.code)
            assert (copy / "store.db-wal").read_bytes() == bytes(data)
        else:
            assert store.log_cut
            told.add("cut")
            store.close()
            assert (copy / "store.db-wal.cut").read_bytes() == bytes(data)
    assert told == {"vault.store-damaged", "cut"}


def test_places_are_words_of_the_check() -> None:
    """The kinds of files above are all the check knows."""
    assert {place.value for place in Place} == {"store", "slots", "previous-slots", "signing", "attachment"}
