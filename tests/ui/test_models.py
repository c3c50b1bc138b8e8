"""Long lists: ids first, rows in blocks, nothing lost and nothing asked twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from desktop.ui.models.rows import RECORD, ROW, Heading, ListRow, RowModel
from desktop.ui.models.table import Column, TableModel, TableRow
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip
from desktop.ui.widgets.timeline import TimelineEntry, TimelineModel

IDS = [f"r{number}" for number in range(300)]


class LateRows:
    """A store that answers only when told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._waiting: list[tuple[tuple[str, ...], Callable[[Sequence[ListRow]], None]]] = []

    def fetch(self, ids: tuple[str, ...], receive: Callable[[Sequence[ListRow]], None]) -> None:
        self.asked.append(ids)
        self._waiting.append((ids, receive))

    def answer(self, suffix: str = "") -> None:
        waiting, self._waiting = self._waiting, []
        for ids, receive in waiting:
            receive([ListRow(each, f"{each}{suffix}") for each in ids])


def test_the_models_keep_qts_rules(qtmodeltester: ModelTester) -> None:
    """Models of lists, tables and the chain pass Qt's own checks while rows arrive."""
    rows = LateRows()
    model = RowModel(rows.fetch)
    model.show_entries([Heading("上㘵村"), *IDS])
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    rows.answer()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    table = TableModel(
        [Column("姓名"), Column("状态"), Column("金额", is_figure=True)],
        lambda ids, receive: receive([TableRow(each, (each, Chip("同意", Tone.GOOD), "1,200")) for each in ids]),
    )
    table.show_ids(IDS)
    qtmodeltester.check(table)  # type: ignore[no-untyped-call]
    chain = TimelineModel()
    chain.show_entries([TimelineEntry(each, "11月19日", "visit", Chip("走访"), each) for each in IDS])
    qtmodeltester.check(chain)  # type: ignore[no-untyped-call]


def test_only_the_blocks_that_are_looked_at_are_asked_for_and_only_once(qapp: QApplication) -> None:
    """Looking at the first and the last row asks for two blocks of 100; looking again asks for none."""
    rows = LateRows()
    model = RowModel(rows.fetch)
    model.show_entries(IDS)
    for position in (0, 1, 299, 298):
        assert model.index(position).data(Qt.ItemDataRole.DisplayRole) == "…"
    assert [len(ids) for ids in rows.asked] == [100, 100]
    rows.answer()
    assert model.index(299).data() == "r299"
    assert model.index(150).data() == "…"


def test_rows_of_a_list_that_was_replaced_meanwhile_are_not_shown(qapp: QApplication) -> None:
    """An answer that comes after the list changed is void; the fresh one is shown."""
    rows = LateRows()
    model = RowModel(rows.fetch)
    model.show_entries(IDS)
    model.index(0).data()
    model.show_entries(["r5", "r6"])
    rows.answer("-old")
    assert model.index(0).data() == "…"
    rows.answer("-new")
    assert model.index(0).data() == "r5-new"


def test_known_rows_stay_in_sight_while_they_are_asked_for_afresh(qapp: QApplication) -> None:
    """A refresh does not make the list flicker: the old row stands until the new one is here."""
    rows = LateRows()
    model = RowModel(rows.fetch)
    model.show_entries(["r1", "r2"])
    model.index(0).data()
    rows.answer("-first")
    model.show_entries(["r2", "r1"])
    assert model.index(1).data() == "r1-first"
    rows.answer("-second")
    assert model.index(1).data() == "r1-second"


def test_headings_group_and_cannot_be_chosen(qapp: QApplication) -> None:
    """A heading is no record: it cannot be selected and is never asked for."""
    rows = LateRows()
    model = RowModel(rows.fetch)
    model.show_entries([Heading("上㘵村"), "r1"])
    heading = model.index(0)
    assert heading.data() == "上㘵村"
    assert heading.data(RECORD) == ""
    assert not heading.flags() & Qt.ItemFlag.ItemIsSelectable
    model.index(1).data()
    assert rows.asked == [("r1",)]
    assert model.position("r1").row() == 1
    assert model.position("gone") == QModelIndex()


def test_a_row_is_spoken_with_its_states(qapp: QApplication) -> None:
    """A screen reader hears name, category, subject and the states in words."""
    row = ListRow("r1", "林秀英 户", "特困", "季度走访", (Chip("逾期 3 天", Tone.BAD),))
    model = RowModel(lambda ids, receive: receive([row]))
    model.show_entries(["r1"])
    model.index(0).data()
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "林秀英 户，特困，季度走访，逾期 3 天"
    assert model.index(0).data(ROW) is row
