"""Withdrawals (撤回) as the pages show them: how each was said, what stands for it, what had been handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.consent import DataClass, Purpose, Word, word_of
from desktop.domain.content import is_time
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored
from desktop.domain.referrals import ReferralState
from desktop.domain.retention import was_released
from desktop.domain.withdrawals import (
    RECIPIENTS_WORD,
    Evidence,
    HandedOver,
    WithdrawalMade,
    evidence_of,
    withdrawn_of,
)
from desktop.services import referrals, scan_facts
from desktop.services.application import Application, local_day
from desktop.services.fingerprints import keeps_fingerprints
from desktop.services.scans import ScanView
from desktop.storage import queries


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """A withdrawal as it was taken in; ``moment`` is when, as a journal time."""

    id: str
    resident: str
    name: str
    household: str
    made: WithdrawalMade
    worker: str
    moment: str
    evidence: Evidence
    pages: tuple[ScanView, ...]
    """The pictures filed to it, by page."""


def withdrawals(application: Application, *, resident: str | None = None) -> tuple[WithdrawalView, ...]:
    """Withdrawals of one person or of everybody, newest first."""

    def read(connection: Connection) -> tuple[WithdrawalView, ...]:
        rows = queries.of_kind(connection, "withdrawal", resident=resident)
        return tuple(_view(connection, row) for row in rows)

    return application.read(read)


def withdrawal(application: Application, withdrawal_id: str) -> WithdrawalView:
    """One withdrawal; raises UserFacingError("record.unknown")."""
    return application.read(lambda connection: _view(connection, read_withdrawal(connection, withdrawal_id)))


def read_withdrawal(connection: Connection, withdrawal_id: str) -> queries.RecordRow:
    """Its record; raises UserFacingError("record.unknown")."""
    row = queries.one(connection, withdrawal_id)
    if row is None or row.kind != "withdrawal":
        raise UserFacingError("record.unknown")
    return row


def _view(connection: Connection, row: queries.RecordRow) -> WithdrawalView:
    made = from_stored(WithdrawalMade, row.state["fact"])
    pages = tuple(
        sorted(
            (scan_view(one) for one in scan_facts.rows_of(connection, row.id)),
            key=lambda page: page.page,
        )
    )
    resident = queries.one(connection, row.resident or "")
    naming = resident.group("name") if resident else {}
    evidence = evidence_of(
        made.mode,
        made.second_worker_name,
        has_page=bool(pages),
        keeps_pictures=keeps_fingerprints(connection),
    )
    return WithdrawalView(
        id=row.id,
        resident=row.resident or "",
        name=str(naming.get("name", "")),
        household=row.household or "",
        made=made,
        worker=str(row.state["worker"]),
        moment=row.moment,
        evidence=evidence,
        pages=pages,
    )


def scan_view(row: queries.RecordRow) -> ScanView:
    """A picture filed to a withdrawal; ``sheet`` holds the withdrawal's id."""
    fact = row.state["fact"]
    return ScanView(
        row.id, fact["withdrawal"], fact["page"], fact["attachment"], fact["recognised"], fact.get("original", "")
    )


def handed_over(application: Application, view: WithdrawalView) -> tuple[HandedOver, ...]:
    """What recipients had before this withdrawal, of what is withdrawn by it, as far as this laptop knows today.

    The county's release counts, used or not: from then on the recipient may have had it. What was referred certainly
    after it rests on a later consent and is not listed.
    """

    def read(connection: Connection) -> list[HandedOver]:
        names = {row.id: row.state["issued"]["name"] for row in queries.of_kind(connection, "organisation")}
        rows = queries.of_kind(connection, "referral", resident=view.resident)
        said = word_of(read_withdrawal(connection, view.id).state, late=True)
        earlier = [row for row in rows if row.id in view.made.recalled or not _begun(row).is_after(said)]
        found = (_handed(application, row, view.made, names) for row in earlier)
        return [one for one in found if one is not None]

    return tuple(sorted(application.read(read), key=lambda one: (one.recipient, one.released or date.min)))


def _handed(
    application: Application, row: queries.RecordRow, made: WithdrawalMade, names: Mapping[str, str]
) -> HandedOver | None:
    fields, history = row.state["fields"], row.state["history"]
    if not was_released(row.status, fields):
        return None
    release = referrals.verified_release(application, row.id, fields)
    classes = tuple(map(DataClass, release.classes if release is not None else fields["classes"]))
    gone = set(withdrawn_of(made, fields))
    withdrawn = tuple(one for one in classes if one in gone)
    if not withdrawn:
        return None
    step = next((one for one in history if one["to"] == ReferralState.RELEASED), None)
    last = next((one for one in reversed(history) if one["to"] in RECIPIENTS_WORD), None)
    return HandedOver(
        recipient=names.get(fields["recipient"], fields["recipient"]),
        referral=row.id,
        number=fields["number"],
        purpose=Purpose(fields["purpose"]),
        classes=classes,
        withdrawn=withdrawn,
        released=_day_of(step),
        last=ReferralState(last["to"]) if last else None,
        last_day=_day_of(last),
    )


def _begun(row: queries.RecordRow) -> Word:
    return word_of(row.state["history"][0], late=False)


def _day_of(step: Mapping[str, Any] | None) -> date | None:
    return local_day(step["time"]) if step is not None and is_time(step["time"]) else None
