"""Forms of a round drafted at the office: for whom, for whom not and why, and what stays open on the paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from desktop.domain.consent import Ask, DataClass, Purpose, SheetState
from desktop.domain.households import (
    Address,
    Birth,
    Document,
    Name,
    NearRelative,
    NewHousehold,
    NewResident,
    StatedCapacity,
)
from desktop.domain.identity import DocumentType
from desktop.domain.prints import Came
from desktop.domain.signing import Capacity
from desktop.services import consent, households, paper, round_drafts, round_forms
from desktop.services.application import Application
from desktop.services.round_drafts import Against, Drafted, RoundAsk
from tests.casework import CLASSES
from tests.county_issued import CHARITY, SHANGBU, ZHONGBU
from tests.documents.pdf_reading import whole_text

ASK = RoundAsk((Ask(CHARITY, Purpose.DISABILITY, CLASSES),), "何金水")


def add(application: Application, name: str, village: str = SHANGBU, **changes: Any) -> str:
    """A household that nobody has visited yet, whose head is an adult; answers the head."""
    values: dict[str, Any] = {"birth": Birth(date(1955, 1, 2)), **changes}
    near = values.pop("near", None)
    new = NewHousehold(Address(village, f"{name}家"), (NewResident(Name(name), **values),))
    made = households.add_household(application, new).value
    if near is not None:
        households.change_household(application, made.household, {"near_relative": near})
    return made.residents[0]


def draft(application: Application, ask: RoundAsk = ASK, *villages: str) -> Drafted:
    people = round_drafts.proposed(application, villages or (SHANGBU,), ask.asks)
    steps = round_drafts.iter_drafts(application, people, ask)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]


def test_a_round_is_drafted_by_one_choice_and_waits_to_be_printed_in_one_go(application: Application) -> None:
    """A form for the head of each household of these villages; how it is read and all answers are open on the paper."""
    names = {add(application, name): name for name in ("陈阿土", "林秀英")}
    add(application, "吴阿婆", ZHONGBU)
    made = draft(application)
    assert made.left_out == ()
    assert made.refused == ()
    sheets = [consent.sheet(application, one) for one in made.sheets]
    assert {one.resident for one in sheets} == set(names)
    assert {one.state for one in sheets} == {SheetState.DRAFTED}
    assert {one.sheet for one in round_forms.waiting_forms(application, {SHANGBU})} == set(made.sheets)
    text = whole_text(paper.consent_paper_for(application, made.sheets[0]).pdf)
    assert "✓" not in text, "nothing is ticked before the person was asked"
    assert names[sheets[0].resident] in text


AGAINST = [
    (Against.AGE_UNKNOWN, {"birth": Birth()}),
    (Against.MINOR, {"birth": Birth(date(2012, 1, 1))}),
    (Against.GUARDIAN, {"capacity": StatedCapacity(Capacity.NONE)}),
    (Against.COMPATRIOT, {"document": Document(DocumentType.TAIWAN_PASS, "01234567")}),
    (Against.NEAR_RELATIVE, {"near": NearRelative(declared=True, who="村主任的弟弟")}),
]


@pytest.mark.parametrize(("why", "changes"), AGAINST)
def test_whoever_needs_more_than_their_own_signature_is_left_out_and_named(
    application: Application, why: Against, changes: dict[str, Any]
) -> None:
    add(application, "陈阿土", **changes)
    made = draft(application)
    assert made.sheets == ()
    assert [(one.name, one.against) for one in made.left_out] == [("陈阿土", why)]


def test_nobody_is_asked_twice_nor_after_a_no(application: Application) -> None:
    """One that is open, one that was agreed to, one refused: of another purpose each may be asked."""
    person = add(application, "陈阿土")
    (sheet,) = draft(application).sheets
    assert [one.against for one in draft(application).left_out] == [Against.OPEN_SHEET]
    consent.void_sheet(application, sheet, "没去成")
    (sheet,) = draft(application).sheets
    made = paper.consent_paper_for(application, sheet)
    about = {"print_id": sheet, "form": made.form, "version": made.version, "digest": made.digest}
    consent.record_printed(application, sheet, came=Came(copies=2), **about)  # type: ignore[arg-type]
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, agreed=True) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)
    assert [one.against for one in draft(application).left_out] == [Against.OPEN_SHEET]
    consent.withdraw(application, person, tuple(one.id for one in consent.grants(application, person)))
    assert [one.against for one in draft(application).left_out] == [Against.SAID_NO]
    other = replace(ASK, asks=(Ask(CHARITY, Purpose.MEDICAL, (DataClass.A1,)),))
    assert len(draft(application, other).sheets) == 1
