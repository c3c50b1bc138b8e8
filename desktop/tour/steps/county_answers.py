"""What comes back: the duty officer checks and releases, the charity accepts and delivers, the laptop fetches it."""

from __future__ import annotations

from desktop.tour import canaries
from desktop.tour.cast import CHARITY_CONTACT, DUTY_OFFICER
from desktop.tour.failure import TourFailure
from desktop.tour.stage import Stage
from desktop.tour.steps.beginning import sync
from desktop.ui.pages.today_page import TodayPage


def first_report(stage: Stage) -> None:
    """At the office: everything of the round goes to the county, and the receipts are verified."""
    sync(stage)
    stage.hands.picture("sync-report")


def release_and_deliver(stage: Stage) -> None:
    """The county checks the second sheet and releases the first referral; the charity receives, accepts, delivers."""
    officer, contact = stage.officers[DUTY_OFFICER], stage.officers[CHARITY_CONTACT]
    referral = stage.notes["referral"]
    _all_well(
        stage,
        {"do": "check", "sheet": stage.notes["second-sheet"], "officer": officer},
        {"do": "release", "referral": referral, "officer": officer},
        {"do": "receive", "referral": referral, "officer": contact},
        {"do": "accept", "referral": referral, "officer": contact},
        {"do": "deliver", "referral": referral, "officer": contact, "what": "轮椅一台", "amount": 118_000},
    )


def fetch_answers(stage: Stage) -> None:
    """The answers come with the next sync, and stand on 今日."""
    sync(stage)
    stage.hands.picture("sync-with-answers")
    page = stage.life.section("today", TodayPage)
    stage.hands.until(lambda: page.echoes.model.rowCount() > 0, "县里的回音")
    stage.hands.picture("today-with-answers")


def refuse_after_withdrawal(stage: Stage) -> None:
    """Asked to release what was withdrawn, the county refuses."""
    (answer,) = stage.hands.meanwhile(
        lambda: stage.county.answer(
            {"do": "release", "referral": stage.notes["second-referral"], "officer": stage.officers[DUTY_OFFICER]}
        )
    )
    if answer.get("state") == "released" or "release" in answer:
        raise TourFailure("撤回以后,县里还放行了")
    stage.notes["refusal"] = {name: answer.get(name, "") for name in ("ok", "code", "state", "reason")}


def search_while_open(stage: Stage) -> None:
    """With vault and county open, nothing in their files (write-ahead logs too) says who was visited."""
    private, secrets = stage.home.parent, stage.cast.secrets()
    stage.notes["search-while-open"] = stage.hands.meanwhile(lambda: canaries.search([private], secrets))


def _all_well(stage: Stage, *lines: dict[str, object]) -> None:
    answers = stage.hands.meanwhile(lambda: stage.county.answer(*lines))
    for line, answer in zip(lines, answers, strict=True):
        if not answer["ok"] or answer.get("waiting"):
            raise TourFailure(f"县里没有办成 {line['do']}:{answer}")
