"""A worker's role and townships follow the county's roster at the next sync; nothing unsent is lost by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Name, NewHousehold, NewResident
from desktop.domain.roles import Role
from desktop.services import households, people
from desktop.services.vaults import verify_journal
from tests.county_process import JUKOU, CountyProcess, serving
from tests.sync.journals import enrolled, synced
from tests.vaults import opened

OTHER = "350703105"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


def change(county: CountyProcess, **fields: Any) -> dict[str, Any]:
    """Change the roster by the county's command line."""
    (line,) = county.run("worker", lines=json.dumps(fields) + "\n")
    answer: dict[str, Any] = json.loads(line)
    return answer


def household(name: str, township: str = JUKOU) -> NewHousehold:
    """A made-up household in a village of the township."""
    return NewHousehold(Address(f"{township}201", "1号"), (NewResident(Name(name)),))


def test_another_role_holds_from_the_next_sync_and_what_was_written_before_counts(
    tmp_path: Path, county: CountyProcess
) -> None:
    """Written as a caseworker before the laptop could know: accepted; afterwards the laptop refuses by itself."""
    closed = enrolled(tmp_path, county, "林晓梅")
    with opened(closed) as application:
        synced(application)
        assert change(county, worker=application.worker.id, role="reviewer")["ok"]
        households.add_household(application, household("吴练习"))
        report = synced(application)
        assert report.roster is not None
        assert report.roster.role is Role.REVIEWER
        assert set(report.results) == {"ok"}
        with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
            households.add_household(application, household("郑练习"))
        assert synced(application).roster is None
        assert verify_journal(application).fault is None
    with opened(closed) as application:
        assert application.worker.role is Role.REVIEWER
        assert len(people.household_ids(application)) == 1


def test_a_change_at_once_rejects_what_comes_by_the_earlier_role_and_keeps_it(
    tmp_path: Path, county: CountyProcess
) -> None:
    """Both ends keep it, with the reason; a person sees to it."""
    with opened(enrolled(tmp_path, county, "周明")) as application:
        synced(application)
        change(county, worker=application.worker.id, role="social-worker", at_once=True)
        households.add_household(application, household("王练习"))
        report = synced(application)
        assert report.results["rejected"] >= 1
        assert {one.reason for one in report.attention} == {"not-allowed"}
        assert application.worker.role is Role.SOCIAL_WORKER


def test_another_township_brings_what_was_there_before(tmp_path: Path, county: CountyProcess) -> None:
    """Moved by the county: the feed is read from its start for the new township; the colleague there is heard."""
    with (
        opened(enrolled(tmp_path / "there", county, "陈晓燕", townships=(OTHER,))) as there,
        opened(enrolled(tmp_path / "moved", county, "孙文")) as moved,
    ):
        known = households.add_household(there, household("李练习", OTHER)).value.household
        synced(there)
        synced(moved)
        assert known not in people.household_ids(moved)
        said = change(county, worker=moved.worker.id, townships=[OTHER], office="另一个镇民政办")
        assert (said["left"], said["still_on"]) == ([JUKOU], [moved.identity.vault]), "for a wipe, where it is wanted"
        own = households.add_household(moved, household("黄练习")).value.household
        report = synced(moved)
        assert set(report.results) == {"ok"}, "written for the township left, before the laptop could know"
        assert moved.worker.townships == (OTHER,)
        assert moved.worker.office == "另一个镇民政办"
        assert {known, own} <= set(people.household_ids(moved))
        households.add_household(moved, household("何练习", OTHER))
        assert set(synced(moved).results) == {"ok"}
        synced(there)
        assert len(people.household_ids(there)) == 2


def test_the_county_refuses_a_change_that_makes_no_sense(county: CountyProcess) -> None:
    """In words, line by line; nothing is written."""
    officer = county.officer()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"worker": "W-9999", "role": "reviewer"}, "worker.unknown"),
        ({"worker": officer, "role": "reviewer"}, "worker.without-laptop"),
        ({"worker": "W-0001", "role": "system"}, "worker.malformed"),
        ({"worker": "W-0001", "townships": []}, "worker.malformed"),
        ({"worker": "W-0001", "townships": ["110101001"]}, "worker.township-unknown"),
        ({"worker": "W-0001", "townships": "350703104"}, "worker.malformed"),
    ]
    for fields, code in cases:
        answer = change(county, **fields)
        assert (answer["ok"], answer["code"]) == (False, code)
