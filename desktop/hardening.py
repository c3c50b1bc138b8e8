"""Keeping keys out of memory dumps.

The recipe is KeePassXC's: no core files, and a process that neither dumps nor lets another process of the same user
look into it. To be called before a key is unwrapped.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4


def forbid_memory_dumps() -> None:
    """No core file of this process, and on Linux no attaching to it either (prctl(2), PR_SET_DUMPABLE).

    Raises:
        OSError: the system refused; then no vault should be opened.
    """
    if os.name != "posix":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)


def end_with_parent() -> Callable[[], None] | None:
    """What a new child process runs before its program, so that it is told to end when its parent is gone.

    Prepared in the parent because little may be done between fork and exec. None where the system has no such thing.
    """
    if sys.platform != "linux":
        return None
    parent = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:  # it went before we could ask
            os._exit(1)

    return prepare


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
