"""Consent to publicity at the county: checked by it where a body is the guardian, ended by it, and barred by it."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest

from county import answers
from county.clock import today
from county.expiry import expire_publicities
from county.opening import County
from county.worker import ApplyWorker, Waiters
from desktop.domain.errors import UserFacingError
from tests.county.laptop import Laptop, described, enrolled, moved, states_from_feed
from tests.county.test_gate import Case, made_case
from tests.entry_bodies import FIELDS
from tests.guardians import SAID_NOBODY_BEFORE

BODY = {
    "name": "建阳区民政局",
    "relation": "监护机构",
    "basis": "civil-affairs",
    "passed_over": SAID_NOBODY_BEFORE,
}
WARD = {"band": "8-13", "guardian": BODY}
SIGNED_FOR_WARD = {
    **WARD,
    "signed_by": "guardian",
    "guardian_signer": "signature",
    "best_interest": True,
    "wards_view": "愿意",
    "childrens_rules_told": True,
}
_ON_SIGNING = ("agreed", "refused", "signed_by", "signed", "signer", "signed_on", "read_aloud", "dialect", "script")


@pytest.fixture
def case(county: County, township: str) -> Case:
    return made_case(county, township)


def signed(case: Case, second: str = "", **changes: Any) -> str:
    """Drafted, printed and signed on the laptop; its id."""
    made = str(uuid.uuid4())
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    fields = {**FIELDS["publicity"], **who, "second_worker": second, **changes}
    drafted = {name: value for name, value in fields.items() if name not in _ON_SIGNING}
    on_signing = {name: fields[name] for name in _ON_SIGNING}
    assert (
        case.send(
            moved("publicity", made, None, "drafted", **drafted),
            moved("publicity", made, "drafted", "printed"),
            moved("publicity", made, "printed", "signed", **on_signing),
        )
        == [("ok", "")] * 3
    )
    return made


def checking(case: Case, colleague: Laptop, made: str) -> list[tuple[str, str]]:
    """What the county says to a colleague's check."""
    own = Case(case.county, case.township, colleague, case.officer, case.contact, case.home, case.person)
    return own.send(moved("publicity", made, "signed", "in-force", checked_by="何金水", checked_against="scan"))


def test_a_bodys_ward_is_checked_by_the_county_alone(case: Case) -> None:
    """民法典 32: the office that asks does not consent as well; the laptops hear of the county's check."""
    colleague = enrolled(case.county, [case.township], "reviewer")
    second = enrolled(case.county, [case.township]).county.worker
    assert case.send(described("resident", case.person, birth={"day": "2016-05-01"}, guardian=BODY)) == [("ok", "")]
    made = signed(case, second, signing=WARD, signed=SIGNED_FOR_WARD, signed_by="guardian")
    assert checking(case, colleague, made) == [("rejected", "county-check")]
    assert [(one.kind, one.record) for one in answers.open_items(case.county)] == [("publicity", made)]
    assert answers.check_publicity(case.county, made, case.officer).state == "in-force"
    assert case.state(made)["fields"]["checked_by"] == "值班员"
    folded = states_from_feed(case.laptop, case.laptop.pull(case.county))[made]
    assert folded is not None
    assert folded["state"] == "in-force"


def test_it_ends_by_the_countys_journal(case: Case) -> None:
    """On the day after its last one, once; a laptop cannot say it, and what it took back before stays taken back."""
    last = today().isoformat()
    made, back = (signed(case, until=last, signed_on=last) for _ in range(2))
    answers.check_publicity(case.county, made, case.officer)
    assert expire_publicities(case.county, today()) == 0
    assert case.send(moved("publicity", made, "in-force", "expired")) == [("rejected", "not-allowed")]
    tomorrow = today() + timedelta(days=1)
    assert expire_publicities(case.county, tomorrow) == 2
    assert expire_publicities(case.county, tomorrow) == 0
    folded = states_from_feed(case.laptop, case.laptop.pull(case.county))
    assert {(folded[one] or {})["state"] for one in (made, back)} == {"expired"}
    assert case.send(moved("publicity", back, "signed", "withdrawn", withdrawal="CH-1")) == [("ok", "")]
    assert case.state(back)["state"] == "withdrawn"


def test_the_server_does_it_by_itself_once_a_day(case: Case) -> None:
    """At its start, as with grants."""
    yesterday = (today() - timedelta(days=1)).isoformat()
    made = signed(case, until=yesterday, signed_on=yesterday)
    serving = ApplyWorker(case.county, Waiters())
    serving.start()
    for _ in range(400):
        if case.state(made)["state"] == "expired":
            break
        threading.Event().wait(0.05)
    serving.stop()
    assert case.state(made)["state"] == "expired"


def test_what_the_county_knows_bars_a_check_made_elsewhere(case: Case) -> None:
    """Ended, or a household with a child whom nobody looks after; the county's own check is barred the same."""
    colleague = enrolled(case.county, [case.township], "reviewer")
    second = enrolled(case.county, [case.township]).county.worker
    yesterday = (today() - timedelta(days=1)).isoformat()
    over = signed(case, second, until=yesterday, signed_on=yesterday)
    assert checking(case, colleague, over) == [("rejected", "expired")]
    with pytest.raises(UserFacingError) as caught:
        answers.check_publicity(case.county, over, case.officer)
    assert caught.value.values["reason"] == "expired"
    made = signed(case, second)
    held = {"category": "unattended-child", "source": "hand"}
    assert case.send(described("household", case.home, **{"category:unattended-child": held})) == [("ok", "")]
    assert checking(case, colleague, made) == [("rejected", "unattended-child")]
    with pytest.raises(UserFacingError) as caught:
        answers.check_publicity(case.county, made, case.officer)
    assert caught.value.values["reason"] == "unattended-child"
    assert answers.reject_publicity(case.county, made, case.officer, "不作宣传").state == "void"


def test_what_was_not_read_or_not_rightly_signed_is_not_taken(case: Case) -> None:
    """By the fold, which every reader shares, and by what the person's record says."""
    made = str(uuid.uuid4())
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    fields = {**FIELDS["publicity"], **who, "second_worker": ""}
    drafted = {name: value for name, value in fields.items() if name not in _ON_SIGNING}
    on_signing = {name: fields[name] for name in _ON_SIGNING}
    case.send(moved("publicity", made, None, "drafted", **drafted), moved("publicity", made, "drafted", "printed"))

    def said(**changes: Any) -> list[tuple[str, str]]:
        return case.send(moved("publicity", made, "printed", "signed", **{**on_signing, **changes}))

    assert said(script=None) == [("rejected", "not-read")]
    assert said(script={**on_signing["script"], "form": "consent-self-script"}) == [("rejected", "not-read")]
    assert said(signed={"band": "adult"}) == [("rejected", "other-signer")]
    assert said(signer="screen") == [("rejected", "screen-missing")]
    assert case.send(described("resident", case.person, birth={"day": "2016-05-01"})) == [("ok", "")]
    assert said() == [("rejected", "guardian-unknown")]
