"""在县里开通 on the page 同步: with a network, or by files on a USB stick."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.application import Application
from desktop.ui.enrolment_form import EnrolmentForm
from desktop.ui.tasks import Tasks
from desktop.ui.usb_enrolment_form import UsbEnrolmentForm
from desktop.ui.widgets.cards import Card


class EnrolmentView(QWidget):
    """One of the two forms; the page's primary action submits it."""

    asked = Signal(str, str)
    """The county's address and the code, to be enrolled with a network."""
    enrolled = Signal()
    """The answer on the stick was taken in."""
    primary_changed = Signal()
    """The words of the primary action are other than before."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._application = application
        self.is_by_stick = False
        self.online = EnrolmentForm(later=False, has_button=False)
        self.online.asked.connect(self.asked)
        self.online.usb_asked.connect(lambda: self.choose_stick(True))
        self._card = Card(self.tr("在县里开通"), self.tr("本机的内容都在；开通以后才能上报和取目录"), parent=self)
        self._card.setMaximumWidth(640)
        self._card.add(self.online)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addStretch(1)

    def look_for_request(self) -> None:
        """Bring the form for the stick in front if a request made before waits for the county's answer."""
        _ = self.usb

    @cached_property
    def usb(self) -> UsbEnrolmentForm:
        """The form for the stick; made, it looks by itself for a request that waits for its answer."""
        form = UsbEnrolmentForm(self._tasks, self._application, later=False, has_button=False, parent=self)
        form.hide()
        form.enrolled.connect(self.enrolled)
        form.online_asked.connect(lambda: self.choose_stick(False))
        form.primary_changed.connect(lambda _: self.choose_stick(form.is_waiting or self.is_by_stick))
        self._card.add(form)
        return form

    def choose_stick(self, is_by_stick: bool) -> None:
        """Show the form for the stick, or the one with a network."""
        self.is_by_stick = is_by_stick
        self.online.setVisible(not is_by_stick)
        self.usb.setVisible(is_by_stick)
        self.primary_changed.emit()

    def primary_words(self) -> str:
        """What the primary action does now."""
        return self.usb.primary_words() if self.is_by_stick else self.tr("开通")

    def submit(self) -> None:
        """The primary action."""
        self._form().submit()

    def focus_first(self) -> None:
        """Put the focus where enrolling begins."""
        self._form().setFocus()

    def _form(self) -> EnrolmentForm | UsbEnrolmentForm:
        return self.usb if self.is_by_stick else self.online
