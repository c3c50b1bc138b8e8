"""`python3 installer run` and `python3 installer test`.

Read by Python 3.6 and later: an older Python must get far enough to say in one sentence what is wrong.
Everything after that may use the language of Python 3.11, and lives in the modules beside this one.
"""

import os
import platform
import shutil
import subprocess
import sys
from typing import List, Optional, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = os.path.dirname(HERE)

from installer import messages  # noqa: E402 - found only once the path is set

OLDEST = (3, 11)
NEWEST = (3, 13)


def suits(version: Tuple[int, int]) -> bool:
    """Whether Zoucun runs on this version of Python."""
    return OLDEST <= version <= NEWEST


def system_problem() -> Optional[messages.InstallationError]:
    """What is wrong with the operating system, if anything."""
    system = platform.system()
    machine = platform.machine()
    if system != "Linux" or machine not in ("x86_64", "AMD64") or sys.maxsize < 2**32:
        return messages.InstallationError("wrong-system", system="{} ({})".format(system, machine))
    try:
        library = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except ValueError:  # a system with another C library does not know the question
        library = "musl"
    if not library.startswith("glibc ") or [int(part) for part in library[6:].split(".")[:2]] < [2, 28]:
        return messages.InstallationError("old-system", libc=library)
    return None


def find_python() -> Optional[str]:
    """A Python on PATH that suits and starts; the newest first."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        program = shutil.which("python3.{}".format(minor))
        if program and _starts(program):
            return program
    return None


def _starts(program: str) -> bool:
    # A name on PATH may be a version manager's stand-in for a Python that is not there.
    check = "import sys; sys.exit(sys.version_info[:2] < {!r} or sys.version_info[:2] > {!r})"
    try:
        return (
            subprocess.call(
                [program, "-c", check.format(OLDEST, NEWEST)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            == 0
        )
    except OSError:
        return False


def python_problem() -> messages.InstallationError:
    """How to come by a Python that suits: from this system's own packages, if they have one."""
    version = platform.python_version()
    try:
        names = subprocess.check_output(["apt-cache", "pkgnames", "python3.1"], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        names = b""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        package = "python3.{}".format(minor)
        if package.encode() in names.split():
            command = "sudo apt-get install {0} {0}-venv".format(package)
            return messages.InstallationError("wrong-python", version=version, command=command)
    return messages.InstallationError("no-python", version=version)


def main(arguments: List[str]) -> int:
    """Goes on in a Python that suits, or says why it cannot."""
    problem = system_problem()
    running = tuple(sys.version_info[:2])
    if problem is None and not suits((running[0], running[1])):
        other = find_python()
        if other:
            os.execv(other, [other, HERE] + arguments)  # noqa: RUF005, S606 - a list Python 3.6 can read
        problem = python_problem()
    if problem is not None:
        messages.complain(messages.explain(problem.code, **problem.values))
        return messages.exit_code(problem.code)

    from installer import commands

    return commands.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
