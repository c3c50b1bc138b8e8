"""How a QR code gets onto a page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import segno


def draw_qr(canvas: Any, payload: str, x: float, y: float, size: float, mask: int | None = None) -> int:
    """Draw a square code of ``size`` points with its lower left corner at x, y; returns its mask.

    Modules are filled rectangles, neighbours in a row as one; the quiet zone is the caller's to leave. The best mask is
    found (ISO/IEC 18004, 7.8.3) unless one is given, which saves more time than all the rest of a code takes.
    """
    code = segno.make_qr(payload, error="m", mask=mask, boost_error=False)
    matrix = code.matrix
    rows = [f"{_rectangles(modules)} f 1 0 0 1 0 1 cm" for modules in reversed(matrix)]
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / len(matrix), size / len(matrix))
    canvas._code.append(" ".join(rows))
    canvas.restoreState()
    return int(code.mask)


def _rectangles(modules: Iterable[int]) -> str:
    """One row, always drawn at the same height: rows in the same words compress to two thirds."""
    column, found = 0, []
    for is_dark, run in groupby(modules):
        width = len(list(run))
        if is_dark:
            found.append(f"{column} 0 {width} 1 re")
        column += width
    return " ".join(found)
