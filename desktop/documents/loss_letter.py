"""The letter owed to each person after a laptop was lost (个人信息安全事件告知书), AQ-01, PIPL art. 57.

It says what art. 57 asks for: which kinds of information, why, and what harm may come of it; what was done and what
the person can do; whom to call. For a minor it goes to the guardian as well (未成年人网络保护条例 art. 35).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import chinese_date
from desktop.documents.layout import TypeScale, paragraph, text_style, title
from desktop.documents.typesetting import Span, TextBlock, marked_up
from desktop.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class LossLetterContent:
    """Everything one letter says beyond its wording; ``categories`` is what was there of the person, in words."""

    print_id: str
    sheet_number: str
    name: str
    is_minor: bool
    categories: tuple[str, ...]
    handler_name: str
    handler_phone: str
    lost_on: date
    cause: str
    """What became of the laptop; "" where it was lost."""
    day: date
    wording_version: str = "2026.1"
    large_type: bool = True
    """Nobody asks each of two hundred people how well they see."""


def loss_letter(content: LossLetterContent, wording: Wording | None = None) -> bytes:
    """One letter as PDF. Errors as for ``consent_form``."""
    return form_pdf("loss-letter", content, content.sheet_number, _story, wording)


def _story(content: LossLetterContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        "name": content.name,
        "day": chinese_date(content.lost_on),
        "cause": content.cause or words.terms["lost"],
        "categories": "、".join(content.categories),
        "handler_name": content.handler_name,
        "handler_phone": content.handler_phone,
    }
    to = words.terms["to.minor" if content.is_minor else "to"]
    told = [paragraph(marked_up(text, values), scale) for text in words.section("letter").paragraphs]
    signed = [
        TextBlock((Span(text),), text_style(scale, "right", space_before=before))
        for text, before in ((content.handler_name, 2 * scale.body), (chinese_date(content.day), 0))
    ]
    return [*title(words.title, scale), paragraph(marked_up(to, values), scale, indent=False), *told, *signed]
