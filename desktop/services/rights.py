"""The rights desk (权利请求): taking in what a person asks about their own data, and answering it (PIPL art. 44–50).

Works offline and over the lease, as a withdrawal does: what a person may demand at any time does not wait for the
county. The acts that a request leads to are in ``rights_acts``, the papers in ``rights_paper`` and ``data_copy``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.consent import YES
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.publicity import GIVEN
from desktop.domain.rights import (
    ANSWERED_BY_CORRECTION,
    MOST_REPLY_DAYS,
    MOST_WORDS,
    NEEDS_REASONS,
    REPLY_DAYS,
    RIGHTS_REQUEST,
    ClassAnswer,
    NewRequest,
    RefusalReason,
    RightKind,
    RightsRequestFields,
    RightsState,
    due_day,
    taking_problem,
)
from desktop.domain.working_days import working_days_left
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.minors_gate import Access, is_own_of_today, note_opened, read_gate
from desktop.services.permission import Capability, require
from desktop.services.prints import noted
from desktop.storage import drafts, queries
from desktop.storage.journal import Action

COPY_FORM = "GR-02"
"""The form number of the copy of what is held (个人信息副本)."""
ANSWER_DRAFT = "rights-answer"
"""The kind of draft in which an answer is written (``services.drafts``); its subject is the request."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as pages show it. ``name`` is empty once the person's record was erased.

    ``days_left``: working days until it is due, below 0 once it is overdue; None for one that is answered.
    ``moment`` is when it was written down, as the journal has it.
    """

    id: str
    state: RightsState
    name: str
    fields: RightsRequestFields
    days_left: int | None
    moment: str
    reason: str = ""
    is_closed: bool = False
    """About a minor whose data is closed to this worker: what was asked is not shown in words."""
    taken_by: str = ""
    """The worker who wrote it down."""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.state is RightsState.RECEIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: in full, in part or not, with reasons where it is not all, and the office's own words.

    ``classes``, ``corrected`` and ``withdrawal`` say what was done, as the acts found it.
    """

    outcome: RightsState
    words: str = ""
    reasons: tuple[RefusalReason, ...] = ()
    classes: tuple[ClassAnswer, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawal: str = ""


def reply_days(application: Application) -> int:
    """Working days for the answer: what the county issued for this office, which is what consent forms promise."""
    office = directory.office(application)
    return REPLY_DAYS if office is None else max(1, min(MOST_REPLY_DAYS, office.reply_days))


def take_request(application: Application, request: NewRequest, *, draft_id: str | None = None) -> Done[str]:
    """Take in a request; answers its id. Nobody is turned away: what is missing is asked for, in words.

    ``draft_id`` is what was typed for it (``drafts``), which goes with this.

    Raises:
        UserFacingError: ``record.unknown``; ``rights.words-missing``, ``rights.words-too-long``;
            ``rights.in-future``; ``rights.proof-missing`` where somebody else asks and nothing was shown for it;
            ``rights.death-unknown`` where a near relative asks and no day of death is stated (art. 49).
    """
    require(application, Capability.TAKE_REQUEST)
    _check_new(application, request)
    days = reply_days(application)

    def write(action: Action) -> str:
        person = queries.one(action.connection, request.resident)
        if person is None or person.kind != "resident":
            raise UserFacingError("record.unknown")
        request_id, worker = new_id(), application.worker
        township = worker.townships[0] if worker.townships else ""
        fields = {
            **to_plain(request),
            "resident": person.id,
            "household": person.household or "",
            "number": f"QL-{township}-{application.today():%y%m%d}-{request_id[:4].upper()}",
            "days": days,
            "due": due_day(request.received, days).isoformat(),
            "taken_by": worker.name,
        }
        body = {"from": None, "to": RightsState.RECEIVED.value, "fields": fields}
        action.add(f"{RIGHTS_REQUEST}.moved", request_id, body)
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return request_id

    return application.act(write, persons_right=True)


def _check_new(application: Application, request: NewRequest) -> None:
    if not request.words.strip():
        raise UserFacingError("rights.words-missing")
    if len(request.words) > MOST_WORDS:
        raise UserFacingError("rights.words-too-long", most=MOST_WORDS)
    if request.received > application.today() or (request.died is not None and request.died > request.received):
        raise UserFacingError("rights.in-future")
    problem = taking_problem(to_plain(request))
    if problem:
        raise UserFacingError(f"rights.{problem}")


def answer_request(application: Application, request_id: str, answer: Answer) -> Done[None]:
    """Answer a request, once.

    Raises:
        UserFacingError: ``record.unknown``; ``rights.not-open``; ``rights.reasons-missing`` where not all of it is
            done and no reason is named (art. 50); ``rights.nothing-corrected``, ``rights.not-erased``,
            ``rights.not-stopped``, ``rights.copy-not-printed``, ``rights.explanation-missing`` where it is answered
            as done, all or some of it, and was not.
    """
    require(application, Capability.ANSWER_REQUEST)
    if answer.outcome in NEEDS_REASONS and not answer.reasons:
        raise UserFacingError("rights.reasons-missing")

    def write(action: Action) -> None:
        found = _read(action.connection, application.today(), request_id)
        if not found.is_open:
            raise UserFacingError("rights.not-open", number=found.fields.number)
        if answer.outcome is not RightsState.REFUSED:
            _check_done(action.connection, found, answer)
        fields = {
            "answered_on": application.today().isoformat(),
            "answered_by": application.worker.name,
            "answer": answer.words.strip(),
            "reasons": [one.value for one in answer.reasons],
            "classes": to_plain(answer.classes),
            "corrected": list(answer.corrected),
            "withdrawal": answer.withdrawal,
        }
        body = {"from": RightsState.RECEIVED.value, "to": answer.outcome.value, "fields": fields}
        action.add(f"{RIGHTS_REQUEST}.moved", found.id, body)
        _drop_answer_draft(action.connection, found.id)

    return application.act(write, persons_right=True)


def _drop_answer_draft(connection: Connection, request_id: str) -> None:
    """What was being written of an answer goes with the request's end."""
    for row in drafts.listed(connection, ANSWER_DRAFT, request_id):
        drafts.drop(connection, row.id)


def _check_done(connection: Connection, found: RequestView, answer: Answer) -> None:
    """Nobody is told that something was done which was not."""
    kind = found.fields.kind
    if kind in ANSWERED_BY_CORRECTION and not answer.corrected:
        raise UserFacingError("rights.nothing-corrected")
    gone = [one.gone for one in answer.classes]
    if kind is RightKind.DELETE and not (all(gone) if answer.outcome is RightsState.ANSWERED and gone else any(gone)):
        raise UserFacingError("rights.not-erased")
    live = queries.of_kind(connection, "grant", resident=found.fields.resident, statuses=YES)
    live += queries.of_kind(connection, "publicity", resident=found.fields.resident, statuses=GIVEN)
    if kind is RightKind.RESTRICT and live:
        raise UserFacingError("rights.not-stopped")
    if kind is RightKind.COPY and not _is_printed(connection, found):
        raise UserFacingError("rights.copy-not-printed")
    if kind is RightKind.EXPLAIN and not answer.words.strip():
        raise UserFacingError("rights.explanation-missing")


def _is_printed(connection: Connection, found: RequestView) -> bool:
    """Whether the copy itself came out of a printer for this request."""
    rows = queries.of_kind(connection, "print", household=found.fields.household or None)
    whole = [one.fact for one in noted(rows) if one.is_whole]
    return any(one.get("of") == found.id and one.get("form") == COPY_FORM for one in whole)


def withdraw_request(application: Application, request_id: str, words: str = "") -> Done[None]:
    """The person takes the request back; raises UserFacingError ``record.unknown``, ``rights.not-open``."""
    require(application, Capability.TAKE_REQUEST)

    def write(action: Action) -> None:
        found = _read(action.connection, application.today(), request_id)
        if not found.is_open:
            raise UserFacingError("rights.not-open", number=found.fields.number)
        body: dict[str, Any] = {
            "from": RightsState.RECEIVED.value,
            "to": RightsState.WITHDRAWN.value,
            "reason": words.strip() or "本人收回",
        }
        action.add(f"{RIGHTS_REQUEST}.moved", found.id, body)
        _drop_answer_draft(action.connection, found.id)

    return application.act(write, persons_right=True)


def request(application: Application, request_id: str) -> RequestView:
    """One request; raises UserFacingError ``record.unknown``.

    Without the person's words where it is about a minor whose data is closed to this worker; read by an approval, that
    is noted.
    """

    def read(connection: Connection) -> tuple[RequestView, Access]:
        found = _read(connection, application.today(), request_id)
        return found, _access(application, connection, found)

    found, access = application.read(read)
    if access.is_minor and not access.approval:
        return _without_words(application, found, is_closed=True)
    note_opened(application, [(found.fields.resident, access)], "rights")
    return found


def request_as_recorded(application: Application, request_id: str) -> RequestView:
    """A request as it is, for what is done about it: who shows its words asks the gate. Raises as ``request``."""
    return application.read(lambda connection: _read(connection, application.today(), request_id))


def requests(application: Application, resident: str | None = None) -> tuple[RequestView, ...]:
    """Requests, of one person or all: the open ones first, the soonest due at the top; then what was answered.

    What was asked about a minor is read in the request itself, where that is noted, and not in a list.
    """
    today = application.today()

    def read(connection: Connection) -> tuple[RequestView, ...]:
        rows = queries.of_kind(connection, RIGHTS_REQUEST, resident=resident)
        seen = []
        for found in (_view(connection, row, today) for row in rows):
            access = _access(application, connection, found)
            is_closed = access.is_minor and not access.approval
            seen.append(_without_words(application, found, is_closed=is_closed) if access.is_minor else found)
        return tuple(seen)

    found = application.read(read)
    return tuple(sorted(found, key=lambda one: (not one.is_open, one.fields.due if one.is_open else date.min)))


def open_requests(connection: Connection, today: date) -> Sequence[RequestView]:
    """Every request that waits for its answer, inside a transaction."""
    rows = queries.of_kind(connection, RIGHTS_REQUEST, statuses=[RightsState.RECEIVED])
    return [_view(connection, row, today) for row in rows]


def _access(application: Application, connection: Connection, found: RequestView) -> Access:
    person = queries.one(connection, found.fields.resident)
    if person is None or person.kind != "resident":
        return Access()
    return read_gate(application, connection).access(person)


def _without_words(application: Application, found: RequestView, *, is_closed: bool) -> RequestView:
    """As it is shown to whom it is closed; to whoever took it in today it is open."""
    if is_own_of_today(application, found.taken_by, found.moment):
        return found
    return replace(found, fields=replace(found.fields, words=""), is_closed=is_closed)


def _read(connection: Connection, today: date, request_id: str) -> RequestView:
    row = queries.one(connection, request_id)
    if row is None or row.kind != RIGHTS_REQUEST:
        raise UserFacingError("record.unknown")
    return _view(connection, row, today)


def _view(connection: Connection, row: queries.RecordRow, today: date) -> RequestView:
    fields = from_stored(RightsRequestFields, row.state["fields"])
    person = queries.one(connection, fields.resident)
    naming = {} if person is None else person.group("name")
    state = RightsState(row.status or "")
    left = working_days_left(today, fields.due) if state is RightsState.RECEIVED else None
    first, last = row.state["history"][0], row.state["history"][-1]
    reason = str(last.get("reason", ""))
    name = str(naming.get("name", ""))
    return RequestView(row.id, state, name, fields, left, first["time"], reason, taken_by=first["worker"])
