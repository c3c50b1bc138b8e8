"""What goes on paper with a referral beside its slip: receipt and feedback (回执、反馈表), inward slip (转入联).

No record of an inward referral is made here: its number stands on the paper and in the note of its printing alone.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop.documents.referral_answers import (
    InwardReceiptContent,
    ReferralAnswerContent,
    help_feedback,
    inward_receipt,
    referral_receipt,
)
from desktop.documents.referral_inward import Informant, InwardSlipContent, inward_slip
from desktop.documents.wording import Wording
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.handing_over import referral_to_hand_over
from desktop.services.paper import office_of
from desktop.services.permission import Capability, require
from desktop.services.prints import is_large
from desktop.services.record_paper import Content, RecordPaper, drawn_number, set_paper
from desktop.services.shown_records import shown_parts


def receipt_paper(application: Application, referral_id: str, *, large_type: bool | None = None) -> RecordPaper:
    """The receipt that the recipient fills in; only with the release that lets the slip be handed over.

    ``large_type`` as for ``prints.is_large``.

    Raises:
        UserFacingError: as ``paper.recipient_slip``, with which it goes.
    """
    require(application, Capability.HAND_OVER_SLIP)
    content, household = _answer(application, referral_id, "receipt", large_type=large_type)
    return _of_referral(application, referral_receipt, content, "referral-receipt", referral_id, household)


def feedback_paper(application: Application, referral_id: str, *, large_type: bool | None = None) -> RecordPaper:
    """The form in which the recipient tells what help was given; raises as ``receipt_paper``."""
    require(application, Capability.HAND_OVER_SLIP)
    content, household = _answer(application, referral_id, "feedback", large_type=large_type)
    return _of_referral(application, help_feedback, content, "help-feedback", referral_id, household)


def _of_referral(
    application: Application,
    make: Callable[[ReferralAnswerContent, Wording], bytes],
    content: ReferralAnswerContent,
    form: str,
    referral_id: str,
    household: str,
) -> RecordPaper:
    parts = shown_parts(application, form, content.print_id, referral_id, household)
    return RecordPaper(set_paper(application, make, content, form, parts=parts), referral_id, household)


def _answer(
    application: Application, referral_id: str, which: str, *, large_type: bool | None
) -> tuple[ReferralAnswerContent, str]:
    """What stands on the slip as well, and nothing of the person."""
    view = referral_to_hand_over(application, referral_id)
    office = office_of(application)
    print_id = f"{view.id[:24]}-{which}"
    content = ReferralAnswerContent(
        print_id=print_id,
        referral_number=view.number,
        recipient=view.recipient_name,
        office=office.name,
        office_phone=office.phone,
        office_address=office.address,
        reply_by=view.referral.reply_by,
        large_type=is_large(application, large_type, print_id, view.household),
    )
    return content, view.household


def inward_slip_paper(
    application: Application, informant_id: str = "", *, by_telephone: bool = False, large_type: bool = False
) -> RecordPaper:
    """A numbered blank for a charity, or with ``by_telephone`` one on which this worker writes what is heard now.

    ``informant_id`` is a body of the directory; "" leaves it to be written. Each printing is a new one.

    Raises:
        UserFacingError: ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    body = next((one for one in directory.organisations(application) if one.id == informant_id), None)
    print_id, number = drawn_number(application, "referral-in", "ZR", "")
    content = InwardSlipContent(
        print_id=print_id,
        sheet_number=number,
        handler=office_of(application),
        informant=Informant(body.name, body.credit_code, body.contact, body.phone) if body else None,
        received_by=application.worker.name if by_telephone else "",
        received_at=application.clock().replace(tzinfo=None, second=0, microsecond=0) if by_telephone else None,
        large_type=large_type,
    )
    return _inward(application, inward_slip, content, "referral-in")


def inward_receipt_paper(application: Application, informant_id: str = "", *, large_type: bool = False) -> RecordPaper:
    """The answer to a charity's inward slip, whose number and state are written by hand; raises as the slip."""
    require(application, Capability.PRINT)
    body = next((one for one in directory.organisations(application) if one.id == informant_id), None)
    office = office_of(application)
    print_id, number = drawn_number(application, "inward-receipt", "HZ", "")
    content = InwardReceiptContent(
        print_id=print_id,
        sheet_number=number,
        office=office.name,
        office_phone=office.phone,
        informant=body.name if body else "",
        large_type=large_type,
    )
    return _inward(application, inward_receipt, content, "inward-receipt")


def _inward(
    application: Application, make: Callable[[Content, Wording], bytes], content: Content, form: str
) -> RecordPaper:
    """A paper that is about no record here: it is its own."""
    parts = shown_parts(application, form, content.print_id, content.print_id, "")
    return RecordPaper(set_paper(application, make, content, form, parts=parts), content.print_id, "")
