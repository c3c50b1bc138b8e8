"""A county that answers nonsense is not believed, and nothing of it is written."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import NO_PREVIOUS, Entry, Header, encode_json, encode_payload, hash_bytes
from desktop.services.application import Application
from desktop.services.sync import SyncReport, enrol, sync_state
from desktop.storage import epochs, feed, returned
from desktop.sync.envelope import SealingKey, SigningKey, sign_document
from desktop.sync.protocol import (
    CAPABILITIES_PATH,
    STORED,
    BatchHeld,
    Enrolment,
    EnrolmentCode,
    EpochHeld,
    FeedItem,
    FeedPage,
    History,
    Receipt,
    Verdict,
    key_fingerprint,
)
from tests.sync.http_stub import (
    DATASET,
    Asked,
    Reply,
    applied_receipt,
    capabilities,
    good_standing,
    page_container,
    signed,
    stub,
)
from tests.sync.journals import address, all_hashes, describe, states, synced
from tests.vaults import COUNTY_SIGNING_KEY, closed_vault, enrolment, made_vault, opened

FOREIGN_KEY = SigningKey.generate()
ChangeReceipt = Callable[[Receipt], Receipt]


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An enrolled vault; making one takes a second of Argon2id."""
    with made_vault(tmp_path_factory.mktemp("laptop")) as application:
        yield application


@pytest.fixture
def laptop(vault: Application) -> Application:
    """The vault with one more household that waits to be sent."""
    describe(vault, secrets.token_hex(16), address=address("1号"))
    return vault


def cursor(application: Application) -> int:
    return application.read(lambda connection: feed.position(connection, DATASET)).cursor


def page(application: Application, *items: FeedItem, **changed: Any) -> FeedPage:
    """The page after the cursor."""
    after = cursor(application)
    made = FeedPage(
        application.identity.vault, DATASET, after, after + 9, False, "2026-11-20T17:42:00.000+00:00", items
    )
    return replace(made, **changed)


def packed(application: Application, *items: FeedItem, **changed: Any) -> bytes:
    """That page as the county would pack it."""
    return page_container(page(application, *items, **changed), application.sealing_key.recipient)


def colleague_entry(
    record: str = "household-2",
    detail: str = "2号",
    *,
    kind: str = "household.described",
    body: Mapping[str, Any] | None = None,
) -> Entry:
    """An entry another laptop of the township wrote, the first of its epoch."""
    described = {"groups": {"address": {"value": address(detail), "base": None}}}
    payload = encode_payload(described if body is None else body, secrets.token_bytes(16))
    header = Header(
        vault="colleague",
        epoch=secrets.token_hex(16),
        seq=1,
        previous=NO_PREVIOUS,
        action="action",
        part=1,
        parts=1,
        kind=kind,
        record=record,
        time="2026-11-20T09:00:00.000+00:00",
        worker="worker-wang",
        role="caseworker",
        payload_hash=hash_bytes(payload),
    )
    return Entry(header.encode(), payload)


def item(application: Application, entry: Entry, nth: int = 1, **changed: Any) -> FeedItem:
    """The entry as the ``nth`` after the cursor."""
    header = entry.header
    verdict = Verdict(header.vault, header.epoch, header.seq, entry.hash, "ok", "", cursor(application) + nth)
    return FeedItem(replace(verdict, **changed), entry)


def empty_history(application: Application, **changed: Any) -> History:
    """A county that has nothing of this vault's epochs beyond what the vault knows."""
    return replace(History(application.identity.vault, DATASET, "", ()), **changed)


def run(
    application: Application,
    *,
    receipt: Callable[[bytes], Reply] | None = None,
    pull: Callable[[], bytes] | None = None,
    history: Callable[[], Reply] | None = None,
) -> SyncReport:
    """Sync with a stub that answers rightly save where it is told otherwise."""

    def answer(asked: Asked) -> Reply:
        if asked.path == CAPABILITIES_PATH:
            return capabilities()
        if asked.path.endswith("/contacts"):
            return good_standing(asked, application.sealing_key.recipient)
        if asked.method == "PUT":
            return receipt(asked.body) if receipt else signed(applied_receipt(asked.body).encode())
        if "/feed" in asked.path:
            return Reply(body=pull() if pull else packed(application))
        if asked.path.endswith("/history"):
            return history() if history else signed(empty_history(application).encode())
        return Reply(404, encode_json({"code": "batch-unknown"}))

    with stub(answer) as county:
        return synced(application, url=county.url)


def test_right_answers_are_believed(laptop: Application) -> None:
    """The stub's right answers go through, so that what fails below fails for the reason named."""
    assert sync_state(laptop).waiting > 0
    report = run(laptop)
    assert report.stopped is None
    assert report.not_done == ()
    assert report.receipts_verified == 1
    assert sync_state(laptop).waiting == 0


def changed_verdict(receipt: Receipt, **changed: Any) -> Receipt:
    return replace(receipt, verdicts=(replace(receipt.verdicts[0], **changed), *receipt.verdicts[1:]))


WRONG_RECEIPTS: dict[str, ChangeReceipt] = {
    "for other bytes": lambda receipt: replace(receipt, digest="0" * 64),
    "for another batch": lambda receipt: replace(receipt, number=receipt.number + 1),
    "for another vault": lambda receipt: replace(receipt, vault="other"),
    "for another epoch": lambda receipt: replace(receipt, epoch="other"),
    "with an entry missing": lambda receipt: replace(receipt, verdicts=receipt.verdicts[:-1]),
    "with an entry twice": lambda receipt: replace(receipt, verdicts=(*receipt.verdicts, receipt.verdicts[0])),
    "with no entries": lambda receipt: replace(receipt, verdicts=()),
    "for an entry that was never written": lambda receipt: changed_verdict(receipt, hash="0" * 64),
    "accepting what it could not read": lambda receipt: changed_verdict(receipt, hash=""),
    "with a word nobody knows": lambda receipt: changed_verdict(receipt, result="perhaps"),
    "stored, for other bytes": lambda receipt: replace(receipt, stage=STORED, verdicts=(), digest="0" * 64),
}


@pytest.mark.parametrize("change", WRONG_RECEIPTS.values(), ids=WRONG_RECEIPTS.keys())
def test_a_receipt_that_is_not_for_these_very_entries_counts_for_nothing(
    laptop: Application, change: ChangeReceipt
) -> None:
    """Signed, but not the word on this batch: the entries stay unconfirmed and the sync goes on."""
    report = run(laptop, receipt=lambda body: signed(change(applied_receipt(body)).encode()))
    assert [(one.what, one.error.code) for one in report.not_done] == [("batch", "sync.county-nonsense")]
    assert report.receipts_verified == 0
    assert sync_state(laptop).waiting > 0
    assert run(laptop).receipts_verified == 1
    assert sync_state(laptop).waiting == 0


@pytest.mark.parametrize(
    "reply",
    [
        lambda body: Reply(body=sign_document(applied_receipt(body).encode(), FOREIGN_KEY).encode()),
        lambda body: Reply(body=applied_receipt(body).encode()),
        lambda _body: Reply(body=b"ok"),
        lambda _body: Reply(body=b""),
        lambda _body: Reply(body=b"[" * 100_000),
    ],
    ids=["signed by another", "not signed", "not JSON", "empty", "nested without end"],
)
def test_a_receipt_without_the_county_s_signature_counts_for_nothing(
    laptop: Application, reply: Callable[[bytes], Reply]
) -> None:
    """Whoever stands in the line cannot make the laptop believe that its work has arrived."""
    report = run(laptop, receipt=reply)
    assert [one.error.code for one in report.not_done] == ["sync.county-nonsense"]
    assert sync_state(laptop).waiting > 0
    assert run(laptop).receipts_verified == 1


def test_a_page_is_written_as_it_came(laptop: Application) -> None:
    """A right page with a colleague's entry is taken in verbatim and makes its record."""
    entry = colleague_entry("household-right")
    report = run(laptop, pull=lambda: packed(laptop, item(laptop, entry)))
    assert report.entries_received == 1
    assert entry.hash in all_hashes(laptop)
    assert states(laptop)["household-right"]["groups"]["address"]["value"] == address("2号")


def own_verdict(application: Application, seq: int, entry_hash: str) -> FeedItem:
    """The county's word on an own entry, which comes without the entry."""
    identity = application.identity
    position = cursor(application) + 2
    return FeedItem(Verdict(identity.vault, identity.epoch, seq, entry_hash, "ok", "", position), None)


def other_content(entry: Entry) -> Entry:
    return replace(entry, payload_bytes=colleague_entry().payload_bytes)


MakePage = Callable[[Application, FeedItem], bytes]
WRONG_PAGES: dict[str, MakePage] = {
    "sealed for another": lambda laptop, good: page_container(page(laptop, good), SealingKey.generate().recipient),
    "for another vault": lambda laptop, good: packed(laptop, good, vault="other"),
    "another page than signed": lambda laptop, good: page_container(
        page(laptop, good), laptop.sealing_key.recipient, upto=cursor(laptop) + 8
    ),
    "other bytes than signed": lambda laptop, good: page_container(
        page(laptop, good), laptop.sealing_key.recipient, digest="0" * 64
    ),
    "not after the cursor": lambda laptop, good: packed(laptop, good, after=cursor(laptop) + 1),
    "going on for ever": lambda laptop, _good: packed(laptop, upto=cursor(laptop), more=True),
    "a position beyond the page": lambda laptop, good: packed(laptop, good, item(laptop, colleague_entry(), 10)),
    "positions out of order": lambda laptop, good: packed(
        laptop, item(laptop, colleague_entry(), 2), replace(good, verdict=replace(good.verdict, position=1))
    ),
    "no position": lambda laptop, good: packed(laptop, good, item(laptop, colleague_entry(), position=None)),
    "an entry under another name": lambda laptop, good: packed(laptop, good, item(laptop, colleague_entry(), 2, seq=2)),
    "an entry with another hash": lambda laptop, good: packed(
        laptop, good, item(laptop, colleague_entry(), 2, hash="0" * 64)
    ),
    "another content than its header says": lambda laptop, good: packed(
        laptop, good, item(laptop, other_content(colleague_entry()), 2)
    ),
    "a word nobody knows": lambda laptop, good: packed(laptop, good, item(laptop, colleague_entry(), 2, result="?")),
    "an own entry that is another": lambda laptop, good: packed(laptop, good, own_verdict(laptop, 1, "0" * 64)),
    "an own entry that was never written": lambda laptop, good: packed(
        laptop, good, own_verdict(laptop, 9_999, "0" * 64)
    ),
    "damaged": lambda laptop, good: packed(laptop, good)[:-1] + b"?",
    "cut short": lambda laptop, good: packed(laptop, good)[:-1],
    "nothing in it": lambda _laptop, _good: b"ZC1E\x00\x00",
    "something else": lambda _laptop, _good: b"<html>login</html>",
}


OWN_ENTRIES = (WRONG_PAGES["an own entry that is another"], WRONG_PAGES["an own entry that was never written"])
"""Of these the laptop asks the county once more, by comparing epochs, before it gives up."""


@pytest.mark.parametrize("make", WRONG_PAGES.values(), ids=WRONG_PAGES.keys())
def test_a_page_that_does_not_hold_is_refused_whole(laptop: Application, make: MakePage) -> None:
    """A good entry beside a bad one is not taken in either; the next right page starts at the old cursor."""
    entry = colleague_entry(secrets.token_hex(16))
    before = cursor(laptop)
    report = run(laptop, pull=lambda: make(laptop, item(laptop, entry)))
    named = "sync.forked" if make in OWN_ENTRIES else "sync.county-nonsense"
    assert [(one.what, one.error.code) for one in report.not_done] == [("feed", named)]
    assert report.entries_received == 0
    assert cursor(laptop) == before
    assert entry.hash not in all_hashes(laptop)
    assert run(laptop, pull=lambda: packed(laptop, item(laptop, entry))).entries_received == 1
    assert entry.hash in all_hashes(laptop)


WRONG_HISTORIES: dict[str, Callable[[Application], Reply]] = {
    "a portal's page": lambda _laptop: Reply(body=b"<html>login</html>"),
    "signed by somebody else": lambda laptop: Reply(
        body=sign_document(empty_history(laptop).encode(), FOREIGN_KEY).encode()
    ),
    "of another vault": lambda laptop: signed(empty_history(laptop, vault="other").encode()),
    "naming a batch that nobody has": lambda laptop: signed(
        empty_history(
            laptop, epochs=(EpochHeld(laptop.identity.epoch, 9, "0" * 64, True, (BatchHeld(99, "0" * 64),)),)
        ).encode()
    ),
}


@pytest.mark.parametrize("answer", WRONG_HISTORIES.values(), ids=WRONG_HISTORIES.keys())
def test_a_history_that_does_not_hold_changes_nothing(
    laptop: Application, answer: Callable[[Application], Reply]
) -> None:
    """No epoch is begun, nothing is set aside, and the rest of the sync goes on."""
    before, epoch = states(laptop), laptop.read(epochs.current)
    page = WRONG_PAGES["an own entry that was never written"]
    entry = colleague_entry(secrets.token_hex(16))
    report = run(laptop, pull=lambda: page(laptop, item(laptop, entry)), history=lambda: answer(laptop))
    assert report.stopped is None
    assert [one.what for one in report.not_done] == ["feed"]
    assert states(laptop) == before
    assert laptop.read(epochs.current) == epoch
    assert laptop.read(returned.set_aside) == []


def test_a_page_that_was_applied_before_changes_nothing(laptop: Application) -> None:
    """A line that answers with the last page once more does no harm."""
    container = packed(laptop, item(laptop, colleague_entry("household-again")))
    run(laptop, pull=lambda: container)
    before = (cursor(laptop), states(laptop))
    assert run(laptop, pull=lambda: container).entries_received == 0
    assert (cursor(laptop), states(laptop)) == before


# --- enrolment ----------------------------------------------------------------------------------


def enrol_with(home: Path, reply: Callable[[str], Reply], fingerprint_of: SigningKey = COUNTY_SIGNING_KEY) -> Enrolment:
    """Enrol a new vault with a stub; ``reply`` is told the vault's id."""
    code = EnrolmentCode(secrets.token_bytes(16), key_fingerprint(bytes.fromhex(fingerprint_of.public))).encode()
    with opened(closed_vault(home)) as application:
        vault = application.identity.vault
        with stub(lambda asked: capabilities() if asked.path == CAPABILITIES_PATH else reply(vault)) as county:
            enrol(application, county.url, code)
        assert application.enrolment is not None
        return application.enrolment


def test_the_answer_of_the_county_named_by_the_code_is_believed(tmp_path: Path) -> None:
    """Fingerprint and signature fit: the vault is enrolled."""
    answer = enrol_with(tmp_path, lambda vault: signed(enrolment(vault).encode()))
    assert answer.worker_name == "林晓梅"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (lambda vault: signed(enrolment("not-" + vault).encode()), "sync.county-nonsense"),
        (
            lambda vault: Reply(body=sign_document(enrolment(vault).encode(), FOREIGN_KEY).encode()),
            "sync.county-nonsense",
        ),
        (lambda _vault: Reply(body=b"{}"), "sync.county-nonsense"),
        (lambda _vault: Reply(403, encode_json({"code": "token-used"})), "sync.refused"),
    ],
    ids=["for another vault", "signed by another", "nothing in it", "refused"],
)
def test_an_enrolment_that_does_not_hold_leaves_the_vault_as_it_was(
    tmp_path: Path, reply: Callable[[str], Reply], code: str
) -> None:
    """No county, no worker, no journal entry comes of an answer that is not believed."""
    with pytest.raises(UserFacingError) as caught:
        enrol_with(tmp_path, reply)
    assert caught.value.code == code


def test_a_county_with_another_key_than_the_code_names_is_refused(tmp_path: Path) -> None:
    """A laptop that never met its county cannot be given a false one."""
    with pytest.raises(UserFacingError, match=r"sync\.wrong-county"):
        enrol_with(tmp_path, lambda vault: signed(enrolment(vault).encode()), fingerprint_of=FOREIGN_KEY)


def test_a_mistyped_code_is_noticed_before_anything_is_sent(tmp_path: Path) -> None:
    """The code carries its own check."""
    with (
        opened(closed_vault(tmp_path)) as application,
        stub(lambda _asked: capabilities()) as county,
    ):
        with pytest.raises(UserFacingError, match=r"sync\.code-mistyped"):
            enrol(application, county.url, "ABCDE-FGHIJ")
        assert county.asked == []


def test_a_practice_vault_never_speaks_with_a_county(tmp_path: Path) -> None:
    """Practice people must never reach a real county."""
    with (
        made_vault(tmp_path, practice=True) as application,
        stub(lambda _asked: capabilities()) as county,
    ):
        with pytest.raises(UserFacingError, match=r"sync\.practice"):
            synced(application, url=county.url)
        with pytest.raises(UserFacingError, match=r"sync\.practice"):
            enrol(application, county.url, "whatever")
        assert county.asked == []
