"""笔记本丢了: what to do now when a colleague's laptop was lost, step by step, and where the letters come from."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.domain.errors import UserFacingError
from desktop.services import lost
from desktop.services.application import Application, Done
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.printing import print_pdf
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.labels import label


class LostCard(Card):
    """The steps fold out; the letters are made for the people this laptop knows in the township."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__()
        self.set_title(self.tr("笔记本丢了"))
        self._tasks = tasks
        self._application = application
        self.look = button(self.tr("看该怎么办(&H)"), self._toggle, Icon.PROBLEM, parent=self)
        self.heading.add(self.look)
        self.add(label(self.tr("同事的电脑丢了，从这里看该怎么办，并打印告知书。"), wrap=True))
        self.steps = [label(f"{number}. {words}", wrap=True) for number, words in enumerate(lost.STEPS, start=1)]
        for step in self.steps:
            step.hide()
            self.add(step)
        self.letters = button(self.tr("打印告知书(&T)"), self._make, Icon.PRINT, parent=self)
        self.letters.hide()
        self.body.addWidget(self.letters, 0, Qt.AlignmentFlag.AlignLeft)
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        self.add(self.problem)

    def _toggle(self) -> None:
        is_shown = self.letters.isHidden()
        for widget in (*self.steps, self.letters):
            widget.setVisible(is_shown)
        self.look.setText(self.tr("收起(&H)") if is_shown else self.tr("看该怎么办(&H)"))

    def _make(self) -> None:
        application = self._application
        self.letters.setEnabled(False)

        def make() -> Done[bytes]:
            people = [one.resident for one in lost.affected(application)]
            return lost.letters(application, people, application.today(), "")

        self._tasks.run(self, make, self._print, self._on_failure, lane=Lane.OUTSIDE)

    def _print(self, done: Done[bytes]) -> None:
        self.letters.setEnabled(True)
        self.problem.hide()
        print_pdf(self, done.value, self.tr("告知书"))

    def _on_failure(self, error: UserFacingError) -> None:
        self.letters.setEnabled(True)
        self.problem.setText(word(error).sentence())
        self.problem.show()
