"""Blank forms for villages without a printer: printed, photographed, bound, checked, and every number accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from desktop.domain.asking import months_before
from desktop.domain.blanks import COMPATRIOTS_FORM, GUARDIANS_FORM, TRADITIONAL_FORM, BlankState, Spoiled, blank_number
from desktop.domain.consent import Ask, Grant, Purpose, SheetState, grant_of, standing
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, Name, NewHousehold, NewResident
from desktop.domain.identity import Sex
from desktop.domain.prints import PrintOutcome
from desktop.domain.roles import Role
from desktop.services import (
    blank_binding,
    blank_numbers,
    blank_stocks,
    consent,
    erasing,
    households,
    paper,
    scan_intake,
    scan_tray,
    scans,
    sheet_checks,
    today,
)
from desktop.services.application import Application
from desktop.services.erasing_plan import Ground
from desktop.services.scan_prints import Why
from desktop.storage import queries
from tests.blanks import ALL, ASK, blanks_of, form_of, made_stock, printed_stock
from tests.casework import CLASSES, carry, new_household, new_sheet, recorded_household, signed_sheet
from tests.county_issued import CHARITY, JUKOU, LAPSED, RED_CROSS, SHANGBU, issue, issue_everything, issue_roster
from tests.documents.spoiled_pictures import spoiled
from tests.screen_signatures import allow, signed_on_screen
from tests.vaults import made_vault


def refused(act: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(UserFacingError) as error:
        act()
    return error.value.code


def bound(application: Application, blank: str, resident: str, **changes: object) -> str:
    return blank_binding.bind_blank(application, blank, new_sheet(resident, **changes)).value  # type: ignore[arg-type]


def sign(application: Application, sheet: str) -> None:
    """Everything ticked 同意."""
    asks = consent.sheet(application, sheet).asks
    answers = tuple(consent.Answer(ask.recipient, ask.purpose, one, True) for ask in asks for one in ask.classes)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


@pytest.fixture
def resident(application: Application) -> str:
    issue_roster(application)
    known = [("worker-lin", "林晓梅"), ("worker-chen", "陈晓燕"), ("worker-wu", "吴志强")]
    workers = [{"worker": one, "name": name, "role": "caseworker"} for one, name in known]
    issue(application, "roster", f"roster-{JUKOU}", {"version": 2, "township": JUKOU, "workers": workers})
    return recorded_household(application).residents[0]


@pytest.mark.parametrize("form", [GUARDIANS_FORM, COMPATRIOTS_FORM, TRADITIONAL_FORM, "consent-self"])
def test_every_form_of_a_stock_has_its_own_number_and_nobodys_name(application: Application, form: str) -> None:
    """Two copies each, numbered page by page, with the recipient whom the law wants named and a row for another."""
    made = printed_stock(application, 2, form=form, by_hand=1)
    printed = texts(made.pdf)
    pages = [one for one in printed if "ET-01" not in one]
    rules = [one for one in printed if "ET-01" in one]
    assert bool(rules) == (form == GUARDIANS_FORM), "whose child may be under fourteen is given the rules (PIPL 31)"
    assert sum("第1页" in one for one in rules) == (4 if rules else 0), "two copies for each number"
    per_number = [[one for one in pages if blank_number(made.id, number) in one] for number in (1, 2)]
    assert len(per_number[0]) == len(per_number[1])
    for number, own in enumerate(per_number, start=1):
        each = len(own) // 2
        assert own[:each] == own[each:], "two copies"
        page_word = "頁" if form == TRADITIONAL_FORM else "页"
        marks = [f"第{page}{page_word}/共{each}{page_word}" for page in range(1, each + 1)]
        assert [mark in text for mark, text in zip(marks, own[:each], strict=True)] == [True] * each
        assert all(made.stock.hashes[number - 1][:8] in text and made.stock.version in text for text in own)
        whole = "".join(own[:each])
        assert "福建省慈善总会" in whole
        assert "51350000MJB0000017" in whole
        assert "样张" not in whole, "it has a number"
    assert len(set(made.stock.hashes)) == 2
    (account,) = blank_numbers.stock_accounts(application)
    assert (account.stock.count, len(account.out), account.stock.copies) == (2, 2, 2)


def test_rows_by_hand_have_a_box_for_every_class(application: Application) -> None:
    """And large type is larger."""
    small = texts(form_of(made_stock(application, 1, asks=(), by_hand=2), 1))
    assert "".join(small).count("□同意") >= 2 * len(ALL)
    large = texts(form_of(made_stock(application, 1, asks=(), by_hand=2, large_type=True), 1))
    assert len(large) > len(small)


def test_what_was_photographed_waits_to_be_bound_and_comes_into_force(
    application: Application, resident: str, tmp_path: Path
) -> None:
    """Real pages spoiled as phones do: number 2, bound to the old man, signed, filed by itself, checked."""
    made = printed_stock(application)
    form = form_of(made, 2)
    pages = len(PdfReader(BytesIO(form)).pages)
    blank = blanks_of(made)[1]
    for page in range(1, pages + 1):
        taken = scan_intake.take_in(application, spoiled(form, page, 6 + page).picture).value
        assert [(one.why, one.sheet, one.page) for one in taken.waiting] == [(Why.BLANK, blank, page)]
    sheet = bound(application, blank, resident, second_worker="吴志强")
    view = consent.sheet(application, sheet)
    assert (view.state, view.number, view.resident) == (SheetState.PRINTED, blank_number(made.id, 2), resident)
    assert {one.why for one in scan_tray.tray(application)} == {Why.NOT_SIGNED}
    assert scan_tray.file_waiting(application, sheet) == ()
    sign(application, sheet)
    assert len(scan_tray.file_waiting(application, sheet)) == pages
    assert scan_tray.tray(application) == ()
    assert [(one.page, one.recognised) for one in scans.scans_of(application, sheet)] == [
        (page, True) for page in range(1, pages + 1)
    ]
    assert consent.sheet(application, sheet).state is SheetState.SCANNED
    assert scans.sheet_pages(application, sheet).notes == ()
    with made_vault(tmp_path / "chen", worker="worker-chen", worker_name="陈晓燕", role=Role.REVIEWER) as checker:
        issue_everything(checker)
        carry(application, checker)
        assert len(sheet_checks.check_sheet(checker, sheet, "paper").value) == len(CLASSES)
        answers = consent.disclosures(checker, resident, CHARITY, Purpose.DISABILITY, CLASSES)
        assert all(one.allowed for one in answers.values())


def test_a_number_typed_binds_without_a_picture_and_once_only(application: Application, resident: str) -> None:
    """The camera is broken: the number is typed; the same number for the neighbour is refused in words."""
    made = printed_stock(application)
    blank = blank_numbers.blank_typed(application, blank_number(made.id, 3).lower().replace("-", " "))
    assert (blank.id, blank.is_out, blank.holder_name) == (blanks_of(made)[2], True, "林晓梅")
    sheet = bound(application, blank.id, resident)
    neighbour = households.add_household(application, new_household("林阿婆", "")).value.residents[0]
    assert refused(lambda: bound(application, blank.id, neighbour)) == "blank.bound"
    assert refused(lambda: blank_numbers.spoil(application, [blank.id], Spoiled.DAMAGED)) == "blank.bound"
    sign(application, sheet)
    assert blank_binding.bound_to(application, blank.id) == "𠮷建国"
    page = spoiled(form_of(made, 3), 1, 3).picture
    assert [one.sheet for one in scan_intake.take_in(application, page).value.filed] == [sheet]
    (again,) = scan_intake.take_in(application, page).value.waiting
    assert again.why is Why.PAGE_HERE
    for typed, code in (("KB-0000", "blank.mistyped"), (blank_number("f" * 32, 1), "blank.unknown")):
        assert refused(lambda: blank_numbers.blank_typed(application, typed)) == code  # noqa: B023
    assert refused(lambda: blank_numbers.blank_typed(application, blank_number(made.id, 4))) == "blank.unknown"


def test_only_what_stands_on_the_paper_is_bound(application: Application, resident: str) -> None:
    """A struck class was not asked; another class, or a recipient for which there is no row, is not on the paper."""
    made = printed_stock(application, 4, by_hand=1)
    first, second, third, _ = blanks_of(made)
    more = Ask(CHARITY, Purpose.DISABILITY, ALL, "wheelchair")
    other = Ask(RED_CROSS, Purpose.MEDICAL, CLASSES[:1])
    another = Ask(RED_CROSS, Purpose.ELDERLY, CLASSES[:1])

    def bind(blank: str, *asks: Ask) -> str:
        sheet = consent.NewSheet(resident, asks, "陈晓燕", person_asked=True)
        return blank_binding.bind_blank(application, blank, sheet).value

    assert refused(lambda: bind(first, more)) == "blank.not-on-paper"
    assert refused(lambda: bind(first, ASK, other, another)) == "blank.not-on-paper"
    assert refused(lambda: bind(first)) == "consent.nothing-asked"
    bind(first, Ask(CHARITY, Purpose.DISABILITY, CLASSES[:1], "wheelchair"))
    assert [one.recipient for one in consent.sheet(application, bind(second, ASK, other)).asks] == [CHARITY, RED_CROSS]
    bind(third, other)


def test_a_childs_blank_has_to_be_the_guardians(application: Application) -> None:
    """The record knows the birthday: the person's own form is refused, the guardian's is taken."""
    child = NewResident(Name("小海"), birth=Birth(date(2018, 5, 1), Sex.MALE))
    household = NewHousehold(new_household().address, (new_household().members[0], child))
    resident = households.add_household(application, household).value.residents[1]
    own, guardians = printed_stock(application, 1), printed_stock(application, 1, form=GUARDIANS_FORM)
    assert refused(lambda: bound(application, blanks_of(own)[0], resident)) == "blank.other-form"
    sheet = bound(application, blanks_of(guardians)[0], resident)
    assert consent.sheet(application, sheet).fields["form"] == "consent-guardian"


def test_every_number_is_accounted_for(application: Application, resident: str) -> None:
    """Spoiled, missing, back, handed on, bound, out: the figures add up, and what is void binds nothing."""
    made = printed_stock(application, 6)
    a, b, c, d, e, _ = blanks_of(made)
    blank_numbers.spoil(application, [a], Spoiled.MISWRITTEN)
    assert refused(lambda: blank_numbers.report_missing(application, [b], " ", application.today())) == (
        "blank.told-missing"
    )
    tomorrow = application.today() + timedelta(days=1)
    assert refused(lambda: blank_numbers.report_missing(application, [b], "何所长", tomorrow)) == "blank.noticed-later"
    blank_numbers.report_missing(application, [b], "何所长", application.today())
    blank_numbers.give_back(application, [c])
    assert refused(lambda: blank_numbers.hand_on(application, [d], "不认识的人")) == "blank.colleague-unknown"
    blank_numbers.hand_on(application, [d], "陈晓燕")
    bound(application, e, resident)
    (account,) = blank_numbers.stock_accounts(application)
    counts = {state: account.count(state) for state in BlankState}
    assert counts == dict.fromkeys(BlankState, 1)
    assert [(one.number, one.holder_name) for one in account.out] == [(4, "陈晓燕"), (6, "林晓梅")]
    assert account.blanks[1].fields["told"] == "何所长"
    for blank, code in ((a, "blank.spoiled"), (c, "blank.returned"), (d, "blank.not-yours")):
        assert refused(lambda: bound(application, blank, resident)) == code  # noqa: B023
    pages = [scan_intake.take_in(application, spoiled(form_of(made, one), 1, one).picture).value for one in (1, 4)]
    assert [one.waiting[0].why for one in pages] == [Why.BLANK_USED, Why.BLANK_COLLEAGUES]
    sheet = bound(application, b, resident, person_asked=True)
    assert consent.sheet(application, sheet).state is SheetState.PRINTED, "what was lost turned up, signed"


def test_a_colleagues_blank_is_taken_over_before_it_is_bound(
    application: Application, resident: str, tmp_path: Path
) -> None:
    """Chen has Lin's stock by the feed: she says that she has the number now, and binds it; a stranger's is unknown."""
    made = printed_stock(application)
    with made_vault(tmp_path / "chen", worker="worker-chen", worker_name="陈晓燕") as chen:
        issue_everything(chen)
        issue_roster(chen)
        page = spoiled(form_of(made, 1), 1, 2).picture
        assert scan_intake.take_in(chen, page).value.waiting[0].why is Why.UNKNOWN, "nothing has come by the feed yet"
        carry(application, chen)
        first = blanks_of(made)[0]
        assert scan_intake.take_in(chen, page).value.waiting[0].why is Why.BLANK_COLLEAGUES
        assert refused(lambda: bound(chen, first, resident, second_worker="林晓梅")) == "blank.not-yours"
        blank_numbers.hand_on(chen, [first], "worker-chen")
        assert Why.BLANK in {one.why for one in scan_tray.tray(chen)}
        assert consent.sheet(chen, bound(chen, first, resident, second_worker="林晓梅")).worker == "worker-chen"


@pytest.mark.parametrize("outcome", [one for one in PrintOutcome if one is not PrintOutcome.PRINTED])
def test_a_stock_that_was_not_printed_has_no_number_out(
    application: Application, resident: str, outcome: PrintOutcome
) -> None:
    """It is in the journal as what it was; what came out of it all the same binds nobody."""
    made = made_stock(application)
    blank_stocks.record_stock(application, made, outcome)
    (account,) = blank_numbers.stock_accounts(application)
    assert (account.stock.outcome, account.out, account.stock.copies) == (outcome, (), 0)
    assert not application.read(lambda connection: queries.of_kind(connection, "print"))
    assert refused(lambda: bound(application, blanks_of(made)[0], resident)) == "blank.not-printed"
    page = spoiled(form_of(made, 1), 1, 1).picture
    assert scan_intake.take_in(application, page).value.waiting[0].why is Why.BLANK_USED


def test_what_cannot_be_printed_is_refused(application: Application) -> None:
    """Too many, no recipient, too many rows, nothing asked, a body that may receive nothing."""
    for changes, code in (
        ({"count": 0}, "blank.count"),
        ({"count": 61}, "blank.count"),
        ({"asks": ()}, "blank.recipients"),
        ({"by_hand": 3}, "blank.recipients"),
        ({"asks": (ASK, ASK)}, "blank.recipient-twice"),
        ({"form": "consent-dog"}, "blank.form-unknown"),
        ({"asks": (Ask(CHARITY, Purpose.DISABILITY, ()),)}, "consent.nothing-asked"),
        ({"asks": (Ask(LAPSED, Purpose.DISABILITY, CLASSES),)}, "consent.recipient"),
    ):
        assert refused(lambda: made_stock(application, **changes)) == code  # noqa: B023
    assert blank_numbers.stock_accounts(application) == ()


def test_a_stock_of_sixty_fits_into_one_action(application: Application) -> None:
    """And so does what becomes of all its numbers."""
    made = made_stock(application, 1)
    values = {name: getattr(made.stock, name) for name in type(made.stock).__slots__}
    sixty = type(made.stock)(**{**values, "count": 60, "hashes": made.stock.hashes * 60, "asks": (ASK,) * 3})
    blank_stocks.record_stock(application, type(made)(made.id, sixty, made.pdf), PrintOutcome.PRINTED)
    (account,) = blank_numbers.stock_accounts(application)
    everything = [one.id for one in account.blanks]
    assert blank_numbers.report_missing(application, everything, "何所长" * 10, application.today()).value == 60


def test_what_is_out_too_long_is_a_matter_for_today(application: Application) -> None:
    """After thirty days, or the county's own number; not for what came back."""
    made = printed_stock(application, 2)
    now = application.today()

    def out_after(days: int) -> blank_numbers.LongOut | None:
        later = now + timedelta(days=days)
        return application.read(lambda connection: blank_numbers.long_out(connection, "worker-lin", later))

    assert today.today(application).blanks is None
    assert out_after(30) is None
    assert out_after(31) == blank_numbers.LongOut(2, now, 30)
    blank_numbers.give_back(application, blanks_of(made)[:1])
    assert out_after(31) == blank_numbers.LongOut(1, now, 30)
    standard = {"version": 2, "from": "2026-06-01", "subsistence_monthly": 93000, "deadlines": {"blanks_out_days": 10}}
    issue(application, "standard", "standard-2026", standard)
    assert out_after(11) == blank_numbers.LongOut(1, now, 10)


def test_an_erased_person_leaves_the_number_accounted_for(application: Application, resident: str) -> None:
    """The sheet goes; the number stays bound, says nobody's name and binds nobody else."""
    made = printed_stock(application)
    blank = blanks_of(made)[0]
    sheet = bound(application, blank, resident)
    consent.void_sheet(application, sheet, "写坏了")
    erasing.erase_resident(application, resident, Ground.RIGHT, "本人要求")
    (account,) = blank_numbers.stock_accounts(application)
    assert account.count(BlankState.BOUND) == 1
    assert blank_binding.bound_to(application, blank) == ""
    neighbour = households.add_household(application, new_household("林阿婆", "")).value.residents[0]
    assert refused(lambda: bound(application, blank, neighbour)) == "blank.bound"
    page = spoiled(form_of(made, 1), 1, 1).picture
    assert scan_intake.take_in(application, page).value.waiting[0].why is Why.BLANK_USED


def test_a_bound_sheets_paper_is_the_blanks_own(application: Application, resident: str) -> None:
    """Made anew it has the same bytes, says nothing of the person, and its pages to sign are known."""
    made = printed_stock(application)
    sheet = bound(application, blanks_of(made)[0], resident)
    again = paper.consent_paper_for(application, sheet)
    assert again.digest == made.stock.hashes[0]
    assert "𠮷建国" not in "".join(texts(again.pdf))
    assert scans.sheet_pages(application, sheet).to_sign
    assert refused(lambda: blank_binding.check_may_print(application, sheet)) == "blank.no-reprint"
    assert SHANGBU not in "".join(texts(again.pdf))


def test_a_bound_blank_is_not_signed_on_the_screen(application: Application, resident: str) -> None:
    """What was struck on the paper is not asked: the signature would stand in another recipient's box."""
    made = printed_stock(application, 1, by_hand=1)
    other = Ask(RED_CROSS, Purpose.MEDICAL, CLASSES[:1])
    sheet = consent.NewSheet(resident, (other,), "陈晓燕", person_asked=True)
    bound_sheet = blank_binding.bind_blank(application, blanks_of(made)[0], sheet).value
    allow(application)
    assert refused(lambda: signed_on_screen(application, bound_sheet)) == "signing.screen-on-blank"
    assert consent.sheet(application, bound_sheet).state is SheetState.PRINTED


def stock_of_last_week(application: Application) -> tuple[str, date]:
    """The first number of a stock that was printed a week ago, and that day."""
    made, day = made_stock(application), application.today() - timedelta(days=7)
    blank_stocks.record_stock(application, replace(made, stock=replace(made.stock, printed=day)), PrintOutcome.PRINTED)
    return blanks_of(made)[0], day


def test_a_blank_bears_the_day_on_the_paper(application: Application, resident: str) -> None:
    """Neither before its printing nor to come; the consent holds from that day on."""
    blank, day = stock_of_last_week(application)

    def bind(on: date) -> str:
        return blank_binding.bind_blank(application, blank, new_sheet(resident), signed_on=on).value

    assert refused(lambda: bind(day - timedelta(days=1))) == "blank.signed-day"
    assert refused(lambda: bind(application.today() + timedelta(days=1))) == "blank.signed-day"
    sheet = bind(day)
    sign(application, sheet)
    assert consent.sheet(application, sheet).fields["signed_on"] == day.isoformat()
    rows = application.read(lambda connection: queries.of_kind(connection, "grant"))
    assert {row.state["fields"]["from"] for row in rows} == {day.isoformat()}
    assert {one.until for one in consent.grants(application, resident)} == {months_before(day, -12)}


def test_a_yes_of_last_week_does_not_overrule_todays_withdrawal(application: Application, resident: str) -> None:
    """Written down after it, said before it: refused here, and it counts for nothing where nobody knew better."""
    blank, day = stock_of_last_week(application)
    sheet = blank_binding.bind_blank(application, blank, new_sheet(resident), signed_on=day).value
    first = signed_sheet(application, resident)
    given = [one.id for one in consent.grants(application, resident) if one.sheet == first]
    consent.withdraw(application, resident, tuple(given))
    assert refused(lambda: sign(application, sheet)) == "blank.no-since"
    assert consent.sheet(application, sheet).state is SheetState.PRINTED
    said = {"to": "agreed", "time": "2026-11-26T09:00:00+08:00", "by": "v/e/9"}
    no = {**said, "to": "withdrawn", "time": "2026-11-20T09:00:00+08:00", "by": "v/e/5"}
    subject = {"recipient": CHARITY, "purpose": "disability", "data_class": "A1", "until": None}

    def yes(paper: str, on: str) -> Grant:
        fields = {**subject, "sheet": paper, "from": on}
        return grant_of({"state": "agreed", "fields": fields, "history": [said]}, resident, None)

    taken_back = grant_of({"state": "withdrawn", "fields": {**subject, "sheet": "s"}, "history": [no]}, resident, None)
    for on, stands in (("2026-11-19", False), ("2026-11-20", False), ("2026-11-21", True), ("2026-11-26", True)):
        assert (yes(blank, on) in standing([yes(blank, on), taken_back])) is stands
    assert yes("another", "2026-11-19") in standing([yes("another", "2026-11-19"), taken_back])
