"""Which withdrawals a laptop names in its contact: the real store, without a county."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.records import Result
from desktop.services import consent, erasing
from desktop.services.application import Application
from desktop.services.erasing import Ground
from desktop.storage import outbox
from tests.casework import recorded_household, signed_sheet
from tests.county_issued import issue_everything
from tests.sync.test_outbox import confirm, seal_all
from tests.vaults import made_vault


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Application]:
    """An enrolled vault that has what the county issues."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        yield application


def withdrawn(laptop: Application) -> tuple[str, tuple[str, ...]]:
    """A person whose consent the county has, and the grants that they have withdrawn since."""
    person = recorded_household(laptop).residents[0]
    signed_sheet(laptop, person)
    for batch in seal_all(laptop):
        confirm(laptop, batch)
    grants = tuple(one.id for one in consent.grants(laptop, person) if one.live)
    return person, consent.withdraw(laptop, person, grants).value.grants


def named(laptop: Application, most: int = 500) -> tuple[str, ...]:
    """What the next contact says."""
    return laptop.read(lambda connection: outbox.withdrawn_unjudged(connection, most))


def judged(laptop: Application, result: Result) -> None:
    """The county's word on what waits."""
    for batch in seal_all(laptop):
        confirm(laptop, batch, result=result, last=batch.last_seq - batch.first_seq + 1)


def test_a_withdrawal_is_named_until_it_has_its_place_in_the_countys_order(laptop: Application) -> None:
    """Not only until the county has spoken: where it holds the entry, it has not taken it."""
    _, grants = withdrawn(laptop)
    assert named(laptop) == grants
    judged(laptop, Result.HELD)
    assert named(laptop) == grants
    assert named(laptop, most=2) == grants[-2:]


def test_a_rejected_withdrawal_is_named_no_more(laptop: Application) -> None:
    """The county has judged it: the grant stands again, and a person sees it."""
    withdrawn(laptop)
    judged(laptop, Result.REJECTED)
    assert named(laptop) == ()


def test_a_county_that_lost_it_is_told_again(laptop: Application) -> None:
    """Restored from a backup it has forgotten the withdrawal; the laptop keeps its word on it, but not the place."""
    _, grants = withdrawn(laptop)
    for batch in seal_all(laptop):
        confirm(laptop, batch)
    assert named(laptop) == ()
    laptop.store.write(outbox.offer_again)
    assert named(laptop) == grants


def test_a_withdrawal_whose_content_was_erased_is_named_all_the_same(laptop: Application) -> None:
    """Withdraw, then erase by right: what the county still has may not be released until it has judged both."""
    person, grants = withdrawn(laptop)
    erasing.erase_resident(laptop, person, Ground.RIGHT, "本人要求")
    assert consent.grants(laptop, person) == ()
    assert named(laptop) == grants
    for batch in seal_all(laptop):
        confirm(laptop, batch)
    assert named(laptop) == ()


def test_a_consent_that_was_only_erased_is_not_named_as_withdrawn(laptop: Application) -> None:
    """Its erasure is an entry of its own, which the county follows."""
    person = recorded_household(laptop).residents[0]
    signed_sheet(laptop, person)
    erasing.erase_resident(laptop, person, Ground.MISTAKE, "记错了人")
    assert named(laptop) == ()
