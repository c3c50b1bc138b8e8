"""Rows changed behind the program's back: found at the next contact, here and at the county, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, update

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import Entry, Header, decode_body, encode_payload, hash_bytes
from desktop.services import rekey
from desktop.services.application import Application
from desktop.services.journal_faults import FaultSort
from desktop.services.sync import SyncReport, sync_state
from desktop.services.sync_attention import Sort, needs_attention
from desktop.services.vault_check import check
from desktop.services.vaults import erase_entry, verify_journal
from desktop.storage.tables import entry
from desktop.sync.client import CountyClient
from desktop.sync.driving import Stage, SyncProgress
from desktop.ui.messages.journal_words import journal_message
from desktop.ui.sync_words import outcome_words, state_words
from tests.county_process import CountyProcess, serving
from tests.sync.journals import all_hashes, enrolled, own_hashes, synced
from tests.sync.test_convergence import import_household, new_number
from tests.sync.test_restored import set_back, visit, well
from tests.vaults import ClosedVault, opened

CUT = 3
"""Entries cut off; each of these visits is one entry."""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    with serving(tmp_path_factory.mktemp("county") / "data") as running:
        yield running


@pytest.fixture
def lin(tmp_path: Path, county: CountyProcess) -> ClosedVault:
    """A vault with a household and a few visits, all of them confirmed."""
    closed = enrolled(tmp_path / "lin", county, "林晓梅")
    with opened(closed) as laptop:
        visits(laptop, CUT + 2)
        well(laptop)
    return closed


def visits(laptop: Application, count: int) -> None:
    household, _ = import_household(laptop, new_number(), "1号")
    for number in range(count):
        visit(laptop, household, f"第{number}次")


def faults(county: CountyProcess, vault: ClosedVault) -> list[tuple[str, str, int]]:
    """What the county's status says of this vault's journal: how, whether it still stands, what waits."""
    mine = [one for one in county.status()["journals"] if one["vault"] == vault.vault]
    assert all(one["worker"] == "林晓梅" for one in mine)
    return [(one["fault"], one["now"], one["waiting"]) for one in mine]


def rows(connection: Connection) -> list[int]:
    """Numbers of the own entries, in order."""
    return list(connection.scalars(select(entry.c.seq).where(entry.c.own).order_by(entry.c.seq)))


def watched(laptop: Application) -> tuple[SyncReport, list[Stage]]:
    """A sync, and what it said it was at."""
    shown: list[SyncProgress] = []
    report = synced(laptop, progress=shown.append)
    return report, [one.stage for one in shown]


# --- in the middle ------------------------------------------------------------------------------


def edited(connection: Connection) -> None:
    """Content and its hash in the header, as somebody does who knows how the rows are made."""
    middle = rows(connection)[-3]
    row = connection.execute(select(entry).where(entry.c.own, entry.c.seq == middle)).one()
    payload = encode_payload({**decode_body(row.payload), "words": "别人写的"}, bytes(16))
    made = Entry(replace(Header.decode(row.header), payload_hash=hash_bytes(payload)).encode(), payload)
    changed = {"header": made.header_bytes, "payload": made.payload_bytes, "hash": made.hash}
    connection.execute(update(entry).where(entry.c.id == row.id).values(**changed))


def deleted(connection: Connection) -> None:
    middle = rows(connection)[-3]
    connection.execute(delete(entry).where(entry.c.own, entry.c.seq == middle))


def swapped(connection: Connection) -> None:
    one, other = rows(connection)[-4:-2]
    for old, new in ((one, 9_999), (other, one), (9_999, other)):
        connection.execute(update(entry).where(entry.c.own, entry.c.seq == old).values(seq=new))


@pytest.mark.parametrize("tamper", [edited, deleted, swapped])
def test_confirmed_rows_changed_in_the_middle_are_found_by_both(
    county: CountyProcess, lin: ClosedVault, tamper: Callable[[Connection], None]
) -> None:
    """Said before anything is sent; what was not sent yet is stored at the county and waits there."""
    with opened(lin) as laptop:
        laptop.store.write(tamper)
        visits(laptop, 1)
        report, stages = watched(laptop)
        assert stages.index(Stage.JOURNAL_FAULT) < stages.index(Stage.CONTACTING) < stages.index(Stage.SENDING)
        fault = report.journal
        assert fault is not None
        assert (fault.sort, fault.held, fault.mended) == (FaultSort.CHANGED, True, False)
        what, meaning, _ = outcome_words(report)
        assert "被改动、删掉或调换过" in what
        assert "没有丢" in meaning
        assert "从备份恢复" in meaning
        assert [one.journal for one in needs_attention(laptop) if one.sort is Sort.JOURNAL] != []
        assert faults(county, lin) == [("differs", "open", 1)]
        assert sync_state(laptop).waiting > 0
        report = synced(laptop)
        assert report.journal is not None
        assert faults(county, lin) == [("differs", "open", 1)], "noted once"


def test_content_changed_alone_is_found_although_every_header_stands(county: CountyProcess, lin: ClosedVault) -> None:
    """No digest over headers shows it: the laptop's own check does, and the county notes what it found."""
    with opened(lin) as laptop:
        other = encode_payload({"words": "别人写的"}, bytes(16))
        laptop.store.write(
            lambda connection: connection.execute(
                update(entry).where(entry.c.own, entry.c.seq == rows(connection)[-3]).values(payload=other)
            )
        )
        visits(laptop, 1)
        report = synced(laptop)
        assert report.journal is not None
        assert (report.journal.sort, report.journal.code) == (FaultSort.NOT_SOUND, "payload-changed")
        assert "内容被改过" in journal_message(report.journal).what
        assert faults(county, lin) == [("not-sound", "open", 0)]
        assert sync_state(laptop).waiting == 0, "its chain fits, so nothing waits for a person"


def test_what_waits_is_applied_when_a_person_has_seen_to_it(county: CountyProcess, lin: ClosedVault) -> None:
    """Accepted at the county: the kept batch goes through, and the same fault is not noted anew."""
    with opened(lin) as laptop:
        laptop.store.write(edited)
        visits(laptop, 1)
        synced(laptop)
        (line,) = county.run("journal-faults", "--settle", lin.vault, "--reason", "已查明")
        assert '"settled": true' in line
        synced(laptop)
        synced(laptop)  # the county's worker looks every few seconds; a contact wakes it
        state = sync_state(laptop)
        assert (state.waiting, state.unnamed) == (1, 1), "what no receipt names never counts as sent"
        assert len(set(own_hashes(laptop)) - set(county.entry_hashes())) == 1
        assert faults(county, lin) == [("differs", "accepted", 0)]


# --- at the end ---------------------------------------------------------------------------------


def cut_off(connection: Connection) -> None:
    kept = rows(connection)[-CUT - 1]
    connection.execute(delete(entry).where(entry.c.own, entry.c.seq > kept))


@pytest.mark.parametrize(
    ("fresh", "fault"), [(0, "shorter"), (CUT - 1, "shorter"), (CUT, "differs"), (CUT + 1, "differs")]
)
def test_a_journal_cut_short_is_found_and_gets_its_end_back(
    county: CountyProcess, lin: ClosedVault, fresh: int, fault: str
) -> None:
    """What was written under the old numbers counts as waiting, and is set aside for a person and kept apart."""
    with opened(lin) as laptop:
        before = own_hashes(laptop)
        laptop.store.write(cut_off)
        household = "household-" + "0" * 8
        for number in range(fresh):
            visit(laptop, household, f"截短以后第{number}次")
        written = set(own_hashes(laptop)) - set(before)
        state = sync_state(laptop)
        assert (state.waiting, state.unnamed) == (fresh, min(fresh, CUT))
        assert not fresh or "要请县里看" in state_words(state)
        quarantined = county.status()["quarantined"]
        report, stages = watched(laptop)
        assert Stage.JOURNAL_FAULT in stages
        assert report.journal is not None
        assert (report.journal.sort, report.journal.mended) == (FaultSort.CUT, True)
        assert report.journal.lost == CUT
        what, meaning, _ = outcome_words(report)
        assert f"{CUT} 条县里已经收到的" in what
        assert "原样取回" in meaning
        assert report.entries_set_aside == fresh
        assert len([one for one in needs_attention(laptop) if one.reason == "fork"]) == fresh
        assert set(before) <= set(all_hashes(laptop)), "the end is back"
        assert faults(county, lin) == [(fault, "agrees", 0)]
        assert county.status()["quarantined"] == quarantined + (fresh > 0)
        assert not written & set(county.entry_hashes())
        well(laptop)
        assert synced(laptop).journal is None
        county.run("journal-faults", "--settle", lin.vault, "--reason", "已查明")
        assert faults(county, lin) == []


def test_the_end_of_what_was_told_but_never_sent_is_missed_too(county: CountyProcess, lin: ClosedVault) -> None:
    """The county has none of these entries; it knows that there were some. An action cut in half stops no sync."""
    with opened(lin) as laptop:
        visits(laptop, 1)
        synced(laptop, url=county.url, cancelled=_after_contact())
        laptop.store.write(cut_off)
        report = synced(laptop)
        assert report.journal is not None
        assert (report.journal.sort, report.journal.code) == (FaultSort.NOT_SOUND, "journal-cut-short")
        assert "只有备份里可能还有" in journal_message(report.journal).meaning
        assert faults(county, lin) == [("set-back", "open", 0)]
        assert report.stopped is None


@pytest.mark.parametrize("first", ["check", "save", "sync"])
def test_rows_that_were_never_sent_and_are_cut_off_stay_found(
    county: CountyProcess, lin: ClosedVault, first: str
) -> None:
    """No receipt names them and no contact told of them: the end that was kept does, also when work went on behind."""
    with opened(lin) as laptop:
        visits(laptop, CUT)
        laptop.store.write(cut_off)
    with opened(lin) as laptop:
        if first == "check":
            assert check(laptop).journal.fault is not None
        if first == "save":
            visits(laptop, CUT + 1)
        for _ in range(2):
            report = synced(laptop)
            assert report.journal is not None
            assert (report.journal.code, report.journal.held) == ("journal-cut-short", False)
            assert faults(county, lin) == [("not-sound", "open", 0)]
            assert sync_state(laptop).waiting == 0, "nobody's work waits for it"
        fault = verify_journal(laptop).fault
        assert fault is not None
        assert fault.code == "journal-cut-short"
        rekey.rekey(laptop, lin.password)


def _after_contact() -> Callable[[], bool]:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    return cancelled


# --- what is honest -----------------------------------------------------------------------------


def test_nothing_is_found_on_honest_days(county: CountyProcess, lin: ClosedVault, tmp_path: Path) -> None:
    """Plain days, an erasure, and a restore from a backup that lacks what the county has."""
    with opened(lin) as laptop:
        visits(laptop, 2)
        assert synced(laptop).journal is None
        sequence = laptop.read(rows)[-2]
        identity = laptop.identity
        erase_entry(laptop, f"{identity.vault}/{identity.epoch}/{sequence}", "本人要求")
        assert synced(laptop).journal is None
        visits(laptop, 1)
    back = set_back(lin, tmp_path / "back")
    with opened(lin) as laptop:
        visits(laptop, 1)
        assert synced(laptop).journal is None
    with opened(back) as laptop:
        visits(laptop, 1)
        report = synced(laptop)
        assert (report.journal, report.not_done) == (None, ())
        assert report.entries_returned > 0
        visits(laptop, 1)
        assert synced(laptop).journal is None
        assert verify_journal(laptop).fault is None
    assert faults(county, lin) == []


def test_a_contact_that_lay_on_the_road_makes_no_fault(
    county: CountyProcess, lin: ClosedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The laptop gave it up, told another, worked on and sent; then the first arrives. Cut rows are found still."""
    given_up: list[bytes] = []
    really = CountyClient.ask_standing

    def lost(client: CountyClient, contact: bytes) -> bytes:
        if not given_up:
            given_up.append(contact)
            time.sleep(1.1)  # the county tells its time in whole seconds
            raise UserFacingError("sync.county-silent", seconds="30")
        return really(client, contact)

    monkeypatch.setattr(CountyClient, "ask_standing", lost)
    with opened(lin) as laptop:
        visits(laptop, 1)
        well(laptop)
        visits(laptop, 1)
        well(laptop)
        with CountyClient(county.url, lin.vault, laptop.signing_key) as client:
            client.ask_standing(given_up[0])
        assert faults(county, lin) == []
        assert synced(laptop).journal is None
        laptop.store.write(cut_off)
        synced(laptop)
    assert [fault for fault, _, _ in faults(county, lin)] == ["shorter"]
