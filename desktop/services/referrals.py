"""Referrals outward (转出): drafted at once, released by the county alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.consent import DataClass, Disclosure, Purpose, classes_needed, standing
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.referrals import MAX_SUMMARY_CHARACTERS, NewReferral, ReferralState, Trigger
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.consent import disclosure, grants_of
from desktop.services.consent_records import is_child_on
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.services.summary_check import told_too_much_of
from desktop.storage import drafts, queries
from desktop.storage.journal import Action
from desktop.sync.envelope import Signed
from desktop.sync.protocol import ProtocolError, Release

__all__ = [
    "NewReferral",
    "ReferralView",
    "cancel_referral",
    "check_disclosures",
    "close_referral",
    "confirm_delivery",
    "covering_sheets",
    "draft_referral",
    "referral",
    "referral_number",
    "referral_problem",
    "referrals",
    "submit_referral",
    "verified_release",
]


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A referral as the pages show it. ``release`` only if the county's signature holds."""

    id: str
    number: str
    state: ReferralState
    household: str
    resident: str
    name: str
    recipient: str
    recipient_name: str
    moment: str
    reason: str
    release: Release | None
    referral: NewReferral
    fields: dict[str, Any]


def check_disclosures(
    application: Application, resident_id: str, recipient: str, purpose: Purpose, classes: Iterable[DataClass]
) -> dict[DataClass, Disclosure]:
    """For the page, before drafting: per class yes, after the check, or no with its reason."""
    today = application.today()
    return application.read(
        lambda connection: {one: disclosure(connection, resident_id, recipient, purpose, one, today) for one in classes}
    )


def draft_referral(
    application: Application, referral: NewReferral, *, submit: bool = False, draft_id: str | None = None
) -> Done[str]:
    """Draft a referral, and with ``submit`` queue it for the county; answers its id.

    A sheet that still waits for its check does not stand in the way: the county releases later. Whatever is told of
    a child under fourteen is children's data: B7 is written down with the other classes, so that whoever takes it
    back takes back the whole.

    Raises:
        UserFacingError: ``referral.may-not-disclose`` with ``classes`` and ``reason`` where consent
            does not cover a class; ``referral.tells-too-much`` with ``classes`` where a text tells what is
            not among the referral's classes; ``referral.incomplete`` with ``problem``.
    """
    require(application, Capability.DRAFT_REFERRAL)
    if submit:
        require(application, Capability.SUBMIT_REFERRAL)
    problem = referral_problem(referral)
    if problem:
        raise UserFacingError("referral.incomplete", problem=problem)

    def write(action: Action) -> str:
        connection = action.connection
        resident = queries.one(connection, referral.resident)
        if resident is None or resident.kind != "resident":
            raise UserFacingError("record.unknown")
        sheets = _covering_sheets(application, connection, referral)
        is_child = is_child_on(connection, referral.resident, application.today())
        told = told_too_much_of(application, connection, referral, referral.classes)
        if told:
            raise UserFacingError("referral.tells-too-much", classes=told)
        referral_id = new_id()
        fields = {
            **to_plain(referral),
            "classes": list(classes_needed(referral.classes, is_child=is_child)),
            "resident": resident.id,
            "household": resident.household or "",
            "sheets": sheets,
            "number": referral_number(application.today(), application.worker.townships[0], referral_id),
            "worker_name": application.worker.name,
            "drafted_on": application.today().isoformat(),
        }
        drafted = ReferralState.DRAFTED.value
        action.add("referral.moved", referral_id, {"from": None, "to": drafted, "fields": fields})
        if submit:
            step = {"from": drafted, "to": ReferralState.SUBMITTED.value}
            action.add("referral.moved", referral_id, step)
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return referral_id

    return application.act(write)


def referral_problem(referral: NewReferral) -> str:
    """What is missing, as a code, or ""."""
    if not referral.classes:
        return "no-classes"
    if not referral.needs:
        return "no-needs"
    if not referral.summary.strip():
        return "no-summary"
    if len(referral.summary) > MAX_SUMMARY_CHARACTERS:
        return "summary-too-long"
    if not referral.second_worker.strip():
        return "no-second-worker"
    if referral.trigger is Trigger.T2 and not (referral.aid_received and referral.gap.strip()):
        return "no-aid-or-gap"
    return ""


def referral_number(day: date, township: str, referral_id: str) -> str:
    """A number made offline; the county's release carries its own running number."""
    return f"ZC-{township}-{day:%y%m%d}-{referral_id[:4].upper()}"


def _covering_sheets(application: Application, connection: Connection, referral: NewReferral) -> list[str]:
    refused: dict[str, list[str]] = {}
    for data_class in referral.classes:
        answer = disclosure(
            connection, referral.resident, referral.recipient, referral.purpose, data_class, application.today()
        )
        if not (answer.allowed or answer.after_check):
            refused.setdefault(answer.reason, []).append(data_class.value)
    if refused:
        reason, classes = next(iter(refused.items()))
        raise UserFacingError("referral.may-not-disclose", reason=reason, classes=tuple(classes))
    return _sheets_behind(connection, referral, application.today())


def covering_sheets(application: Application, referral: NewReferral) -> list[str]:
    """The sheets that a referral rests on, as far as there are any."""
    return application.read(lambda connection: _sheets_behind(connection, referral, application.today()))


def _sheets_behind(connection: Connection, referral: NewReferral, on: date) -> list[str]:
    is_child = is_child_on(connection, referral.resident, on)
    wanted = set(classes_needed(referral.classes, is_child=is_child))
    return sorted(
        {
            grant.sheet
            for grant in standing(grants_of(connection, referral.resident))
            if (grant.recipient, grant.purpose) == (referral.recipient, referral.purpose) and grant.data_class in wanted
        }
    )


def submit_referral(application: Application, referral_id: str) -> Done[None]:
    """Queue a drafted (or refused and mended) referral for the county's release.

    Raises:
        UserFacingError: ``referral.told-too-much`` with ``classes`` where a text of it tells what is not among its
            classes; a text is not changed any more, so another referral has to take its place.
    """
    require(application, Capability.SUBMIT_REFERRAL)

    def write(action: Action) -> None:
        row = _row(action.connection, referral_id)
        drafted = from_stored(NewReferral, row.state["fields"])
        told = told_too_much_of(application, action.connection, drafted, drafted.classes)
        if told:
            raise UserFacingError("referral.told-too-much", classes=told)
        action.add("referral.moved", row.id, {"from": row.status, "to": ReferralState.SUBMITTED.value})

    return application.act(write)


def cancel_referral(application: Application, referral_id: str, reason: str) -> Done[None]:
    """Take a referral back that the recipient has not said to have received; a reason is needed.

    After the release too: what it tells may be refused by now, and no slip of it can be printed any more.
    """
    require(application, Capability.CANCEL_REFERRAL)
    if not reason.strip():
        raise UserFacingError("referral.reason-needed")
    return _move(application, referral_id, ReferralState.CANCELLED, reason=reason)


def confirm_delivery(application: Application, referral_id: str, words: str) -> Done[None]:
    """The person confirms at a visit that the help has arrived (民政回访)."""
    require(application, Capability.CONFIRM_DELIVERY)
    return _move(application, referral_id, ReferralState.CONFIRMED, fields={"confirmed": words})


def close_referral(application: Application, referral_id: str, outcome: str) -> Done[None]:
    """Close with an outcome in words (办结)."""
    require(application, Capability.CLOSE_REFERRAL)
    if not outcome.strip():
        raise UserFacingError("referral.reason-needed")
    return _move(application, referral_id, ReferralState.CLOSED, fields={"outcome": outcome})


def _move(
    application: Application,
    referral_id: str,
    target: ReferralState,
    *,
    reason: str = "",
    fields: dict[str, Any] | None = None,
) -> Done[None]:
    def write(action: Action) -> None:
        row = _row(action.connection, referral_id)
        body: dict[str, Any] = {"from": row.status, "to": target.value}
        if reason:
            body["reason"] = reason
        if fields:
            body["fields"] = fields
        action.add("referral.moved", row.id, body)

    return application.act(write)


# --- reading --------------------------------------------------------------------------------------


def referrals(
    application: Application, *, states: Iterable[ReferralState] | None = None, household: str | None = None
) -> tuple[ReferralView, ...]:
    """Referrals, newest first."""

    def read(connection: Connection) -> tuple[ReferralView, ...]:
        rows = queries.of_kind(connection, "referral", statuses=states, household=household)
        return tuple(_view(application, connection, row) for row in rows)

    return application.read(read)


def referral(application: Application, referral_id: str) -> ReferralView:
    """One referral; raises UserFacingError("record.unknown")."""
    return application.read(lambda connection: _view(application, connection, _row(connection, referral_id)))


def _row(connection: Connection, referral_id: str) -> queries.RecordRow:
    row = queries.one(connection, referral_id)
    if row is None or row.kind != "referral":
        raise UserFacingError("record.unknown")
    return row


def _view(application: Application, connection: Connection, row: queries.RecordRow) -> ReferralView:
    fields = row.state["fields"]
    body = directory.organisation(connection, fields["recipient"])
    resident = queries.one(connection, row.resident or "")
    naming = resident.group("name") if resident else {}
    return ReferralView(
        id=row.id,
        number=fields["number"],
        state=ReferralState(row.status or ""),
        household=row.household or "",
        resident=row.resident or "",
        name=naming.get("name", ""),
        recipient=fields["recipient"],
        recipient_name=body.name if body else fields["recipient"],
        moment=row.moment,
        reason=str(row.state["history"][-1].get("reason", "")),
        release=_release_of(application, connection, row),
        referral=from_stored(NewReferral, fields),
        fields=fields,
    )


def _release_of(application: Application, connection: Connection, row: queries.RecordRow) -> Release | None:
    """The release, if it also speaks of this very person (whose record may be an alias of another since)."""
    release = verified_release(application, row.id, row.state["fields"])
    if release is None:
        return None
    person = queries.one(connection, release.resident)
    return release if (person.id if person else release.resident) == row.resident else None


def verified_release(application: Application, referral_id: str, fields: dict[str, Any]) -> Release | None:
    """The county's release of this very referral, if its signature holds; None otherwise.

    The state alone is not enough: a slip in a recipient's hand is a release (``design.md`` §6).
    """
    given, enrolment = fields.get("release"), application.enrolment
    if not isinstance(given, dict) or enrolment is None:
        return None
    try:
        signed = Signed(str(given["signed"]).encode(), bytes.fromhex(str(given["signature"])))
        release = Release.decode(signed.verified(enrolment.signing_key))
    except (ProtocolError, KeyError, ValueError):
        return None
    same = (release.referral, release.recipient, release.purpose) == (
        referral_id,
        fields["recipient"],
        fields["purpose"],
    )
    return release if same else None
