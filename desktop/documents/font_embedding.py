"""A face in a PDF: one Type 0 font per document, with the outlines of the characters used and nothing else.

reportlab embeds a TrueType face as several fonts of 256 characters with all its tables, and its ToUnicode maps are
wrong beyond U+FFFF, so that 𠮷 would be copied and searched as another character. Here every document has one font
per face (ISO 32000-1, 9.7), only the tables that a reader of PDF needs (9.9), and outlines as ``outlines`` draws them.

Codes are given when all pages are drawn, so that characters with outlines of one kind stand together in the file: that
compresses better. Until then pages hold code points (``EmbeddedFont.shown``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFont, TTFontMaker

from desktop.documents.outlines import FINE, STEPS, TOLERANCE, coarser
from desktop.documents.streams import deflated

_SUBSET_TAG = "AAAAAA"
_SYMBOLIC = 4
_SHORT_OFFSETS = 2 * 0xFFFF
"""Up to so many bytes of outlines their places are written as halves of two bytes."""
_DIGITS = 6
"""Hexadecimal digits of a code point."""
_FONT_OR_TEXT = re.compile(rf"/(?P<font>F\d+) [\d.]+ Tf|<(?P<points>(?:[0-9A-F]{{{_DIGITS}}})*)>")
_FULL_WIDTH = 1000
"""In thousandths of an em: what is narrower is a letter, a digit or a sign."""
_BLOCK = 100
"""At most so many ranges in one block of a ToUnicode map (Adobe Technical Note 5014)."""


def _codes() -> Iterator[int]:
    """Codes of two bytes that stand in a PDF string as they are: nothing to escape, nothing above 7 bits."""
    plain = [byte for byte in range(0x20, 0x7F) if byte not in b"()\\"]
    for high in range(0x80):
        if high not in b"\r\n()\\":
            yield from (high << 8 | low for low in plain)


class _Used:
    """Which characters a document uses of one face, and their codes once all are known."""

    def __init__(self) -> None:
        self.internal_name = ""
        self.points: set[int] = set()
        self.codes: Mapping[int, int] = {}

    def give_codes(self, order: Callable[[int], Any]) -> None:
        self.codes = dict(zip(sorted(self.points, key=order), _codes(), strict=False))

    def coded(self, points: str) -> str:
        """The string of a page for code points as ``EmbeddedFont.shown`` writes them."""
        codes = [self.codes[int(points[start : start + _DIGITS], 16)] for start in range(0, len(points), _DIGITS)]
        return f"({struct.pack(f'>{len(codes)}H', *codes).decode('ascii')})"


class EmbeddedFont(TTFont):
    """A reportlab font that is embedded as described above. Not for two documents at once."""

    face: Any  # the stubs know too little of it

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False, shapable=False)
        # Widths on the grid of the outlines, so that what is laid out is what the embedded font says.
        step = 1000 / STEPS
        self.face.charWidths = {point: round(width / step) * step for point, width in self.face.charWidths.items()}
        self._outlines: dict[int, bytes] = {}
        self._used: WeakKeyDictionary[Any, _Used] = WeakKeyDictionary()

    def shown(self, text: str, doc: Any) -> str:
        """The words of a page that show a text in this font: code points, until ``with_codes``."""
        self._used_in(doc).points.update(map(ord, text))
        return f"<{''.join(f'{ord(character):0{_DIGITS}X}' for character in text)}> Tj"

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:  # noqa: N802, ARG002
        """The name by which pages call the document's font."""
        used = self._used_in(doc)
        if not used.internal_name:
            used.internal_name = f"F{len(doc.fontMapping) + 1}"
            doc.fontMapping[self.fontName] = f"/{used.internal_name}"
            doc.delayedFonts.append(self)
        return f"/{used.internal_name}"

    def _used_in(self, doc: Any) -> _Used:
        used = self._used.get(doc)
        if used is None:
            used = self._used[doc] = _Used()
        return used

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Write the font into the document; reportlab calls it when all pages are drawn."""
        used = self._used.pop(doc)
        name = f"{_SUBSET_TAG}+{self.face.name.decode('ascii')}"
        widths = {code: self.face.getCharWidth(point) for point, code in used.codes.items()}
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": f"/{name}",
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {
                        "Registry": pdfdoc.PDFString("Adobe"),
                        "Ordering": pdfdoc.PDFString("Identity"),
                        "Supplement": 0,
                    }
                ),
                "CIDToGIDMap": "/Identity",
                "DW": 1000,
                "W": pdfdoc.PDFArray(
                    [
                        part
                        for code, width in widths.items()
                        if width != 1000
                        for part in (code, pdfdoc.PDFArray([width]))
                    ]
                ),
                "FontDescriptor": doc.Reference(self._descriptor(doc, name, used.codes), f"descriptor:{name}"),
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": f"/{name}",
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([doc.Reference(descendant, f"descendant:{name}")]),
                "ToUnicode": doc.Reference(deflated(to_unicode_map(name, used.codes).encode()), f"unicode:{name}"),
            }
        )
        doc.idToObject["BasicFonts"].dict[used.internal_name] = doc.Reference(font, f"font:{name}")

    def _descriptor(self, doc: Any, name: str, codes: Mapping[int, int]) -> Any:
        face = self.face
        file = self._font_file(codes)
        return pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": f"/{name}",
                "Flags": _SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(face.bbox),
                "ItalicAngle": face.italicAngle,
                "Ascent": face.ascent,
                "Descent": face.descent,
                "CapHeight": face.capHeight,
                "StemV": face.stemV,
                "FontFile2": doc.Reference(deflated(file, {"Length1": len(file)}), f"file:{name}"),
            }
        )

    def _font_file(self, codes: Mapping[int, int]) -> bytes:
        """A TrueType file in which the glyph of a character has the character's code as its number."""
        face = self.face
        points = {code: point for point, code in codes.items()}
        count = max(points, default=0) + 1
        offsets, outlines, metrics = [], bytearray(), bytearray()
        up, down, *box = (round(metric * STEPS / 1000) for metric in (face.ascent, face.descent, *face.bbox))
        for code in range(count):
            offsets.append(len(outlines))
            point = points.get(code)
            outline = b"" if point is None else self._outline(point)
            advance = 0 if point is None else round(face.getCharWidth(point) * STEPS / 1000)
            # Each glyph says the box of the whole face, and that it begins there: what is the same everywhere costs
            # nothing, and readers draw by the outline, from the point where both agree.
            metrics += struct.pack(">Hh", advance, box[0])
            outlines += outline[:2] + struct.pack(">4h", *box) + outline[10:] if outline else b""
        offsets.append(len(outlines))
        font = TTFontMaker()
        head = bytearray(face.get_table("head"))
        struct.pack_into(">H", head, 18, STEPS)
        struct.pack_into(">4h", head, 36, *box)
        is_long = len(outlines) > _SHORT_OFFSETS
        struct.pack_into(">h", head, 50, is_long)
        font.add("head", bytes(head))
        font.add("hhea", struct.pack(">I3hH11hH", 0x00010000, up, down, 0, STEPS, *[0] * 11, count))
        font.add("maxp", face.get_table("maxp")[:4] + struct.pack(">H", count) + face.get_table("maxp")[6:])
        font.add("hmtx", bytes(metrics))
        font.add(
            "loca",
            struct.pack(f">{count + 1}I", *offsets)
            if is_long
            else struct.pack(f">{count + 1}H", *(offset // 2 for offset in offsets)),
        )
        font.add("glyf", bytes(outlines))
        return bytes(font.makeStream())

    def likeness(self, point: int) -> tuple[bytes, int, int]:
        """By this order characters with as many contours, and of these with as long outlines, stand together."""
        outline = self._outline(point)
        return outline[:2], len(outline), point

    def _outline(self, point: int) -> bytes:
        """The outline on the coarser grid, kept for the next document."""
        if point not in self._outlines:
            face = self.face
            start, glyph = face.get_table_pos("glyf")[0], face.charToGlyph[point]
            self._outlines[point] = coarser(
                face._ttf_data[start + face.glyphPos[glyph] : start + face.glyphPos[glyph + 1]],
                face.unitsPerEm,
                TOLERANCE if face.getCharWidth(point) >= _FULL_WIDTH else FINE,
            )
        return self._outlines[point]


def with_codes(pages: Iterable[str], doc: Any) -> Iterator[str]:
    """The pages of a document, all drawn, with the codes of its fonts for the code points of ``EmbeddedFont.shown``."""
    fonts = {}
    for font in doc.delayedFonts:
        used = font._used_in(doc)
        used.give_codes(font.likeness)
        fonts[used.internal_name] = used
    for page in pages:
        yield _coded(page, fonts)


def _coded(page: str, fonts: Mapping[str, _Used]) -> str:
    font = next(iter(fonts.values()))

    def written(found: re.Match[str]) -> str:
        nonlocal font
        if found["font"]:
            font = fonts[found["font"]]
            return found[0]
        return font.coded(found["points"])

    return _FONT_OR_TEXT.sub(written, page)


def to_unicode_map(name: str, codes: Mapping[int, int]) -> str:
    """The ToUnicode CMap of a font: code → UTF-16BE, with surrogate pairs beyond U+FFFF (ISO 32000-1, 9.10.3).

    ``codes`` are the codes by code point. Neighbouring codes stand in one range, never across a high byte.
    """
    points = {code: point for point, code in codes.items()}
    ranges = []
    for _, run in groupby(enumerate(sorted(points)), key=lambda pair: (pair[1] - pair[0], pair[1] >> 8)):
        run_codes = [code for _, code in run]
        texts = "".join(f"<{chr(points[code]).encode('utf-16-be').hex().upper()}>" for code in run_codes)
        ranges.append(f"<{run_codes[0]:04X}> <{run_codes[-1]:04X}> [{texts}]")
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for start in range(0, len(ranges), _BLOCK):
        block = ranges[start : start + _BLOCK]
        lines += [f"{len(block)} beginbfrange", *block, "endbfrange"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)
