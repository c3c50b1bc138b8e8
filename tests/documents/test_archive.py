"""Forms keep the rules of PDF/A-2u (ISO 19005-2), as far as they can be checked without a validator."""

from __future__ import annotations

import re
import struct
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from desktop.documents.consent_form import consent_form
from desktop.documents.referral_slip import referral_slip
from tests.documents.form_samples import CONSENT, REFERRAL
from tests.documents.pdf_reading import run_on

FORMS = {"consent": lambda: consent_form(CONSENT), "file copy": lambda: referral_slip(REFERRAL)}


@pytest.fixture(scope="module", params=FORMS, name="pdf")
def each_form(request: pytest.FixtureRequest) -> bytes:
    return FORMS[request.param]()


def objects(pdf: bytes) -> list[Any]:
    reader = PdfReader(BytesIO(pdf))
    return [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]  # type: ignore[call-overload]


def fonts(pdf: bytes) -> list[Any]:
    return [one for one in objects(pdf) if hasattr(one, "get") and one.get("/Subtype") == "/CIDFontType2"]


def test_the_file_says_that_it_is_pdf_a_2u(pdf: bytes) -> None:
    """6.6.4: part and conformance stand in the XMP, which is not compressed."""
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in pdf
    (metadata,) = [one for one in objects(pdf) if hasattr(one, "get") and one.get("/Type") == "/Metadata"]
    assert not metadata.get("/Filter")


def test_title_and_program_are_the_same_in_both_descriptions(pdf: bytes) -> None:
    """6.6.3: what the document information says, the XMP says too, and neither says a time."""
    reader = PdfReader(BytesIO(pdf))
    xmp, information = reader.xmp_metadata, reader.metadata
    assert xmp is not None
    assert information is not None
    assert xmp.dc_title == {"x-default": information.title}
    assert xmp.dc_description == {"x-default": information.subject}
    assert xmp.xmp_creator_tool == information.creator == "Zoucun"
    assert xmp.pdf_producer == information.producer == "Zoucun"
    assert set(information) == {"/Title", "/Subject", "/Creator", "/Producer"}


def test_colours_have_a_meaning(pdf: bytes) -> None:
    """6.2.3: one output intent with an RGB profile for a screen."""
    root: Any = PdfReader(BytesIO(pdf)).root_object
    (intent,) = root["/OutputIntents"]
    profile = intent["/DestOutputProfile"].get_object()
    data = profile.get_data()
    assert intent["/S"] == "/GTS_PDFA1"
    assert profile["/N"] == 3
    assert (data[8], data[12:20], data[36:40], len(data)) == (4, b"mntrRGB ", b"acsp", int.from_bytes(data[:4], "big"))


def test_nothing_is_transparent_active_or_outside(pdf: bytes) -> None:
    """6.2.10, 6.5, 6.6.1: no transparency, no annotation, no action, no script, no embedded file."""
    forbidden = {"/SMask", "/ExtGState", "/Group", "/Annots", "/JavaScript", "/OpenAction", "/AA", "/EmbeddedFile"}
    found = {key for one in objects(pdf) for key in re.findall(r"/\w+", str(one))}
    assert "/FontDescriptor" in found
    assert not forbidden & found


def test_the_file_has_an_id_and_every_stream_ends_on_a_line_of_its_own(pdf: bytes) -> None:
    """6.1.3 and 6.1.7.1."""
    identifier: Any = PdfReader(BytesIO(pdf)).trailer["/ID"]
    first, second = identifier
    assert first == second
    assert pdf.count(b"endstream") == pdf.count(b"\nendstream\nendobj\n") > 8


def test_the_widths_of_the_embedded_font_are_those_of_the_layout(pdf: bytes) -> None:
    """6.2.11.5: no character differs by more than a thousandth."""
    for font in fonts(pdf):
        file = font["/FontDescriptor"]["/FontFile2"].get_data()
        (tables,) = struct.unpack_from(">H", file, 4)
        places = {
            name: (start, length)
            for name, _, start, length in (struct.unpack_from(">4sLLL", file, 12 + 16 * one) for one in range(tables))
        }
        (units,) = struct.unpack_from(">H", file, places[b"head"][0] + 18)
        listed = font["/W"]
        said = {int(listed[one]): float(listed[one + 1][0]) for one in range(0, len(listed), 2)}
        start, length = places[b"hmtx"]
        for code in range(length // 4):
            advance, _ = struct.unpack_from(">Hh", file, start + 4 * code)
            if advance:
                assert abs(advance * 1000 / units - said.get(code, 1000)) <= 1, code
        assert set(places) == {b"head", b"hhea", b"hmtx", b"maxp", b"loca", b"glyf"}


def test_every_code_that_a_page_shows_is_in_the_map_to_unicode(pdf: bytes) -> None:
    """6.2.11.7.2: all text can be read as Unicode; pdftotext finds no character without a meaning."""
    text = run_on(pdf, "pdftotext", "-enc", "UTF-8", "-", "-").decode()
    assert not re.search("[\ue000-\uf8ff\ufffd\ufeff]", text)
    assert len(text) > 500
