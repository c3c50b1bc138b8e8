"""The preview shows bold as paper will: as dark as the same page drawn large and made small, at any size."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageStat
from pytestqt.qtbot import QtBot

from desktop.documents.archive import Description
from desktop.documents.fonts import load_text_face
from desktop.documents.page_canvas import PageCanvas, one_at_a_time
from desktop.documents.text_drawing import draw_text
from desktop.ui.widgets.sheet_preview import SheetPreview

LINES = 20


def bold_page() -> bytes:
    """A page of bold text and nothing else, thick with strokes."""
    output = BytesIO()
    with one_at_a_time:
        load_text_face()
        canvas = PageCanvas(output, Description("样张", ""))
        for line in range(LINES):
            draw_text(canvas, 60, 780 - 36 * line, "慈善帮扶转介个人信息处理告知书暨单独同意", 12, bold=True)
        canvas.showPage()
        canvas.save()
    return output.getvalue()


def darkness(picture: Image.Image) -> float:
    """How much of the upper half of a page's middle is ink."""
    width, height = picture.size
    shown = picture.convert("L").crop((width // 8, height // 20, width * 4 // 8, height * 2 // 5))
    return 1 - ImageStat.Stat(shown).mean[0] / 255


@pytest.mark.parametrize("width", [330, 520, 900])
def test_bold_is_as_dark_in_the_preview_as_on_paper(qtbot: QtBot, width: int) -> None:
    """A narrow column on a small screen, a wide one, and half as large again."""
    pdf = bold_page()
    preview = SheetPreview()
    qtbot.addWidget(preview)
    preview.resize(width, 600)
    preview.show()
    preview.show_bytes(pdf)
    ((_, place),) = preview.view._places()
    true = darkness(pypdfium2.PdfDocument(pdf)[0].render(scale=6).to_pil())

    def seen() -> float:
        shown = preview.view.viewport().grab(place).toImage()
        picture = Image.frombytes(
            "RGBA",
            (shown.width(), shown.height()),
            bytes(shown.convertToFormat(shown.Format.Format_RGBA8888).constBits()),
        )
        whole = Image.new("RGB", (place.width(), place.height()), "white")
        whole.paste(picture.convert("RGB"))
        return darkness(whole)

    qtbot.waitUntil(lambda: seen() > true / 2)
    assert seen() == pytest.approx(true, rel=0.08)


def test_the_places_are_those_that_are_scrolled_through(qtbot: QtBot) -> None:
    """As wide as there is room and at a zoom of one's own: the last page ends where the scrolling ends."""
    preview = SheetPreview()
    qtbot.addWidget(preview)
    preview.resize(480, 500)
    preview.show()
    preview.show_bytes(bold_page())
    for _ in range(2):
        *_, (_, last) = preview.view._places()
        bar = preview.view.verticalScrollBar()
        end = last.bottom() + 1 + bar.value() + preview.view.pageSpacing() + preview.view.documentMargins().bottom()
        assert end == bar.maximum() + preview.view.viewport().height()
        preview._zoom(1.25)
