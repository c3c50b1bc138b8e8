"""Step 3, 打印: the size of the type, and what really came of the printing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.kinship import Kin
from desktop.domain.sheet_signing import unsaid_of
from desktop.services.consent import SheetSigning
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.opening import Person
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.printed_words import not_printed_notice
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.signing_words import unsaid_words, who_signs
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label, set_kind
from desktop.ui.widgets.signing_form import SigningForm


class PrintingStep(QWidget):
    """ "Printed" is recorded only when it was; where there is no printer, that is said and another way offered."""

    changed = Signal()
    printed_elsewhere = Signal()
    screen_asked = Signal()
    """It is to be signed on the screen, without being printed before."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.type_size: ChoiceField[bool] = ChoiceField(
            [(False, self.tr("普通字")), (True, self.tr("大字（老人看得清）"))]
        )
        self.type_size.changed.connect(self.changed)
        self._form = Form(1)
        self._form.add(self.tr("字的大小"), self.type_size)
        self.characters: ChoiceField[bool] = ChoiceField(
            [(False, self.tr("简体字")), (True, self.tr("繁体字（台港澳同胞看得惯）"))]
        )
        self.characters.changed.connect(self.changed)
        self._form.add(self.tr("用哪种字"), self.characters)
        self._form.set_shown(self.characters, is_shown=False)
        self._name = ""
        self._kin: tuple[Kin, ...] = ()
        self._missing = label("", "problem", wrap=True)
        self._who = label("", "field", wrap=True)
        self.facts = SigningForm(today, columns=2)
        self.facts.changed.connect(self._on_facts)
        self._state = label(wrap=True)
        self._elsewhere_why = label(
            self.tr("没有打印机时，可以同步后请同事打印，或者带电脑到有打印机的地方。纸已经在手里了，再按下面这个。"),
            "hint",
            wrap=True,
        )
        self.elsewhere = button(self.tr("已在别处打印，纸在手里"), self.printed_elsewhere.emit, Icon.SHEET)
        self.on_screen = button(self.tr("不打印，在屏幕上签……"), self.screen_asked.emit, Icon.EDIT)
        self._on_screen_why = label("", "hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._column = column
        column.addWidget(self._form)
        column.addWidget(
            label(
                self.tr(
                    "打两份：一份给签的人留着，一份签好带回来存档。右边就是要打印的纸页。"
                    "孩子不满十四周岁的，每一份后面自动附一张《儿童个人信息处理专门规则》，交给监护人，不用收回来。"
                ),
                "",
                wrap=True,
            )
        )
        column.addWidget(self._who)
        column.addWidget(self._missing)
        column.addWidget(self.facts)
        column.addWidget(self._on_screen_why)
        column.addWidget(self.on_screen, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._state)
        column.addWidget(self._elsewhere_why)
        column.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.show_result(None)

    def add_line(self, line: QWidget) -> None:
        """Something that is to be known before printing, under the choices."""
        self._column.insertWidget(1, line)

    def show_signing(self, signing: SheetSigning, person: Person, *, is_printed: bool) -> None:
        """Say who will have to sign, and ask for it before paper is used; what is on paper is not changed any more."""
        self._name = person.resident.name
        self._kin = () if is_printed else person.kin
        self._form.set_shown(self.characters, is_shown=person.resident.compatriot is not None)
        self.characters.setEnabled(not is_printed)
        self.facts.show_facts(signing, born=person.born, known=person.signing, name=self._name, kin=person.kin)
        self.facts.setEnabled(not is_printed)
        may_sign = not person.screen_problem
        self.on_screen.setVisible(may_sign)
        self._on_screen_why.setText(
            self.tr("也可以在这台电脑的屏幕上签（笔、手指、鼠标）；按指印只能在纸上。签完再打一份给签的人。")
            if may_sign
            else self.tr("县里没有开通屏幕签名，所以只能打印出来，在纸上签字或按指印。")
        )
        self._show_who()

    def _on_facts(self) -> None:
        self._show_who()
        self.changed.emit()

    def _show_who(self) -> None:
        facts = self.facts.facts()
        set_kind(self._who, "problem" if facts.required().obstacle is not None else "field")
        self._who.setText(who_signs(facts, self._name))
        self._missing.setText(unsaid_words(facts, self._kin))
        self._missing.setVisible(bool(self._missing.text()))

    def screen_problem(self) -> str:
        """Why it cannot go on to the signatures on the screen, where nothing is filled in by hand; "" where it can."""
        if not unsaid_of(self.facts.facts(), self._kin):
            return ""
        return self.tr("屏幕上签没有地方手写：请先选上档案里记着的亲属怎么了。")

    def show_taking(self, taking: Taking) -> None:
        """Show what was chosen."""
        self.type_size.set_value(taking.large_type)
        self.characters.set_value(taking.traditional)
        self.show_result(None)

    def collect(self, taking: Taking) -> Taking:
        """``taking`` with what is chosen here."""
        signing = self.facts.facts(taking.signing or SheetSigning())
        large, traditional = bool(self.type_size.value()), bool(self.characters.value())
        return replace(taking, large_type=large, traditional=traditional, signing=signing)

    def show_result(self, printing: Printing | None) -> None:
        """Say what came of the last printing; None before the first."""
        words = {
            PrintResult.CANCELLED: self.tr("没有打印。同意书已拟好，存在本机，随时可以打印。"),
            PrintResult.FAILED: self.tr("没有打印出来，所以没有记“已打印”。看看打印机再来一次。"),
            PrintResult.NO_PRINTER: self.tr("这台电脑上没有可用的打印机，所以没有记“已打印”。同意书已拟好，存在本机。"),
        }
        result = printing.result if printing is not None else None
        text = words.get(result, "") if result is not None else ""
        if printing is not None and (partly := not_printed_notice(printing)) is not None and not text:
            text = partly.text + partly.detail
        set_kind(self._state, "problem" if result in (PrintResult.FAILED, PrintResult.NO_PRINTER) else "soft")
        self._state.setText(text)
        self._state.setVisible(bool(text))
        has_failed = result in (PrintResult.FAILED, PrintResult.NO_PRINTER)
        self.elsewhere.setVisible(has_failed)
        self._elsewhere_why.setVisible(has_failed)

    def focus_first(self) -> None:
        """To the choice of the type's size."""
        self.type_size.setFocus()
