"""The second check (核对) in the checker's own workspace: who may check a sheet, and which still permit something."""

from __future__ import annotations

from sqlalchemy import Connection

from desktop.domain.closing import ended_by_closing
from desktop.domain.consent import Grant, GrantState, SheetState, grant_of, standing
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import Role
from desktop.domain.sheet_signing import is_on_screen
from desktop.domain.stops import begun, ended_by_stops
from desktop.services import signatures
from desktop.services.application import Application, Done
from desktop.services.consent_records import read_sheet, referrals_of, stops_of
from desktop.services.consent_signing import problem_by_record
from desktop.services.permission import Capability, require
from desktop.services.scan_facts import scan_lack
from desktop.storage import queries
from desktop.storage.journal import Action


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

    def read(connection: Connection) -> tuple[Grant, ...]:
        rows = queries.of_kind(connection, "grant")
        known = [grant_of(row.state, row.resident or "", SheetState.CHECKED) for row in rows]
        stops = stops_of(connection)
        drafted = {row.id: begun(row.state) for row in queries.of_kind(connection, "sheet")} if stops else {}
        return ended_by_closing(ended_by_stops(known, stops, drafted), referrals_of(connection))

    known = application.read(read)
    return frozenset(grant.sheet for grant in standing(known) if grant.state == GrantState.IN_FORCE)


def check_sheet(application: Application, sheet_id: str, basis: str) -> Done[tuple[str, ...]]:
    """The second check in the checker's own workspace: agreed grants come into force.

    ``basis`` says what was compared: ``paper``, ``scan``, or ``screen`` for a sheet signed on the screen, whose
    signatures are then all opened and verified. Whoever took the consent is refused (``action.refused`` with
    ``same-person``), and so is a sheet that somebody signed who may not, as is known by now. Raises
    ``consent.no-scan`` where it was to be a scan, and not every signed page's picture lies on this laptop.
    """
    require(application, Capability.CHECK_SHEET)
    known = application.read(lambda connection: read_sheet(connection, sheet_id))
    if is_on_screen(known.fields):
        unseen = signatures.check_problem(application, known)
        if unseen:
            raise UserFacingError("action.refused", reason=unseen)
        if basis != "screen":
            raise UserFacingError("action.refused", reason="screen-and-paper")
    elif basis not in ("paper", "scan"):
        raise UserFacingError("action.refused", reason="unknown-word")

    def write(action: Action) -> tuple[str, ...]:
        sheet = read_sheet(action.connection, sheet_id)
        problem = problem_by_record(application, action.connection, sheet)
        if problem:
            raise UserFacingError("action.refused", reason=problem)
        if basis == "scan" and scan_lack(application, action.connection, sheet.id) is not None:
            raise UserFacingError("consent.no-scan")
        fields = {"checked_by": application.worker.name, "checked_against": basis}
        body = {"from": sheet.state.value, "to": SheetState.CHECKED.value, "fields": fields}
        action.add("sheet.moved", sheet_id, body)
        made = []
        for row in queries.of_kind(action.connection, "grant", resident=sheet.resident, statuses=[GrantState.AGREED]):
            if row.state["fields"]["sheet"] == sheet_id:
                step = {"from": GrantState.AGREED.value, "to": GrantState.IN_FORCE.value}
                action.add("grant.moved", row.id, step)
                made.append(row.id)
        return tuple(made)

    return application.act(write)
