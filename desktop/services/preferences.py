"""What a worker may set for this vault; kept inside it, never synced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from desktop.services.application import Application
from desktop.storage import queries, settings

IDLE_MINUTES: Final = (3, 5, 10, 15)
"""The choices; longer than a quarter of an hour an unlocked laptop is nobody's business to offer."""
DEFAULT_IDLE_MINUTES: Final = 5
_IDLE: Final = "idle_minutes"
_PRINTER: Final = "printer"
_DIRECT: Final = "print_directly"


@dataclass(frozen=True, slots=True)
class PrintHabit:
    """On which printer this worker printed last ("" before the first time), and whether it is to be asked for again."""

    printer: str = ""
    is_direct: bool = False


def idle_choices(application: Application) -> tuple[int, ...]:
    """The minutes a worker may choose from, within what the county allows its offices."""
    return application.read(_choices)


def idle_minutes(application: Application) -> int:
    """After how many minutes without a key or a touch the workspace locks itself.

    A stricter limit of the county counts at once, whatever was chosen before.
    """

    def read(connection: Connection) -> int:
        choices = _choices(connection)
        kept = settings.get(connection, _IDLE)
        wanted = kept if kept in IDLE_MINUTES else DEFAULT_IDLE_MINUTES
        return max((minutes for minutes in choices if minutes <= wanted), default=choices[0])

    return application.read(read)


def set_idle_minutes(application: Application, minutes: int) -> None:
    """Keep another choice; raises ValueError for one that is not offered."""
    if minutes not in idle_choices(application):
        raise ValueError("not one of the choices")
    application.store.write(lambda connection: settings.put(connection, _IDLE, minutes))


def print_habit(application: Application) -> PrintHabit:
    """How this worker prints."""

    def read(connection: Connection) -> PrintHabit:
        printer = settings.get(connection, _PRINTER)
        return PrintHabit(
            printer if isinstance(printer, str) else "", is_direct=settings.get(connection, _DIRECT) is True
        )

    return application.read(read)


def keep_printer(application: Application, printer: str) -> None:
    """Propose this printer the next time."""
    application.store.write(lambda connection: settings.put(connection, _PRINTER, printer))


def set_print_directly(application: Application, is_direct: bool) -> None:
    """Print on the same printer as last time without asking, or ask each time."""
    application.store.write(lambda connection: settings.put(connection, _DIRECT, is_direct))


def _choices(connection: Connection) -> tuple[int, ...]:
    """The strictest ``idle_minutes_most`` of the offices issued to this laptop counts."""
    offices = (row.state["issued"].get("idle_minutes_most") for row in queries.of_kind(connection, "office"))
    most = min((limit for limit in offices if isinstance(limit, int) and limit > 0), default=IDLE_MINUTES[-1])
    return tuple(minutes for minutes in IDLE_MINUTES if minutes <= most) or (most,)
