"""Wrong passwords, counted in a small file beside the vaults: ten are free, then each costs a growing wait.

The count survives a restart and is noted in the journal at the next unlock. It slows a curious colleague down; it is
no protection against somebody who copies the disk, which is what Argon2id and the device secret are for.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop.domain.errors import UserFacingError
from desktop.storage import durable

FOLDER: Final = "tries"
FREE: Final = 10
_FIRST_WAIT: Final = 30
_LONGEST_WAIT: Final = 3600
_MAX_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries since the last unlock; times in UTC (ISO 8601) by this laptop's clock."""

    wrong: int = 0
    first: str = ""
    last: str = ""


def read(home: Path, vault: str) -> Tries:
    """What was counted; a file that is missing or damaged counts nothing, and keeps nobody out."""
    try:
        data = durable.read_limited(_path(home, vault), _MAX_BYTES)
        document = json.loads(data or b"")
        return Tries(max(0, int(document["wrong"])), str(document["first"]), str(document["last"]))
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Tries()


def seconds_to_wait(home: Path, vault: str, now: datetime) -> int:
    """Seconds until the next try is allowed.

    Where the last try lies in the future by a clock that was set back, the whole wait begins anew at ``now``: it must
    not last until the clock has caught up.
    """
    found = read(home, vault)
    if found.wrong < FREE:
        return 0
    wait: int = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(found.wrong - FREE, 20))
    try:
        passed = (now - datetime.fromisoformat(found.last)).total_seconds()
    except (ValueError, TypeError):
        return 0
    if passed < 0:
        _keep(home, vault, replace(found, last=_written(now)))
        return wait
    return 0 if passed >= wait else round(wait - passed + 0.5)


def begin(home: Path, vault: str, now: datetime) -> None:
    """Count a try before it is known to be wrong, so that ending the program gains nothing.

    Raises:
        UserFacingError: ``vault.wait`` with the seconds still to wait.
    """
    seconds = seconds_to_wait(home, vault, now)
    if seconds:
        raise UserFacingError("vault.wait", seconds=seconds)
    found = read(home, vault)
    time = _written(now)
    _keep(home, vault, Tries(found.wrong + 1, found.first or time, time))


def take_back(home: Path, vault: str, before: Tries) -> None:
    """The try was not about the password (no keyring, a mistyped card): it does not count."""
    with contextlib.suppress(OSError):
        if before.wrong:
            durable.replace_file(_path(home, vault), json.dumps(asdict(before)).encode())
        else:
            _path(home, vault).unlink(missing_ok=True)


def forget(home: Path, vault: str) -> None:
    """The vault is open and its journal has the count."""
    with contextlib.suppress(OSError):
        _path(home, vault).unlink(missing_ok=True)


def _keep(home: Path, vault: str, fresh: Tries) -> None:
    with contextlib.suppress(OSError):  # a full or read-only disk says so when the store is opened
        _path(home, vault).parent.mkdir(mode=0o700, exist_ok=True)
        durable.replace_file(_path(home, vault), json.dumps(asdict(fresh)).encode())


def _written(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _path(home: Path, vault: str) -> Path:
    return home / FOLDER / f"{vault}.json"
