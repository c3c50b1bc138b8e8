"""Paper in the tour: a printer whose paper stays in memory, and a phone that takes pictures of it.

Both stand at the edge of the operating system: what prints, and what comes back, is the program's own.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageDraw, ImageFilter
from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtGui import QImage

from desktop.ui import print_systems
from desktop.ui.print_systems import Pages, Printers, PrintSystem, opened_pdf

_DPI: Final = 170
"""About what a phone gives of an A4 page that fills two thirds of its picture."""


class Printer(PrintSystem):
    """Takes every paper and keeps it in memory."""

    def __init__(self, sent: list[bytes]) -> None:
        super().__init__()
        self._sent = sent

    def find(self) -> None:
        QTimer.singleShot(0, self, lambda: self.found.emit(Printers(("演示打印机",), "演示打印机")))

    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:  # noqa: ARG002
        self._sent.append(pdf)
        QTimer.singleShot(0, self, lambda: self.ended.emit(True))


@contextmanager
def printing_in_memory() -> Iterator[list[bytes]]:
    """While this lasts, printers are ours; answers what was printed so far, newest last."""
    sent: list[bytes] = []

    def printer(parent: QObject | None = None) -> PrintSystem:
        made = Printer(sent)
        made.setParent(parent)
        return made

    with print_systems.replaced(printer):
        yield sent


def photographs(pdf: bytes, chance: random.Random) -> list[bytes]:
    """A phone's pictures of the signed pages (JPEG): a little crooked, uneven light, noise, a signature."""
    pages = []
    with opened_pdf(pdf) as document:
        for number in range(document.pageCount()):
            points = document.pagePointSize(number)
            size = QSize(round(points.width() * _DPI / 72), round(points.height() * _DPI / 72))
            pages.append(_photograph(document.render(number, size), chance))
    return pages


def _photograph(page: QImage, chance: random.Random) -> bytes:
    whole = QImage(page.size(), QImage.Format.Format_RGB888)
    whole.fill(0xFFFFFF)
    drawn = page.convertToFormat(QImage.Format.Format_RGBA8888)
    paper = Image.frombytes(
        "RGBA", (drawn.width(), drawn.height()), bytes(drawn.constBits()), "raw", "RGBA", drawn.bytesPerLine()
    )
    sheet = Image.new("RGB", paper.size, "white")
    sheet.paste(paper, mask=paper.getchannel("A"))
    _sign(sheet, chance)
    desk = Image.new("RGB", (round(sheet.width * 1.12), round(sheet.height * 1.08)), (121, 98, 76))
    desk.paste(sheet, ((desk.width - sheet.width) // 2, (desk.height - sheet.height) // 2))
    turned = desk.rotate(chance.uniform(-1.6, 1.6), Image.Resampling.BICUBIC, fillcolor=(121, 98, 76))
    grain = Image.effect_noise(turned.size, 14).convert("RGB")
    seen = Image.blend(turned, grain, 0.06).filter(ImageFilter.GaussianBlur(0.5))
    held = io.BytesIO()
    seen.save(held, "JPEG", quality=84)
    return held.getvalue()


def _sign(sheet: Image.Image, chance: random.Random) -> None:
    """A pen's stroke near the foot of the page."""
    pen = ImageDraw.Draw(sheet)
    left, top = sheet.width * 0.62, sheet.height * 0.80
    points = [(left + step * 9 + chance.uniform(-6, 6), top + chance.uniform(-22, 22)) for step in range(16)]
    pen.line(points, fill=(28, 36, 92), width=4, joint="curve")
