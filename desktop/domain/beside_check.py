"""The second check of a paper beside the worker (在旁核对): what a colleague signs, and when it holds.

A colleague sits at the worker's own laptop, compares the signed paper with the record, and signs the outcome with the
colleague's own key (``design.md`` §6). The worker's vault keeps the signed statement as a ``check``; nothing is in
force by it before the county has verified it. Both ends ask ``beside_problem``; only the county knows every key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from desktop.domain.consent import GrantState, SheetState
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.lifecycles import Lifecycle
from desktop.domain.publicity import PUBLICITY, PublicityState
from desktop.domain.roles import Role
from desktop.domain.sheet_signing import is_on_screen
from desktop.domain.signed_text import SignedText

EVIDENCE: Final = ("scan", "signature")
"""Kinds of records whose sealed pictures show that a paper was signed."""
CHECK_RECORDED: Final = "check.recorded"
"""The entry that carries a colleague's signed statement."""

OTHER_SHEET: Final = "check-other-sheet"
"""Reason: what was signed speaks of another paper, or was signed at another laptop."""
OTHER_PAPER: Final = "check-other-paper"
"""Reason: the printing or the pictures that were looked at are not those of this paper."""
OTHER_ANSWERS: Final = "check-other-answers"
"""Reason: the answers that were compared are not those on record."""
NO_REASON: Final = "check-no-reason"
"""Reason: something was found wrong, and nothing says what."""


@dataclass(frozen=True, slots=True)
class Checkable:
    """A kind of paper that has a second check: its life, where it waits, and where the check leads."""

    lifecycle: Lifecycle
    waiting: frozenset[str]
    checked: str
    void: str


CHECKABLE: Final[Mapping[str, Checkable]] = {
    "sheet": Checkable(SHEET, frozenset({SheetState.SIGNED, SheetState.SCANNED}), SheetState.CHECKED, SheetState.VOID),
    "publicity": Checkable(PUBLICITY, frozenset({PublicityState.SIGNED}), PublicityState.IN_FORCE, PublicityState.VOID),
}
"""The papers that are checked, by the kind of their record; a picture and a check name theirs under this word."""


class Finding(StrEnum):
    """What the check came to."""

    RIGHT = "right"
    WRONG = "wrong"


class Against(StrEnum):
    """What the record was compared with."""

    SCAN = "scan"
    PAPER = "paper"
    SCREEN = "screen"
    """The signatures made on the screen, each verified against the wording and the ticks."""


@dataclass(frozen=True, slots=True)
class BesideCheck:
    """What the colleague signs.

    ``kind`` and ``paper`` are the record that was checked (``CHECKABLE``). ``checker`` is the colleague by the county's
    roster and ``vault`` the one whose key signs; ``recorded_in`` is the vault of the laptop at which it was signed, so
    that nobody carries the statement elsewhere. ``print`` is the hash of the printing, ``scans`` the SHA-256 of the
    sealed pictures; ``answers`` has each grant of a sheet by its id, each thing asked of a consent to publicity by its
    code, with what the person said to it (``agreed``, ``refused``). ``time`` in ISO 8601, by the laptop's clock: it is
    shown.
    """

    kind: str
    paper: str
    checker: str
    vault: str
    recorded_in: str
    against: Against
    print: str
    scans: tuple[str, ...]
    answers: Mapping[str, str]
    finding: Finding
    reason: str
    time: str


@dataclass(frozen=True, slots=True)
class CheckMade:
    """A check beside the worker: what a colleague signed (``BesideCheck``) about a paper, named by its kind."""

    statement: SignedText
    sheet: str = ""
    publicity: str = ""
    household: str = ""
    resident: str = ""


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """A paper as one end has it: its state, the pictures filed to it, and what the person said to each thing asked."""

    kind: str
    id: str
    state: Mapping[str, Any]
    scans: tuple[str, ...]
    answers: Mapping[str, str]


def answers_of(grants: Iterable[tuple[str, Mapping[str, Any]]], sheet: str) -> dict[str, str]:
    """What the person said to each grant of a sheet, by the grant's id: as on the paper, whatever came after."""
    return {grant: str(state["history"][0]["to"]) for grant, state in grants if state["fields"].get("sheet") == sheet}


def answers_on(state: Mapping[str, Any]) -> dict[str, str]:
    """What the person said to each thing asked in a consent to publicity, by its code."""
    fields = state["fields"]
    return {
        **dict.fromkeys(fields.get("agreed", ()), GrantState.AGREED.value),
        **dict.fromkeys(fields.get("refused", ()), GrantState.REFUSED.value),
    }


def scans_of(facts: Iterable[Mapping[str, Any]], kind: str, paper: str) -> tuple[str, ...]:
    """The SHA-256 of the pictures filed to a paper of this kind, each once."""
    return tuple(sorted({str(fact["attachment"]) for fact in facts if fact.get(kind) == paper}))


def may_check_problem(paper: CheckedPaper, checker: str, roles: Collection[str]) -> str:
    """Why somebody with one of these roles may not check a paper now, as a reason code; "" where they may.

    The rules are those of its own life (``CHECKABLE``): whoever took part, as drafter or as second worker, does not
    check. A paper that somebody else has checked meanwhile is no reason: nothing is left to follow from it.
    """
    current, rules = str(paper.state["state"]), CHECKABLE[paper.kind]
    if current == rules.checked:
        return ""
    problems = [
        rules.lifecycle.problem(current, current, rules.checked, Role(one), checker, paper.state, paper.state["fields"])
        for one in sorted(roles)
    ]
    return "" if "" in problems else next(iter(problems), "not-allowed")


def beside_problem(
    check: BesideCheck, paper: CheckedPaper, *, recorded_in: str, recorder: str, roles: Collection[str]
) -> str:
    """Why a statement does not hold for a paper, as a reason code; "" where it does.

    ``recorded_in`` is the vault whose journal it stands in and ``recorder`` the worker whose vault that is; ``roles``
    are the checker's. Whether the signature is the checker's is not asked here.
    """
    if (check.kind, check.paper) != (paper.kind, paper.id) or check.recorded_in != recorded_in:
        return OTHER_SHEET
    if check.checker == recorder or check.vault == recorded_in:
        return "same-person"
    problem = may_check_problem(paper, check.checker, roles)
    if problem:
        return problem
    printed = str(paper.state["fields"].get("form_hash", ""))
    if check.print != printed or not set(check.scans) <= set(paper.scans):
        return OTHER_PAPER
    if check.against in (Against.SCAN, Against.SCREEN) and not check.scans:
        return OTHER_PAPER
    if is_on_screen(paper.state["fields"]) is not (check.against is Against.SCREEN):
        return OTHER_PAPER
    if not check.answers or dict(check.answers) != dict(paper.answers):
        return OTHER_ANSWERS
    return NO_REASON if check.finding is Finding.WRONG and not check.reason.strip() else ""
