"""The county's orders on this vault (停用、远程清除): kept when they come, carried out to their end."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.domain.lease import Evidence
from desktop.services.application import Application
from desktop.storage import keyrings, lease, outbox, slots, standing, wiping
from desktop.storage.journal import Action
from desktop.storage.standing import KeptStanding
from desktop.storage.wiping import Wiped
from desktop.sync import engine

__all__ = ["Revoked", "Wiped", "keep_standing", "obey", "remembers_secret", "revoked", "wipe"]


@dataclass(frozen=True, slots=True)
class Revoked:
    """A revoked vault: since when, why, whom to ask, whether its keys are to be erased, what is still unsent."""

    since: str
    reason: str
    ask: str
    wipe: bool
    unsent: int


def revoked(application: Application) -> Revoked | None:
    """The order in force, or None where the vault may be worked in."""
    kept = application.read(standing.read)
    if kept is None or not kept.revoked:
        return None
    waiting = application.read(outbox.waiting_to_store)
    return Revoked(kept.since, kept.reason, kept.ask, kept.wipe, waiting)


def keep_standing(application: Application, given: KeptStanding, lease_secret: str) -> None:
    """Keep the county's verified word; one transaction with the journal's entry where it changed something."""
    now = application.clock().astimezone(UTC)

    def write(action: Action) -> None:
        connection = action.connection
        before = standing.read(connection)
        standing.keep(connection, given)
        lease.keep(connection, Evidence(_moment(given.time, now), now))
        lease.keep_secret(connection, lease_secret)
        if given.order != (0 if before is None else before.order):
            verb = "vault.revoked" if given.revoked else "vault.reinstated"
            action.add(verb, None, {"order": given.order, "wipe": given.wipe, "reason": given.reason})

    application.act(write)


def wipe(application: Application) -> None:
    """Erase the keys of this vault as the county ordered. The store stays, as ciphertext that nothing opens.

    The caller has made sure that everything is stored at the county (``engine.nothing_unsent``).

    Raises:
        UserFacingError: trouble of the disk; the next start goes on.
    """
    kept = application.read(standing.read)
    if kept is None or not kept.wipe:
        raise ValueError("no order to wipe")
    owner = slots.read(application.folder).header
    wiped = Wiped(owner.vault, owner.worker_name, owner.office, kept.since, kept.reason, kept.ask, kept.order)
    wiping.begin(application.folder, wiped)
    wiping.finish(_home(application), owner.vault)


def obey(application: Application) -> None:
    """Go on with an order that is known, at every opening: a wipe that nothing stands in the way of is done.

    Raises:
        UserFacingError: ``vault.wiped`` once the keys are gone.
    """
    kept = application.read(standing.read)
    if kept is None or not kept.wipe:
        return
    application.flush_views()
    if engine.nothing_unsent(application.store, application.identity.vault):
        wipe(application)
        raise UserFacingError("vault.wiped", reason=kept.reason, ask=kept.ask)


def refuse(application: Application) -> None:
    """Let nobody work in a revoked vault.

    Raises:
        UserFacingError: ``vault.revoked`` with the reason, whom to ask and how much is unsent.
    """
    found = revoked(application)
    if found is not None:
        raise UserFacingError("vault.revoked", reason=found.reason, ask=found.ask, unsent=found.unsent)


def remembers_secret(application: Application) -> bool:
    """Whether this computer's keyring holds the device secret, as the county is told."""
    with contextlib.suppress(UserFacingError):
        header = slots.read(application.folder).header
        return header.keyring is not None and keyrings.holds(header.vault, header.keyring)
    return False


def _home(application: Application) -> Path:
    return application.folder.parent.parent


def _moment(text: str, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return moment.astimezone(UTC) if moment.tzinfo is not None else otherwise
