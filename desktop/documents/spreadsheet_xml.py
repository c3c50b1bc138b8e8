"""The XML parts of a spreadsheet (ECMA-376, SpreadsheetML) read in small pieces.

Why not openpyxl's reader: it parses the texts and styles of a file in one call, so that a large import
cannot be cut into slices; read-only it knows neither merged cells nor hidden rows; it takes the Chinese
built-in date formats (31 is yyyy年m月d日) for plain numbers; and its warnings print cell values, which may
be personal. Only what a table of texts, numbers and dates needs is read here; formulas are never computed.

Every ``parse_*`` function is a generator that yields after each piece of ``PIECE_BYTES`` and returns its
result, so that the caller can stop between pieces. A document type declaration is refused: no spreadsheet
has one, and entities are how XML files are made to explode.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO
from xml.parsers import expat

from desktop.domain.errors import UserFacingError
from desktop.domain.typed import parse_excel_serial

PIECE_BYTES = 16 * 1024
MAX_COLUMNS = 256

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TAGS = {
    f"{namespace} {name}": name
    for namespace in _NAMESPACES
    for name in ("row", "c", "v", "f", "is", "t", "rPh", "si", "mergeCell")
}
# Built-in date formats (ECMA-376 part 1, 18.8.30): 14-22 and 45-47 everywhere, 27-36 and 50-58 in East Asia.
_DATE_FORMAT_IDS = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
_NOT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable value: ``#N/A`` and its kind, or a formula nobody has computed (``=``)."""

    text: str


Value = str | int | float | bool | date | CellError


@dataclass(slots=True)
class Row:
    """One row: its number as shown in the spreadsheet, and its cells by column (from 1)."""

    number: int
    hidden: bool
    cells: dict[int, Value] = field(default_factory=dict)


Block = tuple[int, int, int, int]
"""A merged block: first row, first column, last row, last column."""


class DamagedXmlError(ValueError):
    """A part that no spreadsheet program writes."""


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag by local names: of its parent, of itself, and of its attributes."""

    parent: str
    name: str
    attributes: Mapping[str, str]


def parse_elements(source: IO[bytes]) -> Generator[None, None, list[Element]]:
    """All start tags of a small part (workbook, relationships, styles) in document order."""
    elements: list[Element] = []
    open_names: list[str] = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        elements.append(
            Element(open_names[-1], local, {key.rpartition(" ")[2]: text for key, text in attributes.items()})
        )
        open_names.append(local)

    parser = _parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_names.pop() and None
    yield from _feed(parser, source)
    return elements


def date_styles(elements: Sequence[Element]) -> frozenset[int]:
    """The cell styles (by their index) that show a number as a date, from the elements of the styles part."""
    custom = {
        int(element.attributes.get("numFmtId", "0")): element.attributes.get("formatCode", "")
        for element in elements
        if element.name == "numFmt"
    }
    formats = [
        int(element.attributes.get("numFmtId", "0"))
        for element in elements
        if element.name == "xf" and element.parent == "cellXfs"
    ]
    return frozenset(
        index
        for index, number in enumerate(formats)
        if (_shows_date(custom[number]) if number in custom else number in _DATE_FORMAT_IDS)
    )


def parse_texts(source: IO[bytes]) -> Generator[None, None, list[str]]:
    """The table of shared texts; reading aids above the characters (phonetic runs) are left out."""
    texts: list[str] = []
    collector = _TextCollector()

    def start(name: str, _attributes: dict[str, str]) -> None:
        collector.start(_TAGS.get(name, ""))

    def end(name: str) -> None:
        tag = _TAGS.get(name, "")
        collector.end(tag)
        if tag == "si":
            texts.append(collector.take())

    parser = _parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = collector.characters
    yield from _feed(parser, source)
    return texts


def parse_sheet(
    source: IO[bytes], texts: Sequence[str], dates: frozenset[int], *, epoch_1904: bool = False
) -> Generator[int, None, tuple[list[Row], list[Block]]]:
    """The rows that have content, and the merged blocks; yields the number of rows read so far."""
    reader = _SheetReader(texts, dates, epoch_1904)
    parser = _parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.characters
    for _ in _feed(parser, source):
        yield len(reader.rows)
    return reader.rows, reader.blocks


class _TextCollector:
    """Gathers the characters inside ``t`` elements, phonetic runs left out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._collecting = False
        self._phonetic = False

    def start(self, tag: str) -> None:
        if tag == "t":
            self._collecting = not self._phonetic
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._collecting = False
        elif tag == "rPh":
            self._phonetic = False

    def characters(self, data: str) -> None:
        if self._collecting:
            self._pieces.append(data)

    def value_begins(self) -> None:
        self._collecting = True

    def value_ends(self) -> None:
        self._collecting = False

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


class _SheetReader:
    """Turns the tags of a worksheet into rows."""

    def __init__(self, texts: Sequence[str], dates: frozenset[int], epoch_1904: bool) -> None:
        self.rows: list[Row] = []
        self.blocks: list[Block] = []
        self.text = _TextCollector()
        self._texts = texts
        self._dates = dates
        self._epoch_1904 = epoch_1904
        self._row = Row(0, hidden=False)
        self._column = 0
        self._columns: dict[str, int] = {}
        self._cell: dict[str, str] = {}
        self._has_formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _TAGS.get(name)
        if tag == "c":
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
            self._cell = attributes
            self._has_formula = False
        elif tag == "v":
            self.text.value_begins()
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            number = int(attributes["r"]) if "r" in attributes else self._row.number + 1
            self._row = Row(number, attributes.get("hidden") in ("1", "true"))
            self._column = 0
        elif tag == "mergeCell":
            self._add_block(attributes.get("ref", ""))
        elif tag is not None:
            self.text.start(tag)

    def end(self, name: str) -> None:
        tag = _TAGS.get(name)
        if tag == "v":
            self.text.value_ends()
        elif tag == "c":
            value = self._value(self.text.take())
            if value is not None and self._column <= MAX_COLUMNS:
                self._row.cells[self._column] = value
        elif tag == "row":
            if self._row.cells:
                self.rows.append(self._row)
        elif tag is not None:
            self.text.end(tag)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = _reference(reference)[1]
        return column

    def _add_block(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if last:
            (first_row, first_column), (last_row, last_column) = _reference(first), _reference(last)
            if first_column <= MAX_COLUMNS:
                self.blocks.append((first_row, first_column, last_row, min(last_column, MAX_COLUMNS)))

    def _value(self, text: str) -> Value | None:
        kind = self._cell.get("t", "n")
        if kind in ("str", "inlineStr"):
            return text or None
        if not text:
            return CellError("=") if self._has_formula else None
        if kind == "s":
            index = int(text)
            if not 0 <= index < len(self._texts):
                raise DamagedXmlError("text index")
            return self._texts[index] or None
        if kind == "n":
            return self._number(text)
        if kind == "e":
            return CellError(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        return date.fromisoformat(text[:10]) if kind == "d" else text

    def _number(self, text: str) -> Value:
        number = int(text) if text.lstrip("-").isdecimal() and len(text) <= 20 else float(text)
        if int(self._cell.get("s", "0")) in self._dates:
            try:
                return parse_excel_serial(number, epoch_1904=self._epoch_1904)
            except (UserFacingError, OverflowError, ValueError):
                # 19580305 typed into a date cell: not a day number, but still what somebody typed.
                return number
        return number


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise DamagedXmlError("document type declaration")


def _feed(parser: expat.XMLParserType, source: IO[bytes]) -> Generator[None, None, None]:
    while piece := source.read(PIECE_BYTES):
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)


def _reference(text: str) -> tuple[int, int]:
    """Row and column (from 1) of a reference such as ``AB12`` or ``$AB$12``."""
    matched = _REFERENCE.fullmatch(text.replace("$", ""))
    if matched is None:
        raise DamagedXmlError("cell reference")
    column = 0
    for letter in matched[1]:
        column = column * 26 + ord(letter) - 64
    return int(matched[2]), column


def _shows_date(code: str) -> bool:
    """Whether a custom number format has a year, month or day once literals and colours are taken away."""
    bare = _NOT_IN_FORMAT.sub("", code.partition(";")[0]).lower()
    return any(letter in bare for letter in "ymd") and "general" not in bare
