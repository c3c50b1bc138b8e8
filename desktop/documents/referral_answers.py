"""What is answered on paper about a referral, ``reference.md`` §5(d).

* 转介回执, ZJ-03: the recipient's answer to a slip.
* 帮扶反馈表, ZJ-04: what help was given, and what civil affairs found when they asked the person.
* 转介回执（转入）, ZJ-05: civil affairs' answer to a charity's slip: the state alone, no scheme and no amount.

None of them says anything of the person but the number of the referral.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import chinese_date
from desktop.documents.layout import (
    SigningPlace,
    TypeScale,
    box,
    grid,
    signing_labels,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.sections import Part, asked, listed, sections_of, signatures, yes_or_no
from desktop.documents.typesetting import Span
from desktop.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class ReferralAnswerContent:
    """What a receipt and a feedback form say of the referral: what stands on its slip, and nothing of the person."""

    print_id: str
    referral_number: str
    recipient: str
    office: str
    office_phone: str
    office_address: str
    reply_by: date
    wording_version: str = "2026.1"
    large_type: bool = False


@dataclass(frozen=True, slots=True)
class InwardReceiptContent:
    """What the answer to an inward slip says; what is empty is written by hand."""

    print_id: str
    sheet_number: str
    office: str
    office_phone: str
    slip_number: str = ""
    informant: str = ""
    wording_version: str = "2026.1"
    large_type: bool = False


def referral_receipt(content: ReferralAnswerContent, wording: Wording | None = None) -> bytes:
    """转介回执 as PDF. Errors as for ``consent_form``."""
    return form_pdf("referral-receipt", content, content.referral_number, _receipt_story, wording)


def _receipt_story(content: ReferralAnswerContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    interest = (*box(terms["none"]), Span("　"), *box(terms["has"]))
    filling: dict[str, list[Part]] = {
        "opening": [_referral(content, words, scale)],
        "answer": [
            asked(
                words,
                scale,
                [
                    [("received", terms["time_blank"])],
                    [("decision", listed(words, "decisions"))],
                    [("reason", listed(words, "reasons"))],
                    [("project", "")],
                    [("plan", "")],
                    [("interest", interest)],
                ],
            ),
            signatures(words, scale, ["sign.handler", "sign.seal"]),
        ],
    }
    return sections_of(words, scale, _values(content), filling)


def help_feedback(content: ReferralAnswerContent, wording: Wording | None = None) -> bytes:
    """帮扶反馈表 as PDF. Errors as for ``consent_form``."""
    return form_pdf("help-feedback", content, content.referral_number, _feedback_story, wording)


def _feedback_story(content: ReferralAnswerContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    place = SigningPlace(terms["sign.received"], signing_labels(words), scale, CONTENT_WIDTH - 4 * mm)
    filling: dict[str, list[Part]] = {
        "opening": [_referral(content, words, scale)],
        "help": [
            asked(
                words,
                scale,
                [
                    [("kind", listed(words, "kinds"))],
                    [("amount", ""), ("quantity", "")],
                    [("day", "")],
                    [("source", listed(words, "sources"))],
                ],
            ),
            grid([[place]], (CONTENT_WIDTH,), padding=1 * mm),
            asked(words, scale, [[("proxy", "")]]),
        ],
        "effect": [
            asked(
                words,
                scale,
                [
                    [("effect", listed(words, "effects"))],
                    [("still", yes_or_no(words))],
                    [("next", "")],
                    [("data", listed(words, "data_ways"))],
                ],
            ),
            signatures(words, scale, ["sign.handler", "sign.seal"]),
        ],
        "return": [
            asked(
                words,
                scale,
                [
                    [("return_day", terms["day_blank"]), ("return_how", listed(words, "return_ways"))],
                    [("return_found", "")],
                    [("satisfied", listed(words, "satisfactions"))],
                    [("problems", "")],
                ],
            ),
            signatures(words, scale, ["sign.return"]),
        ],
    }
    return sections_of(words, scale, _values(content), filling)


def inward_receipt(content: InwardReceiptContent, wording: Wording | None = None) -> bytes:
    """转介回执（转入） as PDF: the state alone. Errors as for ``consent_form``."""
    return form_pdf("inward-receipt", content, content.sheet_number, _inward_story, wording)


def _inward_story(content: InwardReceiptContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {"office": content.office, "office_phone": content.office_phone}
    filling: dict[str, list[Part]] = {
        "opening": [
            asked(
                words,
                scale,
                [
                    [("number", content.slip_number)],
                    [("informant", content.informant)],
                    [("state", listed(words, "states"))],
                ],
            ),
            signatures(words, scale, ["sign.handler", "sign.seal"]),
        ],
    }
    return sections_of(words, scale, values, filling)


def _values(content: ReferralAnswerContent) -> dict[str, str]:
    return {
        "recipient": content.recipient,
        "reply_by": chinese_date(content.reply_by),
        "office": content.office,
        "office_phone": content.office_phone,
        "office_address": content.office_address,
    }


def _referral(content: ReferralAnswerContent, words: Wording, scale: TypeScale) -> Flowable:
    return asked(
        words,
        scale,
        [
            [("number", content.referral_number)],
            [("recipient", content.recipient)],
            [("return_to", f"{content.office}　{content.office_phone}")],
        ],
    )
