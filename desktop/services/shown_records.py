"""What a form that comes back signed shows of the record (``signed_forms``), part by part, each as a hash.

Taken when the form is made and noted with its printing (``Printed.parts``); taken again when the paper comes back, it
says which part the record says otherwise by now. It goes by what is recorded, whoever looks: what is closed to somebody
is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.needs import NeedState
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.paper_parts import part_hashes
from desktop.storage import queries

Said = tuple[object, ...]

_HOUSEHOLD: Final = ("address", "head", "number", "near_relative")
_MEMBER: Final = ("name", "birth", "membership", "phones")
_WISH: Final = ("public_name", "group", "age", "kind", "words", "budget", "by", "delivery", "visit", "public_agreed")
_REFERRAL: Final = ("number", "recipient", "reply_by")


def shown_parts(application: Application, form: str, print_id: str, of: str, household: str) -> Mapping[str, str]:
    """The parts of a form (by its wording's name) about the record ``of``; none of a form that shows no record."""
    subject = _SUBJECT.get(form)
    office = directory.office(application) if form != "visit-record" else None
    bodies = {body.id: body for body in directory.organisations(application)}

    def read(connection: Connection) -> dict[str, Said]:
        row = queries.one(connection, of)
        said: dict[str, Said] = {}
        if subject is not None and row is not None:
            said["subject"] = subject(connection, row)
        if form in ("visit-record", "need-registration"):
            said["household"] = _household(connection, household)
        if row is not None and row.kind == "referral":
            body = bodies.get(str(row.state["fields"].get("recipient", "")))
            said["recipients"] = (body.name if body is not None else "",)
        if office is not None:
            said["office"] = (office.name, office.address, office.phone, office.contact)
        return said

    return part_hashes(print_id, application.read(read))


def _visit(connection: Connection, row: queries.RecordRow) -> Said:
    """A visit is a fact: what changes it is another that corrects it."""
    later = queries.of_kind(connection, "visit", household=row.household)
    return (row.id, sorted(one.id for one in later if one.state["fact"].get("amends") == row.id))


def _needs(connection: Connection, row: queries.RecordRow) -> Said:
    """The needs that are open."""
    needs = queries.of_kind(connection, "need", statuses=[NeedState.OPEN], household=row.id)
    fields = [one.state["fields"] for one in needs]
    return tuple(sorted((str(one.get("code")), str(one.get("urgency")), str(one.get("words"))) for one in fields))


def _fields(*names: str) -> Callable[[Connection, queries.RecordRow], Said]:
    def said(_: Connection, row: queries.RecordRow) -> Said:
        return tuple(row.state["fields"].get(one) for one in names)

    return said


_SUBJECT: Final[Mapping[str, Callable[[Connection, queries.RecordRow], Said]]] = {
    "visit-record": _visit,
    "need-registration": _needs,
    "wish-card": _fields(*_WISH),
    "help-feedback": _fields(*_REFERRAL),
    "referral-receipt": _fields(*_REFERRAL),
}


def _household(connection: Connection, household: str) -> Said:
    """Where they live, who heads it, what they are held for, and who lives there."""
    home = queries.one(connection, household)
    members = queries.of_kind(connection, "resident", household=household)
    held = {} if home is None else {name: _value(home, name) for name in sorted(home.state["groups"])}
    shown = {name: value for name, value in held.items() if name in _HOUSEHOLD or name.startswith("category:")}
    people = {one.id: [_value(one, name) for name in _MEMBER] for one in members}
    return (shown, people)


def _value(row: queries.RecordRow, group: str) -> Any:
    return row.state["groups"].get(group, {}).get("value")
