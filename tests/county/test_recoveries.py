"""What a laptop tells of its recovery is in the county's journal by itself; what no holder noted waits for a person."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from county import contacts, tables
from county.apply import apply_all
from county.escrow import note_opening
from county.feed import read_vault
from county.opening import County
from county.recoveries import settle, unnoted
from county.status import status
from desktop.domain.errors import UserFacingError
from desktop.sync.envelope import SealingKey, Signed, sign_document
from desktop.sync.protocol import MOST_ANSWERS, Contact, ProtocolError
from tests.county.laptop import Laptop, enrolled, send
from tests.county.test_escrow import fill, opened, request
from tests.escrow import CIVIL_AFFAIRS, INFORMATION, escrow_county, holder_key


def tell(county: County, laptop: Laptop, answers: Sequence[bytes]) -> None:
    """A contact that carries holders' answers, as the laptop sends it."""
    told = Contact(laptop.vault, secrets.token_hex(16), 0, "", 0, 0, True, 4, recovered=tuple(answers))
    contacts.meet(county, read_vault(county, laptop.vault), told.encode())


def written(county: County) -> list[str]:
    """The kinds of what the county wrote about recoveries."""
    with county.store.read() as connection:
        rows = connection.scalars(
            select(tables.entry.c.kind)
            .where(tables.entry.c.vault == county.vault, tables.entry.c.kind.startswith("recovery."))
            .order_by(tables.entry.c.position)
        )
        return list(rows)


def test_a_recovery_that_nobody_noted_is_written_once_and_waits_for_a_person(county: County, township: str) -> None:
    """Both halves by contact; one is noted by its holder later, the other is settled with a reason."""
    escrows = escrow_county()
    fill(county, escrows)
    laptop = enrolled(county, [township])
    asked = request(escrows, laptop.vault, SealingKey.generate())
    first, second = (opened(asked, escrows.of(office)[0]) for office in (INFORMATION, CIVIL_AFFAIRS))
    tell(county, laptop, [first, second])
    tell(county, laptop, [first, second])
    assert written(county) == ["recovery.reported"] * 2
    waits = unnoted(county)
    assert {one.office for one in waits} == {"information", "civil-affairs"}
    assert {(one.worker, one.vault, one.signed, one.told) for one in waits} == {
        ("林试验", laptop.vault, True, "contact")
    }
    assert len(status(county)["recoveries_unnoted"]) == 2
    assert note_opening(county, first).is_new
    (left,) = unnoted(county)
    assert left.office == "civil-affairs"
    with pytest.raises(UserFacingError, match=r"recovery\.settle-reason-missing"):
        settle(county, left.request, " ")
    with pytest.raises(UserFacingError, match=r"recovery\.unknown"):
        settle(county, "0" * 64, "问过了")
    assert [one.settled for one in settle(county, left.request, "问过叶民政，是她开的，忘了交")] == [True]
    assert unnoted(county) == []
    assert written(county)[-1] == "recovery.settled"
    tell(county, laptop, [second])
    assert unnoted(county) == []


def test_what_a_holder_noted_before_is_not_listed(county: County, township: str) -> None:
    """The usual way: both noted at the opening, and the contact brings nothing new."""
    escrows = escrow_county()
    fill(county, escrows)
    laptop = enrolled(county, [township])
    asked = request(escrows, laptop.vault, SealingKey.generate())
    answers = [opened(asked, escrows.of(office)[0]) for office in (INFORMATION, CIVIL_AFFAIRS)]
    for one in answers:
        note_opening(county, one)
    tell(county, laptop, answers)
    assert (unnoted(county), written(county)) == ([], ["recovery.opened"] * 2)


def test_an_answer_by_nobody_who_is_a_holder_never_stops_a_contact_and_is_listed_as_such(
    county: County, township: str
) -> None:
    """A stranger's key, another vault's answer, bytes that are no answer: told, and marked as not signed."""
    escrows = escrow_county()
    fill(county, escrows)
    laptop = enrolled(county, [township])
    asked = request(escrows, laptop.vault, SealingKey.generate())
    stranger = holder_key(INFORMATION, "高信息")
    document = json.loads(Signed.decode(opened(asked, escrows.of(INFORMATION)[0])).document)
    document["signing_key"] = stranger.signing.public
    forged = sign_document(json.dumps(document).encode(), stranger.signing).encode()
    foreign = opened(request(escrows, "another-vault", SealingKey.generate()), escrows.of(CIVIL_AFFAIRS)[0])
    tell(county, laptop, [forged, foreign, b"no answer"])
    waits = unnoted(county)
    assert len(waits) == 3
    assert not any(one.signed for one in waits)
    assert settle(county, next(one.request for one in waits if not one.office), "查过了，文件坏了")
    with pytest.raises(ProtocolError, match="contact-malformed"):
        tell(county, laptop, [b"x"] * (MOST_ANSWERS + 1))


def test_the_vault_s_own_journal_tells_of_it_where_no_contact_did(county: County, township: str) -> None:
    """A program that keeps the answers to itself still wrote ``vault.recovered``: that is enough to ask."""
    escrows = escrow_county()
    fill(county, escrows)
    laptop = enrolled(county, [township])
    answers = [{"office": "information", "holder": "高信息", "case": "恢复-1", "time": "2026-11-26T01:00:00+00:00"}]
    body = {"request": "ab" * 32, "reason": "忘了", "slot": "1", "answers": answers, "device_secret": "keyring"}
    send(county, laptop, laptop.action(("vault.recovered", None, body)))
    apply_all(county)
    (waits,) = unnoted(county)
    assert (waits.holder, waits.told, waits.request) == ("高信息", "journal", "ab" * 32)
