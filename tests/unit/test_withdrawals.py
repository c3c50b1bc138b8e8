"""A withdrawal is a record of its own: how it was said, its paper that comes back, what had been handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.consent import DataClass, GrantState, WithdrawalMode
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import MAX_ACTION_BYTES, Entry
from desktop.domain.prints import Came
from desktop.domain.records import Change
from desktop.domain.referrals import ReferralState
from desktop.domain.retention import Verdict
from desktop.domain.signing import SignedBy
from desktop.domain.withdrawals import Delivery, Evidence, WithdrawalRequest
from desktop.services import (
    consent,
    erasing,
    paper,
    referrals,
    retention,
    retention_review,
    scan_intake,
    scan_tray,
    scans,
    timeline,
    withdrawal_paper,
    withdrawals,
)
from desktop.services.application import Application
from desktop.services.erasing import Ground
from desktop.services.scan_prints import Why
from desktop.services.vaults import verify_journal
from desktop.storage import journal, queries, records
from desktop.storage.journal import Action
from tests.casework import (
    check_by_county,
    new_referral,
    recorded_household,
    release_by_county,
    signed_sheet,
    submitted_referral,
)
from tests.county_issued import CHARITY, JUKOU, OFFICE, issue, issue_everything
from tests.documents.pdf_reading import page_texts, type_size, whole_text
from tests.unit.test_scan_services import drawn, picture, refused, scanned
from tests.vaults import COUNTY_SIGNING_KEY, made_vault


def live(application: Application, resident: str, *classes: DataClass) -> tuple[str, ...]:
    """The grants that stand, all or those of some classes."""
    found = [one for one in consent.grants(application, resident) if one.live]
    return tuple(one.id for one in found if not classes or one.data_class in classes)


@pytest.fixture
def resident(application: Application) -> str:
    """Somebody whose consent is in force."""
    person = recorded_household(application).residents[0]
    check_by_county(application, signed_sheet(application, person), person)
    return person


@pytest.fixture
def released(tmp_path: Path) -> Iterator[tuple[Application, str, str]]:
    """A person, and their referral that the county has released and the charity accepted."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        person, referral = submitted_referral(application)
        release_by_county(application, COUNTY_SIGNING_KEY, person, referral)
        answered_by_charity(application, referral, "accepted")
        yield application, person, referral


def answered_by_charity(application: Application, referral: str, word: str) -> None:
    """The recipient's own word on a released referral."""
    body = {"from": "released", "to": word}
    change = Change("charity/e/1", "referral.moved", referral, "2026-11-24T01:00:00Z", "C-1", "charity-contact", body)
    application.store.write(lambda connection: records.apply(connection, change))


def printed(application: Application, withdrawal: str) -> bytes:
    """Its form, noted as printed."""
    made = withdrawal_paper.withdrawal_paper_for(application, withdrawal)
    withdrawal_paper.record_withdrawal_print(application, made, came=Came(copies=2))
    return made.pdf


def test_a_released_referral_that_no_slip_may_be_printed_of_is_cancelled(application: Application) -> None:
    """What it tells may be refused since; it does not stand there for ever, and its release stays as evidence."""
    person, referral = submitted_referral(application)
    release_by_county(application, COUNTY_SIGNING_KEY, person, referral)
    referrals.cancel_referral(application, referral, "概述里写了没有同意的")
    view = referrals.referral(application, referral)
    assert (view.state, view.reason) == (ReferralState.CANCELLED, "概述里写了没有同意的")
    assert view.release is not None
    with pytest.raises(UserFacingError, match=r"referral\.recalled"):
        paper.recipient_slip(application, referral)


# --- how it was said --------------------------------------------------------------------------------


def test_every_field_of_the_form_is_kept_with_it(application: Application, resident: str) -> None:
    """§5(a)-4: what, whom, what is asked for, by which way, how known, by whom and when taken in, by when answered."""
    done = consent.withdraw(
        application,
        resident,
        live(application, resident, DataClass.B3),
        mode=WithdrawalMode.BY_ANOTHER,
        identity_checked="看过本人签名的委托书",
        brought_by="吉大山",
        second_worker="何金水",
        requests=(WithdrawalRequest.STOP, WithdrawalRequest.RETURN),
        delivery=Delivery.VILLAGE,
    ).value
    view = withdrawals.withdrawal(application, done.id)
    made = view.made
    assert (made.number, made.mode, made.brought_by) == (done.number, WithdrawalMode.BY_ANOTHER, "吉大山")
    assert made.identity_checked == "看过本人签名的委托书"
    assert made.requests == (WithdrawalRequest.STOP, WithdrawalRequest.RETURN)
    assert (made.delivery, made.second_worker_name) == (Delivery.VILLAGE, "何金水")
    assert view.worker == application.worker.id
    assert made.reply_by is not None
    assert made.reply_by > application.today() + timedelta(days=14)
    (taken,) = made.taken_back
    assert (taken.recipient, taken.classes) == (CHARITY, (DataClass.B3,))
    assert set(taken.agreed) == {DataClass.A1, DataClass.A3, DataClass.A5, DataClass.B3}
    assert not made.whole
    household = view.household
    events = timeline.timeline(application, household)
    assert any("撤回同意（代交）" in one.title and done.number in one.detail for one in events)


@pytest.mark.parametrize("mode", WithdrawalMode)
@pytest.mark.parametrize("by", [SignedBy.PERSON, SignedBy.GUARDIAN])
def test_each_way_is_in_force_at_once_and_stands_on_its_paper(
    application: Application, resident: str, mode: WithdrawalMode, by: SignedBy
) -> None:
    """当面、电话、书面、代交, by the person or the guardian: nothing has to be shown; the paper says which it was."""
    guardian = "吉大山" if by.guardian else ""
    done = consent.withdraw(
        application, resident, live(application, resident), mode=mode, withdrawn_by=by, guardian=guardian
    ).value
    assert {one.state for one in consent.grants(application, resident)} == {GrantState.WITHDRAWN}
    assert withdrawals.withdrawal(application, done.id).evidence is Evidence.REMINDED
    text = whole_text(withdrawal_paper.withdrawal_paper_for(application, done.id).pdf)
    words = {"in-person": "当面", "phone": "电话", "written": "书面", "by-another": "代交"}
    assert f"□✓{words[mode]}" in text
    assert sum(f"□✓{one}" in text for one in words.values()) == 1
    assert "□✓撤回全部" in text
    assert done.number in text
    assert ("提出人监护人吉大山" in text) is by.guardian
    assert ("监护人签名或者按指印" in text) is by.guardian


def test_on_the_telephone_two_workers_stand_in_place_of_a_signature(application: Application, resident: str) -> None:
    """双人记录: the second is somebody else; whoever names themselves has no second, and is not refused for it."""
    first, second = live(application, resident)[:2]
    alone = consent.withdraw(
        application, resident, (first,), mode=WithdrawalMode.PHONE, second_worker=application.worker.name
    ).value
    assert withdrawals.withdrawal(application, alone.id).evidence is Evidence.REMINDED
    both = consent.withdraw(application, resident, (second,), mode=WithdrawalMode.PHONE, second_worker="陈晓燕").value
    view = withdrawals.withdrawal(application, both.id)
    assert view.evidence is Evidence.TWO_WORKERS
    text = whole_text(withdrawal_paper.withdrawal_paper_for(application, both.id).pdf)
    assert "陈晓燕" in text
    assert "电话提出的，由两名经办人记录并签名" in text


def test_however_much_there_is_to_withdraw_it_goes_under_one_number(application: Application) -> None:
    """Never refused for its size: several actions, the stop of what is under way in the first, none too large."""
    person, referral = submitted_referral(application)
    (one, *_) = (row for row in application.read(lambda c: queries.of_kind(c, "grant", resident=person)))
    for start in range(0, 240, 40):
        application.act(lambda action: _more_grants(action, one.state["fields"], start))  # noqa: B023
    grants = live(application, person)
    assert len(grants) == 244
    before = len(application.read(lambda connection: list(journal.own_entries(connection))))
    check = "核对过户口簿和身份证，" * 40
    done = consent.withdraw(
        application, person, grants, identity_checked=check, withdrawn_by=SignedBy.GUARDIAN, guardian="吉大山"
    ).value
    assert set(done.grants) == set(grants)
    assert done.recalled == (referral,)
    assert live(application, person) == ()
    (made,) = withdrawals.withdrawals(application, resident=person)
    assert (made.made.number, made.made.whole, made.made.guardian) == (done.number, True, "吉大山")
    assert made.made.identity_checked == check
    written = application.read(lambda connection: list(journal.own_entries(connection)))[before:]
    assert verify_journal(application).fault is None
    actions: dict[str, list[Entry]] = {}
    for entry in written:
        actions.setdefault(entry.header.action, []).append(entry)
    first, *others = actions.values()
    assert {"referral.moved", "withdrawal.recorded"} <= {entry.header.kind for entry in first}
    assert others
    assert {entry.header.kind for some in others for entry in some} == {"grant.moved"}
    for some in actions.values():
        assert [entry.header.part for entry in some] == list(range(1, some[0].header.parts + 1))
        assert sum(len(entry.header_bytes) + len(entry.payload_bytes or b"") for entry in some) <= MAX_ACTION_BYTES
    for entry in written:
        if entry.header.kind == "grant.moved":
            assert (entry.body() or {})["fields"] == {"withdrawal": done.number, "mode": "in-person"}


def _more_grants(action: Action, fields: Mapping[str, Any], start: int) -> None:
    for number in range(start, start + 40):
        recipient = {"recipient": f"organisation-{number % 20}", "sheet": fields["sheet"]}
        action.add("grant.moved", f"more-{number}", {"from": None, "to": "agreed", "fields": {**fields, **recipient}})


# --- what had been handed over ----------------------------------------------------------------------


def test_what_was_handed_over_is_listed_for_the_recall_notice(released: tuple[Application, str, str]) -> None:
    """Per recipient: which referral, which classes, when; only what is withdrawn by this."""
    application, resident, referral = released
    done = consent.withdraw(application, resident, live(application, resident, DataClass.B3)).value
    view = withdrawals.withdrawal(application, done.id)
    (handed,) = withdrawals.handed_over(application, view)
    known = referrals.referral(application, referral)
    assert (handed.referral, handed.number, handed.recipient) == (referral, known.number, known.recipient_name)
    assert handed.withdrawn == (DataClass.B3,)
    assert set(handed.withdrawn) < set(handed.classes)
    assert handed.released is not None
    assert handed.last is ReferralState.ACCEPTED
    assert done.recalled == (referral,)
    pages = page_texts(withdrawal_paper.withdrawal_paper_for(application, done.id).pdf)
    assert "已经提供出去的（交本人）" in pages[-1]
    assert known.number in pages[-1]
    assert "放行" in pages[-1]
    assert "𠮷建国" in pages[0]


def test_what_is_released_on_a_later_consent_is_not_listed(application: Application) -> None:
    """The person agreed anew: nobody is told to take back what rests on that; the order is the journal's."""
    person, referral = submitted_referral(application)
    release_by_county(application, COUNTY_SIGNING_KEY, person, referral)
    done = consent.withdraw(application, person, live(application, person)).value
    check_by_county(application, signed_sheet(application, person, person_asked=True), person)
    later = referrals.draft_referral(application, new_referral(application, person), submit=True).value
    release_by_county(application, COUNTY_SIGNING_KEY, person, later)
    assert referrals.referral(application, later).state is ReferralState.RELEASED
    view = withdrawals.withdrawal(application, done.id)
    assert [one.referral for one in withdrawals.handed_over(application, view)] == [referral]


def test_what_was_closed_before_is_listed_whatever_the_clock_said_at_the_withdrawal(tmp_path: Path) -> None:
    """An empty battery gives 1980: the recipient has the data all the same."""
    now = [datetime.now().astimezone()]
    with made_vault(tmp_path, clock=lambda: now[0]) as application:
        issue_everything(application)
        person, referral = submitted_referral(application)
        release_by_county(application, COUNTY_SIGNING_KEY, person, referral)
        answered_by_charity(application, referral, "declined")
        now[0] = now[0].replace(year=1980)
        done = consent.withdraw(application, person, live(application, person)).value
        assert done.recalled == ()
        view = withdrawals.withdrawal(application, done.id)
        assert [one.referral for one in withdrawals.handed_over(application, view)] == [referral]


def test_where_nothing_was_handed_over_the_paper_says_so(application: Application, resident: str) -> None:
    """And to which day that is known."""
    done = consent.withdraw(application, resident, live(application, resident)).value
    assert withdrawals.handed_over(application, withdrawals.withdrawal(application, done.id)) == ()
    text = whole_text(withdrawal_paper.withdrawal_paper_for(application, done.id).pdf)
    assert "没有查到按这次撤回的同意向接收方提供过您的信息" in text


def test_open_referrals_stop_in_the_same_action(application: Application) -> None:
    """The record names them; one that rests on nothing withdrawn goes on."""
    person, referral = submitted_referral(application)
    done = consent.withdraw(application, person, live(application, person, DataClass.A1)).value
    assert done.recalled == (referral,)
    assert withdrawals.withdrawal(application, done.id).made.recalled == (referral,)
    assert referrals.referral(application, referral).state is ReferralState.RECALLED


# --- its paper comes back ---------------------------------------------------------------------------


def test_the_signed_page_finds_its_way_to_exactly_its_withdrawal(application: Application, resident: str) -> None:
    """Two withdrawals of one person on one sheet: each page to its own, by the code; the record does not change."""
    one, two = live(application, resident)[:2]
    made = [consent.withdraw(application, resident, (each,)).value.id for each in (one, two)]
    pdfs = [printed(application, each) for each in made]
    before = [withdrawals.withdrawal(application, each).made for each in made]
    done = scan_intake.take_in(application, scanned(drawn(pdfs[1])[0], drawn(pdfs[0])[0])).value
    assert [(filed.sheet, filed.page) for filed in done.filed] == [(made[1], 1), (made[0], 1)]
    assert done.waiting == ()
    for each, known in zip(made, before, strict=True):
        view = withdrawals.withdrawal(application, each)
        assert (view.evidence, [page.page for page in view.pages]) == (Evidence.PAGE, [1])
        assert view.made == known
        assert scans.scan_picture(application, view.pages[0]).startswith(b"\xff\xd8")
    again = scan_intake.take_in(application, picture(drawn(pdfs[0])[0])).value
    assert [(waiting.why, waiting.sheet) for waiting in again.waiting] == [(Why.PAGE_HERE, made[0])]


def test_a_letter_without_a_code_is_filed_by_a_persons_word(application: Application, resident: str) -> None:
    """书面: the letter itself; and what a code says is not overruled."""
    one, two = live(application, resident)[:2]
    letter = consent.withdraw(application, resident, (one,), mode=WithdrawalMode.WRITTEN).value.id
    other = consent.withdraw(application, resident, (two,)).value.id
    pdf = printed(application, other)
    page = drawn(pdf)[0]
    blank = picture(page.crop((0, page.height // 2, page.width, page.height)))
    (waiting,) = scan_intake.take_in(application, blank, sheet_id=letter).value.waiting
    scan_tray.file_from_tray(application, waiting.id, letter, 1)
    view = withdrawals.withdrawal(application, letter)
    assert [(one.page, one.recognised) for one in view.pages] == [(1, False)]
    unseen = scan_tray.put_unseen(application, picture(page))
    assert refused(lambda: scan_tray.file_from_tray(application, unseen, letter, 1)) == "scan.other-sheet"
    assert withdrawals.withdrawal(application, other).pages == ()


@pytest.mark.parametrize("is_large", [False, True])
def test_whoever_signed_in_large_type_takes_back_in_large_type(application: Application, *, is_large: bool) -> None:
    """Nobody chooses it; whatever is signed afterwards, it is the same paper, and its page comes home by its code."""
    person = recorded_household(application).residents[0]
    signed_sheet(application, person, large_type=is_large)
    done = consent.withdraw(application, person, live(application, person)).value
    assert withdrawals.withdrawal(application, done.id).made.large_type is is_large
    pdf = printed(application, done.id)
    assert type_size(pdf) == (16 if is_large else 12), "三号 or 小四"
    signed_sheet(application, person, large_type=not is_large, person_asked=True)
    assert page_texts(printed(application, done.id)) == page_texts(pdf)
    taken = scan_intake.take_in(application, scanned(*drawn(pdf))).value
    assert {one.sheet for one in taken.filed} == {done.id}
    assert (len(taken.filed), taken.waiting) == (len(drawn(pdf)), ())


def test_from_the_tray_too(application: Application, resident: str) -> None:
    """A print that was never noted waits, and a person files it; a picture without a code as well."""
    done = consent.withdraw(application, resident, live(application, resident)).value
    pdf = withdrawal_paper.withdrawal_paper_for(application, done.id).pdf
    (waiting,) = scan_intake.take_in(application, picture(drawn(pdf)[0])).value.waiting
    assert (waiting.why, waiting.sheet) == (Why.CHANGED, done.id)
    scan_tray.file_from_tray(application, waiting.id, done.id, 1)
    assert withdrawals.withdrawal(application, done.id).evidence is Evidence.PAGE
    assert scan_tray.tray(application) == ()


def test_a_page_filed_by_mistake_is_told_to_be_wrong_like_any_scan(application: Application, resident: str) -> None:
    """Its picture goes; the withdrawal stays in force and waits for the right page as a reminder."""
    done = consent.withdraw(application, resident, live(application, resident)).value
    scan_intake.take_in(application, picture(drawn(printed(application, done.id))[0]))
    (page,) = withdrawals.withdrawal(application, done.id).pages
    erasing.erase_scan(application, page.id, "收错了")
    assert not scans.is_here(application, page)
    assert withdrawals.withdrawal(application, done.id).evidence is Evidence.REMINDED
    assert {one.state for one in consent.grants(application, resident)} == {GrantState.WITHDRAWN}


def test_where_no_fingerprints_are_kept_the_page_stays_on_paper(tmp_path: Path) -> None:
    """The county's switch: a withdrawal's page may show one, so its picture is let go, and no reminder asks for it."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2, "keep_fingerprints": False})
        person = recorded_household(application).residents[0]
        check_by_county(application, signed_sheet(application, person), person)
        done = consent.withdraw(application, person, live(application, person)).value
        assert withdrawals.withdrawal(application, done.id).evidence is Evidence.ON_PAPER
        page = picture(drawn(printed(application, done.id))[0])
        assert scan_intake.take_in(application, page).value.let_go == 1
        unseen = scan_tray.put_unseen(application, page)
        assert refused(lambda: scan_tray.file_from_tray(application, unseen, done.id, 1)) == "scan.fingerprint"


# --- evidence is locked, not deleted ----------------------------------------------------------------


def test_the_evidence_of_what_was_released_is_locked_and_outlives_the_withdrawal(
    released: tuple[Application, str, str],
) -> None:
    """Sheet, grants, the withdrawal and its page: neither the schedule nor the person's own wish takes them before."""
    application, resident, _ = released
    done = consent.withdraw(application, resident, live(application, resident)).value
    scan_intake.take_in(application, picture(drawn(printed(application, done.id))[0]))
    (page,) = withdrawals.withdrawal(application, done.id).pages
    found = application.read(lambda connection: retention_review.judged(connection, application.today()))
    kinds = {one.held.kind: one.verdict for one in found if one.held.resident == resident}
    assert {kinds[kind] for kind in ("sheet", "grant", "withdrawal", "scan", "print", "referral")} == {Verdict.LOCKED}
    assert retention.erase_due(application) == 0
    erasing.erase_resident(application, resident, Ground.RIGHT, "本人要求")
    for kept in (done.id, page.id):
        assert application.read(lambda connection: queries.one(connection, kept)) is not None  # noqa: B023
    assert scans.is_here(application, page)


def test_nothing_is_withdrawn_twice(application: Application, resident: str) -> None:
    """And where nothing stands no record is made."""
    grants = live(application, resident)
    consent.withdraw(application, resident, grants)
    with pytest.raises(UserFacingError, match="nothing-to-withdraw"):
        consent.withdraw(application, resident, grants)
    assert len(withdrawals.withdrawals(application, resident=resident)) == 1
