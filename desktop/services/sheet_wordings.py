"""A consent sheet that was drafted in one wording while another has come into force, and taking the newer one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from desktop.documents.form_content import FormResident
from desktop.domain.consent import NewSheet, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored
from desktop.domain.wordings import Changes
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.consent import draft
from desktop.services.consent_records import read_sheet
from desktop.services.paper import consent_content, content_of_sheet
from desktop.services.permission import Capability, require
from desktop.services.wordings import Newer, Unfit, newer_than, read_in_force, sheet_wording, wording_for
from desktop.storage.journal import Action

RENEWED = "换用新版文本，重新拟"
"""Why the sheet that was drafted in the older wording is void."""


@dataclass(frozen=True, slots=True)
class AtPrinting:
    """What is to be said of a sheet's wording before it is printed; both None where there is nothing."""

    newer: Newer | None
    unfit: Unfit | None


def at_printing(application: Application, sheet: NewSheet, resident: FormResident, sheet_id: str) -> AtPrinting:
    """For a sheet that was drafted (``sheet_id``) or, where that is "", for one that is being put together."""
    if sheet_id:
        drafted = application.read(lambda connection: read_sheet(connection, sheet_id))
        form = content_of_sheet(application, drafted).form
        return AtPrinting(newer_wording(application, sheet_id), wording_for(application, form).unfit)
    workers = (application.worker.name, sheet.second_worker)
    form = consent_content(application, sheet, resident, workers).form
    return AtPrinting(None, wording_for(application, form).unfit)


def newer_wording(application: Application, sheet_id: str) -> Newer | None:
    """The wording in force where a sheet that is not printed yet was drafted in another; None where there is none."""
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    if sheet.state is not SheetState.DRAFTED:
        return None
    form, on = content_of_sheet(application, sheet).form, application.today()

    def read(connection: Connection) -> Newer | None:
        try:
            own = sheet_wording(connection, sheet.fields, form, on).wording
        except UserFacingError:  # not here, or a newer program cannot use it: what it said otherwise is not known
            now = read_in_force(connection, form, on).wording
            return Newer("", now.version, Changes((), ()), is_own_usable=False)
        return newer_than(connection, own, on)

    return application.read(read)


def take_newer_wording(application: Application, sheet_id: str) -> Done[str]:
    """Draft a sheet anew, word for word as it was chosen, in the wording in force; answers the new one's id.

    The old one is void and its number stays accounted for, as when something else of a drafted sheet changes.

    Raises:
        UserFacingError: ``action.refused`` where it is printed by now; as ``consent.draft_sheet``.
    """
    require(application, Capability.TAKE_CONSENT)
    names = directory.worker_names(application)

    def write(action: Action) -> str:
        sheet = read_sheet(action.connection, sheet_id)
        if sheet.state is not SheetState.DRAFTED:
            raise UserFacingError("action.refused", reason="no-such-step")
        body = {"from": sheet.state.value, "to": SheetState.VOID.value, "reason": RENEWED}
        action.add("sheet.moved", sheet_id, body)
        # Whom no roster knows stands in the sheet by name alone.
        as_chosen = replace(from_stored(NewSheet, sheet.fields), second_worker=sheet.second_worker or sheet.second_name)
        return draft(application, action, as_chosen, names)

    return application.act(write)
