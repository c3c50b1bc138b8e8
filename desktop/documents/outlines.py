"""Outlines of characters with fewer points on a coarser grid, so that a form of five hundred characters stays small.

The text face describes a character by some seventy points in steps of a thousandth of its height. Paper shows far
less: at 小四 (12 points) a step of the coarser grid is a dot of a printer with 600 dots to the inch, and no side of a
stroke is moved by more than one. What an eye would notice is a stroke that is bolder than the one beside it, so
thicknesses are rounded first and places after (``stems``). Data as in the ``glyf`` table of TrueType (ISO/IEC
14496-22, 5.3.3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from desktop.documents.stems import Contour, Segments, places

STEPS = 100
"""Steps of the coarser grid in the height of a character (an em)."""

TOLERANCE = 0.9
"""A curve drawn instead of several, or a line instead of a curve, stays this near to them, in steps."""

FINE = 0.4
"""The same for letters and digits: they are round, few, and have to be told apart in numbers."""

_SMOOTH = 0.9
"""Cosine of the greatest turn at a point where two curves are taken as one."""

_ON_CURVE, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32

_STROKES = (0.025, 0.095)
"""How thick strokes are, in parts of an em: the sides of each are put on the grid together."""

_Point: TypeAlias = tuple[int, int, bool]
"""x, y, and whether the contour goes through it."""


def coarser(glyph: bytes, units_per_em: int, tolerance: float = TOLERANCE) -> bytes:
    """The simple glyph in ``STEPS`` steps to the em, without instructions; empty for an empty glyph.

    Raises ValueError for a glyph made of others; no bundled face has one.
    """
    drawn = [
        (start, _fewer_curves(start, segments, tolerance))
        for start, segments in contours_of(glyph, STEPS / units_per_em)
    ]
    across, up = places(drawn, *(STEPS * part for part in _STROKES))
    contours = []
    for _, segments in drawn:
        contour = _without_needless([*_on_grid(segments, across, up)])
        if len(contour) > 2:
            contours.append(_from_leftmost(contour))
    # Contours alike in what they are stand together: that compresses better.
    return _encoded(sorted(contours, key=lambda one: (len(one), one[0][1]))) if contours else b""


def contours_of(glyph: bytes, scale: float) -> Iterator[Contour]:
    """The contours of a simple glyph, every length multiplied by ``scale``; none for an empty glyph."""
    if not glyph:
        return
    (count,) = struct.unpack_from(">h", glyph)
    if count < 0:
        raise ValueError("a glyph made of others")
    ends = struct.unpack_from(f">{count}H", glyph, 10)
    position = 10 + 2 * count
    position += 2 + struct.unpack_from(">H", glyph, position)[0]  # instructions
    total = ends[-1] + 1
    flags = bytearray()
    while len(flags) < total:
        flag = glyph[position]
        position += 1
        flags.append(flag)
        if flag & _REPEAT:
            flags += bytes([flag]) * glyph[position]
            position += 1
    xs, position = _coordinates(glyph, position, flags, _X_SHORT, _X_SAME)
    ys, position = _coordinates(glyph, position, flags, _Y_SHORT, _Y_SAME)
    points = [(complex(x * scale, y * scale), bool(flag & _ON_CURVE)) for x, y, flag in zip(xs, ys, flags, strict=True)]
    first = 0
    for end in ends:
        yield _closed(points[first : end + 1])
        first = end + 1


def _coordinates(glyph: bytes, position: int, flags: bytearray, short: int, same: int) -> tuple[list[int], int]:
    values, value = [], 0
    for flag in flags:
        if flag & short:
            value += glyph[position] if flag & same else -glyph[position]
            position += 1
        elif not flag & same:
            value += struct.unpack_from(">h", glyph, position)[0]
            position += 2
        values.append(value)
    return values, position


def _closed(points: Sequence[tuple[complex, bool]]) -> Contour:
    """The contour through points, of which each says whether it lies on it; two control points imply one between."""
    first = next((number for number, (_, is_on) in enumerate(points) if is_on), None)
    if first is None:
        between = (points[-1][0] + points[0][0]) / 2
        points, first = [(between, True), *points], 0
    ordered = [*points[first:], *points[: first + 1]]
    segments: Segments = []
    control: complex | None = None
    for point, is_on in ordered[1:]:
        if is_on:
            segments.append((control, point))
            control = None
        else:
            if control is not None:
                segments.append((control, (control + point) / 2))
            control = point
    return ordered[0][0], segments


def _fewer_curves(start: complex, segments: Segments, tolerance: float) -> Segments:
    """One curve instead of several that follow smoothly, and a line instead of a flat curve."""
    fewer: Segments = []
    number = 0
    while number < len(segments):
        control, end = segments[number]
        number += 1
        if control is not None:
            control, end, number = _longest_curve(start, control, end, segments, number, tolerance)
            if _is_flat(start, control, end, tolerance):
                control = None
        fewer.append((control, end))
        start = end
    return fewer


def _longest_curve(
    start: complex, control: complex, end: complex, segments: Segments, number: int, tolerance: float
) -> tuple[complex, complex, int]:
    """The curve from ``start`` that stands for as many of the segments from ``number`` on as it can."""
    found = (control, end, number)
    samples = [0.25 * start + 0.5 * control + 0.25 * end]
    leaving, last = control - start, control
    while number < len(segments):
        following, next_end = segments[number]
        if following is None or not _is_smooth(end - last, following - end):
            break
        samples += [end, 0.25 * end + 0.5 * following + 0.25 * next_end]
        last, end = following, next_end
        number += 1
        joined = _corner(start, leaving, end, end - last)
        if joined is None or not all(_is_near(sample, start, joined, end, tolerance) for sample in samples):
            break
        found = (joined, end, number)
    return found


def _corner(start: complex, leaving: complex, end: complex, arriving: complex) -> complex | None:
    """Where the tangents at both ends meet; None where they meet behind one of them or far away."""
    across = _cross(leaving, arriving)
    if across == 0:
        return None
    before, after = _cross(end - start, arriving) / across, _cross(end - start, leaving) / across
    corner = start + leaving * before
    is_between = before > 0 and after < 0
    return corner if is_between and abs(corner - start) + abs(end - corner) <= 2 * abs(end - start) else None


def _cross(one: complex, other: complex) -> float:
    return one.real * other.imag - one.imag * other.real


def _is_smooth(one: complex, other: complex) -> bool:
    lengths = abs(one) * abs(other)
    return lengths > 0 and one.real * other.real + one.imag * other.imag >= _SMOOTH * lengths


def _is_flat(start: complex, control: complex, end: complex, tolerance: float) -> bool:
    """Whether the curve, in its middle half as far from the straight line as its control point, is nearly straight."""
    length = abs(end - start)
    return length > 0 and abs(_cross(control - start, end - start)) / 2 <= tolerance * length


def _is_near(point: complex, start: complex, control: complex, end: complex, tolerance: float) -> bool:
    """Whether a point lies within the tolerance of the curve.

    In barycentric coordinates a, b, c of start, control and end the curve is f = b² - 4ac = 0, and |f| / |grad f|
    the distance from it to the first order.
    """
    area = _cross(control - start, end - start)
    if area == 0:
        return False
    c = _cross(control - start, point - start) / area
    a = _cross(control - end, point - end) / -area
    b = 1 - a - c
    grad_c, grad_a = (control - start) * 1j / area, (control - end) * -1j / area
    gradient = 2 * b * -(grad_a + grad_c) - 4 * (a * grad_c + c * grad_a)
    return abs(b * b - 4 * a * c) <= tolerance * abs(gradient)


def _on_grid(segments: Segments, across: Mapping[float, int], up: Mapping[float, int]) -> Iterator[_Point]:
    """The points after the first; the last of them is the first again."""
    for control, end in segments:
        if control is not None:
            yield _placed(across, control.real), _placed(up, control.imag), False
        yield _placed(across, end.real), _placed(up, end.imag), True


def _placed(sides: Mapping[float, int], place: float) -> int:
    side = sides.get(place)
    return round(place) if side is None else side


def _from_leftmost(points: list[_Point]) -> list[_Point]:
    """The closed contour begun at the leftmost point that it goes through."""
    first = min(range(len(points)), key=lambda number: (not points[number][2], *points[number][:2]))
    return points[first:] + points[:first]


def _without_needless(points: list[_Point]) -> list[_Point]:
    """Leave out points on a straight line, points given twice, and points implied between two control points."""
    while len(points) > 2:
        kept: list[_Point] = []
        for number, point in enumerate(points):
            before = kept[-1] if kept else points[-1]
            after = points[(number + 1) % len(points)]
            if not _is_needless(before, point, after):
                kept.append(point)
        if len(kept) == len(points):
            break
        points = kept
    return points


def _is_needless(before: _Point, point: _Point, after: _Point) -> bool:
    if point == before:
        return True
    # Of two points in one place the second goes, seen from after it: were both to go, a tip would be cut off.
    if not point[2] or before[2] != after[2] or point == after:
        return False
    if not before[2]:
        return abs(before[0] + after[0] - 2 * point[0]) <= 1 and abs(before[1] + after[1] - 2 * point[1]) <= 1
    dx, dy = after[0] - before[0], after[1] - before[1]
    area = (point[0] - before[0]) * dy - (point[1] - before[1]) * dx
    return 2 * abs(area) <= max(abs(dx), abs(dy))


def _encoded(contours: Sequence[Sequence[_Point]]) -> bytes:
    flags, xs, ys = bytearray(), bytearray(), bytearray()
    last_x = last_y = 0
    for contour in contours:
        for x, y, is_on in contour:
            flag = _ON_CURVE if is_on else 0
            flag |= _append(xs, x - last_x, _X_SHORT, _X_SAME) | _append(ys, y - last_y, _Y_SHORT, _Y_SAME)
            flags.append(flag)
            last_x, last_y = x, y
    across = [x for contour in contours for x, _, _ in contour]
    up = [y for contour in contours for _, y, _ in contour]
    ends, end = [], -1
    for contour in contours:
        end += len(contour)
        ends.append(end)
    head = struct.pack(">5h", len(contours), min(across), min(up), max(across), max(up))
    data = head + struct.pack(f">{len(ends)}HH", *ends, 0) + flags + xs + ys
    return data + b"\0" * (len(data) % 2)


def _append(values: bytearray, step: int, short: int, same: int) -> int:
    """Add a step to the coordinates; returns its flags."""
    if step == 0:
        return same
    if -256 < step < 256:
        values.append(abs(step))
        return short | (same if step > 0 else 0)
    values += struct.pack(">h", step)
    return 0
