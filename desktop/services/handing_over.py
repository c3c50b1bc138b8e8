"""Whether paper of a referral may go to its recipient now: one gate for the slip and for what goes with it."""

from __future__ import annotations

from datetime import date

from desktop.domain.consent import DataClass
from desktop.domain.errors import UserFacingError
from desktop.domain.referrals import AT_RECIPIENT, BEFORE_RELEASE, ReferralState
from desktop.services import consent, referrals
from desktop.services.application import Application
from desktop.services.permission import Capability, require


def referral_to_hand_over(application: Application, referral_id: str) -> referrals.ReferralView:
    """A referral of which paper may go to the recipient now.

    Raises:
        UserFacingError: ``referral.not-released``; ``referral.release-expired``; ``referral.recalled``;
            ``referral.over`` once the recipient has declined or the help is confirmed;
            ``referral.may-not-disclose`` where consent has gone since, whatever the release says.
    """
    require(application, Capability.HAND_OVER_SLIP)
    view = referrals.referral(application, referral_id)
    if view.state in (ReferralState.RECALLED, ReferralState.CANCELLED):
        raise UserFacingError("referral.recalled")
    if view.release is None or view.state in BEFORE_RELEASE or view.state is ReferralState.REFUSED:
        raise UserFacingError("referral.not-released")
    if view.state not in (*AT_RECIPIENT, ReferralState.DELIVERED):
        raise UserFacingError("referral.over")
    if date.fromisoformat(view.release.expires[:10]) < application.today():
        raise UserFacingError("referral.release-expired")
    answers = consent.disclosures(
        application, view.resident, view.recipient, view.referral.purpose, map(DataClass, view.release.classes)
    )
    for data_class, answer in answers.items():
        if not answer.allowed:
            raise UserFacingError("referral.may-not-disclose", reason=answer.reason, classes=(data_class.value,))
    return view
