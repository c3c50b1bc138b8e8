"""The dark rail at the left: where one is, where one can go, and what waits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.icons import Icon, pixmap
from desktop.ui.theme import screen_font
from desktop.ui.tokens import BODY, SMALL, tokens

_WIDE = 184
_NARROW = 84
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Section:
    """One entry of the rail. ``key`` is the name of the page it opens; ``keys`` its shortcut."""

    key: str
    word: str
    icon: Icon
    keys: str = ""
    is_low: bool = False
    """At the lower end of the rail."""


class _RailButton(QAbstractButton):
    def __init__(self, section: Section, parent: QWidget) -> None:
        super().__init__(parent)
        self._section = section
        self._count = 0
        self._is_narrow = False
        self._is_hovered = False
        self.setText(section.word)
        self.setToolTip(f"{section.word}  {section.keys}".strip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    @property
    def is_narrow(self) -> bool:
        return self._is_narrow

    def set_narrow(self, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        self.updateGeometry()
        self.update()

    def set_count(self, count: int) -> None:
        self._count = count
        self._name()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_NARROW - 12, 50) if self._is_narrow else QSize(_WIDE - 20, 42)

    def minimumSizeHint(self) -> QSize:
        # At 150 % on a small screen the rail still has to hold all its entries.
        return QSize(self.sizeHint().width(), 44 if self._is_narrow else 38)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._is_hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ink = colours.rail_selected_ink if self.isChecked() else colours.rail_ink
        if self.isChecked() or self._is_hovered or self.isDown():
            painter.setBrush(QColor(colours.rail_selected if self.isChecked() else colours.rail_hover))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.focus if self.isChecked() else colours.rail_ink), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        picture = pixmap(self._section.icon, ink, 20, self.devicePixelRatioF())
        painter.setPen(QColor(ink))
        if self._is_narrow:
            top = (self.height() - 42) // 2
            painter.drawPixmap((self.width() - 20) // 2, top + 1, picture)
            painter.setFont(screen_font(SMALL, bold=self.isChecked()))
            painter.drawText(QRect(0, top + 22, self.width(), 20), _CENTRE, self._section.word)
            self._paint_count(painter, self.width() // 2 + 10, top - 4)
        else:
            painter.drawPixmap(12, (self.height() - 20) // 2, picture)
            painter.setFont(screen_font(BODY, bold=self.isChecked()))
            painter.drawText(QRect(44, 0, self.width() - 44, self.height()), _LEFT, self._section.word)
            if not self.isCheckable():
                # The lock is pressed in a hurry: its keys are always in sight.
                painter.setFont(screen_font(SMALL))
                painter.setPen(QColor(colours.rail_ink_soft))
                painter.drawText(QRect(0, 0, self.width() - 12, self.height()), _RIGHT, self._section.keys)
            self._paint_count(painter, self.width() - 12, (self.height() - 22) // 2, is_right=True)
        painter.end()

    def _paint_count(self, painter: QPainter, left: int, top: int, *, is_right: bool = False) -> None:
        if not self._count:
            return
        text = str(self._count) if self._count < 100 else "99+"
        font = screen_font(SMALL, bold=True)
        width = max(24, QFontMetrics(font).horizontalAdvance(text) + 12)
        rect = QRect(left - width if is_right else left, top, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().count))
        painter.drawRoundedRect(QRectF(rect), 11, 11)
        painter.setFont(font)
        painter.setPen(QColor(tokens().on_count))
        painter.drawText(rect, _CENTRE, text)

    def _name(self) -> None:
        word = self._section.word
        waiting = self.tr("{word}，{count} 项待办").format(word=word, count=self._count)
        self.setAccessibleName(waiting if self._count else word)


class Rail(QWidget):
    """Sections from top to bottom; ``lock`` sits at the end. Narrow windows get icons over words."""

    asked = Signal(str)
    """The key of a section."""
    lock_asked = Signal()

    def __init__(self, sections: Sequence[Section], worker: str, station: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worker, self._station = worker, station
        self._is_narrow = False
        self._buttons: dict[str, _RailButton] = {}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(2)
        self._column.addSpacing(0)
        for section in (each for each in sections if not each.is_low):
            self._add(section)
        self._column.addStretch(1)
        for section in (each for each in sections if each.is_low):
            self._add(section)
        lock = _RailButton(Section("lock", self.tr("锁定"), Icon.LOCK, "Ctrl+L"), self)
        lock.clicked.connect(lambda: self.lock_asked.emit())  # noqa: PLW0108 - clicked carries a bool
        self._column.addWidget(lock)
        self._lock = lock
        self.setAccessibleName(self.tr("导航"))
        self.setFixedWidth(_WIDE)
        self._fit()

    def set_narrow(self, is_narrow: bool) -> None:
        """Icons over words instead of beside them."""
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self._fit()

    def set_current(self, key: str) -> None:
        """Mark where one is."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_count(self, key: str, count: int) -> None:
        """How many things wait in a section; 0 shows nothing."""
        self._buttons[key].set_count(count)

    def buttons(self) -> list[QAbstractButton]:
        """The entries from top to bottom, the lock last."""
        return [*self._buttons.values(), self._lock]

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.rail))
        painter.setPen(QColor(colours.rail_ink))
        if self._is_narrow:
            painter.setFont(screen_font(17, bold=True))
            painter.drawText(QRect(0, 6, self.width(), 28), _CENTRE, self.tr("走村"))
        else:
            painter.setFont(screen_font(21, bold=True))
            painter.drawText(QRect(22, 14, self.width() - 30, 30), _LEFT, self.tr("走村"))
            painter.setFont(screen_font(SMALL))
            painter.setPen(QColor(colours.rail_ink_soft))
            metrics = painter.fontMetrics()
            for top, text in ((46, self._worker), (66, self._station)):
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 34)
                painter.drawText(QRect(22, top, self.width() - 30, 20), _LEFT, shown)
        painter.end()

    def _add(self, section: Section) -> None:
        button = _RailButton(section, self)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.asked.emit(section.key))
        self._buttons[section.key] = button
        self._group.addButton(button)
        self._column.addWidget(button)

    def _fit(self) -> None:
        self.setFixedWidth(_NARROW if self._is_narrow else _WIDE)
        side = 6 if self._is_narrow else 10
        self._column.setContentsMargins(side, 36 if self._is_narrow else 98, side, 8)
        self.setToolTip(f"{self._worker} · {self._station}" if self._is_narrow else "")
        for button in (*self._buttons.values(), self._lock):
            button.set_narrow(self._is_narrow)
