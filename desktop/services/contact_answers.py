"""What the person answered about calls and visits (电话联系、上门探访), for whoever tells it to a recipient."""

from __future__ import annotations

from collections.abc import Collection

from desktop.domain.consent import Purpose, SheetState
from desktop.domain.contact import ContactAnswer, standing_contact, told_contact
from desktop.domain.withdrawals import unwanted_said
from desktop.services.application import Application
from desktop.services.consent_records import sheets
from desktop.storage import queries
from desktop.sync.protocol import Release

_SIGNED = (SheetState.SIGNED, SheetState.SCANNED, SheetState.CHECKED)


def contact_today(
    application: Application,
    resident: str,
    recipient: str,
    purpose: Purpose,
    told_by: Collection[str],
    release: Release | None = None,
) -> ContactAnswer:
    """Whether this recipient may call and visit, as this laptop knows today, and as the county's ``release`` says.

    ``told_by`` are the ids of the sheets that the recipient is told by: a yes counts on those once they are checked, a
    no on any that is signed. Of what was released the sheets of the release are among them.
    """
    by = {*told_by, *(release.sheets if release is not None else ())}
    signed = sheets(application, states=_SIGNED, resident=resident)
    papers = [(one.state is SheetState.CHECKED and one.id in by, one.fields) for one in signed]
    said = application.read(lambda connection: queries.of_kind(connection, "withdrawal", resident=resident))
    own = standing_contact(papers, recipient, purpose.value, unwanted_said(row.state for row in said))
    if release is None:
        return own
    released = ContactAnswer(recipient, purpose.value, release.may_call, release.may_visit)
    return told_contact(own, released, is_known={one.id for one in signed} >= set(release.sheets))
