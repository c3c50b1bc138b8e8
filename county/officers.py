"""The county's own officers (县级值班员、县级审批人) at their desk: who is one, and that each look of theirs is noted.

Inside civil affairs the ground on which they see a person's data is statutory duty, and ``may_disclose`` is asked for
it like on every other road. A look is an entry ``view.opened`` of the county's own journal, in the officer's name:
whose data, which groups, never what was in them. Of a minor's it stands in the yearly audit (``minors.audit``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from county.clock import today
from county.enrolment import Worker, read_worker
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet, is_id
from desktop.domain.consent import DataClass, Recipient, may_disclose
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import VIEW_OPENED
from desktop.domain.permissions import Capability, may
from desktop.domain.records import Result
from desktop.domain.roles import COUNTY_ROLES

MINOR: Final = "minor"
"""The group by which a look at a minor's data is known; laptops name it likewise."""
_DUTY: Final = "duty"


@dataclass(frozen=True, slots=True)
class Look:
    """What an officer is about to see: whose data, which groups of it, and of which classes that is."""

    resident: str
    groups: tuple[str, ...]
    classes: tuple[DataClass, ...]


def read_officer(connection: Connection, county: County, officer: str) -> Worker:
    """An officer of the roster, as it is now.

    Raises:
        UserFacingError: ``officer.unknown``; ``desk.not-an-officer`` for every other role.
    """
    worker = read_worker(connection, county, officer) if is_id(officer) else None
    if worker is None:
        raise UserFacingError("officer.unknown")
    if worker.role not in COUNTY_ROLES or not may(worker.role, Capability.CHECK_SHEET):
        raise UserFacingError("desk.not-an-officer")
    return worker


def require_disclosure(county: County, person: str, classes: Iterable[DataClass]) -> None:
    """Go on only where the county's own office may be told; raises UserFacingError ``desk.may-not-see``."""
    office = Recipient(id=f"county-{county.code}", civil_affairs=True)
    for one in classes:
        answer = may_disclose(person, one, office, _DUTY, (), today())
        if not answer.allowed:
            raise UserFacingError("desk.may-not-see", reason=answer.reason)


def note_looks(county: County, officer: str, looks: Sequence[Look]) -> Worker:
    """Note what an officer is about to be shown; nothing may be shown before. Answers the officer.

    Raises:
        UserFacingError: as ``read_officer`` and ``require_disclosure``.
    """
    with county.store.write() as connection:
        serialise(connection, county.code)
        acting = read_officer(connection, county, officer)
        for one in looks:
            require_disclosure(county, one.resident, one.classes)
        drafts = [Draft(VIEW_OPENED, one.resident, {"groups": list(one.groups)}, "") for one in looks]
        if drafts:
            working = WorkingSet(connection, county.code)
            outcome = write_own(connection, county, working, drafts, worker=acting.id, role=acting.role)
            if outcome.result is not Result.OK:
                raise RuntimeError(f"a look was not noted: {outcome.reason}")
    return acting
