"""The look can be read by everyone."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.ui.icons import Icon, pixmap
from desktop.ui.tokens import BODY, LIGHT, SMALL, TARGET, ToneColours, contrast

TEXT_PAIRS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink", "accent_soft"),
    ("ink_soft", "ground"),
    ("ink_soft", "surface"),
    ("ink_soft", "accent_soft"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("disabled_ink", "surface"),
    ("disabled_ink", "sunken"),
    ("rail_ink", "rail"),
    ("rail_ink", "rail_hover"),
    ("rail_ink_soft", "rail"),
    ("rail_selected_ink", "rail_selected"),
    ("on_count", "count"),
]
EDGE_PAIRS = [("field_line", "surface"), ("field_line", "ground"), ("focus", "surface"), ("focus", "ground")]
COLOURS = asdict(LIGHT)
# Disabled text is exempt from WCAG 1.4.3, but people still have to read what they cannot change.
LEAST = {"disabled_ink": 3.0}


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_has_the_contrast_of_wcag_aa(ink: str, ground: str) -> None:
    """Text and its ground differ by 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    assert contrast(COLOURS[ink], COLOURS[ground]) >= LEAST.get(ink, 4.5)


@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_of_fields_and_the_focus_can_be_seen(edge: str, ground: str) -> None:
    """Edges that tell where a field is, and the focus, differ by 3 to 1 (WCAG 2.2, 1.4.11)."""
    assert contrast(COLOURS[edge], COLOURS[ground]) >= 3.0


@pytest.mark.parametrize("tone", ["neutral", "good", "warn", "bad", "info"])
def test_states_can_be_read(tone: str) -> None:
    """The word in a chip or banner has the contrast of text."""
    colours = ToneColours(**COLOURS[tone])
    assert contrast(colours.ink, colours.fill) >= 4.5
    assert contrast(LIGHT.ink, colours.fill) >= 4.5
    assert contrast(LIGHT.ink_soft, colours.fill) >= 4.5


def test_the_contrast_formula_is_that_of_wcag() -> None:
    """Black on white is 21, a colour on itself 1, and #767676 on white the known 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#17634f", "#17634f") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_sizes_keep_the_house_minimum(qapp: QApplication) -> None:
    """Text is 14 px or more, targets 36 px or more (design §10)."""
    assert min(BODY, SMALL, qapp.font().pixelSize()) >= 14
    assert TARGET >= 36


@pytest.mark.parametrize("icon", list(Icon))
def test_every_icon_is_there_and_takes_its_colour(qapp: QApplication, icon: Icon) -> None:
    """Each icon's file exists and is drawn in the colour asked for, at the scale asked for."""
    picture = pixmap(icon, "#ff0000", 20, 1.5).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    assert picture.width() == 30
    drawn = [picture.pixelColor(x, y) for x in range(30) for y in range(30) if picture.pixelColor(x, y).alpha() > 200]
    assert drawn
    assert all(colour.red() > 240 and colour.green() < 15 and colour.blue() < 15 for colour in drawn)
