"""The robustness set: real printed pages as bad scanners and phones give them back are known again, and never wrongly.

24 pictures in the ordinary run; ``ZOUCUN_PICTURES=216`` makes all of them and prints the figures (with ``-s``).
"""

from __future__ import annotations

import hashlib
import math
import os
import sys
from collections import Counter
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from PIL import Image, ImageFilter

from desktop.documents.consent_form import consent_form
from desktop.documents.pdf import CODE_ON_PAPER
from desktop.documents.perspective import moved, transform_between
from desktop.documents.print_mark import PrintMark
from desktop.documents.scan import LARGEST_SCAN, LONGEST_SIDE, find_print, read_pages
from desktop.documents.withdrawal_form import withdrawal_form
from tests.documents.form_samples import CONSENT, WITHDRAWAL
from tests.documents.pdf_reading import page_texts
from tests.documents.spoiled_pictures import RESOLUTIONS, at_resolution, printed_page, spoiled

PICTURES = int(os.environ.get("ZOUCUN_PICTURES", "24"))
SEED = int(os.environ.get("ZOUCUN_PICTURE_SEED", "0"))
LEAST_RIGHT = 0.99


@dataclass(frozen=True)
class Printed:
    """One page of paper in this world."""

    pdf: bytes
    print_id: str
    page: int


@pytest.fixture(scope="module", name="stack")
def a_stack_of_paper() -> tuple[Printed, ...]:
    """Every page of four prints: two people's consent, one of them in large type, one twice, and a withdrawal."""
    ids = [hashlib.sha256(bytes([number])).hexdigest()[:32] for number in range(4)]
    prints = [
        (ids[0], consent_form(replace(CONSENT, print_id=ids[0]))),
        (ids[1], consent_form(replace(CONSENT, print_id=ids[1], large_type=True))),
        (ids[2], consent_form(replace(CONSENT, print_id=ids[2], recipients=CONSENT.recipients[:1]))),
        (f"{ids[3][:24]}-withdraw", withdrawal_form(replace(WITHDRAWAL, print_id=f"{ids[3][:24]}-withdraw"))),
    ]
    return tuple(Printed(pdf, name, page) for name, pdf in prints for page in range(1, len(page_texts(pdf)) + 1))


def test_spoiled_pictures_are_filed_right_or_not_at_all(stack: tuple[Printed, ...]) -> None:
    """At least 99 of 100 are recognised, whatever was done to them; none is ever taken for another page."""
    outcomes: Counter[str] = Counter()
    failures = []
    # Steps that are prime to the ways of spoiling let every page meet every way, in a small sample too.
    seeds = range(SEED, SEED + PICTURES) if PICTURES >= 200 else [SEED + 7 * number for number in range(PICTURES)]
    for seed in seeds:
        paper = stack[seed % len(stack)]
        picture = spoiled(paper.pdf, paper.page, seed)
        mark = find_print(picture.picture)
        outcome = _outcome(mark, paper)
        outcomes[outcome] += 1
        if outcome != "right":
            failures.append(f"{outcome}: {picture.done}")
    figures = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
    sys.stdout.write(f"\n{PICTURES} spoiled pictures, ZOUCUN_PICTURE_SEED={SEED}: {figures}\n")
    sys.stdout.write("".join(f"{one}\n" for one in failures))
    assert outcomes["wrong"] == 0, failures
    assert outcomes["right"] >= math.floor(LEAST_RIGHT * PICTURES), failures


def _outcome(mark: PrintMark | None, paper: Printed) -> str:
    if mark is None:
        return "not recognised"
    return "right" if (mark.print_id, mark.page) == (paper.print_id, paper.page) else "wrong"


@pytest.mark.parametrize("seed", [len(RESOLUTIONS) + 2, 2 * len(RESOLUTIONS) + 3, 3 * len(RESOLUTIONS) + 4])
def test_a_sheet_on_a_table_is_laid_flat(stack: tuple[Printed, ...], seed: int) -> None:
    """Turned, from the side, far away: what is kept shows the sheet alone, upright, and the picture as it came too."""
    paper = stack[0]
    (page,) = read_pages(spoiled(paper.pdf, paper.page, seed).picture)
    assert [mark.print_id for mark in page.marks] == [paper.print_id]
    assert page.straight is not None
    straight = Image.open(BytesIO(page.straight))
    assert max(straight.size) <= LONGEST_SIDE
    assert max(len(page.straight), len(page.original)) <= LARGEST_SCAN
    assert straight.height / straight.width == pytest.approx(297 / 210, rel=0.01)
    corners = _code_corners(page.straight)
    left, top, side = (part * straight.width / 210 for part in CODE_ON_PAPER)
    expected = ((left, top), (left + side, top), (left + side, top + side), (left, top + side))
    millimetre = straight.width / 210
    assert max(math.dist(a, b) for a, b in zip(corners, expected, strict=True)) < 3 * millimetre


def test_two_sheets_in_one_picture_are_two_also_where_each_is_found_in_a_tile() -> None:
    """Small and blurred in a large photograph, no look at the whole sees either; the first tile ends nothing."""
    table = Image.new("L", (3200, 1500), 110)
    ids = [hashlib.sha256(bytes([number])).hexdigest()[:32] for number in (5, 6)]
    for left, print_id in zip((200, 1900), ids, strict=True):
        seen = at_resolution(printed_page(consent_form(replace(CONSENT, print_id=print_id)), 1), 80)
        table.paste(seen.filter(ImageFilter.GaussianBlur(1.2)), (left, 300))
    output = BytesIO()
    table.save(output, "PNG")
    (page,) = read_pages(output.getvalue())
    assert {mark.print_id for mark in page.marks} == set(ids)


def _code_corners(picture: bytes) -> tuple[tuple[float, float], ...]:
    from desktop.documents.mark_reading import find_marks

    (found,) = find_marks(Image.open(BytesIO(picture)))
    return found.corners


def test_the_plane_through_four_corners_takes_each_to_its_own() -> None:
    """The arithmetic under it: a quadrilateral on a quadrilateral, and a line on nothing."""
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    seen = ((3.0, 1.0), (9.0, 2.0), (12.0, 11.0), (1.0, 8.0))
    plane = transform_between(square, seen)
    for corner, there in zip(square, seen, strict=True):
        assert moved(plane, corner) == pytest.approx(there)
    with pytest.raises(ValueError, match="line"):
        transform_between(square, ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)))
