"""What kind of disk a folder lies on: SQLite's log needs memory that one computer's processes share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.davfs"}
)
_DRIVE_REMOTE: Final = 4
MOUNTS: Final = Path("/proc/self/mounts")


def network_kind(folder: Path, mounts: Path = MOUNTS) -> str:
    """The kind of network file system (``nfs4``, ``cifs`` …) that ``folder`` lies on; empty for a disk of its own.

    On Windows by ``GetDriveTypeW`` (not tried there yet).
    """
    if sys.platform == "win32":  # pragma: no cover - Windows
        import ctypes

        drive = Path(os.path.abspath(folder)).anchor  # noqa: PTH100 - resolve() would turn a drive letter into its share
        return "smb" if ctypes.windll.kernel32.GetDriveTypeW(drive) == _DRIVE_REMOTE else ""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    path, best, kind = folder.resolve(), -1, ""
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(parts[1].encode().decode("unicode_escape", errors="replace"))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind if kind in _NETWORK or kind.startswith("fuse.smb") else ""
