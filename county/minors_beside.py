"""Approvals to see a minor's data that a reviewer signed beside the worker (在旁批准): verified when they arrive.

It has opened something already, as it must at a doorway; where the signature does not hold, the approval is rejected,
closes at the laptop with the answer, and stands in the county's holds for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from county.beside_checks import Checker, read_checker
from county.opening import County
from county.records import BROKEN, WorkingSet
from desktop.domain.minors import APPROVERS, OTHER_STATEMENT, ApprovalFields, ApprovalState, beside_problem
from desktop.domain.plain import Misfit, decode
from desktop.domain.records import Change
from desktop.sync.envelope import verify
from desktop.sync.protocol import ProtocolError, decode_minors_approval


def beside_approval_problem(working: WorkingSet, county: County, vault: str, changes: Iterable[Change]) -> str:
    """Why an approval among these changes of one action does not hold, as a reason code, or "".

    ``vault`` is the one whose journal it is.
    """
    for change in changes:
        body = change.body or {}
        if change.kind != "approval.moved" or body.get("to") != ApprovalState.GIVEN or change.role in APPROVERS:
            continue
        try:
            problem = _problem(working, county, vault, change.record, dict(body.get("fields") or {}))
        except (*BROKEN, Misfit, ProtocolError):
            return OTHER_STATEMENT
        if problem:
            return problem
    return ""


def _problem(working: WorkingSet, county: County, vault: str, record: str, fields: dict[str, Any]) -> str:
    statement = decode(ApprovalFields, fields).statement
    if statement is None:
        return "not-allowed"
    signed = decode_minors_approval(statement.signed.encode())
    approver = read_checker(working, county, signed.vault)
    if approver is None or approver.worker != signed.approver:
        return "check-key-unknown"
    try:
        verify(statement.signed.encode(), bytes.fromhex(statement.signature), approver.signing_key)
    except ValueError:
        return "check-signature-wrong"
    if approver.revoked:
        return "check-key-revoked"
    if not set(approver.standing.roles) & APPROVERS:
        return "not-allowed"
    if not _is_of_the_place(working, approver, fields):
        return "check-other-township"
    return beside_problem(signed, record, fields, vault)


def _is_of_the_place(working: WorkingSet, approver: Checker, fields: dict[str, Any]) -> bool:
    townships = tuple(approver.standing.townships)
    if fields.get("divisions"):
        return all(str(one).startswith(townships) for one in fields["divisions"])
    working.load_ids([str(fields.get("resident"))])
    child = working.record(str(fields.get("resident")))
    return child is not None and child.township in townships
