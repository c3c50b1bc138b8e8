"""Recoveries that a laptop tells of (密码恢复的报告): noted by themselves, and listed where no holder noted them.

A half is opened on a holder's own computer, and nothing can force a person to bring the answer file to the county as
well. So the laptop's first contact after its recovery carries the holders' signed answers, and its journal says
``vault.recovered`` besides. Whatever of that no holder noted (``escrow.note_opening``) waits for a person: it may be a
file that was forgotten, or a key that somebody else had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, select

from county import tables
from county.escrow import OPENED, ever_holder, own_bodies
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, decode_body, hash_bytes
from desktop.domain.records import Result
from desktop.sync.envelope import Signed
from desktop.sync.protocol import EscrowResponse, ProtocolError

REPORTED: Final = "recovery.reported"
SETTLED: Final = "recovery.settled"
_RECOVERED: Final = "vault.recovered"
_MOST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class UnnotedOpening:
    """One half of a recovery that no holder noted. ``signed``: by whoever is or was a holder; ``told`` how the county
    knows of it: ``contact``, or ``journal`` (the vault's own entry alone)."""

    request: str
    vault: str
    worker: str
    office: str
    holder: str
    case: str
    time: str
    signed: bool
    told: str
    settled: bool = False


# --- what a contact brings ------------------------------------------------------------------------


def note_reported(connection: Connection, county: County, vault: str, answers: Sequence[bytes]) -> None:
    """Write what a vault tells of its recovery, once per answer; in the transaction of its contact.

    Nothing is refused: an answer that cannot be read or that no holder signed is noted as just that.
    """
    if not answers:
        return
    serialise(connection, county.code)
    noted = {body.get("response") for kind in (OPENED, REPORTED) for body in own_bodies(connection, county, kind)}
    drafts = []
    for data in answers:
        body = _report(connection, county, vault, data)
        if body["response"] not in noted:
            noted.add(body["response"])
            drafts.append(Draft(REPORTED, vault, body, ""))
    if drafts:
        outcome = write_own(connection, county, WorkingSet(connection, county.code), drafts)
        if outcome.result is not Result.OK:
            raise UserFacingError("answer.refused", reason=outcome.reason)


def _report(connection: Connection, county: County, vault: str, data: bytes) -> dict[str, Any]:
    try:
        signed = Signed.decode(data)
        response = EscrowResponse.decode(signed.document)
    except ProtocolError:
        return {"response": hash_bytes(data), "signed": False}
    is_signed = ever_holder(connection, county, response) is not None and response.vault == vault
    try:
        signed.verified(response.signing_key)
    except ProtocolError:
        is_signed = False
    return {
        "response": hash_bytes(signed.document),
        "request": response.request[:64],
        "office": response.office.value,
        "holder": response.holder[:100],
        "signing_key": response.signing_key[:64],
        "case": response.case[:200],
        "time": response.time[:40],
        "signed": is_signed,
    }


# --- what waits for a person ----------------------------------------------------------------------


def unnoted(county: County) -> list[UnnotedOpening]:
    """Every half that is known to have been opened and that no holder noted, the oldest first."""
    with county.store.read() as connection:
        return unnoted_in(connection, county)


def unnoted_in(connection: Connection, county: County) -> list[UnnotedOpening]:
    """The same in a transaction that is open."""
    opened = own_bodies(connection, county, OPENED)
    responses = {body.get("response") for body in opened}
    halves = {(body.get("request"), body.get("office")) for body in opened}
    settled = {body.get("request") for body in own_bodies(connection, county, SETTLED)}
    workers = _workers(connection, county)
    found: dict[tuple[str, str, str], UnnotedOpening] = {}
    for vault, body in _entries(connection, county, REPORTED):
        one = _shown(workers, vault, body, is_signed=body.get("signed") is True, told="contact")
        if body.get("response") not in responses and _name(body) not in settled:
            found[vault, one.request, one.office] = one
    for vault, body in _entries(connection, county, _RECOVERED):
        for answer in _answers(body):
            told = {**answer, "request": body.get("request", "")}
            one = _shown(workers, vault, told, is_signed=False, told="journal")
            is_known = (one.request, one.office) in halves or one.request in settled
            if not is_known:
                found.setdefault((vault, one.request, one.office), one)
    return sorted(found.values(), key=lambda one: (one.time, one.request, one.office))


def settle(county: County, request: str, reason: str) -> list[UnnotedOpening]:
    """A person has asked the holders: write what came of it, and take the recovery off the list.

    Raises:
        UserFacingError: ``recovery.settle-reason-missing``; ``recovery.unknown`` for one that is not on the list.
    """
    why = reason.strip()[:_MOST_REASON]
    if not why:
        raise UserFacingError("recovery.settle-reason-missing")
    with county.store.write() as connection:
        serialise(connection, county.code)
        some = [one for one in unnoted_in(connection, county) if one.request == request]
        if not some:
            raise UserFacingError("recovery.unknown")
        body = {"request": request, "reason": why, "offices": sorted(one.office for one in some)}
        outcome = write_own(
            connection, county, WorkingSet(connection, county.code), [Draft(SETTLED, some[0].vault, body, "")]
        )
        if outcome.result is not Result.OK:
            raise UserFacingError("answer.refused", reason=outcome.reason)
    return [replace(one, settled=True) for one in some]


def _entries(connection: Connection, county: County, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Bodies by the vault they are about: the county's own by their record, a vault's own by who wrote it."""
    entry = tables.entry
    rows = connection.execute(
        select(entry.c.vault, entry.c.record, entry.c.payload)
        .where(entry.c.county == county.code, entry.c.kind == kind, entry.c.payload.is_not(None))
        .order_by(entry.c.position)
    )
    found = []
    for row in rows:
        try:
            body = decode_body(bytes(row.payload))
        except EntryFormatError:
            continue
        is_own = row.vault == county.vault
        if is_own == (kind == REPORTED):
            found.append((str(row.record if is_own else row.vault), body))
    return found


def _answers(body: dict[str, Any]) -> list[dict[str, Any]]:
    given = body.get("answers")
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _name(body: dict[str, Any]) -> str:
    """What a person settles it by: the request, or the answer itself where that could not be read."""
    return str(body.get("request") or body.get("response") or "")


def _shown(workers: dict[str, str], vault: str, body: dict[str, Any], *, is_signed: bool, told: str) -> UnnotedOpening:
    office, holder, case, time = (str(body.get(name, "")) for name in ("office", "holder", "case", "time"))
    return UnnotedOpening(_name(body), vault, workers[vault], office, holder, case, time, is_signed, told)


def _workers(connection: Connection, county: County) -> dict[str, str]:
    vault, worker = tables.vault.c, tables.worker.c
    rows = connection.execute(
        select(vault.id, worker.name)
        .join_from(tables.vault, tables.worker, (worker.county == vault.county) & (worker.id == vault.worker))
        .where(vault.county == county.code)
    )
    return defaultdict(str, {str(row.id): str(row.name) for row in rows})
