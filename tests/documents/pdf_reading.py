"""Reading a PDF back with other programs: pypdf always, poppler and qpdf where they are installed."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader


def without_spaces(text: str) -> str:
    """Text as it was before it was broken into lines and cells."""
    return "".join(text.split())


@cache
def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page as pypdf reads it, without spaces and line ends."""
    return tuple(without_spaces(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages)


def whole_text(pdf: bytes) -> str:
    return "".join(page_texts(pdf))


def poppler_text(pdf: bytes) -> str:
    """The text as pdftotext reads it, line ends kept."""
    return run_on(pdf, "pdftotext", "-enc", "UTF-8", "-", "-").decode()


def run_on(pdf: bytes, program: str, *arguments: str) -> bytes:
    """What a program prints when it is given the PDF; the test is skipped where it is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} IS NOT INSTALLED: this promise was NOT tested (apt-get install poppler-utils qpdf)")
    return subprocess.run([program, *arguments], input=pdf, capture_output=True, check=True).stdout


def fonts_not_embedded(pdf: bytes) -> list[str]:
    """Names of the fonts that are used and have no font file or no ToUnicode map in the PDF."""
    missing = []
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for reference in resources["/Font"].values():
            font = reference.get_object()
            (descendant,) = font.get("/DescendantFonts", [font])
            if "/FontFile2" not in descendant.get_object().get("/FontDescriptor", {}) or "/ToUnicode" not in font:
                missing.append(str(font["/BaseFont"]))
    return missing


def type_size(pdf: bytes) -> int:
    """The size of type in which most of it stands, in whole points."""
    found: Counter[int] = Counter()
    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda text, _at, _line, _font, size: found.update({round(size): len(text)}))
    return found.most_common(1)[0][0]
