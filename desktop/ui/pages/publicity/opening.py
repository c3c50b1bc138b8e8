"""What is known when the page of one person opens: what was asked of them, and what was typed and not finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.services import directory, drafts, people, publicity
from desktop.services.application import Application
from desktop.services.drafts import Draft
from desktop.services.publicity import PublicityView
from desktop.ui.pages.publicity.signing_form import DRAFT_KIND as SIGNING

DRAFT_KIND = "publicity"


@dataclass(frozen=True, slots=True)
class Opening:
    """The person with their consents to publicity, and those who may be the second."""

    person: people.ResidentView
    consents: tuple[PublicityView, ...]
    colleagues: Mapping[str, str]
    asked: Draft | None
    """What was typed of the next one to be asked for."""
    signing: Draft | None
    """A signing that was not written down to its end."""


def load_opening(application: Application, resident: str) -> Opening:
    """As the page opens; the opening of the person's page is noted."""
    names = directory.worker_names(application)
    others = {one: name for one, name in names.items() if one != application.worker.id}
    asked, signing = (
        next(iter(drafts.open_drafts(application, kind, resident)), None) for kind in (DRAFT_KIND, SIGNING)
    )
    found = publicity.publicities_of(application, resident)
    return Opening(people.resident_view(application, resident), found, others, asked, signing)
