"""Linux: systemd-logind and UPower on the system's D-Bus, the desktop's lock screen on the session's.

Sleep: ``PrepareForSleep`` with a *delay* lock, so that the machine waits until the process that held the keys is gone
(systemd.io/INHIBITOR_LOCKS; at most 5 seconds by default). The lock is a file descriptor and goes with the process.
Nothing here waits for an answer: a bus that is not there, or a service that never answers, changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
    QDBusVariant,
)

from desktop.ui.system_watch.watch import Occasion, SystemWatch

_LOGIN: Final = "org.freedesktop.login1"
_LOGIN_PATH: Final = "/org/freedesktop/login1"
_MANAGER: Final = "org.freedesktop.login1.Manager"
_SESSION: Final = "org.freedesktop.login1.Session"
_POWER: Final = "org.freedesktop.UPower"
_POWER_PATH: Final = "/org/freedesktop/UPower"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_BUS: Final = "org.freedesktop.DBus"
_BUS_PATH: Final = "/org/freedesktop/DBus"


@dataclass(frozen=True)
class _LockScreen:
    """A desktop's lock screen: where it is, and the signal by which it says that it is up."""

    service: str
    path: str
    signal: str
    says_whether: bool = True
    """The signal carries true for locked and false for unlocked; otherwise it is sent for locked only."""


_LOCK_SCREENS: Final = (
    _LockScreen("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "ActiveChanged"),
    _LockScreen("org.freedesktop.ScreenSaver", "/ScreenSaver", "ActiveChanged"),
    _LockScreen("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "ActiveChanged"),
    _LockScreen("org.mate.ScreenSaver", "/org/mate/ScreenSaver", "ActiveChanged"),
    _LockScreen("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver", "ActiveChanged"),
    # Kylin (银河麒麟) says it with a signal of its own:
    _LockScreen("org.ukui.ScreenSaver", "/", "lock", says_whether=False),
    # UOS (统信), version 20 and version 25:
    _LockScreen("com.deepin.dde.lockFront", "/com/deepin/dde/lockFront", "Visible"),
    _LockScreen("org.deepin.dde.LockFront1", "/org/deepin/dde/LockFront1", "Visible"),
)


class BusWatch(SystemWatch):
    """Listens on both buses; either may be missing."""

    def __init__(self, system: QDBusConnection, session: QDBusConnection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._system = system
        self._session = session
        self._delay: QDBusUnixFileDescriptor | None = None
        self._own_session = ""
        self._is_stopped = False

    def start(self) -> None:
        if self._system.isConnected():
            self._watch_sleep()
            self._watch_own_session()
            self._watch_lid()
        if self._session.isConnected():
            self._watch_lock_screens()

    def stop(self) -> None:
        self._is_stopped = True
        self._delay = None  # closes the descriptor: the machine may sleep

    # --- sleep

    def _watch_sleep(self) -> None:
        self._system.connect(_LOGIN, _LOGIN_PATH, _MANAGER, "PrepareForSleep", self, _slot("on_sleep(bool)"))
        why = self.tr("睡眠前先锁好加密库")
        inhibit = _call(_LOGIN, _LOGIN_PATH, _MANAGER, "Inhibit", "sleep", self.tr("走村"), why, "delay")
        self._ask(self._system, inhibit, self._on_delay)

    def _on_delay(self, descriptor: object) -> None:
        if isinstance(descriptor, QDBusUnixFileDescriptor):
            if not self._is_stopped:
                self._delay = descriptor
            self._add_watched(Occasion.SLEEP)

    @Slot(bool)
    def on_sleep(self, begins: bool) -> None:
        """``PrepareForSleep``: true before, false after waking."""
        self._say(Occasion.SLEEP, begins)

    # --- the session: by logind for this session, and by the desktop's own lock screen

    def _watch_own_session(self) -> None:
        # "auto" is logind's own word for the caller's session, or its user's where a caller has none.
        name = os.environ.get("XDG_SESSION_ID") or "auto"
        self._ask(self._system, _call(_LOGIN, _LOGIN_PATH, _MANAGER, "GetSession", name), self._on_own_session)

    def _on_own_session(self, path: object) -> None:
        if not isinstance(path, QDBusObjectPath):
            return
        self._own_session = path.path()
        self._system.connect(_LOGIN, self._own_session, _SESSION, "Lock", self, _slot("on_session_lock()"))
        self._system.connect(
            _LOGIN, self._own_session, _PROPERTIES, "PropertiesChanged", self, _slot("on_session_changed()")
        )
        self._add_watched(Occasion.SESSION)

    @Slot()
    def on_session_lock(self) -> None:
        """Somebody asked this session to lock itself (``loginctl lock-session``, the desktop's menu)."""
        self._say(Occasion.SESSION, True)

    @Slot()
    def on_session_changed(self) -> None:
        """A property of the session changed; ``LockedHint`` is what lock screens set."""
        self._get(_LOGIN, self._own_session, _SESSION, "LockedHint", self._say_session)

    def _say_session(self, is_locked: object) -> None:
        self._say(Occasion.SESSION, is_locked is True)

    def _watch_lock_screens(self) -> None:
        for screen in _LOCK_SCREENS:
            slot = "on_lock_screen(bool)" if screen.says_whether else "on_session_lock()"
            self._session.connect(screen.service, screen.path, screen.service, screen.signal, self, _slot(slot))
            there = _call(_BUS, _BUS_PATH, _BUS, "NameHasOwner", screen.service)
            self._ask(self._session, there, self._on_lock_screen_there)

    def _on_lock_screen_there(self, is_there: object) -> None:
        if is_there is True:
            self._add_watched(Occasion.SESSION)

    @Slot(bool)
    def on_lock_screen(self, is_up: bool) -> None:
        """The desktop's lock screen came or went."""
        self._say(Occasion.SESSION, is_up)

    # --- the lid; logind's own LidClosed announces no changes, UPower's does

    def _watch_lid(self) -> None:
        self._system.connect(_POWER, _POWER_PATH, _PROPERTIES, "PropertiesChanged", self, _slot("on_power_changed()"))
        self._get(_POWER, _POWER_PATH, _POWER, "LidIsPresent", self._on_lid_present)

    def _on_lid_present(self, is_present: object) -> None:
        if is_present is True:
            self._add_watched(Occasion.LID)

    @Slot()
    def on_power_changed(self) -> None:
        """A property of the power supply changed; is the lid closed now?"""
        self._get(_POWER, _POWER_PATH, _POWER, "LidIsClosed", self._on_lid)

    def _on_lid(self, is_closed: object) -> None:
        self._say(Occasion.LID, is_closed is True)

    # --- asking

    def _say(self, occasion: Occasion, is_due: bool) -> None:
        if is_due and not self._is_stopped:
            self.lock_due.emit(occasion.value)

    def _get(self, service: str, path: str, interface: str, name: str, receive: Callable[[object], None]) -> None:
        def unwrap(value: object) -> None:
            receive(value.variant() if isinstance(value, QDBusVariant) else value)

        self._ask(self._system, _call(service, path, _PROPERTIES, "Get", interface, name), unwrap)

    def _ask(self, bus: QDBusConnection, message: QDBusMessage, receive: Callable[[object], None]) -> None:
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message), self)

        def answered() -> None:
            reply = watcher.reply()
            watcher.deleteLater()
            if reply.type() == QDBusMessage.MessageType.ReplyMessage and reply.arguments():
                receive(reply.arguments()[0])

        watcher.finished.connect(answered)


def _call(service: str, path: str, interface: str, method: str, *arguments: Any) -> QDBusMessage:
    message = QDBusMessage.createMethodCall(service, path, interface, method)
    message.setArguments(list(arguments))
    return message


def _slot(signature: str) -> bytes:
    """A slot's name as Qt's ``SLOT()`` writes it; PySide6's stubs say bytes, and it takes nothing but str."""
    return cast("bytes", SLOT(signature))
