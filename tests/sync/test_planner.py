"""The plan of a sync, against every order of cuts, repeats and failures that Hypothesis finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.sync.planner import CANCELLED, UNCONFIRMED, State, step
from desktop.sync.steps import (
    Action,
    AskCapabilities,
    AskReceipt,
    AskStanding,
    BatchName,
    Cancelled,
    Compared,
    CompareEpochs,
    CountyRestored,
    Enrol,
    Event,
    Failed,
    Finish,
    Forgotten,
    Forked,
    OfferAgain,
    Offered,
    PageApplied,
    Patience,
    PullFeed,
    Receipted,
    Seal,
    Sealed,
    SendAttachment,
    SendBatch,
    Started,
    Stood,
    Succeeded,
    Task,
    Trouble,
    Wait,
    Wipe,
    Work,
)

PATIENCE = Patience(attempts=3, rounds=2)
MOST_ACTIONS = 2_000
PAGES = 3


class LaptopKilledError(Exception):
    """The process ended here; only the database is left."""


@dataclass
class World:
    """A laptop's database and a county, as far as the plan can see them."""

    unsealed: int = 0
    sealed: dict[BatchName, str] = field(default_factory=dict)
    attachments: dict[str, bool] = field(default_factory=dict)
    cursor: int = 0
    county_stored: list[BatchName] = field(default_factory=list)
    county_applied: set[BatchName] = field(default_factory=set)
    county_attachments: set[str] = field(default_factory=set)
    refused: frozenset[object] = frozenset()
    restored: bool = False
    order: str = ""
    known: str = ""
    wiped_with: object = None
    to_compare: bool = False
    forked: bool = False
    faults: Iterator[str] = field(default_factory=lambda: iter(()))
    tried: list[Action] = field(default_factory=list)

    def work(self) -> Work:
        """What the laptop's database says."""
        return Work(
            tuple(name for name, stage in self.sealed.items() if stage == "sealed"),
            tuple(name for name, stage in self.sealed.items() if stage == "stored"),
            tuple(name for name, sent in self.attachments.items() if not sent),
            revoked=self.known != "",
            wipe=self.known == "wipe",
            compare=self.to_compare,
        )

    def apply_some(self) -> None:
        """The county applies batches in their order, with no gap."""
        for name in sorted(self.county_stored):
            if name.number > 1 and BatchName(name.epoch, name.number - 1) not in self.county_applied:
                break
            self.county_applied.add(name)

    def perform(self, action: Action) -> Event:
        """Do it, with the next fault: nothing, a lost request, a lost answer, a kill before or after."""
        self.tried.append(action)
        fault = "" if isinstance(action, Seal | OfferAgain | Wait) else next(self.faults, "")
        if fault == "killed-before":
            raise LaptopKilledError
        if fault in ("away", "slow"):
            return Failed(action, Trouble.PASSING, f"sync.county-{fault}")
        event = self.exchange(action, answer_lost=fault == "answer-lost")
        if fault == "killed-after":
            raise LaptopKilledError
        return event

    def exchange(self, action: Action, *, answer_lost: bool) -> Event:
        """What happens at the county, and, unless the answer is lost, at the laptop."""
        match action:
            case Seal():
                return self.seal(action)
            case CompareEpochs():
                if answer_lost:
                    return Failed(action, Trouble.PASSING, "sync.county-slow")
                self.to_compare = self.forked = False
                return Compared(action, self.work())
            case SendBatch() | PullFeed() if self.forked:
                return Forked(action)
            case OfferAgain():
                self.restored, self.cursor = False, 0
                self.sealed = dict.fromkeys(self.sealed, "sealed")
                return Offered(action, self.work())
            case Wipe():
                self.wiped_with = (self.unsealed, self.work())
                return Succeeded(action)
            case AskReceipt(batch=batch) if batch not in self.county_stored:
                return Forgotten(action)
            case PullFeed() if self.restored:
                return CountyRestored(action)
            case SendBatch(batch=item) | SendAttachment(digest=item) if item in self.refused:
                return Failed(action, Trouble.ITEM, "sync.refused")
        self.at_county(action)
        return Failed(action, Trouble.PASSING, "sync.county-slow") if answer_lost else self.at_laptop(action)

    def seal(self, action: Action) -> Event:
        """The next batch, if there are entries for one."""
        if self.unsealed == 0:
            return Sealed(action, None)
        self.unsealed -= 1
        name = BatchName("epoch", len(self.sealed) + 1)
        self.sealed[name] = "sealed"
        return Sealed(action, name)

    def at_county(self, action: Action) -> None:
        """What the county does when the request has reached it."""
        match action:
            case SendBatch(batch=batch) if batch not in self.county_stored:
                self.county_stored.append(batch)
            case AskReceipt() if not self.order:
                self.apply_some()
            case SendAttachment(digest=digest):
                self.county_attachments.add(digest)

    def at_laptop(self, action: Action) -> Event:
        """What the laptop writes when the answer has reached it."""
        match action:
            case SendBatch(batch=batch) | AskReceipt(batch=batch):
                return self.receipt(action, batch)
            case AskStanding():
                self.known = self.order
                return Stood(action, self.order != "", self.order == "wipe")
            case SendAttachment(digest=digest):
                self.attachments[digest] = True
                return Succeeded(action)
            case PullFeed():
                self.cursor = min(PAGES, self.cursor + 1)
                return PageApplied(action, more=self.cursor < PAGES)
            case _:
                return Succeeded(action)

    def receipt(self, action: Action, batch: BatchName) -> Event:
        """The newest receipt reaches the laptop."""
        applied = batch in self.county_applied
        self.sealed[batch] = "applied" if applied else "stored"
        return Receipted(action, applied=applied)

    def sync(self) -> State | None:
        """One sync; None if the laptop was killed on the way."""
        state, action = step(State(), Started(Task.SYNC, self.work()), PATIENCE)
        for _ in range(MOST_ACTIONS):
            assert action is not None
            if isinstance(action, Finish):
                return state
            try:
                event = self.perform(action)
            except LaptopKilledError:
                return None
            state, action = step(state, event, PATIENCE)
        raise AssertionError("the sync never ends")


FAULTS = st.lists(
    st.sampled_from(["", "", "away", "slow", "answer-lost", "killed-before", "killed-after"]), max_size=40
)


@given(batches=st.integers(0, 6), files=st.integers(0, 4), faults=FAULTS)
@settings(deadline=None, max_examples=300)
def test_after_any_faults_one_quiet_sync_brings_everything_over(batches: int, files: int, faults: list[str]) -> None:
    """However syncs were cut, repeated and failed, the next undisturbed one leaves nothing behind."""
    world = World(unsealed=batches, attachments={f"file-{one}": False for one in range(files)}, faults=iter(faults))
    for _ in range(len(faults) + 1):
        world.sync()
    state = world.sync()
    assert state is not None
    assert state.stopped is None
    assert state.left_aside == ()
    assert set(world.sealed.values()) <= {"applied"}
    assert len(world.sealed) == batches
    assert world.county_applied == set(world.sealed)
    assert world.county_attachments == set(world.attachments)
    assert all(world.attachments.values())
    assert world.cursor == PAGES


@given(batches=st.integers(1, 6), files=st.integers(1, 3), faults=FAULTS, data=st.data())
@settings(deadline=None, max_examples=200)
def test_one_refused_item_never_blocks_the_others(
    batches: int, files: int, faults: list[str], data: st.DataObject
) -> None:
    """A batch or attachment that the county will not have is named; every other one goes over."""
    names: list[object] = [BatchName("epoch", number) for number in range(1, batches + 1)]
    digests: list[object] = [f"file-{one}" for one in range(files)]
    bad = data.draw(st.sampled_from([*names, *digests]))
    world = World(
        unsealed=batches,
        attachments={f"file-{one}": False for one in range(files)},
        refused=frozenset({bad}),
        faults=iter(faults),
    )
    for _ in range(len(faults) + 1):
        world.sync()
    state = world.sync()
    assert state is not None
    assert state.stopped is None
    assert any(_item(left.action) == bad for left in state.left_aside)
    assert set(world.county_stored) == {name for name in names if name != bad}
    assert world.county_attachments == {digest for digest in digests if digest != bad}
    assert world.cursor == PAGES


def _item(action: Action) -> object:
    match action:
        case SendBatch(batch=batch) | AskReceipt(batch=batch):
            return batch
        case SendAttachment(digest=digest):
            return digest
        case _:
            return None


@given(batches=st.integers(0, 5), files=st.integers(0, 3), faults=FAULTS)
@settings(deadline=None, max_examples=200)
def test_batches_go_in_their_order_and_attachments_after_them(batches: int, files: int, faults: list[str]) -> None:
    """In one sync no batch is first sent before an earlier one was tried, and no attachment before a batch."""
    world = World(unsealed=batches, attachments={f"file-{one}": False for one in range(files)}, faults=iter(faults))
    world.sync()
    first_tries = list(dict.fromkeys(one.batch for one in world.tried if isinstance(one, SendBatch)))
    assert first_tries == sorted(first_tries)
    kinds = [type(one) for one in world.tried]
    if SendAttachment in kinds:
        assert not {SendBatch, Seal} & set(kinds[kinds.index(SendAttachment) :])


@given(batches=st.integers(0, 4), faults=FAULTS, data=st.data())
@settings(deadline=None, max_examples=200)
def test_answers_to_what_was_not_asked_change_nothing(batches: int, faults: list[str], data: st.DataObject) -> None:
    """Late, repeated and foreign answers are ignored, whenever they come."""
    world = World(unsealed=batches, faults=iter(faults))
    seen: list[Event] = []
    strays: list[Any] = [
        Receipted(SendBatch(BatchName("other", 9)), applied=True),
        Receipted(AskReceipt(BatchName("other", 9)), applied=False),
        Forgotten(AskReceipt(BatchName("other", 9))),
        Succeeded(SendAttachment("other")),
        Succeeded(Enrol()),
        Sealed(Finish(), BatchName("other", 1)),
        PageApplied(Finish(), more=True),
        Failed(SendAttachment("other"), Trouble.FINAL, "sync.revoked"),
    ]
    state, action = step(State(), Started(Task.SYNC, world.work()), PATIENCE)
    for _ in range(MOST_ACTIONS):
        if action is None or isinstance(action, Finish):
            break
        stray = data.draw(st.sampled_from([*strays, *(one for one in seen if _asked_by(one) != action)]))
        assert step(state, stray, PATIENCE) == (state, None)
        try:
            event = world.perform(action)
        except LaptopKilledError:
            break
        seen.append(event)
        state, action = step(state, event, PATIENCE)


def _asked_by(event: Event) -> object:
    return getattr(event, "action", None)


@given(batches=st.integers(1, 4), files=st.integers(0, 2), faults=FAULTS)
@settings(deadline=None, max_examples=200)
def test_a_restored_county_is_given_again_what_it_lost(batches: int, files: int, faults: list[str]) -> None:
    """A county that lost its newest data gets every batch again, in the same sync that notices it."""
    world = World(unsealed=batches, attachments={f"file-{one}": False for one in range(files)})
    world.sync()
    assert len(world.county_applied) == batches
    world.county_stored, world.county_applied, world.restored = [], set(), True
    world.faults = iter(faults)
    for _ in range(len(faults) + 1):
        world.sync()
    state = world.sync()
    assert state is not None
    assert state.left_aside == ()
    assert len(world.county_applied) == batches
    assert world.cursor == PAGES


def test_a_county_that_is_away_stops_the_sync_after_a_few_tries() -> None:
    """Nobody answers: the sync ends with that reason after its attempts, and nothing was sealed."""
    world = World(unsealed=2, faults=iter(["away"] * 100))
    state = world.sync()
    assert state is not None
    assert state.stopped == "sync.county-away"
    assert [type(one) for one in world.tried].count(AskCapabilities) == PATIENCE.attempts
    assert world.unsealed == 2


def test_a_county_that_goes_away_midway_is_not_tried_for_every_batch() -> None:
    """After one item failed for good and the county does not answer at all, the sync ends."""
    world = World(unsealed=5, faults=iter(["", "", *["away"] * 100]))
    state = world.sync()
    assert state is not None
    assert state.stopped == "sync.county-away"
    assert len({one.batch for one in world.tried if isinstance(one, SendBatch)}) == 1


def test_one_batch_that_breaks_the_county_is_left_aside() -> None:
    """A batch on which the connection always breaks is left aside as long as the county is there otherwise."""
    world = World(unsealed=2, faults=iter(["", "", "slow", "slow", "slow", ""]))
    state = world.sync()
    assert state is not None
    assert state.stopped is None
    assert state.left_aside[0].action == SendBatch(BatchName("epoch", 1))
    assert world.county_stored == [BatchName("epoch", 2)]


def test_a_batch_the_county_has_not_yet_applied_is_named_and_asked_for_next_time() -> None:
    """Stored is not done: after the rounds of asking the sync ends and says so."""
    world = World(unsealed=1)
    state, action = step(State(), Started(Task.SYNC, world.work()), PATIENCE)
    while action is not None and not isinstance(action, Finish):
        event = Receipted(action, applied=False) if isinstance(action, AskReceipt) else world.perform(action)
        state, action = step(state, event, PATIENCE)
    assert [left.code for left in state.left_aside] == [UNCONFIRMED]
    assert world.work().unconfirmed == (BatchName("epoch", 1),)


def test_a_county_that_stores_and_forgets_is_not_believed_twice() -> None:
    """A batch confirmed, forgotten, sent again and forgotten again is left aside instead of going round."""
    name = BatchName("epoch", 1)
    state, action = step(State(), Started(Task.SYNC, Work(unconfirmed=(name,))), PATIENCE)
    sent = 0
    for _ in range(100):
        match action:
            case AskReceipt():
                event: Event = Forgotten(action)
            case SendBatch():
                sent += 1
                event = Receipted(action, applied=False)
            case Seal():
                event = Sealed(action, None)
            case AskStanding():
                event = Stood(action, revoked=False, wipe=False)
            case PullFeed():
                event = PageApplied(action, more=False)
            case Finish() | None:
                break
            case _:
                event = Succeeded(action)
        state, action = step(state, event, PATIENCE)
    assert isinstance(action, Finish)
    assert sent == 1
    assert [left.code for left in state.left_aside] == ["sync.county-nonsense"]


def test_a_revoked_vault_stops_at_once() -> None:
    """What is final for this county ends the sync, with its reason."""
    state, action = step(State(), Started(Task.SYNC, Work(unsent=(BatchName("epoch", 1),))), PATIENCE)
    assert action == AskCapabilities()
    state, action = step(state, Succeeded(AskCapabilities()), PATIENCE)
    assert action == AskStanding()
    state, action = step(state, Stood(AskStanding(), revoked=False, wipe=False), PATIENCE)
    assert action == SendBatch(BatchName("epoch", 1))
    state, end = step(state, Failed(action, Trouble.FINAL, "sync.revoked"), PATIENCE)
    assert (state.stopped, end) == ("sync.revoked", Finish())


@given(before=st.integers(0, 8))
def test_a_cancel_ends_the_sync_wherever_it_is(before: int) -> None:
    """Cancelled, the next thing is the end, and what was done stays done."""
    world = World(unsealed=2, attachments={"file": False})
    state, action = step(State(), Started(Task.SYNC, world.work()), PATIENCE)
    for _ in range(before):
        assert action is not None
        if isinstance(action, Finish):
            return
        state, action = step(state, world.perform(action), PATIENCE)
    state, action = step(state, Cancelled(), PATIENCE)
    assert action == Finish()
    assert state.stopped == CANCELLED


def test_enrolment_asks_what_the_county_speaks_and_sends_the_request_once_answered() -> None:
    """The task of enrolling is two exchanges and nothing else; a refusal ends it with its code."""
    state, action = step(State(), Started(Task.ENROL), PATIENCE)
    assert action == AskCapabilities()
    state, action = step(state, Succeeded(AskCapabilities()), PATIENCE)
    assert action == Enrol()
    refused, end = step(state, Failed(Enrol(), Trouble.ITEM, "sync.refused"), PATIENCE)
    assert (refused.stopped, end) == ("sync.refused", Finish())
    state, action = step(state, Succeeded(Enrol()), PATIENCE)
    assert (state.stopped, action) == (None, Finish())


@given(attempt=st.integers(0, 30), chance=st.floats(0, 1))
def test_pauses_grow_to_a_limit_and_are_scattered(attempt: int, chance: float) -> None:
    """A pause is never longer than the limit, never nothing, and at least half of its full length."""
    full = PATIENCE.pause(attempt, 1.0)
    assert 0 < full / 2 <= PATIENCE.pause(attempt, chance) <= full <= PATIENCE.longest_pause


def test_a_county_that_was_restored_is_first_told_again_what_is_withdrawn() -> None:
    """It has forgotten which withdrawals are on their way, and years of batches may come before them."""
    batch = BatchName("epoch", 1)
    state = State(task=Task.SYNC, reached=True, stood=True, awaited=OfferAgain())
    _, action = step(state, Offered(OfferAgain(), Work(unsent=(batch,))))
    assert action == AskStanding()
