"""Finding our printed code in a bad picture: small, askew, in shadow, blurred, noisy or upside down.

Cheap passes come first, and the search ends with the first pass over the whole picture that sees a code of ours: two
sheets in one photograph are two codes, also where each is seen in a tile of its own. What it may cost is bounded by the
pixels looked at and not by a clock, so that the same picture gives the same answer on every computer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter, ImageMath

from desktop.documents.perspective import Corners
from desktop.documents.print_mark import PrintMark, parse_print_mark

_QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_MOST_PIXELS_LOOKED_AT = 160_000_000
"""Some three seconds of one slow core. With 100 million, one picture in a hundred of the robustness set is lost."""
_TILE, _OVERLAP = 1100, 300
"""Pixels; a code is never wider than the overlap where a page needs enlarging to be read."""
_WHOLE = 2400
"""Up to this many pixels long a picture is enlarged in one piece."""


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
    for looks in _passes(picture.convert("L")):
        found: dict[PrintMark, FoundMark] = {}
        for look in looks:
            looked_at += look.image.width * look.image.height
            for one in _read(look):
                found.setdefault(one.mark, one)
            if looked_at > _MOST_PIXELS_LOOKED_AT and not found:
                return ()
        if found:
            return tuple(found.values())
    return ()


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
