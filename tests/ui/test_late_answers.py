"""An answer that comes late, when somebody else is on the screen: what was asked for one is not done to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.documents.form_content import FormResident
from desktop.domain.consent import DataClass, SheetState
from desktop.domain.households import Birth, Name, NewResident
from desktop.domain.prints import Came
from desktop.services import consent, drafts, households, paper, people, reading_script
from desktop.services.application import Application
from desktop.services.reading_script import Script
from desktop.ui.pages.consent.opening import Opening
from desktop.ui.pages.consent.taking import Step
from desktop.ui.pages.consent.taking_view import TakingView
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Lane
from tests.ui.consent_people import NOW, signed_sheet
from tests.ui.desk import Desk
from tests.vaults import made_vault

WORKER = "worker-chen"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def with_sheet(desk: Desk, name: str, *, printed: bool = True) -> tuple[str, str]:
    """Another member, and their sheet that asks what the first one's asks."""
    household = people.resident_view(desk.application, desk.resident).membership.household
    new = NewResident(Name(name), birth=Birth(date(1950, 5, 1)), relation="12")
    person = households.add_member(desk.application, household, new).value
    known = consent.sheets(desk.application, resident=desk.resident)
    asks = consent.sheet(desk.application, known[0].id if known else signed_sheet(desk.application, desk.resident)).asks
    sheet = consent.draft_sheet(desk.application, consent.NewSheet(person, asks, WORKER, dialect="闽南话")).value
    if printed:
        consent.record_printed(
            desk.application, sheet, print_id=sheet, form="TY-01", version="1", digest="", came=Came(copies=2)
        )
    return person, sheet


def fill_in(desk: Desk) -> None:
    """Everything agreed, signed, copy handed over."""
    signing = desk.page.taking.signing
    for field in signing.answers.values():
        desk.click(field.inputs()[0])
    desk.click(signing.signatures.signer.inputs()[0])
    desk.click(signing.copy)


@contextmanager
def slow(desk: Desk, lane: Lane) -> Iterator[None]:
    """Nothing is done on this lane until the block ends, as on a slow disk."""
    gate = threading.Event()
    desk.tasks.run(desk.tasks, lambda: gate.wait(60), lambda _: None, lane=lane)
    try:
        yield
    finally:
        gate.set()


def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Let the window go on until something holds, and not a turn longer."""
    for _ in range(100_000):
        if holds():
            return
        QApplication.processEvents()
    raise AssertionError("it never held")


def state(desk: Desk, sheet: str) -> SheetState:
    """Where a sheet stands."""
    return consent.sheet(desk.application, sheet).state


def in_the_midst(monkeypatch: pytest.MonkeyPatch, resident: str, do: Callable[[TakingView], None]) -> None:
    """Do something once, while the view of this person is being filled and shows nothing of them yet."""
    begin = TakingView.begin
    done: list[bool] = []

    def begin_and_do(view: TakingView, opening: Opening) -> Iterator[None]:
        for step in begin(view, opening):
            if view.taking.resident == resident and not done:
                done.append(True)
                do(view)
            yield step

    monkeypatch.setattr(TakingView, "begin", begin_and_do)


def test_while_a_view_is_filled_its_action_does_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is about the second person already and still shows what the first one answered."""
    first = with_sheet(desk, "甲某某")
    desk.open(first[0])
    fill_in(desk)
    second = with_sheet(desk, "乙某某")
    pressed: list[str] = []

    def press(view: TakingView) -> None:
        pressed.append(view.signing.problem())
        desk.window.header.primary.click()

    in_the_midst(monkeypatch, second[0], press)
    desk.open(second[0])
    assert pressed == [""], "nothing is missing of what the first one answered"
    assert [state(desk, sheet) for _, sheet in (first, second)] == [SheetState.PRINTED] * 2
    assert consent.grants(desk.application, second[0]) == ()


def test_what_is_half_filled_is_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the second person's view is filled a third is asked for who is gone: the list comes, not half a view."""
    first, second = with_sheet(desk, "甲某某"), with_sheet(desk, "乙某某")
    desk.open(first[0])
    fill_in(desk)
    gone = Target("consent", "00000000-0000-4000-8000-000000000000")
    in_the_midst(monkeypatch, second[0], lambda _: desk.window.open(gone))
    desk.open(second[0])
    desk.wait()
    assert desk.page.taking.isHidden()
    assert desk.page.overview.isVisible()


def test_a_signing_that_is_recorded_late_leaves_the_next_person_alone(desk: Desk) -> None:
    """The first one's is recorded, and the second stays where they were."""
    first, second = with_sheet(desk, "甲某某"), with_sheet(desk, "乙某某")
    desk.open(first[0])
    fill_in(desk)
    with slow(desk, Lane.WRITE):
        desk.window.header.primary.click()
        desk.window.open(Target("consent", second[0]))
        until(desk, lambda: desk.page.taking.isVisible() and desk.page.taking.taking.resident == second[0])
    desk.wait()
    taking = desk.page.taking.taking
    assert (taking.resident, taking.sheet, taking.step) == (*second, Step.SIGNING)
    assert [state(desk, sheet) for _, sheet in (first, second)] == [SheetState.SIGNED, SheetState.PRINTED]
    assert consent.grants(desk.application, second[0]) == ()
    assert [one for one in drafts.open_drafts(desk.application) if one.subject == first[0]] == []


def test_a_paper_that_is_ready_late_is_not_the_next_person_s(desk: Desk) -> None:
    """Nothing is printed of the first one, and what is ticked then is the second one's."""
    first, second = with_sheet(desk, "甲某某", printed=False), with_sheet(desk, "乙某某")
    desk.open(first[0])
    assert desk.page.taking.taking.step == Step.PRINTING
    with slow(desk, Lane.WRITE):
        desk.window.header.primary.click()
        desk.window.open(Target("consent", second[0]))
        until(desk, lambda: desk.page.taking.isVisible() and desk.page.taking.taking.resident == second[0])
    desk.wait()
    assert desk.page.taking.taking.sheet == second[1]
    fill_in(desk)
    desk.go_on()
    assert [state(desk, sheet) for _, sheet in (first, second)] == [SheetState.DRAFTED, SheetState.SIGNED]
    assert consent.grants(desk.application, first[0]) == ()


def samples_made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[DataClass, ...]]:
    """The classes asked for on each sample of a consent form that is made from here on."""
    make, made = paper.consent_sample, list[tuple[DataClass, ...]]()

    def make_and_note(application: Application, sheet: consent.NewSheet, resident: FormResident) -> bytes:
        made.append(sheet.asks[0].classes)
        return make(application, sheet, resident)

    monkeypatch.setattr(paper, "consent_sample", make_and_note)
    return made


def test_of_the_samples_that_wait_only_the_last_wish_is_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each tick asks for another one, and on a slow computer they would pile up."""
    page = desk.open(desk.resident)
    choice = next(one for one in page.taking.recipients.choices() if one.is_chosen)
    assert choice.grid is not None
    made = samples_made(monkeypatch)
    with slow(desk, Lane.READ):
        for _ in range(3):
            choice.grid.box(DataClass.A2).click()
            page.taking._timer.stop()  # at once, and not a second time when it has run out
            page.taking._draw_sheet()
        page.taking._timer.stop()  # it would ask once more, when what waits here is done
    desk.wait()
    assert len(made) == 1
    assert DataClass.A2 not in made[0]
    assert page.taking.preview.pages


def test_a_sample_that_comes_after_all_was_unticked_is_not_shown(desk: Desk) -> None:
    """Nothing is asked for any more, and a sheet beside that would say otherwise."""
    page = desk.open(desk.resident)
    choice = next(one for one in page.taking.recipients.choices() if one.is_chosen)
    with slow(desk, Lane.READ):
        page.taking._draw_sheet()
        choice.box.click()
        page.taking._timer.stop()
        page.taking._draw_sheet()
    desk.wait()
    assert not page.taking.preview.pages


def test_the_step_of_reading_is_not_done_before_its_script_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is faster than the script is told to wait; with the script every item has to be read."""
    person, sheet = with_sheet(desk, "吉小海", printed=False)
    consent.void_sheet(desk.application, sheet, "重新问")
    may_come, make = threading.Event(), reading_script.reading_script

    def slow(application: Application, new: consent.NewSheet, resident: FormResident) -> Script:
        assert may_come.wait(60)
        return make(application, new, resident)

    page = desk.open(f"new:{person}")
    monkeypatch.setattr(reading_script, "reading_script", slow)
    try:
        desk.click(desk.window.header.primary)
        assert page.taking.taking.step == Step.READING
        reading = page.taking.reading
        reading.second.set_value(WORKER)
        reading.near.set_value(False)
        reading.dialect.set_value("闽南话")
        assert "还在准备" in reading.problem()
        desk.click(desk.window.header.primary)
        assert page.taking.taking.step == Step.READING
    finally:
        may_come.set()
    desk.wait()
    assert "没有念" in reading.problem()
    for box in reading.items():
        box.setChecked(True)
    assert reading.problem() == ""
