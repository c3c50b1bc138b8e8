"""A document written as PDF/A-2u (ISO 19005-2): it can be read as it is in as many years as the files are kept.

Everything a reader needs is in the file: fonts with their maps to Unicode, the meaning of its colours, its own
description as XMP. Objects that are no streams stand together in one compressed stream (ISO 32000-1, 7.5.7), which
reportlab's own writer cannot do.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

from desktop.documents.streams import deflated, plain
from desktop.resources import resource_path

_PROGRAM = "Zoucun"
_CONDITION = "sRGB IEC61966-2.1"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>{program}</xmp:CreatorTool><pdf:Producer>{program}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says of itself: never of a person, and no time, so that the same form gives the same bytes."""

    title: str
    subject: str
    language: str = "zh-Hans"


def archived(document: Any, description: Description) -> bytes:
    """The bytes of a reportlab document whose pages are all drawn."""
    for font in document.delayedFonts:
        font.addObjects(document)
    catalog = document.Reference(_catalog(document, description), "archive:catalog")
    information = document.Reference(_information(description), "archive:information")
    return _written(document, catalog, information)


def _catalog(document: Any, description: Description) -> Any:
    xmp = _XMP.format(title=escape(description.title), subject=escape(description.subject), program=_PROGRAM)
    metadata = plain(xmp.encode(), {"Type": "/Metadata", "Subtype": "/XML"})
    profile = deflated(resource_path("colour", "sRGB.icc").read_bytes(), {"N": 3})
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pdfdoc.PDFString(_CONDITION),
        "Info": pdfdoc.PDFString(_CONDITION),
        "DestOutputProfile": document.Reference(profile, "archive:profile"),
    }
    return pdfdoc.PDFDictionary(
        {
            "Type": "/Catalog",
            "Pages": document.Reference(document.Pages),
            "Lang": pdfdoc.PDFString(description.language),
            "Metadata": document.Reference(metadata, "archive:metadata"),
            "OutputIntents": pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)]),
        }
    )


def _information(description: Description) -> Any:
    return pdfdoc.PDFDictionary(
        {
            "Title": pdfdoc.PDFString(description.title),
            "Subject": pdfdoc.PDFString(description.subject),
            "Creator": pdfdoc.PDFString(_PROGRAM),
            "Producer": pdfdoc.PDFString(_PROGRAM),
        }
    )


def _written(document: Any, catalog: Any, information: Any) -> bytes:
    output = bytearray(b"%PDF-1.7\n%\xe8\xb5\xb0\xe6\x9d\x91\n")
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    gathered: list[tuple[int, bytes]] = []
    number = 1
    while number in document.numberToId:  # formatting an object may make further ones
        content = document.idToObject[document.numberToId[number]]
        formatted = pdfdoc.format(content, document, toplevel=1).strip(b"\n")
        if isinstance(content, pdfdoc.PDFStream):
            places[number] = (1, _add(output, number, formatted), 0)
        else:
            gathered.append((number, formatted))
        number += 1
    for index, (one, _) in enumerate(gathered):
        places[one] = (2, number, index)
    places[number] = (1, _add(output, number, pdfdoc.format(_object_stream(gathered), document, toplevel=1)), 0)
    start = len(output)
    places[number + 1] = (1, start, 0)
    digest = hashlib.sha256(output).hexdigest()[:32]
    rows = b"".join(struct.pack(">BIH", *places[one]) for one in sorted(places))
    entries = {
        "Type": "/XRef",
        "Size": number + 2,
        "W": pdfdoc.PDFArray([1, 4, 2]),
        "Root": catalog,
        "Info": information,
        "ID": f"[<{digest}> <{digest}>]",
    }
    _add(output, number + 1, pdfdoc.format(deflated(rows, entries), document, toplevel=1))
    output += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(output)


def _add(output: bytearray, number: int, formatted: bytes) -> int:
    """Append an object; returns where it begins."""
    start = len(output)
    output += b"%d 0 obj\n%b\nendobj\n" % (number, formatted.strip(b"\n"))
    return start


def _object_stream(gathered: list[tuple[int, bytes]]) -> Any:
    offsets, body = [], bytearray()
    for number, formatted in gathered:
        offsets.append(b"%d %d" % (number, len(body)))
        body += formatted + b"\n"
    head = b" ".join(offsets) + b"\n"
    return deflated(head + body, {"Type": "/ObjStm", "N": len(gathered), "First": len(head)})
