"""A picture carries more than its pixels: of all of it nothing but the pixels comes through, small and in memory."""

from __future__ import annotations

import random
import struct
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from desktop.documents.scan import LARGEST_SCAN, LONGEST_SIDE, find_print, prepare_scan
from desktop.domain.errors import UserFacingError

CANARY = b"JINSIQUE-7351-CANARY"
"""Stands in every place a camera or an editing program can write words to; looked for as it is and as text of Qt."""
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>' + CANARY + b"</dc:creator></x:xmpmeta>"


def pixels(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """Something to see, of any mode."""
    return Image.effect_mandelbrot(size, (-2, -1.2, 1, 1.2), 60).convert(mode)


def exif() -> bytes:
    """Maker, artist, place and time as a phone writes them, with a thumbnail of its own."""
    made = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        made[tag] = CANARY.decode()
    place = made.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (27.0, 19.0, 51.0), "E", (118.0, 7.0, 12.0)
    place[27] = CANARY
    details = made.get_ifd(0x8769)
    details[0x9003] = "2026:11:23 09:12:44"
    details[0x9286] = b"ASCII\0\0\0" + CANARY
    details[0x927C] = CANARY
    return made.tobytes()


def profile() -> bytes:
    """A colour profile that says whose it is."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made += CANARY
    made[0:4] = struct.pack(">I", len(made))
    return bytes(made)


def jpeg() -> bytes:
    output = BytesIO()
    pixels().save(output, "JPEG", exif=exif(), icc_profile=profile(), comment=CANARY, xmp=XMP)
    return output.getvalue() + b"\xff\xd9" + CANARY  # a motion photo's film follows the picture


def png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", CANARY.decode())
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    words.add_text("Comment", CANARY.decode(), zip=True)
    output = BytesIO()
    pixels().save(output, "PNG", pnginfo=words, exif=exif(), icc_profile=profile())
    return output.getvalue()


def tiff() -> bytes:
    words = TiffImagePlugin.ImageFileDirectory_v2()
    for tag in (270, 271, 272, 305, 315, 33432):
        words[tag] = CANARY.decode()
    words[700] = XMP
    output = BytesIO()
    pixels().save(
        output, "TIFF", tiffinfo=words, save_all=True, append_images=[pixels()], icc_profile=profile()
    )  # the second page is the thumbnail
    return output.getvalue()


def webp() -> bytes:
    output = BytesIO()
    pixels().save(output, "WEBP", exif=exif(), xmp=XMP, icc_profile=profile())
    return output.getvalue()


@pytest.mark.parametrize("picture", [jpeg, png, tiff, webp])
def test_nothing_but_the_pixels_comes_through(picture: Callable[[], bytes]) -> None:
    """Camera, place, time, author, remarks, thumbnail, profile: in the source, and in no form in what is kept."""
    source = picture()
    assert CANARY in source
    prepared = prepare_scan(source)
    kept = Image.open(BytesIO(prepared))
    assert (kept.format, kept.size) == ("JPEG", (640, 480))
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    for needle in (CANARY, CANARY.decode().encode("utf-16-le"), b"Exif", b"xmp", b"ICC_PROFILE", b"2026:11:23"):
        assert needle not in prepared


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"])
def test_pictures_of_every_mode_are_kept_in_colour_or_refused_in_words(mode: str) -> None:
    """What a scanner may give: two colours, palettes, CMYK, sixteen bits."""
    output = BytesIO()
    if mode == "LAB":
        change = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        made = ImageCms.applyTransform(pixels(), change)
        assert made is not None
    else:
        made = pixels(mode=mode)
    made.save(output, "TIFF" if mode in ("CMYK", "YCbCr", "LAB", "F", "I") else "PNG")
    kept = Image.open(BytesIO(prepare_scan(output.getvalue())))
    assert (kept.mode, kept.size) == ("RGB", (640, 480))


def test_sixteen_bits_of_grey_keep_their_light_and_dark() -> None:
    """A scanner's sixteen bits are brought to eight, not cut off: half of full is grey and not white."""
    half = Image.frombytes("I;16", (200, 100), struct.pack("<200H", *[0] * 100, *[32768] * 100) * 100)
    output = BytesIO()
    half.save(output, "PNG")
    kept = Image.open(BytesIO(prepare_scan(output.getvalue())))
    assert kept.getpixel((20, 50)) == (0, 0, 0)
    assert all(110 <= value <= 145 for value in kept.getpixel((180, 50)))  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "TIFF"])
def test_of_a_moving_picture_the_first_is_kept(kind: str) -> None:
    """Not the second, in which somebody may walk through the room."""
    first, second = Image.new("RGB", (300, 200), "white"), Image.new("RGB", (300, 200), "black")
    output = BytesIO()
    first.save(output, kind, save_all=True, append_images=[second])
    kept = Image.open(BytesIO(prepare_scan(output.getvalue())))
    assert kept.convert("L").getpixel((150, 100)) == 255


def _png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims a size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def _text_bomb() -> bytes:
    """A PNG whose compressed remark is half a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()
    body = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    output = BytesIO()
    pixels((64, 64)).save(output, "PNG")
    whole = output.getvalue()
    return whole[:33] + chunk + whole[33:]


@pytest.mark.parametrize("work", [find_print, prepare_scan])
@pytest.mark.parametrize(
    "bomb",
    [
        lambda: _png_header(65_000, 65_000),
        lambda: _png_header(2_000_000_000, 1),
        lambda: _png_header(0, 10),
        _text_bomb,
    ],
    ids=["area", "width", "nothing", "remark"],
)
def test_what_would_fill_the_memory_is_refused_in_words(
    work: Callable[[bytes], object], bomb: Callable[[], bytes]
) -> None:
    """Before it is decoded, with a code that has its sentence; never an exception of the library."""
    with pytest.raises(UserFacingError) as caught:
        work(bomb())
    assert caught.value.code in {"scan.too-large", "scan.not-an-image"}


def test_random_damage_is_never_a_bug() -> None:
    """Two hundred pictures with a few bytes changed: kept or refused in words, within the limits."""
    chance = random.Random(61)
    codes: set[str] = set()
    sources = [picture() for picture in (jpeg, png, tiff, webp)]
    for number in range(200):
        damaged = bytearray(sources[number % 4])
        for _ in range(chance.randrange(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as the program runs
            try:
                prepared = prepare_scan(bytes(damaged))
            except UserFacingError as error:
                codes.add(error.code)
                continue
        assert len(prepared) <= LARGEST_SCAN
        assert max(Image.open(BytesIO(prepared)).size) <= LONGEST_SIDE
    assert codes <= {"scan.too-large", "scan.not-an-image"}


def test_a_heic_of_an_iphone_is_said_to_be_unreadable() -> None:
    """There is no decoder for it here; the words say which kinds are taken."""
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
    with pytest.raises(UserFacingError) as caught:
        prepare_scan(heic)
    assert caught.value.code == "scan.not-an-image"
