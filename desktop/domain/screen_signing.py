"""A sheet signed on the screen (屏幕签名): who signs when, what each signature is bound to, whether it holds.

A signature on paper stands on the wording and the ticks it was made under. On the screen a digest takes the paper's
place: over the strokes, the picture made of them, the wording, exactly the ticks this signature is for, whose it is and
when. The sheet carries the ticks and every digest, and the fold looks at both ends whether they agree, so that nothing
can be ticked, worded or exchanged afterwards. One signature per recipient (PIPL art. 23); one for all does not exist.
Fingerprints and what a witness of one signs stay on paper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from desktop.domain.compatriots import CompatriotOffice, CompatriotSaid
from desktop.domain.contact import ContactAnswer, contact_of
from desktop.domain.journal import encode_json
from desktop.domain.plain import Misfit, decode, to_plain
from desktop.domain.signing import SignedBy

SCREEN_AND_PAPER: Final = "screen-and-paper"
"""Reason: one of two signed on the screen and the other on paper; a sheet is signed in one way."""
SCREEN_MISSING: Final = "screen-missing"
"""Reason: somebody whose signature is needed for a recipient has none, or nothing was agreed to at all."""
SCREEN_OTHER_TICKS: Final = "screen-other-ticks"
"""Reason: what is said to have been ticked is not what the sheet asks, or not what its grants say."""
SCREEN_ON_BLANK: Final = "screen-on-blank"
"""Reason: a blank form (空白表) is a sheet that has paper already; what was signed stands there."""
SCREEN_OTHER_TEXT: Final = "screen-other-text"
"""Reason: what was signed is bound to another wording, sheet, person, time or strokes."""


class ScreenRole(StrEnum):
    """As what somebody signs."""

    PERSON = "person"
    GUARDIAN = "guardian"
    WITNESS = "witness"
    WORKER = "worker"
    SECOND_WORKER = "second-worker"

    @property
    def agrees(self) -> bool:
        """Whether this signature is the consent itself, made for one recipient; the others say that it was so."""
        return self in (ScreenRole.PERSON, ScreenRole.GUARDIAN)


@dataclass(frozen=True, slots=True)
class Tick:
    """One box of the sheet and what was ticked in it."""

    recipient: str
    purpose: str
    data_class: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class SaidBeside:
    """What else stands on the form as it is signed: a compatriot's items, and what the guardian declares."""

    compatriot: CompatriotSaid | None = None
    offices: tuple[CompatriotOffice, ...] = ()
    best_interest: bool = False
    wards_view: str = ""
    childrens_rules_told: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody who has to sign; ``recipient`` is whom the consent is for, "" where the signature is for the whole."""

    role: ScreenRole
    recipient: str
    name: str

    @property
    def place(self) -> tuple[ScreenRole, str]:
        """Where on the sheet it stands."""
        return self.role, self.recipient


@dataclass(frozen=True, slots=True)
class ScreenSignature:
    """One signature as the sheet has it: whose, for whom, when (ISO 8601, by the laptop's clock), and what binds it.

    ``strokes`` and ``picture`` are the SHA-256 of the open bytes, which lie sealed beside the sheet (``signature``).
    """

    role: ScreenRole
    name: str
    time: str
    strokes: str
    picture: str
    digest: str
    recipient: str = ""

    @property
    def place(self) -> tuple[ScreenRole, str]:
        """Where on the sheet it stands."""
        return self.role, self.recipient


@dataclass(frozen=True, slots=True)
class ScreenSigning:
    """What a sheet that was signed on the screen says of it.

    ``sheet`` and ``person`` are ids as they were at the signing; ``form``, ``version`` and ``wording`` (SHA-256 of
    content and wording, ``print_mark.content_hash``) are those of the text that was shown.
    """

    sheet: str
    person: str
    number: str
    form: str
    version: str
    wording: str
    ticks: tuple[Tick, ...]
    signatures: tuple[ScreenSignature, ...]
    contact: tuple[ContactAnswer, ...] = ()
    """The boxes for calls and visits, as they were ticked then."""
    said: SaidBeside = field(default_factory=SaidBeside)
    """What else was on the form then: each signature is bound to all of it."""


@dataclass(frozen=True, slots=True)
class SignatureMade:
    """A signature made on the screen: sealed picture (``attachment``) and strokes, each by its SHA-256.

    ``digest`` is that of its place in the sheet's ``screen`` (``ScreenSignature``), which says whose it is.
    """

    sheet: str
    digest: str
    attachment: str
    strokes: str
    household: str = ""
    resident: str = ""
    size: int = 0
    strokes_size: int = 0


def screen_of(fields: Mapping[str, Any]) -> ScreenSigning | None:
    """How a sheet was signed on the screen, from its fields; None where it was not. Raises Misfit."""
    given = fields.get("screen")
    return decode(ScreenSigning, given, "screen") if given else None


def said_beside(fields: Mapping[str, Any]) -> SaidBeside:
    """What a sheet's fields say of it (``signed`` and ``evidence``). Raises Misfit."""
    return decode(SaidBeside, {**(fields.get("evidence") or {}), **(fields.get("signed") or {})})


def recipients_agreed(ticks: Iterable[Tick]) -> tuple[str, ...]:
    """The recipients to whom something is agreed, in the order of the sheet: each has a place to sign of its own.

    Where nothing is agreed nothing is signed: refusing needs no signature (PIPL art. 16).
    """
    return tuple(dict.fromkeys(one.recipient for one in ticks if one.agreed))


def turns(ticks: Iterable[Tick], signed_by: SignedBy | None, names: Mapping[ScreenRole, str]) -> tuple[Turn, ...]:
    """Who has to sign, in the order in which the screen goes round: recipient by recipient, then whoever was there.

    ``names`` has whoever is there, by role; a witness or a second worker without a name does not sign.
    """
    found: list[Turn] = []
    for recipient in recipients_agreed(ticks):
        if signed_by is None or signed_by.person:
            found.append(Turn(ScreenRole.PERSON, recipient, names.get(ScreenRole.PERSON, "")))
        if signed_by is not None and signed_by.guardian:
            found.append(Turn(ScreenRole.GUARDIAN, recipient, names.get(ScreenRole.GUARDIAN, "")))
    others = (ScreenRole.WITNESS, ScreenRole.WORKER, ScreenRole.SECOND_WORKER)
    return (*found, *(Turn(role, "", names[role]) for role in others if names.get(role)))


def ticks_under(role: ScreenRole, recipient: str, ticks: Iterable[Tick]) -> tuple[Tick, ...]:
    """The ticks that a signature is for: those of its recipient, or all where it is for the whole."""
    return tuple(one for one in ticks if not role.agrees or one.recipient == recipient)


def contact_under(role: ScreenRole, recipient: str, contact: Iterable[ContactAnswer]) -> tuple[ContactAnswer, ...]:
    """The same for what was ticked of calls and visits."""
    return tuple(one for one in contact if not role.agrees or one.recipient == recipient)


def statement(signing: ScreenSigning, one: ScreenSignature) -> bytes:
    """The canonical bytes that a signature's digest is of.

    Where nothing stands beside the boxes nothing is said of it, as in signatures from before it was bound.
    """
    said = {"said": to_plain(signing.said)} if signing.said != SaidBeside() else {}
    return encode_json(
        {
            **said,
            "sheet": signing.sheet,
            "person": signing.person,
            "number": signing.number,
            "form": signing.form,
            "version": signing.version,
            "wording": signing.wording,
            "role": one.role.value,
            "name": one.name,
            "recipient": one.recipient,
            "time": one.time,
            "ticks": [to_plain(tick) for tick in sorted(ticks_under(one.role, one.recipient, signing.ticks), key=_box)],
            "contact": [
                to_plain(answer)
                for answer in sorted(contact_under(one.role, one.recipient, signing.contact), key=lambda it: it.asked)
            ],
            "strokes": one.strokes,
            "picture": one.picture,
        }
    )


def digest_of(signing: ScreenSigning, one: ScreenSignature) -> str:
    """SHA-256 (hex) of the statement."""
    return hashlib.sha256(statement(signing, one)).hexdigest()


def signature_problem(signing: ScreenSigning, one: ScreenSignature, strokes: bytes, picture: bytes) -> str:
    """Why one signature was not made under this text and these ticks, as a reason code; "" where it was.

    For whoever has opened the sealed bytes: ``strokes`` and ``picture`` as they were sealed.
    """
    opened = (hashlib.sha256(strokes).hexdigest(), hashlib.sha256(picture).hexdigest())
    if opened != (one.strokes, one.picture) or digest_of(signing, one) != one.digest:
        return SCREEN_OTHER_TEXT
    return ""


def screen_problem(fields: Mapping[str, Any], signed_by: SignedBy | None) -> str:
    """Why a sheet with these fields is not rightly signed on the screen, by what it says itself; "" where it is."""
    try:
        signing, contact, said = screen_of(fields), contact_of(fields), said_beside(fields)
    except Misfit:
        return SCREEN_OTHER_TEXT
    if signing is None:
        return SCREEN_MISSING
    if fields.get("blank"):
        return SCREEN_ON_BLANK
    asked = {
        (str(ask.get("recipient")), str(ask.get("purpose")), str(data_class))
        for ask in fields.get("asks", ())
        for data_class in ask.get("classes", ())
    }
    if {_box(one) for one in signing.ticks} != asked or len(asked) != len(signing.ticks):
        return SCREEN_OTHER_TICKS
    if (signing.contact, signing.said) != (contact, said):
        return SCREEN_OTHER_TICKS
    names = {
        ScreenRole.WITNESS: str(fields.get("witness", "")).strip(),
        ScreenRole.WORKER: str(fields.get("worker_name", "")).strip() or str(fields.get("worker", "")),
        ScreenRole.SECOND_WORKER: str(fields.get("second_worker_name", "")).strip(),
    }
    needed = turns(signing.ticks, signed_by, names)
    made = {one.place for one in signing.signatures}
    if not recipients_agreed(signing.ticks) or any(one.place not in made for one in needed):
        return SCREEN_MISSING
    is_of_this = signing.wording == fields.get("form_hash") and signing.number == fields.get("number")
    if not is_of_this or any(digest_of(signing, one) != one.digest for one in signing.signatures):
        return SCREEN_OTHER_TEXT
    return ""


def grants_problem(signing: ScreenSigning, sheet: str, grants: Iterable[Mapping[str, Any]]) -> str:
    """Why a sheet's grants are not what was ticked when it was signed on the screen; "" where they are.

    ``grants`` are the states of the grants that name the sheet: what the person said to each at first.
    """
    if signing.sheet != sheet:
        return SCREEN_OTHER_TEXT
    said = {}
    for state in grants:
        fields = state["fields"]
        box = (str(fields.get("recipient")), str(fields.get("purpose")), str(fields.get("data_class")))
        said[box] = str(state["history"][0]["to"]) != "refused"
    return "" if said == {_box(one): one.agreed for one in signing.ticks} else SCREEN_OTHER_TICKS


def _box(tick: Tick) -> tuple[str, str, str]:
    return tick.recipient, tick.purpose, tick.data_class
