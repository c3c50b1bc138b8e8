"""Who opened whose page is in the journal, whatever came of what was done next (PIPL art. 51)."""

from __future__ import annotations

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import people
from desktop.services.application import Application
from desktop.storage import journal
from tests.casework import recorded_household


def viewed(application: Application) -> list[str | None]:
    """The records whose opening is in the journal."""
    entries = application.read(lambda connection: list(journal.own_entries(connection)))
    return [one.header.record for one in entries if one.header.kind == "view.opened"]


def test_a_page_opened_before_an_action_that_was_refused_is_still_noted(application: Application) -> None:
    """The refused action leaves no trace; that somebody looked at the person before it does."""
    household = recorded_household(application).household
    people.household_page(application, household)

    def refused(_action: object) -> None:
        raise UserFacingError("consent.nothing-to-withdraw")

    with pytest.raises(UserFacingError):
        application.act(refused)
    assert viewed(application) == []
    application.flush_views()
    assert viewed(application) == [household]
    application.flush_views()
    assert viewed(application) == [household]
