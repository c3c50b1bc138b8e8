"""A salvaged vault and a real county: what the county has comes back, what it lacks goes up, the gap is seen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.services.vaults import verify_journal
from desktop.storage import cipher, salvage, slots
from desktop.storage.salvage_losses import Fate
from tests.county_process import CountyProcess, serving
from tests.sync.journals import enrolled, states, synced
from tests.vaults import ClosedVault, opened
from tests.worked_vault import work

PAGE = 4096
NOW = "2026-11-25T02:00:00.000+00:00"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


def leaf_of(store: Path, key: bytes, row: int) -> int:
    """The page (from 1) whose damage makes this entry unreadable and not the one a hundred rows away."""
    data = store.read_bytes()
    trial = store.parent / "trial.db"
    try:
        for page in range(2, len(data) // PAGE + 1):
            changed = bytearray(data)
            changed[(page - 1) * PAGE + 777] ^= 8
            trial.write_bytes(bytes(changed))
            if _fails(trial, key, row) and not _fails(trial, key, 1):
                return page
    finally:
        for left in store.parent.glob("trial.db*"):
            left.unlink()
    raise AssertionError("no such page")


def _fails(store: Path, key: bytes, row: int) -> bool:
    try:
        connection = cipher.connect(store, key)
    except UserFacingError:  # the page is one of the schema's: then no row can be read
        return True
    try:
        connection.execute("SELECT header, payload FROM entry WHERE id = ?", (row,)).fetchall()
    except Exception:  # noqa: BLE001 - whatever the driver calls it
        return True
    finally:
        connection.close()
    return False


def damaged_and_salvaged(closed: ClosedVault, key: bytes, *rows: int) -> salvage.Salvaged:
    """The vault with the pages of these entries damaged, salvaged without a backup and in use again."""
    pages = {leaf_of(closed.store, key, row) for row in rows}
    data = bytearray(closed.store.read_bytes())
    for page in pages:
        data[(page - 1) * PAGE + 777] ^= 8
    closed.store.write_bytes(bytes(data))
    made = salvage.make(closed.folder, closed.vault, closed.store, key, (), NOW)
    salvage.use(made)
    return made


def worked(application: Application, count: int, first: int) -> bytes:
    """Some work; answers the store's key."""
    work(application, count, first=first)
    return application.keys.data_key


def own_at(county: CountyProcess, application: Application) -> dict[str, Any]:
    """The records of this vault's own work, as the county has them."""
    mine = states(application)
    return {one: state for one, state in county.states().items() if one in mine}


def test_what_the_county_has_comes_back_and_closes_the_gap(tmp_path: Path, county: CountyProcess) -> None:
    """Everything was synced before the damage: after the next sync nothing is missing any more."""
    closed = enrolled(tmp_path, county, "林晓梅")
    with opened(closed) as application:
        key = worked(application, 12, 100)
        assert synced(application).not_done == ()
        before = states(application)
    made = damaged_and_salvaged(closed, key, 20, 40)
    assert made.gaps
    assert {line.fate for line in made.lines} == {Fate.AT_COUNTY}
    with opened(closed) as application:
        assert verify_journal(application).gaps
        assert states(application) != before
        report = synced(application)
        assert report.stopped is None
        assert report.not_done == ()
        assert states(application) == before
        check = verify_journal(application)
        assert check.fault is None
        assert check.gaps == ()
        assert sync_state(application).waiting == 0
        work(application, 1, first=150)
        assert synced(application).not_done == ()
        assert states(application) == own_at(county, application)
    assert county.status()["journals"] == [], "what is named as lost is no fault"


def test_work_behind_a_gap_reaches_the_county_and_the_gap_is_seen_there(tmp_path: Path, county: CountyProcess) -> None:
    """Nothing was synced: what is lost is lost and named at both ends; all the rest goes up, in order."""
    closed = enrolled(tmp_path, county, "王秀兰")
    with opened(closed) as application:
        key = worked(application, 12, 200)
    made = damaged_and_salvaged(closed, key, 20)
    (gap,) = made.gaps
    assert gap.confirmed == 0
    with opened(closed) as application:
        for _ in range(2):
            report = synced(application)
            assert report.stopped is None
            assert report.not_done == ()
        assert report.attention == ()
        assert sync_state(application).waiting == 0
        check = verify_journal(application)
        assert check.fault is None
        assert [(one.first, one.last) for one in check.gaps] == [(gap.first, gap.last)]
        kept_apart = {line.name for line in made.lines if line.fate is Fate.APART}
        at_county = own_at(county, application)
        assert len(at_county) >= len(states(application)) - 2 * max(1, len(kept_apart))
    assert county.status()["holds"]["gap"] == 1
    assert county.status()["journals"] == []


@pytest.mark.parametrize("table", ["batch", "attachment"])
def test_batches_whose_rows_are_lost_are_confirmed_anew(tmp_path: Path, county: CountyProcess, table: str) -> None:
    """The county's signed receipt says which entries each had: nothing is sent twice, nothing is called a fork."""
    closed = enrolled(tmp_path, county, "陈志强" if table == "batch" else "黄丽")
    with opened(closed) as application:
        key = worked(application, 6, 300)
        synced(application)
        work(application, 3, first=320)
        synced(application)
        work(application, 3, first=330)
        before = states(application)
    connection = cipher.connect(closed.store, key)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    data = bytearray(closed.store.read_bytes())
    data[(root - 1) * PAGE + 777] ^= 8
    closed.store.write_bytes(bytes(data))
    made = salvage.make(closed.folder, closed.vault, closed.store, key, (), NOW)
    salvage.use(made)
    assert slots.read(closed.folder).header.store == "store-2.db"
    with opened(closed) as application:
        assert states(application) == before
        for _ in range(2):
            report = synced(application)
            assert report.stopped is None
        assert report.not_done == ()
        assert sync_state(application).waiting == 0
        assert states(application) == own_at(county, application)
    assert "fork" not in county.status()["holds"]
    assert county.status()["journals"] == []


def test_the_damaged_store_is_still_there_after_all(tmp_path: Path, county: CountyProcess) -> None:
    """Byte for byte, beside the one in use."""
    closed = enrolled(tmp_path, county, "郑文")
    with opened(closed) as application:
        key = worked(application, 4, 400)
    page = leaf_of(closed.store, key, 6)
    data = bytearray(closed.store.read_bytes())
    data[(page - 1) * PAGE + random.Random(1).randrange(PAGE)] ^= 1
    closed.store.write_bytes(bytes(data))
    salvage.use(salvage.make(closed.folder, closed.vault, closed.store, key, (), NOW))
    with opened(closed) as application:
        synced(application)
        synced(application)
    assert closed.store.read_bytes() == bytes(data)
