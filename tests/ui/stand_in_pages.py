"""Pages with made-up people for the tests of the shell; they use every widget once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.ui.icons import Icon
from desktop.ui.main_window import MainWindow, PageEntry, Worker
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.models.table import Column, TableRow
from desktop.ui.pages.page import Changes, Page, Target
from desktop.ui.rail import Section
from desktop.ui.tasks import Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.cards import Card, EmptyState, Facts, Figure
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.division_picker import DivisionPicker
from desktop.ui.widgets.fields import DateField, MoneyField, PhoneField, TextField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.identity_field import IdentityField
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.widgets.step_bar import StepBar
from desktop.ui.widgets.table_pane import TablePane
from desktop.ui.widgets.timeline import Timeline, TimelineEntry
from tests.ui.readability import FULL

TODAY = date(2026, 11, 23)

PEOPLE = {
    row.id: row
    for row in (
        ListRow("p1", "林秀英 户", "特困 · 独居", "季度走访", (Chip("逾期 3 天", Tone.BAD, Icon.WAITING),)),
        ListRow("p2", "吉建国 户", "低保 · 肢体二级", "转介回访：已送轮椅", (Chip("今天", Tone.WARN, Icon.WAITING),)),
        ListRow("p3", "何金水", "在闽台胞", "两地信息不一致，请选择", (Chip("需决定", Tone.INFO, Icon.CONFLICT),)),
    )
}
VILLAGES = (
    ListRow("350703104209", "上㘵村", "350703104209", "建阳区 莒口镇"),
    ListRow("350703104210", "中㘵村", "350703104210", "建阳区 莒口镇"),
)
SECTIONS = (
    Section("today", "今日", Icon.TODAY, "Ctrl+1"),
    Section("households", "家庭", Icon.HOUSEHOLD, "Ctrl+2"),
    Section("visit", "走访", Icon.VISIT, "Ctrl+3"),
    Section("consent", "同意书", Icon.CONSENT, "Ctrl+4"),
    Section("referral", "转介", Icon.REFERRAL, "Ctrl+5"),
    Section("sync", "同步", Icon.SYNC, "Ctrl+6"),
    Section("settings", "设置", Icon.SETTINGS, "Ctrl+7", is_low=True),
)


def window_of(
    qtbot: QtBot, tasks: Tasks, pages: Mapping[str, tuple[str, Callable[[], Page]]], worker_name: str = "林晓梅"
) -> MainWindow:
    """The window on a small laptop with these pages, each under its section, and empty ones where there are none."""
    entries = [PageEntry(name, section, make) for name, (section, make) in pages.items()]
    entries += [PageEntry(one.key, one.key, lambda: Page(tasks)) for one in SECTIONS if one.key not in pages]
    worker = Worker(worker_name, "莒口镇民政办")
    made = MainWindow(tasks, worker, SECTIONS, entries, lambda _: [], lambda row: Target("household", row.id))
    made.resize(*FULL)
    qtbot.addWidget(made)
    made.show()
    return made


def people(ids: tuple[str, ...]) -> Sequence[ListRow]:
    """The rows of some ids."""
    return [PEOPLE[each] for each in ids if each in PEOPLE]


class ListPage(Page):
    """A worklist beside figures."""

    def __init__(self, tasks: Tasks, title: str = "今日") -> None:
        super().__init__(tasks)
        self.refreshed: list[Changes] = []
        self.left = 0
        self.shown = ""
        self.set_title(title, "11月23日 星期一")
        self.set_help("这里列出要做的事，按村排列。")
        self.round = self.set_primary("准备下村", lambda: self.tell(Notice("已保存在本机。")))
        empty = EmptyState(Icon.DONE, "今天没有待办", "可以准备下村。", "准备下村", self.round.trigger)
        self.pane = ListPane("待办", self.fetch_with(people), empty)
        self.pane.opened.connect(lambda record: self.go("household", record))
        todo = Card("待办 3 项", "逾期 1 · 今天 1")
        todo.add(self.pane, 1)
        month = Card("本月")
        month.add(Flow([Figure("28", "走访"), Figure("6", "转出"), Figure("9.5", "平均答复（工作日）")], gap=24))
        self.body.addWidget(Columns([todo, month], [5, 3], enough=820), 1)
        self.pane.show_entries([Heading("上㘵村"), "p1", "p2", Heading("中㘵村"), "p3"])

    def show_record(self, record: str) -> None:
        self.shown = record

    def refresh(self, changes: Changes) -> None:
        self.refreshed.append(changes)

    def leave(self) -> None:
        self.left += 1

    def focus_first(self) -> None:
        self.pane.setFocus()


class FormPage(Page):
    """A form with every kind of field."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(tasks)
        self.set_title("走访", "吉建国 户")
        self.set_primary("保存走访", lambda: None)
        self.form = Form(3)
        self.name = TextField()
        self.day = DateField(lambda: TODAY)
        self.who: ChoiceField[str] = ChoiceField([("head", "户主"), ("other", "其他成员"), ("nobody", "家里没人")])
        causes = ("疾病", "残疾", "缺劳动力", "教育", "灾害", "其他")
        self.cause: ChoiceField[int] = ChoiceField(list(enumerate(causes)))
        self.village = DivisionPicker(self.ask_with(lambda text: [row for row in VILLAGES if text in row.title]))
        self.identity = IdentityField(lambda: TODAY)
        self.phone = PhoneField("0599")
        self.income = MoneyField()
        self.needs: MultiChoice[int] = MultiChoice(list(enumerate(("医疗", "康复", "助学", "住房修缮", "照护"))))
        self.remarks = QPlainTextEdit()
        self.form.add("姓名(&N)", self.name)
        self.form.add("走访日期(&D)", self.day)
        self.form.add("村（居）", self.village)
        self.form.add("见到了谁", self.who, columns=2)
        self.form.add("致贫原因", self.cause)
        self.form.add("证件(&I)", self.identity, columns=2)
        self.form.add("电话", self.phone, note="没有可不填")
        self.form.add("每月收入", self.income, note="上次 2026年9月12日：800元")
        self.form.add("需要什么", self.needs, columns=3)
        self.form.add("情况说明", self.remarks, columns=3)
        card = Card("成员", "带 * 的要填")
        card.add(self.form)
        self.body.addWidget(card)
        self.body.addStretch(1)

    def focus_first(self) -> None:
        self.name.setFocus()


class RecordPage(Page):
    """A household: chips, facts, steps, a table and the chain."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(tasks)
        self.shown = ""
        self.set_title("吉建国 户", "建阳区 莒口镇 上㘵村 12 号")
        self.set_primary("开始走访", lambda: self.go("visit", self.shown))
        self.body.addWidget(Flow([StateChip(Chip("低保", Tone.GOOD)), StateChip(Chip("老")), StateChip(Chip("残"))]))
        money = Card("收支与需求", "据 2026年9月12日走访")
        money.add(Facts([("人均月收入", "812元", "低保标准 930元"), ("刚性支出", "31,400元", "占收入 107%")]))
        money.add(StepBar(["给谁、给什么", "念给他听", "打印", "签字或按指印", "收回扫描"]))
        columns = [Column("接收方", 3), Column("状态", 2), Column("金额", is_figure=True)]
        cells = ("省慈善总会", Chip("同意", Tone.GOOD), "1,200")
        rows = self.fetch_with(lambda ids: [TableRow(each, cells) for each in ids])
        self.table = TablePane("接收方", columns, rows, EmptyState(Icon.EMPTY, "没有接收方", "请添加接收方。"))
        self.table.show_ids(["g1", "g2"])
        money.add(self.table, 1)
        self.chain = Timeline([("visit", "走访"), ("charity", "慈善")])
        self.chain.show_entries(
            [
                TimelineEntry("t1", "11月19日", "charity", Chip("慈善"), "送达轮椅一台", "请回访", Chip("待确认")),
                TimelineEntry("t2", "9月12日", "visit", Chip("走访"), "屋顶渗漏，妻子新确诊糖尿病", "陈晓燕、何金水"),
            ]
        )
        chain = Card("一户一链")
        chain.add(self.chain, 1)
        self.body.addWidget(Columns([money, chain], [2, 3], enough=900), 1)

    def show_record(self, record: str) -> None:
        self.shown = record


def make_window(tasks: Tasks) -> MainWindow:
    """The window with stand-in pages."""
    names = [section.key for section in SECTIONS if section.key != "visit"]
    pages = [PageEntry(name, name, lambda name=name: ListPage(tasks, name)) for name in names]  # type: ignore[misc]
    pages += [
        PageEntry("visit", "visit", lambda: FormPage(tasks)),
        PageEntry("household", "households", lambda: RecordPage(tasks)),
    ]

    def search(text: str) -> Sequence[ListRow]:
        return [row for row in PEOPLE.values() if text in row.title]

    return MainWindow(
        tasks, Worker("陈晓燕", "莒口镇民政服务站"), SECTIONS, pages, search, lambda row: Target("household", row.id)
    )
