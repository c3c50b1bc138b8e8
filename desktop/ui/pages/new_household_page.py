"""新增家庭: a household by hand. People on no list are the policy's first target, so little is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.households import NewHousehold, NewResident
from desktop.services import directory, drafts, households, people
from desktop.services.application import Application, Done
from desktop.services.drafts import Draft
from desktop.services.households import NewIds
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.household_form import HouseholdForm, village_rows
from desktop.ui.widgets.known_people import KnownPeople, KnownPerson
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.resident_form import ResidentForm, resident_form
from desktop.ui.widgets.tab_order import tab_as_read

DRAFT = "new-household"
_MOST_NAMESAKES = 4


@dataclass
class _Member:
    card: Card
    form: ResidentForm


class NewHouseholdPage(Page):
    """The form: where, who is the head, which category if any, who else. Kept as a draft while it is typed."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._asked = 0
        self._members: list[_Member] = []
        self.set_title(self.tr("新增家庭"), self.tr("手工登记，不在任何名单上的人也可以"))
        self.set_help(
            self.tr(
                "先填村（居）和户主姓名，就可以保存；别的知道多少填多少，以后随时可以补。\n\n"
                "村名可以打几个字，也可以打拼音首字母。没有证件就选“无证件”。"
                "台港澳同胞请选居住证或通行证，再照证件填原文姓名。\n\n"
                "填的时候会自动存在本机，没填完也不会丢；按 Enter 到下一格。"
            )
        )
        self._save_action = self.set_primary(self.tr("保存这一户"), self.save)
        self._inputs = QWidget(self.ground)

    def build(self) -> Iterator[None]:
        application = self._application
        ask = self.ask_with(lambda text: village_rows(directory.find_villages(application, text)))
        self.household = HouseholdForm(ask, self)
        self.household.hide()  # its two parts stand in cards of their own
        yield
        self.known = KnownPeople()
        self._kept = label("", "soft")
        self._again = link_button(self.tr("清空重填"), self._start_again, Icon.UNDO)
        self._more_members = button(self.tr("添加成员(&M)"), self._on_more, Icon.ADD_PERSON)
        self._members_box = QVBoxLayout()
        yield from self._lay_out()
        self.keeper = DraftKeeper(self, application, DRAFT, self._collect, self._on_kept)
        for form in (self.household, self.head):
            form.changed.connect(self._touch)
        self.head.identified.connect(self._look)
        self.known.opened.connect(lambda household: self.go("household", household))
        self._find_draft()

    def save(self) -> None:
        """Record the household, or go to the first field that keeps it from being recorded."""
        if not self._is_complete():
            return
        new, draft_id = self._new_household(), self.keeper.id
        # A draft kept between here and the answer would outlive the household saved from it.
        self.keeper.keep()
        self._set_busy(True)
        self.run(
            lambda: households.add_household(self._application, new, draft_id=draft_id),
            self._on_saved,
            self._on_refused,
            lane=Lane.WRITE,
        )

    def add_member(self) -> ResidentForm:
        """Show the form for one more member."""
        form = resident_form(self._application.today)
        card = Card(self.tr("成员"))
        card.heading.add_link(self.tr("去掉"), lambda: self._remove(form), Icon.DELETE)
        card.add(form)
        self._members.append(_Member(card, form))
        self._members_box.addWidget(card)
        form.changed.connect(self._touch)
        form.identified.connect(self._look)
        self._number_members()
        tab_as_read(self._inputs)
        form.name.setFocus(Qt.FocusReason.OtherFocusReason)
        return form

    def _on_more(self) -> None:
        self.add_member()

    def leave(self) -> None:
        self.keeper.keep()

    def focus_first(self) -> None:
        empty = not self.household.village.value()
        (self.household.village if empty else self.head.name).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- laying out

    def _lay_out(self) -> Iterator[None]:
        place = Card(self.tr("住在哪里"), parent=self._inputs)
        place.heading.add(self._kept)
        place.heading.add(self._again)
        place.add(self.household.place)
        yield
        head = Card(self.tr("户主"), parent=self._inputs)
        self.head = ResidentForm(self._application.today, is_head=True, parent=head)
        yield from self.head.build()
        yield
        head.add(self.head)
        standing = Card(self.tr("救助和申报"), parent=self._inputs)
        standing.add(self.household.standing)
        yield
        self._members_box.setContentsMargins(0, 0, 0, 0)
        self._members_box.setSpacing(12)
        row = QHBoxLayout()
        row.addWidget(self._more_members)
        row.addStretch(1)
        column = QVBoxLayout(self._inputs)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(place)
        column.addWidget(head)
        column.addWidget(self.known)
        column.addWidget(standing)
        column.addLayout(self._members_box)
        column.addLayout(row)
        self.body.addWidget(self._inputs)
        self.body.addStretch(1)
        yield
        tab_as_read(self._inputs)
        self._again.hide()

    def _number_members(self) -> None:
        for number, member in enumerate(self._members, start=2):
            member.card.set_title(self.tr("第 {number} 位成员").format(number=number))

    def _remove(self, form: ResidentForm) -> None:
        at = next(index for index, member in enumerate(self._members) if member.form is form)
        member = self._members.pop(at)
        kept = form.draft()
        member.card.hide()
        member.card.deleteLater()
        self._number_members()
        self._touch()
        self._look()

        def bring_back() -> None:
            self.add_member().restore(kept)
            self._touch()

        name = kept["name"] or self.tr("一位成员")
        self.tell(
            Notice(self.tr("去掉了{name}。").format(name=name), Tone.INFO, action=self.tr("撤销"), pressed=bring_back)
        )

    # --- drafts

    def _find_draft(self) -> None:
        self.run(lambda: drafts.open_drafts(self._application, DRAFT), self._on_drafts)

    def _on_drafts(self, found: Sequence[Draft]) -> None:
        if not found or self._collect() is not None:
            return
        self.keeper.begin(found[0])
        self._restore(found[0].body)
        self.tell(Notice(self.tr("上次没填完的这一户还在，请接着填。"), Tone.INFO))

    def _restore(self, body: dict[str, Any]) -> None:
        self.household.restore(body["household"])
        self.head.restore(body["head"])
        for member in body["members"]:
            self.add_member().restore(member)
        self._again.show()
        self._look()
        self.focus_first()

    def _collect(self) -> dict[str, Any] | None:
        if self.household.is_empty() and all(form.is_empty() for form in self._residents()):
            return None
        return {
            "household": self.household.draft(),
            "head": self.head.draft(),
            "members": [member.form.draft() for member in self._members],
        }

    def _on_kept(self) -> None:
        now = self._application.clock()
        self._kept.setText(self.tr("草稿已存在本机 {time}").format(time=f"{now:%H:%M}"))

    def _touch(self) -> None:
        self._again.show()
        self.keeper.touch()

    def _start_again(self) -> None:
        kept = self._collect()
        self.keeper.drop()
        self._clear()
        self.focus_first()

        def bring_back() -> None:
            if kept is not None:
                self._restore(kept)
                self._touch()

        self.tell(Notice(self.tr("已清空。"), Tone.INFO, action=self.tr("撤销"), pressed=bring_back))

    def _clear(self) -> None:
        self.household.clear()
        self.head.clear()
        for member in self._members:
            member.card.hide()
            member.card.deleteLater()
        self._members.clear()
        self.known.show_people(())
        self._kept.setText("")
        self._again.hide()

    # --- who is known already

    def _look(self) -> None:
        """Look for people of the same document or name, without waiting for saving."""
        self._asked += 1
        number = self._asked
        typed = tuple(form.value() for form in self._residents())
        looked_for = tuple(one for one in typed if one.name.name or one.document.number)

        def receive(found: Sequence[KnownPerson]) -> None:
            if number == self._asked:
                self.known.show_people(found)
                tab_as_read(self._inputs)

        self.run(lambda: known_people(self._application, looked_for), receive)

    # --- saving

    def _new_household(self) -> NewHousehold:
        return NewHousehold(
            address=self.household.stated_address(),
            members=tuple(form.value() for form in self._residents()),
            number=self.household.number.value(),
            categories=self.household.stated_categories(),
            near_relative=self.household.stated_near_relative(),
        )

    def _is_complete(self) -> bool:
        """Whether place and names are there and what was typed can be read; goes to the first field that is not."""
        residents = self._residents()
        has_place = not self.household.problem()
        for resident in residents:
            named = bool(resident.name.value())
            resident.form.show_problem(resident.name, "" if named else self.tr("请填姓名，问不到可填称呼。"))
        missing: list[QWidget] = [] if has_place else [self.household.village]
        missing += [resident.name for resident in residents if not resident.name.value()]
        if missing:
            missing[0].setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        wrong = self.household.focus_first_problem() or any(one.focus_first_problem() for one in residents)
        return not wrong

    def _residents(self) -> list[ResidentForm]:
        return [self.head, *(member.form for member in self._members)]

    def _set_busy(self, is_busy: bool) -> None:
        self._inputs.setEnabled(not is_busy)
        self._save_action.setEnabled(not is_busy)

    def _on_saved(self, done: Done[NewIds]) -> None:
        name = self.head.name.value()
        self.keeper.forget()
        self._set_busy(False)
        self._clear()
        self.changed.emit(done.changed)
        self.tell(Notice(self.tr("{name} 户已登记，保存在本机。").format(name=name)))
        self.go("household", done.value.household)

    def _on_refused(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self._look()
        self.tell(notice_of(word(error)))


def known_people(application: Application, residents: tuple[NewResident, ...]) -> tuple[KnownPerson, ...]:
    """Who of these may be recorded already: first by document, then by exactly the same name."""
    same = households.same_people(application, residents)
    found = {
        one.resident: KnownPerson(one.resident, one.household or "", one.name, "", is_same=True)
        for one in same
        if one.household
    }
    for name in dict.fromkeys(resident.name.name for resident in residents if resident.name.name):
        for line in people.find_people(application, name):
            if line.name != name or not line.household:
                continue
            born = f"{line.birth_year}年生" if line.birth_year else ""
            about = "，".join(part for part in (line.place, born, line.masked_number) if part)
            is_same = line.resident in found
            found[line.resident] = KnownPerson(line.resident, line.household, line.name, about, is_same)
    ordered = sorted(found.values(), key=lambda person: not person.is_same)
    return tuple(ordered[: max(_MOST_NAMESAKES, len(same))])
