"""Forms filled from the record: the round's sheet, the identity confirmation, and the compatriot's form."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from desktop.documents.portable_pages import drawn_pages
from desktop.documents.scan import find_print
from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, CategoryHeld, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.prints import Came
from desktop.services import consent, households, identity_paper, paper, round_forms, rounds, visits
from desktop.services.application import Application
from desktop.storage import queries
from tests.casework import BORN, new_household, new_sheet, recorded_household, visit
from tests.county_issued import SHANGBU, ZHONGBU
from tests.documents.pdf_reading import page_texts, whole_text
from tests.people import made_up_id

VISITED = "想要一台轮椅"


def household(
    application: Application, name: str, village: str = SHANGBU, *held: CategoryHeld, **of_resident: object
) -> households.NewIds:
    """A household of one person."""
    person = NewResident(Name(name), **of_resident)  # type: ignore[arg-type]
    return households.add_household(
        application, NewHousehold(Address(village, "2组7号"), (person,), categories=held)
    ).value


def printed_facts(application: Application) -> list[dict[str, Any]]:
    """What was noted of prints."""
    rows = application.read(lambda connection: queries.of_kind(connection, "print"))
    return [row.state["fact"] for row in rows]


# --- the round


def test_a_round_lists_who_is_due_and_who_was_never_visited(application: Application) -> None:
    """By village, with a neutral reason; whoever was visited lately is not on it."""
    late = household(application, "陈阿土", SHANGBU, CategoryHeld(Category.DESTITUTE, "hand")).household
    visits.record_visit(application, visit(late, application.today() - timedelta(days=200)))
    lately = household(application, "黄金凤", SHANGBU, CategoryHeld(Category.DESTITUTE, "hand")).household
    visits.record_visit(application, visit(lately, application.today()))
    household(application, "林㛃", ZHONGBU)
    assert [(one.code, one.stops) for one in rounds.round_choices(application)] == [(SHANGBU, 1), (ZHONGBU, 1)]
    made = rounds.round_paper(application, {SHANGBU, ZHONGBU})
    shown = whole_text(made.paper.pdf)
    assert made.households == (late, *made.households[1:])
    for expected in ("陈阿土", "定期走访", "林㛃", "首次走访", "2组7号", "户数2户"):
        assert expected in shown
    assert "黄金凤" not in shown


def test_only_the_chosen_villages_are_on_the_sheet(application: Application) -> None:
    """A sheet for one village gives nobody of another away."""
    household(application, "陈阿土", SHANGBU)
    household(application, "林㛃", ZHONGBU)
    shown = whole_text(rounds.round_paper(application, {ZHONGBU}).paper.pdf)
    assert "林㛃" in shown
    assert "陈阿土" not in shown


def test_a_sheet_says_nothing_of_aid_illness_wishes_documents_and_phones(application: Application) -> None:
    """All of it is in the record of the very household that is on the sheet."""
    made = recorded_household(application)
    visits.record_visit(application, visit(made.household, application.today() - timedelta(days=400)))
    shown = whole_text(rounds.round_paper(application, {SHANGBU}).paper.pdf).replace("救助类别、病情、证件号和电话", "")
    assert "𠮷建国" in shown
    new = new_household()
    secrets = (
        new.members[0].document.number,
        new.members[0].phones.numbers[0],
        VISITED,
        "低保",
        "残疾",
        "肢体",
        "轮椅",
    )
    for secret in secrets:
        assert secret not in shown


def test_a_round_to_nobody_is_refused_in_words(application: Application) -> None:
    """Nothing to go to: no empty sheet."""
    with pytest.raises(UserFacingError) as refused:
        rounds.round_paper(application, {SHANGBU})
    assert refused.value.code == "round.nobody"


def test_every_household_on_a_printed_sheet_is_noted(application: Application) -> None:
    """The print's id leads to all of them, over several actions where there are many."""
    ids = {household(application, f"陈{number}", SHANGBU).household for number in range(60)}
    made = rounds.round_paper(application, {SHANGBU})
    done = rounds.record_round_print(application, made, came=Came(copies=1))
    facts = printed_facts(application)
    assert len(done) == 2
    assert {fact["household"] for fact in facts} == ids
    assert {fact["print"] for fact in facts} == {made.paper.print_id}


def test_two_sheets_have_two_numbers(application: Application) -> None:
    """A lost sheet is told by its number."""
    household(application, "陈阿土", SHANGBU)
    first, second = (rounds.round_paper(application, {SHANGBU}).paper for _ in range(2))
    assert first.print_id != second.print_id


# --- the identity confirmation


def test_the_confirmation_states_what_is_in_force_and_until_when(application: Application) -> None:
    """The exact name of the category; the paper ends with what ends first."""
    today = application.today()
    soon = today + timedelta(days=20)
    made = household(
        application,
        "陈阿土",
        SHANGBU,
        CategoryHeld(Category.SUBSISTENCE, "hand", since=today - timedelta(days=900), monthly=93000),
        CategoryHeld(Category.HARD_EXPENDITURE, "hand", until=soon),
        CategoryHeld(Category.MARGIN, "hand", until=today - timedelta(days=1)),
        CategoryHeld(Category.TEMPORARY, "hand"),
    )
    shown = whole_text(identity_paper.identity_paper_for(application, made.residents[0]).paper.pdf)
    assert "最低生活保障对象" in shown
    assert "刚性支出困难家庭成员" in shown
    assert f"{soon.year}年{soon.month}月{soon.day}日前有效" in shown
    for absent in ("边缘", "临时救助", "930", "2组7号"):
        assert absent not in shown


def test_a_childs_category_is_confirmed_of_a_child_only(application: Application) -> None:
    """A grandmother is no orphan because the household's record has the word."""
    child = NewResident(Name("林小燕"), birth=Birth(application.today() - timedelta(days=3000), Sex.FEMALE))
    old = NewResident(Name("林秀英"), birth=Birth(BORN, Sex.FEMALE))
    held = (CategoryHeld(Category.ORPHAN, "hand"),)
    made = households.add_household(
        application, NewHousehold(Address(SHANGBU, "1组"), (old, child), categories=held)
    ).value
    assert "孤儿" in whole_text(identity_paper.identity_paper_for(application, made.residents[1]).paper.pdf)
    with pytest.raises(UserFacingError) as refused:
        identity_paper.identity_paper_for(application, made.residents[0])
    assert refused.value.code == "identity.no-category"


def test_a_printed_confirmation_is_noted_for_its_person(application: Application) -> None:
    """As every other form: who, which form, which hash."""
    made = household(application, "陈阿土", SHANGBU, CategoryHeld(Category.SUBSISTENCE, "hand"))
    confirmation = identity_paper.identity_paper_for(application, made.residents[0])
    paper.record_print(
        application, confirmation.paper, of=confirmation.resident, household=confirmation.household, came=Came(copies=1)
    )
    (fact,) = printed_facts(application)
    assert (fact["of"], fact["form"], fact["hash"]) == (made.residents[0], "QR-01", confirmation.paper.digest)


# --- the compatriot's form


@pytest.mark.parametrize(
    ("document", "number", "origin"),
    [
        (DocumentType.TAIWAN_PASS, "01234567", "□✓台湾"),
        (DocumentType.HONG_KONG_MACAO_PASS, "M12345678", "□✓澳门"),
        (DocumentType.RESIDENCE_PERMIT, made_up_id("810000", BORN, 11), "□✓香港"),
    ],
)
def test_a_compatriots_document_brings_the_compatriots_form(
    application: Application, document: DocumentType, number: str, origin: str
) -> None:
    """TY-03, with the origin that the document tells; the name in traditional characters as it is."""
    made = household(application, "龔祥", SHANGBU, document=Document(document, number), birth=Birth(BORN, Sex.MALE))
    sheet = consent.draft_sheet(application, new_sheet(made.residents[0])).value
    printed = paper.consent_paper_for(application, sheet)
    shown = whole_text(printed.pdf)
    assert printed.form == "TY-03"
    assert origin in shown
    assert "龔祥" in shown
    assert "您的信息只提供给境内的接收方" in shown


def test_everybody_else_gets_the_form_as_before(application: Application) -> None:
    """TY-01."""
    sheet = consent.draft_sheet(application, new_sheet(recorded_household(application).residents[0])).value
    assert paper.consent_paper_for(application, sheet).form == "TY-01"


# --- the consent forms of a round


def _png(page: Image.Image) -> bytes:
    target = BytesIO()
    page.save(target, "PNG")
    return target.getvalue()


def drafted(application: Application, name: str, village: str = SHANGBU, *, large_type: bool = False) -> str:
    """Somebody's consent sheet, put together and not printed."""
    (resident,) = household(application, name, village).residents
    return consent.draft_sheet(application, new_sheet(resident, large_type=large_type)).value


def made_for(application: Application, *villages: str) -> round_forms.ConsentPapers:
    """The forms that wait in these villages, made to the end."""
    steps = round_forms.iter_consent_papers(application, round_forms.waiting_forms(application, villages))
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            made: round_forms.ConsentPapers = ended.value
            return made


def test_only_what_is_not_printed_in_the_chosen_villages_waits(application: Application) -> None:
    """By village and name; a printed sheet is no blank."""
    sheets = [drafted(application, "陈阿土"), drafted(application, "𠮷建国"), drafted(application, "林㛃", ZHONGBU)]
    printed = drafted(application, "黄金凤")
    consent.record_printed(
        application, printed, print_id=printed, form="TY-01", version="2026.1", digest="0" * 64, came=Came(copies=2)
    )
    waiting = round_forms.waiting_forms(application, {SHANGBU})
    assert {one.sheet for one in waiting} == set(sheets[:2])
    assert [one.village_name for one in waiting] == ["上㘵村", "上㘵村"]
    assert {one.name for one in round_forms.waiting_forms(application, {SHANGBU, ZHONGBU})} >= {"林㛃"}
    assert round_forms.waiting_forms(application, ()) == ()


def test_each_form_is_there_twice_on_sheets_of_its_own(application: Application) -> None:
    """One job; what lies in front of one person holds nothing of another, on both sides of the paper."""
    drafted(application, "陈阿土")
    drafted(application, "𠮷建国", large_type=True)
    made = made_for(application, SHANGBU)
    pages = page_texts(made.pdf)
    assert len(pages) % 2 == 0
    numbers = [one.number for one, _ in made.papers]
    on_sheets = []
    for front, back in zip(pages[::2], pages[1::2], strict=True):
        (number,) = (one for one in numbers if one in front + back)
        on_sheets.append(number)
    lengths = [-(-len(page_texts(form.pdf)) // 2) for _, form in made.papers]
    assert len(set(lengths)) == 2
    assert on_sheets == [
        one for one, length in zip(numbers, lengths, strict=True) for _ in range(paper.COPIES * length)
    ]


def test_each_form_of_a_bundle_is_found_again_by_its_own_code(application: Application) -> None:
    """What comes back signed is filed to the person, as if it had been printed alone."""
    sheets = {drafted(application, "陈阿土"), drafted(application, "林㛃")}
    made = made_for(application, SHANGBU)
    found = {mark.print_id for page in drawn_pages(made.pdf, 40) if (mark := find_print(_png(page)))}
    assert found == {one.print_id for _, one in made.papers}
    assert len(found) == len(sheets)


def test_printed_forms_are_noted_one_by_one(application: Application) -> None:
    """Each sheet moves on; one that was given up meanwhile is named and stops nobody."""
    gone, kept = drafted(application, "陈阿土"), drafted(application, "林㛃")
    made = made_for(application, SHANGBU)
    erased = UserFacingError("record.unknown")
    lost = replace(made, papers=((replace(made.papers[0][0], sheet="0" * 32), made.papers[0][1]), *made.papers[1:]))
    done = round_forms.record_forms_print(application, lost, came=Came(copies=2))
    assert done.value.noted == 1
    assert [one.error.code for one in done.value.refused] == [erased.code]
    assert [fact["copies"] for fact in printed_facts(application)] == [2 * paper.COPIES]
    states = {one: consent.sheet(application, one).state for one in (gone, kept)}
    assert sorted(states.values()) == ["drafted", "printed"]
    assert len(round_forms.waiting_forms(application, {SHANGBU})) == 1


def test_a_form_that_cannot_be_made_is_named_and_the_others_are_made(application: Application) -> None:
    """A character that no face has, in one person's name."""
    drafted(application, "陈阿土")
    drafted(application, "林\U0003fffd")
    made = made_for(application, SHANGBU)
    assert [one.name for one, _ in made.papers] == ["陈阿土"]
    assert [one.error.code for one in made.left_out] == ["print.missing-characters"]


def test_a_second_print_of_a_form_is_counted_as_such(application: Application) -> None:
    """By the id on its pages: another form of the same household is another count."""
    sheet, other = drafted(application, "陈阿土"), drafted(application, "林㛃")

    def printed(one: str) -> int:
        form = paper.consent_paper_for(application, one)
        return consent.record_printed(
            application,
            one,
            print_id=form.print_id,
            form=form.form,
            version=form.version,
            digest=form.digest,
            came=Came(copies=2),
        ).value

    assert [printed(sheet), printed(sheet), printed(other), printed(sheet)] == [1, 2, 1, 3]
