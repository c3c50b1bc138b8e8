"""A vault with backups of it, for the tests of restoring."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.services import backups
from desktop.storage import attachments
from desktop.sync.envelope import seal
from tests.casework import recorded_household
from tests.county_issued import issue_everything
from tests.vaults import ClosedVault, closed_vault, enrolment, opened


@pytest.fixture
def lin(tmp_path: Path, stick: Path) -> ClosedVault:
    """A vault with a household and a scan, backed up to the laptop and to a stick."""
    closed = closed_vault(tmp_path / "home")
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        issue_everything(application)
        recorded_household(application)
        sealed = seal(b"a made-up scan", [application.sealing_key.recipient])
        digest = attachments.keep(application.folder, sealed)
        application.store.write(lambda c: attachments.add_row(c, digest, len(sealed), "image/jpeg", "scan-1"))
        application.store.write(lambda c: attachments.mark_sent(c, digest, "2026-03-05T00:00:00+00:00", b"receipt"))
        backups.back_up(application)
        backups.back_up(application, stick)
    return closed
