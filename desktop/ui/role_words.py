"""What a worker's role is not offered: disabled with the reason, never a button that would be refused."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.services.application import Application
from desktop.services.permission import Capability, may, refusal
from desktop.ui.messages import word


def offer(control: QWidget | QAction, application: Application, capability: Capability) -> bool:
    """Disable what this role may not do, and say why where it is pointed at; answers whether it is offered."""
    if may(application, capability):
        return True
    words = word(refusal(application, capability)).sentence()
    control.setEnabled(False)
    control.setToolTip(words)
    if isinstance(control, QWidget):
        control.setAccessibleDescription(words)
    return False
