"""Icons of one family (Lucide, ISC licence, ``resources/icons``), drawn in any colour at any scale."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.resources import resource_path
from desktop.ui.tokens import Tone, tokens


class Icon(StrEnum):
    """The icons in use; the value is the file's name."""

    TODAY = "sun"
    HOUSEHOLD = "house"
    VISIT = "footprints"
    CONSENT = "file-pen-line"
    REFERRAL = "arrow-left-right"
    SYNC = "refresh-cw"
    SETTINGS = "settings"
    LOCK = "lock"
    SEARCH = "search"
    HELP = "circle-help"
    PROBLEM = "circle-alert"
    WARNING = "triangle-alert"
    DONE = "circle-check"
    NOTE = "info"
    WAITING = "clock"
    CLOSE = "x"
    CHECK = "check"
    NEXT = "chevron-right"
    PREVIOUS = "chevron-left"
    DOWN = "chevron-down"
    BACK = "arrow-left"
    ADD = "plus"
    LESS = "minus"
    PRINT = "printer"
    SCAN = "scan-line"
    SHOW = "eye"
    HIDE = "eye-off"
    DATE = "calendar"
    PHONE = "phone"
    IDENTITY = "id-card"
    PLACE = "map-pin"
    UNDO = "undo-2"
    HELP_GIVEN = "heart-handshake"
    AID = "hand-coins"
    WISH = "hand-heart"
    PERSON = "user"
    ADD_PERSON = "user-plus"
    OFFLINE = "wifi-off"
    SAVED_HERE = "hard-drive"
    KEY = "key-round"
    FROM_FILE = "file-input"
    PRACTICE = "graduation-cap"
    DOWNLOAD = "download"
    DELETE = "trash-2"
    EDIT = "pencil"
    SHEET = "file-text"
    REFUSED = "ban"
    PENDING = "hourglass"
    CHECKED = "shield-check"
    EMPTY = "inbox"
    SEND = "send"
    FLAG = "flag"
    STATE = "circle"
    CHOSEN = "circle-dot"
    BOX = "square"
    BOX_CHECKED = "square-check"
    NOT_ASKED = "circle-dashed"
    ANSWER = "message-circle"
    CONFLICT = "git-merge"


TONE_ICONS = {
    Tone.NEUTRAL: Icon.STATE,
    Tone.GOOD: Icon.DONE,
    Tone.WARN: Icon.WARNING,
    Tone.BAD: Icon.PROBLEM,
    Tone.INFO: Icon.NOTE,
}
"""The icon of a state that names none of its own."""


def load_icons() -> None:
    """Read all of them ahead, on any thread: else each is read from the disk while a page is first painted."""
    for one in Icon:
        _source(one.value)


@cache
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _drawing(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@cache  # Qt's own cache forgets every half minute what no widget holds: lists and chips would draw theirs anew
def pixmap(icon: Icon, colour: str, size: int = 20, scale: float = 1.0) -> QPixmap:
    """``icon`` in ``colour`` (``#rrggbb``), ``size`` device-independent pixels square, for a screen of ``scale``."""
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _drawing(icon.value, colour).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def icon(name: Icon, colour: str | None = None, size: int = 20) -> QIcon:
    """A ``QIcon`` in ``colour`` (the theme's ink if none) for buttons and line edits; greyed where disabled."""
    colours = tokens()
    return _icon(name, colour or colours.ink, colours.disabled_ink, size)


@cache
def _icon(name: Icon, colour: str, disabled: str, size: int) -> QIcon:
    result = QIcon()
    for scale in sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}):
        result.addPixmap(pixmap(name, colour, size, scale))
        result.addPixmap(pixmap(name, disabled, size, scale), QIcon.Mode.Disabled)
    return result
