"""The device card on paper: readable by people, with every font in it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from desktop.documents.device_card import card_rows, device_card
from desktop.domain.errors import UserFacingError
from desktop.storage.device_card import card_text, read_card
from desktop.storage.slots import new_key
from tests.documents.pdf_reading import fonts_not_embedded, run_on, whole_text

MADE = date(2026, 11, 23)


def test_what_is_printed_opens_the_vault() -> None:
    """All groups stand on the paper in their order; typed back they are the secret."""
    secret = new_key()
    card = card_text(secret)
    pdf = device_card(card, "吉建国", "莒口镇人民政府", MADE)
    text = whole_text(pdf)
    groups = [group for row in card_rows(card) for group in row]
    assert "".join(groups) in text
    assert read_card("-".join(groups)) == secret
    assert "吉建国" in text
    assert "2026年11月23日" in text
    assert fonts_not_embedded(pdf) == []


@pytest.mark.parametrize(
    "office", ["莒口镇人民政府", "建阳区莒口镇人民政府社会事务办公室（民政、残联、老龄、慈善联合办公点）"]
)
def test_the_code_holds_the_letters_of_the_card(office: str) -> None:
    """Scanned from the page by another program it is what stands beside it, letter by letter; no line runs into it."""
    secret = new_key()
    card = card_text(secret)
    page = Image.open(BytesIO(run_on(device_card(card, "吉建国", office, MADE), "pdftoppm", "-r", "100", "-")))
    (code,) = zxingcpp.read_barcodes(page)
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    assert code.text == card
    assert read_card(code.text) == secret
    corners = code.position
    beside = page.crop((corners.top_left.x - 16, corners.top_left.y, corners.top_left.x - 2, corners.bottom_left.y))
    assert beside.convert("L").getextrema() == (255, 255), "the quiet zone is white"


def test_a_name_that_no_font_can_print_is_said_before_anything_is_printed() -> None:
    """No blank box in a worker's name."""
    with pytest.raises(UserFacingError) as refused:
        device_card(card_text(new_key()), "林\U000f0000", "莒口镇", MADE)
    assert refused.value.code == "print.missing-characters"
