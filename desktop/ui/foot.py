"""The foot of every page: in words, whether everything is safe and what the county has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.ui.icons import Icon, pixmap
from desktop.ui.tokens import Tone, tokens
from desktop.ui.widgets.labels import ShortenedLabel, label

HEIGHT = 36


@dataclass(frozen=True)
class SyncState:
    """What the foot says. ``last`` is local time; ``busy`` is what sync is doing just now, in words."""

    unsent: int = 0
    last: datetime | None = None
    is_online: bool = False
    is_practice: bool = False
    is_enrolled: bool = True
    needs_person: int = 0
    busy: str = ""
    days_away: int = 0
    """Days without the county, where they are too many; else 0."""


class Foot(QFrame):
    """One line: unsent and safe, last sync, offline, practice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "foot")
        self.setFixedHeight(HEIGHT)
        self._image = QLabel(self)
        self._saved = ShortenedLabel()
        self._last = ShortenedLabel()
        self._person = label(kind="")
        self._link_image = QLabel(self)
        self._link = label()
        self._practice_image = QLabel(self)
        self._practice = label()
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        row.addWidget(self._image)
        row.addWidget(self._saved)
        row.addSpacing(12)
        row.addWidget(self._last)
        row.addWidget(self._person)
        row.addStretch(1)
        for widget in (self._link_image, self._link, self._practice_image, self._practice):
            row.addWidget(widget)
        self.show_state(SyncState())

    def show_state(self, state: SyncState) -> None:
        """Say it in words; the icons only repeat them."""
        tone = Tone.BAD if state.needs_person else Tone.WARN if state.unsent else Tone.GOOD
        picture = Icon.PROBLEM if state.needs_person else Icon.SAVED_HERE if state.unsent else Icon.DONE
        self._picture(self._image, picture, tokens().tone(tone).ink)
        self._saved.setText(self._saved_words(state))
        self._last.setText(self._last_words(state))
        self._person.setText(self.tr("{count} 项需要您看一下").format(count=state.needs_person))
        self._person.setVisible(bool(state.needs_person))
        link = Icon.SYNC if state.is_online else Icon.OFFLINE
        self._picture(self._link_image, link, tokens().ink_soft)
        self._link.setText(self.tr("已联网") if state.is_online else self.tr("离线"))
        self._picture(self._practice_image, Icon.PRACTICE, tokens().ink_soft)
        self._practice.setText(self.tr("练习数据"))
        self._practice_image.setVisible(state.is_practice)
        self._practice.setVisible(state.is_practice)

    def sentence(self) -> str:
        """All that is shown, for tests and screen readers."""
        parts = [self._saved.text(), self._last.text(), self._person.text() if not self._person.isHidden() else ""]
        parts += [self._link.text(), self._practice.text() if not self._practice.isHidden() else ""]
        return " · ".join(part for part in parts if part)

    def _saved_words(self, state: SyncState) -> str:
        if state.busy:
            return state.busy
        if state.is_practice and not state.unsent:
            return self.tr("练习内容只在这台电脑上，不会上报")
        if not state.is_enrolled:
            return self.tr("还没有在县里开通，内容都保存在本机")
        if not state.unsent:
            return self.tr("全部已上报县里") if state.last is not None else self.tr("没有未上报的内容")
        return self.tr("{count} 项未上报，已安全保存在本机").format(count=state.unsent)

    def _last_words(self, state: SyncState) -> str:
        if state.days_away:
            return self.tr("已 {days} 天没有和县里联系，请同步").format(days=state.days_away)
        if state.last is None:
            return "" if state.is_practice or not state.is_enrolled else self.tr("还没有同步过")
        when = state.last
        words = self.tr("{month}月{day}日 {time}").format(month=when.month, day=when.day, time=f"{when:%H:%M}")
        return self.tr("上次同步 {when}").format(when=words)

    def _picture(self, image: QLabel, picture: Icon, colour: str) -> None:
        image.setPixmap(pixmap(picture, colour, 16, self.devicePixelRatioF()))
        image.setAlignment(Qt.AlignmentFlag.AlignCenter)
