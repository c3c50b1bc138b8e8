"""The feed: everything in scope, in order, without gaps, and nothing that is not meant for this vault."""

from __future__ import annotations

import uuid

import pytest

from county.apply import apply_all
from county.feed import read_page, read_vault, sealed_page
from county.issuing import Item, divisions_from_csv, issue
from county.opening import County
from county.status import status
from desktop.resources import resource_path
from desktop.sync.envelope import unpack_container, unseal
from desktop.sync.protocol import ProtocolError
from tests.county.laptop import enrolled, household, send


def test_the_feed_has_no_gaps_and_its_pages_meet(
    county: County, township: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page after page by the cursor gives every position once, and never cuts an action."""
    monkeypatch.setattr("county.feed.FEED_PAGE_ENTRIES", 5)
    one, two = enrolled(county, [township]), enrolled(county, [township])
    for number in range(7):
        send(county, one, one.action(*household(township + "201", f"林{number}", "")[2]))
    apply_all(county)
    reader = read_vault(county, two.vault)
    cursor, pages, positions = 0, 0, []
    while True:
        page = read_page(county, reader, cursor)
        pages += 1
        positions += [item.verdict.position for item in page.items]
        last = page.items[-1].entry
        assert last is not None
        assert last.header.part == last.header.parts
        if not page.more:
            break
        cursor = page.upto
    assert positions == list(range(1, 2 + 14 + 1))
    assert pages == 4
    assert page.upto == status(county)["position"]


def test_own_entries_come_back_as_verdicts_alone(county: County, township: str) -> None:
    """A vault has its own content; only the county's word on it travels."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    send(county, one, one.action(*household(township + "201", "林阿婆", "")[2]))
    apply_all(county)
    own = [item for item in one.pull(county) if item.verdict.vault == one.vault]
    assert [item.entry for item in own] == [None, None]
    assert [item.verdict.hash for item in own] == [entry.hash for entry in one.sent.values()]
    theirs = [item for item in two.pull(county) if item.verdict.vault == one.vault]
    assert [item.entry for item in theirs] == list(one.sent.values())


def test_who_looked_at_what_is_never_told_to_colleagues(county: County, township: str) -> None:
    """Audit entries reach the county and nobody else."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    audit = [("view.recorded", None, {"resident": "r"}), ("search.recorded", None, {}), ("epoch.began", None, {})]
    send(county, one, one.action(*audit))
    apply_all(county)
    assert status(county)["entries"]["from_vaults"] == 3
    assert [item for item in two.pull(county) if item.verdict.vault == one.vault] == []
    assert len([item for item in one.pull(county) if item.verdict.vault == one.vault]) == 3


def test_another_township_hears_nothing(county: County, township: str) -> None:
    """Scope is the townships of the enrolment; county-wide things go to all."""
    one, other = enrolled(county, [township]), enrolled(county, [f"{county.code}102"])
    send(county, one, one.action(*household(township + "201", "林阿婆", "")[2]))
    apply_all(county)
    issue(county, [Item("standard", "standard", {"from": "2026-01-01", "subsistence_monthly": 90_000})])
    kinds = [item.entry.header.kind for item in other.pull(county) if item.entry]
    assert kinds == ["roster.issued", "standard.issued"]


def test_a_page_opens_with_the_vaults_own_key_alone(county: County, township: str) -> None:
    """Sealed to one vault: another laptop of the same township cannot read it."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    container = sealed_page(county, read_vault(county, one.vault), 0)
    assert one.page(container).vault == one.vault
    with pytest.raises(ProtocolError):
        unseal(unpack_container(container)[1], two.sealing)


def test_a_cursor_beyond_the_countys_order_is_told(county: County, township: str) -> None:
    """A laptop that knows more than the county shows that the county was restored from a backup."""
    laptop = enrolled(county, [township])
    with pytest.raises(ProtocolError) as refused:
        read_page(county, read_vault(county, laptop.vault), 99)
    assert refused.value.code == "cursor-ahead"


def test_issuing_the_same_content_again_writes_nothing(county: County) -> None:
    """Versions count up only where something changed."""
    item = Item("standard", "standard", {"from": "2026-01-01", "subsistence_monthly": 90_000})
    assert [(one.version, one.written) for one in issue(county, [item, item])] == [(1, True), (1, False)]
    changed = Item("standard", "standard", {"from": "2027-01-01", "subsistence_monthly": 95_000})
    assert [(one.version, one.written) for one in issue(county, [changed])] == [(2, True)]


def test_rosters_name_the_vaults_of_the_township(county: County, township: str) -> None:
    """So that a batch can be sealed to the colleagues' vaults too; issued anew at every enrolment."""
    one, two = enrolled(county, [township]), enrolled(county, [township, f"{county.code}102"])
    rosters = [item.entry.body() for item in one.pull(county) if item.entry]
    newest = rosters[-1]
    assert newest is not None
    assert newest["version"] == 2
    assert {vault["vault"]: vault["recipient"] for vault in newest["vaults"]} == {
        one.vault: one.sealing.recipient,
        two.vault: two.sealing.recipient,
    }


def test_divisions_of_a_county_come_from_the_national_list() -> None:
    """One item per township with its villages, rare characters intact."""
    path = resource_path("divisions", "fujian-divisions-2023-06.csv")
    items = {item.id: item.body for item in divisions_from_csv(path, "350703")}
    jukou = items["division-350703104"]
    assert (jukou["name"], jukou["path"]) == ("莒口镇", "福建省南平市建阳区")
    assert "上㘵村" in {village["name"].removesuffix("委会") for village in jukou["villages"]}


def test_records_of_unknown_vaults_are_nobodys(county: County) -> None:
    """A vault that never enrolled gets no feed."""
    with pytest.raises(ProtocolError) as refused:
        read_vault(county, str(uuid.uuid4()))
    assert refused.value.code == "vault-unknown"
