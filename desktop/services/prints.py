"""Every printing of a form as the journal keeps it (打印记录): printed, in part, failed or given up, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from desktop.documents.wording import pattern_of
from desktop.domain.prints import ON_PAPER, Came, PrintOutcome
from desktop.services.application import Application, Done, local_day
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.storage import queries
from desktop.storage.journal import Action

_IN_ONE_ACTION: Final = 50
"""Notes that fit into one action with room to spare."""


@dataclass(frozen=True, slots=True)
class PrintNoted:
    """One printing. ``came`` is what is known of it by now; ``had_paper``: the print system took at least a part, so
    that paper of it may come back whatever became of the rest."""

    id: str
    fact: Mapping[str, Any]
    came: Came
    had_paper: bool
    worker: str
    moment: str

    @property
    def is_whole(self) -> bool:
        """Whether all the pages came out."""
        return self.came.outcome is PrintOutcome.PRINTED


def note_print(
    action: Action,
    *,
    household: str,
    of: str,
    print_id: str,
    form: str,
    version: str,
    digest: str,
    came: Came,
    wording: str = "",
    number: str = "",
    **more: object,
) -> int:
    """Note what came of printing a form; answers how often it came out whole by now, under the id that its pages bear.

    ``of`` is the record that the form is about, ``wording`` the SHA-256 of the text it was set in; ``more`` what a form
    says of its printing beyond this.
    """
    known = noted(queries.of_kind(action.connection, "print", household=household or None))
    before = len([one for one in known if one.is_whole and one.fact.get("print") == print_id])
    fact = {
        "household": household,
        "of": of,
        "print": print_id,
        "form": form,
        "version": version,
        "hash": digest,
        **({"wording": wording} if wording else {}),
        **({"number": number} if number else {}),
        **_plain(came),
        **more,
    }
    action.add("print.recorded", new_id(), fact)
    return before + int(came.outcome is PrintOutcome.PRINTED)


def _plain(came: Came) -> dict[str, object]:
    """What says nothing is left out, but for the number of copies."""
    said = {name: value for name, value in asdict(came).items() if value or name == "copies"}
    return {**said, "outcome": came.outcome.value}


def noted(rows: Sequence[queries.RecordRow]) -> tuple[PrintNoted, ...]:
    """The printings in these records, in their order; what became of one afterwards stands for it and not beside it."""
    facts: list[tuple[queries.RecordRow, dict[str, Any]]] = [(row, row.state["fact"]) for row in rows]
    later = {fact["amends"]: fact for _, fact in facts if fact.get("amends")}
    return tuple(
        PrintNoted(
            row.id,
            fact,
            _came(later.get(row.id, fact)),
            _came(fact).outcome in ON_PAPER,
            str(row.state["worker"]),
            str(row.state["time"]),
        )
        for row, fact in facts
        if not fact.get("amends")
    )


def _came(fact: Mapping[str, Any]) -> Came:
    return Came(
        PrintOutcome(fact.get("outcome", PrintOutcome.PRINTED)),
        fact.get("copies", 1),
        fact.get("printer", ""),
        fact.get("first", 0),
        fact.get("last", 0),
        fact.get("job", ""),
    )


def read_prints(connection: Connection, print_id: str, household: str = "") -> tuple[PrintNoted, ...]:
    """The printings under the id that a form's pages bear, newest first; ``household`` is where they are noted.

    Where the print's id is a record's, that says it; all notes are looked through for a form that is nobody's alone.
    """
    record = None if household else queries.one(connection, print_id)
    household = household or (record.household or "" if record is not None else "")
    rows = queries.of_kind(connection, "print", household=household or None)
    own = [row for row in rows if row.state["fact"].get("print") == print_id]
    return tuple(sorted(noted(own), key=lambda one: one.moment, reverse=True))


def prints_of(application: Application, print_id: str, household: str = "") -> tuple[PrintNoted, ...]:
    """As ``read_prints``, for whoever looks at the paper."""
    return application.read(lambda connection: read_prints(connection, print_id, household))


def is_large(application: Application, chosen: bool | None, print_id: str, household: str) -> bool:
    """The size of type of a form: the one that was chosen, else that of its newest paper. A reprint keeps its size."""
    if chosen is not None:
        return chosen
    newest = next((one for one in prints_of(application, print_id, household) if one.had_paper), None)
    return newest is not None and bool(newest.fact.get("large_type"))


def never_on_paper(application: Application, form: str, household: str | None, of: str = "") -> tuple[str, date] | None:
    """The id of a form that this worker wanted to print and that did not come out at all, and its first day.

    Who prints a form that gets a number each time (``form`` is the wording's name) takes this number up again: none is
    drawn that leads nowhere. ``of`` is the record it is about, "" where the form is a record of its own; ``household``
    is None where it is about several.
    """
    number = str(pattern_of(form)["number"])

    def read(connection: Connection) -> Iterator[PrintNoted]:
        rows = queries.of_kind(connection, "print", household=household or None)
        for one in noted(rows):
            about = one.fact
            is_theirs = household is None or about.get("household", "") == household
            if about["form"] == number and is_theirs and of in ("", about["of"]):
                yield one

    found = application.read(lambda connection: tuple(read(connection)))
    used = {one.fact.get("print") for one in found if one.had_paper}
    free = [one for one in found if one.worker == application.worker.id and one.fact.get("print") not in used]
    if not free:
        return None
    first = min(free, key=lambda one: one.moment)
    return str(first.fact["print"]), local_day(first.moment)


def record_job_end(application: Application, job: str, outcome: PrintOutcome) -> Done[int]:
    """Note that what the print system had taken did not come out after all: given up by it, or taken off its queue.

    Answers of how many forms that was so. The paper that came out before stays known, should it come back.
    """
    require(application, Capability.PRINT)

    def of_job(connection: Connection) -> list[PrintNoted]:
        today = application.today()
        return [
            one
            for one in noted(queries.of_kind(connection, "print"))
            # Names of jobs begin anew where the print system was set up anew.
            if one.came.job == job and one.came.outcome in ON_PAPER
            if one.worker == application.worker.id and (today - local_day(one.moment)).days <= 1
        ]

    found = application.read(of_job)

    def note(some: Sequence[PrintNoted]) -> Done[int]:
        def write(action: Action) -> int:
            for one in some:
                fact = {**one.fact, "outcome": outcome.value, "amends": one.id}
                action.add("print.recorded", new_id(), fact)
            return len(some)

        return application.act(write)

    changed: frozenset[str] = frozenset()
    for start in range(0, len(found), _IN_ONE_ACTION):
        changed |= note(found[start : start + _IN_ONE_ACTION]).changed
    return Done(len(found), changed)
