"""What a rights request leads to: the correction that was made, what is stopped, what is erased and what a duty keeps.

Each act is an existing service; here is only what the answer says of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.documents.form_content import FormResident
from desktop.domain.consent import WithdrawalMode
from desktop.domain.errors import UserFacingError
from desktop.domain.retention import SCHEDULE
from desktop.domain.rights import (
    ANSWERED_BY_CORRECTION,
    IDENTITY_NAMES,
    Asker,
    ClassAnswer,
    RefusalReason,
    RequestWay,
    RightKind,
    RightsState,
)
from desktop.domain.signing import SignedBy
from desktop.domain.stops import Stop, stops_said
from desktop.domain.withdrawals import WithdrawalRequest
from desktop.services import consent, erasing, erasing_plan, paper, publicity, rights
from desktop.services.application import Application, Done
from desktop.services.consent_withdrawal import Said
from desktop.services.erasing import Erasure
from desktop.services.erasing_plan import Ground, Remaining
from desktop.services.permission import Capability, require
from desktop.services.retention_review import read_schedule
from desktop.services.rights import Answer, RequestView
from desktop.storage import queries

ERASED_BY_REQUEST = "答复本人的删除请求"
"""The reason an erasure by request leaves in the journal for ever; it names nobody."""
_MODES = {
    RequestWay.WINDOW: WithdrawalMode.IN_PERSON,
    RequestWay.PHONE: WithdrawalMode.PHONE,
    RequestWay.WRITTEN: WithdrawalMode.WRITTEN,
    RequestWay.VILLAGE: WithdrawalMode.BY_ANOTHER,
}
_AID_IN_USE = frozenset({"resident", "household"})


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure by request did. ``person`` names them for the letter, in memory alone; nobody else knows it."""

    erasure: Erasure
    person: FormResident | None


@dataclass(frozen=True, slots=True)
class Restriction:
    """What rests on consent and could be stopped now: grants, and consents to publicity.

    ``withdrawal`` has the numbers of the withdrawals that stopped some of it since the request came.
    """

    grants: tuple[str, ...]
    recipients: tuple[str, ...]
    withdrawal: str
    publicities: tuple[str, ...] = ()
    is_stopped: bool = False
    """Everything was stopped since, of what is not known here too."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What was stopped: how much rested on consent, the referrals recalled, the numbers of the withdrawals."""

    grants: int
    publicities: int
    recalled: tuple[str, ...]
    numbers: str


def corrections(application: Application, request_id: str) -> tuple[str, ...]:
    """The groups of the person's and the household's record that were changed since the request was written down."""
    found = rights.request_as_recorded(application, request_id)

    def read(connection: Connection) -> tuple[str, ...]:
        changed: list[str] = []
        for record_id in (found.fields.resident, found.fields.household):
            row = queries.one(connection, record_id) if record_id else None
            groups = {} if row is None else row.state.get("groups", {})
            changed += [name for name, group in groups.items() if str(group.get("time", "")) > found.moment]
        return tuple(dict.fromkeys(changed))

    return application.read(read) if found.fields.kind in ANSWERED_BY_CORRECTION else ()


def restriction(application: Application, request_id: str) -> Restriction:
    """What may be stopped for this request, and what was since it came."""
    found = rights.request_as_recorded(application, request_id)
    live = [one for one in consent.grants(application, found.fields.resident) if one.live]

    def read(connection: Connection) -> tuple[str, tuple[str, ...], bool]:
        given = publicity.given_publicities(connection, found.fields.resident)
        made = _withdrawals_since(connection, found)
        is_stopped = any(one.stop.is_everything for one in stops_said((row.id, row.state) for row in made))
        return _withdrawn_since(connection, found), tuple(row.id for row in given), is_stopped

    since, publicities, is_stopped = application.read(read)
    recipients = tuple(dict.fromkeys(one.recipient_name for one in live))
    return Restriction(tuple(one.id for one in live), recipients, since, publicities, is_stopped)


def _withdrawn_since(connection: Connection, found: RequestView) -> str:
    rows = [
        row
        for kind in ("grant", "publicity")
        for row in queries.of_kind(connection, kind, resident=found.fields.resident, statuses=["withdrawn"])
    ]
    numbers = [str(row.state["fields"].get("withdrawal", "")) for row in rows if row.moment > found.moment]
    made = _withdrawals_since(connection, found)
    numbers += [row.state["fact"]["number"] for row in made if row.state["fact"].get("stops")]
    return "、".join(one for one in dict.fromkeys(numbers) if one)


def _withdrawals_since(connection: Connection, found: RequestView) -> list[queries.RecordRow]:
    made = queries.of_kind(connection, "withdrawal", resident=found.fields.resident)
    return [row for row in made if row.moment > found.moment]


def stop_providing(application: Application, request_id: str) -> Done[Stopped]:
    """Stop all that rests on this person's consent, referrals under way with it and publicity, as a withdrawal does.

    What no grant here tells of is stopped too (``domain.stops``): the paper may be a colleague's. What is to be stopped
    is asked for to be stopped, not to be deleted. Cut short between the two sorts of consent, the request still waits,
    and the same call stops the rest.

    Raises:
        UserFacingError: ``rights.not-open``; ``consent.nothing-to-withdraw``.
    """
    require(application, Capability.WITHDRAW)
    found = rights.request_as_recorded(application, request_id)
    if not found.is_open:
        raise UserFacingError("rights.not-open", number=found.fields.number)
    live = restriction(application, request_id)
    if not live.grants and not live.publicities and live.is_stopped:
        raise UserFacingError("consent.nothing-to-withdraw")
    is_guardian = found.fields.asker is Asker.GUARDIAN
    said = Said(
        mode=_MODES[found.fields.way],
        identity_checked=IDENTITY_NAMES[found.fields.identity],
        withdrawn_by=SignedBy.GUARDIAN if is_guardian else SignedBy.PERSON,
        guardian=found.fields.asker_name if is_guardian else "",
        requests=(WithdrawalRequest.STOP,),
    )
    changed: frozenset[str] = frozenset()
    recalled: tuple[str, ...] = ()
    if live.grants or not live.is_stopped:
        done = consent.withdraw(
            application,
            found.fields.resident,
            live.grants,
            stops=(Stop(),),
            mode=said.mode,
            identity_checked=said.identity_checked,
            withdrawn_by=said.withdrawn_by,
            guardian=said.guardian,
            requests=said.requests,
        )
        changed, recalled = changed | done.changed, done.value.recalled
    if live.publicities:
        changed |= publicity.withdraw_publicities(application, live.publicities, said).changed
    numbers = restriction(application, request_id).withdrawal
    return Done(Stopped(len(live.grants), len(live.publicities), recalled, numbers), changed)


def erase_by_request(application: Application, request_id: str, words: str = "") -> Done[Erased]:
    """Erase what may be erased of the person who asks, and answer class by class: what went, what a duty keeps.

    The answer follows the erasure at once. Where it is cut short between the two, the erasure is made good at the next
    opening and the request still waits: the same call then answers it with what went before and what is left. So it
    does where somebody erased the person from the household's page after the request had come.

    Raises:
        UserFacingError: as ``erasing.erase_resident``; ``rights.not-open``.
    """
    require(application, Capability.ANSWER_REQUEST)
    found = rights.request_as_recorded(application, request_id)
    if not found.is_open or found.fields.kind is not RightKind.DELETE:
        raise UserFacingError("rights.not-open", number=found.fields.number)
    resident = found.fields.resident
    is_here = application.read(lambda connection: queries.one(connection, resident)) is not None
    if not is_here:
        return _answer_after(application, request_id, words)
    person = paper.form_resident(application, resident)
    done = erasing.erase_resident(application, resident, Ground.RIGHT, ERASED_BY_REQUEST)
    answered = _answer(application, request_id, [*_gone(application, request_id), *_kept(done.value.remains)], words)
    return Done(Erased(done.value, person), done.changed | answered.changed)


def erase_scan_by_request(
    application: Application, request_id: str, scan: str, words: str = "", *, is_all_asked: bool = False
) -> Done[Erased]:
    """Erase one scan of the person who asks, and answer with that.

    ``is_all_asked``: the request named this scan and nothing else. Otherwise it is answered in part, with what a duty
    keeps, and only where nothing else may go.

    Raises:
        UserFacingError: as ``erasing.erase_scan`` and ``erasing.erase_resident``; ``rights.not-open``;
            ``erasing.locked`` for evidence of a release (what was filed to the wrong sheet goes by the sheet's page,
            with that reason); ``rights.more-asked`` where more was asked and more may go.
    """
    require(application, Capability.ANSWER_REQUEST)
    found = rights.request_as_recorded(application, request_id)
    row = application.read(lambda connection: queries.one(connection, scan))
    if not found.is_open or found.fields.kind is not RightKind.DELETE:
        raise UserFacingError("rights.not-open", number=found.fields.number)
    if row is None or row.resident != found.fields.resident:
        raise UserFacingError("erasing.unknown")
    lock = application.read(lambda connection: erasing_plan.lock_on(connection, application, scan))
    if lock is not None:
        raise UserFacingError("erasing.locked", ground=lock.words)
    kept: list[ClassAnswer] = []
    if not is_all_asked:
        resident = found.fields.resident
        plan = application.read(lambda connection: erasing_plan.plan(connection, application, resident, Ground.RIGHT))
        if set(plan.records) - {scan}:
            raise UserFacingError("rights.more-asked")
        kept = _kept(plan.remains)
    done = erasing.erase_scan(application, scan, ERASED_BY_REQUEST)
    person = paper.form_resident(application, found.fields.resident)
    answered = _answer(application, request_id, [*_gone(application, request_id), *kept], words)
    return Done(Erased(done.value, person), done.changed | answered.changed)


def scans_of(application: Application, request_id: str) -> tuple[tuple[str, str], ...]:
    """The scans that lie with the person: id, and in words which sheet and page."""
    resident = rights.request_as_recorded(application, request_id).fields.resident

    def read(connection: Connection) -> tuple[tuple[str, str], ...]:
        found = []
        for row in queries.of_kind(connection, "scan", resident=resident):
            fact = row.state["fact"]
            sheet = queries.one(connection, str(fact.get("sheet", "")))
            number = "" if sheet is None else str(sheet.state["fields"].get("number", ""))
            found.append((row.id, f"{number} 第{fact.get('page', 1)}页，{row.moment[:10]}收"))
        return tuple(found)

    return application.read(read)


def _answer_after(application: Application, request_id: str, words: str) -> Done[Erased]:
    """The person's record was erased before: what is left of them is what a duty keeps."""
    resident = rights.request_as_recorded(application, request_id).fields.resident

    def read(connection: Connection) -> list[ClassAnswer]:
        schedule = read_schedule(connection)
        rows = {kind: queries.of_kind(connection, kind, resident=resident) for kind in schedule}
        return [
            ClassAnswer(kind, len(some), gone=False, ground=schedule[kind].words)
            for kind, some in rows.items()
            if some and kind != "rights-request"
        ]

    kept = application.read(read)
    # Another laptop may have erased them, and what went there nobody noted here.
    gone = _gone(application, request_id) or [ClassAnswer("resident", 1, gone=True)]
    answered = _answer(application, request_id, [*gone, *kept], words)
    return Done(Erased(Erasure(0, 0, 0, ()), None), answered.changed)


def _gone(application: Application, request_id: str) -> list[ClassAnswer]:
    return [ClassAnswer(kind, count, gone=True) for kind, count in erasing.erased_for(application, request_id)]


def _answer(application: Application, request_id: str, classes: list[ClassAnswer], words: str) -> Done[None]:
    kept = [one for one in classes if not one.gone]
    reasons = {RefusalReason.DUTY if one.kind in _AID_IN_USE else RefusalReason.RETENTION for one in kept}
    has_gone = any(one.gone for one in classes)
    outcome = RightsState.ANSWERED if not kept else RightsState.IN_PART if has_gone else RightsState.REFUSED
    answer = Answer(
        outcome=outcome,
        words=words,
        reasons=tuple(one for one in RefusalReason if one in reasons),
        classes=tuple(classes),
    )
    return rights.answer_request(application, request_id, answer)


def _kept(remains: tuple[Remaining, ...]) -> list[ClassAnswer]:
    """What a duty keeps; the request itself, which the letter is about, and headers without content are no class."""
    return [
        ClassAnswer(one.kind, one.count, gone=False, until=one.until, ground=one.words)
        for one in remains
        if one.kind in SCHEDULE and one.kind != "rights-request"
    ]
