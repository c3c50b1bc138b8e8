"""``zoucun vault backup|backups|restore`` as processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.exit_codes import ExitCode
from desktop.services import households
from tests.command_line import answers, with_vault, zoucun
from tests.county_issued import issue_everything
from tests.households import made_up_household
from tests.vaults import PASSWORD, ClosedVault, closed_vault, enrolment, opened


def filled(home: Path) -> ClosedVault:
    closed = closed_vault(home)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        issue_everything(application)
        households.add_household(application, made_up_household("林秀英"))
    return closed


def test_a_vault_goes_to_a_stick_and_from_there_to_a_new_laptop(tmp_path: Path) -> None:
    """Backed up, listed, restored, and at work again."""
    closed = filled(tmp_path / "home")
    stick = tmp_path / "usb"
    stick.mkdir()
    (made,) = answers(with_vault(closed, "vault", "backup", "--to", stick, "--json"))
    assert (made["households"], made["where"]) == (1, "stick")
    (here,) = answers(with_vault(closed, "vault", "backup", "--json"))
    assert here["where"] == "laptop"
    (listed,) = answers(zoucun("vault", "backups", "--in", stick, "--home", closed.home, "--json"))
    assert [(one["worker_name"], one["generation"]) for one in listed["backups"]] == [("林晓梅", 1)]
    new = ClosedVault(tmp_path / "new", closed.vault, closed.password, closed.card)
    typed = {"password": closed.password, "card": closed.card}
    (done,) = answers(zoucun("vault", "restore", "--from", stick, "--home", new.home, "--json", lines=(typed,)))
    assert (done["vault"], done["households"]) == (closed.vault, 1)
    (check,) = answers(with_vault(new, "journal", "verify", "--json"))
    assert check.get("fault") is None
    again = zoucun("vault", "restore", "--from", stick, "--home", new.home, "--json", lines=(typed,))
    assert again.returncode == ExitCode.PROBLEM
    assert json.loads(again.stderr)["error"] == "restore.vault-here"
    wanted = ("vault", "restore", "--from", stick, "--home", new.home, "--json", "--replace", "--generation")
    (back,) = answers(zoucun(*wanted, "1", lines=(typed,)))
    assert back["beside"] is True
    assert json.loads(zoucun(*wanted, "7", lines=(typed,)).stderr)["error"] == "backup.no-such"


def test_in_words_nothing_of_a_person_is_said(tmp_path: Path) -> None:
    """Counts only; the password comes on standard input and shows nowhere."""
    closed = filled(tmp_path / "home")
    done = with_vault(closed, "vault", "backup")
    assert done.returncode == ExitCode.OK
    assert "已备份 1 户" in done.stdout
    missing = with_vault(closed, "vault", "backup", "--to", tmp_path / "nothing")
    assert missing.returncode == ExitCode.PROBLEM
    assert "U 盘或文件夹不见了" in missing.stderr
    for text in (done.stdout, done.stderr, missing.stdout, missing.stderr):
        assert "林秀英" not in text
        assert PASSWORD not in text


@pytest.mark.parametrize("spoiled", ["flipped bit", "cut in half", "swapped pages", "another's store"])
def test_a_backup_tampered_with_in_the_middle_is_refused_in_words_and_an_older_one_restores(
    tmp_path: Path, spoiled: str
) -> None:
    """The newest generation's store is not what its manifest says: nothing of it is put in place."""
    closed = filled(tmp_path / "home")
    stick = tmp_path / "usb"
    stick.mkdir()
    for _ in range(2):
        answers(with_vault(closed, "vault", "backup", "--to", stick, "--json"))
    older, newer = sorted(stick.rglob("store.db"))
    data = bytearray(newer.read_bytes())
    half = len(data) // 2 // 4096 * 4096
    if spoiled == "flipped bit":
        data[half + 99] ^= 4
    elif spoiled == "cut in half":
        del data[half:]
    elif spoiled == "swapped pages":
        data[half : half + 4096], data[half - 4096 : half] = data[half - 4096 : half], data[half : half + 4096]
    else:
        data[:] = filled(tmp_path / "other").store.read_bytes()
    newer.write_bytes(bytes(data))
    new = ClosedVault(tmp_path / "new", closed.vault, closed.password, closed.card)
    typed = {"password": closed.password, "card": closed.card}
    asked = ("vault", "restore", "--from", stick, "--home", new.home)
    refused = zoucun(*asked, "--generation", "2", lines=(typed,))
    assert refused.returncode == ExitCode.PROBLEM
    assert "备份" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list(new.home.rglob("store*.db")), "nothing of it is put in place"
    assert newer.read_bytes() == bytes(data), "what was tampered with is evidence"
    (done,) = answers(zoucun(*asked, "--generation", "1", "--json", lines=(typed,)))
    assert done["households"] == 1
    (check,) = answers(with_vault(new, "journal", "verify", "--json"))
    assert check.get("fault") is None
    assert older.exists()
