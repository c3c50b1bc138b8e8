"""After the lock nothing of a person, and no key, is in the memory of any process that is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.domain.households import Address, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType
from desktop.services import households
from desktop.services.application import system_clock
from desktop.storage import vault
from tests.households import SHANGHU
from tests.reliability.memory import found_in, key_needles, text_needles
from tests.vaults import closed_vault, enrolment, opened

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's: memory after the lock NOT TESTED")
ROOT = Path(__file__).parents[2]
CANARY = "吉䶮穗"
NUMBER = "350703195203120011"
PASSWORD = "金丝雀-翠湖的密码-61"
SUPERVISE = """
import sys
from desktop.supervisor import supervise
sys.exit(supervise([sys.executable, "-m", "tests.reliability.locking_workspace", sys.argv[1]]))
"""


def test_no_key_and_no_person_is_left_in_memory_after_the_lock(tmp_path: Path) -> None:
    """Found in the open process by the same search: key, password, device secret, name, number; after it in none.

    The paper process, which has made a form about these people, has never seen a key and is gone too.
    """
    closed = closed_vault(tmp_path, password=PASSWORD)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        head = NewResident(Name(CANARY), Document(DocumentType.RESIDENT_ID, NUMBER))
        household = households.add_household(application, NewHousehold(Address(SHANGHU), (head,))).value.household
    keys = vault.unlock(closed.home, closed.vault, closed.password, closed.card, system_clock())
    secrets = {
        "data key": key_needles("data key", keys.data_key),
        "device secret": key_needles("device secret", keys.device_secret),
        "card": text_needles("card", closed.card),
        "password": text_needles("password", PASSWORD),
        "name": text_needles("name", CANARY),
        "number": text_needles("number", NUMBER),
    }
    needles = {needle: name for group in secrets.values() for needle, name in group.items()}
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(closed.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
    ) as supervisor:
        assert supervisor.stdin is not None
        assert supervisor.stdout is not None

        def tell(words: str) -> tuple[str, int]:
            assert supervisor.stdin is not None
            assert supervisor.stdout is not None
            if words:
                supervisor.stdin.write(words + "\n")
                supervisor.stdin.flush()
            state, pid = supervisor.stdout.readline().split()
            return state, int(pid)

        assert tell("")[0] == "door"
        state, paper = tell(f"unlock {PASSWORD} {closed.card} {household}")
        assert state == "paper"
        state, holder = tell("")
        assert (state, paper != holder) == ("open", True)
        try:
            open_process, paper_process = found_in(holder, needles), found_in(paper, needles)
        except PermissionError:
            supervisor.kill()
            pytest.skip("not allowed to read another process's memory (run as root): memory after the lock NOT TESTED")
        state, door = tell("lock")
        after = {f"{name} of {pid}" for pid in (supervisor.pid, door) for name in found_in(pid, needles)}
        supervisor.stdin.write("end\n")
        supervisor.stdin.flush()
        assert supervisor.wait(30) == 0
    unseen = [name for name, group in secrets.items() if not open_process & set(group.values())]
    assert unseen == [], "the search finds them where they are, so that it means something where they are not"
    assert (state, door != holder) == ("door", True)
    assert not Path(f"/proc/{holder}").exists()
    of_people = {*secrets["name"].values(), *secrets["number"].values()}
    assert paper_process, "it has made a form about them"
    assert paper_process <= of_people, "a key, a card or a password in the paper process"
    assert not Path(f"/proc/{paper}").exists()
    assert after == set()
