"""A household by hand: quick, for people on no list and without papers, and never lost while it is typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.aid import Category
from desktop.domain.households import Address, Birth, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType, Sex
from desktop.services import drafts, households, people
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Tasks
from tests.county_issued import SHANGBU, issue_everything
from tests.people import JIANYANG, made_up_id
from tests.ui.household_window import clock, household_window
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, place, reading_order, unnamed
from tests.vaults import closed_vault, enrolment, opened

NUMBER = made_up_id(JIANYANG, date(1951, 3, 2), 211)
PERMIT = made_up_id("830000", date(1962, 5, 6), 334)


def shown_page(window: MainWindow) -> NewHouseholdPage:
    """The form, opened."""
    window.open(Target("new-household"))
    page = window.page()
    assert isinstance(page, NewHouseholdPage)
    return page


def typed(field: QLineEdit, text: str) -> None:
    """Somebody typed ``text`` and left the field."""
    field.setText(text)
    field.textEdited.emit(text)
    field.editingFinished.emit()


def choose_village(page: NewHouseholdPage) -> None:
    """上㘵村 is chosen."""
    page.household.village.set_value((SHANGBU, "上㘵村"))


def saved_household(qtbot: QtBot, window: MainWindow, vault: Application) -> people.HouseholdPage:
    """Save with Ctrl+Enter and answer what is recorded."""
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(people.household_ids(vault)) == 1)
    qtbot.waitUntil(lambda: window.header.primary.text() == "开始走访")
    return people.household_page(vault, people.household_ids(vault)[0])


def test_a_household_is_recorded_with_the_keyboard_alone(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Village by its initials, Enter from field to field, the birth date from the number, Ctrl+Enter to save."""
    page = shown_page(window)
    assert page.household.village.hasFocus()
    QTest.keyClicks(page.household.village, "zbc")
    qtbot.waitUntil(lambda: page.household.village.is_open)
    QTest.keyClick(page.household.village, Qt.Key.Key_Return)
    assert page.household.village.value().startswith("350703104")
    QTest.keyClick(page.household.village, Qt.Key.Key_Return)
    assert page.household.address.hasFocus()
    typed(page.household.address, "2组8号")  # QTest types Latin letters only
    QTest.keyClick(page.household.address, Qt.Key.Key_Return)
    assert page.head.name.hasFocus()
    page.head.name.setText("陈𠮷水")
    QTest.keyClick(page.head.name, Qt.Key.Key_Return)
    assert page.head.identity.number.hasFocus()
    QTest.keyClick(page.head.identity.number, Qt.Key.Key_Backtab)
    assert page.head.identity.kind.hasFocus()
    QTest.keyClick(page.head.identity.kind, Qt.Key.Key_Tab)
    QTest.keyClicks(page.head.identity.number, NUMBER)
    QTest.keyClick(page.head.identity.number, Qt.Key.Key_Return)
    assert page.head.birth.hasFocus()
    recorded = saved_household(qtbot, window, vault)
    (head,) = recorded.members
    assert recorded.address == "2组8号"
    assert (head.name.name, head.document.number) == ("陈𠮷水", NUMBER)
    assert head.birth == Birth(date(1951, 3, 2), Sex.MALE)


def test_somebody_without_papers_or_category_is_recorded_all_the_same(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """Place and a name are enough: no document, no birth date, no category."""
    page = shown_page(window)
    choose_village(page)
    typed(page.head.name, "阿婆")
    page.head.identity.kind.setCurrentIndex(list(DocumentType).index(DocumentType.NONE))
    recorded = saved_household(qtbot, window, vault)
    assert recorded.categories == ()
    assert recorded.members[0].document == Document()
    assert recorded.members[0].birth == Birth()
    assert drafts.open_drafts(vault) == ()


def test_a_compatriots_name_is_kept_as_the_document_writes_it(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """The field for the original script shows for a residence permit, and is not asked of others."""
    page = shown_page(window)
    assert not page.head.original.isVisible()
    choose_village(page)
    page.head.identity.kind.setCurrentIndex(list(DocumentType).index(DocumentType.RESIDENCE_PERMIT))
    assert page.head.original.isVisible()
    typed(page.head.name, "陈大同")
    typed(page.head.original, "陳大同")
    typed(page.head.identity.number, PERMIT)
    page.household.categories.set_value([Category.COMPATRIOT])
    recorded = saved_household(qtbot, window, vault)
    assert recorded.members[0].name == Name("陈大同", "陳大同")
    assert recorded.members[0].document == Document(DocumentType.RESIDENCE_PERMIT, PERMIT)
    assert recorded.categories[0].category is Category.COMPATRIOT


def test_what_the_number_says_never_overwrites_what_somebody_typed(qtbot: QtBot, window: MainWindow) -> None:
    """A birth date that was typed stays when the number says another one."""
    page = shown_page(window)
    typed(page.head.birth, "1952.1.1")
    typed(page.head.identity.number, NUMBER)
    assert page.head.birth.value() == date(1952, 1, 1)
    assert page.head.sex.value() is Sex.MALE


def test_more_members_are_recorded_with_their_relation(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """添加成员 opens a form; 去掉 takes it away and 撤销 brings it back with what was typed."""
    page = shown_page(window)
    choose_village(page)
    typed(page.head.name, "陈𠮷水")
    form = page.add_member()
    typed(form.name, "林秀英")
    form.relation.set_value("12")
    remove = next(one for one in page.findChildren(QPushButton) if one.text() == "去掉")
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    notice = window.banner.notice
    assert notice is not None
    assert notice.pressed is not None
    notice.pressed()
    recorded = saved_household(qtbot, window, vault)
    assert [(one.name.name, one.relation_name) for one in recorded.members] == [("陈𠮷水", "户主"), ("林秀英", "妻")]


def test_a_known_document_is_said_at_once_and_never_recorded_twice(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """The household that has the person is named before saving; saving is refused; one press leads there."""
    known = NewHousehold(Address(SHANGBU), (NewResident(Name("陈𠮷水"), Document(DocumentType.RESIDENT_ID, NUMBER)),))
    household = households.add_household(vault, known).value.household
    page = shown_page(window)
    choose_village(page)
    typed(page.head.name, "陈吉水")
    typed(page.head.identity.number, NUMBER)
    qtbot.waitUntil(lambda: [one.is_same for one in page.known.people] == [True])
    assert page.known.people[0].household == household
    page.save()
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    assert "登记过" in (window.banner.notice.text if window.banner.notice else "")
    assert len(people.household_ids(vault)) == 1
    assert page.head.name.text() == "陈吉水"
    QTest.mouseClick(page.known.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (window.page() or page).title() == "陈𠮷水 户")


def test_a_namesake_is_pointed_out_and_does_not_stand_in_the_way(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """Names alone never make two people one."""
    households.add_household(vault, NewHousehold(Address(SHANGBU), (NewResident(Name("林秀英")),)))
    page = shown_page(window)
    choose_village(page)
    typed(page.head.name, "林秀英")
    qtbot.waitUntil(lambda: [one.is_same for one in page.known.people] == [False])
    page.save()
    qtbot.waitUntil(lambda: len(people.household_ids(vault)) == 2)


def test_what_is_missing_is_said_under_its_field_and_the_focus_goes_there(qtbot: QtBot, window: MainWindow) -> None:
    """Without a village or a name nothing is saved; the cursor stands where it is missing."""
    page = shown_page(window)
    page.head.name.setFocus()
    page.save()
    assert page.household.village.hasFocus()
    choose_village(page)
    page.save()
    assert page.head.name.hasFocus()
    typed(page.head.name, "林秀英")
    typed(page.head.identity.number, NUMBER[:-2] + "00")
    page.save()
    assert page.focusWidget() is page.head.identity.number


def test_a_draft_comes_back_after_the_program_was_ended(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    """Half a number and a member without a name are there again in a vault that is opened anew."""
    closed = closed_vault(tmp_path)
    with opened(closed, clock=clock) as vault:
        vault.enrol(enrolment(vault.identity.vault))
        issue_everything(vault)
        first = Tasks()
        window = household_window(first, vault)
        qtbot.addWidget(window)
        window.show()
        page = shown_page(window)
        choose_village(page)
        typed(page.head.name, "黄䶮")
        typed(page.head.identity.number, NUMBER[:9])
        member = page.add_member()
        typed(member.phone, "1390000")
        window.lock()
        assert first.close()
    with opened(closed, clock=clock) as vault:
        again = household_window(tasks, vault)
        qtbot.addWidget(again)
        again.show()
        page = shown_page(again)
        qtbot.waitUntil(lambda: page.head.name.text() == "黄䶮")
        assert page.household.village.value() == SHANGBU
        assert page.head.identity.number.text() == NUMBER[:9]
        (member_again,) = [one.form for one in page._members]
        assert member_again.phone.text() == "1390000"
        assert tasks.close()


def test_what_was_cleared_can_be_brought_back(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """清空重填 empties the form and drops the draft; 撤销 brings all of it back."""
    page = shown_page(window)
    choose_village(page)
    typed(page.head.name, "黄䶮")
    page.leave()
    qtbot.waitUntil(lambda: len(drafts.open_drafts(vault)) == 1)
    page._start_again()
    assert page.head.is_empty()
    qtbot.waitUntil(lambda: drafts.open_drafts(vault) == ())
    notice = window.banner.notice
    assert notice is not None
    assert notice.pressed is not None
    notice.pressed()
    assert page.head.name.text() == "黄䶮"


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_the_form_is_legible_named_and_read_in_its_order(
    qtbot: QtBot, vault: Application, window: MainWindow, size: tuple[int, int]
) -> None:
    """Every field shown, a member and a warning: nothing cut off, all named, Tab goes as one reads."""
    households.add_household(vault, NewHousehold(Address(SHANGBU), (NewResident(Name("林秀英")),)))
    page = shown_page(window)
    page.head.set_more_shown(True)
    typed(page.head.birth, "2015.6.1")
    page.head.identity.kind.setCurrentIndex(list(DocumentType).index(DocumentType.TAIWAN_PASS))
    form = page.add_member()
    typed(form.name, "林秀英")
    qtbot.waitUntil(lambda: bool(page.known.people))
    window.resize(*size)
    assert_legible(window)
    assert unnamed(window) == []
    places = [(place(one, page).y() // 30, place(one, page).x()) for one in reading_order(page)]
    assert places == sorted(places)
