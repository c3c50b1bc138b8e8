"""笔记本丢了: what to do now when a colleague's laptop was lost, step by step, and where the letters come from."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.domain.errors import UserFacingError
from desktop.services import lost
from desktop.services.application import Application, Done
from desktop.services.lost import Batch
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice
from desktop.ui.printing import PrintPdf, PrintResult
from desktop.ui.tasks import Lane
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class LostCard(Card):
    """The steps fold out; the letters are made for the people this laptop knows in the township, village by village."""

    def __init__(self, page: Page, application: Application, print_with: PrintPdf) -> None:
        super().__init__()
        self.set_title(self.tr("笔记本丢了"))
        self._page, self._application, self._print_with = page, application, print_with
        self._batches: tuple[Batch, ...] = ()
        self._printed: set[int] = set()
        self.choice: ChoiceField[int] | None = None
        """Which batch; None where one is enough."""
        self._form: Form | None = None
        self.look = button(self.tr("看该怎么办(&H)"), self._toggle, Icon.PROBLEM, parent=self)
        self.heading.add(self.look)
        self.add(label(self.tr("同事的电脑丢了，从这里看该怎么办，并打印告知书。"), wrap=True))
        self.steps = [label(f"{number}. {words}", wrap=True) for number, words in enumerate(lost.STEPS, start=1)]
        for step in self.steps:
            step.hide()
            self.add(step)
        self.state = label(kind="soft", wrap=True)
        self.state.hide()
        self.add(self.state)
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
        self._show_choice(())
        if is_shown:
            self.letters.setEnabled(False)
            application = self._application
            self._page.tasks.run(self, lambda: lost.batches(application), self._on_batches, self._on_failure)

    # --- which batch

    def _on_batches(self, batches: tuple[Batch, ...]) -> None:
        """All in one where they are few enough; a village at a time, or a part of it, where they are not."""
        if self.letters.isHidden():
            return  # folded in meanwhile
        everybody = tuple(resident for batch in batches for resident in batch.residents)
        if len(everybody) <= lost.MOST:
            batches = (Batch("", "", everybody),)
        if batches != self._batches:
            self._printed.clear()
        self._batches = batches
        self.letters.setEnabled(True)
        self._show_choice(batches)

    def _show_choice(self, batches: tuple[Batch, ...]) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
        self._form = self.choice = None
        self.state.setVisible(bool(batches))
        if not batches:
            return
        people = sum(len(batch.residents) for batch in batches)
        if len(batches) == 1:
            self.state.setText(
                self.tr("已把 {people} 份告知书送到打印机。").format(people=people)
                if self._printed
                else self.tr("这台电脑里有 {people} 人，每人一份。").format(people=people)
            )
            return
        words = self.tr("这台电脑里有 {people} 人，按村分成 {count} 批来打，已送打印机 {done} 批。")
        self.state.setText(words.format(people=people, count=len(batches), done=len(self._printed)))
        self.choice = ChoiceField([(number, self._named(number)) for number in range(len(batches))], few=0)
        self.choice.set_value(next((one for one in range(len(batches)) if one not in self._printed), None))
        self.choice.changed.connect(lambda: self.letters.setEnabled(True))
        self.letters.setEnabled(self.choice.value() is not None)
        self._form = Form(1, self)
        self._form.add(self.tr("打哪一批"), self.choice)
        self.body.insertWidget(self.body.indexOf(self.letters), self._form)

    def _named(self, number: int) -> str:
        batch = self._batches[number]
        several = len({each.township for each in self._batches if each.township}) > 1
        name = (batch.township if several else "") + batch.village or self.tr("不知道哪个村")
        part = self.tr("，第 {part} 部分").format(part=batch.part) if batch.parts > 1 else ""
        printed = self.tr("（已送打印机）") if number in self._printed else ""
        return self.tr("{name}{part}：{count} 份").format(name=name, part=part, count=len(batch.residents)) + printed

    # --- making and printing

    def _make(self) -> None:
        number = 0 if self.choice is None else self.choice.value()
        if number is None:
            return
        application, residents = self._application, self._batches[number].residents
        self.letters.setEnabled(False)
        self.problem.hide()

        def make() -> Done[bytes]:
            return lost.letters(application, residents, application.today(), "")

        tasks = self._page.tasks
        tasks.run(self, make, lambda done: self._print(done, number), self._on_failure, lane=Lane.OUTSIDE)

    def _print(self, done: Done[bytes], number: int) -> None:
        self.letters.setEnabled(True)
        self._page.changed.emit(done.changed)
        printing = self._print_with(self, done.value, self.tr("告知书"))
        if printing.result is PrintResult.PRINTED:
            self._printed.add(number)
            self._show_choice(self._batches)
            return
        notice = not_printed_notice(printing)
        if notice is not None:
            self._page.tell(notice)

    def _on_failure(self, error: UserFacingError) -> None:
        self.letters.setEnabled(True)
        self.problem.setText(word(error).sentence())
        self.problem.show()
