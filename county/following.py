"""What the county does of itself once changes have been applied: it follows checks made beside a worker, and noes."""

from __future__ import annotations

from collections.abc import Sequence

from county.beside_checks import follow_checks
from county.opening import County
from county.records import WorkingSet
from county.stopped import follow_noes
from desktop.domain.records import Change


def follow(working: WorkingSet, county: County, changes: Sequence[Change]) -> None:
    """First what comes into force, then what is stopped: a no outranks a check. The working set is flushed."""
    follow_checks(working, county, changes)
    follow_noes(working, county, changes)
