"""已获救助: what the government gives (政府救助) and what charity has given (慈善帮扶)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.typed import format_date, parse_date, parse_month
from desktop.domain.visits import AidReceived
from desktop.ui.icons import Icon
from desktop.ui.pages.visit.field_states import is_empty
from desktop.ui.pages.visit.section import Problem, Section
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import line
from desktop.ui.widgets.fields import MoneyField, TextField, TypedField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.text_area import TextArea

MOST_ROWS = 12


class SinceField(TypedField[date]):
    """Since when: a month is enough (2021年7月), a day is welcome."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(lambda text: _parse_since(text, today()), _since_words, "", parent)
        self.setPlaceholderText(self.tr("如 2021年7月"))


def _parse_since(text: str, today: date) -> date:
    try:
        return parse_month(text)
    except UserFacingError:
        return parse_date(text, today=today)


def _since_words(day: date) -> str:
    return f"{day.year}年{day.month}月" if day.day == 1 else format_date(day)


@dataclass(frozen=True)
class _Row:
    """One aid: its fields, and what is taken away with it."""

    frame: QFrame
    scheme: TextField
    monthly: MoneyField
    since: SinceField

    def is_empty(self) -> bool:
        return all(is_empty(field) for field in (self.scheme, self.monthly, self.since))


class AidSection(Section):
    """Rows of aid, and charity's help in words. Row numbers stay the same as long as a draft lives."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("aid", "已获救助", parent)
        self._today = today
        self.rows: dict[int, _Row] = {}
        government = self.add_card(self.tr("政府救助"), self.tr("一项一行；T2 必须写明"))
        self._none = label(self.tr("还没有写。没有享受就空着。"), "soft", wrap=True)
        government.add(self._none)
        self._place = QWidget(self)
        self._column = _column(self._place)
        government.add(self._place)
        foot = QHBoxLayout()
        self.add_button = link_button(self.tr("再加一项(&A)"), self._add_by_hand, Icon.ADD, parent=self)
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        government.body.addLayout(foot)
        charity = self.add_card(self.tr("慈善帮扶"))
        form = Form(1)
        charity.add(form)
        self.charity_help = TextArea(self.tr("哪家、给了什么、大约多少；没有可不填"))
        self.add_field(form, "charity_help", self.tr("得到过哪些慈善帮扶"), self.charity_help)
        self._arrange()

    def fill_last(self, aid: Sequence[AidReceived], charity_help: str, mark: str) -> None:
        """What the last visit, the one being corrected, or the ledger says."""
        for number, one in enumerate(aid[:MOST_ROWS]):
            self._make_row(number)
            values = {"scheme": one.scheme, "monthly": one.monthly, "since": one.since}
            self.fill({f"{number}.{name}": value for name, value in values.items()}, mark)
        self.fill({"charity_help": charity_help}, mark)

    def aid(self) -> tuple[AidReceived, ...]:
        """As it is saved; empty rows are left out."""
        return tuple(
            AidReceived(row.scheme.value(), row.monthly.value(), row.since.value())
            for row in self.rows.values()
            if not row.is_empty()
        )

    def first_field(self) -> str:
        """Where an aid is to be written; makes a row if there is none."""
        if not self.rows:
            self._make_row(0)
            self._arrange()
        return f"{next(iter(self.rows))}.scheme"

    def problems(self) -> list[Problem]:
        nameless = [
            Problem(self.key, f"{number}.scheme", self.tr("这一项没有写是什么救助。"))
            for number, row in self.rows.items()
            if not row.is_empty() and not row.scheme.value()
        ]
        return [*super().problems(), *nameless]

    def state(self) -> dict[str, Any]:
        return {**super().state(), "rows": list(self.rows)}

    def restore(self, state: Mapping[str, Any]) -> None:
        for number in list(self.rows):
            self._remove_row(number)
        for number in state.get("rows", []):
            self._make_row(int(number))
        super().restore(state)

    def leave_out(self) -> None:
        super().leave_out()
        for number in [number for number, row in self.rows.items() if row.is_empty()]:
            self._remove_row(number)
        self._arrange()

    def focus_field(self, name: str) -> QWidget | None:
        if name not in self._fields and name.endswith(".scheme"):
            name = self.first_field()
        return super().focus_field(name)

    def _add_by_hand(self) -> None:
        number = max(self.rows, default=-1) + 1
        self._make_row(number)
        self._arrange()
        self.rows[number].scheme.setFocus()
        self.changed.emit()

    def _remove_by_hand(self, number: int) -> None:
        self._remove_row(number)
        self._arrange()
        self.add_button.setFocus()
        self.changed.emit()

    def _make_row(self, number: int) -> None:
        if number in self.rows:
            return
        frame = QFrame(self._place)
        column = _column(frame)
        if self.rows:
            column.addWidget(line(frame))
        form = Form(3, frame)
        row = _Row(frame, TextField(self.tr("如 低保、残疾人两项补贴")), MoneyField(), SinceField(self._today))
        column.addWidget(form)
        self.rows[number] = row
        self.add_field(form, f"{number}.scheme", self.tr("救助项目"), row.scheme)
        self.add_field(form, f"{number}.monthly", self.tr("每月金额"), row.monthly)
        self.add_field(form, f"{number}.since", self.tr("从什么时候起"), row.since)
        foot = QHBoxLayout()
        foot.addStretch(1)
        remove = link_button(self.tr("去掉这一项"), lambda: self._remove_by_hand(number), Icon.DELETE, parent=frame)
        foot.addWidget(remove)
        column.addLayout(foot)
        self._column.addWidget(frame)
        frame.show()
        self._order_tabs(
            [f"{number}.{name}" for name in ("scheme", "monthly", "since")],
            [remove, self.add_button, self.charity_help],
        )

    def _remove_row(self, number: int) -> None:
        row = self.rows.pop(number)
        self.forget_fields([f"{number}.{name}" for name in ("scheme", "monthly", "since")])
        self._show_last_time()
        self._column.removeWidget(row.frame)
        row.frame.hide()
        row.frame.deleteLater()

    def _arrange(self) -> None:
        self._none.setVisible(not self.rows)
        self.add_button.setEnabled(len(self.rows) < MOST_ROWS)


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    return column
