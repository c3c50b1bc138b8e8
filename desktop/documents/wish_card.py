"""The wish card (微心愿卡), XY-01, ``reference.md`` §5(e): a card to be shown, and the stub that stays in the office.

The card says nothing of who it is; that was looked at before the wish was recorded (``domain/wishes.card_problem``).
The stub has no real name either: the number leads to the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import chinese_date
from desktop.documents.layout import (
    CutLine,
    SigningPlace,
    StruckRow,
    TypeScale,
    box,
    grid,
    paragraph,
    signing_labels,
    title,
    together,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.sections import asked, choices, sections_of, yes_or_no
from desktop.documents.typesetting import marked_up
from desktop.documents.wording import Wording
from desktop.domain.wishes import (
    OF_CHILDREN,
    WISH_AGE_NAMES,
    WISH_DELIVERY_NAMES,
    WISH_GROUP_NAMES,
    WISH_KIND_NAMES,
    WishAge,
    WishDelivery,
    WishGroup,
    WishKind,
)


@dataclass(frozen=True, slots=True)
class WishCardContent:
    """Everything a card says beyond its wording; nothing in it names the person."""

    print_id: str
    sheet_number: str
    public_name: str
    group: WishGroup
    age: WishAge
    kind: WishKind
    words: str
    budget: str
    by: date
    delivery: WishDelivery
    visit_number: str
    public_agreed: bool
    station: str
    """The office to which whoever takes up the wish turns."""
    station_phone: str
    wording_version: str = "2026.1"
    large_type: bool = False


def wish_card(content: WishCardContent, wording: Wording | None = None) -> bytes:
    """The card and its stub as PDF. Errors as for ``consent_form``; ValueError where showing was not agreed to."""
    if not content.public_agreed:
        raise ValueError("a card is shown only where the person agreed to it")
    return form_pdf("wish-card", content, content.sheet_number, _story, wording)


def _story(content: WishCardContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {"station": content.station, "station_phone": content.station_phone, "number": content.sheet_number}
    card = sections_of(words, scale, values, {"card": (_card(content, words, scale),)})
    return [*card, *_stub(content, words, scale)]


def _card(content: WishCardContent, words: Wording, scale: TypeScale) -> Flowable:
    return asked(
        words,
        scale,
        [
            [("number", content.sheet_number), ("public_name", content.public_name)],
            [("group", choices(words, "group", WISH_GROUP_NAMES, (content.group,)))],
            [("age", choices(words, "age", WISH_AGE_NAMES, (content.age,)))],
            [("kind", choices(words, "kind", WISH_KIND_NAMES, (content.kind,)))],
            [("words", content.words)],
            [("budget", content.budget), ("by", chinese_date(content.by))],
            [("delivery", choices(words, "delivery", WISH_DELIVERY_NAMES, (content.delivery,)))],
        ],
    )


def _stub(content: WishCardContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    place = SigningPlace(terms["sign.received"], signing_labels(words), scale, CONTENT_WIDTH - 4 * mm)
    agreed = box(terms["agreed_words"], content.public_agreed)
    rows = asked(
        words,
        scale,
        [
            [("number", content.sheet_number), ("visit", content.visit_number)],
            [("agreed", agreed)],
            [("taker", "")],
            [("taken", terms["day_blank"]), ("done", terms["day_blank"])],
        ],
    )
    is_child = content.age in OF_CHILDREN or content.group is WishGroup.CHILD
    photo = StruckRow(terms["photo_child"], scale) if is_child else asked(words, scale, [[("photo", yes_or_no(words))]])
    head = [CutLine(terms["cut"]), *title(terms["stub"], scale)]
    note = paragraph(marked_up(terms["stub_note"]), scale, indent=False)
    return [together(*head, note, rows, photo, grid([[place]], (CONTENT_WIDTH,), padding=1 * mm))]
