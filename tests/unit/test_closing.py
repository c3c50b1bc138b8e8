"""办结: a consent ends with the referral it was given for, as its paper says, on the laptop at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.closing import ended_by_closing
from desktop.domain.consent import DataClass, Grant, GrantState, Purpose, Word
from desktop.domain.errors import UserFacingError
from desktop.services import consent, consent_records, referrals, sheet_checks
from desktop.services.application import Application
from tests.casework import (
    CLASSES,
    by_county,
    check_by_county,
    new_referral,
    recorded_household,
    release_by_county,
    signed_sheet,
)
from tests.county_issued import CHARITY, issue_everything
from tests.vaults import COUNTY_SIGNING_KEY, made_vault

ENDED = GrantState.EXPIRED


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    with made_vault(tmp_path) as application:
        issue_everything(application)
        yield application


def yes(day: int, seq: int, journal: str = "lin/e") -> Grant:
    word = Word(date(2026, 11, day), journal, seq)
    return Grant("p", "c", "elderly", "A1", GrantState.IN_FORCE, None, "s", word)


def step(to: str, day: int, seq: int, journal: str = "lin/e") -> dict[str, str]:
    return {"to": to, "time": f"2026-11-{day:02}T08:00:00+08:00", "by": f"{journal}/{seq}"}


def course(*steps: dict[str, str], recipient: str = "c") -> tuple[str, dict[str, Any]]:
    fields = {"recipient": recipient, "purpose": "elderly"}
    return "p", {"state": steps[-1]["to"], "fields": fields, "history": list(steps)}


CLOSED = course(step("drafted", 3, 10), step("closed", 9, 20))


@pytest.mark.parametrize(
    ("grant", "others", "ends"),
    [
        (yes(2, 9), (), True),
        (yes(9, 21), (), False),  # agreed anew afterwards, in the same journal
        (yes(9, 5, "he/e"), (), True),  # the same day in another: it cannot be told
        (yes(10, 1, "he/e"), (), False),
        (yes(2, 9), (course(step("drafted", 4, 12)),), False),  # another was under way
        (yes(2, 9), (course(step("drafted", 4, 12), step("cancelled", 5, 13)),), True),
        (yes(2, 9), (course(step("drafted", 9, 22)),), True),  # begun afterwards: it wants a consent of its own
        (yes(2, 9), (course(step("drafted", 4, 12), step("closed", 11, 30)),), True),  # and that is closed now too
        (yes(2, 9), (course(step("drafted", 4, 12), recipient="other"),), True),
    ],
)
def test_a_consent_ends_with_its_last_referral(grant: Grant, others: tuple[Any, ...], ends: bool) -> None:
    (after,) = ended_by_closing([grant], [CLOSED, *others])
    assert (after.state == ENDED) is ends


def test_only_what_is_closed_ends_it() -> None:
    """A county's no, a charity's no and a recall that is not closed leave it as it is."""
    for last in ("refused", "declined", "cancelled", "delivered"):
        (after,) = ended_by_closing([yes(2, 9)], [course(step("drafted", 3, 10), step(last, 9, 20))])
        assert after.state == GrantState.IN_FORCE


def test_after_the_closing_neither_a_referral_nor_its_slip_goes_to_them(vault: Application) -> None:
    """Refused at once and offline; the person's page says the consent has ended, and the sheet rests in peace."""
    resident = recorded_household(vault).residents[0]
    sheet = signed_sheet(vault, resident)
    check_by_county(vault, sheet, resident)
    made = referrals.draft_referral(vault, new_referral(vault, resident), submit=True).value
    release_by_county(vault, COUNTY_SIGNING_KEY, resident, made)
    for number, (old, new) in enumerate((("released", "accepted"), ("accepted", "delivered"))):
        by_county(vault, f"a{number}", made, "referral.moved", {"from": old, "to": new}, "charity-contact")
    referrals.confirm_delivery(vault, made, "收到轮椅一辆")
    assert consent_records.disclosures(vault, resident, CHARITY, Purpose.DISABILITY, CLASSES)[DataClass.A1].allowed

    referrals.close_referral(vault, made, "轮椅合用")
    answers = consent_records.disclosures(vault, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert {(one.allowed, one.reason) for one in answers.values()} == {(False, "expired")}
    with pytest.raises(UserFacingError):
        referrals.draft_referral(vault, new_referral(vault, resident), submit=True)
    assert {one.state for one in consent.grants(vault, resident)} == {ENDED}
    assert not any(one.live for one in consent.grants(vault, resident))
    assert sheet not in sheet_checks.live_sheets(vault)

    again = signed_sheet(vault, resident)
    check_by_county(vault, again, resident)
    assert referrals.draft_referral(vault, new_referral(vault, resident), submit=True).value
