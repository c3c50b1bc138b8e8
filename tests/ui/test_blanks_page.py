"""The page of blank forms through its widgets: printing, binding, accounting, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.blanks import BlankState, Spoiled, blank_number
from desktop.domain.consent import SheetState
from desktop.domain.prints import PrintOutcome
from desktop.services import blank_numbers, consent, scan_intake, scan_tray
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow, PageEntry, Worker
from desktop.ui.pages.blanks_page import BlanksPage
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import Tasks
from tests.blanks import blanks_of, form_of, printed_stock
from tests.county_issued import CHARITY, issue_roster
from tests.ui.consent_people import ji_family, photo, settle
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.stand_in_pages import SECTIONS
from tests.wordings import issue_wording, reworded


@dataclass
class Printer:
    """Stands where the print system is."""

    result: PrintResult = PrintResult.PRINTED
    taken: list[bytes] = field(default_factory=list)

    def __call__(self, _parent: QWidget, pdf: bytes, _title: str, *, copies: int = 1) -> Printing:
        self.taken.append(pdf)
        return Printing(self.result, copies)


class Bench:
    """林晓梅 at the page of blank forms."""

    def __init__(self, qtbot: QtBot, tasks: Tasks, vault: Application) -> None:
        self.qtbot, self.tasks, self.vault, self.printer = qtbot, tasks, vault, Printer()
        issue_roster(vault)
        self.resident = ji_family(vault)[1]
        pages: dict[str, Callable[[], Page]] = {
            "consent": lambda: ConsentPage(tasks, vault, self.printer),
            "blanks": lambda: BlanksPage(tasks, vault, self.printer),
        }
        entries = [PageEntry("consent", "consent", pages["consent"]), PageEntry("blanks", "consent", pages["blanks"])]
        entries += [PageEntry(one.key, one.key, lambda: Page(tasks)) for one in SECTIONS if one.key != "consent"]
        self.window = MainWindow(
            tasks,
            Worker("林晓梅", "莒口镇民政办"),
            SECTIONS,
            entries,
            lambda _: [],
            lambda row: Target("today", row.id),
        )
        self.window.resize(*FULL)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def open(self, record: str = "") -> BlanksPage:
        self.window.open(Target("blanks", record))
        return self.page()

    def page(self) -> BlanksPage:
        self.wait()
        page = self.window.page()
        assert isinstance(page, BlanksPage)
        return page

    def wait(self) -> None:
        settle(self.qtbot, self.tasks)

    def press(self, widget: QWidget) -> None:
        assert widget.isEnabled(), widget
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Space)
        self.wait()

    def notice(self) -> str:
        notice = self.window.banner.notice
        return notice.text if notice is not None else ""

    def account(self) -> blank_numbers.StockAccount:
        (found,) = blank_numbers.stock_accounts(self.vault)
        return found


@pytest.fixture
def bench(qtbot: QtBot, tasks: Tasks, vault: Application) -> Bench:
    tasks.bug.connect(_fail)
    return Bench(qtbot, tasks, vault)


def _fail(error: BaseException) -> None:
    raise error


def chosen_charity(page: BlanksPage) -> None:
    """The first row of recipients says the charity with its wheelchairs."""
    row = page.stock.rows[0]
    assert row.recipient is not None
    wanted = next(one for one in row.recipient.options() if one.recipient == CHARITY and one.project)
    row.recipient.set_value(wanted)
    row.recipient.changed.emit()


def test_a_stock_is_printed_and_stands_in_the_account(bench: Bench) -> None:
    """Chosen, printed, noted, and said in words; legible at both sizes, and everything has a name."""
    page = bench.open()
    assert "还没有打印过空白表" in words(page.account)
    chosen_charity(page)
    page.stock.count.set_value(5)
    bench.press(page.stock.press)
    bench.qtbot.waitUntil(lambda: bool(bench.printer.taken))
    bench.wait()
    assert "5 份空白表已送打印机" in bench.notice()
    account = bench.account()
    assert (account.stock.count, account.stock.outcome, len(account.out)) == (5, PrintOutcome.PRINTED, 5)
    said = words(page.account)
    assert account.first in said
    assert "一共打印 5 份，还有 5 份在外面" in said
    for size in (FULL, AT_150_PERCENT):
        bench.window.resize(*size)
        assert_legible(bench.window, str(size))
    assert unnamed(bench.window) == []


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (PrintResult.FAILED, PrintOutcome.FAILED),
        (PrintResult.CANCELLED, PrintOutcome.CANCELLED),
        (PrintResult.PARTLY, PrintOutcome.PARTLY),
    ],
)
def test_what_was_not_printed_is_noted_as_that(bench: Bench, result: PrintResult, outcome: PrintOutcome) -> None:
    """No number is out then, and the page says so."""
    bench.printer.result = result
    page = bench.open()
    page.stock.by_hand.set_value(1)
    page.stock.count.set_value(5)
    bench.press(page.stock.press)
    bench.qtbot.waitUntil(lambda: bool(bench.printer.taken))
    bench.wait()
    assert (bench.account().stock.outcome, bench.account().out) == (outcome, ())
    assert "没有打印" in bench.notice()
    assert not page.account.press.isVisible()


def test_a_number_is_typed_and_bound_and_leads_to_the_signing(bench: Bench) -> None:
    """What is missing is said first, one thing after another; then the sheet is there, to record its signing."""
    made = printed_stock(bench.vault, 2)
    page = bench.open()
    bind = page.bind
    bind.number.set_value("KB-1")
    bench.press(bind.look_up)
    assert "编号不对" in bench.notice()
    bind.number.set_value(blank_number(made.id, 2).lower())
    bind.number.returnPressed.emit()
    bench.wait()
    assert "在您手上" in words(bind)
    bench.press(bind.press)
    assert "是给谁填的" in bench.notice()
    (found,) = bind._find_people("吉建国")
    bind._on_person(found)
    bind.mode.set_value(False)
    bind.near.set_value(True)
    bind.near.changed.emit()
    bench.press(bind.press)
    assert "近亲属是谁" in bench.notice()
    bind.near_who.set_value("何金水，本人的堂弟")
    bench.press(bind.press)
    assert "另一位经办人" in bench.notice()
    bind.second.choose("陈晓燕")
    for size in (FULL, AT_150_PERCENT):
        bench.window.resize(*size)
        assert_legible(bench.window, str(size))
    assert unnamed(bench.window) == []
    bench.press(bind.press)
    bench.qtbot.waitUntil(lambda: isinstance(bench.window.page(), ConsentPage))
    bench.wait()
    sheet = consent.sheet(bench.vault, blanks_of(made)[1])
    assert (sheet.resident, sheet.state, sheet.second_worker) == (bench.resident, SheetState.PRINTED, "worker-chen")
    assert (sheet.fields["near_relative"], sheet.fields["near_relative_who"]) == (True, "何金水，本人的堂弟")
    consent_page = bench.window.page()
    assert isinstance(consent_page, ConsentPage)
    assert consent_page.taking.signing.isVisible()
    page = bench.open()
    bind = page.bind
    bind.number.set_value(blank_number(made.id, 2))
    bench.press(bind.look_up)
    assert "不能再绑定" in words(bind)
    assert not bind.press.isVisible()


def test_blanks_in_a_wording_that_the_county_took_back_say_so(bench: Bench) -> None:
    """With its reason: where their numbers stand and where one is bound."""
    today, raw = bench.vault.today(), reworded()
    issue_wording(bench.vault, raw, today)
    made = printed_stock(bench.vault, 1)
    page = bench.open()
    assert "收回" not in words(page)
    issue_wording(bench.vault, raw, today, version=2, withdrawn=today.isoformat(), reason="第七条写错了")
    page.refresh(frozenset({"wording"}))
    page = bench.page()
    assert "第七条写错了" in words(page.account)
    bench.window.resize(*AT_150_PERCENT)
    page.bind.number.set_value(blank_number(made.id, 1))
    bench.press(page.bind.look_up)
    assert "第七条写错了" in words(page.bind)
    assert page.bind.press.isVisible()
    assert_legible(bench.window)


def test_a_page_in_the_tray_leads_to_its_number(bench: Bench) -> None:
    """Waiting to be bound: one press, and its picture stands beside the choice of the person."""
    made = printed_stock(bench.vault, 1)
    scan_intake.take_in(bench.vault, photo(form_of(made, 1)))
    bench.window.open(Target("consent", "tray:waiting"))
    bench.wait()
    consent_page = bench.window.page()
    assert isinstance(consent_page, ConsentPage)
    tray = consent_page.tray
    assert "空白表待绑定" in words(tray)
    assert tray.bind.isVisible()
    assert not tray.file.isVisible()
    bench.press(tray.bind)
    page = bench.page()
    bench.wait()
    assert page.bind.number.value() == blank_number(made.id, 1)
    assert page.bind.picture.isVisible()
    assert len(scan_tray.tray(bench.vault)) == 1, "it stays there until its sheet is signed"


def test_numbers_are_accounted_for_by_hand(bench: Bench) -> None:
    """Chosen with the keyboard and recorded; what is missing is said, and what is void cannot be chosen any more."""
    made = printed_stock(bench.vault, 4)
    page = bench.open()
    account = page.account

    def choose(*numbers: int) -> None:
        for number in numbers:
            wanted = blank_number(made.id, number)
            box = next(one for one in account.numbers.inputs() if one.accessibleName() == wanted)
            assert isinstance(box, QCheckBox)
            bench.press(box)

    def step(state: BlankState) -> None:
        account.step.set_value(state)
        account.step.changed.emit()

    bench.press(account.press)
    assert "请先点选编号" in bench.notice()
    choose(1, 2)
    step(BlankState.SPOILED)
    bench.press(account.press)
    assert "为什么作废" in bench.notice()
    account.reason.set_value(Spoiled.MISWRITTEN)
    bench.press(account.press)
    assert "2 个编号记成“作废”" in bench.notice()
    choose(3)
    step(BlankState.MISSING)
    account.told.set_value("何所长")
    account.noticed.set_value(bench.vault.today())
    for size in (FULL, AT_150_PERCENT):
        bench.window.resize(*size)
        assert_legible(bench.window, str(size))
    bench.press(account.press)
    choose(4)
    step(BlankState.HANDED_ON)
    account.colleague.choose("陈晓燕")
    bench.press(account.press)
    found = bench.account()
    assert [one.state for one in found.blanks] == ["spoiled", "spoiled", "missing", "handed-on"]
    said = words(account)
    assert "001 作废（写坏了）" in said
    assert "已告诉何所长" in said
    assert any("在陈晓燕手上" in one.text() for one in account.findChildren(QCheckBox))


def words(root: QWidget) -> str:
    """Every visible word below ``root``."""
    shown: list[QLabel | QRadioButton] = [*root.findChildren(QLabel), *root.findChildren(QRadioButton)]
    return "\n".join(one.text() for one in shown if one.isVisibleTo(root))


def test_rows_answer_what_is_on_the_paper(bench: Bench) -> None:
    """A class that is struck on the paper is taken off; where all are, the recipient was not asked about."""
    printed_stock(bench.vault, 1)
    page = bench.open()
    page.bind.open_blank(bench.account().blanks[0].id)
    bench.wait()
    (row,) = page.bind.rows
    asked = row.value()
    assert asked is not None
    row.classes.set_value(asked.classes[:1])
    changed = row.value()
    assert changed is not None
    assert changed.classes == asked.classes[:1]
    row.classes.set_value(())
    assert row.value() is None
