"""The preview of an import: its parts with their counts, the list of one part, and one household in detail."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services.import_plan import GoneHousehold, ImportItem
from desktop.ui.icons import Icon
from desktop.ui.import_words import PART_NAMES, Part, Preview, facts_of, problem_words, row_of
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState, Facts
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.division_picker import DivisionPicker
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.widgets.suggestions import Ask

_FIRST = (Part.NEW, Part.CHANGED, Part.BLOCKED, Part.GONE, Part.SAME, Part.PROBLEMS, Part.SKIPPED)
_VILLAGE = "import.village-"


class ImportPreview(QWidget):
    """Shows a ``Preview``. ``village_chosen`` carries a village as the ledger writes it, and the chosen code."""

    village_chosen = Signal(str, str)
    household_asked = Signal(str)
    looked_at = Signal(object)
    """An ``ImportItem`` whose values are shown now."""

    def __init__(self, ask_villages: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._part = Part.NEW
        self._shown: list[Part] = []
        self._written = ""
        self.parts: ChoiceField[Part] | None = None
        self._parts_place = QVBoxLayout()
        empty = EmptyState(Icon.EMPTY, self.tr("台账里没有读到家庭"), self.tr("请看看是不是选错了文件。"))
        self.pane = ListPane(self.tr("台账里的家庭"), self._fetch, empty)
        self.pane.chosen.connect(self._show_detail)
        listed = Card()
        listed.body.addLayout(self._parts_place)
        listed.add(self.pane, 1)
        self._detail = Card()
        self._sentence = label("", wrap=True)
        self._facts = Facts()
        self._problems = label("", "problem", wrap=True)
        self.village = DivisionPicker(ask_villages)
        self._choosing = Form(1)
        self._choosing.add(self.tr("台账里写的这个村是"), self.village)
        self.village.changed.connect(self._on_village)
        self.open_button = button(self.tr("打开这一户"), self._open_household, Icon.HOUSEHOLD)
        for widget in (self._sentence, self._facts, self._problems, self._choosing):
            self._detail.add(widget)
        self._detail.body.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._detail.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Columns([listed, self._detail], [7, 5], enough=860), 1)

    def show_preview(self, preview: Preview, parts: Sequence[Part] = tuple(Part)) -> None:
        """Show ``parts`` of a plan; the one looked at before stays if it still has something."""
        self._preview = preview
        shown = self._shown = [part for part in PART_NAMES if part in parts and preview.count(part)]
        options = [(part, f"{PART_NAMES[part]} {preview.count(part):,}") for part in shown]
        if self.parts is not None:
            self._parts_place.removeWidget(self.parts)
            self.parts.hide()
            self.parts.deleteLater()
        self.parts = ChoiceField(options, few=len(options), is_filter=True)
        self.parts.setAccessibleName(self.tr("看哪一类"))
        self.parts.changed.connect(self._on_part)
        self._parts_place.addWidget(self.parts)
        if shown:
            self.show_part(self._part if self._part in shown else next(part for part in _FIRST if part in shown))

    def show_part(self, part: Part) -> None:
        """Show the list of one part and its first record; nothing changes if that part is not there."""
        if self._preview is None or self.parts is None or part not in self._shown:
            return
        self._part = part
        self.parts.set_value(part)
        entries = self._preview.entries[part]
        self.pane.show_entries(entries)
        first = next((entry for entry in entries if isinstance(entry, str)), "")
        self.pane.choose(first)
        self._show_detail(first)

    def focus_first(self) -> None:
        """Begin at the list."""
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fetch(self, ids: tuple[str, ...], receive: object) -> None:
        preview = self._preview
        rows: Sequence[ListRow] = [row_of(preview, each) for each in ids if preview and each in preview.shown]
        receive(rows)  # type: ignore[operator]

    def _on_part(self) -> None:
        if self.parts is not None:
            self.show_part(self.parts.value() or Part.NEW)

    def _household(self, record: str) -> str:
        """The household on this laptop that an entry is about; empty if there is none yet."""
        one = self._preview.shown.get(record) if self._preview is not None else None
        return (one.household or "") if isinstance(one, GoneHousehold | ImportItem) else ""

    def _open_household(self) -> None:
        household = self._household(self.pane.current())
        if household:
            self.household_asked.emit(household)

    def _show_detail(self, record: str) -> None:
        preview = self._preview
        one = preview.shown.get(record) if preview is not None else None
        self._detail.setVisible(one is not None)
        self._choosing.hide()
        self._problems.setText("")
        self._facts.show_facts(())
        self._sentence.setText("")
        if preview is None or one is None:
            return
        self.open_button.setVisible(bool(self._household(record)))
        row = row_of(preview, record)
        self._detail.set_title(row.title, row.note)
        if isinstance(one, ImportItem):
            self._show_item(preview, one)
        elif isinstance(one, GoneHousehold):
            self._sentence.setText(self.tr("以前的台账里有，这次的没有。不会删除，请核实原因。"))
        else:
            self._sentence.setText(row.subject if one in preview.plan.skipped else problem_words(one))  # type: ignore[arg-type]
        for widget in (self._sentence, self._problems):
            widget.setVisible(bool(widget.text()))

    def _show_item(self, preview: Preview, item: ImportItem) -> None:
        self._facts.show_facts(list(facts_of(preview, item)))
        self.looked_at.emit(item)
        problems = preview.problems_of(item)
        lines = [self.tr("第 {row} 行：").format(row=one.place.row) + problem_words(one) for one in problems]
        self._problems.setText("\n".join(lines))
        if item.problem:
            self._sentence.setText(word(UserFacingError(item.problem)).sentence())
        if item.problem.startswith(_VILLAGE):
            self._written = item.ledger.division_name
            self.village.set_value(None)
            self._choosing.show()

    def _on_village(self) -> None:
        if self.village.value():
            self.village_chosen.emit(self._written, self.village.value())
