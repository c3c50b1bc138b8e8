"""The plan of a sync under the county's orders: revoked, told to wipe, taken back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.sync.planner import REVOKED, WIPED
from desktop.sync.steps import BatchName, Wipe
from tests.sync.test_planner import FAULTS, PAGES, World


@given(batches=st.integers(0, 5), files=st.integers(0, 3), faults=FAULTS, data=st.data())
@settings(deadline=None, max_examples=300)
def test_keys_are_erased_only_once_everything_is_stored(
    batches: int, files: int, faults: list[str], data: st.DataObject
) -> None:
    """Whatever is cut, refused and repeated: no wipe while anything is unsent, no feed, and in the end the wipe."""
    names: list[object] = [BatchName("epoch", number) for number in range(1, batches + 1)]
    names += [f"file-{one}" for one in range(files)]
    refused = data.draw(st.sets(st.sampled_from(names), max_size=1)) if names else set()
    world = World(
        unsealed=batches,
        attachments={f"file-{one}": False for one in range(files)},
        refused=frozenset(refused),
        order="wipe",
        faults=iter(faults),
    )
    for _ in range(len(faults) + 2):
        state = world.sync()
        if world.wiped_with is not None:
            break
    if refused:
        assert world.wiped_with is None
    else:
        assert world.wiped_with == (0, replace(world.work(), unsent=(), attachments=()))
        assert state is None or state.stopped == WIPED


def test_a_revoked_vault_sends_what_it_has_and_gets_nothing() -> None:
    """Without the order to wipe: sent for review, no feed, the reason at the end; taken back, all goes on."""
    world = World(unsealed=2, attachments={"file": False}, order="revoked")
    state = world.sync()
    assert state is not None
    assert (state.stopped, world.cursor, len(world.county_stored)) == (REVOKED, 0, 2)
    assert not any(isinstance(one, Wipe) for one in world.tried)
    world.order = ""
    state = world.sync()
    assert state is not None
    assert (state.stopped, world.cursor) == (None, PAGES)
    assert world.county_applied == set(world.sealed)
