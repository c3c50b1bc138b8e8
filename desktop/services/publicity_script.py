"""What is read aloud before a consent to publicity is signed (讲解词): what this very form asks, item by item."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.documents.form_content import chinese_date
from desktop.domain.publicity import CHANNEL_NAMES, MATERIAL_NAMES, SCRIPT
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.consent_signing import name_of
from desktop.services.paper import office_of
from desktop.services.publicity import PublicityView
from desktop.services.reading_script import Script, read_of, script_items
from desktop.services.wordings import wording_for


def publicity_script(application: Application, view: PublicityView) -> Script:
    """The script in force, with what is asked, by whom it would be shown, and until when.

    Raises:
        UserFacingError: ``directory.no-office`` before the county has issued the office's names.
    """
    handler, office = office_of(application), directory.office(application)
    values = {
        "resident_name": application.read(lambda connection: name_of(connection, view.resident)),
        "publisher": view.ask.publisher,
        "valid_until": chinese_date(view.until),
        "handler_phone": handler.phone,
        "reply_working_days": str(office.reply_days if office is not None else 15),
        "complaint_phone": handler.complaint_phone,
        "county_name": handler.county_name,
    }
    own = {
        "materials": (_listed(MATERIAL_NAMES[one] for one in view.ask.materials),),
        "channels": (_listed(CHANNEL_NAMES[one] for one in view.ask.channels),),
    }
    spoken = wording_for(application, SCRIPT).wording
    return Script(script_items(spoken, values, own), read_of(spoken))


def _listed(names: Iterable[str]) -> str:
    return f"要问的：{'；'.join(names)}。"
