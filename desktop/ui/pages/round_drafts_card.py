"""一次拟好这一趟的同意书: recipient, purpose and classes chosen once, a form drafted for the head of each household."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.consent import Ask
from desktop.services import directory, round_drafts
from desktop.services.application import Application
from desktop.services.directory import Organisation
from desktop.services.permission import Capability
from desktop.services.round_drafts import AGAINST_NAMES, Drafted, Proposed, RoundAsk
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.blanks.ask_rows import AskRow
from desktop.ui.pages.page import Page
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane, LongTask, as_progress, counted
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel

_MOST_NAMED = 12
"""Households left out that are named one by one; of more it is said how many."""


class RoundDraftsCard(Card):
    """``drafted`` says that forms wait to be printed now. Whoever is left out is named, with the reason."""

    drafted = Signal()

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(page.tr("一次拟好这一趟的同意书"), parent=parent)
        self._page, self._application = page, application
        self._villages: tuple[str, ...] = ()
        self._people: tuple[Proposed, ...] = ()
        self._making: LongTask | None = None
        self._asked = 0
        self.row: AskRow | None = None
        told = self.tr(
            "给这一趟要去的每一户的户主各拟一份，征求什么在这里选一次。怎么念的、同意不同意，都空着，当面由本人说、本人勾。"
            "要监护人签的、说过不同意的，不拟，下面写明。"
        )
        self.add(label(told, "soft", wrap=True))
        self._rows = QVBoxLayout()
        self.body.addLayout(self._rows)
        form = Form(1, self)
        self.second = ColleagueField()
        form.add(self.tr("谁一起去（第二经办人）"), self.second)
        self.add(form)
        self.standing = label("", "", wrap=True)
        self.add(self.standing)
        self.press = button(self.tr("拟同意书"), self._make, Icon.CONSENT, parent=self)
        self.add(self.press)
        self.body.setAlignment(self.press, Qt.AlignmentFlag.AlignLeft)
        self.progress = ProgressPanel(self._stop)
        self.add(self.progress)
        self._show_state()

    def load(self) -> None:
        """Offer the directory and the colleagues; what is being chosen stays."""
        application = self._application

        def read() -> tuple[dict[str, Organisation], dict[str, str]]:
            bodies = {one.id: one for one in directory.organisations(application)}
            names = directory.worker_names(application)
            return bodies, {one: name for one, name in names.items() if one != application.worker.id}

        def show(found: tuple[dict[str, Organisation], dict[str, str]]) -> None:
            if self.row is None:
                self.row = AskRow(self.tr("征求给谁、给什么"), found[0], application.today())
                self.row.changed.connect(self._ask)
                self._rows.addWidget(self.row)
                self.second.show_colleagues(found[1])

        self._page.run(read, show)

    def show_villages(self, villages: tuple[str, ...]) -> None:
        """The round goes to these villages now."""
        self._villages = villages
        self._ask()

    def asks(self) -> tuple[Ask, ...]:
        """What is chosen; nothing until a recipient and a class are."""
        ask = self.row.value() if self.row is not None else None
        return (ask,) if ask is not None and ask.classes else ()

    def _ask(self) -> None:
        self._asked += 1
        asked, villages, asks = self._asked, self._villages, self.asks()
        self._people = ()
        self._show_state()
        if not villages or not asks:
            return

        def show(found: tuple[Proposed, ...]) -> None:
            if asked == self._asked:
                self._people = found
                self._show_state()

        self._page.run(lambda: round_drafts.proposed(self._application, villages, asks), show)

    def _show_state(self) -> None:
        ready = [one for one in self._people if one.against is None]
        if not self._villages:
            words = self.tr("先选要去的村。")
        elif not self.asks():
            words = self.tr("选好征求给谁、给什么，这里写出能拟几份、哪几户不拟。")
        else:
            words = self.tr("能拟 {count} 份。").format(count=len(ready)) + _left_out(self._people)
        self.standing.setText(words)
        is_busy = self._making is not None
        self.press.setText(self.tr("拟 {count} 份同意书").format(count=len(ready)) if ready else self.tr("拟同意书"))
        self.press.setEnabled(bool(ready) and not is_busy)
        if self.press.isEnabled():
            offer(self.press, self._application, Capability.TAKE_CONSENT)

    # --- drafting

    def _make(self) -> None:
        ready = tuple(one for one in self._people if one.against is None)
        ask = RoundAsk(self.asks(), self.second.value())
        self.progress.begin(self.tr("正在拟 {count} 份同意书").format(count=len(ready)))
        self._making = self._page.tasks.run_slices(
            self,
            lambda: as_progress(round_drafts.iter_drafts(self._application, ready, ask), counted),
            self._drafted,
            lambda error: self._end(notice_of(word(error))),
            progress=self.progress.show_progress,
            cancelled=lambda: self._end(
                Notice(self.tr("停下了。已经拟好的留着，列在下面，可以打印或者作废。"), Tone.WARN)
            ),
            lane=Lane.WRITE,
        )
        self._show_state()

    def _stop(self) -> None:
        if self._making is not None:
            self._making.cancel()

    def _drafted(self, made: Drafted) -> None:
        self._page.changed.emit(made.changed)
        words = self.tr("拟好 {count} 份，列在下面，可以一次打完。").format(count=len(made.sheets))
        refused = "；".join(f"{one.name}：{word(error).what}" for one, error in made.refused)
        said = _left_out(made.left_out) + refused
        self._end(Notice(words, Tone.WARN if said else Tone.GOOD, said, stays=bool(said)))

    def _end(self, notice: Notice) -> None:
        self._making = None
        self.progress.hide()
        self._page.tell(notice)
        self._ask()
        self.drafted.emit()


def _left_out(people: Iterable[Proposed]) -> str:
    """Who is left out and why, in words."""
    found = [one for one in people if one.against is not None]
    if not found:
        return ""
    named = "；".join(
        f"{one.name or '（没有户主）'}：{AGAINST_NAMES[one.against]}" for one in found[:_MOST_NAMED] if one.against
    )
    more = f"；还有 {len(found) - _MOST_NAMED} 户" if len(found) > _MOST_NAMED else ""
    return f"不拟的：{named}{more}。"
