"""Consent to publicity (典型案例宣传单独同意): drafting, printing, signing, the second check, withdrawing.

Nothing is published by this program, and no charity is handed anything on the strength of it: ``consent.grants_of``,
which ``may_disclose`` goes by, reads records of another kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.asking import VALID_MONTHS, months_before
from desktop.domain.consent import YES
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.posting import MayBePosted, Posting, may_be_posted
from desktop.domain.publicity import (
    GIVEN,
    ITEM_NAMES,
    PUBLICITY,
    SCRIPT,
    PublicityAsk,
    PublicityState,
    consent_today,
    publicity_problem,
)
from desktop.domain.readings import ScriptRead, reading_problem
from desktop.domain.roles import Role
from desktop.domain.sheet_signing import SheetSigning, beside_record, sheet_problem, signing_day
from desktop.domain.signing import AgeBand, Need, SignedBy, Signer
from desktop.domain.withdrawals import TakenBack
from desktop.services import consent, consent_signing, directory, people
from desktop.services.application import Application, Done
from desktop.services.consent_withdrawal import Keeper, Said
from desktop.services.fingerprints import stays_on_paper
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.services.posting import categories_ever
from desktop.services.publicity_asking import said_no_lately
from desktop.services.record_paper import number_of
from desktop.services.scan_facts import scan_lack
from desktop.services.wordings import wording_for
from desktop.storage import drafts, queries, tray
from desktop.storage.journal import Action

_ENDED = (PublicityState.REFUSED, PublicityState.WITHDRAWN, PublicityState.EXPIRED)


@dataclass(frozen=True, slots=True)
class PublicityView:
    """One consent to publicity as the pages show it."""

    id: str
    number: str
    state: PublicityState
    household: str
    resident: str
    name: str
    ask: PublicityAsk
    until: date
    agreed: frozenset[str]
    refused: frozenset[str]
    fields: Mapping[str, Any]
    reason: str = ""
    """Why it is void, where somebody said it."""

    @property
    def signing(self) -> SheetSigning:
        """What was known of who has to sign when it was drafted."""
        return from_stored(SheetSigning, self.fields.get("signing") or {})


@dataclass(frozen=True, slots=True)
class PublicitySigned:
    """What stands on the signed paper, and how the person came to know what it says.

    ``answers`` has a yes or no for each thing asked. ``signer`` is how the person signed, or the guardian where the
    person did not; ``guardian_signer`` how the guardian did where both sign.
    """

    answers: Mapping[str, bool]
    signer: Signer
    copy_given: bool
    draft_seen: bool = False
    witness: str = ""
    wards_view: str = ""
    guardian_signer: Signer | None = None
    best_interest: bool = False
    childrens_rules_told: bool = False
    read_aloud: bool = True
    dialect: str = ""
    script: ScriptRead | None = None
    """What was read aloud, from which wording; None where the person read the form alone."""


def draft_publicity(
    application: Application, resident_id: str, ask: PublicityAsk, second_worker: str, *, draft_id: str | None = None
) -> Done[str]:
    """Draft the consent for one person; answers its id. It holds for ``VALID_MONTHS``.

    A second worker whom no roster knows is kept by name alone; then, and where a body is the guardian, the second
    check is the county's. ``draft_id`` is what was typed for it (``drafts``), which goes with this.

    Raises:
        UserFacingError: ``publicity.refused`` with ``problem``: ``publicity.`` and a reason of ``publicity_problem``
            or ``no-second``, ``asked-lately`` (``publicity_asking``);
            ``signing.…`` where nobody can sign by what is recorded; ``record.unknown``.
    """
    require(application, Capability.TAKE_CONSENT)
    person = people.resident_view(application, resident_id)
    page = people.household_page(application, person.membership.household, opened=False)
    facts = consent.signing_known(application, resident_id)
    day = application.today()
    held = categories_ever(application, page.household)
    problem = publicity_problem(ask, held, is_minor=_may_be_minor(facts))
    if not problem and not second_worker.strip():
        problem = "no-second"
    if problem:
        raise UserFacingError("publicity.refused", problem=f"publicity.{problem}")
    wrong = consent_signing.problem_ahead(application, resident_id, facts)
    if wrong:
        raise UserFacingError(f"signing.{wrong}", name=person.name.name)
    names = directory.worker_names(application)
    second = directory.worker_called(names, second_worker.strip())

    def write(action: Action) -> str:
        if not ask.person_asked and said_no_lately(action.connection, person.resident, ask.publisher, day):
            raise UserFacingError("publicity.refused", problem="publicity.asked-lately")
        made = new_id()
        fields = {
            **to_plain(ask),
            "resident": person.resident,
            "household": page.household,
            "number": number_of("XC", day, made),
            "until": months_before(day, -VALID_MONTHS).isoformat(),
            "worker": application.worker.id,
            "worker_name": application.worker.name,
            "second_worker": second,
            "second_worker_name": names.get(second, second_worker.strip()),
            "signing": to_plain(facts),
        }
        action.add("publicity.moved", made, {"from": None, "to": PublicityState.DRAFTED.value, "fields": fields})
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return made

    return application.act(write)


def _may_be_minor(facts: SheetSigning) -> bool:
    """Whoever is not known to be grown up is taken for a child here."""
    return facts.band is not AgeBand.ADULT


def require_may_be_asked(application: Application, household: str) -> None:
    """What the household holds may have become known after it was asked; raises UserFacingError."""
    posted = may_be_posted(Posting.PUBLICITY, categories_ever(application, household))
    if not posted.allowed:
        raise UserFacingError("publicity.not-shown", problem=f"publicity.{posted.reason}")


def may_be_shown(application: Application, view: PublicityView) -> MayBePosted:
    """Whether the case may be told today on the strength of this consent: in force, not ended, not taken back."""
    said = consent_today(view.state, view.until, application.today())
    return may_be_posted(Posting.CASE, categories_ever(application, view.household), consent=said)


def publicity(application: Application, publicity_id: str) -> PublicityView:
    """One of them; raises UserFacingError ``record.unknown``."""
    return application.read(lambda connection: _view(connection, row_of(connection, publicity_id)))


def publicities_of(application: Application, resident_id: str) -> tuple[PublicityView, ...]:
    """A person's consents to publicity, newest first."""

    def read(connection: Connection) -> tuple[PublicityView, ...]:
        rows = queries.of_kind(connection, "publicity", resident=resident_id)
        return tuple(_view(connection, row) for row in rows)

    return application.read(read)


def record_publicity_signed(
    application: Application, publicity_id: str, signed: PublicitySigned, *, draft_id: str | None = None
) -> Done[None]:
    """Record what stands on the signed paper, item by item; agreed things wait for the second check.

    ``draft_id`` as for ``draft_publicity``.

    Raises:
        UserFacingError: ``publicity.incomplete`` with ``problem``: ``publicity.answers``, ``publicity.nothing-agreed``,
            ``publicity.not-read``, ``publicity.items-unread``, ``publicity.no-witness``, ``publicity.no-view`` (a child
            from eight on is asked), ``publicity.other-form`` (somebody else has to sign by now than when it was
            drafted), ``publicity.expired``, ``publicity.no-copy``; ``signing.…`` with a reason of
            ``sheet_signing.sheet_problem``.
    """
    require(application, Capability.TAKE_CONSENT)
    on = application.today()
    spoken = wording_for(application, SCRIPT).wording

    def write(action: Action) -> None:
        row = row_of(action.connection, publicity_id)
        view = _view(action.connection, row)
        known = consent_signing.read_known(application, action.connection, view.resident, on)
        facts = _signed_facts(view, signed, known)
        fields = {
            "agreed": sorted(one for one, yes in signed.answers.items() if yes),
            "refused": sorted(one for one, yes in signed.answers.items() if not yes),
            "draft_seen": signed.draft_seen,
            "read_aloud": signed.read_aloud,
            "dialect": signed.dialect.strip() if signed.read_aloud else "",
            "script": to_plain(signed.script) if signed.read_aloud and signed.script is not None else None,
            "signed_by": (facts.signed_by or SignedBy.PERSON).value,
            "signed": to_plain(facts),
            "signer": signed.signer.value,
            "witness": signed.witness,
            "wards_view": signed.wards_view,
            "signed_on": on.isoformat(),
        }
        problem = _signed_problem(view, signed, facts, fields)
        if not problem and on > view.until:
            problem = "publicity.expired"
        if not problem and _is_unread(signed, spoken.sha256, {one.id for one in spoken.sections}):
            problem = "publicity.items-unread"
        if problem:
            raise UserFacingError("publicity.incomplete", problem=problem)
        family = consent_signing.family_of(action.connection, view.resident, on)
        wrong = sheet_problem({**view.fields, **fields}, known, family)
        if wrong:
            raise UserFacingError(f"signing.{wrong}", name=view.name)
        step(action, row, PublicityState.SIGNED, fields)
        if stays_on_paper(action.connection, {**view.fields, **fields}):
            tray.drop_pages_of(action.connection, view.id)  # they came before anybody knew that they show a fingerprint
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)

    return application.act(write)


def _signed_facts(view: PublicityView, signed: PublicitySigned, known: SheetSigning) -> SheetSigning:
    """What is said of who signed: those who have to, by what was drafted and is known of the person today."""
    facts = beside_record(view.signing, known)
    signed_by = facts.required().signed_by
    by_guardian = signed_by is not None and signed_by.guardian
    means = signed.guardian_signer or (signed.signer if signed_by is SignedBy.GUARDIAN else None)
    return replace(
        facts,
        signed_by=signed_by,
        guardian_signer=means if by_guardian else None,
        best_interest=signed.best_interest,
        wards_view=signed.wards_view,
        childrens_rules_told=signed.childrens_rules_told,
    )


def _signed_problem(
    view: PublicityView, signed: PublicitySigned, facts: SheetSigning, fields: Mapping[str, Any]
) -> str:
    agreed = {one for one, yes in signed.answers.items() if yes}
    if set(signed.answers) != view.ask.items:
        return "publicity.answers"
    if not agreed & set(view.ask.materials) or not agreed & set(view.ask.channels):
        return "publicity.nothing-agreed"
    if reading_problem(fields, SCRIPT):
        return "publicity.not-read"
    if Signer.FINGERPRINT in (signed.signer, facts.guardian_signer) and not signed.witness.strip():
        return "publicity.no-witness"
    if facts.signed_by is not view.signing.required().signed_by:
        return "publicity.other-form"
    if Need.WARDS_VIEW in facts.required().needs and not signed.wards_view.strip():
        return "publicity.no-view"
    return "" if signed.copy_given else "publicity.no-copy"


def _is_unread(signed: PublicitySigned, wording: str, items: set[str]) -> bool:
    """Whether something of the script in force was left out; of another wording its record says what was read."""
    read = signed.script
    return signed.read_aloud and read is not None and read.wording == wording and set(read.items) != items


def refuse_publicity(application: Application, publicity_id: str) -> Done[None]:
    """The person agrees to nothing: one step, nothing to sign."""
    require(application, Capability.TAKE_CONSENT)
    return _move(application, publicity_id, PublicityState.REFUSED)


def check_problem(application: Application, publicity_id: str) -> str:
    """Why this worker may not do the second check, as a reason code; "" where they may (``sheet_checks``)."""
    worker = application.worker

    def read(connection: Connection) -> str:
        row = row_of(connection, publicity_id)
        state, fields, target = row.state, row.state["fields"], PublicityState.IN_FORCE
        problem = PUBLICITY.problem(row.status, row.status, target, Role(worker.role), worker.id, state, fields)
        return problem or problem_by_record(application, connection, row)

    return application.read(read)


def check_publicity(application: Application, publicity_id: str, against: str = "paper") -> Done[None]:
    """The second check, by somebody who had no part in it: what was agreed to comes into force.

    ``against`` says what was compared: ``paper`` or ``scan``.

    Raises:
        UserFacingError: ``record.unknown``; ``publicity.no-scan`` where it was to be a scan that cannot be seen here;
            ``publicity.not-shown`` with ``problem`` where it has ended, or where a
            child whom nobody looks after lives there; ``action.refused`` with the reason of ``check_problem``.
    """
    require(application, Capability.CHECK_SHEET)
    if against not in ("paper", "scan"):
        raise UserFacingError("action.refused", reason="unknown-word")
    require_showable(application, publicity(application, publicity_id))

    def write(action: Action) -> None:
        row = row_of(action.connection, publicity_id)
        problem = problem_by_record(application, action.connection, row)
        if problem:
            raise UserFacingError("action.refused", reason=problem)
        if against == "scan" and scan_lack(application, action.connection, row.id) is not None:
            raise UserFacingError("publicity.no-scan")
        fields = {"checked_by": application.worker.name, "checked_against": against}
        step(action, row, PublicityState.IN_FORCE, fields)

    return application.act(write)


def require_showable(application: Application, view: PublicityView) -> None:
    """That it could come into force now; raises UserFacingError ``publicity.not-shown`` with ``problem``."""
    said = consent_today(PublicityState.IN_FORCE, view.until, application.today())
    posted = may_be_posted(Posting.CASE, categories_ever(application, view.household), consent=said)
    if not posted.allowed:
        raise UserFacingError("publicity.not-shown", problem=f"publicity.{posted.reason}")


def takes_pages(application: Application) -> tuple[PublicityView, ...]:
    """Those to which a picture could be filed: what was signed or refused, and is not void."""

    def read(connection: Connection) -> tuple[PublicityView, ...]:
        rows = queries.of_kind(connection, "publicity", statuses=[*GIVEN, *_ENDED])
        return tuple(_view(connection, row) for row in rows)

    return application.read(read)


def awaiting_check(application: Application) -> tuple[PublicityView, ...]:
    """Those that were signed and that nobody has checked yet, newest first; what has ended is not among them."""

    def read(connection: Connection) -> tuple[PublicityView, ...]:
        rows = queries.of_kind(connection, "publicity", statuses=[PublicityState.SIGNED])
        return tuple(_view(connection, row) for row in rows)

    today = application.today()
    return tuple(one for one in application.read(read) if one.until >= today)


def problem_by_record(application: Application, connection: Connection, row: queries.RecordRow) -> str:
    """Why it is not rightly signed, as this laptop knows the person today (``consent_signing.problem_by_record``)."""
    view = _view(connection, row)
    on = signing_day(view.fields, application.today())
    known = consent_signing.read_known(application, connection, view.resident, on)
    return sheet_problem(view.fields, known, consent_signing.family_of(connection, view.resident, on))


def withdraw_publicity(application: Application, publicity_id: str, said: Said = Said()) -> Done[str]:  # noqa: B008 - frozen
    """Withdraw it, whole, as easily as it was given (PIPL art. 15); works offline.

    How it was said is kept as with every withdrawal, and has the same paper (``withdrawal_paper``); answers its id.
    """
    require(application, Capability.WITHDRAW)
    return withdraw_publicities(application, (publicity_id,), said)


def withdraw_publicities(application: Application, ids: Sequence[str], said: Said) -> Done[str]:
    """Withdraw several of one person at once, as one withdrawal with one paper; as ``withdraw_publicity``."""
    require(application, Capability.WITHDRAW)
    keeper = Keeper(application, said)

    def write(action: Action) -> str:
        rows = [row_of(action.connection, one) for one in ids]
        back = []
        for row in rows:
            view = _view(action.connection, row)
            step(action, row, PublicityState.WITHDRAWN, {"withdrawal": keeper.number})
            words = tuple(ITEM_NAMES[one] for one in ITEM_NAMES if one in view.agreed)
            back.append(TakenBack(paper=view.id, paper_number=view.number, words=words))
        resident = rows[0].resident or ""
        given = queries.of_kind(action.connection, "grant", resident=resident, statuses=YES)
        given += given_publicities(action.connection, resident)
        is_whole = not {row.id for row in given} - {row.id for row in rows}
        return keeper.keep(action, resident, back, is_whole=is_whole)

    return application.act(write, persons_right=True)


def given_publicities(connection: Connection, resident_id: str) -> list[queries.RecordRow]:
    """A person's consents to publicity that were given and not taken back."""
    return queries.of_kind(connection, "publicity", resident=resident_id, statuses=GIVEN)


def void_publicity(application: Application, publicity_id: str, reason: str = "") -> Done[None]:
    """Spoiled paper, something wrong at the check, or another decision; its number stays accounted for."""
    require(application, Capability.VOID_SHEET)
    return _move(application, publicity_id, PublicityState.VOID, reason)


def _move(application: Application, publicity_id: str, to: PublicityState, reason: str = "") -> Done[None]:
    def write(action: Action) -> None:
        step(action, row_of(action.connection, publicity_id), to, {}, reason)

    return application.act(write)


def step(
    action: Action, row: queries.RecordRow, to: PublicityState, fields: Mapping[str, Any], reason: str = ""
) -> None:
    """One step of its life, in the action given."""
    body = {"from": row.status, "to": to.value, "fields": dict(fields), **({"reason": reason} if reason else {})}
    action.add("publicity.moved", row.id, body)


def row_of(connection: Connection, publicity_id: str) -> queries.RecordRow:
    """Its record; raises UserFacingError ``record.unknown``."""
    row = queries.one(connection, publicity_id)
    if row is None or row.kind != "publicity":
        raise UserFacingError("record.unknown")
    return row


def _view(connection: Connection, row: queries.RecordRow) -> PublicityView:
    fields = row.state["fields"]
    return PublicityView(
        row.id,
        fields["number"],
        PublicityState(row.status or ""),
        row.household or "",
        row.resident or "",
        consent_signing.name_of(connection, row.resident or ""),
        from_stored(PublicityAsk, fields),
        date.fromisoformat(fields["until"]),
        frozenset(fields.get("agreed", ())),
        frozenset(fields.get("refused", ())),
        fields,
        str(row.state["history"][-1].get("reason", "")),
    )
