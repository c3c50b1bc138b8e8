"""Install the look: Fusion, the fonts, one palette and one small style sheet, all from ``tokens``."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop.resources import font_files
from desktop.ui.style_sheet import style_sheet
from desktop.ui.tokens import BODY, LIGHT, Tokens, use


def load_fonts() -> tuple[str, ...]:
    """Add the bundled fonts to Qt; return their families, best first: the same on every laptop."""
    bundled: list[str] = []
    for path in font_files():
        number = QFontDatabase.addApplicationFont(str(path))
        bundled += [family for family in QFontDatabase.applicationFontFamilies(number) if family not in bundled]
    return tuple(bundled)


@cache
def screen_font(size: int = BODY, *, bold: bool = False) -> QFont:
    """The application's font at ``size`` device-independent pixels; shared, so not to be changed."""
    font = QFont(QApplication.font())
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def palette(colours: Tokens) -> QPalette:
    """The Qt palette of a theme; Fusion draws everything that the style sheet leaves alone from it."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.ground,
        QPalette.ColorRole.WindowText: colours.ink,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.ground,
        QPalette.ColorRole.Text: colours.ink,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.ink,
        QPalette.ColorRole.BrightText: colours.bad.ink,
        QPalette.ColorRole.ToolTipBase: colours.ink,
        QPalette.ColorRole.ToolTipText: colours.surface,
        QPalette.ColorRole.PlaceholderText: colours.ink_soft,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Accent: colours.accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.LinkVisited: colours.accent,
    }
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled_ink))
    return result


def apply_theme(application: QApplication, colours: Tokens = LIGHT) -> None:
    """Install style, fonts, palette and style sheet. Call once, before the first widget."""
    use(colours)
    application.setStyle(QStyleFactory.create("Fusion"))
    families = load_fonts()
    font = QFont(application.font())
    if families:
        font.setFamilies(list(families))
    font.setPixelSize(BODY)
    application.setFont(font)
    screen_font.cache_clear()
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours))
