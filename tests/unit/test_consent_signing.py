"""Who signs, through the service functions: children, guardians, carers, unknown ages, and withdrawing for a child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.consent import GrantState, Purpose, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.guardian_order import NotActing, PassedOver, Standing
from desktop.domain.households import (
    Address,
    Birth,
    Carer,
    Document,
    Guardian,
    Name,
    NewHousehold,
    NewResident,
    StatedCapacity,
)
from desktop.domain.identity import DocumentType, masked
from desktop.domain.prints import Came
from desktop.domain.roles import Role
from desktop.domain.sheet_signing import SheetSigning, drafted_of, signed_of
from desktop.domain.signing import AgeBand, Capacity, GuardianBasis, Incapacity, Need, Obstacle, SignedBy, Signer
from desktop.services import consent, households, paper, people, sheet_checks
from desktop.services.application import Application
from desktop.services.consent_records import read_sheet
from desktop.services.consent_signing import family_of
from tests.casework import CLASSES, approve_minors, carry, new_sheet
from tests.county_issued import CHARITY, SHANGBU, issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.guardians import NOBODY_BEFORE
from tests.people import made_up_id
from tests.vaults import made_vault

MOTHER = Guardian("吴㛃华", "母亲", basis=GuardianBasis.PARENTS, proof="户口簿")


def years_ago(application: Application, years: int) -> date:
    """A birthday of somebody who is this old."""
    return date(application.today().year - years, 1, 1)


@pytest.fixture
def person(application: Application) -> Callable[..., str]:
    """Record somebody of this age; None where no birthday is known."""

    def record(years: int | None, **groups: object) -> str:
        birth = Birth(years_ago(application, years)) if years is not None else Birth()
        member = NewResident(Name("吴小海"), birth=birth, **groups)  # type: ignore[arg-type]
        household = NewHousehold(Address(SHANGBU), (member,))
        return households.add_household(application, household).value.residents[0]

    return record


def printed(application: Application, resident: str, **changes: object) -> str:
    """A sheet on paper, to be signed."""
    sheet = consent.draft_sheet(application, new_sheet(resident, **changes)).value  # type: ignore[arg-type]
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="1", digest="", came=Came(copies=2)
    )
    return sheet


def sign(
    application: Application,
    sheet: str,
    signing: SheetSigning | None = None,
    signer: Signer = Signer.SIGNATURE,
    witness: str = "",
) -> None:
    """Every box agreed to."""
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, True) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=signer, witness=witness, copy_given=True, signing=signing)


def refusal(application: Application, sheet: str, *args: object, **named: object) -> str:
    """The code with which a signing is refused; nothing was written by it."""
    with pytest.raises(UserFacingError) as refused:
        sign(application, sheet, *args, **named)  # type: ignore[arg-type]
    assert consent.sheet(application, sheet).state is SheetState.PRINTED
    assert consent.grants(application, consent.sheet(application, sheet).resident) == ()
    return refused.value.code


FOR_A_CHILD = SheetSigning(
    signed_by=SignedBy.GUARDIAN,
    guardian=MOTHER,
    guardian_signer=Signer.SIGNATURE,
    best_interest=True,
    wards_view="他说想要",
    childrens_rules_told=True,
)


def test_a_childs_sheet_is_drafted_and_keeps_who_has_to_sign(
    application: Application, person: Callable[..., str]
) -> None:
    """The draft refuses nobody; what the record says of the guardian stands on it."""
    child = person(10, guardian=MOTHER)
    sheet = consent.sheet(application, consent.draft_sheet(application, new_sheet(child)).value)
    assert sheet.fields["signing"]["band"] == AgeBand.EIGHT_TO_THIRTEEN
    assert sheet.fields["signing"]["guardian"]["name"] == MOTHER.name
    required = consent.signing_known(application, child).required()
    assert required.signed_by is SignedBy.GUARDIAN
    assert Need.WARDS_VIEW in required.needs


def test_a_child_does_not_sign_alone(application: Application, person: Callable[..., str]) -> None:
    """民法典 19–20, PIPL 31: without more being said, the person signs, and a child may not."""
    for years in (6, 10, 15):
        sheet = printed(application, person(years, guardian=MOTHER))
        assert refusal(application, sheet) == "signing.other-signer"


def test_a_guardian_signs_for_a_child_with_all_that_is_needed(
    application: Application, person: Callable[..., str]
) -> None:
    """Each thing left out is asked for by its own words; with all of them the grants are made."""
    sheet = printed(application, person(10))
    without = {
        "signing.guardian-unknown": replace(FOR_A_CHILD, guardian=None),
        "signing.carer-alone": replace(FOR_A_CHILD, guardian=None, carer=Carer("吴阿婆", "祖母")),
        "signing.no-guardian": replace(FOR_A_CHILD, guardian=replace(MOTHER, basis=GuardianBasis.NOT_ESTABLISHED)),
        "signing.basis-unfit": replace(FOR_A_CHILD, guardian=replace(MOTHER, basis=GuardianBasis.APPOINTED_AHEAD)),
        "signing.guardian-unnamed": replace(FOR_A_CHILD, guardian=replace(MOTHER, relation="")),
        "signing.guardian-proof": replace(FOR_A_CHILD, guardian=replace(MOTHER, proof="")),
        "signing.deed": replace(FOR_A_CHILD, guardian=replace(MOTHER, basis=GuardianBasis.COURT)),
        "signing.best-interest": replace(FOR_A_CHILD, best_interest=False),
        "signing.wards-view": replace(FOR_A_CHILD, wards_view=" "),
        "signing.childrens-rules": replace(FOR_A_CHILD, childrens_rules_told=False),
    }
    assert {refusal(application, sheet, stated) for stated in without.values()} == set(without)
    for code, stated in without.items():
        assert refusal(application, sheet, stated) == code
    sign(application, sheet, FOR_A_CHILD)
    found = consent.sheet(application, sheet)
    assert found.state is SheetState.SIGNED
    assert found.fields["signed"]["signed_by"] == "guardian"
    assert found.fields["signed"]["guardian"]["basis"] == "parents"
    assert {one.state for one in consent.grants(application, found.resident)} == {GrantState.AGREED}


def test_a_guardians_fingerprint_needs_a_witness_from_outside(
    application: Application, person: Callable[..., str]
) -> None:
    """民法典 490; neither the worker nor whoever signs bears witness."""
    sheet = printed(application, person(10))
    stated = replace(FOR_A_CHILD, guardian_signer=Signer.FINGERPRINT)
    assert refusal(application, sheet, stated) == "signing.witness"
    for witness in (application.worker.name, "何金水", MOTHER.name):
        assert refusal(application, sheet, stated, Signer.FINGERPRINT, witness) == "signing.witness-involved"
    sign(application, sheet, stated, Signer.FINGERPRINT, "周婶")


def test_nobody_of_the_family_that_the_record_knows_bears_witness(application: Application) -> None:
    """The person, a relative of the household, one who moved out, the guardian and the carer of the record: none; a
    lodger who is nobody's relative may, and so may a neighbour. The second worker may not, whoever wrote the name."""
    issue_roster(application)
    son = Guardian("吴小山", "儿子", basis=GuardianBasis.ORDER, proof="户口簿")
    head = NewResident(
        Name("吴阿福"), birth=Birth(years_ago(application, 70)), guardian=son, carer=Carer("吴阿婆", "邻居")
    )
    others = [
        NewResident(Name(name), relation=code) for name, code in (("林秀英", "12"), ("吴二", "20"), ("何租客", "99"))
    ]
    made = households.add_household(application, NewHousehold(Address(SHANGBU), (head, *others))).value
    away = people.resident_view(application, made.residents[2]).membership
    households.change_resident(application, made.residents[2], {"membership": replace(away, left=True)})
    sheet = printed(application, made.residents[0], second_worker="worker-chen")
    for witness in ("吴阿福", "林秀英，妻子", "吴二、村民", "吴小山", "吴阿婆（邻居）", "陈晓燕", "林晓梅"):
        found = refusal(application, sheet, None, Signer.FINGERPRINT, witness)
        assert found == "signing.witness-involved", witness
    sign(application, sheet, None, Signer.FINGERPRINT, "何租客")
    lodger = made.residents[3]
    assert application.read(lambda connection: family_of(connection, lodger, application.today())).names == {"何租客"}


def test_an_unknown_age_is_settled_before_anybody_signs(application: Application, person: Callable[..., str]) -> None:
    """A stated band counts, stays in the record, and does not have to be said again."""
    resident = person(None)
    sheet = printed(application, resident)
    assert refusal(application, sheet) == "signing.age-unknown"
    sign(application, sheet, SheetSigning(band=AgeBand.ADULT, signed_by=SignedBy.PERSON))
    assert consent.signing_known(application, resident).required().signed_by is SignedBy.PERSON
    view = people.resident_view(application, resident)
    assert view.capacity == StatedCapacity(band=AgeBand.ADULT)
    sign(application, printed(application, resident, person_asked=True))


def test_a_stated_band_does_not_overrule_a_birthday(application: Application, person: Callable[..., str]) -> None:
    """Whoever is ten by the record is ten on the sheet."""
    sheet = printed(application, person(10))
    assert refusal(application, sheet, SheetSigning(band=AgeBand.ADULT, signed_by=SignedBy.PERSON)) == (
        "signing.guardian-unknown"
    )


def test_a_citizens_number_says_how_old_somebody_is(application: Application, person: Callable[..., str]) -> None:
    """A record with a number and without a birthday: whoever is ten by it does not sign."""
    born = years_ago(application, 10)
    document = Document(DocumentType.RESIDENT_ID, made_up_id("350703", born, 11))
    sheet = printed(application, person(None, document=document))
    stated = SheetSigning(band=AgeBand.ADULT, signed_by=SignedBy.PERSON)
    assert refusal(application, sheet, stated) == "signing.guardian-unknown"


def test_a_childs_band_is_asked_for_again_after_a_year(application: Application, person: Callable[..., str]) -> None:
    """Children grow; adults stay adults."""
    long_ago, lately = years_ago(application, 2), application.today()
    for band, day, known in (
        (AgeBand.EIGHT_TO_THIRTEEN, lately, AgeBand.EIGHT_TO_THIRTEEN),
        (AgeBand.EIGHT_TO_THIRTEEN, long_ago, None),
        (AgeBand.EIGHT_TO_THIRTEEN, None, None),
        (AgeBand.ADULT, long_ago, AgeBand.ADULT),
    ):
        resident = person(None, capacity=StatedCapacity(band=band, band_stated=day))
        assert consent.signing_known(application, resident).band is known


def test_at_sixteen_own_work_makes_an_adult(application: Application, person: Callable[..., str]) -> None:
    """民法典 18(2)."""
    resident = person(16)
    assert refusal(application, printed(application, resident)) == "signing.guardian-unknown"
    sign(application, printed(application, resident, signing=SheetSigning(lives_on_own_work=True)))


def test_an_adult_of_limited_capacity_signs_with_the_guardian_and_nobody_is_declared_unable_without_proof(
    application: Application, person: Callable[..., str]
) -> None:
    """民法典 22, 28: both, and what shows it; a son acts where it is written down why the wife does not."""
    bare = Guardian("吴小山", "儿子", basis=GuardianBasis.ORDER, proof="户口簿")
    placed = replace(bare, standing=Standing.PARENT_OR_CHILD)
    son = replace(placed, passed_over=(PassedOver(Standing.SPOUSE, NotActing.NOBODY),))
    stated = SheetSigning(
        capacity=Capacity.LIMITED,
        ground=Incapacity.OTHER,
        capacity_proof="精神残疾二级证",
        signed_by=SignedBy.BOTH,
        guardian=son,
        guardian_signer=Signer.SIGNATURE,
        best_interest=True,
    )
    resident = person(70)
    assert refusal(application, printed(application, resident), stated) == "signing.other-form"
    sheet = printed(application, resident, signing=replace(stated, signed_by=None))
    assert refusal(application, sheet, replace(stated, capacity_proof="")) == "signing.capacity-proof"
    assert refusal(application, sheet, replace(stated, signed_by=SignedBy.GUARDIAN)) == "signing.other-signer"
    assert refusal(application, sheet, replace(stated, signed_by=SignedBy.PERSON)) == "signing.other-signer"
    for one, reason in ((bare, "guardian-standing"), (placed, "guardian-earlier")):
        assert refusal(application, sheet, replace(stated, guardian=one)) == f"signing.{reason}"
    households.change_resident(application, resident, {"guardian": bare})
    sign(application, sheet, stated)
    view = people.resident_view(application, resident)
    assert view.guardian == son, "the place that was asked at the signing is not asked again"
    assert view.capacity == StatedCapacity(Capacity.LIMITED, Incapacity.OTHER, "精神残疾二级证")


def test_the_paper_is_that_of_whoever_has_to_sign(application: Application, person: Callable[..., str]) -> None:
    """监护人版 for a child, with the guardian from the record; the same bytes after it was signed."""
    sheet = printed(application, person(10, guardian=MOTHER))
    before = paper.consent_paper_for(application, sheet)
    text = whole_text(before.pdf)
    assert before.form == "TY-02"
    assert MOTHER.name in text
    sign(application, sheet, FOR_A_CHILD)
    assert paper.consent_paper_for(application, sheet) == before
    own = paper.consent_paper_for(application, printed(application, person(70)))
    assert own.form == "TY-01"


def test_a_guardian_does_not_sign_for_somebody_who_decides_alone(
    application: Application, person: Callable[..., str]
) -> None:
    """A son's signature is not his father's (PIPL 23, 29: the person's own consent)."""
    son = Guardian("吴小山", "儿子", basis=GuardianBasis.ORDER, proof="户口簿")
    sheet = printed(application, person(70))
    stated = SheetSigning(signed_by=SignedBy.GUARDIAN, guardian=son, best_interest=True)
    assert refusal(application, sheet, stated) == "signing.signs-for-themself"


def test_guardian_and_carer_are_two_groups_that_two_workers_may_change_apart(
    application: Application, person: Callable[..., str]
) -> None:
    """The grandmother who opens the door holds no guardianship by that."""
    resident = person(10, guardian=MOTHER, carer=Carer("吴阿婆", "祖母"))
    households.change_resident(application, resident, {"carer": Carer("吴阿公", "祖父")})
    view = people.resident_view(application, resident)
    assert (view.guardian, view.carer) == (MOTHER, Carer("吴阿公", "祖父"))
    alone = person(10, carer=Carer("吴阿婆", "祖母"))
    assert consent.signing_known(application, alone).required().obstacle is Obstacle.CARER_ALONE


@pytest.fixture
def colleague(application: Application, tmp_path: Path) -> Iterator[Application]:
    """Another caseworker of the township, with a laptop of their own."""
    issue_roster(application)
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水") as other:
        issue_everything(other)
        yield other


def test_a_body_as_guardian_is_checked_by_the_county_alone(
    application: Application, colleague: Application, person: Callable[..., str]
) -> None:
    """民政部门 is referrer and consenter at once (民法典 32): a second look from outside the township."""
    problems = {GuardianBasis.CIVIL_AFFAIRS: "county-check", GuardianBasis.PARENTS: ""}
    sheets = {}
    for basis in problems:
        sheets[basis] = printed(application, person(6), second_worker="worker-chen")
        guardian = replace(MOTHER, basis=basis, passed_over=NOBODY_BEFORE)
        sign(application, sheets[basis], replace(FOR_A_CHILD, guardian=guardian))
    carry(application, colleague)
    for basis, problem in problems.items():
        assert sheet_checks.check_problem(colleague, sheets[basis]) == problem
    with pytest.raises(UserFacingError) as refused:
        sheet_checks.check_sheet(colleague, sheets[GuardianBasis.CIVIL_AFFAIRS], "paper")
    assert refused.value.values["reason"] == "county-check"
    assert len(sheet_checks.check_sheet(colleague, sheets[GuardianBasis.PARENTS], "paper").value) == len(CLASSES)


def test_a_guardians_number_is_kept_from_a_role_that_does_not_see_numbers(
    application: Application, person: Callable[..., str], tmp_path: Path
) -> None:
    """A social worker sees who the guardian is, may correct it, and loses nothing that was not shown (C32)."""
    document = Document(DocumentType.RESIDENT_ID, made_up_id("350703", date(1985, 3, 5), 22))
    resident = person(10, guardian=replace(MOTHER, document=document))
    with made_vault(tmp_path / "social", worker="worker-zheng", role=Role.SOCIAL_WORKER) as social:
        issue_everything(social)
        carry(application, social)
        assert people.resident_view(social, resident).guardian is None
        approve_minors(social)
        view = people.resident_view(social, resident)
        assert view.guardian == MOTHER
        assert view.signing.guardian == MOTHER
        households.change_resident(social, resident, {"guardian": replace(MOTHER, phone="13900000001")})
        recorded = consent.signing_known(social, resident).guardian
        assert recorded == replace(MOTHER, phone="13900000001", document=document)
        view = people.resident_view(social, resident)
        sheet = printed(social, resident, signing=view.signing)
        before = paper.consent_paper_for(social, sheet)
        assert masked(document.number) in whole_text(before.pdf)
        sign(social, sheet, replace(FOR_A_CHILD, guardian=MOTHER))
        views = [consent.sheet(social, sheet), *consent.sheets(social, resident=resident)]
        assert all(drafted_of(one.fields) == view.signing for one in views)
        assert all(document.number not in str(one.fields) for one in views)
        assert paper.consent_paper_for(social, sheet) == before
        recorded_sheet = social.read(lambda connection: read_sheet(connection, sheet))
        assert drafted_of(recorded_sheet.fields).guardian == recorded
        assert signed_of(recorded_sheet.fields).guardian == replace(MOTHER, document=document)


def test_what_became_known_since_keeps_a_sheet_from_its_check(
    application: Application, colleague: Application, person: Callable[..., str]
) -> None:
    """The colleague has seen the birth certificate: whoever signed as an adult is fifteen."""
    resident = person(None)
    sheet = printed(application, resident, second_worker="worker-chen")
    sign(application, sheet, SheetSigning(band=AgeBand.ADULT, signed_by=SignedBy.PERSON))
    carry(application, colleague)
    assert sheet_checks.check_problem(colleague, sheet) == ""
    households.change_resident(colleague, resident, {"birth": Birth(years_ago(colleague, 15))})
    assert sheet_checks.check_problem(colleague, sheet) == Obstacle.GUARDIAN_UNKNOWN
    with pytest.raises(UserFacingError):
        sheet_checks.check_sheet(colleague, sheet, "paper")


def test_a_birthday_after_the_signing_changes_nothing_at_the_check(
    application: Application, person: Callable[..., str], tmp_path: Path
) -> None:
    """Whoever was a child on the day of signing was rightly signed for, here and at the county (民法典 19, PIPL 31)."""
    issue_roster(application)
    resident = person(10, guardian=MOTHER)
    sheet = printed(application, resident, second_worker="worker-chen")
    sign(application, sheet, FOR_A_CHILD)
    later = datetime.now().astimezone() + timedelta(days=4 * 366)
    with made_vault(tmp_path / "later", worker="worker-he", worker_name="何金水", clock=lambda: later) as colleague:
        issue_everything(colleague)
        carry(application, colleague)
        assert consent.signing_known(colleague, resident).band is AgeBand.FOURTEEN_TO_FIFTEEN
        assert sheet_checks.check_problem(colleague, sheet) == ""
        assert len(sheet_checks.check_sheet(colleague, sheet, "paper").value) == len(CLASSES)


@pytest.mark.parametrize("withdrawn_by", [SignedBy.PERSON, SignedBy.GUARDIAN])
def test_withdrawing_is_never_harder_than_giving(
    application: Application, person: Callable[..., str], withdrawn_by: SignedBy
) -> None:
    """PIPL 15: the child or the guardian, without any proof, witness or view."""
    resident = person(10)
    sign(application, printed(application, resident), FOR_A_CHILD)
    grants = tuple(one.id for one in consent.grants(application, resident))
    guardian = MOTHER.name if withdrawn_by is SignedBy.GUARDIAN else ""
    consent.withdraw(application, resident, grants, withdrawn_by=withdrawn_by, guardian=guardian)
    assert {one.state for one in consent.grants(application, resident)} == {GrantState.WITHDRAWN}


def test_a_child_may_refuse_whoever_could_agree(application: Application, person: Callable[..., str]) -> None:
    """A no needs no capacity, no guardian and no age."""
    for years in (None, 6, 15):
        resident = person(years)
        consent.record_refusal(application, new_sheet(resident), "不想")
        assert {one.state for one in consent.grants(application, resident)} == {GrantState.REFUSED}
