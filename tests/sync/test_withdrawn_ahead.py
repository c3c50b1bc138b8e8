"""A withdrawal outranks everything in the next sync: with a real county, and a line on which no batch gets through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from county.clock import today
from county.issuing import Item, issue
from county.opening import open_county
from desktop.domain.referrals import ReferralState
from desktop.services import consent, referrals, withdrawals
from desktop.services.application import Application
from desktop.storage import outbox
from tests.casework import new_referral, recorded_household, signed_sheet
from tests.county_issued import CHARITY, DIVISION, OFFICE, STANDARD, organisation
from tests.county_process import JUKOU, PASSPHRASE, CountyProcess, made_county
from tests.sync.http_stub import Asked, Reply, stub
from tests.sync.journals import enrolled, synced
from tests.sync.test_exactly_once import forwarding
from tests.vaults import opened


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county that has issued what a township needs."""
    made = made_county(tmp_path / "county")
    until = (today() + timedelta(days=300)).isoformat()
    bodies: list[tuple[str, str, dict[str, Any]]] = [
        ("division", f"division-{JUKOU}", DIVISION),
        ("standard", "standard-2026", STANDARD),
        ("office", f"office-{JUKOU}", OFFICE),
        ("organisation", CHARITY, organisation("福建省慈善总会", agreement_until=until)),
    ]
    own = open_county(made.folder, PASSPHRASE)
    try:
        issue(own, [Item(kind, record, _unnumbered(body)) for kind, record, body in bodies])
    finally:
        own.close()
    made.start()
    yield made
    made.stop()


def _unnumbered(body: dict[str, Any]) -> dict[str, Any]:
    """Without the version: the county counts those itself."""
    return {name: value for name, value in body.items() if name != "version"}


def submitted(application: Application, county: CountyProcess, officer: str) -> tuple[str, str]:
    """A person whose consent the county has checked, and a referral that waits for its release there."""
    synced(application)
    person = recorded_household(application).residents[0]
    sheet = signed_sheet(application, person, second_worker="村干部老陈")
    synced(application)
    assert county.answer(do="check", sheet=sheet, officer=officer)["state"] == "checked"
    synced(application)
    referral = referrals.draft_referral(application, new_referral(application, person), submit=True).value
    synced(application)
    return person, referral


def test_nothing_is_released_although_no_batch_gets_through(tmp_path: Path, county: CountyProcess) -> None:
    """The contact alone reaches the county: the release waits. Then the entries come, and everything agrees."""
    officer = county.officer()

    def line(asked: Asked) -> Reply:
        return Reply(503) if asked.method == "PUT" and "/batches/" in asked.path else forwarding(county, asked)

    with opened(enrolled(tmp_path / "laptop", county, "林晓梅")) as application:
        person, referral = submitted(application, county, officer)
        grants = tuple(one.id for one in consent.grants(application, person) if one.live)
        done = consent.withdraw(application, person, grants).value
        assert referrals.referral(application, referral).state is ReferralState.RECALLED
        with stub(line) as proxy:
            report = synced(application, url=proxy.url)
        assert report.not_done
        assert application.read(lambda connection: outbox.withdrawn_unjudged(connection, 500)) == grants
        stopped = county.answer(do="release", referral=referral, officer=officer)
        assert (stopped["state"], stopped["waiting"]) == ("submitted", "withdrawn-ahead")
        assert synced(application, url=county.url).not_done == ()
        assert application.read(lambda connection: outbox.withdrawn_unjudged(connection, 500)) == ()
        known = county.states()
        assert {known[one]["state"] for one in grants} == {"withdrawn"}
        assert known[referral]["state"] == "recalled"
        assert known[done.id]["fact"]["number"] == withdrawals.withdrawal(application, done.id).made.number
        synced(application)
        assert county.status()["holds"] == {}
