"""``zoucun vault salvage``: lists first, and brings the new store into use on a second run with the list's digest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from desktop.exit_codes import ExitCode
from desktop.storage import cipher, slots
from tests.command_line import answers, with_vault
from tests.vaults import closed_vault, enrolment, opened
from tests.worked_vault import work

PAGE = 4096


def test_a_list_then_a_yes(tmp_path: Path) -> None:
    """The first run changes nothing; a wrong digest changes nothing; the right one opens a sound vault."""
    closed = closed_vault(tmp_path / "home")
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        work(application, 3)
        application.store.checkpoint()
        backup = tmp_path / "stick"
        backup.mkdir()
        shutil.copy(closed.store, backup / "store.db")
        work(application, 2, first=4)
        key = application.keys.data_key
    connection = cipher.connect(closed.store, key)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()
    connection.close()
    data = bytearray(closed.store.read_bytes())
    data[(root - 1) * PAGE + 300] ^= 1
    closed.store.write_bytes(bytes(data))

    assert with_vault(closed, "vault", "verify", "--json").returncode == ExitCode.DAMAGE
    damaged = closed.store.read_bytes()
    (listed,) = answers(with_vault(closed, "vault", "salvage", "--json", "--from", backup))
    assert listed["store"] == ""
    assert {line["fate"] for line in listed["lines"]} == {"lost", "backup"}
    refused = with_vault(closed, "vault", "salvage", "--json", "--from", backup, "--accept", "0" * 64)
    assert refused.returncode == ExitCode.PROBLEM
    assert json.loads(refused.stderr)["error"] == "vault.salvage-changed"
    assert slots.read(closed.folder).header.store == "store.db"
    done = with_vault(closed, "vault", "salvage", "--from", backup, "--accept", listed["digest"])
    assert done.returncode == ExitCode.OK, done.stderr
    assert "找不回来的" in done.stdout
    assert "store-2.db 已启用" in done.stdout
    verified = with_vault(closed, "vault", "verify")
    assert verified.returncode == ExitCode.OK, verified.stdout
    assert "日志里登记过的缺口" in verified.stdout
    assert closed.store.read_bytes() == damaged
