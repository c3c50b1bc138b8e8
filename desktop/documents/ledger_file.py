"""Opening a ledger file from its bytes: what kind of file it is, its limits, its sheets and rows.

Office ledgers arrive renamed, encrypted, cut off or as web pages saved under the name of a spreadsheet; each
case has a code of its own, because the worker has to do something different. Nothing is written to disk.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TypeVar
from xml.parsers import expat

from desktop.documents.spreadsheet_xml import (
    Block,
    Element,
    Row,
    Value,
    date_styles,
    parse_elements,
    parse_sheet,
    parse_texts,
)
from desktop.domain.errors import UserFacingError

T = TypeVar("T")

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_SMALL_PART_BYTES = 8 * 1024 * 1024
MAX_PARTS = 5_000
MAX_ROWS = 100_000
MAX_BLOCKS = 200_000
# Sheets are only looked through for headings; more of them than this is no ledger.
MAX_SHEETS = 200

_ROWS_IN_A_SLICE = 100
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_BIFF_BEGINNINGS = (b"\x09\x08", b"\x09\x04", b"\x09\x02")
_XML_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"


@dataclass(frozen=True, slots=True)
class MergedCell:
    """A cell that shows the value of a merged block, with the place where the block begins."""

    value: Value | None
    first_row: int
    first_column: int
    columns: int


@dataclass(slots=True)
class SheetRow:
    """A row as it looks: its own cells, and those covered by merged blocks (the first cell included)."""

    number: int
    hidden: bool
    cells: dict[int, Value]
    merged: dict[int, MergedCell] = field(default_factory=dict)

    def value(self, column: int) -> Value | None:
        """What a reader of the sheet sees in a column (from 1)."""
        block = self.merged.get(column)
        return block.value if block is not None else self.cells.get(column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet with the rows that have content."""

    title: str
    hidden: bool
    rows: tuple[SheetRow, ...]


def iter_sheets(data: bytes) -> Generator[float, None, tuple[Sheet, ...]]:
    """Read all worksheets; yields the share done (0 to 1) after each piece, returns the sheets.

    Raises ``UserFacingError``: ``ledger.empty-file``, ``ledger.too-large``, ``ledger.old-format`` (.xls, .et,
    XML of 2003), ``ledger.encrypted``, ``ledger.web-page`` (a table saved as .xls by a web system),
    ``ledger.text-file`` (CSV), ``ledger.foreign`` (another kind of document), ``ledger.damaged``.
    """
    _check_kind(data)
    with _damage_as_error(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_archive(archive)
        book = yield from _read_book(archive)
        sizes = [archive.getinfo(part).file_size for _, _, part in book.sheets]
        sheets: list[Sheet] = []
        row_count = 0
        for index, (title, hidden, part) in enumerate(book.sheets):
            with archive.open(part) as source:
                steps = parse_sheet(source, book.texts, book.dates, epoch_1904=book.epoch_1904)
                rows, blocks = yield from _with_share(steps, source, sum(sizes[:index]), max(sum(sizes), 1))
            row_count += len(rows)
            if row_count > MAX_ROWS:
                raise UserFacingError("ledger.too-large", limit_rows=MAX_ROWS)
            sheets.append(Sheet(title, hidden, (yield from _spread_blocks(rows, blocks))))
        return tuple(sheets)


@dataclass(frozen=True, slots=True)
class _Book:
    sheets: tuple[tuple[str, bool, str], ...]
    texts: list[str]
    dates: frozenset[int]
    epoch_1904: bool


def _check_kind(data: bytes) -> None:
    if not data.strip(b"\x00 \t\r\n"):
        raise UserFacingError("ledger.empty-file")
    if len(data) > MAX_FILE_BYTES:
        raise UserFacingError("ledger.too-large", limit_mib=MAX_FILE_BYTES // 2**20)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UserFacingError("ledger.encrypted")
        old = any(name.encode("utf-16-le") in data for name in ("Workbook", "Book"))
        raise UserFacingError("ledger.old-format" if old else "ledger.foreign")
    if data.startswith(_ZIP):
        return
    if data.startswith(_EMPTY_ZIP):
        raise UserFacingError("ledger.foreign")
    if data.startswith(_BIFF_BEGINNINGS):
        raise UserFacingError("ledger.old-format")
    beginning = data[:8192].replace(b"\x00", b"").lower()
    if _XML_2003 in beginning:
        raise UserFacingError("ledger.old-format")
    if any(mark in beginning for mark in (b"<html", b"<!doctype html", b"<table", b"<meta")):
        raise UserFacingError("ledger.web-page")
    raise UserFacingError("ledger.text-file" if _looks_like_text(data[:8192]) else "ledger.damaged")


def _looks_like_text(beginning: bytes) -> bool:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return sum(byte < 9 or 13 < byte < 32 for byte in beginning) == 0


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Limits by the sizes the directory declares; the reader never unpacks more than is declared."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UserFacingError("ledger.too-large", limit_mib=MAX_UNPACKED_BYTES // 2**20)
    if any(part.flag_bits & 1 for part in parts):
        raise UserFacingError("ledger.encrypted")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise UserFacingError("ledger.damaged")
    names = set(archive.namelist())
    if "_rels/.rels" not in names:
        raise UserFacingError("ledger.foreign")


@contextmanager
def _damage_as_error() -> Iterator[None]:
    """Whatever the zip, XML and number readers complain of is one thing to the worker: a damaged file."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UserFacingError("ledger.damaged") from error
    except (expat.ExpatError, ValueError, OverflowError) as error:
        # The causes carry positions in the file, and ValueError the text at fault: not to be shown or kept.
        raise UserFacingError("ledger.damaged") from (error if isinstance(error, expat.ExpatError) else None)


def _read_book(archive: zipfile.ZipFile) -> Generator[float, None, _Book]:
    main = _related("", (yield from _elements(archive, "_rels/.rels")), "/officeDocument", default="xl/workbook.xml")
    names = set(archive.namelist())
    if not main.endswith(".xml") or main not in names:
        raise UserFacingError("ledger.foreign")
    elements = yield from _elements(archive, main)
    if not any(element.name == "sheets" for element in elements):
        raise UserFacingError("ledger.foreign")
    folder, base = posixpath.split(main)
    relations = yield from _elements(archive, posixpath.join(folder, "_rels", f"{base}.rels"))
    styles = _related(folder, relations, "/styles")
    strings = _related(folder, relations, "/sharedStrings")
    style_elements = (yield from _elements(archive, styles)) if styles in names else []
    texts: list[str] = []
    if strings in names:
        with archive.open(strings) as source:
            texts = yield from _at_beginning(parse_texts(source))
    targets = {
        element.attributes.get("Id", ""): _target(folder, element)
        for element in relations
        if element.attributes.get("Type", "").endswith("/worksheet")
    }
    sheets = tuple(
        (element.attributes.get("name", ""), element.attributes.get("state", "visible") != "visible", part)
        for element in elements
        if element.name == "sheet" and (part := targets.get(element.attributes.get("id", ""), "")) in names
    )
    if len(sheets) > MAX_SHEETS:
        raise UserFacingError("ledger.too-large", limit_sheets=MAX_SHEETS)
    epoch_1904 = any(
        element.name == "workbookPr" and element.attributes.get("date1904") in ("1", "true") for element in elements
    )
    return _Book(sheets, texts, date_styles(style_elements), epoch_1904)


def _elements(archive: zipfile.ZipFile, part: str) -> Generator[float, None, list[Element]]:
    if part not in archive.namelist():
        raise UserFacingError("ledger.damaged")
    if archive.getinfo(part).file_size > MAX_SMALL_PART_BYTES:
        raise UserFacingError("ledger.too-large", limit_mib=MAX_SMALL_PART_BYTES // 2**20)
    with archive.open(part) as source:
        return (yield from _at_beginning(parse_elements(source)))


def _at_beginning(steps: Generator[None, None, T]) -> Generator[float, None, T]:
    """Report the preparations as share 0: how long they take says little about the rest."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            result: T = finished.value
            return result
        yield 0.0


def _with_share(
    steps: Generator[int, None, T], source: IO[bytes], done_before: int, total: int
) -> Generator[float, None, T]:
    while True:
        try:
            rows = next(steps)
        except StopIteration as finished:
            result: T = finished.value
            return result
        if rows > MAX_ROWS:
            raise UserFacingError("ledger.too-large", limit_rows=MAX_ROWS)
        yield min((done_before + source.tell()) / total, 1.0)


def _related(folder: str, relations: list[Element], kind: str, default: str = "") -> str:
    for element in relations:
        if element.attributes.get("Type", "").endswith(kind):
            return _target(folder, element)
    return default


def _target(folder: str, relation: Element) -> str:
    target = relation.attributes.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _spread_blocks(rows: list[Row], blocks: list[Block]) -> Generator[float, None, tuple[SheetRow, ...]]:
    """Give every cell under a merged block the block's value, in one pass from top to bottom."""
    if len(blocks) > MAX_BLOCKS:
        raise UserFacingError("ledger.too-large", limit_merged=MAX_BLOCKS)
    rows = sorted(rows, key=lambda row: row.number)
    width = max((max(row.cells) for row in rows), default=0)
    yield 1.0
    waiting = sorted((block for block in blocks if block[1] <= width), reverse=True)
    yield 1.0
    active: dict[int, tuple[int, MergedCell]] = {}
    spread: list[SheetRow] = []
    by_number = {row.number: row for row in rows}
    merged: dict[int, MergedCell] = {}
    for count, row in enumerate(rows, start=1):
        ended = [column for column, (last_row, _) in active.items() if last_row < row.number]
        for column in ended:
            del active[column]
        began = bool(waiting) and waiting[-1][0] <= row.number
        while waiting and waiting[-1][0] <= row.number:
            first_row, first_column, last_row, last_column = waiting.pop()
            if last_row < row.number:
                continue
            top = by_number.get(first_row)
            value = top.cells.get(first_column) if top is not None else None
            cell = MergedCell(value, first_row, first_column, last_column - first_column + 1)
            for column in range(first_column, min(last_column, width) + 1):
                active[column] = (last_row, cell)
        if began or ended:
            # Rows under the same blocks share one mapping: a large file has many.
            merged = {column: cell for column, (_, cell) in active.items()}
        spread.append(SheetRow(row.number, row.hidden, row.cells, merged))
        if count % _ROWS_IN_A_SLICE == 0:
            yield 1.0
    return tuple(spread)
