"""A signature made on the screen, drawn on the person's copy as the line it was, with words that say what it is."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.consent_content import DrawnSignature, Filled
from desktop.documents.layout import TypeScale
from desktop.documents.signature_picture import line_width
from desktop.documents.text_drawing import draw_text
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.strokes import Strokes, smooth

_HEIGHT = 14 * mm
_MOST_WIDTH = 62 * mm
_MARGIN = 1.5 * mm
_WORDS = 0.75
"""Size of the words, of the body's."""


def signed_on_screen(
    filled: Filled | None, role: ScreenRole, recipient: int | None, scale: TypeScale
) -> Flowable | None:
    """What is drawn in a place to sign; None where nothing was signed there on the screen."""
    signature = filled.signatures.get((role, recipient)) if filled is not None else None
    return _Signed(signature, scale) if signature is not None else None


class _Signed(Flowable):
    """The line at the left, as large as there is room for, and the words under it."""

    def __init__(self, signature: DrawnSignature, scale: TypeScale) -> None:
        super().__init__()
        self._signature, self._scale = signature, scale

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        self.height = _HEIGHT + self._scale.body * _WORDS * 1.5
        return self.width, self.height

    def draw(self) -> None:
        size = self._scale.body * _WORDS
        draw_text(self.canv, 0, size * 0.4, self._signature.words, size)
        _draw(self.canv, self._signature.strokes, size * 1.5, min(self.width, _MOST_WIDTH))


def _draw(canvas: Any, strokes: Strokes, bottom: float, room: float) -> None:
    """What was written, cut to its bounds and laid on ``bottom``; the pad's y runs downwards."""
    left, top, right, low = strokes.bounds
    scale = min((_HEIGHT - 2 * _MARGIN) / max(low - top, 1), room / max(right - left, 1))
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for stroke in strokes.strokes:
        line = smooth(stroke, steps=3)
        pressure = sum(one[2] for one in line) / max(len(line), 1)
        canvas.setLineWidth(max(0.8, line_width(pressure, strokes.width * scale)))
        path = canvas.beginPath()
        for number, (x, y, _) in enumerate(line):
            place = ((x - left) * scale + _MARGIN, bottom + _MARGIN + (low - y) * scale)
            if number:
                path.lineTo(*place)
            else:
                path.moveTo(*place)
        if len(line) == 1:
            path.lineTo(place[0] + 0.1, place[1])
        canvas.drawPath(path)
    canvas.restoreState()
