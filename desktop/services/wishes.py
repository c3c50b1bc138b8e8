"""Wishes (微心愿): registering one, taking it back, and its card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.documents.wish_card import WishCardContent, wish_card
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.publicity import may_not_be_shown
from desktop.domain.signing import ADULT
from desktop.domain.typed import format_money
from desktop.domain.wishes import OF_CHILDREN, NewWish, WishGroup, WishState, card_problem, shape_problem
from desktop.services import people, visits
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.paper import office_of
from desktop.services.permission import Capability, require
from desktop.services.record_paper import RecordPaper, number_of, set_paper
from desktop.storage import queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish as the pages show it."""

    id: str
    number: str
    state: WishState
    household: str
    wish: NewWish


def register_wish(application: Application, wish: NewWish) -> Done[str]:
    """Register a wish with a number of its own; answers its id.

    Raises:
        UserFacingError: ``wish.refused`` with ``problem``: ``wish.`` and a reason of ``wishes.shape_problem`` or of
            ``card_problem``, ``unattended-child`` (nobody posts those) or ``past`` (a day gone by); ``wish.no-visit``
            where the visit is none of this household's; ``record.unknown``.
    """
    require(application, Capability.VISIT)
    person = people.resident_view(application, wish.resident)
    page = people.household_page(application, person.membership.household, opened=False)
    problem = _problem(application, page, person, wish)
    if problem:
        raise UserFacingError("wish.refused", problem=f"wish.{problem}")
    if all(one.id != wish.visit for one in visits.visits_of(application, page.household)):
        raise UserFacingError("wish.no-visit")

    def write(action: Action) -> str:
        wish_id = new_id()
        fields = {
            **to_plain(wish),
            "household": page.household,
            "number": number_of("XY", application.today(), wish_id),
            "worker_name": application.worker.name,
        }
        action.add("wish.moved", wish_id, {"from": None, "to": WishState.OPEN.value, "fields": fields})
        return wish_id

    return application.act(write)


def _problem(application: Application, page: people.HouseholdPage, person: people.ResidentView, wish: NewWish) -> str:
    day = application.today()
    shape = shape_problem(wish.public_name, wish.words, budget=wish.budget, agreed=wish.public_agreed)
    if shape:
        return shape
    if wish.by <= day:
        return "past"
    shown = may_not_be_shown(people.categories_now(page, day), is_minor=_may_be_minor(person, wish))
    if shown:
        return shown
    return card_problem(
        (wish.public_name, wish.words),
        tuple(_names(page)),
        (page.place, page.address),
        tuple(_schools(application, page.household)),
        is_child=(person.age is not None and person.age < ADULT) or _is_childs(wish),
    )


def _may_be_minor(person: people.ResidentView, wish: NewWish) -> bool:
    """Whoever is not known to be grown up is taken for a child, and so is whoever the card calls one."""
    return person.age is None or person.age < ADULT or _is_childs(wish)


def _is_childs(wish: NewWish) -> bool:
    return wish.age in OF_CHILDREN or wish.group is WishGroup.CHILD


def _names(page: people.HouseholdPage) -> Iterator[str]:
    """Every name in the household: a card must not tell of a brother either."""
    for member in page.members:
        yield from (one for one in (member.name.name, member.name.original, member.name.former) if one)
        for other in (member.guardian, member.carer):
            if other is not None and other.name:
                yield other.name


def _schools(application: Application, household: str) -> Iterator[str]:
    for fact in visits.visits_of(application, household):
        yield from (one.work_or_school for one in fact.visit.members if one.work_or_school)


def drop_wish(application: Application, wish_id: str, reason: str) -> Done[None]:
    """The wish is not sought any more: taken back, met elsewhere. Its card is to be taken down."""
    require(application, Capability.SETTLE_NEED)

    def write(action: Action) -> None:
        row = queries.one(action.connection, wish_id)
        if row is None or row.kind != "wish":
            raise UserFacingError("record.unknown")
        body = {"from": row.status, "to": WishState.DROPPED.value, "reason": reason}
        action.add("wish.moved", row.id, body)

    return application.act(write)


def wishes_of(application: Application, household_id: str) -> tuple[WishView, ...]:
    """A household's wishes, newest first."""
    rows = application.read(lambda connection: queries.of_kind(connection, "wish", household=household_id))
    return tuple(_view(row) for row in rows)


def wish_paper_for(application: Application, wish_id: str, *, large_type: bool = False) -> RecordPaper:
    """The card of a wish and its stub.

    What the household holds may have become known after the wish was registered, so it is asked again.

    Raises:
        UserFacingError: ``wish.dropped``; ``wish.not-shown`` with ``problem`` for a child whom nobody looks after;
            ``record.unknown``; ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    row = application.read(lambda connection: queries.one(connection, wish_id))
    if row is None or row.kind != "wish":
        raise UserFacingError("record.unknown")
    view = _view(row)
    if view.state is WishState.DROPPED:
        raise UserFacingError("wish.dropped")
    wish, office = view.wish, office_of(application)
    person = people.resident_view(application, wish.resident)
    page = people.household_page(application, person.membership.household, opened=False)
    held = people.categories_now(page, application.today())
    shown = may_not_be_shown(held, is_minor=_may_be_minor(person, wish))
    if shown:
        raise UserFacingError("wish.not-shown", problem=f"wish.{shown}")
    visit = visits.visit_fact(application, wish.visit)
    content = WishCardContent(
        print_id=f"{view.id[:24]}-card",
        sheet_number=view.number,
        public_name=wish.public_name,
        group=wish.group,
        age=wish.age,
        kind=wish.kind,
        words=wish.words,
        budget=format_money(wish.budget),
        by=wish.by,
        delivery=wish.delivery,
        visit_number=number_of("ZF", visit.visit.day, visit.id),
        public_agreed=wish.public_agreed,
        station=office.name,
        station_phone=office.phone,
        large_type=large_type,
    )
    return RecordPaper(
        set_paper(application, wish_card, content, "wish-card", household=view.household), view.id, view.household
    )


def _view(row: queries.RecordRow) -> WishView:
    fields = row.state["fields"]
    return WishView(
        row.id, fields["number"], WishState(row.status or ""), row.household or "", from_stored(NewWish, fields)
    )
