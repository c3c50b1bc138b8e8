"""The open application: the parts a service function works with, wired by ``desktop.bootstrap``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EPOCH_BEGAN
from desktop.domain.lease import LeaseState
from desktop.domain.roles import LAPTOP_ROLES, Role
from desktop.services.paper_process import PaperProcess
from desktop.storage import epochs, lease, records, settings, standing
from desktop.storage.journal import Action, Author
from desktop.storage.store import Store
from desktop.storage.vault import Identity, Keys
from desktop.sync.envelope import SealingKey, SigningKey
from desktop.sync.protocol import Enrolment

T = TypeVar("T")
_EARLIEST_YEAR: Final = 2026
"""No laptop ran this program before."""
_PLAUSIBLE_YEARS: Final = 25
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, with the laptop's own zone."""
    return datetime.now().astimezone()


def local_day(time: str) -> date:
    """The laptop's day of a time as entries have it (ISO, UTC): in China a day begins eight hours before UTC's."""
    return datetime.fromisoformat(time).astimezone().date()


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a service function that writes answers: its value and the kinds of records it changed."""

    value: T
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """Who is working: as the county enrolled them, or as its roster has them since."""

    id: str
    name: str
    role: Role
    office: str
    townships: tuple[str, ...]
    county: str
    county_name: str


class Application:
    """One unlocked vault. Every function in ``desktop.services`` takes it as its first argument."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        identity: Identity,
        keys: Keys,
        *,
        practice: bool,
        clock: Clock = system_clock,
    ) -> None:
        self.store = store
        self.folder = folder
        self.identity = identity
        self.keys = keys
        self.practice = practice
        self.clock = clock
        self.changing_slots = threading.Lock()
        """Held from reading the slots file to replacing it: sync and settings do so on threads of their own."""
        self.paper_process = PaperProcess()
        """Sets forms and looks through pictures: in this process, until somebody starts the other one."""
        self.notes: tuple[UserFacingError, ...] = ()
        """What the worker should be told after opening, though nothing is in the way of working."""
        self._views: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._enrolment: Enrolment | None = None
        self._worker: Worker | None = None
        self._load_enrolment()

    @property
    def signing_key(self) -> SigningKey:
        """Signs batches and requests."""
        return SigningKey(bytes.fromhex(self.identity.signing_secret))

    @property
    def sealing_key(self) -> SealingKey:
        """Opens the feed and the vault's own batches and attachments."""
        return SealingKey(self.identity.sealing_secret)

    # -- who ---------------------------------------------------------------------------------------

    @property
    def enrolment(self) -> Enrolment | None:
        """What the county answered at enrolment; None before."""
        return self._enrolment

    @property
    def worker(self) -> Worker:
        """The enrolled worker; raises UserFacingError("vault.not-enrolled") before enrolment."""
        if self._worker is None:
            raise UserFacingError("vault.not-enrolled")
        return self._worker

    def enrol(self, enrolment: Enrolment) -> None:
        """Keep the county's answer and begin the journal with it."""

        def begin(connection: Connection) -> None:
            settings.put(connection, "enrolment", enrolment.encode().decode())
            author = Author(self.identity.vault, self.identity.epoch, enrolment.worker, enrolment.role)
            action = Action(connection, author, self._now())
            action.add(EPOCH_BEGAN, None, {"county": enrolment.county, "reason": "enrolled"})
            action.finish()

        self.store.write(begin)
        self._load_enrolment()

    def _load_enrolment(self) -> None:
        kept = self.store.read(lambda connection: settings.get(connection, "enrolment"))
        self._enrolment = None if kept is None else Enrolment.decode(kept.encode())
        self._worker = self._rostered()

    def _rostered(self) -> Worker | None:
        """The worker as the county has them now: enrolment, and the latest ``worker.issued`` that came by the feed."""
        given = self._enrolment
        if given is None:
            return None
        row = self.store.read(lambda connection: records.state(connection, f"worker-{given.worker}"))
        issued = row["issued"] if row is not None else {}
        if issued.get("role", given.role) not in LAPTOP_ROLES:
            issued = {}  # a role this version does not know: go on as enrolled, the county has the last word
        return Worker(
            given.worker,
            issued.get("name", given.worker_name),
            Role(issued.get("role", given.role)),
            issued.get("office", given.office),
            tuple(issued.get("townships", given.townships)),
            given.county,
            given.county_name,
        )

    def follow_roster(self) -> Worker | None:
        """Go on as the worker the county's roster now has; answers the worker before, None if nothing changed.

        The change of role is in the journal (``reference.md`` §3.5), under the new one.
        """
        before, now = self._worker, self._rostered()
        if before is None or now is None or now == before:
            return None
        self._worker = now
        body = {"role": now.role.value, "townships": list(now.townships)}
        self.act(lambda action: action.add("vault.roster-followed", None, body))
        return before

    # -- acting and reading ------------------------------------------------------------------------

    def act(self, work: Callable[[Action], T], *, import_id: str | None = None, persons_right: bool = False) -> Done[T]:
        """One worker's action: one transaction with its records and journal entries, or nothing.

        What was viewed since the last action is written first, as an action of its own.
        ``persons_right`` marks what a person may demand at any time (withdrawing consent): it is done over the
        lease too.

        Raises:
            UserFacingError: ``lease.code-needed`` where the lease is over, ``vault.revoked`` where the county took
                the vault out of use: nothing that changes a record is written then.
        """
        worker = self.worker

        def perform(connection: Connection) -> Done[T]:
            self._write_views(connection, worker, views)
            action = self._action(connection, worker, import_id)
            value = work(action)
            if action.changed:
                self._check_may_write(connection, persons_right)
            action.finish()
            return Done(value, frozenset(action.changed))

        with self._views_to_write() as views:
            return self.store.write(perform)

    def _check_may_write(self, connection: Connection, persons_right: bool) -> None:
        kept = standing.read(connection)
        if kept is not None and kept.revoked:
            raise UserFacingError("vault.revoked", reason=kept.reason, ask=kept.ask)
        if self.practice or persons_right:
            return
        held = lease.read(connection, self.clock().astimezone(UTC))
        if held.state is LeaseState.CODE_NEEDED:
            raise UserFacingError("lease.code-needed", days=held.days)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Read in one snapshot, on the reading thread."""
        return self.store.read(work)

    def action_in(self, connection: Connection) -> Action:
        """An action inside a transaction of the caller's, who ends it: in a store about to come into use, or where the
        same transaction has begun a new epoch."""
        return self._action(connection, self.worker)

    def _action(self, connection: Connection, worker: Worker, import_id: str | None = None) -> Action:
        """Of this worker, in the epoch as it stands in this transaction."""
        author = Author(self.identity.vault, epochs.current(connection), worker.id, worker.role)
        doubtful = self._is_doubtful(connection)
        return Action(connection, author, self._now(), clock_doubtful=doubtful, import_id=import_id)

    def today(self) -> date:
        """The laptop's date."""
        return self.clock().date()

    def is_clock_doubtful(self) -> bool:
        """Whether the laptop's date cannot be right: an empty battery gives 1980, or the first of this January, which
        is before the county's last word. It is said, and stops nobody."""
        return self.read(self._is_doubtful)

    def _is_doubtful(self, connection: Connection) -> bool:
        now = self.clock()
        if not _EARLIEST_YEAR <= now.year <= _EARLIEST_YEAR + _PLAUSIBLE_YEARS:
            return True
        return standing.is_before_it(connection, now.astimezone(UTC))

    def _now(self) -> str:
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds")

    # -- the audit of reading ------------------------------------------------------------------------

    def note_view(self, kind: str, record: str, groups: tuple[str, ...] = (), approval: str = "") -> None:
        """Remember that a person's page was opened; written with the next action or ``flush_views``.

        ``approval`` is what opened a minor's data (``services/minors_gate.py``).
        """
        said = {"groups": list(groups)} | ({"approval": approval} if approval else {})
        with self._lock:
            self._views.append({"kind": kind, "record": record, "said": said})

    def flush_views(self) -> None:
        """Write what was viewed; the window calls this within two seconds, and lock does."""
        if self._views and self._enrolment is not None:
            worker = self.worker
            with self._views_to_write() as views:
                self.store.write(lambda connection: self._write_views(connection, worker, views))

    @contextmanager
    def _views_to_write(self) -> Iterator[list[dict[str, Any]]]:
        """What was viewed and is not yet in the journal; it stays so where the transaction fails."""
        with self._lock:
            views, self._views = self._views, []
        try:
            yield views
        except BaseException:
            with self._lock:
                self._views = [*views, *self._views]
            raise

    def _write_views(self, connection: Connection, worker: Worker, views: list[dict[str, Any]]) -> None:
        if not views:
            return
        action = self._action(connection, worker)
        for view in views:
            action.add(view["kind"], view["record"], view["said"])
        action.finish()

    def close(self) -> None:
        """End the paper process, write what is waiting and close the store."""
        self.paper_process.kill()
        try:
            self.flush_views()
        finally:
            try:
                self.store.close()
            finally:
                self.paper_process.close()  # the system has taken it down meanwhile
