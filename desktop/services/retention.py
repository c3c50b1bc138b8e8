"""Erasing by schedule (到期清理): what is due and what is locked, and the daily run that erases what is due."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.lease import LeaseState
from desktop.domain.retention import Retained, Verdict
from desktop.services import erasing, former_stores, lease, revocation
from desktop.services.application import Application
from desktop.services.permission import Capability, may, require
from desktop.services.retention_review import judged, proven_day
from desktop.storage import outbox, queries, settings
from desktop.storage.tables import record

__all__ = ["Overview", "Retained", "Verdict", "erase_due", "overview", "run_daily"]

CONTAINER_DAYS: Final = 30
"""Sealed bytes of a batch are kept no longer than this after the county applied it."""
_MOST_A_DAY: Final = 200
_DAILY: Final = "retention_day"


@dataclass(frozen=True, slots=True)
class Overview:
    """What the schedule says today: due, locked by a duty to keep, and how many are in use or simply kept."""

    due: tuple[Retained, ...]
    locked: tuple[Retained, ...]
    kept: int
    in_use: int


def overview(application: Application) -> Overview:
    """The schedule as of today."""
    found = application.read(lambda connection: judged(connection, application.today()))
    by = {verdict: tuple(one for one in found if one.verdict is verdict) for verdict in Verdict}
    return Overview(by[Verdict.DUE], by[Verdict.LOCKED], len(by[Verdict.KEPT]), len(by[Verdict.IN_USE]))


def erase_due(application: Application) -> int:
    """Erase what is due, record by record in small actions, each with its reason; answers how many records.

    At most a few hundred a day, so that no laptop does nothing else; the next day goes on. Due is what was so on the
    day of the county's last word: a clock that is set to 2099 must not erase yesterday's visit.
    """
    require(application, Capability.ERASE)
    today = application.today()
    found = application.read(lambda connection: judged(connection, proven_day(connection, today)))
    due = [one for one in found if one.verdict is Verdict.DUE][:_MOST_A_DAY]
    order = sorted(due, key=lambda one: one.held.kind in ("resident", "household"))
    for one in order:
        erasing.erase_records(application, (one.held.id,), f"retention:{one.held.kind}")
    return len(order)


def run_daily(application: Application) -> int:
    """Once a day: erase what is due, drop sealed bytes of batches and former stores that nobody needs any more.

    Nothing where the laptop cannot know what day it is, or decides nothing any more.
    """
    if application.practice or application.enrolment is None:
        return 0
    today = application.today().isoformat()
    if application.read(lambda connection: settings.get(connection, _DAILY)) == today:
        return 0
    if not _may_decide(application):
        return 0
    before = (application.clock() - timedelta(days=CONTAINER_DAYS)).isoformat()
    application.store.write(lambda connection: outbox.drop_old_containers(connection, before))
    with suppress(UserFacingError):  # trouble of the disk: tomorrow again
        former_stores.keep_up(application)
    # A social worker's laptop follows what officers and the county erase.
    done = erase_due(application) if may(application, Capability.ERASE) else 0
    application.store.write(lambda connection: settings.put(connection, _DAILY, today))
    return done


def _may_decide(application: Application) -> bool:
    """Whether this laptop may erase for good by itself, here and at the county and on every laptop.

    Due is what the county's own time says (``proven_day``), whatever the clock here. Nothing is due by a laptop with a
    date that cannot be right, with its lease over (which a clock that ran ahead says too), or taken out of use.
    """
    held = lease.lease(application)
    is_away = held is not None and held.state is LeaseState.CODE_NEEDED
    return not (is_away or application.is_clock_doubtful() or revocation.revoked(application) is not None)


def names(application: Application, found: tuple[Retained, ...]) -> dict[str, str]:
    """The households and people that these records are about, for lists; ids not known are left out."""

    def read(connection: Connection) -> dict[str, str]:
        wanted = {one.held.resident for one in found} | {one.held.id for one in found if one.held.kind == "resident"}
        rows = connection.execute(select(record.c.record).where(record.c.record.in_(sorted(wanted)[:500])))
        known = queries.many(connection, [row.record for row in rows])
        named = {one: row.state.get("groups", {}).get("name", {}).get("value", {}) for one, row in known.items()}
        return {one: str(value.get("name", "")) for one, value in named.items() if isinstance(value, dict)}

    return application.read(read)
