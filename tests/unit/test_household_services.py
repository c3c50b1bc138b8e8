"""Recording households and finding people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Document, Name, NewHousehold, NewResident, Phones
from desktop.domain.identity import DocumentType
from desktop.services import households, people
from desktop.services.application import Application
from desktop.services.vaults import verify_journal
from tests.casework import NUMBER, PHONE, new_household, recorded_household
from tests.county_issued import SHANGBU, ZHONGBU


def names(application: Application, term: str) -> list[str]:
    return [found.name for found in people.find_people(application, term)]


@pytest.mark.parametrize(
    "term",
    ["𠮷", "𠮷建国", "建国", "jijianguo", "jianguo", "jjg", "jg", NUMBER[-4:], NUMBER[-6:], NUMBER, PHONE, PHONE[-4:]],
)
def test_a_person_is_found_by_name_pinyin_initials_number_and_phone(application: Application, term: str) -> None:
    """Each way people look for somebody finds them, two-character and one-character parts included."""
    recorded_household(application)
    assert "𠮷建国" in names(application, term)


def test_a_village_finds_all_its_people_and_words_narrow_it(application: Application) -> None:
    """上㘵 is a real village that is not in GBK; a second word narrows the result."""
    recorded_household(application)
    assert set(names(application, "上㘵")) == {"𠮷建国", "林㛃"}
    assert names(application, "上㘵 lin") == ["林㛃"]
    assert names(application, "中㘵") == []


def test_people_move_with_their_household_in_the_search(application: Application) -> None:
    """A new address of the household is where its members are found, and no longer at the old one."""
    ids = recorded_household(application)
    households.change_household(application, ids.household, {"address": Address(ZHONGBU, "3号")})
    assert set(names(application, "中㘵")) == {"𠮷建国", "林㛃"}
    assert names(application, "上㘵") == []


def test_a_number_that_cannot_be_right_is_refused_and_nothing_is_written(application: Application) -> None:
    """The check digit decides; the sentence names whose number it is."""
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    with pytest.raises(UserFacingError) as refused:
        households.add_household(application, new_household(number=wrong))
    assert refused.value.code == "document.wrong"
    assert people.household_ids(application) == ()


def test_somebody_without_any_document_is_recorded(application: Application) -> None:
    """No document never stands in the way of help, also for two people of one name."""
    nobody = NewHousehold(Address(SHANGBU), (NewResident(Name("王小妹")),))
    households.add_household(application, nobody)
    households.add_household(application, nobody)
    assert len(people.household_ids(application)) == 2


def test_the_same_document_is_not_recorded_twice(application: Application) -> None:
    """The worker is told who it is instead."""
    ids = recorded_household(application)
    with pytest.raises(UserFacingError) as refused:
        households.add_household(application, new_household(name="吉建国"))
    assert refused.value.code == "resident.already-known"
    assert refused.value.values["resident"] == ids.residents[0]


def test_original_script_names_are_kept_as_written_and_found(application: Application) -> None:
    """A Taiwan pass with the traditional name: never normalised, found by either."""
    resident = NewResident(Name("陈丽珠", original="陳麗珠"), document=Document(DocumentType.TAIWAN_PASS, "01234567"))
    ids = households.add_household(application, NewHousehold(Address(SHANGBU), (resident,))).value
    page = people.household_page(application, ids.household)
    assert page.members[0].name.original == "陳麗珠"
    assert names(application, "陳麗珠") == names(application, "陈丽珠") == ["陈丽珠"]


def test_a_change_that_changes_nothing_writes_nothing(application: Application) -> None:
    """The journal grows by what was said, not by how often a form was saved."""
    ids = recorded_household(application)
    before = verify_journal(application).entries
    households.change_resident(application, ids.residents[0], {"phones": Phones((PHONE,))})
    assert verify_journal(application).entries == before


def test_opening_a_household_is_journalled_once_and_searching_is_not(application: Application) -> None:
    """One viewed entry per page opened; none per keystroke."""
    ids = recorded_household(application)
    application.flush_views()
    before = verify_journal(application).entries
    people.find_people(application, "建国")
    application.flush_views()
    assert verify_journal(application).entries == before
    people.household_page(application, ids.household)
    application.flush_views()
    assert verify_journal(application).entries == before + 1


def test_an_action_of_more_than_64_kib_is_refused_whole(application: Application) -> None:
    """What is bigger is an attachment; nothing of the action stays."""
    crowd = tuple(NewResident(Name("很长的名字" * 60)) for _ in range(200))
    with pytest.raises(UserFacingError) as refused:
        households.add_household(application, replace(new_household(), members=crowd))
    assert refused.value.code == "action.too-large"
    assert people.household_ids(application) == ()
    assert verify_journal(application).fault is None
