"""What a person said, in which order, on which laptop, and what then holds: one table for both ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

TODAY: Final = date(2026, 11, 25)
"""The day of the question; every step lies before it, in the same month."""
CLASS: Final = "A1"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a grant: said at a laptop (``a``, ``b``); ``checked`` and ``expired`` are the county's.

    ``stopped`` is a withdrawal without a grant known there: to ``stop`` (all where it says nothing).
    """

    laptop: str
    day: int
    grant: str
    word: str
    data_class: str = CLASS
    until: str | None = None
    clock: str = "09:30:00+08:00"
    drafted: int | None = None
    """The day on which its paper was drafted; None: the same."""
    stop: tuple[tuple[str, str], ...] = ()

    @property
    def time(self) -> str:
        """ISO time of the entry."""
        return f"2026-11-{self.day:02}T{self.clock}"

    @property
    def drafted_time(self) -> str:
        """ISO time at which its paper was drafted."""
        return f"2026-11-{self.drafted or self.day:02}T{self.clock}"

    def withdrawal(self, resident: str, household: str) -> dict[str, Any]:
        """The body of a ``stopped``."""
        who = {"resident": resident, "household": household, "number": "CH-261121-AB12CD", "mode": "phone"}
        return {**who, "stops": [dict(self.stop)]}


def agreed(laptop: str, day: int, grant: str, **more: Any) -> tuple[Step, Step]:
    """Agreed, and the sheet checked."""
    return Step(laptop, day, grant, "agreed", **more), Step(laptop, day, grant, "checked")


@dataclass(frozen=True, slots=True)
class Sequence:
    """Steps, each laptop's in its own order, and the reason code that ``may_disclose`` must give."""

    steps: tuple[Step, ...]
    reason: str


SEQUENCES: Final[Mapping[str, Sequence]] = {
    "nobody asked": Sequence((), "not-asked"),
    "agreed and checked": Sequence(agreed("a", 20, "1"), "in-force"),
    "agreed, not yet checked": Sequence((Step("a", 20, "1", "agreed"),), "awaiting-check"),
    "only refused": Sequence((Step("a", 20, "1", "refused"),), "refused"),
    "agreed, then refused": Sequence((*agreed("a", 20, "1"), Step("a", 22, "2", "refused")), "refused"),
    "agreed, then refused the same day": Sequence((*agreed("a", 20, "1"), Step("a", 20, "2", "refused")), "refused"),
    "refused, then agreed": Sequence((Step("a", 20, "1", "refused"), *agreed("a", 22, "2")), "in-force"),
    "refused, then agreed the same day": Sequence((Step("a", 20, "1", "refused"), *agreed("a", 20, "2")), "in-force"),
    "refused, then agreed, not yet checked": Sequence(
        (Step("a", 20, "1", "refused"), Step("a", 22, "2", "agreed")), "awaiting-check"
    ),
    "agreed, refused, agreed": Sequence(
        (*agreed("a", 20, "1"), Step("a", 21, "2", "refused"), *agreed("a", 22, "3")), "in-force"
    ),
    "agreed twice, the second not yet checked": Sequence(
        (*agreed("a", 20, "1"), Step("a", 22, "2", "agreed")), "in-force"
    ),
    "the class beside it refused": Sequence((*agreed("a", 20, "1"), Step("a", 22, "2", "refused", "B2")), "in-force"),
    "agreed, then refused to a colleague": Sequence((*agreed("a", 20, "1"), Step("b", 21, "2", "refused")), "refused"),
    "refused, then agreed to a colleague": Sequence((Step("a", 20, "1", "refused"), *agreed("b", 21, "2")), "in-force"),
    "two answers to two workers on one day": Sequence(
        (*agreed("a", 20, "1"), Step("b", 20, "2", "refused")), "refused"
    ),
    "one day in Beijing, two dates in Greenwich": Sequence(
        (Step("b", 19, "2", "refused", clock="17:30:00+00:00"), *agreed("a", 20, "1")), "refused"
    ),
    "withdrawn": Sequence((*agreed("a", 20, "1"), Step("a", 22, "1", "withdrawn")), "withdrawn"),
    "withdrawn, then agreed": Sequence(
        (*agreed("a", 20, "1"), Step("a", 21, "1", "withdrawn"), *agreed("a", 22, "2")), "in-force"
    ),
    "withdrawn, a colleague's earlier paper not known there": Sequence(
        (*agreed("b", 21, "2"), Step("a", 20, "1", "agreed"), Step("a", 22, "1", "withdrawn")), "withdrawn"
    ),
    "withdrawn, then agreed to a colleague": Sequence(
        (Step("a", 20, "1", "agreed"), Step("a", 21, "1", "withdrawn"), *agreed("b", 22, "2")), "in-force"
    ),
    "withdrawn, then refused": Sequence(
        (Step("a", 20, "1", "agreed"), Step("a", 21, "1", "withdrawn"), Step("a", 22, "2", "refused")), "refused"
    ),
    "refused, then withdrawn": Sequence(
        (Step("a", 20, "1", "agreed"), Step("a", 21, "2", "refused"), Step("a", 22, "1", "withdrawn")), "withdrawn"
    ),
    "stopped where nothing was known": Sequence((*agreed("a", 20, "1"), Step("b", 21, "", "stopped")), "withdrawn"),
    "stopped where nothing was known, the same day": Sequence(
        (*agreed("a", 20, "1"), Step("b", 20, "", "stopped")), "withdrawn"
    ),
    "stopped before the check": Sequence((Step("a", 20, "1", "agreed"), Step("b", 21, "", "stopped")), "withdrawn"),
    "stopped, then agreed": Sequence((Step("b", 20, "", "stopped"), *agreed("a", 21, "1")), "in-force"),
    "stopped, then agreed at once": Sequence((Step("a", 20, "", "stopped"), *agreed("a", 20, "1")), "in-force"),
    "stopped, and the paper from before written down days later": Sequence(
        (Step("b", 21, "", "stopped"), *agreed("a", 23, "1", drafted=20)), "withdrawn"
    ),
    "somebody else stopped": Sequence(
        (*agreed("a", 20, "1"), Step("b", 21, "", "stopped", stop=(("recipient", "organisation-other"),))), "in-force"
    ),
    "another purpose stopped": Sequence(
        (*agreed("a", 20, "1"), Step("b", 21, "", "stopped", stop=(("purpose", "medical"),))), "in-force"
    ),
    "run out": Sequence(agreed("a", 20, "1", until="2026-11-24"), "expired"),
    "declared expired": Sequence((*agreed("a", 20, "1", until="2026-11-21"), Step("a", 22, "1", "expired")), "expired"),
    "refused, then agreed, then run out": Sequence(
        (Step("a", 20, "1", "refused"), *agreed("a", 21, "2", until="2026-11-24")), "expired"
    ),
    "run out, then refused": Sequence(
        (*agreed("a", 20, "1", until="2026-11-21"), Step("a", 22, "2", "refused")), "refused"
    ),
    "a refusal does not run out": Sequence(
        (*agreed("a", 20, "1"), Step("a", 21, "2", "refused", until="2026-11-22")), "refused"
    ),
    "a longer earlier yes does not come back": Sequence(
        (*agreed("a", 20, "1"), Step("a", 21, "2", "refused"), *agreed("a", 22, "3", until="2026-11-23")), "expired"
    ),
    "on the last day": Sequence(agreed("a", 20, "1", until="2026-11-25"), "in-force"),
}
