"""Approvals to see minors' data (未成年人信息查阅批准): asked for, given, given beside, taken back, and the emergency.

Who may see what by them is asked of ``minors_gate``; the rules are ``desktop.domain.minors``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.minors import (
    EMERGENCY_DAYS,
    MOST_DAYS,
    Approval,
    ApprovalFields,
    ApprovalState,
    BesideApproval,
    Ground,
    approval_problem,
)
from desktop.domain.permissions import roles_of
from desktop.domain.plain import Misfit, decode, to_plain
from desktop.services import directory, door
from desktop.services.application import Application, Done
from desktop.services.beside_signing import has_slot, home_of, sign_beside
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.storage import queries
from desktop.storage.journal import Action
from desktop.sync.protocol import encode_minors_approval

__all__ = ["MOST_DAYS", "ApprovalState", "ApprovalView", "Approver", "Ground"]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """An approval as a person reads it. ``scope`` names the child or the places."""

    id: str
    state: ApprovalState
    said: ApprovalFields
    workers: tuple[str, ...]
    scope: str
    approver: str
    time: str
    reason: str
    is_emergency: bool
    is_mine: bool

    def is_over(self, on: date) -> bool:
        """Whether its last day is over, whatever its state says."""
        return self.said.until < on


@dataclass(frozen=True, slots=True)
class Approver:
    """A reviewer with a vault on this laptop, who can approve beside the worker; ``problem`` says why not, "" if so."""

    vault: str
    worker: str
    name: str
    needs_card: bool
    problem: str


def approvals(application: Application, *, resident: str = "") -> tuple[ApprovalView, ...]:
    """All approvals this vault knows, or those about one child; what waits for somebody first, then the newest."""

    def read(connection: Connection) -> tuple[ApprovalView, ...]:
        rows = queries.of_kind(connection, "approval", resident=resident or None)
        names = _worker_names(connection, application)
        places = {place.code: place for place in directory.read_villages(connection)}
        people = queries.many(connection, [row.resident for row in rows if row.resident])
        found = [_view(application, row, names, places, people) for row in rows]
        return tuple(sorted((one for one in found if one is not None), key=_waits_first))

    return application.read(read)


def ask(application: Application, said: Approval) -> Done[str]:
    """Ask for an approval for oneself; it leaves with the next sync, and the answer comes by a later one.

    Raises:
        UserFacingError: ``minors.asked`` where the same was asked already; ``action.refused`` with the reason.
    """
    require(application, Capability.ASK_MINORS_DATA)

    def write(action: Action) -> str:
        for row in queries.of_kind(action.connection, "approval", statuses=[ApprovalState.ASKED]):
            if _asks_the_same(said, _said(row)):
                raise UserFacingError("minors.asked")
        return _begin(action, ApprovalState.ASKED, said)

    return application.act(write)


def give(application: Application, approval_id: str) -> Done[None]:
    """A reviewer grants what was asked for; raises UserFacingError ``record.unknown``, ``action.refused``."""
    require(application, Capability.APPROVE_MINORS_DATA)
    own = {"approver": application.worker.id, "approver_name": application.worker.name}
    return _move(application, approval_id, ApprovalState.GIVEN, own)


def give_standing(application: Application, said: Approval) -> Done[str]:
    """A reviewer approves without being asked: for these workers, this child or these places, these days."""
    require(application, Capability.APPROVE_MINORS_DATA)
    own = {"approver": application.worker.id, "approver_name": application.worker.name}
    return application.act(lambda action: _begin(action, ApprovalState.GIVEN, said, own))


def refuse(application: Application, approval_id: str, reason: str) -> Done[None]:
    """A reviewer does not grant it, and says why; raises ``minors.reason-missing`` and as ``give``."""
    require(application, Capability.APPROVE_MINORS_DATA)
    return _move(application, approval_id, ApprovalState.REFUSED, {}, _words(reason))


def end(application: Application, approval_id: str, reason: str) -> Done[None]:
    """Take an approval back, or give it back: what it opened is closed at once; errors as ``refuse``."""
    require(application, Capability.ASK_MINORS_DATA)
    return _move(application, approval_id, ApprovalState.ENDED, {}, _words(reason))


def look_at_emergency(application: Application, approval_id: str, words: str) -> Done[None]:
    """A reviewer has looked at what somebody opened in an emergency, and says what came of it; errors as ``refuse``."""
    require(application, Capability.APPROVE_MINORS_DATA)
    own = {"approver": application.worker.id, "approver_name": application.worker.name}
    return _move(application, approval_id, ApprovalState.SEEN, own, _words(words))


def open_in_emergency(application: Application, resident_id: str, words: str) -> Done[str]:
    """Open one child's data at once, because life or health is in danger; today and tomorrow, and the county is told.

    Done over the lease too: a sick child does not wait for a supervisor's code.

    Raises:
        UserFacingError: ``minors.reason-missing``, ``record.unknown``.
    """
    require(application, Capability.ASK_MINORS_DATA)
    today = application.today()
    child = _child(application, resident_id)
    said = Approval(
        workers=(application.worker.id,),
        ground=Ground.DANGER,
        start=today,
        until=today + timedelta(days=EMERGENCY_DAYS),
        resident=child.id,
        household=child.household or "",
        words=_words(words),
    )
    return application.act(lambda action: _begin(action, ApprovalState.EMERGENCY, said), persons_right=True)


# --- beside the worker ----------------------------------------------------------------------------


def approvers_here(application: Application) -> tuple[Approver, ...]:
    """Everybody else with a vault on this laptop, by name, each with why they may not approve."""
    home = home_of(application)
    # Before the store is read: a keyring may ask somebody something.
    others = [
        (header, door.card_needed(home, header), has_slot(home, header.vault))
        for header in door.list_vaults(home)
        if header.vault != application.identity.vault and header.practice == application.practice and header.generation
    ]

    def read(connection: Connection) -> tuple[Approver, ...]:
        rostered = _rostered(connection, application)
        found = []
        for header, needs_card, is_here in others:
            entry = rostered.get(header.vault, {})
            problem = _approver_problem(entry, application.worker.id) or ("" if is_here else "check-no-slot")
            name = str(entry.get("name") or header.worker_name)
            found.append(Approver(header.vault, str(entry.get("worker", "")), name, needs_card, problem))
        return tuple(sorted(found, key=lambda one: (bool(one.problem), one.name)))

    return application.read(read)


def approve_beside(
    application: Application, said: Approval, approver: str, password: str, *, card: str | None = None
) -> Done[str]:
    """A reviewer sits beside the worker, approves, and signs it with the own key; it opens at once.

    The county verifies the signature when it arrives; where it does not hold, the approval falls with it.
    ``approver`` is the reviewer's vault; ``password`` and ``card`` as at the door.

    Raises:
        UserFacingError: ``beside.not-here``; ``action.refused`` with why this colleague may not; and as
            ``beside_signing.sign_beside``. Nothing is recorded then.
    """
    require(application, Capability.ASK_MINORS_DATA)
    home = home_of(application)
    if approver not in {one.vault for one in door.list_vaults(home)}:
        raise UserFacingError("beside.not-here")
    entry = application.read(lambda connection: _rostered(connection, application)).get(approver, {})
    problem = _approver_problem(entry, application.worker.id) or approval_problem(said)
    if problem:
        raise UserFacingError("action.refused", reason=problem)
    approval_id = new_id()
    statement = BesideApproval(
        id=approval_id,
        said=_plain(said),
        approver=str(entry["worker"]),
        vault=approver,
        recorded_in=application.identity.vault,
        time=application.clock().isoformat(timespec="seconds"),
    )
    signed = sign_beside(application, approver, password, card, encode_minors_approval(statement))
    more = {
        "approver": statement.approver,
        "approver_name": str(entry.get("name", "")),
        "statement": {"signed": signed.document.decode(), "signature": signed.signature.hex()},
    }
    return application.act(lambda action: _begin(action, ApprovalState.GIVEN, said, more, approval_id))


def _approver_problem(entry: Mapping[str, Any], worker: str) -> str:
    if not entry.get("worker"):
        return "check-key-unknown"
    if entry["worker"] == worker:
        return "same-person"
    return "" if entry.get("role") in roles_of(Capability.APPROVE_MINORS_DATA) else "not-allowed"


def _rostered(connection: Connection, application: Application) -> dict[str, Mapping[str, Any]]:
    """The vaults of this worker's townships, by id, as the county's roster has them."""
    rows = queries.many(connection, [f"roster-{one}" for one in application.worker.townships])
    return {one["vault"]: one for row in rows.values() for one in row.state["issued"].get("vaults", ())}


# --- writing and reading --------------------------------------------------------------------------


def _begin(
    action: Action,
    state: ApprovalState,
    said: Approval,
    more: Mapping[str, Any] | None = None,
    approval_id: str | None = None,
) -> str:
    made = approval_id or new_id()
    body = {"from": None, "to": state.value, "fields": {**_plain(said), **(more or {})}}
    action.add("approval.moved", made, body)
    return made


def _move(
    application: Application, approval_id: str, target: ApprovalState, fields: Mapping[str, Any], reason: str = ""
) -> Done[None]:
    def write(action: Action) -> None:
        row = queries.one(action.connection, approval_id)
        if row is None or row.kind != "approval":
            raise UserFacingError("record.unknown")
        body: dict[str, Any] = {"from": row.status, "to": target.value, "fields": dict(fields)}
        action.add("approval.moved", row.id, {**body, "reason": reason} if reason else body)

    return application.act(write)


def _plain(said: Approval) -> dict[str, Any]:
    """The fields of an approval as its entry has them: ``start`` is ``from`` there."""
    fields: dict[str, Any] = to_plain(said)
    return {"from": fields.pop("start"), **fields}


def _said(row: queries.RecordRow) -> Approval | None:
    try:
        return decode(Approval, row.state["fields"])
    except Misfit:
        return None


def _asks_the_same(said: Approval, other: Approval | None) -> bool:
    """Whether somebody waits already for as much and as long; the words may differ."""
    if other is None or said.until > other.until:
        return False
    return all(getattr(said, one) == getattr(other, one) for one in ("workers", "resident", "divisions", "ground"))


def _child(application: Application, resident_id: str) -> queries.RecordRow:
    row = application.read(lambda connection: queries.one(connection, resident_id))
    if row is None or row.kind != "resident":
        raise UserFacingError("record.unknown")
    return row


def _words(words: str) -> str:
    if not words.strip():
        raise UserFacingError("minors.reason-missing")
    return words.strip()


def _view(
    application: Application,
    row: queries.RecordRow,
    names: Mapping[str, str],
    places: Mapping[str, directory.Village],
    people: Mapping[str, queries.RecordRow],
) -> ApprovalView | None:
    try:
        said = decode(ApprovalFields, row.state["fields"])
    except Misfit:  # of a newer version
        return None
    child = people.get(said.resident)
    naming = child.group("name") if child is not None else {}
    scope = str(naming.get("name", "")) if said.resident else "、".join(_place_words(said.divisions, places))
    history = row.state["history"]
    return ApprovalView(
        id=row.id,
        state=ApprovalState(row.status or ""),
        said=said,
        workers=tuple(names.get(one, one) for one in said.workers),
        scope=scope or "已删除的人",
        approver=said.approver_name or names.get(said.approver, said.approver),
        time=str(history[-1]["time"]),
        reason=str(history[-1].get("reason", "")),
        is_emergency=history[0]["to"] == ApprovalState.EMERGENCY,
        is_mine=application.worker.id in said.workers,
    )


def _place_words(codes: Iterable[str], places: Mapping[str, directory.Village]) -> Iterable[str]:
    townships = {place.code[:TOWNSHIP_DIGITS]: place.township for place in places.values()}
    for code in codes:
        place = places.get(code)
        yield place.name if place is not None else f"{townships.get(code, code)}全部村"


def _worker_names(connection: Connection, application: Application) -> dict[str, str]:
    rows = queries.many(connection, [f"roster-{one}" for one in application.worker.townships])
    workers = (one for row in rows.values() for one in row.state["issued"].get("workers", ()))
    return {application.worker.id: application.worker.name, **{one["worker"]: one["name"] for one in workers}}


def _waits_first(view: ApprovalView) -> tuple[bool, float]:
    waits = view.state in (ApprovalState.ASKED, ApprovalState.EMERGENCY)
    return not waits, -datetime.fromisoformat(view.time).timestamp()
