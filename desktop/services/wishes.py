"""Wishes (微心愿): registering one, taking it back, and its card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop.documents.wish_card import WishCardContent, wish_card
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.posting import Posting, may_be_posted
from desktop.domain.signing import ADULT
from desktop.domain.typed import format_money
from desktop.domain.visits import Visit
from desktop.domain.wishes import OF_CHILDREN, NewWish, WishGroup, WishState, card_problem, shape_problem
from desktop.services import people, visits
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.minors_gate import closed_minors, is_own_of_today, require_open
from desktop.services.paper import office_of
from desktop.services.permission import Capability, require
from desktop.services.posting import categories_ever
from desktop.services.prints import is_large
from desktop.services.record_paper import RecordPaper, number_of, set_paper
from desktop.services.shown_records import shown_parts
from desktop.storage import drafts, queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish as the pages show it. ``is_closed``: a minor's, whose words this worker may not see."""

    id: str
    number: str
    state: WishState
    household: str
    wish: NewWish
    is_closed: bool = False


def register_wish(application: Application, wish: NewWish, *, draft_id: str | None = None) -> Done[str]:
    """Register a wish with a number of its own; answers its id.

    ``draft_id`` is what was typed for it (``drafts``), which goes with this.

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
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return wish_id

    return application.act(write)


def _problem(application: Application, page: people.HouseholdPage, person: people.ResidentView, wish: NewWish) -> str:

    shape = shape_problem(wish.public_name, wish.words, budget=wish.budget, agreed=wish.public_agreed)
    if shape:
        return shape
    if wish.by <= application.today():
        return "past"
    posted = may_be_posted(Posting.PUBLICITY, categories_ever(application, page.household))
    if not posted.allowed:
        return posted.reason
    return card_problem(
        (wish.public_name, wish.words),
        tuple(_names(application, page)),
        (page.place, page.address),
        tuple(_schools(application, page.household)),
        is_child=(person.age is not None and person.age < ADULT) or _is_childs(wish),
    )


def _is_childs(wish: NewWish) -> bool:
    return wish.age in OF_CHILDREN or wish.group is WishGroup.CHILD


def _names(application: Application, page: people.HouseholdPage) -> Iterator[str]:
    """Every name in the household, as recorded: a card must not tell of a brother either."""
    for one in page.members:
        member = people.resident_as_recorded(application, one.resident)
        yield from (name for name in (member.name.name, member.name.original, member.name.former) if name)
        for other in (member.guardian, member.carer):
            if other is not None and other.name:
                yield other.name


def _schools(application: Application, household: str) -> Iterator[str]:
    """As recorded, whoever registers the wish: what a card is held against is not shown."""
    rows = application.read(lambda connection: queries.of_kind(connection, "visit", household=household))
    for row in rows:
        members = from_stored(Visit, row.state["fact"]).members
        yield from (one.work_or_school for one in members if one.work_or_school)


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
    """A household's wishes, newest first; without the words of a minor's that is closed to this worker."""
    rows, closed = application.read(
        lambda connection: (
            queries.of_kind(connection, "wish", household=household_id),
            closed_minors(application, connection, household_id),
        )
    )
    return tuple(_as_seen(application, row, closed) for row in rows)


def _as_seen(application: Application, row: queries.RecordRow, closed: frozenset[str]) -> WishView:
    view, first = _view(row), row.state["history"][0]
    if view.wish.resident not in closed or is_own_of_today(application, first["worker"], first["time"]):
        return view
    return replace(view, wish=replace(view.wish, public_name="", words=""), is_closed=True)


def wish_paper_for(application: Application, wish_id: str, *, large_type: bool | None = None) -> RecordPaper:
    """The card of a wish and its stub.

    What the household holds may have become known after the wish was registered, so it is asked again. ``large_type``
    as for ``prints.is_large``.

    Raises:
        UserFacingError: ``wish.dropped``; ``wish.not-shown`` with ``problem`` where a child whom nobody looks after
            lives there; ``record.unknown``; ``minors.closed`` as a print of any form; ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    row = application.read(lambda connection: queries.one(connection, wish_id))
    if row is None or row.kind != "wish":
        raise UserFacingError("record.unknown")
    view = _view(row)
    if view.state is WishState.DROPPED:
        raise UserFacingError("wish.dropped")
    require_open(application, view.wish.resident, "print")
    wish, office = view.wish, office_of(application)
    posted = may_be_posted(Posting.PUBLICITY, categories_ever(application, view.household))
    if not posted.allowed:
        raise UserFacingError("wish.not-shown", problem=f"wish.{posted.reason}")
    visit = visits.visit_fact(application, wish.visit)
    print_id = f"{view.id[:24]}-card"
    content = WishCardContent(
        print_id=print_id,
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
        large_type=is_large(application, large_type, print_id, view.household),
    )
    form = "wish-card"
    parts = shown_parts(application, form, content.print_id, view.id, view.household)
    made = set_paper(application, wish_card, content, form, household=view.household, parts=parts)
    return RecordPaper(made, view.id, view.household)


def _view(row: queries.RecordRow) -> WishView:
    fields = row.state["fields"]
    return WishView(
        row.id, fields["number"], WishState(row.status or ""), row.household or "", from_stored(NewWish, fields)
    )
