"""What a contact tells of a journal, compared at the county: what is a fault, what waits, and what is none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from county import contacts, journal_faults, tables
from county.apply import apply_all
from county.clock import now_text
from county.contact_shapes import CONTACT, EPOCH_STANDS, JOURNAL_TOLD, JOURNAL_WORD, STANDING
from county.feed import read_vault
from county.opening import County
from county.withdrawn_ahead import lift, named_ahead
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import decode_json, encode_json
from desktop.domain.journal_digest import JournalDigest, as_ranges, covers
from desktop.sync.envelope import Signed
from desktop.sync.protocol import Contact, EpochStands, JournalTold, JournalWord, Mark, ProtocolError, Standing
from tests.county.laptop import Laptop, described, enrolled, send

NONCE = "0" * 32
Change = Callable[[EpochStands], EpochStands]


@pytest.fixture
def laptop(county: County, township: str) -> Laptop:
    """A laptop of which the county has six entries."""
    made = enrolled(county, [township])
    for number in range(6):
        send(county, made, made.action(described("household", f"h-{number}", number={"number": str(number)})))
    apply_all(county)
    return made


def stands(laptop: Laptop, *, upto: int = 6, without: tuple[int, ...] = ()) -> EpochStands:
    """The journal as an honest laptop tells it, with a mark at the county's end."""
    digest = JournalDigest()
    for seq in range(1, upto + 1):
        if seq not in without:
            digest.add(seq, laptop.sent[(laptop.epoch, seq)].hash)
    return EpochStands(laptop.epoch, laptop.seq, laptop.head, (Mark(upto, digest.value()),), as_ranges(without))


def told(
    county: County, laptop: Laptop, *epochs: EpochStands, seq: int | None = None, county_time: str = "", **given: Any
) -> JournalWord:
    """The county's word on a contact that tells this."""
    at = (laptop.epoch, laptop.seq if seq is None else seq)
    journal = JournalTold(epochs, **given)
    contact = Contact(laptop.vault, secrets.token_hex(16), 0, *at, 0, True, 0, journal=journal, county_time=county_time)
    answer = contacts.meet(county, read_vault(county, laptop.vault), contact.encode())
    return Standing.decode(Signed.decode(answer).verified(laptop.county.signing_key)).journal


def listed(county: County) -> list[tuple[str, str, int]]:
    with county.store.read() as connection:
        return [(one.fault, one.now, one.waiting) for one in journal_faults.journal_faults(connection, county)]


def test_a_journal_that_is_as_the_county_has_it_is_no_fault(county: County, laptop: Laptop) -> None:
    """So with entries not sent yet, with a mark the county has not reached, and with nothing told at all."""
    assert told(county, laptop, stands(laptop)) == JournalWord()
    laptop.action(described("household", "h-7", number={"number": "7"}))
    ahead = replace(stands(laptop), marks=(*stands(laptop).marks, Mark(7, "ab" * 32)))
    assert told(county, laptop, ahead) == JournalWord()
    contact = Contact(laptop.vault, secrets.token_hex(16), 0, laptop.epoch, laptop.seq, 0, keyring=True, escrow=0)
    contacts.meet(county, read_vault(county, laptop.vault), contact.encode())
    assert listed(county) == []


def test_a_contact_that_is_sent_again_by_somebody_on_the_line_says_nothing_new(county: County, laptop: Laptop) -> None:
    """It is signed and was true once: no fault of the journal, nothing waits, and what a person lifted stays lifted."""
    journal, withdrawn = JournalTold((stands(laptop),)), ("grant-1",)
    at = (laptop.epoch, laptop.seq)
    first = Contact(laptop.vault, NONCE, 0, *at, 0, keyring=True, escrow=0, journal=journal, withdrawn=withdrawn)
    old = first.encode()
    reader = read_vault(county, laptop.vault)
    contacts.meet(county, reader, old)
    lift(county, "grant-1", "误报")
    send(county, laptop, laptop.action(described("household", "h-7", number={"number": "7"})))
    apply_all(county)
    assert told(county, laptop, stands(laptop, upto=7)) == JournalWord()
    contacts.meet(county, reader, old)
    assert listed(county) == []
    assert named_ahead(county) == []
    with county.store.read() as connection:
        kept = contacts.read_contact(connection, county, laptop.vault)
    assert kept is not None
    assert kept.seq == 7


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda one: replace(one, marks=(Mark(6, "ab" * 32),)), "differs"),
        (lambda one: replace(one, marks=(), head="ab" * 32), "differs"),
        (lambda one: replace(one, seq=5), "shorter"),
        (lambda one: replace(one, seq=5, left_out=((6, 6),)), "differs"),
        (lambda one: replace(one, left_out=((1, 2**53),)), "differs"),
    ],
)
def test_a_fault_is_named_and_what_arrives_waits(county: County, laptop: Laptop, change: Change, fault: str) -> None:
    """Leaving out what nobody named as lost hides nothing, however far the range goes."""
    word = told(county, laptop, change(stands(laptop)))
    assert word == JournalWord(fault, laptop.epoch, 6, held=True)
    send(county, laptop, laptop.action(described("household", "h-7", number={"number": "7"})))
    apply_all(county)
    assert listed(county) == [(fault, "open", 1)]
    assert told(county, laptop, stands(laptop)) == JournalWord()
    apply_all(county)
    assert listed(county) == [(fault, "agrees", 0)]
    with county.store.read() as connection:
        seen = connection.scalars(select(tables.entry.c.kind).where(tables.entry.c.record == laptop.vault))
        assert list(seen) == ["vault.journal-fault", "vault.journal-agrees"]
        assert connection.scalar(select(tables.chain.c.seq).where(tables.chain.c.epoch == laptop.epoch)) == 7


def test_what_a_later_epoch_names_as_lost_may_be_left_out(county: County, laptop: Laptop) -> None:
    """A salvage lost two entries that the county has; while its epochs are to be compared nothing is said."""
    old = stands(laptop, without=(3, 4))
    lost = [{"epoch": laptop.epoch, "first": 3, "last": 4}]
    laptop.new_epoch()
    began = laptop.action(("epoch.began", None, {"reason": "salvaged", "missing": lost}))
    new = EpochStands(laptop.epoch, laptop.seq, laptop.head, ())
    assert told(county, laptop, old, new, comparing=True) == JournalWord()
    send(county, laptop, began)
    apply_all(county)
    assert told(county, laptop, old, new) == JournalWord()
    assert told(county, laptop, replace(old, left_out=((2, 4),)), new).fault == "differs"


def test_an_epoch_that_another_laptop_writes_is_no_fault_of_this_one(county: County, laptop: Laptop) -> None:
    """Two copies of a vault, each in an epoch of its own: that is a fork, and is found and said as one."""
    old, at = stands(laptop), laptop.epoch
    laptop.new_epoch()
    send(county, laptop, laptop.action(("epoch.began", None, {"reason": "restored"})))
    apply_all(county)
    laptop.epoch, laptop.seq = at, 6
    assert told(county, laptop, old) == JournalWord()
    assert told(county, laptop, old, EpochStands("other", 1, "ab" * 32, ())) == JournalWord()


def test_a_journal_that_went_back_is_noted_until_somebody_sees_to_it(county: County, laptop: Laptop) -> None:
    """The county never had those entries, so nothing waits; that the numbers are taken again proves nothing."""
    assert told(county, laptop, stands(laptop), seq=9) == JournalWord()
    assert told(county, laptop, stands(laptop), seq=7).fault == "set-back"
    assert told(county, laptop, stands(laptop), seq=12) == JournalWord("set-back", laptop.epoch, 9)
    with pytest.raises(UserFacingError, match="reason-missing"):
        journal_faults.settle(county, laptop.vault, " ")
    (done,) = journal_faults.settle(county, laptop.vault, "换过硬盘")
    assert (done.fault, done.settled) == ("set-back", True)
    with pytest.raises(UserFacingError, match=r"journal-faults\.none"):
        journal_faults.settle(county, laptop.vault, "换过硬盘")
    assert told(county, laptop, stands(laptop), seq=12) == JournalWord()


def test_what_the_laptops_own_check_found_is_read(county: County, laptop: Laptop) -> None:
    """Every digest fits, and still the county says so; nothing waits for it."""
    word = told(county, laptop, stands(laptop), fault="payload-changed")
    assert (word.fault, word.held) == ("not-sound", False)
    assert listed(county) == [("not-sound", "open", 0)]


def test_a_check_that_a_person_has_accepted_hides_no_later_fault(county: County, laptop: Laptop) -> None:
    """An end that was cut off is told for good: what is changed afterwards is noted all the same, and waits."""
    assert told(county, laptop, stands(laptop), fault="journal-cut-short").fault == "not-sound"
    journal_faults.settle(county, laptop.vault, "看过了")
    assert told(county, laptop, stands(laptop), fault="journal-cut-short") == JournalWord()
    changed = replace(stands(laptop), marks=(Mark(6, "ab" * 32),))
    word = told(county, laptop, changed, fault="journal-cut-short")
    assert word == JournalWord("differs", laptop.epoch, 6, held=True)
    journal_faults.settle(county, laptop.vault, "也看过了")
    assert told(county, laptop, changed, fault="journal-cut-short") == JournalWord(), "accepted, not noted anew"


def test_malformed_tellings_are_refused(county: County, laptop: Laptop) -> None:
    """Whatever is not as the protocol has it: no half of it is read."""
    good = decode_json(
        Contact(
            laptop.vault, NONCE, 0, "e", 1, 0, keyring=True, escrow=0, journal=JournalTold((stands(laptop),))
        ).encode()
    )
    spoiled: list[Any] = [None, [], {"epochs": [], "fault": ""}, {"epochs": {}, "fault": "", "comparing": False}]
    changes: list[Any] = [{"marks": [[1]]}, {"head": "x"}, {"left_out": [[3, 2]]}, {"seq": -1}, {"marks": [[1, 2]]}]
    epoch = good["journal"]["epochs"][0]
    spoiled.extend({**good["journal"], "epochs": [{**epoch, **change}]} for change in changes)
    spoiled.append({**good["journal"], "epochs": good["journal"]["epochs"] * 2})
    for journal in spoiled:
        with pytest.raises(ProtocolError):
            Contact.decode(encode_json({**good, "journal": journal}))
    assert Contact.decode(encode_json(good)).journal == JournalTold((stands(laptop),))


def test_the_described_shapes_are_those_of_the_protocol(laptop: Laptop) -> None:
    """The interface's description names every field that is written, and no other."""
    journal = JournalTold((stands(laptop),))
    contact = decode_json(
        Contact("v", NONCE, 0, "e", 1, 0, True, 0, withdrawn=("g",), journal=journal, county_time="t").encode()
    )
    standing = decode_json(Standing("v", NONCE, "t", "good", 0, "", "", "", "").encode())
    pairs = [
        (CONTACT, contact),
        (JOURNAL_TOLD, contact["journal"]),
        (EPOCH_STANDS, contact["journal"]["epochs"][0]),
        (STANDING, standing),
        (JOURNAL_WORD, standing["journal"]),
    ]
    for shape, written in pairs:
        assert set(shape["properties"]) == set(written)


def hours_from_now(hours: int) -> str:
    return (datetime.now().astimezone() + timedelta(hours=hours)).isoformat(timespec="seconds")


def kept_seq(county: County, laptop: Laptop) -> int:
    with county.store.read() as connection:
        kept = contacts.read_contact(connection, county, laptop.vault)
    assert kept is not None
    return int(kept.seq)


def test_a_contact_that_comes_behind_newer_batches_makes_no_fault(county: County, laptop: Laptop) -> None:
    """It lay on the road while the laptop, tired of waiting, asked anew, worked on and sent: it was true when told."""
    early = replace(stands(laptop, upto=4), seq=4, head=laptop.sent[(laptop.epoch, 4)].hash)
    assert told(county, laptop, early, seq=4, county_time=hours_from_now(-1)) == JournalWord()
    assert told(county, laptop, early, seq=4, county_time=now_text()).fault == "shorter", "told after they had come"


def test_a_contact_that_comes_behind_a_newer_one_is_not_noted(county: County, laptop: Laptop) -> None:
    """What the vault told since is not written over; whom it says somebody withdrew from is heard all the same."""
    assert told(county, laptop, stands(laptop), seq=9, county_time=now_text()) == JournalWord()
    assert told(county, laptop, stands(laptop), seq=7, county_time=hours_from_now(-1)) == JournalWord()
    assert (listed(county), kept_seq(county, laptop)) == ([], 9)
    late = Contact(
        laptop.vault, NONCE, 0, laptop.epoch, 7, 0, True, 0, withdrawn=("grant-1",), county_time=hours_from_now(-1)
    )
    contacts.meet(county, read_vault(county, laptop.vault), late.encode())
    assert [one.grant for one in named_ahead(county)] == ["grant-1"]
    assert told(county, laptop, stands(laptop), seq=7, county_time=now_text()).fault == "set-back"


@pytest.mark.parametrize("said", ["", "gestern", "2026-11-20T09:30:00", "9" * 200])
def test_a_time_that_is_none_hides_no_fault(county: County, laptop: Laptop, said: str) -> None:
    """A contact without the county's time, or with what is none, is compared as it comes."""
    assert told(county, laptop, replace(stands(laptop), seq=5), county_time=said).fault == "shorter"


def test_a_county_whose_clock_ran_ahead_for_a_while_goes_on_comparing(county: County, laptop: Laptop) -> None:
    """What it had of the vault then is dated in days to come: no contact is late for that."""
    told(county, laptop, stands(laptop), county_time=now_text())
    ahead = {"time": hours_from_now(24 * 365 * 70)}
    with county.store.write() as connection:
        connection.execute(update(tables.contact).where(tables.contact.c.vault == laptop.vault).values(**ahead))
        connection.execute(
            update(tables.batch).where(tables.batch.c.vault == laptop.vault).values(received=ahead["time"])
        )
    assert told(county, laptop, replace(stands(laptop), seq=5), seq=5, county_time=now_text()).fault == "shorter"
    assert kept_seq(county, laptop) == 5


def test_ranges() -> None:
    """Few ranges for many numbers, and whether they cover a stretch."""
    assert as_ranges([5, 3, 4, 9]) == ((3, 5), (9, 9))
    assert covers([(9, 9), (3, 5), (6, 8)], 3, 9)
    assert not covers([(3, 5), (7, 9)], 3, 9)
    assert covers([], 4, 3)
