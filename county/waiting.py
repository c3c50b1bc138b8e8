"""What waits for an officer of the county (待办): how much of each, and the holds one by one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from county import tables
from county.lost import listed_vaults
from county.minors import listed
from county.opening import County
from county.sheets import waiting_sheets
from desktop.domain.minors import ApprovalState


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts. ``for_county_alone`` are those of the ``sheets`` that nobody else may check (``needs_county_check``);
    ``lost`` the laptops out of use or asked for as lost."""

    sheets: int
    for_county_alone: int
    lost: int
    holds: int
    minors_asked: int
    minors_emergency: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that the county keeps back, by numbers alone: its sort (``tables.hold``), whose laptop, and why."""

    sort: str
    worker_name: str
    vault: str
    record: str
    other: str
    reason: str
    since: str


def waiting(county: County) -> Waiting:
    """How much waits."""
    sheets, approvals = waiting_sheets(county), listed(county, waiting=True)
    return Waiting(
        sheets=len(sheets),
        for_county_alone=sum(one.is_for_county_alone for one in sheets),
        lost=sum(one.is_lost for one in listed_vaults(county)),
        holds=len(holds(county)),
        minors_asked=sum(one.state == ApprovalState.ASKED for one in approvals),
        minors_emergency=sum(one.state == ApprovalState.EMERGENCY for one in approvals),
    )


def holds(county: County) -> tuple[Hold, ...]:
    """Everything that is held, the oldest first."""
    hold, vault, worker = tables.hold, tables.vault, tables.worker
    with county.store.read() as connection:
        rows = connection.execute(
            select(hold, worker.c.name)
            .outerjoin(vault, (vault.c.county == hold.c.county) & (vault.c.id == hold.c.vault))
            .outerjoin(worker, (worker.c.county == vault.c.county) & (worker.c.id == vault.c.worker))
            .where(hold.c.county == county.code)
            .order_by(hold.c.id)
        ).all()
    return tuple(
        Hold(row.sort, row.name or "", row.vault, row.record or "", row.other or "", row.reason, row.since)
        for row in rows
    )
