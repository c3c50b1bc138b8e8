"""A file of pictures comes back (收回): each page is recognised, sorted, and filed to the sheet that its code names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from desktop.documents.print_mark import PrintMark
from desktop.documents.scan import ScannedPage, all_pages
from desktop.domain.errors import UserFacingError
from desktop.services import scan_filing, scan_tray, scans
from desktop.services.application import Application, Done
from desktop.services.permission import Capability, require
from desktop.services.scan_prints import Owner, PagesToCome, Why, owner_of
from desktop.services.scan_tray import Waiting
from desktop.services.scans import Sealed
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class Filed:
    """A page that was filed: ``number`` is its place in the file, from 1; ``sheet`` may be another record."""

    number: int
    scan: str
    sheet: str
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a file, page by page; nothing of it is ever lost but what the county forbids to keep."""

    filed: tuple[Filed, ...]
    waiting: tuple[Waiting, ...]
    let_go: int = 0
    """Pages of sheets with a fingerprint, where no pictures of these are kept (``fingerprints``)."""


@dataclass(frozen=True, slots=True)
class FilesTaken:
    """What became of several files, and why one of them could not be read at all."""

    intake: Intake
    refused: tuple[UserFacingError, ...] = ()


@dataclass(slots=True)
class _Sorting:
    """The pages of one file, as they are being sorted."""

    here: dict[str, set[int]] = field(default_factory=dict)
    to_file: dict[str, list[tuple[int, Sealed]]] = field(default_factory=dict)
    to_wait: list[tuple[ScannedPage, Why, str, int]] = field(default_factory=list)
    let_go: int = 0


def take_in(application: Application, file: bytes, *, sheet_id: str = "", unseen: str = "") -> Done[Intake]:
    """Take in one picture, PDF or TIFF of many pages; what no code names for certain waits in the tray.

    ``sheet_id`` is the sheet that is open, offered later for pages without a readable code; it decides nothing.
    ``unseen`` is the id under which the picture was kept in the tray until now (``scan_tray.put_unseen``).

    Raises:
        UserFacingError: ``scan.not-in-tray`` where somebody has decided on ``unseen`` meanwhile;
            ``scan.not-an-image``, ``scan.too-large``, ``scan.pdf-locked``, ``scan.too-many-pages``; nothing of the
            file is taken in then.
    """
    require(application, Capability.TAKE_SCAN)
    sorting = _Sorting()
    for number, page in enumerate(application.paper_process.look_through(all_pages, file), start=1):
        _sort(application, sorting, number, page, sheet_id)
    coming = {
        sheet: scan_filing.wanted_pages(application, sheet, [one for _, one in pages])
        for sheet, pages in sorting.to_file.items()
    }
    time = application.clock().isoformat(timespec="seconds")
    if not sorting.to_file:
        # Nothing is said of anybody yet, as with a draft: no entry.
        waiting = application.store.write(lambda connection: _put_away(connection, sorting, time, unseen))
        return Done(Intake((), waiting, sorting.let_go), frozenset())
    return application.act(
        lambda action: Intake(
            _file(action, sorting, coming), _put_away(action.connection, sorting, time, unseen), sorting.let_go
        )
    )


def _sort(application: Application, sorting: _Sorting, number: int, page: ScannedPage, open_sheet: str) -> None:
    if len(page.marks) != 1 or page.is_several:
        sorting.to_wait.append((page, Why.SEVERAL if page.is_several else Why.NO_CODE, open_sheet, 0))
        return
    (mark,) = page.marks
    owner, here = application.read(lambda connection: _look_up(connection, mark, application.worker.id))
    if owner.why is Why.FINGERPRINT:
        sorting.let_go += 1
        return
    taken = sorting.here.setdefault(owner.sheet, set(here))
    why = owner.why or (Why.PAGE_HERE if mark.page in taken else None)
    if why is not None:
        sorting.to_wait.append((page, why, owner.sheet, mark.page if owner.sheet else 0))
        if why is Why.PAGE_HERE and owner.kind == "sheet" and scans.is_complete_but_signed(application, owner.sheet):
            sorting.to_file.setdefault(owner.sheet, [])  # two laptops took in a part each: nobody has said it yet
        return
    taken.add(mark.page)
    kept = scans.keep_sealed(application, page, mark, mark.page)
    sorting.to_file.setdefault(owner.sheet, []).append((number, kept))


def _look_up(connection: Connection, mark: PrintMark, worker: str) -> tuple[Owner, frozenset[int]]:
    owner = owner_of(connection, mark, worker)
    return owner, scans.pages_here(connection, owner.sheet)


def _file(action: Action, sorting: _Sorting, coming: dict[str, PagesToCome]) -> tuple[Filed, ...]:
    filed = []
    for sheet, pages in sorting.to_file.items():
        made = scan_filing.write_filed(action, sheet, [one for _, one in pages], coming[sheet])
        filed += [
            Filed(number, scan, sheet, one.page, coming[sheet].pages)
            for scan, (number, one) in zip(made, pages, strict=True)
        ]
    return tuple(sorted(filed, key=lambda one: one.number))


def take_in_files(application: Application, paths: Sequence[str], *, sheet_id: str = "") -> Done[FilesTaken]:
    """Take in several files, one after another, each as ``take_in`` does: one that cannot be read stops no other."""
    require(application, Capability.TAKE_SCAN)
    filed: list[Filed] = []
    waiting: list[Waiting] = []
    refused: list[UserFacingError] = []
    let_go, changed = 0, frozenset[str]()
    for path in paths:
        try:
            done = take_in(application, scans.read_picture(path), sheet_id=sheet_id)
        except UserFacingError as error:
            refused.append(error)
            continue
        filed += done.value.filed
        waiting += done.value.waiting
        let_go += done.value.let_go
        changed |= done.changed
    return Done(FilesTaken(Intake(tuple(filed), tuple(waiting), let_go), tuple(refused)), changed)


def take_in_picture(application: Application, picture: bytes, *, sheet_id: str = "") -> Done[FilesTaken]:
    """Take in a picture that lies nowhere but in memory: it is in the vault before its code is looked for."""
    require(application, Capability.TAKE_SCAN)
    unseen = scan_tray.put_unseen(application, picture, sheet_id)
    done = take_in(application, picture, sheet_id=sheet_id, unseen=unseen)
    return Done(FilesTaken(done.value), done.changed)


def _put_away(connection: Connection, sorting: _Sorting, time: str, unseen: str) -> tuple[Waiting, ...]:
    if unseen:
        scan_tray.take_out(connection, unseen)
    return tuple(
        scan_tray.keep_waiting(connection, time, page, why, sheet, number)
        for page, why, sheet, number in sorting.to_wait
    )
