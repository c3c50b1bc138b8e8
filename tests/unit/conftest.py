"""An open vault with the county's directory in it, for tests of services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.application import Application
from tests.county_issued import issue_everything
from tests.vaults import made_vault


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """A caseworker's vault in 莒口镇."""
    with made_vault(tmp_path) as opened:
        issue_everything(opened)
        yield opened
