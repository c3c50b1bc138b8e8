"""What needs a person after a sync: changes the county rejected or holds, values that contradict.

Nothing of this is ever dropped by itself; each is shown with its reason until somebody has seen to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from desktop.domain.journal import EntryReference
from desktop.services.application import Application, Done
from desktop.storage import judgements, queries
from desktop.storage.journal import Action


class Sort(StrEnum):
    """What there is to see to."""

    REJECTED = "rejected"
    HELD = "held"
    CONFLICT = "conflict"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing for a person.

    Rejected and held changes name their ``entry``; a conflict names its ``group`` of a household or
    resident, with both values in the record; a diverged lifecycle has neither. ``record`` and ``kind``
    say where it is, ``household`` and ``resident`` whose page to open.
    """

    sort: Sort
    record: str | None
    kind: str
    household: str | None
    resident: str | None
    reason: str
    time: str
    entry: str | None = None
    group: str | None = None


def needs_attention(application: Application) -> tuple[Attention, ...]:
    """Everything that waits for a person: oldest rejected and held changes first, then conflicts."""
    return application.read(lambda connection: (*_not_accepted(connection), *_contradicting(connection)))


def settle(application: Application, reference: str) -> Done[None]:
    """A person has seen to a change that was not accepted: it leaves the list, the journal says by whom.

    The change itself stays in the journal, here and at the county.
    """
    settled = EntryReference.parse(reference)

    def write(action: Action) -> None:
        if judgements.settle(action.connection, settled):
            action.add("entry.settled", None, {"entry": reference})

    return application.act(write)


def _not_accepted(connection: Connection) -> list[Attention]:
    entries = judgements.not_accepted(connection)
    records = queries.many(connection, sorted({one.header.record for one in entries if one.header.record}))
    found: list[Attention] = []
    for one in entries:
        row = records.get(one.header.record or "")
        found.append(
            Attention(
                sort=Sort(one.result),
                record=one.header.record,
                kind=one.header.kind.partition(".")[0],
                household=row.household if row else None,
                resident=row.resident if row else None,
                reason=one.reason,
                time=one.header.time,
                entry=str(one.header.reference),
            )
        )
    return found


def _contradicting(connection: Connection) -> list[Attention]:
    found: list[Attention] = []
    for row in queries.needing_a_person(connection):
        conflicts = row.state["conflicts"]
        groups: Mapping[str | None, Any] = conflicts if isinstance(conflicts, dict) else {None: conflicts}
        for group, items in groups.items():
            found.append(
                Attention(
                    sort=Sort.DIVERGED if group is None else Sort.CONFLICT,
                    record=row.id,
                    kind=row.kind,
                    household=row.household,
                    resident=row.resident,
                    reason=group or "diverged",
                    time=max(item["time"] for item in items),
                    group=group,
                )
            )
    return found
