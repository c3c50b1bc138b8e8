"""What waits: actions of a kind that this version did not know when they came are tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.exc import OperationalError

from county import tables
from county.action_rules import read_writer, rule_problem
from county.apply import APPLIED_RESULTS, verdict_on
from county.erasing import remove
from county.following import follow
from county.journal import POSITION, next_count, serialise
from county.opening import County
from county.receipts import read_receipts, write_receipt
from county.records import Judged, Step, WorkingSet, change_of
from county.withdrawn_ahead import drop_settled, rejected_withdrawals
from desktop.domain.journal import Header
from desktop.domain.records import Outcome, Result
from desktop.sync.envelope import Signed
from desktop.sync.protocol import APPLIED, Receipt, Verdict


def retry_holds(county: County) -> int:
    """Try every held action again, oldest first; answers how many are no longer held.

    Run when the server starts, since its code may be newer than at the last stop. The batch's
    *applied* receipt is signed anew; what was applied also comes back to its vault by the feed. What met
    a fault of ours stays held, and the first of these faults is raised once all others were tried.
    """
    with county.store.read() as connection:
        waiting = connection.scalars(
            select(tables.hold.c.id)
            .where(tables.hold.c.county == county.code, tables.hold.c.sort == "unknown-kind")
            .order_by(tables.hold.c.id)
        ).all()
    placed, faults = 0, []
    for one in waiting:
        try:
            placed += _retry(county, one)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 it stays held, and keeps none of the others back
            faults.append(error)
    if faults:
        raise faults[0]
    return placed


def _retry(county: County, hold_id: int) -> bool:
    pictures: list[str] = []
    is_placed = _judge_again(county, hold_id, pictures)
    remove(county, pictures)  # only now is the erasure on the disk
    return is_placed


def _judge_again(county: County, hold_id: int, pictures: list[str]) -> bool:
    with county.store.write() as connection:
        serialise(connection, county.code)
        hold = connection.execute(select(tables.hold).where(tables.hold.c.id == hold_id)).first()
        if hold is None:
            return False
        rows = connection.execute(
            select(tables.entry)
            .where(tables.entry.c.county == county.code)
            .where(tables.entry.c.vault == hold.vault, tables.entry.c.epoch == hold.epoch)
            .where(tables.entry.c.action == hold.action, tables.entry.c.result == Result.HELD)
            .order_by(tables.entry.c.seq)
        ).all()
        headers = [Header.decode(row.header) for row in rows]
        changes = [change_of(header, row.payload) for header, row in zip(headers, rows, strict=True)]
        writer = read_writer(connection, county, hold.vault)
        working = WorkingSet(connection, county.code)
        working.load(changes)
        # The code that held it could not ask this of what it did not know, and much may have happened since.
        problem = rule_problem(working, county, hold.vault, writer, changes)
        if problem:
            judged = [Judged(Outcome(Result.REJECTED, problem), writer.home, False) for _ in changes]
        else:
            judged = working.apply_action([Step(change, writer.townships) for change in changes])
        if judged[0].outcome.result is Result.HELD:
            return False
        verdicts = _place(connection, county, rows, headers, judged)
        connection.execute(delete(tables.hold).where(tables.hold.c.id == hold_id))
        _sign_again(connection, county, hold, verdicts)
        working.flush()
        results = (one.outcome.result for one in judged)
        drop_settled(connection, county, hold.vault, rejected_withdrawals(zip(changes, results, strict=True)))
        if judged[0].outcome.result in APPLIED_RESULTS:
            pictures += follow(working, county, changes)
    return True


def _place(
    connection: Connection,
    county: County,
    rows: Sequence[Row[Any]],
    headers: Sequence[Header],
    judged: Sequence[Judged],
) -> dict[int, Verdict]:
    applied = sum(one.outcome.result in APPLIED_RESULTS for one in judged)
    position = next_count(connection, county.code, POSITION, applied) - applied
    verdicts: dict[int, Verdict] = {}
    for row, header, one in zip(rows, headers, judged, strict=True):
        place: int | None = None
        if one.outcome.result in APPLIED_RESULTS:
            position += 1
            place = position
        connection.execute(
            update(tables.entry)
            .where(tables.entry.c.county == county.code, tables.entry.c.vault == row.vault)
            .where(tables.entry.c.epoch == row.epoch, tables.entry.c.seq == row.seq)
            .values(
                position=place,
                result=one.outcome.result.value,
                reason=one.outcome.reason,
                township=one.township,
                shared=one.shared,
            )
        )
        verdicts[row.seq] = verdict_on(header, row.hash, one.outcome, place)
    return verdicts


def _sign_again(connection: Connection, county: County, hold: Row[Any], verdicts: Mapping[int, Verdict]) -> None:
    signed = read_receipts(connection, county, hold.vault, hold.epoch, hold.number)
    old = Receipt.decode(Signed.decode(signed[APPLIED]).document)
    new = replace(old, verdicts=tuple(verdicts.get(one.seq, one) for one in old.verdicts))
    write_receipt(connection, county, APPLIED, new.vault, new.epoch, new.number, new.digest, new.verdicts)
