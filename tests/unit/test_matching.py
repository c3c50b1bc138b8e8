"""Needs matched to the directory: who fits, who may receive, and why not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desktop.domain.consent import DataClass, Grant, Purpose, Word
from desktop.domain.necessity import necessary_classes
from desktop.domain.needs import NeedCode
from desktop.domain.working_days import working_days_after
from desktop.services.directory import Organisation, Project
from desktop.services.matching import matches

TODAY = date(2026, 11, 23)
WHEELCHAIR = Project("wheelchair", "轮椅与康复", "disability", ("N2", "N4"), "轮椅")


def body(name: str, **changes: Any) -> Organisation:
    """An organisation with a current agreement and the wheelchair project."""
    given: dict[str, Any] = {
        "id": name,
        "name": name,
        "kind": "慈善总会",
        "credit_code": "",
        "contact": "",
        "phone": "",
        "address": "",
        "mainland": True,
        "active": True,
        "agreement_number": "XY",
        "agreement_until": date(2027, 12, 31),
        "security": "",
        "purposes": ("disability", "medical"),
        "method": "",
        "projects": (WHEELCHAIR,),
        **changes,
    }
    return Organisation(**given)


def grant(data_class: str, state: str) -> Grant:
    return Grant("r", "甲", "disability", data_class, state, date(2027, 11, 1), "s", Word(TODAY, "v/e", 1))


def test_a_project_that_answers_a_need_comes_first() -> None:
    """What fits is on top with the need it answers; what does not says so."""
    found = matches("r", [NeedCode.N3], [body("甲"), body("乙", projects=(), purposes=("education",))], (), (), TODAY)
    assert (found[0].organisation.name, found[0].fits) == ("乙", True)
    assert [reason.code for reason in found[0].reasons][:2] == ["needs", "agreement"]
    assert not any(match.fits for match in found[1:])
    assert all("no-need" in [reason.code for reason in match.reasons] for match in found[1:])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mainland": False}, "recipient-abroad"),
        ({"active": False}, "recipient-inactive"),
        ({"agreement_until": date(2026, 11, 22)}, "no-agreement"),
        ({"agreement_until": None}, "no-agreement"),
    ],
)
def test_who_may_not_receive_never_fits_and_says_why(changes: dict[str, Any], code: str) -> None:
    """Abroad, inactive, without a current agreement: shown, never fitting (网络数据条例 12)."""
    found = matches("r", [NeedCode.N2], [body("甲", **changes)], (), (), TODAY)
    assert not any(match.fits or match.may_receive for match in found)
    assert all(code in [reason.code for reason in match.reasons] for match in found)


@pytest.mark.parametrize(
    ("grants", "standing"),
    [
        ((), "not-asked"),
        ((grant("A1", "agreed"), grant("B3", "refused")), "awaiting-check"),
        ((grant("A1", "in-force"), grant("B3", "refused")), "in-force"),
        ((grant("A1", "refused"),), "refused"),
        ((grant("A1", "withdrawn"),), "withdrawn"),
    ],
)
def test_the_standing_is_the_best_answer_of_any_class(grants: tuple[Grant, ...], standing: str) -> None:
    """One class in force is a consent to build on, whatever was refused beside it."""
    (first, *_) = matches("r", [NeedCode.N2], [body("甲")], grants, (), TODAY)
    assert first.purpose is Purpose.DISABILITY
    assert first.standing == standing


def test_a_refusal_of_late_is_known_to_the_match() -> None:
    """Six months without asking again (网络数据条例 22(5)) are per recipient and purpose."""
    found = matches("r", [NeedCode.N2], [body("甲")], (), {("甲", "disability")}, TODAY)
    assert {match.purpose: match.said_no_lately for match in found} == {
        Purpose.DISABILITY: True,
        Purpose.MEDICAL: False,
    }


def test_a_wheelchair_needs_no_bank_account_and_no_diagnosis() -> None:
    """Necessity by purpose and need (PIPL art. 6, 28)."""
    wheelchair = necessary_classes(Purpose.DISABILITY, ("N2", "N4"))
    assert DataClass.B3 in wheelchair
    assert not wheelchair & {DataClass.B1, DataClass.B2, DataClass.B4, DataClass.B6, DataClass.B7}
    assert DataClass.B2 in necessary_classes(Purpose.MEDICAL, ("N2",))
    assert DataClass.B4 in necessary_classes(Purpose.HARDSHIP, ("N11",))


def test_working_days_leave_out_the_weekend() -> None:
    """Five working days after Monday the 23rd is Monday the 30th."""
    assert working_days_after(date(2026, 11, 23), 5) == date(2026, 11, 30)
    assert working_days_after(date(2026, 11, 28), 1) == date(2026, 11, 30)
    assert working_days_after(date(2026, 11, 27), 0) == date(2026, 11, 27)
