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
_SEM_FAILCRITICALERRORS: Final = 0x0001
_SEM_NOGPFAULTERRORBOX: Final = 0x0002
_SEM_NOOPENFILEERRORBOX: Final = 0x8000
_WER_FAULT_REPORTING_FLAG_NOHEAP: Final = 1
_DACL_SECURITY_INFORMATION: Final = 4
_END_AND_NAME_ONLY: Final = "D:P(A;;0x101001;;;OW)(A;;0x101001;;;SY)"
"""SDDL: owner and system may end the process, wait for it and ask its name (PROCESS_TERMINATE, SYNCHRONIZE,
PROCESS_QUERY_LIMITED_INFORMATION), and neither read its memory nor change these rights."""


def forbid_memory_dumps() -> None:
    """No core file of this process, and on Linux no attaching to it either (prctl(2), PR_SET_DUMPABLE).

    Raises:
        OSError: the system refused; then no vault should be opened.
    """
    if sys.platform == "win32":
        _keep_windows_from_dumping()
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)


if sys.platform == "win32":

    def _keep_windows_from_dumping() -> None:
        """No error reports with our memory in them, and no other process of this user to read it.

        After KeePassXC's ``Bootstrap.cpp`` and Microsoft's documents; not yet tried on Windows. What is refused here
        leaves the system's usual protection, so that a worker is never locked out by it; administrators can read a
        process whatever it asks for, and set WER LocalDumps.
        """
        kernel, security, reporting = ctypes.windll.kernel32, ctypes.windll.advapi32, ctypes.windll.wer
        kernel.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX | _SEM_NOOPENFILEERRORBOX)
        kernel.WerSetFlags(_WER_FAULT_REPORTING_FLAG_NOHEAP)
        program = os.path.basename(sys.executable)  # noqa: PTH119
        if program.lower().startswith("zoucun"):  # python.exe is others' too
            reporting.WerAddExcludedApplication(ctypes.c_wchar_p(program), False)
        descriptor = ctypes.c_void_p()
        if security.ConvertStringSecurityDescriptorToSecurityDescriptorW(
            ctypes.c_wchar_p(_END_AND_NAME_ONLY), 1, ctypes.byref(descriptor), None
        ):
            kernel.GetCurrentProcess.restype = ctypes.c_void_p
            process = ctypes.c_void_p(kernel.GetCurrentProcess())
            security.SetKernelObjectSecurity(process, _DACL_SECURITY_INFORMATION, descriptor)
            kernel.LocalFree(descriptor)


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


def end_with_starter() -> None:
    """Let this process be killed with the thread that started it (Linux; elsewhere the end of its pipe has to do).

    For a process that has nothing to save.
    """
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
