"""Doing what the planner asks for: one sync on the caller's thread, through the store and the client.

Cut anywhere, it begins anew from the database. The writer's transactions here are short: sealing,
compressing and checking signatures happen between them, folding in slices.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from desktop.domain.errors import UserFacingError
from desktop.storage import (
    attachments,
    epochs,
    feed,
    journal_state,
    judgements,
    outbox,
    recoveries_told,
    returned,
    standing,
)
from desktop.storage.feed import FeedPosition
from desktop.storage.judgements import JudgementError
from desktop.storage.standing import KeptStanding
from desktop.storage.store import Store
from desktop.sync import comparing, sealing
from desktop.sync.client import CountyClient
from desktop.sync.driving import Laptop, Outcome, Stage, Surroundings, SyncProgress, Tally, attempt, drive, rest
from desktop.sync.envelope import Signed, unseal
from desktop.sync.own_journal import Examined, examine
from desktop.sync.protocol import MOST_ANSWERS, MOST_WITHDRAWN, WIPE, Contact, ProtocolError, Standing
from desktop.sync.steps import (
    Action,
    AskCapabilities,
    AskReceipt,
    AskStanding,
    BatchName,
    Compared,
    CompareEpochs,
    CountyRestored,
    Event,
    Failed,
    Forgotten,
    Forked,
    OfferAgain,
    Offered,
    PageApplied,
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
    Wait,
    Wipe,
    Work,
)

RECEIPT_WAIT: Final = 5
"""Seconds the county may hold a question for a receipt open until the batch is applied."""


def read_work(store: Store) -> Work:
    """What the database says is to be done."""
    waiting = store.read(outbox.waiting_batches)
    kept = store.read(standing.read)
    return Work(
        unsent=tuple(BatchName(one.epoch, one.number) for one in waiting if not one.stored),
        unconfirmed=tuple(BatchName(one.epoch, one.number) for one in waiting if one.stored),
        attachments=store.read(attachments.unsent),
        compare=store.read(epochs.must_compare),
        revoked=kept is not None and kept.revoked,
        wipe=kept is not None and kept.wipe,
    )


def nothing_unsent(store: Store, vault: str) -> bool:
    """Whether the county has confirmed that all of this vault is safely stored there: entries and pictures."""
    work = read_work(store)
    if work.unsent or work.attachments or store.read(returned.unsent_aside):
        return False
    if any(store.read(journal_state.unnamed)):
        return False
    return store.read(lambda connection: outbox.next_run(connection, vault)) is None


def look_at_journal(laptop: Laptop) -> Examined:
    """Look at the own journal as it lies there, and keep what was found."""
    found = examine(
        laptop.store, laptop.vault, laptop.enrolment.signing_key, laptop.sealing_key, deep_fault=laptop.deep_fault()
    )
    laptop.store.write(lambda connection: journal_state.keep(connection, found.kept(laptop.now())))
    return found


def contact_of(laptop: Laptop, nonce: str, journal: Examined, county_time: str) -> Contact:
    """What this vault tells the county of itself; ``county_time`` as its last answer said it, or ""."""
    stands = laptop.store.read(lambda connection: feed.position(connection, laptop.enrolment.dataset))
    epoch, seq = laptop.store.read(outbox.newest_own)
    return Contact(
        vault=laptop.vault,
        nonce=nonce,
        cursor=stands.cursor,
        epoch=epoch,
        seq=seq,
        attachments=len(laptop.store.read(attachments.unsent)),
        keyring=laptop.keyring,
        escrow=laptop.escrow,
        withdrawn=laptop.store.read(lambda connection: outbox.withdrawn_unjudged(connection, MOST_WITHDRAWN)),
        stopped=laptop.store.read(lambda connection: outbox.stopped_unjudged(connection, MOST_WITHDRAWN)),
        journal=journal.told,
        recovered=laptop.store.read(lambda connection: recoveries_told.to_tell(connection, MOST_ANSWERS)),
        county_time=county_time,
    )


def fold_pending(store: Store) -> None:
    """Fold what earlier receipts and pages left, in short transactions."""
    while store.write(judgements.fold_slice):
        pass


def run_sync(laptop: Laptop, client: CountyClient, around: Surroundings, tally: Tally | None = None) -> Outcome:
    """One whole sync. Nothing that was begun is lost if it is cut, cancelled or fails.

    ``tally`` goes on counting where a sync goes a second round.

    Raises:
        UserFacingError: trouble of this laptop (``disk.full`` …); trouble of the road or the county
            is in the outcome.
    """
    fold_pending(laptop.store)
    sync = _Sync(laptop, client, around, tally or Tally())
    sync.look_at_journal()
    state = drive(Started(Task.SYNC, read_work(laptop.store)), sync.perform, around.cancelled, around.patience)
    return Outcome(state, sync.tally)


def tell_again(laptop: Laptop, client: CountyClient, around: Surroundings) -> None:
    """Tell the county of this vault once more, where a sync has changed what it asks about; trouble of the road waits
    for the next sync. Raises UserFacingError for trouble of this laptop."""
    sync = _Sync(laptop, client, around, Tally())
    if isinstance(sync.perform(AskCapabilities()), Succeeded):
        sync.perform(AskStanding())


class _Sync:
    """The hands of one sync: a function for each of the planner's actions."""

    def __init__(self, laptop: Laptop, client: CountyClient, around: Surroundings, tally: Tally) -> None:
        self.tally = tally
        self._laptop = laptop
        self._store = laptop.store
        self._client = client
        self._around = around
        self._noted = False
        self._failed = False
        self._dataset = ""
        self._county_time = ""
        self._journal: Examined | None = None
        self._cut: Mapping[str, int] = {}
        self._waiting = self._store.read(outbox.waiting)

    def look_at_journal(self) -> None:
        """Before the county is asked and anything is sent; what is found is said at once."""
        self._around.progress(SyncProgress(Stage.CHECKING, 0, 0))
        self._journal = look_at_journal(self._laptop)
        if self._journal.fault is not None:
            self.tally.journal = self._journal.kept(self._laptop.now())
            self._around.progress(SyncProgress(Stage.JOURNAL_FAULT, 0, 0))

    def perform(self, action: Action) -> Event:
        self._show(action)
        event = attempt(action, lambda: self._do(action), self.tally, self._around.chance())
        self._failed = isinstance(event, Failed)
        return event

    def _do(self, action: Action) -> Event:
        match action:
            case AskCapabilities():
                self._county_time = self._client.check_capabilities()
                return Succeeded(action)
            case AskStanding():
                return self._ask_standing(action)
            case Wipe():
                return self._wipe(action)
            case Seal():
                return self._seal(action)
            case SendBatch(batch=batch):
                return self._send_batch(action, batch)
            case AskReceipt(batch=batch, patient=patient):
                receipt = self._client.get_receipt(batch.epoch, batch.number, RECEIPT_WAIT if patient else 0)
                return Forgotten(action) if receipt is None else self._keep_receipt(action, batch, receipt)
            case SendAttachment(digest=digest):
                return self._send_attachment(action, digest)
            case PullFeed():
                return self._pull(action)
            case CompareEpochs():
                return self._compare(action)
            case OfferAgain():
                self._store.write(lambda connection: feed.begin_again(connection, self._dataset))
                return Offered(action, read_work(self._store))
            case Wait(seconds=seconds):
                rest(seconds, self._around)
                return Succeeded(action)
            case _:
                raise ValueError(f"not an action of a sync: {action}")

    # -- standing ----------------------------------------------------------------------------------

    def _ask_standing(self, action: Action) -> Event:
        laptop, nonce = self._laptop, secrets.token_hex(16)
        # Where this sync has changed something since, it is looked at anew: a contact tells what is there.
        journal, self._journal = self._journal or look_at_journal(laptop), None
        self._cut = journal.cut
        contact = contact_of(laptop, nonce, journal, self._county_time)
        answer = self._client.ask_standing(contact.encode())
        given = Standing.decode(Signed.decode(answer).verified(laptop.enrolment.signing_key))
        if (given.vault, given.nonce) != (laptop.vault, nonce):
            raise ProtocolError("standing-foreign")
        self._county_time = given.time
        try:
            lease = unseal(bytes.fromhex(given.lease), laptop.sealing_key).hex()
        except ValueError:
            raise ProtocolError("standing-malformed") from None
        kept = KeptStanding(
            time=given.time,
            revoked=given.is_revoked,
            wipe=given.standing == WIPE,
            order=given.order,
            since=given.since,
            reason=given.reason,
            ask=given.ask,
            signed=answer.decode(),
            journal_fault=given.journal.fault,
            journal_seq=given.journal.seq,
            journal_held=given.journal.held,
        )
        laptop.keep_standing(kept, lease)
        if contact.recovered:
            self._store.write(lambda connection: recoveries_told.told(connection, contact.recovered))
        self.tally.journal_at_county = self.tally.journal_at_county or given.journal.fault
        return Stood(
            action,
            kept.revoked,
            kept.wipe,
            cut=bool(journal.cut) and not journal.told.comparing,
            differs=bool(given.journal.fault),
            held=given.journal.held,
        )

    def _wipe(self, action: Action) -> Event:
        # The planner left nothing aside; the database has the last word.
        if not nothing_unsent(self._store, self._laptop.vault):
            raise UserFacingError("sync.revoked")
        self._laptop.wipe()
        return Succeeded(action)

    # -- sending -----------------------------------------------------------------------------------

    def _seal(self, action: Action) -> Event:
        laptop = self._laptop
        while True:
            run = self._store.read(lambda connection: outbox.next_run(connection, laptop.vault))
            if run is None:
                return Sealed(action, None)
            if not self._noted:
                # Written before anything is sealed, so that it leaves with what it speaks of and a
                # sync never leaves an entry of its own behind.
                self._noted = True
                if not all(one.header.kind.startswith("sync.") for one in run.entries):
                    self._around.note_sending()
                    continue
            batch = sealing.first_batch(run)
            sealed = sealing.seal_batch(laptop.vault, batch, laptop.signing_key, self._readers(), laptop.now())
            if self._store.write(
                lambda connection: outbox.store_batch(connection, laptop.vault, sealed, batch.entries)  # noqa: B023
            ):
                return Sealed(action, BatchName(sealed.epoch, sealed.number))

    def _readers(self) -> tuple[str, ...]:
        """The county and this vault. No colleague: a batch also holds who opened or searched what."""
        return self._laptop.enrolment.recipient, self._laptop.sealing_key.recipient

    def _send_batch(self, action: Action, batch: BatchName) -> Event:
        sealed = self._store.read(lambda connection: outbox.sealed_batch(connection, batch.epoch, batch.number))
        if sealed is None:
            return self._send_again(action, batch)
        try:
            receipt = self._client.put_batch(batch.epoch, batch.number, sealed.container)
        except UserFacingError as error:
            if comparing.is_fork(error):
                return Forked(action)
            raise
        event = self._keep_receipt(action, batch, receipt)
        self.tally.batches_sent += 1
        self.tally.entries_sent += sealed.last_seq - sealed.first_seq + 1
        return event

    def _send_again(self, action: Action, batch: BatchName) -> Event:
        """The sealed bytes were dropped after an erasure, and the county was restored since."""
        laptop = self._laptop
        receipt = self._client.get_receipt(batch.epoch, batch.number)
        if receipt is not None:
            return self._keep_receipt(action, batch, receipt)
        run = self._store.read(lambda connection: outbox.batch_run(connection, laptop.vault, batch.epoch, batch.number))
        sealed = sealing.seal_batch(laptop.vault, run, laptop.signing_key, self._readers(), laptop.now())
        self._store.write(lambda connection: outbox.replace_batch(connection, sealed))
        return self._send_batch(action, batch)

    def _keep_receipt(self, action: Action, batch: BatchName, data: bytes) -> Event:
        laptop = self._laptop
        receipt = sealing.open_receipt(data, laptop.enrolment.signing_key, laptop.vault, batch.epoch, batch.number)
        if not sealing.is_applied(receipt):
            self._store.write(
                lambda connection: outbox.keep_stored_receipt(
                    connection, batch.epoch, batch.number, receipt.digest, data
                )
            )
            return Receipted(action, applied=False)
        judged = sealing.judgements_of(receipt)
        results = self._store.write(
            lambda connection: outbox.keep_applied_receipt(
                connection, laptop.vault, batch.epoch, batch.number, receipt.digest, data, judged
            )
        )
        self.tally.receipts += bool(results)  # one that was asked for again may say nothing new
        self.tally.results.update(results)
        fold_pending(self._store)
        return Receipted(action, applied=True)

    def _compare(self, action: Action) -> Event:
        laptop = self._laptop
        done = comparing.compare(
            comparing.Comparing(
                store=self._store,
                client=self._client,
                vault=laptop.vault,
                county_key=laptop.enrolment.signing_key,
                signing_key=laptop.signing_key,
                sealing_key=laptop.sealing_key,
                recipients=self._readers(),
                time=laptop.now(),
                cut=self._cut,
            )
        )
        fold_pending(self._store)
        if done.pictures:
            attachments.remove(laptop.folder, done.pictures)
        self._store.checkpoint()
        if self._cut:
            look_at_journal(laptop)
            self._cut = {}
        self.tally.returned += done.returned
        self.tally.set_aside += done.set_aside
        self.tally.results.update(done.results)
        return Compared(action, read_work(self._store))

    def _send_attachment(self, action: Action, digest: str) -> Event:
        laptop = self._laptop
        sealed = attachments.read(laptop.folder, digest)
        receipt = self._client.put_attachment(digest, sealed)
        kept = sealing.check_attachment_receipt(
            receipt, laptop.enrolment.signing_key, laptop.vault, digest, len(sealed)
        )
        self._store.write(lambda connection: attachments.mark_sent(connection, digest, laptop.now(), receipt))
        self.tally.attachments += 1
        self.tally.attachments_not_kept += not kept
        return Succeeded(action)

    # -- receiving ---------------------------------------------------------------------------------

    def _pull(self, action: Action) -> Event:
        laptop = self._laptop
        stands = self._store.read(lambda connection: feed.position(connection, laptop.enrolment.dataset))
        container = self._client.get_feed(stands.cursor, own=self._store.read(feed.lacks_own))
        if container is None:
            self._dataset = stands.dataset
            return CountyRestored(action)
        page, more = sealing.open_page(container, laptop.enrolment.signing_key, laptop.sealing_key, laptop.vault)
        if page.dataset != stands.dataset:
            self._dataset = page.dataset
            return CountyRestored(action)
        return self._apply(action, stands, page, more)

    def _apply(self, action: Action, stands: FeedPosition, page: feed.Page, more: bool) -> Event:
        try:
            applied = self._store.write(lambda connection: feed.apply_page(connection, stands, page))
        except JudgementError as error:
            if error.code in feed.OWN_UNLIKE:
                return Forked(action)
            raise
        if applied.erased:
            attachments.remove(self._laptop.folder, applied.pictures)
            self._store.checkpoint()
        fold_pending(self._store)
        self.tally.received += applied.received
        self.tally.erased += applied.erased
        self.tally.answers.extend(applied.answers)
        return PageApplied(action, more)

    # -- showing -----------------------------------------------------------------------------------

    def _show(self, action: Action) -> None:
        confirmed = sum(self.tally.results.values())
        match action:
            case AskCapabilities() | AskStanding() | CompareEpochs():
                shown = SyncProgress(Stage.CONTACTING, 0, 0)
            case Seal() | SendBatch():
                shown = SyncProgress(Stage.SENDING, self.tally.entries_sent, self._waiting.entries)
            case AskReceipt():
                shown = SyncProgress(Stage.CONFIRMING, confirmed, self._waiting.entries)
            case SendAttachment():
                shown = SyncProgress(Stage.ATTACHMENTS, self.tally.attachments, self._waiting.attachments)
            case PullFeed() | OfferAgain():
                shown = SyncProgress(Stage.RECEIVING, self.tally.received, 0)
            case Wait() if self._failed:
                shown = SyncProgress(Stage.RETRYING, 0, 0)
            case _:
                return
        self._around.progress(shown)
