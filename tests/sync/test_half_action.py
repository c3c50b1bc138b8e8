"""Half an action in the journal: named, never sent by halves, set aside by a person; nobody waits behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from desktop.domain.journal import EPOCH_BEGAN
from desktop.services import journal_faults, vault_check
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.services.sync_attention import SETTLED, Attention, Sort, dealt_with, needs_attention, settle
from desktop.services.vaults import verify_journal
from desktop.storage import half_actions, records, settings
from desktop.storage.journal import own_of_kind
from desktop.storage.tables import entry
from desktop.ui.messages.journal_words import half_message
from tests.command_line import with_vault
from tests.county_process import CountyProcess, serving
from tests.sync.journals import enrolled, own_hashes, synced
from tests.sync.test_convergence import import_household, new_number
from tests.sync.test_restored import visit, well
from tests.vaults import ClosedVault, opened


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    with serving(tmp_path_factory.mktemp("county") / "data") as running:
        yield running


@pytest.fixture
def lin(tmp_path: Path, county: CountyProcess) -> ClosedVault:
    """A vault with a household that the county has."""
    closed = enrolled(tmp_path / "lin", county, "林晓梅")
    with opened(closed) as laptop:
        import_household(laptop, new_number(), "1号")
        well(laptop)
    return closed


def cut_last_entry(connection: Connection) -> None:
    """As somebody does who knows how the rows are made: the head fits, and so does the chain."""
    last = connection.scalar(select(func.max(entry.c.id)).where(entry.c.own))
    connection.execute(delete(entry).where(entry.c.id == last))
    row = connection.execute(select(entry).where(entry.c.own).order_by(entry.c.id.desc()).limit(1)).one()
    settings.put(connection, "head", {"epoch": row.epoch, "hash": row.hash})


def half(laptop: Application) -> str:
    """A household of which only the first entry is left; answers its id."""
    household, _ = import_household(laptop, new_number(), "2号")
    laptop.store.write(cut_last_entry)
    return household


def halves(laptop: Application) -> list[Attention]:
    return [one for one in needs_attention(laptop) if one.sort is Sort.HALF]


def of_county(laptop: Application, record: str) -> list[str | None]:
    """The county's words on this record's entries here."""
    query = select(entry.c.result).where(entry.c.record == record, entry.c.kind != SETTLED)
    return list(laptop.read(lambda connection: connection.scalars(query).all()))


@pytest.mark.parametrize("more", [0, 3])
def test_it_is_named_never_sent_and_the_rest_goes_on_once_it_is_set_aside(
    county: CountyProcess, lin: ClosedVault, more: int
) -> None:
    """At the end of the journal, and with work behind it, which would wait for it for ever."""
    with opened(lin) as laptop:
        whole, _ = import_household(laptop, new_number(), "3号")
        household = half(laptop)
        for number in range(more):
            visit(laptop, whole, f"第{number}次")
        (named,) = halves(laptop)
        assert (named.record, named.kind, named.half.found, named.half.parts) == (household, "household", 1, 2)  # type: ignore[union-attr]
        assert named.half is not None
        assert named.half.behind == more
        assert synced(laptop).stopped is None
        assert of_county(laptop, whole) == ["ok"]
        assert of_county(laptop, household) == [None]
        assert sync_state(laptop).waiting == 2 + more, "the half, what stands behind it, and that a sync began"
        assert [one.entry for one in halves(laptop)] == [named.entry]
        assert verify_journal(laptop).fault is not None
        assert [one.reference for one in verify_journal(laptop).halves] == [named.half.reference]
        before = own_hashes(laptop)
        assert named.entry is not None
        settle(laptop, named.entry, "已重新登记")
        assert halves(laptop) == []
        assert dealt_with(laptop)[0].how == "已重新登记"
        check = verify_journal(laptop)
        assert check.fault is None
        assert [(one.first, one.last) for one in check.gaps] == [(named.half.first, named.half.last)]
        well(laptop)
        assert of_county(laptop, household) == [None], "kept as it was, and sent to nobody"
        assert set(before) - set(own_hashes(laptop)) == {hash_of(laptop, household)}
        began = [one.body() for one in laptop.read(lambda connection: list(own_of_kind(connection, EPOCH_BEGAN)))]
        assert began[-1] is not None
        assert began[-1]["reason"] == "half-action"
        assert began[-1]["apart"] == [named.entry]
        visit(laptop, whole, "以后")
        well(laptop)
        assert laptop.read(lambda connection: records.state(connection, household)) is not None
        assert laptop.read(journal_faults.standing_fault) is None
    assert [one["now"] for one in county.status()["journals"] if one["vault"] == lin.vault] in ([], [""])


def hash_of(laptop: Application, record: str) -> str:
    return str(laptop.read(lambda connection: connection.scalar(select(entry.c.hash).where(entry.c.record == record))))


def test_another_half_can_be_set_aside_later_and_the_journal_still_holds(lin: ClosedVault) -> None:
    """Each names its own gap."""
    with opened(lin) as laptop:
        for _ in range(2):
            half(laptop)
            (named,) = halves(laptop)
            settle(laptop, named.entry or "", "不用了")
            assert verify_journal(laptop).fault is None
            well(laptop)
        assert len(verify_journal(laptop).gaps) == 2
        found = vault_check.check(laptop)
        assert found.is_sound


def test_whoever_takes_the_set_aside_half_away_is_found(lin: ClosedVault) -> None:
    """An entry beside the gap that goes missing is still a fault."""
    with opened(lin) as laptop:
        visit(laptop, import_household(laptop, new_number(), "4号")[0], "前面")
        half(laptop)
        (named,) = halves(laptop)
        settle(laptop, named.entry or "", "不用了")
        assert named.half is not None
        before = named.half.first - 1
        laptop.store.write(
            lambda connection: connection.execute(delete(entry).where(entry.c.own, entry.c.seq == before))
        )
        assert verify_journal(laptop).fault is not None


def test_the_command_line_names_it_with_the_way_out(lin: ClosedVault) -> None:
    """What, since when, how much of it, that it is not sent, and what to do."""
    with opened(lin) as laptop:
        half(laptop)
        (named,) = halves(laptop)
        assert named.half is not None
        words = half_message(named.half).sentence()
    done = with_vault(lin, "journal", "verify")
    assert done.returncode == 3
    assert words in done.stdout
    for part in ("家庭", "应有 2 条，只有 1 条", "半步不会报给县里", "要您看一下"):
        assert part in words


def test_the_look_for_the_foot_sees_the_front_and_the_end_of_much_that_waits(lin: ClosedVault) -> None:
    """Hundreds of entries ahead: one at the end is seen at once, one in the middle when it is waited for."""
    with opened(lin) as laptop:
        household, _ = import_household(laptop, new_number(), "3号")
        for _ in range(half_actions._AHEAD // 4 + 5):
            import_household(laptop, new_number(), "5号")
            import_household(laptop, new_number(), "6号")
        assert halves(laptop) == [], "an action that the look cuts in two is none"
        cut = half(laptop)
        assert [one.record for one in halves(laptop)] == [cut]
        visit(laptop, household, "后面")
        assert halves(laptop) == []
        assert [one.header.record for one in verify_journal(laptop).halves] == [cut]
        synced(laptop)
        (named,) = halves(laptop)
        assert named.record == cut
        settle(laptop, named.entry or "", "不用了")
        well(laptop)


@pytest.mark.parametrize("header", [b"no JSON", b'{"parts":"x"}', b'{"parts":7}', b"\xff\xfe"])
def test_a_broken_header_is_no_half_and_breaks_no_list(lin: ClosedVault, header: bytes) -> None:
    """It is a fault of the journal, and said as that."""
    with opened(lin) as laptop:
        import_household(laptop, new_number(), "3号")
        last = select(func.max(entry.c.id)).scalar_subquery()
        laptop.store.write(lambda c: c.execute(update(entry).where(entry.c.id == last).values(header=header)))
        needs_attention(laptop)
        assert verify_journal(laptop).fault is not None


def test_an_honest_journal_has_none(lin: ClosedVault) -> None:
    """Whatever waits, whole actions are no halves."""
    with opened(lin) as laptop:
        for number in range(5):
            import_household(laptop, new_number(), f"{number}号")
        assert halves(laptop) == []
        assert verify_journal(laptop).halves == ()
