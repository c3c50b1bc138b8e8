"""Binding a blank form that came back (空白表绑定): from then on it is a person's sheet like any other."""

from __future__ import annotations

from datetime import date

from desktop.domain.blanks import GUARDIANS_FORM, BlankState
from desktop.domain.consent import Ask, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.sheet_signing import needs_guardians_form
from desktop.domain.typed import format_date
from desktop.services import consent, consent_signing, directory
from desktop.services.application import Application, Done
from desktop.services.blank_numbers import Blank, read_blank, write_step
from desktop.services.consent import NewSheet, OnBlank
from desktop.services.permission import Capability, require
from desktop.storage import queries
from desktop.storage.journal import Action


def bind_blank(application: Application, blank_id: str, sheet: NewSheet, *, signed_on: date | None = None) -> Done[str]:
    """Bind a number to the person who signed it; answers the id of the sheet, which is the blank's own.

    ``signed_on`` is the day on the paper (None: today), on which the person's word was said: by it the signer's age
    and how long the consent holds are reckoned, and whether a no came after it.

    ``sheet`` says what stands on the paper: whom it names and what was asked of the person; what was struck by hand
    was not asked. The sheet is drafted and printed by it; what was ticked and who signed is recorded as of every
    sheet (``consent.record_signed``). A number is bound once.

    Raises:
        UserFacingError: as ``blank_numbers.write_step`` and ``consent.draft_sheet``; ``blank.not-on-paper`` where more
            is asked than the form can say, ``blank.signed-day`` (``printed``) for a day before the printing or to
            come, ``blank.other-form`` where the record says that a guardian has to sign
            and the form is the person's own.
    """
    require(application, Capability.TAKE_CONSENT)
    names = directory.worker_names(application)

    def write(action: Action) -> str:
        blank = write_step(application, action, blank_id, BlankState.BOUND, {})
        if queries.one(action.connection, blank.id) is not None:  # its sheet came by the feed before its number did
            raise UserFacingError("blank.bound", number=blank.text)
        _check_asks(blank, sheet.asks)
        day = signed_on or application.today()
        if not blank.stock.printed <= day <= application.today():
            raise UserFacingError("blank.signed-day", number=blank.text, printed=format_date(blank.stock.printed))
        on = OnBlank(blank.id, blank.text, _sheet_form(application, action, blank, sheet, day), day)
        sheet_id = consent.draft(application, action, sheet, names, on)
        fields = {
            "print": blank.id,
            "form_version": blank.stock.version,
            "form_hash": blank.stock.hash_of(blank.number),
            **({"wording": blank.stock.wording} if blank.stock.wording else {}),
        }
        body = {"from": SheetState.DRAFTED.value, "to": SheetState.PRINTED.value, "fields": fields}
        action.add("sheet.moved", sheet_id, body)
        return sheet_id

    return application.act(write)


def bound_to(application: Application, blank_id: str) -> str:
    """The name of whom a number is bound to; "" where it is bound to nobody, or to somebody who was erased."""
    return application.read(
        lambda connection: (
            consent.read_sheet(connection, blank_id).name if queries.one(connection, blank_id) is not None else ""
        )
    )


def blank_of(application: Application, blank_id: str) -> Blank:
    """A number as it stands; raises UserFacingError ``blank.unknown``."""
    found = application.read(lambda connection: read_blank(connection, blank_id))
    if found is None:
        raise UserFacingError("blank.unknown")
    return found


def check_may_print(application: Application, sheet_id: str) -> None:
    """A number has one paper: a sheet that was a blank form is not printed again.

    Raises UserFacingError ``blank.no-reprint`` (``number``).
    """
    number = application.read(lambda connection: consent.read_sheet(connection, sheet_id)).fields.get("blank")
    if number:
        raise UserFacingError("blank.no-reprint", number=number)


def _check_asks(blank: Blank, asks: tuple[Ask, ...]) -> None:
    """What stands on the paper may be struck by hand, and what is added is written into the empty rows."""
    printed = {(ask.recipient, ask.purpose): set(ask.classes) for ask in blank.stock.asks}
    named = [(ask.recipient, ask.purpose) for ask in asks]
    added = [one for one in named if one not in printed]
    too_much = any(not set(ask.classes) <= printed.get((ask.recipient, ask.purpose), set(ask.classes)) for ask in asks)
    if too_much or len(added) > blank.stock.by_hand or len(set(named)) < len(named):
        raise UserFacingError("blank.not-on-paper", number=blank.text)


def _sheet_form(application: Application, action: Action, blank: Blank, sheet: NewSheet, day: date) -> str:
    """The form as sheets name it: the guardian's, or the person's own, which the compatriots' is too."""
    if blank.stock.form == GUARDIANS_FORM:
        return consent_signing.GUARDIANS_FORM
    facts = consent_signing.drafted_facts(application, action, sheet.resident, sheet.signing, day)
    if needs_guardians_form(facts):
        raise UserFacingError("blank.other-form", number=blank.text)
    return consent_signing.OWN_FORM
