"""Who signs, in the window: a child's guardian, nobody who can, an age that nobody knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.domain.compatriots import CompatriotDocument, Origin
from desktop.domain.consent import SheetState
from desktop.domain.guardian_order import NotActing, Standing
from desktop.domain.households import Birth, Carer, Document, Guardian, Name, NewResident, StatedCapacity
from desktop.domain.identity import DocumentType
from desktop.domain.prints import Came
from desktop.domain.signing import AgeBand, Capacity, GuardianBasis, Incapacity
from desktop.domain.signing_evidence import compatriot_words
from desktop.services import consent, households, paper, people
from desktop.services.application import Application
from desktop.services.consent import Ask, NewSheet, SheetView
from desktop.services.reading_script import reading_script
from desktop.ui.pages.consent.opening import load_sheet
from desktop.ui.pages.consent.sheet_words import facts_rows
from desktop.ui.pages.consent.signatures import Signatures
from desktop.ui.pages.consent.taking import Step
from desktop.ui.widgets.choices import ChoiceField
from tests.documents.pdf_reading import whole_text
from tests.ui.consent_people import NOW, signed_sheet
from tests.ui.desk import Desk
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import made_vault

MOTHER = Guardian("吴㛃华", "母亲", basis=GuardianBasis.PARENTS, proof="户口簿")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def member(desk: Desk, birth: date | None, **groups: object) -> str:
    """One more of the household."""
    household = people.resident_view(desk.application, desk.resident).membership.household
    new = NewResident(Name("吉小海"), birth=Birth(birth), relation="41", **groups)  # type: ignore[arg-type]
    return households.add_member(desk.application, household, new).value


def to_signing(desk: Desk, resident: str) -> Signatures:
    """A sheet of this person on paper, opened at the step of signing."""
    done = signed_sheet(desk.application, desk.resident)
    asks: tuple[Ask, ...] = consent.sheet(desk.application, done).asks
    sheet = consent.draft_sheet(desk.application, NewSheet(resident, asks, "worker-chen")).value
    consent.record_printed(
        desk.application, sheet, print_id=sheet, form="TY-01", version="1", digest="", came=Came(copies=2)
    )
    desk.open(resident)
    assert desk.page.taking.taking.step == Step.SIGNING
    return desk.page.taking.signing.signatures


def the_sheet(desk: Desk, resident: str) -> SheetView:
    (sheet,) = consent.sheets(desk.application, resident=resident)
    return sheet


def agree(desk: Desk) -> None:
    """Every box, by mouse."""
    for field in desk.page.taking.signing.answers.values():
        desk.click(field.inputs()[0])


def test_a_childs_guardian_signs_and_nothing_that_the_law_asks_for_is_left_out(desk: Desk) -> None:
    """The guardian is there from the record; each thing missing is named, and with the last one it is recorded."""
    child = member(desk, date(2016, 5, 1), guardian=MOTHER, carer=Carer("吉建国", "祖父"))
    signing = to_signing(desk, child)
    assert "由监护人签" in signing.words.text()
    assert MOTHER.name in signing.words.text()
    assert signing.facts.guardian.value() == MOTHER.name
    assert not signing.facts.form.is_shown(signing.facts.band)
    agree(desk)
    missing = []
    for do in (
        lambda: desk.click(signing.guardian_signer.inputs()[0]),
        lambda: desk.click(signing.best_interest),
        lambda: (signing.view.setFocus(), QTest.keyClicks(signing.view, "xiang yao")),
        lambda: desk.click(signing.childrens_rules),
        lambda: desk.click(desk.page.taking.signing.copy),
    ):
        desk.go_on()
        missing.append(desk.notice())
        assert the_sheet(desk, child).state is SheetState.PRINTED
        do()
    for words, expected in zip(missing, ("监护人怎么签", "最有利于", "孩子自己怎么说", "儿童", "打勾"), strict=True):
        assert expected in words
    desk.go_on()
    sheet = the_sheet(desk, child)
    assert sheet.state is SheetState.SIGNED
    facts = sheet.fields["signed"]
    assert (facts["signed_by"], facts["guardian"]["name"], facts["wards_view"]) == (
        "guardian",
        MOTHER.name,
        "xiang yao",
    )
    assert facts["childrens_rules_told"] is True
    desk.open(f"sheet:{sheet.id}")


def test_a_grandfather_who_only_looks_after_a_child_cannot_sign(desk: Desk) -> None:
    """The page says why, and what to do; it does not go on, whatever is pressed."""
    child = member(desk, date(2018, 5, 1), carer=Carer("吉建国", "祖父"))
    signing = to_signing(desk, child)
    assert "没有人能签" in signing.words.text()
    assert "县级民政部门" in signing.words.text()
    agree(desk)
    desk.click(desk.page.taking.signing.copy)
    desk.go_on()
    assert "不一定是监护人" in desk.notice()
    assert the_sheet(desk, child).state is SheetState.PRINTED
    assert desk.page.taking.taking.step == Step.SIGNING


def test_an_unknown_age_is_asked_for_and_kept(desk: Desk) -> None:
    """Nobody is an adult because no birthday is known; the band that is said stays in the record."""
    resident = member(desk, None)
    signing = to_signing(desk, resident)
    assert "不知道本人多大" in signing.words.text()
    agree(desk)
    desk.go_on()
    assert "不知道本人多大" in desk.notice()
    signing.facts.band.set_value(AgeBand.ADULT)
    signing.facts.band.changed.emit()
    assert "由本人签" in signing.words.text()
    desk.click(signing.signer.inputs()[0])
    desk.click(desk.page.taking.signing.copy)
    desk.go_on()
    assert the_sheet(desk, resident).state is SheetState.SIGNED
    assert people.resident_view(desk.application, resident).signing.band is AgeBand.ADULT


def test_an_able_adult_is_asked_nothing_more(desk: Desk) -> None:
    """The old man signs as he did; that he may not be able to is one press away."""
    signing = to_signing(desk, member(desk, date(1951, 3, 2)))
    form = signing.facts.form
    fields = signing.facts
    assert "由本人签" in signing.words.text()
    assert not any(form.is_shown(one) for one in (fields.band, fields.capacity, fields.guardian, fields.carer))


def test_half_a_guardian_survives_leaving_the_page(desk: Desk) -> None:
    """What was typed at the table comes back with the draft."""
    child = member(desk, date(2016, 5, 1))
    signing = to_signing(desk, child)
    signing.facts.guardian.setFocus()
    QTest.keyClicks(signing.facts.guardian, "Wu Jiehua")
    desk.window.open_section("households")
    desk.wait()
    desk.open(child)
    assert desk.page.taking.signing.signatures.facts.guardian.value() == "Wu Jiehua"


def test_a_guardian_withdraws_as_easily(desk: Desk) -> None:
    """One choice more, already answered; nothing is asked for as proof."""
    child = member(desk, date(2016, 5, 1), guardian=MOTHER)
    signing = to_signing(desk, child)
    agree(desk)
    for widget in (signing.guardian_signer.inputs()[0], signing.best_interest, signing.childrens_rules):
        desk.click(widget)
    QTest.keyClicks(signing.view, "hao")
    desk.click(desk.page.taking.signing.copy)
    desk.go_on()
    desk.open(f"list:{child}")
    desk.click(desk.page.person.withdraw)
    panel = desk.page.person.panel
    desk.click(panel.whole)
    desk.click(panel.by_guardian.inputs()[1])
    desk.click(panel.record)
    desk.wait()
    assert {one.state.value for one in consent.grants(desk.application, child)} == {"withdrawn"}


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT], ids=["full", "150"])
def test_signing_for_a_child_is_legible(desk: Desk, size: tuple[int, int]) -> None:
    """At 1366×768 and at 150 %: nothing cut off, everything has a name for the screen reader."""
    child = member(desk, date(2016, 5, 1), guardian=MOTHER)
    desk.window.resize(*size)
    signing = to_signing(desk, child)
    QApplication.processEvents()
    assert_legible(signing)
    assert unnamed(signing) == []
    assert signing.words.isVisible()


def test_a_guardian_signs_by_keyboard_alone(desk: Desk) -> None:
    """Tab goes as the paper reads; Space answers; Ctrl+Enter records."""
    child = member(desk, date(2016, 5, 1), guardian=replace(MOTHER, proof=""))
    signing = to_signing(desk, child)
    fields = list(desk.page.taking.signing.answers.values())
    for field in fields:
        desk.tab_to(lambda one, field=field: one in field.inputs())  # type: ignore[misc]
        desk.key(Qt.Key.Key_Space)
    proof = desk.tab_to(lambda one: one is signing.facts.proof)
    QTest.keyClicks(proof, "hukoubu")
    for box in (signing.best_interest, signing.childrens_rules):
        desk.tab_to(lambda one, box=box: one is box)  # type: ignore[misc]
        desk.key(Qt.Key.Key_Space)
    QTest.keyClicks(desk.tab_to(lambda one: one is signing.view), "hao")
    desk.tab_to(lambda one: one in signing.guardian_signer.inputs())
    desk.key(Qt.Key.Key_Space)
    desk.tab_to(lambda one: one is desk.page.taking.signing.copy)
    desk.key(Qt.Key.Key_Space)
    desk.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.wait()
    sheet = the_sheet(desk, child)
    assert sheet.state is SheetState.SIGNED
    assert sheet.fields["signed"]["guardian"]["proof"] == "hukoubu"


def choose(field: ChoiceField[NotActing], value: NotActing) -> None:
    """As from the list by hand."""
    field.set_value(value)
    field.changed.emit()


def test_somebody_who_cannot_decide_alone_is_said_so_before_printing_and_gets_the_guardians_paper(desk: Desk) -> None:
    """One press away on the step of printing; the sheet beside becomes the guardian's form."""
    resident = member(desk, date(1951, 3, 2))
    asks = consent.sheet(desk.application, signed_sheet(desk.application, desk.resident)).asks
    consent.draft_sheet(desk.application, NewSheet(resident, asks, "worker-chen", read_aloud=False))
    page = desk.open(resident)
    assert page.taking.taking.step == Step.PRINTING
    facts = page.taking.printing.facts
    desk.click(next(one for one in facts.findChildren(QPushButton) if "自己决定" in one.text()))
    desk.click(facts.capacity.inputs()[1])
    desk.click(facts.ground.inputs()[1])
    for field, words in ((facts.capacity_proof, "3507"), (facts.guardian, "Ji Xiaoshan"), (facts.relation, "erzi")):
        desk.click(field)
        QTest.keyClicks(field, words)
    facts.basis.set_value(GuardianBasis.ORDER)
    facts.basis.changed.emit()
    assert not facts.form.is_shown(facts.order.why[Standing.SPOUSE]), "nobody said in which place he stands"
    desk.click(facts.order.standing.inputs()[1])
    assert [one for one in facts.order.why if facts.form.is_shown(facts.order.why[one])] == [Standing.SPOUSE]
    choose(facts.order.why[Standing.SPOUSE], NotActing.AGREEMENT)
    assert facts.form.is_shown(facts.deed), "an agreement has a number"
    choose(facts.order.why[Standing.SPOUSE], NotActing.INCAPABLE)
    assert not facts.form.is_shown(facts.deed)
    desk.click(facts.proof)
    QTest.keyClicks(facts.proof, "hukoubu")
    desk.go_on()
    assert page.taking.taking.step == Step.SIGNING
    printed = desk.printer.printed
    assert printed is not None
    text = whole_text(printed[-1])
    assert "监护人版" in text
    assert "JiXiaoshan" in text, "as it was typed, spaces aside"
    assert "□✓父母、子女" in text
    assert "配偶没有监护能力" in text
    signing = page.taking.signing.signatures
    assert "本人和监护人都要签" in signing.words.text()
    assert signing.signer.isVisible()
    assert signing.guardian_signer.isVisible()
    agree(desk)
    desk.click(signing.signer.inputs()[0])
    desk.click(signing.guardian_signer.inputs()[0])
    desk.click(signing.best_interest)
    desk.click(page.taking.signing.copy)
    desk.go_on()
    sheet = next(one for one in consent.sheets(desk.application, resident=resident) if one.state is SheetState.SIGNED)
    assert sheet.fields["signed"]["signed_by"] == "both"
    view = people.resident_view(desk.application, resident)
    assert view.guardian is not None
    assert view.guardian.name == "Ji Xiaoshan"


def ready_to_print(desk: Desk, resident: str) -> None:
    """A sheet of this person, who reads it alone, put together; at the step of printing."""
    done = signed_sheet(desk.application, desk.resident)
    asks: tuple[Ask, ...] = consent.sheet(desk.application, done).asks
    consent.draft_sheet(desk.application, NewSheet(resident, asks, "worker-chen", read_aloud=False))
    desk.open(resident)
    assert desk.page.taking.taking.step == Step.PRINTING


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT], ids=["full", "150"])
def test_what_a_compatriot_writes_on_the_form_is_written_down_and_seen_at_the_check(
    desk: Desk, size: tuple[int, int]
) -> None:
    """No box stands on the paper alone: whence, the document, since when, what is hard, and whom to ask."""
    document = Document(DocumentType.TAIWAN_PASS, "12345678")
    resident = member(desk, date(1951, 3, 2), document=document)
    signing = to_signing(desk, resident)
    desk.page.window().resize(*size)
    fields = signing.compatriot
    assert (fields.origin.value(), fields.document.value()) == (Origin.TAIWAN, CompatriotDocument.TRAVEL_PASS)
    desk.click(fields.difficulties.inputs()[0])
    desk.click(fields.difficulties.inputs()[3])
    desk.click(fields.offices.inputs()[3])
    for field, words in ((fields.renewals, "2"), (fields.since, "2019.3"), (fields.other_office, "xiehui")):
        desk.click(field)
        QTest.keyClicks(field, words)
    agree(desk)
    desk.click(signing.signer.inputs()[0])
    desk.click(desk.page.taking.signing.copy)
    QApplication.processEvents()
    assert_legible(desk.page)
    assert unnamed(signing) == []
    if os.environ.get("ZOUCUN_PICTURES"):
        desk.page.window().grab().save(f"{os.environ['ZOUCUN_PICTURES']}/compatriot-{size[0]}.png")
    desk.go_on()
    sheet = the_sheet(desk, resident)
    assert (
        compatriot_words(sheet.fields)
        == "台湾，来往通行证，换证 2 次，2019.3起在闽，困难：就医、老年，其他单位：xiehui"
    )
    shown = dict(row[:2] for row in facts_rows(load_sheet(desk.application, sheet.id)))
    assert shown["台港澳同胞"] == compatriot_words(sheet.fields)


def test_a_compatriot_chooses_traditional_characters_and_nobody_else_is_asked(desk: Desk) -> None:
    """What is printed is what was chosen; the record's own words stay as they are."""
    kin = member(desk, date(1960, 5, 1), document=Document(DocumentType.TAIWAN_PASS, "01234567"))
    ready_to_print(desk, kin)
    taking = desk.page.taking
    characters = taking.printing.characters
    assert characters.isVisible()
    desk.click(characters.inputs()[1])
    desk.go_on()
    desk.qtbot.waitUntil(lambda: desk.printer.printed is not None)
    (pdf,) = desk.printer.printed or []
    printed = whole_text(pdf)
    assert "慈善幫扶" in printed
    assert "吉小海" in printed
    mainlander = member(desk, date(1961, 5, 1))
    ready_to_print(desk, mainlander)
    assert not desk.page.taking.printing.characters.isVisible()


def test_a_guardian_hears_the_guardians_script(desk: Desk) -> None:
    """Named, about the child, with the children's rules; not what is read to somebody who decides alone."""
    child = member(desk, date(2019, 5, 1), guardian=MOTHER)
    done = signed_sheet(desk.application, desk.resident)
    asks: tuple[Ask, ...] = consent.sheet(desk.application, done).asks
    view = paper.form_resident(desk.application, child)
    facts = consent.signing_known(desk.application, child)
    script = reading_script(desk.application, NewSheet(child, asks, "worker-chen", signing=facts), view)
    said = {one.id: " ".join(one.lines) for one in script.items}
    assert "吴㛃华，您好。您是吉小海的监护人" in said["opening"]
    assert "由专人保管" in said["children"]
    own = reading_script(desk.application, NewSheet(desk.resident, asks, "worker-chen"), view)
    assert "children" not in {one.id for one in own.items}


SON = Guardian("吉小山", "儿子", basis=GuardianBasis.ORDER, proof="户口簿")


@pytest.mark.parametrize(
    ("known", "button", "who"),
    [
        (Capacity.FULL, 1, "本人和监护人都要签"),
        (Capacity.LIMITED, 0, "本人和监护人都要签"),
        (Capacity.NONE, 0, "由监护人签"),
    ],
)
def test_an_answer_that_differs_from_the_record_is_said_and_the_stricter_counts(
    desk: Desk, known: Capacity, button: int, who: str
) -> None:
    """The worker reads that the record says otherwise, what counts, and where the record is changed."""
    capacity = StatedCapacity(known, None if known is Capacity.FULL else Incapacity.COURT, "（2024）闽0703民特1号")
    signing = to_signing(desk, member(desk, date(1951, 3, 2), guardian=SON, capacity=capacity))
    facts = signing.facts
    assert not facts.differs.isVisible()
    desk.click(facts.capacity.inputs()[button])
    assert facts.differs.isVisible()
    for words in ("档案记的是", "两边不一样，按严的办", "改信息"):
        assert words in facts.differs.text()
    assert who in signing.words.text()
    assert facts.form.is_shown(facts.guardian)
    assert facts.form.is_shown(facts.capacity_proof)
    desk.click(facts.capacity.inputs()[list(Capacity).index(known)])
    assert not facts.differs.isVisible()


def test_an_age_that_differs_from_the_record_is_said(desk: Desk) -> None:
    """No date of birth: the band in the record counts, and the worker reads so."""
    stated = StatedCapacity(band=AgeBand.FOURTEEN_TO_FIFTEEN, band_stated=NOW.date())
    signing = to_signing(desk, member(desk, None, guardian=MOTHER, capacity=stated))
    signing.facts.band.set_value(AgeBand.ADULT)
    signing.facts.band.changed.emit()
    assert "这一份按档案的年龄办" in signing.facts.differs.text()
    assert "本人和监护人都要签" in signing.words.text()
