"""The groups of the form at the left, each with its state in a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.icons import Icon, pixmap
from desktop.ui.pages.visit.section import Section, SectionState
from desktop.ui.theme import screen_font
from desktop.ui.tokens import BODY, SMALL, TARGET, Tone, tokens

_WIDTH = 164
_LOOKS: Mapping[SectionState, tuple[str, Icon, Tone]] = {
    SectionState.EMPTY: ("未填", Icon.STATE, Tone.NEUTRAL),
    SectionState.TO_CONFIRM: ("待核对", Icon.WAITING, Tone.WARN),
    SectionState.FILLED: ("已填", Icon.DONE, Tone.GOOD),
    SectionState.PROBLEM: ("有问题", Icon.PROBLEM, Tone.BAD),
}
"""A word, an icon and a colour for each state."""


class _SectionButton(QRadioButton):
    """One group. A radio button, so that the arrow keys go from group to group."""

    def __init__(self, section: Section, parent: QWidget) -> None:
        super().__init__(section.word, parent)
        self._state = SectionState.EMPTY
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_state(SectionState.EMPTY)

    def show_state(self, state: SectionState) -> None:
        self._state = state
        self.setAccessibleName(f"{self.text()}，{_LOOKS[state][0]}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, TARGET)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens()
        word, icon, tone = _LOOKS[self._state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_soft if self.isChecked() else colours.sunken))
            painter.drawRoundedRect(box, 8, 8)
        if self.isChecked():
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(1, 8, 3, self.height() - 16), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 8, 8)
        painter.setFont(screen_font(BODY, bold=self.isChecked()))
        painter.setPen(QColor(colours.accent if self.isChecked() else colours.ink))
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(12, 0, -90, 0), int(vertical | Qt.AlignmentFlag.AlignLeft), self.text())
        font = screen_font(SMALL)
        width = QFontMetrics(font).horizontalAdvance(word)
        right = self.width() - 10
        painter.setFont(font)
        ink = colours.ink_soft if tone is Tone.NEUTRAL else colours.tone(tone).ink
        painter.setPen(QColor(ink))
        painter.drawText(QRect(right - width, 0, width + 2, self.height()), int(vertical), word)
        at = QPoint(right - width - 20, (self.height() - 15) // 2)
        painter.drawPixmap(at, pixmap(icon, ink, 15, self.devicePixelRatioF()))
        painter.end()


class SectionList(QWidget):
    """All groups from top to bottom; groups that are not asked this time are left out."""

    asked = Signal(str)
    """The key of a group somebody wants to see."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _SectionButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for number, section in enumerate(sections):
            made = _SectionButton(section, self)
            self._buttons[section.key] = made
            self._group.addButton(made, number)
            column.addWidget(made)
        column.addStretch(1)
        self._group.idToggled.connect(self._on_toggled)
        self.setAccessibleName(self.tr("走访表的各组"))
        self.setFixedWidth(_WIDTH)

    def set_current(self, key: str) -> QWidget:
        """Mark where one is; answers the group's button, so that it can be scrolled into sight."""
        self._group.blockSignals(True)
        self._buttons[key].setChecked(True)
        self._group.blockSignals(False)
        return self._buttons[key]

    def show_states(self, states: Mapping[str, SectionState]) -> None:
        """Show each group's state; groups without one are hidden."""
        for key, made in self._buttons.items():
            made.setVisible(key in states)
            if key in states:
                made.show_state(states[key])

    def words(self) -> dict[str, str]:
        """What is said of each group that is shown."""
        return {key: made.accessibleName() for key, made in self._buttons.items() if not made.isHidden()}

    def buttons(self) -> dict[str, QAbstractButton]:
        """The groups' buttons by key."""
        return dict(self._buttons)

    def _on_toggled(self, number: int, is_checked: bool) -> None:
        if is_checked:
            self.asked.emit(list(self._buttons)[number])
