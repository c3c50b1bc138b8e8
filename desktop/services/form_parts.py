"""What several forms say of those who appear on them: the office, a recipient, whom a form takes for a compatriot."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.documents.consent_content import RecipientRow
from desktop.documents.form_content import CompatriotDocument, CompatriotPart, Handler, Origin
from desktop.domain.aid import Category
from desktop.domain.consent import PURPOSE_NAMES, Ask, Purpose
from desktop.domain.households import CategoryHeld, Document
from desktop.domain.identity import DocumentType
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
