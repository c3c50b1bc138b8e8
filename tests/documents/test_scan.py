"""A photographed sheet is recognised by its mark, and the picture is made small and plain."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image, ImageFilter

from desktop.documents.consent_form import consent_form
from desktop.documents.mark_reading import find_marks
from desktop.documents.print_mark import PrintMark, content_hash, parse_print_mark
from desktop.documents.scan import LARGEST_SCAN, LONGEST_SIDE, find_print, prepare_scan, read_pages
from desktop.documents.wording import load_wording
from desktop.domain.errors import UserFacingError
from tests.documents.form_samples import CONSENT
from tests.documents.pdf_reading import page_texts, run_on


@pytest.fixture(scope="module", name="page")
def printed_page() -> Image.Image:
    """Page 2 of a consent form as a printer would put it on paper."""
    return Image.open(BytesIO(run_on(consent_form(CONSENT), "pdftoppm", "-r", "200", "-f", "2", "-l", "2", "-")))


def photographed(page: Image.Image, orientation: int = 1) -> bytes:
    """The page on a table, a little turned and in poor light, with the camera's data beside the pixels."""
    table = Image.new("RGB", (2600, 3200), (120, 104, 90))
    turned = page.convert("RGB").rotate(4, expand=True, fillcolor=(120, 104, 90), resample=Image.Resampling.BICUBIC)
    table.paste(turned.point(lambda value: int(value * 0.7 + 20)), (250, 300))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "PHONE-MODEL-7"
    exif.get_ifd(0x8825)[2] = (27.0, 19.0, 51.0)
    if orientation == 6:
        table = table.rotate(90, expand=True)
    output = BytesIO()
    table.save(output, "JPEG", quality=70, exif=exif)
    return output.getvalue()


def expected_mark() -> PrintMark:
    full_hash = content_hash(CONSENT, load_wording("consent-self", "2026.1").sha256)
    return PrintMark(CONSENT.print_id.lower(), 2, len(page_texts(consent_form(CONSENT))), full_hash[:8])


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_photographed_sheet_is_recognised(page: Image.Image, orientation: int) -> None:
    """Print, page, number of pages and short hash are read from a turned photograph."""
    assert find_print(photographed(page, orientation)) == expected_mark()


def test_a_sheet_is_still_recognised_after_its_picture_was_made_small(page: Image.Image) -> None:
    """The county can file a stored scan by its mark as well."""
    assert find_print(prepare_scan(photographed(page))) == expected_mark()


def test_a_picture_without_our_mark_is_no_print() -> None:
    """A photograph of something else is said to be none of our sheets."""
    blank = BytesIO()
    Image.new("RGB", (600, 800), "white").save(blank, "PNG")
    assert find_print(blank.getvalue()) is None


@pytest.mark.parametrize(
    "payload", ["ZC1:A:1:2:0123ABCD:X", "ZC2:A:1:2:0123ABCD", "https://example.org", "ZC1:张:1:2:0123ABCD"]
)
def test_other_codes_are_not_ours(payload: str) -> None:
    """A parcel label on the table does not become a sheet."""
    assert parse_print_mark(payload) is None


def test_the_mark_says_nothing_of_the_person() -> None:
    """The QR code holds four values, none of them personal, and is read back as written."""
    mark = expected_mark()
    assert mark.payload() == f"ZC1:01JD9Z6Q5R:2:{mark.pages}:{mark.short_hash.upper()}"
    assert parse_print_mark(mark.payload()) == mark


def test_a_prepared_scan_is_upright_small_and_without_camera_data(page: Image.Image) -> None:
    """At most 2000 pixels and 400 KiB, a JPEG; no place, time or phone."""
    prepared = prepare_scan(photographed(page, orientation=6))
    image = Image.open(BytesIO(prepared))
    assert image.format == "JPEG"
    assert image.height == LONGEST_SIDE > image.width
    assert len(prepared) <= LARGEST_SCAN
    assert not image.getexif()
    assert b"PHONE-MODEL-7" not in prepared
    assert b"Exif" not in prepared


def test_a_picture_that_hardly_compresses_becomes_small_too() -> None:
    """Noise of a bad camera is given up before the limit is."""
    noise = Image.frombytes("RGB", (1600, 1600), random.Random(7).randbytes(1600 * 1600 * 3))
    source = BytesIO()
    noise.save(source, "PNG")
    assert len(prepare_scan(source.getvalue())) <= LARGEST_SCAN


@pytest.mark.parametrize("work", [find_print, prepare_scan])
@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 no picture", b"\x89PNG\r\n\x1a\n broken", b"\xff\xd8\xff\xe0 half"])
def test_what_is_not_a_picture_is_said_to_be_none(work: object, data: bytes) -> None:
    """A wrong or damaged file is an error in words."""
    with pytest.raises(UserFacingError) as caught:
        work(data)  # type: ignore[operator]
    assert caught.value.code == "scan.not-an-image"


def test_a_truncated_photograph_is_said_to_be_none(page: Image.Image) -> None:
    """Half a file from a full card does not become half a sheet."""
    with pytest.raises(UserFacingError) as caught:
        prepare_scan(photographed(page)[:60_000])
    assert caught.value.code == "scan.not-an-image"


def test_a_picture_that_would_fill_the_memory_is_not_opened() -> None:
    """A few kilobytes that claim to be 400 million pixels are refused before decoding."""
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(UserFacingError) as caught:
        prepare_scan(bomb.getvalue())
    assert caught.value.code == "scan.too-large"


@pytest.mark.parametrize("sharp", ["left", "right", "above", "below"])
def test_a_page_with_the_clearer_code_does_not_swallow_the_one_beside_it(sharp: str) -> None:
    """Two pages in one photograph, one of them blurred so that only a later pass reads it: both are seen."""
    first, second = (
        Image.open(BytesIO(run_on(consent_form(CONSENT), "pdftoppm", "-r", "110", "-f", page, "-l", page, "-")))
        for page in "12"
    )
    blurred = second.filter(ImageFilter.GaussianBlur(2))
    assert len(find_marks(blurred)) == 1, "a code that can be read"
    one, other = (first, blurred) if sharp in ("left", "above") else (blurred, first)
    is_beside = sharp in ("left", "right")
    size = (2 * first.width + 60, first.height + 40) if is_beside else (first.width + 40, 2 * first.height + 60)
    table = Image.new("RGB", size, (120, 104, 90))
    table.paste(one, (20, 20))
    table.paste(other, (first.width + 40, 20) if is_beside else (20, first.height + 40))
    assert {found.mark.page for found in find_marks(table)} == {1, 2}
    (page,) = read_pages(as_jpeg(table))
    assert len(page.marks) == 2
    assert page.straight is None


def test_a_single_page_far_from_the_edges_is_one_page(page: Image.Image) -> None:
    """Much bright table beside it is searched and holds nothing."""
    table = Image.new("RGB", (3 * page.width, 2 * page.height), (230, 228, 224))
    table.paste(page, (page.width, page.height // 2))
    (found,) = find_marks(table)
    assert found.mark == expected_mark()


def test_a_second_page_whose_code_nobody_can_read_is_noticed_all_the_same(page: Image.Image) -> None:
    """Out of focus: the picture is not taken for the sharp page's alone. Beside a plain table it is."""
    blurred = page.filter(ImageFilter.GaussianBlur(7))
    assert find_marks(blurred) == ()
    both = Image.new("RGB", (2 * page.width + 60, page.height + 40), (120, 104, 90))
    both.paste(page, (20, 20))
    alone = both.copy()
    both.paste(blurred, (page.width + 40, 20))
    for picture, is_several in ((both, True), (alone, False)):
        (seen,) = read_pages(as_jpeg(picture))
        assert [mark.page for mark in seen.marks] == [2]
        assert seen.is_several is is_several
        assert not (is_several and seen.straight)


def as_jpeg(image: Image.Image) -> bytes:
    """A photograph's bytes."""
    output = BytesIO()
    image.save(output, "JPEG", quality=85)
    return output.getvalue()
