"""What a second check of a sheet compares, box by box, and what is to be known before: for both checks of a laptop.

The boxes are the county's (``domain.sheet_boxes``). Nothing is recorded of them, as nothing is at the county: the check
itself says that everything was compared, what does not agree voids the sheet with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.domain.asking import is_asked_again
from desktop.domain.beside_check import answers_of
from desktop.domain.consent import Ask, GrantState
from desktop.domain.sheet_boxes import Counted, box_words, boxes, not_alike_words
from desktop.services.application import Application
from desktop.services.consent_records import read_sheet
from desktop.storage import queries


@dataclass(frozen=True, slots=True)
class BoxToCompare:
    """One box in words; ``not_alike`` begins the reason of a rejection where it does not agree."""

    key: str
    words: str
    not_alike: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The boxes in the order of the paper; whether the person was asked again within six months of a no, and how many
    grants name the sheet for something that it did not ask."""

    boxes: tuple[BoxToCompare, ...]
    is_asked_again: bool = False
    beside_asked: int = 0


def comparison(application: Application, sheet_id: str) -> Comparison:
    """What has to be compared on a sheet before it is checked.

    Raises:
        UserFacingError: ``record.unknown``.
    """
    today = application.today()

    def read(connection: Connection) -> Comparison:
        sheet = read_sheet(connection, sheet_id)
        grants = queries.of_kind(connection, "grant", resident=sheet.resident)
        said = answers_of(((one.id, one.state) for one in grants), sheet_id)
        fields = {one.id: one.state["fields"] for one in grants if one.id in said}
        answers = {
            (str(one["recipient"]), str(one["purpose"]), str(one["data_class"])): said[grant]
            for grant, one in fields.items()
        }
        counted = [_counted(connection, ask, answers) for ask in sheet.asks]
        shown = tuple(
            BoxToCompare(one.key, box_words(one, sheet.fields, counted), not_alike_words(one, counted))
            for one in boxes(sheet.fields, counted)
        )
        is_again = is_asked_again(sheet_id, sheet.fields, [one.state for one in grants], today)
        return Comparison(shown, is_again, len(said) - sum(one.agreed + one.refused for one in counted))

    return application.read(read)


def _counted(connection: Connection, ask: Ask, answers: dict[tuple[str, str, str], str]) -> Counted:
    said = [answers.get((ask.recipient, ask.purpose.value, one.value), "") for one in ask.classes]
    body = queries.one(connection, ask.recipient)
    name = str(body.state["issued"].get("name", "")) if body is not None and body.kind == "organisation" else ""
    refused = said.count(GrantState.REFUSED)
    return Counted(name, len([one for one in said if one]) - refused, refused)
