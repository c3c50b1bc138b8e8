"""Between the store's bytes and the wire's: sealing batches, believing receipts and pages.

Everything here is computation; what it reads and writes is handed over by ``engine.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.journal import EntryReference, whole_actions
from desktop.domain.records import Outcome, Result
from desktop.storage.feed import Page
from desktop.storage.judgements import Judgement
from desktop.storage.outbox import Run, SealedBatch
from desktop.sync.envelope import (
    SealingKey,
    Signed,
    SigningKey,
    digest,
    pack_container,
    seal,
    sign_document,
    unpack_container,
    unseal,
)
from desktop.sync.protocol import (
    APPLIED,
    AttachmentReceipt,
    FeedManifest,
    FeedPage,
    Manifest,
    ProtocolError,
    Receipt,
    Verdict,
    batches_of,
    encode_entries,
)


def first_batch(run: Run) -> Run:
    """The part of a run that makes one batch: whole actions, about 200 entries or 128 KiB."""
    return replace(run, entries=tuple(batches_of(list(whole_actions(run.entries)))[0]))


def seal_batch(vault: str, batch: Run, key: SigningKey, recipients: Sequence[str], time: str) -> SealedBatch:
    """Seal a batch's entries to all recipients and sign what it is."""
    first, last = batch.entries[0], batch.entries[-1]
    sealed = seal(encode_entries(vault, batch.epoch, batch.number, batch.entries), recipients)
    manifest = Manifest(
        vault=vault,
        epoch=batch.epoch,
        number=batch.number,
        first_seq=first.header.seq,
        last_seq=last.header.seq,
        previous=batch.previous,
        digest=digest(sealed),
        size=len(sealed),
        head=last.hash,
        recipients=tuple(recipients),
        missing=batch.missing,
    )
    container = pack_container(sign_document(manifest.encode(), key), sealed)
    return SealedBatch(
        batch.epoch, batch.number, manifest.first_seq, manifest.last_seq, manifest.digest, container, time
    )


def open_receipt(data: bytes, county_key: str, vault: str, epoch: str, number: int) -> Receipt:
    """Believe a receipt for this very batch; raises ProtocolError."""
    receipt = Receipt.decode(Signed.decode(data).verified(county_key))
    if (receipt.vault, receipt.epoch, receipt.number) != (vault, epoch, number):
        raise ProtocolError("receipt-foreign")
    return receipt


def check_attachment_receipt(data: bytes, county_key: str, vault: str, name: str, size: int) -> bool:
    """Believe that the county has had these very bytes; answers whether it keeps them; raises ProtocolError."""
    receipt = AttachmentReceipt.decode(Signed.decode(data).verified(county_key))
    if (receipt.vault, receipt.digest, receipt.size) != (vault, name, size):
        raise ProtocolError("receipt-foreign")
    return receipt.kept


def is_applied(receipt: Receipt) -> bool:
    """Whether the receipt has the county's word on every entry."""
    return receipt.stage == APPLIED


def open_page(container: bytes, county_key: str, key: SealingKey, vault: str) -> tuple[Page, bool]:
    """Believe and open a page of the feed; answers it and whether more follow; raises ProtocolError.

    The signed manifest and the sealed page have to say the same, so that neither can be exchanged.
    """
    signed, sealed = unpack_container(container)
    manifest = FeedManifest.decode(signed.verified(county_key))
    if manifest.vault != vault:
        raise ProtocolError("feed-foreign")
    if manifest.size != len(sealed) or manifest.digest != digest(sealed):
        raise ProtocolError("digest-wrong")
    page = FeedPage.decode(unseal(sealed, key))
    named = (manifest.vault, manifest.dataset, manifest.after, manifest.upto, manifest.more)
    if (page.vault, page.dataset, page.after, page.upto, page.more) != named:
        raise ProtocolError("feed-malformed")
    if page.more and page.upto <= page.after:
        raise ProtocolError("feed-malformed")
    items = tuple(replace(_judgement(item.verdict), entry=item.entry) for item in page.items)
    return Page(page.dataset, page.after, page.upto, items), page.more


def judgements_of(receipt: Receipt) -> tuple[Judgement, ...]:
    """A receipt's verdicts as the store keeps them; raises ProtocolError for an unknown result."""
    return tuple(_judgement(verdict) for verdict in receipt.verdicts)


def _judgement(verdict: Verdict) -> Judgement:
    try:
        outcome = Outcome(Result(verdict.result), verdict.reason)
    except ValueError:
        raise ProtocolError("verdict-malformed") from None
    reference = EntryReference(verdict.vault, verdict.epoch, verdict.seq)
    return Judgement(reference, verdict.hash, outcome, verdict.position)
