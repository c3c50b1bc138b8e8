"""How a QR code gets onto a page."""

from __future__ import annotations

from typing import Any

import segno


def draw_qr(canvas: Any, payload: str, x: float, y: float, size: float, mask: int | None = None) -> int:
    """Draw a square code of ``size`` points with its lower left corner at x, y; returns its mask.

    A picture of one bit for each module, written into the page as hexadecimal digits (ISO 32000-1, 8.9.7): half as long
    as rectangles would be, compressed too. The quiet zone is the caller's to leave. The best mask is found (ISO/IEC
    18004, 7.8.3) unless one is given, which saves more time than all the rest of a code takes.
    """
    code = segno.make_qr(payload, error="m", mask=mask, boost_error=False)
    matrix = code.matrix
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size, size)
    side = f"/W {len(matrix)}/H {len(matrix)}"
    canvas._code.append(f"BI{side}/IM true/D[1 0]/F/AHx ID {''.join(map(_digits, matrix))}> EI")
    canvas.restoreState()
    return int(code.mask)


def _digits(modules: bytearray) -> str:
    """A row, filled up to whole bytes."""
    length = -(-len(modules) // 8)
    bits = "".join("1" if module else "0" for module in modules).ljust(8 * length, "0")
    return f"{int(bits, 2):0{2 * length}X}"
