"""到期清理: what the retention schedule says is due and what a duty to keep locks, in words; erasing runs by itself."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt

from desktop.domain.errors import UserFacingError
from desktop.services import retention
from desktop.services.application import Application
from desktop.services.retention import Overview, Retained
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.messages.kind_words import KIND_NAMES
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.labels import label


class RetentionCard(Card):
    """Counts by kind with their reasons. The look through all records is taken when asked for."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__()
        self.set_title(self.tr("到期清理"))
        self._tasks = tasks
        self._application = application
        self.look = button(self.tr("看看到期和锁定的(&D)"), self._read, Icon.CHECKED, parent=self)
        self.heading.add(self.look)
        self.words = label(
            self.tr("材料保存期满，程序每天自动清除内容，日志里写明理由；保存期没满的，依法锁定，不能提前清除。"),
            wrap=True,
        )
        self.add(self.words)
        self.facts = Facts()
        self.facts.hide()
        self.add(self.facts)

    def _read(self) -> None:
        self.look.setEnabled(False)
        self._tasks.run(
            self,
            lambda: retention.overview(self._application),
            self._show,
            self._on_failure,
            lane=Lane.OUTSIDE,
        )

    def _show(self, found: Overview) -> None:
        self.look.setEnabled(True)
        rows = [*self._rows(self.tr("到期"), found.due), *self._rows(self.tr("锁定"), found.locked)]
        rows.append((self.tr("在用"), self.tr("{count} 份").format(count=f"{found.in_use:,}"), ""))
        rows.append(
            (
                self.tr("保存中"),
                self.tr("{count} 份").format(count=f"{found.kept:,}"),
                self.tr("本人要求时可以提前清除"),
            )
        )
        self.facts.show_facts(rows)
        self.facts.show()
        self.look.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rows(self, name: str, found: tuple[Retained, ...]) -> list[tuple[str, str, str]]:
        if not found:
            return [(name, self.tr("没有"), "")]
        words = {one.held.kind: one.words for one in found}
        return [
            (
                f"{name} · {KIND_NAMES.get(kind, kind)}",
                self.tr("{count} 份").format(count=f"{count:,}"),
                words[kind],
            )
            for kind, count in Counter(one.held.kind for one in found).items()
        ]

    def _on_failure(self, error: UserFacingError) -> None:
        self.look.setEnabled(True)
        self.words.setText(word(error).sentence())
