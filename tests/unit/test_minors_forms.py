"""Forms and a child whose data is closed: not printed without an approval, and never in the way of a right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.households import (
    Address,
    Birth,
    CategoryHeld,
    Document,
    Guardian,
    Name,
    NewHousehold,
    NewResident,
)
from desktop.domain.identity import DocumentType
from desktop.domain.publicity import Channel, Material, Naming, PublicityAsk
from desktop.domain.rights import Asker, IdentityCheck, NewRequest, RequestWay, RightKind, RightsState
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.signing import GuardianBasis, SignedBy
from desktop.domain.visits import MemberFinding
from desktop.domain.wishes import NewWish, WishAge, WishGroup, WishKind
from desktop.services import (
    consent,
    data_copy,
    households,
    need_paper,
    publicity,
    publicity_paper,
    rights,
    rights_paper,
    screen_signing,
    signatures,
    timeline,
    visits,
    wishes,
)
from desktop.services.application import Application
from desktop.services.rights import Answer
from desktop.services.signatures import Verified
from desktop.services.withdrawal_paper import withdrawal_paper_for
from tests.casework import approve_minors, new_sheet, visit
from tests.county_issued import SHANGBU, issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.screen_signatures import allow, answers_of, captured, hand
from tests.vaults import closed_vault, enrolment, opened

NUMBER = "350703201503070018"
MOTHER = Guardian("吴㛃华", "母亲", basis=GuardianBasis.PARENTS, proof="户口簿")
ASK = PublicityAsk((Material.STORY, Material.ALIAS), (Channel.WEBSITE,), "建阳区民政局", Naming.ALIAS)


class Clock:
    """The laptop's clock, set by the test."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def laptop(tmp_path: Path, clock: Clock) -> Iterator[Application]:
    """A caseworker's vault with the county's directory."""
    with opened(closed_vault(tmp_path), clock=clock) as application:
        application.enrol(enrolment(application.identity.vault))
        issue_everything(application)
        yield application


def child_alone(application: Application, *categories: CategoryHeld) -> households.NewIds:
    """A boy of eleven who heads a household; his mother works far away."""
    child = NewResident(
        Name("吉小海"), Document(DocumentType.RESIDENT_ID, NUMBER), Birth(date(2015, 3, 7)), guardian=MOTHER
    )
    new = NewHousehold(Address(SHANGBU, "12号"), (child,), categories=categories)
    return households.add_household(application, new).value


def is_closed(act: Callable[[], object]) -> bool:
    try:
        act()
    except UserFacingError as error:
        if error.code != "minors.closed":
            raise
        return True
    return False


def the_wish(application: Application, ids: households.NewIds, **changes: object) -> NewWish:
    found = MemberFinding(ids.residents[0], work_or_school="读莒口中心小学")
    made = visits.record_visit(application, visit(ids.household, date(2026, 11, 20), members=(found,))).value.visit
    wish = NewWish(
        resident=ids.residents[0],
        public_name="小帆",
        group=WishGroup.CHILD,
        age=WishAge.TO_THIRTEEN,
        kind=WishKind.GOODS,
        words="想要一个书包",
        budget=20000,
        by=date(2027, 2, 5),
        visit=made,
        public_agreed=True,
    )
    return replace(wish, **changes)  # type: ignore[arg-type]


def test_a_childs_needs_are_registered_on_paper_by_an_approval(laptop: Application, clock: Clock) -> None:
    """Where the child heads the household the form is the child's own."""
    ids = child_alone(laptop)
    visits.record_visit(laptop, visit(ids.household, date(2026, 11, 20)))
    clock.now += timedelta(days=1)
    assert is_closed(lambda: need_paper.need_paper_for(laptop, ids.household))
    approve_minors(laptop)
    assert not is_closed(lambda: need_paper.need_paper_for(laptop, ids.household))


def test_a_childs_wish_is_neither_shown_nor_printed_without_an_approval(laptop: Application, clock: Clock) -> None:
    """Its number and state are; whoever wrote it down sees it that day."""
    ids = child_alone(laptop)
    made = wishes.register_wish(laptop, the_wish(laptop, ids)).value
    assert wishes.wishes_of(laptop, ids.household)[0].wish.words == "想要一个书包"
    clock.now += timedelta(days=1)
    (view,) = wishes.wishes_of(laptop, ids.household)
    assert (view.is_closed, view.wish.words, view.wish.public_name) == (True, "", "")
    assert is_closed(lambda: wishes.wish_paper_for(laptop, made))
    assert not any("书包" in one.detail for one in timeline.timeline(laptop, ids.household))
    approve_minors(laptop)
    assert wishes.wishes_of(laptop, ids.household)[0].wish.words == "想要一个书包"
    assert "想要一个书包" in whole_text(wishes.wish_paper_for(laptop, made).paper.pdf)
    assert any("书包" in one.detail for one in timeline.timeline(laptop, ids.household))


def test_a_card_is_held_against_what_is_closed_too(laptop: Application, clock: Clock) -> None:
    """What the worker may not see must not come to stand on a wall because of that."""
    ids = child_alone(laptop)
    wish = the_wish(laptop, ids)
    clock.now += timedelta(days=1)
    for words in ("妈妈吴㛃华回家过年", "在莒口中心小学，想要书包"):
        with pytest.raises(UserFacingError, match=r"wish\.refused"):
            wishes.register_wish(laptop, replace(wish, words=words))


def test_the_publicity_form_of_a_child_is_printed_by_an_approval(laptop: Application, clock: Clock) -> None:
    """Drafting is writing and is not in its way."""
    issue_roster(laptop)
    ids = child_alone(laptop)
    made = publicity.draft_publicity(laptop, ids.residents[0], ASK, "陈晓燕").value
    clock.now += timedelta(days=1)
    assert is_closed(lambda: publicity_paper.publicity_paper_for(laptop, made))
    approve_minors(laptop)
    assert not is_closed(lambda: publicity_paper.publicity_paper_for(laptop, made))


def test_nobody_of_a_household_with_an_unattended_child_is_shown_in_public(laptop: Application) -> None:
    """Not the grandmother either, nor once it has ended: whoever reads of her knows the child (民发〔2019〕62号)."""
    held = CategoryHeld(Category.UNATTENDED_CHILD, "hand", ended=True)
    grandmother = NewResident(Name("吴阿婆"), birth=Birth(date(1950, 1, 1)))
    new = NewHousehold(Address(SHANGBU, "12号"), (grandmother,), categories=(held,))
    ids = households.add_household(laptop, new).value
    with pytest.raises(UserFacingError) as error:
        publicity.draft_publicity(laptop, ids.residents[0], ASK, "何金水")
    assert error.value.values["problem"] == "publicity.unattended-child"
    wish = the_wish(laptop, ids, public_name="阿婆", group=WishGroup.OLD, age=WishAge.TO_SEVENTY_NINE)
    with pytest.raises(UserFacingError) as error:
        wishes.register_wish(laptop, wish)
    assert error.value.values["problem"] == "wish.unattended-child"


def test_what_is_held_of_a_child_is_copied_and_answered_by_an_approval(laptop: Application, clock: Clock) -> None:
    """The request is taken in and answered at any time; its papers show the child."""
    ids = child_alone(laptop)
    clock.now += timedelta(days=1)
    asked = NewRequest(
        resident=ids.residents[0],
        kind=RightKind.ACCESS,
        asker=Asker.GUARDIAN,
        way=RequestWay.WINDOW,
        identity=IdentityCheck.DOCUMENT,
        words="想看看记了孩子什么",
        received=laptop.today(),
        asker_name=MOTHER.name,
        relation="母亲",
        proof="户口簿",
    )
    request = rights.take_request(laptop, asked).value
    assert is_closed(lambda: data_copy.data_copy_for(laptop, request))
    rights.answer_request(laptop, request, Answer(outcome=RightsState.ANSWERED, words="请来看"))
    assert is_closed(lambda: rights_paper.answer_letter_for(laptop, request))
    approve_minors(laptop)
    assert NUMBER in whole_text(data_copy.data_copy_for(laptop, request).pdf)
    assert not is_closed(lambda: rights_paper.answer_letter_for(laptop, request))


def signed_by_both(application: Application, resident: str) -> str:
    """A sheet that the child and the mother signed on the screen."""
    allow(application)
    sheet = consent.draft_sheet(application, new_sheet(resident)).value
    signing = replace(
        consent.signing_known(application, resident),
        signed_by=SignedBy.BOTH,
        guardian_signer=consent.Signer.SCREEN,
        best_interest=True,
        childrens_rules_told=True,
        wards_view="愿意",
    )
    answers = answers_of(application, sheet)
    made = captured(application, sheet, answers, signing)
    screen_signing.sign_on_screen(application, sheet, answers, made, signing=signing)
    return sheet


def test_signatures_are_verified_and_not_shown_without_an_approval(laptop: Application, clock: Clock) -> None:
    """As scans: whoever took them in sees them that day."""
    sheet = signed_by_both(laptop, child_alone(laptop).residents[0])
    assert signatures.signatures_of(laptop, sheet)[0].strokes == hand(0)
    clock.now += timedelta(days=1)
    found = signatures.signatures_of(laptop, sheet)
    assert {(one.verified, one.strokes) for one in found} == {(Verified.RIGHT, None)}
    assert [one.name for one in found if one.role is ScreenRole.GUARDIAN] == [""]
    assert signatures.check_problem(laptop, consent.sheet(laptop, sheet)) == ""
    assert is_closed(lambda: screen_signing.signed_copy(laptop, sheet))
    approve_minors(laptop)
    assert signatures.signatures_of(laptop, sheet)[0].strokes == hand(0)
    copy = screen_signing.signed_copy(laptop, sheet)
    assert copy.enclosed
    assert "吴㛃华" in whole_text(copy.pdf)


def test_a_withdrawal_waits_for_no_approval_and_its_paper_says_less(laptop: Application, clock: Clock) -> None:
    """Number and day of birth are written by hand; with an approval they are printed."""
    resident = child_alone(laptop).residents[0]
    signed_by_both(laptop, resident)
    clock.now += timedelta(days=1)
    grants = tuple(one.id for one in consent.grants(laptop, resident))
    withdrawal = consent.withdraw(laptop, resident, grants, withdrawn_by=SignedBy.GUARDIAN, guardian=MOTHER.name).value
    closed = whole_text(withdrawal_paper_for(laptop, withdrawal.id).pdf)
    assert "吉小海" in closed
    assert NUMBER[-4:] not in closed
    assert "2015年" not in closed
    approve_minors(laptop)
    assert NUMBER[-4:] in whole_text(withdrawal_paper_for(laptop, withdrawal.id).pdf)
