"""Several workers on one laptop (peers' complaints cht-core#10720, SORMAS#950, #752, surveysolutions#1299).

One vault each: whatever a colleague does, the unsent work of the others stays as it is, byte by byte.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.services import door, drafts, people
from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.storage.tables import entry
from tests.command_line import ROOT, answers, with_vault
from tests.county_process import CountyProcess, serving
from tests.households import SHANGHU
from tests.vaults import PASSWORD, ClosedVault, closed_vault, opened

TYPED = {"own_words": "想要一台轮椅", "who": "𠮷练习"}
_HOLD = """
import sys
from pathlib import Path
from desktop.bootstrap import open_application
home, vault, password, card = sys.argv[1:]
with open_application(Path(home), vault, password, card):
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


def household(name: str) -> dict[str, Any]:
    """A line of ``zoucun do``."""
    address = {"division": SHANGHU}
    return {"do": "add-household", "household": {"address": address, "members": [{"name": {"name": name}}]}}


def files_of(closed: ClosedVault) -> dict[str, str]:
    """Every file that concerns this vault, with its hash: the folder, and its count of wrong tries."""
    found = [*closed.folder.rglob("*"), *(closed.home / "tries").glob(f"{closed.vault}*")]
    return {
        str(path.relative_to(closed.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if path.is_file()
    }


def unsent(application: Application) -> tuple[list[tuple[bytes, bytes]], tuple[drafts.Draft, ...]]:
    """The bytes of the vault's own entries, and its drafts."""
    query = select(entry.c.header, entry.c.payload).where(entry.c.own).order_by(entry.c.id)
    rows = application.read(lambda connection: connection.execute(query).all())
    return [(row.header, row.payload) for row in rows], drafts.open_drafts(application)


def test_a_colleagues_whole_day_leaves_unsent_work_untouched(tmp_path: Path, county: CountyProcess) -> None:
    """A has drafts and unsent entries. B works, syncs, mistypes, changes the password, locks. A finds all as it was."""
    a = closed_vault(tmp_path, worker_name="林晓梅")
    b = closed_vault(tmp_path, worker_name="赵小兰")
    for closed, name in ((a, "林晓梅"), (b, "赵小兰")):
        answers(with_vault(closed, "enrol", "--county", county.url, "--json", code=county.code_for(name)))
    answers(with_vault(a, "do", lines=(household("甲练习"),)))
    with opened(a) as application:
        drafts.keep_draft(application, "visit-1", "visit", None, TYPED)
        before = unsent(application)
        waiting = sync_state(application).waiting
    assert waiting > 0
    files = files_of(a)

    answers(with_vault(b, "do", lines=(household("乙练习"),)))
    for _ in range(3):
        wrong = with_vault(replace(b, password="不是这个密码"), "sync", "--json")
        assert json.loads(wrong.stderr)["error"] == "vault.wrong-password"
    answers(with_vault(b, "vault", "password", "--json", new_password="换了一个好记的话-2026"))
    b = replace(b, password="换了一个好记的话-2026")
    (report,) = answers(with_vault(b, "sync", "--json"))
    assert set(report["results"]) == {"ok"}
    assert files_of(a) == files, "not a byte of A's vault has changed"

    with opened(a) as application:
        assert unsent(application) == before
        assert sync_state(application).waiting == waiting
        assert drafts.open_drafts(application)[0].body == TYPED
        assert [one.name for one in people.find_people(application, "甲练习")] == ["甲练习"]
        assert people.find_people(application, "乙练习") == (), "B's people come by the county, not by the laptop"
    (report,) = answers(with_vault(a, "sync", "--json"))
    assert set(report["results"]) == {"ok"}


def test_the_door_names_every_worker_and_counts_wrong_tries_for_each_alone(tmp_path: Path) -> None:
    """Ten wrong passwords for one never keep a colleague waiting."""
    a, b = closed_vault(tmp_path, worker_name="林晓梅"), closed_vault(tmp_path, worker_name="赵小兰")
    for _ in range(10):
        with pytest.raises(UserFacingError), opened(replace(a, password="不是这个密码")):
            pass
    assert {one.worker_name for one in door.list_vaults(tmp_path)} == {"林晓梅", "赵小兰"}
    assert door.seconds_to_wait(tmp_path, a.vault) > 0
    assert door.seconds_to_wait(tmp_path, b.vault) == 0
    with opened(b):
        pass


def test_one_vault_opens_once_and_two_vaults_at_the_same_time(tmp_path: Path) -> None:
    """A second process on one vault is told so and changes nothing; on a colleague's vault it works."""
    a, b = closed_vault(tmp_path, worker_name="林晓梅"), closed_vault(tmp_path, worker_name="赵小兰")
    holding = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path), a.vault, PASSWORD, a.card],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert holding.stdout is not None
        assert holding.stdout.readline() == "open\n"
        second = with_vault(a, "vault", "verify", "--json")
        assert second.returncode == ExitCode.PROBLEM
        assert json.loads(second.stderr)["error"] == "vault.open-elsewhere"
        (checked,) = answers(with_vault(b, "vault", "verify", "--json"))
        assert checked["damaged"] == []
    finally:
        holding.communicate("\n")
    (checked,) = answers(with_vault(a, "vault", "verify", "--json"))
    assert checked["damaged"] == []


def test_no_vault_opens_by_a_colleagues_password_or_card(tmp_path: Path) -> None:
    """The next user sees nothing of the last one."""
    a, b = (
        closed_vault(tmp_path, password="第一个人的密码-2026"),
        closed_vault(tmp_path, password="第二个人的密码-2026"),
    )
    for password, card in ((b.password, b.card), (b.password, a.card), (a.password, b.card)):
        with (
            pytest.raises(UserFacingError, match=r"vault\.wrong-password"),
            opened(ClosedVault(tmp_path, a.vault, password, card)),
        ):
            pass
