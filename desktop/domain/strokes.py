"""Strokes of a signature made on the screen (屏幕签名的笔迹): points with time and pressure, and their canonical bytes.

All numbers are whole, so that the same strokes are the same bytes in every program: places in tenths of a
device-independent pixel of the pad, times in milliseconds since the first point, pressure in thousandths.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from desktop.domain.journal import EntryFormatError, decode_json, encode_json
from desktop.domain.plain import Misfit, decode

FORMAT: Final = 1
MAX_POINTS: Final = 20_000
"""More than anybody writes at one go: some minutes of a pen that reports 100 points a second."""
EMPTY: Final = "empty"
"""Reason: nothing was written."""
DOT: Final = "dot"
"""Reason: a dot, or something so small that nobody would know it again."""
_LEAST: Final = 0.03
"""Of the pad's width: what is smaller in both directions is a dot."""


class Device(StrEnum):
    """What a stroke was made with."""

    PEN = "pen"
    TOUCH = "touch"
    MOUSE = "mouse"


@dataclass(frozen=True, slots=True)
class Point:
    """Where the pen was, when, and how hard it pressed (0 to 1000; 500 where the device does not say)."""

    x: int
    y: int
    ms: int
    pressure: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """From setting down to lifting."""

    device: Device
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Strokes:
    """One signature: the pad's ``width`` and ``height`` in tenths of a pixel, and its strokes in their order."""

    width: int
    height: int
    strokes: tuple[Stroke, ...] = ()

    @property
    def points(self) -> int:
        """How many points there are."""
        return sum(len(one.points) for one in self.strokes)

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what was written; raises ValueError where nothing was."""
        xs = [point.x for one in self.strokes for point in one.points]
        ys = [point.y for one in self.strokes for point in one.points]
        return min(xs), min(ys), max(xs), max(ys)


def strokes_problem(strokes: Strokes) -> str:
    """Why this is no signature (``empty``, ``dot``), or ""."""
    if strokes.points == 0:
        return EMPTY
    left, top, right, bottom = strokes.bounds
    return DOT if max(right - left, bottom - top) < _LEAST * strokes.width else ""


def encode_strokes(strokes: Strokes) -> bytes:
    """The canonical bytes: JSON, each point as ``[x, y, ms, pressure]``."""
    return encode_json(
        {
            "format": FORMAT,
            "width": strokes.width,
            "height": strokes.height,
            "strokes": [
                {"device": one.device.value, "points": [[p.x, p.y, p.ms, p.pressure] for p in one.points]}
                for one in strokes.strokes
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class _Stroke:
    device: Device
    points: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Strokes:
    format: int
    width: int
    height: int
    strokes: tuple[_Stroke, ...]


def decode_strokes(data: bytes) -> Strokes:
    """Read canonical bytes; raises ValueError for anything that ``encode_strokes`` does not write."""
    try:
        read = decode(_Strokes, decode_json(data))
        strokes = Strokes(
            read.width,
            read.height,
            tuple(Stroke(one.device, tuple(Point(*values) for values in one.points)) for one in read.strokes),
        )
    except (EntryFormatError, Misfit, TypeError) as error:
        raise ValueError("not strokes") from error
    if read.format != FORMAT or strokes.points > MAX_POINTS or min(strokes.width, strokes.height) <= 0:
        raise ValueError("not strokes of this version")
    if encode_strokes(strokes) != data:
        raise ValueError("not canonical")
    return strokes


def smooth(stroke: Stroke, steps: int = 6) -> tuple[tuple[float, float, float], ...]:
    """A stroke as a polyline ``(x, y, pressure)`` without corners, for every place in which it is drawn.

    Curves go from the middle of one pair of points to the middle of the next, with the point between as their
    handle; ``steps`` are their parts. Places in the pad's tenths, pressure from 0 to 1.
    """
    known = [(float(p.x), float(p.y), p.pressure / 1000) for p in stroke.points]
    if len(known) < 3:
        return tuple(known)
    line = [known[0]]
    start = known[0]
    for here, after in pairwise(known[1:]):
        end = _between(here, after, 0.5)
        for step in range(1, steps + 1):
            part = step / steps
            line.append(_between(_between(start, here, part), _between(here, end, part), part))
        start = end
    return (*line, known[-1])


def _between(
    one: tuple[float, float, float], other: tuple[float, float, float], part: float
) -> tuple[float, float, float]:
    x, y, pressure = (a + (b - a) * part for a, b in zip(one, other, strict=True))
    return x, y, pressure
