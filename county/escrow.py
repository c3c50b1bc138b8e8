"""County escrow (县级托管): who holds halves, opening one for a recovery, and the county's own note of it.

Opening needs no database: a holder does it on his or her own computer, with the request, the key file and the number
that the worker read out by phone. The county notes it from the answer, whose signature says which holder it was: at
once where the half is opened beside the county's data, else from the file; and what nobody noted the laptop tells of
(``recoveries``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyrage
from sqlalchemy import Connection, select

from county import tables
from county.clock import now_text
from county.holder_key import HolderKey, office_of
from county.issuing import Issued, change_issued
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import (
    ESCROW_RECORD,
    LEAST_HOLDERS,
    MOST_HOLDERS,
    EscrowOffice,
    Half,
    Holder,
    Holders,
    check_half,
    is_spoken_number,
    read_half,
    read_holders,
)
from desktop.domain.journal import decode_body, hash_bytes
from desktop.domain.plain import to_plain
from desktop.domain.records import Result
from desktop.sync.envelope import Signed, seal, sign_document, unseal
from desktop.sync.protocol import MAX_ESCROW_BYTES, REQUEST_MARK, EscrowRequest, EscrowResponse, ProtocolError

ISSUED: Final = "escrow.issued"
OPENED: Final = "recovery.opened"


# --- the list of holders ----------------------------------------------------------------------------


def holders(county: County) -> Holders:
    """The list in force; version 0 before there is one."""
    with county.store.read() as connection:
        working = WorkingSet(connection, county.code)
        working.load_ids([ESCROW_RECORD])
        known = working.record(ESCROW_RECORD)
    found = None if known is None or known.state is None else read_holders(known.state["issued"])
    return found or Holders(0, ())


def add_holder(county: County, fields: Mapping[str, Any]) -> Issued:
    """Register a holder by the line that ``escrow-holder new`` printed; all laptops hear of it by the feed.

    Raises:
        UserFacingError: ``escrow.holder-malformed``, ``escrow.holder-known`` (this key, or this person in the other
            office), ``escrow.holders-many``.
    """
    new = _read_holder(fields)

    def add(present: Holders) -> tuple[Holder, ...]:
        for one in present.holders:
            same_key = one.recipient == new.recipient or one.signing_key == new.signing_key
            if same_key or (one.name == new.name and one.office is not new.office):
                raise UserFacingError("escrow.holder-known")
        if len(present.of(new.office)) >= MOST_HOLDERS:
            raise UserFacingError("escrow.holders-many", most=MOST_HOLDERS)
        return (*present.holders, new)

    return _change(county, add)


def retire_holder(county: County, recipient: str) -> Issued:
    """Take a holder off the list; every laptop makes new halves at its next sync.

    Raises:
        UserFacingError: ``escrow.holder-unknown``; ``escrow.holders-few`` where the office would have too few.
    """

    def retire(present: Holders) -> tuple[Holder, ...]:
        gone = [one for one in present.holders if one.recipient == recipient]
        if not gone:
            raise UserFacingError("escrow.holder-unknown")
        if present.is_complete and len(present.of(gone[0].office)) <= LEAST_HOLDERS:
            raise UserFacingError("escrow.holders-few", least=LEAST_HOLDERS)
        return tuple(one for one in present.holders if one.recipient != recipient)

    return _change(county, retire)


def _change(county: County, change: Any) -> Issued:
    def body(issued: Mapping[str, Any]) -> dict[str, Any]:
        present = read_holders(issued) or Holders(0, ())
        return {"holders": [to_plain(one) for one in change(present)]}

    return change_issued(county, "escrow", ESCROW_RECORD, body)


def _read_holder(fields: Mapping[str, Any]) -> Holder:
    texts = {name: fields.get(name, "") for name in ("office", "name", "recipient", "signing_key", "phone")}
    for name, value in texts.items():
        if not isinstance(value, str) or (not value.strip() and name != "phone"):
            raise UserFacingError("escrow.holder-malformed", field=name)
    try:
        pyrage.x25519.Recipient.from_str(texts["recipient"])
    except pyrage.RecipientError:
        raise UserFacingError("escrow.holder-malformed", field="recipient") from None
    if not re.fullmatch(r"[0-9a-f]{64}", texts["signing_key"]):
        raise UserFacingError("escrow.holder-malformed", field="signing_key")
    return Holder(
        office_of(texts["office"]), texts["name"].strip(), texts["recipient"], texts["signing_key"], texts["phone"]
    )


# --- opening a half -----------------------------------------------------------------------------------


def read_request(data: bytes, key: HolderKey) -> EscrowRequest:
    """A laptop's request, opened by one of the holders it is sealed to.

    Raises:
        UserFacingError: ``escrow.request-unreadable`` (not a request, damaged, or sealed to others).
    """
    if len(data) > MAX_ESCROW_BYTES or not data.startswith(REQUEST_MARK):
        raise UserFacingError("escrow.request-unreadable")
    try:
        return EscrowRequest.decode(unseal(data[len(REQUEST_MARK) :], key.sealing, limit=MAX_ESCROW_BYTES))
    except ProtocolError:
        raise UserFacingError("escrow.request-unreadable") from None


def open_half(request: EscrowRequest, key: HolderKey, office: EscrowOffice, case: str, heard: str) -> bytes:
    """Open one office's half and seal it to the laptop's request; answers the signed answer file.

    ``heard`` is the number that the worker read out by phone: only a person who knows the worker's voice, and calls
    the number on the roster, can tell the worker from a thief.

    Raises:
        UserFacingError: ``escrow.other-office`` (the key is the other office's), ``escrow.case-missing``,
            ``escrow.number-wrong``, ``escrow.half-sealed-to-others``, and the codes of ``check_half``.
    """
    if key.office is not office:
        raise UserFacingError("escrow.other-office")
    if not case.strip():
        raise UserFacingError("escrow.case-missing")
    if not is_spoken_number(heard, request.digest()):
        raise UserFacingError("escrow.number-wrong")
    half = _unseal_half(request.halves[office], key)
    check_half(half, request.terms, office)
    try:
        sealed = seal(half.encode(), [request.recipient])
    except (pyrage.RecipientError, ValueError):
        raise UserFacingError("escrow.request-unreadable") from None
    response = EscrowResponse(
        vault=request.terms.vault,
        request=request.digest(),
        terms=request.terms.digest(),
        office=office,
        holder=key.name,
        signing_key=key.signing.public,
        case=case.strip(),
        time=now_text(),
        sealed=sealed,
    )
    return sign_document(response.encode(), key.signing).encode()


def _unseal_half(sealed: bytes, key: HolderKey) -> Half:
    try:
        data = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key.sealing.secret)])
    except pyrage.DecryptError:
        raise UserFacingError("escrow.half-sealed-to-others") from None
    return read_half(data)


# --- the county's note --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noted:
    """What the county's journal now says; ``is_new`` is False where it said so before."""

    vault: str
    worker: str
    name: str
    office: EscrowOffice
    holder: str
    case: str
    is_new: bool


def note_opening(county: County, data: bytes) -> Noted:
    """Write to the county's journal that a half was opened: whose vault, which holder, when, under which case.

    Raises:
        UserFacingError: ``escrow.response-unreadable``, ``escrow.response-unsigned`` (by nobody who is or was a
            holder of that office), ``escrow.vault-unknown``.
    """
    try:
        signed = Signed.decode(data)
        response = EscrowResponse.decode(signed.document)
    except ProtocolError:
        raise UserFacingError("escrow.response-unreadable") from None
    with county.store.write() as connection:
        serialise(connection, county.code)
        holder = ever_holder(connection, county, response)
        try:
            signed.verified(response.signing_key)
        except ProtocolError:
            holder = None
        if holder is None:
            raise UserFacingError("escrow.response-unsigned")
        worker = _owner(connection, county, response.vault)
        noted = Noted(response.vault, worker.id, worker.name, response.office, holder.name, response.case, is_new=True)
        digest = hash_bytes(signed.document)
        if digest in {body.get("response") for body in own_bodies(connection, county, OPENED)}:
            return Noted(noted.vault, noted.worker, noted.name, noted.office, noted.holder, noted.case, is_new=False)
        body = {
            "request": response.request,
            "response": digest,
            "worker": worker.id,
            "office": response.office.value,
            "holder": holder.name,
            "signing_key": response.signing_key,
            "case": response.case,
            "time": response.time,
        }
        working = WorkingSet(connection, county.code)
        outcome = write_own(connection, county, working, [Draft(OPENED, response.vault, body, "")])
        if outcome.result is not Result.OK:
            raise UserFacingError("answer.refused", reason=outcome.reason)
    return noted


def ever_holder(connection: Connection, county: County, response: EscrowResponse) -> Holder | None:
    """A laptop that was long away still has halves for holders who have been retired since."""
    for body in own_bodies(connection, county, ISSUED):
        listed = read_holders(body)
        for one in listed.of(response.office) if listed is not None else ():
            if one.signing_key == response.signing_key and one.name == response.holder:
                return one
    return None


def _owner(connection: Connection, county: County, vault: str) -> Any:
    row = connection.execute(
        select(tables.worker.c.id, tables.worker.c.name)
        .join(tables.vault, tables.vault.c.worker == tables.worker.c.id)
        .where(tables.vault.c.county == county.code, tables.worker.c.county == county.code)
        .where(tables.vault.c.id == vault)
    ).first()
    if row is None:
        raise UserFacingError("escrow.vault-unknown")
    return row


def own_bodies(connection: Connection, county: County, kind: str) -> list[dict[str, Any]]:
    """What the county itself wrote of this kind, oldest first."""
    rows = connection.scalars(
        select(tables.entry.c.payload)
        .where(tables.entry.c.county == county.code, tables.entry.c.vault == county.vault, tables.entry.c.kind == kind)
        .order_by(tables.entry.c.seq)
    )
    return [decode_body(bytes(payload)) for payload in rows if payload is not None]
