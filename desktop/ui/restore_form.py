"""从备份恢复: choose the folder, open it by password and device card, choose which one, put it in place."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.file_choice import choose_folder
from desktop.ui.icons import Icon
from desktop.ui.login_form import Credentials, PasswordEdit
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, Progress, Tasks, as_progress
from desktop.ui.tokens import TARGET
from desktop.ui.widgets.buttons import button, link_button, primary_button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel

if TYPE_CHECKING:  # loading the services takes longer than showing the door
    from desktop.services.restoring import Backup, GenerationContent, OpenedBackup, RestoreDone

_STEPS = {"copy": "正在把备份抄过来", "check": "正在逐页核对", "attachments": "正在抄写影像"}


@dataclass(frozen=True)
class _Typed:
    password: str
    card: str

    def __repr__(self) -> str:
        return "_Typed()"


class RestoreForm(QWidget):
    """One page in three steps; nothing on this laptop changes before the last button."""

    restored = Signal(object)
    """``Credentials`` that open the restored vault."""
    back_asked = Signal()

    def __init__(self, tasks: Tasks, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._home = home
        self._found: tuple[Backup, ...] = ()
        self._opened: OpenedBackup | None = None
        self._typed = _Typed("", "")
        self._done: RestoreDone | None = None
        self.choose = button(self.tr("选择 U 盘或文件夹…(&U)"), self.choose_folder, Icon.DOWNLOAD, parent=self)
        self.place = label(kind="soft", wrap=True)
        self.whose: ChoiceField[int] = ChoiceField([])
        self.password = PasswordEdit()
        self.card = QLineEdit(self)
        self.card.setMinimumHeight(TARGET)
        self.card.setPlaceholderText(self.tr("设备卡上的一行字"))
        self.which: ChoiceField[int] = ChoiceField([])
        self.words = label(wrap=True)
        self.problem = label(kind="problem", wrap=True)
        self.progress = ProgressPanel(lambda: None)
        self.forgotten = link_button(self.tr("忘了密码，请县里恢复"), self._place_unopened, parent=self)
        self.back = button(self.tr("返回"), self._go_back, Icon.BACK, parent=self)
        self.go = primary_button(self.tr("打开备份"), self.submit, parent=self)
        self.go.setDefault(True)
        self._lay_out()
        self._show_step()

    def choose_folder(self) -> None:
        """Ask where the backup lies."""
        chosen = choose_folder(self, self.tr("备份在哪里"))
        if chosen is not None:
            self.look_in(chosen)

    def look_in(self, folder: Path) -> None:
        """Look for backups in a folder."""

        def find() -> tuple[Backup, ...]:
            from desktop.services.restoring import find_backups

            return find_backups(folder)

        self._run(find, self._show_found)

    def submit(self) -> None:
        """The next step: open the backup, restore it, or open the restored vault."""
        if not self.go.isEnabled():
            return
        if self._done is not None:
            self.restored.emit(Credentials(self._done.vault, self._typed.password, self._typed.card or None))
        elif self._opened is not None:
            self._restore(self._opened)
        else:
            self._open()

    def forget(self) -> None:
        """Keep nothing that was typed or opened."""
        self.password.clear()
        self.card.clear()
        self._opened = None
        self._typed = _Typed("", "")

    # --- steps

    def _show_found(self, found: tuple[Backup, ...]) -> None:
        self._found = found
        self._opened = None
        self.whose = self._offer(self.whose, [self._owner(one) for one in found])
        self.place.setText("" if len(found) > 1 else self._owner(found[0]))
        self._show_step()
        self.password.setFocus()

    def _owner(self, found: Backup) -> str:
        newest = found.generations[0].made.astimezone()
        return self.tr("{name}  {office}，{count} 份备份，最新的是 {year}年{month}月{day}日").format(
            name=found.header.worker_name,
            office=found.header.office,
            count=len(found.generations),
            year=newest.year,
            month=newest.month,
            day=newest.day,
        )

    def _open(self) -> None:
        if not self._found:
            self._say(self.tr("请先选备份所在的 U 盘或文件夹。"))
            return
        if not self.password.text():
            self._say(self.tr("请输入密码。"))
            return
        found, home = self._found[self.whose.value() or 0], self._home
        typed = self._typed = _Typed(self.password.text(), self.card.text().strip())

        def work() -> OpenedBackup:
            from desktop.services.restoring import open_backup

            return open_backup(home, found, typed.password, typed.card or None)

        self._run(work, self._show_opened)

    def _show_opened(self, opened: OpenedBackup) -> None:
        self._opened = opened
        self.password.clear()
        self.card.clear()
        self.which = self._offer(self.which, [self._content(one) for one in opened.contents])
        words = self.tr("核对过签封，是这个加密库自己的备份。请选恢复到哪一份：")
        if opened.before_rekey:
            words += self.tr("（另有 {count} 份是换钥以前做的，没有坏；要用就只选那一份的文件夹）").format(
                count=len(opened.before_rekey)
            )
        if opened.unreadable:
            words += self.tr("（另有 {count} 份读不出来）").format(count=opened.unreadable)
        if opened.here:
            words += "\n" + self.tr(
                "这台电脑上已经有这个加密库。恢复以后用的是备份里的内容；现在的库文件原样留着，不会删。"
            )
        self.words.setText(words)
        self._show_step()

    def _content(self, content: GenerationContent) -> str:
        made = content.made.astimezone()
        return self.tr("{year}年{month}月{day}日 {time}：{households} 户，{visits} 次走访").format(
            year=made.year,
            month=made.month,
            day=made.day,
            time=f"{made:%H:%M}",
            households=f"{content.households:,}",
            visits=f"{content.visits:,}",
        )

    def _restore(self, opened: OpenedBackup) -> None:
        content, home = opened.contents[self.which.value() or 0], self._home

        def work() -> Generator[Progress, None, RestoreDone]:
            from desktop.services.restoring import restoring

            # The button said so: where a vault is here already it reads 恢复到这一份.
            steps = restoring(home, opened, content, chosen=opened.here)
            return (yield from as_progress(steps, lambda step: Progress(0, 0, _STEPS[step])))

        self._set_busy(is_busy=True)
        self.progress.begin(self.tr("正在恢复"))
        self._tasks.run_slices(
            self, work, self._show_done, self.show_error, progress=self.progress.show_progress, lane=Lane.OUTSIDE
        )

    def _show_done(self, done: RestoreDone) -> None:
        self._set_busy(is_busy=False)
        self._done = done
        words = self.tr(
            "已恢复：{households} 户，{visits} 次走访，逐页核对无误。\n"
            "备份以后报过县里的，下次同步会拿回来；备份以后没有报过的，要请您重新记。"
        ).format(households=f"{done.households:,}", visits=f"{done.visits:,}")
        if done.missing:
            words += "\n" + self.tr("有 {count} 个影像备份里没有；报过的县里还有。").format(count=done.missing)
        self.words.setText(words)
        self._show_step()
        self.go.setFocus()

    def _place_unopened(self) -> None:
        if not self._found:
            self._say(self.tr("请先选备份所在的 U 盘或文件夹。"))
            return
        found, home = self._found[self.whose.value() or 0], self._home

        def work() -> None:
            from desktop.services.restoring import restore_unopened

            restore_unopened(home, found)

        def placed(_: None) -> None:
            self._say(
                self.tr("已把 {name} 的加密库放到这台电脑上。请关掉程序再打开，选这个名字，再请县里恢复密码。").format(
                    name=found.header.worker_name
                )
            )

        self._run(work, placed)

    # --- showing

    def _run(self, work: Callable[[], object], success: Callable[..., None]) -> None:
        def done(result: object) -> None:
            self._set_busy(is_busy=False)
            success(result)

        self._set_busy(is_busy=True)
        self._tasks.run(self, work, done, self.show_error, lane=Lane.OUTSIDE)

    def show_error(self, error: UserFacingError) -> None:
        """This step did not work, and why."""
        self.setEnabled(True)
        self._set_busy(is_busy=False)
        self._say(word(error).sentence())
        if error.code.startswith("vault."):
            self.password.selectAll()
            self.password.setFocus()

    def _go_back(self) -> None:
        self.forget()
        self.back_asked.emit()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _set_busy(self, *, is_busy: bool) -> None:
        self._say("")
        for widget in (self.choose, self.whose, self.password, self.card, self.which, self.go, self.back):
            widget.setEnabled(not is_busy)
        self.forgotten.setEnabled(not is_busy)
        if not is_busy:
            self.progress.end()

    def _offer(self, before: ChoiceField[int], words: list[str]) -> ChoiceField[int]:
        """Another choice in the place of the one before, its first option taken."""
        offered: ChoiceField[int] = ChoiceField(list(enumerate(words)))
        offered.set_value(0)
        self._column.replaceWidget(before, offered)
        before.hide()
        before.deleteLater()
        return offered

    def _show_step(self) -> None:
        is_opened, is_done = self._opened is not None, self._done is not None
        for widget in (self.choose, self.keys):
            widget.setVisible(not is_opened)
        self.keys.setVisible(bool(self._found) and not is_opened)
        self.forgotten.setVisible(bool(self._found) and not is_opened)
        self.place.setVisible(bool(self.place.text()) and not is_opened)
        self.whose.setVisible(len(self._found) > 1 and not is_opened)
        self.which.setVisible(is_opened and not is_done)
        self.words.setVisible(is_opened)
        self.back.setVisible(not is_done)
        self.go.setVisible(bool(self._found))
        if is_done:
            self.go.setText(self.tr("打开工作台"))
        elif self._opened is not None:
            self.go.setText(self.tr("恢复到这一份") if self._opened.here else self.tr("恢复"))

    def _lay_out(self) -> None:
        self.keys = Form(1)
        self.keys.add(self.tr("密码(&P)"), self.password, note=self.tr("备份那天的密码；在同一台电脑上用现在的密码。"))
        self.keys.add(self.tr("设备卡(&D)"), self.card, note=self.tr("在单位保险柜里。在同一台电脑上恢复可以不填。"))
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.forgotten)
        row.addStretch(1)
        row.addWidget(self.go)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.choose)
        for widget in (self.place, self.whose, self.keys, self.words, self.which, self.progress, self.problem):
            column.addWidget(widget)
        column.addLayout(row)
        self.problem.hide()
        self.setFocusProxy(self.choose)
        self.password.returnPressed.connect(self.card.setFocus)
        self.card.returnPressed.connect(self.submit)
