"""Nothing counts as arrived without the county's signature, whatever a network in between answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import select

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.services.sync import SyncReport, SyncState, enrol, sync_state
from desktop.storage.tables import attachment
from desktop.sync.envelope import Signed, SigningKey
from desktop.sync.protocol import AttachmentReceipt
from desktop.ui.messages import word
from tests.county_process import CountyProcess, serving
from tests.sync.http_stub import Asked, Reply, attachment_receipt, portal, redirecting_portal, stub
from tests.sync.journals import address, describe, enrolled, synced
from tests.sync.test_attachments import take
from tests.sync.test_exactly_once import forwarding
from tests.vaults import closed_vault, opened

PORTALS = [portal, redirecting_portal]
Line = Callable[[Asked], Reply]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory, county: CountyProcess) -> Iterator[Application]:
    """A vault enrolled there, with work that waits."""
    with opened(enrolled(tmp_path_factory.mktemp("laptop"), county, "林晓梅")) as application:
        yield application


def with_work(application: Application) -> tuple[str, SyncState]:
    """A record and a picture that wait; the picture's digest and what waits in all."""
    describe(application, secrets.token_hex(16), address=address("1号"))
    return take(application), sync_state(application)


def through(application: Application, line: Line) -> SyncReport:
    """A sync whose every request goes over this line."""
    with stub(line) as between:
        return synced(application, url=between.url)


def receipt_of(application: Application, digest: str) -> bytes | None:
    """What is kept as the county's word on an attachment."""
    kept: bytes | None = application.read(
        lambda connection: connection.scalar(select(attachment.c.receipt).where(attachment.c.digest == digest))
    )
    return kept


@pytest.mark.parametrize("line", PORTALS)
def test_a_portal_is_not_the_county_and_everything_stays_queued(laptop: Application, line: Line) -> None:
    """The township's Wi-Fi wants a login: it is said in words, nothing has moved, and later all of it goes."""
    _, before = with_work(laptop)
    report = through(laptop, line)
    assert report.stopped is not None
    assert word(report.stopped).what == "县里没有回答，收到的是别处的答复。"
    after = sync_state(laptop)
    assert (after.waiting, after.waiting_attachments, after.last_sync) == (
        before.waiting,
        before.waiting_attachments,
        before.last_sync,
    )


@pytest.mark.parametrize("answer", PORTALS)
@pytest.mark.parametrize("of", ["/batches/", "/attachments/", "/feed"])
def test_a_portal_that_comes_up_in_the_middle_is_believed_in_nothing(
    laptop: Application, county: CountyProcess, of: str, answer: Line
) -> None:
    """The login ran out halfway: what the portal answered for stays undone, and the last sync's time says nothing."""
    digest, before = with_work(laptop)
    while laptop.clock().astimezone(UTC).replace(microsecond=0) == before.last_sync:
        sleep(0.05)  # it is told to the second
    report = through(laptop, lambda asked: answer(asked) if of in asked.path else forwarding(county, asked))
    assert {one.error.code for one in report.not_done} == {"sync.county-nonsense"}
    after = sync_state(laptop)
    assert (after.waiting > 0) is (of == "/batches/")
    assert (receipt_of(laptop, digest) is None) is (of == "/attachments/")
    assert after.waiting_attachments == (before.waiting_attachments if of == "/attachments/" else 0)
    assert (after.last_sync == before.last_sync) is (of == "/feed" or after.last_sync is None)
    assert synced(laptop).not_done == ()
    assert (sync_state(laptop).waiting, sync_state(laptop).waiting_attachments) == (0, 0)


WRONG: dict[str, Line] = {
    "an empty 201": lambda _asked: Reply(201),
    "an empty 200": lambda _asked: Reply(200),
    "an unsigned word": lambda _asked: Reply(200, b'{"stored":true}'),
    "signed by another": lambda asked: attachment_receipt(asked, SigningKey.generate()),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
def test_an_attachment_counts_as_sent_only_on_the_countys_signed_word(
    laptop: Application, county: CountyProcess, answer: Line
) -> None:
    """And the word that counts in the end is kept beside it and verifies."""
    digest, _ = with_work(laptop)
    report = through(
        laptop, lambda asked: answer(asked) if "/attachments/" in asked.path else forwarding(county, asked)
    )
    assert [(one.what, one.error.code) for one in report.not_done] == [("attachment", "sync.county-nonsense")]
    assert (receipt_of(laptop, digest), sync_state(laptop).waiting_attachments) == (None, 1)
    assert synced(laptop).attachments_sent == 1
    kept = receipt_of(laptop, digest)
    assert kept is not None
    assert laptop.enrolment is not None
    receipt = AttachmentReceipt.decode(Signed.decode(kept).verified(laptop.enrolment.signing_key))
    assert (receipt.vault, receipt.digest) == (laptop.identity.vault, digest)
    assert receipt.dataset == laptop.enrolment.dataset


def test_the_countys_receipt_for_another_attachment_counts_for_nothing(
    laptop: Application, county: CountyProcess
) -> None:
    """The county's own signature on something else does not do either: the answer to one picture for another."""
    first, _ = with_work(laptop)
    synced(laptop)
    kept = receipt_of(laptop, first)
    assert kept is not None
    digest, _ = with_work(laptop)

    def line(asked: Asked) -> Reply:
        return Reply(201, kept) if "/attachments/" in asked.path else forwarding(county, asked)

    assert {one.error.code for one in through(laptop, line).not_done} == {"sync.county-nonsense"}
    assert receipt_of(laptop, digest) is None
    assert synced(laptop).attachments_sent == 1


@pytest.mark.parametrize("line", PORTALS)
def test_a_portal_enrols_nobody(tmp_path: Path, county: CountyProcess, line: Line) -> None:
    """Neither as a whole nor for the one answer that matters; the same code works afterwards."""
    code = county.code_for("赵小兰")
    with opened(closed_vault(tmp_path)) as application:

        def halfway(asked: Asked) -> Reply:
            return line(asked) if asked.method == "POST" else forwarding(county, asked)

        for answer in (line, halfway):
            with stub(answer) as between, pytest.raises(UserFacingError, match=r"sync\.county-nonsense"):
                enrol(application, between.url, code)
            assert application.enrolment is None
        assert enrol(application, county.url, code).value.name == "赵小兰"
