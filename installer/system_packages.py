"""What the operating system has to bring: the libraries Qt is linked against, and Python's `venv`.

The list was read off the wheels of PySide6 6.9.3 (`objdump -p`, NEEDED) and tried in an empty Debian.
"""

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from installer import messages
from installer.messages import InstallationError

# library: Debian package. Without these no picture can be drawn, on a screen or off it.
DRAWING = {
    "libatomic.so.1": "libatomic1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
# Besides those, for a window on X11 or Wayland, and for its printers.
WINDOW = {
    "libcups.so.2": "libcups2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Renamed when Debian 13 and Ubuntu 24.04 went over to 64-bit time.
RENAMED_T64 = frozenset({"libcups2", "libglib2.0-0"})
# Other programs that read our PDFs in the tests; where they are missing, those tests are skipped.
TEST_PROGRAMS = {"pdftotext": "poppler-utils", "qpdf": "qpdf"}


def missing_libraries(libraries: Iterable[str]) -> list[str]:
    """Those of `libraries` that the dynamic linker does not find."""
    missing = []
    for library in libraries:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return missing


def uses_t64(dpkg_info: Path = Path("/var/lib/dpkg/info")) -> bool:
    """Whether this is Debian 13, Ubuntu 24.04, or a system made from them: their base has packages named …t64."""
    return any(dpkg_info.glob("*t64*.list"))


def packages_for(libraries: Iterable[str], *, t64: bool) -> list[str]:
    """The Debian packages that bring `libraries`."""
    known = {**DRAWING, **WINDOW}
    packages = {known[library] for library in libraries}
    return sorted(package + "t64" if t64 and package in RENAMED_T64 else package for package in packages)


def missing_venv_package() -> list[str]:
    """Debian keeps what `venv` needs in a package of its own."""
    importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def missing_test_packages() -> list[str]:
    """The packages of the programs that some tests read PDFs with."""
    return [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]


def install_command(packages: Iterable[str]) -> str:
    """The exact command for an administrator's terminal; plain Debian has `su`, and `sudo` only where it was chosen."""
    names = " ".join(packages)
    update, install = "apt-get update", f"apt-get install -y --no-install-recommends {names}"
    if os.geteuid() == 0:
        return f"{update} && {install}"
    if shutil.which("sudo"):
        return f"sudo {update} && sudo {install}"
    return f"su -c '{update} && {install}'"


def ensure(*, window: bool, tests: bool = False) -> None:
    """Makes sure that `venv` and Qt's libraries are there, and installs them where the user may.

    With `window`, a screen's libraries are required; without, they are only installed along. Raises
    `InstallationError` with the exact command where something required is missing and cannot be installed.
    """
    required = missing_libraries([*DRAWING, *(WINDOW if window else ())])
    python = missing_venv_package()
    if not (required or python or (tests and missing_test_packages())):
        return
    if not shutil.which("apt-get"):
        if required or python:
            raise InstallationError("missing-libraries", libraries=", ".join([*required, *python]))
        return
    t64 = uses_t64()
    packages = [*python, *packages_for(required, t64=t64)]
    prefix = administrator_prefix()
    if prefix is not None:
        along = packages_for(missing_libraries(WINDOW), t64=t64) + (missing_test_packages() if tests else [])
        _install(prefix, sorted({*packages, *along}))
        packages = [*missing_venv_package(), *packages_for(missing_libraries(required), t64=t64)]
    if packages:
        raise InstallationError(
            "packages-failed" if prefix is not None else "missing-packages",
            packages=" ".join(packages),
            command=install_command(packages),
        )


def administrator_prefix() -> list[str] | None:
    """How to run a command as administrator without being asked anything; None where that is impossible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        # /dev/null, so that no password is ever asked for on our behalf.
        answer = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if answer.returncode == 0:
            return ["sudo", "-n"]
    return None


def _install(prefix: list[str], packages: list[str]) -> None:
    messages.say(f"安装系统软件包:{' '.join(packages)}", "installing system packages")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120"]  # a system may be updating itself
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    # Package lists may be missing (a fresh system) or old; one that cannot be renewed may still do.
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    subprocess.run(install, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
