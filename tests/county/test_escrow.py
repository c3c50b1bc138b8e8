"""The county's side of escrow: holders are listed, a half is opened by the right person for the right request."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from county import tables
from county.escrow import add_holder, holders, note_opening, open_half, read_request, retire_holder
from county.holder_key import HolderKey, make_holder_key, open_holder_key
from county.opening import County
from county.status import status
from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import (
    ESCROW_SUITE,
    MOST_HOLDERS,
    EscrowTerms,
    halves,
    is_spoken_number,
    join,
    read_half,
    read_holders,
    spoken_number,
)
from desktop.domain.journal import decode_body
from desktop.domain.plain import to_plain
from desktop.sync.envelope import SealingKey, Signed, seal, sign_document, unseal
from desktop.sync.protocol import REQUEST_MARK, EscrowRequest, EscrowResponse
from tests.county.laptop import enrolled
from tests.escrow import CIVIL_AFFAIRS, INFORMATION, EscrowCounty, escrow_county, holder_key

KEY = bytes(range(32))


def fill(county: County, escrows: EscrowCounty) -> None:
    """Register all holders."""
    for one in escrows.keys:
        add_holder(county, to_plain(one.public))


def request(escrows: EscrowCounty, vault: str, asking: SealingKey) -> EscrowRequest:
    """What a laptop asks."""
    import pyrage

    terms = EscrowTerms(ESCROW_SUITE, vault, "0011223344556677", "00" * 32, escrows.holders)
    sealed = {}
    for half in halves(terms, KEY):
        to = [pyrage.x25519.Recipient.from_str(one.recipient) for one in escrows.holders.of(half.office)]
        sealed[half.office] = bytes(pyrage.encrypt(half.encode(), to))
    return EscrowRequest("林试验", "莒口镇民政办", "忘了", "2026-11-25T01:00:00+00:00", asking.recipient, terms, sealed)


def opened(asked: EscrowRequest, key: HolderKey, case: str = "恢复-1") -> bytes:
    """The holder's answer, with the right number."""
    return open_half(asked, key, key.office, case, spoken_number(asked.digest()))


def refusal(work: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(UserFacingError) as caught:
        work()
    return caught.value.code


def test_escrow_is_on_once_each_office_has_two_holders_and_all_laptops_hear_of_it(
    county: County, township: str
) -> None:
    """Every change is an entry of the county's journal, for the whole county, signed with the page it comes in."""
    escrows = escrow_county()
    laptop = enrolled(county, [township])
    for number, one in enumerate(escrows.keys, start=1):
        assert not holders(county).is_complete
        issued = add_holder(county, to_plain(one.public))
        assert (issued.version, issued.written) == (number, True)
    assert holders(county).is_complete
    heard = [
        item.entry.body() for item in laptop.pull(county) if item.entry and item.entry.header.kind == "escrow.issued"
    ]
    assert [read_holders(body or {}) for body in heard][-1] == holders(county)
    assert len(heard) == 4


def test_nobody_holds_for_both_offices_and_no_office_is_left_with_one(county: County) -> None:
    """The list is refused where it would make one person enough, or an office depend on one."""
    escrows = escrow_county()
    fill(county, escrows)
    first = escrows.of(INFORMATION)[0].public
    both = holder_key(CIVIL_AFFAIRS, first.name).public
    assert refusal(lambda: add_holder(county, to_plain(first))) == "escrow.holder-known"
    assert refusal(lambda: add_holder(county, to_plain(both))) == "escrow.holder-known"
    same_key = replace(first, office=CIVIL_AFFAIRS, name="别名")
    assert refusal(lambda: add_holder(county, to_plain(same_key))) == "escrow.holder-known"
    assert refusal(lambda: retire_holder(county, first.recipient)) == "escrow.holders-few"
    assert refusal(lambda: retire_holder(county, "age1nobody")) == "escrow.holder-unknown"
    add_holder(county, to_plain(holder_key(INFORMATION, "赖机房").public))
    retire_holder(county, first.recipient)
    assert first not in holders(county).holders
    for number in range(MOST_HOLDERS - 2):
        add_holder(county, to_plain(holder_key(INFORMATION, f"第{number}人").public))
    one_more = to_plain(holder_key(INFORMATION, "多一人").public)
    assert refusal(lambda: add_holder(county, one_more)) == "escrow.holders-many"


@pytest.mark.parametrize(
    "changes",
    [{"office": "police"}, {"name": " "}, {"recipient": "age1x"}, {"signing_key": "00"}, {"name": 7}, {"phone": None}],
)
def test_a_malformed_holder_is_not_listed(county: County, changes: dict[str, object]) -> None:
    """Every laptop would seal to it."""
    line = {**to_plain(holder_key(INFORMATION, "高信息").public), **changes}
    assert refusal(lambda: add_holder(county, line)) in ("escrow.holder-malformed", "escrow.office-unknown")
    assert holders(county).version == 0


def test_a_key_file_opens_by_its_passphrase_alone_and_is_never_replaced(tmp_path: Path) -> None:
    """Its secrets are nowhere in the file; a short passphrase makes none."""
    path = tmp_path / "holder.key"
    assert refusal(lambda: make_holder_key(path, INFORMATION, "高信息", "", "短")) == "escrow.passphrase-short"
    assert not path.exists()
    made = make_holder_key(path, INFORMATION, " 高信息 ", "0599-1", "一句托管人自己的口令")
    again = open_holder_key(path, "一句托管人自己的口令")
    assert (again.public, again.sealing, again.signing) == (made.public, made.sealing, made.signing)
    assert made.sealing.secret.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert refusal(lambda: open_holder_key(path, "另一句托管人的口令呀")) == "escrow.key-locked"
    assert (
        refusal(lambda: make_holder_key(path, INFORMATION, "别人", "", "一句够长的别人的口令")) == "escrow.key-exists"
    )
    assert refusal(lambda: open_holder_key(tmp_path / "none", "x")) == "escrow.key-unreadable"


def test_both_offices_together_give_the_laptop_its_key_and_nothing_else_does() -> None:
    """Each answer has one half, sealed to the laptop's request; the other office's key opens neither."""
    escrows, asking = escrow_county(), SealingKey.generate()
    asked = request(escrows, "vault-1", asking)
    found = []
    for key in (escrows.of(INFORMATION)[1], escrows.of(CIVIL_AFFAIRS)[0]):
        response = EscrowResponse.decode(Signed.decode(opened(asked, key)).verified(key.signing.public))
        found.append(read_half(unseal(response.sealed, asking)))
        for other in escrows.keys:
            with pytest.raises(ValueError, match="sealed-unreadable"):
                unseal(response.sealed, other.sealing)
    assert join(*found) == KEY
    assert KEY not in (found[0].share, found[1].share)
    assert refusal(lambda: join(found[0], found[0])) == "escrow.half-of-other-office"


def test_a_half_is_not_opened_for_a_wrong_number_a_missing_case_or_the_other_office() -> None:
    """What the holder heard by phone has to be the number of this very request."""
    escrows, asking = escrow_county(), SealingKey.generate()
    asked, thief = request(escrows, "vault-1", asking), request(escrows, "vault-1", SealingKey.generate())
    key, other = escrows.of(INFORMATION)[0], escrows.of(CIVIL_AFFAIRS)[0]
    right = spoken_number(asked.digest())
    heard = spoken_number(thief.digest())
    assert refusal(lambda: open_half(asked, key, INFORMATION, "恢复-1", heard)) == "escrow.number-wrong"
    assert refusal(lambda: open_half(asked, key, INFORMATION, "恢复-1", "")) == "escrow.number-wrong"
    assert refusal(lambda: open_half(asked, key, INFORMATION, " ", right)) == "escrow.case-missing"
    assert refusal(lambda: open_half(asked, other, INFORMATION, "恢复-1", right)) == "escrow.other-office"
    assert is_spoken_number(f" {right.replace(' ', '-')}\n", asked.digest()), "however it was typed"
    swapped = replace(
        asked, halves={**asked.halves, INFORMATION: request(escrows, "vault-2", asking).halves[INFORMATION]}
    )
    assert refusal(lambda: opened(swapped, key)) == "escrow.half-of-other-vault"


def test_a_request_is_read_by_holders_alone() -> None:
    """Anything else is refused in words: other people's keys, damage, what is no request at all."""
    escrows, asking = escrow_county(), SealingKey.generate()
    asked = request(escrows, "vault-1", asking)
    file = REQUEST_MARK + seal(asked.encode(), [one.recipient for one in escrows.holders.holders])
    assert read_request(file, escrows.keys[2]) == asked
    outsider = holder_key(INFORMATION, "外人")
    for data, key in (
        (file, outsider),
        (file[:-1], escrows.keys[0]),
        (b"", escrows.keys[0]),
        (REQUEST_MARK + seal(b"{}", [escrows.keys[0].sealing.recipient]), escrows.keys[0]),
        (REQUEST_MARK + b"0" * 300_000, escrows.keys[0]),
    ):
        assert refusal(lambda data=data, key=key: read_request(data, key)) == "escrow.request-unreadable"  # type: ignore[misc]


def test_the_county_notes_who_opened_what_once_and_only_on_a_holders_signature(county: County, township: str) -> None:
    """Its journal has office, holder, case and worker; the same answer again is known; a retired holder counts too."""
    escrows = escrow_county(each=3)
    fill(county, escrows)
    laptop = enrolled(county, [township])
    asked = request(escrows, laptop.vault, SealingKey.generate())
    key = escrows.of(INFORMATION)[0]
    data = opened(asked, key)
    retire_holder(county, key.sealing.recipient)
    noted = note_opening(county, data)
    assert (noted.worker, noted.name, noted.holder, noted.case, noted.is_new) == (
        laptop.county.worker,
        "林试验",
        "高信息",
        "恢复-1",
        True,
    )
    assert not note_opening(county, data).is_new
    assert status(county)["recoveries"] == 1
    with county.store.read() as connection:
        rows = connection.execute(
            select(tables.entry).where(tables.entry.c.county == county.code, tables.entry.c.vault == county.vault)
        ).all()
    (row,) = [one for one in rows if one.kind == "recovery.opened"]
    assert row.record == laptop.vault
    assert decode_body(bytes(row.payload))["case"] == "恢复-1"
    assert not any(item.entry and item.entry.header.kind == "recovery.opened" for item in laptop.pull(county))
    stranger = holder_key(INFORMATION, "高信息")
    document = json.loads(Signed.decode(data).document)
    document["signing_key"] = stranger.signing.public
    forged = sign_document(json.dumps(document).encode(), stranger.signing).encode()
    assert refusal(lambda: note_opening(county, forged)) == "escrow.response-unsigned"
    assert refusal(lambda: note_opening(county, b"{}")) == "escrow.response-unreadable"
    elsewhere = opened(request(escrows, "vault-of-elsewhere", SealingKey.generate()), escrows.keys[1])
    assert refusal(lambda: note_opening(county, elsewhere)) == "escrow.vault-unknown"
    assert status(county)["recoveries"] == 1
