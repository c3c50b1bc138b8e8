"""All referrals: what came back and what is overdue first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.domain.referrals import ReferralState
from desktop.services import drafts, people, referrals
from desktop.services.application import Application
from desktop.services.permission import Capability
from desktop.services.referrals import ReferralView
from desktop.ui.found_rows import find_residents
from desktop.ui.icons import Icon
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.pages.consent.words import moment_words
from desktop.ui.pages.page import Page
from desktop.ui.pages.referral.opening import DRAFT_KIND
from desktop.ui.pages.referral.words import deadline_chip, is_overdue, reason_of, state_chip
from desktop.ui.role_words import offer
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.chips import Chip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.layouts import Filling
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.widgets.suggestions import SuggestingEdit

_DRAFT = Chip("没填完", Tone.WARN, Icon.EDIT)
_GROUPS: tuple[tuple[str, tuple[ReferralState, ...]], ...] = (
    ("逾期没有答复", ()),
    ("县里没有放行", (ReferralState.REFUSED,)),
    ("对方退回", (ReferralState.DECLINED,)),
    ("送达了，等回访确认", (ReferralState.DELIVERED,)),
    ("没填完、没提交", (ReferralState.DRAFTED,)),
    ("已确认，可以办结", (ReferralState.CONFIRMED,)),
    ("已提交，等县里放行", (ReferralState.SUBMITTED,)),
    ("已放行，等对方答复", (ReferralState.RELEASED, ReferralState.RECEIVED, ReferralState.WAITLISTED)),
    ("对方在办", (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)),
    ("撤回、取消", (ReferralState.RECALLED, ReferralState.CANCELLED)),
    ("已办结", (ReferralState.CLOSED,)),
)
_ENDED = 2
"""The last groups are shown only when asked for."""


@dataclass(slots=True)
class Listed:
    """The rows of the overview under their headings."""

    rows: dict[str, ListRow] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name, _ in _GROUPS})


def load_list(application: Application) -> Listed:
    """Every referral and every draft."""
    listed, today = Listed(), application.today()
    for view in referrals.referrals(application):
        record = f"referral:{view.id}"
        listed.rows[record] = _row(record, view, today)
        listed.groups[_group(view, today)].append(record)
    for draft in drafts.open_drafts(application, DRAFT_KIND):
        if draft.subject:
            record = f"resident:{draft.subject}"
            name = people.resident_view(application, draft.subject).name.name
            listed.rows[record] = ListRow(record, name, "", "写到一半，打开接着写", (_DRAFT,))
            listed.groups["没填完、没提交"].append(record)
    return listed


def _group(view: ReferralView, today: date) -> str:
    if is_overdue(view, today):
        return _GROUPS[0][0]
    return next(name for name, states in _GROUPS if view.state in states)


def _row(record: str, view: ReferralView, today: date) -> ListRow:
    deadline = deadline_chip(view, today)
    subject = "：".join(part for part in (view.recipient_name, reason_of(view)) if part)
    note = f"{moment_words(view.moment, today)} · {view.number[-4:]}"
    return ListRow(record, view.name, note, subject, tuple(one for one in (deadline, state_chip(view.state)) if one))


class Overview(Filling):
    """The list, a filter, and a box that finds whom to refer."""

    opened = Signal(str)
    """``referral:<id>`` or ``resident:<id>``."""

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._listed = Listed()
        self.person = SuggestingEdit(page.ask_with(self._find), self.tr("没有找到这个人。"))
        self.person.setPlaceholderText(self.tr("给谁转介：姓名、拼音、证件尾号"))
        self.person.setAccessibleName(self.tr("给谁转介"))
        self.person.picked.connect(self._on_picked)
        self.filter: ChoiceField[str] = ChoiceField(
            [("open", self.tr("正在办的")), ("ended", self.tr("办结、撤回和取消"))], is_filter=True
        )
        self.filter.set_value("open")
        self.filter.changed.connect(self._show)
        empty = EmptyState(
            Icon.REFERRAL, self.tr("这里没有转介单"), self.tr("在上面找一位居民开始，或者从家庭的页面打开。")
        )
        self.pane = ListPane(
            self.tr("转介单"), lambda ids, receive: receive([self._listed.rows[one] for one in ids]), empty
        )
        self.pane.opened.connect(self.opened)
        self.inward = button(self.tr("转入的单子"), lambda: page.go("inward", ""), Icon.PRINT)
        offer(self.inward, application, Capability.PRINT)
        card = Card()
        head = QHBoxLayout()
        head.addWidget(self.filter, 3)
        head.addWidget(self.person, 2)
        head.addWidget(self.inward)
        card.body.addLayout(head)
        card.add(self.pane, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def refresh(self) -> None:
        """Ask for the list again."""
        self._page.run(lambda: load_list(self._application), self._receive)

    def focus_first(self) -> None:
        """To the list, or to the box where there is none."""
        (self.pane if self._listed.rows else self.person).setFocus()

    def _receive(self, listed: Listed) -> None:
        self._listed = listed
        self._show()

    def _show(self) -> None:
        groups = _GROUPS[:-_ENDED] if self.filter.value() == "open" else _GROUPS[-_ENDED:]
        entries: list[str | Heading] = []
        for name, _ in groups:
            ids = self._listed.groups[name]
            if ids:
                entries += [Heading(self.tr("{state} {count}").format(state=name, count=len(ids))), *ids]
        self.pane.show_entries(entries)

    def _find(self, text: str) -> tuple[ListRow, ...]:
        return find_residents(self._application, text)

    def _on_picked(self, row: ListRow) -> None:
        self.person.clear()
        self.opened.emit(f"resident:{row.id}")
