"""Who signs a sheet (谁签): what the person's record says, and what a signing adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import Connection

from desktop.domain import sheet_signing
from desktop.domain.consent import Ask
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Guardian, StatedCapacity
from desktop.domain.kinship import Ground, Kin
from desktop.domain.sheet_signing import (
    Family,
    SheetSigning,
    beside_record,
    completed,
    drafted_of,
    known_signing,
    needs_guardians_form,
    sheet_problem,
    signing_day,
    signing_problem,
)
from desktop.domain.signing import AgeBand, SignedBy, Signer
from desktop.services import directory, minors_gate
from desktop.services.application import Application
from desktop.services.consent_records import SheetView
from desktop.services.households import describe
from desktop.storage import queries
from desktop.storage.journal import Action

OWN_FORM: Final = "consent-self"
GUARDIANS_FORM: Final = "consent-guardian"
_SAID_THEN: Final = "—"
"""For what is only said at the signing."""


def signing_known(application: Application, resident_id: str) -> SheetSigning:
    """What is known today of who has to sign for this person; ``required()`` answers who, or why nobody can."""
    return application.read(lambda connection: read_known(application, connection, resident_id))


def read_known(
    application: Application, connection: Connection, resident_id: str, on: date | None = None
) -> SheetSigning:
    """As ``signing_known``, inside a transaction; with the age of that day where one is given."""
    row = queries.one(connection, resident_id)
    if row is None or row.kind != "resident":
        raise UserFacingError("record.unknown")
    return known_signing(row.state["groups"], on or application.today())


def signed_facts(
    application: Application, action: Action, sheet: SheetView, stated: SheetSigning | None, on: date
) -> SheetSigning:
    """What the sheet will say of its signing: as stated, else as drafted and signed by the person alone.

    What the record says of birth and capacity is not said otherwise by a sheet; ages are those of the day ``on``.
    """
    known = read_known(application, action.connection, sheet.resident, on)
    stated = stated or replace(drafted_of(sheet.fields), signed_by=SignedBy.PERSON)
    return _with_document(beside_record(stated, known), known)


def drafted_facts(
    application: Application, action: Action, resident_id: str, asked: SheetSigning | None, on: date | None = None
) -> SheetSigning:
    """What is known of who has to sign when a sheet is drafted: the paper says it. ``on`` is the day if not today."""
    known = read_known(application, action.connection, resident_id, on)
    return _with_document(completed(asked, known), known) if asked is not None else known


def _with_document(facts: SheetSigning, known: SheetSigning) -> SheetSigning:
    """A role that does not see a guardian's number does not take it from the paper either."""
    guardian = facts.guardian.with_document_of(known.guardian) if facts.guardian is not None else None
    return replace(facts, guardian=guardian)


def form_of(facts: SheetSigning) -> str:
    """Which wording a sheet is printed in."""
    return GUARDIANS_FORM if needs_guardians_form(facts) else OWN_FORM


def forms_of(facts: SheetSigning, *, traditional: bool) -> tuple[str, ...]:
    """The wordings that a sheet could come to be printed in; whether the person is a compatriot its paper finds out."""
    own = form_of(facts)
    return (
        (own,) if own == GUARDIANS_FORM else (own, "consent-compatriot-hant" if traditional else "consent-compatriot")
    )


def form_problem(sheet: SheetView, facts: SheetSigning) -> str:
    """``other-form`` where the paper is not the one for those who signed it, or ""."""
    by_guardian = facts.signed_by is not None and facts.signed_by.guardian
    return "" if by_guardian is (sheet.fields["form"] == GUARDIANS_FORM) else "other-form"


def problem_by_record(application: Application, connection: Connection, sheet: SheetView) -> str:
    """Why a signed sheet is not rightly signed, as this laptop knows the person today; "" where it is.

    Ages are those of the day of signing, as at the county.
    """
    on = signing_day(sheet.fields, application.today())
    known = read_known(application, connection, sheet.resident, on)
    family, contacts = family_of(connection, sheet.resident, on), contact_names(connection, sheet.asks)
    return sheet_problem(sheet.fields, known, family, contacts)


def problem_ahead(application: Application, resident_id: str, facts: SheetSigning) -> str:
    """Why nobody could rightly sign by what is recorded, whatever is said at the signing; "" where somebody can.

    Asked before a paper is made that takes its guardian from the record: once signed, it could not be taken in.
    """
    signed_by = facts.required().signed_by
    guardian_signer = Signer.SIGNATURE if signed_by is not None and signed_by.guardian else None
    said = replace(facts, signed_by=signed_by, guardian_signer=guardian_signer)
    said = replace(said, best_interest=True, wards_view=_SAID_THEN, childrens_rules_told=True)
    family = application.read(lambda connection: family_of(connection, resident_id, application.today()))
    return signing_problem(said, Signer.SIGNATURE, _SAID_THEN, family.kin)


def name_of(connection: Connection, resident_id: str) -> str:
    """The person's name as recorded; "" of somebody who is not here."""
    row = queries.one(connection, resident_id)
    return str(row.group("name").get("name", "")) if row is not None else ""


def family_of(connection: Connection, resident_id: str, on: date) -> Family:
    """As ``sheet_signing.family_of``, of a person and the household as recorded here."""
    row = queries.one(connection, resident_id)
    if row is None:
        return Family()
    members = queries.of_kind(connection, "resident", household=row.household) if row.household else []
    groups = {one.id: one.state["groups"] for one in (row, *members)}
    return sheet_signing.family_of(row.id, groups, on)


def kin_of(application: Application, resident_id: str) -> tuple[Kin, ...]:
    """As ``kin_of_members``, of one person."""
    row = application.read(lambda connection: queries.one(connection, resident_id))
    if row is None or row.household is None:
        return ()
    return kin_of_members(application, row.household).get(row.id, ())


def kin_of_members(application: Application, household_id: str) -> Mapping[str, tuple[Kin, ...]]:
    """Whom the record knows as relatives of each member, so that what is said of their guardian can be held against it
    while it is said.

    Of a minor whose data is closed to this worker that is what the household's list shows, and not what their own
    record says of a guardian.
    """
    rows = application.read(lambda connection: queries.of_kind(connection, "resident", household=household_id))
    gate = minors_gate.gate_for(application)
    groups = {row.id: row.state["groups"] for row in rows}
    families = {row.id: sheet_signing.family_of(row.id, groups, application.today()) for row in rows}
    listed = (Ground.MEMBER, Ground.MOVED_OUT)
    return {
        row.id: tuple(one for one in families[row.id].kin if gate.access(row).is_open or one.ground in listed)
        for row in rows
    }


def contact_names(connection: Connection, asks: Iterable[Ask]) -> frozenset[str]:
    """The contact persons of the organisations that are asked for: a recipient bears no witness to its own consent."""
    bodies = [directory.organisation(connection, ask.recipient) for ask in asks]
    return frozenset(body.contact for body in bodies if body is not None and body.contact)


def _is_news(said: Guardian, known: Guardian | None) -> bool:
    """Whether the record knows no guardian, or the same one without a place in the order (民法典 28)."""
    if known is None or known == Guardian():
        return True
    unplaced = replace(said, standing=None, passed_over=(), consent_of="", deed=known.deed)
    return said.standing is not None and unplaced == known


def keep_in_record(application: Application, action: Action, sheet: SheetView, facts: SheetSigning, on: date) -> None:
    """What was asked at the signing, on that day, and the record did not know yet: nobody has to be asked again."""
    known = read_known(application, action.connection, sheet.resident, on)
    new: dict[str, object] = {}
    if facts.guardian is not None and facts.guardian != Guardian() and _is_news(facts.guardian, known.guardian):
        new["guardian"] = facts.guardian
    if facts.carer is not None and facts.carer.name and known.carer is None:
        new["carer"] = facts.carer
    needs_band = known.band is None and facts.band is not None
    if needs_band or (facts.capacity is not None and known.capacity is None):
        new["capacity"] = StatedCapacity(
            facts.capacity,
            facts.ground,
            facts.capacity_proof,
            facts.lives_on_own_work,
            facts.band if needs_band else None,
            on if needs_band and facts.band is not AgeBand.ADULT else None,
        )
    describe(action, "resident", sheet.resident, new)
