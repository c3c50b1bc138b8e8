"""Referrals that somebody else recalled (召回) after their release: a no came from another laptop, and the county or a
colleague stopped them. Each is told until this worker has seen it, with what the recipient may have had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from desktop.domain.consent import DataClass
from desktop.domain.referrals import ReferralState
from desktop.domain.retention import was_released
from desktop.services import referrals
from desktop.services.application import Application, local_day
from desktop.storage import queries, settings

_SEEN: Final = "recalls_seen"
"""The entries that recalled something and were seen here; kept in the vault, never sent."""


@dataclass(frozen=True, slots=True)
class Recall:
    """One recall: the referral, whose it is, the recipient who may have had the data, which, and by which withdrawal.

    ``withdrawal`` is the record on which the list for the recall notice stands, "" where it is not here.
    """

    referral: str
    number: str
    household: str
    resident: str
    recipient: str
    classes: tuple[DataClass, ...]
    withdrawal: str
    reason: str
    day: date
    by: str
    """The entry that recalled it."""


def read_recalls(application: Application, connection: Connection) -> Iterator[Recall]:
    """The recalls of others, newest first, seen or not."""
    names = {row.id: str(row.state["issued"]["name"]) for row in queries.of_kind(connection, "organisation")}
    for row in queries.of_kind(connection, "referral", statuses=[ReferralState.RECALLED]):
        step, fields = row.state["history"][-1], row.state["fields"]
        if step["worker"] == application.worker.id or not was_released(row.status, fields):
            continue
        release = referrals.verified_release(application, row.id, fields)
        yield Recall(
            referral=row.id,
            number=str(fields["number"]),
            household=row.household or "",
            resident=row.resident or "",
            recipient=names.get(fields["recipient"], ""),
            classes=tuple(map(DataClass, release.classes if release is not None else fields["classes"])),
            withdrawal=_withdrawal(connection, row.resident or "", str(fields.get("withdrawal", ""))),
            reason=str(step.get("reason", "")),
            day=local_day(step["time"]),
            by=str(step["by"]),
        )


def read_unseen(application: Application, connection: Connection) -> tuple[Recall, ...]:
    """Those that this worker has not seen yet."""
    seen = set(settings.get(connection, _SEEN) or ())
    return tuple(one for one in read_recalls(application, connection) if one.by not in seen)


def see_recall(application: Application, referral_id: str) -> Recall | None:
    """What is to be said of a referral that somebody else recalled, which is seen with this; None of any other."""

    def see(connection: Connection) -> Recall | None:
        found = next((one for one in read_recalls(application, connection) if one.referral == referral_id), None)
        seen = settings.get(connection, _SEEN) or []
        if found is not None and found.by not in seen:
            settings.put(connection, _SEEN, [*seen, found.by])
        return found

    known = application.read(
        lambda connection: any(one.referral == referral_id for one in read_recalls(application, connection))
    )
    return application.store.write(see) if known else None


def _withdrawal(connection: Connection, resident: str, number: str) -> str:
    rows = queries.of_kind(connection, "withdrawal", resident=resident) if number else ()
    return next((row.id for row in rows if row.state["fact"].get("number") == number), "")
