"""Holders of escrow, their keys and their answers, as the county's commands make them. Everybody is invented."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from county.escrow import open_half, read_request
from county.holder_key import HolderKey
from desktop.domain.escrow import EscrowOffice, Holder, Holders
from desktop.domain.plain import to_plain
from desktop.services import escrow, recovery
from desktop.services.application import Application, system_clock
from desktop.storage.passwords import Argon2
from desktop.storage.recovery_file import PendingRecovery
from desktop.sync.envelope import SealingKey, SigningKey
from tests.county_issued import issue
from tests.vaults import ClosedVault, closed_vault, enrolment, opened

NAMES = {
    EscrowOffice.INFORMATION: ("高信息", "范网络", "赖机房"),
    EscrowOffice.CIVIL_AFFAIRS: ("叶民政", "江救助", "邱社工"),
}
NEW_PASSWORD = "新的一句话-2027"
REASON = "休产假回来，密码想不起来了"
INFORMATION, CIVIL_AFFAIRS = EscrowOffice


@dataclass
class EscrowCounty:
    """The holders of a county, with their keys."""

    keys: list[HolderKey]
    version: int = 1

    @property
    def holders(self) -> Holders:
        """The list as it is issued."""
        return Holders(self.version, tuple(one.public for one in self.keys))

    def of(self, office: EscrowOffice) -> list[HolderKey]:
        """The keys of one office."""
        return [one for one in self.keys if one.office is office]

    def issue(self, application: Application) -> None:
        """Let the list reach a vault as the feed brings it."""
        issue(application, "escrow", "escrow", to_plain(self.holders))

    def answer(
        self, file: bytes, holder: HolderKey, folder: Path, *, number: str | None = None, case: str = "恢复-2026-07"
    ) -> Path:
        """What a holder's command writes for a request file; the number is the right one unless one is given."""
        request = read_request(file, holder)
        heard = number if number is not None else recovery_number(request.digest())
        path = folder / f"{holder.office.value}-{secrets.token_hex(3)}.answer"
        path.write_bytes(open_half(request, holder, holder.office, case, heard))
        return path


def recovery_number(request: str) -> str:
    """What the worker reads out."""
    from desktop.domain.escrow import spoken_number

    return spoken_number(request)


def holder_key(office: EscrowOffice, name: str) -> HolderKey:
    """A holder's keys, without the file and its slow passphrase."""
    return HolderKey(office, name, "0599-5550120", SealingKey.generate(), SigningKey.generate())


def escrow_county(each: int = 2) -> EscrowCounty:
    """A county with ``each`` holders in both offices."""
    return EscrowCounty([holder_key(office, name) for office, names in NAMES.items() for name in names[:each]])


def stranger() -> Holder:
    """Somebody who is no holder."""
    return holder_key(INFORMATION, "外人").public


def escrowed_vault(home: Path, county: EscrowCounty) -> ClosedVault:
    """A closed vault, enrolled, whose key lies with the county."""
    closed = closed_vault(home)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        county.issue(application)
        assert escrow.keep_escrowed(application).value
    return closed


def ask(closed: ClosedVault, password: str = NEW_PASSWORD, reason: str = REASON) -> PendingRecovery:
    """Make a request at the door, with the floor cost."""
    return recovery.request_recovery(closed.home, closed.vault, reason, password, system_clock(), cost=Argon2())


def answers(county: EscrowCounty, pending: PendingRecovery, folder: Path) -> Sequence[Path]:
    """The first holder of each office answers."""
    return [county.answer(pending.file, county.of(office)[0], folder) for office in EscrowOffice]
