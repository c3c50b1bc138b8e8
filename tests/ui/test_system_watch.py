"""The system sleeps, closes its lid, locks its screen: heard on a real private bus, with stand-ins for who speaks."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from desktop.ui.system_watch.buses import BusWatch
from desktop.ui.system_watch.watch import Occasion
from desktop.ui.system_watch.windows import LID_SWITCH, PowerSetting, occasion_of
from tests.ui.system_bus import Logind, LoginSession, Power, connection, private_bus, send


@dataclass
class Watched:
    """A watch on a private bus that is both system and session bus, and what it said."""

    address: str
    others: QDBusConnection
    watch: BusWatch
    said: list[str]


@pytest.fixture
def buses(qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    """A bus with nobody on it but the watch, which is not started."""
    with private_bus(tmp_path) as address, connection(address) as others, connection(address) as ours:
        watch = BusWatch(ours, ours)
        said: list[str] = []
        watch.lock_due.connect(said.append)
        yield Watched(address, others, watch, said)
        watch.stop()


def test_sleep_waits_until_the_lock_is_done(qtbot: QtBot, buses: Watched) -> None:
    """A delay lock is taken; going to sleep says so; only when the watch lets go may the machine sleep."""
    logind = Logind(buses.others)
    buses.watch.start()
    qtbot.waitUntil(lambda: Occasion.SLEEP in buses.watch.watched)
    assert [(what, mode) for what, _, _, mode in logind.asked] == [("sleep", "delay")]
    assert logind.is_held_up()
    logind.prepare_for_sleep(True)
    qtbot.waitUntil(lambda: buses.said == ["sleep"])
    assert logind.is_held_up()
    buses.watch.stop()
    qtbot.waitUntil(lambda: not logind.is_held_up())


def test_waking_up_is_no_reason_to_lock(qtbot: QtBot, buses: Watched) -> None:
    """The same signal with false comes after waking; the one with true that follows is heard alone."""
    logind = Logind(buses.others)
    buses.watch.start()
    qtbot.waitUntil(lambda: {Occasion.SLEEP, Occasion.SESSION} <= set(buses.watch.watched))
    logind.prepare_for_sleep(False)
    logind.lock_session()
    qtbot.waitUntil(lambda: bool(buses.said))
    assert buses.said == ["session"]


def test_this_session_is_locked_and_anothers_is_not(
    qtbot: QtBot, buses: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``loginctl lock-session`` of our session, and the hint that a lock screen sets, lock; another user's does not."""
    monkeypatch.setenv("XDG_SESSION_ID", "37")
    logind = Logind(buses.others)
    session = LoginSession(buses.others)
    buses.watch.start()
    qtbot.waitUntil(lambda: Occasion.SESSION in buses.watch.watched)
    assert logind.sessions == ["37"]
    logind.lock_session("/org/freedesktop/login1/session/_38")
    session.say_changed()
    qtbot.wait(50)
    assert buses.said == []
    session.is_locked = True
    session.say_changed()
    qtbot.waitUntil(lambda: bool(buses.said))
    assert set(buses.said) == {"session"}
    buses.said.clear()
    logind.lock_session()
    qtbot.waitUntil(lambda: bool(buses.said))


def test_a_closed_lid_locks(qtbot: QtBot, buses: Watched) -> None:
    """UPower says that something changed, and when asked that the lid is closed."""
    power = Power(buses.others)
    buses.watch.start()
    qtbot.waitUntil(lambda: Occasion.LID in buses.watch.watched)
    power.say_changed()
    qtbot.wait(50)
    assert buses.said == []
    power.is_closed = True
    power.say_changed()
    qtbot.waitUntil(lambda: "lid" in buses.said)


@pytest.mark.parametrize(
    ("service", "path", "signal", "arguments"),
    [
        ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "ActiveChanged", (True,)),
        ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "ActiveChanged", (True,)),
        ("org.ukui.ScreenSaver", "/", "lock", ()),
        ("com.deepin.dde.lockFront", "/com/deepin/dde/lockFront", "Visible", (True,)),
        ("org.deepin.dde.LockFront1", "/org/deepin/dde/LockFront1", "Visible", (True,)),
    ],
)
def test_the_lock_screens_of_these_desktops_lock(
    qtbot: QtBot, buses: Watched, service: str, path: str, signal: str, arguments: tuple[bool, ...]
) -> None:
    """GNOME, KDE, Kylin and UOS each say it their own way; unlocking the screen says nothing."""
    assert buses.others.registerService(service)
    buses.watch.start()
    qtbot.waitUntil(lambda: Occasion.SESSION in buses.watch.watched)
    if arguments:
        send(buses.others, path, service, signal, False)
    send(buses.others, path, service, signal, *arguments)
    qtbot.waitUntil(lambda: bool(buses.said))
    assert buses.said == ["session"]


def test_without_a_bus_nothing_is_watched_and_nothing_breaks(qtbot: QtBot) -> None:
    """The connection is not there: started and stopped like any other, it says that it watches nothing."""
    nowhere = QDBusConnection("there-is-no-such-bus")
    watch = BusWatch(nowhere, nowhere)
    watch.start()
    assert watch.watched == frozenset()
    watch.stop()


def _lid(state: int, setting: bytes = LID_SWITCH) -> PowerSetting:
    return PowerSetting((ctypes.c_byte * 16).from_buffer_copy(setting), 4, state)


@pytest.mark.parametrize(
    ("message", "wparam", "power", "meaning"),
    [
        (0x0218, 0x4, None, Occasion.SLEEP),
        (0x0218, 0x12, None, None),
        (0x0218, 0x8013, _lid(0), Occasion.LID),
        (0x0218, 0x8013, _lid(1), None),
        (0x0218, 0x8013, _lid(0, bytes(16)), None),
        (0x02B1, 0x7, None, Occasion.SESSION),
        (0x02B1, 0x8, None, None),
        (0x0100, 0x4, None, None),
    ],
)
def test_window_messages_mean_what_microsoft_says(
    message: int, wparam: int, power: PowerSetting | None, meaning: Occasion | None
) -> None:
    """Suspend, lid and session lock are told from resume, an open lid, unlock and a key; read here, not on Windows."""
    lparam = 0 if power is None else ctypes.addressof(power)
    assert occasion_of(message, wparam, lparam) == meaning
