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
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text

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
        connection.execute(search_token.insert(), [{"token": token, "resident": row_id} for token in sorted(tokens)])


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
    found = _matching([_ranges(word, places) for word in words], connection, limit)
    if not found:
        return []
    rows = {row.id: row for row in connection.execute(_ROWS, {"ids": found})}
    return [
        Found(rows[one].record, rows[one].household, rows[one].division, rows[one].state)
        for one in found
        if one in rows
    ]


Range = tuple[str, str]


def _ranges(word: str, places: dict[str, list[str]]) -> list[Range]:
    """The runs of tokens that satisfy a word, the likeliest meaning first."""
    ranges: list[Range] = []
    if _NUMBER.match(word):
        backwards = word[::-1]
        ranges.extend((start, start + _END) for start in ("~" + backwards, "#" + word, "u" + backwards, "t" + word))
    elif _LATIN.match(word):
        letters = word.replace("'", "")
        ranges.extend((start, start + _END) for start in ("p" + letters, "i" + letters, "n" + letters))
    else:
        if len(word) > 1:
            ranges.append(("n" + word, "n" + word))
        ranges.append(("n" + word, "n" + word + _END))
    ranges.extend(("d" + code, "d" + code + _END) for code in places.get(word, ()))
    return ranges


def _matching(words: list[list[Range]], connection: Connection, limit: int) -> list[int]:
    """Row ids, at most ``limit``: one short walk down the tree per range, ended as soon as there are enough.

    The longest list of other conditions is only looked up for rows that the walked word has found.
    """
    walked, *others = sorted(words, key=lambda ranges: any(low.startswith("d") for low, _ in ranges))
    parameters: dict[str, Any] = {"limit": limit}
    conditions = []
    for number, ranges in enumerate(others):
        either = []
        for index, (low, high) in enumerate(ranges):
            parameters |= {f"low_{number}_{index}": low, f"high_{number}_{index}": high}
            either.append(f"other.token BETWEEN :low_{number}_{index} AND :high_{number}_{index}")
        conditions.append(
            f"AND EXISTS (SELECT 1 FROM search_token AS other WHERE other.resident = walked.resident"  # noqa: S608
            f" AND ({' OR '.join(either)}))"
        )
    statement = text(
        "SELECT DISTINCT walked.resident FROM search_token AS walked"  # noqa: S608 only names made here
        f" WHERE walked.token BETWEEN :low AND :high {' '.join(conditions)} LIMIT :limit"
    )
    found: dict[int, None] = {}
    for low, high in walked:
        found |= dict.fromkeys(connection.scalars(statement, {**parameters, "low": low, "high": high}))
        if len(found) >= limit:
            break
    return list(found)[:limit]


_ROWS = select(record.c.id, record.c.record, record.c.household, record.c.division, record.c.state).where(
    record.c.id.in_(bindparam("ids", expanding=True))
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
