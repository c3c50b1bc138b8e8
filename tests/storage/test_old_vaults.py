"""Vaults that earlier versions wrote: each opens, is brought up to date, verifies and can be worked with."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.services import people
from desktop.services.vault_check import check
from desktop.services.vaults import verify_journal
from desktop.storage import schema
from tests.data.vaults.make_vault import FOLDER, PASSWORD
from tests.vaults import ClosedVault, opened
from tests.worked_vault import work

_ROW = re.compile(r"^\| (\w+) \| `(\w+)` \| `([A-Z2-7-]+)` \| (\d+) \| (\d+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Kept:
    """A line of the README."""

    revision: str
    vault: str
    card: str
    entries: int


KEPT = [Kept(one[1], one[2], one[3], int(one[4])) for one in _ROW.finditer((FOLDER / "README.md").read_text("utf-8"))]


def test_there_is_a_vault_for_every_released_schema() -> None:
    """Folders and README say the same, and the newest migration has one too."""
    folders = {path.name for path in FOLDER.iterdir() if (path / "store.db").exists()}
    known = {path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py")}
    assert {one.revision for one in KEPT} == folders
    assert "0001" in folders
    assert folders <= known


@pytest.mark.parametrize("kept", KEPT, ids=lambda one: one.revision)
def test_an_old_vault_opens_verifies_and_can_be_worked_with(kept: Kept, tmp_path: Path) -> None:
    """By its own password and card; nothing of it is lost, and work goes on."""
    closed = ClosedVault(tmp_path, kept.vault, PASSWORD, kept.card)
    shutil.copytree(FOLDER / kept.revision, closed.folder)
    with opened(closed) as application:
        found = check(application)
        assert found.is_sound, found
        assert found.files == 1
        assert found.journal.entries >= kept.entries
        assert [line.name for line in people.find_people(application, "𠮷建国", 5)] == ["𠮷建国"]
        work(application, 1, first=50)
        assert verify_journal(application).fault is None
    with opened(closed) as application:
        assert check(application).is_sound
