"""Sheets and grants as they are recorded (同意书): what they hold, and reading them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain import consent as rules
from desktop.domain.asking import NO_REASK_MONTHS, months_before
from desktop.domain.closing import ended_by_closing
from desktop.domain.consent import (
    Ask,
    DataClass,
    Disclosure,
    Grant,
    GrantState,
    Purpose,
    SheetState,
    WithdrawalMode,
    grant_of,
    may_disclose,
    standing,
)
from desktop.domain.errors import UserFacingError
from desktop.domain.minors import is_under_fourteen
from desktop.domain.plain import from_stored
from desktop.domain.stops import Stop, StopSaid, begun, ended_by_stops, stops_said
from desktop.services import directory
from desktop.services.application import Application, local_day
from desktop.services.fingerprints import stays_on_paper
from desktop.services.minors_gate import access_to
from desktop.services.permission import Capability, may
from desktop.storage import queries


@dataclass(frozen=True, slots=True)
class Answer:
    """The person's answer for one recipient, purpose and data class."""

    recipient: str
    purpose: Purpose
    data_class: DataClass
    agreed: bool

    @property
    def subject(self) -> tuple[str, str, str]:
        """What was asked: recipient, purpose and data class."""
        return self.recipient, self.purpose.value, self.data_class.value


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as the pages show it."""

    id: str
    number: str
    state: SheetState
    household: str
    resident: str
    name: str
    asks: tuple[Ask, ...]
    worker: str
    second_worker: str
    """A worker of the roster, by id; "" where there was none or only a name is known (``second_name``)."""
    moment: str
    fields: dict[str, Any]
    reason: str = ""
    """Why the last step was taken; ``refused`` where the sheet is void because the person does not agree."""
    stays_on_paper: bool = False
    """No picture of it may be taken in (``fingerprints``)."""

    @property
    def second_name(self) -> str:
        """The second worker's name, as the paper shows it."""
        return str(self.fields.get("second_worker_name") or self.second_worker)


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant as the pages show it."""

    id: str
    resident: str
    recipient: str
    recipient_name: str
    purpose: Purpose
    data_class: DataClass
    state: GrantState
    until: date | None
    sheet: str
    withdrawal: str = ""
    """Number of the withdrawal; empty unless withdrawn."""
    withdrawal_mode: WithdrawalMode | None = None
    overruled: bool = False
    """The person agreed here, and has refused or withdrawn the same since: it permits nothing any more."""

    @property
    def live(self) -> bool:
        """Whether it may still be built on: agreed, perhaps in force, and the person's last word."""
        return self.state in rules.YES and not self.overruled


def said_no_lately(connection: Connection, resident_id: str, on: date) -> frozenset[tuple[str, str]]:
    """Recipient and purpose of what this person refused or withdrew in the last ``NO_REASK_MONTHS``."""
    since = months_before(on, NO_REASK_MONTHS).isoformat()
    rows = queries.of_kind(
        connection, "grant", resident=resident_id, statuses=[GrantState.REFUSED, GrantState.WITHDRAWN]
    )
    found = {
        (row.state["fields"]["recipient"], row.state["fields"]["purpose"])
        for row in rows
        if local_day(row.moment).isoformat() >= since
    }
    stops = [one.stop for one in stops_of(connection, resident_id) if one.word.day.isoformat() >= since]
    return frozenset(found | {pair for stop in stops for pair in _covered(connection, stop)})


def _covered(connection: Connection, stop: Stop) -> Iterator[tuple[str, str]]:
    """Recipients of the directory, as it is here, and purposes that it is said of."""
    bodies = [stop.recipient] if stop.recipient else [row.id for row in queries.of_kind(connection, "organisation")]
    yield from ((body, one.value) for body in bodies for one in Purpose if stop.covers(body, one))


def said_no_since(connection: Connection, resident_id: str, day: date) -> dict[tuple[str, str, str], date]:
    """Recipient, purpose and class of what this person refused or withdrew on that day or later, and when (last)."""
    found: dict[tuple[str, str, str], date] = {}
    for row in queries.of_kind(connection, "grant", resident=resident_id, statuses=rules.NO):
        grant = grant_of(row.state, resident_id, None)
        if grant.word.day >= day:
            subject = grant.subject[1:]
            found[subject] = max(grant.word.day, found.get(subject, day))
    for said in stops_of(connection, resident_id):
        if said.word.day >= day:
            for recipient, purpose in _covered(connection, said.stop):
                for one in DataClass:
                    key = (recipient, purpose, one.value)
                    found[key] = max(said.word.day, found.get(key, day))
    return found


def stopped_since_drafted(
    connection: Connection, sheet: SheetView, subjects: Iterable[tuple[str, str, str]]
) -> date | None:
    """The day on which the person withdrew one of these although no consent to it was known, where the paper cannot be
    told to have been drafted afterwards; None where it can, or there is no such no."""
    row = queries.one(connection, sheet.id)
    if row is None:
        raise UserFacingError("record.unknown")
    word, asked = begun(row.state), [one[:2] for one in subjects]
    noes = [
        said.word
        for said in stops_of(connection, sheet.resident)
        if not word.is_after(said.word) and any(said.stop.covers(*one) for one in asked)
    ]
    return max((one.day for one in noes), default=None)


def sheets(
    application: Application, *, states: Iterable[SheetState] | None = None, resident: str | None = None
) -> tuple[SheetView, ...]:
    """Sheets, newest first."""

    def read(connection: Connection) -> tuple[SheetView, ...]:
        rows = queries.of_kind(connection, "sheet", statuses=states, resident=resident)
        return tuple(_seen(application, _sheet_view(connection, row)) for row in rows)

    return application.read(read)


def sheet(application: Application, sheet_id: str) -> SheetView:
    """One sheet; raises UserFacingError("record.unknown")."""
    return _seen(application, application.read(lambda connection: read_sheet(connection, sheet_id)))


def grants(application: Application, resident_id: str) -> tuple[GrantView, ...]:
    """All grants of one person, newest first."""

    def read(connection: Connection) -> tuple[GrantView, ...]:
        rows = queries.of_kind(connection, "grant", resident=resident_id)
        names = {row.id: row.state["issued"]["name"] for row in queries.of_kind(connection, "organisation")}
        given = [grant_of(row.state, row.resident or "", None) for row in rows]
        papers = queries.of_kind(connection, "sheet", resident=resident_id)
        known = _as_ended(connection, resident_id, given, papers)
        last_words = set(standing(known))
        return tuple(_grant_view(row, names, grant, last_words) for row, grant in zip(rows, known, strict=True))

    return application.read(read)


def disclosures(
    application: Application, resident_id: str, recipient: str, purpose: Purpose, classes: Iterable[DataClass]
) -> dict[DataClass, Disclosure]:
    """``may_disclose`` for each class, on what this laptop knows today."""
    today = application.today()

    def read(connection: Connection) -> dict[DataClass, Disclosure]:
        return {one: disclosure(connection, resident_id, recipient, purpose, one, today) for one in classes}

    return application.read(read)


def disclosure(
    connection: Connection, resident_id: str, recipient: str, purpose: str, data_class: str, on: date
) -> Disclosure:
    """``may_disclose`` inside a transaction."""
    body = directory.organisation(connection, recipient)
    if body is None:
        return Disclosure(False, rules.Basis.NONE, "recipient-unknown")
    known = grants_of(connection, resident_id)
    is_child = is_child_on(connection, resident_id, on)
    return may_disclose(resident_id, data_class, body.recipient, purpose, known, on, is_child=is_child)


def is_child_on(connection: Connection, resident_id: str, on: date) -> bool:
    """Whether the person's record says that they are under fourteen on that day, whoever may see it."""
    row = queries.one(connection, resident_id)
    return row is not None and row.kind == "resident" and is_under_fourteen(row.state["groups"], on)


def grants_of(connection: Connection, resident_id: str) -> tuple[Grant, ...]:
    """A person's grants as ``may_disclose`` needs them.

    A grant counts only as far as its paper does, as at the county's gate: what was agreed on a sheet that has been
    declared void since is no permission, whoever declared it, and without a checked sheet nothing is in force.
    """
    papers = {row.id: row for row in queries.of_kind(connection, "sheet", resident=resident_id)}
    found = []
    for row in queries.of_kind(connection, "grant", resident=resident_id):
        sheet = papers.get(row.state["fields"]["sheet"])
        paper = sheet.status if sheet is not None else None
        if row.status in rules.YES and paper == SheetState.VOID:
            continue
        found.append(grant_of(row.state, row.resident or "", paper))
    return _as_ended(connection, resident_id, found, papers.values())


def _as_ended(
    connection: Connection, resident_id: str, given: Iterable[Grant], papers: Iterable[queries.RecordRow]
) -> tuple[Grant, ...]:
    """What a person gave, with what ended it since: a no to what was not known, or the closing of its referral."""
    drafted = {one.id: begun(one.state) for one in papers}
    stopped = ended_by_stops(given, stops_of(connection, resident_id), drafted)
    return ended_by_closing(stopped, referrals_of(connection, resident_id))


def stops_of(connection: Connection, resident_id: str | None = None) -> tuple[StopSaid, ...]:
    """What a person, or everybody, withdrew whether or not a consent to it was known, for ``ended_by_stops``."""
    rows = queries.of_kind(connection, "withdrawal", resident=resident_id)
    return stops_said((row.resident or "", row.state) for row in rows)


def referrals_of(connection: Connection, resident_id: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """A person's referrals, or everybody's, as ``ended_by_closing`` needs them."""
    rows = queries.of_kind(connection, "referral", resident=resident_id)
    return [(row.resident or "", row.state) for row in rows]


def read_sheet(connection: Connection, sheet_id: str) -> SheetView:
    """As ``sheet``, inside a transaction, and as it is recorded: with what this worker's role may not see."""
    row = queries.one(connection, sheet_id)
    if row is None or row.kind != "sheet":
        raise UserFacingError("record.unknown")
    return _sheet_view(connection, row)


def _seen(application: Application, view: SheetView) -> SheetView:
    """A sheet as far as this worker sees it: without the guardian's document for a role that does not see it on the
    person's page either, and without the guardian where a minor's data is closed and a colleague took the sheet."""
    view = _without_guardian(application, view)
    if may(application, Capability.SEE_DOCUMENT_NUMBER):
        return view
    fields = dict(view.fields)
    for signing in ("signing", "signed"):
        guardian = fields.get(signing, {}).get("guardian")
        if guardian is not None:
            shown = {name: value for name, value in guardian.items() if name != "document"}
            fields[signing] = {**fields[signing], "guardian": shown}
    return replace(view, fields=fields)


def _without_guardian(application: Application, view: SheetView) -> SheetView:
    told = [one for one in ("signing", "signed") if view.fields.get(one, {}).keys() & {"guardian", "carer"}]
    if not told or view.worker == application.worker.id or access_to(application, view.resident).is_open:
        return view
    fields = dict(view.fields)
    for signing in told:
        fields[signing] = {name: one for name, one in fields[signing].items() if name not in ("guardian", "carer")}
    return replace(view, fields=fields)


def _sheet_view(connection: Connection, row: queries.RecordRow) -> SheetView:
    fields = row.state["fields"]
    resident = queries.one(connection, row.resident or "")
    naming = resident.group("name") if resident else {}
    return SheetView(
        id=row.id,
        number=fields["number"],
        state=SheetState(row.status or ""),
        household=row.household or "",
        resident=row.resident or "",
        name=naming.get("name", ""),
        asks=tuple(from_stored(Ask, ask) for ask in fields["asks"]),
        worker=fields["worker"],
        second_worker=fields.get("second_worker", ""),
        moment=row.moment,
        fields=fields,
        reason=str(row.state["history"][-1].get("reason", "")),
        stays_on_paper=stays_on_paper(connection, fields),
    )


def _grant_view(
    row: queries.RecordRow, names: dict[str, str], grant: Grant, last_words: Collection[Grant]
) -> GrantView:
    fields, status = row.state["fields"], GrantState(row.status or "")
    if grant.state == GrantState.EXPIRED:  # with its referral, before the county has said so
        status = GrantState.EXPIRED
    return GrantView(
        id=row.id,
        resident=row.resident or "",
        recipient=fields["recipient"],
        recipient_name=names.get(fields["recipient"], fields["recipient"]),
        purpose=Purpose(fields["purpose"]),
        data_class=DataClass(fields["data_class"]),
        state=status,
        until=date.fromisoformat(fields["until"]) if fields.get("until") else None,
        sheet=fields["sheet"],
        withdrawal=fields.get("withdrawal", ""),
        withdrawal_mode=WithdrawalMode(fields["mode"]) if fields.get("mode") else None,
        overruled=status in rules.YES and grant not in last_words,
    )
