"""What is read to the person before a visit asks anything (告知, PIPL art. 17), and what of it a voice may say."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services import directory
from desktop.services.application import Application
from desktop.services.reading_script import spoken_words
from desktop.services.retention_review import read_schedule
from desktop.services.wordings import wording_for


@dataclass(frozen=True, slots=True)
class VisitNotice:
    """The notice in paragraphs; ``spoken`` are its sentences for the system's voice, with nobody's name."""

    lines: tuple[str, ...]
    spoken: tuple[str, ...]


def visit_notice(application: Application) -> VisitNotice:
    """The notice in force, with what the county issued for the office."""
    office = directory.office(application)
    worker = application.worker
    unknown = "（先同步一次，才有电话）"
    values = {
        "handler_name": office.name if office else worker.office,
        "worker": worker.name,
        "retention_years": str(application.read(read_schedule)["visit"].years),
        "handler_phone": office.phone if office else unknown,
        "county_name": office.county_name if office else worker.county_name,
        "complaint_phone": office.complaint_phone if office else unknown,
    }
    paragraphs = wording_for(application, "visit-notice").wording.section("notice").paragraphs
    return VisitNotice(
        tuple(one.format_map(values) for one in paragraphs), tuple(spoken_words(one, values) for one in paragraphs)
    )
