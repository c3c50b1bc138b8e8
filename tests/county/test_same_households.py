"""Two laptops, one ledger, and people without a usable document: the ledger number says who is one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from county import tables
from county.apply import apply_all
from county.opening import County
from county.status import status
from desktop.domain.journal import first_fault
from tests.county.laptop import Draft, Laptop, described, enrolled, send, states_from_feed, verdicts
from tests.county.test_aliases import NUMBER, OTHER_NUMBER, aliases_of, converged
from tests.county.test_apply import own_entries, records_of
from tests.entry_bodies import visit_body

LEDGER = "DB350703104209001"


@dataclass(frozen=True)
class Member:
    """A row of the ledger as a laptop took it in; without a number it has no usable document."""

    name: str
    number: str = ""
    born: str | None = None


@dataclass(frozen=True)
class TakenIn:
    """Ids of a household taken in, its members in order, and the drafts that say so."""

    home: str
    people: tuple[str, ...]
    drafts: tuple[Draft, ...]


def taken_in(village: str, *members: Member, number: str = LEDGER) -> TakenIn:
    """What the import of one household of the ledger writes; the first member is its head."""
    home, people = str(uuid.uuid4()), tuple(str(uuid.uuid4()) for _ in members)
    address = {"division": village, "text": "3组12号"}
    drafts = [described("household", home, address=address, head={"resident": people[0]}, number={"number": number})]
    for person, member in zip(people, members, strict=True):
        groups: dict[str, Any] = {
            "name": {"name": member.name},
            "document": {"type": "resident-id" if member.number else "none", "number": member.number},
            "birth": {"day": member.born, "sex": "unknown"},
            "membership": {"household": home, "relation": "0" if person == people[0] else "4"},
        }
        drafts.append(described("resident", person, **groups))
    return TakenIn(home, people, tuple(drafts))


def both_import(county: County, village: str, first: TakenIn, second: TakenIn) -> tuple[Laptop, Laptop]:
    """One laptop sends the one, then another the other; everything is applied."""
    one, two = enrolled(county, [village[:9]]), enrolled(county, [village[:9]])
    send(county, one, one.action(*first.drafts))
    number = send(county, two, two.action(*second.drafts))
    apply_all(county)
    assert {result for result, _ in verdicts(county, two, number)} == {"ok"}
    return one, two


def held(county: County) -> list[tuple[str, str, str]]:
    """What waits for a person to tell whether it is one."""
    with county.store.read() as connection:
        own = tables.hold.c.county == county.code  # a database may serve several
        alike = select(tables.hold).where(own, tables.hold.c.sort == "alike").order_by(tables.hold.c.id)
        rows = connection.execute(alike)
        return [(row.record, row.other, row.reason) for row in rows]


def test_people_without_a_document_do_not_become_two(county: County, township: str) -> None:
    """Number, village and head's name agree, and nobody has a document: one household, each member once."""
    people = (Member("陈𠮷水"), Member("林秀英"), Member("陈㛃", born="2012-06-01"))
    first, second = (taken_in(township + "201", *people) for _ in range(2))
    laptops = both_import(county, township + "201", first, second)
    pairs = dict(zip(second.people, first.people, strict=True))
    assert aliases_of(county) == {second.home: first.home, **pairs}
    assert status(county)["records"]["resident"] == len(people)
    assert held(county) == []
    assert all(not (state or {}).get("conflicts") for state in records_of(county).values())
    assert all(converged(county, laptop) for laptop in laptops)
    assert first_fault(own_entries(county)) is None


def test_a_document_on_one_side_alone_does_not_make_two(county: County, township: str) -> None:
    """The one ledger had the number damaged; both writings are kept, and a person decides."""
    first = taken_in(township + "201", Member("陈𠮷水"))
    second = taken_in(township + "201", Member("陈𠮷水", NUMBER))
    laptops = both_import(county, township + "201", first, second)
    assert aliases_of(county) == {second.home: first.home, second.people[0]: first.people[0]}
    assert "document" in records_of(county)[first.people[0]]["conflicts"]
    assert all(converged(county, laptop) for laptop in laptops)


def test_a_document_that_is_only_in_conflict_counts_too(county: County, township: str) -> None:
    """No document, then one number, then another: the third is another person, whatever the first said."""
    village = township + "201"
    first, second = taken_in(village, Member("陈𠮷水")), taken_in(village, Member("陈𠮷水", NUMBER))
    both_import(county, village, first, second)
    third = taken_in(village, Member("陈𠮷水", OTHER_NUMBER))
    laptop = enrolled(county, [township])
    send(county, laptop, laptop.action(*third.drafts))
    apply_all(county)
    assert third.home not in aliases_of(county)
    assert held(county) == [(third.home, first.home, "different-documents")]


@pytest.mark.parametrize(
    ("other", "village", "number", "reason"),
    [
        (Member("陈𠮷水", OTHER_NUMBER), "201", LEDGER, "different-documents"),
        (Member("陈𠮷水", born="1961-03-02"), "201", LEDGER, "different-births"),
        (Member("陈𠮷水"), "202", LEDGER, ""),
        (Member("陈𠮷水"), "201", "DB350703104209002", ""),
        (Member("王小明"), "201", LEDGER, ""),
        (Member("陈𠮷水"), "201", "", ""),
    ],
)
def test_what_does_not_agree_is_not_joined(
    county: County, township: str, other: Member, village: str, number: str, reason: str
) -> None:
    """A document or a birth that contradicts is held for a person; another village, number or name is another."""
    first = taken_in(township + "201", Member("陈𠮷水", NUMBER if other.number else "", "1951-03-02"))
    second = taken_in(township + village, other, number=number)
    both_import(county, township + "201", first, second)
    assert aliases_of(county) == {}
    assert held(county) == ([(second.home, first.home, reason)] if reason else [])


def test_nobody_is_joined_across_townships_whatever_address_is_claimed(county: County, township: str) -> None:
    """A laptop that writes another township's village into its own household is not shown that township's people."""
    first = taken_in(township + "201", Member("陈𠮷水"))
    other = taken_in(township + "201", Member("陈𠮷水"))
    one, stranger = enrolled(county, [township]), enrolled(county, [f"{county.code}102"])
    send(county, one, one.action(*first.drafts))
    send(county, stranger, stranger.action(*other.drafts))
    apply_all(county)
    assert status(county)["records"]["household"] == 2
    assert aliases_of(county) == {}
    assert {first.home, *first.people}.isdisjoint(states_from_feed(stranger, stranger.pull(county)))


def test_a_head_who_is_a_member_of_the_other_is_asked_about(county: County, township: str) -> None:
    """The head has changed from one ledger to the next, perhaps: a person looks."""
    first = taken_in(township + "201", Member("陈𠮷水"), Member("林秀英"))
    second = taken_in(township + "201", Member("林秀英"))
    both_import(county, township + "201", first, second)
    assert aliases_of(county) == {}
    assert held(county) == [(second.home, first.home, "different-heads")]


def test_a_number_that_half_the_village_has_tells_nobody_apart(county: County, township: str) -> None:
    """A column was mistaken for the number: nothing is joined by it, and nobody has to answer a thousand questions."""
    laptop = enrolled(county, [township])
    made = [taken_in(township + "201", Member(f"陈{number}"), Member("陈𠮷水")) for number in range(45)]
    send(county, laptop, [one for home in made for one in laptop.action(*home.drafts)])
    again = taken_in(township + "201", Member("陈7"))
    send(county, laptop, laptop.action(*again.drafts))
    apply_all(county)
    assert aliases_of(county) == {}
    assert held(county) == []


def test_a_number_that_is_corrected_answers_the_question(county: County, township: str) -> None:
    """They were two households of one number by mistake; nobody is asked any more."""
    first, second = (taken_in(township + "201", Member("陈𠮷水", number)) for number in (NUMBER, OTHER_NUMBER))
    _, two = both_import(county, township + "201", first, second)
    assert held(county) == [(second.home, first.home, "different-documents")]
    phones = {"groups": {"phones": {"value": {"numbers": ["13900000101"]}, "base": None}}}
    send(county, two, two.action(("resident.described", second.people[0], phones)))
    apply_all(county)
    assert len(held(county)) == 1
    base = records_of(county)[second.home]["groups"]["number"]["by"]
    number = {"groups": {"number": {"value": {"number": "DB2"}, "base": base}}}
    send(county, two, two.action(("household.described", second.home, number)))
    apply_all(county)
    assert held(county) == []


def test_a_member_who_could_be_two_is_held_and_the_household_joined(county: County, township: str) -> None:
    """Two children of one name and no birthday: who is who nobody can tell, and both stay until a person says."""
    first = taken_in(township + "201", Member("陈𠮷水"), Member("陈小", born="2010-01-01"), Member("陈小"))
    second = taken_in(township + "201", Member("陈𠮷水"), Member("陈小"))
    laptops = both_import(county, township + "201", first, second)
    assert aliases_of(county) == {second.home: first.home, second.people[0]: first.people[0]}
    assert set(held(county)) == {(second.people[1], one, "several") for one in first.people[1:]}
    assert all(converged(county, laptop) for laptop in laptops)


def test_children_of_one_name_are_told_apart_by_their_birthdays(county: County, township: str) -> None:
    """Where both birthdays are known they decide."""
    children = (Member("陈小", born="2010-01-01"), Member("陈小", born="2012-02-02"))
    first = taken_in(township + "201", Member("陈𠮷水"), *children)
    second = taken_in(township + "201", Member("陈𠮷水"), *reversed(children))
    both_import(county, township + "201", first, second)
    expected = {second.people[1]: first.people[2], second.people[2]: first.people[1]}
    assert aliases_of(county) == {second.home: first.home, second.people[0]: first.people[0], **expected}


def test_visits_and_sheets_of_the_later_one_belong_to_the_earlier(county: County, township: str) -> None:
    """Nothing that was done under the later ids is lost, who answered at the door included."""
    first, second = (taken_in(township + "201", Member("陈𠮷水"), Member("林秀英")) for _ in range(2))
    one, two = enrolled(county, [township]), enrolled(county, [township])
    send(county, one, one.action(*first.drafts))
    findings = [{"resident": one, "health": "chronic"} for one in second.people]
    visit = visit_body(second.home, respondent={"resident": second.people[1]}, members=findings)
    sheet = {"resident": second.people[1], "household": second.home, "recipient": "org", "purpose": "medical"}
    grant = {**sheet, "sheet": "s-1", "data_class": "A1"}
    send(
        county,
        two,
        [
            *two.action(*second.drafts),
            *two.action(("visit.recorded", "visit-1", visit)),
            *two.action(("grant.moved", "grant-1", {"from": None, "to": "agreed", "fields": grant})),
        ],
    )
    apply_all(county)
    kept = records_of(county)
    assert kept["visit-1"]["fact"]["household"] == first.home
    assert kept["visit-1"]["fact"]["respondent"]["resident"] == first.people[1]
    assert [one["resident"] for one in kept["visit-1"]["fact"]["members"]] == list(first.people)
    assert kept["grant-1"]["fields"]["resident"] == first.people[1]
    assert states_from_feed(one, one.pull(county)) == kept


def test_a_name_that_is_corrected_later_joins_them(county: County, township: str) -> None:
    """It need not agree from the beginning: every change of household, head or number is looked at."""
    village = township + "201"
    first, second = taken_in(village, Member("陈𠮷水")), taken_in(village, Member("陈吉水"))
    _, two = both_import(county, village, first, second)
    assert aliases_of(county) == {}
    send(county, two, two.action(described("resident", second.people[0], name={"name": "陈𠮷水"})))
    apply_all(county)
    assert aliases_of(county) == {}  # described from nothing: it is in conflict with what was said before
    base = records_of(county)[second.people[0]]["groups"]["name"]["by"]
    name = {"groups": {"name": {"value": {"name": "陈𠮷水"}, "base": base}}}
    send(county, two, two.action(("resident.described", second.people[0], name)))
    apply_all(county)
    assert aliases_of(county) == {second.home: first.home, second.people[0]: first.people[0]}


def joined(kind: str, record: str, to: str) -> Draft:
    """A worker says that the two are one."""
    return f"{kind}.joined", record, {"to": to}


def test_what_a_person_says_to_be_one_is_made_one(county: County, township: str) -> None:
    """Whichever of the two was named first, the earlier one stays; what the county had asked is answered."""
    village = township + "201"
    first = taken_in(village, Member("陈𠮷水", born="1951-03-02"), Member("林秀英"))
    second = taken_in(village, Member("陈𠮷水", born="1951-03-20"), Member("林秀瑛"))
    one, two = both_import(county, village, first, second)
    assert held(county) == [(second.home, first.home, "different-births")]
    pairs = zip(first.people, second.people, strict=True)
    action = [joined("household", first.home, second.home), *(joined("resident", *pair) for pair in pairs)]
    number = send(county, one, one.action(*action))
    apply_all(county)
    assert {verdict for verdict, _ in verdicts(county, one, number)} == {"ok"}
    assert aliases_of(county) == {second.home: first.home, **dict(zip(second.people, first.people, strict=True))}
    assert held(county) == []
    assert set(records_of(county)[first.people[0]]["conflicts"]) == {"birth"}
    assert set(records_of(county)[first.people[1]]["conflicts"]) == {"name"}
    assert all(converged(county, laptop) for laptop in (one, two))
    send(county, two, two.action(*action))  # said once more, by somebody who had not heard
    apply_all(county)
    assert len(aliases_of(county)) == 3


@pytest.mark.parametrize("reason", ["different-documents", "missing", "other-township", "other-kind"])
def test_what_cannot_be_one_is_refused_whole_with_its_reason(county: County, township: str, reason: str) -> None:
    """Two documents are two people, whatever somebody says; and an alias would show people to another township."""
    village = (f"{county.code}102" if reason == "other-township" else township) + "201"
    first = taken_in(township + "201", Member("陈𠮷水", NUMBER))
    second = taken_in(village, Member("陈𠮷水", OTHER_NUMBER if reason == "different-documents" else ""), number="9")
    one, two = enrolled(county, [township]), enrolled(county, [village[:9]])
    send(county, one, one.action(*first.drafts))
    send(county, two, two.action(*second.drafts))
    other = {"missing": "nobody", "other-kind": second.home}.get(reason, second.people[0])
    home = joined("household", first.home, first.home)
    number = send(county, one, one.action(joined("resident", first.people[0], other), home))
    apply_all(county)
    assert {why for _, why in verdicts(county, one, number)} == {reason}
    assert {verdict for verdict, _ in verdicts(county, one, number)} == {"rejected"}
    assert aliases_of(county) == {}


def test_a_social_worker_does_not_join(county: County, township: str) -> None:
    """It overrules what a colleague wrote: officers only."""
    first, second = (taken_in(township + "201", Member("陈𠮷水"), number=number) for number in ("1", "2"))
    both_import(county, township + "201", first, second)
    station = enrolled(county, [township], role="social-worker")
    number = send(county, station, station.action(joined("household", first.home, second.home)))
    apply_all(county)
    assert verdicts(county, station, number) == [("rejected", "not-allowed")]
    assert aliases_of(county) == {}


def test_three_laptops_make_one_household(county: County, township: str) -> None:
    """Whoever comes later stands for the first."""
    made = [taken_in(township + "201", Member("陈𠮷水"), Member("林秀英")) for _ in range(3)]
    laptops = [enrolled(county, [township]) for _ in made]
    for laptop, one in zip(laptops, made, strict=True):
        send(county, laptop, laptop.action(*one.drafts))
    apply_all(county)
    assert set(aliases_of(county).values()) == {made[0].home, *made[0].people}
    assert status(county)["records"]["household"] == 1
    assert all(converged(county, laptop) for laptop in laptops)
