"""How sync stands: the state in words, the county's address, what is under way, what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.sync import SyncState
from desktop.ui.county_address_form import CountyAddressForm
from desktop.ui.icons import Icon
from desktop.ui.sync_words import state_words
from desktop.ui.tokens import Tone
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import ShortenedLabel, label
from desktop.ui.widgets.progress_panel import ProgressPanel


class StateCard(Card):
    """``stop`` is called by the button of the sync under way."""

    def __init__(self, stop: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.words = ShortenedLabel(kind="section")
        self._chip = StateChip(Chip(self.tr("待上报"), Tone.WARN, Icon.SAVED_HERE))
        self._where = ShortenedLabel(kind="soft")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._chip)
        row.addWidget(self.words, 1)
        self.body.addLayout(row)
        self.add(self._where)
        self.address = CountyAddressForm()
        self.address.hide()
        self.add(self.address)
        self.progress = ProgressPanel(stop)
        self.add(self.progress)
        self.outcome = QWidget(self)
        outcome = QVBoxLayout(self.outcome)
        outcome.setContentsMargins(0, 0, 0, 0)
        outcome.setSpacing(4)
        self.outcome_chip = StateChip(Chip(""))
        self.outcome_detail = label(wrap=True)
        outcome.addWidget(self.outcome_chip)
        outcome.addWidget(self.outcome_detail)
        self.outcome.hide()
        self.add(self.outcome)

    def show_state(self, state: SyncState, county: str) -> None:
        """Say what waits and where it goes."""
        is_all = not state.waiting and not state.waiting_attachments and state.last_sync is not None
        self.words.setText(state_words(state))
        waiting = Chip(self.tr("待上报"), Tone.WARN, Icon.SAVED_HERE)
        self._chip.show_chip(Chip(self.tr("已报完"), Tone.GOOD, Icon.DONE) if is_all else waiting)
        self.address.setVisible(state.enrolled and state.county_url is None)
        self._where.setText(" · ".join(part for part in (county, state.county_url or "") if part))

    def show_outcome(self, what: str, detail: str, tone: Tone) -> None:
        """Say what came of a sync; empty words take it away."""
        self.outcome.setVisible(bool(what))
        self.outcome_chip.show_chip(Chip(what.rstrip("。"), tone))
        self.outcome_detail.setText(detail)
        self.outcome_detail.setVisible(bool(detail))
