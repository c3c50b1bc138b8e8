"""Consent is withdrawn as easily as it was given; what rests on it is recalled."""

from __future__ import annotations

from desktop.tour.stage import Stage
from desktop.tour.steps.beginning import sync
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.page import Target
from desktop.ui.pages.referral_page import ReferralPage


def withdraw(stage: Stage) -> None:
    """The man on no list changes his mind while his referral waits at the county; he gets a paper about it."""
    hands = stage.hands
    sync(stage)
    stage.life.window.open(Target("consent", f"list:{stage.notes['unlisted']}"))
    page = stage.life.page(ConsentPage)
    view = page.person
    hands.until(lambda: view.isVisible() and view.withdraw.isEnabled(), "他的同意")
    hands.picture("consent-of-a-person")
    hands.press(view.withdraw)
    hands.press(view.panel.whole)
    hands.type_in(view.panel.identity, "当面认得")
    hands.picture("withdrawal")
    hands.press(view.panel.record)
    hands.until(lambda: hands.reads("已召回"), "已撤回,转介已召回")
    hands.picture("withdrawn-and-recalled")
    hands.until(page.withdrawal.print.isEnabled, "撤回书")
    with hands.printing():
        hands.press(page.withdrawal.print)
    stage.save("撤回书和回执.pdf", stage.printed[-1])
    stage.life.window.open(Target("referral", f"referral:{stage.notes['second-referral']}"))
    referral = stage.life.page(ReferralPage)
    hands.until(referral.referral.isVisible, "召回的转介单")
    hands.picture("referral-recalled")
    sync(stage)
