"""The confirmation of somebody's standing in social assistance (救助身份确认单), for the person's own hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from desktop.documents.identity_confirmation import CategoryRow, IdentityConfirmationContent, identity_confirmation
from desktop.domain.aid import CATEGORY_NAMES, Category
from desktop.domain.errors import UserFacingError
from desktop.domain.households import categories_of_member
from desktop.services import people
from desktop.services.application import Application
from desktop.services.finished_paper import Paper, finished
from desktop.services.minors_gate import require_open
from desktop.services.paper import form_resident, office_of
from desktop.services.permission import Capability, require
from desktop.services.record_paper import drawn_number
from desktop.services.wordings import wording_for

VALID_DAYS = 90
"""How long a confirmation holds where no category ends before."""

_CONFIRMED = frozenset(
    {
        Category.SUBSISTENCE,
        Category.DESTITUTE,
        Category.MARGIN,
        Category.HARD_EXPENDITURE,
        Category.ORPHAN,
        Category.UNATTENDED_CHILD,
        Category.COMPATRIOT,
    }
)
"""Those for whom charities may do without a second inquiry (``reference.md`` C15)."""


@dataclass(frozen=True, slots=True)
class IdentityPaper:
    """The paper, and whose it is."""

    paper: Paper
    resident: str
    household: str


def identity_paper_for(application: Application, resident_id: str, *, large_type: bool = False) -> IdentityPaper:
    """The confirmation for one member; each printing is a new one with its own number.

    Raises:
        UserFacingError: ``identity.no-category`` where the record has none in force; ``identity.has-left``;
            ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    day = application.today()
    require_open(application, resident_id, "print")
    person = people.resident_view(application, resident_id)
    if person.membership.left:
        raise UserFacingError("identity.has-left", name=person.name.name)
    page = people.household_page(application, person.membership.household, opened=False)
    own = categories_of_member(page.categories, person.signing.band, day)
    held = [one for one in own if one.category in _CONFIRMED]
    if not held:
        raise UserFacingError("identity.no-category", name=person.name.name)
    office = office_of(application)
    form = "identity-confirmation"
    print_id, number = drawn_number(application, form, "QR", page.household, resident_id)
    content = IdentityConfirmationContent(
        print_id=print_id,
        sheet_number=number,
        handler=office,
        resident=form_resident(application, resident_id),
        categories=tuple(CategoryRow(CATEGORY_NAMES[one.category], one.since, one.until) for one in held),
        worker=application.worker.name,
        day=day,
        valid_until=min([day + timedelta(days=VALID_DAYS), *(one.until for one in held if one.until)]),
        large_type=large_type,
    )
    choice = wording_for(application, form)
    made = finished(application, identity_confirmation, content, choice)
    return IdentityPaper(made, resident_id, page.household)
