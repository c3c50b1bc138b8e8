"""One household: who lives there, how they are, and one chain of everything that happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import directory, households, people
from desktop.services.application import Application, Done
from desktop.services.erasing import Erasure
from desktop.services.joining import Alike
from desktop.services.permission import Capability
from desktop.services.timeline import EVENT_KIND_NAMES, EventKind
from desktop.ui.description_words import place_words
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.household_alike import AlikeCard
from desktop.ui.pages.household_cards import ConflictsCard, FindingsCard, MembersCard, tag_chips
from desktop.ui.pages.household_content import (
    CHANGE_DRAFT,
    SHOWN,
    Findings,
    HouseholdContent,
    read_content,
    visit_findings,
)
from desktop.ui.pages.household_editor import Editing, HouseholdEditor
from desktop.ui.pages.household_erasing import HouseholdErasing
from desktop.ui.pages.page import Changes, Page
from desktop.ui.role_words import offer
from desktop.ui.slices import at_once, in_slices, styled
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.chips import StateChip
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.household_form import village_rows
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.timeline import Timeline


class HouseholdPage(Page):
    """The page of the household in ``show_record``. Enter on an entry of the chain goes to what it tells of."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._household = ""
        self.content: HouseholdContent | None = None
        self.set_title(self.tr("家庭"))
        self.set_help(
            self.tr(
                "左边是成员和最近一次走访的收支、需求，右边是这一户的全部经过，最新的在上面。\n\n"
                "证件号平时只显示头尾，按眼睛图标才显示全部，谁看过会记下来。\n\n"
                "同意是每个人自己的事，在每个成员下面“征求同意”。在右边选一次走访，左边就显示那一次的情况。\n\n"
                "同一处两台电脑写得不一样时，两种写法都会留着，请看清谁在什么时候写的，再选一个。\n\n"
                "本人要求删除、或者登记错了人，按成员下面的“删除个人信息……”：先给您看删什么、留什么，再要您确认。\n\n"
                "有人来要看、要改、要删自己的信息，按“权利请求”收下，期限内答复。"
            )
        )
        self._main = self.set_primary(self.tr("开始走访"), self._press)
        self._overview = QWidget(self.ground)
        self._is_erasing = self._is_filled = False
        self._edit_asked = ""

    def build(self) -> Iterator[None]:
        application = self._application
        self._chips = Flow(gap=6)
        self._visited = label("", "soft")
        self.edit_link = link_button(self.tr("改这一户"), self._edit_household, Icon.EDIT)
        offer(self.edit_link, application, Capability.DESCRIBE)
        self.conflicts, self.alike = ConflictsCard(application), AlikeCard(application)
        self.members = MembersCard(application, self._add_member)
        self.findings = FindingsCard()
        yield
        # What could not be read is rare and stands in the whole list; a button for it would fill a line of its own.
        kinds = [kind for kind in EventKind if kind is not EventKind.UNREADABLE]
        self.chain = Timeline([(kind.value, EVENT_KIND_NAMES[kind]) for kind in kinds])
        yield
        ask = self.ask_with(lambda text: village_rows(directory.find_villages(application, text)))
        self.editor = HouseholdEditor(application.today, ask)
        yield
        self.erasing = HouseholdErasing(self, application)
        yield
        self._lay_out()
        self.keeper = DraftKeeper(self, application, CHANGE_DRAFT, self.editor.collect, erased=self._on_draft_erased)
        self._connect()

    def show_record(self, record: str) -> None:
        # ``edit:household:resident`` opens the form on one member at once, where a person asked for a correction.
        is_edit, _, rest = record.partition(":")
        record, _, self._edit_asked = rest.partition(":") if is_edit == "edit" else (record, "", "")
        if record != self._household:
            self._stop_editing()
            self._is_erasing = False
            self.content, self._is_filled = None, False
            self._show_state()
            self.set_title(self.tr("家庭"))
        self._household = record
        self._read(opened=True)

    def refresh(self, changes: Changes) -> None:
        if self._household and (not changes or changes & SHOWN):
            self._read(opened=False)

    def leave(self) -> None:
        self.keeper.keep()

    def focus_first(self) -> None:
        if self.editor.editing is not None:
            self.editor.focus_first()
        elif not self._is_erasing:
            self.chain.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- laying out

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._chips, 1, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self._visited)
        top.addWidget(self.edit_link)
        left = QWidget(self._overview)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.members)
        column.addWidget(self.findings)
        column.addStretch(1)
        chain = Card(self.tr("一户一链"))
        chain.add(self.chain, 1)
        whole = QVBoxLayout(self._overview)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addWidget(self.conflicts)
        whole.addWidget(self.alike)
        whole.addWidget(Columns([left, chain], [5, 7], enough=860), 1)
        self._overview.hide()
        self.editor.hide()
        self.erasing.hide()
        self.body.addWidget(self._overview, 1)
        self.body.addWidget(self.editor, 1)
        self.body.addWidget(self.erasing, 1)

    def _connect(self) -> None:
        self.members.consent_asked.connect(lambda resident: self.go("consent", resident))
        self.members.referral_asked.connect(lambda resident: self.go("referral", resident))
        self.members.edit_asked.connect(self._edit_resident)
        self.members.age_asked.connect(lambda resident: self._edit_resident(resident, Editing.AGE))
        self.members.number_shown.connect(self._note_number)
        self.members.opening_asked.connect(lambda resident: self.go("minors", resident))
        self.members.minors_asked.connect(lambda: self.go("minors"))
        self.members.erase_asked.connect(self._begin_erasing)
        self.members.identity_asked.connect(lambda: self.go("identity", self._household))
        self.members.wish_asked.connect(lambda: self.go("wish", self._household))
        self.members.notice_paper_asked.connect(lambda: self.go("notice-paper", self._household))
        self.members.need_paper_asked.connect(lambda: self.go("need-paper", self._household))
        self.members.rights_asked.connect(lambda: self.go("rights", f"household:{self._household}"))
        self.erasing.erased.connect(self._on_erased)
        self.erasing.closed.connect(self._stop_erasing)
        self.conflicts.decided.connect(self._decide)
        self.alike.opened.connect(lambda household: self.go("household", household))
        self.alike.said.connect(self._join)
        self.chain.opened.connect(self._open_entry)
        self.editor.changed.connect(self.keeper.touch)
        self.editor.cancelled.connect(self._give_up)

    # --- reading

    def _read(self, *, opened: bool) -> None:
        household = self._household
        self.run(
            lambda: read_content(self._application, household, opened=opened),
            lambda content: self._on_read(household, content),
            lambda error: self._on_read_refused(household, error),
        )

    def _on_read_refused(self, asked: str, error: UserFacingError) -> None:
        if asked == self._household and self.content is not None and error.code == "record.unknown":
            self._forget()  # it was there a moment ago, so it was erased
            self.gone.emit()
        else:
            self.tell(notice_of(word(error)))

    def _forget(self) -> None:
        """Nothing of the household stays on the page, nor in a draft."""
        self.keeper.forget()
        self.editor.close_form()
        self._household, self.content, self._is_erasing = "", None, False
        self._clear()

    def _clear(self) -> None:
        self.chain.show_entries(())
        at_once(self.members.show_members(()))
        at_once(self.findings.show_findings(None, ()))
        self.alike.show_alike("", Alike())
        self.set_title(self.tr("家庭"))
        self._show_state()

    def _on_draft_erased(self) -> None:
        self.editor.close_form()
        self._show_state()
        self._read(opened=False)

    def _ask_whether_erased(self, resident: str) -> None:
        """Where whoever is being corrected was erased meanwhile, the form goes, and what was typed in it."""

        def show(is_erased: bool) -> None:
            if is_erased and resident == self.editor.resident:
                self.keeper.drop()
                self.editor.close_form()
                self._show_state()
                self.tell(notice_of(word(UserFacingError("record.erased"))))

        self.run(lambda: people.is_erased(self._application, resident), show)

    def _on_read(self, asked: str, content: HouseholdContent) -> None:
        if asked != self._household:
            return  # somebody went on to another household
        self._household = content.page.household  # another id than asked for, where two records became one
        self.content = content
        if self.editor.resident:
            self._ask_whether_erased(self.editor.resident)
        page = content.page
        number = self.tr("户号 {number}").format(number=page.number) if page.number else ""
        place = place_words(content.known, page.division, page.address)
        head = page.head_name or self.tr("未填户主")
        self.set_title(self.tr("{head} 户").format(head=head), " · ".join(part for part in (place, number) if part))
        # What is on the screen stays there until all of it is new.
        self._overview.setUpdatesEnabled(False)
        in_slices(self, self._fill(content), lambda: self._overview.setUpdatesEnabled(True))

    def _fill(self, content: HouseholdContent) -> Iterator[None]:
        for _ in chain(self._show_parts(content), styled(self._overview)):
            yield
            if self.content is not content:
                return  # read anew meanwhile, or somebody went on to another household
        is_first, self._is_filled = not self._is_filled, True
        self._show_state()
        resident, self._edit_asked = self._edit_asked, ""
        if is_first and content.change_draft is not None:
            self._offer_draft()
        elif resident:
            self._edit_resident(resident)
        yield  # laid out before it is painted

    def _show_parts(self, content: HouseholdContent) -> Iterator[None]:
        self._chips.replace([StateChip(chip) for chip in tag_chips(content)])
        self._visited.setText(content.visited)
        yield
        self.conflicts.show_conflicts(content)
        self.alike.show_alike(content.page.household, content.alike)
        yield
        yield from self.members.show_members(content.members)
        yield from self.findings.show_findings(content.findings, content.needs)
        self.chain.show_entries(content.events)
        yield

    def _show_state(self) -> None:
        is_editing = self.editor.editing is not None
        self.editor.setVisible(is_editing)
        self.erasing.setVisible(self._is_erasing)
        self._overview.setVisible(not is_editing and not self._is_erasing and self.content is not None)
        # What cannot be undone is not where the next step of every day is.
        self._main.setVisible(not self._is_erasing)
        is_visiting = self.content is not None and self.content.is_visiting
        walk = self.tr("接着走访") if is_visiting else self.tr("开始走访")
        self._main.setText(self.tr("保存修改") if is_editing else walk)
        if not is_editing:
            offer(self._main, self._application, Capability.VISIT)

    def _press(self) -> None:
        if self.editor.editing is not None:
            self.save()
        elif self._household:
            self.go("visit", self._household)

    def _open_entry(self, record: str) -> None:
        content = self.content
        if content is None:
            return
        if record in content.targets:
            self.go(*content.targets[record])
        elif any(entry.id == record and entry.kind == EventKind.VISIT.value for entry in content.events):
            page = content.page
            self.run(lambda: visit_findings(self._application, page, record), self._show_findings)

    def _show_findings(self, found: Findings) -> None:
        if self.content is not None:
            at_once(self.findings.show_findings(found, self.content.needs))

    def _note_number(self, resident: str) -> None:
        self.run(lambda: people.note_number_shown(self._application, resident), lambda _: None)

    # --- deciding

    def _join(self, work: Callable[[], Done[Any]]) -> None:
        def told(done: Done[Any]) -> None:
            self.tell(Notice(self.tr("已记下，保存在本机；下次同步时由县里合并，两边记的都留着。")))
            self._tell_changes(done)

        self.run(work, told, self._on_decide_refused, lane=Lane.WRITE)

    def _decide(self, record: str, group: str, value: Mapping[str, Any]) -> None:
        self.run(
            lambda: households.decide_conflict(self._application, record, group, value),
            self._on_decided,
            self._on_decide_refused,
            lane=Lane.WRITE,
        )

    def _on_decided(self, done: Done[None]) -> None:
        self.tell(Notice(self.tr("已选定，保存在本机，下次同步时告诉另一边。")))
        self._tell_changes(done)

    def _on_decide_refused(self, error: UserFacingError) -> None:
        self.tell(notice_of(word(error)))
        self._read(opened=False)

    def _tell_changes(self, done: Done[Any]) -> None:
        # The window tells every page, this one too.
        self.changed.emit(done.changed)

    # --- erasing

    def _begin_erasing(self) -> None:
        content = self.content
        if content is None:
            return
        self._stop_editing()
        self._is_erasing = True
        self._show_state()
        self._scroll_up()
        self.erasing.begin([member.view for member in content.members])

    def _on_erased(self, done: Done[Erasure]) -> None:
        self._household = done.value.household
        self.content = None
        self._clear()
        self._tell_changes(done)

    def _stop_erasing(self) -> None:
        self._is_erasing = False
        self._show_state()
        if self._household:
            self.focus_first()
        else:
            self.go("households")

    # --- editing

    def _edit_household(self) -> None:
        if self.content is not None:
            self.editor.edit_household(self.content.page, self.content.known)
            self._begin_editing()

    def _edit_resident(self, resident: str, editing: Editing = Editing.RESIDENT) -> None:
        member = self.content.member(resident) if self.content is not None else None
        if member is not None:
            self.editor.edit_resident(member.view, editing, member.kin)
            if editing is Editing.RESIDENT and member.view.document.number and not member.view.is_number_hidden:
                self._note_number(resident)  # the form shows it in full
            self._begin_editing()

    def _add_member(self) -> None:
        self.editor.add_member()
        self._begin_editing()

    def _begin_editing(self) -> None:
        self.keeper.begin(None, self._household)
        self._show_state()
        self._scroll_up()
        self.editor.focus_first()

    def _scroll_up(self) -> None:
        for area in self.findChildren(QScrollArea):
            area.verticalScrollBar().setValue(0)

    def _stop_editing(self) -> None:
        self.keeper.keep()
        self.editor.close_form()
        self._show_state()

    def _give_up(self) -> None:
        kept = self.editor.collect()
        if kept is not None:
            undo = self.tr("接着改")
            self.tell(Notice(self.tr("没有改。"), Tone.INFO, action=undo, pressed=lambda: self._restore(kept)))
        self.keeper.drop()
        self.editor.close_form()
        self._show_state()
        self.focus_first()

    def _offer_draft(self) -> None:
        draft = self.content.change_draft if self.content is not None else None
        if draft is None:
            return

        def go_on() -> None:
            self._restore(draft.body)
            self.keeper.begin(draft, self._household)

        text = self.tr("上次改到一半的内容还在。")
        self.tell(Notice(text, Tone.INFO, action=self.tr("接着改"), pressed=go_on, stays=True))

    def _restore(self, kept: Mapping[str, Any]) -> None:
        match Editing(kept["editing"]):
            case Editing.HOUSEHOLD:
                self._edit_household()
            case Editing.RESIDENT | Editing.AGE as editing:
                self._edit_resident(kept["resident"], editing)
            case Editing.MEMBER:
                self._add_member()
        self.editor.restore(kept["form"])

    def save(self) -> None:
        """Save what is in the form."""
        if self.editor.problem():
            return
        self.editor.setEnabled(False)
        self._main.setEnabled(False)
        work = self.editor.saving(self._application, self._household, self.keeper.id)
        self.run(work, self._on_saved, self._on_save_refused, lane=Lane.WRITE)

    def _on_saved(self, done: Done[Any]) -> None:
        self._set_ready()
        self.keeper.drop()
        self.editor.close_form()
        self._show_state()
        self.focus_first()
        words = self.tr("已保存在本机。") if done.changed else self.tr("没有改动，原来的记录没有变。")
        self.tell(Notice(words, Tone.GOOD if done.changed else Tone.INFO))
        self._tell_changes(done)

    def _on_save_refused(self, error: UserFacingError) -> None:
        self._set_ready()
        self.tell(notice_of(word(error)))

    def _set_ready(self) -> None:
        self.editor.setEnabled(True)
        self._main.setEnabled(True)
