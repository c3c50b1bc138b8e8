"""Fields take what people type and show it in one form, by keyboard alone and beside any input method."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.identity import DocumentType, check_character
from desktop.ui.models.rows import ListRow
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.division_picker import DivisionPicker
from desktop.ui.widgets.fields import DateField, MoneyField, PhoneField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.identity_field import IdentityField
from tests.ui.readability import place, reading_order, unnamed
from tests.ui.stand_in_pages import TODAY, FormPage

RIGHT_NUMBER = "35070319550312183" + check_character("35070319550312183")
WRONG_NUMBER = RIGHT_NUMBER[:-1] + ("1" if RIGHT_NUMBER[-1] != "1" else "2")


def typed(field: QLineEdit, text: str) -> None:
    """What remains after somebody typed ``text`` and left the field."""
    field.setText(text)
    field.textEdited.emit(text)
    field.editingFinished.emit()


def commit(field: QWidget, text: str) -> None:
    """What an input method does when somebody has chosen ``text``."""
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


@pytest.mark.parametrize(
    ("text", "fen", "shown"),
    [("一千二", 120_000, "1,200元"), ("１，２００．５", 120_050, "1,200.50元"), ("", None, "")],
)
def test_money_is_read_as_people_write_it_and_shown_in_one_form(
    qtbot: QtBot, text: str, fen: int | None, shown: str
) -> None:
    """The value is in fen; the text becomes the one form when the field is left."""
    field = MoneyField()
    qtbot.addWidget(field)
    typed(field, text)
    assert (field.value(), field.text(), field.problem()) == (fen, shown, "")


def test_a_date_is_shown_in_the_chinese_order(qtbot: QtBot) -> None:
    """2026.3.5 and 3月5日 become 2026年3月5日."""
    field = DateField(lambda: TODAY)
    qtbot.addWidget(field)
    for text in ("2026.3.5", "3月5日", "20260305"):
        typed(field, text)
        assert field.value() == date(2026, 3, 5)
        assert field.text() == "2026年3月5日"


def test_what_cannot_be_read_stays_as_typed_with_a_sentence_under_it(qtbot: QtBot) -> None:
    """Nothing typed is thrown away; the problem is said in words and goes when the text is mended."""
    form, field = Form(), PhoneField("0599")
    qtbot.addWidget(form)
    form.add("电话", field)
    typed(field, "12ab")
    assert field.text() == "12ab"
    assert field.value() is None
    assert form.problems() == [field.problem()]
    typed(field, "139 0000 0000")
    assert field.value() == "13900000000"
    assert form.problems() == []


def test_a_doubtful_number_is_pointed_out_and_never_refused(qtbot: QtBot) -> None:
    """A wrong check digit is said in words; the value is there all the same."""
    field = IdentityField(lambda: TODAY)
    qtbot.addWidget(field)
    field.set_value((DocumentType.RESIDENT_ID, RIGHT_NUMBER))
    assert field.problem() == ""
    assert "1955年3月12日" in field.hint()
    field.number.setText(WRONG_NUMBER)
    field.settle()
    assert "校验位" in field.problem()
    assert field.value() == (DocumentType.RESIDENT_ID, WRONG_NUMBER)


def test_half_a_number_is_not_called_wrong_while_it_is_typed(qtbot: QtBot) -> None:
    """Only leaving the field may bring a problem."""
    field = IdentityField(lambda: TODAY)
    qtbot.addWidget(field)
    QTest.keyClicks(field.number, RIGHT_NUMBER[:9])
    assert field.problem() == ""
    QTest.keyClicks(field.number, RIGHT_NUMBER[9:])
    assert "1955年3月12日" in field.hint()


def test_somebody_without_papers_needs_no_number(qtbot: QtBot) -> None:
    """无证件 empties and bars the number and is no problem."""
    field = IdentityField(lambda: TODAY)
    qtbot.addWidget(field)
    field.set_value((DocumentType.RESIDENT_ID, WRONG_NUMBER))
    field.kind.setCurrentIndex(list(DocumentType).index(DocumentType.NONE))
    assert field.value() == (DocumentType.NONE, "")
    assert not field.number.isEnabled()
    assert field.problem() == ""


@pytest.mark.parametrize("count", [3, 7])
def test_a_choice_begins_empty_and_can_be_emptied_again(qtbot: QtBot, count: int) -> None:
    """No answer is made up: nothing is chosen until somebody chooses, few options or many."""
    field: ChoiceField[int] = ChoiceField([(number, f"选项{number}") for number in range(count)])
    qtbot.addWidget(field)
    assert field.value() is None
    field.set_value(2)
    assert field.value() == 2
    field.set_value(None)
    assert field.value() is None


def test_a_click_on_a_choice_is_told_once(qtbot: QtBot) -> None:
    """``changed`` comes once per answer given by hand, and not for answers set by the program."""
    field: ChoiceField[str] = ChoiceField([("yes", "是"), ("no", "否")])
    several: MultiChoice[str] = MultiChoice([("a", "医疗"), ("b", "助学")])
    told: list[object] = []
    for widget in (field, several):
        qtbot.addWidget(widget)
        widget.changed.connect(lambda widget=widget: told.append(widget.value()))
    field.set_value("no")
    several.set_value(["b"])
    assert told == []
    QTest.mouseClick(field.inputs()[0], Qt.MouseButton.LeftButton)
    QTest.mouseClick(several.inputs()[0], Qt.MouseButton.LeftButton)
    assert told == ["yes", ("a", "b")]


def test_enter_goes_to_the_next_field(qtbot: QtBot, qapp: QApplication) -> None:
    """As on paper: Enter goes on; in longer text it makes a line and Ctrl+Enter goes on."""
    form, first, text, last = Form(1), TextField(), QPlainTextEdit(), TextField()
    qtbot.addWidget(form)
    for name, field in (("甲", first), ("乙", text), ("丙", last)):
        form.add(name, field)
    form.show()
    qtbot.waitExposed(form)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert form.focusWidget() is text
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert text.toPlainText() == "\n"
    assert form.focusWidget() is text
    QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.focusWidget() is last


def test_enter_belongs_to_the_input_method_while_it_composes(qtbot: QtBot, qapp: QApplication) -> None:
    """With a preedit on the screen Enter does not leave the field; after the word is committed it does."""
    form, first, last = Form(1), TextField(), TextField()
    qtbot.addWidget(form)
    form.add("甲", first)
    form.add("乙", last)
    form.show()
    first.setFocus()
    qapp.sendEvent(first, QInputMethodEvent("jian", []))
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert form.focusWidget() is first
    commit(first, "建")
    assert first.text() == "建"
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert form.focusWidget() is last


def test_labels_name_their_fields(qtbot: QtBot, tasks: Tasks) -> None:
    """Every field in a form has a name for screen readers, without its mnemonic."""
    page = FormPage(tasks)
    qtbot.addWidget(page)
    page.show()
    assert unnamed(page) == []
    assert page.name.accessibleName() == "姓名"


@pytest.mark.parametrize("width", [1160, 700, 420])
def test_tab_follows_the_reading_order(qtbot: QtBot, tasks: Tasks, width: int) -> None:
    """Tab goes left to right and then down, however many columns there is room for."""
    page = FormPage(tasks)
    qtbot.addWidget(page)
    page.resize(width, 800)
    page.show()
    qtbot.waitExposed(page)
    order = reading_order(page)
    assert page.name in order
    places = [(place(widget, page).y() // 20, place(widget, page).x()) for widget in order]
    assert places == sorted(places)


def test_a_place_is_chosen_from_its_list_by_keyboard(qtbot: QtBot) -> None:
    """Typing part of a name asks; the arrow and Enter choose; the value is the code."""
    rows = [ListRow("350703104209", "上㘵村"), ListRow("350703104210", "中㘵村")]
    window = QWidget()
    picker = DivisionPicker(lambda text, receive: receive([row for row in rows if text in row.title]), window)
    qtbot.addWidget(window)
    window.resize(500, 400)
    window.show()
    picker.setFocus()
    commit(picker, "㘵")
    qtbot.waitUntil(lambda: picker.is_open)
    QTest.keyClick(picker, Qt.Key.Key_Down)
    QTest.keyClick(picker, Qt.Key.Key_Return)
    assert picker.value() == "350703104210"
    assert picker.text() == "中㘵村"
    assert not picker.is_open
    typed(picker, "某村")
    assert picker.value() == ""
    assert picker.problem()


def test_an_answer_that_comes_too_late_is_not_shown(qtbot: QtBot) -> None:
    """Only the answer to the last question may open the list."""
    window, questions = QWidget(), []
    picker = DivisionPicker(lambda text, receive: questions.append((text, receive)), window)
    qtbot.addWidget(window)
    window.show()
    picker.setFocus()
    QTest.keyClicks(picker, "a")
    qtbot.waitUntil(lambda: len(questions) == 1)
    QTest.keyClicks(picker, "b")
    qtbot.waitUntil(lambda: len(questions) == 2)
    questions[1][1]([ListRow("2", "新")])
    questions[0][1]([ListRow("1", "旧")])
    QTest.keyClick(picker, Qt.Key.Key_Return)
    assert picker.value() == "2"
