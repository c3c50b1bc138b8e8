"""A forgotten password from end to end by the commands of both programs, each a process of its own.

A real county serves over a socket; the list of holders reaches the laptop by the feed; request and answers are files.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.command_line import answers, with_vault, zoucun
from tests.county.conftest import command
from tests.county_process import PASSPHRASE, serving
from tests.vaults import ClosedVault, closed_vault

HOLDERS = (
    ("information", "高信息"),
    ("information", "范网络"),
    ("civil-affairs", "叶民政"),
    ("civil-affairs", "江救助"),
)
NEW_PASSWORD = "新的一句话-2027"


def passphrase(name: str) -> str:
    """A holder's passphrase."""
    return f"{name}自己的一句口令"


def county_command(*arguments: str | Path, typed: str) -> subprocess.CompletedProcess[str]:
    """A command on a holder's own computer: no county folder, secrets on standard input."""
    return subprocess.run(
        command(*map(str, arguments)), input=typed, capture_output=True, text=True, encoding="utf-8", check=False
    )


def opened_by(
    name: str, office: str, folder: Path, number: str, case: str = "恢复-2026-07", server: Path | None = None
) -> Any:
    """A holder opens the request that lies in the folder; on the county's own computer where ``server`` is given."""
    beside = () if server is None else ("--data", server)
    return county_command(
        "escrow-open", "--office", office, "--request", folder / "zoucun-recovery.request",
        "--holder-key", folder / f"{name}.key", "--case", case, "--out", folder / f"{name}.answer", *beside,
        typed=f"{passphrase(name)}\n{number}\n" + ("" if server is None else f"{PASSPHRASE}\n"),
    )  # fmt: skip


def test_both_programs_recover_a_forgotten_password(tmp_path: Path) -> None:
    """Holders make keys, the county lists them, the vault hears of it, and both answers open it again."""
    closed = closed_vault(tmp_path / "home")
    stick = tmp_path / "stick"
    stick.mkdir()
    with serving(tmp_path / "county") as county:
        lines = ""
        for office, name in HOLDERS:
            made = county_command(
                "escrow-holder", "new", "--office", office, "--name", name, "--phone", "0599-5550120",
                "--out", stick / f"{name}.key", typed=passphrase(name) + "\n",
            )  # fmt: skip
            assert made.returncode == 0, made.stderr
            lines += made.stdout
        enrolled = with_vault(closed, "enrol", "--county", county.url, code=county.code_for("林晓梅"))
        assert enrolled.returncode == 0, enrolled.stderr
        added = [json.loads(line) for line in listed(county.folder, "add", lines)]
        assert [one["escrow_on"] for one in added] == [False, False, False, True]
        assert with_vault(closed, "sync").returncode == 0
        place = ("--home", closed.home, "--vault", closed.vault)
        typed = {"password": NEW_PASSWORD, "reason": "休产假回来，想不起来了"}
        (asked,) = answers(zoucun("vault", "recover", "request", "--to", stick, "--json", *place, lines=(typed,)))
        wrong = opened_by("高信息", "information", stick, "000 000 000")
        assert (wrong.returncode, "核对数不对" in wrong.stderr) == (1, True)
        assert "休产假回来，想不起来了" in wrong.stderr
        assert not (stick / "高信息.answer").exists()
        beside = opened_by("高信息", "information", stick, asked["number"], server=county.folder)
        assert (beside.returncode, json.loads(beside.stdout)["noted"]) == (0, True), beside.stderr
        assert county.status()["recoveries"] == 1, "noted by itself, in the same step"
        away = opened_by("江救助", "civil-affairs", stick, asked["number"])
        assert (away.returncode, json.loads(away.stdout)["noted"]) == (0, False), away.stderr
        assert "escrow-note" in away.stderr
        assert county.status()["recoveries_unnoted"] == [], "nobody can know of it yet"
        finishing = {"password": NEW_PASSWORD, "card": closed.card}
        one_alone = finish(closed, [stick / "高信息.answer"], finishing)
        assert (one_alone.returncode, "缺一份就打不开" in one_alone.stderr) == (1, True)
        done = finish(closed, [stick / "高信息.answer", stick / "江救助.answer"], finishing)
        assert answers(done)[0]["holders"] == ["高信息", "江救助"]
        again = ClosedVault(closed.home, closed.vault, NEW_PASSWORD, closed.card)
        assert with_vault(closed, "vault", "verify").returncode == 1, "the old password"
        assert with_vault(again, "vault", "verify").returncode == 0
        synced = with_vault(again, "sync", "--json")
        assert synced.returncode == 0, synced.stderr
        (waits,) = county.status()["recoveries_unnoted"]
        assert (waits["holder"], waits["worker"], waits["signed"], waits["told"]) == (
            "江救助",
            "林晓梅",
            True,
            "contact",
        )
        assert waits["vault"] == closed.vault
        assert [json.loads(one) for one in county.run("recoveries")] == [waits]
        (noted,) = county.run("escrow-note", "--response", str(stick / "江救助.answer"))
        assert (json.loads(noted)["holder"], json.loads(noted)["name"]) == ("江救助", "林晓梅")
        assert (county.status()["recoveries"], county.status()["recoveries_unnoted"]) == (2, [])
        assert with_vault(again, "sync").returncode == 0
        assert county.status()["recoveries_unnoted"] == []


def test_a_lost_card_is_replaced_by_command_and_shown_before_it_is_in_force(tmp_path: Path) -> None:
    """The first line has the new card; it opens the vault with the new password and the old card does not."""
    from tests.escrow import answers as answered
    from tests.escrow import ask, escrow_county, escrowed_vault

    county = escrow_county()
    closed = escrowed_vault(tmp_path / "home", county)
    files = answered(county, ask(closed), tmp_path)
    done = finish(closed, list(files), {"password": NEW_PASSWORD}, "--new-device-card")
    card, recovered = answers(done)
    assert (recovered["source"], recovered["vault"]) == ("new", closed.vault)
    again = ClosedVault(closed.home, closed.vault, NEW_PASSWORD, card["new_card"])
    assert with_vault(again, "vault", "verify").returncode == 0


def finish(
    closed: ClosedVault, files: list[Path], typed: dict[str, str], *more: str
) -> subprocess.CompletedProcess[str]:
    """``zoucun vault recover finish`` with these answers."""
    chosen = [part for file in files for part in ("--response", str(file))]
    place = ("--home", closed.home, "--vault", closed.vault)
    return zoucun("vault", "recover", "finish", "--json", *chosen, *more, *place, lines=(typed,))


def listed(folder: Path, part: str, lines: str) -> list[str]:
    """``zoucun-county escrow-holder`` on the county's own folder."""
    done = county_command("escrow-holder", part, "--data", folder, typed=f"{PASSPHRASE}\n{lines}")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
