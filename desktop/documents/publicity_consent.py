"""Consent to publicity (典型案例宣传单独同意书), TY-05, ``reference.md`` §5(a)-5: signed and bound apart.

One box for each material and each channel; what is not asked is struck. No box stands for several
(个人信息保护法 第十四、二十五、二十九条; 民法典 第一千零一十九条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import FormResident, Handler, chinese_date, circled
from desktop.documents.layout import (
    SigningPlace,
    StruckRow,
    TypeScale,
    box,
    boxes,
    cell,
    facts_for,
    grid,
    paragraph,
    shaded,
    signing_labels,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.sections import Code, Part, asked, choices, listed, sections_of, signatures
from desktop.documents.typesetting import Span
from desktop.documents.wording import Wording
from desktop.domain.publicity import CHANNEL_NAMES, MATERIAL_NAMES, NAMING_NAMES, Channel, Material, Naming
from desktop.domain.signing import GUARDIAN_BASIS_NAMES, GuardianBasis, SignedBy


@dataclass(frozen=True, slots=True)
class PublicityGuardian:
    """Who signs for the person or beside them; by hand where None or empty."""

    name: str = ""
    relation: str = ""
    document: str = ""
    basis: GuardianBasis | None = None
    order: str = ""
    """The place in the law's own order, and why those before do not act (民法典 28); "" where a deed says it."""
    proof: str = ""
    signed_by: SignedBy | None = None
    """None leaves room for both."""


@dataclass(frozen=True, slots=True)
class PublicityConsentContent:
    """Everything the form says beyond its wording."""

    print_id: str
    sheet_number: str
    handler: Handler
    resident: FormResident
    materials: tuple[Material, ...]
    channels: tuple[Channel, ...]
    publisher: str
    use: str
    naming: Naming
    valid_until: date
    workers: tuple[str, str]
    read_aloud: bool = True
    dialect: str = ""
    guardian: PublicityGuardian | None = None
    """Given where somebody else signs for the person or beside them."""
    reply_working_days: int = 15
    wording_version: str = "2026.1"
    large_type: bool = False


def publicity_consent(content: PublicityConsentContent, wording: Wording | None = None) -> bytes:
    """The form as PDF, marked 样张 until it has a number. Errors as for ``consent_form``."""
    return form_pdf("publicity-consent", content, content.sheet_number, _story, wording)


def _story(content: PublicityConsentContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        "resident_name": content.resident.name,
        "handler_name": content.handler.name,
        "handler_phone": content.handler.phone,
        "publisher": content.publisher,
        "valid_until": chinese_date(content.valid_until),
        "county_name": content.handler.county_name,
        "complaint_phone": content.handler.complaint_phone,
        "reply_working_days": str(content.reply_working_days),
    }
    filling: dict[str, list[Part]] = {
        "opening": _who(content, words, scale),
        "materials": [_each(words, scale, "material", MATERIAL_NAMES, content.materials)],
        "channels": [_each(words, scale, "channel", CHANNEL_NAMES, content.channels)],
        "publishing": [_publishing(content, words, scale)],
        "draft": [paragraph(listed(words, "draft_seen"), scale, indent=False)],
        "declaration": _declaration(content, words, scale),
        "signing": _signing(content, words, scale),
        "approval": [
            signatures(words, scale, ["approve.township", "approve.county", "approve.city", "approve.province"])
        ],
    }
    return sections_of(words, scale, values, filling)


def _who(content: PublicityConsentContent, words: Wording, scale: TypeScale) -> list[Part]:
    resident = content.resident
    pairs = [
        ("name", resident.name),
        ("original_name", resident.original_name),
        ("birth", chinese_date(resident.birth) if resident.birth else ""),
        ("document", resident.document),
        ("village", resident.village_path),
    ]
    parts: list[Part] = [facts_for(scale, *((words.terms[f"resident.{key}"], value) for key, value in pairs if value))]
    guardian = content.guardian
    if guardian is not None:
        basis = GUARDIAN_BASIS_NAMES[guardian.basis] if guardian.basis else ""
        rows = [
            [("guardian.name", guardian.name), ("guardian.relation", guardian.relation)],
            [("guardian.document", guardian.document)],
            [("guardian.basis", "；".join(one for one in (basis, guardian.order) if one))],
            [("guardian.proof", guardian.proof)],
        ]
        parts.append(asked(words, scale, rows))
    return parts


def _each(words: Wording, scale: TypeScale, key: str, names: Mapping[Code, str], wanted: Sequence[Code]) -> Flowable:
    """A row for each, with its two boxes; what is not asked is struck."""
    terms = words.terms
    heads = (terms[f"column.{key}"], terms["column.answer"])
    rows: list[list[object]] = [[cell((Span(head, bold=True),), scale) for head in heads]]
    for number, (one, name) in enumerate(names.items()):
        label = f"{circled(number)}{terms.get(f'{key}.{one.value}', name)}"
        if one in wanted:
            rows.append([cell(label, scale), cell(boxes([terms["yes"], terms["no"]]), scale)])
        else:
            rows.append([cell((Span(label, struck=True),), scale), cell(terms["not_asked"], scale)])
    name_width = CONTENT_WIDTH * 0.62
    return grid(rows, (name_width, CONTENT_WIDTH - name_width), shaded(((0, 0), (-1, 0))), repeat_rows=1)


def _publishing(content: PublicityConsentContent, words: Wording, scale: TypeScale) -> Flowable:
    return asked(
        words,
        scale,
        [
            [("publisher", content.publisher)],
            [("use", content.use)],
            [("naming", choices(words, "naming", NAMING_NAMES, (content.naming,)))],
            [("valid_until", chinese_date(content.valid_until))],
        ],
    )


def _declaration(content: PublicityConsentContent, words: Wording, scale: TypeScale) -> list[Part]:
    terms = words.terms
    told = f"{terms['declaration.read_aloud']}{content.dialect or terms['declaration.dialect_blank']}"
    lines = [
        box(terms["declaration.self_read"], not content.read_aloud),
        box(told, content.read_aloud),
        box(terms["declaration.free"]),
        box(terms["declaration.unpaid"]),
        box(terms["declaration.copy"]),
    ]
    if content.guardian is not None:
        lines += [box(terms["declaration.best_interest"]), (Span(terms["declaration.view"]),)]
    return [paragraph(line, scale, indent=False) for line in lines]


def _signing(content: PublicityConsentContent, words: Wording, scale: TypeScale) -> list[Part]:
    terms, guardian = words.terms, content.guardian
    labels = signing_labels(words)
    signs_alone = guardian is not None and guardian.signed_by is SignedBy.GUARDIAN
    width = CONTENT_WIDTH - 4 * mm
    parts: list[Part] = []
    if signs_alone:
        parts.append(StruckRow(terms["sign.resident_unused"], scale))
    else:
        parts.append(
            grid([[SigningPlace(terms["sign.resident"], labels, scale, width)]], (CONTENT_WIDTH,), padding=1 * mm)
        )
    if guardian is not None:
        place = SigningPlace(terms["sign.guardian"], labels, scale, width)
        parts.append(grid([[place]], (CONTENT_WIDTH,), padding=1 * mm))
    else:
        parts.append(StruckRow(terms["sign.guardian_unused"], scale))
    witness = asked(words, scale, [[("sign.unable", "")], [("sign.witness", "")]])
    keys = ["sign.worker1", "sign.worker2"]
    workers = signatures(words, scale, keys, dict(zip(keys, content.workers, strict=True)))
    return [*parts, (witness, workers)]
