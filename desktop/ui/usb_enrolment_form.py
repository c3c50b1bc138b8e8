"""Enrolling without a network (没有网络：用 U 盘开通): save the request, come back with the county's answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.file_choice import choose_files, choose_where_to_save
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.buttons import button, link_button, primary_button
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label

if TYPE_CHECKING:  # loading the services takes longer than showing the door
    from desktop.services.application import Application
    from desktop.services.enrolment_files import RequestFile


class UsbEnrolmentForm(QWidget):
    """Two halves of one form: before the request was made the code, after it the choice of the answer.

    The vault remembers the request, so that the form stands where it stood when the program is opened again.
    """

    enrolled = Signal()
    online_asked = Signal()
    """There is a network after all."""
    later_asked = Signal()
    primary_changed = Signal(str)
    """The words of the primary action, for a page that shows it in its own corner."""

    def __init__(
        self,
        tasks: Tasks,
        application: Application,
        *,
        later: bool,
        has_button: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._application = application
        self._request: RequestFile | None = None
        self.code = TextField(self.tr("开通单上的一行字"))
        self.address = TextField(self.tr("https://（可以以后再填）"))
        self._typing = Form(1)
        self._typing.add(self.tr("开通码(&C)"), self.code, note=self.tr("只能用一次；打错了会提示，不会作废。"))
        self._typing.add(self.tr("县里的地址(&A)"), self.address, note=self.tr("开通单上有，以后联网同步要用。"))
        self._waiting = label(wrap=True)
        self.again = button(self.tr("再存一次申请…"), self._save, Icon.DOWNLOAD, parent=self)
        self.other_code = link_button(self.tr("换一个开通码"), self._begin_anew, parent=self)
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        self.go = primary_button("", self.submit, parent=self)
        self.go.setVisible(has_button)
        self.online = link_button(self.tr("有网络：直接开通"), self.online_asked.emit, parent=self)
        self.later = button(self.tr("以后再开通"), self.later_asked.emit, parent=self)
        self.later.setVisible(later)
        self._lay_out()
        EnterSubmits(self.code, self.submit)
        EnterSubmits(self.address, self.submit)
        self.setFocusProxy(self.code)
        self._show_half(None)
        self._ask()

    @property
    def is_waiting(self) -> bool:
        """Whether the request was made and the answer is to come."""
        return self._request is not None

    def primary_words(self) -> str:
        """What the primary action does now."""
        return self.tr("选县里的答复…") if self.is_waiting else self.tr("存出申请文件…")

    def submit(self) -> None:
        """The primary action: make and save the request, or choose the answer."""
        if not self.go.isEnabled():
            return
        self._say("")
        if self.is_waiting:
            self._choose_answer()
        elif not self.code.value():
            self._say(self.tr("请填开通码。"))
            self.code.setFocus()
        else:
            self._make_request()

    # --- the request

    def _ask(self) -> None:
        from desktop.services import enrolment_files

        application = self._application
        self._tasks.run(self, lambda: enrolment_files.asked_by_file(application), self._show_half, self._fail)

    def _make_request(self) -> None:
        from desktop.services import enrolment_files

        application, code, address = self._application, self.code.value(), self.address.value()

        def made(request: RequestFile) -> None:
            self.code.clear()
            self._show_half(request)
            self._save()

        self._set_busy(True)
        self._tasks.run(
            self,
            lambda: enrolment_files.ask_by_file(application, code, url=address),
            made,
            self._fail,
            lane=Lane.WRITE,
        )

    def _save(self) -> None:
        from desktop.services import enrolment_files

        request = self._request
        if request is None:
            return
        self._set_busy(False)
        title = self.tr("把申请存到 U 盘")
        chosen = choose_where_to_save(self, title, request.name, self.tr("开通申请 (*.json)"))
        if chosen is None:
            self._say(self.tr("还没有存出来。申请在本机，插好 U 盘后按“再存一次申请”。"))
            return

        def saved(where: Path) -> None:
            self._set_busy(False)
            self._tell_waiting(where.name)

        self._say("")
        self._set_busy(True)
        self._tasks.run(
            self, lambda: enrolment_files.save_request(chosen, request), saved, self._fail, lane=Lane.OUTSIDE
        )

    def _begin_anew(self) -> None:
        self._say("")
        self._show_half(None)
        self.code.setFocus()

    # --- the answer

    def _choose_answer(self) -> None:
        from desktop.services import enrolment_files

        chosen = choose_files(self, self.tr("选县里的开通答复"), self.tr("开通答复 (*.json);;所有文件 (*)"))
        if not chosen:
            return
        application = self._application
        self._set_busy(True)
        self._tasks.run(
            self,
            lambda: enrolment_files.take_answer(application, enrolment_files.read_answer(Path(chosen[0]))),
            lambda _: self.enrolled.emit(),
            self._fail,
            lane=Lane.WRITE,
        )

    # --- what is shown

    def _show_half(self, request: RequestFile | None) -> None:
        self._request = request
        self._typing.setVisible(request is None)
        for widget in (self._waiting, self.again, self.other_code):
            widget.setVisible(request is not None)
        if request is not None:
            self._tell_waiting(request.name)
        self._set_busy(False)
        self.setFocusProxy(self.code if request is None else self.go if not self.go.isHidden() else self.again)
        focused = cast("QWidget | None", self.window().focusWidget())
        if focused is not None and self.isAncestorOf(focused):
            self.setFocus()  # what had it may be hidden now
        self.primary_changed.emit(self.primary_words())

    def _tell_waiting(self, name: str) -> None:
        self._waiting.setText(
            self.tr(
                "申请做好了：{name}。\n把它带给县里，县里会存一份答复；拿到以后回到这里，选那份答复。"
                "这期间可以关掉程序。"
            ).format(name=name)
        )

    def _fail(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self._say(word(error).sentence())

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _set_busy(self, is_busy: bool) -> None:
        for widget in (self.code, self.address, self.again, self.other_code, self.go, self.online, self.later):
            widget.setEnabled(not is_busy)
        self.go.setText(self.primary_words())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._typing)
        column.addWidget(self._waiting)
        column.addWidget(Flow([self.again, self.other_code, self.online]))
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.later)
        row.addStretch(1)
        row.addWidget(self.go)
        column.addLayout(row)
