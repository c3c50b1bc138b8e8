"""The signed sheet comes back as a picture (扫描件): recognised, sealed, filed to its print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from desktop.documents.print_mark import PrintMark
from desktop.documents.scan import ScannedPage, all_pages
from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import VIEW_OPENED
from desktop.services import consent
from desktop.services.application import Application, Done
from desktop.services.consent_records import SheetView, read_sheet
from desktop.services.households import new_id
from desktop.services.minors_gate import (
    closed_minors,
    is_own_of_today,
    note_opened,
    opened_minors,
    require_open,
)
from desktop.services.permission import Capability, may, require
from desktop.services.scan_facts import ScanLack, facts_of, rows_of, scan_lack
from desktop.services.scan_prints import NO_CONSENT, Note, PagesToCome, Why, notes_on, owner_of, pages_to_come
from desktop.storage import attachments, queries
from desktop.storage.journal import Action
from desktop.sync.envelope import seal, unseal
from desktop.sync.protocol import MAX_ATTACHMENT_BYTES

MEDIA = "image/jpeg"
MAX_PICTURE_BYTES = 40 * 1024 * 1024
"""What a phone or scanner may give; it is made small before it is kept."""


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan as filed; ``original`` is the picture as it came, where ``digest`` is the sheet laid flat."""

    id: str
    sheet: str
    page: int
    digest: str
    recognised: bool
    original: str = ""


@dataclass(frozen=True, slots=True)
class SheetPages:
    """Which pages of a sheet are here; ``to_sign`` are those missing that carry a box or a place to sign."""

    pages: int
    here: tuple[int, ...]
    missing: tuple[int, ...]
    to_sign: tuple[int, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A page as it lies on the disk, as ciphertext, and what its record will say of it."""

    page: int
    mark: PrintMark | None
    digest: str
    size: int
    original: str
    original_size: int


def read_picture(path: str) -> bytes:
    """A picture or PDF as it is; raises UserFacingError ``scan.file-unreadable`` or ``scan.too-large``."""
    try:
        if not Path(path).is_file():  # a pipe or a device would never come to an end
            raise UserFacingError("scan.file-unreadable")
        with Path(path).open("rb") as file:
            picture = file.read(MAX_PICTURE_BYTES + 1)
    except (OSError, ValueError):
        raise UserFacingError("scan.file-unreadable") from None
    if len(picture) > MAX_PICTURE_BYTES:
        raise UserFacingError("scan.too-large")
    return picture


def take_scan(application: Application, sheet_id: str, picture: bytes, *, page: int = 1) -> Done[str]:
    """File one picture to the sheet somebody names: laid flat, scaled, sealed to this vault, the county, the township.

    The picture goes to the disk as ciphertext only, before the action that records it; if the action
    fails the file belongs to nobody. Answers the scan's id. ``page`` counts only where no code can be read.

    Raises:
        UserFacingError: ``scan.other-sheet`` where the printed code names another sheet than the one
            chosen, ``scan.unknown-print`` for a form of another laptop, ``scan.changed`` where no printing
            said what this paper says, ``scan.several`` for several sheets or pages at once,
            ``scan.not-an-image``, ``scan.too-large``, ``scan.pdf-locked``, and as ``sheet_for_pages``.
    """
    require(application, Capability.TAKE_SCAN)
    sheet = application.read(lambda connection: sheet_for_pages(connection, sheet_id))
    pages = application.paper_process.look_through(all_pages, picture)
    if len(pages) != 1 or pages[0].is_several:
        raise UserFacingError("scan.several")
    mark = pages[0].marks[0] if pages[0].marks else None
    if mark is not None:
        named = mark
        owner = application.read(lambda connection: owner_of(connection, named, application.worker.id))
        if not owner.sheet:
            raise UserFacingError("scan.other-form" if owner.why in NO_CONSENT else "scan.unknown-print")
        if owner.sheet != sheet.id:
            raise UserFacingError("scan.other-sheet")
        if owner.why is Why.CHANGED:
            raise UserFacingError("scan.changed")
    kept = keep_sealed(application, pages[0], mark, mark.page if mark else page)
    coming = wanted_pages(application, sheet.id, [kept])
    return application.act(lambda action: write_filed(action, sheet.id, [kept], coming)[0])


def sheet_for_pages(connection: Connection, sheet_id: str) -> SheetView:
    """A sheet to which pages can be filed: what was signed is known, and it is not void.

    Raises UserFacingError ``record.unknown``, ``scan.not-signed``, ``scan.sheet-void``, ``scan.fingerprint``.
    """
    sheet = read_sheet(connection, sheet_id)
    if sheet.state is SheetState.VOID:
        raise UserFacingError("scan.sheet-void")
    if sheet.state in (SheetState.DRAFTED, SheetState.PRINTED):
        raise UserFacingError("scan.not-signed")
    if sheet.stays_on_paper:
        raise UserFacingError("scan.fingerprint")
    return sheet


def keep_sealed(application: Application, page: ScannedPage, mark: PrintMark | None, number: int) -> Sealed:
    """Put a page on the disk as ciphertext: the sheet laid flat, and the picture as it came beside it."""
    to = recipients(application)
    shown = seal(page.original if page.straight is None else page.straight, to)
    digest = attachments.keep(application.folder, shown)
    if page.straight is None:
        return Sealed(number, mark, digest, len(shown), "", 0)
    came = seal(page.original, to)
    return Sealed(number, mark, digest, len(shown), attachments.keep(application.folder, came), len(came))


def wanted_pages(application: Application, sheet_id: str, coming: Iterable[Sealed]) -> PagesToCome:
    """The pages that have to be here before a sheet counts as taken in."""
    told = [one.mark.pages for one in coming if one.mark is not None]
    told += [fact.get("pages", 0) for fact in application.read(lambda connection: facts_of(connection, sheet_id))]
    return pages_to_come(application, sheet_id, told)


def write_filed(action: Action, sheet_id: str, pages: Iterable[Sealed], coming: PagesToCome) -> tuple[str, ...]:
    """Record pages as filed to a sheet, in the action given; the sheet is taken in once all that is signed is here.

    Raises as ``sheet_for_pages``.
    """
    sheet = sheet_for_pages(action.connection, sheet_id)
    about = {"household": sheet.household, "resident": sheet.resident, "sheet": sheet.id}
    made = [write_scan(action, about, one) for one in pages]
    here = {fact["page"] for fact in facts_of(action.connection, sheet_id)} | {one.page for one in pages}
    if sheet.state is SheetState.SIGNED and here.issuperset(coming.to_sign):
        action.add("sheet.moved", sheet.id, {"from": SheetState.SIGNED.value, "to": SheetState.SCANNED.value})
    return tuple(made)


def write_scan(action: Action, about: Mapping[str, object], one: Sealed) -> str:
    """Record one page and whose its files are; ``about`` names the paper it is filed to. Answers the scan's id."""
    scan_id = new_id()
    fact: dict[str, Any] = {
        **about,
        "page": one.page,
        "recognised": one.mark is not None,
        "attachment": one.digest,
        "size": one.size,
        "media": MEDIA,
    }
    if one.mark is not None:
        fact |= {"pages": one.mark.pages, "short_hash": one.mark.short_hash}
    if one.original:
        fact |= {"original": one.original, "original_size": one.original_size}
    action.add("scan.recorded", scan_id, fact)
    attachments.add_row(action.connection, one.digest, one.size, MEDIA, scan_id)
    if one.original:
        attachments.add_row(action.connection, one.original, one.original_size, MEDIA, scan_id)
    return scan_id


def recipients(application: Application) -> tuple[str, ...]:
    """Who can open an attachment made here: this vault, the county, and the township's other vaults."""
    own = application.sealing_key.recipient
    county = application.enrolment.recipient if application.enrolment else ""
    rows = application.read(lambda connection: queries.of_kind(connection, "roster"))
    townships = {f"roster-{one}" for one in application.worker.townships} if application.enrolment else set()
    others = {
        str(vault["recipient"])
        for row in rows
        if row.id in townships
        for vault in row.state["issued"].get("vaults", ())
        if vault.get("recipient")
    }
    return tuple(dict.fromkeys(one for one in (own, county, *sorted(others)) if one))


def lack_of(application: Application, record_id: str) -> ScanLack | None:
    """Why the pictures of a paper cannot be what it is checked against at this laptop; None where they can."""
    return application.read(lambda connection: scan_lack(application, connection, record_id))


def scans_of(application: Application, sheet_id: str) -> tuple[ScanView, ...]:
    """The pictures filed to a sheet, by page."""
    sheet = consent.sheet(application, sheet_id)
    return application.read(lambda connection: scan_views(connection, sheet.id))


def scan_views(connection: Connection, paper_id: str) -> tuple[ScanView, ...]:
    """The pictures filed to a record that has paper, by page."""
    found = [
        ScanView(row.id, paper_id, fact["page"], fact["attachment"], fact["recognised"], fact.get("original", ""))
        for row in rows_of(connection, paper_id)
        for fact in (row.state["fact"],)
    ]
    return tuple(sorted(found, key=lambda one: one.page))


def sheet_pages(application: Application, sheet_id: str) -> SheetPages:
    """Which pages of a sheet are here, which are missing, and what has to be said of them."""
    facts = application.read(lambda connection: facts_of(connection, sheet_id))
    coming = pages_to_come(application, sheet_id, (fact.get("pages", 0) for fact in facts))
    return standing_of(coming, facts, notes_on(application, sheet_id, facts))


def standing_of(coming: PagesToCome, facts: Iterable[Mapping[str, Any]], notes: tuple[Note, ...]) -> SheetPages:
    """How the pages that are here (``facts``) stand to those that a paper has."""
    here = {fact["page"] for fact in facts}
    return SheetPages(
        pages=coming.pages,
        here=tuple(sorted(here)),
        missing=tuple(one for one in range(1, coming.pages + 1) if one not in here),
        to_sign=tuple(one for one in coming.to_sign if one not in here),
        notes=notes,
    )


def is_complete_but_signed(application: Application, sheet_id: str) -> bool:
    """Whether all that was waited for is here and the sheet is still to be moved on."""
    is_signed = consent.sheet(application, sheet_id).state is SheetState.SIGNED
    return is_signed and not sheet_pages(application, sheet_id).to_sign


def move_on_complete(application: Application) -> Done[tuple[str, ...]]:
    """Move on the sheets whose last page came by the feed: their signed state says no longer what is here.

    A colleague who took in a part did not know the rest, and no picture will come here that would say it. Where two
    laptops say so, it is the same step. Answers the sheets moved on; none for a role that takes in no scans.
    """
    if not may(application, Capability.TAKE_SCAN):
        return Done((), frozenset())

    def begun(connection: Connection) -> list[str]:
        signed = queries.of_kind(connection, "sheet", statuses=(SheetState.SIGNED,))
        return [row.id for row in signed if facts_of(connection, row.id)]

    complete = tuple(one for one in application.read(begun) if is_complete_but_signed(application, one))
    if not complete:
        return Done((), frozenset())
    step = {"from": SheetState.SIGNED.value, "to": SheetState.SCANNED.value}

    def write(action: Action) -> tuple[str, ...]:
        for sheet in complete:
            action.add("sheet.moved", sheet, step)
        return complete

    return application.act(write)


def pages_here(connection: Connection, sheet_id: str) -> frozenset[int]:
    """The pages of a sheet that have a picture."""
    return frozenset(fact["page"] for fact in facts_of(connection, sheet_id))


def is_here(application: Application, scan: ScanView) -> bool:
    """Whether the picture lies on this laptop; until it has been exchanged it lies on the colleague's alone."""
    return (application.folder / attachments.FOLDER / scan.digest).is_file()


def scan_picture(application: Application, scan: ScanView) -> bytes:
    """The picture itself, opened in memory; its opening is noted.

    Raises:
        UserFacingError: ``minors.closed`` for a minor's sheet, unless this worker took the picture in today;
            ``attachment.missing`` (it lies on the colleague's laptop), ``attachment.damaged``.
    """
    _require_open(application, scan)
    sealed = attachments.read(application.folder, scan.digest)
    application.note_view(VIEW_OPENED, scan.id, ("scan",))
    return unseal(sealed, application.sealing_key, limit=MAX_ATTACHMENT_BYTES)


def original_picture(application: Application, scan: ScanView) -> bytes:
    """The picture as it came, where the sheet was laid flat; errors as ``scan_picture``."""
    _require_open(application, scan)
    sealed = attachments.read(application.folder, scan.original or scan.digest)
    application.note_view(VIEW_OPENED, scan.id, ("scan",))
    return unseal(sealed, application.sealing_key, limit=MAX_ATTACHMENT_BYTES)


def _require_open(application: Application, scan: ScanView) -> None:
    """Whoever took a picture in today sees whether it came out; else a minor's sheet needs an approval."""
    row = application.read(lambda connection: queries.one(connection, scan.id))
    if row is None or is_own_of_today(application, row.state["worker"], row.state["time"]):
        return
    if row.resident is not None:
        require_open(application, row.resident, "scan")
    elif row.household is not None:
        _require_household_open(application, row.household)


def _require_household_open(application: Application, household: str) -> None:
    """A page about a whole household tells of the children who live there."""
    closed, opened = application.read(
        lambda connection: (
            closed_minors(application, connection, household),
            opened_minors(application, connection, household),
        )
    )
    if closed:
        raise UserFacingError("minors.closed", resident=min(closed))
    note_opened(application, opened, "scan")
