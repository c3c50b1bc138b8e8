"""Erasing at the county (个人信息删除权): the content goes everywhere, what holds the chain together stays."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from county import attachments, erasing, intake, revocation, tables
from county.apply import apply_all
from county.erased_copies import clear_waiting
from county.fingerprints import take_attachment
from county.history import read_batch
from county.holds import retry_holds
from county.issuing import Item, issue
from county.opening import County
from desktop.domain import records
from desktop.domain.journal import ERASED, NO_PREVIOUS, Entry
from desktop.domain.records import Nature, RecordKind
from desktop.sync.envelope import Signed, digest, seal, unpack_container, unseal
from desktop.sync.protocol import AttachmentReceipt, BatchReturned, decode_entries
from tests.county.laptop import Laptop, copy_of, described, enrolled, household, send, verdicts
from tests.county.test_apply import records_of
from tests.entry_bodies import BODIES

CANARY = "欧阳䶮𠮷"
NUMBER = "11010519491231002X"


def everything(county: County) -> str:
    """All that the county's tables hold, as text; sealed bytes are opened with the county's keys."""
    from desktop.sync.envelope import unseal

    found: list[str] = []
    with county.store.read() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(select(table).where(table.c[_county_column(table)] == county.code)):
                for name, value in row._mapping.items():
                    if name == "container" and value is not None:
                        value = unseal(unpack_container(bytes(value))[1], county.sealing[0])
                    found.append(
                        bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
                    )
    return "\n".join(found)


def _county_column(table: Any) -> str:
    return "code" if table.name == "county" else "county"


def erased(laptop: Laptop, seq: int, record: str | None) -> tuple[str, str | None, dict[str, str]]:
    """The erasure of an entry of this laptop."""
    return ERASED, record, {"entry": f"{laptop.vault}/{laptop.epoch}/{seq}", "reason": "本人要求删除"}


def sent(county: County, laptop: Laptop, *drafts: Any) -> list[tuple[str, str]]:
    """One action as a batch; answers its verdicts."""
    number = send(county, laptop, laptop.action(*drafts))
    apply_all(county)
    return verdicts(county, laptop, number)


def test_erased_content_is_nowhere_at_the_county_and_the_chain_holds(county: County, township: str) -> None:
    """Tables, folded records, match keys and the sealed batch; headers, receipts and positions stay."""
    laptop, colleague = enrolled(county, [township]), enrolled(county, [township])
    home, person, drafts = household(township + "201", CANARY, NUMBER)
    sent(county, laptop, *drafts)
    sent(county, laptop, described("household", home, number={"number": "7"}))
    assert CANARY in everything(county), "nothing to look for"
    assert NUMBER in everything(county)
    before = colleague.pull(county)
    assert sent(county, laptop, erased(laptop, 2, person)) == [("ok", "")]
    assert CANARY not in everything(county)
    assert NUMBER not in everything(county)
    assert records_of(county)[home]["groups"]["number"]["value"] == {"number": "7"}
    with county.store.read() as connection:
        rows = connection.execute(
            select(tables.entry).where(tables.entry.c.vault == laptop.vault).order_by(tables.entry.c.seq)
        ).all()
    previous = NO_PREVIOUS
    for row in rows:
        entry = Entry(bytes(row.header), row.payload)
        assert (entry.header.previous, entry.hash) == (previous, row.hash)
        previous = row.hash
    assert [row.payload is None for row in rows] == [False, True, False, False]
    after = colleague.pull(county)
    assert [one.verdict for one in after[: len(before)]] == [one.verdict for one in before]
    fed = [one.entry for one in after if one.entry is not None]
    assert all(CANARY.encode() not in (one.payload_bytes or b"") for one in fed)
    assert fed[-1].header.kind == ERASED
    assert fed[-1].body() == {"entry": f"{laptop.vault}/{laptop.epoch}/2", "reason": "本人要求删除"}


def test_content_erased_in_the_very_batch_that_brings_it_does_not_stay(county: County, township: str) -> None:
    """The laptop erased before it sent; an older program might still have the payload in the batch."""
    laptop = enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    entries = [*laptop.action(*drafts), *laptop.action(erased(laptop, 2, person))]
    number = send(county, laptop, entries)
    apply_all(county)
    assert verdicts(county, laptop, number) == [("ok", "")] * 3
    assert CANARY not in everything(county)


def test_a_batch_sent_again_after_the_erasure_brings_nothing_back(county: County, township: str) -> None:
    """The same bytes are answered from the receipts that are there."""
    laptop = enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    container = laptop.batch(laptop.action(*drafts))
    intake.store_batch(county, laptop.vault, laptop.epoch, 1, container)
    apply_all(county)
    sent(county, laptop, erased(laptop, 2, person))
    assert not intake.store_batch(county, laptop.vault, laptop.epoch, 1, container).fresh
    apply_all(county)
    assert CANARY not in everything(county)


def test_an_erasure_that_was_held_is_done_when_its_action_is_taken_in(
    county: County, township: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside it stood a kind that only a newer program knows: held with it, and not forgotten at the retry."""
    laptop = enrolled(county, [township])
    _, person, drafts = household(township + "201", CANARY, NUMBER)
    sent(county, laptop, *drafts)
    held = sent(county, laptop, erased(laptop, 2, person), ("pair.recorded", "pair-0", {"text": "一台收音机"}))
    assert {result for result, _ in held} == {"held"}
    assert CANARY in everything(county)
    monkeypatch.setattr(records, "KINDS", {**records.KINDS, "pair": RecordKind("pair", Nature.FACT)})
    assert retry_holds(county) == 1
    assert CANARY not in everything(county)
    assert person not in records_of(county)


def test_a_colleague_of_the_township_may_erase_and_nobody_else(county: County, township: str) -> None:
    """Whoever the person asks, in the township; what the county wrote and erasures themselves stay."""
    laptop, colleague = enrolled(county, [township]), enrolled(county, [township])
    stranger = enrolled(county, [f"{county.code}102"])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    sent(county, laptop, *drafts)
    issue(county, [Item("organisation", "organisation-x", {"name": "试验", "active": True})])
    assert sent(county, stranger, erased(laptop, 2, person)) == [("rejected", "not-allowed")]
    with county.store.read() as connection:
        own = connection.execute(select(tables.entry).where(tables.entry.c.vault == county.vault)).first()
    assert own is not None
    county_entry = (ERASED, None, {"entry": f"{own.vault}/{own.epoch}/{own.seq}", "reason": "x"})
    assert sent(county, colleague, county_entry) == [("rejected", "not-allowed")]
    unknown = (ERASED, None, {"entry": "nobody/e/1", "reason": "x"})
    assert sent(county, colleague, unknown) == [("rejected", "no-such-entry")]
    assert sent(county, colleague, (ERASED, None, {"entry": 7})) == [("rejected", "malformed")]
    assert CANARY in everything(county)
    assert sent(county, colleague, erased(laptop, 2, person)) == [("ok", "")]
    assert CANARY not in everything(county)
    assert sent(county, laptop, erased(colleague, colleague.seq, None)) == [("rejected", "not-allowed")]


def test_with_an_erased_scan_goes_its_picture(county: County, township: str) -> None:
    """The file and its row; another scan's picture stays. What a kill leaves, the next start takes."""
    laptop = enrolled(county, [township])
    pictures = [seal(one, [laptop.county.recipient]) for one in (b"wrong person", b"right person")]
    for one in pictures:
        attachments.store_attachment(county, laptop.vault, digest(one), one)
    files = [attachments.attachment_file(county, digest(one)) for one in pictures]
    for number, one in enumerate(pictures):
        sent(county, laptop, ("scan.recorded", f"scan-{number}", {"sheet": "s", "attachment": digest(one)}))
    sent(county, laptop, erased(laptop, 1, "scan-0"))
    assert [path.exists() for path in files] == [False, True]
    assert attachments.attachment_size(county, digest(pictures[0])) is None
    files[0].write_bytes(pictures[0])
    assert erasing.sweep(county) == 1
    assert [path.exists() for path in files] == [False, True]


def test_a_picture_that_another_scan_names_too_goes_with_the_last_of_them(county: County, township: str) -> None:
    """Two records show it, or somebody else's names it only to be erased: it is content of each."""
    laptop, stranger = enrolled(county, [township]), enrolled(county, [f"{county.code}102"])
    picture = seal(b"one page, two papers", [laptop.county.recipient])
    attachments.store_attachment(county, laptop.vault, digest(picture), picture)
    file = attachments.attachment_file(county, digest(picture))
    named = {**BODIES["scan.recorded"], "attachment": digest(picture)}
    foreign = {**named, "sheet": "u", "attachment": "0" * 64, "original": digest(picture)}
    two = [("scan.recorded", "scan-0", named), ("scan.recorded", "scan-1", {**named, "sheet": "t"})]
    assert sent(county, laptop, *two) == [("ok", "")] * 2
    assert sent(county, stranger, ("scan.recorded", "scan-2", foreign)) == [("ok", "")]
    for laptop_, seq, scan in ((stranger, 1, "scan-2"), (laptop, 1, "scan-0")):
        assert sent(county, laptop_, erased(laptop_, seq, scan)) == [("ok", "")]
        assert file.exists()
        assert attachments.attachment_size(county, digest(picture)) == len(picture)
    receipt = take_attachment(county, laptop.vault, digest(picture), picture).receipt
    assert AttachmentReceipt.decode(Signed.decode(receipt).verified(county.signing.public)).kept
    assert sent(county, laptop, erased(laptop, 2, "scan-1")) == [("ok", "")]
    assert not file.exists()
    assert attachments.attachment_size(county, digest(picture)) is None


def test_two_scans_that_are_erased_together_leave_no_picture(county: County, township: str) -> None:
    """None of the two keeps it for the other."""
    laptop = enrolled(county, [township])
    picture = seal(b"one page, two papers", [laptop.county.recipient])
    attachments.store_attachment(county, laptop.vault, digest(picture), picture)
    named = {**BODIES["scan.recorded"], "attachment": digest(picture)}
    two = [("scan.recorded", "scan-0", named), ("scan.recorded", "scan-1", named)]
    others = [("scan.recorded", f"other-{n}", {**named, "attachment": f"{n:064}"}) for n in range(9)]
    assert sent(county, laptop, *two, *others, ("scan.recorded", "kept", others[0][2])) == [("ok", "")] * 12
    sent(county, laptop, *(erased(laptop, n + 1, one) for n, (_, one, _) in enumerate([*two, *others])))
    assert not attachments.attachment_file(county, digest(picture)).exists()
    with county.store.read() as connection:
        gone = tables.erased_attachment.c
        assert set(connection.scalars(select(gone.digest).where(gone.county == county.code))) == {
            digest(picture),
            *(f"{n:064}" for n in range(1, 9)),
        }, "what is shown once more is not gone"


def test_the_picture_of_a_scan_that_was_erased_before_it_came_is_not_kept(county: County, township: str) -> None:
    """Records go first: a colleague erases the scan while its picture still lies on the laptop that took it."""
    laptop, colleague = enrolled(county, [township]), enrolled(county, [township])
    picture = seal(b"wrong person", [laptop.county.recipient])
    sent(county, laptop, ("scan.recorded", "scan-0", {"sheet": "s", "attachment": digest(picture)}))
    assert sent(county, colleague, erased(laptop, 1, "scan-0")) == [("ok", "")]
    for _ in range(2):
        kept = take_attachment(county, laptop.vault, digest(picture), picture)
        receipt = AttachmentReceipt.decode(Signed.decode(kept.receipt).verified(county.signing.public))
        assert (receipt.kept, receipt.digest, receipt.size) == (False, digest(picture), len(picture))
        assert not attachments.attachment_file(county, digest(picture)).exists()
        assert attachments.attachment_size(county, digest(picture)) is None


@pytest.mark.parametrize("first", ["sent-again", "erased"])
def test_erased_content_leaves_the_batch_that_brought_it_a_second_time(
    county: County, township: str, first: str
) -> None:
    """A restored laptop sends again what is there, in a batch of another number, before the erasure or after it."""
    laptop = enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    entries = laptop.action(*drafts)
    send(county, laptop, entries)
    apply_all(county)
    erasure = laptop.action(erased(laptop, 2, person))
    for some in (entries, erasure) if first == "sent-again" else (erasure, entries):
        send(county, laptop, some)
    apply_all(county)
    assert CANARY not in everything(county)
    assert NUMBER not in everything(county)


def test_what_else_a_batch_holds_that_brought_erased_content_again_stays(county: County, township: str) -> None:
    """A copy of the laptop wrote something of its own behind it, which lies in the sealed bytes alone."""
    laptop = enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    entries = laptop.action(*drafts)
    copy = copy_of(laptop)
    send(county, laptop, entries)
    send(county, laptop, laptop.action(described("household", "h-1", number={"number": "7"})))
    copy.number, copy.previous = laptop.number, laptop.previous
    send(county, copy, [*entries, *copy.action(described("household", "h-2", number={"number": "别人的"}))])
    apply_all(county)
    laptop.number, laptop.previous = copy.number, copy.previous
    sent(county, laptop, erased(laptop, 2, person))
    assert CANARY not in everything(county)
    assert "别人的" in everything(county)
    signed, sealed = unpack_container(read_batch(county, laptop.vault, laptop.epoch, copy.number))
    assert BatchReturned.decode(signed.verified(county.signing.public)).digest == digest(sealed), "the county's word"


def test_what_else_a_batch_holds_that_brought_erased_content_stays(county: County, township: str) -> None:
    """Behind it stood an entry that did not fit the chain: the sealed bytes are the only place where that is."""
    laptop = enrolled(county, [township])
    copy = copy_of(laptop)
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    copy.action(*(described("household", one, number={"number": "7"}) for one in ("h-1", "h-2")))
    broken = copy.action(described("household", "h-3", number={"number": "别人的"}))
    number = send(county, laptop, [*laptop.action(*drafts), *broken])
    apply_all(county)
    assert verdicts(county, laptop, number)[-1] == ("rejected", "chain-broken")
    sent(county, laptop, erased(laptop, 2, person))
    assert CANARY not in everything(county)
    assert "别人的" in everything(county)


def test_erased_content_leaves_what_was_set_aside_and_nothing_else_does(county: County, township: str) -> None:
    """Bytes under a name that was taken are kept: without the erased entry's content, with all that is nowhere else."""
    laptop = enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    entries = laptop.action(*drafts)
    copy = copy_of(laptop)
    send(county, laptop, entries)
    apply_all(county)
    with pytest.raises(intake.Fork):
        send(county, copy, [*entries, *copy.action(described("household", "h-2", number={"number": "别人的"}))])
    sent(county, laptop, erased(laptop, 2, person))
    assert CANARY not in everything(county)
    assert "别人的" in everything(county)
    with county.store.read() as connection:
        aside = select(func.count()).select_from(tables.quarantine).where(tables.quarantine.c.county == county.code)
        assert connection.scalar(aside) == 1


def test_another_entry_of_the_same_number_that_was_set_aside_is_not_erased(county: County, township: str) -> None:
    """A copy of the laptop wrote it: it bears the erased one's number, and is somebody else's work."""
    laptop = enrolled(county, [township])
    copy = copy_of(laptop)
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    send(county, laptop, laptop.action(*drafts))
    apply_all(county)
    others = [described("household", one, number={"number": "别人的"}) for one in ("h-1", "h-2")]
    with pytest.raises(intake.Fork):
        send(county, copy, copy.action(*others))
    sent(county, laptop, erased(laptop, 2, person))
    assert everything(county).count("别人的") == 2


@pytest.mark.parametrize("also", ["something else", "nothing else"])
def test_erased_content_that_is_set_aside_after_its_erasure_does_not_stay(
    county: County, township: str, also: str
) -> None:
    """A copy of the laptop that lay in a drawer sends what it had under a name that is taken by now."""
    laptop = enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    entries = laptop.action(*drafts)
    copy = copy_of(laptop)
    send(county, laptop, entries)
    sent(county, laptop, erased(laptop, 2, person))
    other = copy.action(described("household", "h-2", number={"number": "别人的"})) if also == "something else" else []
    for _ in range(2):
        copy.number, copy.previous = 0, NO_PREVIOUS
        with pytest.raises(intake.Fork):
            send(county, copy, [*entries, *other])
    assert CANARY not in everything(county)
    assert NUMBER not in everything(county)
    assert ("别人的" in everything(county)) == bool(other)
    with county.store.read() as connection:
        aside = select(func.count()).select_from(tables.quarantine).where(tables.quarantine.c.county == county.code)
        assert connection.scalar(aside) == 2


@pytest.mark.parametrize("first", ["sent", "erased"])
def test_erased_content_leaves_a_batch_that_waits_for_review(county: County, township: str, first: str) -> None:
    """A revoked vault's, which a person may never accept. All else in it stays, is given back, and may be applied."""
    laptop, colleague = enrolled(county, [township]), enrolled(county, [township])
    _home, person, drafts = household(township + "201", CANARY, NUMBER)
    entries = laptop.action(*drafts)
    send(county, laptop, entries)
    apply_all(county)
    again = [*entries, *laptop.action(described("household", "h-2", number={"number": "还没看过的"}))]
    revocation.revoke(county, laptop.vault, "丢失", wipe=False)
    if first == "sent":
        send(county, laptop, again)
    assert sent(county, colleague, erased(laptop, 2, person)) == [("ok", "")]
    if first == "erased":
        send(county, laptop, again)
        assert CANARY in everything(county)
        clear_waiting(county)
    assert CANARY not in everything(county)
    assert "还没看过的" in everything(county)
    signed, sealed = unpack_container(read_batch(county, laptop.vault, laptop.epoch, laptop.number))
    word = BatchReturned.decode(signed.verified(county.signing.public))
    assert (word.first_seq, word.last_seq) == (1, 3)
    content = decode_entries(unseal(sealed, laptop.sealing), word)
    assert [one.payload_bytes is None for one in content] == [False, True, False]
    revocation.accept_batches(county, laptop.vault, "看过了")
    apply_all(county)
    assert verdicts(county, laptop, laptop.number) == [("duplicate", ""), ("duplicate", ""), ("ok", "")]
    assert records_of(county)["h-2"]["groups"]["number"]["value"] == {"number": "还没看过的"}


def test_what_nobody_can_open_is_set_aside_as_it_came(county: County, township: str) -> None:
    """Bytes that are no batch stop neither the answer nor those that follow."""
    laptop = enrolled(county, [township])
    copy = copy_of(laptop)
    _home, _person, drafts = household(township + "201", CANARY, NUMBER)
    sent(county, laptop, *drafts)
    container = copy.batch(copy.action(*drafts), content=b"no batch")
    with pytest.raises(intake.Fork):
        intake.store_batch(county, copy.vault, copy.epoch, copy.number, container)
    with county.store.read() as connection:
        kept = connection.scalar(select(tables.quarantine.c.container).where(tables.quarantine.c.county == county.code))
    assert kept == container
