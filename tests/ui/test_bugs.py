"""A bug says where, never what: its report, its log line and its number hold nothing of a person."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QObject, Signal
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from desktop.services.application import Application
from desktop.ui.bugs import BugReporter
from tests.vaults import made_vault

CANARY = "吉建国350703195203120018"


def in_sql(application: Application) -> None:
    """SQLAlchemy puts bound values into its exceptions unless it is told not to."""
    application.store.write(
        lambda connection: connection.execute(text("SELECT nothing FROM setting WHERE name = :n"), {"n": CANARY})
    )


def in_a_constraint(application: Application) -> None:
    """The same name twice in a table that wants it once."""

    def twice(connection: object) -> None:
        for _ in range(2):
            connection.execute(text("INSERT INTO setting VALUES (:n, '1')"), {"n": CANARY})  # type: ignore[attr-defined]

    application.store.write(twice)


def in_json(_application: Application) -> None:
    """JSON keeps the whole document in its exception."""
    json.loads('{"name": "' + CANARY)


def in_a_key(_application: Application) -> None:
    """A KeyError's text is the key."""
    dict[str, str]()[CANARY]


def in_a_date(_application: Application) -> None:
    """So is a ValueError's, with what could not be read."""
    date.fromisoformat(CANARY)


def in_qt(_application: Application) -> None:
    """PySide6 quotes the arguments it cannot use."""
    QDate(CANARY, CANARY)  # type: ignore[call-overload]


class Slot(QObject):
    """A slot in which something goes wrong with a person in its locals."""

    asked = Signal()

    def on_asked(self) -> None:
        person = {"name": CANARY}
        raise RuntimeError(person)


@pytest.mark.parametrize("work", [in_sql, in_a_constraint, in_json, in_a_key, in_a_date, in_qt])
def test_a_bug_with_a_person_in_it_is_reported_without(
    qtbot: QtBot,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    work: Callable[[Application], None],
) -> None:
    """In its text, its locals, its chain of causes: neither the dialog nor the log nor the terminal names anybody."""
    bugs = BugReporter()
    told: list[str] = []
    bugs.reported.connect(told.append)
    caplog.set_level(logging.DEBUG)
    with made_vault(tmp_path) as application:
        person = {"name": CANARY}
        with pytest.raises(Exception) as caught:  # noqa: PT011 - each has its own
            work(application)
        assert person
    bugs.report(caught.value)
    (box,) = bugs._shown
    said = [box.text(), box.informativeText(), box.detailedText(), *(one.text() for one in box.findChildren(QLabel))]
    written = "\n".join([*said, *told, caplog.text, *capfd.readouterr()])
    assert told[0] in box.informativeText()
    assert told[0] in caplog.text
    assert not [part for part in ("吉建国", "350703195203120018", ascii("吉")[1:-1]) if part in written]
    box.accept()


def test_a_slots_exception_goes_to_the_reporter_and_nowhere_else(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed as the place where uncaught exceptions arrive, it keeps PySide6 from printing them."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    bugs = BugReporter()
    with qtbot.capture_exceptions():
        sys.excepthook = bugs._on_uncaught
        slot = Slot()
        slot.asked.connect(slot.on_asked)
        slot.asked.emit()
    (box,) = bugs._shown
    assert isinstance(box, QMessageBox)
    out, err = capfd.readouterr()
    assert CANARY not in out + err + caplog.text
    box.accept()
