"""What a person agreed to and refused, by recipient and purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.consent import NO, PURPOSE_NAMES, DataClass, Purpose
from desktop.services.consent import ContactAnswer, GrantView
from desktop.ui.pages.consent.contact_rows import contact_words
from desktop.ui.pages.consent.words import GRANT_CHIPS, OVERRULED_CHIP, class_words, grant_chip
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty


def by_recipient(grants: Sequence[GrantView]) -> Mapping[tuple[str, Purpose], list[GrantView]]:
    """Grants under their recipient and purpose; of one class the person's last word counts."""
    groups: dict[tuple[str, Purpose], dict[DataClass, GrantView]] = {}
    for grant in sorted(grants, key=lambda one: (not one.live, one.state not in NO)):
        known = groups.setdefault((grant.recipient_name, grant.purpose), {})
        known.setdefault(grant.data_class, grant)
    return {key: [found[one] for one in DataClass if one in found] for key, found in groups.items()}


class GrantsView(QWidget):
    """Recipients with their classes as chips, each state in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_grants(
        self, grants: Sequence[GrantView], contact: Mapping[tuple[str, Purpose], ContactAnswer] | None = None
    ) -> None:
        """Show these instead of what is shown; with ``contact`` also what was ticked of calls and visits on the sheet
        they are of, by recipient's id and purpose."""
        empty(self._column)
        for (name, purpose), held in by_recipient(grants).items():
            self._column.addWidget(label(f"{name} · {PURPOSE_NAMES[purpose]}", "field", wrap=True))
            for chip in (*GRANT_CHIPS.values(), OVERRULED_CHIP):
                such = [one for one in held if grant_chip(one) is chip]
                if such:
                    classes = (StateChip(Chip(class_words(one.data_class))) for one in such)
                    self._column.addWidget(Flow([StateChip(chip), *classes], gap=6))
                    self._until(such)
            if contact is not None:
                self._column.addWidget(label(contact_words(contact.get((held[0].recipient, purpose))), wrap=True))
        self._column.addStretch(1)

    def _until(self, such: Sequence[GrantView]) -> None:
        ends = sorted({one.until for one in such if one.live and one.until is not None})
        if ends:
            until = f"{ends[0].year}年{ends[0].month}月{ends[0].day}日"
            self._column.addWidget(label(self.tr("有效到 {day}").format(day=until), "hint"))
