"""What is said of those who come before a guardian, held against what the store knows (民法典 27, 28)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.domain.guardian_order import Absence, Absent, NotActing, PassedOver, Standing
from desktop.domain.households import Address, Birth, Carer, Guardian, Name, NewHousehold, NewResident
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signing import Capacity, GuardianBasis, Incapacity, SignedBy, Signer
from desktop.services import consent, households, sheet_checks
from desktop.services.application import Application
from tests.casework import carry
from tests.county_issued import SHANGBU, issue_everything, issue_roster
from tests.unit.test_consent_signing import FOR_A_CHILD, printed, refusal, sign, years_ago
from tests.vaults import made_vault


def test_that_there_is_no_wife_is_held_against_the_wife_whom_the_record_knows(
    application: Application, tmp_path: Path
) -> None:
    """民法典 28: refused until it is said what became of her; then both checks see it. A wife recorded since counts."""
    issue_roster(application)
    old = Birth(years_ago(application, 70))
    head = NewResident(Name("吴阿福"), birth=old)
    wife = NewResident(Name("林秀英"), relation="12", birth=old)
    made = households.add_household(application, NewHousehold(Address(SHANGBU), (head, wife))).value
    resident, other = made.residents
    nobody = PassedOver(Standing.SPOUSE, NotActing.NOBODY)
    son = Guardian("吴小山", "儿子", basis=GuardianBasis.ORDER, proof="户口簿", standing=Standing.PARENT_OR_CHILD)
    son = replace(son, passed_over=(nobody,))
    stated = SheetSigning(
        capacity=Capacity.NONE,
        ground=Incapacity.COURT,
        capacity_proof="民特1号",
        signed_by=SignedBy.GUARDIAN,
        guardian=son,
        guardian_signer=Signer.SIGNATURE,
        best_interest=True,
    )
    sheet = printed(application, resident, signing=replace(stated, signed_by=None), second_worker="worker-chen")
    assert refusal(application, sheet, stated) == "signing.guardian-earlier-known"
    gone = replace(nobody, absent=(Absent("林秀英", Absence.DIVORCED, other),))
    sign(application, sheet, replace(stated, guardian=replace(son, passed_over=(gone,))))
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水") as colleague:
        issue_everything(colleague)
        carry(application, colleague)
        assert sheet_checks.check_problem(colleague, sheet) == ""
        second = NewResident(Name("周二妹"), relation="10", birth=old)
        households.add_member(colleague, made.household, second)
        assert sheet_checks.check_problem(colleague, sheet) == "guardian-earlier-known"


def test_a_childs_father_of_whom_the_record_knows_is_not_passed_over_by_the_grandmother(
    application: Application,
) -> None:
    """民法典 27: who opens the door is often the grandmother; the carer stays the carer."""
    grown, young = Birth(years_ago(application, 60)), Birth(years_ago(application, 6))
    head = NewResident(Name("吴阿婆"), birth=grown)
    son = NewResident(Name("吴二"), relation="22")
    child = NewResident(Name("吴小海"), relation="41", birth=young)
    made = households.add_household(application, NewHousehold(Address(SHANGBU), (head, son, child))).value
    granny = Guardian(
        "吴阿婆",
        "奶奶",
        basis=GuardianBasis.ORDER,
        proof="户口簿",
        standing=Standing.GRANDPARENT,
        passed_over=(PassedOver(Standing.PARENT, NotActing.NOBODY),),
    )
    sheet = printed(application, made.residents[2])
    stated = replace(FOR_A_CHILD, guardian=granny, carer=Carer("吴阿婆", "奶奶"))
    assert refusal(application, sheet, stated) == "signing.guardian-earlier-known"
    for why, found in ((Absence.MISSING, "signing.guardian-earlier-known"), (Absence.NOT_KIN, "")):
        gone = PassedOver(Standing.PARENT, NotActing.NOBODY, (Absent("吴二", why),))
        said = replace(stated, guardian=replace(granny, passed_over=(gone,)))
        if found:
            assert refusal(application, sheet, said) == found
    sign(application, sheet, said)
    assert consent.signing_known(application, made.residents[2]).carer == Carer("吴阿婆", "奶奶")
