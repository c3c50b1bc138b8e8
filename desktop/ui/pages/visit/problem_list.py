"""What is still missing, in words, each with the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.icons import Icon
from desktop.ui.pages.visit.section import Problem
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.flow import Flow


class ProblemList(Card):
    """Hidden while all is well; shrinks as things are put right."""

    asked = Signal(object)
    """A ``Problem`` somebody wants to put right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._flow = Flow(parent=self, gap=4)
        self.add(self._flow)
        self._shown: tuple[Problem, ...] = ()
        self.hide()

    @property
    def shown(self) -> tuple[Problem, ...]:
        """What is listed."""
        return self._shown

    def show_problems(self, problems: Sequence[Problem], names: Mapping[str, str]) -> None:
        """List these; ``names`` are the groups' words by key."""
        if tuple(problems) == self._shown:
            return
        self._shown = tuple(problems)
        self.set_title(self.tr("还差 {count} 项").format(count=len(problems)), self.tr("点一项就到那一格"))
        self._flow.replace([self._link(problem, names[problem.section]) for problem in problems])
        self.setVisible(bool(problems))

    def links(self) -> list[QPushButton]:
        """The ways to the fields, in their order."""
        return [link for link in self._flow.findChildren(QPushButton) if not link.isHidden()]

    def _link(self, problem: Problem, name: str) -> QPushButton:
        text = f"{name}：{problem.words.rstrip('。')}"
        link = link_button(text, lambda: self.asked.emit(problem), Icon.PROBLEM)
        link.setAutoDefault(True)
        return link
