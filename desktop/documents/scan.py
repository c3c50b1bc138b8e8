"""Taking a signed sheet back in: a photograph or scan is made small and plain, and its printed mark is found.

Works in memory only. Of a picture only the pixels are kept: its EXIF data can tell where and when a home was
visited and with whose phone.
"""

from __future__ import annotations

import warnings
from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps

from desktop.documents.print_mark import PrintMark, parse_print_mark
from desktop.domain.errors import UserFacingError

LONGEST_SIDE = 2000
"""Pixels; A4 at this size is still read and printed well."""
LARGEST_SCAN = 400 * 1024
"""Bytes of a prepared scan."""
_LARGEST_INPUT = 40 * 1024 * 1024
_QUALITIES = (82, 72, 62, 52, 42, 32)
_QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")

_MOST_PIXELS = 89_000_000
"""More than an A4 scanner makes at 600 dpi."""

# Pillow's warnings quote what a file holds, on standard error; what matters of them is decided here.
warnings.filterwarnings("ignore", module=r"PIL\.")


def find_print(image_bytes: bytes) -> PrintMark | None:
    """The mark of the printed sheet in the picture, or None where no code of ours can be read.

    Raises UserFacingError ``scan.not-an-image`` or ``scan.too-large``.
    """
    image = _opened(image_bytes)
    for candidate in (image, _scaled(image, LONGEST_SIDE), ImageOps.autocontrast(image.convert("L"))):
        for barcode in zxingcpp.read_barcodes(candidate, formats=_QR_CODE):
            if mark := parse_print_mark(barcode.text):
                return mark
    return None


def prepare_scan(image_bytes: bytes) -> bytes:
    """The picture upright, at most 2000 pixels long, as a JPEG of at most 400 KiB without metadata.

    Raises UserFacingError ``scan.not-an-image`` or ``scan.too-large``.
    """
    image = _opened(image_bytes)
    for side in (LONGEST_SIDE, 1600, 1200, 800):
        smaller = _scaled(image, side)
        for quality in _QUALITIES:
            output = BytesIO()
            smaller.save(output, "JPEG", quality=quality, optimize=True)
            if output.tell() <= LARGEST_SCAN:
                return output.getvalue()
    raise UserFacingError("scan.too-large", bytes=len(image_bytes))


def _opened(image_bytes: bytes) -> Image.Image:
    """The picture as RGB, turned as its EXIF data say; its size is checked before a pixel is decoded."""
    if len(image_bytes) > _LARGEST_INPUT:
        raise UserFacingError("scan.too-large", bytes=len(image_bytes))
    try:
        with Image.open(BytesIO(image_bytes), formats=_FORMATS) as opened:
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
