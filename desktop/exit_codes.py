"""What the numbers mean with which our processes end."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Of ``zoucun`` and of the login-and-workspace process; Python itself ends with 1 after an uncaught exception,
    so that every number the supervisor does not know counts as a crash."""

    OK = 0
    """Done; of the workspace: the window was closed."""
    PROBLEM = 1
    """Something a person can act on; it was said on standard error."""
    USAGE = 2
    """The command line was not understood (argparse's number)."""
    DAMAGE = 3
    """``journal verify``, ``vault verify`` or ``sync`` found damage and named it."""
    LOCKED = 10
    """The workspace locked itself: the supervisor starts the next login."""
    CANNOT_START = 11
    """The workspace said why it cannot start; starting it again would not help."""
    BUG = 70
    """Our fault; a reference number was said (EX_SOFTWARE of sysexits.h)."""
