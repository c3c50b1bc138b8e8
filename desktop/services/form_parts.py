"""What several forms say of those who appear on them: the office, a recipient, a guardian, a compatriot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from desktop.documents.consent_content import GuardianPart, RecipientRow
from desktop.documents.form_content import CompatriotPart, Handler
from desktop.domain.aid import Category
from desktop.domain.compatriots import CompatriotDocument, Origin
from desktop.domain.consent import PURPOSE_NAMES, Ask, Purpose
from desktop.domain.guardian_order import passed_over_words, standing_of
from desktop.domain.households import CategoryHeld, Document, Guardian
from desktop.domain.identity import DOCUMENT_TYPE_NAMES, DocumentType, masked
from desktop.domain.kinship import Kin
from desktop.domain.sheet_signing import SheetSigning, unsaid_of
from desktop.domain.signing import BY_ORDER, AgeBand, GuardianBasis, Incapacity, Need
from desktop.domain.typed import format_phone
from desktop.services import directory


def handler_of(office: directory.Office) -> Handler:
    """Who handles the data, as forms say it (PIPL art. 17)."""
    return Handler(
        office.name,
        office.address,
        office.phone,
        office.contact,
        office.county_name,
        office.county_phone,
        office.complaint_phone,
    )


def recipient_row(body: directory.Organisation, ask: Ask) -> RecipientRow:
    """One recipient and what it is asked for, as a consent form names it."""
    project = next((one.name for one in body.projects if one.id == ask.project), "")
    purpose = PURPOSE_NAMES[Purpose(ask.purpose)]
    return RecipientRow(
        name=body.name,
        credit_code=body.credit_code,
        contact=body.contact,
        phone=body.phone,
        address=body.address,
        purpose=f"{purpose}:{project}" if project else purpose,
        method=body.method,
        security=body.security,
        agreement_number=body.agreement_number,
        asks=ask.classes,
    )


def guardian_part(facts: SheetSigning, kin: Iterable[Kin]) -> GuardianPart:
    """What the guardian's form (``needs_guardians_form``) says of the guardian, as drafted.

    What was not known is left to be written by hand; what the signing adds is not on the paper that was printed.
    ``kin`` are those whom the record knows: where it is said that there is nobody, there is room to write what became
    of each of them, and their names are not given away.
    """
    required, guardian = facts.required(), facts.guardian or Guardian()
    basis = guardian.basis if required.obstacle is None else None
    document = guardian.document
    kind = DOCUMENT_TYPE_NAMES[document.type]
    places = (standing_of(one.relation, is_minor=facts.is_minor) for one in unsaid_of(facts, kin))
    unsaid = Counter(one for one in places if one is not None)
    return GuardianPart(
        name=guardian.name,
        relation=guardian.relation,
        document=f"{kind} {masked(document.number)}" if document.number else "",
        phone=format_phone(guardian.phone),
        basis=basis,
        proof="；".join(one for one in (guardian.deed, guardian.proof) if one),
        standing=guardian.standing,
        passed_over=passed_over_words(guardian.passed_over, unsaid),
        consent_of=guardian.consent_of,
        has_order=basis is None or (basis in BY_ORDER and not (facts.is_minor and basis is GuardianBasis.PARENTS)),
        is_minor=facts.is_minor if facts.band is not None else None,
        carer=facts.carer.name if facts.carer is not None else "",
        capacity=required.capacity,
        ground=facts.ground or (required.ground if required.ground is not Incapacity.OTHER else None),
        signed_by=required.signed_by,
        is_child=facts.band in (None, AgeBand.UNDER_EIGHT, AgeBand.EIGHT_TO_THIRTEEN),
        county_check=Need.COUNTY_CHECK in required.needs if basis is not None else None,
    )


def compatriot_part(document: Document, categories: Iterable[CategoryHeld]) -> CompatriotPart | None:
    """Whom the form takes for a compatriot (台港澳同胞): by the document shown, or by the household's category."""
    kinds = {
        DocumentType.RESIDENCE_PERMIT: CompatriotDocument.PERMIT,
        DocumentType.TAIWAN_PASS: CompatriotDocument.TRAVEL_PASS,
        DocumentType.HONG_KONG_MACAO_PASS: CompatriotDocument.TRAVEL_PASS,
    }
    origins = {"830000": Origin.TAIWAN, "810000": Origin.HONG_KONG, "820000": Origin.MACAO}
    if document.type is DocumentType.TAIWAN_PASS:
        origin: Origin | None = Origin.TAIWAN
    elif document.type is DocumentType.HONG_KONG_MACAO_PASS:
        origin = {"H": Origin.HONG_KONG, "M": Origin.MACAO}.get(document.number[:1].upper())
    elif document.type is DocumentType.RESIDENCE_PERMIT:
        origin = origins.get(document.number[:6])
    elif any(one.category is Category.COMPATRIOT and not one.ended for one in categories):
        return CompatriotPart()
    else:
        return None
    return CompatriotPart(origin, kinds[document.type])
