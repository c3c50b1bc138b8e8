"""A household's page: who and how, one chain, numbers behind a press, and differences that a person decides."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, select

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, Purpose
from desktop.domain.households import (
    Address,
    Birth,
    Carer,
    CategoryHeld,
    Disability,
    DisabilityKind,
    Document,
    Guardian,
    Health,
    Name,
    NewHousehold,
    NewResident,
    Phones,
    StatedCapacity,
)
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.records import Change, Result
from desktop.domain.signing import Capacity, GuardianBasis, Incapacity
from desktop.domain.visits import (
    AidReceived,
    Assessment,
    Conclusion,
    Income,
    NeedFound,
    Spending,
    Visit,
    VisitKind,
    VisitResult,
)
from desktop.services import consent, drafts, households, people, visits
from desktop.services.application import Application
from desktop.services.consent import Ask, NewSheet
from desktop.services.households import NewIds
from desktop.storage import records
from desktop.storage.tables import entry
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.cards import Facts
from desktop.ui.widgets.household_form import HouseholdForm
from desktop.ui.widgets.resident_form import ResidentForm
from tests.county_issued import CHARITY, SHANGBU, issue_everything
from tests.people import JIANYANG, made_up_id
from tests.ui.desk import words_on
from tests.ui.household_window import Arrival, clock, household_window
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import closed_vault, enrolment, opened

NUMBER = made_up_id(JIANYANG, date(1951, 3, 2), 211)


def family(vault: Application) -> NewIds:
    """陈𠮷水 (with everything known) and his wife (with nothing but a name)."""
    head = NewResident(
        Name("陈𠮷水"),
        Document(DocumentType.RESIDENT_ID, NUMBER),
        Birth(date(1951, 3, 2), Sex.MALE),
        phones=Phones(("13900000101", "0599-5800001")),
        health=Health(illness="高血压"),
        disability=Disability(DisabilityKind.PHYSICAL, 2, "证上的号码"),
    )
    members = (head, NewResident(Name("林秀英"), relation="12"))
    held = (CategoryHeld(Category.SUBSISTENCE, "ledger", date(2021, 7, 1), monthly=126_000),)
    return households.add_household(
        vault, NewHousehold(Address(SHANGBU, "上㘵村3组12号"), members, "DB001", held)
    ).value


def visit(vault: Application, household: str, day: date, wages: int, medical: int, conclusion: Conclusion) -> str:
    """A visit with an income, what it cost to be ill, and one need."""
    made = Visit(
        household,
        VisitKind.REVIEW,
        day,
        VisitResult.MET,
        second_worker="何金水",
        notice_given=True,
        income=Income(wages=wages),
        spending=Spending(medical=medical),
        needs=(NeedFound(NeedCode.N2, Urgency.WEEK),),
        assessment=Assessment(conclusion, aid_received=(AidReceived("低保"),), remaining_gap="医疗自付"),
    )
    return visits.record_visit(vault, made).value.visit


def shown_page(qtbot: QtBot, window: MainWindow, household: str) -> HouseholdPage:
    """The page of a household, once it is there."""
    window.open(Target("household", household))
    page = window.page()
    assert isinstance(page, HouseholdPage)
    qtbot.waitUntil(lambda: page.content is not None and page.content.page.household == household)
    qtbot.waitUntil(page.members.isVisible)
    qtbot.waitUntil(page._overview.updatesEnabled)  # until then it still shows what it showed before
    return page


def facts(page: HouseholdPage) -> list[str]:
    """The words of the card of figures."""
    texts = page.findings.findChildren(Facts)[0].children()
    return [widget.text() for widget in texts if hasattr(widget, "text")]


def consents(page: HouseholdPage) -> list[str]:
    """Where each member's consent stands, in words."""
    assert page.content is not None
    return [member.consent.text for member in page.content.members]


def press(qtbot: QtBot, page: HouseholdPage, name: str) -> None:
    """Press the button that a screen reader calls ``name``."""
    found = [one for one in page.findChildren(QPushButton) if (one.accessibleName() or one.text()) == name]
    assert len(found) == 1, name
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def viewed(vault: Application) -> list[tuple[str, str]]:
    """What the journal says was looked at: record and groups."""
    vault.flush_views()
    query = select(entry).where(entry.c.kind == "view.opened").order_by(entry.c.id)
    return vault.store.read(lambda connection: [(row.record, row.payload or "") for row in connection.execute(query)])


def test_the_page_says_who_lives_where_and_the_village_once(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """The head's name is the title; an address that repeats its village does not say it twice."""
    page = shown_page(qtbot, window, family(vault).household)
    assert page.title() == "陈𠮷水 户"
    assert page.subtitle() == "建阳区 › 莒口镇 › 上㘵村 3组12号 · 户号 DB001"
    assert [row._about() for row in page.members.rows] == ["户主 男 75岁", "妻"]


def test_a_number_is_hidden_until_somebody_asks_and_that_is_noted(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """The eye shows the whole number; the journal has the opening of the page and of the number, each once."""
    ids = family(vault)
    page = shown_page(qtbot, window, ids.household)
    row = page.members.rows[0]
    assert NUMBER not in row.number.text()
    assert not page.members.rows[1].show_number.isVisible()
    QTest.mouseClick(row.show_number, Qt.MouseButton.LeftButton)
    assert row.number.text() == NUMBER
    page.refresh(frozenset())
    qtbot.waitUntil(lambda: page.members.rows[0] is not row)
    qtbot.waitUntil(lambda: [record for record, _ in viewed(vault)] == [ids.household, ids.residents[0]])


def test_consent_stands_in_words_beside_each_member(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Nobody asked, and a sheet that waits to be printed; consent is a person's, not the household's."""
    ids = family(vault)
    asks = (Ask(CHARITY, Purpose.DISABILITY, (DataClass.A1, DataClass.B3)),)
    consent.draft_sheet(vault, NewSheet(ids.residents[0], asks, "何金水"))
    page = shown_page(qtbot, window, ids.household)
    content = page.content
    assert content is not None
    assert [member.consent.text for member in content.members] == ["同意书还没打印", "未征求同意，先问清年龄"]
    assert any(one.title == "陈𠮷水 同意书：草拟" for one in content.events)


def test_figures_carry_their_date_and_hints_their_reason(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """The last visit's figures; a hint names what it rests on and leaves the decision to a person."""
    ids = family(vault)
    visit(vault, ids.household, date(2026, 9, 12), 1_200_000, 3_140_000, Conclusion.T2)
    page = shown_page(qtbot, window, ids.household)
    assert facts(page)[:3] == ["人均月收入", "500元", "低保标准 930元"]
    content = page.content
    assert content is not None
    assert content.findings is not None
    assert content.findings.note == "据 2026年9月12日定期核查"
    assert content.findings.hints == (
        "已经享受救助，一年刚性支出 31,400元，占收入 12,000元 的 261%：可能属于转出情形 T2。",
    )
    assert [chip.text for chip in content.needs] == ["医疗、康复、辅具 · 一周内"]


def test_an_older_visit_shows_its_own_figures(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Enter on a visit in the chain shows what was found then."""
    ids = family(vault)
    older = visit(vault, ids.household, date(2026, 3, 18), 2_400_000, 100_000, Conclusion.NOTHING)
    visit(vault, ids.household, date(2026, 9, 12), 1_200_000, 3_140_000, Conclusion.T2)
    page = shown_page(qtbot, window, ids.household)
    assert "12,000元" in facts(page)
    page.chain.opened.emit(older)
    qtbot.waitUntil(lambda: "24,000元" in facts(page))


def test_the_actions_lead_to_the_person_they_are_about(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Consent and referral open for the member, the visit for the household."""
    ids = family(vault)
    for press_name, name, record in (
        ("征求同意：林秀英", "consent", ids.residents[1]),
        ("转介：陈𠮷水", "referral", ids.residents[0]),
    ):
        page = shown_page(qtbot, window, ids.household)
        press(qtbot, page, press_name)
        arrived = window.page()
        assert isinstance(arrived, Arrival)
        assert (arrived.title(), arrived.record) == (name, record)
    shown_page(qtbot, window, ids.household)
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert cast(Arrival, window.page()).record == ids.household


def clash(vault: Application, resident: str, phone: str) -> None:
    """Another laptop wrote another phone from the same base, as the feed brings it."""

    def write(connection: Connection) -> None:
        value = {"groups": {"phones": {"base": None, "value": {"numbers": [phone]}}}}
        time = "2026-11-20T03:05:00+00:00"
        change = Change("other/e/1", "resident.described", resident, time, "他", "caseworker", value)
        _, outcome = records.apply(connection, change)
        assert outcome.result is Result.CONFLICT

    vault.store.write(write)


def test_two_values_are_both_shown_and_a_person_chooses(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Both phones with who and when; the chosen one is recorded and the card goes."""
    ids = family(vault)
    clash(vault, ids.residents[0], "13900009999")
    page = shown_page(qtbot, window, ids.household)
    assert page.conflicts.isVisible()
    names = [one.accessibleName() for one in page.conflicts.findChildren(QPushButton)]
    assert len(names) == 2
    assert "林晓梅" in names[0]
    assert "11月20日" in names[1]
    press(qtbot, page, names[1])
    qtbot.waitUntil(lambda: not page.conflicts.isVisible())
    assert people.resident_view(vault, ids.residents[0]).phones == Phones(("13900009999",))
    assert people.conflicts(vault) == ()


def test_a_correction_changes_what_was_corrected_and_nothing_else(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """A new phone is saved; the second phone, the illness and the certificate's number stay."""
    ids = family(vault)
    before = people.resident_view(vault, ids.residents[0])
    page = shown_page(qtbot, window, ids.household)
    press(qtbot, page, "改信息：陈𠮷水")
    form = page.editor.form
    assert isinstance(form, ResidentForm)
    form.phone.setText("139 0000 0777")
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.editor.editing is None)
    after = people.resident_view(vault, ids.residents[0])
    assert after.phones == Phones(("13900000777", "0599-5800001"))
    assert (after.name, after.document, after.birth) == (before.name, before.document, before.birth)
    assert (after.health, after.disability) == (before.health, before.disability)
    assert window.header.primary.text() == "开始走访"


def test_a_childs_guardian_and_carer_are_entered_apart_and_seen(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """Who holds the guardianship and by what right, and who really looks after the child; the row says who signs."""
    ids = family(vault)
    child = NewResident(Name("陈小海"), birth=Birth(date(2016, 5, 1)), relation="41")
    resident = households.add_member(vault, ids.household, child).value
    page = shown_page(qtbot, window, ids.household)
    assert consents(page)[2] == "未征求同意，先定监护人"
    press(qtbot, page, "改信息：陈小海")
    form = page.editor.form
    assert isinstance(form, ResidentForm)
    signing = form.signing
    assert not signing.form.is_shown(signing.band)
    typed = {signing.guardian: "吴㛃华", signing.relation: "母亲", signing.carer: "陈𠮷水"}
    for field, text in typed.items():
        field.setText(text)
        field.changed.emit()
    assert not signing.form.is_shown(signing.deed)
    signing.basis.set_value(GuardianBasis.COURT)
    signing.basis.changed.emit()
    assert signing.form.is_shown(signing.deed)
    signing.deed.setText("（2026）闽0703民特1号")
    page.save()
    qtbot.waitUntil(lambda: page.editor.editing is None)
    view = people.resident_view(vault, resident)
    deed = "（2026）闽0703民特1号"
    assert view.guardian == Guardian("吴㛃华", "母亲", basis=GuardianBasis.COURT, deed=deed)
    assert view.carer == Carer("陈𠮷水")
    assert view.capacity is None
    qtbot.waitUntil(lambda: consents(page)[2] == "未征求同意，监护人签")
    qtbot.waitUntil(lambda: "监护人 吴㛃华（母亲）" in words_on(page.members))
    assert "实际照料 陈𠮷水" in words_on(page.members)


def test_an_adult_is_asked_for_capacity_only_on_a_press(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Nothing is made for somebody able; what is stated of somebody who is not comes with its proof."""
    ids = family(vault)
    page = shown_page(qtbot, window, ids.household)
    press(qtbot, page, "改信息：陈𠮷水")
    form = page.editor.form
    assert isinstance(form, ResidentForm)
    QTest.mouseClick(
        next(one for one in form.findChildren(QPushButton) if "自己决定" in one.text() and one.isVisible()),
        Qt.MouseButton.LeftButton,
    )
    signing = form.signing
    signing.capacity.set_value(Capacity.LIMITED)
    signing.capacity.changed.emit()
    signing.ground.set_value(Incapacity.OTHER)
    signing.capacity_proof.setText("精神残疾二级证")
    page.save()
    qtbot.waitUntil(lambda: page.editor.editing is None)
    view = people.resident_view(vault, ids.residents[0])
    assert view.capacity == StatedCapacity(Capacity.LIMITED, Incapacity.OTHER, "精神残疾二级证")
    qtbot.waitUntil(lambda: "精神残疾二级证" in words_on(page.members))


def test_the_household_can_be_corrected_and_a_category_ended(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """A category that is taken away has ended; one that is added says that a worker wrote it down."""
    ids = family(vault)
    page = shown_page(qtbot, window, ids.household)
    QTest.mouseClick(page.edit_link, Qt.MouseButton.LeftButton)
    form = page.editor.form
    assert isinstance(form, HouseholdForm)
    form.categories.set_value([Category.DESTITUTE])
    form.address.setText("5组1号")
    page.save()
    qtbot.waitUntil(lambda: page.editor.editing is None)
    recorded = people.household_page(vault, ids.household)
    assert recorded.address == "5组1号"
    assert recorded.categories == (CategoryHeld(Category.DESTITUTE, "hand"),)


def test_a_member_is_added_and_a_known_document_refused(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """A wrong step says why and keeps what was typed; after that the member is there."""
    ids = family(vault)
    page = shown_page(qtbot, window, ids.household)
    press(qtbot, page, "新增成员")
    form = page.editor.form
    assert isinstance(form, ResidentForm)
    form.name.setText("陈㛃")
    form.identity.set_value((DocumentType.RESIDENT_ID, NUMBER))
    page.save()
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    assert form.name.text() == "陈㛃"
    form.identity.set_value((DocumentType.NONE, ""))
    form.relation.set_value("42")
    page.save()
    qtbot.waitUntil(lambda: len(page.members.rows) == 3)
    recorded = people.household_page(vault, ids.household).members
    assert [(one.name.name, one.relation_name) for one in recorded][2] == ("陈㛃", "孙女")


def test_a_correction_half_done_is_offered_again_after_the_program_was_ended(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks
) -> None:
    """What was typed into a correction survives, and nothing is changed until it is saved."""
    closed = closed_vault(tmp_path)
    with opened(closed, clock=clock) as vault:
        vault.enrol(enrolment(vault.identity.vault))
        issue_everything(vault)
        ids = family(vault)
        first = Tasks()
        window = household_window(first, vault)
        qtbot.addWidget(window)
        window.show()
        page = shown_page(qtbot, window, ids.household)
        press(qtbot, page, "改信息：林秀英")
        assert isinstance(page.editor.form, ResidentForm)
        page.editor.form.phone.setText("139 0000 0222")
        page.editor.changed.emit()
        window.lock()
        assert first.close()
    with opened(closed, clock=clock) as vault:
        again = household_window(tasks, vault)
        qtbot.addWidget(again)
        again.show()
        page = shown_page(qtbot, again, ids.household)
        qtbot.waitUntil(lambda: again.banner.notice is not None)
        notice = again.banner.notice
        assert notice is not None
        assert notice.pressed is not None
        notice.pressed()
        assert isinstance(page.editor.form, ResidentForm)
        assert page.editor.form.phone.value() == "13900000222"
        page.save()
        qtbot.waitUntil(lambda: page.editor.editing is None)
        assert people.resident_view(vault, ids.residents[1]).phones == Phones(("13900000222",))
        qtbot.waitUntil(lambda: drafts.open_drafts(vault) == ())
        assert tasks.close()


def test_escape_gives_up_a_correction_and_it_can_be_taken_up_again(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """Esc leaves the form without saving; 接着改 brings back what was typed."""
    ids = family(vault)
    page = shown_page(qtbot, window, ids.household)
    press(qtbot, page, "改信息：林秀英")
    assert isinstance(page.editor.form, ResidentForm)
    page.editor.form.phone.setText("139 0000 0222")
    QTest.keyClick(page.editor.form.phone, Qt.Key.Key_Escape)
    assert page.editor.editing is None
    assert people.resident_view(vault, ids.residents[1]).phones == Phones()
    notice = window.banner.notice
    assert notice is not None
    assert notice.pressed is not None
    notice.pressed()
    assert isinstance(page.editor.form, ResidentForm)
    assert page.editor.form.phone.value() == "13900000222"


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
@pytest.mark.parametrize("is_editing", [False, True])
def test_the_page_is_legible_and_named(
    qtbot: QtBot, vault: Application, window: MainWindow, size: tuple[int, int], is_editing: bool
) -> None:
    """With a conflict, a visit and needs, and with the form open: nothing cut off, everything named."""
    ids = family(vault)
    visit(vault, ids.household, date(2026, 9, 12), 1_200_000, 3_140_000, Conclusion.T2)
    clash(vault, ids.residents[0], "13900009999")
    page = shown_page(qtbot, window, ids.household)
    if is_editing:
        press(qtbot, page, "改信息：陈𠮷水")
    window.resize(*size)
    assert_legible(window)
    assert unnamed(window) == []
