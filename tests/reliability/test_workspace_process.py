"""Lock ends the process that held the keys, and the supervisor brings the next login; real processes, no screen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.exit_codes import ExitCode
from desktop.services import door, drafts
from desktop.services.practice import create_practice_vault
from desktop.supervisor import supervise
from tests.reliability.driven_workspace import TYPED
from tests.vaults import PASSWORD, ClosedVault, opened

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals between processes are POSIX")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClosedVault:
    """A practice vault, which opens by its password alone; children find the program."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = create_practice_vault(tmp_path, PASSWORD, worker_name="陈练习")
    return ClosedVault(tmp_path, made.vault, PASSWORD, made.card)


def command(closed: ClosedVault, *steps: str) -> list[str]:
    """The driven process, one step per start."""
    return [sys.executable, "-m", "tests.reliability.driven_workspace", str(closed.home), PASSWORD, *steps]


def kept_drafts(closed: ClosedVault) -> list[str]:
    """What drafts the vault holds."""
    with opened(closed) as application:
        return [str(draft.body) for draft in drafts.open_drafts(application)]


def test_a_lock_ends_the_process_and_the_next_login_is_another_one(closed: ClosedVault) -> None:
    """Unlock, type, Ctrl+L: the process is gone, its draft kept; the next one shows the door."""
    assert supervise(command(closed, "lock", "close"), spare_after=None) == ExitCode.OK
    first, second = (closed.home / "starts").read_text().split()
    assert first != second
    (draft,) = kept_drafts(closed)
    assert TYPED in draft
    assert not door.card_needed(closed.home, door.list_vaults(closed.home)[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_ending_signal_keeps_the_draft(closed: ClosedVault, number: signal.Signals) -> None:
    """A logout or a shutdown in the middle of a word: nothing typed is lost, and the vault is closed properly."""
    with subprocess.Popen(command(closed, "wait"), stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(30) == ExitCode.OK
    (draft,) = kept_drafts(closed)
    assert TYPED in draft


def test_without_a_screen_it_says_so_and_is_not_started_again(closed: ClosedVault) -> None:
    """One sentence instead of an aborted program; the supervisor takes it as final."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-m", "desktop.workspace", "--home", str(closed.home)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.CANNOT_START
    assert "屏幕" in done.stderr


def test_a_disk_that_never_answers_does_not_keep_the_locked_process_alive(tmp_path: Path) -> None:
    """Closing hangs for ever; the process ends with the lock's own code all the same."""
    program = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from types import SimpleNamespace\n"
        "from desktop import workspace\n"
        "from desktop.services.paper_process import PaperProcess\n"
        "from desktop.ui.application import make_application\n"
        "workspace._ENDING_SECONDS = 0.5\n"
        "application, bugs = make_application()\n"
        "life = workspace.Workspace(Path(sys.argv[1]), bugs, application.exit, after_crash=False)\n"
        "opened = workspace.OpenVault(SimpleNamespace(paper_process=PaperProcess()))\n"
        "opened.closing.callback(threading.Event().wait)\n"
        "life._opened.append(opened)\n"
        "life.end(workspace.ExitCode.LOCKED)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == ExitCode.LOCKED


def test_the_process_shows_the_door_without_loading_the_store(closed: ClosedVault) -> None:
    """What is slow to import comes after the login window: neither SQLAlchemy nor reportlab nor the network."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from desktop import workspace\n"
        "from desktop.ui.application import make_application\n"
        "application, bugs = make_application()\n"
        "life = workspace.Workspace(Path(sys.argv[1]), bugs, application.exit, after_crash=False)\n"
        "life.show_login()\n"
        "loaded = {'sqlalchemy', 'sqlcipher3', 'httpx', 'reportlab', 'alembic'} & set(sys.modules)\n"
        "life.end(0)\n"
        "print(sorted(loaded))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(closed.home)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
