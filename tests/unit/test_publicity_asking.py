"""Publicity is not asked for again within six months of a no to the same publisher (网络数据条例 22(5))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.asking import is_lately
from desktop.domain.errors import UserFacingError
from desktop.domain.guardian_order import NotActing, PassedOver, Standing
from desktop.domain.households import Address, Birth, Guardian, Name, NewHousehold, NewResident
from desktop.domain.signing import GuardianBasis
from desktop.services import households, publicity
from desktop.services.application import Application
from tests.casework import recorded_household
from tests.county_issued import SHANGBU
from tests.publicity import ASK, SECOND, printed_publicity, signed_publicity


@pytest.mark.parametrize(
    ("said", "asked", "expected"),
    [
        (date(2026, 5, 29), date(2026, 11, 30), False),
        (date(2026, 5, 30), date(2026, 11, 30), True),
        (date(2026, 8, 27), date(2027, 2, 28), False),
        (date(2026, 11, 30), date(2026, 11, 30), True),
        (date(2026, 12, 1), date(2026, 11, 30), False),
    ],
)
def test_a_no_stands_for_six_months(said: date, asked: date, expected: bool) -> None:
    """By the calendar; a no that came after the question is none of an earlier day."""
    assert is_lately(said, asked) is expected


@pytest.mark.parametrize("is_withdrawn", [False, True], ids=["refused", "withdrawn"])
def test_publicity_is_not_asked_for_again_unless_the_person_starts_it(
    application: Application, is_withdrawn: bool
) -> None:
    """Another publisher is another question."""
    resident = recorded_household(application).residents[0]
    if is_withdrawn:
        publicity.withdraw_publicity(application, signed_publicity(application, resident))
    else:
        publicity.refuse_publicity(application, printed_publicity(application, resident))
    with pytest.raises(UserFacingError) as caught:
        publicity.draft_publicity(application, resident, ASK, SECOND)
    assert caught.value.values["problem"] == "publicity.asked-lately"
    publicity.draft_publicity(application, resident, replace(ASK, publisher="福建省民政厅"), SECOND)
    made = publicity.draft_publicity(application, resident, replace(ASK, person_asked=True), SECOND).value
    assert publicity.publicity(application, made).ask.person_asked


def test_a_guardian_who_could_not_sign_is_said_before_anything_is_printed(application: Application) -> None:
    """The paper takes its guardian from the record and keeps them: what is missing there could not be said later."""
    granny = Guardian("林阿婆", "奶奶", basis=GuardianBasis.ORDER, proof="户口簿")
    child = NewResident(Name("林小燕"), birth=Birth(date(2016, 5, 1)), guardian=granny)
    household = NewHousehold(Address(SHANGBU, "9号"), (child,))
    (resident,) = households.add_household(application, household).value.residents
    with pytest.raises(UserFacingError, match=r"signing\.guardian-standing"):
        publicity.draft_publicity(application, resident, ASK, SECOND)
    gone = (PassedOver(Standing.PARENT, NotActing.NOBODY),)
    whole = replace(granny, standing=Standing.GRANDPARENT, passed_over=gone)
    households.change_resident(application, resident, {"guardian": whole})
    assert publicity.draft_publicity(application, resident, ASK, SECOND).value
