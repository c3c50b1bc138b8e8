"""What the county held and judges later: the laptop hears of it, also where it is rejected. With a real county."""

from __future__ import annotations

from pathlib import Path

import pytest

from county.holds import retry_holds
from county.opening import open_county
from desktop.domain import records
from desktop.domain.records import Nature, RecordKind
from desktop.domain.roles import COUNTY_ROLES
from desktop.services.sync_attention import Sort, needs_attention, settle
from desktop.storage import outbox
from tests.county_process import PASSPHRASE, CountyProcess, serving
from tests.sync.journals import enrolled, synced
from tests.vaults import opened


@pytest.fixture(autouse=True)
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is newer than the county's: it knows one kind more."""
    monkeypatch.setattr(records, "KINDS", {**records.KINDS, "pair": RecordKind("pair", Nature.FACT)})


def learned(county: CountyProcess, patch: pytest.MonkeyPatch) -> int:
    """The county runs newer code once, as at a start, by which only the county writes that kind; answers how many
    actions are held no longer."""
    county.stop()
    own = open_county(county.folder, PASSPHRASE)
    try:
        with patch.context() as newest:
            theirs = RecordKind("pair", Nature.FACT, roles=COUNTY_ROLES)
            newest.setattr(records, "KINDS", {**records.KINDS, "pair": theirs})
            return retry_holds(own)
    finally:
        own.close()
        county.start()


@pytest.mark.parametrize("seen_to", [False, True])
def test_a_held_action_that_is_rejected_later_is_shown_as_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen_to: bool
) -> None:
    """Asked for only while it is held, also where a person has put it off the list; nothing is counted twice."""
    with serving(tmp_path / "county") as county, opened(enrolled(tmp_path / "laptop", county, "林晓梅")) as laptop:
        synced(laptop)
        laptop.act(lambda action: [action.add("pair.recorded", one, {}) for one in ("pair-0", "pair-1")])
        first = synced(laptop)
        assert first.results["held"] == 2
        waiting = [one for one in needs_attention(laptop) if one.sort is Sort.HELD]
        assert len(waiting) == 2
        if seen_to:
            for one in waiting:
                settle(laptop, str(one.entry), "等县里升级")
        (asked,) = laptop.read(outbox.waiting_batches)
        again = synced(laptop)
        assert "held" not in again.results
        assert again.receipts_verified == again.batches_sent
        assert laptop.read(outbox.waiting_batches) == (asked,)
        assert learned(county, monkeypatch) == 1
        report = synced(laptop)
        assert report.results["rejected"] == 2
        assert "held" not in report.results
        assert sum(report.results.values()) == report.entries_sent + 2
        rejected = [one for one in needs_attention(laptop) if one.sort is Sort.REJECTED]
        assert {(one.entry, one.reason) for one in rejected} == {(one.entry, "not-allowed") for one in waiting}
        assert laptop.read(outbox.waiting_batches) == ()
        assert "rejected" not in synced(laptop).results
