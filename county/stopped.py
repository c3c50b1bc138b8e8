"""Referrals that lose their consent (召回): what a person took back stops what is on its way, wherever it is known.

A laptop recalls the referrals it knows. One that a colleague drafted, and that was released since, it may never have
heard of: it says no to a recipient (``stops``), or withdraws a grant, and the released referral is known here alone. So
the county recalls it in the very step that takes in the no, and the feed tells every laptop, with the withdrawal's
number: then it stands on the list for the recall notice, and no slip of it is handed over any more.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from county import gate, tables
from county.clock import today
from county.journal import Draft, write_own
from county.opening import County
from county.records import Record, WorkingSet, is_id
from desktop.domain.consent import NO
from desktop.domain.records import Change, Result
from desktop.domain.referrals import AT_RECIPIENT, ReferralState

CONSENT_WITHDRAWN = "consent-withdrawn"
"""Why a referral is recalled, as laptops say it too."""


def follow_noes(working: WorkingSet, county: County, changes: Iterable[Change]) -> None:
    """Recall what was released and has no consent any more, of everybody who said no in these changes, which have been
    applied; the working set is flushed."""
    for person, number in _noes(working, changes).items():
        drafts = [
            Draft("referral.moved", one.id, _recall(one, number))
            for one in _at_recipients(working, county, person)
            if gate.lacks_consent(working.connection, county, working, _fields(one), today())
        ]
        if drafts and write_own(working.connection, county, working, drafts).result is not Result.OK:
            raise RuntimeError("a withdrawal was not followed")


def _noes(working: WorkingSet, changes: Iterable[Change]) -> dict[str, str]:
    """The persons who said no to something, each with the number of the withdrawal, where it has one."""
    said: dict[str, str] = {}
    for change in changes:
        body = change.body or {}
        record = working.record(change.record)
        state = record.state if record is not None else None
        if change.kind == "withdrawal.recorded" and state is not None and body.get("stops"):
            held = state["fact"]
            number = held.get("number")
        elif change.kind == "grant.moved" and state is not None and body.get("to") in NO:
            held = state["fields"]
            number = held.get("withdrawal")
        else:
            continue
        person = held.get("resident")
        if is_id(person):
            said[working.canonical(str(person))] = str(number or "")
    return said


def _at_recipients(working: WorkingSet, county: County, person: str) -> list[Record]:
    ids = working.connection.scalars(
        select(tables.record.c.id)
        .where(tables.record.c.county == county.code, tables.record.c.kind == "referral")
        .where(tables.record.c.resident == person, tables.record.c.status.in_([one.value for one in AT_RECIPIENT]))
        .order_by(tables.record.c.id)
    ).all()
    working.load_ids(ids)
    return [one for each in ids if (one := working.record(each)) is not None and one.state is not None]


def _fields(record: Record) -> dict[str, object]:
    return dict((record.state or {})["fields"])


def _recall(record: Record, number: str) -> dict[str, object]:
    before = (record.state or {})["state"]
    fields = {"withdrawal": number} if number else {}
    return {"from": before, "to": ReferralState.RECALLED.value, "reason": CONSENT_WITHDRAWN, "fields": fields}
