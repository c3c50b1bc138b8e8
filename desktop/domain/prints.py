"""What came of a printing (打印结果): out of the printer whole, a part of it, not at all, or given up before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class PrintOutcome(StrEnum):
    """What came of a printing; a number counts as printed only where all the pages came out."""

    PRINTED = "printed"
    PARTLY = "partly"
    FAILED = "failed"
    CANCELLED = "cancelled"


PRINT_OUTCOME_NAMES: Final[Mapping[PrintOutcome, str]] = {
    PrintOutcome.PRINTED: "已打印",
    PrintOutcome.PARTLY: "只打了一部分",
    PrintOutcome.FAILED: "没有打印出来",
    PrintOutcome.CANCELLED: "取消了，没有打印",
}
ON_PAPER: Final = frozenset({PrintOutcome.PRINTED, PrintOutcome.PARTLY})
"""Of these there is paper that may come back."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one printing, and where.

    ``first`` and ``last`` are the pages, from 1, where it was not all of them (else 0); ``job`` is what the print
    system calls it, by which it can be asked about later.
    """

    outcome: PrintOutcome = PrintOutcome.PRINTED
    copies: int = 1
    printer: str = ""
    first: int = 0
    last: int = 0
    job: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """One printing of a form, whatever came of it (those of before have no ``outcome``: they all came out).

    ``of`` is the record it shows, ``hash`` that of its content, ``wording`` that of the wording it was printed in.
    ``amends`` names the printing of which something else became afterwards: the printer gave it up, or somebody took
    it off the queue.
    """

    of: str
    form: str
    household: str = ""
    resident: str = ""
    print: str = ""
    version: str = ""
    hash: str = ""
    wording: str = ""
    copies: int = 1
    elsewhere: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    """Of a form that comes back signed: what it says of ``person``, ``office``, ``recipients``, ``household`` and its
    ``subject``, each as a SHA-256 with the id."""
    outcome: PrintOutcome = PrintOutcome.PRINTED
    printer: str = ""
    first: int = 0
    last: int = 0
    job: str = ""
    amends: str = ""
    number: str = ""
    """The number on the paper; one that was drawn and not printed is accounted for by it."""
    pages: int = 0
    """How many pages a form has that comes back signed, and which of them are signed (``to_sign``)."""
    to_sign: tuple[int, ...] = ()
    large_type: bool = False
    """In 三号, of a form whose size is chosen where it is printed."""
