"""The pages of a PDF, drawn, read and put together in memory (PDFium): a scanner's or phone's PDF, and our own forms.

PDFium serves one caller at a time in a process, hence the lock.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from PIL import Image

from desktop.documents.typesetting import TICK_BOX
from desktop.domain.errors import UserFacingError

BEGINS: Final = b"%PDF-"
_DOTS_PER_INCH: Final = 300
_LONGEST_SIDE: Final = 3600
"""Pixels. Phones write pages whose size in points is the camera's in pixels."""
_POINTS_PER_INCH: Final = 72
_WRONG_PASSWORD: Final = 4
"""``FPDF_ERR_PASSWORD``."""
_SIGNED_HERE: Final = ("签名", "指印", TICK_BOX)

_one_at_a_time = threading.Lock()


def is_pdf(file: bytes) -> bool:
    """Whether it says that it is a PDF; some scanners put a few bytes before that."""
    return BEGINS in file[:1024]


def drawn_pages(file: bytes, most: int) -> Generator[Image.Image, None, None]:
    """Each page as a picture, one at a time.

    Raises UserFacingError ``scan.not-an-image`` for what is no sound PDF, ``scan.pdf-locked`` for one with a password,
    ``scan.too-many-pages`` for one with more than ``most``.
    """
    with _opened(file) as document:
        count = len(document)
    if count > most:
        raise UserFacingError("scan.too-many-pages", pages=count, most=most)
    for number in range(count):
        with _opened(file) as document:
            page = document[number]
            scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, _LONGEST_SIDE / max(page.get_size()))
            picture = page.render(scale=scale).to_pil().convert("RGB")
        # Outside: looking at a page takes seconds, and nobody else is to wait for that.
        yield picture


def pages_to_sign(form: bytes, *, boxes: bool = True) -> tuple[int, tuple[int, ...]]:
    """Of one of our own forms: how many pages it has, and which of them have a box to tick or a place to sign.

    ``boxes`` off: those with a place to sign alone.
    """
    wanted_texts = _SIGNED_HERE if boxes else _SIGNED_HERE[:2]
    with _opened(form) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    wanted = (number for number, text in enumerate(texts, start=1) if any(one in text for one in wanted_texts))
    return len(texts), tuple(wanted)


def bundled(forms: Sequence[bytes], copies: int) -> bytes:
    """Our own forms as one PDF, for one job of the printer; each ``copies`` times in a row, as they are handed out.

    Each begins on a sheet of its own, on a printer that prints both sides too: two people are never on one sheet.
    """
    import pypdfium2

    target = BytesIO()
    with _one_at_a_time, pypdfium2.PdfDocument.new() as made:
        for form in forms:
            with pypdfium2.PdfDocument(form) as one:
                for _ in range(copies):
                    made.import_pages(one)
                    if len(made) % 2:
                        made.new_page(*made[len(made) - 1].get_size())
        made.save(target)
    return target.getvalue()


@contextmanager
def _opened(file: bytes) -> Iterator[Any]:
    import pypdfium2

    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(file)
            try:
                yield document
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _WRONG_PASSWORD:
                raise UserFacingError("scan.pdf-locked") from None
            raise UserFacingError("scan.not-an-image") from None
