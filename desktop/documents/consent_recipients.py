"""The recipients of a consent form: who they are, what each asks and why, and one consent for each of them.

No box agrees to everything (个人信息保护法 第二十三条): a pair of boxes per class asked, a place to sign per recipient.
"""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.consent_content import BY_HAND, ConsentFormContent, Filled, RecipientRow
from desktop.documents.form_content import CLASSES, ORDINARY_CLASSES, SENSITIVE_CLASSES, circled
from desktop.documents.layout import (
    BY_HAND_PADDING,
    SigningPlace,
    StruckRow,
    TypeScale,
    box,
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
from desktop.domain.consent import DataClass
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.signing import SignedBy

_RECIPIENT_ROWS = 3
"""A form shows at least this many numbered rows for recipients; those not used are struck."""


def recipient_facts(recipients: tuple[RecipientRow, ...], words: Wording, scale: TypeScale) -> list[Flowable]:
    """Who each recipient is, what for and how well kept; rows not used are struck."""
    parts: list[Flowable] = []
    for number, recipient in enumerate(recipients):
        if recipient.is_by_hand:
            parts.append(_facts_by_hand(number, words, scale))
            continue
        pairs = [
            ("name", recipient.name),
            ("credit_code", recipient.credit_code),
            ("agreement", recipient.agreement_number),
            ("contact", recipient.contact),
            ("phone", recipient.phone),
            ("address", recipient.address),
            ("purpose", recipient.purpose),
            ("method", recipient.method),
            ("asks", "、".join(sorted(recipient.asks))),
            ("security", recipient.security),
        ]
        labelled = [(words.terms[f"recipient.{key}"], value) for key, value in pairs]
        labelled[0] = (f"{circled(number)}{labelled[0][0]}", labelled[0][1])
        parts.append(facts_for(scale, *labelled))
    unused = range(len(recipients), _RECIPIENT_ROWS)
    return parts + [StruckRow(f"{circled(number)}{words.terms['recipient.unused']}", scale) for number in unused]


def _facts_by_hand(number: int, words: Wording, scale: TypeScale) -> Flowable:
    """Room to write who a recipient is; what is long has a row of its own."""
    keys = (
        ("name",),
        ("credit_code", "agreement"),
        ("contact", "phone"),
        ("address",),
        ("purpose", "method"),
        ("asks", "security"),
    )
    rows = [[(words.terms[f"recipient.{key}"], "") for key in row] for row in keys]
    rows[0] = [(f"{circled(number)}{rows[0][0][0]}", "")]
    return facts(rows, scale, padding=BY_HAND_PADDING)


def _askers(code: DataClass, recipients: tuple[RecipientRow, ...]) -> str:
    return "".join(
        circled(number)
        for number, recipient in enumerate(recipients)
        if code in recipient.asks and not recipient.is_by_hand
    )


def class_table(recipients: tuple[RecipientRow, ...], words: Wording, scale: TypeScale) -> Flowable:
    """Ordinary classes left, sensitive ones right; a class that nobody asks for is struck.

    Who asks is left open where a recipient is written by hand.
    """
    is_open = any(recipient.is_by_hand for recipient in recipients)

    def entry(code: DataClass) -> list[Flowable]:
        askers = _askers(code, recipients)
        name = Span(f"{code} {words.terms[f'class.{code}']}", struck=not askers and not is_open)
        return [cell((name,), scale), cell(askers or ("" if is_open else "—"), scale, "center")]

    asked_by = words.terms["classes.asked_by"]
    rows: list[list[object]] = [
        [
            cell((Span(words.terms["classes.ordinary"], bold=True),), scale),
            cell(asked_by, scale, "center"),
            cell((Span(words.terms["classes.sensitive"], bold=True),), scale),
            cell(asked_by, scale, "center"),
        ]
    ]
    for number in range(len(SENSITIVE_CLASSES)):
        left: list[object] = [*entry(ORDINARY_CLASSES[number])] if number < len(ORDINARY_CLASSES) else ["", ""]
        rows.append([*left, *entry(SENSITIVE_CLASSES[number])])
    asker_width = 3 * scale.body + 4 * mm
    name_width = CONTENT_WIDTH / 2 - asker_width
    return grid(rows, (name_width, asker_width) * 2, shaded(((0, 0), (-1, 0))), padding=0.8 * mm)


def sensitive_table(recipients: tuple[RecipientRow, ...], words: Wording, scale: TypeScale) -> Flowable:
    """Why each sensitive class asked for is needed, and what it may do to the person (第三十条)."""
    asked = [code for code in SENSITIVE_CLASSES if any(code in recipient.asks for recipient in recipients)]
    if not asked:
        return paragraph((Span(words.terms["sensitive.none"], bold=True),), scale)
    keys = ("sensitive.class", "sensitive.necessity", "sensitive.effect")
    rows = [[cell((Span(words.terms[key], bold=True),), scale) for key in keys]]
    for code in asked:
        texts = (
            f"{code} {words.terms[f'class.{code}']}",
            words.terms[f"necessity.{code}"],
            words.terms[f"effect.{code}"],
        )
        rows.append([cell(text, scale) for text in texts])
    widths = (CONTENT_WIDTH * 0.27, CONTENT_WIDTH * 0.37, CONTENT_WIDTH * 0.36)
    return grid(rows, widths, shaded(((0, 0), (-1, 0))), repeat_rows=1)


def recipient_box(
    number: int,
    recipient: RecipientRow,
    content: ConsentFormContent,
    words: Wording,
    scale: TypeScale,
    filled: Filled | None = None,
) -> Flowable:
    """One recipient's consent: a pair of boxes per class asked, and one place to sign for this recipient alone."""
    terms = words.terms
    choice_width = 9.8 * scale.body
    widths = (CONTENT_WIDTH - choice_width, choice_width)
    head = (
        Span(f"{terms['box.recipient']}{circled(number)}　{recipient.name or BY_HAND}", bold=True),
        Span(f"　{recipient.purpose}"),
    )

    def choice(text: str, ticked: bool | None = None) -> list[object]:
        yes, no = box(terms["box.agree"], ticked is True), box(terms["box.refuse"], ticked is False)
        return [cell(text, scale), cell((*yes, Span("　"), *no), scale)]

    ticks = filled.ticks if filled is not None else {}
    rows: list[list[object]] = [[cell(head, scale), ""]]
    rows += [
        choice(f"{code} {terms[f'class.{code}']}", ticks.get((number, code)))
        for code in CLASSES
        if code in recipient.asks
    ]
    contact = filled.contact.get(number) if filled is not None else None
    rows += [
        choice(terms["box.phone"], contact.may_call if contact is not None else None),
        choice(terms["box.visit"], contact.may_visit if contact is not None else None),
    ]
    if recipient.onward:
        rows.append(choice(f"{terms['box.onward']}{recipient.onward}"))
    commands = [("SPAN", (0, 0), (-1, 0)), *shaded(((0, 0), (-1, 0)))]
    not_asked = [
        Span(f"{code} {terms[f'class.{code}']}", struck=True) for code in CLASSES if code not in recipient.asks
    ]
    if not recipient.onward:
        not_asked.append(Span(terms["box.onward"].rstrip("："), struck=True))
    if not_asked:
        spaced = [part for span in not_asked for part in (span, Span("　"))][:-1]
        rows.append([cell((Span(terms["box.not_asked"]), *spaced), scale), ""])
        commands.append(("SPAN", (0, len(rows) - 1), (-1, len(rows) - 1)))
    keys = {"box.sign": ScreenRole.PERSON if content.guardian is None else ScreenRole.GUARDIAN}
    if content.guardian is not None and content.guardian.signed_by is not SignedBy.GUARDIAN:
        keys["box.sign_ward"] = ScreenRole.PERSON
    for key, role in keys.items():
        caption = terms[key].replace("{recipient}", f"{circled(number)} {recipient.name or BY_HAND}")
        signed = signed_on_screen(filled, role, number, scale)
        labels = signing_labels(words, content.signing_date)
        place = SigningPlace(caption, labels, scale, CONTENT_WIDTH - 4 * mm, signed)
        rows.append([place, ""])
        commands.append(("SPAN", (0, len(rows) - 1), (-1, len(rows) - 1)))
    commands.append(("BOX", (0, 0), (-1, -1), 1.4, (0, 0, 0)))
    return grid(rows, widths, commands, padding=0.9 * mm)
