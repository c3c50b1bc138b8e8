"""绑定: a blank form that came back, signed, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.blanks import BLANK_STATE_NAMES, FORM_NAMES
from desktop.domain.errors import UserFacingError
from desktop.services import blank_binding, blank_numbers, scan_tray
from desktop.services.application import Application, Done
from desktop.services.blank_numbers import Blank
from desktop.services.consent import NewSheet
from desktop.services.directory import Organisation
from desktop.services.permission import Capability
from desktop.ui.found_rows import find_residents
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.blanks.ask_rows import AskRow
from desktop.ui.pages.page import Page
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import DateField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.picture_view import PictureView, image_of
from desktop.ui.widgets.suggestions import SuggestingEdit

_DIALECTS: Final = ("普通话", "闽南话", "福州话", "莆仙话", "客家话", "手语")


class BindCard(Card):
    """The number by its picture or typed; then the person, what was asked, how it was read, and the second worker."""

    bound = Signal(str)
    """The id of the sheet, on which the signing is recorded next."""

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("签好的空白表：绑定给本人"))
        self._page, self._application = page, application
        self._bodies: dict[str, Organisation] = {}
        self._withdrawn: dict[str, str] = {}
        self._blank: Blank | None = None
        self._resident = ""
        self.rows: list[AskRow] = []

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        first = Form(1, self)
        self.add(first)
        self.number = TextField(self.tr("照着纸上输，如 KB-7F3A2Q-012-K"))
        self.number.setAccessibleName(self.tr("纸上的编号"))
        self.number.returnPressed.connect(self._find)
        first.add(self.tr("纸上的编号"), self.number)
        self.look_up = button(self.tr("找这个编号"), self._find, Icon.SEARCH, parent=self)
        self.body.addWidget(self.look_up, 0, Qt.AlignmentFlag.AlignLeft)
        how = self.tr("有照片的，收影像时会自己认出编号；没有照片的，在这里输纸上的编号。")
        self._state = label(how, "soft", wrap=True, parent=self)
        self.add(self._state)
        yield
        self.picture = PictureView(parent=self)
        self.picture.setMinimumHeight(300)
        self.picture.hide()
        self.add(self.picture)
        yield
        self._rest = QWidget(self)
        self._rest.hide()
        self.add(self._rest)
        column = QVBoxLayout(self._rest)
        column.setContentsMargins(0, 0, 0, 0)
        yield from self._build_asks(column)
        yield from self._build_reading(column)
        self.own_wish: MultiChoice[bool] = MultiChoice(
            [(True, self.tr("是本人主动提出的（以前拒绝过的也可以）"))], self._rest
        )
        column.addWidget(self.own_wish)
        once = self.tr("一个编号只能绑定一次，绑错了不能改给别人：请对着纸上的姓名再看一遍。")
        column.addWidget(label(once, "soft", wrap=True, parent=self._rest))
        words = self.tr("绑定，接着记签字")
        self.press = primary_button(words, self._on_press, Icon.CONSENT, parent=self._rest)
        column.addWidget(self.press, 0, Qt.AlignmentFlag.AlignLeft)
        offer(self.press, self._application, Capability.TAKE_CONSENT)
        yield

    def _build_asks(self, column: QVBoxLayout) -> Iterator[None]:
        """Whose form it is, and what it asked for."""
        page = self._page
        whose = Form(1, self._rest)
        column.addWidget(whose)
        self.person = SuggestingEdit(page.ask_with(self._find_people), self.tr("没有找到这个人。请先登记家庭。"))
        self.person.setPlaceholderText(self.tr("姓名、拼音、证件尾号"))
        self.person.picked.connect(self._on_person)
        whose.add(self.tr("是给谁填的"), self.person)
        self._whose = label("", "field", wrap=True, parent=self._rest)
        column.addWidget(self._whose)
        told = self.tr("纸上征求了什么：划去的点掉。勾没勾同意，下一步一格一格记。")
        column.addWidget(label(told, "", wrap=True, parent=self._rest))
        self._rows = QVBoxLayout()
        column.addLayout(self._rows)
        yield

    def _build_reading(self, column: QVBoxLayout) -> Iterator[None]:
        """How it was read and signed."""
        self._how = Form(1, self._rest)
        column.addWidget(self._how)
        self.signed_on = DateField(self._application.today)
        self._how.add(
            self.tr("纸上签的是哪天"),
            self.signed_on,
            note=self.tr("照纸上写的日期填，不是今天就改：有效期和年龄从这天算，他在这天以后撤回的不会又变成同意。"),
        )
        yield
        self.mode: ChoiceField[bool] = ChoiceField([(False, self.tr("本人自己看的")), (True, self.tr("念给他听的"))])
        self._how.add(self.tr("他怎么知道内容的"), self.mode)
        yield
        self.dialect: ChoiceField[str] = ChoiceField([(one, one) for one in _DIALECTS], few=6)
        self._how.add(self.tr("用什么话念"), self.dialect)
        self._how.set_shown(self.dialect, is_shown=False)
        self.mode.changed.connect(lambda: self._how.set_shown(self.dialect, is_shown=bool(self.mode.value())))
        yield
        self.near: ChoiceField[bool] = ChoiceField([(False, self.tr("无")), (True, self.tr("有"))])
        self._how.add(self.tr("和经办人是近亲属"), self.near)
        self.near_who = TextField(self.tr("照纸上写的姓名、关系"))
        self._how.add(self.tr("是谁，什么关系"), self.near_who)
        self.near.changed.connect(self._follow_near)
        self._follow_near()
        yield
        self.second = ColleagueField()
        self._how.add(self.tr("另一位经办人（纸上签了名的）"), self.second)
        yield

    def show_directory(
        self, bodies: dict[str, Organisation], colleagues: dict[str, str], withdrawn: dict[str, str]
    ) -> None:
        """What the county issued, to name recipients and the second worker by, and which stocks' text it took back."""
        self._bodies, self._withdrawn = bodies, withdrawn
        self.second.show_colleagues(colleagues)

    def open_blank(self, blank_id: str) -> None:
        """Begin with a number that a picture in the tray shows."""
        find = blank_binding.blank_of
        self._page.run(lambda: find(self._application, blank_id), self._show_blank, self._not_found)

    def focus_first(self) -> None:
        """To the number, or to the person once the number is known."""
        (self.person if self._blank is not None else self.number).setFocus()

    def _find(self) -> None:
        typed = self.number.value()
        self._page.run(lambda: blank_numbers.blank_typed(self._application, typed), self._show_blank, self._not_found)

    def _not_found(self, error: UserFacingError) -> None:
        self._clear()
        self._page.tell(notice_of(word(error)))
        self.number.setFocus()

    def _clear(self) -> None:
        self._blank, self._resident = None, ""
        self._rest.hide()
        self.picture.hide()
        self._whose.clear()

    def _show_blank(self, blank: Blank) -> None:
        self._clear()
        self.number.set_value(blank.text)
        told = (blank_words(blank, self._application.worker.id), withdrawn_words(self._withdrawn.get(blank.stock_id)))
        self._state.setText("\n".join(filter(None, told)))
        is_bindable = blank.holder == self._application.worker.id and blank.state not in _OVER
        if not is_bindable:
            return
        self._blank = blank
        for row in self.rows:
            row.deleteLater()
        today, asks = self._application.today(), blank.stock.asks
        self.rows = [AskRow(self.tr("印好的："), self._bodies, today, ask) for ask in asks]
        self.rows += [
            AskRow(self.tr("手写的第 {number} 家").format(number=number), self._bodies, today)
            for number in range(1, blank.stock.by_hand + 1)
        ]
        for row in self.rows:
            self._rows.addWidget(row)
        for field in (self.mode, self.dialect):
            field.set_value(None)
        self.near.set_value(None)
        self.near_who.set_value("")
        self._follow_near()
        self.signed_on.set_value(today)
        self.person.clear()
        self.own_wish.set_value(())
        self._rest.show()
        self.person.setFocus()
        self._load_picture(blank)

    def _load_picture(self, blank: Blank) -> None:
        application = self._application

        def load() -> QImage | None:
            waiting = next((one for one in scan_tray.tray(application) if one.sheet == blank.id), None)
            return image_of(scan_tray.tray_picture(application, waiting.id)) if waiting is not None else None

        def show(image: QImage | None) -> None:
            if self._blank is blank and image is not None:
                self.picture.show()
                self.picture.show_image(image, self.tr("收到的空白表"))

        self._page.run(load, show, lane=Lane.OUTSIDE)

    def _find_people(self, text: str) -> tuple[ListRow, ...]:
        return find_residents(self._application, text)

    def _on_person(self, row: ListRow) -> None:
        self._resident = row.id
        self.person.setText(row.title)
        self._whose.setText(self.tr("绑定给：{name} {place}").format(name=row.title, place=row.subject))

    def _follow_near(self) -> None:
        self._how.set_shown(self.near_who, bool(self.near.value()))

    def _missing(self) -> tuple[str, QWidget] | None:
        """What is still to be said, and where."""
        if not self._resident:
            return self.tr("请选是给谁填的。"), self.person
        if not any(row.value() for row in self.rows):
            return self.tr("请选纸上征求了什么。"), self.rows[0].classes if self.rows else self.number
        if self.signed_on.value() is None:
            return self.tr("请写纸上签的是哪天。"), self.signed_on
        for field in (self.mode, self.near):
            if field.value() is None:
                return self.tr("还有一项没有选。"), field
        if self.near.value() and not self.near_who.value():
            return self.tr("请照纸写近亲属是谁、什么关系。"), self.near_who
        if self.mode.value() and self.dialect.value() is None:
            return self.tr("请选用什么话念的。"), self.dialect
        return None if self.second.value() else (self.tr("请写另一位经办人。"), self.second)

    def _on_press(self) -> None:
        blank, missing = self._blank, self._missing()
        if blank is None or missing is not None:
            if missing is not None:
                self._page.tell(Notice(missing[0], Tone.WARN))
                missing[1].setFocus()
            return
        aloud, signed_on = bool(self.mode.value()), self.signed_on.value()
        sheet = NewSheet(
            resident=self._resident,
            asks=tuple(ask for row in self.rows if (ask := row.value()) is not None),
            second_worker=self.second.value(),
            read_aloud=aloud,
            dialect=self.dialect.value() or "" if aloud else "",
            near_relative=bool(self.near.value()),
            near_relative_who=self.near_who.value() if self.near.value() else "",
            large_type=blank.stock.large_type,
            person_asked=bool(self.own_wish.value()),
        )

        def done(result: Done[str]) -> None:
            self._page.changed.emit(result.changed)
            self._page.tell(Notice(self.tr("绑定好了。请照着纸，一格一格记签字的结果。"), Tone.GOOD))
            self._clear()
            self.number.set_value("")
            self.bound.emit(result.value)

        bind = blank_binding.bind_blank
        self._page.run(lambda: bind(self._application, blank.id, sheet, signed_on=signed_on), done, lane=Lane.WRITE)


def withdrawn_words(reason: str | None) -> str:
    """What to do with blanks in a wording that the county took back for this reason; "" where it did not."""
    if reason is None:
        return ""
    return (
        f"县里收回了这一叠用的告知书（{reason}）。没有用的不要再给人签，请作废（表已换新版），另打一叠；"
        "签好的可以绑定，有没有问题由核对的人看。"
    )


_OVER: Final = frozenset({"bound", "spoiled", "returned"})


def blank_words(blank: Blank, worker: str) -> str:
    """A number as it stands, in words, with what comes next."""
    stock = blank.stock
    what = f"{blank.text}：{FORM_NAMES.get(stock.form, stock.form)}，{stock.printed.month}月{stock.printed.day}日打印"
    if blank.state in _OVER and blank.state is not None:
        return f"{what}。这个编号已经记成“{BLANK_STATE_NAMES[blank.state]}”，不能再绑定。"
    if blank.holder != worker:
        return f"{what}，在{blank.holder_name}手上。是您用的，请先在“编号的下落”里记“转交同事”，转给自己，再绑定。"
    return f"{what}，在您手上。{'以前记过遗失，现在找到了。' if blank.state == 'missing' else ''}"
