"""What is said of a child beside its record: a household's needs, a request about it, a ledger that is taken in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.aid import Category
from desktop.domain.households import CategoryHeld
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.rights import Asker, IdentityCheck, NewRequest, RequestWay, RightKind
from desktop.domain.visits import AidReceived, Assessment, Conclusion, NeedFound, VisitResult
from desktop.services import households, import_plan, imports, matching, rights, timeline, today, visits
from desktop.services.application import Application
from desktop.services.import_plan import ItemKind
from desktop.ui.description_words import Known
from desktop.ui.import_words import facts_of, preview_of
from desktop.ui.pages.rights.words import request_facts, request_row
from tests.county_issued import issue_everything
from tests.ledgers import FAMILIES, ledger_bytes
from tests.unit.test_minors_services import Clock, a_visit, by_county, clock, family, laptop, looks

_ = (clock, laptop)
SAID = "孩子哮喘，要一台雾化器"


@pytest.fixture
def home(laptop: Application, clock: Clock) -> tuple[str, str, str]:
    """A grandmother and a child; a visit of yesterday found a need, in words."""
    made = family(laptop)
    need = NeedFound(NeedCode.N2, Urgency.MONTH, SAID)
    visits.record_visit(laptop, a_visit(made[0], made[2], needs=(need,)))
    return made


def all_words(application: Application, household: str) -> str:
    """Every word about the household's needs that some page shows."""
    parts: list[Any] = [
        [one.words for one in matching.open_needs_of(application, household)],
        [words for _, _, words in today.open_needs(application, household)],
        [event.detail for event in timeline.timeline(application, household)],
        [need.words for fact in visits.visits_of(application, household) for need in fact.visit.needs],
    ]
    return repr(parts)


def test_a_households_needs_are_read_by_an_approval_and_noted(
    laptop: Application,
    clock: Clock,
    home: tuple[str, str, str],
) -> None:
    """Read back on the day; shut the next, though the need itself is seen; open by an approval, with a note."""
    household, _, child = home
    assert all_words(laptop, household).count(SAID) == 4
    clock.now += timedelta(days=1)
    assert SAID not in all_words(laptop, household)
    assert [one.code for one in matching.open_needs_of(laptop, household)] == [NeedCode.N2]
    by_county(laptop)
    before = len(looks(laptop))
    assert all_words(laptop, household).count(SAID) == 4
    (look,) = looks(laptop)[before:]
    assert (look["record"], look["groups"]) == (child, ["minor", "needs"])


def test_a_correction_keeps_words_of_needs_that_were_not_shown(
    laptop: Application,
    clock: Clock,
    home: tuple[str, str, str],
) -> None:
    """Who corrects the day of a visit does not wipe out what nobody showed them."""
    household, _, _ = home
    clock.now += timedelta(days=1)
    (fact,) = visits.visits_of(laptop, household)
    visits.record_visit(laptop, replace(fact.visit, amends=fact.id, needs=fact.visit.needs))
    by_county(laptop)
    standing = next(one for one in visits.visits_of(laptop, household) if not one.amended)
    assert [one.words for one in standing.visit.needs] == [SAID]


TOLD = "孙子夜里咳得睡不着"


def test_what_was_said_on_a_visit_is_shut_with_the_children_of_the_house_and_stays_in_the_record(
    laptop: Application, clock: Clock
) -> None:
    """On the page, in the chain and on Today alike; open on the day itself and by an approval.
    A correction keeps it, and shows it no more than before."""
    household, _, child = family(laptop)
    met = Assessment(Conclusion.T2, aid_received=(AidReceived("低保"),), remaining_gap="米")
    said = a_visit(household, child, result=VisitResult.MET, notice_given=True, assessment=met)
    said = replace(said, own_words=TOLD, note=TOLD, event=TOLD)
    households.change_household(laptop, household, {"category:subsistence": CategoryHeld(Category.SUBSISTENCE)})
    visits.record_visit(laptop, said)

    def shown() -> str:
        facts = [one.visit for one in visits.visits_of(laptop, household) if not one.amended]
        return repr((facts, timeline.timeline(laptop, household), today.today(laptop).items))

    assert shown().count(TOLD) == 4
    clock.now += timedelta(days=200)
    assert TOLD not in shown()
    (fact,) = visits.visits_of(laptop, household)
    assert visits.words_as_recorded(laptop, fact).own_words == TOLD, "what the person is told of themself has it"
    visits.record_visit(laptop, replace(fact.visit, amends=fact.id))
    assert TOLD not in shown()
    by_county(laptop, **{"from": laptop.today().isoformat(), "until": (laptop.today() + timedelta(30)).isoformat()})
    assert shown().count(TOLD) == 5, "the household is due, and Today says what was said"


def test_what_was_asked_about_a_child_is_read_by_an_approval_and_noted(
    laptop: Application,
    clock: Clock,
    home: tuple[str, str, str],
) -> None:
    """The desk goes on: kind and day are seen; the words only by an approval, in the request and in no list."""
    issue_everything(laptop)
    _, _, child = home
    asked = NewRequest(
        resident=child,
        kind=RightKind.ACCESS,
        asker=Asker.GUARDIAN,
        way=RequestWay.WINDOW,
        identity=IdentityCheck.DOCUMENT,
        words=SAID,
        received=laptop.today(),
        asker_name="吴阿婆",
        relation="祖母",
        proof="户口簿",
    )
    one = rights.take_request(laptop, asked).value
    assert rights.request(laptop, one).fields.words == SAID
    clock.now += timedelta(days=1)
    shut = rights.request(laptop, one)
    assert SAID not in repr((shut, rights.requests(laptop)))
    assert "未经批准" in repr((request_row(shut), request_facts(shut)))
    by_county(laptop)
    before = len(looks(laptop))
    assert SAID not in repr(rights.requests(laptop))
    assert rights.request(laptop, one).fields.words == SAID
    (look,) = looks(laptop)[before:]
    assert (look["record"], look["groups"]) == (child, ["minor", "rights"])


def test_a_ledger_shows_no_childs_old_values_without_an_approval(
    laptop: Application,
    clock: Clock,
) -> None:
    """Neither what is known nor what it would become, which holds the old number too; by an approval it is noted."""
    issue_everything(laptop)
    first, later = (
        (replace(FAMILIES[0], people=(*FAMILIES[0].people[:2], replace(FAMILIES[0].people[2], phone=phone))),)
        for phone in ("13900000107", "13900000108")
    )
    imports.confirm_import(laptop, import_plan.plan_import(laptop, ledger_bytes(first)))
    clock.now += timedelta(days=1)

    def shown() -> str:
        plan = import_plan.plan_import(laptop, ledger_bytes(later))
        (item,) = (one for one in plan.items if one.kind is ItemKind.CHANGED)
        import_plan.note_shown(laptop, item)
        preview = preview_of(plan, Known({}, {}))
        return repr(list(facts_of(preview, item)))

    said = shown()
    assert "未经批准不显示" in said
    assert "139 0000 0107" not in said
    assert "13900000107" not in said
    by_county(laptop)
    before = len(looks(laptop))
    assert "0107" in shown()
    (look,) = looks(laptop)[before:]
    assert look["groups"] == ["minor", "import"]
