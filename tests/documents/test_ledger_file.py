"""Files that are no ledger, or a broken one: each gets its own code, and nothing else ever happens."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import sys
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from desktop.documents import ledger_file
from desktop.documents.ledger import read_ledger
from desktop.domain.errors import UserFacingError
from tests.ledgers import FAMILIES, TODAY, ledger_bytes, saved

LEDGER = ledger_bytes()
SHEET = "xl/worksheets/sheet1.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def code_of(data: bytes) -> str:
    with pytest.raises(UserFacingError) as raised:
        read_ledger(data, today=TODAY)
    assert str(raised.value) == raised.value.code
    return raised.value.code


def changed(part: str, change: Callable[[bytes], bytes], data: bytes = LEDGER) -> bytes:
    """The file with one part rewritten."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        assert part in before.namelist()
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def compound_file(stream: str) -> bytes:
    """The beginning of an OLE compound file with one name in its directory, as .xls and encrypted files have."""
    return OLE + bytes(504) + stream.encode("utf-16-le").ljust(64, b"\x00") + bytes(512)


def with_shared_texts(data: bytes) -> bytes:
    """The file with its texts in the shared table, as Excel and WPS write them (openpyxl has them in the cells)."""
    texts: list[bytes] = []

    def share(cell: re.Match[bytes]) -> bytes:
        texts.append(cell[2])
        return cell[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    data = changed(
        SHEET, lambda xml: re.sub(rb'(<c [^>]*)t="inlineStr"><is>(.*?)</is></c>', share, xml, flags=re.DOTALL), data
    )
    relation = b'<Relationship Id="rId99" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    data = changed("xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"</Relationships>", relation), data)
    table = b"".join(b"<si>%s</si>" % text for text in texts)
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (MAIN, table))
    assert len(texts) > 100
    return buffer.getvalue()


SHARED = with_shared_texts(LEDGER)


def test_shared_texts_are_read_like_texts_in_cells() -> None:
    """Excel and WPS keep texts in a table of their own."""
    assert read_ledger(SHARED, today=TODAY) == read_ledger(LEDGER, today=TODAY)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ledger.empty-file"),
        (b"\x00" * 4096, "ledger.empty-file"),
        (compound_file("Workbook"), "ledger.old-format"),
        (b"\x09\x08\x10\x00" + bytes(100), "ledger.old-format"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "ledger.old-format"),
        (compound_file("EncryptedPackage"), "ledger.encrypted"),
        (compound_file("WordDocument"), "ledger.foreign"),
        ("<html><body><table><tr><td>姓名</td></tr></table>".encode("gb18030"), "ledger.web-page"),
        ("\ufeff<HTML><TABLE>".encode("utf-16"), "ledger.web-page"),
        ("姓名,身份证号,村\r\n陈水,,上㘵村\r\n".encode("gb18030"), "ledger.text-file"),
        ("姓名\t身份证号\r\n".encode("utf-16"), "ledger.text-file"),
        (bytes(range(256)) * 20, "ledger.damaged"),
        (zipped(**{"word/document.xml": b"<w/>"}), "ledger.foreign"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ledger.foreign"),
        (zipfile.ZipFile(io.BytesIO(), "w").filename or b"PK\x05\x06" + bytes(18), "ledger.foreign"),
    ],
)
def test_each_kind_of_foreign_file_has_its_own_code(data: bytes, code: str) -> None:
    """The worker has to do something different about each."""
    assert code_of(data) == code


def test_a_binary_workbook_is_foreign() -> None:
    """.xlsb has the shape of an .xlsx and no XML workbook."""
    relations = b'<R xmlns="r"><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></R>'
    assert code_of(zipped(**{"_rels/.rels": relations, "xl/workbook.bin": b"\x83\x01"})) == "ledger.foreign"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.999])
def test_a_file_cut_off_is_damaged(share: float) -> None:
    """A download or a copy that stopped."""
    assert code_of(LEDGER[: int(len(LEDGER) * share)]) == "ledger.damaged"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(LEDGER) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_whatever_bytes_are_wrong_the_file_is_read_or_refused_with_a_code(changes: list[tuple[int, int]]) -> None:
    """A bad stick never crashes the import."""
    data = bytearray(LEDGER)
    for place, byte in changes:
        data[place] = byte
    with contextlib.suppress(UserFacingError):
        read_ledger(bytes(data), today=TODAY)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_xml_is_wrong_the_file_is_read_or_refused_with_a_code(choice: st.DataObject) -> None:
    """The same for parts that unpack well and hold nonsense: the check sums of the archive do not help here."""
    part = choice.draw(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]))

    def change(content: bytes) -> bytes:
        start = choice.draw(st.integers(0, len(content) - 1))
        length = choice.draw(st.integers(0, 30))
        return content[:start] + choice.draw(st.binary(max_size=6)) + content[start + length :]

    with contextlib.suppress(UserFacingError):
        read_ledger(changed(part, change, SHARED), today=TODAY)


def test_entities_are_refused_before_they_expand() -> None:
    """No spreadsheet has a document type; entities in one are an attack."""
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    )
    assert code_of(changed(SHEET, lambda _content: bomb)) == "ledger.damaged"


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory's sizes are added up first."""
    monkeypatch.setattr(ledger_file, "MAX_UNPACKED_BYTES", 20_000)
    bomb = changed(SHEET, lambda content: content + b" " * 50_000)
    assert len(bomb) < 20_000
    assert code_of(bomb) == "ledger.too-large"


def test_a_directory_that_lies_about_sizes_unpacks_no_more_than_it_says() -> None:
    """A part that is larger than declared ends in a failed check sum, not in memory."""
    data = bytearray(changed(SHEET, lambda content: content + b" " * 5_000_000))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        real = archive.getinfo(SHEET).file_size
    declared = struct.pack("<I", real)
    assert data.count(declared) == 2
    assert code_of(bytes(data.replace(declared, struct.pack("<I", 1_000)))) == "ledger.damaged"


def test_a_file_with_too_many_rows_or_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are told with the limit."""
    monkeypatch.setattr(ledger_file, "MAX_ROWS", 5)
    with pytest.raises(UserFacingError) as raised:
        read_ledger(LEDGER, today=TODAY)
    assert (raised.value.code, raised.value.values) == ("ledger.too-large", {"limit_rows": 5})
    monkeypatch.setattr(ledger_file, "MAX_FILE_BYTES", 1_000)
    assert code_of(LEDGER) == "ledger.too-large"


def test_a_password_on_the_archive_is_an_encrypted_ledger() -> None:
    """Some offices zip with a password and rename."""
    data = bytearray(LEDGER)
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert code_of(bytes(data)) == "ledger.encrypted"


def test_a_workbook_without_a_ledger_says_so() -> None:
    """Another spreadsheet, or an empty one."""
    book = Workbook()
    assert code_of(saved(book)) == "ledger.no-headings"
    book.worksheets[0].append(["月份", "金额", "备注"])
    assert code_of(saved(book)) == "ledger.no-headings"


def test_a_merged_block_over_the_whole_sheet_does_no_harm() -> None:
    """Blocks are clipped to what is there."""
    merged = changed(
        SHEET, lambda content: content.replace(b'<mergeCell ref="A1:P1"', b'<mergeCell ref="A1:XFD1048576"')
    )
    assert merged != LEDGER
    assert code_of(merged) == "ledger.no-headings"


def test_texts_in_pieces_and_with_reading_aids_are_one_text() -> None:
    """A name typed in two fonts, with its reading above it."""
    pieces = "<r><t>陈</t></r><r><t>𠮷水</t></r><rPh sb='0' eb='1'><t>chen</t></rPh>".encode()
    name = FAMILIES[0].people[0].name
    data = changed("xl/sharedStrings.xml", lambda content: content.replace(f"<t>{name}</t>".encode(), pieces), SHARED)
    assert data != SHARED
    assert read_ledger(data, today=TODAY).households[0].head.name == name


def test_a_strict_workbook_is_read_like_any_other() -> None:
    """ISO/IEC 29500 Strict has other namespaces for the same tags."""
    data = SHARED
    for part in (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        data = changed(part, lambda xml: xml.replace(MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main"), data)
    assert read_ledger(data, today=TODAY) == read_ledger(LEDGER, today=TODAY)


def test_the_chinese_built_in_date_format_makes_a_figure_a_date() -> None:
    """Format 31 (yyyy年m月d日) stands in Chinese files without a definition."""
    data = changed("xl/styles.xml", lambda content: content.replace(b'numFmtId="164"', b'numFmtId="31"'))
    assert data != LEDGER
    assert read_ledger(data, today=TODAY) == read_ledger(LEDGER, today=TODAY)


_opened_for_writing: list[object] | None = None


def _note_writing(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _opened_for_writing is not None and isinstance(arguments[1], str) and arguments[1] != "rb":
        _opened_for_writing.append(arguments)


sys.addaudithook(_note_writing)


def test_reading_a_ledger_opens_no_file() -> None:
    """People's data reach no disk on the way in."""
    global _opened_for_writing  # noqa: PLW0603 an audit hook cannot be taken away again
    read_ledger(LEDGER, today=TODAY)
    _opened_for_writing = []
    read_ledger(LEDGER, today=TODAY)
    opened, _opened_for_writing = _opened_for_writing, None
    assert opened == []
