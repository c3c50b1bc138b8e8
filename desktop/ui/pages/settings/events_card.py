"""运行记录: what the program did, in codes, for whoever helps on the telephone."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.services import events
from desktop.services.application import Application
from desktop.services.events import Noted
from desktop.ui.icons import Icon
from desktop.ui.pages.page import Page
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.labels import label


class EventsCard(Card):
    """Hidden lines until they are asked for; they can be copied, for there is nobody in them."""

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._page = page
        self._application = application
        self.set_title(self.tr("运行记录"))
        words = self.tr(
            "只有时间和代号，没有任何人的信息；存在加密库里，不上报。请县里帮忙看问题时，可以念给对方，或复制发去。"
        )
        self.add(label(words, "soft", wrap=True))
        self.toggle = link_button(self.tr("看运行记录"), self._toggle, Icon.SHEET, parent=self)
        self.body.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self.lines = QPlainTextEdit(self)
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(self.tr("运行记录"))
        self.lines.setMinimumHeight(200)
        self.lines.hide()
        self.add(self.lines)

    def _toggle(self) -> None:
        if self.lines.isHidden():
            self._page.run(lambda: events.noted(self._application), self._show)
            return
        self.lines.hide()
        self.toggle.setText(self.tr("看运行记录"))

    def _show(self, noted: tuple[Noted, ...]) -> None:
        self.lines.setPlainText("\n".join(_line(one) for one in noted) or self.tr("还没有记录。"))
        self.lines.show()
        self.toggle.setText(self.tr("收起运行记录"))


def _line(one: Noted) -> str:
    local = datetime.fromisoformat(one.time).astimezone()
    return " ".join(part for part in (f"{local:%Y-%m-%d %H:%M:%S}", one.event, one.detail) if part)
