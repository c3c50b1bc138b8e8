"""The order of the steps, and what is made of them."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from desktop.loading_ahead import load_ahead
from desktop.tour import canaries, proof
from desktop.tour.cast import make_cast
from desktop.tour.county import County
from desktop.tour.failure import TourFailure
from desktop.tour.hands import Hands
from desktop.tour.meter import GapMeter
from desktop.tour.paper import printing_in_memory
from desktop.tour.stage import Stage
from desktop.tour.steps import beginning, colleague, consent, county_answers, ledger, referrals, visits, withdrawal
from desktop.ui.application import make_application

BEFORE_SERVING: Final[tuple[tuple[str, Callable[[Stage], object]], ...]] = (("county", beginning.found_county),)
STEPS: Final[tuple[tuple[str, Callable[[Stage], object]], ...]] = (
    ("first-vault", beginning.first_vault),
    ("first-sync", beginning.sync),
    ("import", ledger.import_ledger),
    ("visit-listed", visits.visit_listed),
    ("nobody-at-home", visits.nobody_at_home),
    ("visit-unlisted", visits.visit_unlisted),
    ("visit-over-a-lock", visits.begin_before_lock),
    ("consent-in-part", consent.agree_in_part),
    ("consent", consent.agree),
    ("consent-refused", consent.refuse),
    ("consent-overview", consent.overview),
    ("referral-refused", referrals.refused_without_consent),
    ("referral", referrals.submit_within_consent),
    ("household-page", visits.look_at_household),
    ("first-report", county_answers.first_report),
    ("colleague", colleague.check_as_colleague),
    ("county-answers", county_answers.release_and_deliver),
    ("first-worker-again", colleague.open_first_again),
    ("answers", county_answers.fetch_answers),
    ("slip", referrals.print_released_slip),
    ("delivery", referrals.confirm_delivery),
    ("second-referral", referrals.submit_second),
    ("withdrawal", withdrawal.withdraw),
    ("county-refuses", county_answers.refuse_after_withdrawal),
    ("search-while-open", county_answers.search_while_open),
    ("referral-overview", referrals.overview),
    ("one-person-twice", colleague.register_twice),
)


def run(out: Path, private: Path, seed: int) -> None:
    """Run every step and write the summary; raises TourFailure with what did not hold."""
    application, bugs = make_application()
    application.setQuitOnLastWindowClosed(False)
    meter = GapMeter()
    hands = Hands(out, meter)
    sys.excepthook = lambda _kind, error, _trace: hands.bugs.append(error)
    county = County(private / "county", private / "county.log")
    with printing_in_memory() as printed:
        chance = random.Random(seed)  # noqa: S311 - nothing secret: a run must be repeatable
        stage = Stage(out, private / "laptop", county, make_cast(seed), chance, hands, meter, bugs, printed)
        try:
            with ExitStack() as serving:
                with meter.paused():
                    load_ahead()  # as at the door while somebody types, which nobody does there in the tour
                    _take(stage, BEFORE_SERVING)
                    serving.enter_context(county.serving())
                _take(stage, STEPS)
        finally:
            stage.end()
            meter.stop()
            hands.close()
    _prove(stage, private, seed)


def _prove(stage: Stage, private: Path, seed: int) -> None:
    """Everything is closed: count, compare, look for people in what was written."""
    vaults = proof.read_vaults(stage)
    county = proof.read_county(stage)
    proof.save_receipts(stage.out, vaults)
    found = proof.summary(
        stage, vaults, county, canaries.search([private], stage.cast.secrets()), stage.meter, seed=seed
    )
    stage.save("summary.json", (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
    said = proof.problems(found, vaults)
    if said:
        raise TourFailure(" ".join(said))


def _take(stage: Stage, steps: tuple[tuple[str, Callable[[Stage], object]], ...]) -> None:
    for name, step in steps:
        with stage.step(name):
            step(stage)
        sys.stderr.write(f"{name}: {stage.seconds[name]} s\n")
