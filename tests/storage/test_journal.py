"""The stored journal: nothing can be changed, taken out, moved or cut off without being noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED, MAX_ACTION_BYTES, Fault
from desktop.services import households
from desktop.services.application import Application
from desktop.services.vaults import erase_entry, verify_journal
from desktop.storage import journal, records
from desktop.storage.tables import entry
from tests.entry_bodies import FIELDS
from tests.households import made_up_household
from tests.vaults import made_vault

ACTIONS = 6


class _Undo(Exception):
    def __init__(self, fault: Fault | None) -> None:
        super().__init__()
        self.fault = fault


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """A vault with some actions of several entries; tests that tamper with it undo that again."""
    with made_vault(tmp_path_factory.mktemp("home")) as made:
        for number in range(ACTIONS):
            households.add_household(made, made_up_household(f"练习{number}户"))
        yield made


def fault_after(application: Application, tamper: Callable[[Connection], object]) -> Fault | None:
    """What ``verify`` says after tampering with the table; the tampering is rolled back."""

    def work(connection: Connection) -> None:
        tamper(connection)
        raise _Undo(journal.verify(connection).fault)

    try:
        application.store.write(work)
    except _Undo as undone:
        return undone.fault
    raise AssertionError("not reached")


def row_ids(connection: Connection) -> list[int]:
    """The table's rows in the journal's order."""
    return list(connection.scalars(select(entry.c.id).order_by(entry.c.id)))


def seq_of(fault: Fault | None) -> int:
    """The sequence number a fault names; fails where nothing was found."""
    assert fault is not None, "not noticed"
    return int(fault.reference.rsplit("/", 1)[1]) if "/" in fault.reference else 0


places = st.integers(0, 2 * ACTIONS)


def test_an_untouched_journal_holds(application: Application) -> None:
    """Every action wrote its entries: the enrolment one, each household two (家庭 and 成员)."""
    check = verify_journal(application)
    assert check.fault is None
    assert check.entries == 1 + 2 * ACTIONS


@settings(max_examples=150)
@given(place=places, column=st.sampled_from(["header", "payload"]), at=st.integers(0, 5000), change=st.integers(1, 255))
def test_every_edited_byte_of_a_stored_entry_is_found(
    application: Application, place: int, column: str, at: int, change: int
) -> None:
    """Any one byte of any header or payload: the fault names that entry or the one beside it."""

    def edit(connection: Connection) -> None:
        row_id = row_ids(connection)[place]
        column_of = entry.c[column]
        kept = connection.execute(select(column_of).where(entry.c.id == row_id)).scalar_one()
        changed = bytearray(kept)
        changed[at % len(kept)] ^= change
        connection.execute(update(entry).where(entry.c.id == row_id).values({column: bytes(changed)}))

    fault = fault_after(application, edit)
    assert abs(seq_of(fault) - (place + 1)) <= (1 if column == "header" else 0)


@settings(max_examples=50)
@given(first=places, count=st.integers(1, 3))
def test_deleted_entries_are_missed(application: Application, first: int, count: int) -> None:
    """One entry or a run of them, at the beginning, in the middle or at the end."""

    def remove(connection: Connection) -> None:
        gone = row_ids(connection)[first : first + count]
        connection.execute(delete(entry).where(entry.c.id.in_(gone)))

    assert fault_after(application, remove) is not None


@settings(max_examples=50)
@given(order=st.permutations(range(2 * ACTIONS + 1)))
def test_a_changed_order_is_noticed(application: Application, order: list[int]) -> None:
    """Entries in any other order than the one they were written in do not hold."""

    def reorder(connection: Connection) -> None:
        ids = row_ids(connection)
        for old, new in zip(ids, order, strict=True):
            connection.execute(update(entry).where(entry.c.id == old).values(id=10_000 + ids[new]))

    fault = fault_after(application, reorder)
    assert (fault is None) == (order == sorted(order))


@pytest.mark.parametrize("left", range(2 * ACTIONS + 1))
def test_a_journal_cut_off_anywhere_is_noticed(application: Application, left: int) -> None:
    """The head kept beside the journal says where it ended."""

    def cut(connection: Connection) -> None:
        connection.execute(delete(entry).where(entry.c.id.in_(row_ids(connection)[left:])))

    assert fault_after(application, cut) is not None


@pytest.mark.parametrize("place", range(2 * ACTIONS + 1))
def test_content_that_is_gone_without_an_erasure_is_named(application: Application, place: int) -> None:
    """Only an ``entry.erased`` entry explains a missing payload."""

    def empty(connection: Connection) -> None:
        connection.execute(update(entry).where(entry.c.id == row_ids(connection)[place]).values(payload=None))

    fault = fault_after(application, empty)
    assert fault is not None
    assert (fault.code, seq_of(fault)) == ("payload-missing", place + 1)


def test_a_repeated_entry_is_noticed(application: Application) -> None:
    """The same entry twice is one too many."""

    def repeat(connection: Connection) -> None:
        row = connection.execute(select(entry).order_by(entry.c.id.desc()).limit(1)).one()._asdict()
        connection.execute(entry.insert().values({**row, "id": row["id"] + 1, "seq": row["seq"] + 1}))

    assert fault_after(application, repeat) is not None


# --- what is written ----------------------------------------------------------------------------


def test_an_action_that_fails_half_way_leaves_nothing(application: Application) -> None:
    """Records and entries come together or not at all."""
    before = verify_journal(application).entries

    def half(action: journal.Action) -> None:
        action.add("household.described", "half-made", {"groups": {"number": {"base": None, "value": {"number": "1"}}}})
        raise _Undo(None)

    with pytest.raises(_Undo):
        application.act(half)
    assert verify_journal(application).entries == before
    assert application.read(lambda connection: records.state(connection, "half-made")) is None


def test_a_refused_step_takes_the_whole_action_back(application: Application) -> None:
    """One entry that the rules do not allow: the action's other entries are not written either."""
    before = verify_journal(application)

    def wrong(action: journal.Action) -> None:
        action.add("household.described", "refused", {"groups": {"number": {"base": None, "value": {"number": "1"}}}})
        action.add("grant.moved", "no-grant", {"from": None, "to": "in-force", "fields": FIELDS["grant"]})

    with pytest.raises(UserFacingError) as caught:
        application.act(wrong)
    assert caught.value.code == "action.refused"
    assert caught.value.values == {"reason": "no-such-step"}
    assert verify_journal(application) == before


def test_an_action_above_64_kib_is_refused_at_save(application: Application) -> None:
    """What is bigger is an attachment; nothing of the action is written."""
    before = verify_journal(application)
    with pytest.raises(UserFacingError, match=r"action\.too-large"):
        households.add_household(application, made_up_household("练习户", address="长" * MAX_ACTION_BYTES))
    assert verify_journal(application) == before


def test_what_was_viewed_is_written_with_the_next_action(tmp_path: Path) -> None:
    """Opening a person's page is noted (PIPL art. 51): once, with the groups shown, before the action it led to."""
    with made_vault(tmp_path) as application:
        made = households.add_household(application, made_up_household("练习甲户")).value
        application.note_view("view.opened", made.household, ("members",))
        households.add_household(application, made_up_household("练习乙户"))
        application.flush_views()

        def kinds(connection: Connection) -> list[str]:
            return list(connection.scalars(select(entry.c.kind).order_by(entry.c.id)))

        described = ["household.described", "resident.described"]
        assert application.read(kinds) == ["epoch.began", *described, "view.opened", *described]
        assert verify_journal(application).fault is None


def test_erasing_needs_an_entry_that_is_there_and_still_has_content(tmp_path: Path) -> None:
    """A wrong reference, an erased entry and an erasure itself are refused in words."""
    with made_vault(tmp_path) as application:
        households.add_household(application, made_up_household("练习甲户"))
        vault, epoch = application.identity.vault, application.identity.epoch
        for reference in ("", "nonsense", f"{vault}/{epoch}/99", f"{vault}/{epoch}/0", f"other/{epoch}/2"):
            with pytest.raises(UserFacingError, match=r"journal\.no-such-entry"):
                erase_entry(application, reference, "录错")
        erase_entry(application, f"{vault}/{epoch}/3", "录错")
        with pytest.raises(UserFacingError, match=r"journal\.no-such-entry"):
            erase_entry(application, f"{vault}/{epoch}/3", "录错")
        with pytest.raises(UserFacingError, match=r"journal\.not-erasable"):
            erase_entry(application, f"{vault}/{epoch}/4", "录错")
        last = application.read(lambda connection: connection.scalars(select(entry.c.kind).order_by(entry.c.id)).all())[
            -1
        ]
        assert last == ERASED
        assert verify_journal(application).fault is None
