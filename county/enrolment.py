"""Workers, one-time codes (开通码) and the enrolment of their vaults."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyrage
from sqlalchemy import Connection, and_, select, update

from county import tables
from county.clock import now_text
from county.intake import IDENTITY_PATTERN
from county.issuing import issue_rosters
from county.journal import next_count, serialise
from county.opening import County
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import LAPTOP_ROLES, Role
from desktop.sync.envelope import Signed, sign_document
from desktop.sync.protocol import Enrolment, EnrolmentCode, EnrolmentRequest, ProtocolError, key_fingerprint

CODE_SECONDS: Final = 7 * 24 * 3600
"""A code that nobody used is worthless after seven days."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A person of the roster. For a charity contact ``office`` is the id of the organisation."""

    id: str
    name: str
    role: Role
    office: str
    townships: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewWorker:
    """What ``add_worker`` answers; ``code`` is None for those who work without a laptop."""

    worker: Worker
    code: str | None
    expires: int | None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The signed answer to an enrolment request, and whether it was given for the first time."""

    answer: bytes
    fresh: bool


class Refused(ProtocolError):
    """A token or a vault that the county does not accept."""


def add_worker(county: County, name: str, role: str, office: str, townships: Sequence[str]) -> NewWorker:
    """Put a worker on the roster; township roles get a one-time code for their laptop.

    Raises:
        UserFacingError: ``worker.malformed``, ``worker.township-unknown`` (nine digits of this county).
    """
    try:
        known_role = Role(role)
    except ValueError:
        raise UserFacingError("worker.malformed", field="role") from None
    if not name.strip() or known_role is Role.SYSTEM:
        raise UserFacingError("worker.malformed", field="name" if not name.strip() else "role")
    laptop = known_role in LAPTOP_ROLES
    if laptop or townships:
        check_townships(county, townships)
    with county.store.write() as connection:
        number = next_count(connection, county.code, "worker")
        worker = Worker(f"W-{number:04}", name.strip(), known_role, office.strip(), tuple(townships))
        connection.execute(
            tables.worker.insert().values(
                county=county.code,
                id=worker.id,
                name=worker.name,
                role=worker.role.value,
                office=worker.office,
                townships=json.dumps(worker.townships),
            )
        )
        if not laptop:
            return NewWorker(worker, None, None)
        code, expires = _new_code(connection, county, worker.id)
    return NewWorker(worker, code, expires)


def check_townships(county: County, townships: Sequence[str]) -> None:
    """Raises UserFacingError ``worker.malformed`` for none, ``worker.township-unknown`` for one of another county."""
    if not townships:
        raise UserFacingError("worker.malformed", field="townships")
    for township in townships:
        if not re.fullmatch(rf"{county.code}\d{{3}}", township, re.ASCII):
            raise UserFacingError("worker.township-unknown", township=township)


def renew_code(county: County, worker: str) -> NewWorker:
    """Another one-time code for a worker of the roster: a new laptop, or a code that ran out.

    Raises:
        UserFacingError: ``worker.unknown``, ``worker.without-laptop``.
    """
    with county.store.write() as connection:
        found = read_worker(connection, county, worker)
        if found is None:
            raise UserFacingError("worker.unknown", worker=worker)
        if found.role not in LAPTOP_ROLES:
            raise UserFacingError("worker.without-laptop", worker=worker)
        code, expires = _new_code(connection, county, worker)
    return NewWorker(found, code, expires)


def read_worker(connection: Connection, county: County, worker: str) -> Worker | None:
    """A worker of the roster, or None."""
    row = connection.execute(
        select(tables.worker).where(tables.worker.c.county == county.code, tables.worker.c.id == worker)
    ).first()
    return None if row is None else Worker(row.id, row.name, Role(row.role), row.office, _townships(row))


def enrol(county: County, body: bytes) -> Enrolled:
    """Answer an enrolment request with a signed Enrolment.

    The same request again gets the same answer, so that a lost answer costs nothing. A token is kept
    as a hash and works once, for one vault.

    Raises:
        Refused: ``token-unknown``, ``token-expired``, ``token-used``, ``vault-taken``.
        ProtocolError: ``signature-wrong``, ``enrolment-malformed`` and the codes of ``Signed.decode``.
    """
    signed = Signed.decode(body)
    request = EnrolmentRequest.decode(signed.document)
    signed.verified(request.signing_key)
    _check(request)
    with county.store.write() as connection:
        serialise(connection, county.code)
        row = connection.execute(
            select(tables.enrolment_code, tables.worker)
            .join(
                tables.worker,
                and_(
                    tables.worker.c.county == tables.enrolment_code.c.county,
                    tables.worker.c.id == tables.enrolment_code.c.worker,
                ),
            )
            .where(
                tables.enrolment_code.c.county == county.code,
                tables.enrolment_code.c.token_hash == _token_hash(request.token),
            )
        ).first()
        if row is None:
            raise Refused("token-unknown")
        known = connection.execute(
            select(tables.vault).where(tables.vault.c.county == county.code, tables.vault.c.id == request.vault)
        ).first()
        if row.vault is not None:
            asked = (request.vault, request.signing_key, request.recipient)
            if known is not None and (row.vault, known.signing_key, known.recipient) == asked:
                return Enrolled(bytes(known.answer), fresh=False)
            raise Refused("token-used")
        if row.expires < time.time():
            raise Refused("token-expired")
        if known is not None or request.vault == county.vault:
            raise Refused("vault-taken")
        worker = Worker(row.worker, row.name, Role(row.role), row.office, _townships(row))
        answer = _write_vault(connection, county, request, worker)
        issue_rosters(connection, county, worker.townships)
    return Enrolled(answer, fresh=True)


def _check(request: EnrolmentRequest) -> None:
    try:
        token = bytes.fromhex(request.token)
        pyrage.x25519.Recipient.from_str(request.recipient)
    except (ValueError, pyrage.RecipientError):
        raise ProtocolError("enrolment-malformed") from None
    if len(token) != 16 or not all(re.fullmatch(IDENTITY_PATTERN, one) for one in (request.vault, request.epoch)):
        raise ProtocolError("enrolment-malformed")


def _write_vault(connection: Connection, county: County, request: EnrolmentRequest, worker: Worker) -> bytes:
    enrolment = Enrolment(
        vault=request.vault,
        county=county.code,
        county_name=county.name,
        dataset=county.dataset,
        signing_key=county.signing.public,
        recipient=county.recipient,
        worker=worker.id,
        worker_name=worker.name,
        role=worker.role.value,
        office=worker.office,
        townships=worker.townships,
    )
    answer = sign_document(enrolment.encode(), county.signing).encode()
    connection.execute(
        tables.vault.insert().values(
            county=county.code,
            id=request.vault,
            worker=worker.id,
            signing_key=request.signing_key,
            recipient=request.recipient,
            enrolled=now_text(),
            answer=answer,
        )
    )
    connection.execute(
        update(tables.enrolment_code)
        .where(
            tables.enrolment_code.c.county == county.code,
            tables.enrolment_code.c.token_hash == _token_hash(request.token),
        )
        .values(vault=request.vault)
    )
    return answer


def _new_code(connection: Connection, county: County, worker: str) -> tuple[str, int]:
    token = secrets.token_bytes(16)
    expires = int(time.time()) + CODE_SECONDS
    connection.execute(
        tables.enrolment_code.insert().values(
            county=county.code, token_hash=_token_hash(token.hex()), worker=worker, expires=expires
        )
    )
    return EnrolmentCode(token, key_fingerprint(bytes.fromhex(county.signing.public))).encode(), expires


def _token_hash(token: str) -> str:
    return hashlib.sha256(bytes.fromhex(token)).hexdigest()


def _townships(row: Any) -> tuple[str, ...]:
    return tuple(json.loads(row.townships))
