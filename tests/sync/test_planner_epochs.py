"""The plan of a sync where epochs have to be compared: after a restore, and where another laptop uses the vault."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.sync.planner import FORKED, State, step
from desktop.sync.steps import (
    Action,
    AskStanding,
    BatchName,
    Compared,
    CompareEpochs,
    Event,
    Finish,
    Forked,
    PullFeed,
    Seal,
    Sealed,
    SendBatch,
    Started,
    Stood,
    Succeeded,
    Task,
    Work,
)
from tests.sync.test_planner import FAULTS, PAGES, PATIENCE, World


@given(batches=st.integers(0, 4), faults=FAULTS)
@settings(deadline=None, max_examples=200)
def test_a_restored_vault_seals_and_sends_nothing_before_it_has_compared(batches: int, faults: list[str]) -> None:
    """Whatever is cut: the county's word on the old epochs comes first, and then everything goes over."""
    world = World(unsealed=batches, to_compare=True, faults=iter(faults))
    for _ in range(len(faults) + 2):
        world.sync()
    kinds = [type(one) for one in world.tried]
    moving = [index for index, kind in enumerate(kinds) if kind in (Seal, SendBatch, PullFeed)]
    assert CompareEpochs in kinds
    assert all(index > kinds.index(CompareEpochs) for index in moving)
    assert not world.to_compare
    assert len(world.county_applied) == batches


@given(batches=st.integers(0, 4), faults=FAULTS)
@settings(deadline=None, max_examples=200)
def test_a_fork_is_compared_once_and_the_rest_goes_over(batches: int, faults: list[str]) -> None:
    """Another laptop wrote with this vault: found in the middle of a sync, and settled in the same or the next one."""
    world = World(unsealed=batches, forked=True, faults=iter(faults))
    for _ in range(len(faults) + 2):
        world.sync()
    assert not world.forked
    assert len(world.county_applied) == batches
    assert world.cursor == PAGES


def test_a_fork_that_comparing_does_not_settle_ends_the_sync_and_is_named() -> None:
    """Nothing is asked over and over."""
    state, action = step(State(), Started(Task.SYNC, Work(unsent=(BatchName("epoch", 1),))), PATIENCE)
    tried: list[Action] = []
    while action is not None and not isinstance(action, Finish):
        tried.append(action)
        match action:
            case SendBatch() | PullFeed():
                event: Event = Forked(action)
            case CompareEpochs():
                event = Compared(action, Work(unsent=(BatchName("epoch", 1),)))
            case AskStanding():
                event = Stood(action, revoked=False, wipe=False)
            case Seal():
                event = Sealed(action, None)
            case _:
                event = Succeeded(action)
        state, action = step(state, event, PATIENCE)
    assert [type(one) for one in tried].count(CompareEpochs) == 1
    assert {left.code for left in state.left_aside} == {FORKED}
