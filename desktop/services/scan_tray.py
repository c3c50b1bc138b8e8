"""The tray (待认盘): pictures that came back and match no print for certain wait in the vault for a person to decide.

They are kept like drafts: encrypted with the store, back after a lock or a kill, never sent, never filed by a guess.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from desktop.documents.print_mark import PrintMark, parse_print_mark
from desktop.documents.scan import ScannedPage, prepare_scan, read_pages
from desktop.domain.errors import UserFacingError
from desktop.services import scan_filing, scans
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.services.scan_prints import NO_CONSENT, Why, owner_of
from desktop.storage import drafts
from desktop.storage import tray as rows
from desktop.storage.journal import Action
from desktop.storage.tray import PICTURE, TRAY

_PICTURE_ID = "-picture"
_PASSING = frozenset({Why.NOT_SIGNED, Why.BLANK, Why.BLANK_COLLEAGUES, Why.BLANK_USED, Why.UNKNOWN})
"""Why a picture waits only until somebody has recorded something, or a colleague's note of its printing has come."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture in the tray: why it waits; the sheet and page its code names, or the sheet that was open and 0."""

    id: str
    why: Why
    sheet: str
    page: int
    since: str


def keep_waiting(connection: Connection, time: str, page: ScannedPage, why: Why, sheet_id: str, number: int) -> Waiting:
    """Put a page into the tray, in the transaction given."""
    tray_id = new_id()
    mark = page.marks[0] if len(page.marks) == 1 and not page.is_several else None
    subject = rows.subject_of(one.print_id for one in page.marks)
    body = {"why": why.value, "sheet": sheet_id, "page": number, "mark": mark.payload() if mark else ""}
    drafts.keep(connection, tray_id, TRAY, subject, body, time)
    pictures = {"original": _text(page.original), "straight": _text(page.straight) if page.straight else ""}
    drafts.keep(connection, _picture_id(tray_id), PICTURE, subject, pictures, time)
    return Waiting(tray_id, why, sheet_id, number, time)


def put_unseen(application: Application, picture: bytes, sheet_id: str = "") -> str:
    """Keep a picture that lies nowhere but in memory (camera, clipboard) before its code is looked for.

    ``scan_intake.take_in`` takes it out again. Where the lock or the power's end comes first, it waits in the tray.
    Answers its id there. Raises UserFacingError ``scan.not-an-image`` or ``scan.too-large``.
    """
    require(application, Capability.TAKE_SCAN)
    page, time = ScannedPage((), prepare_scan(picture), None), application.clock().isoformat(timespec="seconds")
    return application.store.write(
        lambda connection: keep_waiting(connection, time, page, Why.NOT_LOOKED_AT, sheet_id, 0).id
    )


def take_out(connection: Connection, tray_id: str) -> None:
    """What was put by unseen has been looked at; raises UserFacingError ``scan.not-in-tray``, for it is filed once."""
    _page(connection, tray_id)
    _drop(connection, tray_id)


def tray(application: Application) -> tuple[Waiting, ...]:
    """What waits, the oldest first; a picture of which a damaged store has lost the rest is one without a code.

    Where the signing was recorded on another laptop, and no picture of a fingerprint is kept, it is let go here.
    """
    listed = application.read(lambda connection: drafts.listed(connection, TRAY, None))
    found, to_let_go = {}, []
    for row in reversed(listed):
        body = json.loads(row.body)
        why = Why(body["why"])
        if why in _PASSING:
            mark = parse_print_mark(body["mark"])
            why = application.read(partial(_why_now, mark=mark, why=why, worker=application.worker.id))
        if why is Why.FINGERPRINT:
            to_let_go.append(row.id)
            continue
        found[_picture_id(row.id)] = Waiting(row.id, why, body["sheet"], body["page"], row.updated)
    if to_let_go:
        application.store.write(partial(_drop_all, tray_ids=to_let_go))
    for picture, since in application.read(rows.pictures):
        found.setdefault(picture, Waiting(picture.removesuffix(_PICTURE_ID), Why.NO_CODE, "", 0, since))
    return tuple(sorted(found.values(), key=lambda one: one.since))


def _why_now(connection: Connection, mark: PrintMark | None, why: Why, worker: str) -> Why:
    """A reason that passes when the number is bound or the signature recorded; it stays where nothing bars it now."""
    return why if mark is None else owner_of(connection, mark, worker).why or why


def file_waiting(application: Application, sheet_id: str) -> tuple[Done[str], ...]:
    """File what waited for this sheet alone: pages of which the code names it, and that came before they could be.

    A page that is here already goes on waiting for a person. Each is an action of its own, as if somebody had said it.
    """
    require(application, Capability.TAKE_SCAN)

    def read(connection: Connection) -> list[tuple[str, PrintMark]]:
        here, found = set(scans.pages_here(connection, sheet_id)), []
        for row in reversed(drafts.listed(connection, TRAY, None)):
            body = json.loads(row.body)
            mark = parse_print_mark(body["mark"])
            if Why(body["why"]) not in _PASSING or mark is None or mark.print_id != sheet_id or mark.page in here:
                continue
            if owner_of(connection, mark, application.worker.id).why is None:
                here.add(mark.page)
                found.append((row.id, mark))
        return found

    return tuple(file_from_tray(application, tray, sheet_id, mark.page) for tray, mark in application.read(read))


def tray_picture(application: Application, tray_id: str) -> bytes:
    """The picture itself, as a JPEG; raises UserFacingError ``scan.not-in-tray``."""
    require(application, Capability.TAKE_SCAN)
    page = application.read(lambda connection: _page(connection, tray_id))
    return page.straight or page.original


def file_from_tray(application: Application, tray_id: str, sheet_id: str, page: int) -> Done[str]:
    """A person says which sheet (or withdrawal) and page a waiting picture is: it is filed there, and leaves the tray.

    What its code says is not for anybody to overrule: paper of another sheet stays where it is.

    Answers the scan's id. Raises UserFacingError ``scan.not-in-tray``, ``record.unknown``, ``scan.no-such-page``,
    ``scan.other-sheet``, ``scan.other-form``, ``scan.unknown-print``, ``scan.not-signed``, ``scan.sheet-void``.
    """
    require(application, Capability.TAKE_SCAN)
    waiting = application.read(lambda connection: _page(connection, tray_id))
    sheet = application.read(lambda connection: scan_filing.paper_for_pages(connection, sheet_id))
    marks = application.read(lambda connection: _marks(connection, tray_id))
    if marks is None:
        marks = next(read_pages(waiting.original)).marks
    known = application.read(lambda connection: _known(connection, tray_id, marks, sheet, page, application.worker.id))
    kept = scans.keep_sealed(application, waiting, known, page)
    coming = scan_filing.wanted_pages(application, sheet, [kept])
    if not 1 <= page <= max(coming.pages, 1):
        raise UserFacingError("scan.no-such-page", pages=coming.pages)

    def write(action: Action) -> str:
        _page(action.connection, tray_id)  # gone meanwhile: nothing is filed twice
        _drop(action.connection, tray_id)
        return scan_filing.write_filed(action, sheet, [kept], coming)[0]

    return application.act(write)


def discard_from_tray(application: Application, tray_id: str) -> Done[None]:
    """A person says that a waiting picture is of no use; raises UserFacingError ``scan.not-in-tray``."""
    require(application, Capability.TAKE_SCAN)

    def write(connection: Connection) -> None:
        # Also where a damaged store has lost one of the two rows: what is left has to go all the same.
        if not any(drafts.one(connection, one) for one in (tray_id, _picture_id(tray_id))):
            raise UserFacingError("scan.not-in-tray")
        _drop(connection, tray_id)

    application.store.write(write)
    return Done(None, frozenset())


def _drop_all(connection: Connection, tray_ids: Sequence[str]) -> None:
    for one in tray_ids:
        _drop(connection, one)


def _drop(connection: Connection, tray_id: str) -> None:
    drafts.drop(connection, tray_id)
    drafts.drop(connection, _picture_id(tray_id))


def _marks(connection: Connection, tray_id: str) -> tuple[PrintMark, ...] | None:
    """The one code on a picture, none where none or several were read; None where it was not looked at yet."""
    row = drafts.one(connection, tray_id)
    body = json.loads(row.body) if row is not None else {"why": Why.NO_CODE, "mark": ""}
    if body["why"] == Why.NOT_LOOKED_AT:
        return None
    mark = parse_print_mark(body["mark"])
    return (mark,) if mark is not None else ()


def _known(
    connection: Connection, tray_id: str, marks: Sequence[PrintMark], sheet_id: str, page: int, worker: str
) -> PrintMark | None:
    """The code on the picture, where a printing accounts for it and it names this page; None: it is filed by hand.

    Raises UserFacingError where the code names anything but this sheet.
    """
    if len(marks) != 1:
        row = drafts.one(connection, tray_id)
        named = {*(row.subject or "").split(), *(one.print_id for one in marks)} if row is not None else set()
        if named and sheet_id not in named:
            raise UserFacingError("scan.other-sheet")
        return None
    (mark,) = marks
    owner = owner_of(connection, mark, worker)
    if owner.sheet != sheet_id:
        if owner.sheet:
            raise UserFacingError("scan.other-sheet")
        raise UserFacingError("scan.other-form" if owner.why in NO_CONSENT else "scan.unknown-print")
    return mark if owner.why is not Why.CHANGED and mark.page == page else None


def _page(connection: Connection, tray_id: str) -> ScannedPage:
    row = drafts.one(connection, _picture_id(tray_id))
    if row is None:
        raise UserFacingError("scan.not-in-tray")
    body = json.loads(row.body)
    straight = base64.b64decode(body["straight"]) if body["straight"] else None
    return ScannedPage((), base64.b64decode(body["original"]), straight)


def _picture_id(tray_id: str) -> str:
    return tray_id + _PICTURE_ID


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
