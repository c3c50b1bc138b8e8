"""转介: writing a referral and following it in the window, on a real encrypted store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.consent import DataClass, Purpose
from desktop.domain.referrals import ReferralState
from desktop.domain.roles import Role
from desktop.domain.withdrawals import Unwanted
from desktop.services import consent, drafts, paper, referrals, today, withdrawals
from desktop.services.application import Application
from desktop.services.today import TodayKind
from desktop.sync.envelope import SigningKey
from desktop.ui.pages.referral.opening import DRAFT_KIND
from desktop.ui.tasks import Tasks
from tests.county_issued import CHARITY
from tests.documents.pdf_reading import whole_text
from tests.ui.consent_people import (
    NOW,
    NUMBER,
    PHONE,
    county_checks,
    county_moves,
    county_releases,
    prepare,
    signed_sheet,
    wheelchair_referral,
)
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.test_further_papers import look
from tests.vaults import made_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault."""
    with made_vault(tmp_path, clock=lambda: NOW) as application:
        yield application


@pytest.fixture
def desk(qtbot: QtBot, tasks: Tasks, vault: Application) -> Desk:
    """林晓梅 at the window; 吉建国 needs a wheelchair."""
    tasks.bug.connect(_fail)
    return Desk(qtbot, tasks, vault, prepare(vault)[1])


def _fail(error: BaseException) -> None:
    raise error


def write(desk: Desk, summary: str = "腿脚不便，出不了门，想要一把轮椅。") -> None:
    """Fill in what the last visit does not say."""
    form = desk.open_referral(desk.resident).writing.form
    form.summary.setPlainText(summary)
    form.second.choose("陈晓燕")
    desk.wait()


def submitted(desk: Desk) -> str:
    """A referral submitted by the service, its consent checked; answers its id."""
    sheet = signed_sheet(desk.application, desk.resident)
    county_checks(desk.application, sheet, desk.resident)
    return referrals.draft_referral(desk.application, wheelchair_referral(desk.resident), submit=True).value


def test_a_referral_is_written_from_the_last_visit_and_submitted(desk: Desk) -> None:
    """Needs, aid and gap come from the visit and say so; the file copy beside it is not for the recipient's hand."""
    signed_sheet(desk.application, desk.resident)
    write(desk)
    page = desk.referral_page
    form = page.writing.form
    assert "11月20日走访带过来，请核对" in words_on(form)
    chosen = form.project.value()
    assert chosen is not None
    assert chosen.organisation.id == CHARITY
    assert form.aid.value()[0].monthly == 126000
    assert form.reply_by.text() == "2026年11月30日"
    desk.qtbot.waitUntil(lambda: page.writing.preview.pages > 0, timeout=30_000)
    desk.go_on()
    (view,) = referrals.referrals(desk.application)
    assert view.state is ReferralState.SUBMITTED
    assert view.referral.classes == tuple(DataClass(one) for one in ("A1", "A2", "A3", "A5", "B3", "B5"))
    assert view.referral.gap.startswith("轮椅约")
    assert drafts.open_drafts(desk.application, DRAFT_KIND) == ()
    assert page.referral.isVisible()


def test_each_class_says_whether_it_may_be_passed_on(desk: Desk) -> None:
    """可以, 等核对后可以, or 不可以 with its reason; what may not be passed on cannot be ticked."""
    sheet = signed_sheet(desk.application, desk.resident, refused=(DataClass.B3,))
    form = desk.open_referral(desk.resident).writing.form
    boxes = form.classes.boxes
    assert boxes[DataClass.A1].accessibleDescription() == "等核对后可以"
    assert boxes[DataClass.B3].accessibleDescription() == "不可以：本人不同意"
    assert boxes[DataClass.B1].accessibleDescription().startswith("不可以：还没有")
    assert not boxes[DataClass.B3].isEnabled()
    assert "等第二人核对" in words_on(form)
    county_checks(desk.application, sheet, desk.resident)
    form = desk.open_referral(f"resident:{desk.resident}").writing.form
    assert form.classes.boxes[DataClass.A1].accessibleDescription() == "可以"


def test_without_consent_nothing_is_referred_and_the_way_to_it_is_shown(desk: Desk) -> None:
    """No consent: refused with its reason, and one press leads to asking for it."""
    form = desk.open_referral(desk.resident).writing.form
    radios = form.project.radios()
    desk.click(radios[0])
    desk.wait()
    assert "没有同意" in words_on(form)
    form.summary.setPlainText("想要一把轮椅。")
    form.second.choose("陈晓燕")
    desk.go_on()
    assert "先征求本人同意" in desk.notice()
    assert referrals.referrals(desk.application) == ()
    desk.click(form.ask_consent)
    desk.wait()
    assert desk.page.taking.isVisible()


def test_a_withdrawal_while_writing_refuses_the_referral_with_its_reason(desk: Desk) -> None:
    """What changed meanwhile counts: the service refuses, the words say why, and the answers are shown afresh."""
    signed_sheet(desk.application, desk.resident)
    write(desk)
    live = tuple(one.id for one in consent.grants(desk.application, desk.resident) if one.data_class == "A1")
    consent.withdraw(desk.application, desk.resident, live)
    desk.go_on()
    assert "不能把这些信息交给对方" in desk.notice()
    assert referrals.referrals(desk.application) == ()
    box = desk.referral_page.writing.form.classes.boxes[DataClass.A1]
    assert box.accessibleDescription() == "不可以：本人已经撤回同意"


def test_the_summary_is_counted_and_warned_about_what_was_not_agreed(desk: Desk) -> None:
    """An ID number, or a phone that was not agreed to, is named before anything is sent; 300 characters at most."""
    signed_sheet(desk.application, desk.resident, refused=(DataClass.A2,))
    write(desk, f"电话{PHONE}，证件 {NUMBER}，有糖尿病")
    form = desk.referral_page.writing.form
    for word in (PHONE, NUMBER, "糖尿病"):
        assert word in form.leak_words()
    desk.go_on()
    assert "没有勾选" in desk.notice()
    assert referrals.referrals(desk.application) == ()
    form.summary.setPlainText("难" * 301)
    assert "301 / 300 字，太长了" in words_on(form)
    desk.go_on()
    assert "300 字" in desk.notice()
    form.summary.setPlainText("腿脚不便，出不了门。")
    assert form.leak_words() == ""


def test_what_was_written_comes_back_after_a_kill(desk: Desk) -> None:
    """The draft is in the vault a moment after the last key."""
    signed_sheet(desk.application, desk.resident)
    write(desk, "想要一把轮椅")
    desk.qtbot.waitUntil(lambda: len(drafts.open_drafts(desk.application, DRAFT_KIND)) == 1, timeout=30_000)
    again = Desk(desk.qtbot, desk.tasks, desk.application, desk.resident)
    form = again.open_referral(desk.resident).writing.form
    assert form.summary.toPlainText() == "想要一把轮椅"
    assert form.second.name() == "陈晓燕"


def test_the_last_word_before_the_lock_is_kept(desk: Desk) -> None:
    """Ctrl+L comes before the autosave would have."""
    signed_sheet(desk.application, desk.resident)
    write(desk)
    desk.referral_page.writing.form.summary.setPlainText("想要一把新轮椅")
    desk.window.lock()
    assert desk.tasks.close()
    (draft,) = drafts.open_drafts(desk.application, DRAFT_KIND)
    assert "想要一把新轮椅" in str(draft.body)


def test_a_draft_does_not_come_back_after_its_referral_was_recorded(desk: Desk) -> None:
    """The autosave that was due just then must not bring back what is already submitted."""
    signed_sheet(desk.application, desk.resident)
    write(desk)
    writing = desk.referral_page.writing
    writing.form.summary.setPlainText("想要一把轮椅，出门看病。")
    writing.go_on()
    writing.keeper.keep()
    desk.wait()
    assert len(referrals.referrals(desk.application)) == 1
    assert drafts.open_drafts(desk.application, DRAFT_KIND) == ()


def test_before_the_release_there_is_a_file_copy_and_no_slip(desk: Desk) -> None:
    """未放行·不得交付: the office's copy prints, the recipient's slip does not, and its reason stands beside it."""
    page = desk.open_referral(f"referral:{submitted(desk)}").referral
    assert page.print_copy.isEnabled()
    assert not page.print_slip.isEnabled()
    assert "县里还没有放行" in words_on(page)
    desk.click(page.print_copy)
    desk.wait()
    assert desk.printer.printed is not None
    assert "未放行·不得交付" in whole_text(desk.printer.printed[0])


def test_the_countys_signed_release_unlocks_the_slip(desk: Desk) -> None:
    """The release arrives, its signature holds: the slip may be printed, and says its number."""
    referral = submitted(desk)
    county_releases(desk.application, referral)
    page = desk.open_referral(f"referral:{referral}").referral
    assert page.print_slip.isEnabled()
    desk.click(page.print_slip)
    desk.wait()
    assert desk.printer.printed is not None
    text = whole_text(desk.printer.printed[0])
    assert "ZJ-350703-2026-000001" in text
    assert "未放行·不得交付" not in text


def test_a_release_that_the_county_did_not_sign_unlocks_nothing(desk: Desk) -> None:
    """The word "released" is not enough; a made-up signature leaves the slip locked."""
    referral = submitted(desk)
    county_releases(desk.application, referral, SigningKey.generate())
    page = desk.open_referral(f"referral:{referral}").referral
    assert not page.print_slip.isEnabled()


def test_a_withdrawal_after_the_release_locks_the_slip_again(desk: Desk) -> None:
    """Whatever the release says, consent that is gone is gone."""
    referral = submitted(desk)
    county_releases(desk.application, referral)
    grants = tuple(one.id for one in consent.grants(desk.application, desk.resident) if one.state == "in-force")
    consent.withdraw(desk.application, desk.resident, grants)
    page = desk.open_referral(f"referral:{referral}").referral
    assert not page.print_slip.isEnabled()
    assert "撤回" in words_on(page)


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_a_recall_by_the_county_says_what_was_handed_over_and_leads_to_the_list(
    desk: Desk, size: tuple[int, int]
) -> None:
    """A no came from another laptop: what the recipient may have, what is to be done now, and the way to it."""
    referral = submitted(desk)
    county_releases(desk.application, referral)
    taken = consent.withdraw(desk.application, desk.resident, (), unwanted=(Unwanted.PHONE,)).value
    number = withdrawals.withdrawal(desk.application, taken.id).made.number
    body = {"from": "released", "to": "recalled", "reason": "consent-withdrawn", "fields": {"withdrawal": number}}
    county_moves(desk.application, "referral", referral, body, Role.SYSTEM)
    (line,) = [one for one in today.today(desk.application).items if one.kind is TodayKind.RECALLED]
    assert line.record == referral
    desk.window.resize(*size)
    view = desk.open_referral(f"referral:{referral}").referral
    assert "可能已经有：A1" in words_on(view)
    assert "不要再把纸交给对方" in words_on(view)
    assert_legible(desk.window, "recalled")
    look(desk.window, f"referral-recalled-{size[0]}")
    assert not [one for one in today.today(desk.application).items if one.kind is TodayKind.RECALLED]
    desk.click(view.withdrawal)
    desk.wait()
    assert number in words_on(desk.page)


def test_a_referral_is_followed_to_its_end(desk: Desk) -> None:
    """The charity's answers come, the person confirms, the case is closed with its outcome."""
    referral = submitted(desk)
    county_releases(desk.application, referral)
    steps = ("released", "received", "accepted", "delivered")
    for source, target in itertools.pairwise(steps):
        county_moves(
            desk.application, "referral", referral, {"from": str(source), "to": str(target)}, Role.CHARITY_CONTACT
        )
    page = desk.open_referral(f"referral:{referral}").referral
    desk.go_on()
    desk.click(page.confirm)
    assert desk.notice() == "请写几个字。"
    page.words.setText("轮椅收到了，能出门了")
    desk.click(page.confirm)
    desk.wait()
    assert referrals.referral(desk.application, referral).state is ReferralState.CONFIRMED
    desk.click(page.close_case)
    page.words.setText("已解决")
    desk.click(page.confirm)
    desk.wait()
    view = referrals.referral(desk.application, referral)
    assert (view.state, view.fields["outcome"]) == (ReferralState.CLOSED, "已解决")
    assert page.chain.model.rowCount() == 7


def test_a_referral_is_cancelled_only_with_a_reason(desk: Desk) -> None:
    """Before the release it can be taken back; the reason is kept."""
    referral = submitted(desk)
    page = desk.open_referral(f"referral:{referral}").referral
    desk.click(page.cancel)
    desk.click(page.confirm)
    assert referrals.referral(desk.application, referral).state is ReferralState.SUBMITTED
    page.words.setText("本人说不要了")
    desk.click(page.confirm)
    desk.wait()
    view = referrals.referral(desk.application, referral)
    assert (view.state, view.reason) == (ReferralState.CANCELLED, "本人说不要了")


def test_a_social_worker_drafts_and_does_not_submit(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """民政服务站社工 finds needs and drafts; only an officer of the township submits."""
    with made_vault(tmp_path, role=Role.SOCIAL_WORKER, clock=lambda: NOW) as application:
        desk = Desk(qtbot, tasks, application, prepare(application)[1])
        signed_sheet(application, desk.resident)
        write(desk)
        assert desk.window.header.primary.text() == "存为草拟"
        desk.go_on()
        (view,) = referrals.referrals(application)
        assert view.state is ReferralState.DRAFTED
        assert desk.window.header.primary.isHidden()


def test_the_list_puts_the_overdue_first_and_opens_by_keyboard(desk: Desk) -> None:
    """An answer that should have come is said to be overdue, with how long."""
    sheet = signed_sheet(desk.application, desk.resident)
    county_checks(desk.application, sheet, desk.resident)
    late = wheelchair_referral(desk.resident, reply_by=NOW.date().replace(day=20))
    referral = referrals.draft_referral(desk.application, late, submit=True).value
    desk.window.open_section("referral")
    desk.wait()
    overview = desk.referral_page.overview
    assert overview.pane.choose(f"referral:{referral}")
    spoken = overview.pane.model.position(f"referral:{referral}").data(Qt.ItemDataRole.AccessibleTextRole)
    assert "逾期 3 天" in str(spoken)
    overview.pane.view.setFocus()
    desk.key(Qt.Key.Key_Return)
    desk.wait()
    assert desk.referral_page.referral.isVisible()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_everything_can_be_read_and_named(desk: Desk, size: tuple[int, int]) -> None:
    """Nothing is cut off at 1366×768 and at 150 %, and a screen reader can name all that takes the focus."""
    desk.window.resize(*size)

    def look(where: str) -> None:
        QApplication.processEvents()
        assert_legible(desk.window, where)
        assert unnamed(desk.window) == [], where

    desk.window.open_section("referral")
    desk.wait()
    look("list")
    signed_sheet(desk.application, desk.resident)
    write(desk, f"电话{PHONE}，证件{NUMBER}")
    look("writing")
    desk.referral_page.writing.form.summary.setPlainText("腿脚不便，出不了门。")
    desk.go_on()
    look("submitted")
    desk.click(desk.referral_page.referral.cancel)
    look("cancelling")


def test_a_second_paper_of_the_same_referral_says_the_same(desk: Desk) -> None:
    """The file copy of a submitted referral keeps its date and hash, whatever steps follow."""
    referral = submitted(desk)
    before = paper.file_copy(desk.application, referral)
    county_releases(desk.application, referral)
    assert paper.file_copy(desk.application, referral).digest == before.digest
    assert Purpose.DISABILITY in referrals.referral(desk.application, referral).referral.purpose
