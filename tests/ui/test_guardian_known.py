"""What is said of those who come before a guardian, held against the record while it is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from desktop.domain.guardian_order import NotActing, Standing
from desktop.domain.households import Address, Birth, Guardian, Name, NewHousehold, NewResident
from desktop.domain.signing import Capacity, GuardianBasis, Incapacity
from desktop.services import consent, households, people
from desktop.services.application import Application
from desktop.services.consent import NewSheet, SheetSigning
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.resident_form import resident_form
from tests.county_issued import SHANGBU
from tests.documents.pdf_reading import whole_text
from tests.ui.consent_people import NOW, signed_sheet
from tests.ui.desk import Desk, words_on
from tests.vaults import made_vault

SON = Guardian("吉小山", "儿子", basis=GuardianBasis.ORDER, proof="户口簿")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault on the day of the tests' calendar."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def choose(field: ChoiceField[NotActing], value: NotActing) -> None:
    """As from the list by hand."""
    field.set_value(value)
    field.changed.emit()


def picture(desk: Desk, name: str) -> None:
    """For looking at, where a folder is named."""
    if folder := os.environ.get("ZOUCUN_PICTURES"):
        desk.page.window().grab().save(f"{folder}/{name}.png")


def test_that_there_is_no_wife_is_asked_about_at_once_where_the_record_knows_one(desk: Desk) -> None:
    """In words, with her name and whence it is known; what is answered is on the paper, and going on is not silent."""
    born = Birth(date(1951, 3, 2))
    head, wife = NewResident(Name("吉阿福"), birth=born), NewResident(Name("林秀英"), relation="12", birth=born)
    household = NewHousehold(Address(SHANGBU), (head, wife))
    resident = households.add_household(desk.application, household).value.residents[0]
    asks = consent.sheet(desk.application, signed_sheet(desk.application, desk.resident)).asks
    said = SheetSigning(capacity=Capacity.NONE, ground=Incapacity.COURT, capacity_proof="民特1号", guardian=SON)
    new = NewSheet(resident, asks, "worker-chen", read_aloud=False, signing=said)
    consent.draft_sheet(desk.application, new)
    page = desk.open(resident)
    facts = page.taking.printing.facts
    order = facts.order
    assert order.standing.value() is Standing.PARENT_OR_CHILD, "the words say it"
    assert not facts.form.is_shown(order.known)
    choose(order.why[Standing.SPOUSE], NotActing.INCAPABLE)
    assert not facts.form.is_shown(order.known), "nobody is hidden"
    choose(order.why[Standing.SPOUSE], NotActing.NOBODY)
    assert facts.form.is_shown(order.known)
    words = " ".join(one.text() for one in order.known.findChildren(QLabel))
    assert "林秀英：是本人的配偶（同一户的成员）" in words.replace("妻", "配偶")
    printing = page.taking.printing
    assert "还缺：前面顺位填了没有人，档案里却记着林秀英" in words_on(printing)
    printing.screen_asked.emit()
    assert "屏幕上签没有地方手写" in desk.notice()
    picture(desk, "missing-wife")
    desk.go_on()
    assert desk.printer.printed is not None
    paper = whole_text(desk.printer.printed[-1])
    assert "配偶没有或已去世（姓名________情况________）" in paper
    assert "林秀英" not in paper
    signing = page.taking.signing.signatures
    desk.click(signing.guardian_signer.inputs()[0])
    desk.click(signing.best_interest)
    assert "档案里却记着这样的亲属" in signing.problem()
    field = signing.facts.order.known.fields["林秀英"]
    desk.click(field.inputs()[1])
    assert signing.problem() == ""
    desk.wait()
    picture(desk, "known-wife")
    stated = signing.stated().guardian
    assert stated is not None
    assert [one.name for one in stated.passed_over[0].absent] == ["林秀英"]
    households.change_resident(desk.application, resident, {"guardian": stated})
    kin = consent.kin_of(desk.application, resident)
    for known in (kin, ()):
        form = resident_form(desk.application.today, is_head=True)
        desk.qtbot.addWidget(form)
        form.show_resident(people.resident_view(desk.application, resident), known)
        assert form.signing.facts().guardian == stated, "what was said of her is not lost where nobody asks"
