"""The office's ledger against what is known."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.services import households, import_plan, imports, people
from desktop.services.application import Application
from desktop.services.import_plan import ItemKind, read_file
from desktop.services.vaults import verify_journal
from tests.casework import new_household
from tests.ledgers import COLUMN_ORDER, FAMILIES, ledger_bytes


def counts(plan: import_plan.ImportPlan) -> dict[str, int]:
    return {kind.value: plan.count(kind) for kind in ItemKind if plan.count(kind)}


def imported(application: Application, data: bytes) -> imports.ImportResult:
    return imports.confirm_import(application, import_plan.plan_import(application, data)).value


def test_the_preview_writes_nothing(application: Application) -> None:
    """Nothing is written until a person confirms."""
    before = verify_journal(application).entries
    plan = import_plan.plan_import(application, ledger_bytes())
    assert counts(plan) == {"new": len(FAMILIES)}
    assert verify_journal(application).entries == before
    assert people.household_ids(application) == ()


def test_the_same_file_twice_writes_nothing(application: Application) -> None:
    """Also no trace of the second import."""
    imported(application, ledger_bytes())
    before = verify_journal(application).entries
    plan = import_plan.plan_import(application, ledger_bytes())
    assert counts(plan) == {"same": len(FAMILIES)}
    assert imports.confirm_import(application, plan).value.changed == 0
    assert verify_journal(application).entries == before


def test_each_household_is_an_action_of_its_own_under_one_import_id(application: Application) -> None:
    """A batch can be cut between households, and all are known to belong together."""
    from sqlalchemy import select

    from desktop.domain.journal import Header
    from desktop.storage.tables import entry

    result = imported(application, ledger_bytes())
    headers = [Header.decode(one) for one in application.read(lambda c: c.scalars(select(entry.c.header)).all())]
    mine = [header for header in headers if header.import_id == result.import_id]
    assert len({header.action for header in mine}) == len(FAMILIES) + 1


def test_next_month_s_file_updates_and_lists_who_is_gone(application: Application) -> None:
    """A new phone changes one person; a household missing from the file is listed and never deleted."""
    first, second = FAMILIES[0], replace(FAMILIES[1], category=FAMILIES[0].category)
    imported(application, ledger_bytes((first, second, *FAMILIES[2:])))
    people_now = (replace(first.people[0], phone="13911112222"), *first.people[1:])
    plan = import_plan.plan_import(application, ledger_bytes((replace(first, people=people_now), *FAMILIES[2:])))
    assert counts(plan) == {"changed": 1, "same": len(FAMILIES) - 2}
    changed = next(item for item in plan.items if item.kind is ItemKind.CHANGED)
    assert [change.group for change in changed.changes] == ["phones"]
    assert [gone.head_name for gone in plan.gone] == [FAMILIES[1].people[0].name]
    imports.confirm_import(application, plan)
    assert len(people.household_ids(application)) == len(FAMILIES)
    assert people.find_people(application, "13911112222")


def test_a_ledger_that_names_its_category_in_the_title_alone_updates_and_lists_who_is_gone(
    application: Application,
) -> None:
    """The usual ledger of one category: the amounts are known, and so is who is missing next month."""
    order = tuple(column for column in COLUMN_ORDER if column != "category")
    title = "莒口镇农村低保对象花名册"
    imported(application, ledger_bytes(title=title, order=order))
    raised = replace(FAMILIES[0], amount=1300)
    gone = FAMILIES[1]  # of the village of FAMILIES[0]
    plan = import_plan.plan_import(application, ledger_bytes((raised, *FAMILIES[2:]), title=title, order=order))
    (changed,) = (item for item in plan.items if item.kind is ItemKind.CHANGED)
    assert [change.group for change in changed.changes] == ["category:subsistence"]
    assert [one.head_name for one in plan.gone] == [gone.people[0].name]
    assert plan.ignored_headings == ("开户银行",)


@pytest.mark.parametrize(("second", "ended"), [("特困人员", True), ("临时救助", False), ("防返贫监测", False)])
def test_only_another_step_of_the_same_ladder_ends_a_category(
    application: Application, second: str, ended: bool
) -> None:
    """Whoever is on the ledger of temporary help or of those watched keeps 低保."""
    imported(application, ledger_bytes((FAMILIES[0],)))
    imported(application, ledger_bytes((replace(FAMILIES[0], category=second),)))
    (household,) = people.household_ids(application)
    held = people.household_page(application, household).categories
    assert (Category.SUBSISTENCE not in {one.category for one in held}) is ended


def test_an_empty_cell_takes_nothing_away(application: Application) -> None:
    """The ledger is the office's knowledge, not a command."""
    imported(application, ledger_bytes())
    first = FAMILIES[0]
    silent = tuple(replace(one, phone=None, health="", disability="") for one in first.people)
    plan = import_plan.plan_import(application, ledger_bytes((replace(first, people=silent, address=""),)))
    assert counts(plan) == {"same": 1}


def test_a_household_recorded_by_hand_is_recognised_by_its_document(application: Application) -> None:
    """Recorded at the door, then on the list: one household."""
    head = FAMILIES[1].people[0]
    households.add_household(application, new_household(head.name, str(head.number)))
    plan = import_plan.plan_import(application, ledger_bytes((FAMILIES[1],)))
    assert counts(plan) == {"changed": 1}


def test_an_unknown_village_blocks_its_households_until_one_is_chosen(application: Application) -> None:
    """A village is a code, never a guess."""
    lost = replace(FAMILIES[0], village="下㘵村")
    plan = import_plan.plan_import(application, ledger_bytes((lost,)))
    assert counts(plan) == {"blocked": 1}
    assert plan.items[0].problem == "import.village-unknown"
    again = import_plan.plan_import(application, ledger_bytes((lost,)), villages={"下㘵村": "350703104209"})
    assert counts(again) == {"new": 1}


def test_a_preview_that_is_out_of_date_is_refused_rather_than_doubling_somebody(application: Application) -> None:
    """Recorded by hand between preview and confirmation."""
    plan = import_plan.plan_import(application, ledger_bytes((FAMILIES[1],)))
    head = FAMILIES[1].people[0]
    households.add_household(application, new_household(head.name, str(head.number)))
    with pytest.raises(UserFacingError) as refused:
        imports.confirm_import(application, plan)
    assert refused.value.code == "import.preview-outdated"


def test_stopping_midway_keeps_what_is_written_and_a_second_run_does_the_rest(application: Application) -> None:
    """Cancel is safe."""
    plan = import_plan.plan_import(application, ledger_bytes())
    asked = iter([False, True])
    result = imports.confirm_import(application, plan, cancelled=lambda: next(asked)).value
    assert (result.added, result.stopped) == (1, True)
    assert imported(application, ledger_bytes()).added == len(FAMILIES) - 1


def test_a_ledger_file_without_an_end_is_refused_and_no_more_is_read_than_may_be(tmp_path: Path) -> None:
    """A pipe never ends; a file that is too large does not fill the memory."""
    pipe, large = tmp_path / "pipe.xlsx", tmp_path / "large.xlsx"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.truncate(64 * 1024**3)
    for path, code in ((pipe, "ledger.unreadable"), (large, "ledger.too-large"), (tmp_path, "ledger.unreadable")):
        with pytest.raises(UserFacingError) as caught:
            read_file(path)
        assert caught.value.code == code
