"""``zoucun`` on the command line: what comes in, what may go out, and the exit codes."""

from __future__ import annotations

import argparse
import io
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from desktop.cli.command_line import build_parser
from desktop.exit_codes import ExitCode
from tests.command_line import ROOT, answers, with_vault, zoucun
from tests.households import SHANGHU
from tests.ledgers import ledger_bytes
from tests.vaults import PASSWORD, ClosedVault, closed_vault, enrolment, opened

NAME = "练习𠮷户"
PRACTICE = {"password": PASSWORD, "worker_name": "林晓梅"}
HOUSEHOLD = {
    "do": "add-household",
    "household": {
        "address": {"division": SHANGHU},
        "members": [{"name": {"name": NAME}}],
        "categories": [{"category": "subsistence"}],
    },
}


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> ClosedVault:
    """An enrolled vault, closed, to be copied."""
    made = closed_vault(tmp_path_factory.mktemp("home"))
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
    return made


@pytest.fixture
def closed(enrolled: ClosedVault, tmp_path: Path) -> ClosedVault:
    """A copy that a test may work in."""
    home = tmp_path / "home"
    shutil.copytree(enrolled.home, home)
    return ClosedVault(home, enrolled.vault, enrolled.password, enrolled.card)


def test_the_whole_way_of_a_household_by_command_line(closed: ClosedVault) -> None:
    """do, search, show, journal verify, journal erase: the same services as the window's."""
    (made,) = answers(with_vault(closed, "do", lines=(HOUSEHOLD,)))
    assert made["saved"] == "add-household"
    (found,) = answers(with_vault(closed, "search", "--json", lines=("lianxiji",)))
    assert [one["name"] for one in found["found"]] == [NAME]
    (shown,) = answers(with_vault(closed, "show", made["made"]["household"], "--json"))
    assert shown["household"]["head_name"] == NAME
    said = with_vault(closed, "show", made["made"]["household"]).stdout
    assert NAME in said
    assert "低保" in said
    assert "练习" in with_vault(closed, "search", lines=("𠮷", "没有这个人")).stdout
    assert answers(with_vault(closed, "journal", "verify", "--json"))[0]["entries"] >= 3
    with opened(closed) as application:
        reference = f"{application.identity.vault}/{application.identity.epoch}/3"
    assert with_vault(closed, "journal", "erase", reference, reason="本人要求删除").returncode == ExitCode.OK
    (found,) = answers(with_vault(closed, "search", "--json", lines=(NAME,)))
    assert found == {"found": []}
    assert with_vault(closed, "journal", "verify").returncode == ExitCode.OK
    assert with_vault(closed, "vault", "verify").returncode == ExitCode.OK


def test_each_action_is_answered_when_it_is_saved_and_the_first_refusal_stops(closed: ClosedVault) -> None:
    """What was answered is there, what came after the refused line was not begun."""
    done = with_vault(closed, "do", lines=(HOUSEHOLD, {"do": "fly"}, HOUSEHOLD))
    assert done.returncode == ExitCode.PROBLEM
    assert len(done.stdout.splitlines()) == 1
    assert "fly" in done.stderr
    assert answers(with_vault(closed, "journal", "verify", "--json"))[0]["entries"] == 3


@pytest.mark.parametrize("line", ["not JSON", "[]", '"do"', "[" * 5000])
def test_a_line_that_is_no_action_is_refused_in_words(closed: ClosedVault, line: str) -> None:
    """Never a traceback, and the error's code with ``--json``."""
    done = with_vault(closed, "do", "--json", lines=(line,))
    assert done.returncode == ExitCode.PROBLEM
    assert json.loads(done.stderr)["error"] == "line.malformed"


def test_a_ledger_is_looked_at_first_and_written_when_confirmed(tmp_path: Path) -> None:
    """The preview writes nothing; after the confirmation the same file brings nothing new."""
    made = answers(zoucun("vault", "create", "--practice", "--home", tmp_path, "--json", lines=(PRACTICE,)))[0]
    closed = ClosedVault(tmp_path, made["vault"], PASSWORD, made["card"])
    ledger = tmp_path / "台账.xlsx"
    ledger.write_bytes(ledger_bytes())
    before = answers(with_vault(closed, "journal", "verify", "--json"))
    (preview,) = answers(with_vault(closed, "import", ledger, "--json"))
    assert preview["plan"]["new"] > 0
    assert "written" not in preview
    assert "还没有写入" in with_vault(closed, "import", ledger).stdout
    assert answers(with_vault(closed, "journal", "verify", "--json")) == before
    (written,) = answers(with_vault(closed, "import", ledger, "--confirm", "--json"))
    assert written["written"]["added"] == preview["plan"]["new"]
    (again,) = answers(with_vault(closed, "import", ledger, "--confirm", "--json"))
    assert again["plan"]["new"] == again["plan"]["changed"] == 0
    assert again["written"]["added"] == again["written"]["changed"] == 0
    said = with_vault(closed, "import", ledger, "--confirm").stdout
    assert "没有变化,什么也没有写入。" in said
    assert "合计行" in said
    assert "没有采用的列:开户银行" in said


def test_a_practice_vault_opens_by_its_password_alone_and_is_filled(tmp_path: Path) -> None:
    """Made by command line or in the window, it is the same thing: made-up people to practise on."""
    assert zoucun("vault", "create", "--practice", "--home", tmp_path, lines=(PRACTICE,)).returncode == ExitCode.OK
    done = zoucun("journal", "verify", "--home", tmp_path, "--json", lines=({"password": PASSWORD},))
    assert answers(done)[0]["entries"] > 1


# --- secrets ------------------------------------------------------------------------------------


def every_command() -> dict[str, argparse.ArgumentParser]:
    """All commands and their parts with their parsers, from the parser itself."""
    found: dict[str, argparse.ArgumentParser] = {}

    def walk(parser: argparse.ArgumentParser, path: str) -> None:
        found[path] = parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, part in action.choices.items():
                    walk(part, f"{path} {name}")

    walk(build_parser(), "zoucun")
    return found


def test_no_option_takes_a_secret_a_name_or_a_term() -> None:
    """Arguments can be read by other programs of the computer, and end in shell histories."""
    allowed = {
        "--help",
        "--home",
        "--vault",
        "--json",
        "--practice",
        "--actions",
        "--confirm",
        "--county",
        "--out",
        "--seed",
        "--keep",
        "--previous-slots",
        # Files, folders, a generation's number, the digest of a list that was shown, and plain choices.
        "--accept",
        "--code",
        "--from",
        "--generation",
        "--in",
        "--new-device-card",
        "--replace",
        "--request-to",
        "--response",
        "--to",
    }
    found = {
        option for parser in every_command().values() for action in parser._actions for option in action.option_strings
    }
    assert {option for option in found if option.startswith("--")} <= allowed
    assert "--help" in found


@pytest.mark.parametrize("command", every_command())
def test_every_command_has_help_in_chinese_and_english(command: str) -> None:
    """What it does, and for every argument and option what it is."""
    parser = every_command()[command]
    assert re.search(r"[\u4e00-\u9fff]{4}", parser.format_help())
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            assert re.search(r"[\u4e00-\u9fff].* \| [a-z]", action.help or ""), action.dest


def test_help_is_printed_without_asking_for_anything() -> None:
    """Also for a command inside a command."""
    done = zoucun("vault", "create", "--help")
    assert done.returncode == ExitCode.OK
    assert "--practice" in done.stdout


def test_help_does_not_wait_for_the_heavy_parts() -> None:
    """Neither SQLAlchemy nor Qt nor the cipher is loaded to print a help text."""
    program = (
        "import sys, desktop.cli.command_line as c; c.build_parser().format_help(); "
        "print([name for name in ('sqlalchemy', 'PySide6', 'sqlcipher3', 'cryptography', 'openpyxl', 'httpx') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_at_a_terminal_the_password_is_asked_for_and_not_shown(closed: ClosedVault) -> None:
    """A person at the terminal is asked for password and card; neither is echoed."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "desktop", "journal", "verify", "--home", str(closed.home)]
    shown = b""
    with subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=ROOT, start_new_session=True, close_fds=True
    ) as process:
        os.close(child)
        try:
            # The whole prompt: what is typed before it, while the card is only spoken of, is thrown away unread.
            for prompt, typed in (("密码: ", closed.password), ("设备卡上的字母: ", closed.card)):
                shown += read_until(parent, prompt.encode())
                os.write(parent, typed.encode() + b"\n")
            shown += read_until(parent, "日志完好".encode())
            assert process.wait(30) == ExitCode.OK
        finally:
            process.kill()
    os.close(parent)
    assert closed.card.encode() not in shown
    assert PASSWORD.encode() not in shown


def read_until(descriptor: int, words: bytes) -> bytes:
    """What the terminal shows up to these words."""
    seen = b""
    while words not in seen:
        assert select.select([descriptor], [], [], 60)[0], f"only saw {seen.decode(errors='replace')}"
        seen += os.read(descriptor, 4096)
    return seen


# --- output and exit codes ----------------------------------------------------------------------


def test_people_are_not_written_to_an_ordinary_file(closed: ClosedVault, tmp_path: Path) -> None:
    """Refused with the reason, and nothing is in the file; a practice vault may."""
    target = tmp_path / "out.txt"
    first = {"password": closed.password, "card": closed.card}
    with target.open("w") as file:
        done = zoucun("search", "--home", closed.home, lines=(first, NAME), stdout=file)
    assert done.returncode == ExitCode.PROBLEM
    assert "普通文件" in done.stderr
    assert target.read_text() == ""
    practice = closed_vault(tmp_path / "practice", practice=True)
    first = {"password": practice.password, "card": practice.card}
    with target.open("w") as file:
        done = zoucun("search", "--home", practice.home, lines=(first, NAME), stdout=file)
    assert done.returncode == ExitCode.OK
    assert target.read_text() == "没有找到。\n"


def test_the_device_card_of_a_new_vault_is_not_written_to_a_file(tmp_path: Path) -> None:
    """Refused before the vault is made: a card that nobody saw would lock it for good."""
    target = tmp_path / "out.txt"
    first = {"password": PASSWORD, "worker_name": "林晓梅", "office": "莒口镇民政办"}
    with target.open("w") as file:
        done = zoucun("vault", "create", "--home", tmp_path / "home", lines=(first,), stdout=file)
    assert done.returncode == ExitCode.PROBLEM
    assert answers(zoucun("vault", "status", "--home", tmp_path / "home", "--json")) == [{"vaults": []}]


def test_a_vault_made_by_command_line_opens(tmp_path: Path) -> None:
    """create answers with the vault and its card, status lists it."""
    first = {"password": PASSWORD, "worker_name": "林晓梅", "office": "莒口镇民政办"}
    (made,) = answers(zoucun("vault", "create", "--home", tmp_path, "--json", lines=(first,)))
    (status,) = answers(zoucun("vault", "status", "--home", tmp_path, "--json"))
    assert [one["vault"] for one in status["vaults"]] == [made["vault"]]
    closed = ClosedVault(tmp_path, made["vault"], PASSWORD, made["card"])
    assert with_vault(closed, "vault", "verify").returncode == ExitCode.OK
    done = with_vault(closed, "do", lines=(HOUSEHOLD,))
    assert done.returncode == ExitCode.PROBLEM
    assert "开通" in done.stderr


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"password": "falsch-und-lang"}, "vault.card-needed"),
        ({"password": "falsch-und-lang", "card": "AAAA"}, "vault.card-mistyped"),
        ({"card": "AAAA"}, "input.missing"),
        ({"password": 7}, "input.malformed"),
        ("", "input.malformed"),
        ("plain words", "input.malformed"),
    ],
)
def test_what_cannot_open_a_vault_is_said_by_its_code(closed: ClosedVault, first: object, code: str) -> None:
    """Exit code 1, and one JSON object on standard error with --json."""
    done = zoucun("journal", "verify", "--json", "--home", closed.home, lines=(first,))
    assert done.returncode == ExitCode.PROBLEM
    assert json.loads(done.stderr)["error"] == code
    assert done.stdout == ""


def test_options_may_stand_before_the_command_as_well(closed: ClosedVault) -> None:
    """A folder named first is not forgotten: another one's vaults would be worked on."""
    (status,) = answers(zoucun("--home", closed.home, "vault", "status", "--json"))
    assert [one["vault"] for one in status["vaults"]] == [closed.vault]


def test_without_options_the_folder_of_this_user_is_meant(closed: ClosedVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """``ZOUCUN_HOME`` names another one, for tests and the tour."""
    monkeypatch.setenv("ZOUCUN_HOME", str(closed.home))
    (status,) = answers(zoucun("vault", "status", "--json"))
    assert [one["vault"] for one in status["vaults"]] == [closed.vault]


def test_a_reader_that_has_seen_enough_is_no_error(closed: ClosedVault) -> None:
    """``zoucun do --actions | head -1``."""
    pipe = f"{sys.executable} -m desktop do --actions | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1].endswith("0")
    assert done.stderr == ""


def test_which_vault_is_meant_must_be_clear(tmp_path: Path) -> None:
    """None, several and unknown ones are refused in words."""
    assert "还没有加密库" in zoucun("journal", "verify", "--home", tmp_path, lines=({"password": "x"},)).stderr
    closed_vault(tmp_path)
    closed_vault(tmp_path)
    assert "2 个加密库" in zoucun("journal", "verify", "--home", tmp_path, lines=({"password": "x"},)).stderr
    done = zoucun("journal", "verify", "--home", tmp_path, "--vault", "nobody", lines=({"password": "x"},))
    assert "nobody" in done.stderr
    assert done.returncode == ExitCode.PROBLEM


def test_journal_verify_names_the_first_broken_entry_and_ends_with_3(closed: ClosedVault) -> None:
    """By its reference, so that it can be looked up at the county."""
    assert with_vault(closed, "do", lines=(HOUSEHOLD, HOUSEHOLD)).returncode == ExitCode.OK
    with opened(closed) as application:
        spoil = text("UPDATE entry SET payload = CAST(replace(payload, '练', '错') AS BLOB) WHERE seq = 3")
        assert application.store.write(lambda connection: connection.execute(spoil).rowcount) == 1
        reference = f"{application.identity.vault}/{application.identity.epoch}/3"
    done = with_vault(closed, "journal", "verify")
    assert done.returncode == ExitCode.DAMAGE
    assert reference in done.stdout
    assert with_vault(closed, "vault", "verify", "--json").returncode == ExitCode.DAMAGE
    (check,) = [json.loads(with_vault(closed, "journal", "verify", "--json").stdout)]
    assert check["fault"] == {"reference": reference, "code": "payload-changed"}


def test_a_damaged_store_ends_with_3(closed: ClosedVault) -> None:
    """And it is left as it is."""
    closed.store.write_bytes(b"\0" * 8192)
    done = with_vault(closed, "vault", "verify", "--json")
    assert done.returncode == ExitCode.DAMAGE
    assert json.loads(done.stderr)["error"] == "vault.store-unreadable"
    assert closed.store.read_bytes() == b"\0" * 8192


@pytest.mark.parametrize("arguments", [("fly",), ("vault",), ("vault", "create", "--password", "x"), ("show",)])
def test_a_command_that_is_not_understood_ends_with_2(arguments: tuple[str, ...]) -> None:
    """With the usage and a sentence on standard error."""
    done = zoucun(*arguments)
    assert done.returncode == ExitCode.USAGE
    assert "命令没有看懂" in done.stderr


def test_a_bug_is_told_by_a_number_and_a_place_and_not_by_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text of an exception may name a person."""
    from desktop.cli import command_line, vault

    def broken(_options: object) -> int:
        raise KeyError(NAME)

    monkeypatch.setattr(vault, "_status", broken)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert command_line.main(["vault", "status"]) == ExitCode.BUG
    said = capsys.readouterr().err
    assert re.search(r"参考号 [0-9A-F]{4}-[0-9A-F]{4}", said)
    assert "KeyError at test_command_line.py" in said
    assert NAME not in said


def test_the_password_is_changed_by_command_line(closed: ClosedVault) -> None:
    """Old and new on standard input; afterwards the new one opens and the old one does not."""
    changed = with_vault(closed, "vault", "password", new_password="山高路远也要走到")
    assert changed.returncode == ExitCode.OK
    other = ClosedVault(closed.home, closed.vault, "山高路远也要走到", closed.card)
    assert with_vault(other, "journal", "verify").returncode == ExitCode.OK
    assert with_vault(closed, "journal", "verify").returncode != ExitCode.OK
