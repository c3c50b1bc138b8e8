"""The daily run: what is due goes with its reason in the journal, what is locked stays, and sealed bytes go in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from desktop.domain.journal import ERASED, decode_body
from desktop.services import drafts, erasing, households, lease, retention, revocation, visits
from desktop.services.application import Application
from desktop.services.people import find_people
from desktop.services.retention import Verdict
from desktop.services.vaults import verify_journal
from desktop.storage import outbox
from desktop.storage.standing import KeptStanding
from desktop.storage.tables import batch, entry
from tests.casework import new_household, recorded_household, visit
from tests.county_issued import issue, issue_everything
from tests.people import made_up_id
from tests.vaults import made_vault


def reasons(connection: Connection) -> list[str]:
    """The reasons of all erasures in the journal."""
    return [
        decode_body(one)["reason"] for one in connection.scalars(select(entry.c.payload).where(entry.c.kind == ERASED))
    ]


def heard(application: Application, time: datetime) -> None:
    """The county's last signed word, as a sync keeps it."""
    kept = KeptStanding(
        time=time.isoformat(), revoked=False, wipe=False, order=0, since="", reason="", ask="", signed=""
    )
    revocation.keep_standing(application, kept, bytes(32).hex())


def test_what_is_due_is_erased_once_a_day_and_what_is_locked_stays(tmp_path: Path) -> None:
    """A visit of six years ago goes, with the county's longer term it stays; yesterday's is locked."""
    now = [datetime(2026, 3, 2, 9, tzinfo=UTC)]
    with made_vault(tmp_path, clock=lambda: now[0]) as application:
        issue_everything(application)
        new = recorded_household(application)
        visits.record_visit(application, visit(new.household, application.today()))
        assert {one.held.kind for one in retention.overview(application).locked} == {"visit"}
        assert retention.run_daily(application) == 0
        now[0] += timedelta(days=6 * 366)
        issue(application, "retention", "retention", {"version": 1, "years": {"visit": 9}})
        assert "visit" not in {one.held.kind for one in retention.overview(application).due}
        issue(application, "retention", "retention", {"version": 2, "years": {"visit": 1}})
        now[0] += timedelta(days=1)
        heard(application, now[0])
        visits.record_visit(application, visit(new.household, application.today()))
        due = retention.overview(application).due
        assert [one.held.kind for one in due].count("visit") == 1
        assert all(one.verdict is Verdict.DUE and one.words for one in due)
        assert retention.run_daily(application) == len(due)
        assert retention.run_daily(application) == 0
        assert set(application.read(reasons)) == {f"retention:{one.held.kind}" for one in due}
        assert find_people(application, "𠮷建国"), "somebody who is still visited stays"
        assert verify_journal(application).fault is None


def test_a_clock_that_ran_ahead_erases_nothing(tmp_path: Path) -> None:
    """A flat battery or a slip of the hand says 2032: what the county said last is the better evidence of the day."""
    now = [datetime(2026, 3, 2, 9, tzinfo=UTC)]
    with made_vault(tmp_path, clock=lambda: now[0]) as application:
        issue_everything(application)
        new = recorded_household(application)
        visits.record_visit(application, visit(new.household, application.today()))
        heard(application, now[0])
        drafts.keep_draft(application, "draft", "visit", new.household, {"note": "半句"})
        now[0] += timedelta(days=6 * 366)
        lease.look(application)
        assert retention.run_daily(application) == 0
        assert application.read(reasons) == []
        assert drafts.open_drafts(application)


def test_a_clock_in_the_future_erases_nothing_that_the_county_s_own_time_does_not(tmp_path: Path) -> None:
    """A laptop whose clock says 2099 keeps what was recorded yesterday, whether or not it has met its county."""
    now = [datetime(2026, 3, 2, 9, tzinfo=UTC)]
    with made_vault(tmp_path, clock=lambda: now[0]) as application:
        issue_everything(application)
        new = recorded_household(application)
        visits.record_visit(application, visit(new.household, application.today()))
        other = new_household("李某", made_up_id("350703", date(1960, 2, 3), 13))
        other = replace(other, members=other.members[:1])
        alone = households.add_household(application, other).value
        visits.record_visit(application, visit(alone.household, application.today()))
        for year in (2099, 2032):
            now[0] = datetime(year, 1, 1, 9, tzinfo=UTC)
            assert retention.overview(application).due
            assert retention.run_daily(application) == 0
            heard(application, datetime(2026, 3, 3, 9, tzinfo=UTC))
            now[0] += timedelta(days=1)
            assert retention.run_daily(application) == 0
        kept = erasing.erase_resident(
            application, alone.residents[0], erasing.Ground.RIGHT, "本人要求删除"
        ).value.remains
        assert "visit" in {one.kind for one in kept}, "the duty to keep it is measured by the same day"
        assert not any(one.startswith("retention") for one in application.read(reasons))
        heard(application, now[0])
        now[0] += timedelta(days=1)
        assert retention.run_daily(application) > 0


def test_sealed_bytes_go_in_time_and_known_erasures_are_done_again(tmp_path: Path) -> None:
    """Applied and old: dropped; not applied or young: kept. A store restored from before an erasure forgets again."""
    with made_vault(tmp_path) as application:
        new = recorded_household(application)
        old, young = "2026-01-01T00:00:00+00:00", "2026-03-01T08:00:00+08:00"

        def seal(connection: Connection) -> None:
            for number, (sealed, receipt) in enumerate(((old, b"r"), (old, None), (young, b"r")), start=1):
                connection.execute(
                    batch.insert().values(
                        epoch="e",
                        number=number,
                        first_seq=1,
                        last_seq=1,
                        digest="d",
                        container=b"c",
                        sealed=sealed,
                        applied_receipt=receipt,
                    )
                )

        application.store.write(seal)
        cut = "2026-02-01T00:00:00+00:00"
        assert application.store.write(lambda connection: outbox.drop_old_containers(connection, cut)) == 1
        kept = application.read(lambda connection: connection.scalars(select(batch.c.container)).all())
        assert kept == [None, b"c", b"c"]
        before = application.read(
            lambda connection: connection.execute(
                select(entry.c.id, entry.c.payload).where(entry.c.record == new.residents[0])
            ).all()
        )
        erasing.erase_records(application, [new.residents[0]], "本人要求删除")

        def restore(connection: Connection) -> None:
            for row in before:
                connection.execute(entry.update().where(entry.c.id == row.id).values(payload=row.payload))

        application.store.write(restore)
        application.store.write(erasing.apply_known)
        left = application.read(
            lambda connection: connection.scalars(
                select(entry.c.payload).where(entry.c.record == new.residents[0], entry.c.kind != ERASED)
            ).all()
        )
        assert left
        assert set(left) == {None}
        application.store.write(lambda connection: connection.execute(batch.delete()))
        assert verify_journal(application).fault is None
