"""Two laptops, one ledger: nobody becomes two people."""

from __future__ import annotations

from sqlalchemy import select

from county import tables
from county.apply import apply_all
from county.opening import County
from county.status import status
from desktop.domain.journal import first_fault
from tests.county.laptop import Laptop, described, enrolled, household, send, states_from_feed, verdicts
from tests.county.test_apply import own_entries, records_of
from tests.entry_bodies import visit_body

NUMBER = "11010519491231002X"
OTHER_NUMBER = "440524188001010014"


def test_one_ledger_on_two_laptops_makes_one_household(county: County, township: str) -> None:
    """The same document makes the later resident, and the household he heads, an alias of the earlier."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    home, person, drafts = household(township + "201", "林阿婆", NUMBER)
    again_home, again_person, again = household(township + "201", "林阿婆", NUMBER)
    send(county, one, one.action(*drafts))
    number = send(county, two, two.action(*again))
    apply_all(county)
    assert verdicts(county, two, number) == [("ok", ""), ("ok", "")]
    assert status(county)["records"]["resident"] == 1
    assert status(county)["records"]["household"] == 1
    assert aliases_of(county) == {again_person: person, again_home: home}
    kept = records_of(county)
    assert kept[person]["conflicts"] == {}
    assert again_person not in kept
    assert again_home not in kept
    assert first_fault(own_entries(county)) is None
    for laptop in (one, two):
        assert states_from_feed(laptop, laptop.pull(county)) == kept


def test_the_alias_is_one_action_of_the_county_itself(county: County, township: str) -> None:
    """Both aliases are written together, by the role system, after the entries that caused them."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    send(county, one, one.action(*household(township + "201", "林阿婆", NUMBER)[2]))
    send(county, two, two.action(*household(township + "201", "林阿婆", NUMBER)[2]))
    apply_all(county)
    headers = [entry.header for entry in own_entries(county)][-2:]
    assert [header.kind for header in headers] == ["resident.aliased", "household.aliased"]
    assert {header.role for header in headers} == {"system"}
    assert len({header.action for header in headers}) == 1


def test_work_done_on_the_alias_goes_on_in_the_record_it_stands_for(county: County, township: str) -> None:
    """A laptop that has not heard of the alias goes on writing under its own ids, and nothing is lost."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    home, person, drafts = household(township + "201", "林阿婆", NUMBER)
    again_home, again_person, again = household(township + "201", "林阿婆", NUMBER)
    send(county, one, one.action(*drafts))
    send(county, two, two.action(*again))
    apply_all(county)
    phones = {"phones": {"value": {"numbers": ["13800000000"]}, "base": None}}
    number = send(
        county,
        two,
        [
            *two.action(("resident.described", again_person, {"groups": phones})),
            *two.action(("visit.recorded", "visit-1", visit_body(again_home))),
        ],
    )
    apply_all(county)
    assert verdicts(county, two, number) == [("ok", ""), ("ok", "")]
    kept = records_of(county)
    assert kept[person]["groups"]["phones"]["value"] == {"numbers": ["13800000000"]}
    assert kept["visit-1"]["fact"]["household"] == home
    assert states_from_feed(one, one.pull(county)) == kept


def test_records_that_named_the_alias_are_folded_anew(county: County, township: str) -> None:
    """A visit to the later household, sent with it, belongs to the earlier one once they are joined."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    home, _, drafts = household(township + "201", "林阿婆", NUMBER)
    again_home, _, again = household(township + "201", "林阿婆", NUMBER)
    send(county, one, one.action(*drafts))
    send(
        county,
        two,
        [*two.action(*again), *two.action(("visit.recorded", "visit-1", visit_body(again_home)))],
    )
    apply_all(county)
    kept = records_of(county)
    assert kept["visit-1"]["fact"]["household"] == home
    assert states_from_feed(two, two.pull(county)) == kept


def test_a_member_of_another_household_is_joined_alone_and_a_person_decides(county: County, township: str) -> None:
    """Where the residents do not head their households, the households stay and the membership conflicts."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    send(county, one, one.action(*drafts))
    other_home, _, other = household(township + "202", "陈阿公", OTHER_NUMBER)
    guest = described(
        "resident",
        "guest",
        name={"name": "林阿婆"},
        document={"type": "resident-id", "number": NUMBER},
        membership={"household": other_home, "relation": "mother"},
    )
    send(county, two, two.action(*other, guest))
    apply_all(county)
    assert aliases_of(county) == {"guest": person}
    conflicts = records_of(county)[person]["conflicts"]
    assert conflicts["membership"][0]["value"]["household"] == other_home
    assert status(county)["records"]["household"] == 2


def test_two_names_without_a_common_character_are_not_joined(county: County, township: str) -> None:
    """One document under two names is listed for a person and stays two."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    _, other, again = household(township + "201", "王小明", NUMBER)
    send(county, one, one.action(*drafts))
    send(county, two, two.action(*again))
    send(county, two, two.action(*again))
    apply_all(county)
    assert aliases_of(county) == {}
    assert status(county)["same_document"] == [{"record": other, "other": person, "reason": "different-names"}]
    assert status(county)["records"]["resident"] == 2


def test_residents_of_two_townships_are_not_joined(county: County, township: str) -> None:
    """An alias would show one township's people to the other; it is listed for a person instead."""
    one, two = enrolled(county, [township]), enrolled(county, [f"{county.code}102"])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    _, other, again = household(f"{county.code}102201", "林阿婆", NUMBER)
    send(county, one, one.action(*drafts))
    send(county, two, two.action(*again))
    apply_all(county)
    assert status(county)["same_document"] == [{"record": other, "other": person, "reason": "different-townships"}]
    assert person not in states_from_feed(two, two.pull(county))


def test_three_laptops_make_one_person(county: County, township: str) -> None:
    """Every later one stands for the first, whatever the order of the batches."""
    laptops = [enrolled(county, [township]) for _ in range(3)]
    made = [household(township + "201", "林阿婆", NUMBER) for _ in laptops]
    for laptop, (_, _, drafts) in zip(reversed(laptops), reversed(made), strict=True):
        send(county, laptop, laptop.action(*drafts))
    apply_all(county)
    first = made[-1][1]
    assert {aliases_of(county)[person] for _, person, _ in made[:-1]} == {first}
    assert all(converged(county, laptop) for laptop in laptops)


def converged(county: County, laptop: Laptop) -> bool:
    """Whether the laptop's fold of the feed is what the county holds."""
    return states_from_feed(laptop, laptop.pull(county)) == records_of(county)


def aliases_of(county: County) -> dict[str, str]:
    """What stands for what."""
    with county.store.read() as connection:
        rows = connection.execute(select(tables.alias).where(tables.alias.c.county == county.code))
        return {row.id: row.target for row in rows}
