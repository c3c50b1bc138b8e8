"""Consent to publicity (典型案例宣传): its own record, its own check, and leave for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, Purpose, WithdrawalMode
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, CategoryHeld, Guardian, Name, NewHousehold, NewResident
from desktop.domain.publicity import PublicityState
from desktop.domain.roles import Role
from desktop.domain.signing import GuardianBasis, Signer
from desktop.services import consent, directory, erasing_plan, households, publicity, publicity_paper, withdrawals
from desktop.services.application import Application
from desktop.services.consent import Said
from desktop.services.publicity import PublicitySigned
from desktop.services.retention import Retained, Verdict
from desktop.services.retention_review import judged
from desktop.services.withdrawal_paper import withdrawal_paper_for
from tests import casework
from tests.county_issued import SHANGBU, issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.guardians import NOBODY_BEFORE
from tests.publicity import (
    ANSWERS,
    ASK,
    SECOND,
    SIGNED,
    printed_publicity,
    script_read,
    signed_publicity,
    signed_with,
)
from tests.vaults import made_vault


@pytest.fixture
def application(application: Application) -> Application:
    """With the township's roster: the second worker is on it."""
    issue_roster(application)
    return application


def grown_up(application: Application) -> str:
    return casework.recorded_household(application).residents[0]


def state(application: Application, resident: str) -> PublicityState:
    return publicity.publicities_of(application, resident)[0].state


def test_it_is_agreed_to_item_by_item_and_waits_for_the_second_check(application: Application, tmp_path: Path) -> None:
    """Whoever drafted it does not check it; a colleague does, after the sync."""
    resident = grown_up(application)
    made = printed_publicity(application, resident)
    publicity.record_publicity_signed(application, made, SIGNED)
    (view,) = publicity.publicities_of(application, resident)
    assert view.state is PublicityState.SIGNED
    assert view.agreed == frozenset({"story", "alias", "website"})
    assert view.refused == frozenset({"board"})
    with pytest.raises(UserFacingError, match=r"action\.refused"):
        publicity.check_publicity(application, made)
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        casework.carry(application, other)
        publicity.check_publicity(other, made)
        assert state(other, resident) is PublicityState.IN_FORCE
        with pytest.raises(UserFacingError, match=r"erasing\.withdraw-first"):
            erasing_plan.outlook(other, resident)
        kept = {one.held.kind: one.verdict for one in verdicts(other, date(2026, 11, 26))}
        assert kept["publicity"] is Verdict.IN_USE
        later = {one.held.kind: one.verdict for one in verdicts(other, date(2029, 11, 26))}
        assert later["publicity"] is Verdict.KEPT
        publicity.withdraw_publicity(other, made)
        assert erasing_plan.outlook(other, resident).grounds


def verdicts(application: Application, day: date) -> tuple[Retained, ...]:
    """What the schedule says of everything on a day."""
    return application.read(lambda connection: judged(connection, day))


def test_where_a_body_is_the_guardian_the_county_alone_checks(application: Application, tmp_path: Path) -> None:
    """民法典 32; nor may a colleague where nobody of the roster was there as the second."""
    ward = NewResident(
        Name("林小燕"),
        birth=Birth(date(2016, 5, 1)),
        guardian=Guardian("建阳区民政局", "监护机构", basis=GuardianBasis.CIVIL_AFFAIRS, passed_over=NOBODY_BEFORE),
    )
    new = NewHousehold(Address(SHANGBU, "6号"), (ward,))
    child = households.add_household(application, new).value.residents[0]
    by_body = signed_with(wards_view="愿意", best_interest=True, childrens_rules_told=True)
    made = signed_publicity(application, child, by_body)
    alone = printed_publicity(application, grown_up(application), second="某某人")
    publicity.record_publicity_signed(application, alone, SIGNED)
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        casework.carry(application, other)
        assert publicity.check_problem(other, made) == "county-check"
        assert publicity.check_problem(other, alone) == "second-unknown"
        with pytest.raises(UserFacingError) as caught:
            publicity.check_publicity(other, made)
        assert caught.value.values["reason"] == "county-check"


def test_what_ended_or_was_taken_back_is_shown_no_more(application: Application, tmp_path: Path) -> None:
    """At once, by the date, whatever the county has said of it by now; signed or checked late it never begins."""
    resident = grown_up(application)
    late = printed_publicity(application, resident)
    made, back = (signed_publicity(application, resident) for _ in range(2))
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        casework.carry(application, other)
        publicity.check_publicity(other, made)
        publicity.check_publicity(other, back)
        view = publicity.publicity(other, made)
        assert publicity.may_be_shown(other, view).allowed
        publicity.withdraw_publicity(other, back)
        assert publicity.may_be_shown(other, publicity.publicity(other, back)).reason == "withdrawn"
        after = datetime.combine(view.until, time(12), UTC)
        other.clock = lambda: after
        assert publicity.may_be_shown(other, view).allowed
        other.clock = lambda: after + timedelta(days=1)
        assert publicity.may_be_shown(other, view).reason == "expired"
    application.clock = lambda: after + timedelta(days=1)
    with pytest.raises(UserFacingError) as caught:
        publicity.record_publicity_signed(application, late, SIGNED)
    assert caught.value.values["problem"] == "publicity.expired"


def test_it_is_never_leave_to_hand_data_to_a_charity(application: Application) -> None:
    """``may_disclose`` says no to every body, purpose and class, with it signed and with it in force at another's."""
    resident = grown_up(application)
    signed_publicity(application, resident)
    assert application.read(lambda connection: consent.grants_of(connection, resident)) == ()
    for body in directory.organisations(application):
        for purpose in Purpose:
            answers = consent.disclosures(application, resident, body.id, purpose, DataClass)
            assert not any(answer.allowed or answer.after_check for answer in answers.values())


def test_withdrawn_it_stays_withdrawn_and_has_the_paper_of_every_withdrawal(application: Application) -> None:
    """On the telephone too; the receipt says what was agreed to and nothing of what was not."""
    resident = grown_up(application)
    made = printed_publicity(application, resident)
    publicity.record_publicity_signed(application, made, SIGNED)
    said = Said(mode=WithdrawalMode.PHONE, second_worker=SECOND)
    withdrawal = publicity.withdraw_publicity(application, made, said).value
    assert state(application, resident) is PublicityState.WITHDRAWN
    (view,) = withdrawals.withdrawals(application, resident=resident)
    assert (view.id, view.made.mode, view.made.recalled) == (withdrawal, WithdrawalMode.PHONE, ())
    text = whole_text(withdrawal_paper_for(application, withdrawal).pdf)
    for words in (
        "典型案例宣传",
        "事迹文字",
        "网站",
        view.made.number,
        publicity.publicities_of(application, resident)[0].number,
    ):
        assert words in text
    assert "展板" not in text
    with pytest.raises(UserFacingError, match=r"action\.refused"):
        publicity.void_publicity(application, made)


@pytest.mark.parametrize(
    ("signed", "problem"),
    [
        (signed_with(answers={"story": True}), "publicity.answers"),
        (signed_with(answers={**ANSWERS, "voice": True}), "publicity.answers"),
        (signed_with(answers=dict.fromkeys(ANSWERS, False)), "publicity.nothing-agreed"),
        (signed_with(signer=Signer.FINGERPRINT), "publicity.no-witness"),
        (signed_with(copy_given=False), "publicity.no-copy"),
        (signed_with(script=None), "publicity.not-read"),
        (signed_with(dialect=" "), "publicity.not-read"),
        (signed_with(script=replace(script_read(), items=("opening",))), "publicity.items-unread"),
    ],
)
def test_what_is_missing_of_the_signing_is_said(
    application: Application, signed: PublicitySigned, problem: str
) -> None:
    made = printed_publicity(application, grown_up(application))
    with pytest.raises(UserFacingError) as caught:
        publicity.record_publicity_signed(application, made, signed)
    assert caught.value.values["problem"] == problem


def test_who_agrees_to_nothing_has_nothing_to_sign(application: Application) -> None:
    resident = grown_up(application)
    publicity.refuse_publicity(application, printed_publicity(application, resident))
    assert state(application, resident) is PublicityState.REFUSED


def test_the_form_is_the_persons_own_paper(application: Application) -> None:
    """With its number, what is asked, and until when."""
    resident = grown_up(application)
    made = publicity.draft_publicity(application, resident, ASK, SECOND).value
    paper = publicity_paper.publicity_paper_for(application, made).paper
    text = whole_text(paper.pdf)
    (view,) = publicity.publicities_of(application, resident)
    for said in (view.number, "𠮷建国", "建阳区民政局", "典型案例征集", SECOND):
        assert said in text
    assert text.count("□同意□不同意") == len(ANSWERS)
    assert paper.pdf == publicity_paper.publicity_paper_for(application, made).paper.pdf


def test_nobody_asks_for_a_child_whom_nobody_looks_after(application: Application) -> None:
    """事实无人抚养儿童, whoever would sign."""
    child = NewResident(Name("林小燕"), birth=Birth(date(2016, 5, 1)))
    held = (CategoryHeld(Category.UNATTENDED_CHILD, "hand"),)
    new = NewHousehold(Address(SHANGBU, "7号"), (child,), categories=held)
    resident = households.add_household(application, new).value.residents[0]
    with pytest.raises(UserFacingError) as caught:
        publicity.draft_publicity(application, resident, ASK, SECOND)
    assert caught.value.values["problem"] == "publicity.unattended-child"


def test_what_is_known_later_stops_the_paper_and_the_check(application: Application, tmp_path: Path) -> None:
    """A child with a guardian was asked before the household was known for it."""
    child = NewResident(
        Name("林小燕"),
        birth=Birth(date(2016, 5, 1)),
        guardian=Guardian("林大山", "父亲", basis=GuardianBasis.PARENTS, proof="户口簿"),
    )
    made = households.add_household(application, NewHousehold(Address(SHANGBU, "9号"), (child,))).value
    asked = printed_publicity(application, made.residents[0])
    publicity.record_publicity_signed(
        application, asked, signed_with(wards_view="愿意", best_interest=True, childrens_rules_told=True)
    )
    held = CategoryHeld(Category.UNATTENDED_CHILD, "hand")
    households.change_household(application, made.household, {"category:unattended-child": held})
    with pytest.raises(UserFacingError, match=r"publicity\.not-shown"):
        publicity_paper.publicity_paper_for(application, asked)
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        casework.carry(application, other)
        with pytest.raises(UserFacingError, match=r"publicity\.not-shown"):
            publicity.check_publicity(other, asked)


def test_a_minor_without_a_known_guardian_is_not_asked(application: Application) -> None:
    """Nobody can sign, so nothing is drafted."""
    child = NewResident(Name("林小燕"), birth=Birth(date(2016, 5, 1)))
    new = NewHousehold(Address(SHANGBU, "8号"), (child,))
    resident = households.add_household(application, new).value.residents[0]
    with pytest.raises(UserFacingError, match=r"signing\."):
        publicity.draft_publicity(application, resident, ASK, SECOND)


def test_not_everything_is_withdrawn_while_publicity_stands(application: Application) -> None:
    """The paper of a withdrawal says 全部撤回 only where nothing is left that was agreed to."""
    resident, _ = casework.submitted_referral(application)
    signed_publicity(application, resident)
    grants = tuple(one.id for one in consent.grants(application, resident))
    consent.withdraw(application, resident, grants)
    (before,) = withdrawals.withdrawals(application, resident=resident)
    assert not before.made.whole
