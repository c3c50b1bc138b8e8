"""The draft of one page's form: all that stands in its fields, as typed, back after a lock or a kill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.services.application import Application
from desktop.services.drafts import Draft
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.pages.page import Page
from desktop.ui.pages.visit.field_states import Field, restore, state_of


class FormDraft:
    """``fields`` by the names that the draft keeps; ``more`` answers what the page keeps beside them.

    Whoever records what was typed calls ``keep`` before the act and hands it the id, so that the draft goes in the same
    transaction, and calls ``forget`` after it.
    """

    def __init__(
        self,
        page: Page,
        application: Application,
        kind: str,
        fields: Mapping[str, Field],
        more: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        self._fields, self._more = fields, more
        self.is_touched = False
        """Whether something was changed by hand since it was begun."""
        self._keeper = DraftKeeper(page, application, kind, self._body, erased=page.gone.emit)
        for field in fields.values():
            field.changed.connect(self.touch)

    @property
    def id(self) -> str:
        """The draft's id, kept or not yet."""
        return self._keeper.id

    def begin(self, draft: Draft | None, subject: str) -> None:
        """Go on with ``draft``, whose content is brought back, or begin a new one about ``subject``."""
        self._keeper.begin(draft, subject)
        self.is_touched = False
        if draft is not None:
            kept = draft.body.get("fields", {})
            for name, field in self._fields.items():
                if name in kept:
                    restore(field, kept[name])

    def touch(self) -> None:
        """Something changed by hand."""
        self.is_touched = True
        self._keeper.touch()

    def keep(self) -> str:
        """Keep it now, if something changed since it was kept; answers its id.

        Before an act that takes it along, too: kept after it, it would bring back what is recorded.
        """
        self._keeper.keep()
        return self.id

    def forget(self, subject: str = "") -> None:
        """It was saved with what was recorded; what is typed next about ``subject`` is another."""
        self._keeper.begin(None, subject or None)

    def drop(self) -> None:
        """Somebody gave it up."""
        self._keeper.drop()

    def _body(self) -> dict[str, Any]:
        return {"fields": {name: state_of(field) for name, field in self._fields.items()}, **self._more()}
