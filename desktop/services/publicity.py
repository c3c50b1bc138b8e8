"""Consent to publicity (典型案例宣传单独同意): drafting, printing, signing, the second check, withdrawing.

Nothing is published by this program, and no charity is handed anything on the strength of it: ``consent.grants_of``,
which ``may_disclose`` goes by, reads records of another kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.documents.publicity_consent import PublicityConsentContent, PublicityGuardian, publicity_consent
from desktop.domain.consent import YES
from desktop.domain.errors import UserFacingError
from desktop.domain.identity import masked
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.posting import Posting, may_be_posted
from desktop.domain.publicity import (
    GIVEN,
    ITEM_NAMES,
    PublicityAsk,
    PublicityState,
    publicity_problem,
)
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signing import AgeBand, Need, SignedBy, Signer
from desktop.domain.withdrawals import TakenBack
from desktop.services import consent, directory, people
from desktop.services.application import Application, Done
from desktop.services.consent_records import VALID_MONTHS, months_before
from desktop.services.consent_withdrawal import Keeper, Said
from desktop.services.households import new_id
from desktop.services.minors_gate import require_open
from desktop.services.paper import form_resident, note_paper, office_of
from desktop.services.permission import Capability, require
from desktop.services.posting import categories_ever
from desktop.services.record_paper import RecordPaper, number_of, set_paper
from desktop.storage import queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class PublicityView:
    """One consent to publicity as the pages show it."""

    id: str
    number: str
    state: PublicityState
    household: str
    resident: str
    ask: PublicityAsk
    until: date
    agreed: frozenset[str]
    refused: frozenset[str]
    fields: Mapping[str, Any]

    @property
    def signing(self) -> SheetSigning:
        """What was known of who has to sign when it was drafted."""
        return from_stored(SheetSigning, self.fields.get("signing") or {})


@dataclass(frozen=True, slots=True)
class PublicitySigned:
    """What stands on the signed paper. ``answers`` has a yes or no for each thing asked."""

    answers: Mapping[str, bool]
    signer: Signer
    copy_given: bool
    draft_seen: bool = False
    witness: str = ""
    wards_view: str = ""


def draft_publicity(application: Application, resident_id: str, ask: PublicityAsk, second_worker: str) -> Done[str]:
    """Draft the consent for one person; answers its id. It holds for ``VALID_MONTHS``.

    Raises:
        UserFacingError: ``publicity.refused`` with ``problem``: ``publicity.`` and a reason of ``publicity_problem``
            or ``no-second``; ``second-not-on-roster`` and ``county-check`` where only the county could do the second
            check, which it cannot yet; ``signing.…`` where nobody can sign for the person; ``record.unknown``.
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
    required = facts.required()
    if required.obstacle is not None:
        raise UserFacingError(f"signing.{required.obstacle.value}", name=person.name.name)
    names = directory.worker_names(application)
    second = directory.worker_called(names, second_worker.strip())
    # What nobody could bring into force is not asked for.
    if not second:
        raise UserFacingError("publicity.refused", problem="publicity.second-not-on-roster")
    if Need.COUNTY_CHECK in required.needs:
        raise UserFacingError("publicity.refused", problem="publicity.county-check")

    def write(action: Action) -> str:
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
            "second_worker_name": names[second],
            "signing": to_plain(facts),
        }
        action.add("publicity.moved", made, {"from": None, "to": PublicityState.DRAFTED.value, "fields": fields})
        return made

    return application.act(write)


def _may_be_minor(facts: SheetSigning) -> bool:
    """Whoever is not known to be grown up is taken for a child here."""
    return facts.band is not AgeBand.ADULT


def _check_may_be_shown(application: Application, household: str) -> None:
    """What the household holds may have become known after it was asked; raises UserFacingError."""
    posted = may_be_posted(Posting.PUBLICITY, categories_ever(application, household))
    if not posted.allowed:
        raise UserFacingError("publicity.not-shown", problem=f"publicity.{posted.reason}")


def publicities_of(application: Application, resident_id: str) -> tuple[PublicityView, ...]:
    """A person's consents to publicity, newest first."""
    rows = application.read(lambda connection: queries.of_kind(connection, "publicity", resident=resident_id))
    return tuple(_view(row) for row in rows)


def publicity_paper_for(application: Application, publicity_id: str, *, large_type: bool = False) -> RecordPaper:
    """The form, bound apart from the referral consent; the same record gives the same paper.

    Raises:
        UserFacingError: ``record.unknown``; ``minors.closed`` as a print of any form; ``directory.no-office``;
            ``publicity.not-shown`` with ``problem`` where a child whom nobody looks after lives there.
    """
    require(application, Capability.PRINT)
    view = application.read(lambda connection: _view(_row(connection, publicity_id)))
    require_open(application, view.resident, "print")
    _check_may_be_shown(application, view.household)
    content = PublicityConsentContent(
        print_id=f"{view.id[:24]}-publicity",
        sheet_number=view.number,
        handler=office_of(application),
        resident=form_resident(application, view.resident),
        materials=view.ask.materials,
        channels=view.ask.channels,
        publisher=view.ask.publisher,
        use=view.ask.use,
        naming=view.ask.naming,
        valid_until=view.until,
        workers=(str(view.fields.get("worker_name", "")), str(view.fields.get("second_worker_name", ""))),
        guardian=_guardian(view.signing),
        large_type=large_type,
    )
    made = set_paper(application, publicity_consent, content, "publicity-consent", household=view.household)
    return RecordPaper(made, view.id, view.household)


def _guardian(facts: SheetSigning) -> PublicityGuardian | None:
    signed_by, guardian = facts.required().signed_by, facts.guardian
    if signed_by is None or not signed_by.guardian or guardian is None:
        return None
    number = masked(guardian.document.number) if guardian.document.number else ""
    proof = guardian.deed or guardian.proof
    return PublicityGuardian(guardian.name, guardian.relation, number, guardian.basis, proof, signed_by)


def record_publicity_printed(application: Application, made: RecordPaper, copies: int) -> Done[int]:
    """Note that the form came out of the printer; answers how often by now."""
    require(application, Capability.TAKE_CONSENT)

    def write(action: Action) -> int:
        row = _row(action.connection, made.of)
        times = note_paper(action, made.paper, of=row.id, household=made.household, copies=copies)
        if row.status == PublicityState.DRAFTED:
            _step(action, row, PublicityState.PRINTED, {})
        return times

    return application.act(write)


def record_publicity_signed(application: Application, publicity_id: str, signed: PublicitySigned) -> Done[None]:
    """Record what stands on the signed paper, item by item; agreed things wait for the second check.

    Raises:
        UserFacingError: ``publicity.incomplete`` with ``problem``: ``publicity.answers``, ``publicity.nothing-agreed``,
            ``publicity.no-witness``, ``publicity.no-view`` (a child from eight on is asked), ``publicity.no-copy``.
    """
    require(application, Capability.TAKE_CONSENT)

    def write(action: Action) -> None:
        row = _row(action.connection, publicity_id)
        view = _view(row)
        problem = _signed_problem(view, signed)
        if problem:
            raise UserFacingError("publicity.incomplete", problem=problem)
        fields = {
            "agreed": sorted(one for one, yes in signed.answers.items() if yes),
            "refused": sorted(one for one, yes in signed.answers.items() if not yes),
            "draft_seen": signed.draft_seen,
            "signed_by": (view.signing.required().signed_by or SignedBy.PERSON).value,
            "signer": signed.signer.value,
            "witness": signed.witness,
            "wards_view": signed.wards_view,
            "signed_on": application.today().isoformat(),
        }
        _step(action, row, PublicityState.SIGNED, fields)

    return application.act(write)


def _signed_problem(view: PublicityView, signed: PublicitySigned) -> str:
    agreed = {one for one, yes in signed.answers.items() if yes}
    if set(signed.answers) != view.ask.items:
        return "publicity.answers"
    if not agreed & set(view.ask.materials) or not agreed & set(view.ask.channels):
        return "publicity.nothing-agreed"
    if signed.signer is Signer.FINGERPRINT and not signed.witness.strip():
        return "publicity.no-witness"
    if Need.WARDS_VIEW in view.signing.required().needs and not signed.wards_view.strip():
        return "publicity.no-view"
    return "" if signed.copy_given else "publicity.no-copy"


def refuse_publicity(application: Application, publicity_id: str) -> Done[None]:
    """The person agrees to nothing: one step, nothing to sign."""
    require(application, Capability.TAKE_CONSENT)
    return _move(application, publicity_id, PublicityState.REFUSED)


def check_publicity(application: Application, publicity_id: str) -> Done[None]:
    """The second check, by somebody who had no part in it: what was agreed to comes into force.

    Raises:
        UserFacingError: ``record.unknown``; ``publicity.not-shown`` as ``publicity_paper_for``.
    """
    require(application, Capability.CHECK_SHEET)
    view = application.read(lambda connection: _view(_row(connection, publicity_id)))
    _check_may_be_shown(application, view.household)
    return _move(application, publicity_id, PublicityState.IN_FORCE, {"checked_by": application.worker.name})


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
        rows = [_row(action.connection, one) for one in ids]
        back = []
        for row in rows:
            view = _view(row)
            _step(action, row, PublicityState.WITHDRAWN, {"withdrawal": keeper.number})
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


def void_publicity(application: Application, publicity_id: str) -> Done[None]:
    """Spoiled paper, or another decision; its number stays accounted for."""
    require(application, Capability.VOID_SHEET)
    return _move(application, publicity_id, PublicityState.VOID)


def _move(
    application: Application,
    publicity_id: str,
    to: PublicityState,
    fields: Mapping[str, Any] | None = None,
    *,
    persons_right: bool = False,
) -> Done[None]:
    def write(action: Action) -> None:
        _step(action, _row(action.connection, publicity_id), to, fields or {})

    return application.act(write, persons_right=persons_right)


def _step(action: Action, row: queries.RecordRow, to: PublicityState, fields: Mapping[str, Any]) -> None:
    action.add("publicity.moved", row.id, {"from": row.status, "to": to.value, "fields": dict(fields)})


def _row(connection: Connection, publicity_id: str) -> queries.RecordRow:
    row = queries.one(connection, publicity_id)
    if row is None or row.kind != "publicity":
        raise UserFacingError("record.unknown")
    return row


def _view(row: queries.RecordRow) -> PublicityView:
    fields = row.state["fields"]
    return PublicityView(
        row.id,
        fields["number"],
        PublicityState(row.status or ""),
        row.household or "",
        row.resident or "",
        from_stored(PublicityAsk, fields),
        date.fromisoformat(fields["until"]),
        frozenset(fields.get("agreed", ())),
        frozenset(fields.get("refused", ())),
        fields,
    )
