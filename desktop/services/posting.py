"""What of a household decides whether anything of it may be made public (公示、宣传): its categories, past ones too."""

from __future__ import annotations

from desktop.domain.aid import Category
from desktop.domain.households import CategoryHeld
from desktop.domain.plain import from_stored
from desktop.services.application import Application
from desktop.storage import queries


def categories_ever(application: Application, household_id: str) -> frozenset[Category]:
    """The categories that a household holds or has held, for ``domain.posting.may_be_posted``."""
    row = application.read(lambda connection: queries.one(connection, household_id))
    groups = row.state["groups"] if row is not None else {}
    return frozenset(
        from_stored(CategoryHeld, group["value"]).category
        for name, group in groups.items()
        if name.startswith("category:")
    )
