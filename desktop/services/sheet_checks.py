"""Where a sheet stands: who may check it, which sheets still permit something."""

from __future__ import annotations

from sqlalchemy import Connection

from desktop.domain.consent import GrantState, SheetState, grant_of, standing
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import Role
from desktop.services.application import Application
from desktop.services.consent_records import read_sheet
from desktop.services.consent_signing import problem_by_record
from desktop.storage import queries


def check_problem(application: Application, sheet_id: str) -> str:
    """Why this worker may not do the second check of a sheet, as a reason code; "" where they may.

    The rules are the lifecycle's own (``same-person``: whoever took the consent does not check it), and that of who
    has to sign, by what is known of the person now.
    """
    worker = application.worker

    def read(connection: Connection) -> str:
        row = queries.one(connection, sheet_id)
        if row is None or row.kind != "sheet":
            raise UserFacingError("record.unknown")
        state, fields = row.state, row.state["fields"]
        role, target = Role(worker.role), SheetState.CHECKED
        problem = SHEET.problem(row.status, row.status, target, role, worker.id, state, fields)
        return problem or problem_by_record(application, connection, read_sheet(connection, sheet_id))

    return application.read(read)


def live_sheets(application: Application) -> frozenset[str]:
    """Ids of the sheets that at least one grant in force rests on, and no later refusal of the same overrules."""
    rows = application.read(lambda connection: queries.of_kind(connection, "grant"))
    known = [grant_of(row.state, row.resident or "", SheetState.CHECKED) for row in rows]
    return frozenset(grant.sheet for grant in standing(known) if grant.state == GrantState.IN_FORCE)
