"""The children's rule sheet (儿童个人信息处理专门规则), ET-01: printed with each form for a child under fourteen.

PIPL 31 asks for rules of their own for children under fourteen; the family keeps them. The sheet names no child, so
that it gives nobody away where it lies. It is a print of its own beside the consent form, with pages and a code of its
own: a form that comes back without it lacks nothing, and where it is scanned all the same it is known for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import Handler, handler_values
from desktop.documents.layout import TypeScale, heading, paragraph, title, together
from desktop.documents.typesetting import marked_up
from desktop.documents.wording import Wording

RULES: Final = "rules"
"""How a rule sheet's print is named: the consent form's id and this."""


@dataclass(frozen=True, slots=True)
class ChildrensRulesContent:
    """Everything the sheet says beyond its wording; ``sheet_number`` is the consent form's."""

    print_id: str
    sheet_number: str
    handler: Handler
    retention_years: int = 5
    reply_working_days: int = 15
    large_type: bool = False
    wording_version: str = "2026.1"


def childrens_rules(content: ChildrensRulesContent, wording: Wording | None = None) -> bytes:
    """The sheet as PDF, in ordinary (小四) or large (三号) type. Errors as for ``consent_form``."""
    return form_pdf("childrens-rules", content, content.sheet_number, _story, wording)


def _story(content: ChildrensRulesContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        **handler_values(content.handler),
        "retention_years": str(content.retention_years),
        "reply_working_days": str(content.reply_working_days),
    }
    story = title(words.title, scale)
    for section in words.sections:
        lead = [heading(section.heading, scale)] if section.heading else []
        first, *rest = (paragraph(marked_up(text, values), scale) for text in section.paragraphs)
        # A heading stays with the first words under it.
        story += [together(*lead, first), *rest]
    story.append(paragraph(f"{words.terms['consent']} {content.sheet_number}", scale, indent=False))
    return story
