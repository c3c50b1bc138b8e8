"""A message that waits beside the work instead of stopping it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.icons import TONE_ICONS, Icon, pixmap
from desktop.ui.messages import Message
from desktop.ui.tokens import Tone, tokens
from desktop.ui.widgets.buttons import icon_button, link_button
from desktop.ui.widgets.labels import label

_SHORT = 12_000
"""How long a message stays that asks for nothing, in milliseconds; long enough to read and to press 撤销."""


@dataclass(frozen=True)
class Notice:
    """A message for the banner. ``action`` (撤销, 查看 …) calls ``pressed``; ``stays`` waits for the reader."""

    text: str
    tone: Tone = Tone.GOOD
    detail: str = ""
    action: str = ""
    pressed: Callable[[], None] | None = None
    stays: bool = False


def notice_of(message: Message) -> Notice:
    """A worded error as a notice: what happened in bold, the rest under it."""
    return Notice(message.what, Tone.BAD, message.meaning + message.action, stays=True)


class Banner(QFrame):
    """Shows one notice above the page; hidden when there is none. A newer notice takes the place of the older."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice: Notice | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self._image = QLabel(self)
        self._text = label(kind="", wrap=True)
        self._detail = label(kind="soft", wrap=True)
        self._action = link_button("", self._press, parent=self)
        self._close = icon_button(Icon.CLOSE, self.tr("关闭提示"), self.clear, parent=self)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._image, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Show ``notice``; screen readers announce it."""
        self._notice = notice
        colours = tokens().tone(notice.tone)
        scale = self.devicePixelRatioF()
        self._image.setPixmap(pixmap(TONE_ICONS[notice.tone], colours.ink, 20, scale))
        self._text.setText(notice.text)
        self._detail.setText(notice.detail)
        self._detail.setVisible(bool(notice.detail))
        self._action.setText(notice.action)
        self._action.setVisible(bool(notice.action and notice.pressed))
        self.setAccessibleName(notice.text + notice.detail)
        self.show()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if notice.stays:
            self._timer.stop()
        else:
            self._timer.start(_SHORT)

    def clear(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self._notice = None
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        # Someone is reading it, or on the way to its button.
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self._notice is not None and not self._notice.stays:
            self._timer.start(_SHORT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens().tone(self._notice.tone if self._notice else Tone.INFO)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def _press(self) -> None:
        notice = self._notice
        self.clear()
        if notice is not None and notice.pressed is not None:
            notice.pressed()
