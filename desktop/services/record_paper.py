"""A form made for one record: the paper, and of what its printing is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from desktop.documents.pdf import FormContent
from desktop.documents.print_mark import content_hash
from desktop.documents.wording import Wording, load_wording
from desktop.services.application import Application
from desktop.services.paper import WORDING_VERSION, Paper

Content = TypeVar("Content", bound=FormContent)


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """The paper, the record it is about, and whose household that is ("" where it is nobody's)."""

    paper: Paper
    of: str
    household: str


def set_paper(
    application: Application, make: Callable[[Content, Wording], bytes], content: Content, form: str
) -> Paper:
    """A form from what it says, in the current wording; made in the paper process. Raises as ``make``."""
    wording = load_wording(form, WORDING_VERSION)
    pdf = application.paper_process.typeset(make, content, wording)
    return Paper(pdf, content.print_id, wording.number, wording.version, content_hash(content, wording.sha256))


def number_of(prefix: str, day: date, record: str) -> str:
    """A number made offline, unique without a counter: date and a piece of a random id."""
    return f"{prefix}-{day:%y%m%d}-{record[:6].upper()}"
