"""States in words: an icon, a word and a colour that repeats what both say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.icons import TONE_ICONS, Icon, pixmap
from desktop.ui.theme import screen_font
from desktop.ui.tokens import SMALL, Tone, tokens

_HEIGHT = 26
_PADDING = 8
_PICTURE = 15
_SPACE = 5


@dataclass(frozen=True)
class Chip:
    """One state or label. ``icon`` None takes the tone's own; a plain label (老, 残) has tone NEUTRAL and no icon."""

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: Icon | None = None

    @property
    def picture(self) -> Icon | None:
        """The icon to draw; None for a plain label."""
        if self.icon is not None or self.tone is Tone.NEUTRAL:
            return self.icon
        return TONE_ICONS[self.tone]


def chip_size(chip: Chip) -> QSize:
    """The room a chip needs."""
    text = QFontMetrics(screen_font(SMALL)).horizontalAdvance(chip.text)
    picture = _PICTURE + _SPACE if chip.picture is not None else 0
    return QSize(text + picture + 2 * _PADDING, _HEIGHT)


def paint_chip(painter: QPainter, rect: QRect, chip: Chip) -> None:
    """Draw a chip into ``rect``; delegates of lists use this, so that lists and pages look alike."""
    colours = tokens().tone(chip.tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.line), 1))
    painter.setBrush(QColor(colours.fill))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    left = rect.left() + _PADDING
    if chip.picture is not None:
        scale = painter.device().devicePixelRatioF()
        top = rect.center().y() - _PICTURE // 2
        painter.drawPixmap(left, top, pixmap(chip.picture, colours.ink, _PICTURE, scale))
        left += _PICTURE + _SPACE
    painter.setFont(screen_font(SMALL))
    painter.setPen(QColor(colours.ink))
    room = QRect(left, rect.top(), rect.right() - left - _PADDING + 2, rect.height())
    text = painter.fontMetrics().elidedText(chip.text, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
    painter.restore()


class StateChip(QWidget):
    """A chip as a widget."""

    def __init__(self, chip: Chip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._chip = chip
        self.show_chip(chip)

    @property
    def chip(self) -> Chip:
        """What is shown."""
        return self._chip

    def show_chip(self, chip: Chip) -> None:
        """Show another state."""
        self._chip = chip
        self.setAccessibleName(chip.text)
        self.setToolTip(chip.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return chip_size(self._chip)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(chip_size(self._chip).width(), 60), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, self.rect(), self._chip)
        painter.end()
