"""What was read aloud to a person before they signed (讲解), paper by paper, as their copy and the letter name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from desktop.domain.readings import reading_words
from desktop.services.application import Application
from desktop.storage import queries

_PAPERS = (("sheet", "转介同意书"), ("publicity", "宣传同意书"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How the person came to know what one paper says: its name and number, the day it was signed, and in words."""

    paper: str
    number: str
    day: date
    words: str


def readings_of(application: Application, resident_id: str, until: date | None = None) -> tuple[Reading, ...]:
    """Of each consent that was signed, newest first; ``until`` leaves out what was signed after that day."""

    def read(connection: Connection) -> list[Reading]:
        found = []
        for kind, name in _PAPERS:
            for row in queries.of_kind(connection, kind, resident=resident_id):
                fields = row.state["fields"]
                if fields.get("signed_on"):  # until then nobody has to have heard anything
                    day = date.fromisoformat(fields["signed_on"])
                    found.append(Reading(name, str(fields.get("number", "")), day, reading_words(fields)))
        return found

    found = application.read(read)
    return tuple(one for one in found if until is None or one.day <= until)
