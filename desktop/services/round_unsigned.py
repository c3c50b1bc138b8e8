"""Consent forms that were drafted for a round (下村) and that nobody signed: declared void together, with one reason.

Whatever may carry a signature is left alone and named: paper that was printed, a signing that was begun or recorded, a
page in the tray that nobody has looked at, and what a colleague drafted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.services.application import Application, Done
from desktop.services.consent_signing import name_of
from desktop.services.permission import Capability, require
from desktop.services.prints import read_prints
from desktop.storage import drafts, queries, tray
from desktop.storage.journal import Action

_UNDECIDED: Final = (SheetState.DRAFTED, SheetState.PRINTED, SheetState.SIGNED, SheetState.SCANNED)

MOST: Final = 60
"""Steps that fit into one action, which may have 64 KiB, with a reason of a sentence or two."""


class Kept(StrEnum):
    """Why a form of the round is not declared void with the others."""

    SIGNED = "signed"
    PAGE_WAITS = "page-waits"
    BEGUN = "begun"
    PRINTED = "printed"
    COLLEAGUES = "colleagues"


KEPT_NAMES: Final[Mapping[Kept, str]] = {
    Kept.SIGNED: "已经签了",
    Kept.PAGE_WAITS: "收回来的页在待认盘里等着",
    Kept.BEGUN: "正在办，还没记完",
    Kept.PRINTED: "打印过，纸可能已经签了",
    Kept.COLLEAGUES: "是同事拟的",
}


@dataclass(frozen=True, slots=True)
class RoundForm:
    """One form that was drafted ahead: its sheet and number, whose it is, and why it is left alone, if it is."""

    sheet: str
    number: str
    name: str
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Voided:
    """The sheets that are void now, and the forms that were left alone."""

    sheets: tuple[str, ...]
    left: tuple[RoundForm, ...]


def round_forms(application: Application, villages: Collection[str], *, printed: bool = False) -> tuple[RoundForm, ...]:
    """The forms of these villages that were drafted ahead and are not decided, those that can be void first.

    ``printed``: those that were printed count too, once their paper is known to be unsigned and is destroyed.
    """
    return application.read(lambda connection: _forms(application, connection, villages, printed=printed))


def void_unsigned(
    application: Application, villages: Collection[str], reason: str, *, printed: bool = False
) -> Done[Voided]:
    """Declare all of them void with one reason, at once; their numbers stay accounted for.

    ``villages`` are codes. What is left alone is asked again in the same transaction.

    Raises:
        UserFacingError: ``round.no-reason``; ``round.none-unsigned``.
    """
    require(application, Capability.VOID_SHEET)
    if not reason.strip():
        raise UserFacingError("round.no-reason")

    def write(action: Action) -> Voided:
        found = _forms(application, action.connection, villages, printed=printed)
        ready = tuple(one.sheet for one in found if one.kept is None)
        if not ready:
            raise UserFacingError("round.none-unsigned")
        for sheet in ready:
            if len(ready) > MOST:  # one village may have as many, and each is void by itself
                action.make_room()
            row = queries.one(action.connection, sheet)
            state = row.status if row is not None else None
            action.add("sheet.moved", sheet, {"from": state, "to": SheetState.VOID.value, "reason": reason.strip()})
        return Voided(ready, tuple(one for one in found if one.kept is not None))

    return application.act(write)


def _forms(
    application: Application, connection: Connection, villages: Collection[str], *, printed: bool
) -> tuple[RoundForm, ...]:
    begun = [str(row.body) for row in drafts.listed(connection, None, None, without=(tray.TRAY, tray.PICTURE))]
    found = []
    for row in queries.of_kind(connection, "sheet", statuses=_UNDECIDED):
        home = queries.one(connection, row.household or "") if row.state["fields"].get("ahead") is True else None
        if home is None or home.division is None or home.division not in villages:
            continue
        fields = row.state["fields"]
        kept = _kept(application, connection, row, begun)
        if printed and kept is Kept.PRINTED:
            kept = None
        name = name_of(connection, row.resident or "")
        found.append(RoundForm(row.id, str(fields.get("number", "")), name, kept))
    return tuple(sorted(found, key=lambda one: (one.kept is not None, one.name, one.number)))


def _kept(
    application: Application, connection: Connection, row: queries.RecordRow, begun: Collection[str]
) -> Kept | None:
    """What speaks loudest against declaring a form void unseen."""
    if row.status in (SheetState.SIGNED, SheetState.SCANNED):
        return Kept.SIGNED
    if row.state["fields"].get("worker") != application.worker.id:
        return Kept.COLLEAGUES
    if tray.rows_about(connection, [row.id]):
        return Kept.PAGE_WAITS
    if any(row.id in one for one in begun):
        return Kept.BEGUN
    if row.status == SheetState.PRINTED or any(one.had_paper for one in read_prints(connection, row.id)):
        return Kept.PRINTED
    return None
