"""A vault restored, or working on two laptops at once: nothing is lost or merged in silence, and all end equal."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.domain.journal import EPOCH_BEGAN
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.services.sync_attention import needs_attention, settle
from desktop.services.vaults import verify_journal
from desktop.storage import epochs, returned
from desktop.storage.tables import entry
from desktop.ui.sync_words import report_facts
from tests.county_process import CountyProcess, serving
from tests.entry_bodies import visit_body
from tests.sync.journals import address, all_hashes, describe, enrolled, own_hashes, states, synced
from tests.sync.test_convergence import import_household, new_id, new_number
from tests.vaults import ClosedVault, opened


@dataclass(frozen=True)
class Place:
    """A county, a vault of one of its workers, closed, and a colleague's."""

    county: CountyProcess
    lin: ClosedVault
    wang: ClosedVault


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serving(tmp_path / "county") as county:
        yield Place(county, enrolled(tmp_path / "lin", county, "林晓梅"), enrolled(tmp_path / "wang", county, "王大山"))


def copied(vault: ClosedVault, home: Path) -> ClosedVault:
    """The same vault on another disk, as somebody copies a folder."""
    shutil.copytree(vault.home, home)
    return ClosedVault(home, vault.vault, vault.password, vault.card)


def set_back(vault: ClosedVault, home: Path) -> ClosedVault:
    """A copy that begins a new epoch, as restoring does."""
    back = copied(vault, home)
    with opened(back) as laptop:
        laptop.store.write(lambda connection: epochs.begin(connection, "2026-11-25T08:00:00.000+00:00", "restored"))
    return back


def visit(laptop: Application, household: str, note: str) -> str:
    made = new_id()
    laptop.act(lambda action: action.add("visit.recorded", made, visit_body(household, words=note)))
    return made


def well(laptop: Application) -> None:
    """A sync that leaves nothing behind."""
    report = synced(laptop)
    assert report.stopped is None
    assert report.not_done == ()
    assert sync_state(laptop).waiting == 0
    check = verify_journal(laptop)
    assert check.fault is None


def kinds(laptop: Application, kind: str) -> int:
    query = select(entry.c.id).where(entry.c.kind == kind, entry.c.own)
    return len(laptop.read(lambda connection: connection.scalars(query).all()))


def assert_all_equal(place: Place, *laptops: Application) -> None:
    at_county = place.county.states()
    for laptop in laptops:
        assert states(laptop) == at_county


@contextlib.contextmanager
def both(one: ClosedVault, other: ClosedVault) -> Iterator[tuple[Application, Application]]:
    with opened(one) as first, opened(other) as second:
        yield first, second


def test_what_the_backup_lacked_comes_back_and_what_the_county_lacked_is_sent(place: Place, tmp_path: Path) -> None:
    """Entries sealed before the backup, unsealed at the backup, written and sent after it, and new ones."""
    with opened(place.lin) as laptop:
        household, head = import_household(laptop, new_number(), "1号")
        well(laptop)
        unsent = visit(laptop, household, "备份时还没有上报")
    back = set_back(place.lin, tmp_path / "back")
    with opened(place.lin) as laptop:
        later = visit(laptop, household, "备份之后")
        describe(laptop, head, "resident", phones={"numbers": ["05990000001"]})
        well(laptop)
        before = set(own_hashes(laptop))
    with both(back, place.wang) as (laptop, colleague):
        fresh = visit(laptop, household, "恢复以后，还没有联系县里")
        report = synced(laptop)
        assert report.entries_returned >= 2
        assert report.entries_set_aside == 0
        assert report_facts(report)[3][0] == "拿回"
        well(laptop)
        assert before <= set(all_hashes(laptop))
        known = states(laptop)
        assert {unsent, later, fresh} <= known.keys()
        assert known[head]["groups"]["phones"]["value"] == {"numbers": ["05990000001"]}
        assert known[head]["conflicts"] == {}
        well(colleague)
        well(laptop)
        assert_all_equal(place, laptop, colleague)
        assert needs_attention(laptop) == ()
    assert place.county.status()["forks"] == []
    assert place.county.status()["quarantined"] == 0


def test_what_the_old_laptop_never_sent_is_offered_from_the_backup(place: Place, tmp_path: Path) -> None:
    """The old laptop is gone with its disk: entries that only the backup has arrive under their old names."""
    with opened(place.lin) as laptop:
        household, _ = import_household(laptop, new_number(), "2号")
        made = visit(laptop, household, "只在备份里")
        old = own_hashes(laptop)
    back = set_back(place.lin, tmp_path / "back")
    with both(back, place.wang) as (laptop, colleague):
        well(laptop)
        well(colleague)
        assert made in states(colleague)
        assert set(old) <= set(place.county.entry_hashes())
        assert_all_equal(place, laptop, colleague)


def test_a_vault_restored_twice_from_one_backup_ends_equal(place: Place, tmp_path: Path) -> None:
    """Each restore has an epoch of its own; the second takes back what the first one sent."""
    with opened(place.lin) as laptop:
        household, _ = import_household(laptop, new_number(), "3号")
        visit(laptop, household, "备份时还没有上报")
    first, second = set_back(place.lin, tmp_path / "first"), set_back(place.lin, tmp_path / "second")
    with both(first, second) as (one, other):
        made = visit(one, household, "第一次恢复")
        well(one)
        made_too = visit(other, household, "第二次恢复")
        well(other)
        well(one)
        for laptop in (one, other):
            assert {made, made_too} <= states(laptop).keys()
        assert_all_equal(place, one, other)
    assert place.county.status()["quarantined"] == 0


def test_two_laptops_that_write_with_one_vault_are_named_and_nothing_is_merged(place: Place, tmp_path: Path) -> None:
    """Both wrote under the same numbers: the county's stays, the other's is set aside, kept at both ends, and shown."""
    with opened(place.lin) as laptop:
        household, _ = import_household(laptop, new_number(), "4号")
        well(laptop)
    clone = copied(place.lin, tmp_path / "clone")
    with both(place.lin, clone) as (one, other):
        first = visit(one, household, "第一台")
        second = visit(other, household, "第二台")
        unsealed = visit(other, household, "第二台，又一次")
        well(one)
        report = synced(other)
        assert report.stopped is None
        assert report.entries_set_aside == len([one for one in needs_attention(other) if one.reason == "fork"])
        assert report.not_done == ()
        aside = [item for item in needs_attention(other) if item.reason == "fork"]
        assert {item.record for item in aside} == {second, unsealed, None}, "the visits and the note of the sync"
        assert first in states(other)
        assert second not in states(other), "not merged by itself"
        assert verify_journal(other).fault is None
        assert sync_state(other).waiting == 0
        assert kinds(other, EPOCH_BEGAN) == 2
        third = visit(other, household, "以后照常")
        well(other)
        well(one)
        assert third in states(one)
        assert_all_equal(place, one, other)
        status = place.county.status()
        assert status["quarantined"] >= 1
        assert {fork["worker"] for fork in status["forks"]} == {"林晓梅"}
        for item in aside:
            settle(other, str(item.entry), "两台电脑的记录已经核对")
        assert [item for item in needs_attention(other) if item.reason == "fork"] == []


def test_a_clone_that_wrote_nothing_takes_in_what_the_other_laptop_did(place: Place, tmp_path: Path) -> None:
    """It used to stick at the first own entry it did not have."""
    with opened(place.lin) as laptop:
        household, _ = import_household(laptop, new_number(), "5号")
        well(laptop)
    clone = copied(place.lin, tmp_path / "clone")
    with both(place.lin, clone) as (one, other):
        made = visit(one, household, "第一台")
        well(one)
        well(other)
        assert made in states(other)
        made_too = visit(other, household, "第二台")
        well(other)
        well(one)
        well(other)
        assert made_too in states(one)
        visit(one, household, "第一台还在用")
        well(one)
        well(other)
        assert_all_equal(place, one, other)
        assert other.read(returned.set_aside) == []
    reasons = [fork["reason"] for fork in place.county.status()["forks"]]
    assert reasons == ["epoch-went-on"], "two laptops at work with one vault are named, though nothing contradicts"


def test_a_batch_with_another_s_signature_is_not_taken_back(place: Place, tmp_path: Path, monkeypatch: Any) -> None:
    """What comes back is believed by the vault's own signature, whatever the county says."""
    from desktop.sync.client import CountyClient
    from desktop.sync.envelope import SigningKey, pack_container, sign_document, unpack_container

    back = set_back(place.lin, tmp_path / "back")
    with opened(place.lin) as laptop:
        household, _ = import_household(laptop, new_number(), "6号")
        well(laptop)
    original = CountyClient.get_batch

    def forged(client: Any, epoch: str, number: int) -> bytes:
        signed, sealed = unpack_container(original(client, epoch, number))
        return pack_container(sign_document(signed.document, SigningKey.generate()), sealed)

    with opened(back) as laptop:
        monkeypatch.setattr(CountyClient, "get_batch", forged)
        report = synced(laptop)
        assert report.stopped is not None
        assert report.stopped.code == "sync.county-nonsense"
        assert household not in states(laptop)
        assert report.batches_sent == 0, "nothing is sealed before the comparison is through"
        monkeypatch.undo()
        well(laptop)
        assert household in states(laptop)
        assert_all_equal(place, laptop)


def test_an_address_changed_on_both_sides_of_a_restore_is_for_a_person(place: Place, tmp_path: Path) -> None:
    """Not overwritten by whoever syncs last: the ordinary rule for two values from one base."""
    with opened(place.lin) as laptop:
        household, _ = import_household(laptop, new_number(), "7号")
        well(laptop)
    back = set_back(place.lin, tmp_path / "back")
    with opened(place.lin) as laptop:
        describe(laptop, household, address=address("备份之后"))
        well(laptop)
    with opened(back) as laptop:
        describe(laptop, household, address=address("恢复之后"))
        well(laptop)
        known = states(laptop)[household]
        assert known["groups"]["address"]["value"] == address("备份之后")
        assert [item["value"] for item in known["conflicts"]["address"]] == [address("恢复之后")]
        assert_all_equal(place, laptop)
