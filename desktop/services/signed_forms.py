"""Which forms come back signed although they are no consent (签了字要收回来的单子), by the number at their head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desktop.documents.wording import pattern_of


@dataclass(frozen=True, slots=True)
class SignedForm:
    """``form`` is the wording's name. ``by_person``: somebody who is visited or helped signs it, perhaps by finger."""

    form: str
    words: str
    by_person: bool = True


_FORMS: Final = (
    SignedForm("visit-record", "入户走访记录表"),
    SignedForm("need-registration", "慈善帮扶需求登记表"),
    SignedForm("wish-card", "微心愿卡"),
    SignedForm("help-feedback", "帮扶反馈表"),
    SignedForm("referral-receipt", "转介回执", by_person=False),
    SignedForm("referral-in", "转入联", by_person=False),
    SignedForm("inward-receipt", "转入回执", by_person=False),
)
SIGNED_FORMS: Final[Mapping[str, SignedForm]] = {one.form: one for one in _FORMS}


def signed_form_of(number: str) -> SignedForm | None:
    """The form with this number at its head (``ZF-01``); None for one that does not come back, or is a consent."""
    return next((one for one in _FORMS if str(pattern_of(one.form)["number"]) == number), None)
