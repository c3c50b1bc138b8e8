"""A signature made on the screen as a picture (屏幕签名), for whoever opens it without this program, and as a line."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

from desktop.domain.strokes import Strokes, smooth

_WIDTH: Final = 900
"""Pixels of the picture; drawn four times as large and made smaller, so that the edges are smooth."""
_FINER: Final = 4
_THINNEST, _THICKEST = 0.0025, 0.0085
"""Of the pad's width, without pressure and at the most."""


def line_width(pressure: float, width: float) -> float:
    """How thick a line is drawn by a pressure from 0 to 1, on something of this width."""
    return (_THINNEST + (_THICKEST - _THINNEST) * pressure) * width


def signature_picture(strokes: Strokes) -> bytes:
    """The strokes as a PNG, black on white, the whole pad; the same strokes always give the same picture."""
    width, height = _WIDTH * _FINER, max(_FINER, round(_WIDTH * strokes.height / strokes.width) * _FINER)
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    scale = width / strokes.width
    for stroke in strokes.strokes:
        before = None
        for x, y, pressure in smooth(stroke):
            here, thick = (x * scale, y * scale), line_width(pressure, width)
            if before is not None:
                draw.line((*before, *here), fill=0, width=max(1, round(thick)))
            half = thick / 2
            draw.ellipse((here[0] - half, here[1] - half, here[0] + half, here[1] + half), fill=0)
            before = here
    small = image.resize((width // _FINER, height // _FINER), Image.Resampling.LANCZOS)
    held = io.BytesIO()
    small.save(held, "PNG", optimize=True)
    return held.getvalue()
