"""The rows of the start: drafts with when they were kept, households with when they were last visited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.typed import format_date
from desktop.services import drafts, people, visits
from desktop.services.application import Application
from desktop.ui.icons import Icon
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.visit.opening import DRAFT_KIND, Wanted, amended_by
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip


@dataclass(frozen=True)
class StartRows:
    """What the start shows, and which form each row opens."""

    drafts: tuple[ListRow, ...] = ()
    households: tuple[ListRow, ...] = ()
    wanted: Mapping[str, Wanted] = field(default_factory=dict)


def start_rows(application: Application, term: str) -> StartRows:
    """Open drafts and recent households; with a term, the households of the people it finds."""
    if term:
        found = (person.household for person in people.find_people(application, term))
        households = _household_rows(application, tuple(dict.fromkeys(one for one in found if one)))
        return StartRows(households=households, wanted={row.id: Wanted(row.id) for row in households})
    kept = [draft for draft in drafts.open_drafts(application, DRAFT_KIND) if draft.subject]
    lines = _lines(application, tuple({draft.subject or "" for draft in kept}))
    rows = tuple(_draft_row(draft, lines[draft.subject or ""]) for draft in kept if draft.subject in lines)
    households = _household_rows(application, visits.recent_households(application))
    wanted = {draft.id: Wanted(draft.subject or "", amended_by(draft.body)) for draft in kept}
    return StartRows(rows, households, {**wanted, **{row.id: Wanted(row.id) for row in households}})


def _lines(application: Application, ids: tuple[str, ...]) -> dict[str, people.HouseholdLine]:
    return {line.household: line for line in people.household_lines(application, ids)}


def _draft_row(draft: drafts.Draft, line: people.HouseholdLine) -> ListRow:
    at = datetime.fromisoformat(draft.updated)
    what = "更正" if amended_by(draft.body) else "走访"
    state = Chip("没填完", Tone.WARN, Icon.EDIT)
    subject = f"{at.month}月{at.day}日 {at:%H:%M} 自动保存的{what}"
    return ListRow(draft.id, f"{line.head_name} 户", "、".join(line.categories), subject, (state,), Icon.VISIT)


def _household_rows(application: Application, ids: Sequence[str]) -> tuple[ListRow, ...]:
    lines = _lines(application, tuple(ids))
    return tuple(_household_row(lines[one]) for one in ids if one in lines)


def _household_row(line: people.HouseholdLine) -> ListRow:
    last = f"上次走访 {format_date(line.last_visit)}" if line.last_visit else "还没有走访过"
    subject = " · ".join(part for part in (line.place, last) if part)
    note = "、".join(line.categories) or f"{line.people} 人"
    return ListRow(line.household, f"{line.head_name} 户", note, subject, (), Icon.HOUSEHOLD)
