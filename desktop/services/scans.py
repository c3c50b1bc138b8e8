"""The signed sheet comes back as a picture (扫描件): recognised, sealed, filed to its print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.documents.print_mark import SHORT_HASH_LENGTH
from desktop.documents.scan import find_print, prepare_scan
from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.services import consent
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.storage import attachments, queries
from desktop.storage.journal import Action
from desktop.sync.envelope import seal, unseal
from desktop.sync.protocol import MAX_ATTACHMENT_BYTES

MEDIA = "image/jpeg"
MAX_PICTURE_BYTES = 40 * 1024 * 1024
"""What a phone or scanner may give; it is made small before it is kept."""


@dataclass(frozen=True, slots=True)
class ScanFound:
    """What the code on the picture says: the sheet, page x of y, and whether the record still says the same."""

    sheet: str
    page: int
    pages: int
    unchanged: bool


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan as filed."""

    id: str
    sheet: str
    page: int
    digest: str
    recognised: bool


def read_picture(path: str) -> bytes:
    """A picture file as it is; raises UserFacingError ``scan.file-unreadable`` or ``scan.too-large``."""
    try:
        with Path(path).open("rb") as file:
            picture = file.read(MAX_PICTURE_BYTES + 1)
    except OSError:
        raise UserFacingError("scan.file-unreadable") from None
    if len(picture) > MAX_PICTURE_BYTES:
        raise UserFacingError("scan.too-large")
    return picture


def recognise(application: Application, picture: bytes) -> ScanFound | None:
    """Which sheet a picture shows, by its printed code; None where no code of ours can be read.

    Raises:
        UserFacingError: ``scan.not-an-image``, ``scan.too-large``; ``scan.unknown-print`` for a form
            of another laptop or one that is not known here.
    """
    require(application, Capability.TAKE_SCAN)
    mark = find_print(picture)
    if mark is None:
        return None
    row = application.read(lambda connection: queries.one(connection, mark.print_id))
    if row is None or row.kind != "sheet":
        raise UserFacingError("scan.unknown-print")
    same = str(row.state["fields"].get("form_hash", ""))[:SHORT_HASH_LENGTH] == mark.short_hash
    return ScanFound(row.id, mark.page, mark.pages, same)


def take_scan(application: Application, sheet_id: str, picture: bytes, *, page: int = 1) -> Done[str]:
    """File a picture to a sheet: stripped, scaled, sealed to this vault, the county and the township.

    The picture goes to the disk as ciphertext only, before the action that records it; if the action
    fails the file belongs to nobody. Answers the scan's id.

    Raises:
        UserFacingError: ``scan.other-sheet`` where the printed code names another sheet than the one
            chosen, ``scan.changed`` where the record changed after printing, and the errors of
            ``recognise``.
    """
    require(application, Capability.TAKE_SCAN)
    sheet = consent.sheet(application, sheet_id)
    found = recognise(application, picture)
    if found is not None and found.sheet != sheet.id:
        raise UserFacingError("scan.other-sheet")
    if found is not None and not found.unchanged:
        raise UserFacingError("scan.changed")
    prepared = prepare_scan(picture)
    sealed = seal(prepared, recipients(application))
    digest = attachments.keep(application.folder, sealed)

    def write(action: Action) -> str:
        scan_id = new_id()
        fact = {
            "household": sheet.household,
            "resident": sheet.resident,
            "sheet": sheet.id,
            "page": found.page if found else page,
            "recognised": found is not None,
            "attachment": digest,
            "size": len(sealed),
            "media": MEDIA,
        }
        action.add("scan.recorded", scan_id, fact)
        attachments.add_row(action.connection, digest, len(sealed), MEDIA, scan_id)
        if sheet.state is SheetState.SIGNED:
            body = {"from": SheetState.SIGNED.value, "to": SheetState.SCANNED.value}
            action.add("sheet.moved", sheet.id, body)
        return scan_id

    return application.act(write)


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


def scans_of(application: Application, sheet_id: str) -> tuple[ScanView, ...]:
    """The pictures filed to a sheet, by page."""
    sheet = consent.sheet(application, sheet_id)
    rows = application.read(lambda connection: queries.of_kind(connection, "scan", resident=sheet.resident))
    found = [
        ScanView(
            row.id,
            sheet.id,
            row.state["fact"]["page"],
            row.state["fact"]["attachment"],
            row.state["fact"]["recognised"],
        )
        for row in rows
        if row.state["fact"]["sheet"] == sheet.id
    ]
    return tuple(sorted(found, key=lambda one: one.page))


def is_here(application: Application, scan: ScanView) -> bool:
    """Whether the picture lies on this laptop; until it has been exchanged it lies on the colleague's alone."""
    return (application.folder / attachments.FOLDER / scan.digest).is_file()


def scan_picture(application: Application, scan: ScanView) -> bytes:
    """The picture itself, opened in memory; its opening is noted.

    Raises:
        UserFacingError: ``attachment.missing`` (it lies on the colleague's laptop), ``attachment.damaged``.
    """
    sealed = attachments.read(application.folder, scan.digest)
    application.note_view("view.opened", scan.id, ("scan",))
    return unseal(sealed, application.sealing_key, limit=MAX_ATTACHMENT_BYTES)
