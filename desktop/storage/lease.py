"""What this vault knows of the time since it met its county, kept inside the store (``desktop.domain.lease``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain import lease
from desktop.domain.lease import Evidence, LeaseState, LeaseTerms
from desktop.storage import records, settings

_LEASE: Final = "lease"
_SECRET: Final = "lease_secret"  # noqa: S105 - the name of a setting


@dataclass(frozen=True, slots=True)
class Lease:
    """How long the county was not met, what follows, and the terms that say so."""

    days: int
    state: LeaseState
    terms: LeaseTerms


def read(connection: Connection, now: datetime) -> Lease:
    """The lease as of now; changes nothing."""
    terms = lease.terms_from(_issued(connection).get("lease"))
    known = evidence(connection)
    days = 0 if known is None else lease.days_away(lease.look(known, now), now)
    return Lease(days, lease.state_of(days, terms), terms)


def look(connection: Connection, now: datetime) -> None:
    """Note what the laptop's clock says; counting begins with the first look."""
    known = evidence(connection)
    keep(connection, Evidence(now, now) if known is None else lease.look(known, now))


def evidence(connection: Connection) -> Evidence | None:
    """What is known of time, or None before the first look."""
    kept = settings.get(connection, _LEASE)
    if kept is None:
        return None
    return Evidence(datetime.fromisoformat(kept["county"]), datetime.fromisoformat(kept["seen"]), kept["counted"])


def keep(connection: Connection, known: Evidence) -> None:
    """Keep what is known."""
    value = {"county": known.county.isoformat(), "seen": known.seen.isoformat(), "counted": known.counted}
    settings.put(connection, _LEASE, value)


def secret(connection: Connection) -> bytes | None:
    """What vault and county share for supervisor codes; None before the first contact."""
    kept = settings.get(connection, _SECRET)
    return None if kept is None else bytes.fromhex(kept)


def keep_secret(connection: Connection, value: str) -> None:
    """Keep the secret (hex) that came sealed with the county's standing."""
    settings.put(connection, _SECRET, value)


def _issued(connection: Connection) -> dict[str, Any]:
    state = records.state(connection, "standard")
    issued = None if state is None else state.get("issued")
    return issued if isinstance(issued, dict) else {}
