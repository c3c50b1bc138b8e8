"""The consent form on paper: 慈善帮扶转介个人信息处理告知书暨单独同意书.

TY-01 is the person's own (本人版), TY-02 the guardian's (监护人版), TY-03 the compatriot's (台港澳同胞版).

Its parts are those of 个人信息保护法 第十四、十七、二十三、二十九、三十条: who handles the data, why and how, each
recipient by name, the classes of data with ordinary and sensitive apart, their necessity and effect, retention,
rights, withdrawal, complaints, and a separate consent per recipient and class. There is no place to agree to
everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reportlab.platypus import Flowable

from desktop.documents.consent_content import ConsentFormContent, Filled, placeholder_values
from desktop.documents.consent_recipients import class_table, recipient_box, recipient_facts, sensitive_table
from desktop.documents.consent_signing import compatriot_facts, declaration, guardian_facts, resident_facts, signing
from desktop.documents.fonts import require_printable
from desktop.documents.form import form_pdf
from desktop.documents.form_content import chinese_numeral
from desktop.documents.layout import TypeScale, heading, paragraph, title, together
from desktop.documents.typesetting import marked_up
from desktop.documents.wording import Section, Wording


def consent_form(content: ConsentFormContent, wording: Wording | None = None, filled: Filled | None = None) -> bytes:
    """The form as PDF, in ordinary (小四) or large (三号) type.

    ``wording`` is one issued by the county; without it the bundled one of that version is used. A sheet
    without a number is always a 样张. Raises UserFacingError ``print.missing-characters``, and ValueError
    for a form that names no recipient. ``filled`` is what was ticked and signed on the screen, for the person's copy.
    """
    if not content.recipients:
        raise ValueError("a consent form names at least one recipient")
    if filled is not None:
        require_printable((filled.wards_view, filled.witness))
    story = partial(_story, filled=filled)
    return form_pdf(content.form, content, content.sheet_number, story, wording, is_sample=content.sample)


def _story(content: ConsentFormContent, words: Wording, scale: TypeScale, filled: Filled | None) -> list[Flowable]:
    guardian, compatriot = content.guardian, content.resident.compatriot
    opening = [resident_facts(content, words, scale)]
    if compatriot is not None:
        opening += compatriot_facts(compatriot, words, scale, filled)
    filling: dict[str, list[Flowable]] = {
        "opening": opening,
        "guardianship": guardian_facts(guardian, words, scale) if guardian else [],
        "recipients": recipient_facts(content.recipients, words, scale),
        "classes": [class_table(content.recipients, words, scale)],
        "sensitive": [sensitive_table(content.recipients, words, scale)],
        "consent": [
            recipient_box(number, recipient, content, words, scale, filled)
            for number, recipient in enumerate(content.recipients)
        ],
        "declaration": declaration(content, words, scale, filled),
        "signing": signing(content, words, scale, filled),
    }
    left_out = {"children": guardian is None or not guardian.is_child, "abroad": compatriot is None}
    sections = [section for section in words.sections if not left_out.get(section.id)]
    numerals = _numerals(sections)
    values = placeholder_values(content) | {f"section_{section}": numeral for section, numeral in numerals.items()}
    story = title(words.title, scale, below=words.terms["audience"])
    for section in sections:
        caption = section.heading.replace("{number}", numerals.get(section.id, ""))
        lead = [heading(caption, scale)] if caption else []
        lead += [paragraph(marked_up(text, values), scale) for text in section.paragraphs]
        parts = filling.get(section.id, [])
        # A heading stays with the first table under it, and each table is kept whole where a page can hold it.
        story += [together(*lead, *parts[:1]), *(together(part) for part in parts[1:])] if parts else lead
    return story


def _numerals(sections: Sequence[Section]) -> dict[str, str]:
    """一, 二 … of the sections that are printed and have a heading."""
    return {
        section.id: chinese_numeral(number)
        for number, section in enumerate((one for one in sections if one.heading), start=1)
    }
