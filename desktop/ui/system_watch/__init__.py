"""What the computer itself does that calls for the lock: it goes to sleep, its lid closes, its own screen locks."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget

from desktop.ui.system_watch.watch import Occasion, SystemWatch

__all__ = ["Occasion", "SystemWatch", "system_watch"]


def system_watch(window: QWidget) -> SystemWatch:
    """The watch of this computer for ``window``, not started."""
    if sys.platform == "win32":
        from desktop.ui.system_watch.windows import WindowsWatch

        return WindowsWatch(window)
    from PySide6.QtDBus import QDBusConnection

    from desktop.ui.system_watch.buses import BusWatch

    return BusWatch(QDBusConnection.systemBus(), QDBusConnection.sessionBus(), window)
