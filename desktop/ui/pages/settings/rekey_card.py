"""换数据钥匙: what a new data key is for, and where a worker begins it; the work is done outside the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.typed import format_date
from desktop.services import rekey
from desktop.services.application import Application, local_day
from desktop.services.rekey import DataKey
from desktop.ui.icons import Icon
from desktop.ui.login_form import PasswordEdit
from desktop.ui.messages import word
from desktop.ui.pages.settings.question import question
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class RekeyCard(Card):
    """Asks for the password, and lets the workspace do the rest once it is known to be right."""

    asked = Signal(str)
    """The password of this vault: everybody else has to leave it now (``ui/rekeying_form.py``)."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("换数据钥匙"))
        self._tasks = tasks
        self._application = application
        self.begin = button(self.tr("换数据钥匙…(&K)"), self._ask, Icon.KEY, parent=self)
        self.heading.add(self.begin)
        self.advice = StateChip(Chip(""))
        self.words = label(
            self.tr(
                "整个加密库由一把数据钥匙锁着，改密码不会换掉它。电脑丢过又找回来、县里帮您恢复过密码，或县里来电话要求换，就在这里换。"
            ),
            wrap=True,
        )
        self.since = label(kind="soft", wrap=True)
        self.password = PasswordEdit()
        self.problem = label(kind="problem", wrap=True)
        self._form = self._make_form()
        for widget in (self.advice, self.words, self.since, self._form):
            self.add(widget)
        for widget in (self.advice, self._form):
            widget.hide()
        self.hide()

    def refresh(self) -> None:
        """Read anew since when the key is what it is."""
        self._tasks.run(self, lambda: rekey.data_key(self._application), self._show)

    def submit(self) -> None:
        """Say what is missing, or try the password."""
        if not self.go.isEnabled():
            return
        typed = self.password.text()
        self._say("" if typed else self.tr("请输入现在的密码。"))
        if not typed:
            return
        self._set_busy(is_busy=True)
        self._tasks.run(
            self,
            lambda: rekey.check_password(self._application, typed),
            lambda _: self._on_right(typed),
            self._on_failure,
            lane=Lane.OUTSIDE,  # behind a sync or a backup that is under way
        )

    def _show(self, key: DataKey) -> None:
        self.setVisible(key.offered)
        self.advice.show_chip(Chip(self.tr("县里帮您恢复过密码，建议换一次"), Tone.WARN, Icon.WARNING))
        self.advice.setVisible(key.advised)
        day = format_date(local_day(key.since)) if key.since else ""
        self.since.setText(self.tr("上次换：{day}").format(day=day) if day else self.tr("还没有换过。"))

    def _ask(self) -> None:
        self._form.show()
        self.begin.setEnabled(False)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_right(self, password: str) -> None:
        self._close()
        self.asked.emit(password)

    def _on_failure(self, error: UserFacingError) -> None:
        self._set_busy(is_busy=False)
        self._say(word(error).sentence())
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> None:
        self._set_busy(is_busy=False)
        self._say("")
        self.password.clear()
        self._form.hide()
        self.begin.setEnabled(True)
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _set_busy(self, *, is_busy: bool) -> None:
        for widget in (self.password, self.go, self.stop):
            widget.setEnabled(not is_busy)
        self.go.setText(self.tr("正在核对密码…") if is_busy else self.tr("先备份，再换钥匙"))

    def _make_form(self) -> QWidget:
        words = self.tr(
            "窗口会先关上，草稿都留着；接着自动备份一次，再用新钥匙把整个库重写一遍，逐条核对无误才启用。"
            "密码和设备卡都不变。一般一两分钟，中途停下或断电，库还是原来的样子。换好后重新登录。"
        )
        form = Form(1)
        form.add(self.tr("现在的密码(&W)"), self.password)
        self.go = primary_button(self.tr("先备份，再换钥匙"), self.submit, parent=self)
        self.stop = button(self.tr("不换了"), self._close, parent=self)
        whole = question(self, form, self.problem, self.stop, self.go, words)
        EnterSubmits(self.password, self.submit)
        return whole
