"""Taking, refusing, checking and withdrawing consent (同意书)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from desktop.domain import consent as rules
from desktop.domain.consent import DataClass, Disclosure, Grant, GrantState, Purpose, SheetState, may_disclose
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, age
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.referrals import OPEN, ReferralState
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.storage import drafts, queries
from desktop.storage.journal import Action

VALID_MONTHS = 12
"""Default validity of a grant (``reference.md`` §3.4)."""

NO_REASK_MONTHS = 6
"""After a refusal or withdrawal the same recipient and purpose are not asked again (网络数据条例 22(5))."""

ADULT = 18


class Signer(StrEnum):
    """How the person signs."""

    SIGNATURE = "signature"
    FINGERPRINT = "fingerprint"


class WithdrawalMode(StrEnum):
    """提出方式."""

    IN_PERSON = "in-person"
    PHONE = "phone"
    WRITTEN = "written"
    BY_ANOTHER = "by-another"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for one recipient and purpose: class by class, never all at once."""

    recipient: str
    purpose: Purpose
    classes: tuple[DataClass, ...]
    project: str = ""


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A consent sheet to be drafted for one person."""

    resident: str
    asks: tuple[Ask, ...]
    second_worker: str = ""
    """The colleague's id, or the name where no roster knows them; a refusal needs none."""
    read_aloud: bool = True
    dialect: str = ""
    near_relative: bool = False
    large_type: bool = False
    person_asked: bool = False
    """The person started it: then an earlier refusal does not stand in the way."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The person's answer for one recipient, purpose and data class."""

    recipient: str
    purpose: Purpose
    data_class: DataClass
    agreed: bool


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
    moment: str
    fields: dict[str, Any]
    reason: str = ""
    """Why the last step was taken; ``refused`` where the sheet is void because the person does not agree."""

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


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did: the grants withdrawn, the referrals recalled and those already handed over."""

    number: str
    grants: tuple[str, ...]
    recalled: tuple[str, ...]
    recipients: tuple[str, ...]


def draft_sheet(application: Application, sheet: NewSheet) -> Done[str]:
    """Draft a sheet for an adult who signs for themself; answers its id.

    Raises:
        UserFacingError: ``consent.guardian-needed`` under 18 (the guardian's form is another one),
            ``consent.nothing-asked``, ``consent.asked-lately`` (six months after a refusal or
            withdrawal, unless the person starts it), ``consent.recipient`` with the reason why this
            body may receive nothing at all.
    """
    names = directory.worker_names(application)
    return application.act(lambda action: _draft(application, action, sheet, names))


def _draft(application: Application, action: Action, sheet: NewSheet, names: dict[str, str]) -> str:
    resident = _resident(action.connection, sheet.resident)
    _check_signer(resident, application.today())
    if not sheet.asks or any(not ask.classes for ask in sheet.asks):
        raise UserFacingError("consent.nothing-asked")
    for ask in sheet.asks:
        _check_ask(application, action.connection, sheet, ask)
    sheet_id = new_id()
    worker = application.worker
    fields = {
        **to_plain(sheet),
        "resident": resident.id,
        "household": resident.household or "",
        "number": sheet_number(application.today(), worker.townships[0], sheet_id),
        "worker": worker.id,
        "worker_name": worker.name,
        # The guard of the second check compares ids, the paper shows names.
        "second_worker_name": names.get(sheet.second_worker, sheet.second_worker),
        "form": "consent-self",
        "months": VALID_MONTHS,
    }
    action.add("sheet.moved", sheet_id, {"from": None, "to": SheetState.DRAFTED.value, "fields": fields})
    return sheet_id


def sheet_number(day: date, township: str, sheet_id: str) -> str:
    """A number made offline, unique without a counter: township, date and a piece of the random id."""
    return f"TY-{township}-{day:%y%m%d}-{sheet_id[:4].upper()}"


def _check_signer(resident: queries.RecordRow, today: date) -> None:
    groups = resident.state["groups"]
    birth = from_stored(Birth, groups.get("birth", {}).get("value", {}))
    years = age(birth.day, today)
    if years is not None and years < ADULT:
        raise UserFacingError("consent.guardian-needed", age=years)


def _check_ask(application: Application, connection: Connection, sheet: NewSheet, ask: Ask) -> None:
    body = directory.organisation(connection, ask.recipient)
    if body is None:
        raise UserFacingError("consent.recipient", reason="unknown")
    on = application.today()
    possible = may_disclose(sheet.resident, ask.classes[0], body.recipient, ask.purpose, (), on)
    if possible.reason != "not-asked":
        raise UserFacingError("consent.recipient", reason=possible.reason, name=body.name)
    if not sheet.person_asked and (ask.recipient, ask.purpose.value) in said_no_lately(connection, sheet.resident, on):
        raise UserFacingError("consent.asked-lately", name=body.name, months=NO_REASK_MONTHS)


def said_no_lately(connection: Connection, resident_id: str, on: date) -> frozenset[tuple[str, str]]:
    """Recipient and purpose of what this person refused or withdrew in the last ``NO_REASK_MONTHS``."""
    since = _months_before(on, NO_REASK_MONTHS).isoformat()
    rows = queries.of_kind(
        connection, "grant", resident=resident_id, statuses=[GrantState.REFUSED, GrantState.WITHDRAWN]
    )
    return frozenset(
        (row.state["fields"]["recipient"], row.state["fields"]["purpose"]) for row in rows if row.moment[:10] >= since
    )


def record_printed(
    application: Application,
    sheet_id: str,
    *,
    print_id: str,
    form: str,
    version: str,
    digest: str,
    copies: int,
    elsewhere: bool = False,
) -> Done[None]:
    """Note that the sheet came out of the printer; a second printing is another ``print`` fact.

    ``elsewhere``: a worker says that it was printed on another computer; this laptop did not see it.
    """

    def write(action: Action) -> None:
        sheet = _sheet(action.connection, sheet_id)
        fact = {
            "household": sheet.household,
            "resident": sheet.resident,
            "of": sheet_id,
            "print": print_id,
            "form": form,
            "version": version,
            "hash": digest,
            "copies": copies,
            **({"elsewhere": True} if elsewhere else {}),
        }
        action.add("print.recorded", new_id(), fact)
        if sheet.state is SheetState.DRAFTED:
            fields = {"print": print_id, "form_version": version, "form_hash": digest}
            body = {"from": SheetState.DRAFTED.value, "to": SheetState.PRINTED.value, "fields": fields}
            action.add("sheet.moved", sheet_id, body)

    return application.act(write)


def record_signed(
    application: Application,
    sheet_id: str,
    answers: tuple[Answer, ...],
    *,
    signer: Signer,
    witness: str = "",
    copy_given: bool,
    draft_id: str | None = None,
) -> Done[tuple[str, ...]]:
    """Record what stands on the signed paper, box by box; answers the new grants' ids.

    Refusals and partial refusals are recorded like agreement. Agreed grants wait for the second
    check before they come into force.

    Raises:
        UserFacingError: ``consent.answers-missing`` where a box asked has no answer,
            ``consent.witness-needed`` for a fingerprint without a witness, ``consent.copy-needed``.
    """

    def write(action: Action) -> tuple[str, ...]:
        sheet = _sheet(action.connection, sheet_id)
        asked = {(ask.recipient, ask.purpose, one) for ask in sheet.asks for one in ask.classes}
        given = {(answer.recipient, answer.purpose, answer.data_class): answer for answer in answers}
        if asked != set(given):
            raise UserFacingError("consent.answers-missing")
        if signer is Signer.FINGERPRINT and not witness.strip():
            raise UserFacingError("consent.witness-needed")
        if not copy_given:
            raise UserFacingError("consent.copy-needed")
        fields = {"signer": signer.value, "witness": witness, "signed_on": application.today().isoformat()}
        body = {"from": SheetState.PRINTED.value, "to": SheetState.SIGNED.value, "fields": fields}
        action.add("sheet.moved", sheet_id, body)
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return tuple(_grant(application, action, sheet, given[key]) for key in sorted(given))

    return application.act(write)


def _grant(application: Application, action: Action, sheet: SheetView, answer: Answer) -> str:
    grant_id = new_id()
    fields = {
        "household": sheet.household,
        "resident": sheet.resident,
        "sheet": sheet.id,
        "recipient": answer.recipient,
        "purpose": answer.purpose.value,
        "data_class": answer.data_class.value,
        "from": application.today().isoformat(),
        "until": _months_before(application.today(), -VALID_MONTHS).isoformat(),
    }
    target = GrantState.AGREED if answer.agreed else GrantState.REFUSED
    action.add("grant.moved", grant_id, {"from": None, "to": target.value, "fields": fields})
    return grant_id


def record_refusal(
    application: Application, sheet: NewSheet, words: str = "", *, draft_id: str | None = None
) -> Done[str]:
    """The person does not agree: one step, nothing to sign; government aid is not touched by it."""
    names = directory.worker_names(application)

    def write(action: Action) -> str:
        sheet_id = _draft(application, action, sheet, names)
        _refuse(application, action, sheet_id, words, draft_id)
        return sheet_id

    return application.act(write)


def refuse_sheet(application: Application, sheet_id: str, words: str = "", *, draft_id: str | None = None) -> Done[str]:
    """The person does not agree after all, with the sheet already drafted or printed but not signed."""

    def write(action: Action) -> str:
        _refuse(application, action, sheet_id, words, draft_id)
        return sheet_id

    return application.act(write)


def _refuse(application: Application, action: Action, sheet_id: str, words: str, draft_id: str | None) -> None:
    sheet = _sheet(action.connection, sheet_id)
    if sheet.state not in (SheetState.DRAFTED, SheetState.PRINTED):
        raise UserFacingError("action.refused", reason="no-such-step")
    for ask in sheet.asks:
        for data_class in ask.classes:
            _grant(application, action, sheet, Answer(ask.recipient, ask.purpose, data_class, False))
    body = {
        "from": sheet.state.value,
        "to": SheetState.VOID.value,
        "reason": "refused",
        "fields": {"words": words},
    }
    action.add("sheet.moved", sheet_id, body)
    if draft_id is not None:
        drafts.drop(action.connection, draft_id)


def void_sheet(application: Application, sheet_id: str, reason: str) -> Done[None]:
    """Declare a sheet void (spoiled paper, another decision); its number stays accounted for."""

    def write(action: Action) -> None:
        sheet = _sheet(action.connection, sheet_id)
        action.add("sheet.moved", sheet_id, {"from": sheet.state.value, "to": SheetState.VOID.value, "reason": reason})

    return application.act(write)


def check_sheet(application: Application, sheet_id: str, basis: str) -> Done[tuple[str, ...]]:
    """The second check in the checker's own workspace: agreed grants come into force.

    ``basis`` says what was compared: ``paper`` or ``scan``. Whoever took the consent is refused
    (``action.refused`` with ``same-person``).
    """

    def write(action: Action) -> tuple[str, ...]:
        sheet = _sheet(action.connection, sheet_id)
        fields = {"checked_by": application.worker.name, "checked_against": basis}
        body = {"from": sheet.state.value, "to": SheetState.CHECKED.value, "fields": fields}
        action.add("sheet.moved", sheet_id, body)
        made = []
        for row in queries.of_kind(action.connection, "grant", resident=sheet.resident, statuses=[GrantState.AGREED]):
            if row.state["fields"]["sheet"] == sheet_id:
                step = {"from": GrantState.AGREED.value, "to": GrantState.IN_FORCE.value}
                action.add("grant.moved", row.id, step)
                made.append(row.id)
        return tuple(made)

    return application.act(write)


def withdraw(
    application: Application,
    resident_id: str,
    grant_ids: tuple[str, ...],
    *,
    mode: WithdrawalMode = WithdrawalMode.IN_PERSON,
    identity_checked: str = "",
) -> Done[Withdrawal]:
    """Withdraw grants, all or some, as easily as they were given (PIPL art. 15); works offline.

    Open referrals of this person to these recipients that rest on them are recalled at once, in the
    same action; what had been handed over before stays lawful and is listed for the recall notice.
    """

    def write(action: Action) -> Withdrawal:
        connection = action.connection
        chosen = set(grant_ids)
        number = f"CH-{application.today():%y%m%d}-{new_id()[:6].upper()}"
        fields = {"withdrawal": number, "mode": mode.value, "identity_checked": identity_checked}
        recipients: set[tuple[str, str, str]] = set()
        done = []
        for row in queries.of_kind(connection, "grant", resident=resident_id):
            if row.id not in chosen or row.status not in (GrantState.AGREED, GrantState.IN_FORCE):
                continue
            action.add("grant.moved", row.id, {"from": row.status, "to": GrantState.WITHDRAWN.value, "fields": fields})
            given = row.state["fields"]
            recipients.add((given["recipient"], given["purpose"], given["data_class"]))
            done.append(row.id)
        if not done:
            raise UserFacingError("consent.nothing-to-withdraw")
        recalled = _recall(action, resident_id, recipients, number)
        return Withdrawal(number, tuple(done), recalled, tuple(sorted({one[0] for one in recipients})))

    return application.act(write)


def _recall(action: Action, resident_id: str, withdrawn: set[tuple[str, str, str]], number: str) -> tuple[str, ...]:
    recalled = []
    for row in queries.of_kind(action.connection, "referral", resident=resident_id, statuses=OPEN):
        fields = row.state["fields"]
        if any((fields["recipient"], fields["purpose"], one) in withdrawn for one in fields["classes"]):
            body = {
                "from": row.status,
                "to": ReferralState.RECALLED.value,
                "reason": "consent-withdrawn",
                "fields": {"withdrawal": number},
            }
            action.add("referral.moved", row.id, body)
            recalled.append(row.id)
    return tuple(recalled)


# --- reading --------------------------------------------------------------------------------------


def sheets(
    application: Application, *, states: Iterable[SheetState] | None = None, resident: str | None = None
) -> tuple[SheetView, ...]:
    """Sheets, newest first."""

    def read(connection: Connection) -> tuple[SheetView, ...]:
        rows = queries.of_kind(connection, "sheet", statuses=states, resident=resident)
        return tuple(_sheet_view(connection, row) for row in rows)

    return application.read(read)


def sheet(application: Application, sheet_id: str) -> SheetView:
    """One sheet; raises UserFacingError("record.unknown")."""
    return application.read(lambda connection: _sheet(connection, sheet_id))


def grants(application: Application, resident_id: str) -> tuple[GrantView, ...]:
    """All grants of one person, newest first."""

    def read(connection: Connection) -> tuple[GrantView, ...]:
        rows = queries.of_kind(connection, "grant", resident=resident_id)
        names = {row.id: row.state["issued"]["name"] for row in queries.of_kind(connection, "organisation")}
        return tuple(_grant_view(row, names) for row in rows)

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
    return may_disclose(resident_id, data_class, body.recipient, purpose, known, on)


def grants_of(connection: Connection, resident_id: str) -> tuple[Grant, ...]:
    """A person's grants as ``may_disclose`` needs them.

    What was agreed on a sheet that has been declared void since is no permission, whoever declared it.
    """
    void = {row.id for row in queries.of_kind(connection, "sheet", resident=resident_id, statuses=[SheetState.VOID])}
    return tuple(
        Grant(
            resident=row.resident or "",
            recipient=row.state["fields"]["recipient"],
            purpose=row.state["fields"]["purpose"],
            data_class=row.state["fields"]["data_class"],
            state=row.status or "",
            until=date.fromisoformat(row.state["fields"]["until"]),
            sheet=row.state["fields"]["sheet"],
        )
        for row in queries.of_kind(connection, "grant", resident=resident_id)
        if not (row.status == GrantState.AGREED and row.state["fields"]["sheet"] in void)
    )


def _resident(connection: Connection, resident_id: str) -> queries.RecordRow:
    row = queries.one(connection, resident_id)
    if row is None or row.kind != "resident":
        raise UserFacingError("record.unknown")
    return row


def _sheet(connection: Connection, sheet_id: str) -> SheetView:
    row = queries.one(connection, sheet_id)
    if row is None or row.kind != "sheet":
        raise UserFacingError("record.unknown")
    return _sheet_view(connection, row)


def _sheet_view(connection: Connection, row: queries.RecordRow) -> SheetView:
    fields = row.state["fields"]
    resident = queries.one(connection, row.resident or "")
    naming = resident.state["groups"].get("name", {}).get("value", {}) if resident else {}
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
    )


def _grant_view(row: queries.RecordRow, names: dict[str, str]) -> GrantView:
    fields = row.state["fields"]
    return GrantView(
        id=row.id,
        resident=row.resident or "",
        recipient=fields["recipient"],
        recipient_name=names.get(fields["recipient"], fields["recipient"]),
        purpose=Purpose(fields["purpose"]),
        data_class=DataClass(fields["data_class"]),
        state=GrantState(row.status or ""),
        until=date.fromisoformat(fields["until"]) if fields.get("until") else None,
        sheet=fields["sheet"],
        withdrawal=fields.get("withdrawal", ""),
        withdrawal_mode=WithdrawalMode(fields["mode"]) if fields.get("mode") else None,
    )


def _months_before(day: date, months: int) -> date:
    """The same day some months earlier (later for negative), the last of the month where there is none."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for candidate in range(day.day, 27, -1):
        try:
            return date(year, month + 1, candidate)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
