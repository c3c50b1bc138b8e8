"""The clocks of one person's data: what the retention schedule says class by class (``domain.retention_clocks``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from desktop.domain.retention import Retained
from desktop.domain.retention_clocks import Clock
from desktop.domain.retention_clocks import clocks as clocks_of
from desktop.services import erasing_plan, leaving
from desktop.services.application import Application
from desktop.services.retention_review import judged, proven_day
from desktop.storage import queries
from desktop.storage.tables import draft

_OF_THE_HOUSEHOLD = frozenset({"household", "visit", "aid", "need", "print"})
"""What may be about all who live there, and names nobody."""


def clocks(application: Application, resident: str) -> tuple[Clock, ...]:
    """Every class of this person's data that is here, the household's own visits and aid with it."""
    return application.read(lambda connection: read_clocks(connection, application, resident))


def read_clocks(connection: Connection, application: Application, resident: str) -> tuple[Clock, ...]:
    """As ``clocks``, inside a transaction; goes by the day of the county's last word, as erasing does.

    Of a household that the person has left: neither itself nor what came since.
    """
    person = queries.one(connection, resident)
    own = resident if person is None else person.id
    home = None if person is None else person.household
    found = judged(connection, proven_day(connection, application.today()), household=home, resident=own)
    about = select(func.count()).select_from(draft).where(erasing_plan.drafts_about(connection, own))
    return clocks_of(_about(found, own, leaving.left_on(connection, own)), connection.scalar(about) or 0)


def _about(found: tuple[Retained, ...], resident: str, left: date | None) -> Iterator[Retained]:
    for one in found:
        held = one.held
        is_shared = held.kind in _OF_THE_HOUSEHOLD and not held.resident
        if is_shared and left is not None:
            is_shared = held.kind != "household" and held.last <= left
        if resident in (held.id, held.resident) or is_shared:
            yield one
