"""Signing a sheet on the screen (屏幕签名), where the county allows it: one signature per recipient, sealed at capture.

Strokes and picture go to the disk as ciphertext only, before the one action that records the signing, the grants and
the signatures. The person's copy is printed afterwards, with the ticks and signatures in their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection

from desktop.documents.consent_content import DrawnSignature, Filled
from desktop.documents.signature_picture import signature_picture
from desktop.domain.consent import DataClass, SheetState
from desktop.domain.contact import ContactAnswer
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain
from desktop.domain.screen_signing import (
    SCREEN_ON_BLANK,
    SaidBeside,
    ScreenRole,
    ScreenSignature,
    ScreenSigning,
    Tick,
    Turn,
    contact_under,
    digest_of,
    screen_of,
    ticks_under,
    turns,
)
from desktop.domain.sheet_signing import SheetSigning, signed_of
from desktop.domain.signing_evidence import SigningEvidence, evidence_of
from desktop.domain.strokes import Strokes, encode_strokes, strokes_problem
from desktop.services import consent, paper, scans, signatures
from desktop.services.application import Application, Done
from desktop.services.consent_records import Answer, SheetView, read_sheet
from desktop.services.households import new_id
from desktop.services.minors_gate import require_open
from desktop.services.paper import Paper
from desktop.services.permission import Capability, require
from desktop.services.prints import noted
from desktop.services.signatures import Verified
from desktop.storage import attachments, queries
from desktop.storage.journal import Action
from desktop.storage.tray import COPY_SUFFIX
from desktop.sync.envelope import seal

NOT_ALLOWED: Final = "screen-not-allowed"
_PICTURE: Final = "image/png"
_STROKES: Final = "application/json"
_COPY_NOTE: Final = "本件在电脑屏幕上签名（屏幕签名），签名见各接收方的签名格；这是打印给签名人的一份。"


@dataclass(frozen=True, slots=True)
class Captured:
    """One signature as the pad gave it: whose turn it was, when it was done, and what was shown above the pad.

    ``wording`` is the digest of the text (``ShownText``), ``ticks`` the boxes as they were ticked then, of the turn's
    recipient or, where it is for the whole, all of them; ``contact`` those for calls and visits.
    """

    role: ScreenRole
    recipient: str
    time: str
    strokes: Strokes
    wording: str
    ticks: tuple[Tick, ...]
    contact: tuple[ContactAnswer, ...] = ()
    said: SaidBeside = field(default_factory=SaidBeside)
    """What else was filled in then."""

    @property
    def place(self) -> tuple[ScreenRole, str]:
        """Where on the sheet it stands."""
        return self.role, self.recipient


@dataclass(frozen=True, slots=True)
class _Kept:
    """A signature with its files as they lie sealed on the disk."""

    signature: ScreenSignature
    attachment: str
    size: int
    strokes: str
    strokes_size: int


def why_not(application: Application) -> str:
    """Why nobody may sign on this screen: ``screen-not-allowed``, or "" where the county says they may.

    Every office issued to this laptop has to say yes; in practice it is tried out.
    """
    if application.practice:
        return ""

    def read(connection: Connection) -> bool:
        offices = queries.of_kind(connection, "office")
        return bool(offices) and all(row.state["issued"].get("screen_signatures") is True for row in offices)

    return "" if application.read(read) else NOT_ALLOWED


def ticks_of(answers: Iterable[Answer]) -> tuple[Tick, ...]:
    """The boxes as they were answered."""
    return tuple(Tick(one.recipient, one.purpose.value, one.data_class.value, one.agreed) for one in answers)


def turns_of(
    answers: Sequence[Answer], signing: SheetSigning | None, names: Mapping[ScreenRole, str]
) -> tuple[Turn, ...]:
    """Who has to sign, one after the other, for these answers."""
    facts = signing or SheetSigning()
    guardian = {ScreenRole.GUARDIAN: facts.guardian.name} if facts.guardian is not None else {}
    return turns(ticks_of(answers), facts.signed_by, {**names, **guardian})


def beside_of(signing: SheetSigning | None, evidence: SigningEvidence | None) -> SaidBeside:
    """What else is on the form, of what is said at the signing."""
    facts, shown = signing or SheetSigning(), evidence or SigningEvidence()
    return SaidBeside(
        shown.compatriot, shown.offices, facts.best_interest, facts.wards_view, facts.childrens_rules_told
    )


def shown_text(application: Application, sheet_id: str) -> Paper:
    """The text that stands on the screen while it is signed; its ``digest`` is what signatures are bound to."""
    return paper.consent_paper_for(application, sheet_id)


def sign_on_screen(
    application: Application,
    sheet_id: str,
    answers: tuple[Answer, ...],
    captured: Sequence[Captured],
    *,
    witness: str = "",
    signing: SheetSigning | None = None,
    contact: tuple[ContactAnswer, ...] = (),
    evidence: SigningEvidence | None = None,
    draft_id: str | None = None,
) -> Done[tuple[str, ...]]:
    """Record a sheet as signed on the screen; answers the new grants' ids. ``signing``, ``contact`` and ``evidence``
    as ``consent.record_signed``.

    Raises:
        UserFacingError: ``screen.not-allowed``; ``screen.empty`` and ``screen.dot`` with the ``name`` of whose
            signature is none; ``screen.text-changed`` and ``screen.ticks-changed`` where one was made under another
            text or other ticks; ``signing.screen-missing`` where somebody has not signed, ``signing.screen-on-blank``
            for a blank form, whose paper is signed; as ``record_signed`` else.
    """
    require(application, Capability.TAKE_CONSENT)
    if why_not(application):
        raise UserFacingError("screen.not-allowed")
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    if sheet.state not in (SheetState.DRAFTED, SheetState.PRINTED):
        raise UserFacingError("action.refused", reason="no-such-step")
    if sheet.fields.get("blank"):
        raise UserFacingError(f"signing.{SCREEN_ON_BLANK}")
    text = paper.consent_paper_as_recorded(application, sheet_id)
    made = ScreenSigning(
        sheet=sheet.id,
        person=sheet.resident,
        number=sheet.number,
        form=text.form,
        version=text.version,
        wording=text.digest,
        ticks=ticks_of(answers),
        signatures=(),
        contact=tuple(one for one in contact if not one.is_empty),
        said=beside_of(signing, evidence),
    )
    for one in captured:
        _check(made, one, names_of(sheet, signing, witness))
    kept = [_keep(application, made, one, names_of(sheet, signing, witness)) for one in captured]
    whole = replace(made, signatures=tuple(one.signature for one in kept))
    fields: dict[str, object] = {"screen": to_plain(whole), "form_version": text.version, "form_hash": text.digest}
    if not sheet.fields.get("wording"):  # it was never printed
        fields["wording"] = text.wording
    how = consent.Signed(answers, consent.Signer.SCREEN, witness.strip(), signing, draft_id, fields, contact, evidence)

    def write(action: Action) -> tuple[str, ...]:
        grants = consent.write_signed(application, action, read_sheet(action.connection, sheet_id), how)
        for one in kept:
            _record(action, sheet, one)
        return grants

    return application.act(write)


def names_of(sheet: SheetView, signing: SheetSigning | None, witness: str) -> dict[ScreenRole, str]:
    """Who is there to sign, by role."""
    guardian = signing.guardian.name if signing is not None and signing.guardian is not None else ""
    return {
        ScreenRole.PERSON: sheet.name,
        ScreenRole.GUARDIAN: guardian,
        ScreenRole.WITNESS: witness.strip(),
        ScreenRole.WORKER: str(sheet.fields.get("worker_name", "")) or sheet.worker,
        ScreenRole.SECOND_WORKER: sheet.second_name,
    }


def _check(made: ScreenSigning, one: Captured, names: Mapping[ScreenRole, str]) -> None:
    problem = strokes_problem(one.strokes)
    if problem:
        raise UserFacingError(f"screen.{problem}", name=names[one.role])
    if one.wording != made.wording:
        raise UserFacingError("screen.text-changed")
    shown = {*ticks_under(one.role, one.recipient, made.ticks), *contact_under(one.role, one.recipient, made.contact)}
    if {*one.ticks, *one.contact} != shown or one.said != made.said:
        raise UserFacingError("screen.ticks-changed", name=names[one.role])


def _keep(application: Application, made: ScreenSigning, one: Captured, names: Mapping[ScreenRole, str]) -> _Kept:
    """Seal strokes and picture to the disk, and bind them."""
    strokes, picture = encode_strokes(one.strokes), signature_picture(one.strokes)
    opened = (sha256(strokes).hexdigest(), sha256(picture).hexdigest())
    unbound = ScreenSignature(one.role, names[one.role], one.time, *opened, digest="", recipient=one.recipient)
    to = scans.recipients(application)
    sealed_strokes, sealed_picture = seal(strokes, to), seal(picture, to)
    return _Kept(
        replace(unbound, digest=digest_of(made, unbound)),
        attachments.keep(application.folder, sealed_picture),
        len(sealed_picture),
        attachments.keep(application.folder, sealed_strokes),
        len(sealed_strokes),
    )


def _record(action: Action, sheet: SheetView, kept: _Kept) -> None:
    record = new_id()
    fact = {
        "household": sheet.household,
        "resident": sheet.resident,
        "sheet": sheet.id,
        "digest": kept.signature.digest,
        "attachment": kept.attachment,
        "size": kept.size,
        "strokes": kept.strokes,
        "strokes_size": kept.strokes_size,
    }
    action.add("signature.recorded", record, fact)
    attachments.add_row(action.connection, kept.attachment, kept.size, _PICTURE, record)
    attachments.add_row(action.connection, kept.strokes, kept.strokes_size, _STROKES, record)


# --- the person's copy ----------------------------------------------------------------------------


def is_text_changed(application: Application, sheet: SheetView) -> bool:
    """Whether the sheet's paper would say something else today than what was signed on the screen."""
    signing = screen_of(sheet.fields)
    try:
        return signing is not None and paper.consent_digest(application, sheet.id) != signing.wording
    except UserFacingError:  # the directory has lost a recipient
        return True


def signed_copy(application: Application, sheet_id: str, *, to_look_at: bool = False) -> Paper:
    """The copy for whoever signed on the screen: ticks and signatures in their places, each marked 屏幕签名.

    ``to_look_at``: for whoever checks it, not to be printed; then the text may be another by now (``is_text_changed``).

    Raises:
        UserFacingError: ``minors.closed`` as a print of any form; ``screen.unseen`` where a signature is not on this
            laptop, ``screen.wrong`` where one does not hold, ``screen.copy-changed`` where the text would be another
            than what was signed; ``record.unknown``.
    """
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    require_open(application, sheet.resident, "print")
    found = signatures.signatures_of(application, sheet.id)
    if any(one.verified is Verified.WRONG for one in found):
        raise UserFacingError("screen.wrong")
    if not found or any(one.strokes is None for one in found):
        raise UserFacingError("screen.unseen")
    if not to_look_at and is_text_changed(application, sheet):
        raise UserFacingError("screen.copy-changed")
    signing = screen_of(sheet.fields)
    assert signing is not None  # noqa: S101 - it has signatures
    said = {(one.recipient, one.purpose, one.data_class): one.agreed for one in signing.ticks}
    ticks: dict[tuple[int, DataClass], bool] = {}
    drawn: dict[tuple[ScreenRole, int | None], DrawnSignature] = {}
    for number, ask in enumerate(sheet.asks):
        ticks |= {(number, one): said[ask.recipient, ask.purpose.value, one.value] for one in ask.classes}
    for one in found:
        assert one.strokes is not None  # noqa: S101 - looked at above
        signature = DrawnSignature(signature_words(one.name, one.time), one.strokes)
        if not one.recipient:
            drawn[one.role, None] = signature
        drawn |= {
            (one.role, number): signature
            for number, ask in enumerate(sheet.asks)
            if one.recipient and ask.recipient == one.recipient
        }
    facts, evidence = signed_of(sheet.fields), evidence_of(sheet.fields)
    filled = Filled(
        ticks,
        drawn,
        witness=str(sheet.fields.get("witness", "")),
        best_interest=facts.best_interest,
        children_told=facts.childrens_rules_told,
        wards_view=facts.wards_view,
        note=_COPY_NOTE,
        contact={
            number: said
            for number, ask in enumerate(sheet.asks)
            for said in signing.contact
            if said.asked == (ask.recipient, ask.purpose.value)
        },
        offices=evidence.offices if evidence is not None else (),
        compatriot=evidence.compatriot if evidence is not None else None,
    )
    return paper.consent_paper_as_recorded(application, sheet.id, copy_id(sheet.id), filled)


def signature_words(name: str, time: str) -> str:
    """What stands beside a signature wherever it is shown: ``屏幕签名　吉建国　2026年11月23日 09:30``."""
    at = datetime.fromisoformat(time)
    return f"屏幕签名　{name}　{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def copy_id(sheet_id: str) -> str:
    """What the copy's pages bear: not the sheet's own paper, which nobody signed."""
    return sheet_id + COPY_SUFFIX


def is_copy_printed(application: Application, sheet_id: str) -> bool:
    """Whether the person's copy came out of a printer."""

    def read(connection: Connection) -> bool:
        sheet = read_sheet(connection, sheet_id)
        rows = queries.of_kind(connection, "print", household=sheet.household)
        return any(one.is_whole and one.fact.get("print") == copy_id(sheet_id) for one in noted(rows))

    return application.read(read)
