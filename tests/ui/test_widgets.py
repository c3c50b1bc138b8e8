"""Smaller parts that pages rely on."""

from __future__ import annotations

import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas
from shiboken6 import getAllValidWrappers

from desktop.ui.icons import TONE_ICONS
from desktop.ui.slices import styled
from desktop.ui.tasks import Progress
from desktop.ui.tokens import LIGHT, Tone
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.chips import Chip, chip_size
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.labels import ShortenedLabel, label
from desktop.ui.widgets.layouts import put_in, scroll_area
from desktop.ui.widgets.progress_panel import ProgressPanel
from desktop.ui.widgets.sheet_preview import SheetPreview
from desktop.ui.widgets.step_bar import StepBar
from desktop.ui.widgets.tab_order import tab_as_read
from desktop.ui.widgets.timeline import Timeline, TimelineEntry


def pdf(pages: int) -> bytes:
    """A PDF of some pages."""
    written = io.BytesIO()
    canvas = Canvas(written)
    for number in range(pages):
        canvas.rect(100 + 20 * number, 100, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def test_a_sheet_is_previewed_from_memory(qtbot: QtBot) -> None:
    """The pages are there and drawn; a new version of the sheet keeps the page one was reading."""
    preview = SheetPreview()
    qtbot.addWidget(preview)
    preview.resize(500, 600)
    preview.show()
    preview.show_bytes(pdf(3))
    assert preview.pages == 3
    assert "第 1 页 / 共 3 页" in [each.text() for each in preview.findChildren(QLabel)]

    def is_drawn() -> bool:
        picture = preview.view.grab().toImage()
        points = ((x, y) for x in range(0, picture.width(), 10) for y in range(0, picture.height(), 10))
        return any(picture.pixelColor(x, y).lightness() < 40 for x, y in points)

    qtbot.waitUntil(is_drawn)
    next(each for each in preview.findChildren(QWidget) if each.accessibleName() == "下一页").click()  # type: ignore[attr-defined]
    assert preview.view.pageNavigator().currentPage() == 1
    preview.show_bytes(pdf(2))
    assert preview.view.pageNavigator().currentPage() == 1
    preview.clear()
    assert preview.pages == 0


def test_progress_says_how_far_how_long_and_can_be_stopped(qtbot: QtBot) -> None:
    """After a while the time left is guessed; stopping is asked for once."""
    seconds = iter([0.0, 1.0, 60.0])
    stops: list[str] = []
    panel = ProgressPanel(lambda: stops.append("stop"), clock=lambda: next(seconds))
    qtbot.addWidget(panel)
    panel.begin("正在导入台账")
    assert not panel.isHidden()

    def words() -> str:
        return " ".join(each.text() for each in panel.findChildren(QLabel))

    panel.show_progress(Progress(10, 1000))
    assert "10 / 1,000" in words()
    assert "分钟" not in words()
    panel.show_progress(Progress(250, 1000))
    assert "大约还要 3 分钟" in words()
    button = panel.findChild(QPushButton)
    assert button is not None
    button.click()
    button.click()
    assert stops == ["stop"]
    panel.end()
    assert panel.isHidden()


def test_steps_can_be_gone_back_to_and_not_jumped_over(qtbot: QtBot) -> None:
    """A done step can be pressed, one that is not reached yet cannot; the page decides whether to go."""
    bar = StepBar(["给谁、给什么", "念给他听", "打印"])
    qtbot.addWidget(bar)
    asked: list[int] = []
    bar.asked.connect(asked.append)
    bar.go(1)
    first, second, third = bar.buttons()
    assert third.isEnabled() is False
    assert "已完成" in first.accessibleName()
    assert "当前" in second.accessibleName()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert asked == [0]
    assert bar.current == 1
    assert second.isChecked()


def test_the_chain_shows_one_kind_when_asked(qtbot: QtBot) -> None:
    """The filter shows a kind's entries, and says so where there are none."""
    chain = Timeline([("visit", "走访"), ("charity", "慈善"), ("aid", "救助")])
    qtbot.addWidget(chain)
    chain.resize(600, 400)
    chain.show()
    chain.show_entries(
        [
            TimelineEntry("1", "11月19日", "charity", Chip("慈善"), "送达轮椅一台"),
            TimelineEntry("2", "9月12日", "visit", Chip("走访"), "屋顶渗漏"),
        ]
    )
    assert chain.model.rowCount() == 2
    chain.choose_kind("visit")
    assert [chain.model.index(row).data() for row in range(chain.model.rowCount())] == ["屋顶渗漏"]
    chain.choose_kind("aid")
    assert chain.view.isHidden()
    chain.choose_kind("")
    assert chain.model.rowCount() == 2


def test_a_long_entry_of_the_chain_is_wrapped_and_not_cut(qtbot: QtBot) -> None:
    """A narrow window makes an entry higher, never shorter in words."""
    chain = Timeline()
    qtbot.addWidget(chain)
    chain.show_entries([TimelineEntry("1", "9月12日", "visit", Chip("走访"), "屋顶渗漏，" * 20, "陈晓燕、何金水")])
    chain.show()
    heights = []
    for width in (1000, 500, 300):
        chain.resize(width, 600)
        QApplication.processEvents()
        heights.append(chain.view.sizeHintForRow(0))
    assert heights == sorted(heights)
    assert heights[0] < heights[2]


def test_columns_stack_where_there_is_no_room(qtbot: QtBot) -> None:
    """Side by side from the width given, one under the other below it."""
    columns = Columns([label("左"), label("右")], [1, 1], enough=600)
    qtbot.addWidget(columns)
    columns.show()
    stacked = []
    for width in (700, 500, 700):
        columns.resize(width, 300)
        stacked.append(columns.is_stacked)
    assert stacked == [False, True, False]


def test_no_part_of_a_layout_is_held_from_python(qtbot: QtBot) -> None:
    """Qt deletes the items of its layouts without telling PySide: what is made there next would be taken for them."""

    def held() -> list[object]:
        items = [one for one in getAllValidWrappers() if isinstance(one, QLayoutItem)]
        return [one for one in items if not isinstance(one, QLayout)]

    before = held()
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    row = QHBoxLayout()
    first, second, last = QLineEdit(), QLineEdit(), QLineEdit()
    column.addLayout(row)
    row.addWidget(Columns([first, second], [1, 1]))
    column.addStretch(1)
    column.insertWidget(1, last)
    root.show()
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    tab_as_read(root)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert [one for one in held() if one not in before] == []


def test_chips_wrap_like_words(qtbot: QtBot) -> None:
    """What does not fit in a line goes into the next; the height follows the width."""
    flow = Flow([label("一户一链的第一项"), label("第二项也有些长"), label("第三项")])
    qtbot.addWidget(flow)
    assert flow.heightForWidth(1000) < flow.heightForWidth(150)


def test_a_shortened_name_can_still_be_read_in_full(qtbot: QtBot) -> None:
    """Where a name is shortened, its tooltip and its accessible name are whole."""
    name = ShortenedLabel("买买提·阿卜杜热合曼·吾斯曼江 户")
    qtbot.addWidget(name)
    name.resize(80, 30)
    name.show()
    name.grab()
    assert name.toolTip() == name.accessibleName() == "买买提·阿卜杜热合曼·吾斯曼江 户"
    name.resize(600, 30)
    name.grab()
    assert name.toolTip() == ""


def test_names_are_never_read_as_markup(qtbot: QtBot) -> None:
    """What people typed is shown as typed."""
    shown = label("<b>林</b>秀英 &amp; 户")
    qtbot.addWidget(shown)
    assert shown.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.NEUTRAL])
def test_a_state_is_never_told_by_colour_alone(qtbot: QtBot, tone: Tone) -> None:
    """Every state has a word and an icon."""
    assert Chip("逾期", tone).picture is TONE_ICONS[tone]
    assert chip_size(Chip("逾期", tone)).width() > chip_size(Chip("逾期")).width()


def test_what_was_styled_before_it_scrolls_shows_the_card_behind_it(qtbot: QtBot) -> None:
    """A form that is made a part at a time is styled before it is put in its area."""
    card = Card()
    qtbot.addWidget(card)
    area = scroll_area(card)
    card.add(area, 1)
    content = QWidget(area.viewport())
    for _ in styled(content):
        pass
    put_in(area, content)
    card.resize(300, 200)
    card.show()
    qtbot.waitExposed(card)
    shown = card.grab().toImage()
    assert shown.pixelColor(content.mapTo(card, content.rect().center())) == QColor(LIGHT.surface)
