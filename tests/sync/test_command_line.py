"""``zoucun enrol`` and ``zoucun sync`` against a real county in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

from desktop.exit_codes import ExitCode
from tests.command_line import answers, with_vault
from tests.county_process import serving
from tests.households import SHANGHU
from tests.vaults import closed_vault

HOUSEHOLD = {
    "do": "add-household",
    "household": {"address": {"division": SHANGHU}, "members": [{"name": {"name": "练习𠮷户"}}]},
}


def test_what_was_done_by_command_line_reaches_the_county_once(tmp_path: Path) -> None:
    """Enrolled by a code, one household recorded and synced; a second sync has nothing to send."""
    closed = closed_vault(tmp_path / "home")
    with serving(tmp_path / "county") as county:
        code = county.code_for("林晓梅")
        (worker,) = answers(with_vault(closed, "enrol", "--county", county.url, "--json", code=code))
        assert worker["name"] == "林晓梅"
        answers(with_vault(closed, "do", lines=(HOUSEHOLD,)))
        (report,) = answers(with_vault(closed, "sync", "--json"))
        assert report["receipts_verified"] == report["batches_sent"] >= 1
        assert report["results"] == {"ok": report["entries_sent"]}
        (again,) = answers(with_vault(closed, "sync", "--county", county.url, "--json"))
        assert (again["entries_sent"], again["batches_sent"]) == (0, 0)
        (check,) = answers(with_vault(closed, "journal", "verify", "--json"))
        hashes = county.entry_hashes()
        assert len(set(hashes)) == len(hashes)
        assert len(hashes) >= check["entries"]


def test_a_county_that_is_away_is_said_in_words_and_nothing_is_lost(tmp_path: Path) -> None:
    """Exit code 1; the next sync sends what was waiting."""
    closed = closed_vault(tmp_path / "home")
    with serving(tmp_path / "county") as county:
        code = county.code_for("林晓梅")
        answers(with_vault(closed, "enrol", "--county", county.url, "--json", code=code))
        answers(with_vault(closed, "do", lines=(HOUSEHOLD,)))
        county.stop()
        done = with_vault(closed, "sync", "--json")
        assert done.returncode == ExitCode.PROBLEM
        *steps, refused = [json.loads(line) for line in done.stderr.splitlines()]
        assert [one["step"] for one in steps] == ["checking", *["contacting", "retrying"] * 3, "contacting"]
        assert refused["error"] == "sync.county-away"
        county.start()
        (report,) = answers(with_vault(closed, "sync", "--json"))
        assert report["results"] == {"ok": report["entries_sent"]}


def test_a_mistyped_code_is_said_to_be_mistyped(tmp_path: Path) -> None:
    """Before anything is sent."""
    closed = closed_vault(tmp_path / "home")
    done = with_vault(closed, "enrol", "--county", "http://127.0.0.1:9", "--json", code="AAAAA-BBBBB")
    assert done.returncode == ExitCode.PROBLEM
    assert json.loads(done.stderr)["error"] == "sync.code-mistyped"
