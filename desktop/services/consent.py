"""Taking, refusing, checking and withdrawing consent (同意书)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from desktop.domain.asking import NO_REASK_MONTHS, VALID_MONTHS, months_before
from desktop.domain.consent import (
    Ask,
    GrantState,
    NewSheet,
    SheetState,
    WithdrawalMode,
    may_disclose,
)
from desktop.domain.contact import ContactAnswer, contact_problem
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain
from desktop.domain.prints import Came, PrintOutcome
from desktop.domain.sheet_signing import SheetSigning, sheet_problem, signing_day
from desktop.domain.signing import SignedBy, Signer
from desktop.domain.signing_evidence import SigningEvidence
from desktop.domain.typed import format_date
from desktop.services import consent_signing, directory
from desktop.services.application import Application, Done
from desktop.services.consent_records import (
    Answer,
    GrantView,
    SheetView,
    disclosure,
    disclosures,
    grants,
    grants_of,
    read_sheet,
    said_no_lately,
    said_no_since,
    sheet,
    sheets,
    stopped_since_drafted,
)
from desktop.services.consent_signing import kin_of, kin_of_members, signing_known
from desktop.services.consent_withdrawal import Keeper, Said, Withdrawal, recall_refused, withdraw
from desktop.services.fingerprints import stays_on_paper
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.services.prints import note_print
from desktop.services.scan_facts import is_every_page_here
from desktop.services.wordings import hashes_in_force
from desktop.storage import drafts, queries, tray
from desktop.storage.journal import Action

__all__ = [
    "NO_REASK_MONTHS",
    "VALID_MONTHS",
    "Answer",
    "Ask",
    "ContactAnswer",
    "GrantView",
    "Keeper",
    "NewSheet",
    "OnBlank",
    "Said",
    "SheetSigning",
    "SheetView",
    "Signed",
    "SignedBy",
    "Signer",
    "SigningEvidence",
    "Withdrawal",
    "WithdrawalMode",
    "disclosure",
    "disclosures",
    "draft_sheet",
    "grants",
    "grants_of",
    "kin_of",
    "kin_of_members",
    "read_sheet",
    "record_printed",
    "record_refusal",
    "record_signed",
    "refuse_sheet",
    "said_no_lately",
    "sheet",
    "sheet_number",
    "sheets",
    "signing_known",
    "void_sheet",
    "withdraw",
    "write_signed",
]


def draft_sheet(application: Application, sheet: NewSheet) -> Done[str]:
    """Draft a sheet; answers its id. It keeps what the record says of who has to sign it (``signing_known``).

    Raises:
        UserFacingError: ``consent.nothing-asked``, ``consent.near-relative-unnamed`` where a near relative is declared
            without who it is, ``consent.asked-lately`` (six months after a refusal or
            withdrawal, unless the person starts it), ``consent.recipient`` with the reason why this
            body may receive nothing at all.
    """
    require(application, Capability.TAKE_CONSENT)
    names = directory.worker_names(application)
    return application.act(lambda action: draft(application, action, sheet, names))


@dataclass(frozen=True, slots=True)
class OnBlank:
    """The blank form that a sheet was signed on: its id becomes the sheet's, its number and form too."""

    id: str
    number: str
    form: str
    signed_on: date
    """The day on the paper."""


def draft(
    application: Application, action: Action, sheet: NewSheet, names: dict[str, str], blank: OnBlank | None = None
) -> str:
    """As ``draft_sheet``, within an action; ``names`` are those of the workers (``directory.worker_names``)."""
    resident = _resident(action.connection, sheet.resident)
    if not sheet.asks or any(not ask.classes for ask in sheet.asks):
        raise UserFacingError("consent.nothing-asked")
    if sheet.near_relative is not bool(sheet.near_relative_who.strip()):
        raise UserFacingError("consent.near-relative-unnamed")
    for ask in sheet.asks:
        _check_ask(application, action.connection, sheet, ask)
    sheet_id = new_id() if blank is None else blank.id
    worker = application.worker
    second = directory.worker_called(names, sheet.second_worker.strip())
    signed_on = blank.signed_on if blank else None
    facts = consent_signing.drafted_facts(application, action, resident.id, sheet.signing, signed_on)
    fields = {
        **to_plain(sheet),
        "resident": resident.id,
        "household": resident.household or "",
        "number": blank.number if blank else sheet_number(application.today(), worker.townships[0], sheet_id),
        "worker": worker.id,
        "worker_name": worker.name,
        # Only a worker of the roster counts as the second; any other name is kept for the paper, as a witness's.
        "second_worker": second,
        "second_worker_name": names.get(second, sheet.second_worker.strip()),
        "form": blank.form if blank else consent_signing.form_of(facts),
        "wordings": hashes_in_force(
            action.connection, consent_signing.forms_of(facts, traditional=sheet.traditional), application.today()
        ),
        "months": VALID_MONTHS,
        "signing": to_plain(facts),
        **({"blank": blank.number, "signed_on": blank.signed_on.isoformat()} if blank else {}),
    }
    action.add("sheet.moved", sheet_id, {"from": None, "to": SheetState.DRAFTED.value, "fields": fields})
    return sheet_id


def sheet_number(day: date, township: str, sheet_id: str) -> str:
    """A number made offline, unique without a counter: township, date and a piece of the random id."""
    return f"TY-{township}-{day:%y%m%d}-{sheet_id[:4].upper()}"


def _check_ask(application: Application, connection: Connection, sheet: NewSheet, ask: Ask) -> None:
    body = directory.organisation(connection, ask.recipient)
    if body is None:
        raise UserFacingError("consent.recipient", reason="unknown")
    on = application.today()
    possible = may_disclose(sheet.resident, ask.classes[0], body.recipient, ask.purpose, (), on, is_child=False)
    if possible.reason != "not-asked":
        raise UserFacingError("consent.recipient", reason=possible.reason, name=body.name)
    if not sheet.person_asked and (ask.recipient, ask.purpose.value) in said_no_lately(connection, sheet.resident, on):
        raise UserFacingError("consent.asked-lately", name=body.name, months=NO_REASK_MONTHS)


def record_printed(
    application: Application,
    sheet_id: str,
    *,
    print_id: str,
    form: str,
    version: str,
    digest: str,
    came: Came,
    wording: str = "",
    elsewhere: bool = False,
    parts: Mapping[str, str] | None = None,
) -> Done[int]:
    """Note what came of printing the sheet; each printing is another ``print`` fact.

    Only one that came out whole makes it printed. Answers how often it did by now, this time included.

    ``elsewhere``: a worker says that it was printed on another computer; this laptop did not see it. ``parts`` are
    and ``wording`` those of ``paper.Paper``.
    """
    require(application, Capability.TAKE_CONSENT)

    def write(action: Action) -> int:
        sheet = read_sheet(action.connection, sheet_id)
        times = note_print(
            action,
            household=sheet.household,
            of=sheet_id,
            print_id=print_id,
            form=form,
            version=version,
            digest=digest,
            came=came,
            wording=wording,
            number=sheet.number,
            resident=sheet.resident,
            **({"elsewhere": True} if elsewhere else {}),
            **({"parts": dict(parts)} if parts else {}),
        )
        if sheet.state is SheetState.DRAFTED and came.outcome is PrintOutcome.PRINTED:
            fields = {"print": print_id, "form_version": version, "form_hash": digest}
            fields |= {"wording": wording} if wording else {}
            body = {"from": SheetState.DRAFTED.value, "to": SheetState.PRINTED.value, "fields": fields}
            action.add("sheet.moved", sheet_id, body)
        return times

    return application.act(write)


def record_signed(
    application: Application,
    sheet_id: str,
    answers: tuple[Answer, ...],
    *,
    signer: Signer,
    witness: str = "",
    copy_given: bool,
    signing: SheetSigning | None = None,
    contact: tuple[ContactAnswer, ...] = (),
    evidence: SigningEvidence | None = None,
    draft_id: str | None = None,
) -> Done[tuple[str, ...]]:
    """Record what stands on the signed paper, box by box; answers the new grants' ids.

    Refusals and partial refusals are recorded like agreement. Agreed grants wait for the second
    check before they come into force. A refusal counts at once: what was agreed before for the same
    permits nothing any more, and open referrals that rest on it are recalled.

    ``signer`` is how the person signed, or the guardian where the person did not. ``signing`` says who signed and by
    what right; without it the person signed alone. What it says for the first time goes into the person's record too.
    ``contact`` is what was ticked of calls and visits, ``evidence`` what else stands on the paper.

    Raises:
        UserFacingError: ``consent.answers-missing`` where a box asked has no answer, ``consent.copy-needed``,
            ``consent.second-needed`` where something is agreed to and nobody was there as second worker,
            ``consent.no-since`` (``name``, ``day``) where it says yes and the person withdrew it since it was drafted,
            ``blank.no-since`` (``name``, ``day``) where a blank form says yes to what the person refused or withdrew on
            the day on the paper or later, and ``signing.…`` with the reason of ``sheet_signing.sheet_problem``, such as
            ``signing.guardian-unknown``,
            ``signing.age-unknown``, ``signing.witness``.
    """
    require(application, Capability.TAKE_CONSENT)
    if signer is Signer.SCREEN:  # without its strokes (``screen_signing``) it would be a bare claim
        raise UserFacingError("signing.screen-missing")

    def write(action: Action) -> tuple[str, ...]:
        sheet = read_sheet(action.connection, sheet_id)
        shown = replace(evidence or SigningEvidence(), copy_given=copy_given)
        how = Signed(answers, signer, witness, signing, draft_id, contact=contact, evidence=shown)
        return write_signed(application, action, sheet, how, is_copy_due=not copy_given)

    return application.act(write)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was written down of a signing; see ``record_signed``. ``fields``: what the sheet says of it beyond that."""

    answers: tuple[Answer, ...]
    signer: Signer
    witness: str = ""
    signing: SheetSigning | None = None
    draft_id: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    contact: tuple[ContactAnswer, ...] = ()
    evidence: SigningEvidence | None = None


def write_signed(
    application: Application, action: Action, sheet: SheetView, how: Signed, *, is_copy_due: bool = False
) -> tuple[str, ...]:
    """As ``record_signed``, in the action given."""
    sheet_id = sheet.id
    asked = {(ask.recipient, ask.purpose, one) for ask in sheet.asks for one in ask.classes}
    given = {(answer.recipient, answer.purpose, answer.data_class): answer for answer in how.answers}
    if asked != set(given):
        raise UserFacingError("consent.answers-missing")
    on = _day_on_paper(application, action, sheet, how.answers)
    facts = consent_signing.signed_facts(application, action, sheet, how.signing, on)
    fields = {
        "signed": to_plain(facts),
        "signer": how.signer.value,
        "witness": how.witness,
        "signed_on": on.isoformat(),
        "contact": [to_plain(one) for one in how.contact if not one.is_empty],
        **({"evidence": to_plain(how.evidence)} if how.evidence is not None else {}),
        **how.fields,
    }
    known = consent_signing.read_known(application, action.connection, sheet.resident, on)
    family = consent_signing.family_of(action.connection, sheet.resident, on)
    contacts = consent_signing.contact_names(action.connection, sheet.asks)
    whole = {**sheet.fields, **fields}
    problem = sheet_problem(whole, known, family, contacts) or contact_problem(whole)
    problem = problem or consent_signing.form_problem(sheet, facts)
    if problem:
        raise UserFacingError(f"signing.{problem}", name=sheet.name)
    if not sheet.second_name and any(one.agreed for one in how.answers):
        raise UserFacingError("consent.second-needed")
    if is_copy_due:
        raise UserFacingError("consent.copy-needed")
    is_on_screen = how.signer is Signer.SCREEN
    source = sheet.state if is_on_screen else SheetState.PRINTED
    action.add("sheet.moved", sheet_id, {"from": source.value, "to": SheetState.SIGNED.value, "fields": fields})
    # A colleague may have taken in all of the paper before: then no page will come that would say it. And of what was
    # signed on the screen all there is is here.
    if is_on_screen or is_every_page_here(action.connection, sheet_id):
        step = {"from": SheetState.SIGNED.value, "to": SheetState.SCANNED.value}
        action.add("sheet.moved", sheet_id, step)
    if stays_on_paper(action.connection, {**sheet.fields, **fields}):
        tray.drop_pages_of(action.connection, sheet_id)  # they came before anybody knew that they show a fingerprint
    consent_signing.keep_in_record(application, action, sheet, facts, on)
    if how.draft_id is not None:
        drafts.drop(action.connection, how.draft_id)
    made = tuple(_grant(action, sheet, given[key], on) for key in sorted(given))
    recall_refused(action, sheet, {key for key, answer in given.items() if not answer.agreed}, application.today())
    return made


def _day_on_paper(application: Application, action: Action, sheet: SheetView, answers: tuple[Answer, ...]) -> date:
    """Today, or the day on which a blank form was signed, to which no later no may have come."""
    agreed = [one.subject for one in answers if one.agreed]
    if not sheet.fields.get("blank"):
        no = stopped_since_drafted(action.connection, sheet, agreed)
        if no is not None:
            raise UserFacingError("consent.no-since", name=sheet.name, day=format_date(no))
        return application.today()
    on = signing_day(sheet.fields, application.today())
    said_no = said_no_since(action.connection, sheet.resident, on)
    noes = [said_no[key] for key in agreed if key in said_no]
    if noes:
        raise UserFacingError("blank.no-since", name=sheet.name, day=format_date(max(noes)))
    return on


def _grant(action: Action, sheet: SheetView, answer: Answer, on: date) -> str:
    grant_id = new_id()
    fields = {
        "household": sheet.household,
        "resident": sheet.resident,
        "sheet": sheet.id,
        "recipient": answer.recipient,
        "purpose": answer.purpose.value,
        "data_class": answer.data_class.value,
        "from": on.isoformat(),
        "until": months_before(on, -VALID_MONTHS).isoformat(),
    }
    target = GrantState.AGREED if answer.agreed else GrantState.REFUSED
    action.add("grant.moved", grant_id, {"from": None, "to": target.value, "fields": fields})
    return grant_id


def record_refusal(
    application: Application, sheet: NewSheet, words: str = "", *, draft_id: str | None = None
) -> Done[str]:
    """The person does not agree: one step, nothing to sign; government aid is not touched by it."""
    require(application, Capability.TAKE_CONSENT)
    names = directory.worker_names(application)

    def write(action: Action) -> str:
        sheet_id = draft(application, action, sheet, names)
        _refuse(application, action, sheet_id, words, draft_id)
        return sheet_id

    return application.act(write)


def refuse_sheet(application: Application, sheet_id: str, words: str = "", *, draft_id: str | None = None) -> Done[str]:
    """The person does not agree after all, with the sheet already drafted or printed but not signed."""
    require(application, Capability.TAKE_CONSENT)

    def write(action: Action) -> str:
        _refuse(application, action, sheet_id, words, draft_id)
        return sheet_id

    return application.act(write, persons_right=True)


def _refuse(application: Application, action: Action, sheet_id: str, words: str, draft_id: str | None) -> None:
    sheet = read_sheet(action.connection, sheet_id)
    if sheet.state not in (SheetState.DRAFTED, SheetState.PRINTED):
        raise UserFacingError("action.refused", reason="no-such-step")
    for ask in sheet.asks:
        for data_class in ask.classes:
            answer = Answer(ask.recipient, ask.purpose, data_class, False)
            _grant(action, sheet, answer, application.today())
    recall_refused(
        action,
        sheet,
        {(ask.recipient, ask.purpose, one) for ask in sheet.asks for one in ask.classes},
        application.today(),
    )
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
    require(application, Capability.VOID_SHEET)

    def write(action: Action) -> None:
        sheet = read_sheet(action.connection, sheet_id)
        action.add("sheet.moved", sheet_id, {"from": sheet.state.value, "to": SheetState.VOID.value, "reason": reason})

    return application.act(write)


def _resident(connection: Connection, resident_id: str) -> queries.RecordRow:
    row = queries.one(connection, resident_id)
    if row is None or row.kind != "resident":
        raise UserFacingError("record.unknown")
    return row
