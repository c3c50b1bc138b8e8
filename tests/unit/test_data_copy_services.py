"""The copy of what is held of a person, its clocks, and that nothing is forgotten in either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Membership
from desktop.domain.prints import Came
from desktop.domain.retention import SCHEDULE
from desktop.domain.retention_clocks import CLASS_OF_KIND, ClockState, HeldClass
from desktop.domain.rights import (
    Asker,
    RightKind,
    RightsState,
)
from desktop.domain.visits import MemberFinding, Respondent, Spending
from desktop.domain.wishes import NewWish, WishAge, WishGroup, WishKind
from desktop.services import (
    consent,
    data_copy,
    households,
    leaving,
    lost,
    paper,
    people,
    publicity,
    retention_clocks,
    rights,
    visits,
    wishes,
)
from desktop.services.application import Application
from desktop.services.rights import Answer
from tests.casework import (
    NUMBER,
    PHONE,
    new_sheet,
    recorded_household,
    release_by_county,
    submitted_referral,
    visit,
)
from tests.county_issued import SHANGBU, issue_everything, issue_roster
from tests.documents.pdf_reading import poppler_text, without_spaces
from tests.publicity import script_read, signed_publicity
from tests.screen_signatures import allow, signed_on_screen
from tests.unit.test_rights_services import taken
from tests.vaults import COUNTY_SIGNING_KEY, made_vault

WIFE = "林㛃"


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with made_vault(tmp_path) as made:
        issue_everything(made)
        yield made


def new_wish(resident: str, visit: str) -> NewWish:
    """A wish of somebody old."""
    return NewWish(
        resident=resident,
        public_name="老王",
        group=WishGroup.OLD,
        age=WishAge.TO_SEVENTY_NINE,
        kind=WishKind.GOODS,
        words="想要一台能听戏的收音机",
        budget=20000,
        by=date(2099, 2, 5),
        visit=visit,
        public_agreed=True,
    )


def print_copy(application: Application, request: str) -> paper.Paper:
    """The copy, printed and noted."""
    made = data_copy.data_copy_for(application, request)
    household = rights.request(application, request).fields.household
    paper.record_print(application, made, of=request, household=household, came=Came(copies=1))
    return made


def test_the_copy_has_all_of_the_person_and_nothing_of_the_others(application: Application) -> None:
    """Own data with source, whom it was given to and how long it is kept; of the wife neither name nor illness."""
    resident, referral = submitted_referral(application)
    page = people.household_page(application, people.resident_view(application, resident).membership.household)
    wife = next(one.resident for one in page.members if one.resident != resident)
    release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
    findings = (
        MemberFinding(resident, illness="高血压", self_care_asked=True),
        MemberFinding(wife, illness="乙肝", note="妻子的事"),
    )
    own, hers = Respondent("𠮷建国", "", resident), Respondent(WIFE, "", wife)
    visits.record_visit(application, visit(page.household, application.today(), members=findings, respondent=own))
    her_words = visit(page.household, application.today(), own_words="这是她自己说的", respondent=hers)
    visits.record_visit(application, her_words)
    one = taken(application, resident, RightKind.COPY)
    with pytest.raises(UserFacingError, match=r"rights\.copy-not-printed"):
        rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED))
    made = print_copy(application, one)
    text = without_spaces(poppler_text(made.pdf))
    for expected in (
        "个人信息副本",
        "𠮷建国",
        NUMBER,
        PHONE.replace("-", ""),
        "肢体",
        "高血压",
        "想要一台轮椅",
        "福建省慈善总会",
        "个人信息保护法第四十五条",
        "法定职责",
        "不少于五年",
        "保存多久",
        "林晓梅登记",
        made.digest[:8],
    ):
        assert without_spaces(expected) in text, expected
    for absent in (WIFE, "乙肝", "妻子的事", "这是她自己说的"):
        assert absent not in text, absent
    rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED))
    assert rights.request(application, one).state is RightsState.ANSWERED


def test_the_copy_of_who_has_left_does_not_tell_where_the_family_lives_now(application: Application) -> None:
    """Neither address nor aid nor what was heard there since, whatever is corrected of the membership afterwards."""
    made = recorded_household(application)
    wife = made.residents[1]
    visits.record_visit(application, visit(made.household, application.today(), spending=Spending(medical=1_234_500)))
    gone = Membership(made.household, "12", lives_together=False, left=True)
    households.change_resident(application, wife, {"membership": gone})
    day = application.today()
    started = application.clock
    application.clock = lambda: started() + timedelta(days=3)
    households.change_resident(application, wife, {"membership": replace(gone, relation="99")})
    households.change_household(application, made.household, {"address": Address(SHANGBU, "新搬到的99号")})
    later = visit(made.household, application.today(), spending=Spending(medical=6_543_200))
    visits.record_visit(application, later)
    assert application.read(lambda connection: leaving.left_on(connection, wife)) == day
    text = without_spaces(poppler_text(print_copy(application, taken(application, wife, RightKind.COPY)).pdf))
    assert "12,345" in text
    for absent in ("99号", "上㘵", "最低生活保障", "低保", "65,432", "正在享受救助"):
        assert absent not in text, absent
    (clock,) = (one for one in retention_clocks.clocks(application, wife) if one.held is HeldClass.VISIT)
    assert clock.count == 1


def test_wishes_publicity_withdrawals_and_signatures_are_in_the_copy(application: Application) -> None:
    """What came later than the copy was thought out is the person's own as well."""
    made = recorded_household(application)
    person = made.residents[0]
    visited = visits.record_visit(application, visit(made.household, application.today())).value.visit
    wishes.register_wish(application, new_wish(person, visited))
    sheet = consent.draft_sheet(application, new_sheet(person)).value
    allow(application)
    signed_on_screen(application, sheet)
    issue_roster(application)
    agreed = signed_publicity(application, person)
    publicity.withdraw_publicity(application, agreed)
    text = without_spaces(poppler_text(print_copy(application, taken(application, person, RightKind.COPY)).pdf))
    for expected in (
        "听戏的收音机",
        "同意：事迹文字、化名、网站",
        "不同意：展板",
        "宣传：事迹文字、化名、网站",
        "屏幕上的签名",
        f"用闽北话念，讲解词 {script_read().words}，{len(script_read().items)} 条",
        publicity.publicities_of(application, person)[0].number,
    ):
        assert without_spaces(expected) in text, expected


def test_every_kind_that_is_kept_of_a_person_is_told_to_them() -> None:
    """In the clocks, in the copy and in the letter after a loss; an import's protocol is about nobody."""
    kept = set(SCHEDULE) - {"import"}
    assert set(CLASS_OF_KIND) == kept
    assert kept == data_copy.COPIED
    # Of these two the letter names the groups one by one.
    assert kept - {"resident", "household"} == lost.TOLD


def test_a_copy_is_made_for_no_other_request_and_not_once_it_was_taken_back(application: Application) -> None:
    """What goes into somebody's hand goes by a request that stands and asks for it."""
    person = recorded_household(application).residents[0]
    other = taken(application, person, RightKind.EXPLAIN)
    gone = taken(application, person, RightKind.COPY)
    rights.withdraw_request(application, gone)
    for one in (other, gone):
        with pytest.raises(UserFacingError, match=r"rights\.no-copy"):
            data_copy.data_copy_for(application, one)


def test_the_persons_clocks_name_their_ground(application: Application) -> None:
    """As the person's view shows them: locked while aid is given, visits until their day."""
    made = recorded_household(application)
    visits.record_visit(application, visit(made.household, application.today()))
    shown = {one.held: one for one in retention_clocks.clocks(application, made.residents[0])}
    assert shown[HeldClass.PERSON].state is ClockState.LOCKED
    assert shown[HeldClass.VISIT].until == application.today().replace(year=application.today().year + 5)
    assert all(one.ground for one in shown.values())


def test_somebody_else_gets_the_copy_only_with_what_art_49_or_an_authority_asks(application: Application) -> None:
    """The check stands before the paper, whatever a record from elsewhere says."""
    person = recorded_household(application).residents[0]
    one = rights.request(application, taken(application, person, RightKind.COPY))
    assert data_copy.may_hand_over(one)
    without = replace(one.fields, asker=Asker.AUTHORISED, asker_name="林某", proof="")
    assert not data_copy.may_hand_over(replace(one, fields=without))
