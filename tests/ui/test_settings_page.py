"""设置, through its widgets, on real vaults."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import keyring
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, update

from desktop import about
from desktop.domain.errors import UserFacingError
from desktop.services import events, households, preferences, vaults
from desktop.services.application import Application
from desktop.services.vaults import verify_journal
from desktop.storage import slots
from desktop.storage.tables import entry
from desktop.ui.page_entries import page_entries
from desktop.ui.pages.page import built
from desktop.ui.pages.round_page import RoundPage
from desktop.ui.pages.settings_page import SettingsPage
from desktop.ui.print_systems import Pages, Printers, PrintSystem, replaced
from desktop.ui.printing import PrintDialog
from desktop.ui.system_watch import Occasion
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import workspace_window
from tests.county_issued import OFFICE, issue, issue_everything
from tests.households import made_up_household
from tests.keyrings import NAME, MemoryKeyring
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import PASSWORD, closed_vault, enrolment, made_vault, opened

SLOW = 15_000


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """An enrolled vault with a household."""
    with made_vault(tmp_path) as made:
        issue_everything(made)
        households.add_household(made, made_up_household("林秀英"))
        yield made


@pytest.fixture
def page(qtbot: QtBot, tasks: Tasks, application: Application) -> Iterator[SettingsPage]:
    """The page on the screen."""
    made = built(SettingsPage(tasks, application))
    qtbot.addWidget(made)
    made.resize(1160, 700)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.lock.minutes is not None, timeout=SLOW)
    yield made
    tasks.close()


def texts(page: SettingsPage) -> str:
    """Everything the page says."""
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page))


def test_it_says_who_works_here_and_how_the_vault_opens(page: SettingsPage) -> None:
    """Name, role, office, townships by name, the county; password and device card where there is no keyring."""
    said = texts(page)
    for words in ("林晓梅", "经办人", "莒口镇民政办", "莒口镇", "南平市建阳区民政局", "密码和设备卡上的字"):
        assert words in said


def test_a_sound_vault_is_told_to_be_sound(qtbot: QtBot, page: SettingsPage) -> None:
    """Every page and the whole journal are looked at; the result names how many entries hold."""
    page.check_card.check.click()
    qtbot.waitUntil(page.check_card.words.isVisible, timeout=SLOW)
    assert page.check_card.result.chip.text == "完好"
    assert "日志 3 条首尾相连" in page.check_card.words.text()
    assert page.check_card.check.isEnabled()


def test_a_journal_that_was_tampered_with_is_named(qtbot: QtBot, page: SettingsPage, application: Application) -> None:
    """The first entry that does not fit is named, and what to do; nothing is changed."""

    def tamper(connection: Connection) -> None:
        connection.execute(update(entry).values(payload=b"{}"))

    application.store.write(tamper)
    page.check_card.check.click()
    qtbot.waitUntil(page.check_card.words.isVisible, timeout=SLOW)
    assert page.check_card.result.chip.text == "有损坏"
    assert "对不上" in page.check_card.words.text()
    assert "联系县里" in page.check_card.words.text()


def test_the_minutes_until_the_lock_are_kept_in_the_vault(
    qtbot: QtBot, page: SettingsPage, application: Application
) -> None:
    """A choice takes effect at once and is there after the next login; five minutes where nobody chose."""
    minutes = page.lock.minutes
    assert minutes is not None
    assert minutes.value() == 5
    with qtbot.waitSignal(page.idle_minutes_changed, timeout=SLOW) as told:
        minutes.inputs()[0].click()  # type: ignore[attr-defined]  # radio buttons
    assert told.args == [3]
    assert preferences.idle_minutes(application) == 3


def test_a_time_that_is_not_offered_is_refused(application: Application) -> None:
    """No hour-long unlocked laptops, whoever asks."""
    with pytest.raises(ValueError, match="choices"):
        preferences.set_idle_minutes(application, 60)


def test_what_locks_at_once_is_said_in_words(page: SettingsPage) -> None:
    """What the system tells is named, and so is what it does not tell; an unknown bus is no silent promise."""
    page.lock.show_watched(())
    assert "不会通知程序：电脑要睡眠、合上盖子、系统锁屏" in page.lock.watched.text()
    page.lock.show_watched({Occasion.SLEEP, Occasion.LID, Occasion.SESSION})
    assert page.lock.watched.text() == "遇到这些会马上锁定：电脑要睡眠、合上盖子、系统锁屏。"


@pytest.mark.parametrize(("most", "choices", "now"), [(10, (3, 5, 10), 10), (4, (3,), 3), (2, (2,), 2)])
def test_the_countys_limit_counts_at_once(
    application: Application, most: int, choices: tuple[int, ...], now: int
) -> None:
    """A quarter of an hour was chosen; then the county allows its offices less."""
    preferences.set_idle_minutes(application, 15)
    issue(application, "office", "office-350703104", {**OFFICE, "version": 2, "idle_minutes_most": most})
    assert preferences.idle_choices(application) == choices
    assert preferences.idle_minutes(application) == now


def test_the_licences_can_be_read(page: SettingsPage) -> None:
    """The program's own and its parts'."""
    page.licences.click()
    assert "木兰宽松许可证" in page.licence_text.toPlainText()
    assert "PySide6" in page.licence_text.toPlainText()
    page.licences.click()
    assert page.licence_text.isHidden()


def test_the_version_shown_is_the_version_of_the_package() -> None:
    """``desktop.about`` and ``pyproject.toml`` say the same."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == about.VERSION


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_the_page_can_be_read_and_named(
    qtbot: QtBot, tasks: Tasks, application: Application, size: tuple[int, int]
) -> None:
    """In the window, at 100 % and at 150 %, with a result shown: nothing is cut off, everything has a name."""
    window = workspace_window(tasks, application)
    qtbot.addWidget(window)
    window.resize(*size)
    window.open_section("settings")
    window.show()
    page = window.page()
    assert isinstance(page, SettingsPage)
    page.check_card.check.click()
    qtbot.waitUntil(page.check_card.words.isVisible, timeout=SLOW)
    for _ in range(3):
        QApplication.processEvents()
    assert_legible(window)
    assert unnamed(window) == []
    window.close()
    tasks.close()


# --- the password and the device secret ---------------------------------------------------------


@pytest.fixture
def system() -> Iterator[MemoryKeyring]:
    """A working keyring in place of the system's, until the end of the test."""
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def type_passwords(page: SettingsPage, old: str, new: str, again: str) -> None:
    """Open the form and fill it in."""
    page.password.change.click()
    for field, text in ((page.password.old, old), (page.password.new, new), (page.password.again, again)):
        field.setText(text)
    page.password.go.click()


def test_the_password_is_changed_on_the_page(qtbot: QtBot, page: SettingsPage, application: Application) -> None:
    """The new one opens the vault's slot, the old one does not, and the fields are empty again."""
    type_passwords(page, PASSWORD, "山高路远也要走到", "山高路远也要走到")
    qtbot.waitUntil(page.password.result.isVisible, timeout=SLOW)
    assert page.password.result.chip.text == "密码改好了"
    assert not any(field.text() for field in (page.password.old, page.password.new, page.password.again))
    found = slots.read(application.folder)
    assert (
        slots.open_password_slot(found, "山高路远也要走到", application.keys.device_secret) == application.keys.data_key
    )


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("", "山高路远也要走到", "山高路远也要走到", "请输入现在的密码"),
        (PASSWORD, "山高路远也要走到", "山高路远也要走", "两遍新密码不一样"),
        (PASSWORD, "12345678", "12345678", "这个密码太常见"),
        ("不是这个密码", "山高路远也要走到", "山高路远也要走到", "没有打开"),
    ],
)
def test_a_password_that_will_not_do_is_told_under_the_fields(
    qtbot: QtBot, page: SettingsPage, application: Application, old: str, new: str, again: str, said: str
) -> None:
    """And the slots are as they were."""
    before = slots.read(application.folder)
    type_passwords(page, old, new, again)
    qtbot.waitUntil(page.password.problem.isVisible, timeout=SLOW)
    assert said in page.password.problem.text()
    assert slots.read(application.folder) == before


def test_this_computer_learns_the_device_secret_only_when_asked(
    qtbot: QtBot, application: Application, system: MemoryKeyring, page: SettingsPage
) -> None:
    """The button is there where there is a keyring that can be trusted; pressed, the password alone opens the vault."""
    page.refresh(frozenset())
    qtbot.waitUntil(page.password.remember.isVisible, timeout=SLOW)
    assert system.kept == {}
    page.password.remember.click()
    qtbot.waitUntil(page.password.remember.isHidden, timeout=SLOW)
    assert set(system.kept.values()) == {application.keys.device_secret.hex()}
    assert slots.read(application.folder).header.keyring == NAME


def test_a_worker_who_just_made_a_vault_changes_its_password_before_the_county_knows_it(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """There is no role and no journal yet, and the password is the worker's own all the same."""
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        page = built(SettingsPage(tasks, application))
        qtbot.addWidget(page)
        page.show()
        qtbot.waitUntil(lambda: page.password.ways.text() != "", timeout=SLOW)
        type_passwords(page, PASSWORD, "山高路远也要走到", "山高路远也要走到")
        qtbot.waitUntil(lambda: page.password.result.isVisible() or page.password.problem.isVisible(), timeout=SLOW)
        assert page.password.problem.text() == ""
        assert page.password.result.chip.text == "密码改好了"
        assert [one.event for one in events.noted(application)] == ["vault.password-changed"]
        tasks.close()
    with opened(replace(closed, password="山高路远也要走到")) as application:
        application.enrol(enrolment(closed.vault))
        assert verify_journal(application).fault is None
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"), opened(closed):
        pass


def test_before_the_county_knows_it_a_vault_is_remembered_by_this_computer_too(
    tmp_path: Path, system: MemoryKeyring
) -> None:
    """Made where there was no keyring that could be trusted; the card is asked for every day until then."""
    closed = closed_vault(tmp_path)
    system.kept.clear()
    with opened(closed) as application:
        assert vaults.remember_device_secret(application).value == NAME
        assert [one.event for one in events.noted(application)] == ["vault.keyring-pinned"]
        assert set(system.kept.values()) == {application.keys.device_secret.hex()}


class MemoryPrinting(PrintSystem):
    """Two printers of which the paper stays in memory."""

    sent: ClassVar[list[str]] = []

    def find(self) -> None:
        QTimer.singleShot(0, self, lambda: self.found.emit(Printers(("Hall", "Office"), "Hall")))

    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:
        self.sent.append(printer)
        QTimer.singleShot(0, self, lambda: self.ended.emit(True))


def test_after_the_first_print_one_press_prints_on_the_same_printer(
    qtbot: QtBot, tasks: Tasks, page: SettingsPage, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen in the settings; the first time the printer is asked for, and kept."""
    assert "还没有打印过" in texts(page)
    QTest.mouseClick(page.printing.direct.inputs()[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: preferences.print_habit(application).is_direct)
    monkeypatch.setattr(MemoryPrinting, "sent", [])
    asked: list[PrintDialog] = []

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, PrintDialog) and dialog.go.isEnabled() and dialog.printer is not None:
            asked.append(dialog)
            dialog.printer.set_value("Office")
            dialog.go.click()

    timer = QTimer()
    timer.timeout.connect(choose)
    timer.start(20)
    (entry_of_round,) = (one for one in page_entries(tasks, application, lambda _: None) if one.name == "round")
    sheet = built(entry_of_round.make())
    assert isinstance(sheet, RoundPage)
    qtbot.addWidget(sheet)
    sheet.show()
    with replaced(MemoryPrinting):
        qtbot.waitUntil(lambda: len(sheet.villages.inputs()) == 1, timeout=SLOW)
        QTest.mouseClick(sheet.villages.inputs()[0], Qt.MouseButton.LeftButton)
        for times in (1, 2):
            qtbot.waitUntil(sheet.action.isEnabled, timeout=SLOW)
            with qtbot.waitSignal(sheet.noticed, timeout=SLOW):
                sheet.action.trigger()
            assert MemoryPrinting.sent == ["Office"] * times
            qtbot.waitUntil(lambda: preferences.print_habit(application).printer == "Office", timeout=SLOW)
            assert len(asked) == 1
    timer.stop()
    page.refresh(frozenset())
    qtbot.waitUntil(lambda: "上次那台：Office" in texts(page), timeout=SLOW)
