"""The paper process: the same paper as without it, nothing lost with it, and nothing left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from desktop.documents import mark_reading, pdf
from desktop.documents.consent_form import consent_form
from desktop.documents.identity_confirmation import identity_confirmation
from desktop.documents.referral_slip import referral_slip
from desktop.documents.round_sheet import round_sheet
from desktop.documents.visit_record import visit_record
from desktop.documents.withdrawal_form import withdrawal_form
from desktop.documents.wording import Wording, load_wording
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Name, NewHousehold, NewResident
from desktop.services import (
    consent,
    events,
    households,
    identity_paper,
    paper,
    paper_process,
    rounds,
    scan_intake,
    visit_paper,
    withdrawal_paper,
)
from desktop.services import visits as visit_services
from desktop.services.paper_process import PaperProcess
from tests import casework
from tests.county_issued import SHANGBU, issue_everything
from tests.documents import form_samples as samples
from tests.reliability import paper_work
from tests.reliability.test_supervisor import wait_for_end
from tests.ui.consent_people import photo
from tests.vaults import COUNTY_SIGNING_KEY, made_vault

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc are Linux's: NOT TESTED here")
ROOT = Path(__file__).parents[2]
SECONDS = 60
FORMS: tuple[tuple[Callable[[Any, Wording], bytes], object, str], ...] = (
    (consent_form, samples.CONSENT, "consent-self"),
    (consent_form, replace(samples.CONSENT, large_type=True, sheet_number=""), "consent-self"),
    (consent_form, samples.MINOR, "consent-guardian"),
    (consent_form, samples.COMPATRIOT, "consent-compatriot"),
    (withdrawal_form, samples.WITHDRAWAL, "withdrawal"),
    (referral_slip, samples.REFERRAL, "referral-out"),
    (referral_slip, replace(samples.REFERRAL, release=samples.RELEASE), "referral-out"),
    (visit_record, samples.VISIT, "visit-record"),
    (round_sheet, samples.ROUND, "round-sheet"),
    (identity_confirmation, samples.IDENTITY, "identity-confirmation"),
)


class Noted:
    """What was noted, in the order in which it was."""

    def __init__(self) -> None:
        self._queue: Queue[str] = Queue()

    def add(self, trouble: str) -> None:
        self._queue.put(trouble)

    def next(self) -> str:
        return self._queue.get(timeout=SECONDS)

    @property
    def is_empty(self) -> bool:
        return self._queue.empty()


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def process(noted: Noted) -> Iterator[PaperProcess]:
    """One that is there."""
    made = PaperProcess()
    made.start(noted.add)
    assert made.wait_until_ready(SECONDS)
    yield made
    made.close()


def is_gone(process_id: int) -> bool:
    return not Path(f"/proc/{process_id}").exists()


def until_ready_again(process: PaperProcess, before: int) -> int:
    """The id of the one that was started in the place of another."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        now = process.process_id
        if now not in (None, before):
            return int(str(now))
        time.sleep(0.01)
    raise AssertionError("it was not started anew")


# --- the same, there as here


def test_every_form_has_the_same_bytes(process: PaperProcess) -> None:
    """Whether it is set there or here."""
    for make, content, form in FORMS:
        wording = load_wording(form, "2026.1")
        assert process.typeset(make, content, wording) == make(content, wording), form


def test_it_does_the_work_and_not_this_process(process: PaperProcess) -> None:
    """Another process, in the folder of the program, that nobody may look into and that dumps nothing."""
    there = process.look_through(paper_work.what_i_am)
    assert there["id"] == process.process_id != os.getpid()
    assert there["folder"] == str(ROOT)
    assert there["dumpable"] == 0
    assert str(there["core"]).split()[4:6] == ["0", "0"]
    assert str(there["command"]).endswith("-m desktop.paper_process")
    assert there["loaded"] == []


def test_the_window_s_papers_and_pictures_all_go_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here nothing of it can be done any more, and it is done all the same."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        resident, referral = casework.submitted_referral(application)
        casework.release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
        sheet = casework.signed_sheet(application, resident)
        household = consent.sheet(application, sheet).household
        visit = visit_services.record_visit(application, casework.visit(household, application.today())).value.visit
        never_met = NewHousehold(Address(SHANGBU, "2组7号"), (NewResident(Name("陈阿土")),))
        households.add_household(application, never_met)
        agreed = tuple(one.id for one in consent.grants(application, resident) if one.sheet == sheet)
        picture = photo(paper.consent_paper_for(application, sheet).pdf)
        application.paper_process.start(pytest.fail)
        assert application.paper_process.wait_until_ready(SECONDS)
        cannot_be_done_here(monkeypatch)
        with pytest.raises(AssertionError):
            consent_form(samples.CONSENT)
        papers = [
            paper.consent_paper_for(application, sheet).pdf,
            paper.consent_sample(application, casework.new_sheet(resident), paper.form_resident(application, resident)),
            paper.file_copy(application, referral).pdf,
            paper.file_copy_sample(application, casework.new_referral(application, resident)),
            paper.recipient_slip(application, referral).pdf,
            identity_paper.identity_paper_for(application, resident).paper.pdf,
            visit_paper.visit_paper_for(application, household, visit).pdf,
            rounds.round_paper(application, {SHANGBU}).paper.pdf,
            withdrawal_paper.withdrawal_paper_for(
                application, consent.withdraw(application, resident, agreed).value.id
            ).pdf,
        ]
        assert all(one.startswith(b"%PDF") for one in papers)
        taken = scan_intake.take_in(application, picture, sheet_id=sheet).value
        assert len(taken.waiting) == 1


def cannot_be_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page is set and no picture looked through in this process."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    work = {id(pdf.make_pdf), id(mark_reading.find_marks)}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("desktop."):
            for name, value in list(vars(module).items()):
                if id(value) in work:
                    monkeypatch.setattr(module, name, refuse)


def test_what_a_person_can_act_on_comes_back_with_its_values(process: PaperProcess, noted: Noted) -> None:
    """A character that no font has is named."""
    content = replace(samples.CONSENT, dialect="\U0010fffd话")
    with pytest.raises(UserFacingError) as raised:
        process.typeset(consent_form, content, load_wording("consent-self", "2026.1"))
    assert (raised.value.code, raised.value.values) == ("print.missing-characters", {"characters": ("\U0010fffd",)})
    assert noted.is_empty


def test_a_bug_there_is_a_bug_here_at_its_own_place(process: PaperProcess, noted: Noted) -> None:
    """So it has the same number with the process as without; the process goes on."""
    with pytest.raises(LookupError) as raised:
        process.typeset(paper_work.fail, os.getpid())
    assert raised.traceback[-1].name == "fail"
    assert noted.next() == "bug"
    assert process.typeset(paper_work.fail_there, os.getpid()) == b"here"
    assert noted.next() == "bug"
    assert process.look_through(paper_work.where) == process.process_id


def test_what_is_printed_there_is_not_taken_for_an_answer(process: PaperProcess) -> None:
    """Whatever a library says on standard output."""
    assert process.look_through(paper_work.print_and_add, 2, 3) == 5
    assert process.look_through(paper_work.print_and_add, 3, other=4) == 7


# --- without it


def test_nothing_is_started_by_itself() -> None:
    """The command line and whoever has no window do without."""
    alone = PaperProcess()
    assert alone.look_through(paper_work.where) == os.getpid()
    assert alone.process_id is None
    alone.close()


def test_a_killed_process_loses_nothing_and_is_started_anew_once(process: PaperProcess, noted: Noted) -> None:
    """What it was asked for is done here; the second one that ends is the last."""
    first = process.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert process.look_through(paper_work.where) == os.getpid()
    assert noted.next() == "ended"
    second = until_ready_again(process, first)
    assert process.look_through(paper_work.where) == second
    os.kill(second, signal.SIGKILL)
    assert noted.next() == "ended"
    assert process.look_through(paper_work.where) == os.getpid()
    process.start(noted.add)
    assert process.process_id is None
    assert noted.is_empty


def test_one_that_is_killed_at_its_work_loses_nothing(tmp_path: Path, process: PaperProcess, noted: Noted) -> None:
    """Between the question and the answer."""
    first = process.process_id
    assert first is not None
    begun, there = tmp_path / "begun", threading.Event()

    def kill_once_begun() -> None:
        while not begun.exists():
            time.sleep(0.01)
        begun.unlink()
        there.set()
        os.kill(first, signal.SIGKILL)

    killing = threading.Thread(target=kill_once_begun)
    killing.start()
    made = process.typeset(paper_work.sleep_there, str(begun), os.getpid())
    killing.join()
    assert there.is_set()
    assert made == b"here"
    assert noted.next() == "ended"


def test_one_that_hangs_is_ended_and_its_work_done_here(
    process: PaperProcess, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given a time."""
    monkeypatch.setattr(paper_process, "_SECONDS_FOR_A_FORM", 0.5)
    hung = process.process_id
    assert hung is not None
    os.kill(hung, signal.SIGSTOP)
    assert process.typeset(paper_work.fail_there, os.getpid()) == b"here"
    assert noted.next() == "hung"
    wait_for_end(hung)


def test_nobody_waits_in_line_for_long(
    tmp_path: Path, process: PaperProcess, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While forty pages are looked through a form is made here."""
    monkeypatch.setattr(paper_process, "_SECONDS_IN_LINE", 0.1)
    begun = tmp_path / "begun"
    raised: list[BaseException] = []

    def look() -> None:
        try:
            process.look_through(paper_work.sleep, str(begun))
        except RuntimeError as error:
            raised.append(error)

    looking = threading.Thread(target=look)
    looking.start()
    while not begun.exists():
        time.sleep(0.01)
    assert process.look_through(paper_work.where) == os.getpid()
    assert process.process_id is not None
    assert noted.is_empty
    # A lock ends it in the midst of its work, and whoever waited for that is let go.
    process.close()
    looking.join(SECONDS)
    assert [str(error) for error in raised] == ["the application was closed"]


def test_one_that_cannot_be_started_is_tried_twice_and_done_without(
    noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No such program; and one that ends before it is ready."""
    for command in (("/nowhere/python",), (sys.executable, "-c", "pass")):
        monkeypatch.setattr(paper_process, "_COMMAND", command)
        without = PaperProcess()
        without.start(noted.add)
        assert [noted.next(), noted.next()] == ["not-started", "not-started"]
        assert without.look_through(paper_work.where) == os.getpid()
        without.close()


# --- its end


def test_closing_the_vault_ends_it(tmp_path: Path) -> None:
    """And not one moment later; one that is stopped too."""
    with made_vault(tmp_path) as application:
        application.paper_process.start(pytest.fail)
        assert application.paper_process.wait_until_ready(SECONDS)
        there = application.paper_process.process_id
        assert there is not None
        os.kill(there, signal.SIGSTOP)
    assert is_gone(there)


def test_one_that_is_closed_starts_nothing() -> None:
    """A lock may come before the window was idle."""
    closed = PaperProcess()
    closed.close()
    closed.start(pytest.fail)
    assert not closed.wait_until_ready(0)
    assert closed.process_id is None


STARTER = """
import sys, time
from desktop.services.paper_process import PaperProcess
process = PaperProcess()
process.start(print)
process.wait_until_ready(60)
print(process.process_id, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("is_stopped", [False, True])
def test_it_does_not_outlive_a_killed_starter(is_stopped: bool) -> None:
    """Kill -9 of the window's process; stopped, it cannot see that its pipe ended, and the system ends it."""
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=ROOT) as starter:
        assert starter.stdout is not None
        there = int(starter.stdout.readline())
        if is_stopped:
            os.kill(there, signal.SIGSTOP)
        starter.kill()
        wait_for_end(there)


def test_the_end_of_its_pipe_is_its_end() -> None:
    """Where the system does not end it with its starter, and in the midst of a question."""
    for asked in (b"", b"\x80\x04\x95"):
        ended = subprocess.run(
            [sys.executable, "-m", "desktop.paper_process"], input=asked, capture_output=True, cwd=ROOT, check=True
        )
        assert ended.stderr == b""


def test_what_was_wrong_with_it_is_noted_as_a_code(tmp_path: Path) -> None:
    """For whoever helps on the telephone."""
    with made_vault(tmp_path) as application:
        for trouble in events.PAPER_PROCESS_TROUBLES:
            events.note(application, events.Event.PAPER_PROCESS, trouble)
        noted = [(one.event, one.detail) for one in reversed(events.noted(application))]
    assert noted == [("paper-process.lost", one) for one in events.PAPER_PROCESS_TROUBLES]
