"""Having the script spoken by the system's voice: one item, or one after the other. It never ticks an item."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from desktop.ui.voice import Voice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.script_item import ScriptItemView

_MANDARIN = "普通话"


class ReadAloud(QWidget):
    """The line above the script. Where the computer has no Chinese voice it says so, and there is no button."""

    spoken = Signal(QWidget)
    """The item that is being spoken, to be brought into sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.voice = Voice(self)
        self.voice.changed.connect(self._on_changed)
        self.voice.ended.connect(self._on_ended)
        self._items: list[ScriptItemView] = []
        self._spoken: ScriptItemView | None = None
        self._goes_on = False
        """The next item follows when this one has been said."""
        self._next: ScriptItemView | None = None
        """Where going on begins: after an item of which the worker had to read a part."""
        self._is_wanted = True
        self._dialect = ""
        self.all = button("", self._on_all, parent=self)
        self._words = label(kind="hint", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.all)
        row.addWidget(self._words, 1)
        self._show()

    def show_items(self, items: Sequence[ScriptItemView]) -> None:
        """The script that stands below now."""
        self.stop()
        self._items, self._next = list(items), None
        for item in self._items:
            item.voice_asked.connect(partial(self._on_one, item))
        self._show()

    def show_for(self, *, is_wanted: bool, dialect: str) -> None:
        """Whether it is read aloud at all, and in which of the languages spoken here ("" while nobody chose)."""
        self._is_wanted, self._dialect = is_wanted, dialect
        if not is_wanted:
            self.stop()
        self._show()

    def look(self) -> None:
        """Find out, in the background, whether there is a voice."""
        if self._is_wanted:
            self.voice.look()

    def stop(self) -> None:
        """Be silent at once."""
        if self._spoken is not None:
            self._spoken = None
            self.voice.stop()
        self._show()

    def close_voice(self) -> None:
        """Be silent at once, and leave nothing running."""
        self.stop()
        self.voice.close()

    def _on_all(self) -> None:
        if self._spoken is not None:
            self.stop()
            return
        unread = next((item for item in self._items if not item.box.isChecked()), None)
        first = self._next or unread or next(iter(self._items), None)
        if first is not None:
            self._speak(first, goes_on=True)

    def _on_one(self, item: ScriptItemView) -> None:
        if item is self._spoken:
            self.stop()
        else:
            self._speak(item, goes_on=False)

    def _speak(self, item: ScriptItemView, *, goes_on: bool) -> None:
        self._spoken, self._goes_on = item, goes_on
        self._next = None
        self.voice.say(item.item.spoken)
        self._show()
        self.spoken.emit(item)

    def _on_ended(self) -> None:
        done, self._spoken = self._spoken, None
        if done is None or done not in self._items:
            return
        following = next(iter(self._items[self._items.index(done) + 1 :]), None)
        if self._goes_on and following is not None:
            if not done.item.names:
                self._speak(following, goes_on=True)
                return
            self._next = following  # what was chosen for this person has to be heard first, from the worker
        self._show()

    def _on_changed(self) -> None:
        if not self.voice.is_there:
            self._spoken = None
        self._show()

    def _show(self) -> None:
        is_there = self._is_wanted and bool(self.voice.is_there) and bool(self._items)
        self.all.setText(self._asked())
        self.all.setVisible(is_there)
        self._words.setText(self._said(is_there=is_there))
        self._words.setVisible(bool(self._words.text()))
        for item in self._items:
            if isValid(item):
                item.show_voice(is_there=is_there, is_spoken=item is self._spoken)

    def _asked(self) -> str:
        if self._spoken is not None:
            return self.tr("停")
        return self.tr("接着读") if self._next is not None else self.tr("一条条读给他听")

    def _said(self, *, is_there: bool) -> str:
        if self._is_wanted and self.voice.is_there is False:
            return self.tr("这台电脑没有中文语音，请您自己念。")
        if not is_there:
            return ""
        if self._next is not None:
            return self.tr("这一条里选定的内容请您自己念；念完再按“接着读”。")
        said = self.tr("声音只读固定的话；姓名和这张纸上选定的内容请您自己念。念过的还要您打勾。")
        if self._dialect and self._dialect != _MANDARIN:
            said = self.tr("声音只会普通话，用{dialect}请您自己念。").format(dialect=self._dialect)
        return said
