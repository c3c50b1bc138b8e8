"""The look in one place: colours, sizes and what a state's colour means.

A theme is one ``Tokens`` value. Widgets that paint themselves ask ``tokens()``; everything else follows from the
palette and the style sheet. A second theme (dark, high contrast) is a second ``Tokens`` value and nothing more.
Contrast is measured by WCAG 2.2, success criteria 1.4.3 and 1.4.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BODY = 15
"""Size of ordinary text, in device-independent pixels (the house minimum is 14)."""
SMALL = 14
SECTION = 17
TITLE = 24
TARGET = 38
"""Height of everything that can be pressed, in device-independent pixels (the house minimum is 36)."""
ROW = 48
GAP = 12
MARGIN = 20


class Tone(StrEnum):
    """What a state means for the reader; always shown with an icon and a word, never by colour alone."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"


@dataclass(frozen=True)
class ToneColours:
    """``ink`` on ``fill`` is text; ``line`` is the border around it."""

    ink: str
    fill: str
    line: str


@dataclass(frozen=True)
class Tokens:
    """All colours of one theme, as ``#rrggbb``."""

    ground: str
    surface: str
    sunken: str
    line: str
    field_line: str
    ink: str
    ink_soft: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    on_accent: str
    disabled_ink: str
    disabled_fill: str
    focus: str
    rail: str
    rail_ink: str
    rail_ink_soft: str
    rail_hover: str
    rail_selected: str
    rail_selected_ink: str
    count: str
    on_count: str
    neutral: ToneColours
    good: ToneColours
    warn: ToneColours
    bad: ToneColours
    info: ToneColours

    def tone(self, tone: Tone) -> ToneColours:
        """The colours of a state."""
        return {
            Tone.NEUTRAL: self.neutral,
            Tone.GOOD: self.good,
            Tone.WARN: self.warn,
            Tone.BAD: self.bad,
            Tone.INFO: self.info,
        }[tone]


LIGHT = Tokens(
    ground="#f4f3ee",
    surface="#fffefb",
    sunken="#ecece5",
    line="#dddcd2",
    field_line="#7d8983",
    ink="#1a2420",
    ink_soft="#55615b",
    accent="#17634f",
    accent_hover="#125342",
    accent_pressed="#0d4335",
    accent_soft="#e3eee9",
    on_accent="#ffffff",
    disabled_ink="#6c7671",
    disabled_fill="#e7e7e0",
    focus="#1f6fb2",
    rail="#143c33",
    rail_ink="#e4efea",
    rail_ink_soft="#a8c4ba",
    rail_hover="#1f4d43",
    rail_selected="#f4f3ee",
    rail_selected_ink="#123a31",
    count="#b5441a",
    on_count="#ffffff",
    neutral=ToneColours("#44504b", "#f0f0ea", "#cfd1c8"),
    good=ToneColours("#135c43", "#e4f2ea", "#a6d2bb"),
    warn=ToneColours("#7a4a06", "#fdf1d8", "#e6c583"),
    bad=ToneColours("#9c2418", "#fcebe7", "#e5b0a6"),
    info=ToneColours("#1b527f", "#e6f0f8", "#a9cbe6"),
)

_active = LIGHT


def tokens() -> Tokens:
    """The theme in force."""
    return _active


def use(colours: Tokens) -> None:
    """Make ``colours`` the theme in force; called by ``theme.apply_theme`` alone."""
    global _active  # noqa: PLW0603 - there is one screen, and it has one theme
    _active = colours


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
