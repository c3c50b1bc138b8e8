"""Strokes of one thickness stay of one thickness on the grid."""

from __future__ import annotations

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from desktop.documents.outlines import STEPS, coarser, contours_of
from desktop.documents.stems import Contour, places
from desktop.resources import resource_path


def bar(left: float, bottom: float, right: float, top: float) -> Contour:
    """A stroke as a rectangle, with the ink on the right of its way."""
    corners = [complex(left, top), complex(right, top), complex(right, bottom), complex(left, bottom)]
    return corners[-1], [(None, corner) for corner in corners]


def test_strokes_of_one_thickness_are_one_wherever_they_stand() -> None:
    """Each side by itself, 6.4 steps at 0.3 and at 20.4 would be seven and six."""
    contours = [bar(5, bottom, 90, bottom + 6.4) for bottom in (0.3, 20.4, 40.6)]
    assert [round(bottom + 6.4) - round(bottom) for bottom in (0.3, 20.4, 40.6)] == [7, 7, 6]
    across, up = places(contours, 2, 10)
    assert [up[bottom + 6.4] - up[bottom] for bottom in (0.3, 20.4, 40.6)] == [6, 6, 6]
    assert across == {}


def test_no_side_is_moved_by_more_than_a_step() -> None:
    """Of a stroke whose other side another stroke has placed, too."""
    contours = [bar(0, 0.4, 90, 6.9), bar(10, 6.9, 12, 90), bar(80.2, 0.4, 86.7, 90)]
    for sides in places(contours, 2, 10):
        assert sides
        assert all(abs(place - true) <= 1 for true, place in sides.items())


def test_the_gap_between_two_strokes_is_no_stroke() -> None:
    """Ink lies between the sides of a stroke, not beside them."""
    _, up = places([bar(0, 0, 90, 6), bar(0, 11.4, 90, 17.4)], 5, 7)
    assert sorted(up) == [0, 6, 11.4, 17.4]
    assert (up[6] - up[0], up[17.4] - up[11.4]) == (6, 6)


@pytest.mark.parametrize("character", "三王目国書")
def test_the_level_strokes_of_a_character_are_as_even_as_in_its_face(character: str) -> None:
    """Two strokes of one thickness in the face differ by no step on paper."""
    face = TTFontFile(str(resource_path("fonts", "NotoSansSC-Regular.ttf")))
    start, glyph = face.get_table_pos("glyf")[0], face.charToGlyph[ord(character)]
    data = bytes(face._ttf_data[start + face.glyphPos[glyph] : start + face.glyphPos[glyph + 1]])  # type: ignore[attr-defined]

    def thicknesses(contours: list[Contour]) -> list[float]:
        found = []
        for _, segments in contours:
            heights = sorted(end.imag for _, end in segments)
            if len(segments) == 4 and heights[0] == heights[1] and heights[2] == heights[3]:
                found.append(heights[2] - heights[0])
        return [one for one in found if one < STEPS / 10]

    true = thicknesses([*contours_of(data, STEPS / face.unitsPerEm)])
    drawn = thicknesses([*contours_of(coarser(data, face.unitsPerEm), 1)])
    assert sorted(drawn) == sorted(round(one) for one in true)
