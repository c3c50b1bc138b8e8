"""Stores that a restore or a salvage put out of use: listed, kept as long as they may be needed, then gone for good."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.domain.errors import UserFacingError
from desktop.services import (
    drafts,
    erasing,
    erasing_plan,
    former_stores,
    retention,
    sync_attention,
    vault_check,
    visits,
)
from desktop.services.application import Application
from desktop.services.erasing_plan import Ground
from desktop.services.former_stores import KEEP_DAYS, DropReason, FormerState, FormerStore
from desktop.services.rekey import rekey
from desktop.storage import attachments, cipher, epochs, journal, queries, salvage, slots
from desktop.storage import former_stores as stored
from desktop.storage.tables import batch, entry
from desktop.ui import former_store_words
from desktop.ui.erasing_words import remaining_rows
from tests.casework import visit
from tests.storage.restores import found_on, restored
from tests.unit.test_retention_services import heard
from tests.vaults import ClosedVault, data_key, opened

START = datetime(2026, 11, 26, 9, tzinfo=UTC)
REASON = "本人要求删除"


@dataclass
class Days:
    """The laptop's clock, and the county's."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Days:
    return Days(START)


@contextmanager
def day(closed: ClosedVault, clock: Days, later: int = 0) -> Iterator[Application]:
    """The vault opened some days later, on a day on which the county was met."""
    clock.now += timedelta(days=later)
    with opened(closed, clock=clock) as application:
        heard(application, clock.now)
        yield application


def all_sent(application: Application) -> None:
    """Everything has reached the county, as after a sync (``tests/sync`` does it over a socket)."""

    def write(connection: Any) -> None:
        for row in connection.execute(select(entry.c.epoch).where(entry.c.own).distinct()).all():
            of = (entry.c.own, entry.c.epoch == row.epoch)
            last = connection.execute(select(entry.c.seq).where(*of).order_by(entry.c.seq.desc())).scalars().first()
            connection.execute(
                batch.insert()
                .prefix_with("OR REPLACE")
                .values(
                    epoch=row.epoch, number=1, first_seq=1, last_seq=last, digest="d", sealed="", applied_receipt=b"r"
                )
            )

    application.store.write(write)
    application.store.write(lambda c: c.execute(entry.update().where(entry.c.own).values(result="ok")))
    application.store.write(lambda c: epochs.note_comparing(c, needed=False))
    for digest in application.read(attachments.unsent):
        application.store.write(lambda c: attachments.mark_sent(c, digest, START.isoformat(), b"receipt"))  # noqa: B023
    former_stores.note_synced(application)


def only(application: Application) -> FormerStore:
    (found,) = former_stores.listed(application)
    return found


def dropped(application: Application) -> list[dict[str, Any]]:
    query = select(entry.c.payload).where(entry.c.kind == former_stores.DROPPED).order_by(entry.c.id)
    return [json.loads(one)["body"] for one in application.read(lambda c: c.scalars(query).all())]


def damaged(closed: ClosedVault, *tables: str) -> None:
    """Flip a bit on the first page of each."""
    key = data_key(closed.home, closed.vault, closed.password, closed.card)
    connection = cipher.connect(closed.store, key)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    roots = [
        connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (one,)).fetchone()[0] for one in tables
    ]
    connection.close()
    data = bytearray(closed.store.read_bytes())
    for root in roots:
        data[(root - 1) * 4096 + 777] ^= 8
    closed.store.write_bytes(bytes(data))


def salvaged(closed: ClosedVault, clock: Days) -> None:
    """Made anew as the door does it, without the password's cost."""
    key = data_key(closed.home, closed.vault, closed.password, closed.card)
    store = closed.folder / slots.read(closed.folder).header.store
    made = salvage.make(closed.folder, closed.vault, store, key, (), clock.now.isoformat(timespec="milliseconds"))
    salvage.use(made)


def test_a_former_store_goes_only_days_after_a_sound_check_and_a_sync(
    lin: ClosedVault, stick: Path, clock: Days
) -> None:
    """Restored over a vault that opens; what was synced before is there and there; then a day before, and the day."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        assert (only(application).why, only(application).state) == ("restored", FormerState.CHECK_AND_SYNC)
        assert only(application).store == "store.db"
        retention.run_daily(application)
        assert vault_check.check(application).is_sound
        assert (only(application).state, only(application).goes) == (FormerState.SYNC, None)
    with day(lin, clock, 90) as application:
        retention.run_daily(application)
        assert lin.store.exists(), "checked, and never synced since"
        all_sent(application)
        gone_on = clock.now.date() + timedelta(days=KEEP_DAYS)
        assert (only(application).state, only(application).goes) == (FormerState.GOES, gone_on)
    with day(lin, clock, KEEP_DAYS - 1) as application:
        retention.run_daily(application)
        assert lin.store.exists()
    clock.now += timedelta(days=1)
    with opened(lin, clock=clock) as application:
        assert retention.run_daily(application) == 0
        assert lin.store.exists(), "the county's own time has not proved the day yet"
    with day(lin, clock, 1) as application:
        retention.run_daily(application)
        assert not list(lin.folder.glob("store.db*"))
        assert former_stores.listed(application) == ()
        (told,) = dropped(application)
        assert (told["why"], told["reason"], told["unsent"], told["opened"]) == (
            "restored", "kept-long-enough", 0, True,
        )  # fmt: skip
        assert application.read(queries.counts)["household"] == 1
        assert application.read(journal.verify).fault is None
    with day(lin, clock, 1) as application:
        retention.run_daily(application)
        assert len(dropped(application)) == 1


def test_what_was_never_sent_keeps_its_store_until_a_person_says_so(lin: ClosedVault, stick: Path, clock: Days) -> None:
    """A visit and a draft after the backup: only the store put out of use has them."""
    with day(lin, clock) as application:
        (home,) = application.read(lambda c: queries.of_kind(c, "household"))
        visits.record_visit(application, visit(home.id, application.today()))
        drafts.keep_draft(application, "visit-1", "visit", home.id, {"note": "还没写完"})
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        with pytest.raises(UserFacingError, match=r"former-store\.not-yet"):
            former_stores.drop(application, "store.db", DropReason.LOOKED_THROUGH)
        vault_check.check(application)
        all_sent(application)
        retention.run_daily(application)
    with day(lin, clock, 2 * KEEP_DAYS) as application:
        retention.run_daily(application)
        found = only(application)
        assert (found.state, found.may_drop, found.goes) == (FormerState.PERSON, True, None)
        assert found.held is not None
        assert (found.held.unsent > 0, found.held.drafts, found.held.unread) == (True, 1, 0)
        assert lin.store.exists()
        in_use = application.store.path.name
        with pytest.raises(UserFacingError, match=r"former-store\.unknown"):
            former_stores.drop(application, in_use, DropReason.LOOKED_THROUGH)
        former_stores.drop(application, "store.db", DropReason.LOOKED_THROUGH)
        assert not lin.store.exists()
        (told,) = dropped(application)
        assert (told["reason"], told["unsent"], told["drafts"]) == ("looked-through", found.held.unsent, 1)


@pytest.mark.parametrize("trouble", ["damaged head", "key of another day"])
def test_a_store_that_cannot_be_read_is_kept(lin: ClosedVault, stick: Path, clock: Days, trouble: str) -> None:
    """Whatever is in it nobody can compare."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    data = bytearray(lin.store.read_bytes())
    data[:64] = bytes(64) if trouble == "damaged head" else data[:64]
    if trouble == "key of another day":
        data[32:] = bytes(reversed(data[32:]))
    lin.store.write_bytes(bytes(data))
    with day(lin, clock) as application:
        vault_check.check(application)
        all_sent(application)
    with day(lin, clock, 2 * KEEP_DAYS) as application:
        retention.run_daily(application)
        assert (only(application).state, only(application).held) == (
            FormerState.PERSON, former_stores.Held(opens=False),
        )  # fmt: skip
        assert lin.store.read_bytes() == bytes(data)


def test_a_salvaged_store_goes_where_all_that_was_unreadable_stands_in_the_new_one(
    lin: ClosedVault, clock: Days
) -> None:
    """A damaged list of records loses nothing."""
    damaged(lin, "record")
    salvaged(lin, clock)
    with day(lin, clock) as application:
        assert (only(application).why, only(application).day) == ("salvaged", date(2026, 11, 26))
        vault_check.check(application)
        all_sent(application)
        retention.run_daily(application)
        assert only(application).state is FormerState.GOES
    with day(lin, clock, KEEP_DAYS + 1) as application:
        retention.run_daily(application)
        assert not lin.store.exists()
        assert application.store.path.name == "store-2.db"


def test_damaged_entries_keep_the_salvaged_store(lin: ClosedVault, clock: Days) -> None:
    """What could not be read may be somebody's work: it can be tried again with better means."""
    damaged(lin, "entry")
    salvaged(lin, clock)
    with day(lin, clock) as application:
        vault_check.check(application)
        all_sent(application)
    with day(lin, clock, 2 * KEEP_DAYS) as application:
        retention.run_daily(application)
        found = only(application)
        assert found.state is FormerState.PERSON
        assert found.held is not None
        assert found.held.unread
        former_stores.drop(application, "store.db", DropReason.UNREADABLE)
        assert former_stores.listed(application) == ()


def test_what_stands_only_in_the_log_beside_a_former_store_is_seen_and_left_as_it_is(
    lin: ClosedVault, stick: Path, clock: Days
) -> None:
    """A visit saved before a power cut, not yet brought into the file; and one that nothing tells the reason of."""
    with day(lin, clock) as application:
        (home,) = application.read(lambda c: queries.of_kind(c, "household"))
        application.store.checkpoint()
        visits.record_visit(application, visit(home.id, application.today()))
        for end in ("", "-wal"):
            shutil.copy(lin.folder / f"store.db{end}", lin.folder / f"store-old.db{end}")
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    before = {path: path.read_bytes() for path in lin.folder.glob("store-old.db*")}
    assert len(before) == 2
    with day(lin, clock) as application:
        former_stores.keep_up(application)
        (old,) = (one for one in former_stores.listed(application) if one.store == "store-old.db")
        assert (old.why, old.held is not None and old.held.unsent > 0) == ("", True)
        assert {path: path.read_bytes() for path in lin.folder.glob("store-old.db*")} == before
        assert not (lin.folder / stored.WORK_FOLDER).exists()


def test_damage_in_the_store_in_use_keeps_the_former_one(lin: ClosedVault, stick: Path, clock: Days) -> None:
    """It may be needed once more: what an earlier check said is taken back."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        vault_check.check(application)
        all_sent(application)
        assert only(application).state is FormerState.GOES
        former_stores.note_checked(application, is_sound=False)
        assert only(application).state is FormerState.CHECK
    with day(lin, clock, 2 * KEEP_DAYS) as application:
        retention.run_daily(application)
        assert lin.store.exists()


def test_erasing_names_the_former_stores_and_the_day_and_then_nothing_is_left(
    lin: ClosedVault, stick: Path, clock: Days
) -> None:
    """The plan and the receipt count it; after its day the erased words are in no file that today's key opens."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        (person,) = application.read(lambda c: queries.of_kind(c, "resident"))[:1]
        foreseen = erasing_plan.outlook(application, person.id).grounds[Ground.MISTAKE]
        (stands,) = (one for one in foreseen.remains if one.kind == "former-store")
        assert (stands.until, "从备份恢复时停用" in stands.words) == (None, True)
        vault_check.check(application)
        all_sent(application)
        done = erasing.erase_resident(application, person.id, Ground.MISTAKE, "登记错了人").value
        (stands,) = (one for one in done.remains if one.kind == "former-store")
        assert ("停用的旧库", "还有一份，2026年12月26日起清掉", stands.words) in remaining_rows(done.remains)
        assert stands.until == only(application).goes == clock.now.date() + timedelta(days=KEEP_DAYS)
    with day(lin, clock, KEEP_DAYS + 1) as application:
        all_sent(application)
        retention.run_daily(application)
        assert former_stores.listed(application) == ()
        home = erasing_plan.former_remains
        assert application.read(lambda c: home(c, application)) == ()


def test_a_kill_between_the_journal_and_the_file_is_made_good_and_told_once(
    lin: ClosedVault, stick: Path, clock: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal says it has gone; the next upkeep takes it away."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        vault_check.check(application)
        all_sent(application)
    kept = stored.remove
    with day(lin, clock, KEEP_DAYS + 1) as application:

        def cut(*_: object) -> None:
            raise UserFacingError("disk.failing")

        monkeypatch.setattr(stored, "remove", cut)
        retention.run_daily(application)
        assert lin.store.exists()
        assert former_stores.listed(application) == ()
    monkeypatch.setattr(stored, "remove", kept)
    with day(lin, clock, 1) as application:
        retention.run_daily(application)
        assert not lin.store.exists()
        assert len(dropped(application)) == 1


def test_a_former_store_that_a_slots_file_leads_to_is_never_removed(lin: ClosedVault, stick: Path, clock: Days) -> None:
    """And the store in use least of all."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        in_use = application.store.path
        for name in (in_use.name, "../elsewhere.db", "nothing.db"):
            with pytest.raises(UserFacingError, match=r"former-store\.in-use"):
                stored.remove(application.folder, name, in_use)
        assert in_use.exists()


def test_one_with_nothing_of_its_own_still_goes_by_itself_after_a_new_data_key(
    lin: ClosedVault, stick: Path, clock: Days
) -> None:
    """It was looked at while its key was there; nobody has to decide about what is nowhere needed."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        rekey(application, lin.password)
    with day(lin, clock) as application:
        vault_check.check(application)
        all_sent(application)
        retention.run_daily(application)
        assert lin.store.exists()
        assert only(application).state is FormerState.GOES
        assert sync_attention.needs_attention(application) == ()
    with day(lin, clock, KEEP_DAYS) as application:
        retention.run_daily(application)
        assert not lin.store.exists()
        (told,) = dropped(application)
        assert (told["reason"], told["unsent"]) == ("kept-long-enough", 0)


def test_after_a_new_data_key_a_person_is_told_what_only_the_former_store_has_and_asked(
    lin: ClosedVault, stick: Path, clock: Days
) -> None:
    """Named as it was found before the key went, in the list of what needs a person, until somebody decides."""
    with day(lin, clock) as application:
        (home,) = application.read(lambda c: queries.of_kind(c, "household"))
        visits.record_visit(application, visit(home.id, application.today()))
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        rekey(application, lin.password)
        vault_check.check(application)
        all_sent(application)
        retention.run_daily(application)
        found = only(application)
        assert found.state is FormerState.PERSON
        assert found.held is not None
        assert (found.held.opens, found.held.unsent > 0) == (False, True)
        words = former_store_words.held_words(found.held)
        assert f"没上报的 {found.held.unsent} 条" in words
        assert "换数据钥匙" in words
        (asked,) = sync_attention.needs_attention(application)
        assert asked.sort is sync_attention.Sort.FORMER
        assert asked.former == found
        former_stores.drop(application, "store.db", DropReason.LOOKED_THROUGH)
        assert sync_attention.needs_attention(application) == ()
        (told,) = dropped(application)
        assert (told["opened"], told["unsent"]) == (False, found.held.unsent)


def test_one_that_changed_since_it_was_looked_at_is_not_known_any_more(
    lin: ClosedVault, stick: Path, clock: Days
) -> None:
    """What was found in another file says nothing of this one."""
    restored(lin.home, found_on(lin.home, stick, lin), chosen=True)
    with day(lin, clock) as application:
        rekey(application, lin.password)
        lin.store.write_bytes(lin.store.read_bytes() + bytes(4096))
        vault_check.check(application)
        all_sent(application)
        retention.run_daily(application)
        assert (only(application).state, only(application).held) == (
            FormerState.PERSON, former_stores.Held(opens=False),
        )  # fmt: skip
