"""What the window's process may write to its terminal, which on many desktops is a log file on the disk.

Our own lines are codes and places. Libraries quote what they were handed, in log lines and in warnings, and Python
prints whole exceptions that nobody could catch: none of that may be written.
"""

from __future__ import annotations

import logging
import sys

from desktop.bug_reference import reference, summary


def say_codes_only() -> None:
    """Let our own log lines through and nothing else. Once, before anything that could have a person in it."""
    ours = logging.getLogger("desktop")
    ours.addHandler(logging.StreamHandler())
    ours.propagate = False
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(True)
    sys.unraisablehook = _say_reference


def _say_reference(raised: sys.UnraisableHookArgs) -> None:
    error = raised.exc_value
    if error is not None:
        logging.getLogger(__name__).error("bug %s %s", reference(error), summary(error))
