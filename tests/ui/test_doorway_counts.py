"""At a doorway: what it takes from 征求同意 to the print dialog, counted on the real page, press by press.

The goal is six clicks, or what is typed in twenty seconds, for one recipient and the usual classes. Each item of the
script is ticked when it has been read out; those ticks are the reading itself, are never skipped, and nothing ticks
several. With the mouse they are counted apart, for the hand waits for the voice; with the keyboard among the keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.services import consent, people, visits
from desktop.services.application import Application
from desktop.ui.pages.consent.reading_step import ReadingStep
from tests.county_issued import CHARITY
from tests.ui.consent_people import NOW, wheelchair_visit
from tests.ui.desk import Desk
from tests.vaults import made_vault

MOST_CLICKS = 6
MOST_KEYS = 60
"""Twenty seconds at three keys a second, which is slow."""


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


class Counted:
    """Presses of a worker, counted; a chord is as many keys as are held."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.clicks = self.keys = 0

    def click(self, widget: QWidget) -> None:
        self.clicks += 1
        self.desk.click(widget)
        self.desk.wait()

    def go_on(self) -> None:
        self.click(self.desk.window.header.primary)

    def key(self, key: Qt.Key, *, control: bool = False) -> None:
        self.keys += 1 + control
        self.desk.key(key, Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier)

    def go_on_by_key(self) -> None:
        self.key(Qt.Key.Key_Return, control=True)
        self.desk.wait()

    def tab_into(self, widgets: list[QWidget]) -> None:
        """Tab until one of these has the focus."""
        for _ in range(40):
            if QApplication.focusWidget() in widgets:
                return
            self.key(Qt.Key.Key_Tab)
        raise AssertionError("Tab does not reach it")


def reading_of(desk: Desk) -> ReadingStep:
    reading: ReadingStep = desk.page.taking.reading
    return reading


def colleague(desk: Desk) -> QPushButton:
    """陈晓燕, as she is offered."""
    offers = reading_of(desk).second.findChildren(QPushButton)
    return next(one for one in offers if one.text() == "陈晓燕")


def usual_sheet(desk: Desk) -> consent.SheetView:
    """What came out of the printer: one recipient, the classes that the project needs, everything read."""
    (sheet,) = consent.sheets(desk.application, resident=desk.resident)
    assert desk.printer.printed is not None
    assert sheet.state is SheetState.PRINTED
    (ask,) = sheet.asks
    assert [one.value for one in ask.classes] == ["A1", "A2", "A3", "A5", "B3", "B5"]
    assert sheet.second_worker == "worker-chen"
    return sheet


def visited_today(desk: Desk) -> None:
    """The visit in the course of which consent is asked, with 陈晓燕."""
    household = people.resident_view(desk.application, desk.resident).membership.household
    visit = replace(wheelchair_visit(household, desk.resident), day=NOW.date())
    visits.record_visit(desk.application, visit)


@pytest.mark.parametrize("has_visited", [False, True])
def test_six_clicks_and_the_ticks_of_what_was_read_lead_to_the_print_dialog(desk: Desk, *, has_visited: bool) -> None:
    """Read aloud; one click fewer in the course of a visit, whose second worker stands there already, and says so."""
    if has_visited:
        visited_today(desk)
    desk.open(desk.resident)
    counted = Counted(desk)
    counted.go_on()
    reading = reading_of(desk)
    if not has_visited:
        counted.click(colleague(desk))
    counted.click(reading.near.inputs()[0])
    counted.click(reading.dialect.inputs()[1])
    for ticks, box in enumerate(reading.items(), 1):
        assert not box.isChecked()
        desk.click(box)
        assert [one.isChecked() for one in reading.items()].count(True) == ticks
    counted.go_on()
    assert desk.printer.printed is None
    counted.go_on()
    assert usual_sheet(desk).fields["dialect"] == "闽南话"
    assert counted.clicks <= MOST_CLICKS - has_visited


def test_six_clicks_lead_whoever_reads_it_alone_to_the_print_dialog(desk: Desk) -> None:
    """Nothing to tick: every click counts."""
    desk.open(desk.resident)
    counted = Counted(desk)
    counted.go_on()
    reading = reading_of(desk)
    counted.click(colleague(desk))
    counted.click(reading.near.inputs()[0])
    counted.click(reading.mode.inputs()[1])
    counted.go_on()
    counted.go_on()
    assert usual_sheet(desk).fields["read_aloud"] is False
    assert counted.clicks <= MOST_CLICKS


def test_the_keyboard_alone_leads_to_the_print_dialog_in_what_twenty_seconds_hold(desk: Desk) -> None:
    """All of it counted: the colleague's name found by Tab, the questions, each item's tick."""
    desk.open(desk.resident)
    counted = Counted(desk)
    counted.go_on_by_key()
    reading = reading_of(desk)
    counted.tab_into([colleague(desk)])
    counted.key(Qt.Key.Key_Space)
    for field in (reading.near, reading.dialect):
        counted.tab_into(field.inputs())
        counted.key(Qt.Key.Key_Space)
    counted.tab_into([reading.items()[0]])
    for _ in reading.items():
        counted.key(Qt.Key.Key_Space)
    counted.go_on_by_key()
    assert desk.printer.printed is None
    counted.go_on_by_key()
    usual_sheet(desk)
    assert counted.keys <= MOST_KEYS


def test_what_was_spoken_with_a_person_the_last_time_stands_there(desk: Desk) -> None:
    """The language of a person does not change from sheet to sheet; who is related does, and is asked anew."""
    asks = (consent.Ask(CHARITY, Purpose.DISABILITY, (DataClass.A1,), "wheelchair"),)
    new = consent.NewSheet(
        desk.resident, asks, "worker-chen", dialect="莆仙话", near_relative=True, near_relative_who="郑红"
    )
    consent.void_sheet(desk.application, consent.draft_sheet(desk.application, new).value, "重新拟")
    desk.open(desk.resident)
    desk.go_on()
    reading = reading_of(desk)
    assert (reading.dialect.value(), reading.near.value()) == ("莆仙话", None)
