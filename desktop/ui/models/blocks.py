"""The rows of a long list: known by their ids, fetched a block at a time, kept until told otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

BLOCK = 100
"""Rows asked for at once."""


class HasId(Protocol):
    """Anything with the id of its record."""

    @property
    def id(self) -> str:
        """The record's id."""


R = TypeVar("R", bound=HasId)

Fetch = Callable[[tuple[str, ...], Callable[[Sequence[R]], None]], None]
"""Asks for the rows of some ids; answers later on the screen's thread. Rows that are gone are left out."""


class Blocks(Generic[R]):
    """A cache of rows by id. ``arrived`` is called with the positions of the first and last row of a block."""

    def __init__(self, fetch: Fetch[R], arrived: Callable[[int, int], None]) -> None:
        self._fetch = fetch
        self._arrived = arrived
        self._ids: list[str | None] = []
        self._rows: dict[str, R] = {}
        self._asked: set[int] = set()
        self._generation = 0

    def reset(self, ids: Sequence[str | None]) -> None:
        """New ids in their new order; None stands for a line that needs no row. Rows known are shown until fresh."""
        self._generation += 1
        self._ids = list(ids)
        self._asked.clear()
        known = {each for each in ids if each is not None}
        self._rows = {each: row for each, row in self._rows.items() if each in known}

    def row(self, position: int) -> R | None:
        """The row if it is here; otherwise its block is asked for and None returned."""
        record = self._ids[position]
        block = position // BLOCK
        if block not in self._asked:
            self._asked.add(block)
            self._ask(block)
        return self._rows.get(record) if record is not None else None

    def _ask(self, block: int) -> None:
        first = block * BLOCK
        last = min(first + BLOCK, len(self._ids)) - 1
        wanted = tuple(each for each in self._ids[first : last + 1] if each is not None)
        generation = self._generation

        def receive(rows: Sequence[R]) -> None:
            if generation != self._generation:
                return  # the list was replaced while the rows were on their way
            self._rows |= {row.id: row for row in rows}
            self._arrived(first, last)

        if wanted:
            self._fetch(wanted, receive)
