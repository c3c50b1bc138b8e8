"""Two vaults of one township and their county end equal, in whatever order they work and sync."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from desktop.domain.errors import UserFacingError
from desktop.services import joining
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.services.sync_attention import Sort, dealt_with, keep_standing, needs_attention
from desktop.storage import outbox, records
from desktop.storage.tables import batch
from desktop.sync.envelope import SealingKey, unpack_container, unseal
from desktop.sync.protocol import Manifest, ProtocolError, decode_entries
from tests.county_process import CountyProcess, serving
from tests.entry_bodies import FIELDS, visit_body
from tests.people import JIANYANG, made_up_id
from tests.sync.journals import address, describe, enrolled, states, synced
from tests.vaults import opened

_sequence = itertools.count()


@dataclass(frozen=True)
class Township:
    """A county and two open vaults of its township."""

    county: CountyProcess
    lin: Application
    wang: Application

    def settle(self) -> None:
        """Everybody syncs until nothing new can come."""
        for laptop in (self.lin, self.wang, self.lin, self.wang):
            report = synced(laptop)
            assert report.stopped is None
            assert report.not_done == ()

    def assert_equal(self) -> None:
        """Both laptops and the county hold the same records, to the last value."""
        at_county = self.county.states()
        assert states(self.lin) == at_county
        assert states(self.wang) == at_county


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Township]:
    """Made once; each test and example works on people of its own."""
    home: Path = tmp_path_factory.mktemp("township")
    with serving(home / "county") as county:
        lin = enrolled(home / "lin", county, "林晓梅")
        wang = enrolled(home / "wang", county, "王大山")
        with opened(lin) as one, opened(wang) as other:
            yield Township(county, one, other)


def new_id() -> str:
    return secrets.token_hex(16)


def import_household(laptop: Application, number: str, detail: str, *, ledger: str = "") -> tuple[str, str]:
    """What importing one row of a ledger writes; answers the household's and the head's id.

    ``number`` is the head's document ("" for none), ``ledger`` the household's number there.
    """
    household, head = new_id(), new_id()

    def write(action: Any) -> None:
        groups: dict[str, Any] = {"address": address(detail), "head": {"resident": head}}
        if ledger:
            groups["number"] = {"number": ledger}
        action.add("household.described", household, _body(groups))
        person = {
            "name": {"name": "吴㛃华"},
            "document": {"type": "resident-id" if number else "none", "number": number},
            "membership": {"household": household, "relation": "0"},
        }
        action.add("resident.described", head, _body(person))

    laptop.act(write)
    return household, head


def canonical(laptop: Application, record_id: str) -> str:
    return laptop.read(lambda connection: records.canonical(connection, record_id))


def _body(groups: dict[str, Any]) -> dict[str, Any]:
    return {"groups": {name: {"value": value, "base": None} for name, value in groups.items()}}


def new_number() -> str:
    sequence = next(_sequence)
    return made_up_id(JIANYANG, date(1950 + sequence // 300, 1 + sequence % 12, 5), sequence % 1000)


def move_need(laptop: Application, need: str, target: str) -> None:
    """A step of a lifecycle from where this laptop believes it to be; not taken where it is not allowed."""
    known = laptop.read(lambda connection: records.state(connection, need))
    body = {"from": known["state"] if known else None, "to": target, "fields": {} if known else FIELDS["need"]}
    try:
        laptop.act(lambda action: action.add("need.moved", need, body))
    except UserFacingError as refused:
        assert refused.code == "action.refused"  # noqa: PT017 any other error is a fault


def work(laptop: Application, what: str, household: str, head: str, need: str) -> None:
    """One piece of a worker's day."""
    unique = new_id()
    match what:
        case "address":
            describe(laptop, household, address=address(unique))
        case "number":
            describe(laptop, household, number={"number": unique})
        case "phone":
            describe(laptop, head, "resident", phones={"numbers": [unique]})
        case "visit":
            findings = {"respondent": {"resident": head}, "members": [{"resident": head, "health": "chronic"}]}
            body = visit_body(household, note=unique, **findings)
            laptop.act(lambda action: action.add("visit.recorded", new_id(), body))
        case "need":
            known = laptop.read(lambda connection: records.state(connection, need))
            move_need(laptop, need, "open" if known is None else "met")
        case "drop":
            move_need(laptop, need, "dropped")


WORK = ("address", "number", "phone", "visit", "need", "drop", "sync", "sync")
STEPS = st.lists(st.tuples(st.sampled_from(["lin", "wang"]), st.sampled_from(WORK)), min_size=2, max_size=12)


IMPORTED = st.sampled_from(["once", "both", "lin", "wang", "nobody"])
"""Whether the ledger came to both laptops, and then on whose it has a usable document of the head."""


@given(steps=STEPS, imported=IMPORTED)
@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_order_of_work_and_sync_ends_equal(
    township: Township, steps: list[tuple[str, str]], imported: str
) -> None:
    """One household on both laptops, or one ledger imported on both; edits on both sides; any order of syncs."""
    number, ledger = new_number(), new_id()
    need = new_id()
    has_document = {"once": ("lin",), "both": ("lin", "wang")}.get(imported, (imported,))
    home = {"lin": import_household(township.lin, number if "lin" in has_document else "", "1号", ledger=ledger)}
    if imported != "once":
        own = number if "wang" in has_document else ""
        home["wang"] = import_household(township.wang, own, "1号", ledger=ledger)
    else:
        synced(township.lin)
        synced(township.wang)
        home["wang"] = home["lin"]
    for who, what in steps:
        laptop: Application = getattr(township, who)
        if what == "sync":
            synced(laptop)
        else:
            work(laptop, what, *home[who], need)
    township.settle()
    township.assert_equal()
    if imported in ("once", "both") or "number" not in {what for _, what in steps}:
        # Without two documents it is the ledger's number that says who is one, and somebody may have changed it.
        assert len({canonical(township.lin, household) for household, _ in home.values()}) == 1
        assert len({canonical(township.lin, head) for _, head in home.values()}) == 1


@pytest.mark.parametrize("documents", [("", ""), ("own", ""), ("", "own")])
def test_people_without_a_usable_document_do_not_become_two(township: Township, documents: tuple[str, str]) -> None:
    """The ledger number, the village and the head's name say it; what was found and agreed to follows."""
    number, ledger = new_number(), new_id()
    own = [number if one else "" for one in documents]
    first = import_household(township.lin, own[0], "12号", ledger=ledger)
    second = import_household(township.wang, own[1], "12号", ledger=ledger)
    visit, grant = new_id(), new_id()
    findings = [{"resident": second[1], "health": "chronic"}]
    body = visit_body(second[0], respondent={"resident": second[1]}, members=findings)
    township.wang.act(lambda action: action.add("visit.recorded", visit, body))
    fields = {**FIELDS["grant"], "household": second[0], "resident": second[1]}
    agreed = {"from": None, "to": "agreed", "fields": fields}
    township.wang.act(lambda action: action.add("grant.moved", grant, agreed))
    township.settle()
    township.assert_equal()
    for laptop in (township.lin, township.wang):
        known = states(laptop)
        assert second[0] not in known
        assert second[1] not in known
        assert known[visit]["fact"]["members"][0]["resident"] == first[1]
        assert known[grant]["fields"]["resident"] == first[1]
        if documents == ("", ""):
            assert known[first[1]]["conflicts"] == {}
        else:
            (listed,) = [one for one in needs_attention(laptop) if one.record == first[1]]
            assert (listed.sort, listed.group) == (Sort.CONFLICT, "document")


@pytest.mark.parametrize("first_syncs", ["lin", "wang"])
def test_what_a_worker_says_to_be_one_is_one_everywhere(township: Township, first_syncs: str) -> None:
    """Two households without a number in common, joined by hand on one laptop while the other goes on working."""
    detail = new_id()
    one = import_household(township.lin, "", detail)
    other = import_household(township.wang, "", detail)
    township.settle()
    mine = {seen.household for seen in joining.alike(township.lin, one[0]).households}
    assert other[0] in mine
    assert joining.join_households(township.lin, other[0], one[0]).value == 1
    visit = new_id()
    findings = [{"resident": other[1], "health": "chronic"}]
    body = visit_body(other[0], respondent={"resident": other[1]}, members=findings)
    township.wang.act(lambda action: action.add("visit.recorded", visit, body))
    describe(township.wang, other[1], "resident", phones={"numbers": ["05990000002"]})
    synced(getattr(township, first_syncs))
    township.settle()
    township.assert_equal()
    for laptop in (township.lin, township.wang):
        known = states(laptop)
        assert other[0] not in known
        assert other[1] not in known
        assert known[visit]["fact"]["members"][0]["resident"] == one[1]
        assert known[one[1]]["groups"]["phones"]["value"] == {"numbers": ["05990000002"]}
        assert other[0] not in {seen.household for seen in joining.alike(laptop, one[0]).households}


def test_members_joined_by_hand_are_one_in_what_was_found_of_them_too(township: Township) -> None:
    """Only the person becomes another: household, visits and whoever answered stay where they are."""
    household, head = import_household(township.lin, new_number(), "13号")
    twin = new_id()
    groups = {"name": {"name": "吴㛃华"}, "membership": {"household": household, "relation": "2"}}
    township.lin.act(lambda action: action.add("resident.described", twin, _body(groups)))
    visit = new_id()
    body = visit_body(household, respondent={"resident": twin}, members=[{"resident": twin, "health": "chronic"}])
    township.lin.act(lambda action: action.add("visit.recorded", visit, body))
    township.settle()
    joining.join_residents(township.wang, twin, head)
    township.settle()
    township.assert_equal()
    for laptop in (township.lin, township.wang):
        fact = states(laptop)[visit]["fact"]
        assert (fact["respondent"]["resident"], fact["members"][0]["resident"]) == (head, head)
        assert joining.alike(laptop, household).members == ()


def test_one_ledger_imported_on_two_laptops_makes_nobody_twice(township: Township) -> None:
    """The county answers the same document with an alias: one household and one person everywhere."""
    number = new_number()
    first = import_household(township.lin, number, "7号")
    second = import_household(township.wang, number, "7号")
    visit = new_id()
    township.wang.act(lambda action: action.add("visit.recorded", visit, visit_body(second[0], note="来过")))
    township.settle()
    for laptop in (township.lin, township.wang):
        known = states(laptop)
        assert first[0] in known
        assert first[1] in known
        assert second[0] not in known
        assert second[1] not in known
        assert known[visit]["fact"]["household"] == first[0]
        assert known[first[1]]["groups"]["membership"]["value"]["household"] == first[0]
    township.assert_equal()


def test_work_done_under_the_old_id_after_the_alias_is_not_lost(township: Township) -> None:
    """A laptop that does not know of the alias yet goes on with its own id; all of it arrives."""
    number = new_number()
    first = import_household(township.lin, number, "8号")
    second = import_household(township.wang, number, "8号")
    synced(township.lin)
    synced(township.wang)
    visit = new_id()
    township.wang.act(lambda action: action.add("visit.recorded", visit, visit_body(second[0], note="又来")))
    describe(township.wang, second[1], "resident", phones={"numbers": ["05990000001"]})
    township.settle()
    for laptop in (township.lin, township.wang):
        assert states(laptop)[visit]["fact"]["household"] == first[0]
        assert states(laptop)[first[1]]["groups"]["phones"]["value"] == {"numbers": ["05990000001"]}
    township.assert_equal()


def test_values_that_contradict_are_both_kept_until_a_person_decides(township: Township) -> None:
    """Two laptops changed one group from the same base: both values stand, a decision ends it everywhere."""
    household, _ = import_household(township.lin, new_number(), "9号")
    township.settle()
    describe(township.lin, household, address=address("林说"))
    describe(township.wang, household, address=address("王说"))
    township.settle()
    township.assert_equal()
    for laptop in (township.lin, township.wang):
        known = states(laptop)[household]
        assert known["groups"]["address"]["value"] == address("林说")
        assert [item["value"] for item in known["conflicts"]["address"]] == [address("王说")]
        (open_one,) = [one for one in needs_attention(laptop) if one.record == household]
        assert (open_one.sort, open_one.group) == (Sort.CONFLICT, "address")
    known = states(township.wang)[household]
    seen = [known["groups"]["address"]["by"], *(item["by"] for item in known["conflicts"]["address"])]
    decision = {"group": "address", "value": address("王说"), "over": seen}
    township.wang.act(lambda action: action.add("household.decided", household, decision))
    township.settle()
    township.assert_equal()
    for laptop in (township.lin, township.wang):
        assert states(laptop)[household]["groups"]["address"]["value"] == address("王说")
        assert states(laptop)[household]["conflicts"] == {}
        assert not [one for one in needs_attention(laptop) if one.record == household]


def test_steps_that_diverged_stay_listed_until_a_person_keeps_what_stands(township: Township) -> None:
    """Two laptops ended one need differently: both list it, one worker's word on either settles it for all."""
    household, _ = import_household(township.lin, new_number(), "11号")
    need = new_id()
    fields = {**FIELDS["need"], "household": household}
    township.lin.act(lambda action: action.add("need.moved", need, {"from": None, "to": "open", "fields": fields}))
    township.settle()
    move_need(township.lin, need, "met")
    move_need(township.wang, need, "dropped")
    township.settle()
    for laptop in (township.lin, township.wang):
        (listed,) = [one for one in needs_attention(laptop) if one.record == need]
        assert (listed.sort, listed.reason, listed.household) == (Sort.DIVERGED, "diverged", household)
    with pytest.raises(UserFacingError, match=r"attention\.how-missing"):
        keep_standing(township.wang, need, "")
    keep_standing(township.wang, need, "问过本人，东西已经收到")
    assert not [one for one in needs_attention(township.wang) if one.record == need]
    (dealt, *_) = dealt_with(township.wang)
    assert (dealt.record, dealt.kind, dealt.how) == (need, "need", "问过本人，东西已经收到")
    with pytest.raises(UserFacingError, match=r"attention\.gone"):
        keep_standing(township.wang, need, "再来一次")
    township.settle()
    township.assert_equal()
    for laptop in (township.lin, township.wang):
        assert not [one for one in needs_attention(laptop) if one.record == need]
        assert states(laptop)[need]["state"] == "met"
        assert states(laptop)[need]["decisions"][0]["reason"] == "问过本人，东西已经收到"


def test_what_is_not_yet_sent_stays_on_top_of_what_others_did(township: Township) -> None:
    """Another's change to one group never hides this laptop's unsent change to another group."""
    household, _ = import_household(township.lin, new_number(), "10号")
    township.settle()
    describe(township.wang, household, number={"number": "王-1"})
    synced(township.wang)
    describe(township.lin, household, address=address("还没上报"))
    waiting = sync_state(township.lin).waiting
    assert waiting == 1
    report = synced(township.lin)
    assert report.entries_received >= 1
    groups = states(township.lin)[household]["groups"]
    assert groups["address"]["value"] == address("还没上报")
    assert groups["number"]["value"] == {"number": "王-1"}


def test_what_was_looked_at_after_a_sync_is_not_said_to_be_unreported_work(township: Township) -> None:
    """A page that is shown while a sync runs is noted in the journal behind the batch; it leaves with the next one."""
    household = new_id()
    describe(township.lin, household, number={"number": "1"})
    synced(township.lin)
    township.lin.note_view("view.opened", household, ("household",))
    township.lin.flush_views()
    assert sync_state(township.lin).waiting == 0
    assert township.lin.read(outbox.waiting).entries == 1
    describe(township.lin, household, number={"number": "2"})
    assert sync_state(township.lin).waiting == 1
    synced(township.lin)
    assert township.lin.read(outbox.waiting).entries == 0


def test_no_colleague_can_open_a_batch_that_says_who_looked_at_whom(township: Township) -> None:
    """A batch is for the county and the vault itself, which finds its whole journal in it; what was looked at does
    not cut a day into many batches."""
    township.settle()
    household = new_id()
    for number in range(5):
        describe(township.lin, household, number={"number": str(number)})
        township.lin.note_view("view.opened", household, ("household",))
    before = township.lin.read(lambda connection: connection.scalar(select(func.max(batch.c.last_seq)))) or 0
    synced(township.lin)
    sealed_since = select(batch).where(batch.c.first_seq > before)
    (row,) = township.lin.read(lambda connection: connection.execute(sealed_since).all())
    signed, content = unpack_container(row.container)
    manifest = Manifest.decode(signed.verified(township.lin.signing_key.public))
    entries = decode_entries(unseal(content, township.lin.sealing_key), manifest)
    assert [one.header.seq for one in entries] == list(range(before + 1, before + 12))
    assert [one.header.kind for one in entries].count("view.opened") == 5
    assert manifest.recipients == (township.lin.enrolment.recipient, township.lin.sealing_key.recipient)  # type: ignore[union-attr]
    for stranger in (township.wang.sealing_key, SealingKey.generate()):
        with pytest.raises(ProtocolError):
            unseal(content, stranger)
