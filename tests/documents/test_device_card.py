"""The device card on paper: readable by people, with every font in it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from desktop.documents.device_card import DeviceCardContent, card_rows, device_card
from desktop.documents.print_mark import content_hash
from desktop.documents.wording import bundled_versions, load_wording
from desktop.domain.errors import UserFacingError
from desktop.storage.device_card import card_text, read_card
from desktop.storage.slots import new_key
from tests.documents.pdf_reading import fonts_not_embedded, poppler_text, run_on, whole_text, without_spaces

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


def test_the_card_says_which_form_in_which_words_it_is() -> None:
    """Form number, version, short hash and page, read by another program; another card has another hash."""
    cards = [card_text(new_key()) for _ in range(2)]
    words = load_wording("device-card", bundled_versions("device-card")[0])
    seen = set()
    for card in cards:
        text = poppler_text(device_card(card, "吉建国", "莒口镇人民政府", MADE))
        digest = content_hash(DeviceCardContent(card, "吉建国", "莒口镇人民政府", MADE), words.sha256)[:8]
        assert f"SB-01·{words.version}版·{digest}" in without_spaces(text)
        assert "第1页/共1页" in without_spaces(text)
        seen.add(digest)
    assert len(seen) == 2


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
