"""A private bus with stand-ins for logind, UPower and a lock screen: the edge of the operating system, for tests.

The bus is the real ``dbus-daemon``; what speaks on it is a process-wide second connection of this test.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from PySide6.QtCore import ClassInfo, Property, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusUnixFileDescriptor,
)

SESSION_PATH = "/org/freedesktop/login1/session/_37"
_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""
_numbers = itertools.count()
T = TypeVar("T")


def named(interface: str) -> Callable[[type[T]], type[T]]:
    """The name of a class's interface on the bus."""
    return cast("Callable[[type[T]], type[T]]", ClassInfo({"D-Bus Interface": interface}))  # type: ignore[call-arg]


@contextlib.contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """A bus of its own while this lasts; answers its address. Skips where no ``dbus-daemon`` is installed."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("no dbus-daemon here (Debian package dbus): locking on suspend, session lock and lid is NOT TESTED")
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder), encoding="utf-8")
    command = ["dbus-daemon", "--nofork", "--print-address", f"--config-file={configuration}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


@contextlib.contextmanager
def connection(address: str) -> Iterator[QDBusConnection]:
    """One more connection to a bus."""
    name = f"test-{next(_numbers)}"
    bus = QDBusConnection.connectToBus(address, name)
    assert bus.isConnected(), bus.lastError().message()
    yield bus
    QDBusConnection.disconnectFromBus(name)


@named("org.freedesktop.login1.Manager")
class Logind(QObject):
    """Gives out one delay lock, the writing end of a pipe, so that the test sees when all its copies are closed."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._bus = bus
        self.asked: list[tuple[str, ...]] = []
        self.sessions: list[str] = []
        reading, writing = os.pipe()
        self._reading = reading
        self._writing: int | None = writing
        os.set_blocking(reading, False)
        register(bus, "org.freedesktop.login1", "/org/freedesktop/login1", self)

    @Slot(str, str, str, str, result=QDBusUnixFileDescriptor)
    def Inhibit(self, what: str, who: str, why: str, mode: str) -> QDBusUnixFileDescriptor:  # noqa: N802
        self.asked.append((what, who, why, mode))
        assert self._writing is not None
        given = QDBusUnixFileDescriptor(self._writing)
        os.close(self._writing)
        self._writing = None
        return given

    @Slot(str, result=QDBusObjectPath)
    def GetSession(self, name: str) -> QDBusObjectPath:  # noqa: N802
        self.sessions.append(name)
        return QDBusObjectPath(SESSION_PATH)

    def is_held_up(self) -> bool:
        """Whether somebody still holds the delay lock."""
        try:
            return os.read(self._reading, 1) != b""
        except BlockingIOError:
            return True

    def prepare_for_sleep(self, begins: bool) -> None:
        """Send the signal logind sends before and after sleeping."""
        send(self._bus, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", begins)

    def lock_session(self, path: str = SESSION_PATH) -> None:
        """``loginctl lock-session``."""
        send(self._bus, path, "org.freedesktop.login1.Session", "Lock")


@named("org.freedesktop.login1.Session")
class LoginSession(QObject):
    """The session, which a lock screen tells that it is up."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._bus = bus
        self.is_locked = False
        register(bus, "org.freedesktop.login1", SESSION_PATH, self)

    def locked_hint(self) -> bool:
        return self.is_locked

    LockedHint = Property(bool, locked_hint)

    def say_changed(self) -> None:
        """Some property changed."""
        send(self._bus, SESSION_PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", "x")


@named("org.freedesktop.UPower")
class Power(QObject):
    """UPower of a laptop with a lid."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._bus = bus
        self.is_closed = False
        register(bus, "org.freedesktop.UPower", "/org/freedesktop/UPower", self)

    def lid_is_present(self) -> bool:
        return True

    def lid_is_closed(self) -> bool:
        return self.is_closed

    LidIsPresent = Property(bool, lid_is_present)
    LidIsClosed = Property(bool, lid_is_closed)

    def say_changed(self) -> None:
        """Some property changed."""
        send(self._bus, "/org/freedesktop/UPower", "org.freedesktop.DBus.Properties", "PropertiesChanged", "x")


def register(bus: QDBusConnection, service: str, path: str, what: QObject) -> None:
    """Put ``what`` on the bus."""
    exported = QDBusConnection.RegisterOption.ExportAllSlots | QDBusConnection.RegisterOption.ExportAllProperties
    assert bus.registerObject(path, what, exported), path
    bus.registerService(service)


def send(bus: QDBusConnection, path: str, interface: str, name: str, *arguments: Any) -> None:
    """Send a signal."""
    message = QDBusMessage.createSignal(path, interface, name)
    message.setArguments(list(arguments))
    assert bus.send(message)
