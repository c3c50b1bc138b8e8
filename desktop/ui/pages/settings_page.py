"""设置: who works here, whether the vault is sound, when it locks itself, how the data is protected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.about import VERSION, licence_text
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.roles import ROLE_NAMES
from desktop.services import directory, preferences, sync, vault_check, vaults
from desktop.services.application import Application
from desktop.services.preferences import PrintHabit
from desktop.services.vault_check import LastCheck
from desktop.ui.icons import Icon
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.settings.backup_card import BackupCard
from desktop.ui.pages.settings.check_card import CheckCard
from desktop.ui.pages.settings.escrow_card import EscrowCard
from desktop.ui.pages.settings.events_card import EventsCard
from desktop.ui.pages.settings.former_stores_card import FormerStoresCard
from desktop.ui.pages.settings.lock_card import LockCard
from desktop.ui.pages.settings.lost_card import LostCard
from desktop.ui.pages.settings.password_card import PasswordCard
from desktop.ui.pages.settings.print_card import PrintCard
from desktop.ui.pages.settings.rekey_card import RekeyCard
from desktop.ui.pages.settings.retention_card import RetentionCard
from desktop.ui.printing import PrintPdf, print_pdf
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.labels import label


@dataclass(frozen=True)
class _Shown:
    worker: tuple[tuple[str, str, str], ...]
    vault: tuple[tuple[str, str, str], ...]
    last_check: LastCheck | None
    choices: tuple[int, ...]
    minutes: int
    habit: PrintHabit


def _breakable(path: str) -> str:
    """A path that may be wrapped after each folder."""
    return path.replace(os.sep, os.sep + "\u200b")


class SettingsPage(Page):
    """Only what works: each fact is read from the vault, each choice takes effect at once."""

    idle_minutes_changed = Signal(int)
    """The worker chose another time after which the workspace locks itself."""
    rekey_asked = Signal(str)
    """A new data key is to be given, with the vault's password: everybody has to leave the vault."""

    def __init__(self, tasks: Tasks, application: Application, print_with: PrintPdf = print_pdf) -> None:
        super().__init__(tasks)
        self._application, self._print_with = application, print_with
        self.set_title(self.tr("设置"))
        self.set_help(
            self.tr(
                "“检查加密库”逐页核对库文件和扫描件，再从头到尾核对日志的每一条；只看，不改任何内容，可以随时停下。每天打开后自动检查一次。\n\n"
                "“自动锁定”选好就生效。离开座位时请按 Ctrl+L，不必等它自己锁。\n\n"
                "“改密码”只换开门的密码；“换数据钥匙”先备份，再把整个库用新钥匙重写一遍，"
                "电脑丢过又找回来、县里帮您恢复过密码，或县里要求时才用。"
            )
        )

    def build(self) -> Iterator[None]:
        tasks, application = self.tasks, self._application
        left, right = self._column(), self._column()
        self.body.addWidget(Columns([left.parentWidget(), right.parentWidget()], [1, 1], enough=860))
        self.body.addStretch(1)
        yield
        self.worker = Facts()
        who = Card(self.tr("谁在用"))
        who.add(self.worker)
        left.addWidget(who)
        yield
        self.check_card = CheckCard(tasks, application, self)
        right.addWidget(self.check_card)
        yield
        self.lock = LockCard()
        self.lock.chosen.connect(self._on_minutes)
        left.addWidget(self.lock)
        yield
        self.printing = PrintCard()
        self.printing.chosen.connect(self._on_print_directly)
        left.addWidget(self.printing)
        yield
        self.backup = BackupCard(tasks, application)
        self.backup.changed.connect(self.changed)
        right.addWidget(self.backup)
        yield
        right.addWidget(self._former_stores_card())
        yield
        self.retention = RetentionCard(tasks, application)
        left.addWidget(self.retention)
        yield
        for card in self._key_cards():
            right.addWidget(card)
            yield
        self.events = EventsCard(self, application)
        left.addWidget(self.events)
        yield
        self.escrow = EscrowCard(tasks, application)
        right.addWidget(self.escrow)
        yield
        left.addWidget(self._about_card())
        left.addStretch(1)
        yield
        self.lost = LostCard(self, application, self._print_with)
        right.addWidget(self.lost)
        yield
        right.addWidget(self._protection_card())
        right.addStretch(1)
        yield
        self.refresh(frozenset())

    def refresh(self, changes: Changes) -> None:
        self.run(self._read, self._show)
        self.password.refresh()
        self.rekey.refresh()
        self.escrow.refresh()
        self.backup.refresh()
        self.former_stores.refresh()

    def focus_first(self) -> None:
        self.check_card.check.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- reading and showing

    def _read(self) -> _Shown:
        application = self._application
        owner = vaults.owner(application)
        state = sync.sync_state(application)
        who = [(self.tr("姓名"), owner.worker_name, ""), (self.tr("单位"), owner.office, "")]
        if application.enrolment is not None:
            worker = application.worker
            names = {village.code[:TOWNSHIP_DIGITS]: village.township for village in directory.villages(application)}
            townships = "、".join(names.get(code, code) for code in worker.townships)
            who = [
                (self.tr("姓名"), worker.name, ""),
                (self.tr("身份"), ROLE_NAMES[worker.role], ""),
                (self.tr("单位"), worker.office, ""),
                (self.tr("负责乡镇"), townships, ""),
                (self.tr("所属县"), worker.county_name, ""),
            ]
        if state.county_url:
            who.append((self.tr("县里的地址"), state.county_url, ""))
        kept = [(self.tr("存放位置"), _breakable(str(application.folder)), "")]
        last = vault_check.last_check(application)
        choices, minutes = preferences.idle_choices(application), preferences.idle_minutes(application)
        habit = preferences.print_habit(application)
        return _Shown(tuple(who), tuple(kept), last, choices, minutes, habit)

    def _show(self, shown: _Shown) -> None:
        self.worker.show_facts(shown.worker)
        self.check_card.facts.show_facts(shown.vault)
        self.check_card.show_last(shown.last_check)
        self.lock.show_minutes(shown.choices, shown.minutes)
        self.printing.show_habit(shown.habit)

    # --- laying out

    def _on_minutes(self, minutes: int) -> None:
        self.run(
            lambda: preferences.set_idle_minutes(self._application, minutes),
            lambda _: self.idle_minutes_changed.emit(minutes),
            lane=Lane.WRITE,
        )

    def _on_print_directly(self, is_direct: bool) -> None:
        keep = preferences.set_print_directly
        self.run(lambda: keep(self._application, is_direct), lambda _: None, lane=Lane.WRITE)

    def _former_stores_card(self) -> Card:
        self.former_stores = FormerStoresCard(self.tasks, self._application, self)
        self.former_stores.changed.connect(self.changed)
        return self.former_stores

    def _key_cards(self) -> Iterator[Card]:
        self.password = PasswordCard(self.tasks, self._application)
        yield self.password
        self.rekey = RekeyCard(self.tasks, self._application)
        self.rekey.asked.connect(self.rekey_asked)
        yield self.rekey

    def _protection_card(self) -> Card:
        card = Card(self.tr("资料怎样保护"))
        for words in (
            self.tr("所有资料和扫描件都加密存在本机，只有您的密码加上设备密钥能打开；电脑丢了，捡到的人读不出来。"),
            self.tr("锁定时程序整个结束，密钥和看过的内容不留在内存里。"),
            self.tr(
                "纸页从内存直接交给系统打印，程序不留文件；系统的打印队列会暂存一份（一般留一天，管理员可设为打完就删），没打出来会提醒。"
            ),
            self.tr(
                "复制的文字半分钟后清掉，证件号和电话不能复制。输入法记住的词不归程序管，公用电脑请关掉输入法的词库同步。"
            ),
            self.tr("看过谁、打印过什么、改过什么，都记在日志里；日志一条扣一条，改动一处就对不上。"),
            self.tr("报给县里的内容先加密再发出，路上谁也看不到；没有县里的放行，慈善组织看不到任何人的资料。"),
        ):
            card.add(label("· " + words, wrap=True))
        return card

    def _about_card(self) -> Card:
        card = Card(self.tr("走村"), self.tr("{version} 版").format(version=VERSION))
        card.add(label(self.tr("木兰宽松许可证，第2版。所用部件和各自的许可证见下。"), "soft", wrap=True))
        self.licences = link_button(self.tr("看许可证"), self._toggle_licences, Icon.SHEET, parent=self)
        card.body.addWidget(self.licences, 0, Qt.AlignmentFlag.AlignLeft)
        self.licence_text = QPlainTextEdit(self)
        self.licence_text.setReadOnly(True)
        self.licence_text.setTabChangesFocus(True)
        self.licence_text.setAccessibleName(self.tr("许可证"))
        self.licence_text.setMinimumHeight(260)
        self.licence_text.hide()
        card.add(self.licence_text)
        return card

    def _toggle_licences(self) -> None:
        if self.licence_text.isHidden():
            self.licence_text.setPlainText(licence_text())
        self.licence_text.setVisible(self.licence_text.isHidden())
        self.licences.setText(self.tr("看许可证") if self.licence_text.isHidden() else self.tr("收起许可证"))

    def _column(self) -> QVBoxLayout:
        column = QVBoxLayout(QWidget(self.ground))
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.body.spacing())
        return column
