"""Faults of the own journal (日志核对): what this laptop found itself, and what the county says to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from desktop.services import vault_check
from desktop.services.application import Application
from desktop.storage import journal_state, standing
from desktop.storage.journal_state import KeptState

__all__ = ["FaultSort", "JournalFault", "deep_fault", "found_fault", "standing_fault"]


class FaultSort(StrEnum):
    """What there is to say."""

    CUT = "journal-cut"
    """Confirmed entries at the end are gone, or others stand in their places."""
    CHANGED = "journal-changed"
    """Confirmed entries were changed, deleted or put in another order."""
    NOT_SOUND = "journal-not-sound"
    """The journal does not hold by itself."""
    AT_COUNTY = "journal-at-county"
    """Nothing is wrong here, and the county has other entries or more."""


@dataclass(frozen=True, slots=True)
class JournalFault:
    """A fault of the journal.

    ``code`` and ``reference`` say what was found first and at which entry; ``lost`` counts confirmed entries that are
    not as the county received them, ``unnamed`` own ones that no receipt names. ``held``: what is sent is stored at
    the county and waits there. ``mended``: found in this sync, and brought in order by it.
    """

    sort: FaultSort
    time: str
    code: str = ""
    reference: str = ""
    lost: int = 0
    unnamed: int = 0
    held: bool = False
    mended: bool = False


def standing_fault(connection: Connection) -> JournalFault | None:
    """What is wrong as of the last look and the county's last word; None where nothing is."""
    state, word = journal_state.read(connection), standing.read(connection)
    held = word is not None and word.journal_held
    if state is not None and state.fault:
        return _from_state(state, held=held)
    if word is not None and word.journal_fault:
        return JournalFault(FaultSort.AT_COUNTY, word.time, word.journal_fault, held=held)
    unnamed, _ = journal_state.unnamed(connection)
    if unnamed and state is not None:  # written since
        return JournalFault(FaultSort.CUT, state.time, unnamed=unnamed)
    return None


def found_fault(connection: Connection, found: KeptState | None, at_county: str, time: str) -> JournalFault | None:
    """What a sync found at its beginning or was told, and whether it is in order now."""
    now = standing_fault(connection)
    if found is not None:
        return _from_state(found, held=now is not None and now.held, mended=now is None)
    if at_county:
        held = now is not None and now.held
        return JournalFault(FaultSort.AT_COUNTY, time, at_county, held=held, mended=now is None)
    return None


def _from_state(state: KeptState, *, held: bool, mended: bool = False) -> JournalFault:
    sort = FaultSort.CUT if state.cut else FaultSort.CHANGED if state.lost else FaultSort.NOT_SOUND
    return JournalFault(sort, state.time, state.fault, state.reference, state.lost, state.unnamed, held, mended)


def deep_fault(application: Application) -> str:
    """The code of what the last whole check of the vault found in the journal, looked at once more; "" for nothing.

    A check that found nothing is believed until the next one, within a day; one that did is not, since the vault may
    have been restored meanwhile.
    """
    if not vault_check.last_journal_fault(application):
        return ""
    return vault_check.check_journal_again(application)
