"""Where a round begins: what was left unfinished, the households last seen, and finding one by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.pages.visit.start_rows import StartRows
from desktop.ui.tokens import GAP
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.list_pane import ListPane

_PAUSE = 150
"""Milliseconds without a key after which the search is made."""

AskRows = Callable[[str, Callable[[StartRows], None]], None]
"""Asks what to show for a typed text, none for an empty one; answers later on the screen's thread."""


class StartView(QWidget):
    """The visit page without a household."""

    opened = Signal(str)
    """The id of a row: a draft's or a household's."""

    def __init__(self, ask: AskRows, new_household: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._asked = 0
        self._rows: dict[str, ListRow] = {}
        self.search = TextField(self.tr("姓名、拼音首字母、证件号后四位、电话或村名"))
        self.search.setAccessibleName(self.tr("找一户来走访"))
        self.search.changed.connect(self._on_typed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.ask)
        empty = EmptyState(
            Icon.HOUSEHOLD, self.tr("没有找到这一户"), self.tr("名单上没有的也可以走访：先新增家庭。"),
            self.tr("新增家庭"), new_household,
        )  # fmt: skip
        self.pane = ListPane(
            self.tr("选一户开始走访"),
            lambda ids, receive: receive([self._rows[one] for one in ids if one in self._rows]),
            empty,
        )
        self.pane.opened.connect(self.opened)
        self.search.returnPressed.connect(self._open_first)
        card = Card()
        card.add(label(self.tr("走访哪一户"), "section"))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.search, 1)
        row.addWidget(button(self.tr("新增家庭(&N)"), new_household, Icon.ADD_PERSON, parent=self))
        card.body.addLayout(row)
        card.add(self.pane, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card, 1)
        self.setFocusProxy(self.search)

    def ask(self, *, then_open: bool = False) -> None:
        """Ask for the rows again; ``then_open`` opens what is found if it is just one."""
        self._asked += 1
        asked = self._asked

        def receive(rows: StartRows) -> None:
            if asked == self._asked:
                self._show(rows)
                if then_open and len(self._rows) == 1:
                    self._open_first()

        self._ask(self.search.value(), receive)

    def row_ids(self) -> list[str]:
        """The ids shown, in their order."""
        return list(self._rows)

    def _show(self, rows: StartRows) -> None:
        groups: Sequence[tuple[str, Sequence[ListRow]]] = (
            (self.tr("上次没填完的走访"), rows.drafts),
            (self.tr("找到的家庭") if self.search.value() else self.tr("最近的家庭"), rows.households),
        )
        self._rows = {row.id: row for _, some in groups for row in some}
        entries: list[str | Heading] = []
        for heading, some in groups:
            if some:
                entries += [Heading(heading), *(row.id for row in some)]
        self.pane.show_entries(entries)

    def _on_typed(self) -> None:
        self._pause.start()

    def _open_first(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.ask(then_open=True)  # the rows shown are those of what was typed before
            return
        if self.search.value() and self._rows:
            self.opened.emit(next(iter(self._rows)))
