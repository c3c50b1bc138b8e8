"""成员: what was found about each member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.domain.households import DISABILITY_NAMES, LEVEL_NAMES
from desktop.domain.visits import HEALTH_NAMES, SELF_CARE_NAMES, HealthState, MemberFinding, SelfCare
from desktop.services.people import ResidentView
from desktop.ui.pages.visit.section import Section
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form

LABOUR = ("有劳动能力", "部分丧失", "完全丧失", "在校或未成年", "年老")
"""劳动能力; a finding keeps the words."""


class _MemberFields:
    """The fields of one member."""

    def __init__(self, section: Section) -> None:
        self.health: ChoiceField[HealthState] = ChoiceField(list(HEALTH_NAMES.items()))
        self.illness = TextField(section.tr("如 糖尿病、尿毒症透析"))
        self.labour: ChoiceField[str] = ChoiceField([(words, words) for words in LABOUR])
        self.work = TextField(section.tr("如 在家务农、读初二、在厦门打工"))
        self.asked: MultiChoice[str] = MultiChoice([("asked", section.tr("问了自理能力"))])
        self.cannot: MultiChoice[SelfCare] = MultiChoice(list(SELF_CARE_NAMES.items()))
        self.note = TextField(section.tr("没有可不填"))

    def finding(self, resident: str) -> MemberFinding:
        """What was found, as it is saved."""
        health = self.health.value()
        is_asked = bool(self.asked.value())
        return MemberFinding(
            resident=resident,
            health=HealthState(health) if health else None,
            illness=self.illness.value(),
            cannot=tuple(SelfCare(one) for one in self.cannot.value()) if is_asked else (),
            self_care_asked=is_asked,
            labour=self.labour.value() or "",
            work_or_school=self.work.value(),
            note=self.note.value(),
        )


class MembersSection(Section):
    """A card for each member who lives here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("members", "成员", parent)
        self.members: dict[str, _MemberFields] = {}
        self._forms: dict[str, Form] = {}

    def add_member(self, member: ResidentView) -> Iterator[None]:
        """Add one more member's card, a part per step."""
        card = self.add_card(member.name.name, _about(member))
        form = Form(2)
        card.add(form)
        fields = _MemberFields(self)
        self.members[member.resident] = fields
        self._forms[member.resident] = form
        yield
        for name, text, field, columns, note in (
            ("health", self.tr("健康"), fields.health, 2, ""),
            ("illness", self.tr("病种"), fields.illness, 1, ""),
            ("work", self.tr("做什么、在哪上学"), fields.work, 1, ""),
            ("labour", self.tr("劳动能力"), fields.labour, 2, ""),
            ("asked", self.tr("自理能力"), fields.asked, 2, self.tr("老人、残疾人、病人才问")),
            ("cannot", self.tr("哪几样自己做不了"), fields.cannot, 2, self.tr("都能做就都不选")),
            ("note", self.tr("其他情况"), fields.note, 2, ""),
        ):
            self.add_field(form, f"{member.resident}.{name}", text, field, columns=columns, note=note)
            yield
        # Two people's fields have the same labels; a screen reader must say whose they are.
        for widget in form.findChildren(QWidget):
            if widget.accessibleName():
                widget.setAccessibleDescription(f"{member.name.name} {widget.accessibleDescription()}".strip())
        self._arrange()

    def fill_last(self, findings: Sequence[MemberFinding], mark: str) -> None:
        """What the last visit (or the one being corrected) found."""
        for finding in findings:
            if finding.resident in self.members:
                values: Mapping[str, Any] = {
                    "health": finding.health,
                    "illness": finding.illness,
                    "labour": finding.labour,
                    "work": finding.work_or_school,
                    "asked": ("asked",) if finding.self_care_asked else (),
                    "cannot": finding.cannot,
                    "note": finding.note,
                }
                self.fill({f"{finding.resident}.{name}": value for name, value in values.items()}, mark)

    def fill_recorded(self, members: Sequence[ResidentView], mark: str) -> None:
        """What the ledger says about health, for those no visit has said anything about."""
        for member in members:
            if member.health is not None and member.resident in self.members:
                state = member.health.state
                known = state if state in set(HealthState) else None
                values = {"health": known, "illness": member.health.illness}
                self.fill({f"{member.resident}.{name}": value for name, value in values.items()}, mark)

    def findings(self) -> tuple[MemberFinding, ...]:
        """One finding for each member of whom something was said."""
        all_found = (fields.finding(resident) for resident, fields in self.members.items())
        return tuple(found for found in all_found if found != MemberFinding(found.resident))

    def _arrange(self) -> None:
        for resident, fields in self.members.items():
            form = self._forms[resident]
            is_ill = fields.health.value() not in (None, HealthState.HEALTHY)
            form.set_shown(fields.illness, is_ill or bool(fields.illness.value()))
            form.set_shown(fields.cannot, bool(fields.asked.value()))


def _about(member: ResidentView) -> str:
    age = f"{member.age}岁" if member.age is not None else ""
    disability = ""
    if member.disability is not None:
        disability = DISABILITY_NAMES[member.disability.kind] + LEVEL_NAMES.get(member.disability.level, "")
    return " · ".join(part for part in (member.relation_name, age, disability) if part)
