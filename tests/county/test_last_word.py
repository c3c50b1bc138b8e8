"""The county's end: the gate goes by the last word, whichever laptop synced first (``tests/last_words.py``)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from county import answers, enrolment, gate
from county.apply import apply_all
from county.expiry import expire_grants
from county.opening import County
from county.records import WorkingSet
from tests.county.laptop import Draft, Laptop, enrolled, household, moved, send, verdicts
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
    fields = {"resident": person, "recipient": CHARITY, "purpose": "elderly", "classes": [CLASS]}
    with county.store.read() as connection:
        decision = gate.decide(connection, county, WorkingSet(connection, county.code), fields, TODAY)
    assert decision.ruling is RULINGS.get(decision.reason, gate.Ruling.REFUSE)
    return decision.reason


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
