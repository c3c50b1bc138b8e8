"""The lease (离线期限): how long the county was not met, and the supervisor code that goes on without it.

Over the lease a vault is for reading and for sync alone. Nothing is hidden or destroyed, drafts are saved as ever, and
what a person demands of us (withdrawing consent, erasing) is never refused. A code read out over the telephone, or one
sync, and everything can be saved again: so a worker in a village is stopped for the length of a call, and a laptop
that nobody can vouch for records nothing more in the worker's name.
"""

from __future__ import annotations

from datetime import UTC

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.lease import LeaseState, accept_code, period_of
from desktop.services.application import Application, Done
from desktop.storage import lease as kept
from desktop.storage.journal import Action
from desktop.storage.lease import Lease

__all__ = ["Lease", "LeaseState", "enter_code", "lease", "look"]


def lease(application: Application) -> Lease | None:
    """How long the county was not met; None for practice and before enrolment."""
    if application.practice or application.enrolment is None:
        return None
    now = application.clock().astimezone(UTC)
    return application.read(lambda connection: kept.read(connection, now))


def look(application: Application) -> Lease | None:
    """Note what the clock says and answer the lease; at every unlock and every hour of work."""
    if application.practice or application.enrolment is None:
        return None
    now = application.clock().astimezone(UTC)

    def write(connection: Connection) -> Lease:
        kept.look(connection, now)
        return kept.read(connection, now)

    return application.store.write(write)


def enter_code(application: Application, code: str) -> Done[Lease]:
    """Take the county's supervisor code and count anew from its period.

    Raises:
        UserFacingError: ``lease.code-wrong``; ``lease.no-secret`` where the vault never met its county.
    """
    now = application.clock().astimezone(UTC)

    def write(action: Action) -> Lease:
        connection = action.connection
        known, secret = kept.evidence(connection), kept.secret(connection)
        if known is None or secret is None:
            raise UserFacingError("lease.no-secret")
        accepted = accept_code(secret, application.identity.vault, code, known, now)
        if accepted is None:
            raise UserFacingError("lease.code-wrong")
        kept.keep(connection, accepted)
        action.add("vault.lease-extended", None, {"period": period_of(accepted.county)})
        return kept.read(connection, now)

    return application.act(write)
