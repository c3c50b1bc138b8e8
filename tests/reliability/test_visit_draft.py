"""Power cuts in the middle of a visit: what the page called kept is there afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.services import drafts, visits
from tests.county_issued import issue_everything
from tests.ui.visit.visit_round import ji_household
from tests.vaults import closed_vault, enrolment, opened

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
ROOT = Path(__file__).parents[2]
TYPING = Path(__file__).with_name("typing_visit.py")


def test_a_draft_that_was_called_kept_survives_kill_9(tmp_path: Path) -> None:
    """「已自动保存」 on the screen means on the disk: half-typed values too, and no visit was made of it."""
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        application.enrol(enrolment(application.identity.vault))
        issue_everything(application)
        ji = ji_household(application)
    command = [sys.executable, str(TYPING), str(closed.home), closed.vault, ji.id]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{closed.password}\n{closed.card}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "kept\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    with opened(closed) as application:
        (draft,) = drafts.open_drafts(application, "visit", ji.id)
        fields = draft.body["sections"]["visit"]["fields"]
        assert fields["note"] == "狗很凶"
        assert fields["started"] == "下午三"
        assert visits.visits_of(application, ji.id) == ()
