"""The county's records: a working set that is loaded, changed in memory and written in few statements.

The rules are ``desktop.domain.records``; here is only where states come from and where they go.
A working set lives inside one transaction and is thrown away with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, select, update

from county import tables
from county.store import chunks, upsert
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.identity import DocumentType, match_key
from desktop.domain.journal import Header, decode_body, encode_json
from desktop.domain.records import (
    Change,
    Nature,
    Outcome,
    RecordKind,
    Result,
    State,
    apply_change,
    is_shared,
    record_kind,
    resolve_references,
)
from desktop.domain.same_household import household_key

MAX_ID_CHARACTERS: Final = 128
BROKEN: Final = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""What hostile content can make of otherwise correct code; all of it means "malformed"."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the county keeps it; ``canonical`` differs from ``id`` once it is an alias."""

    id: str
    kind: str
    state: State | None
    canonical: str
    township: str
    match_key: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One entry with what the county needs to judge it; ``townships`` are the writer's own."""

    change: Change
    townships: Sequence[str]
    township: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of one step and the township whose laptops hear of it."""

    outcome: Outcome
    township: str
    shared: bool


class WorkingSet:
    """The records that a transaction touches."""

    def __init__(self, connection: Connection, county: str) -> None:
        self.connection = connection
        self.county = county
        self._records: dict[str, Record] = {}
        self._aliases: dict[str, str] = {}
        self._known: set[str] = set()
        self._by_key: dict[str, list[str]] = {}
        self._changed: set[str] = set()

    # -- loading -----------------------------------------------------------------------------------

    def load(self, changes: Iterable[Change]) -> None:
        """Fetch all that these changes touch or name, with a few queries however many they are."""
        ids: set[str] = set()
        keys: set[str] = set()
        for change in changes:
            ids.update(mentioned(change))
            found = document_key(change)
            if found is not None:
                keys.add(found)
        self.load_ids(ids)
        self.load_keys(keys)

    def load_ids(self, ids: Iterable[str]) -> None:
        """Fetch records by id, with what they are aliases of."""
        wanted = set(ids) - self._known
        while wanted:
            self._known |= wanted
            for some in chunks(sorted(wanted)):
                for row in self.connection.execute(
                    select(tables.record).where(tables.record.c.county == self.county, tables.record.c.id.in_(some))
                ):
                    state = None if row.state is None else json.loads(row.state)
                    self._put(Record(row.id, row.kind, state, row.canonical, row.township, row.match_key))
                for old, target in self.connection.execute(
                    select(tables.alias.c.id, tables.alias.c.target).where(
                        tables.alias.c.county == self.county, tables.alias.c.id.in_(some)
                    )
                ):
                    self._aliases[old] = target
            wanted = {self._aliases[one] for one in wanted if one in self._aliases} - self._known

    def load_keys(self, keys: Collection[str]) -> None:
        """Fetch the residents with these documents, or the households with these ledger keys."""
        found: set[str] = set()
        for some in chunks(sorted(keys)):
            found.update(
                self.connection.scalars(
                    select(tables.record.c.id).where(
                        tables.record.c.county == self.county, tables.record.c.match_key.in_(some)
                    )
                )
            )
        self.load_ids(found)

    def _put(self, record: Record) -> None:
        self._records[record.id] = record
        if record.match_key is not None:
            same = self._by_key.setdefault(record.match_key, [])
            if record.id not in same:
                same.append(record.id)

    # -- reading -----------------------------------------------------------------------------------

    def canonical(self, record_id: str) -> str:
        """The record an id stands for, after the county's aliases."""
        while record_id in self._aliases:
            record_id = self._aliases[record_id]
        return record_id

    def record(self, record_id: str) -> Record | None:
        """The record itself, aliases followed; it must have been loaded."""
        return self._records.get(self.canonical(record_id))

    def has(self, record_id: str) -> bool:
        """Whether a record of this very id was loaded or made; an alias counts too."""
        return record_id in self._records

    def members(self, household: str) -> list[Record]:
        """The residents of a household, who moved out of it among them; loaded where they were not."""
        self.load_ids(
            self.connection.scalars(
                select(tables.record.c.id)
                .where(tables.record.c.county == self.county, tables.record.c.kind == "resident")
                .where(tables.record.c.household == household)
            ).all()
        )
        # What this transaction has changed is here and not yet in the table.
        found = [one for one in self._records.values() if one.kind == "resident" and one.canonical == one.id]
        return [one for one in found if _reference(record_kind(one.kind), one.state, "household") == household]

    def same_key(self, key: str) -> list[Record]:
        """Residents with this document, or households with this ledger key, that are not aliases of another."""
        found = [self._records[one] for one in self._by_key.get(key, [])]
        return [one for one in found if one.match_key == key and self.canonical(one.id) == one.id]

    # -- changing ----------------------------------------------------------------------------------

    def apply_action(self, steps: Sequence[Step]) -> list[Judged]:
        """Apply one action whole or not at all.

        Answers a judgement per step. If one is rejected or held, nothing has changed, and the
        innocent ones carry the same result with ``action-rejected`` or ``action-held``.
        """
        draft: dict[str, Record] = {}
        judged = [self._apply_step(step, draft) for step in steps]
        results = {one.outcome.result for one in judged}
        for spoilt, reason in ((Result.REJECTED, "action-rejected"), (Result.HELD, "action-held")):
            if spoilt in results:
                # A rejection outweighs a hold: it would stay a rejection with newer code too.
                return [
                    one if one.outcome.result is spoilt else replace(one, outcome=Outcome(spoilt, reason))
                    for one in judged
                ]
        for record in draft.values():
            self._put(record)
            self._changed.add(record.id)
        return judged

    def _apply_step(self, step: Step, draft: dict[str, Record]) -> Judged:
        kind = record_kind(step.change.kind)
        home = step.township if step.township is not None else (step.townships[0] if step.townships else "")
        if kind is not None and kind.nature is Nature.AUDIT:
            _, outcome = apply_change(None, step.change)
            spoken_of = draft.get(step.change.record) or self.record(step.change.record)
            shared = is_shared(step.change.kind)
            return Judged(outcome, spoken_of.township if shared and spoken_of else home, shared)
        try:
            change = resolve_references(step.change, self.canonical)
            before = draft.get(change.record) or self._records.get(change.record)
            if kind is not None and not change.record:
                return Judged(Outcome(Result.REJECTED, "malformed"), home, False)
            if kind is not None and before is not None and before.kind != kind.name:
                return Judged(Outcome(Result.REJECTED, "other-kind"), before.township, False)
            state, outcome = apply_change(before.state if before else None, change)
            if kind is None or outcome.result in (Result.REJECTED, Result.HELD):
                return Judged(outcome, before.township if before else home, kind.shared if kind else False)
            encode_json(state or {})
            if step.township is not None:
                township = step.township
            else:
                township = before.township if before else self._township(kind, change, step.townships, draft)
                if step.townships and township not in step.townships:
                    return Judged(Outcome(Result.REJECTED, "other-township"), home, False)
            key = _match_key(kind, state)
        except BROKEN:
            return Judged(Outcome(Result.REJECTED, "malformed"), home, False)
        if state is not None:
            draft[change.record] = Record(change.record, kind.name, state, change.record, township, key)
        return Judged(outcome, township, kind.shared)

    def _township(self, kind: RecordKind, change: Change, townships: Sequence[str], draft: Mapping[str, Record]) -> str:
        """Where a new record belongs: its own address, the household or resident it names, the writer's."""
        body = change.body or {}
        if kind.name == "household":
            address = body["groups"].get("address", {}).get("value")
            division = address.get("division") if isinstance(address, dict) else None
            if isinstance(division, str) and division[:TOWNSHIP_DIGITS] in townships:
                return division[:TOWNSHIP_DIGITS]
        if kind.name == "approval":
            places = [str(one)[:TOWNSHIP_DIGITS] for one in body["fields"].get("divisions") or ()]
            if places:
                # One for several townships is the county's to give; a laptop's stands in the one it names.
                return places[0]
        found = (draft.get(one) or self._records.get(one) for one in mentioned(change))
        homes = [one.township for one in found if one is not None]
        # One of another township decides: nobody writes about its people by way of a household of their own.
        foreign = [one for one in homes if townships and one not in townships]
        return next(iter((*foreign, *homes, *townships)), "")

    def add_alias(self, old: str, target: str) -> None:
        """From now on ``old`` stands for ``target``."""
        self._aliases[old] = target
        self._known.add(old)
        self.connection.execute(
            update(tables.alias)
            .where(tables.alias.c.county == self.county, tables.alias.c.target == old)
            .values(target=target)
        )
        upsert(self.connection, tables.alias, [{"county": self.county, "id": old, "target": target}])

    def put_state(self, record_id: str, state: State | None) -> None:
        """Replace a state that was folded anew."""
        record = self._records[record_id]
        kind = record_kind(record.kind)
        key = _match_key(kind, state) if kind is not None and state is not None else None
        self._put(replace(record, state=state, match_key=key, canonical=self.canonical(record_id)))
        self._changed.add(record_id)

    # -- writing -----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write every changed record."""
        rows = [self._row(self._records[one]) for one in sorted(self._changed)]
        upsert(self.connection, tables.record, rows)
        self._changed.clear()

    def _row(self, record: Record) -> dict[str, Any]:
        kind = record_kind(record.kind)
        state = record.state
        return {
            "county": self.county,
            "id": record.id,
            "kind": record.kind,
            "state": None if state is None else encode_json(state).decode(),
            "canonical": record.canonical,
            "household": _reference(kind, state, "household"),
            "resident": _reference(kind, state, "resident"),
            "township": record.township,
            "match_key": record.match_key,
            "status": state["state"] if state and kind and kind.nature is Nature.LIFECYCLE else None,
        }


# --- reading entries and states -----------------------------------------------------------------


def change_of(header: Header, payload: bytes | None) -> Change:
    """The fold's view of an entry; raises EntryFormatError for a payload that is none."""
    return Change(
        by=str(header.reference),
        kind=header.kind,
        record=header.record or "",
        time=header.time,
        worker=header.worker,
        role=header.role,
        body=None if payload is None else decode_body(payload),
        imported=header.import_id is not None,
    )


def mentioned(change: Change) -> tuple[str, ...]:
    """The ids of the records that a change touches or names, in the order of its kind's references; nothing that it
    names where its content is broken."""
    ids = [change.record] if is_id(change.record) else []
    named = list(ids)
    try:
        resolve_references(change, _collector(named))
    except BROKEN:
        return tuple(ids)
    return tuple(dict.fromkeys(named))


def _collector(ids: list[str]) -> Callable[[str], str]:
    def collect(record_id: str) -> str:
        if is_id(record_id):
            ids.append(record_id)
        return record_id

    return collect


def is_id(value: object) -> bool:
    """Whether a value can be an identity here: short, printable text."""
    return isinstance(value, str) and 0 < len(value) <= MAX_ID_CHARACTERS and value.isprintable()


def document_key(change: Change) -> str | None:
    """The match key of the document that a description of a resident brings, if it brings one."""
    kind = record_kind(change.kind)
    if kind is None or kind.name != "resident" or change.body is None:
        return None
    try:
        return _key_of(change.body["groups"]["document"]["value"])
    except BROKEN:
        return None


def _match_key(kind: RecordKind, state: State | None) -> str | None:
    if state is None:
        return None
    if kind.name == "household":
        return household_key(state["groups"])
    return _key_of(value_of(state, "document")) if kind.name == "resident" else None


def _key_of(document: Any) -> str | None:
    if not isinstance(document, dict) or not isinstance(document.get("number"), str):
        return None
    try:
        return match_key(DocumentType(document["type"]), document["number"])
    except (KeyError, ValueError):
        return None


def value_of(state: State | None, group: str) -> Any:
    """The value of a description's group, or None."""
    return None if state is None else state["groups"].get(group, {}).get("value")


def _reference(kind: RecordKind | None, state: State | None, end: str) -> str | None:
    """The first reference of a state that ends in ``household`` or ``resident``."""
    if kind is None or state is None:
        return None
    for path in kind.references:
        if path.rpartition(".")[2] == end:
            first, _, second = path.partition(".")
            match kind.nature:
                case Nature.DESCRIPTION:
                    found = value_of(state, first)
                case Nature.LIFECYCLE:
                    found = state["fields"].get(first)
                case _:
                    found = state["fact"].get(first)
            if second:
                found = found.get(second) if isinstance(found, dict) else None
            if is_id(found):
                return str(found)
    return None
