"""What the county asks of an action by its own records, beside the fold: when it comes, and again when it was held."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from county import tables
from county.beside_checks import check_problem
from county.blanks import blank_problem
from county.erasing import erasure_problem
from county.minors_beside import beside_approval_problem
from county.opening import County
from county.publicity import paper_problem
from county.records import WorkingSet
from county.roster import standing
from county.same_households import join_problem
from county.second_worker import second_worker_problem
from desktop.domain.records import Change


@dataclass(frozen=True, slots=True)
class Writer:
    """What the roster says about the vault whose batch it is; more than one role for a time after a change."""

    worker: str
    roles: frozenset[str]
    townships: tuple[str, ...]

    @property
    def home(self) -> str:
        """Where an entry belongs that is about nothing known here."""
        return self.townships[0] if self.townships else ""


def read_writer(connection: Connection, county: County, vault: str) -> Writer:
    """What the roster says about a vault's worker."""
    row = connection.execute(
        select(tables.worker.c.id, tables.worker.c.role, tables.worker.c.townships)
        .join(
            tables.vault,
            and_(tables.vault.c.county == tables.worker.c.county, tables.vault.c.worker == tables.worker.c.id),
        )
        .where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
    ).one()
    now = standing(connection, county, row.id, row.role, json.loads(row.townships))
    return Writer(row.id, now.roles, now.townships)


def rule_problem(working: WorkingSet, county: County, vault: str, writer: Writer, changes: Sequence[Change]) -> str:
    """Why these changes of one action may not be, as a reason code, or ""; ``vault`` is the one whose journal it is."""
    return (
        second_worker_problem(working.connection, county.code, changes)
        or paper_problem(working, changes)
        or blank_problem(working, changes)
        or check_problem(working, county, vault, writer.worker, changes)
        or beside_approval_problem(working, county, vault, changes)
        or join_problem(working, changes)
        or erasure_problem(working.connection, county, vault, writer.townships, changes)
    )
