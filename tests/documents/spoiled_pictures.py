"""Real printed pages as bad scanners and phones give them back: one seeded generator for the robustness set.

The order of things is that of the world: paper is inked, its corner is folded, it lies on something, light falls on it,
a lens draws it askew and a little blurred, the sensor adds noise, and a JPEG of low quality is made of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from desktop.documents.perspective import Corners, transform_between
from tests.documents.pdf_reading import run_on

_PRINTED = 300
"""Dots per inch at which the paper is "printed"."""
A4_INCHES = (8.27, 11.69)
RESOLUTIONS = (100, 130, 150, 200, 250, 300)


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One picture with what was done to it, in words, for whoever has to look at a failure."""

    picture: bytes
    done: str


@cache
def printed_page(pdf: bytes, page: int) -> Image.Image:
    """One page as a laser printer puts it on paper, in grey; ``page`` counts from 1."""
    number = str(page)
    return Image.open(BytesIO(run_on(pdf, "pdftoppm", "-gray", "-r", str(_PRINTED), "-f", number, "-l", number, "-")))


def spoiled(pdf: bytes, page: int, seed: int) -> Spoiled:
    """The page spoiled in one of the ways there are, all of it chosen by the seed."""
    chance = random.Random(seed)
    dpi = RESOLUTIONS[seed % len(RESOLUTIONS)]
    way = _WAYS[seed // len(RESOLUTIONS) % len(_WAYS)]
    paper = at_resolution(printed_page(pdf, page), dpi)
    picture, done = way(paper, chance)
    picture, degraded = _degraded(picture, dpi, chance)
    output = BytesIO()
    picture.convert("RGB").save(output, "JPEG", quality=40)
    return Spoiled(output.getvalue(), f"seed {seed}, {dpi} dpi, {way.__name__.strip('_')}, {done}, {degraded}, JPEG 40")


def at_resolution(paper: Image.Image, dpi: int) -> Image.Image:
    """A printed page of A4 as a sensor of ``dpi`` dots per inch sees it."""
    size = (round(A4_INCHES[0] * dpi), round(A4_INCHES[1] * dpi))
    return paper.resize(size, Image.Resampling.BOX)


def _scanned(paper: Image.Image, chance: random.Random) -> tuple[Image.Image, str]:
    """A flat scanner: put in any way round, a little askew, the lid's grey round it."""
    quarter, skew = 90 * chance.randrange(4), chance.uniform(-4, 4)
    turned = paper.rotate(quarter + skew, Image.Resampling.BICUBIC, expand=True, fillcolor=chance.randrange(150, 256))
    return turned, f"turned {quarter + skew:.0f}°"


def _turned(paper: Image.Image, chance: random.Random) -> tuple[Image.Image, str]:
    """Photographed from straight above by somebody who did not care how the sheet lay."""
    quarter, angle = 90 * chance.randrange(4), chance.choice((-1, 1)) * chance.uniform(10, 30)
    table = _table((round(paper.height * 1.35), round(paper.height * 1.45)), chance)
    _lay(table, paper, chance, quarter + angle)
    return table, f"turned {quarter + angle:.0f}° on a table"


def _askew(paper: Image.Image, chance: random.Random) -> tuple[Image.Image, str]:
    """Photographed from the side: the far edge is shorter, and all of it is turned a little."""
    quarter, angle = 90 * chance.randrange(4), chance.uniform(-15, 15)
    table = _table((round(paper.width * 1.65), round(paper.height * 1.5)), chance)
    _lay(table, paper, chance, angle)
    table = table.rotate(quarter, expand=True)
    width, height = table.size
    near, far = chance.uniform(0.08, 0.16), chance.uniform(0, 0.05)
    leaning: Corners = (
        (width * near, height * far),
        (width * (1 - near), height * far / 2),
        (width, height),
        (0.0, height * (1 - far)),
    )
    flat: Corners = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    seen = table.transform(
        table.size,
        Image.Transform.PERSPECTIVE,
        transform_between(leaning, flat),
        Image.Resampling.BICUBIC,
        fillcolor=90,
    )
    return seen, f"from the side, turned {quarter + angle:.0f}°, far edge {1 - 2 * near:.2f}"


def _far_away(paper: Image.Image, chance: random.Random) -> tuple[Image.Image, str]:
    """A small page in a large photograph, anywhere in it."""
    quarter, angle = 90 * chance.randrange(4), chance.uniform(-30, 30)
    side = max(round(paper.height * 1.8), 3000)
    table = _table((side, round(side * 0.75)), chance)
    _lay(table, paper, chance, quarter + angle)
    return table, f"small in {table.width} × {table.height}, turned {quarter + angle:.0f}°"


_WAYS: tuple[Callable[[Image.Image, random.Random], tuple[Image.Image, str]], ...] = (
    _scanned,
    _turned,
    _askew,
    _far_away,
)


def _table(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """A table-top: boards with grain, darker than paper."""
    table = Image.new("L", size, chance.randrange(70, 150))
    pen = ImageDraw.Draw(table)
    for _ in range(60):
        x, shade = chance.randrange(size[0]), chance.randrange(50, 170)
        pen.line((x, 0, x + chance.randrange(-80, 80), size[1]), fill=shade, width=chance.randrange(1, 5))
    return table.filter(ImageFilter.GaussianBlur(1.5))


def _lay(table: Image.Image, paper: Image.Image, chance: random.Random, angle: float) -> None:
    """The sheet on the table; a corner that has no code may be folded over."""
    whole = Image.new("L", paper.size, 255)
    if chance.random() < 0.5:
        paper = paper.copy()
        fold = chance.randrange(paper.width // 12, paper.width // 5)
        left, bottom = chance.choice(((True, False), (True, True), (False, True)))
        x, y = (0 if left else paper.width), (paper.height if bottom else 0)
        inward, down = (1 if left else -1), (-1 if bottom else 1)
        ImageDraw.Draw(whole).polygon(((x, y), (x + inward * fold, y), (x, y + down * fold)), fill=0)
        behind = ((x + inward * fold, y + down * fold), (x + inward * fold, y), (x, y + down * fold))
        ImageDraw.Draw(paper).polygon(behind, fill=225)
    turned = paper.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    mask = whole.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    room_x, room_y = table.width - turned.width, table.height - turned.height
    assert min(room_x, room_y) >= 0, "the table must hold the sheet"
    place = (round(room_x * chance.uniform(0.1, 0.9)), round(room_y * chance.uniform(0.1, 0.9)))
    table.paste(turned, place, mask)


def _degraded(picture: Image.Image, dpi: int, chance: random.Random) -> tuple[Image.Image, str]:
    """Shadow, poor contrast, blur and noise."""
    lit = _shadowed(picture, chance)
    contrast = chance.uniform(0.35, 1)
    lit = ImageEnhance.Brightness(ImageEnhance.Contrast(lit).enhance(contrast)).enhance(chance.uniform(0.6, 1.1))
    # At 100 dpi a lens that smears over a whole printed module leaves nothing for anybody to read.
    blur = chance.uniform(0, 0.7) * dpi / 100 if dpi < 200 else chance.uniform(0, 2.2)
    blurred = lit.filter(ImageFilter.GaussianBlur(blur))
    strength = chance.uniform(0, 14)
    noise = Image.effect_noise(blurred.size, strength)
    noisy = ImageChops.add(blurred, noise, 1, -128)
    return noisy, f"contrast {contrast:.2f}, blur {blur:.1f} px, noise {strength:.0f}"


def _shadowed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Light from one side, and now and then the hard shadow of whoever holds the phone."""
    gradient = Image.linear_gradient("L").rotate(90 * chance.randrange(4)).resize(picture.size)
    darkest = chance.randrange(70, 200)
    light = gradient.point([darkest + (255 - darkest) * value // 255 for value in range(256)])
    if chance.random() < 0.5:
        pen = ImageDraw.Draw(light)
        edge = chance.uniform(0.2, 0.8) * picture.width
        lean = chance.uniform(-0.4, 0.4) * picture.height
        shade = Image.new("L", picture.size, 255)
        ImageDraw.Draw(shade).polygon(
            ((0, 0), (edge, 0), (edge + lean, picture.height), (0, picture.height)), fill=chance.randrange(110, 200)
        )
        light = ImageChops.multiply(light, shade.filter(ImageFilter.GaussianBlur(6)))
        del pen
    return ImageChops.multiply(picture, light)
