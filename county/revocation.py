"""Taking a laptop's right away (停用), with or without erasing its keys (远程清除), and giving it back.

A revoked vault gets no feed. What it still sends is stored and waits for review: losing a dead worker's visits is
worse than storing a thief's bytes. Everything is in the county's journal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from county import tables
from county.clock import now_text
from county.contacts import lease_secret, read_order
from county.issuing import issue_rosters
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from county.store import upsert
from desktop.domain.errors import UserFacingError
from desktop.domain.lease import PERIOD_DAYS, code_for, period_begin, period_of
from desktop.sync.protocol import GOOD, REVOKED, STORED, WIPE


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is in force for a vault now, and how many of its batches wait for review."""

    vault: str
    standing: str
    order: int
    since: str
    waiting_batches: int


def revoke(county: County, vault: str, reason: str, *, wipe: bool, ask: str = "") -> Ordered:
    """Revoke a vault; with ``wipe`` it also erases its keys at the next contact, after a last upload.

    ``ask`` is whom its worker is told to call; the county's name where nothing is given.

    Raises:
        UserFacingError: ``vault.unknown``, ``answer.reason-missing``.
    """
    return _order(county, vault, WIPE if wipe else REVOKED, reason, ask)


def reinstate(county: County, vault: str, reason: str) -> Ordered:
    """Take a revocation back; what was sent meanwhile is applied. A wipe that was carried out cannot be undone.

    Raises:
        UserFacingError: ``vault.unknown``, ``revocation.none``, ``answer.reason-missing``.
    """
    return _order(county, vault, GOOD, reason, "")


def accept_batches(county: County, vault: str, reason: str) -> Ordered:
    """After review: apply what a revoked vault has sent, and what it still sends.

    Raises:
        UserFacingError: ``vault.unknown``, ``revocation.none``, ``answer.reason-missing``.
    """
    with county.store.write() as connection:
        serialise(connection, county.code)
        _known(connection, county, vault, reason)
        order = read_order(connection, county, vault)
        if order is None or order.standing == GOOD:
            raise UserFacingError("revocation.none", vault=vault)
        connection.execute(
            update(tables.revocation)
            .where(tables.revocation.c.county == county.code, tables.revocation.c.vault == vault)
            .values(accepted=True)
        )
        _note(connection, county, "vault.batches-accepted", vault, {"vault": vault, "reason": reason.strip()})
        return _ordered(connection, county, vault)


def lease_code(county: County, vault: str) -> dict[str, str]:
    """The supervisor code of the present period, to be read out; noted in the journal without the code.

    Raises:
        UserFacingError: ``vault.unknown``; ``revocation.in-force`` for one that may not work.
    """
    with county.store.write() as connection:
        serialise(connection, county.code)
        _known(connection, county, vault, "-")
        order = read_order(connection, county, vault)
        if order is not None and order.standing != GOOD:
            raise UserFacingError("revocation.in-force", vault=vault)
        period = period_of(datetime.now(UTC))
        _note(connection, county, "vault.lease-code-given", vault, {"vault": vault, "period": period})
    until = period_begin(period).astimezone().date().isoformat()
    return {
        "vault": vault,
        "code": code_for(lease_secret(county, vault), vault, period),
        "counts_from": until,
        "period_days": str(PERIOD_DAYS),
    }


def _order(county: County, vault: str, standing: str, reason: str, ask: str) -> Ordered:
    with county.store.write() as connection:
        serialise(connection, county.code)
        townships = _known(connection, county, vault, reason)
        before = read_order(connection, county, vault)
        if standing == GOOD and (before is None or before.standing == GOOD):
            raise UserFacingError("revocation.none", vault=vault)
        order = {
            "county": county.code,
            "vault": vault,
            "number": 1 if before is None else before.number + 1,
            "standing": standing,
            "since": now_text(),
            "reason": reason.strip(),
            "ask": ask.strip() or county.name,
            "accepted": False,
        }
        upsert(connection, tables.revocation, [order])
        verb = "vault.reinstated" if standing == GOOD else "vault.revoked"
        body = {"vault": vault, "order": order["number"], "wipe": standing == WIPE, "reason": reason.strip()}
        _note(connection, county, verb, vault, body)
        issue_rosters(connection, county, townships)
        return _ordered(connection, county, vault)


def _known(connection: Connection, county: County, vault: str, reason: str) -> list[str]:
    row = connection.execute(
        select(tables.vault.c.id, tables.worker.c.townships)
        .join(
            tables.worker,
            (tables.worker.c.county == tables.vault.c.county) & (tables.worker.c.id == tables.vault.c.worker),
        )
        .where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
    ).first()
    if row is None:
        raise UserFacingError("vault.unknown", vault=vault)
    if not reason.strip():
        raise UserFacingError("answer.reason-missing")
    townships: list[str] = json.loads(row.townships)
    return townships


def _note(connection: Connection, county: County, kind: str, vault: str, body: dict[str, Any]) -> None:
    write_own(connection, county, WorkingSet(connection, county.code), [Draft(kind, vault, body, "")])


def _ordered(connection: Connection, county: County, vault: str) -> Ordered:
    order = read_order(connection, county, vault)
    waiting = connection.scalar(
        select(func.count())
        .select_from(tables.batch)
        .where(tables.batch.c.county == county.code, tables.batch.c.vault == vault, tables.batch.c.stage == STORED)
    )
    if order is None:
        raise UserFacingError("revocation.none", vault=vault)
    return Ordered(vault, order.standing, order.number, order.since, int(waiting or 0))
