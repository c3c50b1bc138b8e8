"""What needs a person after a sync: changes the county rejected or holds, values that contradict.

Nothing of this is ever dropped by itself; each is shown with its reason until somebody has dealt with it and said how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import Entry, EntryReference, Header
from desktop.domain.shapes import LIFECYCLES
from desktop.domain.wordings import WORDING
from desktop.services import former_stores
from desktop.services.application import Application, Done
from desktop.services.former_stores import FormerStore
from desktop.services.journal_faults import JournalFault, standing_fault
from desktop.services.permission import Capability, require
from desktop.services.wordings import Unfit, unfit_wordings
from desktop.storage import half_actions, judgements, queries, returned
from desktop.storage.half_actions import HalfAction
from desktop.storage.journal import Action

__all__ = [
    "SETTLED",
    "Attention",
    "Dealt",
    "HalfAction",
    "Sort",
    "dealt_with",
    "keep_standing",
    "needs_attention",
    "settle",
]

SETTLED = "entry.settled"


class Sort(StrEnum):
    """What there is to see to."""

    REJECTED = "rejected"
    HELD = "held"
    CONFLICT = "conflict"
    DIVERGED = "diverged"
    UNFIT = "unfit"
    """A wording that the county issued and this program cannot use."""
    HALF = "half"
    """Half an action in the own journal: never sent, and nothing behind it either until it is set aside."""
    FORMER = "former"
    """A former store that does not go by itself: it holds what is nowhere else, or cannot be read."""
    JOURNAL = "journal"
    """The own journal is not as the county received it, or does not hold."""


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing for a person.

    Rejected and held changes name their ``entry``; a conflict names its ``group`` of a household or
    resident, with both values in the record; a diverged lifecycle has neither. ``record`` and ``kind``
    say where it is, ``household`` and ``resident`` whose page to open. A wording that cannot be used is ``unfit``;
    it is off the list when the county issues another or takes it back, or a newer program can use it. A ``journal``
    that does not fit is off the list when a sync finds that it does. A ``half`` names its first entry that is there;
    settling it sets it aside. A ``former`` store is decided about in the settings.
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
    unfit: Unfit | None = None
    journal: JournalFault | None = None
    half: HalfAction | None = None
    former: FormerStore | None = None


@dataclass(frozen=True, slots=True)
class Dealt:
    """Something a person has dealt with: what it was about, how and when."""

    entry: str
    record: str | None
    kind: str
    household: str | None
    resident: str | None
    how: str
    time: str


def needs_attention(application: Application) -> tuple[Attention, ...]:
    """Everything that waits for a person: a journal that does not fit, the oldest rejected and held changes, conflicts,
    wordings, former stores."""
    return application.read(
        lambda connection: (
            *_journal(connection),
            *_halves(connection),
            *_not_accepted(connection),
            *_set_aside(connection),
            *_contradicting(connection),
            *_unfit(connection),
            *_former(connection, application),
        )
    )


def settle(application: Application, reference: str, how: str) -> Done[None]:
    """A person has dealt with a change that was not accepted, and says how; the journal keeps who, when and how.

    The change itself stays in the journal, here and at the county. If the county changes its word, it is listed again.
    Half an action is set aside by it: a new epoch begins that names it as missing, and what waited behind it goes on.

    Raises:
        UserFacingError: ``attention.how-missing``; ``attention.gone`` if it is not on the list (any more).
    """
    require(application, Capability.SETTLE)
    settled, words = EntryReference.parse(reference), _words(how)

    def write(connection: Connection) -> Done[None]:
        now = application.clock().astimezone(UTC).isoformat(timespec="milliseconds")
        header = (
            judgements.settle(connection, settled)
            or returned.settle(connection, settled)
            or half_actions.set_aside(connection, settled, now)
        )
        if header is None:
            raise UserFacingError("attention.gone")
        action = application.action_in(connection)
        action.add(SETTLED, header.record, {"entry": reference, "kind": header.kind, "how": words})
        action.finish()
        return Done(None, frozenset(action.changed))

    application.flush_views()
    return application.store.write(write)


def keep_standing(application: Application, record_id: str, how: str) -> Done[None]:
    """Two laptops took different steps with one need, sheet, grant or referral: the state that stands is right.

    Where it is not, the right step is taken first, from the record's own page. Only the steps that are open now are
    settled; one that arrives later is listed again, here and on every laptop.

    Raises:
        UserFacingError: ``attention.how-missing``; ``attention.gone`` if nothing is open (any more).
    """
    require(application, Capability.SETTLE)
    words = _words(how)

    def write(action: Action) -> None:
        row = queries.one(action.connection, record_id)
        open_now = row.state["conflicts"] if row is not None and row.kind in LIFECYCLES else ()
        if row is None or not open_now:
            raise UserFacingError("attention.gone")
        over = [item["by"] for item in open_now]
        action.add(f"{row.kind}.decided", row.id, {"over": over, "reason": words})

    return application.act(write)


def dealt_with(application: Application, limit: int = 20) -> tuple[Dealt, ...]:
    """What was dealt with on this laptop lately, newest first, with how: it stays to be looked up."""
    kinds = (SETTLED, *(f"{kind}.decided" for kind in LIFECYCLES))

    def read(connection: Connection) -> tuple[Dealt, ...]:
        found = judgements.dealt_with(connection, kinds, limit)
        rows = queries.many(connection, sorted({header.record for header, _ in found if header.record}))
        return tuple(_dealt(header, body, rows.get(header.record or "")) for header, body in found)

    return application.read(read)


def _dealt(header: Header, body: Mapping[str, Any], row: queries.RecordRow | None) -> Dealt:
    about = str(body.get("kind", "")) if header.kind == SETTLED else header.kind
    return Dealt(
        entry=str(header.reference),
        record=header.record,
        kind=about.partition(".")[0],
        household=row.household if row else None,
        resident=row.resident if row else None,
        how=str(body.get("how") or body.get("reason") or ""),
        time=header.time,
    )


def _words(how: str) -> str:
    if not how.strip():
        raise UserFacingError("attention.how-missing")
    return how.strip()


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


def _set_aside(connection: Connection) -> list[Attention]:
    """Work whose numbers another laptop with the same vault has taken: kept whole, merged by nobody."""
    found = returned.set_aside(connection)
    records = queries.many(connection, sorted({one.header.record for one in found if one.header.record}))
    return [
        Attention(
            sort=Sort.REJECTED,
            record=one.header.record,
            kind=one.header.kind.partition(".")[0],
            household=_household_of(one.entry, records.get(one.header.record or "")),
            resident=None,
            reason="fork",
            time=one.header.time,
            entry=str(one.header.reference),
        )
        for one in found
    ]


def _household_of(entry: Entry, row: queries.RecordRow | None) -> str | None:
    """Whose page to open: the record's own, or the one that a fact names which is in no record now."""
    if row is not None:
        return row.household
    named = (entry.body() or {}).get("household")
    return named if isinstance(named, str) else None


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


def _journal(connection: Connection) -> list[Attention]:
    fault = standing_fault(connection)
    if fault is None:
        return []
    return [Attention(Sort.JOURNAL, None, "journal", None, None, fault.sort.value, fault.time, journal=fault)]


def _halves(connection: Connection) -> list[Attention]:
    found = half_actions.glance(connection)
    rows = queries.many(connection, sorted({one.header.record for one in found if one.header.record}))
    return [
        Attention(
            sort=Sort.HALF,
            record=one.header.record,
            kind=one.header.kind.partition(".")[0],
            household=row.household if (row := rows.get(one.header.record or "")) else None,
            resident=row.resident if row else None,
            reason="half",
            time=one.header.time,
            entry=str(one.reference),
            half=one,
        )
        for one in found
    ]


def _former(connection: Connection, application: Application) -> list[Attention]:
    return [
        Attention(Sort.FORMER, one.store, "former-store", None, None, "former", one.day.isoformat(), former=one)
        for one in former_stores.to_decide(connection, application)
    ]


def _unfit(connection: Connection) -> list[Attention]:
    return [
        Attention(Sort.UNFIT, one.record, WORDING, None, None, "unfit", one.start.isoformat(), unfit=one)
        for one in unfit_wordings(connection)
    ]
