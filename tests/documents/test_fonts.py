"""Every character is printed in a font that has it, or reported."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFile

from desktop.documents.consent_form import consent_form
from desktop.documents.font_embedding import to_unicode_map
from desktop.documents.fonts import (
    FALLBACK,
    FALLBACK_FAMILY,
    REGULAR,
    TEXT_FAMILY,
    missing_characters,
    split_by_font,
    with_writing_gaps,
)
from desktop.documents.outlines import FINE, TOLERANCE, coarser
from desktop.domain.errors import UserFacingError
from desktop.resources import font_files, resource_path
from tests.documents.form_samples import CONSENT


def test_rare_characters_of_names_and_places_are_covered() -> None:
    """GBK, the characters of the area's villages and names beyond it, and names of 台胞 in full characters."""
    assert missing_characters("㘵㛃䶮垵埕洓𠮷𨭎𬀩龜鬱·①□✓") == ()


def test_every_chinese_character_of_gbk_is_covered() -> None:
    """What older programs of the office could write can be printed."""
    codes = (bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF) if low != 0x7F)
    characters = {code.decode("gbk", "ignore") for code in codes}
    ideographs = "".join(sorted(character for character in characters if "\u4e00" <= character <= "\u9fff"))
    assert len(ideographs) > 20_000
    assert missing_characters(ideographs) == ()


IN_GB_18030_2022: dict[str, list[Sequence[int]]] = {
    "unified": [range(0x4E00, 0x9FF0)],
    "compatibility": [[0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29]],
    "extension A": [range(0x3400, 0x4DB6)],
    "extensions B to F": [
        range(0x20000, 0x2A6D7),
        range(0x2A700, 0x2B735),
        range(0x2B740, 0x2B81E),
        range(0x2B820, 0x2CEA2),
        range(0x2CEB0, 0x2EBE1),
    ],
}
"""The 87,887 characters of GB 18030-2022, level 3, without its 228 radicals."""
IN_ITS_AMENDMENT = [
    range(0x9FF0, 0xA000),
    range(0x4DB6, 0x4DC0),
    range(0x2A6D7, 0x2A6E0),
    range(0x2B735, 0x2B73A),
    range(0x30000, 0x3134B),
    range(0x31350, 0x323B0),
    range(0x2EBF0, 0x2EE5E),
]
"""The 9,793 characters of 修改单1, in force since 2024-10-01."""


def missing_of(blocks: Iterable[Iterable[int]]) -> tuple[str, ...]:
    return missing_characters("".join(chr(point) for block in blocks for point in block))


@pytest.mark.parametrize("part", IN_GB_18030_2022)
def test_every_character_of_gb_18030_2022_can_be_printed(part: str) -> None:
    """Level 3 of the standard as it came into force on 2023-08-01: no name in it goes without a form."""
    assert sum(len(block) for blocks in IN_GB_18030_2022.values() for block in blocks) == 87_887
    assert missing_of(IN_GB_18030_2022[part]) == ()


def test_what_is_missing_of_the_amendment_is_what_the_readme_says() -> None:
    """No open TrueType font at hand has the rest; each of them is reported before anything is printed."""
    assert sum(len(block) for block in IN_ITS_AMENDMENT) == 9_793
    readme = resource_path("fonts", "README.md").read_text("utf-8")
    assert f"{9_793 - len(missing_of(IN_ITS_AMENDMENT)):,} of the 9,793" in readme


def test_missing_characters_are_named_once_in_order() -> None:
    """A worker is told which characters, not how often."""
    assert missing_characters("张\U00031350三", "\U0002ebf0\U00031350") == ("\U00031350", "\U0002ebf0")


def test_a_missing_character_can_be_left_to_be_written_by_hand() -> None:
    """Nobody goes without a form because of a font."""
    assert with_writing_gaps("王\U00031350𠮷") == "王（　　）𠮷"
    assert missing_characters(with_writing_gaps("王\U00031350")) == ()


def test_text_is_divided_among_fonts_by_coverage() -> None:
    """Runs come in order and together are the text."""
    assert split_by_font("王𠮷安") == ((REGULAR, "王"), (FALLBACK, "𠮷"), (REGULAR, "安"))
    with pytest.raises(UserFacingError) as caught:
        split_by_font("\U00031350")
    assert caught.value.code == "print.missing-characters"


def test_invisible_characters_are_left_out() -> None:
    """A zero-width space pasted with a name does not stop the print."""
    assert split_by_font("王\u200b\ufe0f小\t明") == ((REGULAR, "王小 明"),)


def test_the_map_to_unicode_uses_surrogate_pairs() -> None:
    """U+20BB7 is D842 DFB7 in UTF-16; reportlab's own map would give another character."""
    mapping = to_unicode_map("AAAAAA+Name", {0x738B: 0x20, 0x20BB7: 0x21})
    assert "<0020> <0021> [<738B><D842DFB7>]" in mapping


def test_a_range_of_the_map_never_crosses_a_high_byte() -> None:
    """It is against the specification (ISO 32000-1, 9.10.3), and some readers stop there."""
    mapping = to_unicode_map("AAAAAA+Name", {0x4E00 + number: 0x00F0 + number for number in range(0x20)})
    assert "<00F0> <00FF>" in mapping
    assert "<0100> <010F>" in mapping


def test_a_block_of_the_map_has_at_most_a_hundred_ranges() -> None:
    """More is against the specification too."""
    mapping = to_unicode_map("AAAAAA+Name", {0x4E00 + number: 2 * number for number in range(255)})
    assert [line for line in mapping.splitlines() if line.endswith("beginbfrange")] == [
        "100 beginbfrange",
        "100 beginbfrange",
        "55 beginbfrange",
    ]


def test_each_code_of_a_page_draws_the_character_that_it_is_read_as() -> None:
    """Codes are given when all pages are drawn: glyph and map to Unicode must speak of the same character."""
    reader = PdfReader(BytesIO(consent_form(CONSENT)))
    fonts: dict[str, Any] = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    compared = 0
    for name, font in zip((REGULAR, FALLBACK), fonts.values(), strict=True):
        face: Any = TTFontFile(str(resource_path("fonts", f"{name}.ttf")))
        (descendant,) = font["/DescendantFonts"]
        embedded = embedded_glyphs(descendant["/FontDescriptor"]["/FontFile2"].get_data())
        for code, character in characters_by_code(font["/ToUnicode"].get_data().decode("ascii")).items():
            tolerance = TOLERANCE if face.charWidths[ord(character)] >= 1000 else FINE
            true = coarser(face_glyph(face, ord(character)), face.unitsPerEm, tolerance)
            assert embedded[code][10:] == true[10:], character
            compared += 1
    assert compared > 300


def characters_by_code(mapping: str) -> dict[int, str]:
    """What a map to Unicode says: the character of each code."""
    found = {}
    for first, texts in re.findall(r"^<([0-9A-F]{4})> <[0-9A-F]{4}> \[(.*)\]$", mapping, re.MULTILINE):
        for code, text in enumerate(re.findall(r"<([0-9A-F]+)>", texts), start=int(first, 16)):
            found[code] = bytes.fromhex(text).decode("utf-16-be")
    return found


def face_glyph(face: Any, point: int) -> bytes:
    start, glyph = face.get_table_pos("glyf")[0], face.charToGlyph[point]
    return bytes(face._ttf_data[start + face.glyphPos[glyph] : start + face.glyphPos[glyph + 1]])


def embedded_glyphs(file: bytes) -> list[bytes]:
    """The glyphs of a TrueType file by their number."""
    (count,) = struct.unpack_from(">H", file, 4)
    places = {
        tag: (start, length) for tag, _, start, length in struct.iter_unpack(">4sLLL", file[12 : 12 + 16 * count])
    }
    tables = {tag: file[start : start + length] for tag, (start, length) in places.items()}
    (is_long,) = struct.unpack_from(">h", tables[b"head"], 50)
    offsets = [one if is_long else 2 * one for (one,) in struct.iter_unpack(">L" if is_long else ">H", tables[b"loca"])]
    return [tables[b"glyf"][start:end] for start, end in pairwise(offsets)]


def test_the_screen_can_load_the_same_fonts_under_the_names_we_say(qapp: object) -> None:
    """Qt knows each file by the family name that the style sheet uses."""
    from PySide6.QtGui import QFontDatabase

    families = [
        QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path))) for path in font_files()
    ]
    assert families == [[TEXT_FAMILY], [TEXT_FAMILY], [FALLBACK_FAMILY]]
