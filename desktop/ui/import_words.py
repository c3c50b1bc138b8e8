"""The preview of an import in words: what each household of the ledger would become, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.documents.ledger import LEDGER_FIELD_NAMES, SKIP_REASON_NAMES, RowProblem, SkippedRow
from desktop.domain.aid import SHORT_CATEGORY_NAMES
from desktop.domain.errors import UserFacingError
from desktop.domain.households import RELATION_NAMES, NewHousehold, NewResident
from desktop.domain.identity import masked
from desktop.domain.typed import format_phone
from desktop.services.import_plan import GoneHousehold, GroupChange, ImportItem, ImportPlan, ItemKind
from desktop.ui.description_words import (
    Known,
    birth_words,
    category_words,
    disability_words,
    group_name,
    group_words,
    place_words,
    village_words,
)
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip


class Part(StrEnum):
    """The parts of the preview."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BLOCKED = "blocked"
    GONE = "gone"
    PROBLEMS = "problems"
    SKIPPED = "skipped"


PART_NAMES: Mapping[Part, str] = {
    Part.NEW: "新增",
    Part.CHANGED: "有变化",
    Part.BLOCKED: "不能写入",
    Part.GONE: "台账里没有了",
    Part.PROBLEMS: "要看的行",
    Part.SAME: "没有变化",
    Part.SKIPPED: "没读的行",
}
"""In the order in which they are looked at."""

Shown = ImportItem | GoneHousehold | RowProblem | SkippedRow


@dataclass(frozen=True)
class Preview:
    """A plan ready for the screen: its parts as entries of a list, and what each entry stands for."""

    plan: ImportPlan
    known: Known
    entries: Mapping[Part, tuple[str | Heading, ...]]
    shown: Mapping[str, Shown]
    owners: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Whose row it is: (sheet, row number) → name."""

    def count(self, part: Part) -> int:
        """How many records a part has."""
        return sum(isinstance(entry, str) for entry in self.entries[part])

    def problems_of(self, item: ImportItem) -> list[RowProblem]:
        """The problems of a household's rows."""
        ledger = item.ledger
        return [
            problem
            for problem in self.plan.problems
            if problem.place.sheet == ledger.sheet and ledger.first_row <= problem.place.row <= ledger.last_row
        ]


def preview_of(plan: ImportPlan, known: Known) -> Preview:
    """Put a plan in order for the screen; for long plans, so to be run off the screen's thread."""
    entries: dict[Part, list[str | Heading]] = {part: [] for part in Part}
    shown: dict[str, Shown] = {}
    owners: dict[tuple[str, int], str] = {}
    villages: dict[Part, str] = {}
    for number, item in enumerate(plan.items):
        part = Part(item.kind.value)
        name = village_words(known, item.division) if item.division else item.ledger.division_name
        if villages.get(part) != name:
            villages[part] = name
            entries[part].append(Heading(name or "没有写村（居）"))
        shown[f"i{number}"] = item
        entries[part].append(f"i{number}")
        for resident in item.ledger.residents:
            owners[resident.place.sheet, resident.place.row] = resident.name
    others: list[tuple[Part, str, tuple[Shown, ...]]] = [
        (Part.GONE, "g", plan.gone),
        (Part.PROBLEMS, "p", plan.problems),
        (Part.SKIPPED, "s", plan.skipped),
    ]
    for part, letter, found in others:
        for number, one in enumerate(found):
            shown[f"{letter}{number}"] = one
            entries[part].append(f"{letter}{number}")
    return Preview(plan, known, {part: tuple(some) for part, some in entries.items()}, shown, owners)


def summary(preview: Preview) -> str:
    """The plan in one sentence."""
    plan = preview.plan
    new, changed = plan.count(ItemKind.NEW), plan.count(ItemKind.CHANGED)
    blocked, same = plan.count(ItemKind.BLOCKED), plan.count(ItemKind.SAME)
    if not new and not changed:
        words = "没有变化，未写入。" if not blocked else f"没有可以写入的变化，{blocked} 户不能写入，请看一下原因。"
        return words + (f"{same} 户和本机的一样。" if same else "") + _ignored_words(plan)
    parts = [f"新增 {new} 户", f"更新 {changed} 户"] if changed else [f"新增 {new} 户"]
    parts += [f"{blocked} 户不能写入"] if blocked else []
    parts += [f"{same} 户没有变化"] if same else []
    return "，".join(parts) + "。现在什么也没有写入，看过以后点“确认导入”才写入。" + _ignored_words(plan)


def _ignored_words(plan: ImportPlan) -> str:
    return f"没有采用的列：{'、'.join(plan.ignored_headings)}。" if plan.ignored_headings else ""


def row_of(preview: Preview, record: str) -> ListRow:
    """An entry of the list."""
    one = preview.shown[record]
    if isinstance(one, ImportItem):
        return _item_row(record, one)
    if isinstance(one, GoneHousehold):
        place = village_words(preview.known, one.division)
        return ListRow(record, f"{one.head_name} 户", " · ".join(one.categories), place, (Chip("不会删除", Tone.INFO),))
    where = f"第 {one.place.row} 行"
    if isinstance(one, RowProblem):
        name = preview.owners.get((one.place.sheet, one.place.row), "")
        return ListRow(record, where, name, problem_words(one), (Chip(LEDGER_FIELD_NAMES.get(one.field, "这一行")),)
                       if one.field is not None else ())  # fmt: skip
    return ListRow(record, where, SKIP_REASON_NAMES[one.reason], one.text)


def _item_row(record: str, item: ImportItem) -> ListRow:
    ledger = item.ledger
    category = SHORT_CATEGORY_NAMES[ledger.category] if ledger.category else ledger.category_text
    note = " · ".join(part for part in (category, f"{len(ledger.residents)}人") if part)
    match item.kind:
        case ItemKind.NEW:
            subject, chip = ledger.address, Chip("新增", Tone.GOOD, Icon.ADD)
        case ItemKind.CHANGED:
            subject, chip = _changed_words(item), Chip("更新", Tone.INFO, Icon.EDIT)
        case ItemKind.BLOCKED:
            subject, chip = word(UserFacingError(item.problem)).what, Chip("不能写入", Tone.BAD)
        case ItemKind.SAME:
            subject, chip = ledger.address, Chip("一样", Tone.NEUTRAL, Icon.CHECK)
    return ListRow(record, f"{ledger.head.name} 户", note, subject, (chip,))


def _changed_words(item: ImportItem) -> str:
    names = dict.fromkeys(group_name(change.group) for change in item.changes)
    words = [*names, *(f"新成员{member.name.name}" for member in item.new_members)]
    return "、".join(words)


def problem_words(problem: RowProblem) -> str:
    """What a row's problem is, what became of it, and what to do."""
    return word(UserFacingError(problem.code, **problem.values)).sentence()


def facts_of(preview: Preview, item: ImportItem) -> Iterator[tuple[str, str, str]]:
    """What a household would become: ``(name, words, remark)``; for changes, before → after."""
    if item.new is not None:
        yield from _new_facts(item.new, preview.known)
    for change in item.changes:
        yield _change_fact(change, preview.known)
    for member in item.new_members:
        yield "新成员", _resident_words(member), ""
    if item.kind in (ItemKind.SAME, ItemKind.BLOCKED):
        ledger = item.ledger
        yield "住址", " ".join(part for part in (ledger.division, ledger.address) if part), ""
        for resident in ledger.residents:
            yield resident.relation or "成员", resident.name, ""


def _new_facts(household: NewHousehold, known: Known) -> Iterator[tuple[str, str, str]]:
    yield "住址", place_words(known, household.address.division, household.address.text), ""
    if household.number:
        yield "户号", household.number, ""
    for held in household.categories:
        yield "类别", category_words(held), ""
    for number, member in enumerate(household.members):
        yield "户主" if number == 0 else RELATION_NAMES.get(member.relation, "成员"), _resident_words(member), ""


def _resident_words(resident: NewResident) -> str:
    number = resident.document.number
    parts = [
        resident.name.name,
        birth_words(resident.birth),
        masked(number) if number else "没有证件号",
        "、".join(format_phone(phone) for phone in resident.phones.numbers),
        disability_words(resident.disability) if resident.disability else "",
        resident.health.illness if resident.health else "",
    ]
    return "，".join(part for part in parts if part)


def _change_fact(change: GroupChange, known: Known) -> tuple[str, str, str]:
    name = " · ".join(part for part in (change.person, group_name(change.group)) if part)
    if change.is_closed:
        return name, "未成年人的资料，未经批准不显示\n→ 按台账更新", ""
    before = group_words(change.group, change.before, known)
    after = group_words(change.group, change.after, known)
    return name, f"{before}\n→ {after}", ""
