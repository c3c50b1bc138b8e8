"""What waits to be sent, and what the county's word on it changes: the real store, without a county."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import Entry, EntryReference, whole_actions
from desktop.domain.records import Outcome, Result
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.services.sync_attention import Sort, dealt_with, needs_attention, settle
from desktop.services.vaults import erase_entry, verify_journal
from desktop.storage import feed, journal, judgements, outbox
from desktop.storage.feed import FeedPosition, Page
from desktop.storage.judgements import Judgement
from desktop.storage.outbox import Run, SealedBatch
from desktop.sync.engine import fold_pending
from desktop.sync.envelope import sign_document, unpack_container, unseal
from desktop.sync.protocol import BATCH_BYTES, BATCH_ENTRIES, STORED, Manifest, decode_entries
from desktop.sync.sealing import first_batch, judgements_of, seal_batch
from tests.sync.http_stub import DATASET, applied_receipt
from tests.sync.journals import address, describe, states
from tests.vaults import COUNTY_SEALING_KEY, COUNTY_SIGNING_KEY, made_vault

TIME = "2026-11-20T17:42:00.000+00:00"


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An enrolled vault."""
    with made_vault(tmp_path_factory.mktemp("laptop")) as application:
        yield application


def new_household(application: Application, *, actions: int = 1) -> str:
    household = secrets.token_hex(16)
    for _ in range(actions):
        describe(application, household, address=address(secrets.token_hex(4)))
    return household


def next_run(application: Application) -> Run | None:
    return application.read(lambda connection: outbox.next_run(connection, application.identity.vault))


def sealed(application: Application, batch: Run) -> SealedBatch:
    recipients = (COUNTY_SEALING_KEY.recipient, application.sealing_key.recipient)
    return seal_batch(application.identity.vault, batch, application.signing_key, recipients, TIME)


def seal_all(application: Application) -> list[SealedBatch]:
    """Seal and store everything that waits."""
    made: list[SealedBatch] = []
    while (run := next_run(application)) is not None:
        batch = first_batch(run)
        one = sealed(application, batch)
        assert store(application, one, batch)
        made.append(one)
    return made


def store(application: Application, one: SealedBatch, batch: Run) -> bool:
    vault = application.identity.vault
    return application.store.write(lambda connection: outbox.store_batch(connection, vault, one, batch.entries))


def opened(application: Application, one: SealedBatch) -> tuple[Entry, ...]:
    """The entries in a sealed batch, as the vault itself can read them."""
    signed, content = unpack_container(one.container)
    manifest = Manifest.decode(signed.verified(application.signing_key.public))
    return decode_entries(unseal(content, application.sealing_key), manifest)


def confirm(application: Application, one: SealedBatch, *, result: Result = Result.OK, last: int = 0) -> None:
    """An *applied* receipt; ``result`` for the last ``last`` entries, ok for the others."""
    receipt = applied_receipt(one.container)
    signed = sign_document(receipt.encode(), COUNTY_SIGNING_KEY).encode()
    judged = list(judgements_of(receipt))
    for index in range(len(judged) - last, len(judged)):
        judged[index] = replace(judged[index], outcome=Outcome(result, "not-allowed"), position=None)
    application.store.write(
        lambda connection: outbox.keep_applied_receipt(
            connection, application.identity.vault, one.epoch, one.number, one.digest, signed, judged
        )
    )
    fold_pending(application.store)


def newest_reference(application: Application) -> str:
    *_, last = application.read(lambda connection: list(journal.own_entries(connection)))
    return str(last.header.reference)


@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=12))
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_are_whole_actions_in_order_without_a_gap(laptop: Application, sizes: list[int]) -> None:
    """Whatever actions there are, batches together are the journal, and none is too large or splits an action."""
    for size in sizes:
        laptop.act(
            lambda action, size=size: [  # type: ignore[misc]
                action.add("household.described", secrets.token_hex(16), {"groups": {}}) for _ in range(size)
            ]
        )
    batches = seal_all(laptop)
    sent = [opened(laptop, one) for one in batches]
    for entries in sent:
        assert list(whole_actions(entries))
        assert len(entries) <= BATCH_ENTRIES
        assert sum(len(one.header_bytes) + len(one.payload_bytes or b"") for one in entries) <= 2 * BATCH_BYTES
    own = laptop.read(lambda connection: list(journal.own_entries(connection)))
    assert [entry for entries in sent for entry in entries] == own[-sum(map(len, sent)) :]
    assert [one.number for one in batches] == list(range(batches[0].number, batches[0].number + len(batches)))
    manifests = [Manifest.decode(unpack_container(one.container)[0].document) for one in batches]
    assert [one.previous for one in manifests[1:]] == [one.digest for one in batches[:-1]]


def test_content_erased_before_sealing_does_not_leave_the_laptop(laptop: Application) -> None:
    """The entry goes with its header alone, and its batch still holds."""
    new_household(laptop)
    reference = newest_reference(laptop)
    erase_entry(laptop, reference, "本人要求")
    (batch,) = seal_all(laptop)
    (erased,) = [one for one in opened(laptop, batch) if str(one.header.reference) == reference]
    assert erased.payload_bytes is None


def test_content_erased_while_it_was_being_sealed_does_not_leave_the_laptop(laptop: Application) -> None:
    """A batch read before an erasure is not stored after it; sealed again, the content is gone."""
    new_household(laptop)
    reference = newest_reference(laptop)
    run = next_run(laptop)
    assert run is not None
    batch = first_batch(run)
    early = sealed(laptop, batch)
    erase_entry(laptop, reference, "本人要求")
    assert not store(laptop, early, batch)
    (late,) = seal_all(laptop)
    assert late.number == early.number
    assert all(one.payload_bytes is None for one in opened(laptop, late) if str(one.header.reference) == reference)


def test_sealed_bytes_that_carry_erased_content_go_with_the_receipt(laptop: Application) -> None:
    """Before the receipt the batch is kept, for it is all there is to send; after it only headers stay."""
    new_household(laptop)
    reference = newest_reference(laptop)
    (batch,) = seal_all(laptop)
    erase_entry(laptop, reference, "本人要求")
    assert laptop.read(lambda connection: outbox.sealed_batch(connection, batch.epoch, batch.number)) == batch
    confirm(laptop, batch)
    assert laptop.read(lambda connection: outbox.sealed_batch(connection, batch.epoch, batch.number)) is None


def test_a_batch_lost_by_the_county_is_sealed_again_without_what_was_erased(laptop: Application) -> None:
    """Its bytes were dropped after an erasure: the same name, the same entries, the erased content gone."""
    new_household(laptop)
    reference = newest_reference(laptop)
    (batch,) = seal_all(laptop)
    confirm(laptop, batch)
    erase_entry(laptop, reference, "本人要求")
    vault = laptop.identity.vault
    run = laptop.read(lambda connection: outbox.batch_run(connection, vault, batch.epoch, batch.number))
    again = sealed(laptop, run)
    laptop.store.write(lambda connection: outbox.replace_batch(connection, again))
    assert laptop.read(lambda connection: outbox.sealed_batch(connection, batch.epoch, batch.number)) == again
    assert [one.header_bytes for one in opened(laptop, again)] == [one.header_bytes for one in opened(laptop, batch)]
    assert [one.payload_bytes for one in opened(laptop, again) if str(one.header.reference) == reference] == [None]


def test_an_entry_waits_until_its_applied_receipt_is_kept(laptop: Application) -> None:
    """Sealed is not sent, stored is not applied: only the applied receipt takes it from the count."""
    for batch in seal_all(laptop):
        confirm(laptop, batch)
    for one in laptop.read(outbox.waiting_batches):
        known = laptop.read(lambda connection, one=one: outbox.sealed_batch(connection, one.epoch, one.number))  # type: ignore[misc]
        assert known is not None
        confirm(laptop, known)
    assert sync_state(laptop).waiting == 0
    new_household(laptop)
    assert sync_state(laptop).waiting == 1
    (batch,) = seal_all(laptop)
    assert sync_state(laptop).waiting == 1
    stored = replace(applied_receipt(batch.container), stage=STORED, verdicts=())
    signed = sign_document(stored.encode(), COUNTY_SIGNING_KEY).encode()
    laptop.store.write(
        lambda connection: outbox.keep_stored_receipt(connection, batch.epoch, batch.number, batch.digest, signed)
    )
    assert sync_state(laptop).waiting == 1
    confirm(laptop, batch)
    assert sync_state(laptop).waiting == 0


def test_a_rejected_change_is_no_longer_in_force_and_stays_visible_with_its_reason(laptop: Application) -> None:
    """The record goes back to what holds; the rejected entry stays in the journal and before a person."""
    household = new_household(laptop)
    for batch in seal_all(laptop):
        confirm(laptop, batch)
    before = states(laptop)[household]
    describe(laptop, household, address=address("不该这样改"))
    reference = newest_reference(laptop)
    (batch,) = seal_all(laptop)
    confirm(laptop, batch, result=Result.REJECTED, last=1)
    assert states(laptop)[household] == before
    (shown,) = [one for one in needs_attention(laptop) if one.entry == reference]
    assert (shown.sort, shown.reason, shown.household) == (Sort.REJECTED, "not-allowed", household)
    with pytest.raises(UserFacingError, match=r"attention\.how-missing"):
        settle(laptop, reference, "  ")
    assert [one for one in needs_attention(laptop) if one.entry == reference]
    settle(laptop, reference, "已重新登记 ")
    assert not [one for one in needs_attention(laptop) if one.entry == reference]
    assert verify_journal(laptop).fault is None
    *_, last = laptop.read(lambda connection: list(journal.own_entries(connection)))
    assert last.header.kind == "entry.settled"
    assert last.body() == {"entry": reference, "kind": "household.described", "how": "已重新登记"}
    (dealt, *_) = dealt_with(laptop)
    assert (dealt.record, dealt.kind, dealt.how) == (household, "household", "已重新登记")
    with pytest.raises(UserFacingError, match=r"attention\.gone"):
        settle(laptop, reference, "再来一次")
    confirm(laptop, batch, result=Result.REJECTED, last=1)
    assert not [one for one in needs_attention(laptop) if one.entry == reference], "the same word is nothing new"


def test_a_held_change_comes_into_force_when_the_county_takes_it(laptop: Application) -> None:
    """Held is shown; the feed's later word puts it into the county's order and takes it from the list."""
    household = new_household(laptop)
    reference = newest_reference(laptop)
    (*_, batch) = seal_all(laptop)
    confirm(laptop, batch, result=Result.HELD, last=1)
    assert household not in states(laptop)
    (shown,) = [one for one in needs_attention(laptop) if one.entry == reference]
    assert shown.sort is Sort.HELD
    *_, own = laptop.read(lambda connection: list(journal.own_entries(connection)))
    stands = FeedPosition(DATASET, 0)
    word = Judgement(EntryReference.parse(reference), own.hash, Outcome(Result.OK), 9_000)
    laptop.store.write(lambda connection: feed.apply_page(connection, stands, Page(DATASET, 0, 9_000, (word,))))
    fold_pending(laptop.store)
    assert household in states(laptop)
    assert not [one for one in needs_attention(laptop) if one.entry == reference]


def test_folding_that_was_cut_short_goes_on_where_it_stopped(laptop: Application) -> None:
    """What is to be folded is noted with the entries that ask for it; each slice leaves the rest noted."""
    households = [new_household(laptop) for _ in range(5)]
    expected = states(laptop)
    laptop.store.write(lambda connection: judgements.note_pending(connection, households))
    rounds = 0
    while laptop.store.write(lambda connection: judgements.fold_slice(connection, 0.0)):
        rounds += 1
        assert laptop.read(judgements.is_folding)
    assert rounds >= 1
    assert not laptop.read(judgements.is_folding)
    assert states(laptop) == expected


def test_a_person_whose_page_was_opened_is_still_a_person_after_a_sync(laptop: Application) -> None:
    """Audit entries about a record never change what kind of record it is."""
    household = new_household(laptop)
    laptop.note_view("view.opened", household, ("address",))
    laptop.flush_views()
    laptop.store.write(lambda connection: judgements.note_pending(connection, [household]))
    fold_pending(laptop.store)
    assert household in states(laptop, lambda kind: kind == "household")
