"""Step 2, 念给他听: who is there, in which language, and the script item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.readings import ScriptRead
from desktop.services.reading_script import Script
from desktop.ui.pages.consent.read_aloud import ReadAloud
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import filled_hidden
from desktop.ui.widgets.script_item import ScriptItemView

DIALECTS = ("普通话", "闽南话", "福州话", "莆仙话", "客家话", "手语")
_OTHER = "other"


class ReadingStep(QWidget):
    """The person hears what the paper says, in words one says at a kitchen table."""

    changed = Signal()
    reading = Signal(QWidget)
    """The item that is to be read now, to be brought into sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[ScriptItemView] = []
        self._text: ScriptRead | None = None
        """The wording that is shown."""
        self._companion = ""
        self._is_expected = False
        """The script is on its way: until it is here nothing of it was read."""
        self.second = ColleagueField()
        self.near: ChoiceField[bool] = ChoiceField([(False, self.tr("没有")), (True, self.tr("有"))])
        self.mode: ChoiceField[bool] = ChoiceField([(True, self.tr("念给他听")), (False, self.tr("他自己看"))])
        self.dialect: ChoiceField[str] = ChoiceField(
            [*((one, one) for one in DIALECTS), (_OTHER, self.tr("其他"))], few=9
        )
        self.other = TextField(self.tr("如 闽北话"))
        self.near_who = TextField(self.tr("如 何金水，本人的堂弟"))
        self._form = Form(2)
        self._form.add(self.tr("第二经办人"), self.second, note=self.tr("两个人在场；他不能再核对这份同意书。"))
        self._form.add(self.tr("和经办人、村干部、慈善组织有亲戚关系吗"), self.near)
        self._form.add(self.tr("是谁，和本人什么关系"), self.near_who)
        self._form.add(self.tr("本人怎么知道内容"), self.mode)
        self._form.add(self.tr("用什么话念"), self.dialect, columns=2)
        self._form.add(self.tr("什么话"), self.other)
        self._left = label(kind="section", wrap=True)
        self.aloud = ReadAloud(self)
        self.aloud.spoken.connect(self.reading)
        self._script = QVBoxLayout()
        self._script.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        column.addWidget(self._left)
        column.addWidget(self.aloud)
        column.addLayout(self._script)
        column.addStretch(1)
        for field in (self.second, self.near, self.near_who, self.mode, self.dialect, self.other):
            field.changed.connect(self._on_changed)

    def show_colleagues(self, names: Mapping[str, str], companion: str = "") -> None:
        """Offer the township's other workers, id → name; ``companion`` came along on the visit of today."""
        self._companion = companion
        self.second.show_colleagues(names)

    def show_taking(self, taking: Taking) -> None:
        """Show what was filled in."""
        self.second.set_value(taking.second_worker)
        self.near.set_value(taking.near_relative)
        self.near_who.set_value(taking.near_relative_who)
        self.mode.set_value(taking.read_aloud)
        known = taking.dialect in DIALECTS
        self.dialect.set_value(taking.dialect if known else _OTHER if taking.dialect else None)
        self.other.set_value("" if known else taking.dialect)
        self._show_fields()

    def expect_script(self) -> None:
        """The script is being made, and ``show_script`` will bring it."""
        self._is_expected = True
        self._show_fields()

    def show_script(self, script: Script | None, taking: Taking) -> Iterator[None]:
        """Show the script, an item per step; what was read of this very wording stays ticked."""
        views: list[ScriptItemView] = []
        items = script.items if script is not None else ()
        read = taking.read if script is not None and script.text.is_same_text(taking.script) else ()
        try:
            for item in items:
                view = ScriptItemView(item, self)
                view.hide()
                view.box.setChecked(item.id in read)
                view.box.clicked.connect(self._on_read)
                views.append(view)
                yield
        except GeneratorExit:  # another script is wanted
            for view in views:
                if isValid(view):
                    view.deleteLater()
            raise
        with filled_hidden(self):
            for old in self._items:
                old.deleteLater()
            self._items, self._is_expected = views, False
            self._text = script.text if script is not None else None
            for view in views:
                self._script.addWidget(view)
            stops = (self.other, self.aloud.all, *(stop for view in views for stop in (view.box, view.voice)))
            for before, after in pairwise(stops):
                self.setTabOrder(before, after)  # made later than what stands below
            self.aloud.show_items(views)
            self._show_fields()

    def collect(self, taking: Taking) -> Taking:
        """``taking`` with what is filled in here."""
        dialect = self.other.value() if self.dialect.value() == _OTHER else self.dialect.value() or ""
        aloud = self.mode.value() is not False
        return replace(
            taking,
            second_worker=self.second.value(),
            near_relative=self.near.value(),
            near_relative_who=self.near_who.value() if self.near.value() else "",
            read_aloud=aloud,
            dialect=dialect if aloud else "",
            read=tuple(view.item.id for view in self._items if view.box.isChecked()) or self._kept(taking),
            script=self._text or taking.script,
        )

    def problem(self) -> str:
        """What is still missing, in words."""
        if not self.second.value():
            return self.tr("请填第二经办人。")
        if self.near.value() is None:
            return self.tr("请问一句有没有亲戚关系。")
        if self.near.value() and not self.near_who.value():
            return self.tr("请写是谁、和本人是什么关系。")
        if self.mode.value() is False:
            return ""
        if not self.dialect.value() or (self.dialect.value() == _OTHER and not self.other.value()):
            return self.tr("请选用什么话念的。")
        if self._is_expected:
            return self.tr("要念的内容还在准备，请等一下再往下走。")
        left = sum(not view.box.isChecked() for view in self._items)
        return self.tr("还有 {count} 条没有念。").format(count=left) if left else ""

    def items(self) -> list[QCheckBox]:
        """The ticks in the script's order."""
        return [view.box for view in self._items]

    def focus_first(self) -> None:
        """To the first field that is empty, else to the next item to be read."""
        empty: list[QWidget] = [self.second] if not self.second.value() else []
        empty += [self.near] if self.near.value() is None else []
        empty += [self.near_who] if self.near.value() and not self.near_who.value() else []
        empty += [self.dialect] if self.mode.value() is not False and not self.dialect.value() else []
        if empty:
            empty[0].setFocus()
            return
        unread = next((view for view in self._items if not view.box.isChecked()), None)
        (unread.box if unread is not None else self.second).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._items:
            self.aloud.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """No voice goes on where its script is no longer seen: another step, another page, a window put away."""
        super().hideEvent(event)
        self.aloud.close_voice()

    def _kept(self, taking: Taking) -> tuple[str, ...]:
        return () if self._items else taking.read

    def _on_changed(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _on_read(self) -> None:
        self._show_fields()
        self.changed.emit()
        unread = next((view for view in self._items if not view.box.isChecked()), None)
        if unread is not None:
            unread.box.setFocus()
            self.reading.emit(unread)

    def _show_fields(self) -> None:
        aloud = self.mode.value() is not False
        unknown = self.tr("名册里没有这个人，只当见证人记下；这份同意书要由县级值班员核对。")
        as_before = self.tr("和今天走访时一样，不对就改")
        is_companion = bool(self._companion) and self.second.value() == self._companion
        hint = unknown if not self.second.is_known() else as_before if is_companion else ""
        self._form.show_hint(self.second, hint)
        self._form.set_shown(self.near_who, bool(self.near.value()))
        self._form.set_shown(self.dialect, aloud)
        self._form.set_shown(self.other, aloud and self.dialect.value() == _OTHER)
        dialect = self.other.value() if self.dialect.value() == _OTHER else self.dialect.value() or ""
        self.aloud.show_for(is_wanted=aloud, dialect=dialect)
        left = [view for view in self._items if not view.box.isChecked()]
        if not aloud:
            words = self.tr("请把右边的纸页给本人看，等他看完。")
        elif self._is_expected:
            words = self.tr("正在准备要念的内容……")
        elif left:
            words = self.tr("一条一条念，念完打勾：还有 {count} 条").format(count=len(left))
        else:
            words = self.tr("都念完了。") if self._items else ""
        self._left.setText(words)
        for view in self._items:
            view.setVisible(aloud)
            view.show_open(view is (left[0] if left else None))
