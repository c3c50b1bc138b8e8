"""What the rights desk shows, gathered from the services in one question."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.retention_clocks import Clock
from desktop.domain.rights import RightKind
from desktop.services import erasing_plan, people, retention_clocks, rights, rights_acts
from desktop.services.application import Application
from desktop.services.erasing_plan import Outlook
from desktop.services.rights import RequestView
from desktop.ui.pages.rights.acts_card import Found


@dataclass(frozen=True)
class Desk:
    """What the list shows: of one person with the clocks of their data, or of everybody."""

    title: str
    members: tuple[tuple[str, str], ...]
    requests: tuple[RequestView, ...]
    clocks: tuple[Clock, ...]
    household: str


def read_desk(application: Application, household: str, resident: str) -> Desk:
    """The requests of a person, of a household's first member, or all; raises UserFacingError("record.unknown")."""
    if resident and not household:
        household = people.resident_view(application, resident).membership.household
    if not household:
        return Desk("", (), rights.requests(application), (), "")
    page = people.household_page(application, household)
    members = tuple((one.resident, one.name.name) for one in page.members)
    who = resident or (members[0][0] if members else "")
    title = next((name for one, name in members if one == who), "")
    found = rights.requests(application, who) if who else ()
    return Desk(title, members, found, retention_clocks.clocks(application, who) if who else (), page.household)


def look_at(application: Application, request: str) -> tuple[RequestView, Found]:
    """A request with what is known of its act; raises UserFacingError("record.unknown")."""
    shown = rights.request(application, request)
    is_here = bool(shown.name)
    if not shown.is_open:
        return shown, Found(is_here=is_here)
    return shown, Found(
        corrected=rights_acts.corrections(application, request),
        restriction=rights_acts.restriction(application, request),
        scans=rights_acts.scans_of(application, request) if shown.fields.kind is RightKind.DELETE else (),
        is_here=is_here,
    )


def outlook_of(application: Application, shown: RequestView, scan: str) -> Outlook:
    """What erasing for this request would come to: one scan, or all that may go."""
    if scan:
        return erasing_plan.scan_outlook(application, scan)
    return erasing_plan.outlook(application, shown.fields.resident)
