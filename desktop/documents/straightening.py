"""A photographed sheet laid flat: found by its edges, proved by its code, drawn as if seen from straight above.

The code says roughly where the sheet lies. Its edges, where the paper's brightness ends, say it exactly; and they are
believed only if the plane through them puts the code where it was printed. A scan without visible edges is only turned.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from desktop.documents.mark_reading import FoundMark
from desktop.documents.pdf import CODE_ON_PAPER
from desktop.documents.perspective import Corners, Point, moved, transform_between

_PAPER = (210.0, 297.0)
"""Millimetres."""
_ROUND_IT = (90.0, 130.0)
"""Millimetres looked at on either side of the paper, for a far edge may lie far from where the code lets expect it."""
_FARTHEST_CODE = 3.0
"""Millimetres by which the code may lie off its printed place before the edges are not believed."""
_INLIER = 2.0
"""Millimetres from a line within which an edge's point belongs to it."""
_MOST_UNEVEN = 0.06
"""By how much the sides of a code may differ for the picture to count as taken from straight above."""


@dataclass(frozen=True, slots=True)
class _Line:
    """across = slope · along + start, both in millimetres of the rough page."""

    slope: float
    start: float

    def at(self, along: float) -> float:
        return self.slope * along + self.start


def straightened(picture: Image.Image, found: FoundMark, longest_side: int) -> Image.Image | None:
    """The sheet upright and flat, at most ``longest_side`` pixels long; None where nothing is to be made better."""
    corners = _sheet_corners(picture, found.corners)
    if corners is not None:
        return _laid_flat(picture, corners, longest_side)
    return _turned(picture, found.corners, longest_side)


def _laid_flat(picture: Image.Image, corners: Corners, longest_side: int) -> Image.Image:
    upper, right, lower, left = (math.dist(corners[at], corners[(at + 1) % 4]) for at in range(4))
    height = min(longest_side, round(max(left, right, max(upper, lower) * _PAPER[1] / _PAPER[0])))
    width = round(height * _PAPER[0] / _PAPER[1])
    flat: Corners = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    # Looked up point by point: what is much larger than wanted is made smaller first, or fine print would shatter.
    factor = max(1, int(max(left, right) / height))
    smaller = picture.reduce(factor) if factor > 1 else picture
    seen = tuple((x / factor, y / factor) for x, y in corners)
    transform = transform_between(flat, (seen[0], seen[1], seen[2], seen[3]))
    return smaller.transform((width, height), Image.Transform.PERSPECTIVE, transform, Image.Resampling.BICUBIC)


def _turned(picture: Image.Image, code: Corners, longest_side: int) -> Image.Image | None:
    """Upright by the code alone: by its exact angle where it was seen from straight above, else by quarters."""
    sides = [math.dist(code[at], code[(at + 1) % 4]) for at in range(4)]
    (left, top), (right, level) = code[0], code[1]
    angle = math.degrees(math.atan2(level - top, right - left))
    quarters = round(angle / 90) % 4
    rest = angle - 90 * round(angle / 90)
    is_from_above = max(sides) - min(sides) <= _MOST_UNEVEN * max(sides)
    if is_from_above and abs(rest) > 0.5:
        small = picture.reduce(max(1, max(picture.size) // longest_side))
        return small.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    if quarters == 0:
        return None
    turn = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}[quarters]
    return picture.transpose(turn)


def _sheet_corners(picture: Image.Image, code: Corners) -> Corners | None:
    """The corners of the paper in the picture; None where its edges cannot be told with confidence."""
    printed = _printed_code()
    try:
        rough = _RoughPage(picture, code)
        lines = rough.edges()
        if lines is None:
            return None
        upper, right, lower, left = lines
        meeting = (_meeting(upper, left), _meeting(upper, right), _meeting(lower, right), _meeting(lower, left))
        a, b, c, d = (rough.in_picture(point) for point in meeting)
        plane = transform_between(_paper_corners(), (a, b, c, d))
    except (ValueError, ZeroDivisionError):
        return None
    pixels_per_mm = max(math.dist(code[0], code[1]), math.dist(code[1], code[2])) / CODE_ON_PAPER[2]
    off = max(math.dist(moved(plane, there), here) for there, here in zip(printed, code, strict=True)) / pixels_per_mm
    room = 2 * pixels_per_mm
    is_inside = all(-room <= x <= picture.width + room and -room <= y <= picture.height + room for x, y in (a, b, c, d))
    return (a, b, c, d) if off <= _FARTHEST_CODE and is_inside else None


def _printed_code() -> Corners:
    left, top, side = CODE_ON_PAPER
    return (left, top), (left + side, top), (left + side, top + side), (left, top + side)


def _paper_corners() -> Corners:
    width, height = _PAPER
    return (0.0, 0.0), (width, 0.0), (width, height), (0.0, height)


class _RoughPage:
    """The picture drawn anew, one pixel a millimetre, the page roughly upright, with what lies round it."""

    def __init__(self, picture: Image.Image, code: Corners) -> None:
        a, b, c, d = code
        left, top, side = CODE_ON_PAPER
        # A parallelogram through the code: its far corners are too near each other to tell perspective by.
        along = ((b[0] - a[0] + c[0] - d[0]) / 2 / side, (b[1] - a[1] + c[1] - d[1]) / 2 / side)
        down = ((d[0] - a[0] + c[0] - b[0]) / 2 / side, (d[1] - a[1] + c[1] - b[1]) / 2 / side)
        middle = (sum(x for x, _ in code) / 4, sum(y for _, y in code) / 4)
        in_code = (left + side / 2, top + side / 2)
        self._along, self._down = along, down
        self._start = (
            middle[0] - along[0] * in_code[0] - down[0] * in_code[1],
            middle[1] - along[1] * in_code[0] - down[1] * in_code[1],
        )
        self._size = (round(_PAPER[0] + 2 * _ROUND_IT[0]), round(_PAPER[1] + 2 * _ROUND_IT[1]))
        factor = max(1, int(max(math.hypot(*along), math.hypot(*down))))
        grey = picture.convert("L").reduce(factor)
        corner = self.in_picture((-_ROUND_IT[0], -_ROUND_IT[1]))
        across = (along[0] / factor, down[0] / factor, corner[0] / factor)
        upright = (along[1] / factor, down[1] / factor, corner[1] / factor)
        # White beyond the picture: going inwards its end is a step down, which nobody takes for the paper's edge.
        drawn = grey.transform(
            self._size, Image.Transform.AFFINE, (*across, *upright), Image.Resampling.BILINEAR, fillcolor=255
        )
        # Print goes, paper and table stay; and as a logarithm a shadow no longer hides where the one ends.
        plain = (
            drawn.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.MinFilter(13)).filter(ImageFilter.MaxFilter(5))
        )
        self._light = plain.point([round(46 * math.log(value + 1)) for value in range(256)])

    def in_picture(self, point: Point) -> Point:
        """A point of the rough page, in millimetres from the paper's corner, in pixels of the picture."""
        x, y = point
        return (
            self._start[0] + self._along[0] * x + self._down[0] * y,
            self._start[1] + self._along[1] * x + self._down[1] * y,
        )

    def edges(self) -> tuple[_Line, _Line, _Line, _Line] | None:
        """Upper, right, lower and left edge; None where one of them cannot be told."""
        sideways = self._light.transpose(Image.Transpose.TRANSPOSE)
        found = (
            _edge(sideways, _ROUND_IT[1], _ROUND_IT[0], _PAPER[1], _PAPER[0], is_far=False),
            _edge(self._light, _ROUND_IT[0], _ROUND_IT[1], _PAPER[0], _PAPER[1], is_far=True),
            _edge(sideways, _ROUND_IT[1], _ROUND_IT[0], _PAPER[1], _PAPER[0], is_far=True),
            _edge(self._light, _ROUND_IT[0], _ROUND_IT[1], _PAPER[0], _PAPER[1], is_far=False),
        )
        upper, right, lower, left = found
        if upper is None or right is None or lower is None or left is None:
            return None
        return upper, right, lower, left


def _edge(
    light: Image.Image, before: float, above: float, across: float, length: float, *, is_far: bool
) -> _Line | None:
    """The line along which brightness steps up (near edge) or down (far edge), row by row of the picture."""
    smooth = light.filter(ImageFilter.BoxBlur((2, 1)))
    ahead, behind = ImageChops.offset(smooth, -4, 0), ImageChops.offset(smooth, 4, 0)
    steps = ImageChops.subtract(behind, ahead) if is_far else ImageChops.subtract(ahead, behind)
    first = round(before + across * 0.55) if is_far else 8
    last = light.width - 8 if is_far else round(before + across * 0.45)
    data, width = steps.tobytes(), steps.width
    points: list[Point] = []
    for row in range(round(above + length * 0.1), round(above + length * 0.9), 2):
        part = data[row * width + first : row * width + last]
        strongest = max(part)
        if strongest >= 8:
            # The middle of the plateau that a sharp step makes.
            start, end = part.index(strongest), part.rindex(strongest)
            middle = (start + end) / 2 if end - start < 12 else float(start)
            points.append((row - above, first + middle - before))
    return _line_through(points, rows=round(length * 0.4))


def _line_through(points: Sequence[Point], rows: int) -> _Line | None:
    """The line most points agree on; None where fewer than half of the rows do."""
    best: tuple[int, _Line] | None = None
    step = max(1, len(points) // 24)
    samples = points[::step]
    for number, (along, across) in enumerate(samples):
        for other_along, other_across in samples[number + 1 :]:
            if other_along - along < rows / 3:
                continue
            slope = (other_across - across) / (other_along - along)
            line = _Line(slope, across - slope * along)
            agreeing = sum(abs(line.at(at) - found) <= _INLIER for at, found in points)
            if best is None or agreeing > best[0]:
                best = agreeing, line
    if best is None or best[0] < rows / 2:
        return None
    return _least_squares([(at, found) for at, found in points if abs(best[1].at(at) - found) <= _INLIER])


def _least_squares(points: Iterable[Point]) -> _Line:
    known = list(points)
    mean_along = sum(at for at, _ in known) / len(known)
    mean_across = sum(found for _, found in known) / len(known)
    spread = sum((at - mean_along) ** 2 for at, _ in known)
    slope = sum((at - mean_along) * (found - mean_across) for at, found in known) / spread
    return _Line(slope, mean_across - slope * mean_along)


def _meeting(level: _Line, upright: _Line) -> Point:
    """Where y = level(x) and x = upright(y) meet."""
    y = (level.slope * upright.start + level.start) / (1 - level.slope * upright.slope)
    return upright.at(y), y
