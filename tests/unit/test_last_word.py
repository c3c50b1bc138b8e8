"""The laptop's end: whatever was agreed before, the person's last word holds (``tests/last_words.py``)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.consent import DataClass, GrantState, Purpose, SheetState
from desktop.domain.records import Change
from desktop.domain.referrals import ReferralState
from desktop.services import consent, referrals, sheet_checks
from desktop.services.application import Application
from desktop.storage import records
from tests.casework import CLASSES, new_referral, new_sheet, recorded_household, signed_sheet
from tests.county_issued import CHARITY
from tests.entry_bodies import FIELDS
from tests.last_words import CLASS, SEQUENCES, TODAY, Sequence, Step


def fold(application: Application, resident: str, steps: tuple[Step, ...]) -> None:
    """Put the steps into the store in this order, as entries of two journals; checks come from the county."""
    seqs: dict[str, int] = {}
    states: dict[str, str] = {}

    def put(journal: str, kind: str, record: str, time: str, body: dict[str, Any]) -> None:
        seqs[journal] = seqs.get(journal, 0) + 1
        role = {"county": "duty-officer", "system": "system"}.get(journal, "caseworker")
        change = Change(f"{journal}/e/{seqs[journal]}", kind, record, time, f"w-{journal}", role, body)
        application.store.write(lambda connection: records.apply(connection, change))

    def move(journal: str, kind: str, record: str, time: str, to: str, **fields: object) -> None:
        put(journal, f"{kind}.moved", record, time, {"from": states.get(record), "to": str(to), "fields": fields})
        states[record] = str(to)

    for step in steps:
        if step.word == "stopped":
            stop = f"stop-{step.laptop}-{step.day}"
            put(step.laptop, "withdrawal.recorded", stop, step.time, step.withdrawal(resident, "h"))
            continue
        sheet, who = f"sheet-{step.grant}", {"resident": resident, "household": "h"}
        if step.word in ("agreed", "refused"):
            move(step.laptop, "sheet", sheet, step.drafted_time, SheetState.DRAFTED, **{**FIELDS["sheet"], **who})
            for state in (SheetState.PRINTED, SheetState.SIGNED):
                move(step.laptop, "sheet", sheet, step.time, state, **who)
            fields = {"sheet": sheet, "recipient": CHARITY, "purpose": "disability", "data_class": step.data_class}
            move(step.laptop, "grant", step.grant, step.time, step.word, **who, **fields, until=step.until)
        elif step.word == "checked":
            move("county", "sheet", sheet, step.time, SheetState.CHECKED)
            move("county", "grant", step.grant, step.time, GrantState.IN_FORCE)
        else:
            by = "system" if step.word == "expired" else step.laptop
            move(by, "grant", step.grant, step.time, step.word)


@pytest.mark.parametrize("last", ["a", "b"])
@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES)
def test_the_last_word_holds_whatever_reached_this_laptop_first(
    application: Application, sequence: Sequence, last: str
) -> None:
    """The order in which two laptops' entries arrive makes no difference."""
    resident = recorded_household(application).residents[0]
    fold(application, resident, tuple(sorted(sequence.steps, key=lambda step: step.laptop == last)))
    answer = application.read(
        lambda connection: consent.disclosure(connection, resident, CHARITY, Purpose.DISABILITY, CLASS, TODAY)
    )
    assert answer.reason == sequence.reason
    assert (answer.allowed, answer.after_check) == (
        sequence.reason == "in-force",
        sequence.reason == "awaiting-check",
    )
    live = [one for one in consent.grants(application, resident) if one.live and one.data_class == CLASS]
    assert bool(live) or sequence.reason not in ("in-force", "awaiting-check")
    if sequence.reason in ("refused", "withdrawn"):
        assert live == []
        assert "sheet-1" not in sheet_checks.live_sheets(application)


def test_a_refusal_counts_at_once_and_brings_the_open_referral_back(application: Application) -> None:
    """No second check is waited for: the sheet with the no is merely signed."""
    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident)
    made = referrals.draft_referral(application, new_referral(application, resident), submit=True).value
    signed_sheet(application, resident, frozenset({DataClass.B3}), person_asked=True)
    answers = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert answers[DataClass.B3].reason == "refused"
    assert answers[DataClass.A1].after_check
    found = referrals.referral(application, made)
    assert (found.state, found.reason) == (ReferralState.RECALLED, "consent-refused")


def test_saying_no_without_paper_ends_what_was_agreed(application: Application) -> None:
    """``record_refusal`` voids its own sheet at once; the word on it counts all the same."""
    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident)
    consent.record_refusal(application, replace(new_sheet(resident), person_asked=True))
    answers = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert {one.reason for one in answers.values()} == {"refused"}
    shown = consent.grants(application, resident)
    assert {(one.state, one.overruled) for one in shown} == {
        (GrantState.AGREED, True),
        (GrantState.REFUSED, False),
    }
