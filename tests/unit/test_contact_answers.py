"""What is ticked of calls and visits, and what else stands on the signed paper, is kept and told to the recipient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from desktop.domain.consent import Purpose, SheetState
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.contact import Channel, ContactAnswer, contact_of, standing_contact, told_contact
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.roles import Role
from desktop.domain.signing_evidence import Finger, SigningEvidence, evidence_of
from desktop.domain.withdrawals import Unwanted
from desktop.services import consent, paper, screen_signing
from desktop.services import referrals as referral_services
from desktop.services.application import Application
from tests.casework import (
    CLASSES,
    check_by_county,
    new_referral,
    new_sheet,
    recorded_household,
    release_by_county,
)
from tests.county_issued import CHARITY, RED_CROSS
from tests.documents.pdf_reading import whole_text
from tests.screen_signatures import allow, answers_of, captured
from tests.vaults import COUNTY_SIGNING_KEY

PURPOSE = Purpose.DISABILITY.value
YES = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, True) for one in CLASSES)


@pytest.fixture
def resident(application: Application) -> str:
    """Somebody who is asked."""
    return recorded_household(application).residents[0]


def printed(application: Application, resident: str, **changes: object) -> str:
    """A sheet on paper."""
    sheet = consent.draft_sheet(application, new_sheet(resident, **changes)).value  # type: ignore[arg-type]
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="1", digest="", came=Came(copies=2)
    )
    return sheet


def sign(application: Application, sheet: str, answers: tuple[consent.Answer, ...] = YES, **how: object) -> None:
    """As the paper says it."""
    given: dict[str, object] = {"signer": consent.Signer.SIGNATURE, "copy_given": True, **how}
    consent.record_signed(application, sheet, answers, **given)  # type: ignore[arg-type]


def refused(act: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(UserFacingError) as error:
        act()
    return error.value.code


@pytest.mark.parametrize(
    ("may_call", "may_visit", "call", "visit"),
    [(True, False, "可以", "本人不同意"), (None, True, "本人未答，先不要", "可以")],
)
def test_the_slip_tells_the_charity_whether_it_may_call_and_visit(
    application: Application, resident: str, may_call: bool | None, may_visit: bool | None, call: str, visit: str
) -> None:
    """She ticked 不同意 to visits: whoever gets her address is told so. Not answered is no yes."""
    sheet = printed(application, resident)
    sign(application, sheet, contact=(ContactAnswer(CHARITY, PURPOSE, may_call, may_visit),))
    check_by_county(application, sheet, resident)
    referral = referral_services.draft_referral(application, new_referral(application, resident), submit=True).value
    release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
    for made in (paper.recipient_slip, paper.file_copy):
        text = "".join(whole_text(made(application, referral).pdf).split())
        assert f"电话联系本人{call}" in text
        assert f"上门探访{visit}" in text


def test_a_later_no_counts_before_it_is_checked_and_a_yes_only_once_it_is() -> None:
    """The person's last word; of one day the stricter."""

    def paper_of(day: str, said: bool | None) -> dict[str, object]:
        asks = [{"recipient": CHARITY, "purpose": PURPOSE}]
        contact = [{"recipient": CHARITY, "purpose": PURPOSE, "may_call": said}] if said is not None else []
        return {"signed_on": day, "asks": asks, "contact": contact}

    def last(*papers: tuple[bool, str, bool | None]) -> bool | None:
        found = standing_contact(((counts, paper_of(day, said)) for counts, day, said in papers), CHARITY, PURPOSE)
        return found.said(Channel.CALL)

    assert last((True, "2026-11-01", True)) is True
    assert last((False, "2026-11-01", True)) is None
    assert last((True, "2026-11-01", True), (False, "2026-11-09", False)) is False
    assert last((True, "2026-11-09", True), (True, "2026-11-01", False)) is True
    assert last((True, "2026-11-09", True), (True, "2026-11-09", False)) is False
    assert last((True, "2026-11-01", True), (True, "2026-11-09", None)) is None


def test_calls_that_were_unwanted_since_are_told_as_such(application: Application, resident: str) -> None:
    """Said without withdrawing anything; the slip made afterwards does not send somebody to her door."""
    sheet = printed(application, resident)
    sign(application, sheet, contact=(ContactAnswer(CHARITY, PURPOSE, True, True),))
    check_by_county(application, sheet, resident)
    referral = referral_services.draft_referral(application, new_referral(application, resident), submit=True).value
    release_by_county(application, COUNTY_SIGNING_KEY, resident, referral, may_call=True, may_visit=True)
    consent.withdraw(application, resident, (), unwanted=(Unwanted.VISIT,))
    text = "".join(whole_text(paper.recipient_slip(application, referral).pdf).split())
    assert "电话联系本人可以" in text
    assert "上门探访本人不同意" in text


@pytest.mark.parametrize(
    ("here", "there", "is_known", "told"),
    [
        (True, None, True, True),
        (None, True, True, None),
        (None, True, False, True),
        (True, False, True, False),
        (False, True, False, False),
        (None, None, False, None),
    ],
)
def test_the_releases_word_stands_beside_what_is_known_here(
    here: bool | None, there: bool | None, is_known: bool, told: bool | None
) -> None:
    """A no at either end; the release's yes where its sheets are not here, and else the later word."""
    own, released = (ContactAnswer(CHARITY, PURPOSE, may_visit=said) for said in (here, there))
    assert told_contact(own, released, is_known=is_known) == replace(own, may_visit=told)


def test_what_stands_on_the_paper_is_kept_and_fixed_by_the_signing(application: Application, resident: str) -> None:
    """The copy, the finger, why no signature; nobody who checks, at either end, says any of it otherwise."""
    sheet = printed(application, resident)
    assert refused(lambda: sign(application, sheet, contact=(ContactAnswer(RED_CROSS, PURPOSE, True, True),))) == (
        "signing.contact-not-asked"
    )
    shown = SigningEvidence(finger=Finger.RIGHT_INDEX, unable_reason="右手不便")
    said = (ContactAnswer(CHARITY, PURPOSE, may_visit=False),)
    sign(application, sheet, signer=consent.Signer.FINGERPRINT, witness="周婶", contact=said, evidence=shown)
    fields = consent.sheet(application, sheet).fields
    assert contact_of(fields) == said
    assert evidence_of(fields) == replace(shown, copy_given=True)
    signed = SheetState.SIGNED
    state = {"state": signed, "fields": fields, "history": [{"worker": "worker-lin"}]}
    for name, other in (("contact", []), ("evidence", None)):
        changed = {**fields, name: other}
        arguments = (signed, signed, SheetState.CHECKED, Role.DUTY_OFFICER, "worker-duty", state)
        assert SHEET.problem(*arguments, changed) == "not-as-before"


def test_the_contact_person_of_a_recipient_bears_no_witness(application: Application, resident: str) -> None:
    """``reference.md`` §3.3: not of the recipient."""
    sheet = printed(application, resident)
    for witness in ("周文", "周文，慈善会"):
        act = partial(sign, application, sheet, signer=consent.Signer.FINGERPRINT, witness=witness)
        assert refused(act) == "signing.witness-involved", witness
    sign(application, sheet, signer=consent.Signer.FINGERPRINT, witness="周婶")


def test_a_yes_needs_a_second_worker_and_a_no_does_not(application: Application, resident: str) -> None:
    """Asked by the service, not by the window alone."""
    sheet = printed(application, resident, second_worker="")
    assert refused(lambda: sign(application, sheet)) == "consent.second-needed"
    sign(application, sheet, tuple(replace(one, agreed=False) for one in YES))


def test_a_signature_on_the_screen_is_bound_to_what_was_ticked_of_visits(
    application: Application, resident: str
) -> None:
    """What is changed after signing is signed anew; the person's copy shows the ticks."""
    allow(application)
    sheet = consent.draft_sheet(application, new_sheet(resident)).value
    answers = answers_of(application, sheet)
    said = (ContactAnswer(CHARITY, PURPOSE, True, False),)
    marks = [replace(one, contact=said) for one in captured(application, sheet, answers)]
    other = (replace(said[0], may_visit=True),)
    act = screen_signing.sign_on_screen
    assert refused(lambda: act(application, sheet, answers, marks, contact=other)) == "screen.ticks-changed"
    act(application, sheet, answers, marks, contact=said)
    assert contact_of(consent.sheet(application, sheet).fields) == said
    text = "".join(whole_text(screen_signing.signed_copy(application, sheet).pdf).split())
    assert "打电话联系我□✓同意□不同意" in text
    assert "上门探访□同意□✓不同意" in text
