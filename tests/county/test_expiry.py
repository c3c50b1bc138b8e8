"""Consent that ran out: a step of the grant's life, written by the county alone, and heard by every laptop."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest

from county import answers, worker
from county.apply import apply_all
from county.clock import today
from county.expiry import expire_grants
from county.opening import County
from county.worker import ApplyWorker, Waiters
from tests.county.laptop import moved, send, states_from_feed, verdicts
from tests.county.test_gate import Case, made_case

TODAY = today()
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A person whose consent ended yesterday, and was checked while it held."""
    made = made_case(county, township)
    made.take_consent(until=YESTERDAY)
    answers.check_sheet(county, made.sheet, made.officer)
    return made


def states(case: Case) -> set[str]:
    """The states of the person's grants at the county."""
    return {case.state(grant)["state"] for grant in case.grants.values()}


def test_what_has_run_out_is_said_once_and_reaches_the_laptops(case: Case) -> None:
    """A second look writes nothing, and a laptop that folds the feed sees the same."""
    assert expire_grants(case.county, TODAY) == len(case.grants)
    assert states(case) == {"expired"}
    assert expire_grants(case.county, TODAY) == 0
    folded = states_from_feed(case.laptop, case.laptop.pull(case.county))
    assert {(folded[grant] or {})["state"] for grant in case.grants.values()} == {"expired"}


def test_what_holds_until_tonight_is_left_alone(county: County, township: str) -> None:
    """The last day belongs to it; so does what has no end, or one that nobody can read."""
    made = made_case(county, township)
    made.take_consent(until=TODAY.isoformat())
    other = made_case(county, township)
    other.take_consent(until=None)
    assert expire_grants(county, TODAY) == 0
    assert states(made) == states(other) == {"agreed"}
    assert expire_grants(county, TODAY + timedelta(days=1)) == len(made.grants)
    assert states(other) == {"agreed"}


def test_a_laptop_cannot_say_it(case: Case) -> None:
    """Its clock may stand in 2099."""
    grant = next(iter(case.grants.values()))
    assert case.send(moved("grant", grant, "in-force", "expired")) == [("rejected", "not-allowed")]


def test_a_withdrawal_recorded_before_the_end_was_heard_of_is_a_withdrawal(case: Case) -> None:
    """Offline in the village: the person's word stands."""
    expire_grants(case.county, TODAY)
    grant = next(iter(case.grants.values()))
    said = moved("grant", grant, "in-force", "withdrawn", withdrawal="CH-1", mode="in-person")
    number = send(case.county, case.laptop, case.laptop.action(said))
    apply_all(case.county)
    assert verdicts(case.county, case.laptop, number) == [("ok", "")]
    assert case.state(grant)["state"] == "withdrawn"


def test_the_server_does_it_by_itself_at_its_start(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a day; a fault of it keeps no batch waiting."""
    tried = threading.Event()

    def fails(_county: County, _on: object) -> int:
        tried.set()
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(worker, "expire_grants", fails)
    broken = ApplyWorker(case.county, Waiters())
    broken.start()
    assert tried.wait(20)
    broken.stop()
    assert states(case) == {"in-force"}
    monkeypatch.setattr(worker, "expire_grants", expire_grants)
    serving = ApplyWorker(case.county, Waiters())
    serving.start()
    done = threading.Event()
    for _ in range(400):
        if states(case) == {"expired"}:
            break
        done.wait(0.05)
    serving.stop()
    assert states(case) == {"expired"}


def closed_case(county: County, township: str) -> Case:
    """A referral released, delivered, confirmed and closed; the consent would hold for a year."""
    made = made_case(county, township)
    made.take_consent(until=(TODAY + timedelta(days=300)).isoformat())
    made.submit()
    answers.check_sheet(county, made.sheet, made.officer)
    answers.release(county, made.referral, made.officer)
    answers.accept(county, made.referral, made.contact)
    answers.deliver(county, made.referral, made.contact, "助行器一副", 38_000, TODAY)
    steps = (("delivered", "confirmed"), ("confirmed", "closed"))
    assert made.send(*(moved("referral", made.referral, old, new) for old, new in steps)) == [("ok", "")] * 2
    return made


def test_what_was_agreed_to_ends_with_its_referral(county: County, township: str) -> None:
    """The paper says "到办结时为止": the next referral is refused at the gate at once, and the end is written down."""
    made = closed_case(county, township)
    first, made.referral = made.referral, str(uuid.uuid4())
    made.submit()
    done = answers.release(county, made.referral, made.officer)
    assert (done.state, done.values["reason"]) == ("refused", "expired")
    assert expire_grants(county, TODAY) == len(made.grants)
    assert states(made) == {"expired"}
    assert made.state(first)["state"] == "closed"
    assert expire_grants(county, TODAY) == 0
