"""The county's address, where a vault was enrolled by files and has none yet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.messages import word
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class CountyAddressForm(QWidget):
    """Asks for the address; ``given`` carries it as typed."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address = TextField("https://")
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        form = Form(1)
        form.add(self.tr("县里的地址(&A)"), self.address, note=self.tr("联网同步要用，开通单上有，照着填。"))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(self.tr("存下地址"), self.submit, parent=self))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        column.addWidget(self.problem)
        column.addLayout(row)
        EnterSubmits(self.address, self.submit)
        self.setFocusProxy(self.address)

    def submit(self) -> None:
        """Hand on what was typed."""
        self._say("" if self.address.value() else self.tr("请填县里的地址。"))
        if self.address.value():
            self.given.emit(self.address.value())

    def show_error(self, error: UserFacingError) -> None:
        """It will not do, and why."""
        self._say(word(error).sentence())
        self.address.setFocus()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
