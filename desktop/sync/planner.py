"""What a sync does next: a pure function ``(state, event) → (state, action)``.

Clock, disk, network and chance are handed in with the events, so that every order of cuts, repeats
and failures can be tried. Nothing here has to survive: a sync that was cut starts anew from what the
database says (``Started``).

The order: ask the county what it speaks · enrol, if there is a code · where this vault stands · compare epochs, if
the vault was restored or another laptop turns out to write with it · seal and send batches, oldest first · ask for
*applied* receipts · attachments, never before records · the feed, page by page. A revoked vault sends what it has and
gets nothing; where the county ordered it, and only once everything is stored there, it erases its keys.
One batch or attachment that the county does not take is left aside and named; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from desktop.sync.steps import (
    Action,
    Answer,
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

T = TypeVar("T")

# --- state --------------------------------------------------------------------------------------

PATIENCE: Final = Patience()
CANCELLED: Final = "sync.cancelled"
UNCONFIRMED: Final = "sync.not-yet-applied"
NONSENSE: Final = "sync.county-nonsense"
REVOKED: Final = "sync.revoked"
WIPED: Final = "sync.wiped"
FORKED: Final = "sync.forked"


@dataclass(frozen=True, slots=True)
class LeftAside:
    """What this sync could not do, and the code of the reason."""

    action: Action
    code: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a sync stands. ``awaited`` is the one action under way; other answers are ignored."""

    task: Task = Task.SYNC
    awaited: Action | None = None
    reached: bool = False
    stood: bool = False
    revoked: bool = False
    wipe: bool = False
    differs: bool = False
    held: bool = False
    enrolled: bool = False
    all_sealed: bool = False
    feed_done: bool = False
    offered: bool = False
    must_compare: bool = False
    to_compare: bool = False
    compared: bool = False
    unsent: tuple[BatchName, ...] = ()
    to_ask: tuple[BatchName, ...] = ()
    asked: tuple[BatchName, ...] = ()
    rounds: int = 0
    resent: tuple[BatchName, ...] = ()
    attachments: tuple[str, ...] = ()
    attempts: int = 0
    retrying: Action | None = None
    doubted: LeftAside | None = None
    left_aside: tuple[LeftAside, ...] = ()
    stopped: str | None = None


def step(state: State, event: Event, patience: Patience = PATIENCE) -> tuple[State, Action | None]:
    """The next state and what to do; None where the event answers nothing that was asked."""
    if isinstance(event, Started):
        known = State(task=event.task, revoked=event.work.revoked, wipe=event.work.wipe)
        return _go(_with_work(known, event.work), patience)
    if state.awaited is None or isinstance(state.awaited, Finish):
        return state, None
    if isinstance(event, Cancelled):
        return _go(replace(state, stopped=CANCELLED), patience)
    if event.action != state.awaited:
        return state, None
    if isinstance(event, Failed):
        return _fail(state, event, patience)
    return _go(_succeed(state, event), patience)


def _with_work(state: State, work: Work) -> State:
    return replace(
        state,
        unsent=work.unsent,
        to_ask=work.unconfirmed,
        asked=(),
        rounds=0,
        attachments=work.attachments,
        must_compare=work.compare,
        to_compare=work.compare,
    )


# --- what an answer changes ---------------------------------------------------------------------


def _succeed(state: State, event: Answer) -> State:
    if state.doubted is not None:
        # The county is there after all: the trouble is with this one item.
        return _leave_aside(replace(state, doubted=None), state.doubted)
    if isinstance(event, Succeeded) and isinstance(event.action, Wait):
        return replace(state, awaited=None)
    state = replace(state, attempts=0, retrying=None)
    match event:
        case Stood(revoked=revoked, wipe=wipe, cut=cut, differs=differs, held=held):
            to_compare = state.to_compare or (cut and not state.compared)
            state = replace(state, stood=True, revoked=revoked, wipe=wipe, to_compare=to_compare)
            return replace(state, differs=differs, held=held)
        case Sealed(batch=None):
            return replace(state, all_sealed=True)
        case Sealed(batch=batch) if batch is not None:
            return replace(state, unsent=(*state.unsent, batch))
        case Receipted() | Forgotten():
            return _confirm_or_resend(state, event)
        case PageApplied(more=more):
            return replace(state, feed_done=not more)
        case CountyRestored(action=action) if state.offered:
            return _leave_aside(state, LeftAside(action, NONSENSE))
        case CountyRestored():
            return replace(state, retrying=OfferAgain())
        case Forked() | Compared():
            return _after_fork(state, event)
        case Offered(work=work):
            # Told anew where it stands: a restored county has forgotten which withdrawals are on their way.
            return _with_work(replace(state, offered=True, stood=False), work)
        case _:
            return _tick_off(state, event.action)


def _after_fork(state: State, event: Forked | Compared) -> State:
    match event:
        case Forked() if state.compared or state.revoked:
            return _leave_aside(state, LeftAside(event.action, FORKED))
        case Forked():
            return replace(state, to_compare=True)
        case Compared(work=work):
            # What the comparison itself wrote (that a new epoch began) has to be sealed too.
            state = _with_work(replace(state, compared=True, all_sealed=False), work)
            # Where the county had found fault with the journal, it is told once more how it is now.
            return replace(state, must_compare=False, to_compare=False, stood=not state.differs)


def _tick_off(state: State, action: Action) -> State:
    match action:
        case SendAttachment(digest=digest):
            return replace(state, attachments=_without(state.attachments, digest))
        case Enrol():
            return replace(state, enrolled=True)
        case Wipe():
            return replace(state, stopped=WIPED)
        case AskCapabilities():
            return replace(state, reached=True)
        case _:
            return state


def _confirm_or_resend(state: State, event: Receipted | Forgotten) -> State:
    match event:
        case Receipted(action=SendBatch(batch=batch), applied=applied):
            to_ask = state.to_ask if applied else (*state.to_ask, batch)
            return replace(state, unsent=_without(state.unsent, batch), to_ask=to_ask)
        case Receipted(action=AskReceipt(batch=batch), applied=applied):
            asked = state.asked if applied else (*state.asked, batch)
            return replace(state, to_ask=_without(state.to_ask, batch), asked=asked)
        case Forgotten(action=AskReceipt(batch=batch)) if batch not in state.resent:
            return replace(
                state,
                to_ask=_without(state.to_ask, batch),
                unsent=(*state.unsent, batch),
                resent=(*state.resent, batch),
            )
        case _:
            return _leave_aside(state, LeftAside(event.action, NONSENSE))


def _fail(state: State, event: Failed, patience: Patience) -> tuple[State, Action | None]:
    if state.doubted is not None:
        return _go(replace(state, stopped=state.doubted.code), patience)
    one_of_many = isinstance(event.action, AskStanding | SendBatch | AskReceipt | SendAttachment | PullFeed)
    one_of_many |= isinstance(event.action, CompareEpochs) and not state.must_compare
    if event.trouble is Trouble.FINAL or (event.trouble is Trouble.ITEM and not one_of_many):
        return _go(replace(state, stopped=event.code), patience)
    failed = LeftAside(event.action, event.code)
    if event.trouble is Trouble.ITEM:
        return _go(_leave_aside(state, failed), patience)
    if state.attempts + 1 < _attempts(event, patience):
        pause = Wait(patience.pause(state.attempts, event.chance))
        return replace(state, attempts=state.attempts + 1, retrying=event.action, awaited=pause), pause
    if not one_of_many:
        return _go(replace(state, stopped=event.code), patience)
    probe = AskCapabilities()
    return replace(state, doubted=failed, awaited=probe), probe


def _attempts(event: Failed, patience: Patience) -> int:
    """Whoever has not answered at all is not asked a second time: a worker at the screen waits for the first word."""
    if event.trouble is not Trouble.SILENT:
        return patience.attempts
    return 1 if isinstance(event.action, AskCapabilities) else min(patience.silences, patience.attempts)


def _leave_aside(state: State, failed: LeftAside) -> State:
    state = replace(state, attempts=0, retrying=None, left_aside=(*state.left_aside, failed))
    match failed.action:
        case AskStanding():
            return replace(state, stood=True)
        case SendBatch(batch=batch):
            return replace(state, unsent=_without(state.unsent, batch))
        case AskReceipt(batch=batch):
            return replace(state, to_ask=_without(state.to_ask, batch))
        case SendAttachment(digest=digest):
            return replace(state, attachments=_without(state.attachments, digest))
        case CompareEpochs():
            # Unlike own entries would stop the feed at the same place again.
            return replace(state, to_compare=False, compared=True, feed_done=True)
        case _:
            return replace(state, feed_done=True)


def _without(items: tuple[T, ...], item: T) -> tuple[T, ...]:
    return tuple(one for one in items if one != item)


# --- what comes next ----------------------------------------------------------------------------


def _go(state: State, patience: Patience) -> tuple[State, Action]:
    for choose in _CHOICES:
        state, action = choose(state, patience)
        if action is not None:
            return replace(state, awaited=action), action
    return replace(state, awaited=Finish()), Finish()


Chosen = tuple[State, Action | None]


def _stop(state: State, _patience: Patience) -> Chosen:
    return state, Finish() if state.stopped is not None else None


def _retry(state: State, _patience: Patience) -> Chosen:
    return state, state.retrying


def _reach(state: State, _patience: Patience) -> Chosen:
    if not state.reached:
        return state, AskCapabilities()
    if state.task is Task.ENROL:
        return state, Finish() if state.enrolled else Enrol()
    return state, None if state.stood else AskStanding()


def _compare(state: State, _patience: Patience) -> Chosen:
    # A revoked vault is told nothing; what it sends under a name that is taken is kept apart at the county.
    return state, CompareEpochs() if state.to_compare and not state.revoked else None


def _send(state: State, _patience: Patience) -> Chosen:
    if state.unsent:
        return state, SendBatch(state.unsent[0])
    return state, None if state.all_sealed else Seal()


def _confirm(state: State, patience: Patience) -> Chosen:
    if state.revoked or state.held:
        # What a revoked vault sends, or one whose journal is not the county's, waits for review before it is applied.
        return state, None
    if state.to_ask:
        # Batches are applied in their order: where the first one of a round is not yet applied, the
        # later ones are hardly worth waiting for.
        return state, AskReceipt(state.to_ask[0], patient=not state.asked)
    if not state.asked:
        return state, None
    if state.rounds < patience.rounds:
        pause = Wait(patience.round_pause(state.rounds))
        return replace(state, to_ask=state.asked, asked=(), rounds=state.rounds + 1), pause
    unconfirmed = tuple(LeftAside(AskReceipt(one), UNCONFIRMED) for one in state.asked)
    return replace(state, asked=(), left_aside=(*state.left_aside, *unconfirmed)), None


def _attach(state: State, _patience: Patience) -> Chosen:
    return state, SendAttachment(state.attachments[0]) if state.attachments else None


def _obey(state: State, _patience: Patience) -> Chosen:
    if not state.revoked:
        return state, None
    if state.wipe and not any(isinstance(one.action, SendBatch | SendAttachment) for one in state.left_aside):
        return state, Wipe()
    return replace(state, stopped=REVOKED), Finish()


def _pull(state: State, _patience: Patience) -> Chosen:
    return state, None if state.feed_done else PullFeed()


_CHOICES: Final[tuple[Callable[[State, Patience], Chosen], ...]] = (
    _stop,
    _retry,
    _reach,
    _compare,
    _send,
    _confirm,
    _attach,
    _obey,
    _pull,
)
