"""The people of a consent form: whom it is about, who signs and by what right, and what they declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.consent_content import (
    BY_HAND,
    ConsentFormContent,
    Filled,
    GuardianPart,
    ReadingMode,
    SignerKind,
)
from desktop.documents.form_content import CompatriotPart, chinese_date, circled
from desktop.documents.layout import (
    BY_HAND_PADDING,
    PADDING,
    SigningPlace,
    StruckRow,
    TypeScale,
    box,
    boxes,
    cell,
    facts,
    facts_for,
    grid,
    paragraph,
    shaded,
    signing_labels,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.signature_drawing import signed_on_screen
from desktop.documents.typesetting import Span
from desktop.documents.wording import Wording
from desktop.domain.compatriots import CompatriotDocument, CompatriotOffice, CompatriotSaid, Difficulty, Origin
from desktop.domain.guardian_order import ADULTS_ORDER, MINORS_ORDER, Standing
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.signing import BODIES, Capacity, GuardianBasis, Incapacity, SignedBy

_GAP = "________"
_WORKERS = (ScreenRole.WORKER, ScreenRole.SECOND_WORKER)


def resident_facts(content: ConsentFormContent, words: Wording, scale: TypeScale) -> Flowable:
    """The person whom the sheet is about; a compatriot's name as their document has it is asked for by hand too.

    Of a blank form everything is, with room to write.
    """
    resident = content.resident
    by_hand = {"original_name"} if resident.compatriot is not None else set()
    if content.is_blank:
        together = [("name", "original_name" if by_hand else "birth"), ("birth",) if by_hand else (), ("document",)]
        rows = [[(words.terms[f"resident.{key}"], "") for key in row] for row in (*together, ("village",)) if row]
        return facts(rows, scale, padding=BY_HAND_PADDING)
    pairs = [
        ("name", resident.name),
        ("original_name", resident.original_name),
        ("birth", chinese_date(resident.birth) if resident.birth else ""),
        ("household", resident.household_number),
        ("document", resident.document),
        ("village", resident.village_path),
    ]
    return facts_for(
        scale,
        *((words.terms[f"resident.{key}"], value) for key, value in pairs if value or key in by_hand),
    )


def guardian_facts(guardian: GuardianPart, words: Wording, scale: TypeScale) -> list[Flowable]:
    """Why the person does not sign alone, who the guardian is, and by what right (民法典 第十九至三十三条)."""
    terms = words.terms
    grounds = {ground: terms[f"ground.{ground}"] for ground in Incapacity}
    bases = {basis: terms[f"basis.{basis}"] for basis in GuardianBasis if basis is not GuardianBasis.NOT_ESTABLISHED}
    capacities = {one: terms[f"capacity.{one}"] for one in (Capacity.LIMITED, Capacity.NONE)}
    same = boxes([terms["guardian.carer_none"]]) if not guardian.carer else guardian.carer
    who: list[list[tuple[str, Sequence[Span] | str]]] = [
        [(terms["guardian.capacity"], _choice(capacities, guardian.capacity))],
        [(terms["guardian.ground"], _choice(grounds, guardian.ground))],
        [(terms["guardian.name"], guardian.name), (terms["guardian.relation"], guardian.relation)],
        [(terms["guardian.document"], guardian.document), (terms["guardian.phone"], guardian.phone)],
    ]
    right: list[list[tuple[str, Sequence[Span] | str]]] = [
        [(terms["guardian.basis"], _choice(bases, guardian.basis))],
        *_order_rows(guardian, terms),
        [(terms["guardian.proof"], guardian.proof)],
        [(terms["guardian.carer"], same)],
    ]
    # With the order it is too much to be kept on one page with what stands above.
    tables = [who, right] if guardian.has_order else [[*who, *right]]
    return [facts(rows, scale, padding=PADDING if guardian.name else BY_HAND_PADDING) for rows in tables]


def _order_rows(guardian: GuardianPart, terms: Mapping[str, str]) -> list[list[tuple[str, Sequence[Span] | str]]]:
    """A guardian by the law's own order (民法典 27, 28): the place, and why those before do not act."""
    if not guardian.has_order:
        return []
    orders = {"minor": MINORS_ORDER, "adult": ADULTS_ORDER}
    if guardian.is_minor is not None:
        del orders["adult" if guardian.is_minor else "minor"]
    places = {whose: {one: terms[f"standing.{one}"] for one in order} for whose, order in orders.items()}
    is_first = guardian.standing in (MINORS_ORDER[0], ADULTS_ORDER[0])
    earlier = guardian.passed_over or ("—" if is_first else "")
    if guardian.basis in BODIES:
        return [[(terms["guardian.before"], earlier)]]
    rows: list[list[tuple[str, Sequence[Span] | str]]] = [
        [(terms[f"guardian.standing_{whose}"], _choice(named, guardian.standing))] for whose, named in places.items()
    ]
    rows.append([(terms["guardian.before"], earlier)])
    if guardian.standing in (None, Standing.OTHER):
        rows.append([(terms["guardian.consent_of"], guardian.consent_of)])
    return rows


def _choice(labels: Mapping[Any, str], chosen: object) -> tuple[Span, ...]:
    """All boxes, the chosen one ticked."""
    return boxes(list(labels.values()), [label for key, label in labels.items() if key == chosen])


def compatriot_facts(
    compatriot: CompatriotPart, words: Wording, scale: TypeScale, filled: Filled | None = None
) -> list[Flowable]:
    """Whence the person comes and since when they live here; which offices to ask for help, each by itself."""
    terms = words.terms

    def choices(key: str) -> list[str]:
        return terms[key].split("、")

    origins = dict(zip(Origin, choices("compatriot.identities"), strict=True))
    documents = dict(zip(CompatriotDocument, choices("compatriot.documents"), strict=True))
    offices = dict(zip(CompatriotOffice, choices("compatriot.offices"), strict=True))
    difficulties = dict(zip(Difficulty, choices("compatriot.difficulties"), strict=True))
    ticked = [offices[one] for one in filled.offices] if filled is not None else []
    said = (filled.compatriot if filled is not None else None) or CompatriotSaid()
    hard = [difficulties[one] for one in said.difficulties]
    if said.other_document:
        documents[CompatriotDocument.OTHER] = documents[CompatriotDocument.OTHER].replace(_GAP, said.other_document)
    if said.other_office:
        named = offices[CompatriotOffice.OTHER].replace(_GAP, said.other_office)
        ticked = [named if one == offices[CompatriotOffice.OTHER] else one for one in ticked]
        offices[CompatriotOffice.OTHER] = named
    rows: list[list[tuple[str, Sequence[Span] | str]]] = [
        [(terms["compatriot.identity"], _choice(origins, said.origin or compatriot.origin))],
        [(terms["compatriot.document"], _choice(documents, said.document or compatriot.document))],
        [(terms["compatriot.renewals"], said.renewals)],
        [(terms["compatriot.since"], said.since or terms["compatriot.since_blank"])],
        [(terms["compatriot.difficulty"], boxes(list(difficulties.values()), hard))],
        [(terms["compatriot.contact"], boxes(list(offices.values()), ticked))],
    ]
    return [facts(rows, scale)]


def declaration(
    content: ConsentFormContent, words: Wording, scale: TypeScale, filled: Filled | None = None
) -> list[Flowable]:
    """How the form was read, by whom it was explained, and that the decision was free."""
    terms = words.terms
    dialects = terms["declaration.dialects"].split("、")
    recorded = terms.get("declaration.dialects_recorded", terms["declaration.dialects"]).split("、")
    shown = dict(zip(recorded, dialects, strict=True))
    is_other = bool(content.dialect) and content.dialect not in shown
    other = f"{terms['declaration.other_dialect']}（{content.dialect if is_other else '________'}）"
    aloud = content.reading_mode is ReadingMode.READ_ALOUD
    ticked = (other if is_other else shown.get(content.dialect, ""),) if aloud else ()
    lines = [
        box(terms["declaration.self_read"], content.reading_mode is ReadingMode.SELF),
        (*box(terms["declaration.read_aloud"], aloud), *boxes((*dialects, other), ticked)),
        (Span(f"{terms['declaration.explained_by']}{'、'.join(one or BY_HAND for one in content.workers)}"),),
        # Above each signature on the screen stands that it is made freely.
        box(terms["declaration.voluntary"], filled is not None),
    ]
    if content.guardian is not None:
        said = filled.wards_view if filled is not None else ""
        view = content.guardian.wards_view or said or terms["declaration.view_blank"]
        considered = filled is not None and filled.best_interest
        lines += [box(terms["declaration.best_interest"], considered), (Span(f"{terms['declaration.view']}{view}"),)]
        if content.guardian.is_child:
            lines.append(box(terms["declaration.children"], filled is not None and filled.children_told))
    lines.append(box(terms["declaration.copy"]))
    return [paragraph(line, scale, indent=False) for line in lines]


def signing(
    content: ConsentFormContent, words: Wording, scale: TypeScale, filled: Filled | None = None
) -> list[Flowable]:
    """Places to sign for everybody who has to; those of nobody are struck."""
    terms = words.terms
    labels = signing_labels(words, content.signing_date)
    if filled is not None:
        parts: list[Flowable] = [paragraph((Span(filled.note, bold=True),), scale, indent=False)]
    else:
        place = SigningPlace(terms["sign.resident"], labels, scale, CONTENT_WIDTH - 4 * mm)
        parts = [grid([[place]], (CONTENT_WIDTH,), padding=1 * mm)]
        if content.guardian is not None:
            parts.append(_wards_place(content.guardian, content, words, scale))
    label_width = 8 * scale.body
    rest = (label_width, CONTENT_WIDTH - label_width)
    witness = signed_on_screen(filled, ScreenRole.WITNESS, None, scale)
    if filled is not None and witness is not None:
        row = [cell(terms["sign.witness"], scale), cell(filled.witness, scale), witness]
        thirds = (label_width, 6 * scale.body, CONTENT_WIDTH - label_width - 6 * scale.body)
        parts.append(grid([row], thirds, shaded(((0, 0), (0, -1)))))
    elif content.signer is SignerKind.SIGNATURE or filled is not None:
        parts.append(StruckRow(terms["sign.witness_unused"], scale))
    else:
        rows: list[list[object]] = [
            [cell(terms["sign.unable_reason"], scale), ""],
            [cell(terms["sign.witness_is"], scale), ""],
            [cell(terms["sign.witness"], scale), cell((Span(terms["sign.witness_rule"], scale=0.8),), scale, "right")],
        ]
        parts.append(grid(rows, rest, shaded(((0, 0), (0, -1))), padding=2.2 * mm))
    is_related, detail = content.near_relative, content.near_relative_detail or "______________"
    related = (*box(terms["sign.none"], is_related is False), Span("　"), *box(terms["sign.has"], is_related is True))
    signed: list[list[object]] = [
        [
            cell(f"{terms['sign.worker']}{circled(number)}", scale),
            cell(worker, scale),
            signed_on_screen(filled, role, None, scale) or "",
        ]
        for number, (worker, role) in enumerate(zip(content.workers, _WORKERS, strict=True))
    ]
    signed.append([cell(terms["sign.near_relative"], scale), cell((*related, Span(f"　{detail}")), scale), ""])
    widths = (label_width, 6 * scale.body, CONTENT_WIDTH - label_width - 6 * scale.body)
    commands = [*shaded(((0, 0), (0, -1))), ("SPAN", (1, len(signed) - 1), (2, len(signed) - 1))]
    parts.append(grid(signed, widths, commands, padding=2.2 * mm))
    if content.guardian is not None:
        parts.append(_countys_place(content.guardian, words, scale))
    return parts


def _wards_place(guardian: GuardianPart, content: ConsentFormContent, words: Wording, scale: TypeScale) -> Flowable:
    """Where the person signs beside the guardian; struck where the guardian signs alone."""
    if guardian.signed_by is SignedBy.GUARDIAN:
        return StruckRow(words.terms["sign.ward_unused"], scale)
    labels = signing_labels(words, content.signing_date)
    place = SigningPlace(words.terms["sign.ward"], labels, scale, CONTENT_WIDTH - 4 * mm)
    return grid([[place]], (CONTENT_WIDTH,), padding=1 * mm)


def _countys_place(guardian: GuardianPart, words: Wording, scale: TypeScale) -> Flowable:
    """A body that is guardian refers and consents at once, so the county signs too (``reference.md`` §0 finding 9)."""
    if guardian.county_check is False:
        return StruckRow(words.terms["sign.county_unused"], scale)
    label_width = 16 * scale.body
    rows = [[cell(words.terms["sign.county"], scale), ""]]
    return grid(rows, (label_width, CONTENT_WIDTH - label_width), shaded(((0, 0), (0, -1))), padding=2.2 * mm)
