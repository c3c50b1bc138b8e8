"""Lists and pages look up what they show; they do not walk through the whole township."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from desktop.services import people, timeline, today
from desktop.services.application import Application
from tests.casework import recorded_household
from tests.vaults import made_vault


def plans(application: Application, statements: list[tuple[str, object]]) -> list[str]:
    """How SQLite goes about statements that were run."""

    def explain(connection: object) -> list[str]:
        driver = connection.connection.driver_connection  # type: ignore[attr-defined]
        found = []
        for statement, parameters in statements:
            found += [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        return found

    return application.read(explain)


@pytest.mark.parametrize("name", ["household", "visits"])
def test_what_belongs_to_one_household_is_found_by_the_household(tmp_path: Path, name: str) -> None:
    """Opening a page, listing a row or saving a visit must not read every resident and visit of the township."""
    from desktop.services import visits

    with made_vault(tmp_path) as application:
        household = recorded_household(application).household
        seen: list[tuple[str, object]] = []

        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
            if statement.startswith("SELECT") and "record.household " in statement:
                seen.append((statement, parameters))

        engine = application.store._read_engine
        event.listen(engine, "before_cursor_execute", note)
        if name == "household":
            people.household_page(application, household)
            people.household_lines(application, (household,))
            timeline.timeline(application, household)
        else:
            visits.visits_of(application, household)
            today.open_needs(application, household)
        event.remove(engine, "before_cursor_execute", note)
        assert seen
        looked_up = [one for one in plans(application, seen) if one.startswith(("SEARCH", "SCAN"))]
        assert all("(household=?" in one or "(record=?)" in one for one in looked_up), looked_up
