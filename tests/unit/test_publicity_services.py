"""Consent to publicity (典型案例宣传): its own record, its own check, and leave for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, Purpose, WithdrawalMode
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, CategoryHeld, Guardian, Name, NewHousehold, NewResident
from desktop.domain.publicity import Channel, Material, Naming, PublicityAsk, PublicityState
from desktop.domain.roles import Role
from desktop.domain.signing import GuardianBasis, Signer
from desktop.services import consent, directory, erasing_plan, households, publicity, withdrawals
from desktop.services.application import Application
from desktop.services.consent import Said
from desktop.services.publicity import PublicitySigned
from desktop.services.retention import Retained, Verdict
from desktop.services.retention_review import judged
from desktop.services.withdrawal_paper import withdrawal_paper_for
from tests import casework
from tests.county_issued import SHANGBU, issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.vaults import made_vault

ASK = PublicityAsk(
    (Material.STORY, Material.ALIAS), (Channel.WEBSITE, Channel.BOARD), "建阳区民政局", Naming.ALIAS, "典型案例征集"
)
ANSWERS = {"story": True, "alias": True, "website": True, "board": False}
SIGNED = PublicitySigned(ANSWERS, Signer.SIGNATURE, copy_given=True, draft_seen=True)
SECOND = "陈晓燕"


@pytest.fixture
def application(application: Application) -> Application:
    """With the township's roster: the second worker is on it."""
    issue_roster(application)
    return application


def grown_up(application: Application) -> str:
    return casework.recorded_household(application).residents[0]


def printed(application: Application, resident: str) -> str:
    made = publicity.draft_publicity(application, resident, ASK, SECOND).value
    publicity.record_publicity_printed(application, publicity.publicity_paper_for(application, made), 2)
    return made


def state(application: Application, resident: str) -> PublicityState:
    return publicity.publicities_of(application, resident)[0].state


def test_it_is_agreed_to_item_by_item_and_waits_for_the_second_check(application: Application, tmp_path: Path) -> None:
    """Whoever drafted it does not check it; a colleague does, after the sync."""
    resident = grown_up(application)
    made = printed(application, resident)
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


def test_what_nobody_could_bring_into_force_is_not_asked_for(application: Application) -> None:
    """A second worker whom the roster does not know, and a body as guardian: both would need the county's check."""
    with pytest.raises(UserFacingError) as caught:
        publicity.draft_publicity(application, grown_up(application), ASK, "某某人")
    assert caught.value.values["problem"] == "publicity.second-not-on-roster"
    ward = NewResident(
        Name("林小燕"),
        birth=Birth(date(2016, 5, 1)),
        guardian=Guardian("建阳区民政局", "监护机构", basis=GuardianBasis.CIVIL_AFFAIRS, deed="民监〔2026〕1号"),
    )
    resident = households.add_household(application, NewHousehold(Address(SHANGBU, "6号"), (ward,))).value.residents[0]
    with pytest.raises(UserFacingError) as caught:
        publicity.draft_publicity(application, resident, ASK, SECOND)
    assert caught.value.values["problem"] == "publicity.county-check"


def test_it_is_never_leave_to_hand_data_to_a_charity(application: Application) -> None:
    """``may_disclose`` says no to every body, purpose and class, with it signed and with it in force at another's."""
    resident = grown_up(application)
    publicity.record_publicity_signed(application, printed(application, resident), SIGNED)
    assert application.read(lambda connection: consent.grants_of(connection, resident)) == ()
    for body in directory.organisations(application):
        for purpose in Purpose:
            answers = consent.disclosures(application, resident, body.id, purpose, DataClass)
            assert not any(answer.allowed or answer.after_check for answer in answers.values())


def test_withdrawn_it_stays_withdrawn_and_has_the_paper_of_every_withdrawal(application: Application) -> None:
    """On the telephone too; the receipt says what was agreed to and nothing of what was not."""
    resident = grown_up(application)
    made = printed(application, resident)
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
        (PublicitySigned({"story": True}, Signer.SIGNATURE, copy_given=True), "publicity.answers"),
        (PublicitySigned({**ANSWERS, "voice": True}, Signer.SIGNATURE, copy_given=True), "publicity.answers"),
        (PublicitySigned(dict.fromkeys(ANSWERS, False), Signer.SIGNATURE, copy_given=True), "publicity.nothing-agreed"),
        (PublicitySigned(ANSWERS, Signer.FINGERPRINT, copy_given=True), "publicity.no-witness"),
        (PublicitySigned(ANSWERS, Signer.SIGNATURE, copy_given=False), "publicity.no-copy"),
    ],
)
def test_what_is_missing_of_the_signing_is_said(
    application: Application, signed: PublicitySigned, problem: str
) -> None:
    made = printed(application, grown_up(application))
    with pytest.raises(UserFacingError) as caught:
        publicity.record_publicity_signed(application, made, signed)
    assert caught.value.values["problem"] == problem


def test_who_agrees_to_nothing_has_nothing_to_sign(application: Application) -> None:
    resident = grown_up(application)
    publicity.refuse_publicity(application, printed(application, resident))
    assert state(application, resident) is PublicityState.REFUSED


def test_the_form_is_the_persons_own_paper(application: Application) -> None:
    """With its number, what is asked, and until when."""
    resident = grown_up(application)
    made = publicity.draft_publicity(application, resident, ASK, SECOND).value
    paper = publicity.publicity_paper_for(application, made).paper
    text = whole_text(paper.pdf)
    (view,) = publicity.publicities_of(application, resident)
    for said in (view.number, "𠮷建国", "建阳区民政局", "典型案例征集", SECOND):
        assert said in text
    assert text.count("□同意□不同意") == len(ANSWERS)
    assert paper.pdf == publicity.publicity_paper_for(application, made).paper.pdf


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
    asked = printed(application, made.residents[0])
    publicity.record_publicity_signed(application, asked, replace(SIGNED, wards_view="愿意"))
    held = CategoryHeld(Category.UNATTENDED_CHILD, "hand")
    households.change_household(application, made.household, {"category:unattended-child": held})
    with pytest.raises(UserFacingError, match=r"publicity\.not-shown"):
        publicity.publicity_paper_for(application, asked)
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
    publicity.record_publicity_signed(application, printed(application, resident), SIGNED)
    grants = tuple(one.id for one in consent.grants(application, resident))
    consent.withdraw(application, resident, grants)
    (before,) = withdrawals.withdrawals(application, resident=resident)
    assert not before.made.whole
