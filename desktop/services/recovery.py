"""A forgotten password: the request at the locked door, the county's two answers, a new password (恢复).

``finish`` works in a vault that ``desktop.bootstrap.finish_recovery`` has opened with the key of the two halves; all
else is done without opening it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import EscrowOffice, EscrowTerms, Half, Holders, check_half, device_mark, join, read_half
from desktop.domain.escrow import spoken_number as _spoken_number
from desktop.services.application import Application
from desktop.services.escrow import RECOVERED, note_escrowed, read_issued
from desktop.storage import (
    device_card,
    durable,
    escrow,
    keyrings,
    passwords,
    recoveries_told,
    recovery_file,
    settings,
    slots,
    tries,
    vault,
)
from desktop.storage.journal import Action
from desktop.storage.passwords import Argon2
from desktop.storage.recovery_file import Opener, PendingRecovery
from desktop.storage.vault import Keys, SecretSource
from desktop.sync.envelope import SealingKey, Signed, seal, unseal
from desktop.sync.protocol import (
    MAX_ANSWER_BYTES,
    MAX_ESCROW_BYTES,
    MAX_REASON_CHARACTERS,
    REQUEST_MARK,
    EscrowRequest,
    EscrowResponse,
    ProtocolError,
)

REQUEST_FILE: Final = "zoucun-recovery.request"


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """What the door may say of a vault whose password was forgotten.

    ``holders`` is None where the county has no escrow of this vault; ``pending`` is the request under way;
    ``has_device_secret`` says whether this computer's keyring still holds the vault's device secret, ``can_remember``
    whether there is a keyring that could hold a new one.
    """

    vault: str
    worker_name: str
    office: str
    holders: Holders | None
    pending: PendingRecovery | None
    has_device_secret: bool
    can_remember: bool


@dataclass(frozen=True, slots=True)
class Response:
    """One office's answer, believed: signed by a holder of that office, and for this very request."""

    office: EscrowOffice
    holder: str
    case: str
    time: str
    sealed: bytes
    signed: bytes
    """The whole answer with its signature, as the county is told."""

    def __repr__(self) -> str:
        return f"Response({self.office.value})"


@dataclass(frozen=True, slots=True)
class OpenedHalves:
    """The key that both halves make, and how it came about."""

    data_key: bytes
    terms: EscrowTerms
    pending: PendingRecovery
    reason: str
    responses: tuple[Response, ...]

    def __repr__(self) -> str:
        return "OpenedHalves()"


@dataclass(frozen=True, slots=True)
class DeviceSecret:
    """The device secret that the new password is combined with, and where it came from."""

    secret: bytes
    source: SecretSource

    def __repr__(self) -> str:
        return f"DeviceSecret(source={self.source.value})"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the person is told. ``in_keyring``: the password alone opens; else the card is needed each time."""

    vault: str
    holders: tuple[str, ...]
    source: SecretSource
    in_keyring: bool


# --- at the door ------------------------------------------------------------------------------------


def recovery_state(home: Path, vault_id: str) -> RecoveryState:
    """How a vault stands, without opening it; raises UserFacingError for slots that cannot be read."""
    folder = vault.folder_of(home, vault_id)
    found = slots.read(folder)
    slot = escrow.read(found)
    has_secret = slot is not None and _from_keyring(found.header, slot.terms) is not None
    return RecoveryState(
        found.header.vault,
        found.header.worker_name,
        found.header.office,
        None if slot is None else slot.terms.holders,
        recovery_file.read(folder),
        has_secret,
        keyrings.usable_backend() is not None,
    )


def request_recovery(
    home: Path, vault_id: str, reason: str, password: str, now: datetime, *, cost: Argon2 | None = None
) -> PendingRecovery:
    """Make a request with a new password; it takes the place of one that was under way.

    ``cost`` of the password's key; None measures what this computer does in about half a second.

    Raises:
        UserFacingError: ``recovery.no-escrow``, ``recovery.reason-missing``, ``recovery.reason-too-long``, a password
            that will not do, trouble of the disk. The vault itself is not changed.
    """
    why = reason.strip()
    if not why:
        raise UserFacingError("recovery.reason-missing")
    if len(why) > MAX_REASON_CHARACTERS:
        raise UserFacingError("recovery.reason-too-long", maximum=MAX_REASON_CHARACTERS)
    passwords.check_new_password(password)
    folder = vault.folder_of(home, vault_id)
    with vault.only_process(home, vault_id):
        found = slots.read(folder)
        slot = escrow.read(found)
        if slot is None:
            raise UserFacingError("recovery.no-escrow")
        key = SealingKey.generate()
        time = now.astimezone(UTC).isoformat(timespec="seconds")
        header = found.header
        request = EscrowRequest(
            header.worker_name, header.office, why, time, key.recipient, slot.terms, dict(slot.halves)
        )
        return recovery_file.begin(
            folder,
            vault=header.vault,
            request=request.digest(),
            terms=slot.terms.digest(),
            number=_spoken_number(request.digest()),
            time=time,
            file=REQUEST_MARK + seal(request.encode(), [one.recipient for one in slot.terms.holders.holders]),
            opener=Opener(key.secret, why),
            password=password,
            cost=cost or passwords.calibrated(),
        )


def save_request(home: Path, vault_id: str, folder: Path) -> Path:
    """Write the request onto a stick, read it back, and answer where it lies.

    Raises:
        UserFacingError: ``recovery.none``, ``recovery.stick-failed``, trouble of the disk.
    """
    pending = recovery_file.read(vault.folder_of(home, vault_id))
    if pending is None:
        raise UserFacingError("recovery.none")
    path = folder / REQUEST_FILE
    try:
        with durable.disk_trouble():
            durable.replace_file(path, pending.file)
            _forget_cached(path)
            written = durable.read_limited(path, MAX_ESCROW_BYTES)
    except OSError:
        raise UserFacingError("recovery.stick-failed") from None
    if written != pending.file:
        raise UserFacingError("recovery.stick-failed")
    return path


def _forget_cached(path: Path) -> None:
    """What is read back must come from the stick and not from memory, where the system can do that."""
    if hasattr(os, "posix_fadvise"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def withdraw_request(home: Path, vault_id: str) -> None:
    """Give a request up; the county's answers to it are worth nothing from then on. Raises UserFacingError."""
    with vault.only_process(home, vault_id):
        recovery_file.remove(vault.folder_of(home, vault_id))


def new_card() -> str:
    """The text of a new device card, for a vault whose old one is lost. In force only once ``finish`` was given it."""
    return device_card.card_text(slots.new_key())


# --- the county's answers ---------------------------------------------------------------------------


def read_response(home: Path, vault_id: str, file: Path) -> Response:
    """Believe one answer file, or refuse it in words; nothing is changed.

    Raises:
        UserFacingError: ``recovery.none``, ``recovery.response-unreadable``, ``recovery.response-of-other-vault``,
            ``recovery.response-of-other-request``, ``recovery.response-unsigned``.
    """
    pending, terms = _pending(vault.folder_of(home, vault_id))
    try:
        with durable.disk_trouble():
            data = durable.read_limited(file, MAX_ESCROW_BYTES * 2)
        signed = Signed.decode(data or b"")
        found = EscrowResponse.decode(signed.document)
    except (OSError, ProtocolError):
        raise UserFacingError("recovery.response-unreadable") from None
    if found.vault != pending.vault:
        raise UserFacingError("recovery.response-of-other-vault")
    if found.request != pending.request or found.terms != pending.terms:
        raise UserFacingError("recovery.response-of-other-request")
    known = {one.signing_key: one for one in terms.holders.of(found.office)}
    holder = known.get(found.signing_key)
    try:
        signed.verified(found.signing_key)
    except ProtocolError:
        holder = None
    if holder is None or holder.name != found.holder:
        raise UserFacingError("recovery.response-unsigned")
    return Response(found.office, holder.name, found.case, found.time, found.sealed, signed.encode())


def _pending(folder: Path) -> tuple[PendingRecovery, EscrowTerms]:
    """The request under way and the slot it was made from, which must still be the one in force."""
    pending, slot = recovery_file.read(folder), escrow.read(slots.read(folder))
    if pending is None:
        raise UserFacingError("recovery.none")
    if slot is None or slot.terms.digest() != pending.terms:
        raise UserFacingError("recovery.slot-changed")
    return pending, slot.terms


def open_halves(home: Path, vault_id: str, password: str, files: Sequence[Path]) -> OpenedHalves:
    """The data key, from the new password and an answer of each office. Nothing is changed.

    Raises:
        UserFacingError: ``recovery.answers-needed`` with one office's alone, ``recovery.wrong-password``, what
            ``read_response`` raises, and the codes of ``desktop.domain.escrow.check_half``.
    """
    folder = vault.folder_of(home, vault_id)
    pending, terms = _pending(folder)
    responses = tuple(read_response(home, vault_id, file) for file in files)
    if {one.office for one in responses} != set(EscrowOffice):
        raise UserFacingError("recovery.answers-needed")
    opener = pending.open(password)
    key = SealingKey(opener.sealing_secret)
    halves: dict[EscrowOffice, Half] = {}
    for response in responses:
        try:
            half = read_half(unseal(response.sealed, key, limit=MAX_ESCROW_BYTES))
        except ProtocolError:
            raise UserFacingError("escrow.half-damaged") from None
        check_half(half, terms, response.office)
        halves[response.office] = half
    data_key = join(*(halves[office] for office in EscrowOffice))
    given = {one.office: one for one in responses}
    return OpenedHalves(data_key, terms, pending, opener.reason, tuple(given[office] for office in EscrowOffice))


def device_secret(
    home: Path, vault_id: str, terms: EscrowTerms, card: str | None, *, is_new_card: bool = False
) -> DeviceSecret:
    """The device secret for the new password: from the card, from a card just made, or from the keyring.

    Raises:
        UserFacingError: ``recovery.device-secret-needed`` where the keyring has it no more and no card was given,
            ``vault.card-mistyped``, ``recovery.card-of-other-vault``.
    """
    if card is not None:
        secret = device_card.read_card(card)
        if is_new_card:
            return DeviceSecret(secret, SecretSource.NEW)
        if device_mark(terms.vault, secret) != terms.device:
            raise UserFacingError("recovery.card-of-other-vault")
        return DeviceSecret(secret, SecretSource.CARD)
    kept = _from_keyring(slots.read(vault.folder_of(home, vault_id)).header, terms)
    if kept is None:
        raise UserFacingError("recovery.device-secret-needed")
    return DeviceSecret(kept, SecretSource.KEYRING)


def _from_keyring(header: slots.SlotsHeader, terms: EscrowTerms) -> bytes | None:
    if header.keyring is None:
        return None
    try:
        secret = keyrings.device_secret(header.vault, header.keyring)
    except UserFacingError:
        return None
    return secret if device_mark(header.vault, secret) == terms.device else None


# --- in the opened vault ----------------------------------------------------------------------------


def finish(
    application: Application,
    home: Path,
    opened: OpenedHalves,
    source: SecretSource,
    password: str,
    *,
    cost: Argon2 | None = None,
) -> Recovered:
    """Write the recovery to the journal, then the new password; a new escrow slot takes the place of the spent one.

    Cut short anywhere it can be done again with the same answers, until the new password is in force.

    Raises:
        UserFacingError: a password that will not do, trouble of the disk.
    """
    passwords.check_new_password(password)
    holders = application.read(read_issued)
    if holders is None or not holders.is_complete:
        holders = opened.terms.holders
    wrong = tries.read(home, application.identity.vault)
    application.act(lambda action: _note(action, opened, source, wrong))
    keys: Keys = application.keys
    slot = escrow.escrow_slot(application.identity.vault, opened.data_key, keys.device_secret, holders)
    with application.changing_slots:
        in_keyring = vault.recover(
            application.folder, keys, application.identity, password, slot, source=source, cost=cost
        )
    tries.forget(home, application.identity.vault)
    with contextlib.suppress(UserFacingError):  # the new password is in force; the next unlock does what is left
        recovery_file.remove(application.folder)
        note_escrowed(application)
    names = tuple(one.holder for one in opened.responses)
    return Recovered(application.identity.vault, names, source, in_keyring)


def _note(action: Action, opened: OpenedHalves, source: SecretSource, wrong: tries.Tries) -> None:
    if settings.get(action.connection, RECOVERED) == opened.pending.request:
        return  # it was cut short after this and is being done again
    answers: list[Mapping[str, Any]] = [
        {"office": one.office.value, "holder": one.holder, "case": one.case, "time": one.time}
        for one in opened.responses
    ]
    body = {
        "request": opened.pending.request,
        "reason": opened.reason,
        "slot": opened.terms.slot,
        "answers": answers,
        "device_secret": source.value,
    }
    if wrong.wrong:
        action.add("vault.tried", None, {"wrong": wrong.wrong, "first": wrong.first, "last": wrong.last})
    action.add("vault.recovered", None, body)
    settings.put(action.connection, RECOVERED, opened.pending.request)
    told = [one.signed for one in opened.responses if len(one.signed) <= MAX_ANSWER_BYTES]
    recoveries_told.keep(action.connection, told)
