"""The command line: JSON in and out, passphrases and people never in arguments."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from county import answer_lines, cli, tables
from county.issuing import NEEDED, read_item
from county.messages import MESSAGES
from county.opening import County, create_county
from desktop.domain.errors import UserFacingError
from desktop.resources import resource_path
from tests.county.conftest import PASSPHRASE, command, run


def test_a_county_is_made_filled_and_counted_by_commands(tmp_path: Path) -> None:
    """init, issue, enrol-code, answer and status, each as a process of its own."""
    folder = tmp_path / "county"
    (made,) = run(folder, "init", "--code", "350703", "--name", "建阳区")
    assert len(str(made["key"])) == 64
    divisions = resource_path("divisions", "fujian-divisions-2023-06.csv")
    standard = {"kind": "standard", "body": {"from": "2026-01-01", "subsistence_monthly": 90_000}}
    office = {"kind": "office", "body": {"code": "350703104", "name": "莒口镇民政办", "keep_fingerprints": "no"}}
    lines = f"{json.dumps(standard)}\n{json.dumps(office)}\n{{}}\n"
    issued = run(folder, "issue", "--divisions", str(divisions), lines=lines)
    assert sum(one["ok"] is True for one in issued) == 17
    assert [one["code"] for one in issued[-2:]] == ["issue.malformed"] * 2
    people = [
        {"name": "林试验", "role": "caseworker", "office": "莒口镇民政办", "townships": ["350703104"]},
        {"name": "联系人", "role": "charity-contact", "office": "organisation-1"},
        {"name": "林试验", "role": "caseworker", "office": "", "townships": ["350702001"]},
        {"worker": "W-0001"},
        {"worker": "W-0002"},
    ]
    codes = run(folder, "enrol-code", lines="".join(json.dumps(one) + "\n" for one in people))
    assert [one.get("worker") for one in codes] == ["W-0001", "W-0002", None, "W-0001", "W-0002"]
    assert [one.get("code") is not None for one in codes] == [True, False, True, True, True]
    assert [one["ok"] for one in codes] == [True, True, False, True, False]
    assert run(folder, "answer", lines='{"do":"list"}\n{"do":"dance"}\n[]\n') == [
        {"ok": True, "open": []},
        {"ok": False, "code": "line.malformed", "message": MESSAGES["line.malformed"]},
        {"ok": False, "code": "line.malformed", "message": MESSAGES["line.malformed"]},
    ]
    (figures,) = run(folder, "status")
    assert figures["records"] == {"division": 16, "standard": 1}
    assert figures["workers"] == 2


def test_a_wrong_passphrase_is_said_in_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    """Exit status 1, one Chinese sentence, no stack; the files stay byte for byte."""
    folder = tmp_path / "county"
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = subprocess.run(
        command("status", "--data", str(folder)), input="别的口令\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (1, MESSAGES["county.wrong-passphrase"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A service's credential file must be the service's alone."""
    folder = tmp_path / "county"
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    key_file = tmp_path / "passphrase"
    key_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    key_file.chmod(0o644)
    assert cli.main(["status", "--data", str(folder), "--key-file", str(key_file)]) == 1
    assert capsys.readouterr().err.strip() == MESSAGES["passphrase.file-open-to-others"]
    key_file.chmod(0o600)
    assert cli.main(["status", "--data", str(folder), "--key-file", str(key_file)]) == 0
    assert json.loads(capsys.readouterr().out)["county"] == "350703"


def test_withdrawals_told_of_ahead_are_listed_and_lifted_one_by_one(tmp_path: Path) -> None:
    """A line for each grant; lifting what is not held is refused in a sentence."""
    folder = tmp_path / "county"
    county = create_county(folder, "350703", "建阳区", PASSPHRASE)
    row = {"county": "350703", "sort": "withdrawn-ahead", "epoch": "e", "number": 3, "reason": "withdrawn"}
    with county.store.write() as connection:
        for grant in ("g-1", "g-2"):
            connection.execute(
                tables.hold.insert(), {**row, "vault": "v-1", "record": grant, "since": "2026-11-20T09:00:00+08:00"}
            )
    county.close()
    assert [one["grant"] for one in run(folder, "withdrawn-ahead")] == ["g-1", "g-2"]
    (lifted,) = run(folder, "withdrawn-ahead", "--lift", "g-1", "--reason", "查实没有撤回")
    assert (lifted["grant"], lifted["vault"], lifted["lifted"]) == ("g-1", "v-1", True)
    assert [one["grant"] for one in run(folder, "withdrawn-ahead")] == ["g-2"]
    again = command("withdrawn-ahead", "--data", str(folder), "--lift", "g-1", "--reason", "查实没有撤回")
    done = subprocess.run(again, input=f"{PASSPHRASE}\n", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (1, MESSAGES["withdrawn-ahead.none"].format(grant="g-1"))


def test_the_passphrase_cannot_be_given_as_an_argument() -> None:
    """No command has an option for it."""
    parser = cli.build_parser()
    assert "--passphrase" not in parser.format_help()
    with pytest.raises(SystemExit):
        parser.parse_args(["status", "--data", "x", "--passphrase", "y"])


def test_help_names_every_kind_and_every_line_and_breaks_none(capsys: pytest.CaptureFixture[str]) -> None:
    """What can be issued and answered stands in the help, each line of JSON in one piece."""
    for command_name, words in (
        ("issue", ("|".join(NEEDED), "保存年限")),
        ("answer", ('{"do":"check","sheet","officer"}\n', '{"do":"deliver","referral","officer",', '{"do":"list"}')),
    ):
        with pytest.raises(SystemExit):
            cli.build_parser().parse_args([command_name, "--help"])
        shown = capsys.readouterr().out
        assert all(one in shown for one in words)


def test_an_answer_line_reaches_the_action_it_names(county: County) -> None:
    """Each word of the line's protocol is understood; what it asks for is judged by the rules."""
    for do in ("check", "reject-sheet", "release", "refuse", "receive", "accept", "waitlist", "decline", "deliver"):
        line = {"do": do, "sheet": "s", "referral": "r", "officer": "W-0001", "reason": "x", "what": "x", "amount": 1}
        with pytest.raises(UserFacingError) as refused:
            answer_lines.answer(county, line)
        assert refused.value.code == "officer.unknown"


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("organisation", "agreement_until", "2027/12/31"),
        ("organisation", "agreement_until", 2027),
        ("standard", "from", "今年"),
    ],
)
def test_a_mistyped_date_is_not_issued(kind: str, field: str, value: object) -> None:
    """Every laptop reads the directory: a date nobody can read would reach all of them."""
    good: dict[str, dict[str, object]] = {
        "organisation": {
            "name": "试验基金会",
            "active": True,
            "mainland": True,
            "agreement_until": "2027-12-31",
            "purposes": [],
        },
        "standard": {"from": "2026-01-01"},
    }
    assert read_item({"kind": kind, "id": "one", "body": good[kind]}).kind == kind
    with pytest.raises(UserFacingError) as refused:
        read_item({"kind": kind, "id": "one", "body": {**good[kind], field: value}})
    assert refused.value.values == {"field": field}
