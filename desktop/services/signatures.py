"""Signatures made on the screen (屏幕签名): opened, and verified against the wording and the ticks of their making."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import VIEW_OPENED
from desktop.domain.plain import Misfit
from desktop.domain.screen_signing import ScreenRole, ScreenSigning, grants_problem, screen_of, signature_problem
from desktop.domain.sheet_signing import is_on_screen
from desktop.domain.strokes import Strokes, decode_strokes
from desktop.services.application import Application
from desktop.services.consent_records import SheetView, read_sheet
from desktop.services.minors_gate import access_to, is_own_of_today, note_opened
from desktop.storage import attachments, queries
from desktop.sync.envelope import unseal
from desktop.sync.protocol import MAX_ATTACHMENT_BYTES, ProtocolError


class Verified(StrEnum):
    """What opening one signature came to."""

    RIGHT = "right"
    MISSING = "missing"
    """It cannot be opened here: it lies on the colleague's laptop, was erased, or is damaged."""
    WRONG = "wrong"
    """It was not made under this wording and these ticks."""


@dataclass(frozen=True, slots=True)
class SignatureView:
    """One signature of a sheet; ``id`` is its record ("" where it is not here), ``strokes`` None unless it is right
    and open to this worker."""

    id: str
    role: ScreenRole
    recipient: str
    name: str
    time: str
    verified: Verified
    strokes: Strokes | None = None


def signatures_of(application: Application, sheet_id: str) -> tuple[SignatureView, ...]:
    """A sheet's signatures in the order in which they were made; none for one that was signed on paper.

    Each that could be opened is noted as opened. Where the grants on record are not the ticks that were signed, all
    of them are wrong. As with scans, of a minor whose data is closed neither strokes nor the guardian's name are shown,
    but to whom took them in today.

    Raises:
        UserFacingError: ``record.unknown``.
    """
    found = _verified(application, sheet_id)
    if not found:
        return ()
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    access = access_to(application, sheet.resident)
    if access.is_open:
        note_opened(application, [(sheet.resident, access)], "signature")
        return found
    own = application.read(lambda connection: _own_of_today(application, connection, sheet))
    return tuple(one if one.id in own else _without_hand(one) for one in found)


def _own_of_today(application: Application, connection: Connection, sheet: SheetView) -> set[str]:
    rows = queries.of_kind(connection, "signature", resident=sheet.resident)
    return {row.id for row in rows if is_own_of_today(application, row.state["worker"], row.state["time"])}


def _without_hand(one: SignatureView) -> SignatureView:
    return replace(one, strokes=None, name="" if one.role is ScreenRole.GUARDIAN else one.name)


def _verified(application: Application, sheet_id: str) -> tuple[SignatureView, ...]:
    """All of them as they are recorded, to be compared and never to be shown."""

    def read(connection: Connection) -> tuple[SheetView, dict[str, tuple[str, dict[str, Any]]], list[Any]]:
        sheet = read_sheet(connection, sheet_id)
        rows = queries.of_kind(connection, "signature", resident=sheet.resident)
        facts = {str(row.state["fact"]["digest"]): (row.id, row.state["fact"]) for row in rows if _is_of(row, sheet)}
        grants = [
            row.state
            for row in queries.of_kind(connection, "grant", resident=sheet.resident)
            if row.state["fields"].get("sheet") == sheet.id
        ]
        return sheet, facts, grants

    sheet, facts, grants = application.read(read)
    try:
        signing = screen_of(sheet.fields) if is_on_screen(sheet.fields) else None
    except Misfit:
        signing = None
    if signing is None:
        return ()
    are_ticks_right = not grants_problem(signing, sheet.id, grants)
    return tuple(
        _opened(application, signing, number, facts.get(one.digest), are_ticks_right=are_ticks_right)
        for number, one in enumerate(signing.signatures)
    )


def check_problem(application: Application, sheet: SheetView) -> str:
    """Why a sheet cannot be checked by its signatures here: ``screen-unseen``, ``screen-wrong``, or "" where it can."""
    found = {one.verified for one in _verified(application, sheet.id)}
    if Verified.WRONG in found:
        return "screen-wrong"
    return "" if found == {Verified.RIGHT} else "screen-unseen"


def _is_of(row: queries.RecordRow, sheet: SheetView) -> bool:
    return bool(row.state["fact"]["sheet"] == sheet.id)


def _opened(
    application: Application,
    signing: ScreenSigning,
    number: int,
    kept: tuple[str, dict[str, Any]] | None,
    *,
    are_ticks_right: bool,
) -> SignatureView:
    one = signing.signatures[number]
    record, fact = kept if kept is not None else ("", {})
    verified, strokes = Verified.MISSING, None
    opened = _open(application, fact) if fact else None
    if opened is not None:
        application.note_view(VIEW_OPENED, record, ("signature",))
        is_right = are_ticks_right and not signature_problem(signing, one, *opened)
        try:
            strokes = decode_strokes(opened[0]) if is_right else None
        except ValueError:
            strokes = None
        verified = Verified.RIGHT if strokes is not None else Verified.WRONG
    return SignatureView(record, one.role, one.recipient, one.name, one.time, verified, strokes)


def _open(application: Application, fact: dict[str, Any]) -> tuple[bytes, bytes] | None:
    """The strokes and the picture as they were sealed; None where they are not here or not readable."""
    try:
        strokes, picture = (
            unseal(
                attachments.read(application.folder, str(fact[name])),
                application.sealing_key,
                limit=MAX_ATTACHMENT_BYTES,
            )
            for name in ("strokes", "attachment")
        )
    except (UserFacingError, ProtocolError):
        return None
    return strokes, picture
