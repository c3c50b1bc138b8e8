"""Pre-numbered blank consent forms (空白同意书): a stock, the numbers in it, and what becomes of each number.

Villages without a printer are given blanks that were printed at the office (``reference.md`` §3.4). A number is
accounted for until it is bound to a person's sheet, spoiled or back: what is still out is known at any time.
Nothing here says anything of a person; the sheet does that once a blank is bound.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.domain.blank_ids import blank_id as blank_id  # noqa: PLC0414 - known from here, with all else of them
from desktop.domain.blank_ids import stock_and_number as stock_and_number  # noqa: PLC0414
from desktop.domain.consent import Ask
from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.prints import PrintOutcome
from desktop.domain.roles import Role

MOST_IN_A_STOCK: Final = 60
"""What is written down of a stock has to fit into one action."""
OUT_DAYS: Final = 30
"""After so many days a number that is still out is a matter for today, unless the county says another number."""
OUT_DAYS_BOUNDS: Final = (7, 180)
OUT_DEADLINE: Final = "blanks_out_days"
"""The name of the county's own number among the deadlines of its standard."""

OWN_FORM: Final = "consent-self"
GUARDIANS_FORM: Final = "consent-guardian"
COMPATRIOTS_FORM: Final = "consent-compatriot"
TRADITIONAL_FORM: Final = "consent-compatriot-hant"
FORM_NAMES: Final[Mapping[str, str]] = {
    OWN_FORM: "本人版",
    GUARDIANS_FORM: "监护人版",
    COMPATRIOTS_FORM: "台港澳同胞版",
    TRADITIONAL_FORM: "台港澳同胞版（繁体）",
}

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread."""
_CODE: Final = 6
_FIGURES: Final = 3
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


class BlankState(StrEnum):
    """What became of a number; one of which nothing is recorded is out with whom the stock was printed for."""

    HANDED_ON = "handed-on"
    """Out as well, with somebody else."""
    BOUND = "bound"
    SPOILED = "spoiled"
    MISSING = "missing"
    RETURNED = "returned"


BLANK_STATE_NAMES: Final[Mapping[BlankState, str]] = {
    BlankState.HANDED_ON: "转交同事",
    BlankState.BOUND: "已绑定",
    BlankState.SPOILED: "作废",
    BlankState.MISSING: "遗失",
    BlankState.RETURNED: "交回未用",
}


class Spoiled(StrEnum):
    """Why a blank is void; a closed list, since what is said of a number stays and names nobody."""

    MISWRITTEN = "miswritten"
    DAMAGED = "damaged"
    BAD_PRINT = "bad-print"
    NOT_SIGNED = "not-signed"
    OUTDATED = "outdated"


SPOILED_NAMES: Final[Mapping[Spoiled, str]] = {
    Spoiled.MISWRITTEN: "写坏了",
    Spoiled.DAMAGED: "弄湿、弄脏或撕破了",
    Spoiled.BAD_PRINT: "没有印清楚",
    Spoiled.NOT_SIGNED: "填了没有签",
    Spoiled.OUTDATED: "表已换新版",
}


STOCK_OUTCOME_NAMES: Final[Mapping[PrintOutcome, str]] = {
    PrintOutcome.PRINTED: "已打印",
    PrintOutcome.PARTLY: "只打了一部分，不算数",
    PrintOutcome.FAILED: "没有打印出来",
    PrintOutcome.CANCELLED: "取消了，没有打印",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """A stock of blanks as it was printed: numbers 1 to ``count``, all alike but for the number.

    ``asks`` are the recipients that stand on the paper; ``by_hand`` is how many rows are left for others.
    ``form`` is the wording (``consent-self``), ``form_number`` its number on paper (``TY-01``).
    """

    worker: str
    worker_name: str
    form: str
    form_number: str
    version: str
    count: int
    printed: date
    outcome: PrintOutcome
    asks: tuple[Ask, ...] = ()
    by_hand: int = 0
    large_type: bool = False
    copies: int = 0
    hashes: tuple[str, ...] = ()
    """SHA-256 of what each number's paper says, in the order of the numbers."""
    wording: str = ""
    """SHA-256 of the text that all of them are set in."""

    def hash_of(self, number: int) -> str:
        """What the paper of a number is bound by; "" where the stock does not say it."""
        return self.hashes[number - 1] if 1 <= number <= len(self.hashes) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankFields:
    """A number of a stock with what its steps add."""

    stock: str
    number: int
    issued_to: str
    """Whom the stock was printed for."""
    holder: str
    """Whose it is to fill in."""
    holder_name: str = ""
    spoiled: Spoiled | None = None
    told: str = ""
    """To whom it was said that it is missing."""
    noticed: date | None = None
    """When it was noticed."""


def _handed_on_by_or_to(worker: str, _role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Whoever has it gives it, or a colleague says that they took it over; nobody gives away a third one's."""
    before = state["fields"].get("holder") if state is not None else fields.get("issued_to")
    return "" if worker in (before, fields.get("holder")) else "not-holder"


def _by_holder(worker: str, _role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """A blank is bound by whom it was given to: it says whose stock it is of, and who took the consent."""
    before = state["fields"].get("holder") if state is not None else fields.get("issued_to")
    return "" if worker == before == fields.get("holder") else "not-holder"


_ROLES: Final = roles_of(Capability.TAKE_CONSENT)

BLANK: Final = Lifecycle(
    {
        **steps((None, BlankState.HANDED_ON), tuple(BlankState), _ROLES),
        # What was lost turns up again, signed, spoiled or empty.
        **steps((BlankState.MISSING,), (BlankState.BOUND, BlankState.SPOILED, BlankState.RETURNED), _ROLES),
        **steps((BlankState.RETURNED,), (BlankState.HANDED_ON, BlankState.SPOILED, BlankState.MISSING), _ROLES),
    },
    # Whoever holds the signed paper knows better than whoever missed it, in whatever order their words arrive.
    outranking=frozenset({BlankState.BOUND}),
    guards={BlankState.HANDED_ON: _handed_on_by_or_to, BlankState.BOUND: _by_holder},
    fixed=frozenset({"stock", "number", "issued_to"}),
)


def blank_record(blank: str) -> str:
    """The record that says what became of a blank."""
    return f"blank-{blank}"


def stock_code(stock: str) -> str:
    """Six characters that stand for a stock on paper."""
    value = int(stock[:8], 16) >> 2
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(5 * (_CODE - 1), -1, -5))


def blank_number(stock: str, number: int) -> str:
    """The number on paper, as it is read out and typed: ``KB-7F3A2Q-012-K``. The last character checks the others."""
    body = f"{stock_code(stock)}{number:0{_FIGURES}}"
    return f"KB-{body[:_CODE]}-{body[_CODE:]}-{_check_character(body)}"


def read_number(typed: str) -> tuple[str, int] | None:
    """The stock's code and the number in what somebody typed; None where it is none, a mistyped one above all.

    Small letters, full-width characters, spaces and other dashes are as good; ``KB`` may be left out.
    """
    plain = "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum()).translate(_MISREAD)
    if len(plain) == 2 + _CODE + _FIGURES + 1 and plain.startswith("KB"):
        plain = plain[2:]
    body, check = plain[:-1], plain[-1:]
    if len(body) != _CODE + _FIGURES or not body[_CODE:].isdecimal() or not set(plain) <= set(_ALPHABET):
        return None
    return (body[:_CODE], int(body[_CODE:])) if _check_character(body) == check else None


def _check_character(body: str) -> str:
    """The hybrid system of ISO/IEC 7064 with 32 characters: finds every single wrong character."""
    size = len(_ALPHABET)
    product = size
    for character in body:
        total = (product + _ALPHABET.index(character)) % size or size
        product = total * 2 % (size + 1)
    return _ALPHABET[(size + 1 - product) % size]


def out_days(deadlines: Mapping[str, Any]) -> int:
    """After how many days a number that is out is a matter for today, by the county's deadlines within bounds."""
    days = deadlines.get(OUT_DEADLINE)
    if not isinstance(days, int) or isinstance(days, bool):
        return OUT_DAYS
    low, high = OUT_DAYS_BOUNDS
    return max(low, min(high, days))
