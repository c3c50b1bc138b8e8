"""Every act of a vault, killed at each call that changes a file, on a full disk and on a failing one from each.

A sample of the points by default; all of them, some thousands, with ``ZOUCUN_FAULTS=all``, or one share of them with
``ZOUCUN_FAULT_SHARE=2/4`` as well. ``ZOUCUN_FAULT_SEED`` repeats a run; the seed of each run is in the output and in
every message.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.storage import passwords
from desktop.ui.messages import MESSAGES
from tests.reliability.injected_scenarios import SCENARIOS, Ground, Scenario, check, check_password, plain
from tests.reliability.injection import LEAST_POINTS, Actor, Fault, Point, Share, why_not_here
from tests.reliability.shortcuts import stretch_quickly

ALL = os.environ.get("ZOUCUN_FAULTS") == "all"
SHARE = Share.read(os.environ.get("ZOUCUN_FAULT_SHARE", "1/1"))
SAMPLE = 6
TRIES = 3
"""Of one point, where strace loses track of the act."""
LOST_ENOUGH = 10
"""After so many faults that cost something an act is not tried any further."""
SEED = int(os.environ.get("ZOUCUN_FAULT_SEED", random.SystemRandom().randrange(10**9)))
WHY_NOT = why_not_here()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=f"faults at system calls NOT TESTED: {WHY_NOT}")


@dataclass
class Tally:
    """What has been tried so far in this run."""

    tried: int = 0
    hit: int = 0
    scenarios: set[str] = field(default_factory=set)


@pytest.fixture(autouse=True)
def _quick_openings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the acts do: how slowly a password is stretched is no part of what is tested here."""
    monkeypatch.setattr(passwords, "_stretch", stretch_quickly)


@pytest.fixture(scope="module")
def tally() -> Tally:
    """One for the whole run."""
    return Tally()


@pytest.fixture(scope="module")
def actor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actor]:
    """The process in whose children the acts run."""
    with Actor(tmp_path_factory.mktemp("traces")) as started:
        yield started


def planned_faults(points: list[Point], name: str) -> list[tuple[Point, Fault]]:
    """All points with all faults, or a sample in which every fault has its share."""
    if ALL:
        return [(point, fault) for point in points for fault in Fault]
    chance = random.Random(f"{SEED} {name}")
    each = -(-SAMPLE // len(Fault))
    return [(point, fault) for fault in Fault for point in chance.sample(points, min(each, len(points)))]


def one_point(actor: Actor, scenario: Scenario, ground: Ground, point: Point, fault: Fault) -> bool:
    """Lay out, disturb, check; answers whether the fault really fell."""
    for _ in range(TRIES):
        ground.lay_out()
        outcome = actor.run(ground.job(scenario.act, SEED), point, fault)
        if not outcome.was_lost:
            break
    hit = outcome.was_hit()
    assert outcome.end == "killed" if hit and fault is Fault.KILL else outcome.end in ("done", "refused")
    assert not [code for code in outcome.codes if code not in MESSAGES], f"no words for {outcome.codes}"
    assert hit or outcome.end == "done"
    scenario.check(ground, outcome)
    return hit


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_at_any_point(
    name: str, actor: Actor, tally: Tally, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """What was said to be saved is there once, the vault opens without help, and work goes on."""
    scenario = SCENARIOS[name]
    ground = scenario.ground(tmp_path)
    ground.lay_out()
    points, undisturbed = actor.points(ground.job(scenario.act, SEED))
    assert undisturbed.end == "done", undisturbed
    assert undisturbed.acknowledged, "an act that says nothing is saved proves nothing"
    scenario.check(ground, undisturbed)
    assert len(points) >= 5, "strace sees the act writing"
    own = SHARE.of_points(points, ground.closed.home)
    planned = planned_faults(own, name)
    hit = 0
    lost: list[AssertionError] = []
    for point, fault in planned:
        try:
            hit += one_point(actor, scenario, ground, point, fault)
        except (AssertionError, UserFacingError) as error:
            lost.append(AssertionError(f"{name}: {fault} at {point}, ZOUCUN_FAULT_SEED={SEED}: {error}"))
            lost[-1].__cause__ = error
            if len(lost) == LOST_ENOUGH:
                break
    sys.stdout.write(
        f"{name}, share {SHARE}: {len(own)} of {len(points)} points, {hit} of {len(planned)} faults fell, "
        f"{len(lost)} lost something, ZOUCUN_FAULT_SEED={SEED}\n"
    )
    figures = {"points": len(own), "faults": len(planned), "faults fell": hit, "faults that lost something": len(lost)}
    for figure, value in {"scenario": name, "share": str(SHARE), **figures}.items():
        record_property(figure, value)
    if lost:
        raise ExceptionGroup(f"{name}, share {SHARE}", lost)
    # Random keys and texts differ from run to run, and with them now and then the number of pages.
    assert hit >= 0.8 * len(planned)
    tally.tried += len(planned)
    tally.hit += hit
    tally.scenarios.add(name)


def test_enough_points_were_tried(tally: Tally) -> None:
    """The full set is a thousand faults and more; the sample reaches every act."""
    if tally.scenarios != set(SCENARIOS):
        pytest.skip("only some of the acts were run")
    sys.stdout.write(f"{tally.hit} faults fell\n")
    assert tally.hit >= (LEAST_POINTS if ALL else len(SCENARIOS))


# --- controls: with the safety taken away the same checks must fail -----------------------------------


def faults_found(actor: Actor, scenario: Scenario, folder: Path, fault: Fault, calls: set[str]) -> list[str]:
    """What the check says over all points of these calls."""
    ground = scenario.ground(folder)
    ground.lay_out()
    points, _ = actor.points(ground.job(scenario.act, SEED))
    found = []
    for point in [one for one in points if one.call in calls][:6]:
        try:
            one_point(actor, scenario, ground, point, fault)
        except (AssertionError, UserFacingError) as error:
            found.append(str(error))
    return found


def test_control_a_visit_called_saved_too_early_is_missed(actor: Actor, tmp_path: Path) -> None:
    """Killed before its pages are in the log."""
    scenario = Scenario("save-in-haste", plain, check)
    found = faults_found(actor, scenario, tmp_path, Fault.KILL, {"pwrite64"})
    assert any("is there 0 times" in one for one in found), found


def test_control_a_refusal_that_is_not_heard_is_missed(actor: Actor, tmp_path: Path) -> None:
    """Called saved on a full disk."""
    scenario = Scenario("save-blindly", plain, check)
    found = faults_found(actor, scenario, tmp_path, Fault.FULL, {"pwrite64"})
    assert any("is there 0 times" in one for one in found), found


def test_control_slots_written_in_place_leave_a_vault_that_needs_help(actor: Actor, tmp_path: Path) -> None:
    """Killed after the file was emptied and before it was written."""
    scenario = Scenario("password-in-place", plain, check_password)
    found = faults_found(actor, scenario, tmp_path, Fault.KILL, {"write"})
    assert any("vault.slots-damaged" in one for one in found), found
