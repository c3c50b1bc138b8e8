"""How a job of CUPS ended, asked of its library: ``lpstat`` says the same of one that was printed and one that was not.

CUPS 2.4 lists both as "processing-to-stop-point" (measured), and cancels a job that the printer refuses by itself.
"""

from __future__ import annotations

import ctypes
from enum import IntEnum
from typing import Final

_LIBRARY: Final = "libcups.so.2"
_EVERYBODYS: Final = 0
_ENDED: Final = 1
"""``CUPS_WHICHJOBS_COMPLETED``: those that wait no more, however they ended."""


class End(IntEnum):
    """``job-state`` of a job that waits no more (RFC 8011, 5.3.7)."""

    CANCELED = 7
    ABORTED = 8
    PRINTED = 9


class _Job(ctypes.Structure):
    """``cups_job_t`` (cups/cups.h), the same since CUPS 1.2."""

    _fields_ = (
        ("id", ctypes.c_int),
        ("dest", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("user", ctypes.c_char_p),
        ("format", ctypes.c_char_p),
        ("state", ctypes.c_int),
        ("size", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("completed_time", ctypes.c_long),
        ("creation_time", ctypes.c_long),
        ("processing_time", ctypes.c_long),
    )


def how_it_ended(name: str) -> End | None:
    """How a job (``Office-12``) ended; None where it has not, or CUPS does not say.

    Asked only after the scheduler has answered something else: this waits for it as long as the library does.
    """
    printer, _, number = name.rpartition("-")
    jobs = ctypes.POINTER(_Job)()
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.cupsGetJobs2.argtypes = (
        *(ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(_Job)), ctypes.c_char_p),
        *(ctypes.c_int, ctypes.c_int),
    )
    library.cupsFreeJobs.argtypes = (ctypes.c_int, ctypes.POINTER(_Job))
    count = library.cupsGetJobs2(None, ctypes.byref(jobs), printer.encode(), _EVERYBODYS, _ENDED)
    try:
        states = {jobs[at].id: jobs[at].state for at in range(count)}
    finally:
        library.cupsFreeJobs(count, jobs)
    state = states.get(int(number)) if number.isdecimal() else None
    return End(state) if state in set(End) else None
