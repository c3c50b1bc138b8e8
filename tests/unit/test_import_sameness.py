"""A ledger against people without a usable document: who is taken for whom, and what a person is asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desktop.services import import_plan, imports, people
from desktop.services.application import Application
from desktop.services.import_plan import ImportItem, ItemKind
from tests.ledgers import FAMILIES, Family, Person, ledger_bytes, person

HEAD = Person("陈𠮷水", None)
FAMILY = replace(FAMILIES[0], people=(HEAD, Person("林秀英", None, "妻")))


def imported(application: Application, *families: Family) -> None:
    imports.confirm_import(application, import_plan.plan_import(application, ledger_bytes(families)))


def planned(application: Application, family: Family) -> ImportItem:
    (item,) = import_plan.plan_import(application, ledger_bytes((family,))).items
    return item


def test_a_household_without_documents_is_found_again_by_number_village_and_head(application: Application) -> None:
    """The file of next month makes nobody twice."""
    imported(application, FAMILY)
    assert planned(application, FAMILY).kind is ItemKind.SAME


def test_a_number_that_another_household_has_takes_nobody_in_there(application: Application) -> None:
    """Villages may each count from 1; under one number alone nobody is put into a household of strangers."""
    imported(application, FAMILY)
    other = replace(FAMILY, people=(Person("黄䶮", None),), village="中㘵村")
    item = planned(application, other)
    assert (item.kind, item.household) == (ItemKind.NEW, None)


def test_a_head_who_has_changed_within_the_household_keeps_it(application: Application) -> None:
    """The widow heads it now: the same number, and she was a member."""
    imported(application, FAMILY)
    item = planned(application, replace(FAMILY, people=(Person("林秀英", None),)))
    (household,) = people.household_ids(application)
    assert item.household == household
    assert item.new_members == ()


def test_two_numbers_in_one_village_are_two_households(application: Application) -> None:
    """Two men of one name, neither with a document: the numbers tell them apart."""
    imported(application, FAMILY)
    item = planned(application, replace(FAMILY, number="DB350703104209077"))
    assert item.kind is ItemKind.NEW


def test_what_contradicts_the_household_of_that_number_is_not_written(application: Application) -> None:
    """Same number, village and name, but another document or another birthday: a person has to look."""
    known = person("陈𠮷水", date(1951, 3, 2), 211)
    imported(application, replace(FAMILY, people=(known,)))
    (household,) = people.household_ids(application)
    for other in (person("陈𠮷水", date(1961, 3, 2), 211), Person("陈𠮷水", None, birth=date(1961, 3, 2))):
        item = planned(application, replace(FAMILY, people=(other,)))
        assert (item.kind, item.problem, item.household) == (ItemKind.BLOCKED, "import.head-contradicts", household)


def test_a_member_who_could_be_two_is_not_guessed(application: Application) -> None:
    """Two children of one name: without a birthday nobody can say which of them the row means."""
    children = (Person("陈小", None, "子", birth=date(2010, 1, 1)), Person("陈小", None, "子", birth=date(2012, 2, 2)))
    imported(application, replace(FAMILY, people=(HEAD, *children)))
    item = planned(application, replace(FAMILY, people=(HEAD, Person("陈小", None, "子"))))
    assert (item.kind, item.problem) == (ItemKind.BLOCKED, "import.member-ambiguous")
    item = planned(application, replace(FAMILY, people=(HEAD, children[1])))
    assert item.kind is ItemKind.SAME
