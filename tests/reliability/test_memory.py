"""After the lock nothing of a person, and no key, is in the memory of any process that is left."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.domain.households import Address, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType, check_character
from desktop.services import households
from tests.households import SHANGHU
from tests.reliability import vault_secrets
from tests.reliability.memory import (
    Process,
    found_in,
    found_in_processes_since,
    processes_of_user,
    started_with,
    text_needles,
)
from tests.vaults import ClosedVault, closed_vault, enrolment, opened

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's: memory after the lock NOT TESTED")
ROOT = Path(__file__).parents[2]
_SPARE_SECONDS = 60.0
SUPERVISE = """
import sys
from desktop.supervisor import supervise
command = [sys.executable, "-m", "tests.reliability.locking_workspace", sys.argv[1]]
sys.exit(supervise(command, spare_after=0.5))
"""


@dataclass(frozen=True)
class Canaries:
    """Made up anew in each run, so that they are in no other process of this computer."""

    name: str
    number: str
    place: str
    password: str

    @classmethod
    def made_up(cls) -> Canaries:
        """Characters of which every font of ours has all."""

        def characters(many: int) -> str:
            return "".join(chr(random.SystemRandom().randrange(0x4E00, 0x9FA6)) for _ in range(many))

        body = f"35070319520312{secrets.randbelow(1000):03}"
        return cls(
            characters(4), body + check_character(body), characters(6), f"{characters(5)}-{secrets.token_hex(3)}"
        )

    def of_people(self) -> dict[str, dict[bytes, str]]:
        """What stands for a person."""
        texts = {"name": self.name, "number": self.number, "place": self.place}
        return {name: text_needles(name, text) for name, text in texts.items()}


class Program:
    """The supervisor with the real login-and-workspace process below it, at whose ears we are."""

    def __init__(self, process: subprocess.Popen[str], before: frozenset[Process], mark: str) -> None:
        self.supervisor = process.pid
        self.before = before
        self._process = process
        self._mark = mark

    def hear(self) -> tuple[str, int]:
        """The next state that is said, and of which process."""
        assert self._process.stdout is not None
        state, pid = self._process.stdout.readline().split()
        return state, int(pid)

    def tell(self, words: str) -> tuple[str, int]:
        """Say something and hear what comes of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self.hear()

    def end(self) -> int:
        """Close the door for good."""
        assert self._process.stdin is not None
        self._process.stdin.write("end\n")
        self._process.stdin.flush()
        return self._process.wait(30)

    def processes(self) -> set[int]:
        """All that was started by it and is still there, whoever it hangs below now."""
        return started_with(self._mark)

    def spare(self, *others: int) -> int:
        """The login that is ready and not shown, once it is there: the only process beside these."""
        known = {self.supervisor, *others}
        end = time.monotonic() + _SPARE_SECONDS
        while not (beside := self.processes() - known) or not all(map(_is_waiting, beside)):
            assert time.monotonic() < end, f"beside {known} there is no spare, or more than one: {beside}"
            time.sleep(0.05)
        (spare,) = beside
        return spare

    def left_in_memory(self, needles: Mapping[bytes, str]) -> dict[int, set[str]]:
        """By process; all of this user's that were not there before."""
        found = found_in_processes_since(self.before, needles)
        assert self.processes() <= set(found), "none of the program's is left out"
        return {pid: names for pid, names in found.items() if names}


def _is_waiting(process_id: int) -> bool:
    """Whether it is a spare that has loaded what it needs: Qt's own threads are there."""
    try:
        is_spare = b"--spare" in Path(f"/proc/{process_id}/cmdline").read_bytes()
        return is_spare and b"libQt6Widgets" in Path(f"/proc/{process_id}/maps").read_bytes()
    except OSError:
        return False


@contextlib.contextmanager
def running(home: Path) -> Iterator[Program]:
    """The program with its door shown."""
    mark = f"ZOUCUN_MEMORY_TEST={secrets.token_hex(16)}"
    name, _, token = mark.partition("=")
    before = processes_of_user()
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), name: token},
    ) as process:
        program = Program(process, before, mark)
        try:
            assert program.hear()[0] == "door"
            yield program
        finally:
            process.kill()


def needles_of(*groups: Mapping[str, dict[bytes, str]]) -> dict[bytes, str]:
    return {needle: name for group in groups for one in group.values() for needle, name in one.items()}


def test_no_key_and_no_person_is_left_in_any_memory_after_the_lock(tmp_path: Path) -> None:
    """Of all of this user's processes since the program began. The same search finds them in the open process, and,
    after a second lock, in a program that was handed some and has cut itself loose.

    The paper process, which has made a form about these people, has never seen a key and is gone too. The spare login,
    which stood beside the open vault and is the door after the lock, has seen nothing at all.
    """
    canaries = Canaries.made_up()
    closed = closed_vault(tmp_path, password=canaries.password)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        held, derived = (
            vault_secrets.held_while_open(closed, application.identity),
            vault_secrets.derived_on_the_way(closed),
        )
        head = NewResident(Name(canaries.name), Document(DocumentType.RESIDENT_ID, canaries.number))
        new = NewHousehold(Address(SHANGHU, canaries.place), (head,))
        household = households.add_household(application, new).value.household
    people = canaries.of_people()
    needles = needles_of(held, derived, people)
    with running(tmp_path) as program:
        holder, paper = unlocked(program, closed, household)
        try:
            in_open, in_paper = found_in(holder, needles), found_in(paper, needles)
        except PermissionError:
            pytest.skip("not allowed to read another process's memory (run as root): memory after the lock NOT TESTED")
        unseen = [name for name, group in {**held, **people}.items() if not in_open & set(group.values())]
        assert unseen == [], "the search finds them where they are, so that it means something where they are not"
        spare = program.spare(holder, paper)
        assert found_in(spare, needles) == set(), "the spare beside the open vault knows nothing"
        assert in_paper, "it has made a form about them"
        assert in_paper <= set(needles_of(people).values()), "a key, a card or a password in the paper process"

        state, door = program.tell("lock")
        assert (state, door) == ("door", spare)
        another = program.spare(door)
        left = program.left_in_memory(needles)
        assert program.processes() == {program.supervisor, door, another}, "nothing else of it runs on"
        assert left == {}

        unlocked(program, closed, household)
        leak, leaking = program.tell("leak")
        try:
            state, door = program.tell("lock")
            assert (leak, state, door) == ("leak", "door", another)
            another = program.spare(door, leaking)
            left = program.left_in_memory(needles)
            assert program.processes() == {program.supervisor, door, another, leaking}
            assert set(left) == {leaking}
            assert {"name in gb18030", "number in utf-16-le", "data key"} <= left[leaking]
        finally:
            os.kill(leaking, signal.SIGKILL)
        assert program.end() == 0


def unlocked(program: Program, closed: ClosedVault, household: str) -> tuple[int, int]:
    """Open the vault and the household, and have a form made: the window's process and the paper process."""
    state, paper = program.tell(f"unlock {closed.password} {closed.card} {household}")
    assert state == "paper"
    state, holder = program.hear()
    assert state == "open"
    assert paper != holder
    return holder, paper
