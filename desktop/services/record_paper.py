"""A form made for one record: the paper, and of what its printing is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from desktop.documents.pdf import FormContent
from desktop.documents.wording import Wording
from desktop.services.application import Application
from desktop.services.finished_paper import Paper, finished
from desktop.services.households import new_id
from desktop.services.prints import never_on_paper
from desktop.services.wordings import wording_for

Content = TypeVar("Content", bound=FormContent)


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """The paper, the record it is about, and whose household that is ("" where it is nobody's)."""

    paper: Paper
    of: str
    household: str


def set_paper(
    application: Application,
    make: Callable[[Content, Wording], bytes],
    content: Content,
    form: str,
    *,
    household: str = "",
    parts: Mapping[str, str] | None = None,
) -> Paper:
    """A form from what it says, in the wording in force, or that of its first printing where ``household`` is given.

    ``parts`` is what it shows of the record (``shown_records``). Made in the paper process. Raises as ``make``.
    """
    choice = wording_for(application, form, print_id=content.print_id, household=household)
    return finished(application, make, content, choice, parts)


def drawn_number(
    application: Application, form: str, prefix: str, household: str | None, of: str = ""
) -> tuple[str, str]:
    """The id and the number of a form that has another each time: of the one that did not come out, or new ones.

    ``form`` is the wording's name; ``household`` and ``of`` as for ``prints.never_on_paper``. Nothing counts numbers: a
    form that was only looked at has used none up, and one that was tried is in the journal under its number.
    """
    kept = never_on_paper(application, form, household, of)
    print_id, day = kept if kept is not None else (new_id(), application.today())
    return print_id, number_of(prefix, day, print_id)


def number_of(prefix: str, day: date, record: str) -> str:
    """A number made offline, unique without a counter: date and a piece of a random id."""
    return f"{prefix}-{day:%y%m%d}-{record[:6].upper()}"
