"""Consent and referral: the rules of who may know what, through the service functions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.consent import DataClass, GrantState, Purpose, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.referrals import ReferralState
from desktop.domain.roles import Role
from desktop.services import consent, paper, referrals, sheet_checks
from desktop.services.application import Application
from desktop.storage import records
from desktop.sync.envelope import SigningKey
from tests.casework import (
    CLASSES,
    carry,
    new_referral,
    new_sheet,
    recorded_household,
    release_by_county,
    signed_sheet,
    submitted_referral,
)
from tests.county_issued import ABROAD, CHARITY, LAPSED, issue_everything, issue_roster
from tests.vaults import COUNTY_SIGNING_KEY, made_vault


def states(application: Application, resident: str) -> dict[DataClass, GrantState]:
    return {one.data_class: one.state for one in consent.grants(application, resident)}


def test_each_box_becomes_a_grant_of_its_own_and_waits_for_the_check(application: Application) -> None:
    """Agreed and refused are recorded with the same care; nothing is in force before the second check."""
    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident, refused=frozenset({DataClass.B3}))
    assert states(application, resident)[DataClass.B3] is GrantState.REFUSED
    assert states(application, resident)[DataClass.A1] is GrantState.AGREED
    answers = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert not any(answer.allowed for answer in answers.values())
    assert answers[DataClass.A1].after_check
    assert answers[DataClass.B3].reason == "refused"


def test_a_box_without_an_answer_is_not_accepted(application: Application) -> None:
    """No answer is not a yes."""
    resident = recorded_household(application).residents[0]
    sheet = consent.draft_sheet(application, new_sheet(resident)).value
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="1", digest="", came=Came(copies=2)
    )
    with pytest.raises(UserFacingError) as refused:
        consent.record_signed(application, sheet, (), signer=consent.Signer.SIGNATURE, copy_given=True)
    assert refused.value.code == "consent.answers-missing"


def test_whoever_took_the_consent_cannot_check_it(application: Application) -> None:
    """Drafter ≠ checker."""
    resident = recorded_household(application).residents[0]
    sheet = signed_sheet(application, resident)
    with pytest.raises(UserFacingError) as refused:
        sheet_checks.check_sheet(application, sheet, "paper")
    assert refused.value.values["reason"] == "same-person"
    assert consent.sheet(application, sheet).state is SheetState.SIGNED


@pytest.mark.parametrize(("recipient", "reason"), [(ABROAD, "recipient-abroad"), (LAPSED, "no-agreement")])
def test_a_body_that_may_receive_nothing_is_not_even_asked_for(
    application: Application, recipient: str, reason: str
) -> None:
    """Outside the mainland (PIPL 36–39) or without a current agreement (网络数据条例 12): refused at once."""
    resident = recorded_household(application).residents[0]
    ask = consent.Ask(recipient, Purpose.DISABILITY, (DataClass.A1,))
    with pytest.raises(UserFacingError) as refused:
        consent.draft_sheet(application, replace(new_sheet(resident), asks=(ask,)))
    assert refused.value.values["reason"] == reason


def test_refusing_takes_one_step_and_is_not_asked_again_for_six_months(application: Application) -> None:
    """不得频繁征求同意; unless the person starts it."""
    resident = recorded_household(application).residents[0]
    consent.record_refusal(application, new_sheet(resident), "不想让别人知道")
    assert set(states(application, resident).values()) == {GrantState.REFUSED}
    with pytest.raises(UserFacingError) as refused:
        consent.draft_sheet(application, new_sheet(resident))
    assert refused.value.code == "consent.asked-lately"
    assert consent.draft_sheet(application, new_sheet(resident, person_asked=True)).value


def test_a_referral_is_drafted_while_the_sheet_waits_but_no_slip_is_printed(application: Application) -> None:
    """Only the file copy prints before the county's release."""
    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident)
    made = referrals.draft_referral(application, new_referral(application, resident), submit=True).value
    assert referrals.referral(application, made).state is ReferralState.SUBMITTED
    assert paper.file_copy(application, made).pdf.startswith(b"%PDF")
    with pytest.raises(UserFacingError) as refused:
        paper.recipient_slip(application, made)
    assert refused.value.code == "referral.not-released"


def test_a_referral_beyond_the_consent_is_refused_with_its_reason(application: Application) -> None:
    """One class refused by the person is enough; nothing is written."""
    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident, refused=frozenset({DataClass.B3}))
    with pytest.raises(UserFacingError) as refused:
        referrals.draft_referral(application, new_referral(application, resident))
    assert refused.value.code == "referral.may-not-disclose"
    assert refused.value.values == {"reason": "refused", "classes": ("B3",)}
    assert referrals.referrals(application) == ()


def test_withdrawing_recalls_the_open_referral_in_the_same_action(application: Application) -> None:
    """Withdrawal works offline, at once, and as easily as agreeing."""
    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident)
    made = referrals.draft_referral(application, new_referral(application, resident), submit=True).value
    chosen = tuple(one.id for one in consent.grants(application, resident) if one.data_class is DataClass.B3)
    done = consent.withdraw(application, resident, chosen).value
    assert done.recalled == (made,)
    assert referrals.referral(application, made).state is ReferralState.RECALLED
    kept = application.read(lambda connection: records.state(connection, made))
    assert kept is not None
    assert kept["fields"]["withdrawal"] == done.number, "the recall names the paper it follows from"
    assert states(application, resident)[DataClass.A1] is GrantState.AGREED
    assert states(application, resident)[DataClass.B3] is GrantState.WITHDRAWN


def test_withdrawing_leaves_no_second_permission_for_the_same(application: Application) -> None:
    """Two sheets asked the same of this person: withdrawing the line of one is a no to both."""
    resident = recorded_household(application).residents[0]
    for _ in range(2):
        signed_sheet(application, resident)
    chosen = next(one.id for one in consent.grants(application, resident) if one.data_class is DataClass.B3)
    done = consent.withdraw(application, resident, (chosen,)).value
    assert len(done.grants) == 2
    answer = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert answer[DataClass.B3].reason == "withdrawn"
    assert answer[DataClass.A1].after_check


def test_a_grant_counts_only_as_far_as_its_paper(application: Application) -> None:
    """Checked here while the county declared the sheet void: the grants in force permit nothing any more."""
    from desktop.domain.records import Change
    from desktop.storage import records

    resident = recorded_household(application).residents[0]
    sheet = signed_sheet(application, resident)
    void = {"from": "signed", "to": "void", "reason": "签名看不清"}
    steps = [
        (one.id, "grant.moved", {"from": "agreed", "to": "in-force"}) for one in consent.grants(application, resident)
    ]
    for number, (record, kind, body) in enumerate([*steps, (sheet, "sheet.moved", void)]):
        before = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
        assert not any(one.allowed for one in before.values()), "in force without a checked sheet"
        change = Change(f"county/e/v{number}", kind, record, "2026-11-23T00:00:00Z", "W-9", "duty-officer", body)
        application.store.write(lambda connection, one=change: records.apply(connection, one))  # type: ignore[misc]
    answers = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert {(one.allowed, one.after_check) for one in answers.values()} == {(False, False)}


def test_the_county_s_signed_release_unlocks_the_slip(application: Application) -> None:
    """Released classes, number and expiry come from the signed document."""
    resident, made = submitted_referral(application)
    release_by_county(application, COUNTY_SIGNING_KEY, resident, made)
    assert paper.recipient_slip(application, made).pdf.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("key", "changes", "code"),
    [
        (SigningKey.generate(), {}, "referral.not-released"),
        (COUNTY_SIGNING_KEY, {"referral": "another"}, "referral.not-released"),
        (COUNTY_SIGNING_KEY, {"resident": "another"}, "referral.not-released"),
        (COUNTY_SIGNING_KEY, {"expires": "2020-01-01"}, "referral.release-expired"),
    ],
)
def test_a_release_forged_for_another_or_expired_unlocks_nothing(
    application: Application, key: SigningKey, changes: dict[str, object], code: str
) -> None:
    """The word "released" in the record is not enough: the county's signature over this referral is."""
    resident, made = submitted_referral(application)
    release_by_county(application, key, resident, made, **changes)
    with pytest.raises(UserFacingError) as refused:
        paper.recipient_slip(application, made)
    assert refused.value.code == code


def test_after_a_withdrawal_not_even_a_release_prints_a_slip(application: Application) -> None:
    """The withdrawal outranks the release that crossed it."""
    resident, made = submitted_referral(application)
    release_by_county(application, COUNTY_SIGNING_KEY, resident, made)
    consent.withdraw(application, resident, tuple(one.id for one in consent.grants(application, resident)))
    with pytest.raises(UserFacingError) as refused:
        paper.recipient_slip(application, made)
    assert refused.value.code == "referral.recalled"


def test_a_slip_is_not_printed_again_once_the_recipient_has_declined(application: Application) -> None:
    """The release still stands in the record; there is nobody left to hand the paper to."""
    from desktop.domain.records import Change
    from desktop.storage import records

    resident, made = submitted_referral(application)
    release_by_county(application, COUNTY_SIGNING_KEY, resident, made)
    body = {"from": "released", "to": "declined", "reason": "out-of-funds"}
    declined = Change("county/e/10", "referral.moved", made, "2026-11-23T01:00:00Z", "W-8", "charity-contact", body)
    application.store.write(lambda connection: records.apply(connection, declined))
    with pytest.raises(UserFacingError) as refused:
        paper.recipient_slip(application, made)
    assert refused.value.code == "referral.over"


def test_a_station_social_worker_drafts_and_may_not_submit(tmp_path: Path) -> None:
    """民政服务站社工: finds and drafts; the rule is in the tables, not in the window."""
    from desktop.domain.roles import Role
    from tests.county_issued import issue_everything

    with made_vault(tmp_path, role=Role.SOCIAL_WORKER) as application:
        issue_everything(application)
        resident = recorded_household(application).residents[0]
        signed_sheet(application, resident)
        made = referrals.draft_referral(application, new_referral(application, resident)).value
        with pytest.raises(UserFacingError) as refused:
            referrals.submit_referral(application, made)
        assert (refused.value.code, refused.value.values["who"]) == ("action.not-your-role", ("经办人", "复核人"))
        with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
            referrals.draft_referral(application, new_referral(application, resident), submit=True)


def test_whoever_recorded_a_grant_cannot_put_it_in_force_without_the_sheet(application: Application) -> None:
    """Drafter ≠ checker holds for each grant by itself, not only for the sheet that carries it."""
    from desktop.storage.journal import Action

    resident = recorded_household(application).residents[0]
    signed_sheet(application, resident)
    grant = consent.grants(application, resident)[0].id

    def force(action: Action) -> None:
        action.add("grant.moved", grant, {"from": "agreed", "to": "in-force"})

    with pytest.raises(UserFacingError) as refused:
        application.act(force)
    assert refused.value.values["reason"] == "same-person"
    assert GrantState.IN_FORCE not in states(application, resident).values()


# --- the second worker ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "second", "problem"),
    [
        ("worker-chen", "worker-chen", ""),
        ("陈晓燕", "worker-chen", ""),
        (" 陈晓燕 ", "worker-chen", ""),
        ("村干部老陈", "", "second-unknown"),
    ],
)
def test_only_a_worker_of_the_roster_counts_as_the_second(
    application: Application, tmp_path: Path, typed: str, second: str, problem: str
) -> None:
    """A name in no roster may be the checker's own: it stays on the paper as a witness's, and the county checks."""
    issue_roster(application)
    resident = recorded_household(application).residents[0]
    sheet = signed_sheet(application, resident, second_worker=typed)
    found = consent.sheet(application, sheet)
    assert found.second_worker == second
    assert found.second_name == ("陈晓燕" if second else typed)
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        carry(application, other)
        assert sheet_checks.check_problem(other, sheet) == problem
        if problem:
            with pytest.raises(UserFacingError) as refused:
                sheet_checks.check_sheet(other, sheet, "paper")
            assert refused.value.values["reason"] == problem
        else:
            assert len(sheet_checks.check_sheet(other, sheet, "paper").value) == len(CLASSES)


def test_nobody_is_their_own_second_worker(application: Application) -> None:
    """By id or by name: the drafter is one person."""
    resident = recorded_household(application).residents[0]
    for own in (application.worker.id, application.worker.name):
        with pytest.raises(UserFacingError) as refused:
            consent.draft_sheet(application, new_sheet(resident, second_worker=own))
        assert refused.value.values["reason"] == "second-is-drafter"
