"""``journal verify`` against the county's signed receipts: what the chain alone cannot find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from desktop.domain.journal import Entry, Header, decode_body, encode_payload, hash_bytes
from desktop.services.application import Application
from desktop.services.vaults import verify_journal
from desktop.storage import journal, outbox, settings
from desktop.storage.tables import batch, entry
from desktop.sync.envelope import SigningKey, sign_document
from desktop.sync.protocol import STORED
from desktop.sync.sealing import first_batch, seal_batch
from tests.sync.http_stub import applied_receipt
from tests.sync.journals import address, describe
from tests.vaults import COUNTY_SEALING_KEY, COUNTY_SIGNING_KEY, made_vault

ACTIONS = 5


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Application]:
    """A vault with a few actions; nothing is confirmed yet, and one more follows what will be."""
    with made_vault(tmp_path) as application:
        for number in range(ACTIONS):
            describe(application, f"household-{number}", address=address(f"{number}号"))
        yield application


def confirm(laptop: Application, stage: str, key: SigningKey = COUNTY_SIGNING_KEY) -> int:
    """Seal everything and keep a receipt of this stage for each batch; answers how many entries that was."""
    vault, count = laptop.identity.vault, 0
    while (run := laptop.read(lambda connection: outbox.next_run(connection, vault))) is not None:
        part = first_batch(run)
        to = (COUNTY_SEALING_KEY.recipient, laptop.sealing_key.recipient)
        one = seal_batch(vault, part, laptop.signing_key, to, "2026-11-20T17:42:00.000+00:00")
        receipt = applied_receipt(one.container)
        if stage == STORED:
            receipt = replace(receipt, stage=STORED, verdicts=())
        signed = sign_document(receipt.encode(), key).encode()

        def keep(connection: Connection, part=part, one=one, signed=signed) -> None:  # type: ignore[no-untyped-def]
            assert outbox.store_batch(connection, vault, one, part.entries)
            column = batch.c.stored_receipt if stage == STORED else batch.c.applied_receipt
            connection.execute(
                update(batch).where(batch.c.epoch == one.epoch, batch.c.number == one.number).values({column: signed})
            )

        laptop.store.write(keep)
        count += len(part.entries)
    return count


def rewrite(connection: Connection, seq: int) -> None:
    """Change one entry's content and make every hash from there on anew, the head kept beside it too."""
    rows = connection.execute(select(entry).where(entry.c.own).order_by(entry.c.id)).all()
    previous = ""
    for row in rows:
        header, payload = Header.decode(row.header), row.payload
        if header.seq == seq:
            payload = encode_payload({**decode_body(payload), "rewritten": True}, bytes(16))
        if header.seq > seq:
            header = replace(header, previous=previous)
        written = Entry(replace(header, payload_hash=hash_bytes(payload)).encode(), payload)
        previous = written.hash
        connection.execute(
            update(entry)
            .where(entry.c.id == row.id)
            .values(header=written.header_bytes, payload=payload, hash=written.hash)
        )
    settings.put(connection, "head", {"epoch": rows[-1].epoch, "hash": previous})


@pytest.mark.parametrize("stage", ["stored", "applied"])
def test_a_journal_that_is_as_the_county_received_it_holds(laptop: Application, stage: str) -> None:
    """What was confirmed is counted; what came after it is not confirmed yet."""
    count = confirm(laptop, stage)
    describe(laptop, "household-later", address=address("9号"))
    check = verify_journal(laptop)
    assert check.fault is None
    assert (check.confirmed, check.entries) == (count, count + 1)


@pytest.mark.parametrize("stage", ["stored", "applied"])
@pytest.mark.parametrize("seq", [1, 3, ACTIONS + 1])
def test_a_history_rewritten_as_a_whole_no_longer_fits_the_receipts(laptop: Application, stage: str, seq: int) -> None:
    """The chain itself finds nothing: every hash was made anew. The signed receipt names the first that differs."""
    confirm(laptop, stage)
    laptop.store.write(lambda connection: rewrite(connection, seq))
    assert laptop.read(journal.verify).fault is None
    fault = verify_journal(laptop).fault
    assert fault is not None
    assert (fault.code, fault.reference) == (
        "receipt-contradicted",
        f"{laptop.identity.vault}/{laptop.identity.epoch}/{seq}",
    )


def test_a_history_cut_back_no_longer_fits_the_receipts(laptop: Application) -> None:
    """The last action gone, and the head kept beside the journal set back with it."""
    confirm(laptop, "applied")

    def cut(connection: Connection) -> None:
        connection.execute(entry.delete().where(entry.c.own, entry.c.seq == ACTIONS + 1))
        rewrite(connection, ACTIONS)

    laptop.store.write(cut)
    assert laptop.read(journal.verify).fault is None
    fault = verify_journal(laptop).fault
    assert fault is not None
    assert fault.code == "receipt-contradicted"


@pytest.mark.parametrize("stage", ["stored", "applied"])
def test_a_receipt_that_the_county_did_not_sign_is_named(laptop: Application, stage: str) -> None:
    """Whoever rewrites the journal could write receipts to fit; the signature is what they have not got."""
    confirm(laptop, stage, SigningKey.generate())
    fault = verify_journal(laptop).fault
    assert fault is not None
    assert fault.code == "receipt-forged"
