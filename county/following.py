"""What the county does of itself once changes have been applied, be it when they came or when they were held."""

from __future__ import annotations

from collections.abc import Sequence

from county.beside_checks import follow_checks
from county.erasing import erase
from county.opening import County
from county.records import WorkingSet
from county.same_households import join_what_is_one
from county.stopped import follow_noes
from desktop.domain.records import Change


def follow(working: WorkingSet, county: County, changes: Sequence[Change]) -> tuple[str, ...]:
    """Follow checks and noes, join what is one, erase; answers the pictures to ``remove`` behind the transaction.

    First what comes into force, then what is stopped: a no outranks a check. The working set is flushed.
    """
    follow_checks(working, county, changes)
    follow_noes(working, county, changes)
    join_what_is_one(working.connection, county, working, changes)
    return erase(working.connection, county, working, changes)
