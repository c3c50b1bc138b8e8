"""Registering a wish (微心愿), taking it back, and its card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, Purpose
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, CategoryHeld, Name, NewHousehold, NewResident
from desktop.domain.roles import Role
from desktop.domain.wishes import NewWish, WishAge, WishDelivery, WishGroup, WishKind, WishState
from desktop.services import consent, directory, households, timeline, visits, wishes
from desktop.services.application import Application
from desktop.storage import queries
from tests import casework
from tests.county_issued import SHANGBU
from tests.documents.pdf_reading import whole_text
from tests.vaults import made_vault


def recorded(application: Application, *members: NewResident, categories: tuple[CategoryHeld, ...] = ()) -> NewWish:
    """A household in 上㘵村 that was visited, and a wish of its first member."""
    new = NewHousehold(Address(SHANGBU, "大樟树自然村7号"), members, categories=categories)
    ids = households.add_household(application, new).value
    visit = visits.record_visit(application, casework.visit(ids.household, date(2026, 11, 20))).value.visit
    return NewWish(
        resident=ids.residents[0],
        public_name="林奶奶",
        group=WishGroup.OLD,
        age=WishAge.FROM_EIGHTY,
        kind=WishKind.GOODS,
        words="想要一台能听戏的收音机",
        budget=20000,
        by=date(2027, 2, 5),
        visit=visit,
        public_agreed=True,
        delivery=WishDelivery.STATION,
    )


@pytest.fixture
def wish(application: Application) -> NewWish:
    return recorded(application, NewResident(Name("林秀英")), NewResident(Name("林小海"), relation="41"))


def reason(application: Application, wish: NewWish) -> str:
    with pytest.raises(UserFacingError) as caught:
        wishes.register_wish(application, wish)
    return str(caught.value.values.get("problem", caught.value.code))


def test_a_wish_is_a_record_with_a_number_and_its_card_names_nobody(application: Application, wish: NewWish) -> None:
    """The paper has the number, by which whoever takes it up is led to the household."""
    made = wishes.register_wish(application, wish).value
    household = household_of(application, made)
    (view,) = wishes.wishes_of(application, household)
    assert (view.id, view.state, view.wish) == (made, WishState.OPEN, wish)
    card = wishes.wish_paper_for(application, made)
    text = whole_text(card.paper.pdf)
    assert view.number in text
    assert "想要一台能听戏的收音机" in text
    for secret in ("林秀英", "林小海", "上㘵", "大樟树"):
        assert secret not in text
    assert card.paper.pdf == wishes.wish_paper_for(application, made).paper.pdf
    titles = [one.title for one in timeline.timeline(application, household)]
    assert "微心愿：待认领" in titles


def household_of(application: Application, record: str) -> str:
    row = application.read(lambda connection: queries.one(connection, record))
    assert row is not None
    return row.household or ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"public_name": "林秀英"}, "wish.real-name"),
        ({"words": "孙子林小海想要书包"}, "wish.real-name"),
        ({"public_name": "小海", "words": "住在上㘵，想要书包"}, "wish.name-and-place"),
        ({"public_name": "小海", "words": "住在大樟树下，想要书包"}, "wish.name-and-place"),
        ({"words": "上㘵村的孩子，在莒口中心小学读书"}, "wish.place-and-school"),
        ({"group": WishGroup.CHILD, "words": "莒口中心小学，想要书包"}, "wish.child-school"),
        ({"words": "要" * 61}, "wish.words-too-long"),
        ({"words": "电话13955500001"}, "wish.number"),
        ({"public_agreed": False}, "wish.not-agreed"),
        ({"by": date(2020, 1, 1)}, "wish.past"),
        ({"visit": "another"}, "wish.no-visit"),
    ],
)
def test_what_tells_who_it_is_is_refused_and_nothing_is_recorded(
    application: Application, wish: NewWish, changes: dict[str, object], problem: str
) -> None:
    assert reason(application, replace(wish, **changes)) == problem  # type: ignore[arg-type]
    assert application.read(lambda connection: queries.of_kind(connection, "wish")) == []


def test_a_child_whom_nobody_looks_after_is_never_posted(application: Application) -> None:
    """事实无人抚养儿童: no public posting of anybody in the household (``domain.posting``)."""
    held = (CategoryHeld(Category.UNATTENDED_CHILD, "hand"),)
    child = NewResident(Name("林小燕"), birth=Birth(date(2016, 5, 1)))
    wish = recorded(application, child, categories=held)
    assert reason(application, replace(wish, public_name="小燕")) == "wish.unattended-child"


@pytest.mark.parametrize(
    ("born", "changes"),
    [
        (None, {}),
        (date(1980, 5, 1), {"group": WishGroup.CHILD}),
        (date(1980, 5, 1), {"age": WishAge.TO_SEVEN}),
    ],
)
def test_who_may_be_such_a_child_is_not_posted_either(
    application: Application, born: date | None, changes: dict[str, object]
) -> None:
    """Of unknown age, or a child by the card's own word."""
    held = (CategoryHeld(Category.UNATTENDED_CHILD, "hand"),)
    wish = recorded(application, NewResident(Name("林小燕"), birth=Birth(born)), categories=held)
    assert reason(application, replace(wish, public_name="小燕", **changes)) == "wish.unattended-child"  # type: ignore[arg-type]


def test_a_card_is_not_printed_once_it_is_known(application: Application, wish: NewWish) -> None:
    """The wish was registered before the household was known for it."""
    made = wishes.register_wish(application, wish).value
    held = CategoryHeld(Category.UNATTENDED_CHILD, "hand")
    households.change_household(application, household_of(application, made), {"category:unattended-child": held})
    with pytest.raises(UserFacingError, match=r"wish\.not-shown") as caught:
        wishes.wish_paper_for(application, made)
    assert caught.value.values["problem"] == "wish.unattended-child"


def test_a_wish_taken_back_has_no_card_any_more(application: Application, wish: NewWish) -> None:
    made = wishes.register_wish(application, wish).value
    wishes.drop_wish(application, made, "本人不要了")
    (view,) = wishes.wishes_of(application, household_of(application, made))
    assert view.state is WishState.DROPPED
    with pytest.raises(UserFacingError, match=r"wish\.dropped"):
        wishes.wish_paper_for(application, made)


def test_a_reviewer_registers_none(tmp_path: Path, wish: NewWish) -> None:
    """It is drafting, like a visit."""
    with (
        made_vault(tmp_path / "other", role=Role.REVIEWER) as other,
        pytest.raises(UserFacingError, match=r"not-your-role|role"),
    ):
        wishes.register_wish(other, wish)


def test_no_card_lets_data_go_to_anybody(application: Application, wish: NewWish) -> None:
    """A wish is no consent: ``may_disclose`` knows nothing of it."""
    wishes.register_wish(application, wish)
    body = directory.organisations(application)[0].id
    answers = consent.disclosures(application, wish.resident, body, Purpose.ELDERLY, DataClass)
    assert not any(answer.allowed for answer in answers.values())
