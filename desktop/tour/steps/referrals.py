"""Referrals: refused where consent does not reach, submitted within it, and what comes of them."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.domain.consent import Purpose
from desktop.domain.referrals import Trigger
from desktop.tour.cast import COLLEAGUE
from desktop.tour.failure import TourFailure
from desktop.tour.stage import Stage
from desktop.tour.steps.consent import REFUSED
from desktop.ui.pages.page import Target
from desktop.ui.pages.referral.writing_view import WritingView
from desktop.ui.pages.referral_page import ReferralPage


def refused_without_consent(stage: Stage) -> None:
    """Who agreed to nothing cannot be referred; the page says why."""
    view = _writing(stage, stage.notes["refusing"])
    _to_whom(stage, view, Purpose.EDUCATION)
    stage.life.press_primary()
    stage.hands.until(lambda: stage.hands.reads("现在不能转介"), "为什么不能转介")
    stage.hands.picture("referral-refused-without-consent")


def submit_within_consent(stage: Stage) -> None:
    """The class that was refused cannot be ticked and says so; the others go into the referral, and the file copy."""
    hands = stage.hands
    view = _writing(stage, stage.notes["resident"])
    _to_whom(stage, view, Purpose.DISABILITY)
    answer = view.form.classes.answers[REFUSED]
    if answer.allowed or answer.after_check or view.form.classes.boxes[REFUSED].isEnabled():
        raise TourFailure("本人没有同意的一项,转介单上还能选")
    stage.notes["refused-reason"] = answer.reason
    _describe(stage, view, "老伴行走不便，家中没有轮椅，出不了门；低保金付了药费就没有剩余。")
    hands.until(view.form.leak_words, "概述里写了没有同意的一项")
    hands.picture("referral-summary-says-too-much")
    hands.type_in(view.form.summary, "老伴行走不便，家中没有轮椅，出不了门；药费重，自己买不起。")
    hands.until(lambda: not view.form.leak_words(), "概述改好了")
    hands.picture("referral-writing")
    stage.notes["referral"] = _submit(stage, view)
    page = stage.life.page(ReferralPage)
    hands.until(page.referral.print_copy.isEnabled, "留存联")
    hands.picture("referral-submitted")
    with hands.printing():
        hands.press(page.referral.print_copy)
    stage.save("转介单-留存联-未放行.pdf", stage.printed[-1])
    if page.referral.print_slip.isEnabled():
        raise TourFailure("没有放行,给对方的一联就能打印")


def submit_second(stage: Stage) -> None:
    """The man on no list is referred too."""
    view = _writing(stage, stage.notes["unlisted"])
    _to_whom(stage, view, Purpose.ELDERLY)
    _describe(stage, view, "一个人住，买米买药要走四里路，想有人定期上门看看。", Trigger.T1)
    stage.notes["second-referral"] = _submit(stage, view)


def print_released_slip(stage: Stage) -> None:
    """The county has released it: now the recipient's slip prints."""
    page = _standing(stage, stage.notes["referral"])
    stage.hands.until(page.referral.print_slip.isEnabled, "给对方的一联能打印")
    stage.hands.picture("referral-answered")
    with stage.hands.printing():
        stage.hands.press(page.referral.print_slip)
    stage.save("转介单-给对方的一联.pdf", stage.printed[-1])


def confirm_delivery(stage: Stage) -> None:
    """At a visit the person says that the wheelchair is there."""
    page = _standing(stage, stage.notes["referral"])
    hands, standing = stage.hands, page.referral
    stage.life.press_primary()
    hands.until(standing.words.isVisible, "本人怎么说")
    hands.type_in(standing.words, "轮椅收到了，推着能到门口，很满意")
    hands.picture("referral-confirm-delivery")
    hands.press(standing.confirm)
    hands.until(lambda: hands.reads("本人确认"), "已确认送达")
    hands.picture("referral-confirmed")


def overview(stage: Stage) -> None:
    """All referrals, by what they wait for."""
    page = stage.life.section("referral", ReferralPage)
    page.show_record("")
    stage.hands.until(page.overview.isVisible, "转介的名单")
    stage.hands.picture("referral-overview")


# --- parts


def _writing(stage: Stage, resident: str) -> WritingView:
    stage.life.window.open(Target("referral", resident))
    page = stage.life.page(ReferralPage)
    stage.hands.until(lambda: page.writing.isVisible() and page.writing.writing.resident == resident, "写转介单")
    return page.writing


def _standing(stage: Stage, referral: str) -> ReferralPage:
    stage.life.window.open(Target("referral", f"referral:{referral}"))
    page = stage.life.page(ReferralPage)
    stage.hands.until(page.referral.isVisible, "转介单")
    stage.hands.quiet()
    return page


def _to_whom(stage: Stage, view: WritingView, purpose: Purpose) -> None:
    stage.hands.quiet()
    for radio in view.form.project.radios():
        if radio.isEnabled():
            stage.hands.press(radio)
        match = view.form.project.value()
        if match is not None and match.purpose is purpose and match.fits:
            break
    else:
        raise TourFailure(f"目录里没有对得上的项目:{purpose}")
    stage.hands.until(lambda: view.form.classes.answers, "哪些信息可以提供")
    stage.hands.quiet()


def _describe(stage: Stage, view: WritingView, summary: str, trigger: Trigger = Trigger.T2) -> None:
    hands, form = stage.hands, view.form
    hands.choose(form.trigger, trigger)
    hands.type_in(form.summary, summary)
    if not form.second.value():
        hands.type_in(form.second.line, COLLEAGUE)
    hands.key(form.reply_by, Qt.Key.Key_Return)
    hands.choose(form.near, False)


def _submit(stage: Stage, view: WritingView) -> str:
    recorded: list[str] = []
    view.finished.connect(recorded.append)
    stage.life.press_primary()
    stage.hands.until(lambda: recorded, "转介单已提交")
    view.finished.disconnect(recorded.append)
    page = stage.life.page(ReferralPage)
    stage.hands.until(page.referral.isVisible, "转介单")
    return recorded[0]
