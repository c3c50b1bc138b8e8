"""A colleague's one signature beside the worker (在旁签名): with the own password, without opening the own vault."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.storage import signing_slot, tries, vault
from desktop.sync.envelope import Signed, sign_once


def sign_beside(application: Application, colleague: str, password: str, card: str | None, document: bytes) -> Signed:
    """Let a colleague sign a document; ``colleague`` is the vault whose signing slot the password opens.

    Raises:
        UserFacingError: ``vault.signing-slot-damaged``; ``beside.wait``; ``beside.wrong-password`` with how many wrong
            ones were counted and how many are still free; ``vault.card-needed`` and what else the door says.
    """
    home = home_of(application)
    if not has_slot(home, colleague):
        raise UserFacingError("vault.signing-slot-damaged")
    try:
        secret = vault.read_signing_key(home, colleague, password, card, application.clock())
    except UserFacingError as error:
        if error.code == "vault.wait":
            raise UserFacingError("beside.wait", seconds=error.values["seconds"]) from None
        if error.code != "vault.wrong-password":
            raise
        wrong = tries.read(home, colleague).wrong
        raise UserFacingError("beside.wrong-password", wrong=wrong, left=max(0, tries.FREE - wrong)) from None
    return sign_once(document, secret)


def has_slot(home: Path, colleague: str) -> bool:
    """Whether the colleague's signing key lies on this laptop and can be tried."""
    return signing_slot.belongs_to(vault.folder_of(home, colleague)) is not None


def home_of(application: Application) -> Path:
    """Where the vaults of this laptop lie."""
    return application.folder.parent.parent
