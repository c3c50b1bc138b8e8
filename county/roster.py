"""Changing a worker of the roster (花名册): another role, office or township.

The change is issued as ``worker.issued`` to the whole county, so that the worker's own laptop hears of it wherever it
belongs now, and the rosters of the townships left and joined follow. What the laptop wrote before it could know was
lawful then: its earlier role and townships count for ``EARLIER_DAYS`` after the change, unless it is to hold at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select, update

from county import tables
from county.clock import now_text
from county.enrolment import Worker, check_townships, read_worker
from county.issuing import issue_rosters, issue_worker
from county.journal import serialise
from county.opening import County
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import LAPTOP_ROLES, Role

EARLIER_DAYS: Final = 90
"""As long as a laptop may work without meeting its county (``reference.md`` §3.5, offline lease)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A worker's role and townships as they are or, for what was written before a change, as they were."""

    roles: frozenset[str]
    townships: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A worker as changed. ``left`` townships' people are still, encrypted, on the laptops with ``vaults``: only a
    wipe takes them off (``revocation``), after which the worker is enrolled anew."""

    worker: Worker
    left: tuple[str, ...]
    vaults: tuple[str, ...]


def change_worker(
    county: County,
    worker: str,
    *,
    role: str | None = None,
    office: str | None = None,
    townships: Sequence[str] | None = None,
    at_once: bool = False,
) -> Changed:
    """Change what the roster says of a worker who has a laptop; what is None stays.

    ``at_once``: nothing that arrives from now on is judged by the earlier role or townships.

    Raises:
        UserFacingError: ``worker.unknown``, ``worker.without-laptop``, ``worker.malformed``,
            ``worker.township-unknown``.
    """
    if role is not None and role not in LAPTOP_ROLES:
        raise UserFacingError("worker.malformed", field="role")
    if townships is not None:
        check_townships(county, townships)
    with county.store.write() as connection:
        serialise(connection, county.code)
        old = read_worker(connection, county, worker)
        if old is None:
            raise UserFacingError("worker.unknown", worker=worker)
        if old.role not in LAPTOP_ROLES:
            raise UserFacingError("worker.without-laptop", worker=worker)
        new = replace(
            old,
            role=old.role if role is None else Role(role),
            office=old.office if office is None else office.strip(),
            townships=old.townships if townships is None else tuple(townships),
        )
        connection.execute(
            update(tables.worker)
            .where(tables.worker.c.county == county.code, tables.worker.c.id == worker)
            .values(role=new.role.value, office=new.office, townships=json.dumps(new.townships))
        )
        earlier = [] if at_once else [*_earlier(connection, county, worker), _before(old, new)]
        body = {
            "worker": new.id,
            "name": new.name,
            "role": new.role.value,
            "office": new.office,
            "townships": list(new.townships),
            "earlier": [one for one in earlier if one is not None],
        }
        issue_worker(connection, county, new.id, body)
        issue_rosters(connection, county, {*old.townships, *new.townships})
        left = tuple(one for one in old.townships if one not in new.townships)
        return Changed(new, left, _vaults(connection, county, worker) if left else ())


def standing(connection: Connection, county: County, worker: str, role: str, townships: Sequence[str]) -> Standing:
    """By what the entries of a worker's vault are judged now."""
    roles, places = {role}, list(townships)
    for one in _earlier(connection, county, worker):
        if datetime.fromisoformat(one["until"]) + timedelta(days=EARLIER_DAYS) > datetime.now(UTC):
            roles.add(one["role"])
            places += [place for place in one["townships"] if place not in places]
    return Standing(frozenset(roles), tuple(places))


def _vaults(connection: Connection, county: County, worker: str) -> tuple[str, ...]:
    of_worker = (tables.vault.c.county == county.code, tables.vault.c.worker == worker)
    return tuple(connection.scalars(select(tables.vault.c.id).where(*of_worker).order_by(tables.vault.c.id)))


def _before(old: Worker, new: Worker) -> dict[str, Any] | None:
    if (old.role, old.townships) == (new.role, new.townships):
        return None
    return {"role": old.role.value, "townships": list(old.townships), "until": now_text()}


def _earlier(connection: Connection, county: County, worker: str) -> list[dict[str, Any]]:
    state = connection.scalar(
        select(tables.record.c.state).where(
            tables.record.c.county == county.code, tables.record.c.id == f"worker-{worker}"
        )
    )
    issued: Mapping[str, Any] = {} if state is None else json.loads(state)["issued"]
    return list(issued.get("earlier", ()))
