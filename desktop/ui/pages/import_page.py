"""导入台账: choose the office's Excel ledger, look at what it would change, and only then write it."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from desktop.domain.errors import UserFacingError
from desktop.services import directory, import_plan, imports
from desktop.services.application import Application, Done
from desktop.services.import_plan import ImportPlan, ImportStep, ItemKind
from desktop.services.imports import ImportResult
from desktop.ui.description_words import Known
from desktop.ui.file_choice import choose_files
from desktop.ui.icons import Icon
from desktop.ui.import_words import Part, Preview, preview_of, summary
from desktop.ui.messages import word
from desktop.ui.pages.import_preview import ImportPreview
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane, LongTask, Progress, Tasks, as_progress, counted
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.household_form import village_rows
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel

_STEP_WORDS: Mapping[ImportStep, str] = {
    ImportStep.READING: "正在读文件",
    ImportStep.LOOKING_UP: "正在查本机的登记",
    ImportStep.COMPARING: "正在逐户比对",
}


class Stage(StrEnum):
    """Where the import is."""

    CHOOSE = "choose"
    READING = "reading"
    PREVIEW = "preview"
    WRITING = "writing"
    DONE = "done"


class ImportPage(Page):
    """Stage by stage; nothing is written before 确认导入, and stopping keeps what is written."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self.stage = Stage.CHOOSE
        self._data = b""
        self._file = ""
        self._villages: dict[str, str] = {}
        self._preview: Preview | None = None
        self._reading: LongTask | None = None
        self._stop_writing = threading.Event()
        self.setAcceptDrops(True)
        self.set_title(self.tr("导入台账"))
        self.set_help(
            self.tr(
                "选镇里的 Excel 台账（.xlsx），表头什么顺序都可以。\n\n"
                "读完先给您看：哪些户是新增，哪些户有变化（从什么变成什么），哪些行要看一下。"
                "这时什么也没有写入，点“确认导入”才写入。\n\n"
                "台账里没有了的户不会删除；空着的格子不会抹掉本机已有的内容。"
                "同一份台账再导入一次，不会重复。\n\n"
                "写入可以中途停下，已经写入的都在；再导入一次会接着做。"
            )
        )
        self._main = self.set_primary(self.tr("选择文件"), self._press)

    def build(self) -> Iterator[None]:
        application = self._application
        ask = self.ask_with(lambda text: village_rows(directory.find_villages(application, text)))
        self._words = label("", wrap=True)
        self._again = button(self.tr("换一个文件(&O)"), self.choose_file, Icon.FROM_FILE)
        self._list = button(self.tr("看家庭名单(&L)"), lambda: self.go("households"), Icon.HOUSEHOLD)
        self._result_words = label("", wrap=True)
        self._result = Card(self.tr("导入结果"))
        self.progress = ProgressPanel(self._stop)
        self._choose = Card()
        yield
        self.preview = ImportPreview(ask, self.ground)
        yield
        self._lay_out()
        self.preview.village_chosen.connect(self._on_village)
        self.preview.looked_at.connect(lambda item: import_plan.note_shown(self._application, item))
        self.preview.household_asked.connect(lambda household: self.go("household", household))
        self._show_stage(Stage.CHOOSE)

    def focus_first(self) -> None:
        if self.stage is Stage.PREVIEW:
            self.preview.focus_first()
        elif self.stage is Stage.DONE:
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            for invitation in self._choose.findChildren(QPushButton):
                invitation.setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._is_idle() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                event.acceptProposedAction()
                self.open_file(url.toLocalFile())
                return

    def choose_file(self) -> None:
        """Ask for the file."""
        title, kinds = self.tr("选台账文件"), self.tr("Excel 台账 (*.xlsx *.xlsm *.xls);;所有文件 (*)")
        for path in choose_files(self, title, kinds):
            self.open_file(path)

    def open_file(self, path: str) -> None:
        """Read a ledger and show what it would change."""
        if not self._is_idle():
            return
        self._file = Path(path).name
        self._villages = {}
        self._show_stage(Stage.READING)
        self.run(lambda: import_plan.read_file(Path(path)), self._on_file, self._on_unreadable, lane=Lane.OUTSIDE)

    def confirm(self) -> None:
        """Write what the preview shows."""
        if self._preview is None or not self._todo(self._preview.plan):
            return
        plan = self._preview.plan
        self._stop_writing = threading.Event()
        stop = self._stop_writing
        self._show_stage(Stage.WRITING)
        self.progress.begin(self.tr("正在写入"))
        self.tasks.run_slices(
            self,
            lambda: as_progress(imports.iter_import(self._application, plan, cancelled=stop.is_set), counted),
            self._on_written,
            self._on_write_refused,
            progress=self.progress.show_progress,
            lane=Lane.WRITE,
        )

    # --- laying out

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._again, 0, Qt.AlignmentFlag.AlignTop)
        what = self.tr("把台账文件拖到这里，或者选择文件")
        how = self.tr("镇里的 Excel 台账（.xlsx）。读的时候什么也不写入，先给您看变化。")
        invitation = EmptyState(Icon.FROM_FILE, what, how, self.tr("选择文件"), self.choose_file)
        self._choose.add(invitation, 1)
        self._result.add(self._result_words)
        self._result.body.addWidget(self._list, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(row)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._result)
        self.body.addWidget(self._choose, 1)
        self.body.addWidget(self.preview, 1)
        self.body.addStretch(0)

    def _show_stage(self, stage: Stage) -> None:
        self.stage = stage
        plan = self._preview.plan if self._preview is not None else None
        todo = self._todo(plan) if plan is not None else 0
        # What is written is no preview any more; what could not be written is still to be looked at.
        remains = plan is not None and bool(plan.gone or plan.count(ItemKind.BLOCKED))
        self.set_title(self.tr("导入台账"), self._file if stage is not Stage.CHOOSE else "")
        self._choose.setVisible(stage is Stage.CHOOSE)
        self._result.setVisible(stage is Stage.DONE)
        self.preview.setVisible(stage in (Stage.PREVIEW, Stage.WRITING) or (stage is Stage.DONE and remains))
        self.preview.setEnabled(stage is not Stage.WRITING)
        self._again.setVisible(stage is Stage.PREVIEW)
        self._words.setVisible(stage is Stage.PREVIEW)
        if stage in (Stage.CHOOSE, Stage.PREVIEW, Stage.DONE):
            self.progress.end()
        is_ready = stage is Stage.PREVIEW and todo > 0
        confirm = self.tr("确认导入 {count} 户").format(count=f"{todo:,}")
        self._main.setText(confirm if is_ready else self.tr("选择文件"))
        self._main.setVisible(self._is_idle())

    def _is_idle(self) -> bool:
        return self.stage not in (Stage.READING, Stage.WRITING)

    @staticmethod
    def _todo(plan: ImportPlan) -> int:
        return plan.count(ItemKind.NEW) + plan.count(ItemKind.CHANGED)

    def _press(self) -> None:
        if self.stage is Stage.PREVIEW and self._preview is not None and self._todo(self._preview.plan):
            self.confirm()
        else:
            self.choose_file()

    def _stop(self) -> None:
        if self.stage is Stage.WRITING:
            self._stop_writing.set()
        elif self._reading is not None:
            self._reading.cancel()

    # --- reading

    def _on_file(self, data: bytes) -> None:
        self._data = data
        self._plan()

    def _plan(self) -> None:
        data, villages = self._data, dict(self._villages)
        self._show_stage(Stage.READING)
        self.progress.begin(_STEP_WORDS[ImportStep.READING])
        self._reading = self.tasks.run_slices(
            self,
            lambda: _planning(self._application, data, villages),
            self._on_planned,
            self._on_unreadable,
            progress=self.progress.show_progress,
            cancelled=self._on_reading_stopped,
            lane=Lane.OUTSIDE,
        )

    def _on_planned(self, preview: Preview) -> None:
        self._preview = preview
        self._words.setText(summary(preview))
        self._show_stage(Stage.PREVIEW)
        self.preview.show_preview(preview)
        self.preview.focus_first()

    def _on_reading_stopped(self) -> None:
        self._preview = None
        self._show_stage(Stage.CHOOSE)
        self.tell(Notice(self.tr("已停下，什么也没有写入。"), Tone.INFO))

    def _on_unreadable(self, error: UserFacingError) -> None:
        self._preview = None
        self._show_stage(Stage.CHOOSE)
        self.tell(notice_of(word(error)))

    def _on_village(self, written: str, code: str) -> None:
        self._villages[written] = code
        self._plan()

    # --- writing

    def _on_written(self, done: Done[ImportResult]) -> None:
        words = self._worded(done.value)
        self._result_words.setText(words)
        self._show_stage(Stage.DONE)
        if self._preview is not None:
            self.preview.show_preview(self._preview, (Part.BLOCKED, Part.GONE, Part.PROBLEMS))
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit(done.changed)

    def _on_write_refused(self, error: UserFacingError) -> None:
        self.tell(notice_of(word(error)))
        # Look again: what the preview said no longer holds for all households.
        self._plan()

    def _worded(self, result: ImportResult) -> str:
        done = self.tr("新增 {added} 户，更新 {changed} 户，都保存在本机。").format(
            added=f"{result.added:,}", changed=f"{result.changed:,}"
        )
        if result.stopped:
            return self.tr("已停下：{done}再导入一次会接着做，不会重复。").format(done=done)
        plan = self._preview.plan if self._preview is not None else None
        words = self.tr("导入完成：{done}").format(done=done)
        if plan is not None and plan.gone:
            words += self.tr("台账里没有了的 {count} 户没有删除，请核实。").format(count=len(plan.gone))
        if plan is not None and plan.count(ItemKind.BLOCKED):
            words += self.tr("{count} 户不能写入，原因在下面。").format(count=plan.count(ItemKind.BLOCKED))
        return words


def _planning(application: Application, data: bytes, villages: Mapping[str, str]) -> Generator[Progress, None, Preview]:
    """Plan an import in slices, with progress in the window's words."""
    plan = yield from as_progress(import_plan.iter_plan(application, data, villages=villages), _shown)
    return preview_of(plan, Known.of(directory.villages(application)))


def _shown(step: import_plan.ImportProgress) -> Progress:
    return Progress(step.done, step.total, _STEP_WORDS[step.step])
