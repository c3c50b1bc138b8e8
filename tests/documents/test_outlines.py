"""Characters on paper look as their face draws them, though they have fewer points on a coarser grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from desktop.documents.outlines import FINE, STEPS, coarser, contours_of
from desktop.documents.stems import Contour
from desktop.resources import resource_path

FACES = ("NotoSansSC-Regular", "HanaMinB")


@pytest.fixture(scope="module", params=FACES, name="face")
def each_face(request: pytest.FixtureRequest) -> TTFontFile:
    return TTFontFile(str(resource_path("fonts", f"{request.param}.ttf")))


def outline(face: Any, number: int) -> bytes:
    """The glyph's outline as the face has it."""
    start = face.get_table_pos("glyf")[0]
    return bytes(face._ttf_data[start + face.glyphPos[number] : start + face.glyphPos[number + 1]])


def glyphs(face: TTFontFile, every: int) -> Iterator[tuple[str, bytes]]:
    """Each so manieth character of the face, with its outline."""
    for point in sorted(face.charToGlyph)[::every]:
        number = face.charToGlyph[point]
        data = outline(face, number)
        if data:
            yield chr(point), data


def drawn(contours: Iterable[Contour]) -> list[list[complex]]:
    """The contours as polygons, each curve as four pieces."""
    polygons = []
    for start, segments in contours:
        polygon = [start]
        for control, end in segments:
            here = polygon[-1]
            middle = (here + end) / 2 if control is None else control
            for step in range(1, 5):
                share = step / 4
                polygon.append((1 - share) ** 2 * here + 2 * share * (1 - share) * middle + share**2 * end)
        polygons.append(polygon)
    return polygons


def area(polygons: list[list[complex]]) -> float:
    return sum((one.conjugate() * other).imag / 2 for polygon in polygons for one, other in pairwise(polygon))


def box(polygons: list[list[complex]]) -> tuple[float, float, float, float]:
    points = [point for polygon in polygons for point in polygon]
    across, up = [point.real for point in points], [point.imag for point in points]
    return min(across), min(up), max(across), max(up)


def test_every_character_keeps_its_place_and_its_weight(face: TTFontFile) -> None:
    """Nothing sticks out, nothing is lost, no stroke grows or shrinks: a spike on 政 was seen once."""
    differing = []
    for character, data in glyphs(face, every=61):
        before = drawn(contours_of(data, STEPS / face.unitsPerEm))
        after = drawn(contours_of(coarser(data, face.unitsPerEm), 1))
        moved = max(abs(one - other) for one, other in zip(box(before), box(after), strict=True))
        if moved > 1.5 or abs(area(after) - area(before)) > 0.12 * abs(area(before)) + 15:
            differing.append((character, moved, area(before), area(after)))
    assert differing == []


@pytest.mark.parametrize("character", "政府")
def test_a_curve_is_not_drawn_around_a_far_corner(character: str) -> None:
    """Where two curves turn back, one curve in their place would have its control point far away."""
    face = TTFontFile(str(resource_path("fonts", "NotoSansSC-Regular.ttf")))
    data = outline(face, face.charToGlyph[ord(character)])
    controls = [
        control
        for _, segments in contours_of(coarser(data, face.unitsPerEm), 1)
        for control, _ in segments
        if control is not None
    ]
    assert controls
    assert all(-STEPS / 4 < control.real < STEPS * 5 / 4 for control in controls)
    assert all(-STEPS / 4 < control.imag < STEPS * 5 / 4 for control in controls)


def test_a_tip_narrower_than_a_step_is_not_cut_off() -> None:
    """Both ends of the top of ☆ come to one point: one of them has to stay."""
    face = TTFontFile(str(resource_path("fonts", "NotoSansSC-Regular.ttf")))
    glyph = coarser(outline(face, face.charToGlyph[ord("☆")]), face.unitsPerEm)
    assert max(end.imag for _, segments in contours_of(glyph, 1) for _, end in segments) == round(0.821 * STEPS)


def test_letters_are_drawn_nearer_to_their_face_than_characters() -> None:
    """A five is round and has to look like a five: its curves stay curves."""
    face = TTFontFile(str(resource_path("fonts", "NotoSansSC-Regular.ttf")))
    data = outline(face, face.charToGlyph[ord("5")])
    curves = [
        sum(control is not None for _, segments in contours_of(glyph, 1) for control, _ in segments)
        for glyph in (coarser(data, face.unitsPerEm), coarser(data, face.unitsPerEm, FINE))
    ]
    assert curves[0] < curves[1]


def test_no_character_is_made_of_others(face: TTFontFile) -> None:
    """Only simple glyphs are embedded; a face with others would need more."""
    assert all(data[0] < 0x80 for _, data in glyphs(face, every=1))
    with pytest.raises(ValueError, match="made of others"):
        coarser(b"\xff\xff" + bytes(20), face.unitsPerEm)


def test_a_space_stays_empty() -> None:
    """A glyph without an outline has none on paper either."""
    assert coarser(b"", 1000) == b""
