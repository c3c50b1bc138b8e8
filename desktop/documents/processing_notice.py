"""The notice of processing (个人信息处理告知书), GZ-01: handed over or read aloud where a visit begins (PIPL art. 17).

A visit is a statutory duty (art. 13(1)(3), 35): people are given notice, not asked for consent, and sign nothing. The
sheet names nobody of the household, so that it gives nobody away where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import Handler, chinese_date, handler_values
from desktop.documents.layout import TypeScale, paragraph
from desktop.documents.sections import sections_of
from desktop.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class ProcessingNoticeContent:
    """Everything the notice says beyond its wording.

    ``visit_years`` and ``aid_years`` are those of the retention schedule in force; ``workers`` are who give it.
    """

    print_id: str
    sheet_number: str
    handler: Handler
    workers: tuple[str, ...]
    day: date
    visit_years: int
    aid_years: int
    reply_working_days: int = 15
    large_type: bool = False
    wording_version: str = "2026.1"


def processing_notice(content: ProcessingNoticeContent, wording: Wording | None = None) -> bytes:
    """The notice as PDF, in ordinary (小四) or large (三号) type. Errors as for ``consent_form``."""
    return form_pdf("processing-notice", content, content.sheet_number, _story, wording)


def _story(content: ProcessingNoticeContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        **handler_values(content.handler),
        "visit_years": str(content.visit_years),
        "aid_years": str(content.aid_years),
        "reply_working_days": str(content.reply_working_days),
    }
    terms, by = words.terms, "、".join(content.workers)
    given = f"{terms['given_by']}：{by}　{terms['day']}：{chinese_date(content.day)}"
    return [*sections_of(words, scale, values, {}), paragraph(given, scale, indent=False)]
