"""Work off the screen's thread: the only place in ``ui`` that knows threads.

A page says ``tasks.run(page, op, success, failure)``; ``op`` runs on a lane's thread, ``success`` on the screen's.
Three lanes keep a search from waiting behind an import, and saving from waiting behind the network. Long work is a
generator that yields ``Progress`` between slices of at most 50 ms; other work of its lane goes in between.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import partial
from time import monotonic, perf_counter
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from desktop.domain.errors import UserFacingError
from desktop.ui.slices import is_there
from desktop.ui.turns import turns

log = logging.getLogger(__name__)

S = TypeVar("S")
T = TypeVar("T")

APART: Final = "zoucun-apart"
"""The name of a thread for which nothing waits."""
_HANDING_OUT: Final = 0.004
"""Seconds of a turn of the event loop after which what waits (a key, a repaint) comes before the next result."""


class Lane(StrEnum):
    """Which thread does the work. Work of one lane never overlaps."""

    READ = "read"
    """Questions to the store."""
    WRITE = "write"
    """Actions: whatever changes the store."""
    OUTSIDE = "outside"
    """What needs no store, or waits for others: network, printing, key derivation."""


@dataclass(frozen=True)
class Progress:
    """How far long work has come, in items (rows, entries, bytes); ``total`` 0 means unknown."""

    done: int
    total: int
    what: str = ""


def as_progress(steps: Generator[S, None, T], shown: Callable[[S], Progress]) -> Generator[Progress, None, T]:
    """A service's long work for ``run_slices``: each of its steps as it is shown, and what it answers at the end."""
    with closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                answer: T = end.value
                return answer
            yield shown(step)


def counted(step: tuple[int, int]) -> Progress:
    """A step that says how many of how many are done."""
    return Progress(*step)


class _Turn(IntEnum):
    SCREEN = 0
    STOP = 1
    """After what was asked before, so that a draft kept while leaving is on the disk; before further slices."""
    SLICES = 2


class _Worker:
    """One thread and its queue; lower turns first, then first come, first served."""

    def __init__(self, name: str) -> None:
        self._queue: queue.PriorityQueue[tuple[_Turn, int, Callable[[], None]]] = queue.PriorityQueue()
        self._order = itertools.count()
        # A daemon, so that a network call which never returns cannot keep the locked process, and its keys, alive.
        self._thread = threading.Thread(target=self._work, name=f"zoucun-{name}", daemon=True)
        self._thread.start()

    def put(self, turn: _Turn, job: Callable[[], None]) -> None:
        self._queue.put((turn, next(self._order), job))

    def close(self) -> None:
        self.put(_Turn.STOP, lambda: None)

    def join(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        turn = _Turn.SCREEN
        while turn != _Turn.STOP:
            turn, _, job = self._queue.get()
            job()
            # The page and the person it shows must not live on in this frame while the thread waits.
            del job


class LongTask:
    """Long work under way; ``cancel`` stops it before its next slice."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask to stop. What earlier slices saved stays saved."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._cancelled.is_set()


@dataclass(frozen=True)
class _Callbacks:
    owner: QObject
    success: Callable[[Any], None]
    failure: Callable[[UserFacingError], None] | None
    progress: Callable[[Progress], None] | None = None
    cancelled: Callable[[], None] | None = None


_Parcel = tuple[_Callbacks | None, Callable[[Any], None], object]
"""A result on its way to the screen's thread: whose it is, who receives it, and the result."""


class Tasks(QObject):
    """Runs callables on three lanes and brings their results back to the screen's thread."""

    user_error = Signal(object)
    """A ``UserFacingError`` that no page handles itself; the window shows it in its banner."""
    bug = Signal(object)
    """Any other exception, for the bug dialog."""
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = {lane: _Worker(lane.value) for lane in Lane}
        self._long: set[LongTask] = set()
        self._closed = False
        self._parcels: deque[_Parcel] = deque()
        self._turns = turns()
        self._arrived.connect(self._take)

    def run(
        self,
        owner: QObject,
        op: Callable[[], T],
        success: Callable[[T], None],
        failure: Callable[[UserFacingError], None] | None = None,
        *,
        lane: Lane = Lane.READ,
    ) -> None:
        """Run ``op`` on ``lane``; call ``success`` with its result unless ``owner`` has been deleted meanwhile.

        A ``UserFacingError`` goes to ``failure``, or to the window's banner where there is none; all else is a bug.
        """
        callbacks = _Callbacks(owner, success, failure)
        self._submit(lane, _Turn.SCREEN, lambda: self._attempt(callbacks, lambda: self._finish(callbacks, op())))

    def run_apart(
        self,
        owner: QObject,
        op: Callable[[], T],
        success: Callable[[T], None],
        failure: Callable[[UserFacingError], None] | None = None,
    ) -> None:
        """As ``run``, on a thread of its own for which nothing waits, not even the lock.

        For what may never answer and holds nothing to be saved: a look at a folder of a share that is gone.
        """
        callbacks = _Callbacks(owner, success, failure)
        job = partial(self._attempt, callbacks, lambda: self._finish(callbacks, op()))
        threading.Thread(target=job, name=APART, daemon=True).start()

    def run_slices(
        self,
        owner: QObject,
        slices: Callable[[], Generator[Progress, None, T]],
        success: Callable[[T], None],
        failure: Callable[[UserFacingError], None] | None = None,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        lane: Lane = Lane.WRITE,
    ) -> LongTask:
        """Run a generator slice by slice on ``lane``; its return value goes to ``success``.

        ``progress`` is called on the screen's thread with what the generator yields. After ``LongTask.cancel`` the
        generator is closed on its own lane before the next slice and ``cancelled`` is called. Work whose owner has
        been deleted is cancelled too.
        """
        callbacks = _Callbacks(owner, success, failure, progress, cancelled)
        task = LongTask()
        self._long.add(task)

        def start() -> None:
            self._attempt(callbacks, lambda: self._slice(callbacks, task, slices(), lane))

        self._submit(lane, _Turn.SLICES, start)
        return task

    def close(self, seconds: float = 10.0) -> bool:
        """Take no more work, finish what was asked (drafts), cancel long work, wait up to ``seconds``.

        False if a thread is still busy then.
        """
        self._closed = True
        for task in self._long:
            task.cancel()
        for worker in self._workers.values():
            worker.close()
        end = monotonic() + seconds
        stopped = [worker.join(max(0.0, end - monotonic())) for worker in self._workers.values()]
        if not all(stopped):
            log.warning("a lane was still busy when the window closed")
        return all(stopped)

    def _submit(self, lane: Lane, turn: _Turn, job: Callable[[], None]) -> None:
        if not self._closed:
            self._workers[lane].put(turn, job)

    def _attempt(self, callbacks: _Callbacks, job: Callable[[], None]) -> None:
        try:
            job()
        except UserFacingError as error:
            self._send(None, lambda what: self._fail(callbacks, what), error)
        except Exception as error:  # noqa: BLE001 - a lane outlives every bug, and every bug is shown
            self._send(None, self.bug.emit, error)

    def _fail(self, callbacks: _Callbacks, error: UserFacingError) -> None:
        # A page that is gone cannot say that its saving failed, but the worker must still learn of it.
        if callbacks.failure is not None and is_there(callbacks.owner):
            callbacks.failure(error)
        else:
            self.user_error.emit(error)

    def _slice(
        self, callbacks: _Callbacks, task: LongTask, generator: Generator[Progress, None, Any], lane: Lane
    ) -> None:
        if task.is_cancelled:
            generator.close()
            self._long.discard(task)
            if callbacks.cancelled is not None:
                done = callbacks.cancelled
                self._send(callbacks, lambda _: done(), None)
            return
        try:
            step = next(generator)
        except StopIteration as end:
            self._long.discard(task)
            self._finish(callbacks, end.value)
            return
        except BaseException:
            self._long.discard(task)
            raise
        if callbacks.progress is not None:
            self._send(callbacks, callbacks.progress, step)
        if not isValid(callbacks.owner):
            task.cancel()
        self._submit(
            lane,
            _Turn.SLICES,
            lambda: self._attempt(callbacks, lambda: self._slice(callbacks, task, generator, lane)),
        )

    def _finish(self, callbacks: _Callbacks, result: object) -> None:
        self._send(callbacks, callbacks.success, result)

    def _send(self, callbacks: _Callbacks | None, receive: Callable[[Any], None], what: object) -> None:
        if not self._closed and isValid(self):
            self._arrived.emit((callbacks, receive, what))

    @Slot(object)
    def _take(self, parcel: _Parcel) -> None:
        self._parcels.append(parcel)
        self._turns.ask(self, self._deliver)

    def _deliver(self) -> None:
        """Hand out results, in their order: as many as fit into a turn, for several pages may be filled by them."""
        end = perf_counter() + _HANDING_OUT
        while self._parcels and perf_counter() < end:
            callbacks, receive, what = self._parcels.popleft()
            if self._parcels:  # before: the result may open a dialog, in whose event loop the next is handed out
                self._turns.ask(self, self._deliver)
            if not self._closed and (callbacks is None or is_there(callbacks.owner)):
                receive(what)
