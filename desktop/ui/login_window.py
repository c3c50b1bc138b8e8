"""The locked door: the login form, or the ways to begin on a new laptop. Loads nothing of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.first_run import FirstRun, FirstStep
from desktop.ui.icons import Icon, pixmap
from desktop.ui.login_form import Credentials, LoginForm, WorkerChoice
from desktop.ui.messages import word
from desktop.ui.tasks import Tasks
from desktop.ui.theme import screen_font
from desktop.ui.tokens import tokens
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.labels import label

__all__ = ["Credentials", "FirstStep", "LoginWindow", "WorkerChoice"]


class LoginWindow(QWidget):
    """The first window. Shows the login form where there are vaults, the first steps where there are none.

    ``show_form`` puts a page of a first step (enrolment) in the same place; ``show_start`` comes back.
    """

    unlocked = Signal(object)
    closed = Signal()
    forgot_asked = Signal(str)
    """A worker forgot the password of this vault."""

    def __init__(
        self,
        tasks: Tasks,
        workers: Sequence[WorkerChoice],
        unlock: Callable[[Credentials], object],
        first_steps: Sequence[FirstStep],
        wait_seconds: Callable[[str], int] = lambda _: 0,
        parent: QWidget | None = None,
        *,
        is_damaged: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("走村"))
        self.resize(980, 620)
        self.setMinimumSize(QSize(640, 440))
        self._has_workers = bool(workers)
        self._card = Card()
        self._card.setMaximumWidth(520)
        self._card.body.setContentsMargins(28, 24, 28, 24)
        self._lead = label(kind="soft", wrap=True)
        self._forms: list[QWidget] = []
        self._card.add(self._lead)
        self.form = LoginForm(tasks, workers, unlock, wait_seconds, self, is_damaged=is_damaged)
        self.first_run = FirstRun(first_steps, has_back=self._has_workers, parent=self)
        self.form.hide()
        self.first_run.hide()
        self.form.unlocked.connect(self.unlocked)
        self.form.other_asked.connect(self.show_first_steps)
        self.form.forgot_asked.connect(self.forgot_asked)
        self.first_run.back_asked.connect(self.show_start)
        tasks.user_error.connect(self._tell_error)
        self._lay_out()
        self.show_start()

    def show_start(self) -> None:
        """The login form, or the first steps where nobody has a vault here."""
        if self._has_workers:
            self._show(self.form, self.tr("打开工作台"), self.tr("资料加密保存在这台电脑上，只有您的密码能打开。"))
            self.form.password.setFocus()
        else:
            self.show_first_steps()

    def show_first_steps(self) -> None:
        """The ways to begin."""
        self._show(self.first_run, self.tr("开始使用"), self.tr("每位经办人有自己的加密库。请选一种方式开通。"))
        self.first_run.focusNextChild()

    def tell(self, text: str) -> None:
        """Say something above what is shown (that the last session ended unexpectedly)."""
        self._lead.setText(text)

    def show_form(self, form: QWidget, title: str, lead: str) -> None:
        """Show a page of a first step under its own title."""
        self._show(form, title, lead)
        form.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _tell_error(self, error: UserFacingError) -> None:
        """What no form says itself must not go unsaid: there is no banner yet."""
        self.tell(word(error).sentence())

    def _show(self, widget: QWidget, title: str, lead: str) -> None:
        if widget not in self._forms:
            self._forms.append(widget)
            self._card.add(widget)
        for each in self._forms:
            each.setVisible(each is widget)
        self._card.set_title(title)
        self._lead.setText(lead)

    def _lay_out(self) -> None:
        content = QWidget(self)
        content.setProperty("kind", "page")
        centre = QVBoxLayout(content)
        centre.setContentsMargins(24, 24, 24, 24)
        centre.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card, 6)
        row.addStretch(1)
        centre.addLayout(row)
        centre.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(_Cover(self), 2)
        outer.addWidget(area, 5)


class _Cover(QWidget):
    """The green cover with the name, as on a ledger."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumWidth(170)
        self.setMaximumWidth(340)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colours.rail))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        middle = self.height() // 2
        picture = pixmap(Icon.VISIT, colours.rail_ink_soft, 44, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - 44) // 2, middle - 104, picture)
        painter.setPen(QColor(colours.rail_ink))
        painter.setFont(screen_font(40, bold=True))
        painter.drawText(QRect(0, middle - 44, self.width(), 56), centre, self.tr("走村"))
        painter.setFont(screen_font(14))
        painter.setPen(QColor(colours.rail_ink_soft))
        lines = self.tr("政府救助与慈善帮扶\n入户走访 · 同意 · 转介")
        painter.drawText(QRect(8, middle + 20, self.width() - 16, 60), centre, lines)
        painter.end()
