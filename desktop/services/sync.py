"""Sync with the county (同步): enrolment, one whole sync, what the foot of every page says.

The act of syncing is in the journal as ``sync.began``, written once the county has answered and only
if there is something else to send; so it leaves in the same batch, a sync never leaves an entry of
its own behind, and a county that is away makes no entries. What came back is in the feed's entries
themselves, and the county's receipts are kept with the batches.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.services import erasing, escrow, former_stores, journal_faults, lease, revocation, scans
from desktop.services.application import Application, Done, Worker
from desktop.services.journal_faults import JournalFault
from desktop.services.lease import Lease
from desktop.services.permission import Capability, require
from desktop.services.sync_attention import Attention, needs_attention
from desktop.storage import attachments, feed, journal_state, outbox, settings
from desktop.storage.feed import Answer
from desktop.sync import engine
from desktop.sync.client import CountyClient, check_url
from desktop.sync.driving import Laptop, Outcome, Surroundings, SyncProgress
from desktop.sync.enrolment import read_code, run_enrolment
from desktop.sync.planner import REVOKED, UNCONFIRMED, WIPED, LeftAside
from desktop.sync.steps import AskReceipt, PullFeed, SendAttachment, SendBatch

COUNTY_URL = "county_url"
LAST_SYNC = "last_sync"


@dataclass(frozen=True, slots=True)
class NotDone:
    """Something this sync left aside, to be tried again next time.

    ``what`` is ``batch``, ``receipt``, ``attachment`` or ``feed``.
    """

    what: str
    error: UserFacingError


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync came to.

    ``entries_returned`` are own ones that only the county had (after a restore, or from another laptop with this
    vault); ``entries_erased`` are erasures among those received; ``entries_set_aside`` own ones whose places another
    laptop has taken.
    ``attachments_not_kept`` are those among the pictures sent that the county let go of, since it keeps none of a
    fingerprint, or since a colleague erased their entry before they came.
    ``results`` counts the county's words on entries (``ok``, ``merged`` …). ``stopped`` is why it
    ended early, with nothing lost; ``attention`` is everything that needs a person, old and new. ``journal`` is what
    was wrong with the own journal when the sync began, also where the sync brought it in order.
    """

    entries_sent: int
    batches_sent: int
    receipts_verified: int
    results: Mapping[str, int]
    entries_received: int
    entries_erased: int
    entries_returned: int
    entries_set_aside: int
    attachments_sent: int
    attachments_not_kept: int
    answers: tuple[Answer, ...]
    attention: tuple[Attention, ...]
    not_done: tuple[NotDone, ...]
    stopped: UserFacingError | None
    seconds: float
    roster: Worker | None = None
    """The worker as the county's roster has them now, where that changed with this sync."""
    journal: JournalFault | None = None


@dataclass(frozen=True, slots=True)
class SyncState:
    """The foot of every page. ``last_sync`` is the end of the last sync that ran through.

    ``waiting`` counts what somebody did, not what they looked at: opening a page after a sync must not read as
    work that the county does not have. ``unnamed`` are those among them that no sync sends, since they stand under
    numbers that were sent before: the journal was cut short, and a person has to see to it.
    """

    enrolled: bool
    practice: bool
    county_url: str | None
    waiting: int
    waiting_attachments: int
    last_sync: datetime | None
    lease: Lease | None = None
    """How long the county was not met; None for practice and before enrolment."""
    unnamed: int = 0


def enrol(application: Application, url: str, code: str) -> Done[Worker]:
    """Enrol this vault with the county by a one-time code (开通码).

    The code carries the fingerprint of the county's key; an answer signed by any other is refused.
    If the answer was lost on the way, the same code again gets the same answer.

    Raises:
        UserFacingError: ``sync.practice``, ``sync.code-mistyped``, ``sync.already-enrolled``,
            ``sync.wrong-county``, ``sync.refused`` (``token-unknown``, ``token-used`` …) and what
            ``desktop.sync.client`` raises.
    """
    _refuse_practice(application)
    address, read = check_url(url), read_code(code)
    if application.enrolment is not None:
        raise UserFacingError("sync.already-enrolled")
    identity = application.identity
    with CountyClient(address, identity.vault, application.signing_key) as client:
        answer = run_enrolment(
            client, read, identity.vault, identity.epoch, application.signing_key, application.sealing_key
        )
    application.store.write(lambda connection: settings.put(connection, COUNTY_URL, address))
    application.enrol(answer)
    return Done(application.worker, frozenset({"vault"}))


def set_county_url(application: Application, url: str) -> Done[str]:
    """Keep the county's address, where it was not known at enrolment (by files) or has changed.

    Raises:
        UserFacingError: ``sync.county-address``.
    """
    require(application, Capability.SYNC)
    _refuse_practice(application)
    address = check_url(url)
    application.store.write(lambda connection: settings.put(connection, COUNTY_URL, address))
    return Done(address, frozenset({"sync"}))


def sync(
    application: Application,
    *,
    progress: Callable[[SyncProgress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    url: str | None = None,
    surroundings: Surroundings | None = None,
) -> SyncReport:
    """Send what is waiting, take in the receipts, and fetch what the county has.

    Runs on the caller's thread, which must not be the window's. ``url`` overrides the county's
    address for this once; tests hand in ``surroundings`` with their own sleep, chance and patience.

    Raises:
        UserFacingError: ``sync.practice``, ``vault.not-enrolled``, ``sync.county-unknown`` and
            trouble of this laptop's disk. Trouble on the road is in the report.
    """
    require(application, Capability.SYNC)
    _refuse_practice(application)
    laptop = _laptop(application)
    address = check_url(url) if url is not None else _county_url(application)
    around = replace(
        surroundings or Surroundings(),
        progress=progress,
        cancelled=cancelled,
        note_sending=lambda: _note_sending(application),
    )
    application.flush_views()
    with contextlib.suppress(UserFacingError):  # a disk that cannot be written says so below
        lease.look(application)
    began = time.monotonic()
    with CountyClient(address, laptop.vault, laptop.signing_key, around.timeouts) as client:
        outcome = engine.run_sync(laptop, client, around)
        before = application.follow_roster()
        if before is not None:
            if set(application.worker.townships) - set(before.townships):
                application.store.write(feed.read_from_start)
            outcome = engine.run_sync(_laptop(application), client, around, outcome.tally)
        if outcome.tally.received and _move_on_complete(application) and _ran_through(outcome):
            # Sent at once: a sync leaves nothing of its own behind.
            outcome = engine.run_sync(_laptop(application), client, around, outcome.tally)
        with contextlib.suppress(UserFacingError):  # trouble of the disk: the next unlock tries again
            if escrow.keep_escrowed(application).value and _ran_through(outcome):
                # Else the county would take it for a vault without escrow until it is met again.
                engine.tell_again(_laptop(application), client, around)
    if _ran_through(outcome):
        ended = application.clock().astimezone(UTC).isoformat(timespec="seconds")
        application.store.write(lambda connection: settings.put(connection, LAST_SYNC, ended))
        former_stores.note_synced(application)
    report = _report(application, outcome, time.monotonic() - began)
    return report if before is None else replace(report, roster=application.worker)


def sync_state(application: Application) -> SyncState:
    """How much is waiting and when the last sync ran through; cheap enough for every page."""

    held = lease.lease(application)

    def read(connection: Connection) -> SyncState:
        waiting = outbox.waiting(connection)
        ended = settings.get(connection, LAST_SYNC)
        return SyncState(
            enrolled=application.enrolment is not None,
            practice=application.practice,
            county_url=settings.get(connection, COUNTY_URL),
            waiting=waiting.work,
            waiting_attachments=waiting.attachments,
            last_sync=None if ended is None else datetime.fromisoformat(ended),
            lease=held,
            unnamed=journal_state.unnamed(connection)[1],
        )

    return application.read(read)


def finish_interrupted(application: Application) -> None:
    """Finish what a kill cut short; to be called when a vault was opened, before anything else.

    Records are brought up to date with entries whose folding was cut off, and sealed files that no
    action recorded are removed. The lease is looked at, and a wipe that the county ordered is finished.

    Raises:
        UserFacingError: ``vault.wiped``.
    """
    revocation.obey(application)
    lease.look(application)
    engine.fold_pending(application.store)
    # Both are done at the next opening where they cannot be done now. Neither may keep anybody out: in a revoked vault
    # what is unsent is sent, and the county's word that gives it back is heard, only after this.
    with contextlib.suppress(UserFacingError):
        erasing.finish(application)
    with contextlib.suppress(UserFacingError, OSError):
        application.read(lambda connection: attachments.sweep(connection, application.folder))


def _move_on_complete(application: Application) -> bool:
    """Whether sheets moved on by what came. What stands in the way (a disk that is full) is no reason to end a sync
    that went well without a word of what it brought."""
    with contextlib.suppress(UserFacingError):
        return bool(scans.move_on_complete(application).value)
    return False


def _ran_through(outcome: Outcome) -> bool:
    """Whether the sync came to its end with the county itself: the feed's last page was there, and signed."""
    state = outcome.state
    return state.stopped is None and not any(isinstance(one.action, PullFeed) for one in state.left_aside)


def stop_if_revoked(application: Application) -> None:
    """Let nobody into a vault that the county took out of use; each try sends what is unsent, and asks once more.

    Raises:
        UserFacingError: ``vault.revoked``, ``vault.wiped``.
    """
    if application.practice or revocation.revoked(application) is None:
        return
    report: SyncReport | None = None
    with contextlib.suppress(UserFacingError):  # no county's address, a full disk: the order stands all the same
        report = sync(application)
    if report is not None and report.stopped is not None and report.stopped.code == "vault.wiped":
        raise report.stopped
    revocation.refuse(application)


def _refuse_practice(application: Application) -> None:
    if application.practice:
        raise UserFacingError("sync.practice")


def _county_url(application: Application) -> str:
    kept = application.read(lambda connection: settings.get(connection, COUNTY_URL))
    if kept is None:
        raise UserFacingError("sync.county-unknown")
    return str(kept)


def _laptop(application: Application) -> Laptop:
    enrolment = application.enrolment
    if enrolment is None:
        raise UserFacingError("vault.not-enrolled")
    return Laptop(
        store=application.store,
        folder=application.folder,
        vault=application.identity.vault,
        signing_key=application.signing_key,
        sealing_key=application.sealing_key,
        enrolment=replace(enrolment, townships=application.worker.townships),
        now=lambda: application.clock().astimezone(UTC).isoformat(timespec="milliseconds"),
        keyring=revocation.remembers_secret(application),
        escrow=escrow.escrow_version(application),
        deep_fault=lambda: journal_faults.deep_fault(application),
        keep_standing=lambda kept, secret: revocation.keep_standing(application, kept, secret),
        wipe=lambda: revocation.wipe(application),
    )


def _note_sending(application: Application) -> None:
    waiting = application.read(outbox.waiting)
    application.act(lambda action: action.add("sync.began", None, {"waiting": waiting.entries}))


def _report(application: Application, outcome: Outcome, seconds: float) -> SyncReport:
    tally, state = outcome.tally, outcome.state
    errors = {error.code: error for error in tally.errors.values()}
    if state.stopped in (REVOKED, WIPED):
        errors[state.stopped] = _closed(application, state.stopped)
    now = application.clock().astimezone(UTC).isoformat(timespec="seconds")
    journal = application.read(
        lambda connection: journal_faults.found_fault(connection, tally.journal, tally.journal_at_county, now)
    )
    stopped = None if state.stopped is None else errors.get(state.stopped, UserFacingError(state.stopped))
    return SyncReport(
        entries_sent=tally.entries_sent,
        batches_sent=tally.batches_sent,
        receipts_verified=tally.receipts,
        results=dict(tally.results),
        entries_received=tally.received,
        entries_erased=tally.erased,
        entries_returned=tally.returned,
        entries_set_aside=tally.set_aside,
        attachments_sent=tally.attachments,
        attachments_not_kept=tally.attachments_not_kept,
        answers=tuple(tally.answers),
        attention=needs_attention(application),
        not_done=tuple(_not_done(outcome, one) for one in state.left_aside),
        stopped=stopped,
        seconds=seconds,
        journal=journal,
    )


def _closed(application: Application, code: str) -> UserFacingError:
    found = revocation.revoked(application)
    if found is None:
        return UserFacingError(code)
    if code == WIPED:
        return UserFacingError("vault.wiped", reason=found.reason, ask=found.ask)
    return UserFacingError("vault.revoked", reason=found.reason, ask=found.ask, unsent=found.unsent)


def _not_done(outcome: Outcome, left: LeftAside) -> NotDone:
    match left.action:
        case SendBatch():
            what = "batch"
        case AskReceipt():
            what = "receipt"
        case SendAttachment():
            what = "attachment"
        case _:
            what = "feed"
    kept = outcome.tally.errors.get(left.action)
    error = kept if kept is not None and left.code != UNCONFIRMED else UserFacingError(left.code)
    return NotDone(what, error)
