"""What a blank consent form says before anybody is known (空白同意书), and a sheet that was one."""

from __future__ import annotations

from desktop.documents.consent_content import BLANK_ROW, ConsentFormContent, GuardianPart
from desktop.documents.form_content import CompatriotPart, FormResident
from desktop.domain.asking import VALID_MONTHS
from desktop.domain.blanks import (
    COMPATRIOTS_FORM,
    GUARDIANS_FORM,
    TRADITIONAL_FORM,
    Stock,
    blank_id,
    blank_number,
    stock_and_number,
)
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.directory import Office
from desktop.services.form_parts import handler_of, recipient_row
from desktop.storage import queries


def content_of_bound(application: Application, sheet_id: str, office: Office) -> ConsentFormContent:
    """A sheet that was a blank form: its paper is that of its number, and says nothing of the person."""
    stock_id, number = stock_and_number(sheet_id) or ("", 0)
    row = application.read(lambda connection: queries.one(connection, stock_id))
    if row is None or row.kind != "stock":
        raise UserFacingError("blank.unknown")
    return content_of_blank(application, row.id, from_stored(Stock, row.state["fact"]), number, office)


def content_of_blank(
    application: Application, stock_id: str, stock: Stock, number: int, office: Office
) -> ConsentFormContent:
    """One number's form, with what is known before anybody signs it."""
    bodies = {one.id: one for one in directory.organisations(application)}
    is_compatriots = stock.form.startswith(COMPATRIOTS_FORM)
    return ConsentFormContent(
        print_id=blank_id(stock_id, number),
        sheet_number=blank_number(stock_id, number),
        handler=handler_of(office),
        resident=FormResident(name="", village_path="", compatriot=CompatriotPart() if is_compatriots else None),
        recipients=(*(recipient_row(bodies[ask.recipient], ask) for ask in stock.asks), *[BLANK_ROW] * stock.by_hand),
        workers=("", ""),
        retention_years=office.retention_years,
        reply_working_days=office.reply_days,
        validity_months=VALID_MONTHS,
        large_type=stock.large_type,
        traditional=stock.form == TRADITIONAL_FORM,
        guardian=GuardianPart() if stock.form == GUARDIANS_FORM else None,
    )
