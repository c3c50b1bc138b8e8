"""How a command of ``zoucun-county`` ends: in one sentence, with a number, and never with what was handed to it."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from county import cli, status
from county.opening import create_county
from tests.county.conftest import PASSPHRASE, command

NAME = "陈𠮷水"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A county that is there, and closed."""
    create_county(tmp_path / "county", "350703", "建阳区", PASSPHRASE).close()
    return tmp_path / "county"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Its passphrase, for commands that are called in this process."""
    made = tmp_path / "passphrase"
    made.write_text(PASSPHRASE + "\n", encoding="utf-8")
    made.chmod(0o600)
    return made


def test_what_nobody_foresaw_is_a_number_and_names_nobody(
    folder: Path, key_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text of an exception may name a person; its kind and its place do not."""

    def fail(*_given: object) -> None:
        raise RuntimeError(f"no village for {NAME}")

    monkeypatch.setattr(status, "status", fail)
    assert cli.main(["status", "--data", str(folder), "--key-file", str(key_file)]) == 70
    said = capsys.readouterr()
    assert said.out == ""
    assert NAME not in said.err
    assert "Traceback" not in said.err
    first, second = said.err.splitlines()
    assert re.fullmatch(r"程序出了一个问题,参考号 [0-9A-F]{4}-[0-9A-F]{4}。.+请把参考号告诉技术人员。", first)
    assert second.startswith("RuntimeError at test_command_ends.py:")


@contextmanager
def at_its_pipes(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], tuple[IO[str], IO[str], IO[str]]]]:
    """A command with its input, its output and its complaints; it does not outlive a test that fails."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command(*arguments), stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            yield process, (process.stdin, process.stdout, process.stderr)
        finally:
            process.kill()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever runs the tests in the background may have them ignore Ctrl+C, and their children with them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_in_a_sentence(folder: Path) -> None:
    """What was answered before is written; the line that was being waited for is not."""
    with at_its_pipes("answer", "--data", str(folder)) as (process, (said, answers, complaints)):
        said.write(PASSPHRASE + '\n{"do":"list"}\n')
        said.flush()
        assert answers.readline() == '{"ok": true, "open": []}\n'
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert complaints.read() == "已中断。做完的都已写入,没做完的一步没有写入。\n"


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    """``zoucun-county status … | head -c 0``."""
    with at_its_pipes("status", "--data", str(folder), "--hashes") as (process, (said, answers, complaints)):
        answers.close()
        said.write(PASSPHRASE + "\n")
        said.close()
        assert process.wait(timeout=60) == 0
        assert complaints.read() == ""
