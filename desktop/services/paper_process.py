"""What takes long with paper is done in a process of its own (``desktop.paper_process``), or here where there is none.

What comes of it is the same. Whoever has a window starts that process; the command line and most tests need none.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, ParamSpec, TypeVar

from desktop.domain.errors import UserFacingError

P = ParamSpec("P")
T = TypeVar("T")
_COMMAND: Final = (sys.executable, *(f"-W{one}" for one in sys.warnoptions), "-m", "desktop.paper_process")
_ROOT: Final = Path(__file__).parents[2]
"""Where ``desktop`` lies, so that it is the same program whatever folder this one was started in."""
_STARTS: Final = 2
"""Started anew once at most: what ended twice would end again."""
_SECONDS_TO_START: Final = 60.0
_SECONDS_FOR_A_FORM: Final = 10.0
"""After which it hangs; the longest form takes half a second."""
_SECONDS_FOR_A_PICTURE: Final = 300.0
"""A file of forty pages may take three seconds for each."""
_SECONDS_IN_LINE: Final = 2.0
"""While somebody else's pages are looked through; then a form is made here rather than waited for."""
_SECONDS_TO_END: Final = 1.0
_GONE: Final = (OSError, EOFError, ValueError, pickle.UnpicklingError)
"""How a pipe says that nobody is at its other end, or that it was closed here."""


class PaperProcess:
    """Does one open vault's work with paper. May be called from any thread."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._keeper: threading.Thread | None = None
        self._child: _Child | None = None
        self._is_ready = threading.Event()
        self._is_closed = False
        self._note: Callable[[str], object] = lambda _: None

    def start(self, note: Callable[[str], object]) -> None:
        """Begin to start the process; until it is ready, and where it cannot be had, all is done in this one.

        ``note`` is told, on whatever thread meets it, what was wrong with it: ``not-started``, ``ended``, ``hung``, or
        ``bug`` where it could not do something. Without effect from the second time on.
        """
        with self._changing:
            if self._keeper is not None or self._is_closed:
                return
            self._note = note
            # It stays until the process is gone: Linux ends a child with the thread that started it.
            self._keeper = threading.Thread(target=self._keep, name="zoucun-paper", daemon=True)
            self._keeper.start()

    def wait_until_ready(self, seconds: float) -> bool:
        """Whether the process is there within that time."""
        return self._is_ready.wait(seconds)

    @property
    def process_id(self) -> int | None:
        """Of the process that does the work; None where that is this one."""
        child = self._child
        return child.process.pid if child is not None and self._is_ready.is_set() else None

    def typeset(self, make: Callable[P, bytes], *arguments: P.args, **named: P.kwargs) -> bytes:
        """``make(*arguments)``: a form from what it says. ``make`` is a function of a module, and takes plain values.

        Raises:
            UserFacingError: as ``make``. Its bugs are raised too, as if no other process had been tried.
        """
        return self._do(_SECONDS_FOR_A_FORM, make, arguments, named)

    def look_through(self, look: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """``look(*arguments)``: what is in pictures, which may take a while; raises as ``typeset``."""
        return self._do(_SECONDS_FOR_A_PICTURE, look, arguments, named)

    def kill(self) -> None:
        """End the process at once, whatever it is doing; nobody waits for its work any more."""
        with self._changing:
            self._is_closed = True
            child = self._child
        if child is not None:
            child.process.kill()

    def close(self) -> None:
        """The same, and wait the moment until it is gone."""
        self.kill()
        if self._keeper is not None:
            self._keeper.join(_SECONDS_TO_END)

    def _do(self, seconds: float, work: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        child = self._child
        self._check_is_open()
        if child is None or not self._is_ready.is_set():
            return work(*arguments, **named)
        try:
            answer = child.ask(pickle.dumps((work, arguments, named)), seconds)
        except _GONE:
            self._check_is_open()  # ended by a lock: nobody waits for this any more
            return work(*arguments, **named)
        if isinstance(answer, UserFacingError):
            raise answer
        if answer is None:
            self._note("bug")
            return work(*arguments, **named)  # it comes from its own place, with its number
        made: T = answer[0]
        return made

    def _check_is_open(self) -> None:
        if self._is_closed:
            raise RuntimeError("the application was closed")

    def _keep(self) -> None:
        for _ in range(_STARTS):
            trouble = self._live()
            if self._is_closed:
                return
            self._note(trouble)

    def _live(self) -> str:
        """One life of the process; answers what ended it."""
        try:
            child = _Child()
        except OSError:
            return "not-started"
        with self._changing:
            self._child = child
            if self._is_closed:
                child.process.kill()
        try:
            child.await_readiness(_SECONDS_TO_START)
            self._is_ready.set()
            child.process.wait()
        except _GONE:
            child.process.kill()
            return "not-started"
        finally:
            self._is_ready.clear()
            self._child = None
            child.close()
        return "hung" if child.is_hung else "ended"


class _Child:
    """The process and the two pipes to it."""

    def __init__(self) -> None:
        """Start it; raises OSError."""
        self.is_hung = False
        self._turn = threading.Lock()
        # Not forked: it must not begin as a copy of this process, which has the keys.
        self.process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Python would print exceptions, which quote what they were handed
            cwd=_ROOT,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows has it
        )
        self._to, self._from = _pipe(self.process.stdin), _pipe(self.process.stdout)

    def ask(self, asked: bytes, seconds: float) -> tuple[Any] | UserFacingError | None:
        """Ask, and wait for the answer; raises one of ``_GONE`` where there is none to be had in time."""
        if not self._turn.acquire(timeout=_SECONDS_IN_LINE):
            raise TimeoutError
        try:
            with self._ended_after(seconds):
                self._to.write(asked)
                self._to.flush()
                return self._read()
        finally:
            self._turn.release()

    def await_readiness(self, seconds: float) -> None:
        """It says by itself when it is ready; raises as ``ask``."""
        with self._ended_after(seconds):
            self._read()

    def close(self) -> None:
        """Wait for its end, which is here or has been asked for, and close the pipes."""
        self.process.wait()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()

    def _read(self) -> tuple[Any] | UserFacingError | None:
        read: tuple[Any] | UserFacingError | None = pickle.load(self._from)  # noqa: S301 - our own program
        return read

    @contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        def end() -> None:
            self.is_hung = True
            self.process.kill()

        watch = threading.Timer(seconds, end)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:  # never, for both were asked for
        raise OSError
    return end
