"""What a worker sees of a minor: closed without an approval, open with one, noted, and never in the way of work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import (
    RELATION_NAMES,
    Address,
    Birth,
    Disability,
    DisabilityKind,
    Document,
    Guardian,
    Health,
    Name,
    NewHousehold,
    NewResident,
    Phones,
    StatedCapacity,
)
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.journal import decode_body
from desktop.domain.minors import Approval, ApprovalState, Ground
from desktop.domain.roles import Role
from desktop.domain.signing import AgeBand
from desktop.domain.visits import MemberFinding, Visit, VisitKind, VisitResult
from desktop.services import households, minors, minors_gate, people, visit_paper, visits
from desktop.services.application import Application
from desktop.storage import journal
from tests.vaults import closed_vault, enrolment, opened

VILLAGE = "350703104209"
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GUARDIAN = Guardian(name="吴阿婆", relation="祖母", phone="05995550109")


class Clock:
    """The laptop's clock, set by the test."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def laptop(tmp_path: Path, clock: Clock) -> Iterator[Application]:
    """A caseworker's vault."""
    closed = closed_vault(tmp_path)
    with opened(closed, clock=clock) as application:
        application.enrol(enrolment(application.identity.vault))
        yield application


def family(application: Application) -> tuple[str, str, str]:
    """A household with a grandmother and a child of eleven; answers household, grandmother, child."""
    child = NewResident(
        Name("吴小禾"),
        Document(DocumentType.RESIDENT_ID, "350703201503070018"),
        Birth(date(2015, 3, 7), Sex.FEMALE),
        relation="40",
        phones=Phones(("05995550110",)),
        health=Health("chronic", "哮喘"),
        disability=Disability(DisabilityKind.HEARING, 2),
        guardian=GUARDIAN,
    )
    head = NewResident(Name("吴阿婆"), birth=Birth(date(1950, 1, 1), Sex.FEMALE), health=Health("chronic", "高血压"))
    made = households.add_household(application, NewHousehold(Address(VILLAGE, "3组1号"), (head, child))).value
    return made.household, made.residents[0], made.residents[1]


def a_visit(household: str, child: str, **changes: Any) -> Visit:
    return replace(
        Visit(
            household,
            VisitKind.SURVEY,
            date(2026, 11, 20),
            VisitResult.NOBODY_HOME,
            second_worker="何金水",
            members=(MemberFinding(child, illness="哮喘", work_or_school="读五年级"),),
        ),
        **changes,
    )


def looks(application: Application) -> list[dict[str, Any]]:
    """What the journal says of minors' data that was opened."""
    application.flush_views()
    entries = application.read(lambda connection: list(journal.own_entries(connection)))
    bodies = [
        (one.header.record, decode_body(one.payload_bytes or b""))
        for one in entries
        if one.header.kind == "view.opened"
    ]
    return [{"record": record, **body} for record, body in bodies if "approval" in body]


def by_county(application: Application, name: str = "standing", **changes: Any) -> str:
    """An approval as a reviewer's own word, as it comes by the feed."""
    said = {"workers": ["worker-lin"], "ground": "duty", "from": "2026-11-20", "until": "2026-12-31"}
    fields = {**said, "divisions": ["350703104"], "approver": "he", **changes}

    def write(action: journal.Action) -> str:
        action.author = replace(action.author, worker="he", role=Role.REVIEWER)
        action.add("approval.moved", name, {"from": None, "to": "given", "fields": fields})
        return name

    return application.act(write).value


def test_what_one_wrote_oneself_today_is_open_and_tomorrow_it_is_closed(laptop: Application, clock: Clock) -> None:
    """At the doorway nothing is in the way; the file of the child is another matter."""
    household, _, child = family(laptop)
    view = people.resident_view(laptop, child)
    assert view.access.is_minor
    assert view.access.is_open
    assert view.document.number == "350703201503070018"
    clock.now += timedelta(days=1)
    page = people.household_page(laptop, household)
    view = next(one for one in page.members if one.resident == child)
    assert (view.name.name, view.age, view.relation_name) == ("吴小禾", 11, RELATION_NAMES["40"])
    assert (view.document.number, view.birth.day, view.phones.numbers) == ("", None, ())
    assert (view.health, view.disability, view.guardian, view.signing.guardian) == (None, None, None, None)
    assert view.masked_number == "证件号未开放"
    assert not view.access.is_open
    assert looks(laptop) == []
    grandmother = next(one for one in page.members if one.resident != child)
    assert grandmother.health is not None


def test_search_finds_the_child_and_shows_no_number(laptop: Application, clock: Clock) -> None:
    """A worker at the door knows the name; that the child lives there is no secret from civil affairs."""
    family(laptop)
    clock.now += timedelta(days=1)
    (line,) = people.find_people(laptop, "吴小禾")
    assert (line.name, line.masked_number) == ("吴小禾", "")
    by_county(laptop)
    (line,) = people.find_people(laptop, "吴小禾")
    assert line.masked_number.startswith("35")


def test_each_opening_by_an_approval_is_in_the_journal_without_values(laptop: Application, clock: Clock) -> None:
    """Who, whose, by which approval: nothing of what was seen."""
    household, _, child = family(laptop)
    clock.now += timedelta(days=1)
    standing = by_county(laptop)
    page = people.household_page(laptop, household)
    assert next(one for one in page.members if one.resident == child).guardian == GUARDIAN
    assert looks(laptop) == [{"record": child, "groups": ["minor"], "approval": standing}]
    people.household_page(laptop, household, opened=False)
    assert len(looks(laptop)) == 1


def test_an_approval_of_another_place_or_worker_or_time_opens_nothing(laptop: Application, clock: Clock) -> None:
    """Its scope is what it says."""
    _, _, child = family(laptop)
    clock.now += timedelta(days=1)
    for changes in ({"divisions": ["350703105"]}, {"workers": ["somebody"]}, {"until": "2026-11-20"}):
        by = by_county(laptop, "-".join(changes), **changes)
        assert not minors_gate.access_to(laptop, child).is_open, by


def test_a_visit_of_a_child_is_recorded_and_read_back_and_closed_the_next_day(
    laptop: Application, clock: Clock
) -> None:
    """Writing what one sees is not reading the file; nothing stops it, and nothing of it is lost."""
    household, _, child = family(laptop)
    clock.now += timedelta(days=1)
    made = visits.record_visit(laptop, a_visit(household, child)).value.visit
    assert [one.work_or_school for one in visits.visit_fact(laptop, made).visit.members] == ["读五年级"]
    clock.now += timedelta(days=1)
    fact = visits.visit_fact(laptop, made)
    assert (fact.visit.members, fact.closed) == ((), (child,))
    paper = visit_paper.visit_paper_for(laptop, household, made)
    assert paper.pdf
    by_county(laptop)
    assert [one.illness for one in visits.visit_fact(laptop, made).visit.members] == ["哮喘"]


def test_a_correction_keeps_what_the_corrector_could_not_see(laptop: Application, clock: Clock) -> None:
    """The child's finding is not wiped out by somebody who was not shown it."""
    household, _, child = family(laptop)
    made = visits.record_visit(laptop, a_visit(household, child)).value.visit
    clock.now += timedelta(days=1)
    old = visits.visit_fact(laptop, made).visit
    assert old.members == ()
    again = visits.record_visit(laptop, replace(old, note="补一句", amends=made)).value.visit
    by_county(laptop)
    assert [one.work_or_school for one in visits.visit_fact(laptop, again).visit.members] == ["读五年级"]


def test_an_emergency_opens_at_once_and_is_noted_as_one(laptop: Application, clock: Clock) -> None:
    """With a reason, for this child alone, for today and tomorrow."""
    household, _, child = family(laptop)
    clock.now += timedelta(days=1)
    with pytest.raises(UserFacingError, match=r"minors\.reason-missing"):
        minors.open_in_emergency(laptop, child, "  ")
    made = minors.open_in_emergency(laptop, child, "高烧抽搐，要知道用什么药").value
    page = people.household_page(laptop, household)
    assert next(one for one in page.members if one.resident == child).health is not None
    assert [one["approval"] for one in looks(laptop)] == [made]
    (view,) = minors.approvals(laptop)
    assert (view.state, view.is_emergency, view.scope) == (ApprovalState.EMERGENCY, True, "吴小禾")
    clock.now += timedelta(days=1)
    assert minors_gate.access_to(laptop, child).is_open
    clock.now += timedelta(days=1)
    assert not minors_gate.access_to(laptop, child).is_open


def test_nobody_approves_for_themself_and_a_caseworker_for_nobody(laptop: Application, clock: Clock) -> None:
    """Asking opens nothing."""
    _, _, child = family(laptop)
    clock.now += timedelta(days=1)
    today = laptop.today()
    said = Approval(workers=("worker-lin",), ground=Ground.CASE, start=today, until=today, resident=child)
    asked = minors.ask(laptop, said).value
    with pytest.raises(UserFacingError, match=r"minors\.asked"):
        minors.ask(laptop, said)
    assert not minors_gate.access_to(laptop, child).is_open
    for approve in (lambda: minors.give(laptop, asked), lambda: minors.give_standing(laptop, said)):
        with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
            approve()
    minors.end(laptop, asked, "不用了")
    assert minors.approvals(laptop)[0].state is ApprovalState.ENDED


def test_what_was_taken_back_is_closed_at_once(laptop: Application, clock: Clock) -> None:
    """Whatever its last day was."""
    _, _, child = family(laptop)
    clock.now += timedelta(days=1)
    standing = by_county(laptop)
    assert minors_gate.access_to(laptop, child).is_open
    minors.end(laptop, standing, "这一轮走完了")
    assert not minors_gate.access_to(laptop, child).is_open
    with pytest.raises(UserFacingError, match=r"minors\.closed"):
        minors_gate.require_open(laptop, child)
    with pytest.raises(UserFacingError, match=r"minors\.closed"):
        people.note_number_shown(laptop, child)


@pytest.mark.parametrize(("relation", "head_born"), [("42", date(1950, 1, 1)), ("30", date(1990, 1, 1))])
@pytest.mark.parametrize("band", [AgeBand.ADULT, AgeBand.EIGHT_TO_THIRTEEN, None])
def test_a_child_of_unknown_age_is_closed_until_somebody_says_how_old_they_are(
    laptop: Application, clock: Clock, relation: str, head_born: date, band: AgeBand | None
) -> None:
    """It is stated while the rest is closed, and leaves what is recorded of them as it was."""
    girl = NewResident(Name("吴小禾"), relation=relation, health=Health("chronic", "哮喘"), guardian=GUARDIAN)
    stated = StatedCapacity(lives_on_own_work=True)
    members = (NewResident(Name("吴春"), birth=Birth(head_born)), replace(girl, capacity=stated))
    made = households.add_household(laptop, NewHousehold(Address(VILLAGE, "3组"), members)).value
    clock.now += timedelta(days=1)
    child = made.residents[1]

    def member() -> people.ResidentView:
        return people.household_page(laptop, made.household, opened=False).members[1]

    view = member()
    assert (view.access.is_minor, view.access.is_age_unknown, view.health, view.guardian) == (True, True, None, None)
    assert people.resident_view(laptop, child).access == view.access
    assert {one.access for one in people.household_page(laptop, made.household).members[:1]} == {minors_gate.Access()}
    assert not people.conflicts(laptop)
    with pytest.raises(UserFacingError, match=r"minors\.closed"):
        minors_gate.require_open(laptop, child)
    with pytest.raises(UserFacingError, match=r"resident\.no-age"):
        households.state_age(laptop, child, None, None)
    households.state_age(laptop, child, None if band else date(2001, 1, 1), band)
    is_grown_up = band is not AgeBand.EIGHT_TO_THIRTEEN
    view = member()
    assert (view.access.is_open, view.access.is_age_unknown) == (is_grown_up, False)
    kept = people.resident_as_recorded(laptop, child)
    day = None if is_grown_up else laptop.today()
    assert kept.capacity == (replace(stated, band=band, band_stated=day) if band else stated)
    assert (kept.health, kept.guardian) == (girl.health, GUARDIAN)
