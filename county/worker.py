"""The apply worker: a thread of the server that applies what was stored, and wakes those who wait."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import date
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from county import tables
from county.apply import BatchFault, BatchName, apply_next
from county.clock import now_text, today
from county.erased_copies import clear_waiting
from county.erasing import sweep
from county.expiry import expire_grants, expire_publicities
from county.fingerprints import let_go
from county.holds import retry_holds
from county.opening import County

IDLE_SECONDS: Final = 5.0
"""How often the worker looks unasked: after disk trouble, or where another process stored a batch."""
log = logging.getLogger("county")


class Waiters:
    """Requests that wait for a batch to be applied; lives on the server's event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[BatchName, set[asyncio.Event]] = {}
        self._closed = False

    def attach(self) -> None:
        """Bind to the running event loop."""
        self._loop = asyncio.get_running_loop()

    def watch(self, name: BatchName) -> asyncio.Event:
        """An event that is set once the batch was applied, or the server stops."""
        event = asyncio.Event()
        if self._closed:
            event.set()
        self._waiting.setdefault(name, set()).add(event)
        return event

    def forget(self, name: BatchName, event: asyncio.Event) -> None:
        """Nobody waits on this event any longer."""
        events = self._waiting.get(name, set())
        events.discard(event)
        if not events:
            self._waiting.pop(name, None)

    def applied(self, name: BatchName) -> None:
        """Wake those who wait for this batch; called from the worker's thread."""
        self._call(lambda: self._wake(name))

    def close(self) -> None:
        """Wake everybody, now and later: the server stops."""
        self._closed = True
        self._call(self._wake_all)

    def _call(self, work: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)

    def _wake_all(self) -> None:
        for name in list(self._waiting):
            self._wake(name)

    def _wake(self, name: BatchName) -> None:
        for event in self._waiting.get(name, ()):
            event.set()


class ApplyWorker:
    """Applies batches in their order on one thread until it is stopped."""

    def __init__(self, county: County, waiters: Waiters) -> None:
        self._county = county
        self._waiters = waiters
        self._work = threading.Event()
        self._stop = threading.Event()
        self._skip: frozenset[tuple[str, str]] = frozenset()
        self._expired_on: date | None = None
        self._thread = threading.Thread(target=self._run, name="apply", daemon=True)

    def start(self) -> None:
        """Begin; what a stopped or killed server left stored is applied first, erased pictures it left go."""
        sweep(self._county)
        self._thread.start()

    def wake(self) -> None:
        """A batch was stored."""
        self._work.set()

    def stop(self) -> None:
        """Finish the batch in hand and end the thread."""
        self._stop.set()
        self._work.set()
        self._thread.join()

    def _run(self) -> None:
        self._attempt_holds()
        while not self._stop.is_set():
            self._work.clear()
            self._attempt_expiry()
            while not self._stop.is_set() and self._attempt():
                pass
            if not self._stop.is_set():
                self._work.wait(IDLE_SECONDS)

    def _attempt_holds(self) -> None:
        try:
            retry_holds(self._county)
        except Exception as error:  # noqa: BLE001 whatever it is, new batches must still be applied
            log.error("holds.fault %s", type(error).__name__)

    def _attempt_expiry(self) -> None:
        """Once a day; after trouble, again the next day or at the next start."""
        day = today()
        if day == self._expired_on:
            return
        self._expired_on = day
        try:
            expire_grants(self._county, day)
            expire_publicities(self._county, day)
        except Exception as error:  # noqa: BLE001 as above
            log.error("expiry.fault %s", type(error).__name__)
        try:
            clear_waiting(self._county)
        except Exception as error:  # noqa: BLE001 as above
            log.error("erased.fault %s", type(error).__name__)
        try:
            let_go(self._county)
        except Exception as error:  # noqa: BLE001 as above
            log.error("fingerprints.fault %s", type(error).__name__)

    def _attempt(self) -> bool:
        """Apply one batch; False when there is nothing to do for now."""
        try:
            name = apply_next(self._county, self._skip)
        except BatchFault as fault:
            log.error("apply.fault %s", fault.cause)
            return self._set_aside(fault)
        except SQLAlchemyError as trouble:
            # The disk or the database's server: it is tried again.
            log.error("apply.trouble %s", type(trouble).__name__)
            return False
        if name is None:
            return False
        self._waiters.applied(name)
        return True

    def _set_aside(self, fault: BatchFault) -> bool:
        """Leave the journal whose batch met a fault of ours until the next start; say so in ``hold``."""
        self._skip |= {(fault.name.vault, fault.name.epoch)}
        try:
            with self._county.store.write() as connection:
                connection.execute(
                    tables.hold.insert().values(
                        county=self._county.code,
                        sort="fault",
                        vault=fault.name.vault,
                        epoch=fault.name.epoch,
                        number=fault.name.number,
                        reason=fault.cause,
                        since=now_text(),
                    )
                )
        except SQLAlchemyError as trouble:
            log.error("apply.fault-unnoted %s", type(trouble).__name__)
        return True
