"""The letters that are owed after a loss (告知书, PIPL 57), by village and in batches as the laptops print them.

Whether a letter was made is what the townships' laptops have reported: each batch they print is an entry of theirs
with the people it was for and the day of the loss. It does not say which laptop was lost; the day does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from county import tables
from county.opening import County
from county.records import BROKEN, WorkingSet, is_id, value_of
from desktop.domain.breach import Affected
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.journal import EntryFormatError, Header, decode_body

LETTERS_MADE: Final = "vault.loss-letters-made"
"""The entry of a laptop that has made letters."""
MOST: Final = 200
"""Letters of one batch, as on the laptops: a page each."""


@dataclass(frozen=True, slots=True)
class Made:
    """Letters a laptop made: for which day of loss, when, and by whom (roster's number)."""

    day: str
    time: str
    worker: str


@dataclass(frozen=True, slots=True)
class Owed:
    """Somebody who is owed a letter, and the letters already made to them, the newest last.

    ``address`` is what is written of it within the village.
    """

    person: Affected
    address: str
    made: tuple[Made, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """People of one village, in the order of its code; ``part`` of ``parts`` where it has too many for one batch.

    ``village`` and ``township`` are names, the code where no name is issued, empty where nothing is known.
    """

    village: str
    township: str
    owed: tuple[Owed, ...]
    part: int = 1
    parts: int = 1

    @property
    def done(self) -> int:
        """To how many of them a letter was made."""
        return sum(1 for one in self.owed if one.made)


def batches(county: County, people: Sequence[Affected]) -> tuple[Batch, ...]:
    """Everybody of ``people`` who is owed a letter, village by village, at most ``MOST`` in each batch."""
    with county.store.read() as connection:
        working = WorkingSet(connection, county.code)
        made = _made(connection, county, working)
        homes = _homes(working, [one.resident for one in people])
        found: dict[str, list[Owed]] = {}
        for one in people:
            village, address = homes.get(one.resident, ("", ""))
            owed = Owed(one, address, tuple(made.get(working.canonical(one.resident), ())))
            found.setdefault(village, []).append(owed)
        names = _names(working, found)
    answer = []
    for code, owed_there in sorted(found.items()):
        village, township = names[code]
        parts = -(-len(owed_there) // MOST)
        for part in range(parts):
            some = tuple(owed_there[part * MOST : (part + 1) * MOST])
            answer.append(Batch(village, township, some, part + 1, parts))
    return tuple(answer)


def _made(connection: Connection, county: County, working: WorkingSet) -> dict[str, list[Made]]:
    entry = tables.entry
    rows = connection.execute(
        select(entry.c.header, entry.c.payload)
        .where(entry.c.county == county.code, entry.c.kind == LETTERS_MADE)
        .where(entry.c.payload.is_not(None), entry.c.position.is_not(None))
        .order_by(entry.c.position)
    )
    told: list[tuple[str, Made]] = []
    for row in rows:
        header = Header.decode(bytes(row.header))
        try:
            body = decode_body(bytes(row.payload))
            one = Made(str(body.get("day", "")), header.time, header.worker)
            told += [(resident, one) for resident in body.get("residents", ()) if is_id(resident)]
        except (*BROKEN, EntryFormatError):
            continue
    working.load_ids({resident for resident, _ in told})
    found: dict[str, list[Made]] = {}
    for resident, one in told:
        found.setdefault(working.canonical(resident), []).append(one)
    return found


def _homes(working: WorkingSet, residents: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The code of the division in which each of these lives, and the words of the address, where they are known."""
    working.load_ids(residents)
    homes = {one: _part(working, one, "membership", "household") for one in residents}
    working.load_ids(home for home in homes.values() if is_id(home))
    return {
        one: (_part(working, home, "address", "division"), _part(working, home, "address", "text"))
        for one, home in homes.items()
        if is_id(home)
    }


def _part(working: WorkingSet, record_id: str, group: str, name: str) -> str:
    record = working.record(record_id)
    value: Any = value_of(record.state, group) if record is not None and record.state is not None else None
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _names(working: WorkingSet, codes: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The names of village and township by the village's code."""
    townships = {code[:TOWNSHIP_DIGITS] for code in codes if code}
    working.load_ids(f"division-{one}" for one in townships)
    names: dict[str, str] = {}
    for township in townships:
        record = working.record(f"division-{township}")
        if record is not None and record.kind == "division" and record.state is not None:
            issued = record.state["issued"]
            names[township] = str(issued.get("name", ""))
            names |= {str(one["code"]): str(one["name"]) for one in issued.get("villages", ())}
    return {code: (names.get(code, code), names.get(code[:TOWNSHIP_DIGITS], "")) for code in codes}
