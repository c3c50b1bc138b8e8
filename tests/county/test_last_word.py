"""The county's end: the gate goes by the last word, whichever laptop synced first (``tests/last_words.py``)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from county import answers, enrolment, gate, tables
from county.apply import apply_all
from county.expiry import expire_grants
from county.opening import County
from county.records import WorkingSet
from tests.county.laptop import Draft, Laptop, enrolled, household, moved, send, verdicts
from tests.county.test_expiry import closed_case
from tests.county.test_gate import CHARITY, Case, case, organisation
from tests.entry_bodies import BODIES, FIELDS
from tests.last_words import CLASS, SEQUENCES, TODAY, Sequence, Step

__all__ = ["case"]

RULINGS = {"in-force": gate.Ruling.RELEASE, "awaiting-check": gate.Ruling.AWAIT}


def say(county: County, laptop: Laptop, step: Step, home: str, person: str, states: dict[str, str]) -> None:
    """One step as an action and a batch of its own."""
    if step.word == "stopped":
        body = step.withdrawal(person, home)
        entry = ("withdrawal.recorded", f"{person}-stop-{step.laptop}-{step.day}", body)
        number = send(county, laptop, laptop.action(entry, time=step.time))
        apply_all(county)
        assert {one[0] for one in verdicts(county, laptop, number)} == {"ok"}
        return
    who = {"household": home, "resident": person, "worker": laptop.county.worker}
    sheet = f"{person}-sheet-{step.grant}"
    fields: dict[str, Any] = {}
    grant = f"{person}-{step.grant}"
    drafts = []
    if step.word in ("agreed", "refused"):
        first = moved("sheet", sheet, None, "drafted", **{**FIELDS["sheet"], **who})
        if step.drafted is None:
            drafts.append(first)
        else:
            send(county, laptop, laptop.action(first, time=step.drafted_time))
        for source, target in (("drafted", "printed"), ("printed", "signed")):
            drafts.append(moved("sheet", sheet, source, target, **who))
        fields = {**who, "sheet": sheet, "recipient": CHARITY, "purpose": "elderly", "data_class": step.data_class}
        fields["until"] = step.until
    drafts.append(moved("grant", grant, states.get(grant), step.word, **fields))
    states[grant] = step.word
    number = send(county, laptop, laptop.action(*drafts, time=step.time))
    apply_all(county)
    assert {one[0] for one in verdicts(county, laptop, number)} == {"ok"}


def ruling(county: County, laptops: dict[str, Laptop], sequence: Sequence, last: str, home: str, person: str) -> str:
    """Send the steps, one laptop's after the other's; what the gate then says, in one code."""
    states: dict[str, str] = {}
    officer = enrolment.add_worker(county, "值班员", "duty-officer", "区民政局", []).worker.id
    for step in sorted(sequence.steps, key=lambda one: one.laptop == last):
        if step.word == "checked":
            answers.check_sheet(county, f"{person}-sheet-{step.grant}", officer)
            states[f"{person}-{step.grant}"] = "in-force"
        elif step.word == "expired":
            assert expire_grants(county, date(2026, 11, step.day))
        else:
            say(county, laptops[step.laptop], step, home, person, states)
    return reason_at_the_gate(county, person)


def reason_at_the_gate(county: County, person: str) -> str:
    """What the gate says of the person's class today, in one code."""
    fields = {"resident": person, "recipient": CHARITY, "purpose": "elderly", "classes": [CLASS]}
    with county.store.read() as connection:
        decision = gate.decide(connection, county, WorkingSet(connection, county.code), fields, TODAY)
    assert decision.ruling is RULINGS.get(decision.reason, gate.Ruling.REFUSE)
    return decision.reason


def came_on(county: County, laptop: Laptop, day: int) -> None:
    """The batches that the county has of a laptop came on this day of the month."""
    with county.store.write() as connection:
        mine = update(tables.batch).where(tables.batch.c.county == county.code, tables.batch.c.vault == laptop.vault)
        connection.execute(mine.values(received=f"2026-11-{day:02}T01:30:00Z"))


AHEAD = "2031-11-01T09:30:00+08:00"
"""What a clock says that runs five years ahead."""


def ahead_of_time(
    county: County, laptop: Laptop, home: str, person: str, *, sheet: str, signed: str = "", written: str = AHEAD
) -> None:
    """A yes whose paper was drafted by a clock that runs ahead, ``signed`` on a day of its own where that is named."""
    who = {"household": home, "resident": person, "worker": laptop.county.worker}
    drafted = moved("sheet", sheet, None, "drafted", **{**FIELDS["sheet"], **who})
    send(county, laptop, laptop.action(drafted, time=AHEAD))
    grant = {**who, "sheet": sheet, "recipient": CHARITY, "purpose": "elderly", "data_class": CLASS, "until": None}
    drafts = [
        moved("sheet", sheet, "drafted", "printed", **who),
        moved("sheet", sheet, "printed", "signed", **who),
        moved("grant", f"{person}-1", None, "agreed", **grant, **({"from": signed} if signed else {})),
    ]
    number = send(county, laptop, laptop.action(*drafts, time=written))
    apply_all(county)
    assert {one[0] for one in verdicts(county, laptop, number)} == {"ok"}
    officer = enrolment.add_worker(county, "值班员", "duty-officer", "区民政局", []).worker.id
    answers.check_sheet(county, sheet, officer)


@pytest.mark.parametrize("last", ["a", "b"])
def test_the_gate_goes_by_the_last_word(county: County, township: str, last: str) -> None:
    """The same table as on the laptop, a person for each row, in both orders of arrival."""
    organisation(county, agreement_until="2027-12-31")
    laptops = {name: enrolled(county, [township]) for name in ("a", "b")}
    said = {}
    for name, sequence in SEQUENCES.items():
        home, person, drafts = household(township + "201", "林阿婆", "")
        send(county, laptops["a"], laptops["a"].action(*drafts))
        said[name] = ruling(county, laptops, sequence, last, home, person)
    assert said == {name: sequence.reason for name, sequence in SEQUENCES.items()}


@pytest.mark.parametrize("no", ["refused", "stopped"])
def test_a_no_by_a_clock_that_is_known_to_be_wrong_counts_on_the_day_it_came(case: Case, no: str) -> None:
    """The battery was empty and the entry says so: its day proves nothing, and the yes of a colleague's is over."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    other = enrolled(case.county, [case.township])
    who = {"household": case.home, "resident": case.person}
    if no == "stopped":
        body = {**BODIES["withdrawal.recorded"], **who, "stops": [{}]}
        drafts: list[Draft] = [("withdrawal.recorded", "withdrawal-1", body)]
    else:
        grant = {
            **who,
            "sheet": "sheet-1",
            "recipient": CHARITY,
            "purpose": "elderly",
            "data_class": "A2",
            "until": None,
        }
        drafts = [moved("grant", "grant-1", None, "refused", **grant)]
    entries = other.action(*drafts, time="2026-01-01T08:00:00+08:00", clock_doubtful=True)
    number = send(case.county, other, entries)
    apply_all(case.county)
    assert verdicts(case.county, other, number) == [("ok", "")]
    assert answers.release(case.county, case.referral, case.officer).state == "refused"


@pytest.mark.parametrize("signed", ["", "2031-10-30", "2026-11-19"])
@pytest.mark.parametrize("no", ["refused", "stopped"])
@pytest.mark.parametrize(("day", "reason"), [(20, "in-force"), (21, ""), (22, "")])
def test_a_yes_by_a_clock_that_runs_ahead_counts_at_the_latest_on_the_day_it_came(
    county: County, township: str, no: str, signed: str, day: int, reason: str
) -> None:
    """Nobody said it after the county had it: so a colleague's no of that day or later is the last word."""
    organisation(county, agreement_until="2027-12-31")
    fast, other = enrolled(county, [township]), enrolled(county, [township])
    home, person, drafts = household(township + "201", "林阿婆", "")
    send(county, other, other.action(*drafts))
    sheet = f"{uuid.uuid4().hex}-007" if signed else "sheet-1"
    ahead_of_time(county, fast, home, person, sheet=sheet, signed=signed)
    came_on(county, fast, 21)
    say(county, other, Step("b", day, "2", no), home, person, {})
    said_before = signed == "2026-11-19"
    no_code = "withdrawn" if no == "stopped" else "refused"
    assert reason_at_the_gate(county, person) == (reason if reason and not said_before else no_code)


def test_a_paper_by_a_clock_that_runs_ahead_was_drafted_at_the_latest_on_the_day_it_came(
    county: County, township: str
) -> None:
    """The clock was put right before the yes was written down; the page may have been signed before the no."""
    organisation(county, agreement_until="2027-12-31")
    fast, other = enrolled(county, [township]), enrolled(county, [township])
    home, person, drafts = household(township + "201", "林阿婆", "")
    send(county, other, other.action(*drafts))
    ahead_of_time(county, fast, home, person, sheet="sheet-1", written="2026-11-23T09:30:00+08:00")
    with county.store.write() as connection:
        first = update(tables.batch).where(tables.batch.c.vault == fast.vault, tables.batch.c.number == 1)
        connection.execute(first.values(received="2026-11-21T01:30:00Z"))
    say(county, other, Step("b", 22, "", "stopped"), home, person, {})
    assert reason_at_the_gate(county, person) == "withdrawn"


def test_a_yes_by_a_clock_that_runs_ahead_ends_with_its_referral(county: County, township: str) -> None:
    """It came before the closing, of which another laptop tells: the end is written into the grant too."""
    made = closed_case(county, township)
    fast = enrolled(county, [township])
    ahead_of_time(county, fast, made.home, made.person, sheet="sheet-1")
    came_on(county, fast, 20)
    assert reason_at_the_gate(county, made.person) == "expired"
    assert expire_grants(county, TODAY) == len(made.grants) + 1
