"""A store put out of use and a real county: what only it had goes up by the new one, and then it may go."""

from __future__ import annotations

from pathlib import Path

from desktop.services import former_stores, vault_check
from desktop.services.former_stores import FormerState
from desktop.storage import salvage
from tests.county_process import serving
from tests.sync.journals import enrolled, synced
from tests.vaults import data_key, opened
from tests.worked_vault import work

NOW = "2026-11-25T02:00:00.000+00:00"


def test_only_a_sync_that_leaves_nothing_unsent_lets_a_salvaged_store_go(tmp_path: Path) -> None:
    """Work before the damage that was never sent: with the county away the old store stays, and then has a day."""
    with serving(tmp_path / "county") as county:
        closed = enrolled(tmp_path / "lin", county, "林晓梅")
        with opened(closed) as application:
            synced(application)
            work(application, 2)
        key = data_key(closed.home, closed.vault, closed.password, closed.card)
        salvage.use(salvage.make(closed.folder, closed.vault, closed.store, key, (), NOW))
        with opened(closed) as application:
            assert vault_check.check(application).is_sound
            synced(application, url="http://127.0.0.1:9")
            former_stores.keep_up(application)
            (found,) = former_stores.listed(application)
            assert (found.state, found.why) == (FormerState.SYNC, "salvaged")
            assert found.held is not None
            assert found.held.is_nothing, "the new store took all of it over"
            report = synced(application)
            assert report.stopped is None
            (found,) = former_stores.listed(application)
            assert found.state is FormerState.GOES
            assert found.goes is not None
            assert closed.store.exists()
