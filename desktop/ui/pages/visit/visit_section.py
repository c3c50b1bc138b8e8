"""走访: when, by whom, whom they met, and that notice was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.typed import format_time
from desktop.domain.visits import (
    CONTACT_MODE_NAMES,
    NOTICE_WAY_NAMES,
    VISIT_KIND_NAMES,
    VISIT_RESULT_NAMES,
    ContactMode,
    NoticeWay,
    Respondent,
    Visit,
    VisitKind,
    VisitResult,
)
from desktop.services.people import ResidentView
from desktop.services.visit_notice import VisitNotice
from desktop.ui.icons import Icon
from desktop.ui.pages.visit.section import Problem, Section, SectionState, Values
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import DateField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.spoken_words import SpokenWords
from desktop.ui.widgets.text_area import TextArea
from desktop.ui.widgets.time_field import TimeField

OTHER_PERSON = "other"
"""The respondent is none of the members."""


@dataclass(frozen=True)
class VisitHead:
    """What this group holds of a ``Visit``; only made when the group has no problem."""

    kind: VisitKind
    day: date
    result: VisitResult
    started: str
    ended: str
    second_worker: str
    one_worker_reason: str
    contact: ContactMode
    respondent: Respondent
    notice_ways: tuple[NoticeWay, ...]
    village_helper: str
    note: str


class VisitSection(Section):
    """The first group. 家中无人 is one click here; saving is the second. ``build`` makes its cards."""

    notice_paper_asked = Signal()
    """The notice is wanted on paper; what is typed is kept."""

    def __init__(
        self,
        members: Sequence[ResidentView],
        notice: VisitNotice,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("visit", "走访", parent)
        self._names = {member.resident: member for member in members}
        self.result: ChoiceField[VisitResult] = ChoiceField(list(VISIT_RESULT_NAMES.items()))
        self.kind: ChoiceField[VisitKind] = ChoiceField(list(VISIT_KIND_NAMES.items()), few=7)
        self.day = DateField(today)
        self.started = TimeField()
        self.ended = TimeField()
        self.second_worker = TextField(self.tr("姓名"))
        self.one_worker_reason = TextField(self.tr("如 同事在邻村，急事先来"))
        self.contact: ChoiceField[ContactMode] = ChoiceField(list(CONTACT_MODE_NAMES.items()))
        people = [(member.resident, _called(member)) for member in members]
        self.respondent: ChoiceField[str] = ChoiceField([*people, (OTHER_PERSON, self.tr("其他人"))], few=6)
        self.respondent_name = TextField(self.tr("姓名或称呼"))
        self.respondent_relation = TextField(self.tr("如 邻居、村医"))
        self.notice: MultiChoice[NoticeWay] = MultiChoice(list(NOTICE_WAY_NAMES.items()))
        self.village_helper = TextField(self.tr("没有可不填"))
        self.note = TextArea(self.tr("如 邻居说去女儿家了，下周回来"), lines=2)
        self._notice = notice

    def build(self) -> Iterator[None]:
        """Lay out the fields, a part per step; before anything is asked of the group."""
        yield from self._lay_out()
        self._arrange()

    def fill_new(self, kind: VisitKind, day: date, now: time, earlier: Visit | None) -> None:
        """What a new visit begins with; ``earlier`` is the worker's visit before this one on the same day."""
        self.fill(
            {
                "result": VisitResult.MET,
                "kind": kind,
                "day": day,
                "started": now,
                "contact": ContactMode.HOME,
                "second_worker": earlier.second_worker if earlier else "",
            }
        )
        if earlier is not None and earlier.second_worker:
            self._people.show_hint(self.second_worker, self.tr("和今天上一户一样，不对就改"))

    def fill_from(self, visit: Visit) -> None:
        """An earlier visit that is being corrected: its own words, not last time's."""
        person = visit.respondent.resident or (OTHER_PERSON if visit.respondent.name else None)
        self.fill(
            {
                "result": visit.result,
                "kind": visit.kind,
                "day": visit.day,
                "started": time.fromisoformat(visit.started) if visit.started else None,
                "ended": time.fromisoformat(visit.ended) if visit.ended else None,
                "second_worker": visit.second_worker,
                "one_worker_reason": visit.one_worker_reason,
                "contact": visit.contact,
                "respondent": person,
                "respondent_name": visit.respondent.name if person == OTHER_PERSON else "",
                "respondent_relation": visit.respondent.relation if person == OTHER_PERSON else "",
                "notice": visit.notice_ways or ((NoticeWay.ALOUD,) if visit.notice_given else ()),
                "village_helper": visit.village_helper,
                "note": visit.note,
            }
        )

    def restore(self, state: Values) -> None:
        self._people.show_hint(self.second_worker, "")
        super().restore(state)

    def met(self) -> bool:
        """Whether there are findings to record."""
        return self.result.value() is VisitResult.MET

    def problems(self) -> list[Problem]:
        found = super().problems()
        missing = [
            ("result", self.result.value(), self.tr("没有选见没见到人。")),
            ("kind", self.kind.value(), self.tr("没有选走访类型。")),
            ("day", self.day.text().strip(), self.tr("没有填走访日期。")),
            ("contact", self.contact.value(), self.tr("没有选联系方式。")),
        ]
        return [*found, *(Problem(self.key, name, words) for name, value, words in missing if not value)]

    def progress(self) -> SectionState:
        # Most of the group is filled in by the program; it is done when the workers and the notice are.
        state = super().progress()
        workers = self.second_worker.value() or self.one_worker_reason.value()
        done = bool(workers) and (bool(self.notice.value()) or not self.met())
        return SectionState.EMPTY if state is SectionState.FILLED and not done else state

    def head(self) -> VisitHead:
        """The group's content; asserts that ``problems`` answered nothing."""
        kind, day, result, contact = self.kind.value(), self.day.value(), self.result.value(), self.contact.value()
        assert kind is not None and day is not None and result is not None and contact is not None  # noqa: S101, PT018
        started, ended = self.started.value(), self.ended.value()
        with_reason = not self.second_worker.value()
        return VisitHead(
            kind=VisitKind(kind),
            day=day,
            result=VisitResult(result),
            started=format_time(started) if started else "",
            ended=format_time(ended) if ended else "",
            second_worker=self.second_worker.value(),
            one_worker_reason=self.one_worker_reason.value() if with_reason else "",
            contact=ContactMode(contact),
            respondent=self._respondent() if self.met() else Respondent(),
            notice_ways=tuple(map(NoticeWay, self.notice.value())) if self.met() else (),
            village_helper=self.village_helper.value(),
            note=self.note.value(),
        )

    def _respondent(self) -> Respondent:
        chosen = self.respondent.value()
        if chosen is None:
            return Respondent()
        if chosen == OTHER_PERSON:
            return Respondent(self.respondent_name.value(), self.respondent_relation.value())
        member = self._names[chosen]
        return Respondent(member.name.name, member.relation_name, chosen)

    def _lay_out(self) -> Iterator[None]:
        first = self.add_card(self.tr("这次走访"))
        when = Form(3)
        first.add(when)
        self.add_field(when, "result", self.tr("见到人了吗"), self.result, columns=3)
        self.add_field(when, "kind", self.tr("走访类型"), self.kind, columns=3)
        self.add_field(when, "day", self.tr("走访日期(&D)"), self.day)
        self.add_field(when, "started", self.tr("几点开始"), self.started)
        self.add_field(when, "ended", self.tr("几点结束"), self.ended, note=self.tr("走的时候再填"))
        yield
        self._people = Form(3)
        first.add(self._people)
        self.add_field(self._people, "second_worker", self.tr("第二走访人(&W)"), self.second_worker)
        self.add_field(
            self._people,
            "one_worker_reason",
            self.tr("只有一人的原因"),
            self.one_worker_reason,
            note=self.tr("一人走访不得作为审核依据"),
        )
        self.add_field(self._people, "village_helper", self.tr("村居协助人"), self.village_helper)
        yield
        self._met_card = self.add_card(self.tr("见到的人和告知"))
        met = Form(3)
        self._met = met
        self.add_field(met, "respondent", self.tr("被访人"), self.respondent, columns=3)
        self.add_field(met, "respondent_name", self.tr("被访人姓名"), self.respondent_name)
        self.add_field(met, "respondent_relation", self.tr("和这家的关系"), self.respondent_relation)
        words = label("\n".join(self._notice.lines), "", wrap=True)
        words.setAccessibleName(self.tr("念给对方听的告知"))
        self._met_card.add(words)
        self.aloud = SpokenWords(self._notice.spoken, self._met_card)
        self._met_card.add(self.aloud)
        self.add_field(met, "notice", self.tr("已告知处理规则(&G)"), self.notice, columns=3)
        self._met_card.add(met)
        # Made here: what is made first is reached first by Tab.
        words_on_paper = self.tr("打印告知书（留给这一户）……")
        self.notice_paper = link_button(words_on_paper, self.notice_paper_asked.emit, Icon.PRINT, parent=self._met_card)
        self._met_card.body.addWidget(self.notice_paper, 0, Qt.AlignmentFlag.AlignLeft)
        yield
        last = Form(3)
        rest = self.add_card(self.tr("方式和备注"))
        rest.add(last)
        self.add_field(last, "contact", self.tr("联系方式"), self.contact, columns=3)
        self.add_field(last, "note", self.tr("备注"), self.note, columns=3)

    def _is_shown(self, name: str) -> bool:
        hidden = self._met_card.isHidden() and self._fields[name][0] is self._met
        return super()._is_shown(name) and not hidden

    def _arrange(self) -> None:
        self._met_card.setVisible(self.met())
        is_other = self.respondent.value() == OTHER_PERSON
        self._met.set_shown(self.respondent_name, is_other)
        self._met.set_shown(self.respondent_relation, is_other)
        self._people.set_shown(self.one_worker_reason, not self.second_worker.value())


def _called(member: ResidentView) -> str:
    return f"{member.name.name}（{member.relation_name}）" if member.relation_name else member.name.name
