"""Windows: power and session messages to the window. Written after Microsoft's documents; not yet tried on Windows.

WM_POWERBROADCAST with PBT_APMSUSPEND, or with GUID_LIDSWITCH_STATE_CHANGE after RegisterPowerSettingNotification;
WM_WTSSESSION_CHANGE with WTS_SESSION_LOCK after WTSRegisterSessionNotification.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.ui.system_watch.watch import Occasion, SystemWatch

_WM_POWERBROADCAST: Final = 0x0218
_WM_WTSSESSION_CHANGE: Final = 0x02B1
_PBT_APMSUSPEND: Final = 0x0004
_PBT_POWERSETTINGCHANGE: Final = 0x8013
_WTS_SESSION_LOCK: Final = 0x7
_NOTIFY_FOR_THIS_SESSION: Final = 0
_DEVICE_NOTIFY_WINDOW_HANDLE: Final = 0
LID_SWITCH: Final = UUID("ba3e0f4d-b817-4094-a2d1-d56379e6a0f3").bytes_le
"""GUID_LIDSWITCH_STATE_CHANGE as it lies in memory; its value is 0 for a closed lid."""


class PowerSetting(ctypes.Structure):
    """POWERBROADCAST_SETTING, with the four bytes that a lid's state takes."""

    _fields_ = (("setting", ctypes.c_byte * 16), ("length", wintypes.DWORD), ("value", wintypes.DWORD))


def occasion_of(message: int, wparam: int, lparam: int) -> Occasion | None:
    """What a window message means for the lock; None for all others."""
    if message == _WM_WTSSESSION_CHANGE and wparam == _WTS_SESSION_LOCK:
        return Occasion.SESSION
    if message != _WM_POWERBROADCAST:
        return None
    if wparam == _PBT_APMSUSPEND:
        return Occasion.SLEEP
    if wparam == _PBT_POWERSETTINGCHANGE and lparam:
        changed = PowerSetting.from_address(lparam)
        if bytes(changed.setting) == LID_SWITCH and changed.length == 4 and changed.value == 0:
            return Occasion.LID
    return None


class _Filter(QAbstractNativeEventFilter):
    """Looks at every message of the thread and lets all of them pass."""

    def __init__(self, watch: WindowsWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        if QByteArray(kind) == QByteArray(b"windows_generic_MSG"):
            told = wintypes.MSG.from_address(int(message))
            self._watch.hear(told.message, told.wParam, told.lParam)
        return False, 0


class WindowsWatch(SystemWatch):
    """Registers the workspace's window for what is only sent to windows that ask."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._filter = _Filter(self)
        self._lid: Any = None

    def start(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self._filter)
            self._add_watched(Occasion.SLEEP)
        if sys.platform == "win32":
            handle = int(self._window.winId())
            if ctypes.windll.wtsapi32.WTSRegisterSessionNotification(handle, _NOTIFY_FOR_THIS_SESSION):
                self._add_watched(Occasion.SESSION)
            register = ctypes.windll.user32.RegisterPowerSettingNotification
            register.restype = wintypes.HANDLE
            self._lid = register(wintypes.HANDLE(handle), LID_SWITCH, _DEVICE_NOTIFY_WINDOW_HANDLE)
            if self._lid:
                self._add_watched(Occasion.LID)

    def stop(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self._filter)
        if sys.platform == "win32":
            ctypes.windll.wtsapi32.WTSUnRegisterSessionNotification(int(self._window.winId()))
            if self._lid:
                ctypes.windll.user32.UnregisterPowerSettingNotification(wintypes.HANDLE(self._lid))
                self._lid = None

    def hear(self, message: int, wparam: int, lparam: int) -> None:
        """Say what a message means, if anything."""
        occasion = occasion_of(message, wparam, lparam)
        if occasion is not None:
            self.lock_due.emit(occasion.value)
