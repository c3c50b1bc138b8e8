"""设置: who works here, whether the vault is sound, when it locks itself, how the data is protected."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.about import VERSION, licence_text
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import ROLE_NAMES
from desktop.services import directory, preferences, sync, vaults
from desktop.services.application import Application
from desktop.services.vaults import JournalCheck
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.settings.escrow_card import EscrowCard
from desktop.ui.pages.settings.events_card import EventsCard
from desktop.ui.pages.settings.lock_card import LockCard
from desktop.ui.pages.settings.password_card import PasswordCard
from desktop.ui.tasks import Lane, LongTask, Progress, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel


@dataclass(frozen=True)
class _Shown:
    worker: tuple[tuple[str, str, str], ...]
    vault: tuple[tuple[str, str, str], ...]
    minutes: int


@dataclass(frozen=True)
class Check:
    """What checking the vault found."""

    damaged: tuple[str, ...]
    journal: JournalCheck


def _breakable(path: str) -> str:
    """A path that may be wrapped after each folder."""
    return path.replace(os.sep, os.sep + "\u200b")


class SettingsPage(Page):
    """Only what works: each fact is read from the vault, each choice takes effect at once."""

    idle_minutes_changed = Signal(int)
    """The worker chose another time after which the workspace locks itself."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._task: LongTask | None = None
        self.set_title(self.tr("设置"))
        self.set_help(
            self.tr(
                "“检查加密库”逐页核对库文件，再从头到尾核对日志的每一条；只看，不改任何内容，可以随时停下。\n\n"
                "“自动锁定”选好就生效。离开座位时请按 Ctrl+L，不必等它自己锁。"
            )
        )
        self.worker = Facts()
        who = Card(self.tr("谁在用"))
        who.add(self.worker)
        self.vault = Facts()
        self.lock = LockCard(preferences.idle_choices(application))
        self.lock.chosen.connect(self._on_minutes)
        self.events = EventsCard(self, application)
        left = self._column(who, self.lock, self.events, self._about_card())
        self.password = PasswordCard(tasks, application)
        self.escrow = EscrowCard(tasks, application)
        right = self._column(self._vault_card(), self.password, self.escrow, self._protection_card())
        self.body.addWidget(Columns([left, right], [1, 1], enough=860))
        self.body.addStretch(1)
        self.refresh(frozenset())

    def refresh(self, changes: Changes) -> None:
        self.run(self._read, self._show)
        self.password.refresh()
        self.escrow.refresh()

    def focus_first(self) -> None:
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- reading and showing

    def _read(self) -> _Shown:
        application = self._application
        owner = vaults.owner(application)
        state = sync.sync_state(application)
        who = [(self.tr("姓名"), owner.worker_name, ""), (self.tr("单位"), owner.office, "")]
        if application.enrolment is not None:
            worker = application.worker
            names = {village.code[:9]: village.township for village in directory.villages(application)}
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
        return _Shown(tuple(who), tuple(kept), preferences.idle_minutes(application))

    def _show(self, shown: _Shown) -> None:
        self.worker.show_facts(shown.worker)
        self.vault.show_facts(shown.vault)
        self.lock.minutes.set_value(shown.minutes)

    # --- checking the vault

    def _start_check(self) -> None:
        self._result.hide()
        self._result_words.hide()
        self.check.setEnabled(False)
        self.progress.begin(self.tr("正在逐页核对库文件"))
        self._task = self.tasks.run_slices(
            self,
            self._check,
            self._on_checked,
            self._on_failure,
            progress=self.progress.show_progress,
            cancelled=self._end_check,
            lane=Lane.OUTSIDE,
        )

    def _check(self) -> Generator[Progress, None, Check]:
        yield Progress(0, 2, self.tr("正在逐页核对库文件"))
        damaged = vaults.verify_store(self._application)
        yield Progress(1, 2, self.tr("正在核对日志的每一条"))
        return Check(damaged, vaults.verify_journal(self._application))

    def _stop_check(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _end_check(self) -> None:
        self._task = None
        self.progress.end()
        self.check.setEnabled(True)
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_checked(self, found: Check) -> None:
        self._end_check()
        if found.damaged or found.journal.fault is not None:
            where = found.journal.fault
            words = self.tr("库文件有 {count} 处损坏。").format(count=len(found.damaged)) if found.damaged else ""
            if where is not None and where.code.startswith("receipt-"):
                words += self.tr("日志从 {reference} 起和县里签名的回执对不上（{code}）。").format(
                    reference=where.reference, code=where.code
                )
            elif where is not None:
                words += self.tr("日志从 {reference} 起对不上（{code}）。").format(
                    reference=where.reference, code=where.code
                )
            self._show_result(
                Chip(self.tr("有损坏"), Tone.BAD), words + self.tr("请不要重装，马上联系县里恢复，并把这句话告诉县里。")
            )
            return
        words = self.tr("库文件每一页完好，日志 {count} 条首尾相连，没有被改动过。")
        self._show_result(
            Chip(self.tr("完好"), Tone.GOOD, Icon.CHECKED), words.format(count=f"{found.journal.entries:,}")
        )

    def _on_failure(self, error: UserFacingError) -> None:
        self._end_check()
        self._show_result(Chip(self.tr("没有查完"), Tone.BAD), word(error).sentence())

    def _show_result(self, chip: Chip, words: str) -> None:
        self._result.show_chip(chip)
        self._result.show()
        self._result_words.setText(words)
        self._result_words.show()

    # --- laying out

    def _vault_card(self) -> Card:
        card = Card(self.tr("加密库"))
        self.check = button(self.tr("检查加密库(&V)"), self._start_check, Icon.CHECKED, parent=self)
        card.heading.add(self.check)
        card.add(self.vault)
        self.progress = ProgressPanel(self._stop_check)
        self._result = StateChip(Chip(""))
        self._result_words = label(wrap=True)
        for widget in (self.progress, self._result, self._result_words):
            widget.hide()
            card.add(widget)
        return card

    def _on_minutes(self, minutes: int) -> None:
        self.run(
            lambda: preferences.set_idle_minutes(self._application, minutes),
            lambda _: self.idle_minutes_changed.emit(minutes),
            lane=Lane.WRITE,
        )

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

    def _column(self, *cards: Card) -> QWidget:
        widget = QWidget(self)
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.body.spacing())
        for card in cards:
            column.addWidget(card)
        column.addStretch(1)
        return widget
