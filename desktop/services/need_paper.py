"""The registration of a household's needs on paper (慈善帮扶需求登记表), filled from what visits found."""

from __future__ import annotations

from desktop.documents.need_registration import NeedAsked, NeedRegistrationContent, need_registration
from desktop.domain.errors import UserFacingError
from desktop.domain.needs import NeedCode, Urgency
from desktop.services import matching, people, visits
from desktop.services.application import Application
from desktop.services.minors_gate import require_open
from desktop.services.paper import office_of
from desktop.services.permission import Capability, require
from desktop.services.record_paper import RecordPaper, drawn_number, number_of, set_paper
from desktop.services.shown_records import shown_parts

_MOST_PROJECTS = 3
"""More hints than that are no help on paper."""


def need_paper_for(application: Application, household_id: str, *, large_type: bool = False) -> RecordPaper:
    """The registration of the needs that are open; each printing is a new one with its own number.

    Raises:
        UserFacingError: ``need.none-open``; ``need.no-visit`` where none was recorded; ``minors.closed`` where a child
            heads the household; ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    page = people.household_page(application, household_id)
    needs = matching.open_needs_of(application, page.household)
    if not needs:
        raise UserFacingError("need.none-open")
    visit = visits.last_visit(application, page.household)
    if visit is None:
        raise UserFacingError("need.no-visit")
    head = next((one for one in page.members if one.name.name == page.head_name), None) or page.members[0]
    require_open(application, head.resident, "print")
    form = "need-registration"
    print_id, number = drawn_number(application, form, "XQ", page.household, page.household)
    content = NeedRegistrationContent(
        print_id=print_id,
        sheet_number=number,
        handler=office_of(application),
        household_number=page.number,
        applicant=head.name.name,
        address=people.place_with_address(page),
        visit_number=number_of("ZF", visit.visit.day, visit.id),
        visit_day=visit.visit.day,
        needs=tuple(
            NeedAsked(
                one.code,
                Urgency(one.urgency) if one.urgency else Urgency.ORDINARY,
                one.words,
                _projects(application, head.resident, one.code),
            )
            for one in needs
        ),
        asked_elsewhere=visit.visit.charity_help,
        worker=application.worker.name,
        day=application.today(),
        large_type=large_type,
    )
    parts = shown_parts(application, form, print_id, page.household, page.household)
    made = set_paper(application, need_registration, content, form, parts=parts)
    return RecordPaper(made, page.household, page.household)


def _projects(application: Application, resident: str, code: NeedCode) -> tuple[str, ...]:
    """What of the directory may fit this need, with why; a hint, which a person judges (PIPL art. 24)."""
    found = []
    for match in matching.matches_for(application, resident, (code,)):
        if match.fits:
            project = f"“{match.project.name}”" if match.project else ""
            until = match.organisation.agreement_until
            agreement = f"，接收协议到{until:%Y年}{until.month}月{until.day}日" if until else ""
            found.append(f"{match.organisation.name}{project}（对得上这项需求{agreement}）")
    return tuple(found[:_MOST_PROJECTS])
