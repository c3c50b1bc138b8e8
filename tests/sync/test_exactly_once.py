"""Whatever is killed, lost or repeated on the way, the county has every entry exactly once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from county import tables
from county.opening import open_county
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.services.vaults import verify_journal
from desktop.sync.driving import SyncProgress
from tests.county_process import PASSPHRASE, CountyProcess, serving
from tests.sync.http_stub import Asked, Reply, stub
from tests.sync.journals import address, describe, enrolled, own_hashes, states, synced
from tests.sync.test_convergence import import_household, new_id, new_number
from tests.vaults import ClosedVault, data_key, opened


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, county: CountyProcess) -> ClosedVault:
    """A closed, enrolled vault."""
    return enrolled(tmp_path_factory.mktemp("laptop"), county, "林晓梅")


def entries_at(county: CountyProcess, vault_id: str) -> Counter[str]:
    """How often the county has each entry of a vault, counted in its own database."""
    opened_county = open_county(county.folder, PASSPHRASE)
    try:
        with opened_county.store.read() as connection:
            return Counter(connection.scalars(select(tables.entry.c.hash).where(tables.entry.c.vault == vault_id)))
    finally:
        opened_county.close()


def assert_exactly_once(county: CountyProcess, application: Application) -> None:
    """Every own entry is at the county once, nothing else of this vault is, and nothing waits."""
    hashes = own_hashes(application)
    assert entries_at(county, application.identity.vault) == Counter(hashes)
    assert sync_state(application).waiting == 0
    assert verify_journal(application).fault is None


def save_some(application: Application, count: int) -> None:
    for _ in range(count):
        describe(application, new_id(), address=address("一户"))


def forwarding(county: CountyProcess, asked: Asked) -> Reply:
    """Pass a request on as it is, and the answer back."""
    headers = {name: value for name, value in asked.headers.items() if name.lower() not in ("host", "content-length")}
    with httpx.Client(trust_env=False) as line:
        answer = line.request(asked.method, county.url + asked.path, headers=headers, content=asked.body)
    return Reply(answer.status_code, answer.content)


@pytest.mark.parametrize("how", ["answer lost", "answer cut short", "request lost", "request repeated"])
def test_a_bad_line_neither_loses_nor_doubles_anything(county: CountyProcess, closed: ClosedVault, how: str) -> None:
    """Every third exchange goes wrong on the way; after a quiet sync everything is there once."""
    count = 0

    def line(asked: Asked) -> Reply:
        nonlocal count
        count += 1
        if count % 3 or how == "request repeated":
            if how == "request repeated":
                forwarding(county, asked)
            return forwarding(county, asked)
        if how == "request lost":
            return Reply(raw=b"")
        answer = forwarding(county, asked)
        if how == "answer cut short":
            return Reply(answer.status, answer.body[: len(answer.body) // 2], length=len(answer.body))
        return Reply(raw=b"")

    with opened(closed) as application:
        save_some(application, 3)
        with stub(line) as proxy:
            for _ in range(3):
                synced(application, url=proxy.url)
                save_some(application, 1)
        assert count > 6
        synced(application)
        assert_exactly_once(county, application)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork")
def test_a_laptop_killed_at_any_step_of_a_sync_loses_nothing(county: CountyProcess, closed: ClosedVault) -> None:
    """Before and after every transaction and request in turn: what was saved arrives, once."""
    key = data_key(closed.home, closed.vault, closed.password, closed.card)
    given = {
        "home": str(closed.home),
        "folder": str(closed.folder),
        "vault": closed.vault,
        "key": key.hex(),
        "url": county.url,
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.sync.killed_laptop"],
        input=json.dumps(given) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    saved = [words[1] for words in lines if words[0] == "saved"]
    (rounds,) = [int(words[1]) for words in lines if words[0] == "rounds"]
    assert rounds >= 12
    assert len(saved) == rounds + 1
    with opened(closed) as application:
        assert_exactly_once(county, application)
        assert set(saved) <= set(states(application))
    assert set(saved) <= set(county.states())


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5])
def test_a_county_killed_between_stored_and_applied_goes_on_where_it_stopped(
    county: CountyProcess, closed: ClosedVault, moment: int
) -> None:
    """The county dies at some moment of a sync of several batches; started again, it has everything once."""
    seen = 0

    def watch(_progress: SyncProgress) -> None:
        nonlocal seen
        seen += 1
        if seen == moment:
            county.kill()

    with opened(closed) as application:
        save_some(application, 205)
        report = synced(application, progress=watch)
        assert report.stopped is not None
        assert report.stopped.code == "sync.county-away"
        assert sync_state(application).waiting > 0
        county.start()
        report = synced(application)
        assert report.stopped is None
        assert_exactly_once(county, application)


def test_a_sync_with_nothing_to_do_writes_nothing(county: CountyProcess, closed: ClosedVault) -> None:
    """Syncing leaves no entry of its own behind, however often it is done."""
    with opened(closed) as application:
        synced(application)
        before = own_hashes(application)
        for _ in range(2):
            report = synced(application)
            assert (report.batches_sent, report.entries_received) == (0, 0)
        assert own_hashes(application) == before
        assert sync_state(application).waiting == 0


def test_a_cancelled_sync_loses_nothing(county: CountyProcess, closed: ClosedVault) -> None:
    """Cancelled after the batch was stored at the county: the next sync takes the receipt and no more."""
    with opened(closed) as application:
        save_some(application, 2)
        asked = 0

        def cancelled() -> bool:
            nonlocal asked
            asked += 1
            return asked > 3

        report = synced(application, cancelled=cancelled)
        assert report.stopped is not None
        assert report.stopped.code == "sync.cancelled"
        synced(application)
        assert_exactly_once(county, application)


@pytest.mark.parametrize("renamed", [True, False], ids=["with a new name", "unnoticed"])
def test_a_county_restored_from_a_backup_is_given_again_what_it_lost(tmp_path: Path, renamed: bool) -> None:
    """Two laptops had sent more than the backup holds; after the restore all three end equal again."""
    with serving(tmp_path / "county") as county:
        first, second = enrolled(tmp_path / "lin", county, "林晓梅"), enrolled(tmp_path / "wang", county, "王大山")
        with opened(first) as lin, opened(second) as wang:
            import_household(lin, new_number(), "1号")
            for laptop in (lin, wang, lin):
                synced(laptop)
            county.stop()
            shutil.copytree(county.folder, tmp_path / "backup")
            county.start()
            household, _ = import_household(lin, new_number(), "2号")
            save_some(wang, 2)
            for laptop in (lin, wang, lin, wang):
                synced(laptop)
            describe(wang, household, address=address("改过"))
            for laptop in (wang, lin, wang):
                synced(laptop)
            county.stop()
            shutil.rmtree(county.folder)
            shutil.copytree(tmp_path / "backup", county.folder)
            if renamed:
                rename_dataset(county)
            county.start()
            for _ in range(2):
                for laptop in (wang, lin):
                    assert synced(laptop).stopped is None
            for laptop in (lin, wang):
                assert_exactly_once(county, laptop)
                assert states(laptop) == county.states()


def rename_dataset(county: CountyProcess) -> None:
    """What restoring a county does: the database has another name, the county's journal a new epoch."""
    restored = open_county(county.folder, PASSPHRASE)
    try:
        with restored.store.write() as connection:
            connection.execute(update(tables.county).values(dataset=str(uuid.uuid4()), epoch=str(uuid.uuid4())))
    finally:
        restored.close()
