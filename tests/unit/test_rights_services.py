"""The rights desk through its services: hearing, the acts, the answer, the papers, and who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from desktop.domain.consent import GrantState
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Name, NewResident, Phones
from desktop.domain.rights import (
    Asker,
    IdentityCheck,
    NewRequest,
    RefusalReason,
    RequestWay,
    RightKind,
    RightsState,
    due_day,
)
from desktop.domain.roles import Role
from desktop.domain.stops import Stop
from desktop.domain.withdrawals import WithdrawalRequest
from desktop.services import (
    consent,
    data_copy,
    erasing,
    erasing_plan,
    households,
    people,
    publicity,
    rights,
    rights_acts,
    rights_paper,
    scan_intake,
    today,
    vaults,
    visits,
    withdrawals,
)
from desktop.services.application import Application
from desktop.services.erasing_plan import Ground, Plan
from desktop.services.rights import Answer
from desktop.services.today import TodayKind
from desktop.storage.tables import entry
from tests.casework import (
    end_aid,
    recorded_household,
    release_by_county,
    submitted_referral,
    visit,
)
from tests.casework import signed_sheet as signed
from tests.county_issued import issue_everything, issue_roster
from tests.documents.pdf_reading import poppler_text, without_spaces
from tests.publicity import signed_publicity
from tests.unit.test_scan_services import drawn, scanned
from tests.unit.test_scan_services import signed as on_paper
from tests.vaults import COUNTY_SIGNING_KEY, made_vault


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with made_vault(tmp_path) as made:
        issue_everything(made)
        yield made


def new_request(application: Application, resident: str, kind: RightKind, **changes: Any) -> NewRequest:
    """A request of the person, at the window, today."""
    values: dict[str, Any] = {
        "resident": resident,
        "kind": kind,
        "asker": Asker.PERSON,
        "way": RequestWay.WINDOW,
        "identity": IdentityCheck.DOCUMENT,
        "words": "想看看你们记了我什么",
        "received": application.today(),
        **changes,
    }
    return NewRequest(**values)


def taken(application: Application, resident: str, kind: RightKind, **changes: Any) -> str:
    """Taken in; its id."""
    return rights.take_request(application, new_request(application, resident, kind, **changes)).value


def test_a_request_is_due_when_the_county_says_and_stands_on_today(application: Application) -> None:
    """Fifteen working days by the office's own ``reply_days``; overdue it stands at the top with its day."""
    person = recorded_household(application).residents[0]
    arrived = application.today() - timedelta(days=40)
    one = taken(application, person, RightKind.ACCESS, received=arrived, way=RequestWay.WRITTEN)
    found = rights.request(application, one)
    assert (found.fields.days, found.fields.due) == (15, due_day(arrived, 15))
    assert found.days_left is not None
    assert found.days_left < 0
    (item,) = (item for item in today.today(application).items if item.kind is TodayKind.RIGHTS)
    assert (item.record, item.due, item.resident) == (one, found.fields.due, person)
    rights.withdraw_request(application, one, "不看了")
    assert not any(item.kind is TodayKind.RIGHTS for item in today.today(application).items)
    assert rights.request(application, one).state is RightsState.WITHDRAWN
    with pytest.raises(UserFacingError, match=r"rights\.not-open"):
        rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": " "}, "rights.words-missing"),
        ({"words": "字" * 501}, "rights.words-too-long"),
        ({"received": date(2099, 1, 1)}, "rights.in-future"),
        ({"asker": Asker.AUTHORISED, "asker_name": "林某"}, "rights.proof-missing"),
        ({"asker": Asker.NEAR_RELATIVE, "asker_name": "林某", "proof": "户口本"}, "rights.death-unknown"),
    ],
)
def test_what_is_missing_is_asked_for(application: Application, changes: dict[str, Any], code: str) -> None:
    """In words, before anything is written."""
    person = recorded_household(application).residents[0]
    with pytest.raises(UserFacingError, match=code.replace(".", r"\.")):
        taken(application, person, RightKind.ACCESS, **changes)
    assert rights.requests(application) == ()


def test_a_social_worker_hears_and_does_not_answer(tmp_path: Path) -> None:
    """The answer, the copy and the letter are an officer's; hearing is everybody's."""
    with made_vault(tmp_path, role=Role.SOCIAL_WORKER) as application:
        issue_everything(application)
        person = recorded_household(application).residents[0]
        one = taken(application, person, RightKind.COPY)
        for act in (
            lambda: rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED)),
            lambda: data_copy.data_copy_for(application, one),
            lambda: rights_paper.answer_letter_for(application, one),
            lambda: rights_acts.erase_by_request(application, one),
        ):
            with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
                act()


def test_a_correction_is_the_answer_and_none_is_no_answer(application: Application) -> None:
    """What was changed since the request came is named by its groups in the letter."""
    person = recorded_household(application).residents[0]
    one = taken(application, person, RightKind.CORRECT, words="电话错了")
    with pytest.raises(UserFacingError, match=r"rights\.nothing-corrected"):
        rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED))
    assert rights_acts.corrections(application, one) == ()
    application.clock = _later(application)
    households.change_resident(application, person, {"phones": Phones(("13900002222",))})
    changed = rights_acts.corrections(application, one)
    assert changed == ("phones",)
    rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED, corrected=changed))
    text = without_spaces(poppler_text(rights_paper.answer_letter_for(application, one).pdf))
    for expected in ("联系电话", "已全部照办", "网信部门", "人民法院", "0599-5550199", "电话错了", "第四十六条"):
        assert expected in text, expected


def _later(application: Application) -> Any:
    before = application.clock
    return lambda: before() + timedelta(minutes=1)


def test_stopping_is_a_withdrawal_where_consent_is_the_ground(application: Application) -> None:
    """Grants withdrawn, the referral under way recalled; the letter says what a duty still needs."""
    resident, _ = submitted_referral(application)
    one = taken(application, resident, RightKind.RESTRICT, words="不要再给慈善组织了")
    application.clock = _later(application)
    assert rights_acts.restriction(application, one).grants
    with pytest.raises(UserFacingError, match=r"rights\.not-stopped"):
        rights.answer_request(application, one, Answer(outcome=RightsState.IN_PART, reasons=(RefusalReason.DUTY,)))
    done = rights_acts.stop_providing(application, one).value
    assert done.recalled
    assert {grant.state for grant in consent.grants(application, resident)} == {GrantState.WITHDRAWN}
    stopped = rights_acts.restriction(application, one)
    assert (stopped.grants, stopped.withdrawal) == ((), done.numbers)
    (kept,) = withdrawals.withdrawals(application, resident=resident)
    assert (kept.made.number, kept.made.requests) == (done.numbers, (WithdrawalRequest.STOP,))
    assert kept.made.stops == (Stop(),), "what a colleague has not reported yet is stopped as well"
    answer = Answer(outcome=RightsState.IN_PART, reasons=(RefusalReason.DUTY,), withdrawal=done.numbers)
    rights.answer_request(application, one, answer)
    text = without_spaces(poppler_text(rights_paper.answer_letter_for(application, one).pdf))
    for expected in (done.numbers, "已经召回", "不以同意为前提", "第十三条第一款第三项", "部分照办"):
        assert expected in text, expected


def test_stopping_is_never_refused_because_nothing_is_known_here(application: Application) -> None:
    """The paper may lie with a colleague; what the person said counts all the same, once."""
    resident = recorded_household(application).residents[0]
    issue_roster(application)
    one = taken(application, resident, RightKind.RESTRICT, words="不要再给慈善组织了")
    application.clock = _later(application)
    done = rights_acts.stop_providing(application, one).value
    (kept,) = withdrawals.withdrawals(application, resident=resident)
    assert (done.grants, kept.made.stops, kept.made.whole) == (0, (Stop(),), True)
    with pytest.raises(UserFacingError, match=r"consent\.nothing-to-withdraw"):
        rights_acts.stop_providing(application, one)


def test_stopping_takes_publicity_with_it(application: Application) -> None:
    """While a consent to publicity stands nothing is answered as stopped; one withdrawn of two is not all."""
    resident = recorded_household(application).residents[0]
    issue_roster(application)
    first, second, third = (signed_publicity(application, resident) for _ in range(3))
    one = taken(application, resident, RightKind.RESTRICT, words="不要再登我的事")
    application.clock = _later(application)
    with pytest.raises(UserFacingError, match=r"rights\.not-stopped"):
        rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED))
    publicity.withdraw_publicity(application, first)
    assert set(rights_acts.restriction(application, one).publicities) == {second, third}
    done = rights_acts.stop_providing(application, one).value
    assert (done.grants, done.publicities) == (0, 2)
    kept = withdrawals.withdrawals(application, resident=resident)
    assert [len(view.made.taken_back) for view in kept if view.made.whole] == [2]
    assert {view.made.number for view in kept} == set(done.numbers.split("、"))
    with pytest.raises(UserFacingError, match=r"consent\.nothing-to-withdraw"):
        rights_acts.stop_providing(application, one)
    rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED, withdrawal=done.numbers))


def test_a_deletion_names_class_by_class_what_goes_and_what_a_duty_keeps(application: Application) -> None:
    """While aid is given the own record stays; consent papers go; the household's visit stays, until its day."""
    made = recorded_household(application)
    person = made.residents[0]
    signed(application, person)
    visits.record_visit(application, visit(made.household, application.today()))
    one = taken(application, person, RightKind.DELETE, words="都删了吧")
    with pytest.raises(UserFacingError, match=r"rights\.not-erased"):
        rights.answer_request(application, one, Answer(outcome=RightsState.ANSWERED))
    done = rights_acts.erase_by_request(application, one, "见上").value
    assert people.resident_view(application, person).name.name == "𠮷建国"
    assert consent.sheets(application, resident=person) == ()
    found = rights.request(application, one)
    assert found.state is RightsState.IN_PART
    told = {row.kind: row for row in found.fields.classes}
    assert told["sheet"].gone
    assert not told["resident"].gone
    assert "正在享受救助" in told["resident"].ground
    assert not told["visit"].gone
    assert told["visit"].until == application.today().replace(year=application.today().year + 5)
    assert RefusalReason.DUTY in found.fields.reasons
    assert done.person is not None
    text = without_spaces(poppler_text(rights_paper.answer_letter_for(application, one).pdf))
    for expected in ("已删除", "不能删", "正在享受救助", "不少于五年", "𠮷建国", "都删了吧", "见上"):
        assert expected in text, expected


def test_once_aid_has_ended_the_person_goes_and_the_letter_still_has_a_place_for_the_name(
    application: Application,
) -> None:
    """The letter made at once names them; made again later it leaves the name to be written by hand."""
    made = recorded_household(application)
    member = NewResident(Name("王𨭎"), relation="2")
    person = households.add_member(application, made.household, member).value
    end_aid(application, made.household)
    one = taken(application, person, RightKind.DELETE)
    done = rights_acts.erase_by_request(application, one).value
    assert people.is_erased(application, person)
    found = rights.request(application, one)
    assert (found.state, found.name) == (RightsState.ANSWERED, "")
    named = rights_paper.answer_letter_for(application, one, person=done.person)
    assert "王𨭎" in poppler_text(named.pdf)
    again = without_spaces(poppler_text(rights_paper.answer_letter_for(application, one).pdf))
    assert "王𨭎" not in again
    assert "手写姓名" in again


def test_what_went_before_the_answer_was_written_is_answered_as_gone(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut short between erasing and answering: the same call answers with all that went."""
    person = recorded_household(application).residents[0]
    signed(application, person)
    one = taken(application, person, RightKind.DELETE)
    with monkeypatch.context() as broken:
        broken.setattr(rights, "answer_request", _fail)
        with pytest.raises(OSError, match="cut short"):
            rights_acts.erase_by_request(application, one)
    assert consent.sheets(application, resident=person) == ()
    rights_acts.erase_by_request(application, one)
    found = rights.request(application, one)
    assert found.state is RightsState.IN_PART
    assert {row.kind for row in found.fields.classes if row.gone} == {"sheet", "grant", "print"}


def _fail(*_: object) -> None:
    raise OSError("cut short")


def test_what_was_erased_from_the_household_page_is_answered_as_gone(application: Application) -> None:
    """A colleague erased first, while the request waited; what was erased before it came is none of it."""
    person = recorded_household(application).residents[0]
    signed(application, person)
    erasing.erase_resident(application, person, Ground.RIGHT, "本人要求删除")
    early = taken(application, person, RightKind.DELETE)
    rights_acts.erase_by_request(application, early)
    assert rights.request(application, early).state is RightsState.REFUSED
    signed(application, person)
    one = taken(application, person, RightKind.DELETE)
    erasing.erase_resident(application, person, Ground.RIGHT, "本人要求删除")
    rights_acts.erase_by_request(application, one)
    found = rights.request(application, one)
    assert found.state is RightsState.IN_PART
    assert {row.kind for row in found.fields.classes if row.gone} == {"sheet", "grant", "print"}


def planned(application: Application, person: str, ground: Ground) -> Plan:
    """What erasing would do."""
    return application.read(lambda connection: erasing_plan.plan(connection, application, person, ground))


def test_an_open_request_is_not_erased_with_the_person_it_is_about(application: Application) -> None:
    """Neither by right nor as a mistake: nobody's request is lost unheard. Withdrawn, a mistaken one goes."""
    made = recorded_household(application)
    end_aid(application, made.household)
    person = made.residents[1]
    one = taken(application, person, RightKind.ACCESS)
    for ground in Ground:
        plan = planned(application, person, ground)
        assert one not in plan.records
        (kept,) = (row for row in plan.remains if row.kind == "rights-request")
        assert kept.is_locked
        assert "没有答复" in kept.words
    rights.withdraw_request(application, one)
    plan = planned(application, person, Ground.MISTAKE)
    assert one in plan.records


def test_no_single_entry_of_what_is_locked_is_erased_either(application: Application) -> None:
    """The command that erases one entry names the ground too; an answered request of a mistake may go by it."""
    person = recorded_household(application).residents[0]
    one = taken(application, person, RightKind.ACCESS)

    def read(connection: Connection) -> str:
        row = connection.execute(select(entry).where(entry.c.record == one)).one()
        return f"{row.vault}/{row.epoch}/{row.seq}"

    reference = application.read(read)
    with pytest.raises(UserFacingError, match=r"erasing\.locked") as refused:
        vaults.erase_entry(application, reference, "不想留")
    assert "没有答复" in str(refused.value.values["ground"])
    rights.withdraw_request(application, one)
    vaults.erase_entry(application, reference, "记错了人")


def test_a_referral_at_the_county_with_consent_in_force_asks_for_the_withdrawal_first(
    application: Application,
) -> None:
    """Erased first, the county could still release it before it hears of the erasure; the refusal says so."""
    resident, _ = submitted_referral(application)
    with pytest.raises(UserFacingError, match=r"erasing\.withdraw-first"):
        erasing_plan.outlook(application, resident)


def test_a_scan_that_lies_with_the_wrong_person_needs_its_own_request(application: Application) -> None:
    """A scan of somebody else, or none: refused before anything is erased."""
    person = recorded_household(application).residents[0]
    one = taken(application, person, RightKind.DELETE)
    assert rights_acts.scans_of(application, one) == ()
    with pytest.raises(UserFacingError, match=r"erasing\.unknown"):
        rights_acts.erase_scan_by_request(application, one, "nothing")
    assert rights.request(application, one).is_open


def test_a_scan_filed_to_the_wrong_person_goes_by_request_and_the_sheet_waits_for_the_right_one(
    application: Application,
) -> None:
    """One picture erased, all else stays, and the letter says just that."""
    person = recorded_household(application).residents[0]
    sheet, pdf = on_paper(application, person)
    scan_intake.take_in(application, scanned(*drawn(pdf)), sheet_id=sheet)
    one = taken(application, person, RightKind.DELETE, words="那张不是我签的")
    scans = rights_acts.scans_of(application, one)
    assert scans
    with pytest.raises(UserFacingError, match=r"rights\.more-asked"):
        rights_acts.erase_scan_by_request(application, one, scans[0][0])
    rights_acts.erase_scan_by_request(application, one, scans[0][0], is_all_asked=True)
    found = rights.request(application, one)
    assert (found.state, [row.kind for row in found.fields.classes]) == (RightsState.ANSWERED, ["scan"])
    other = taken(application, person, RightKind.DELETE)
    assert len(rights_acts.scans_of(application, other)) == len(scans) - 1
    assert consent.sheets(application, resident=person)
    text = without_spaces(poppler_text(rights_paper.answer_letter_for(application, one).pdf))
    assert "扫描件1份已删除" in text.replace("签字纸页的", "")


def test_a_scan_behind_a_release_is_not_erased_by_request(application: Application) -> None:
    """It proves that the release was lawful; what is shown beforehand says so too."""
    resident, referral = submitted_referral(application)
    sheet, pdf = on_paper(application, resident)
    scan_intake.take_in(application, scanned(*drawn(pdf)), sheet_id=sheet)
    release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
    one = taken(application, resident, RightKind.DELETE)
    scan = rights_acts.scans_of(application, one)[0][0]
    grounds = erasing_plan.scan_outlook(application, scan).grounds
    assert (grounds[Ground.RIGHT].goes, grounds[Ground.MISTAKE].goes) == ((), (("scan", 1),))
    assert grounds[Ground.RIGHT].remains[0].is_locked
    with pytest.raises(UserFacingError, match=r"erasing\.locked"):
        rights_acts.erase_scan_by_request(application, one, scan, is_all_asked=True)
    assert rights.request(application, one).is_open
    assert rights_acts.scans_of(application, one)
