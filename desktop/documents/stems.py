"""Where the straight sides of strokes go on a coarse grid: first how thick a stroke is, then where it stands.

Each side rounded by itself, strokes of one thickness come out in two, and the eye sees that at once; that a stroke
stands half a step away from its place nobody sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

Segments: TypeAlias = list[tuple[complex | None, complex]]
"""A contour after its first point: (control point or None for a line, end point)."""

Contour: TypeAlias = tuple[complex, Segments]
"""First point and segments of a closed contour."""

_SHORTEST_SIDE = 3
"""What is shorter than so many steps is the end of a stroke and no side of it."""


class _Side(NamedTuple):
    """A level side of a stroke, or an upright one with the page turned by a quarter."""

    place: float
    start: float
    end: float
    """Ink lies below where the side runs forward (``start < end``), above where it runs back."""


def places(
    contours: Sequence[Contour], thinnest: float, thickest: float
) -> tuple[Mapping[float, int], Mapping[float, int]]:
    """Where strokes between ``thinnest`` and ``thickest`` steps have their sides: (across, up), by their true place.

    What is not in them may be rounded by itself. All lengths are in steps of the grid; contours run as in TrueType,
    with the ink on their right.
    """
    upright, level = [], []
    for start, segments in contours:
        here = start
        for control, end in segments:
            if control is None:
                if here.imag == end.imag and abs(end.real - here.real) > _SHORTEST_SIDE:
                    level.append(_Side(here.imag, here.real, end.real))
                elif here.real == end.real and abs(end.imag - here.imag) > _SHORTEST_SIDE:
                    upright.append(_Side(here.real, -here.imag, -end.imag))
            here = end
    return _places(upright, thinnest, thickest), _places(level, thinnest, thickest)


def _places(sides: Iterable[_Side], thinnest: float, thickest: float) -> dict[float, int]:
    placed: dict[float, int] = {}
    for thickness, near, far in sorted(_strokes(list(sides), thinnest, thickest)):
        steps = round(thickness)
        if near in placed:
            placed.setdefault(far, placed[near] + steps)
        elif far in placed:
            placed[near] = placed[far] - steps
        else:
            placed[near] = round((near + far - steps) / 2)
            placed[far] = placed[near] + steps
    return placed


def _strokes(sides: Sequence[_Side], thinnest: float, thickest: float) -> Iterable[tuple[float, float, float]]:
    """Thickness, near and far side: to each side with ink above it the nearest one with ink below it."""
    for near in sides:
        if near.start < near.end:
            continue
        far = min(
            (
                side.place
                for side in sides
                if thinnest <= side.place - near.place <= thickest
                and max(side.start, near.end) < min(side.end, near.start)
            ),
            default=None,
        )
        if far is not None:
            yield far - near.place, near.place, far
