"""A withdrawal of what is not known at this laptop: kept, printed, and the last word wherever a paper turns up."""

from __future__ import annotations

import pytest

from desktop.domain.consent import GrantState, Purpose
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.referrals import ReferralState
from desktop.domain.stops import Stop
from desktop.domain.withdrawals import Unwanted
from desktop.services import consent, referrals, timeline, withdrawal_paper, withdrawals
from desktop.services.application import Application
from desktop.storage import outbox
from tests.casework import CLASSES, new_referral, new_sheet, recorded_household, signed_sheet
from tests.county_issued import CHARITY
from tests.documents.pdf_reading import whole_text


@pytest.fixture
def resident(application: Application) -> str:
    """Somebody of whom this laptop knows no consent."""
    return recorded_household(application).residents[0]


def printed_sheet(application: Application, resident: str, *, person_asked: bool = False) -> str:
    """A sheet that is printed and out, to be signed or signed already."""
    sheet = consent.draft_sheet(application, new_sheet(resident, person_asked=person_asked)).value
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="2026.1", digest="0" * 64, came=Came(copies=2)
    )
    return sheet


def sign(application: Application, sheet: str, *, agreed: bool = True) -> None:
    """Write down that it was signed, every box alike."""
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, agreed) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)


def reasons(application: Application, resident: str) -> set[str]:
    """What ``may_disclose`` answers for the usual classes."""
    found = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    return {one.reason for one in found.values()}


def test_it_is_kept_printed_shown_and_sent_ahead_without_any_consent_known(
    application: Application, resident: str
) -> None:
    """By the same record, number and paper as any withdrawal; a single recipient leaves the others."""
    done = consent.withdraw(application, resident, (), stops=(Stop(CHARITY),), unwanted=(Unwanted.VISIT,)).value
    view = withdrawals.withdrawal(application, done.id)
    assert (view.made.stops, view.made.whole, done.recipients) == ((Stop(CHARITY),), False, (CHARITY,))
    text = whole_text(withdrawal_paper.withdrawal_paper_for(application, done.id).pdf)
    for said in ("□✓只撤回下面打勾的", "□✓以前同意提供的全部信息", "□✓上门探访", "□电话联系", "（不限编号）"):
        assert said in text
    whole = consent.withdraw(application, resident, (), stops=(Stop(),)).value
    text = whole_text(withdrawal_paper.withdrawal_paper_for(application, whole.id).pdf)
    assert "□✓撤回全部" in text
    assert "全部接收方" in text
    named = application.read(lambda connection: outbox.stopped_unjudged(connection, 500))
    assert named == ((done.id, resident), (whole.id, resident))
    household = withdrawals.withdrawal(application, done.id).household
    shown = [one.detail for one in timeline.timeline(application, household) if "撤回同意" in one.title]
    assert len(shown) == 2


def test_a_paper_that_was_out_before_it_is_no_yes_any_more_and_a_new_one_is(
    application: Application, resident: str
) -> None:
    """Signed or not, nobody can tell of the page from before; its no can be written down, and a new page is a yes."""
    out, other = printed_sheet(application, resident), printed_sheet(application, resident)
    consent.withdraw(application, resident, (), stops=(Stop(),))
    with pytest.raises(UserFacingError, match=r"consent\.no-since"):
        sign(application, out)
    sign(application, other, agreed=False)
    with pytest.raises(UserFacingError, match=r"consent\.asked-lately"):
        consent.draft_sheet(application, new_sheet(resident))
    sign(application, printed_sheet(application, resident, person_asked=True))
    assert reasons(application, resident) == {"awaiting-check"}
    assert {one.live for one in consent.grants(application, resident) if one.state is GrantState.AGREED} == {True}


def test_what_is_known_goes_with_it_and_its_referral_comes_back(application: Application, resident: str) -> None:
    """Everything said once: the known grants and the open referral go in the same step."""
    signed_sheet(application, resident)
    made = referrals.draft_referral(application, new_referral(application, resident), submit=True).value
    done = consent.withdraw(application, resident, (), stops=(Stop(purpose=Purpose.DISABILITY),)).value
    assert done.recalled == (made,)
    assert {one.state for one in consent.grants(application, resident)} == {GrantState.WITHDRAWN}
    assert referrals.referral(application, made).state is ReferralState.RECALLED
    assert reasons(application, resident) == {"withdrawn"}


def test_not_to_be_telephoned_is_kept_and_printed_and_withdraws_nothing(
    application: Application, resident: str
) -> None:
    """TY-04 offers it by itself; with a consent known and without one."""
    signed_sheet(application, resident)
    made = referrals.draft_referral(application, new_referral(application, resident), submit=True).value
    for unwanted in (Unwanted.PHONE, Unwanted.VISIT):
        done = consent.withdraw(application, resident, (), unwanted=(unwanted,)).value
        assert withdrawals.withdrawal(application, done.id).made.requests == ()
        assert (done.grants, done.recalled, withdrawals.withdrawal(application, done.id).made.whole) == ((), (), False)
    text = whole_text(withdrawal_paper.withdrawal_paper_for(application, done.id).pdf)
    for said in ("全部接收方", "□✓上门探访", "□电话联系", "□✓只撤回下面打勾的", "□撤回全部", "□停止使用", "□删除"):
        assert said in text
    assert referrals.referral(application, made).state is ReferralState.SUBMITTED
    assert reasons(application, resident) == {"awaiting-check"}
    assert application.read(lambda connection: outbox.stopped_unjudged(connection, 500)) == ()
    with pytest.raises(UserFacingError, match="nothing-to-withdraw"):
        consent.withdraw(application, resident, ("gone",), unwanted=(Unwanted.PHONE,))
