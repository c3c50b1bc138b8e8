"""What of a minor's data this worker may see now (未成年人信息查阅), and the journal's note of each look.

Asked by every service that shows a person: pages, search, pictures, forms. The window only words the answer. What is
closed is not shown and not lost: nothing is taken out of a record, and whatever is written goes its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain import minors, relations
from desktop.domain.errors import UserFacingError
from desktop.domain.households import HEAD
from desktop.domain.journal import VIEW_OPENED
from desktop.domain.minors import CHILDREN, OPENING, ApprovalFields
from desktop.domain.plain import Misfit, decode
from desktop.services.application import Application, local_day
from desktop.storage import queries

_OPENING: Final = tuple(sorted(OPENING))
_HEADS: Final = frozenset({HEAD, relations.HEAD})


@dataclass(frozen=True, slots=True)
class Access:
    """What of one person's record is closed to this worker; nothing of an adult's.

    ``approval`` is what opens a minor's data ("" where nothing does, or where nothing has to); ``closed`` the groups
    that stay shut; ``is_age_unknown`` says that nobody has stated the age, and that they are taken for a minor till
    then (``minors.is_taken_for_minor``).
    """

    is_minor: bool = False
    approval: str = ""
    closed: frozenset[str] = frozenset()
    is_age_unknown: bool = False

    @property
    def is_open(self) -> bool:
        """Whether everything may be shown."""
        return not self.closed

    def without_closed(self, groups: Mapping[str, Any]) -> dict[str, Any]:
        """The groups of a state but those that are closed; the date of birth, of which the age is shown, is left."""
        return {name: group for name, group in groups.items() if name not in self.closed}

    def shown(self, groups: Mapping[str, Any]) -> dict[str, Any]:
        """The groups of a state that may be shown. Of the date of birth only the age is left: ask that before."""
        left = self.without_closed(groups)
        return {name: group for name, group in left.items() if self.is_open or name != "birth"}


@dataclass(frozen=True, slots=True)
class Gate:
    """One worker's approvals on one day. ``head_of`` answers the groups of a household's head, None if unknown."""

    worker: str
    today: date
    approvals: tuple[tuple[str, str, ApprovalFields], ...]
    head_of: Callable[[str], Mapping[str, Any] | None]

    def access(self, row: queries.RecordRow) -> Access:
        """What of this resident's record is closed."""
        return self.access_by(row.state["groups"], row.id, row.division)

    def access_by(self, groups: Mapping[str, Any], resident: str, division: str | None) -> Access:
        """As ``access``, from the groups of a state."""
        # Whose head it is matters for those children alone of whom nothing else says how old they are.
        head = self._head(groups) if minors.relation_without_age(groups, self.today) in CHILDREN else None
        if not minors.is_minor(groups, self.today, head):
            return Access()
        is_unknown = minors.is_taken_for_minor(groups, self.today, head)
        own = [name for name, group in groups.items() if self._is_own(group)]
        found = minors.opening(self.approvals, self.worker, resident, division or "", self.today)
        if found is not None:
            return Access(True, found[0], is_age_unknown=is_unknown)
        return Access(True, "", minors.closed_groups(groups, own), is_unknown)

    def _head(self, groups: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return self.head_of(str(groups["membership"]["value"].get("household", "")))

    def _is_own(self, group: Mapping[str, Any]) -> bool:
        """Written today by this worker: what one has just heard is read back to the person."""
        return group["worker"] == self.worker and local_day(group["time"]) == self.today


def read_gate(application: Application, connection: Connection) -> Gate:
    """The approvals that may open something today; none before enrolment. To be asked within the same reading."""
    found = []
    for row in queries.of_kind(connection, "approval", statuses=_OPENING):
        try:
            found.append((row.id, row.status or "", decode(ApprovalFields, row.state["fields"])))
        except Misfit:  # of a newer version, which this one does not understand: it opens nothing here
            continue
    worker = application.worker.id if application.enrolment is not None else ""
    return Gate(worker, application.today(), tuple(found), lambda household: _head_of(connection, household))


def gate_for(application: Application) -> Gate:
    """The same, to be asked outside of any reading."""

    def head_of(household: str) -> Mapping[str, Any] | None:
        return application.read(lambda connection: _head_of(connection, household))

    return replace(application.read(lambda connection: read_gate(application, connection)), head_of=head_of)


def _head_of(connection: Connection, household_id: str) -> Mapping[str, Any] | None:
    for row in queries.of_kind(connection, "resident", household=household_id) if household_id else ():
        groups: Mapping[str, Any] = row.state["groups"]
        if groups.get("membership", {}).get("value", {}).get("relation") in _HEADS:
            return groups
    return None


def access_to(application: Application, resident_id: str) -> Access:
    """What of this person is closed to this worker; nothing where there is no such person."""

    def read(connection: Connection) -> Access:
        row = queries.one(connection, resident_id)
        if row is None or row.kind != "resident":
            return Access()
        return read_gate(application, connection).access(row)

    return application.read(read)


def require_open(application: Application, resident_id: str, *groups: str) -> None:
    """Go on only where this person's data is open to this worker; that a minor's was opened is noted.

    Raises:
        UserFacingError: ``minors.closed``. Nothing was shown, written or lost then.
    """
    access = access_to(application, resident_id)
    if not access.is_open:
        raise UserFacingError("minors.closed", resident=resident_id)
    note_opened(application, [(resident_id, access)], *groups)


def note_opened(application: Application, seen: Iterable[tuple[str, Access]], *groups: str) -> None:
    """Note for each minor whose data was opened by an approval: who, which groups, by which approval."""
    for resident, access in seen:
        if access.is_minor and access.approval:
            application.note_view(VIEW_OPENED, resident, ("minor", *groups), access.approval)


def is_own_of_today(application: Application, worker: str, time: str) -> bool:
    """Whether this worker wrote it today: what one has just done is read back, whoever it is about."""
    return worker == application.worker.id and local_day(time) == application.today()


def hides_words(application: Application, closed: frozenset[str], worker: str, time: str) -> bool:
    """Whether words that somebody wrote of a whole household stay shut: nobody can tell them from words about the
    children who live there (``closed_minors``)."""
    return bool(closed) and not is_own_of_today(application, worker, time)


def opened_minors(
    application: Application, connection: Connection, household_id: str
) -> tuple[tuple[str, Access], ...]:
    """The members of a household whose data an approval opens to this worker, for ``note_opened``."""
    gate = read_gate(application, connection)
    rows = queries.of_kind(connection, "resident", household=household_id)
    return tuple((row.id, found) for row in rows if (found := gate.access(row)).approval)


def closed_minors(application: Application, connection: Connection, household_id: str) -> frozenset[str]:
    """The members of a household whose data is closed to this worker."""
    gate = read_gate(application, connection)
    rows = queries.of_kind(connection, "resident", household=household_id)
    # Closed is who has anything that is: what a visit found of a child is closed although the record says little.
    return frozenset(row.id for row in rows if (found := gate.access(row)).is_minor and not found.approval)
