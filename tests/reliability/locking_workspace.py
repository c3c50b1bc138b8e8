"""The real login-and-workspace process, told on standard input what to do; for the test of what a lock leaves behind.

``locking_workspace.py HOME``: its secrets come on standard input alone, so that only the process that is to know them
has ever seen them. It says its state and its process id (``door 123``, ``open 123``), before the latter that of the
paper process once that has made a form about the household (``paper 456``), and then takes one line:
``unlock PASSWORD CARD HOUSEHOLD``, ``lock`` (as by Ctrl+L), ``end``, or ``leak``: hand keys and people to a program
that keeps them (``leaking_program.py``), and say its process id (``leak 789``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtTest import QTest

from desktop import workspace
from desktop.exit_codes import ExitCode


class Ears(QObject):
    """Listens on standard input without reading ahead: the next process reads on where this one stopped."""

    def __init__(self, life: workspace.Workspace) -> None:
        super().__init__()
        self._life = life
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        say("door")

    def _hear(self) -> None:
        line = b""
        while not line.endswith(b"\n"):
            letter = os.read(0, 1)
            if not letter:  # whoever told it what to do is gone
                self._notifier.setEnabled(False)
                self._life.end(ExitCode.OK)
                return
            line += letter
        word, *rest = line.decode().split()
        login, window = self._life.login, self._life.window
        if word == "unlock" and login is not None:
            password, card, household = rest
            login.form.password.setText(password)
            login.form.card.setText(card)
            login.form.submit()
            self._timer.timeout.connect(lambda: self._look_for_window(household))
            self._timer.start()
        elif word == "lock" and window is not None:
            QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        elif word == "leak" and window is not None:
            say("leak", self._leak())
        elif word == "end" and login is not None:
            login.close()

    def _look_for_window(self, household: str) -> None:
        window = self._life.window
        if window is not None:
            from desktop.ui.pages.page import Target

            self._timer.stop()
            window.open(Target("household", household))
            self._household = household
            self._timer.timeout.disconnect()
            self._timer.timeout.connect(self._look_for_paper_process)
            self._timer.start()

    def _look_for_paper_process(self) -> None:
        """Once the window is idle and it is there, have it set a form about these people."""
        # The real door loads neither the services nor what sets forms, and how soon it stands there is measured.
        from desktop.documents.consent_form import consent_form
        from desktop.documents.form_content import FormResident
        from desktop.documents.wording import load_wording
        from desktop.services import people
        from tests.documents.form_samples import CONSENT

        (opened,) = self._life._opened
        application, household = opened.application, self._household
        paper_process = application.paper_process
        if paper_process.process_id is None:
            return
        self._timer.stop()

        def make() -> int:
            page = people.household_page(application, household)
            person = people.resident_view(application, page.members[0].resident)
            told = FormResident(person.name.name, page.place, document=person.document.number)
            words = load_wording("consent-self", "2026.1")
            paper_process.typeset(consent_form, replace(CONSENT, resident=told), words)
            return paper_process.look_through(os.getpid)

        def made(there: int) -> None:
            say("paper", there)
            QTimer.singleShot(1500, lambda: say("open"))

        self._life.tasks.run(self, make, made)

    def _leak(self) -> int:
        """What the household's page shows and the store's key, each in another of the forms they may lie in."""
        from desktop.services import people

        (opened,) = self._life._opened
        page = people.household_page(opened.application, self._household)
        person = people.resident_view(opened.application, page.members[0].resident)
        name, number = person.name.name, person.document.number
        handed = {
            "texts": [[name, "gb18030"], [number, "utf-16-le"]],
            "keys": [opened.application.keys.data_key.hex()],
        }
        with subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.leaking_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.write(json.dumps(handed) + "\n")
            program.stdin.flush()
            return int(program.stdout.readline())


def say(state: str, process_id: int | None = None) -> None:
    """Tell the test, with the id of this process or of another."""
    os.write(1, f"{state} {process_id or os.getpid()}\n".encode())


def main() -> int:
    """Run the process with somebody at its ears."""
    show_login = workspace.Workspace.show_login

    def show_login_and_listen(self: workspace.Workspace) -> None:
        show_login(self)
        self.ears = Ears(self)  # type: ignore[attr-defined]  # kept alive with it

    workspace.Workspace.show_login = show_login_and_listen  # type: ignore[method-assign]
    return workspace.main(["--home", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
