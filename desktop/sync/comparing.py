"""Comparing the vault's epochs with the county's: after a restore, and when another laptop turns out to use this vault.

What the county has and this laptop lacks comes back as the batches that this very vault once signed and sealed; it is
believed by the vault's own signature and the chain of hashes, not by the county's word. Only where an erasure took such
a batch the county answers with a word of its own: that is kept beside it, and must fit the vault's chain closely. What
this laptop has and the county lacks is sent by the ordinary way afterwards. Where both wrote under the same numbers,
nothing is merged: the laptop's own entries are set aside, the county is given a copy to keep apart, and the laptop goes
on in a new epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import decode_json, whole_actions
from desktop.storage import epochs, erasing, outbox, returned
from desktop.storage.outbox import Run
from desktop.storage.returned import Given
from desktop.storage.store import Store
from desktop.sync import sealing
from desktop.sync.client import FORK, CountyClient
from desktop.sync.envelope import SealingKey, Signed, SigningKey, digest, unpack_container, unseal
from desktop.sync.protocol import (
    BATCH_RETURNED,
    BatchHeld,
    BatchReturned,
    EpochsTold,
    EpochTold,
    History,
    Manifest,
    ProtocolError,
    batches_of,
    decode_entries,
)

_UNKNOWN: Final = "batch-unknown"


@dataclass(frozen=True)
class Comparing:
    """What it takes: the open vault and the county. ``recipients`` are those of any batch.

    ``cut`` are epochs whose confirmed end is gone here, or another, with the first such number: the county is asked for
    it although its batches' rows are still here.
    """

    store: Store
    client: CountyClient
    vault: str
    county_key: str
    signing_key: SigningKey
    sealing_key: SealingKey
    recipients: tuple[str, ...]
    time: str
    cut: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Compared:
    """What came of it: entries that came back, own ones set aside, results in the receipts that came along."""

    returned: int = 0
    set_aside: int = 0
    results: dict[str, int] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    """Digests of the files of scans that were erased in what came back, to be removed."""
    whole: bool = True
    """Whether the county gave back every batch that it named."""


def compare(work: Comparing) -> Compared:
    """Ask, take in what is lacking, set aside what contradicts; may be cut anywhere and begun anew.

    Raises:
        UserFacingError: the road or the county; ProtocolError, JudgementError: an answer that does not hold.
    """
    told = work.store.read(lambda connection: epochs.own_epochs(connection, work.cut))
    question = EpochsTold(tuple(EpochTold(one.epoch, one.seq, one.head, one.confirmed) for one in told))
    answer = Signed.decode(work.client.post_history(question.encode())).verified(work.county_key)
    history = History.decode(answer)
    if history.vault != work.vault:
        raise ProtocolError("history-foreign")
    done = Compared()
    for held in history.epochs:
        known = work.store.read(
            lambda connection, name=held.epoch: returned.digests(connection, name, work.cut.get(name))  # type: ignore[misc]
        )
        for batch in held.batches:
            if known.get(batch.number) != batch.digest:
                _take(work, held.epoch, batch, done)
    _give_copies(work)
    # What this vault erased after the backup was made must not come back with the backup.
    done.pictures = work.store.write(erasing.apply_known)
    work.store.write(lambda connection: epochs.note_comparing(connection, needed=not done.whole))
    return done


def _take(work: Comparing, epoch: str, batch: BatchHeld, done: Compared) -> None:
    try:
        container = work.client.get_batch(epoch, batch.number)
    except UserFacingError as error:
        if error.values.get("reason") != _UNKNOWN:
            raise
        # It has nothing to give back. Nobody's work may wait for that, and it is asked again at the next contact.
        done.whole = False
        return
    given = open_batch(container, work, epoch, batch)
    receipt = work.client.get_receipt(epoch, batch.number)

    def write(connection: Connection) -> returned.Taken:
        if epoch == epochs.current(connection):
            # Somebody else writes on in it, or its end is not to be trusted any more. Begun first: the old head is the
            # last entry this laptop wrote there.
            epochs.begin(connection, work.time, "cut-short" if epoch in work.cut else "cloned")
        return returned.take_batch(connection, work.vault, given)

    taken = work.store.write(write)
    done.returned += taken.returned
    done.set_aside += taken.diverged
    if receipt is not None:
        _keep_receipt(work, epoch, batch, receipt, done)


def open_batch(container: bytes, work: Comparing, epoch: str, batch: BatchHeld) -> Given:
    """Believe a batch by the vault's own signature, or by the county's where it says that there is no other; open it by
    the vault's key; raises ProtocolError."""
    signed, content = unpack_container(container)
    named: Manifest | BatchReturned
    if _is_county_word(signed):
        word = BatchReturned.decode(signed.verified(work.county_key))
        named, sent = word, word.batch
    else:
        manifest = Manifest.decode(signed.verified(work.signing_key.public))
        named, sent = manifest, manifest.digest
    if (named.vault, named.epoch, named.number) != (work.vault, epoch, batch.number):
        raise ProtocolError("batch-foreign")
    if sent != batch.digest or named.digest != digest(content):
        raise ProtocolError("digest-wrong")
    entries = decode_entries(unseal(content, work.sealing_key), named)
    for one in entries:
        if one.payload_bytes is not None and digest(one.payload_bytes) != one.header.payload_hash:
            raise ProtocolError("digest-wrong")
    own = isinstance(named, Manifest)
    return Given(
        epoch=epoch,
        number=batch.number,
        first_seq=named.first_seq,
        last_seq=named.last_seq,
        digest=sent,
        container=container if own else None,
        time=work.time,
        entries=entries,
        county_word=None if own else signed.encode(),
        missing=None if own else named.missing,
    )


def _is_county_word(signed: Signed) -> bool:
    """By what the document calls itself; whose signature it then has to bear follows from that."""
    return decode_json(signed.document).get("document") == BATCH_RETURNED


def _keep_receipt(work: Comparing, epoch: str, batch: BatchHeld, data: bytes, done: Compared) -> None:
    receipt = sealing.open_receipt(data, work.county_key, work.vault, epoch, batch.number)
    if not sealing.is_applied(receipt):
        work.store.write(
            lambda connection: outbox.keep_stored_receipt(connection, epoch, batch.number, receipt.digest, data)
        )
        return
    judged = sealing.judgements_of(receipt)
    results = work.store.write(
        lambda connection: outbox.keep_applied_receipt(
            connection, work.vault, epoch, batch.number, receipt.digest, data, judged
        )
    )
    for name, number in results.items():
        done.results[name] = done.results.get(name, 0) + number


def _give_copies(work: Comparing) -> None:
    """Give the county what was set aside. It keeps such bytes in quarantine and says ``fork``: that is the success."""
    for epoch, entries in work.store.read(returned.unsent_aside).items():
        number = work.store.read(
            lambda connection, name=epoch, seq=entries[0].header.seq: returned.batch_covering(connection, name, seq)  # type: ignore[misc]
        )
        for some in batches_of(list(whole_actions(entries))):
            run = Run(epoch, number, outbox.NO_PREVIOUS_BATCH, tuple(some))
            sealed = sealing.seal_batch(work.vault, run, work.signing_key, work.recipients, work.time)
            try:
                work.client.put_batch(epoch, number, sealed.container)
            except UserFacingError as error:
                if not is_fork(error):
                    raise
        work.store.write(lambda connection, name=epoch: returned.mark_aside_sent(connection, name))  # type: ignore[misc]


def is_fork(error: UserFacingError) -> bool:
    """Whether the county says that other bytes stand under this name."""
    return error.code == "sync.refused" and error.values.get("reason") == FORK
