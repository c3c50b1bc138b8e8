"""What a check beside the worker leaves in memory: the process goes on, without the colleague's key (Linux)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.domain.roles import Role
from tests.command_line import ROOT
from tests.reliability.memory import found_in, key_needles
from tests.unit.test_beside_services import THEIRS, Clock, made_desk
from tests.vaults import closed_vault, enrolment, opened

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's: memory after a check NOT TESTED")

_CHECKED = """
import json, sys
from pathlib import Path
from desktop.bootstrap import open_application
from desktop.services.beside_checks import Against, check_beside
own, given = (json.loads(sys.stdin.readline()) for _ in range(2))
with open_application(Path(own.pop("home")), **own) as application:
    check_beside(application, against=Against.PAPER, **given)
    print("signed", flush=True)
    sys.stdin.readline()
"""


def test_nothing_of_the_colleagues_key_is_left_in_the_workers_process(tmp_path: Path) -> None:
    """The same search finds the worker's own key, which belongs there until the lock."""
    theirs = closed_vault(tmp_path, worker_name="何金水", password=THEIRS)
    with opened(theirs) as other:
        other.enrol(enrolment(theirs.vault, worker="worker-he", worker_name="何金水", role=Role.REVIEWER))
        key = bytes.fromhex(other.identity.signing_secret)
    mine = closed_vault(tmp_path, worker_name="林晓梅")
    with opened(mine) as application:
        application.enrol(enrolment(mine.vault))
        own_key = bytes.fromhex(application.identity.signing_secret)
        sheet = made_desk(application, theirs, Clock()).sheet
    own = {"home": str(tmp_path), "vault_id": mine.vault, "password": mine.password, "card": mine.card}
    given = {"paper_id": sheet, "colleague": theirs.vault, "password": THEIRS, "card": theirs.card}
    child = subprocess.Popen(
        [sys.executable, "-c", _CHECKED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(f"{json.dumps(own)}\n{json.dumps(given)}\n")
        child.stdin.flush()
        assert child.stdout.readline() == "signed\n"
        found = found_in(child.pid, {**key_needles("the colleague's", key), **key_needles("own", own_key)})
    except PermissionError:
        pytest.skip("not allowed to read another process's memory (run as root): memory after a check NOT TESTED")
    finally:
        child.communicate("\n")
    assert any(one.startswith("own") for one in found)
    assert not any(one.startswith("the colleague's") for one in found)
