"""Calls, visits and what else stands on the signed paper, in the window: written down, and seen by whoever checks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.consent import Purpose
from desktop.domain.contact import Channel, contact_of
from desktop.domain.prints import Came
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.signing_evidence import Finger, evidence_of
from desktop.services import consent, paper
from desktop.services.application import Application
from desktop.services.consent import Ask, ContactAnswer, NewSheet
from desktop.ui.pages.consent.opening import load_sheet
from tests.casework import CLASSES
from tests.county_issued import CHARITY
from tests.screen_signatures import allow
from tests.ui.consent_people import NOW
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.test_screen_signing import sign
from tests.vaults import made_vault

PURPOSE = Purpose.DISABILITY


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def drafted(desk: Desk) -> str:
    """A sheet for the wheelchair."""
    ask = Ask(CHARITY, PURPOSE, CLASSES, "wheelchair")
    return consent.draft_sheet(desk.application, NewSheet(desk.resident, (ask,), "worker-chen", read_aloud=False)).value


def agree(desk: Desk) -> None:
    """Every class, by mouse."""
    for field in desk.page.taking.signing.answers.values():
        desk.click(field.inputs()[0])


def press(desk: Desk, channel: Channel, number: int) -> None:
    """同意 (0) or 不同意 (1)."""
    desk.click(desk.page.taking.signing.contact.fields[CHARITY, PURPOSE.value, channel].inputs()[number])


def picture(desk: Desk, name: str) -> None:
    """For looking at, where a folder is named."""
    if folder := os.environ.get("ZOUCUN_PICTURES"):
        desk.page.window().grab().save(f"{folder}/{name}.png")


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT], ids=["full", "150"])
def test_a_no_to_visits_on_the_paper_is_written_down_and_seen_at_the_check(desk: Desk, size: tuple[int, int]) -> None:
    """Beside it the finger, why there is no signature, and that the copy was handed over."""
    sheet = drafted(desk)
    made = paper.consent_paper_for(desk.application, sheet)
    consent.record_printed(
        desk.application,
        sheet,
        print_id=made.print_id,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(copies=2),
    )
    desk.open(desk.resident)
    desk.page.window().resize(*size)
    step = desk.page.taking.signing
    agree(desk)
    assert "电话、上门还有 2 格没有记" in words_on(step)
    press(desk, Channel.CALL, 0)
    press(desk, Channel.VISIT, 1)
    assert "没有记" not in words_on(step)
    signatures = step.signatures
    desk.click(signatures.signer.inputs()[1])
    signatures.finger.set_value(Finger.RIGHT_INDEX)
    signatures.unable.setFocus()
    QTest.keyClicks(signatures.unable, "shou dou")
    signatures.witness.setFocus()
    QTest.keyClicks(signatures.witness, "zhou shen")
    desk.click(step.copy)
    QApplication.processEvents()
    assert_legible(desk.page)
    assert unnamed(step) == []
    picture(desk, f"signing-{size[0]}")
    desk.go_on()
    fields = consent.sheet(desk.application, sheet).fields
    assert contact_of(fields) == (ContactAnswer(CHARITY, PURPOSE.value, True, False),)
    shown = evidence_of(fields)
    assert shown is not None
    assert (shown.finger, shown.unable_reason, shown.copy_given) == (Finger.RIGHT_INDEX, "shou dou", True)
    desk.open(f"sheet:{sheet}")
    for _ in desk.page.sheet.begin(load_sheet(desk.application, sheet)):
        pass
    words = words_on(desk.page.sheet)
    for expected in ("电话联系：同意", "上门探访：不同意", "右手食指", "shou dou", "当时已交给"):
        assert expected in words
    picture(desk, f"sheet-{size[0]}")


def test_a_signature_on_the_screen_falls_with_an_answer_that_is_changed(desk: Desk) -> None:
    """Above the pad stands what was said of visits; changed after, it is signed anew."""
    allow(desk.application)
    drafted(desk)
    desk.open(desk.resident)
    desk.click(desk.page.taking.printing.on_screen)
    desk.wait()
    agree(desk)
    press(desk, Channel.VISIT, 1)
    turns = desk.page.taking.signing.turns
    place = (ScreenRole.PERSON, CHARITY)
    QApplication.processEvents()
    desk.click(turns.buttons[place])
    assert turns.dialog is not None
    assert "上门探访" in words_on(turns.dialog)
    turns.dialog.reject()
    QApplication.processEvents()
    sign(desk, turns, place)
    assert len(turns.marks()) == 1
    press(desk, Channel.VISIT, 0)
    QApplication.processEvents()
    assert turns.marks() == ()
