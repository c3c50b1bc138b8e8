"""撤回 at the window: in few presses, in force at once; its paper out, back in, and told to be wrong.

The way in words: 同意书 → type the name → Enter → 撤回…… → 全部撤回 → 撤回选中的 N 项. It is in force then, without a
connection and without paper; printing the receipt is one press more.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from desktop.domain.consent import DataClass, GrantState, WithdrawalMode
from desktop.domain.stops import Stop
from desktop.domain.withdrawals import Evidence, WithdrawalRequest
from desktop.services import consent, referrals, scan_intake, scan_tray, withdrawals
from desktop.services.application import Application
from desktop.services.withdrawals import WithdrawalView
from tests.documents.pdf_reading import page_texts, whole_text
from tests.ui.consent_people import NOW, county_checks, county_releases, photo, signed_sheet, wheelchair_referral
from tests.ui.desk import Desk, words_on
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import made_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault; what the county issued comes with the household."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def in_force(desk: Desk) -> str:
    """A consent in force; answers its sheet."""
    sheet = signed_sheet(desk.application, desk.resident)
    county_checks(desk.application, sheet, desk.resident)
    return sheet


def only_withdrawal(desk: Desk) -> WithdrawalView:
    """The one withdrawal there is."""
    (found,) = withdrawals.withdrawals(desk.application, resident=desk.resident)
    return found


def test_from_the_list_it_takes_a_name_and_five_presses(desk: Desk) -> None:
    """Counted: section, name and Enter, 撤回, 全部撤回, 撤回选中; with the keyboard it is the same few keys."""
    in_force(desk)
    desk.window.open_section("consent")
    desk.wait()
    page, presses = desk.page, 1
    page.overview.person.setFocus()
    QTest.keyClicks(page.overview.person, "jjg")
    desk.wait()
    desk.qtbot.waitUntil(lambda: page.overview.person.text() == "jjg")
    page.overview.opened.emit(f"resident:{desk.resident}")  # the row of the list, as Enter on it does
    desk.wait()
    presses += 1
    assert page.person.isVisible()
    for step in (page.person.withdraw, page.person.panel.whole, page.person.panel.record):
        desk.click(step)
        desk.wait()
        presses += 1
    assert presses == 5
    assert {one.state for one in consent.grants(desk.application, desk.resident)} == {GrantState.WITHDRAWN}
    assert page.withdrawal.isVisible()
    assert "从说的那一刻起就生效" in words_on(page.withdrawal)


def test_by_keyboard_alone(desk: Desk) -> None:
    """撤回…… has the focus after Tab; 全部撤回 has it when the panel opens; then Tab to the button that records."""
    in_force(desk)
    page = desk.open(f"list:{desk.resident}")
    desk.tab_to(lambda one: one is page.person.withdraw)
    desk.key(Qt.Key.Key_Space)
    desk.wait()
    assert QApplication.focusWidget() is page.person.panel.whole
    desk.key(Qt.Key.Key_Space)
    desk.tab_to(lambda one: one is page.person.panel.record)
    desk.key(Qt.Key.Key_Space)
    desk.wait()
    assert only_withdrawal(desk).made.whole
    assert QApplication.focusWidget() in (page.withdrawal.print, page.withdrawal.person)


def test_on_the_telephone_with_a_colleague_no_signature_is_missed(desk: Desk) -> None:
    """电话: the colleague's name is asked for only then; the two workers' record stands, and no paper is asked for."""
    in_force(desk)
    page = desk.open(f"list:{desk.resident}")
    desk.click(page.person.withdraw)
    panel = page.person.panel
    desk.wait()
    assert not panel.second_worker.isVisible()
    assert not panel.brought_by.isVisible()
    desk.click(panel.choices[0].inputs()[0])
    desk.click(panel.mode.inputs()[1])
    assert panel.second_worker.isVisible()
    panel.second_worker.choose("陈晓燕")
    panel.identity.set_value("回拨登记的电话")
    desk.click(panel.requests.inputs()[2])
    desk.click(panel.unwanted.inputs()[0])
    desk.click(panel.record)
    desk.wait()
    view = only_withdrawal(desk)
    assert (view.made.mode, view.evidence) == (WithdrawalMode.PHONE, Evidence.TWO_WORKERS)
    assert (view.made.second_worker, view.made.second_worker_name) == ("worker-chen", "陈晓燕")
    assert view.made.requests == tuple(WithdrawalRequest)
    words = words_on(page.withdrawal)
    for said in (
        "两个人的记录代替签名",
        "回拨登记的电话",
        "陈晓燕",
        "停止使用、删除、返还纸件；不要再电话联系",
        "其他的继续有效",
    ):
        assert said in words
    assert_legible(desk.window, "withdrawal")
    assert unnamed(desk.window) == []


def test_somebody_who_brings_it_is_named_and_told_to_take_a_closed_envelope(desk: Desk) -> None:
    """代交: the classes on the receipt are nobody else's to read."""
    in_force(desk)
    page = desk.open(f"list:{desk.resident}")
    desk.click(page.person.withdraw)
    desk.wait()
    panel = page.person.panel
    desk.click(panel.whole)
    desk.click(panel.mode.inputs()[3])
    panel.brought_by.set_value("吉大山")
    desk.click(panel.record)
    desk.wait()
    assert only_withdrawal(desk).made.brought_by == "吉大山"
    words = words_on(page.withdrawal)
    assert "本人，由吉大山代交" in words
    assert "信封封好" in words


def test_what_was_handed_over_is_on_the_screen_and_on_the_paper(desk: Desk) -> None:
    """The recall notice's list: whom, which referral, which classes, when; printed for the person."""
    in_force(desk)
    referral = referrals.draft_referral(desk.application, wheelchair_referral(desk.resident), submit=True).value
    county_releases(desk.application, referral)
    number = referrals.referral(desk.application, referral).number
    page = desk.open(f"list:{desk.resident}")
    for step in (page.person.withdraw, page.person.panel.whole, page.person.panel.record):
        desk.click(step)
        desk.wait()
    words = words_on(page.withdrawal)
    assert f"转介单 {number}" in words
    assert "2026年11月24日 放行" in words
    assert "已召回，不会再放行" in words
    desk.go_on()
    assert desk.printer.printed is not None
    last = page_texts(desk.printer.printed[-1])[-1]
    assert number in last
    assert "B3残疾类别等级" in last


def test_the_signed_page_comes_back_and_may_be_told_to_be_wrong(desk: Desk, tmp_path: Path) -> None:
    """Printed, photographed, filed by its code alone, shown there; a letter without a code on a person's word."""
    in_force(desk)
    page = desk.open(f"list:{desk.resident}")
    for step in (page.person.withdraw, page.person.panel.whole, page.person.panel.record):
        desk.click(step)
        desk.wait()
    view = page.withdrawal
    assert "拍照收回" in words_on(view)
    desk.click(view.print)
    desk.wait()
    assert desk.printer.printed is not None
    pdf = desk.printer.printed[-1]
    assert only_withdrawal(desk).made.number in whole_text(pdf)
    file = tmp_path / "page.png"
    file.write_bytes(photo(pdf))
    view.returned.choose = lambda: (str(file),)
    desk.click(view.returned.take)
    desk.wait()
    assert only_withdrawal(desk).evidence is Evidence.PAGE
    assert view.returned.picture.has_picture
    assert "认出来了：这次撤回的第 1 页" in desk.notice()
    assert "拍照收回" not in words_on(view)
    desk.click(view.returned.erase)
    desk.wait()
    assert "删除第 1 页的扫描件" in words_on(view)
    blank = io.BytesIO()
    Image.new("RGB", (600, 850), "white").save(blank, "PNG")
    page.show_record(f"withdrawal:{only_withdrawal(desk).id}")
    desk.wait()
    view.returned.take_in(blank.getvalue())
    desk.wait()
    desk.click(view.returned.here)
    desk.wait()
    assert [(one.page, one.recognised) for one in only_withdrawal(desk).pages] == [(1, True), (2, False)]
    assert scan_tray.tray(desk.application) == ()


def test_a_page_that_comes_with_another_sheet_s_pages_is_said_to_be_the_withdrawal_s(desk: Desk) -> None:
    """Taken in beside a sheet: filed to the withdrawal, named there; from the tray it can be chosen."""
    sheet, other = in_force(desk), signed_sheet(desk.application, desk.resident)
    grants = tuple(one.id for one in consent.grants(desk.application, desk.resident) if one.data_class is DataClass.B5)
    done = consent.withdraw(desk.application, desk.resident, grants).value
    page = desk.open(f"withdrawal:{done.id}")
    desk.go_on()
    assert desk.printer.printed is not None
    desk.open(f"sheet:{other}")
    page.taking.scanning.picture_given.emit(photo(desk.printer.printed[-1]))
    desk.wait()
    assert f"本人的撤回书（编号 {done.number}）" in page.taking.scanning.said()
    assert len(only_withdrawal(desk).pages) == 1
    blank = io.BytesIO()
    Image.new("RGB", (600, 850), "white").save(blank, "PNG")
    scan_intake.take_in(desk.application, blank.getvalue(), sheet_id=sheet)
    desk.open("tray:waiting")
    combo = page.tray.sheet.findChild(QComboBox)
    assert combo is not None
    texts = [combo.itemText(row) for row in range(combo.count())]
    assert f"吉建国 · {done.number} · 撤回书" in texts


def test_the_person_s_list_shows_it_and_leads_there(desk: Desk) -> None:
    """With the state of its paper in words; it is only a reminder."""
    in_force(desk)
    grants = tuple(one.id for one in consent.grants(desk.application, desk.resident))
    done = consent.withdraw(desk.application, desk.resident, grants).value
    page = desk.open(f"list:{desk.resident}")
    page.person.pane.opened.emit(done.id)
    desk.wait()
    assert page.withdrawal.isVisible()
    assert desk.window.header.primary.text() == "打印撤回书和回执"


def test_where_nothing_is_known_here_it_is_said_and_can_be_stopped_all_the_same(desk: Desk) -> None:
    """The paper lies with a colleague: the panel says so in words, and offers everything or one recipient."""
    page = desk.open(f"list:{desk.resident}")
    assert page.person.withdraw.isEnabled()
    desk.click(page.person.withdraw)
    desk.wait()
    panel = page.person.panel
    assert "这台电脑上没有他还有效的同意" in words_on(panel)
    assert not panel.record.isEnabled()
    assert panel.stops is not None
    everything, *single = panel.stops.inputs()
    desk.click(single[0])
    assert panel.record.text() == "撤回选中的 1 项"
    desk.click(everything)
    assert panel.chosen_stops() == (Stop(),)
    assert_legible(desk.window, "withdrawal of what is not known")
    assert unnamed(desk.window) == []
    desk.click(panel.record)
    desk.wait()
    made = only_withdrawal(desk).made
    assert (made.stops, made.taken_back, made.whole) == ((Stop(),), (), True)
    assert "全部接收方：以前同意提供的全部信息" in words_on(page.withdrawal)
    desk.go_on()
    assert desk.printer.printed is not None
    assert "□✓撤回全部" in whole_text(desk.printer.printed[-1])


def test_only_not_to_be_telephoned_is_kept_too(desk: Desk) -> None:
    """No class and no recipient chosen: one tick below is enough, and what was agreed to goes on."""
    in_force(desk)
    page = desk.open(f"list:{desk.resident}")
    desk.click(page.person.withdraw)
    desk.wait()
    panel = page.person.panel
    desk.click(panel.unwanted.inputs()[0])
    assert panel.record.text() == "记下：不要再联系"
    desk.click(panel.record)
    desk.wait()
    assert "没有撤回信息，只是不要再联系" in words_on(page.withdrawal)
    assert {one.state for one in consent.grants(desk.application, desk.resident)} == {GrantState.IN_FORCE}
