"""A workspace process in which somebody is writing down a visit; the draft's test kills it.

``typing_visit.py HOME VAULT HOUSEHOLD``: password and card come on standard input. It types, waits until the page says
that the draft is kept, says so on standard output, and goes on typing for ever.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.bootstrap import open_application
from desktop.ui.pages.page import Target
from desktop.ui.pages.visit.form import VisitForm
from desktop.ui.tasks import Tasks
from desktop.ui.theme import apply_theme
from tests.ui.visit.visit_round import clock, shown_page, visit_window, write

home, vault, household = sys.argv[1:]
password, card = (sys.stdin.readline().rstrip("\n") for _ in range(2))
numbers = itertools.count(1)


def main() -> None:
    """Run until killed."""
    app = QApplication([])
    apply_theme(app)
    with open_application(Path(home), vault, password, card, clock=clock) as application:
        window = visit_window(application, Tasks())
        window.show()
        window.open(Target("visit", household))
        page = shown_page(window)
        timer = QTimer()

        def begin() -> None:
            if page.form is not None:
                timer.timeout.disconnect(begin)
                write(page.form.sections.visit.note, "狗很凶")
                page.form.sections.visit.started.clear()
                write(page.form.sections.visit.started, "下午三")
                timer.timeout.connect(lambda: go_on(page.form))

        timer.timeout.connect(begin)
        timer.start(20)
        app.exec()


def go_on(form: VisitForm | None) -> None:
    """Say once that the draft is kept, then type more, which the kill may or may not find kept."""
    assert form is not None
    if form.kept.text().startswith("已自动保存"):
        if next(numbers) == 1:
            sys.stdout.write("kept\n")
            sys.stdout.flush()
        write(form.sections.household.happened, "又")


main()
