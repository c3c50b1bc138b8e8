"""How to begin on a laptop without a vault, or as a new colleague on a shared one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.icons import Icon, pixmap
from desktop.ui.tokens import tokens
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.labels import label

_LEFT = Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True)
class FirstStep:
    """One way to begin on a laptop without a vault; ``chosen`` goes on from there."""

    icon: Icon
    title: str
    explanation: str
    chosen: Callable[[], None]


class _StepButton(QPushButton):
    """A large choice: icon, title and what it means."""

    def __init__(self, step: FirstStep, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "choice")
        self.setAccessibleName(step.title)
        self.setAccessibleDescription(step.explanation)
        self.setAutoDefault(False)
        image = label(parent=self)
        image.setPixmap(pixmap(step.icon, tokens().accent, 28, self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(step.title, "section", wrap=True))
        words.addWidget(label(step.explanation, "soft", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(image, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        self._row = row
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: step.chosen())  # noqa: PLW0108 - clicked carries a bool

        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row.totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.totalMinimumSize()


class FirstRun(QWidget):
    """The choices of a laptop without a vault, or of a new colleague on a shared one."""

    back_asked = Signal()

    def __init__(self, steps: Sequence[FirstStep], *, has_back: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for step in steps:
            column.addWidget(_StepButton(step, self))
        if has_back:
            column.addWidget(button(self.tr("返回"), self.back_asked.emit, Icon.BACK, parent=self), 0, _LEFT)
