"""Taking a signed sheet back in: pictures and PDFs are made small and plain, and the printed marks are found.

Works in memory only. Of a picture only the pixels are kept: its EXIF data can tell where and when a home was
visited and with whose phone.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from desktop.documents import portable_pages
from desktop.documents.mark_reading import find_marks, has_page_beside
from desktop.documents.print_mark import PrintMark
from desktop.documents.straightening import straightened
from desktop.domain.errors import UserFacingError

LONGEST_SIDE = 2000
"""Pixels; A4 at this size is still read and printed well."""
LARGEST_SCAN = 400 * 1024
"""Bytes of a prepared scan."""
MOST_PAGES = 40
"""Of one file; what is written down of them has to fit into one action."""
_LARGEST_INPUT = 40 * 1024 * 1024
_QUALITIES = (82, 72, 62, 52, 42, 32)
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")

_MOST_PIXELS = 89_000_000
"""More than an A4 scanner makes at 600 dpi."""

# Pillow's warnings quote what a file holds, on standard error; what matters of them is decided here.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page of a file that came back, as JPEGs of at most 2000 pixels and 400 KiB without metadata."""

    marks: tuple[PrintMark, ...]
    """The codes of ours that it shows: one, none that can be read, or several sheets in one picture."""
    original: bytes
    """As it came."""
    straight: bytes | None
    """Laid flat and upright; None where nothing was to be made better or the sheet's edges could not be told."""
    is_several: bool = False
    """More than one page in one picture, also where the code of only one of them can be read."""


def read_pages(file: bytes) -> Iterator[ScannedPage]:
    """Every page of a picture, of a scanner's TIFF of many pages or of a PDF, one at a time.

    Raises UserFacingError ``scan.not-an-image``, ``scan.too-large``, ``scan.pdf-locked`` or ``scan.too-many-pages``.
    """
    for picture in _pictures(file):
        found = find_marks(picture)
        is_several = len(found) > 1 or (len(found) == 1 and has_page_beside(picture, found[0]))
        straight = straightened(picture, found[0], LONGEST_SIDE) if found and not is_several else None
        yield ScannedPage(
            tuple(one.mark for one in found),
            _prepared(picture),
            None if straight is None else _prepared(straight),
            is_several,
        )


def all_pages(file: bytes) -> tuple[ScannedPage, ...]:
    """``read_pages`` to the end, for another process to do: a second or more of work for each page."""
    return tuple(read_pages(file))


def find_print(image_bytes: bytes) -> PrintMark | None:
    """The mark of the printed sheet in the picture, or None where no code of ours can be read.

    Raises UserFacingError ``scan.not-an-image`` or ``scan.too-large``.
    """
    found = find_marks(_opened(image_bytes))
    return found[0].mark if found else None


def prepare_scan(image_bytes: bytes) -> bytes:
    """The picture upright, at most 2000 pixels long, as a JPEG of at most 400 KiB without metadata.

    Raises UserFacingError ``scan.not-an-image`` or ``scan.too-large``.
    """
    return _prepared(_opened(image_bytes))


def _prepared(image: Image.Image) -> bytes:
    for side in (LONGEST_SIDE, 1600, 1200, 800):
        smaller = _scaled(image, side)
        for quality in _QUALITIES:
            output = BytesIO()
            smaller.save(output, "JPEG", quality=quality, optimize=True)
            if output.tell() <= LARGEST_SCAN:
                return output.getvalue()
    raise UserFacingError("scan.too-large")


def _pictures(file: bytes) -> Iterator[Image.Image]:
    if len(file) > _LARGEST_INPUT:
        raise UserFacingError("scan.too-large", bytes=len(file))
    if portable_pages.is_pdf(file):
        yield from portable_pages.drawn_pages(file, MOST_PAGES)
        return
    pages = _page_count(file)
    if pages > MOST_PAGES:
        raise UserFacingError("scan.too-many-pages", pages=pages, most=MOST_PAGES)
    for number in range(pages):
        yield _opened(file, number)


def _page_count(file: bytes) -> int:
    """How many pages a scanner's TIFF has; every other picture is one."""
    try:
        with Image.open(BytesIO(file), formats=_FORMATS) as opened:
            return int(getattr(opened, "n_frames", 1)) if opened.format == "TIFF" else 1
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UserFacingError("scan.too-large", bytes=len(file)) from None
    except Exception:  # noqa: BLE001 - decoders fail on damaged files in every way there is
        raise UserFacingError("scan.not-an-image") from None


def _opened(image_bytes: bytes, page: int = 0) -> Image.Image:
    """The picture as RGB, turned as its EXIF data say; its size is checked before a pixel is decoded."""
    if len(image_bytes) > _LARGEST_INPUT:
        raise UserFacingError("scan.too-large", bytes=len(image_bytes))
    try:
        with Image.open(BytesIO(image_bytes), formats=_FORMATS) as opened:
            if page:
                opened.seek(page)
            if opened.width * opened.height > _MOST_PIXELS:
                raise UserFacingError("scan.too-large", bytes=len(image_bytes))
            # A JPEG can be decoded at a fraction of its size, which saves time and memory.
            opened.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            return _on_white(_in_eight_bits(upright))
    except UserFacingError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UserFacingError("scan.too-large", bytes=len(image_bytes)) from None
    except Exception:  # noqa: BLE001 - decoders fail on damaged files in every way there is
        raise UserFacingError("scan.not-an-image") from None


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of sixteen bits and more brought to eight; Pillow's own conversion turns all but the darkest white."""
    if not image.mode.startswith(("I", "F")):
        return image
    wide = image.convert("F")
    _, brightest = wide.getextrema()
    if not isinstance(brightest, float) or brightest <= 255:
        return wide.convert("L")
    full = max(65535.0, brightest)
    return wide.point(lambda value: value * (255 / full)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """RGB without an alpha channel and without whatever the picture carried beside its pixels."""
    rgba = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    plain = Image.new("RGB", rgba.size, "white")
    plain.paste(rgba, mask=rgba.getchannel("A") if rgba.mode == "RGBA" else None)
    return plain


def _scaled(image: Image.Image, longest_side: int) -> Image.Image:
    factor = longest_side / max(image.size)
    if factor >= 1:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS)
