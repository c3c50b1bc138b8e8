"""What a sync is given, keeps and answers, and the loop that asks the planner and does what it says."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError
from desktop.storage.feed import Answer
from desktop.storage.journal_state import KeptState
from desktop.storage.judgements import JudgementError
from desktop.storage.standing import KeptStanding
from desktop.storage.store import Store
from desktop.sync.client import DEFAULT_TIMEOUTS, Timeouts
from desktop.sync.envelope import SealingKey, SigningKey
from desktop.sync.planner import PATIENCE, State, step
from desktop.sync.protocol import Enrolment, ProtocolError
from desktop.sync.steps import Action, Cancelled, Event, Failed, Finish, Patience, Started, Trouble

_NAP: Final = 0.2
_TROUBLE: Final[Mapping[str, Trouble]] = {
    "sync.county-away": Trouble.PASSING,
    "sync.county-slow": Trouble.PASSING,
    "sync.county-silent": Trouble.SILENT,
    "sync.county-fault": Trouble.PASSING,
    "sync.revoked": Trouble.FINAL,
    "sync.version": Trouble.FINAL,
}


class Stage(StrEnum):
    """What a sync is at, for the screen."""

    CHECKING = "checking"
    JOURNAL_FAULT = "journal-fault"
    """The own journal is not sound; said before anything is sent."""
    CONTACTING = "contacting"
    RETRYING = "retrying"
    """It did not work; after a pause it is tried again."""
    SENDING = "sending"
    CONFIRMING = "confirming"
    ATTACHMENTS = "attachments"
    RECEIVING = "receiving"


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is: entries sent or confirmed, files, entries received. ``total`` 0: unknown."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True)
class Laptop:
    """The unlocked and enrolled vault, as a sync needs it."""

    store: Store
    folder: Path
    vault: str
    signing_key: SigningKey
    sealing_key: SealingKey
    enrolment: Enrolment
    now: Callable[[], str]
    keyring: bool = False
    """Whether this computer remembers the device secret, as the county is told."""
    escrow: int = 0
    """The version of the holders' list of the escrow slot; 0 where there is none."""
    deep_fault: Callable[[], str] = lambda: ""
    """The code of what the last whole walk through the journal found, if it still finds it."""
    keep_standing: Callable[[KeptStanding, str], None] = lambda _standing, _lease: None
    """Keeps the county's verified word and the lease secret (hex), and says so in the journal."""
    wipe: Callable[[], None] = lambda: None
    """Erases the keys."""


@dataclass(frozen=True)
class Surroundings:
    """What a sync is told and asks while it runs; tests hand in their own.

    ``note_sending`` is called once, before the first batch is sealed, if there is anything to seal.
    """

    progress: Callable[[SyncProgress], None] = lambda _progress: None
    cancelled: Callable[[], bool] = lambda: False
    note_sending: Callable[[], None] = lambda: None
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    patience: Patience = PATIENCE
    timeouts: Timeouts = DEFAULT_TIMEOUTS


@dataclass
class Tally:
    """What a sync has come to so far."""

    entries_sent: int = 0
    batches_sent: int = 0
    receipts: int = 0
    results: Counter[str] = field(default_factory=Counter)
    received: int = 0
    erased: int = 0
    returned: int = 0
    set_aside: int = 0
    attachments: int = 0
    attachments_not_kept: int = 0
    """Those among them of which the county keeps no picture."""
    journal: KeptState | None = None
    """How the journal was found, where it was not sound."""
    journal_at_county: str = ""
    """How the county first found it, where it did not fit."""
    answers: list[Answer] = field(default_factory=list)
    errors: dict[Action, UserFacingError] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How it went: the planner's last state and the tally."""

    state: State
    tally: Tally


def drive(
    start: Started, perform: Callable[[Action], Event], cancelled: Callable[[], bool], patience: Patience
) -> State:
    """Ask the planner, do what it says, tell it what happened, until it finishes."""
    state, action = step(State(), start, patience)
    while action is not None and not isinstance(action, Finish):
        event: Event = Cancelled() if cancelled() else perform(action)
        state, action = step(state, event, patience)
    return state


def attempt(action: Action, work: Callable[[], Event], tally: Tally, chance: float) -> Event:
    """Do one thing; what goes wrong on the road becomes an event, trouble of the disk is raised."""
    try:
        return work()
    except (ProtocolError, JudgementError, EntryFormatError):
        error = UserFacingError("sync.county-nonsense")
    except UserFacingError as raised:
        if not raised.code.startswith(("sync.", "attachment.")):
            raise
        error = raised
    tally.errors[action] = error
    return Failed(action, _TROUBLE.get(error.code, Trouble.ITEM), error.code, chance)


def rest(seconds: float, around: Surroundings) -> None:
    """Let time pass in naps, so that a cancel is noticed."""
    while seconds > 0 and not around.cancelled():
        around.sleep(min(seconds, _NAP))
        seconds -= _NAP
