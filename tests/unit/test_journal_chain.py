"""The chain over headers: whatever is done to a run of entries, the walk over it notices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.journal import (
    ERASED,
    NO_PREVIOUS,
    Entry,
    EntryFormatError,
    EntryReference,
    Header,
    decode_body,
    encode_payload,
    first_fault,
    hash_bytes,
    whole_actions,
)

SALT = bytes(16)


def journal(actions: list[int], *, epochs: int = 1) -> list[Entry]:
    """Entries of actions with these numbers of parts, ``epochs`` times over."""
    entries: list[Entry] = []
    previous = NO_PREVIOUS
    for epoch in range(epochs):
        seq = 0
        for number, parts in enumerate(actions):
            for part in range(1, parts + 1):
                seq += 1
                payload = encode_payload({"words": f"{number}-{part}-𠮷"}, SALT)
                header = Header(
                    vault="vault",
                    epoch=f"epoch{epoch}",
                    seq=seq,
                    previous=previous,
                    action=f"action-{epoch}-{number}",
                    part=part,
                    parts=parts,
                    kind="visit.recorded",
                    record=f"record-{number}",
                    time="2026-11-20T09:00:00.000+00:00",
                    worker="worker-lin",
                    role="caseworker",
                    payload_hash=hash_bytes(payload),
                )
                entries.append(Entry(header.encode(), payload))
                previous = entries[-1].hash
    return entries


journals = st.lists(st.integers(1, 4), min_size=1, max_size=6).map(journal)


def head(entries: list[Entry]) -> str:
    """The hash kept beside the journal."""
    return entries[-1].hash


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 3))
def test_what_was_written_holds(actions: list[int], epochs: int) -> None:
    """Any actions in any number of epochs."""
    entries = journal(actions, epochs=epochs)
    assert first_fault(entries, head=head(entries)) is None


@given(journals, st.data())
def test_any_one_edited_byte_of_a_header_is_found(entries: list[Entry], data: st.DataObject) -> None:
    """Also of the last one, by the head; the fault names that entry or the one beside it."""
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = bytearray(entries[place].header_bytes)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    edited = [*entries[:place], Entry(bytes(changed), entries[place].payload_bytes), *entries[place + 1 :]]
    assert first_fault(edited, head=head(entries)) is not None


@given(journals, st.data())
def test_any_one_edited_byte_of_a_payload_names_that_entry(entries: list[Entry], data: st.DataObject) -> None:
    """The header holds the payload's hash."""
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = bytearray(entries[place].payload_bytes or b"")
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    edited = [*entries[:place], Entry(entries[place].header_bytes, bytes(changed)), *entries[place + 1 :]]
    fault = first_fault(edited, head=head(entries))
    assert fault is not None
    assert (fault.reference, fault.code) == (str(entries[place].header.reference), "payload-changed")


@given(journals, st.data())
def test_a_missing_repeated_or_moved_entry_is_found(entries: list[Entry], data: st.DataObject) -> None:
    """Gapless and in order: nothing in between can go, come twice or change places."""
    place = data.draw(st.integers(0, len(entries) - 1))
    assert first_fault(entries[:place] + entries[place + 1 :], head=head(entries)) is not None
    assert first_fault([*entries[: place + 1], *entries[place:]], head=head(entries)) is not None
    order = data.draw(st.permutations(entries))
    assert (first_fault(order, head=head(entries)) is None) == (order == entries)


@given(journals, st.integers(1, 24))
def test_a_journal_cut_off_at_its_end_is_found_by_the_head(entries: list[Entry], count: int) -> None:
    """Without the head a cut between actions could not be seen: therefore it is kept, and anchored by receipts."""
    fault = first_fault(entries[:-count], head=head(entries))
    assert fault is not None
    assert fault.code in {"journal-cut-short", "action-cut-short"}


@given(journals, st.data())
def test_a_missing_payload_needs_an_erasure_that_names_it(entries: list[Entry], data: st.DataObject) -> None:
    """Erased content is explained by an ``entry.erased`` entry, or it was taken."""
    place = data.draw(st.integers(0, len(entries) - 1))
    reference = str(entries[place].header.reference)
    emptied = [*entries[:place], Entry(entries[place].header_bytes, None), *entries[place + 1 :]]
    fault = first_fault(emptied, head=head(entries))
    assert fault is not None
    assert (fault.reference, fault.code) == (reference, "payload-missing")
    last = entries[-1].header
    payload = encode_payload({"entry": reference, "reason": "录错"}, SALT)
    header = Header(
        vault=last.vault,
        epoch=last.epoch,
        seq=last.seq + 1,
        previous=head(entries),
        action="erasing",
        part=1,
        parts=1,
        kind=ERASED,
        record=None,
        time=last.time,
        worker=last.worker,
        role=last.role,
        payload_hash=hash_bytes(payload),
    )
    explained = [*emptied, Entry(header.encode(), payload)]
    assert first_fault(explained, head=head(explained)) is None


def test_a_new_epoch_names_the_head_of_the_old_one() -> None:
    """Two epochs side by side instead of one after the other do not hold."""
    first, second = journal([1, 2]), journal([1, 2], epochs=2)[3:]
    assert first_fault([*first, *second]) is None
    unlinked = [*first, *journal([2], epochs=2)[2:]]
    fault = first_fault(unlinked)
    assert fault is not None
    assert fault.code == "chain-broken"


@given(journals)
def test_whole_actions_are_found_again(entries: list[Entry]) -> None:
    """Grouped as they were written, none split."""
    actions = list(whole_actions(entries))
    assert [one for action in actions for one in action] == entries
    assert all(len({one.header.action for one in action}) == 1 for action in actions)
    assert all(len(action) == action[0].header.parts for action in actions)


@given(st.lists(st.integers(2, 4), min_size=1, max_size=4).map(journal), st.data())
def test_a_split_action_is_refused(entries: list[Entry], data: st.DataObject) -> None:
    """No batch may carry a part of an action."""
    inside = [place for place, one in enumerate(entries) if one.header.part < one.header.parts]
    cut = data.draw(st.sampled_from(inside)) + 1
    for part in (entries[:cut], entries[cut:]):
        with pytest.raises(EntryFormatError):
            list(whole_actions(part))


@given(journals, st.data())
def test_bytes_of_a_newer_version_are_kept_as_they_came(entries: list[Entry], data: st.DataObject) -> None:
    """A field that this version does not know stays in the bytes and does not disturb reading."""
    entry = data.draw(st.sampled_from(entries))
    newer = Entry(entry.header_bytes[:-1] + b',"zz_new":"\xf0\xa0\xae\xb7"}', entry.payload_bytes)
    assert newer.header == entry.header
    assert newer.hash != entry.hash


@given(st.binary(max_size=200))
def test_bytes_that_are_no_entry_are_refused_in_one_way(data: bytes) -> None:
    """Header and payload readers raise EntryFormatError and nothing else."""
    for read in (Header.decode, decode_body):
        with pytest.raises(EntryFormatError):
            read(data)


@given(st.text(max_size=60))
def test_a_reference_is_read_back_or_refused(text: str) -> None:
    """Three parts, the last a number."""
    assert EntryReference.parse("v/e/12") == EntryReference("v", "e", 12)
    try:
        reference = EntryReference.parse(text)
    except EntryFormatError:
        return
    assert EntryReference.parse(str(reference)) == reference
