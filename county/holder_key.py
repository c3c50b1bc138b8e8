"""A holder's key file (托管人钥匙): made and kept by the holder alone, on his or her own computer.

It holds an age key, which opens the office's halves, and an Ed25519 key, which signs what was opened; both are
encrypted by a passphrase (age, scrypt). The county gets the public halves. A holder who forgot the passphrase or
lost the file is retired, and makes a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage

from county.key_file import write_durably
from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import EscrowOffice, Holder
from desktop.domain.journal import EntryFormatError, decode_json, encode_json
from desktop.sync.envelope import SealingKey, SigningKey

MIN_PASSPHRASE: Final = 10
_FORMAT: Final = 1
_MAX_BYTES: Final = 64 * 1024


@dataclass(frozen=True, repr=False)
class HolderKey:
    """An opened key file."""

    office: EscrowOffice
    name: str
    phone: str
    sealing: SealingKey
    signing: SigningKey

    @property
    def public(self) -> Holder:
        """What the county registers and laptops seal to."""
        return Holder(self.office, self.name, self.sealing.recipient, self.signing.public, self.phone)


def office_of(written: str) -> EscrowOffice:
    """``information`` or ``civil-affairs``; raises UserFacingError ``escrow.office-unknown``."""
    try:
        return EscrowOffice(written)
    except ValueError:
        raise UserFacingError("escrow.office-unknown") from None


def make_holder_key(path: Path, office: EscrowOffice, name: str, phone: str, passphrase: str) -> HolderKey:
    """Make a holder's keys and write them encrypted; an existing file is never replaced.

    Raises:
        UserFacingError: ``escrow.key-exists``, ``escrow.holder-malformed``, ``escrow.passphrase-short``.
    """
    if path.exists():
        raise UserFacingError("escrow.key-exists")
    if not name.strip():
        raise UserFacingError("escrow.holder-malformed", field="name")
    if len(passphrase) < MIN_PASSPHRASE:
        raise UserFacingError("escrow.passphrase-short", minimum=MIN_PASSPHRASE)
    made = HolderKey(office, name.strip(), phone.strip(), SealingKey.generate(), SigningKey.generate())
    secret = encode_json(
        {
            "format": _FORMAT,
            "office": office.value,
            "name": made.name,
            "phone": made.phone,
            "sealing": made.sealing.secret,
            "signing": made.signing.secret.hex(),
        }
    )
    write_durably(path, bytes(pyrage.passphrase.encrypt(secret, passphrase)))
    return made


def open_holder_key(path: Path, passphrase: str) -> HolderKey:
    """Open a key file; raises UserFacingError ``escrow.key-unreadable``, ``escrow.key-locked`` (wrong passphrase)."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES)
    except OSError:
        raise UserFacingError("escrow.key-unreadable") from None
    try:
        fields = decode_json(pyrage.passphrase.decrypt(data, passphrase))
    except (pyrage.DecryptError, EntryFormatError):
        raise UserFacingError("escrow.key-locked") from None
    try:
        return HolderKey(
            EscrowOffice(fields["office"]),
            str(fields["name"]),
            str(fields["phone"]),
            SealingKey(str(fields["sealing"])),
            SigningKey(bytes.fromhex(fields["signing"])),
        )
    except (KeyError, TypeError, ValueError):
        raise UserFacingError("escrow.key-unreadable") from None
