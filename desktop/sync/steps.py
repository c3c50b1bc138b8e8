"""What the planner of a sync speaks of: the work, the actions it asks for, the events it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# --- what is spoken of --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class BatchName:
    """A sealed batch of this vault."""

    epoch: str
    number: int


class Task(StrEnum):
    """What was asked for."""

    ENROL = "enrol"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Work:
    """What the database says is to be done; the only memory from one sync to the next."""

    unsent: tuple[BatchName, ...] = ()
    unconfirmed: tuple[BatchName, ...] = ()
    attachments: tuple[str, ...] = ()
    revoked: bool = False
    wipe: bool = False
    """The county's last word on this vault, which holds until it speaks anew."""
    compare: bool = False
    """The vault was restored: nothing may be sealed before the county has said what it has."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. Seconds; ``attempts`` per item, ``silences`` of them without an answer, ``rounds`` of asking for
    applied receipts."""

    attempts: int = 4
    silences: int = 2
    first_pause: float = 0.5
    longest_pause: float = 8.0
    rounds: int = 6
    first_round: float = 0.05
    longest_round: float = 2.0

    def pause(self, attempt: int, chance: float) -> float:
        """Before trying again: doubled each time, and scattered by ``chance`` (0 to 1) to 50–100 %."""
        return min(self.longest_pause, self.first_pause * 2.0**attempt) * (0.5 + chance / 2)

    def round_pause(self, done: int) -> float:
        """Before asking again for receipts of batches that the county has stored but not applied."""
        return min(self.longest_round, self.first_round * 2.0**done)


class Trouble(StrEnum):
    """What a failure means for the plan."""

    PASSING = "passing"
    """The road or the county is out of order: try again."""
    SILENT = "silent"
    """Nobody answered in all the time that is waited: trying again takes as long once more."""
    ITEM = "item"
    """The county will not have this one: leave it aside."""
    FINAL = "final"
    """Nothing will be had from this county now."""


# --- actions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskCapabilities:
    """Which protocol versions the county speaks; also asked to see whether it is there at all."""


@dataclass(frozen=True, slots=True)
class AskStanding:
    """Tell the county how this vault is, and ask where it stands."""


@dataclass(frozen=True, slots=True)
class Wipe:
    """Erase the keys: the county ordered it, and all there was is stored there."""


@dataclass(frozen=True, slots=True)
class Enrol:
    """Send the enrolment request."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seal and store the next batch, if there are entries for one."""


@dataclass(frozen=True, slots=True)
class SendBatch:
    """Send the stored bytes of a batch."""

    batch: BatchName


@dataclass(frozen=True, slots=True)
class AskReceipt:
    """Ask for the newest receipt of a batch; ``patient`` lets the county answer once it is applied."""

    batch: BatchName
    patient: bool = False


@dataclass(frozen=True, slots=True)
class SendAttachment:
    """Send a sealed file."""

    digest: str


@dataclass(frozen=True, slots=True)
class PullFeed:
    """Fetch and apply the page after the cursor."""


@dataclass(frozen=True, slots=True)
class OfferAgain:
    """The county lost something: mark everything as unsent and read the feed from its beginning."""


@dataclass(frozen=True, slots=True)
class CompareEpochs:
    """Tell the county the vault's epochs, take back what this laptop lacks, set aside what contradicts."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to do; ``State.stopped`` and ``State.left_aside`` say how it went."""


Action = (
    AskCapabilities
    | AskStanding
    | Enrol
    | Seal
    | SendBatch
    | AskReceipt
    | SendAttachment
    | PullFeed
    | OfferAgain
    | Wipe
    | CompareEpochs
    | Wait
    | Finish
)


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """A sync begins, with what the database says."""

    task: Task
    work: Work = Work()


@dataclass(frozen=True, slots=True)
class Succeeded:
    """AskCapabilities, Enrol, SendAttachment, Wipe or Wait went well."""

    action: Action


@dataclass(frozen=True, slots=True)
class Stood:
    """The county's verified word on this vault was kept."""

    action: Action
    revoked: bool
    wipe: bool
    cut: bool = False
    """The journal's confirmed end is gone here, or another: the county has to be asked for it."""
    differs: bool = False
    """The county says that this vault's journal is not what it has of it."""
    held: bool = False
    """What is sent now is stored, and applied only once that is seen to."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The batch that was sealed and stored, or None if there was nothing to seal."""

    action: Action
    batch: BatchName | None


@dataclass(frozen=True, slots=True)
class Receipted:
    """A verified receipt was stored, *applied* or only *stored*."""

    action: Action
    applied: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The county once confirmed this batch and now knows nothing of it: it has to be sent again."""

    action: Action


@dataclass(frozen=True, slots=True)
class PageApplied:
    """A page and its cursor were written; whether the county has more."""

    action: Action
    more: bool


@dataclass(frozen=True, slots=True)
class CountyRestored:
    """The feed belongs to another database than before, or the county knows less than this vault."""

    action: Action


@dataclass(frozen=True, slots=True)
class Offered:
    """Everything counts as unsent now; this is the work."""

    action: Action
    work: Work


@dataclass(frozen=True, slots=True)
class Forked:
    """The county has something else under this vault's name: another laptop wrote with it, or this one was set back."""

    action: Action


@dataclass(frozen=True, slots=True)
class Compared:
    """The epochs were compared; this is the work that is left."""

    action: Action
    work: Work


@dataclass(frozen=True, slots=True)
class Failed:
    """An action failed. ``code`` is a UserFacingError's; ``chance`` from 0 to 1 scatters the pause."""

    action: Action
    trouble: Trouble
    code: str
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The worker has had enough."""


Answer = Succeeded | Stood | Sealed | Receipted | Forgotten | PageApplied | CountyRestored | Offered | Forked | Compared
Event = Started | Answer | Failed | Cancelled
