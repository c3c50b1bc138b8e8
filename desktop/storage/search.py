"""Finding people by name, pinyin, initials, ID tail, phone and village.

A plain table of tokens with range scans instead of full-text search: two-character names must be
found, erasing must really erase, and a prefix is one walk down a B-tree. Each resident has about
fifteen tokens; the first letter says what a token is:
``n`` name from each of its characters on · ``p`` pinyin likewise · ``i`` initials likewise ·
``#`` document number, forwards and (``~``) backwards · ``t`` phone likewise (``u``) · ``d`` division.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, delete, select

from desktop.domain.records import State
from desktop.domain.typed import normalise_digits
from desktop.storage.tables import record, search_token

_END = "\U0010ffff"
_LATIN = re.compile(r"^[a-zü' ]+$")
_NUMBER = re.compile(r"^[0-9]{3,}x?$")
_LONGEST_NAME = 32
"""Characters of a name that are indexed: each one begins a token of its own, so a pasted text would fill the memory."""


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: the resident with what a result line shows."""

    resident: str
    household: str | None
    division: str | None
    state: str


def index_resident(connection: Connection, row_id: int, state: State, division: str | None) -> None:
    """Replace a resident's tokens."""
    forget_resident(connection, row_id)
    tokens = resident_tokens(state, division)
    if tokens:
        rows = [{"token": token, "resident": row_id, "division": division} for token in sorted(tokens)]
        connection.execute(search_token.insert(), rows)


def forget_resident(connection: Connection, row_id: int) -> None:
    """Remove a resident from the index."""
    connection.execute(delete(search_token).where(search_token.c.resident == row_id))


def resident_tokens(state: State, division: str | None) -> set[str]:
    """Everything a resident can be found by."""
    from desktop.storage.readings import readings

    groups = {name: group["value"] for name, group in state["groups"].items()}
    tokens: set[str] = set()
    naming = groups.get("name", {})
    for name in dict.fromkeys(_texts(naming.get(one) for one in ("name", "original", "former"))):
        characters = [one.lower() for one in name if not one.isspace()][:_LONGEST_NAME]
        tokens.update("n" + "".join(characters[start:]) for start in range(len(characters)))
        for start in range(len(characters)):
            spoken = readings("".join(characters[start:]))
            tokens.update("p" + full for full in spoken.full)
            tokens.update("i" + initials for initials in spoken.initials)
    for number in _texts([groups.get("document", {}).get("number")]):
        tokens.update(("#" + number.lower(), "~" + number.lower()[::-1]))
    phones = groups.get("phones", {}).get("numbers")
    for phone in _texts(phones if isinstance(phones, list) else ()):
        digits = re.sub(r"\D", "", phone)
        tokens.update(("t" + digits, "u" + digits[::-1]))
    if division:
        tokens.add("d" + division)
    return tokens


def _texts(values: Iterable[object]) -> list[str]:
    """Those that are text and not empty: what another program wrote may be of any shape."""
    return [one for one in values if isinstance(one, str) and one]


def find(connection: Connection, term: str, villages: Iterable[str], limit: int = 50) -> list[Found]:
    """Residents that match every word of ``term``; whole names first.

    ``villages`` are division codes whose names match a word of the term, as ``word=code``.
    """
    words = [word for word in re.split(r"\s+", normalise_digits(term).strip().lower()) if word]
    if not words:
        return []
    places: dict[str, list[str]] = {}
    for village in villages:
        word, _, code = village.partition("=")
        places.setdefault(word, []).append(code)
    # Villages are the longest runs and are only looked at beside a run that is walked.
    walked, *others = sorted((_ranges(word, places) for word in words), key=lambda run: any(map(_is_place, run)))
    # The name of a village is hardly ever in a person's: what no token has need not be asked of everyone on the way.
    others = [[one for one in ranges if _is_place(one) or _occurs(connection, one)] for ranges in others]
    if not all(others):
        return []
    statement = _statement(tuple(tuple(map(_is_place, ranges)) for ranges in others))
    conditions = [bound for ranges in others for one in ranges for bound in _bounds(one)]
    found: dict[int, Found] = {}
    for low, high in walked:
        # Ended here and not by LIMIT, for which SQLite would prepare the statement anew each time.
        with connection.exec_driver_sql(statement, (low, high, *conditions)) as rows:
            while len(found) < limit and (some := rows.fetchmany(limit - len(found))):
                for one in some:
                    found.setdefault(one.id, Found(one.record, one.household, one.division, one.state))
        if len(found) >= limit:
            break
    return list(found.values())


def households_with_name(connection: Connection, name: str, division: str) -> list[str]:
    """Households of one place with a member whose name is this, or ends so."""
    token = "n" + "".join(one.lower() for one in name if not one.isspace())[:_LONGEST_NAME]
    query = (
        select(record.c.household)
        .join(search_token, search_token.c.resident == record.c.id)
        .where(search_token.c.token == token, search_token.c.division == division, record.c.household.is_not(None))
    )
    return list(connection.scalars(query.distinct()))


Range = tuple[str, str]


def _ranges(word: str, places: dict[str, list[str]]) -> list[Range]:
    """The runs of tokens that satisfy a word, the likeliest meaning first; in a run, what is whole comes first."""
    if _NUMBER.match(word):
        backwards = word[::-1]
        starts = ["~" + backwards, "#" + word, "u" + backwards, "t" + word]
    elif _LATIN.match(word):
        letters = word.replace("'", "")
        starts = ["p" + letters, "i" + letters, "n" + letters]
    else:
        starts = ["n" + word]
    starts.extend("d" + code for code in places.get(word, ()))
    return [(start, start + _END) for start in starts]


def _is_place(one: Range) -> bool:
    return one[0].startswith("d")


def _bounds(one: Range) -> Range:
    """A condition's bounds: of a token, or of a division without its letter."""
    low, high = one
    return (low[1:], high[1:]) if _is_place(one) else one


def _occurs(connection: Connection, one: Range) -> bool:
    return connection.exec_driver_sql(_ANY, one).first() is not None


@lru_cache(maxsize=64)
def _statement(others: tuple[tuple[bool, ...], ...]) -> str:
    """One walk down the tree and the result lines with it; ``others`` are the other words' runs, True for a place.

    The same text for every search of a shape, and no sorting, DISTINCT or list of ids in it: with SQLCipher's memory
    security each preparing and each temporary tree costs more than all the rows that a result shows.
    """
    conditions = [
        " AND (" + " OR ".join(_IN_PLACE if is_place else _ALSO_CALLED for is_place in ranges) + ")"
        for ranges in others
    ]
    return _WALK + "".join(conditions)


_ANY = "SELECT 1 FROM search_token WHERE token BETWEEN ? AND ? LIMIT 1"
_WALK = (
    "SELECT record.id, record.record, record.household, record.division, record.state"
    " FROM search_token AS walked CROSS JOIN record ON record.id = walked.resident"
    " WHERE walked.token BETWEEN ? AND ?"
)
_IN_PLACE = "walked.division BETWEEN ? AND ?"
_ALSO_CALLED = (
    "EXISTS (SELECT 1 FROM search_token AS other"
    " WHERE other.resident = walked.resident AND other.token BETWEEN ? AND ?)"
)


def residents_with_number(connection: Connection, number: str) -> list[str]:
    """Residents whose document number begins with this one (the exact rule is the caller's)."""
    low = "#" + number.lower()
    query = (
        select(record.c.record)
        .join(search_token, search_token.c.resident == record.c.id)
        .where(search_token.c.token.between(low, low + _END))
        .limit(20)
    )
    return list(connection.scalars(query))
