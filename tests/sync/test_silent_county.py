"""A county that takes the connection and never says a word: how long that is borne, and what is said meanwhile."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from desktop.cli import command_line
from desktop.exit_codes import ExitCode
from desktop.services import sync as services_sync
from desktop.services.sync import sync_state
from desktop.sync.client import Timeouts
from desktop.sync.driving import Stage, Surroundings, SyncProgress
from tests.county_process import serving
from tests.sync.journals import describe, enrolled
from tests.vaults import ClosedVault, opened

LIMITS = Timeouts(connect=0.5, silence=0.5)
"""Small, so that nobody waits in a test; the ones in force are ten and thirty seconds."""


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a real socket that accepts whoever comes and answers nobody."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> ClosedVault:
    """An enrolled vault with something to report; its county is not there any more."""
    home: Path = tmp_path_factory.mktemp("silent")
    with serving(home / "county") as county:
        made = enrolled(home / "lin", county, "林晓梅")
    with opened(made) as application:
        describe(application, "h-1", number={"number": "1"})
    return made


def test_the_first_contact_is_tried_once_and_ends_within_its_limit(closed: ClosedVault, silent: str) -> None:
    """Whoever does not answer within the time is not asked three times more; all of it stays on the laptop."""
    seen: list[SyncProgress] = []
    with opened(closed) as application:
        before = sync_state(application).waiting
        began = time.monotonic()
        report = services_sync.sync(
            application, url=silent, progress=seen.append, surroundings=Surroundings(timeouts=LIMITS)
        )
        assert time.monotonic() - began < LIMITS.connect + LIMITS.silence + 5
        assert report.stopped is not None
        assert report.stopped.code == "sync.county-silent"
        assert [one.stage for one in seen] == [Stage.CHECKING, Stage.CONTACTING]
        assert sync_state(application).waiting == before > 0


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_says_each_step_on_standard_error(
    closed: ClosedVault,
    silent: str,
    as_json: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line per step, as it is begun, and at the end what happened and that nothing is lost."""
    given = {"password": closed.password, "card": closed.card}
    monkeypatch.setattr(sys, "stdin", StringIO(json.dumps(given) + "\n"))
    monkeypatch.setattr(services_sync, "Surroundings", lambda: Surroundings(timeouts=LIMITS))
    more = ["--json"] if as_json else []
    arguments = ["--home", str(closed.home), "sync", "--county", silent, "--vault", closed.vault, *more]
    assert command_line.main(arguments) == ExitCode.PROBLEM
    lines = capsys.readouterr().err.splitlines()
    if as_json:
        said = [json.loads(one) for one in lines]
        assert [one.get("step") or one["error"] for one in said] == ["checking", "contacting", "sync.county-silent"]
        lines = [one["message"] for one in said]
    assert lines[0] == "正在核对本机的日志"
    assert lines[1] == "正在联系县里，没有答复最多等 40 秒"
    assert lines[2].startswith("等了 0.5 秒，县里没有答复。未上报的内容都已安全保存在本机。")
