"""Taking in the office's ledger: looked at first, written only on confirmation, twice is once."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.services import people
from desktop.services.application import Application
from desktop.storage.tables import entry
from desktop.ui.import_words import Part
from desktop.ui.main_window import MainWindow
from desktop.ui.messages import MESSAGES
from desktop.ui.pages.import_page import ImportPage, Stage
from desktop.ui.pages.page import Target
from desktop.ui.widgets.cards import Facts
from tests.county_issued import CHABU
from tests.ledgers import FAMILIES, Family, Person, ledger_bytes, person
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN_VILLAGE = Family(
    "DB9", "桥头村", "桥头村1号", "农村低保", date(2022, 1, 1), 800, (person("郑无村", date(1960, 1, 1), 111),)
)
ODD_ROW = Person("游小妹", "350703194901011", "媳妇子")
DOUBTFUL = Family(
    "DB8", "上㘵村", "2组2号", "农村低保", date(2023, 1, 1), 600, (person("游阿土", date(1948, 1, 1), 171), ODD_ROW)
)


def shown_page(window: MainWindow) -> ImportPage:
    """The page, opened."""
    window.open(Target("import"))
    page = window.page()
    assert isinstance(page, ImportPage)
    return page


def read(qtbot: QtBot, page: ImportPage, folder: Path, families: Sequence[Family], name: str = "台账.xlsx") -> None:
    """Choose a ledger with these families and wait for its preview."""
    path = folder / name
    path.write_bytes(ledger_bytes(families))
    page.open_file(str(path))
    qtbot.waitUntil(lambda: page.stage is Stage.PREVIEW, timeout=20_000)


def confirm(qtbot: QtBot, window: MainWindow, page: ImportPage) -> None:
    """Ctrl+Enter, and wait until everything is written."""
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.stage is Stage.DONE, timeout=20_000)


def counts(page: ImportPage) -> dict[Part, int]:
    """How many records each part of the preview has."""
    preview = page._preview
    assert preview is not None
    return {part: count for part in Part if (count := preview.count(part))}


def detail(page: ImportPage) -> list[str]:
    """The words beside the list."""
    found = page.preview.findChildren(Facts)[0].findChildren(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [label.text() for label in found if not label.isHidden()]


def entries(vault: Application) -> int:
    """How many entries the journal has."""
    return vault.store.read(lambda connection: len(connection.execute(entry.select()).all()))


def heads(vault: Application) -> list[str]:
    """The heads of all households."""
    return [one.head_name for one in people.household_lines(vault, people.household_ids(vault))]


def test_a_ledger_is_looked_at_first_and_written_on_confirmation(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path
) -> None:
    """Reading changes nothing; Ctrl+Enter writes; the result says how many."""
    page = shown_page(window)
    before = entries(vault)
    read(qtbot, page, tmp_path, FAMILIES)
    assert counts(page) == {Part.NEW: 4, Part.SKIPPED: counts(page)[Part.SKIPPED]}
    assert entries(vault) == before
    assert window.header.primary.text() == "确认导入 4 户"
    address = ["住址", "建阳区 › 莒口镇 › 上㘵村 3组12号"]
    qtbot.waitUntil(lambda: detail(page)[:2] == address)
    confirm(qtbot, window, page)
    assert sorted(heads(vault)) == ["吴解放", "曾乐平", "陈𠮷水", "黄䶮"]
    assert "新增 4 户，更新 0 户" in page._result_words.text()


def test_the_same_file_twice_writes_nothing_and_says_so(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path
) -> None:
    """The second time there is nothing to confirm."""
    page = shown_page(window)
    read(qtbot, page, tmp_path, FAMILIES)
    confirm(qtbot, window, page)
    written = entries(vault)
    read(qtbot, page, tmp_path, FAMILIES)
    assert page._words.text().startswith("没有变化，未写入。")
    assert window.header.primary.text() == "选择文件"
    page.confirm()
    assert page.stage is Stage.PREVIEW
    assert entries(vault) == written


def test_next_months_file_shows_before_and_after_and_deletes_nobody(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path
) -> None:
    """An amount that changed is shown with both values; who is missing is listed and stays."""
    page = shown_page(window)
    read(qtbot, page, tmp_path, (*FAMILIES, DOUBTFUL))
    confirm(qtbot, window, page)
    read(qtbot, page, tmp_path, (replace(FAMILIES[0], amount=1380), *FAMILIES[1:]), "下个月.xlsx")
    assert (counts(page)[Part.CHANGED], counts(page)[Part.SAME], counts(page)[Part.GONE]) == (1, 3, 1)
    before_and_after = ["低保", "低保，2021年7月起，每月1,260元\n→ 低保，2021年7月起，每月1,380元"]
    qtbot.waitUntil(lambda: detail(page) == before_and_after)
    confirm(qtbot, window, page)
    assert "没有删除" in page._result_words.text()
    assert len(heads(vault)) == 5
    page.preview.show_part(Part.GONE)
    QTest.mouseClick(page.preview.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (window.page() or page).title() == "游阿土 户")


def test_a_village_that_is_not_known_is_chosen_in_the_preview(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path
) -> None:
    """Its household cannot be written before; chosen by hand, it can."""
    page = shown_page(window)
    read(qtbot, page, tmp_path, (UNKNOWN_VILLAGE,))
    assert counts(page)[Part.BLOCKED] == 1
    assert not page.confirm()  # type: ignore[func-returns-value]
    assert page.stage is Stage.PREVIEW
    picker = page.preview.village
    assert picker.isVisible()
    picker.setFocus()
    QTest.keyClicks(picker, "cbc")
    qtbot.waitUntil(lambda: picker.is_open)
    QTest.keyClick(picker, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.stage is Stage.PREVIEW and counts(page).get(Part.NEW) == 1, timeout=20_000)
    confirm(qtbot, window, page)
    (household,) = people.household_ids(vault)
    assert people.household_page(vault, household).division == CHABU


def test_doubtful_rows_are_said_in_words_with_their_place(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """Row number, whose row, what is wrong; in the list of rows and beside the household."""
    page = shown_page(window)
    read(qtbot, page, tmp_path, (DOUBTFUL,))
    page.preview.show_part(Part.PROBLEMS)
    model = page.preview.pane.model
    said = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert any("游小妹" in one and "第 5 行" in one for one in said)
    assert any("看不懂关系“媳妇子”" in one for one in said)
    page.preview.show_part(Part.NEW)
    assert "看不懂关系“媳妇子”" in page.preview._problems.text()


def test_every_problem_of_a_row_has_words() -> None:
    """A code that the reading of ledgers can give has a sentence; else the preview would show a code."""
    codes: set[str] = set()
    for path in (ROOT / "desktop" / "documents").glob("ledger_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                codes |= set(re.findall(r"^[a-z]+\.[a-z][a-z-]+$", node.value))
    assert {"relation.unknown", "resident.duplicate"} <= codes
    assert sorted(codes - set(MESSAGES)) == []


def test_somebody_written_twice_is_taken_in_once(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path
) -> None:
    """The same person as head of two households: the second cannot be written, and the import does not break off."""
    twice = replace(FAMILIES[1], number="DB7", village="中㘵村", address="1组1号")
    page = shown_page(window)
    read(qtbot, page, tmp_path, (FAMILIES[1], twice))
    assert (counts(page)[Part.NEW], counts(page)[Part.BLOCKED], counts(page)[Part.PROBLEMS]) == (1, 1, 1)
    confirm(qtbot, window, page)
    assert heads(vault) == ["黄䶮"]


def test_stopping_keeps_what_is_written_and_the_next_time_does_the_rest(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path
) -> None:
    """停止 ends after the household under way; a second import doubles nobody."""
    page = shown_page(window)
    read(qtbot, page, tmp_path, FAMILIES)
    page.confirm()
    page._stop()
    qtbot.waitUntil(lambda: page.stage is Stage.DONE, timeout=20_000)
    assert "已停下" in page._result_words.text()
    assert len(heads(vault)) < 4
    read(qtbot, page, tmp_path, FAMILIES)
    confirm(qtbot, window, page)
    assert sorted(heads(vault)) == ["吴解放", "曾乐平", "陈𠮷水", "黄䶮"]


def test_reading_can_be_stopped(qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path) -> None:
    """Nothing is written and another file can be chosen."""
    page = shown_page(window)
    before = entries(vault)
    page._data = ledger_bytes(FAMILIES)
    page._plan()
    page._stop()
    qtbot.waitUntil(lambda: page.stage is Stage.CHOOSE, timeout=20_000)
    assert entries(vault) == before


@pytest.mark.parametrize(("content", "words"), [(b"<html>", "网页"), (b"", "空的"), (None, "打不开")])
def test_a_file_that_is_no_ledger_is_refused_with_a_sentence(
    qtbot: QtBot, vault: Application, window: MainWindow, tmp_path: Path, content: bytes | None, words: str
) -> None:
    """What it is and what to do; nothing is written."""
    page = shown_page(window)
    path = tmp_path / "台账.xlsx"
    if content is not None:
        path.write_bytes(content)
    page.open_file(str(path))
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    notice = window.banner.notice
    assert notice is not None
    assert words in notice.text
    assert page.stage is Stage.CHOOSE
    assert heads(vault) == []


def test_a_file_can_be_dropped_on_the_page(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """Dragging the file there is the same as choosing it."""
    page = shown_page(window)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(ledger_bytes(FAMILIES))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(10, 10), actions, data, buttons, keys))
    qtbot.waitUntil(lambda: page.stage is Stage.PREVIEW, timeout=20_000)
    assert page.subtitle() == "台账.xlsx"


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_every_stage_is_legible_and_named(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Choosing, each part of the preview, and the result: nothing cut off, everything named."""
    window.resize(*size)
    page = shown_page(window)
    assert_legible(window)
    read(qtbot, page, tmp_path, (*FAMILIES, DOUBTFUL, UNKNOWN_VILLAGE))
    for part in counts(page):
        page.preview.show_part(part)
        assert_legible(window)
        assert unnamed(window) == []
    confirm(qtbot, window, page)
    assert_legible(window)
    assert unnamed(window) == []
