"""The paper process: sets forms, looks through pictures of those that come back, and does nothing else.

Python lets one thread of a process work at a time. Setting a form is 0.1 to 0.3 seconds of Python, and looking for a
code in a photograph a second of filters that never let go; in threads of the window's own process they kept the screen
waiting for 0.1 to 0.3 seconds at a time (measured). ``desktop.services.paper_process`` starts this process, asks on its
standard input, and reads its answers on its standard output.

It never sees a key and has no vault. What forms say of people is in its memory alone, and it ends with its starter.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import Any, Final

from desktop.domain.errors import UserFacingError
from desktop.hardening import end_with_starter, forbid_memory_dumps

_BEHIND_THE_SCREEN: Final = 5
"""The window comes first where there is one processor for both."""
Answer = tuple[Any] | UserFacingError | None
"""What was made, why a person cannot have it, or None for a bug: that is for the starter to meet itself."""


def main() -> int:
    """Answer until there is nobody left to ask."""
    forbid_memory_dumps()
    end_with_starter()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches both; the window decides
    if sys.platform != "win32":
        os.nice(_BEHIND_THE_SCREEN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whoever prints must not speak into the answers
    _load_ahead()
    answer: Answer = (b"",)  # ready
    while True:
        pickle.dump(answer, answers)
        answers.flush()
        del answer
        try:
            work, arguments, named = pickle.load(asked)  # noqa: S301 - from the process that started this one
        except (EOFError, pickle.UnpicklingError):
            return 0
        answer = _answer(work, arguments, named)
        del work, arguments, named


def _answer(work: Callable[..., object], arguments: tuple[Any, ...], named: dict[str, Any]) -> Answer:
    try:
        return (work(*arguments, **named),)
    except UserFacingError as error:
        return error
    except Exception:  # noqa: BLE001 - its text may name a person; the starter meets it at its place
        return None


def _load_ahead() -> None:
    """So that the first form asked for does not wait for it."""
    from desktop.documents import consent_form, fonts, referral_slip

    _ = consent_form, referral_slip
    fonts.load_faces()


if __name__ == "__main__":
    sys.exit(main())
