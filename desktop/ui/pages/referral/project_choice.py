"""To whom: organisations and projects that fit, with the reasons why and why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from desktop.domain.consent import PURPOSE_NAMES
from desktop.services.matching import Match
from desktop.ui.icons import Icon, icon
from desktop.ui.messages.matches import match_words
from desktop.ui.tokens import tokens
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty

_SHOWN = 4


class ProjectChoice(QWidget):
    """One of the directory's projects; whoever may not receive cannot be chosen and says why."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matches: tuple[Match, ...] = ()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        self._group.idToggled.connect(self._on_toggled)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self._more = link_button("", self._show_rest, Icon.DOWN, parent=self)
        self._rest: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list)
        column.addWidget(self._more)

    def show_matches(self, matches: Sequence[Match], chosen: str) -> Iterator[None]:
        """Show these, best first, one per step; ``chosen`` is the id of the match taken before, empty for none."""
        for radio in self._group.buttons():
            self._group.removeButton(radio)
        empty(self._list)
        self._matches = tuple(matches)
        self._rest = []
        fitting = sum(match.fits for match in matches)
        for number, match in enumerate(self._matches):
            project = match.project.name if match.project else ""
            purpose = "：".join(one for one in (PURPOSE_NAMES[match.purpose], project) if one)
            radio = QRadioButton(f"{match.organisation.name} · {purpose}")
            radio.setProperty("kind", "segment")
            radio.setEnabled(match.may_receive)
            why = label(_words(match), "hint", wrap=True)
            radio.setAccessibleDescription(why.text())
            self._mark(radio, False)
            self._group.addButton(radio, number)
            self._list.addWidget(radio)
            self._list.addWidget(why)
            if number >= max(_SHOWN, fitting) and match.id != chosen:
                self._rest += [radio, why]
            yield
        for widget in self._rest:
            widget.hide()
        self._more.setText(self.tr("再看目录里其余 {count} 个").format(count=len(self._rest) // 2))
        self._more.setVisible(bool(self._rest))
        for number, match in enumerate(self._matches):
            if match.id == chosen:
                self._group.button(number).setChecked(True)

    def value(self) -> Match | None:
        """The match chosen."""
        number = self._group.checkedId()
        return self._matches[number] if number >= 0 else None

    def radios(self) -> list[QRadioButton]:
        """The options in their order."""
        return [self._group.button(number) for number in range(len(self._matches))]  # type: ignore[misc]

    def _on_clicked(self, _number: int) -> None:
        self.changed.emit()

    def _on_toggled(self, number: int, is_checked: bool) -> None:
        radio = self._group.button(number)
        self._mark(radio, is_checked)  # type: ignore[arg-type]
        # Arrow keys check a radio button without a click.
        if is_checked and radio.hasFocus() and not radio.isDown():
            self.changed.emit()

    @staticmethod
    def _mark(radio: QRadioButton, is_checked: bool) -> None:
        radio.setIcon(icon(Icon.CHOSEN, tokens().accent) if is_checked else icon(Icon.STATE, tokens().field_line))

    def _show_rest(self) -> None:
        for widget in self._rest:
            widget.show()
        self._more.hide()


def _words(match: Match) -> str:
    # That the person said no to some of it lately is no reason against passing on what they agreed to.
    words = match_words(replace(match, reasons=tuple(one for one in match.reasons if one.code != "said-no-lately")))
    return words if match.standing != "not-asked" or not match.may_receive else f"{words} · 还没有征求过本人"
