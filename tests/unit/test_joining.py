"""Recorded twice: what looks like one household, and what a worker may say to be one."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType
from desktop.services import households, joining
from desktop.services.application import Application
from desktop.services.households import NewIds
from desktop.storage.journal import Action
from tests.casework import JIANYANG
from tests.county_issued import SHANGBU, ZHONGBU
from tests.people import made_up_id

LEDGER = "DB350703104209001"
BORN = date(1951, 3, 2)


def person(name: str, number: str = "", born: date | None = None) -> NewResident:
    document = Document(DocumentType.RESIDENT_ID, number) if number else Document()
    return NewResident(Name(name), document=document, birth=Birth(born))


def recorded(application: Application, *members: NewResident, number: str = LEDGER, village: str = SHANGBU) -> NewIds:
    """A household as another laptop's import would have brought it."""
    return households.add_household(application, NewHousehold(Address(village, "3组"), members, number)).value


def refused(application: Application, one: NewIds, other: NewIds) -> str:
    """The code with which joining the two is refused; nothing is written then."""
    with pytest.raises(UserFacingError) as caught:
        joining.join_households(application, one.household, other.household)
    assert not any(one.is_said for one in joining.alike(application, one.household).households)
    return caught.value.code


def test_a_household_of_the_same_ledger_number_is_shown_with_who_would_be_one(application: Application) -> None:
    """From both sides, with the members of one name."""
    one = recorded(application, person("陈𠮷水"), person("林秀英"))
    other = recorded(application, person("陈𠮷水"), person("林秀英"), person("陈㛃"))
    recorded(application, person("黄䶮"))
    (seen,) = joining.alike(application, one.household).households
    assert (seen.household, seen.head_name, seen.reason, seen.members) == (other.household, "陈𠮷水", "", 3)
    assert seen.same == ("陈𠮷水", "林秀英")
    (seen,) = joining.alike(application, other.household).households
    assert seen.household == one.household


def test_namesakes_of_a_village_are_shown_and_those_of_another_are_not(application: Application) -> None:
    """Without a number in common a name is a hint alone, within one village."""
    one = recorded(application, person("陈𠮷水"), number="")
    other = recorded(application, person("陈𠮷水"), number="9")
    recorded(application, person("陈𠮷水"), village=ZHONGBU)
    (seen,) = joining.alike(application, one.household).households
    assert (seen.household, seen.reason) == (other.household, "namesakes")


def test_two_documents_are_two_people_and_not_even_a_hint(application: Application) -> None:
    """Refused in words where somebody says it all the same."""
    numbers = [made_up_id(JIANYANG, BORN, sequence) for sequence in (11, 13)]
    one, other = (recorded(application, person("陈𠮷水", number)) for number in numbers)
    assert joining.alike(application, one.household).households == ()
    assert refused(application, one, other) == "join.different-documents"
    with pytest.raises(UserFacingError, match=r"join\.different-documents"):
        joining.join_residents(application, one.residents[0], other.residents[0])


def test_what_has_nothing_in_common_is_refused(application: Application) -> None:
    """Two heads of different names without a member in common; a household with itself; one that is not there."""
    one, other = recorded(application, person("陈𠮷水")), recorded(application, person("黄䶮"))
    assert refused(application, one, other) == "join.nothing-in-common"
    assert refused(application, one, one) == "join.same"
    assert refused(application, one, NewIds("nobody", ())) == "record.unknown"


def test_what_a_worker_said_waits_for_the_county(application: Application) -> None:
    """One action in the journal: the members of one name and the household; heads too where birthdays differ."""
    one = recorded(application, person("陈𠮷水", born=BORN), person("林秀英"))
    other = recorded(application, person("陈𠮷水", born=date(1951, 3, 20)), person("林秀英"))
    (seen,) = joining.alike(application, one.household).households
    assert (seen.reason, seen.is_said) == ("different-births", False)
    assert joining.join_households(application, one.household, other.household).value == 2
    (seen,) = joining.alike(application, one.household).households
    assert seen.is_said


def test_members_of_one_name_are_shown_within_their_household(application: Application) -> None:
    """Who is who nobody could tell when the households were joined; a person says it, or leaves it."""
    one = recorded(application, person("陈𠮷水"), person("陈小", born=date(2010, 1, 1)), person("陈小"))
    (seen,) = joining.alike(application, one.household).members
    assert {seen.resident, seen.other} == set(one.residents[1:])
    assert (seen.name, set(seen.births), seen.is_said) == ("陈小", {"2010", ""}, False)
    joining.join_residents(application, seen.resident, seen.other)
    (seen,) = joining.alike(application, one.household).members
    assert seen.is_said


def test_a_whole_village_is_looked_through_and_similar_numbers_are_not_the_same(application: Application) -> None:
    """The number is compared whole, and a name in an address is no name."""
    one = recorded(application, person("陈𠮷水"), number="1")
    recorded(application, person("陈𠮷水源"), number="11")

    def rename(action: Action) -> None:
        households.describe(action, "household", one.household, {"address": Address(SHANGBU, "陈𠮷水家旁")})

    application.act(rename)
    assert joining.alike(application, one.household) == joining.Alike()
