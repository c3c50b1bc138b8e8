"""A day's work in the real login-and-workspace process, for the test that searches what it leaves on the disk.

``day_of_work.py HOME``. On standard input: the password, the card, a household's id, and a name, a number and a phone
to type. It unlocks, opens the household, looks for people, begins to write down a new household, shows and prints a
paper with the name on it, copies, meets a bug with all of it in its hands, saves a household, and says ``done``.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop import workspace
from desktop.documents.visit_record import visit_record
from desktop.domain.households import Address, Document, Name, NewHousehold, NewResident, Phones
from desktop.domain.identity import DocumentType
from desktop.services import households
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.print_systems import CupsPrinting
from desktop.ui.widgets.sheet_preview import SheetPreview
from tests.documents.form_samples import VISIT
from tests.households import SHANGHU

PASSWORD, CARD, HOUSEHOLD, NAME, NUMBER, PHONE = (sys.stdin.readline().strip() for _ in range(6))


class Day:
    """Takes one step after the other; a step that yields False is asked again."""

    def __init__(self, life: workspace.Workspace) -> None:
        self._life = life
        self._steps = self._work()
        self._timer = QTimer()
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()
        self._has_printed = False

    def _go_on(self) -> None:
        with contextlib.suppress(StopIteration):
            next(self._steps)

    def _until(self, holds: Callable[[], bool]) -> Iterator[None]:
        while not holds():
            yield

    def _work(self) -> Iterator[None]:
        login = self._life.login
        assert login is not None
        login.form.password.setText(PASSWORD)
        login.form.card.setText(CARD)
        login.form.submit()
        yield from self._until(lambda: self._life.window is not None)
        window = self._life.window
        assert window is not None
        window.open(Target("household", HOUSEHOLD))
        yield from (None for _ in range(20))
        window.header.search.setText(NAME)
        window.header.search.textEdited.emit(NAME)
        yield from (None for _ in range(20))
        window.open(Target("new-household"))
        page = window.page()
        assert isinstance(page, NewHouseholdPage)
        page.head.name.setText(NAME)
        page.head.name.textEdited.emit(NAME)
        QTest.keyClicks(page.head.identity.number, NUMBER)
        QTest.keyClicks(page.head.phone, PHONE)
        page.head.name.selectAll()
        page.head.name.copy()
        yield from (None for _ in range(60))  # the draft is kept meanwhile
        pdf = visit_record(replace(VISIT, head=NAME))
        preview = SheetPreview()
        preview.show_bytes(pdf)
        preview.show()
        yield from (None for _ in range(20))
        printing = CupsPrinting()
        printing.ended.connect(lambda _: setattr(self, "_has_printed", True))
        printing.send(pdf, "Office", 1, "入户走访记录表")
        yield from self._until(lambda: self._has_printed)
        QTimer.singleShot(0, stumble)
        (opened,) = self._life._opened
        head = NewResident(Name(NAME), Document(DocumentType.RESIDENT_ID, NUMBER), phones=Phones((PHONE,)))
        households.add_household(opened.application, NewHousehold(Address(SHANGHU, NAME), (head,)))
        yield from (None for _ in range(20))
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox):
                box.close()
        sys.stdout.write("done\n")
        sys.stdout.flush()


def stumble() -> None:
    """A bug in a slot, with a person in its locals and in its text."""
    person = {"name": NAME, "number": NUMBER, "phone": PHONE}
    raise RuntimeError(person)


def main() -> int:
    """Run the process with somebody at work."""
    show_login = workspace.Workspace.show_login

    def show_login_and_work(self: workspace.Workspace) -> None:
        show_login(self)
        self.day = Day(self)  # type: ignore[attr-defined]  # kept alive with it

    workspace.Workspace.show_login = show_login_and_work  # type: ignore[method-assign]
    return workspace.main(["--home", sys.argv[1]])


if __name__ == "__main__":
    sys.exit(main())
