"""The lives of a sheet and of a grant: which step follows which, who may take it, and what it must say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop.domain.consent import GrantState, SheetState
from desktop.domain.contact import contact_problem
from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.roles import COUNTY_ROLES, LAPTOP_ROLES, Role
from desktop.domain.sheet_signing import is_on_screen, needs_county_check, sheet_problem

_CHECKING: Final = roles_of(Capability.CHECK_SHEET) | {Role.SYSTEM}
"""The county's system takes the step in the name of whoever signed a check beside the worker, once it has verified it
(``beside_check``)."""
_SIGNATURES: Final = ("signed", "signer", "witness", "signed_on", "screen", "contact", "evidence")


def _drafted_by_two(worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Nobody is their own second worker."""
    return "second-is-drafter" if fields.get("second_worker") == worker else ""


def _checked_by_another(worker: str, role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Drafter ≠ checker (``design.md`` §6): whoever took the consent may not check it.

    ``second_worker`` is a roster id and nothing else. Where only a name was written down, nobody can tell
    whether the township's checker is that very person: then the county checks.
    """
    before = (state or {}).get("fields", {})
    problem = _same_signatures(worker, role, state, fields)
    if problem:
        return problem
    if role not in COUNTY_ROLES and needs_county_check(before):
        return "county-check"
    seconds = {one for one in (before.get("second_worker"), fields.get("second_worker")) if one}
    drafters = {step["worker"] for step in (state or {}).get("history", ())}
    if worker in {before.get("worker"), fields.get("worker")} | seconds | drafters:
        return "same-person"
    return "second-unknown" if role in LAPTOP_ROLES and not before.get("second_worker") else ""


def _same_signatures(_worker: str, _role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Who signed, and by what right, is said when it is signed and never otherwise."""
    before = (state or {}).get("fields", {})
    return "" if all(fields.get(one) == before.get(one) for one in _SIGNATURES) else "not-as-before"


def _signed_rightly(_worker: str, _role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Whoever has to sign has signed (民法典 17–23, PIPL 31), by what the sheet itself says of it.

    Only what is signed on the screen was not printed before.
    """
    if (state or {}).get("state") == SheetState.DRAFTED and not is_on_screen(fields):
        return "no-such-step"
    return sheet_problem(fields) or contact_problem(fields)


def _in_force_by_another(worker: str, _role: Role, state: Mapping[str, Any] | None, _fields: Mapping[str, Any]) -> str:
    """The same for each grant; who else was there is its sheet's to know, without which it does not count."""
    return "same-person" if worker in {step["worker"] for step in (state or {}).get("history", ())} else ""


SHEET = Lifecycle(
    {
        **steps((None,), (SheetState.DRAFTED,), roles_of(Capability.TAKE_CONSENT)),
        **steps((SheetState.DRAFTED,), (SheetState.PRINTED,), roles_of(Capability.TAKE_CONSENT)),
        **steps((SheetState.DRAFTED, SheetState.PRINTED), (SheetState.SIGNED,), roles_of(Capability.TAKE_CONSENT)),
        **steps((SheetState.SIGNED,), (SheetState.SCANNED,), roles_of(Capability.TAKE_SCAN)),
        **steps((SheetState.SIGNED, SheetState.SCANNED), (SheetState.CHECKED,), _CHECKING),
        **steps(
            (SheetState.DRAFTED, SheetState.PRINTED, SheetState.SIGNED, SheetState.SCANNED),
            (SheetState.VOID,),
            roles_of(Capability.VOID_SHEET),
        ),
    },
    guards={
        SheetState.DRAFTED: _drafted_by_two,
        SheetState.SIGNED: _signed_rightly,
        SheetState.SCANNED: _same_signatures,
        SheetState.CHECKED: _checked_by_another,
    },
    fixed=frozenset(
        {
            *("household", "resident", "worker", "asks", "signing", "script", "blank", "wording", "wordings"),
            *("near_relative", "near_relative_who"),
        }
    ),
)

GRANT = Lifecycle(
    {
        **steps((None,), (GrantState.AGREED, GrantState.REFUSED), roles_of(Capability.TAKE_CONSENT)),
        **steps((GrantState.AGREED,), (GrantState.IN_FORCE,), _CHECKING),
        # A withdrawal that a laptop recorded before it heard of the end is a withdrawal all the same.
        **steps(
            (GrantState.AGREED, GrantState.IN_FORCE, GrantState.EXPIRED),
            (GrantState.WITHDRAWN,),
            roles_of(Capability.WITHDRAW),
        ),
        # By the county's clock alone: a laptop's may stand in 2099.
        **steps((GrantState.AGREED, GrantState.IN_FORCE), (GrantState.EXPIRED,), frozenset({Role.SYSTEM})),
    },
    outranking=frozenset({GrantState.WITHDRAWN}),
    guards={GrantState.IN_FORCE: _in_force_by_another},
    # Whoever checks brings into force what the person signed, and nothing else.
    fixed=frozenset({"household", "resident", "sheet", "recipient", "purpose", "data_class", "from", "until"}),
)
