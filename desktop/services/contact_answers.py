"""What the person answered about calls and visits (电话联系、上门探访), for whoever tells it to a recipient."""

from __future__ import annotations

from collections.abc import Collection

from desktop.domain.consent import Purpose, SheetState
from desktop.domain.contact import ContactAnswer, standing_contact
from desktop.services.application import Application
from desktop.services.consent_records import sheets

_SIGNED = (SheetState.SIGNED, SheetState.SCANNED, SheetState.CHECKED)


def contact_today(
    application: Application, resident: str, recipient: str, purpose: Purpose, told_by: Collection[str]
) -> ContactAnswer:
    """Whether this recipient may call and visit, as this laptop knows today.

    ``told_by`` are the ids of the sheets that the recipient is told by: a yes counts on those once they are checked, a
    no on any that is signed.
    """
    signed = sheets(application, states=_SIGNED, resident=resident)
    papers = [(one.state is SheetState.CHECKED and one.id in told_by, one.fields) for one in signed]
    return standing_contact(papers, recipient, purpose.value)
