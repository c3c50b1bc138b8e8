"""Finding our printed code in a bad picture: small, askew, in shadow, blurred, noisy or upside down.

Cheap passes come first, and the search ends with the first pass over the whole picture that sees a code of ours: two
sheets in one photograph are two codes, also where each is seen in a tile of its own. Where there is paper beside the
page whose code was seen, that part is searched by every pass, for of two codes one may be less sharp. What it may cost
is bounded by the pixels looked at and not by a clock, so that the same picture gives the same answer on every computer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageMath

from desktop.documents.pdf import CODE_ON_PAPER
from desktop.documents.perspective import Corners
from desktop.documents.print_mark import PrintMark, parse_print_mark

_QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_MOST_PIXELS_LOOKED_AT = 160_000_000
"""Some three seconds of one slow core. With 100 million, one picture in a hundred of the robustness set is lost."""
_MOST_PIXELS_BESIDE = 60_000_000
"""About a second, and only where another page may lie beside the one that was seen."""
_TILE, _OVERLAP = 1100, 300
"""Pixels; a code is never wider than the overlap where a page needs enlarging to be read."""
_WHOLE = 2400
"""Up to this many pixels long a picture is enlarged in one piece."""
_PAGE = (210.0, 297.0)
"""Millimetres."""
_UNSURE = 0.12
"""Of the page's width: by so much its edges, as its code alone tells them, may lie further in."""
_ROOM = 0.25
"""Of the page's width: less than this beside it holds no other page with its code."""
_MOST_OF_A_PAGE, _PRINTED = 0.6, 0.1
"""How large a part has to be to hold another page, and how much of it has to be at print."""
_LOOKED_AT_PER_MM, _DARK_PRINT = 1.5, 0.2
"""Pixels of a millimetre; and by how much of its own brightness paper is brighter than print, a blurred page's too."""
_AS_BRIGHT, _PAPER_SHARE = 0.6, 0.15
"""What of a part is paper: as bright as this share of the page that was seen; and how much of it has to be."""


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark and where its code stands: the corners of the code as it was printed, in pixels of the picture."""

    mark: PrintMark
    corners: Corners


@dataclass(frozen=True, slots=True)
class _Look:
    """One way of looking at (a part of) the picture; ``scale`` and offset lead back to the picture's own pixels."""

    image: Image.Image
    scale: float = 1.0
    left: int = 0
    top: int = 0
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage


def find_marks(picture: Image.Image) -> tuple[FoundMark, ...]:
    """All marks of ours that the first successful pass over the picture shows; () where none can be read.

    A pass that has begun to see codes is finished even beyond the bound: it is what tells one sheet from two.
    """
    looked_at = 0
    grey = picture.convert("L")
    for looks in _passes(grey):
        found: dict[PrintMark, FoundMark] = {}
        for look in looks:
            looked_at += look.image.width * look.image.height
            for one in _read(look):
                found.setdefault(one.mark, one)
            if looked_at > _MOST_PIXELS_LOOKED_AT and not found:
                return ()
        if len(found) == 1:
            (seen,) = found.values()
            return seen, *_beside(grey, seen)
        if found:
            return tuple(found.values())
    return ()


def _beside(grey: Image.Image, seen: FoundMark) -> tuple[FoundMark, ...]:
    """The first other mark that lies beside the page whose code was seen, in any part that has paper and room for it.

    Of two pages side by side one may be blurred, shaded or further away: the first pass sees the other alone.
    """
    looked_at = 0
    paper = _brightness(grey, seen.corners)
    for left, top, right, bottom in _parts_beside(grey.size, seen.corners):
        part = grey.crop((left, top, right, bottom))
        if not _has_paper(part, paper):
            continue
        for looks in _passes(part):
            for look in looks:
                looked_at += look.image.width * look.image.height
                if looked_at > _MOST_PIXELS_BESIDE:
                    return ()
                for one in _read(replace(look, left=look.left + left, top=look.top + top)):
                    if one.mark != seen.mark:
                        return (one,)
    return ()


def has_page_beside(picture: Image.Image, seen: FoundMark) -> bool:
    """Whether something printed lies beside the page whose code was seen, with room for most of a page.

    It may be a second page of which no pass can read the code. A patterned table is not told apart from it.
    """
    grey = picture.convert("L")
    code, paper = seen.corners, _brightness(grey, seen.corners)
    pixels_per_mm = max(math.dist(code[0], code[1]), math.dist(code[1], code[2])) / CODE_ON_PAPER[2]
    for box in _parts_beside(grey.size, code):
        part = grey.crop(box)
        is_large = all(
            side >= _MOST_OF_A_PAGE * whole * pixels_per_mm
            for side, whole in zip(sorted(part.size), _PAGE, strict=True)
        )
        if is_large and _has_paper(part, paper) and _printed_share(part, paper, pixels_per_mm) >= _PRINTED:
            return True
    return False


def _printed_share(part: Image.Image, paper: int, pixels_per_mm: float) -> float:
    """How much of a part lies at dark print on paper of this brightness, as a share of it."""
    factor = min(1.0, _LOOKED_AT_PER_MM / pixels_per_mm)
    size = (max(1, round(part.width * factor)), max(1, round(part.height * factor)))
    small = part.resize(size, Image.Resampling.BOX)
    contrast = ImageChops.subtract(small.filter(ImageFilter.MaxFilter(5)), small.filter(ImageFilter.MinFilter(5)))
    counts = contrast.histogram()
    return sum(counts[round(_DARK_PRINT * paper) :]) / (small.width * small.height)


def _parts_beside(size: tuple[int, int], code: Corners) -> Iterator[tuple[int, int, int, int]]:
    """What lies left of the page, right of it, above and below, as boxes; only what has room for another page.

    Where the page lies is told by its code alone, as if seen from straight above; so it is taken for somewhat smaller.
    """
    (x, y), (right_x, right_y), _, (down_x, down_y) = code
    left_mm, top_mm, side = CODE_ON_PAPER
    along, down = ((right_x - x) / side, (right_y - y) / side), ((down_x - x) / side, (down_y - y) / side)
    corners = [
        (x + across * along[0] + deep * down[0], y + across * along[1] + deep * down[1])
        for across in (-left_mm, _PAGE[0] - left_mm)
        for deep in (-top_mm, _PAGE[1] - top_mm)
    ]
    page_width = _PAGE[0] * math.hypot(*along)
    inner = _UNSURE * page_width
    left, right = (f(one[0] for one in corners) for f in (min, max))
    upper, lower = (f(one[1] for one in corners) for f in (min, max))
    width, height = size
    boxes = (
        (0, 0, round(left + inner), height),
        (round(right - inner), 0, width, height),
        (0, 0, width, round(upper + inner)),
        (0, round(lower - inner), width, height),
    )
    room = inner + _ROOM * page_width
    for box in boxes:
        a, b, c, d = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
        if min(c - a, d - b) >= room:
            yield a, b, c, d


def _has_paper(part: Image.Image, paper: int) -> bool:
    """Whether enough of a part is about as bright as the page that was seen; a dark table is not searched for codes."""
    counts = part.histogram()
    return sum(counts[round(_AS_BRIGHT * paper) :]) >= _PAPER_SHARE * sum(counts)


def _brightness(grey: Image.Image, code: Corners) -> int:
    """Of the paper round a code."""
    xs, ys = [x for x, _ in code], [y for _, y in code]
    side = max(max(xs) - min(xs), max(ys) - min(ys))
    around = (round(min(xs) - side), round(min(ys) - side), round(max(xs) + side), round(max(ys) + side))
    box = (max(0, around[0]), max(0, around[1]), min(grey.width, around[2]), min(grey.height, around[3]))
    around_it = grey.crop(box)
    left = 0.75 * around_it.width * around_it.height
    for level, count in enumerate(around_it.histogram()):
        left -= count
        if left <= 0:
            return level
    return 255


def _read(look: _Look) -> Iterator[FoundMark]:
    for code in zxingcpp.read_barcodes(look.image, formats=_QR_CODE, binarizer=look.binarizer, try_invert=False):
        mark = parse_print_mark(code.text)
        if mark is not None:
            yield FoundMark(mark, _corners(code.position, look))


def _corners(position: Any, look: _Look) -> Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    a, b, c, d = ((point.x / look.scale + look.left, point.y / look.scale + look.top) for point in points)
    return a, b, c, d


def _passes(grey: Image.Image) -> Iterator[Iterable[_Look]]:
    """Ways to look at the whole picture, in one or in tiles, from the cheapest to the dearest.

    Each is made only when those before it saw nothing.
    """
    yield (_Look(grey),)
    longest = max(grey.size)
    if longest > _WHOLE:
        yield (_scaled(grey, _WHOLE / longest),)
    yield (_Look(grey, binarizer=zxingcpp.Binarizer.GlobalHistogram),)
    level = _levelled(grey)
    yield (_Look(level),)
    yield _enlarged(level, 2, _without_noise)
    yield _enlarged(grey, 2, _as_it_is)
    yield _enlarged(level, 2, _sharpened)
    yield _enlarged(level, 3, _without_noise)


def _enlarged(
    grey: Image.Image,
    factor: float,
    then: Callable[[Image.Image, float], Image.Image],
) -> Iterator[_Look]:
    """The picture enlarged and filtered; a large one tile by tile, which also bounds the memory."""
    for tile in _tiles(grey):
        larger = _scaled(tile.image, factor)
        yield _Look(then(larger.image, factor), larger.scale, tile.left, tile.top)


def _tiles(grey: Image.Image) -> Iterator[_Look]:
    if max(grey.size) <= _WHOLE:
        yield _Look(grey)
        return
    step = _TILE - _OVERLAP
    for top in range(0, max(grey.height - _OVERLAP, 1), step):
        for left in range(0, max(grey.width - _OVERLAP, 1), step):
            box = (left, top, min(left + _TILE, grey.width), min(top + _TILE, grey.height))
            yield _Look(grey.crop(box), 1, left, top)


def _scaled(grey: Image.Image, factor: float) -> _Look:
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    how = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
    return _Look(grey.resize(size, how), factor)


def _levelled(grey: Image.Image) -> Image.Image:
    """Every spot as bright as the paper about it allows: shadows go, and pale print becomes black."""
    coarse = grey.resize((max(1, grey.width // 8), max(1, grey.height // 8)), Image.Resampling.BOX)
    paper = coarse.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(6))
    light = paper.resize(grey.size, Image.Resampling.BILINEAR)
    level: Image.Image = ImageMath.lambda_eval(
        lambda held: held["convert"](held["min"](held["grey"] * 255 / held["max"](held["light"], 1), 255), "L"),
        grey=grey,
        light=light,
    )
    return level


def _as_it_is(grey: Image.Image, _factor: float) -> Image.Image:
    return grey


def _without_noise(grey: Image.Image, factor: float) -> Image.Image:
    return grey.filter(ImageFilter.GaussianBlur(factor * 0.6))


def _sharpened(grey: Image.Image, factor: float) -> Image.Image:
    quiet = grey.filter(ImageFilter.GaussianBlur(factor * 0.4))
    return quiet.filter(ImageFilter.UnsharpMask(factor * 2, 200, 0))
