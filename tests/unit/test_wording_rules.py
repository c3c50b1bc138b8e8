"""Which wordings may be used: the rule book of the county and of every laptop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from desktop.documents.wording import bundled_data, bundled_wordings
from desktop.domain.consent import SheetState
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.roles import Role
from desktop.domain.wordings import (
    CONSENT_FORMS,
    LEGAL_ITEMS,
    TROUBLE_NAMES,
    Fault,
    Issue,
    Trouble,
    companions,
    fault_words,
    in_force,
    wording_faults,
)
from tests.wordings import reworded, saying, without_section

Raw = dict[str, Any]


def with_term(key: str, text: str) -> Callable[[Raw], Raw]:
    return lambda raw: {**raw, "terms": {**raw["terms"], key: text}}


def without_term(key: str) -> Callable[[Raw], Raw]:
    return lambda raw: {**raw, "terms": {name: text for name, text in raw["terms"].items() if name != key}}


def turned(raw: Raw) -> Raw:
    return {**raw, "sections": raw["sections"][::-1]}


def more(raw: Raw) -> Raw:
    return {**raw, "sections": [*raw["sections"], {"id": "extra", "heading": "十三、另外", "paragraphs": []}]}


BROKEN: list[tuple[Callable[[Raw], object], Trouble, str]] = [
    (lambda raw: {**raw, "terms": []}, Trouble.NOT_A_WORDING, ""),
    (lambda raw: [raw], Trouble.NOT_A_WORDING, ""),
    (lambda raw: {**raw, "form": "withdrawal"}, Trouble.OTHER_FORM, ""),
    (lambda raw: {**raw, "number": "TY-02"}, Trouble.NUMBER, "TY-01"),
    (lambda raw: {**raw, "language": "zh-Hant"}, Trouble.LANGUAGE, "zh-Hans"),
    (lambda raw: {**raw, "version": "第二版"}, Trouble.VERSION, ""),
    (lambda raw: without_section(raw, "rights"), Trouble.SECTION_MISSING, "rights"),
    (more, Trouble.SECTION_UNKNOWN, "extra"),
    (turned, Trouble.SECTION_ORDER, ""),
    (lambda raw: saying(raw, "purpose"), Trouble.SECTION_EMPTY, "purpose"),
    (without_term("box.refuse"), Trouble.TERM_MISSING, "box.refuse"),
    (with_term("box.all", "同意"), Trouble.TERM_UNKNOWN, "box.all"),
    (with_term("box.agree", " "), Trouble.TERM_EMPTY, "box.agree"),
    (with_term("box.sign", "签名"), Trouble.PLACEHOLDER_MISSING, "box.sign"),
    (with_term("declaration.dialects", "普通话、闽南语"), Trouble.TERM_FIXED, "declaration.dialects"),
    (lambda raw: saying(raw, "handler", "我们是{handler_name}。"), Trouble.PLACEHOLDER_MISSING, "county_phone"),
    (lambda raw: saying(raw, "purpose", "找{boss}。"), Trouble.PLACEHOLDER_UNKNOWN, "boss"),
    (lambda raw: saying(raw, "purpose", "**不对外公开"), Trouble.MARK_UP, "purpose"),
    (lambda raw: saying(raw, "purpose", "{不对外公开"), Trouble.MARK_UP, "purpose"),
    (with_term("footer", "一式两份\n"), Trouble.CHARACTER, "footer"),
    (with_term("box.agree", "同意" * 60), Trouble.TOO_LONG, "box.agree"),
    (with_term("audience", "（本人版，全部同意）"), Trouble.AGREE_TO_ALL, ""),
    (with_term("declaration.copy", "我已收到。"), Trouble.LEGAL_ITEM, "14"),
]


@pytest.mark.parametrize(("broken", "trouble", "place"), BROKEN, ids=[f"{one}-{place}" for _, one, place in BROKEN])
def test_what_does_not_fit_is_named_by_its_place(broken: Callable[[Raw], object], trouble: Trouble, place: str) -> None:
    """Every fault has words that a county's office can act on."""
    faults = wording_faults(broken(reworded()), bundled_data("consent-self", "2026.1"))
    assert Fault(trouble, place) in faults
    assert all(fault_words(one) and "{" not in fault_words(one).replace("{number}", "") for one in faults)


def test_every_trouble_has_words() -> None:
    """And none is worded that does not exist."""
    assert set(TROUBLE_NAMES) == set(Trouble)


@pytest.mark.parametrize(("form", "version"), bundled_wordings())
def test_every_bundled_wording_may_be_used_and_so_may_another_version_of_it(form: str, version: str) -> None:
    """The bundled ones keep the rules that a county's are held to."""
    raw = bundled_data(form, version)
    assert wording_faults(raw, raw) == ()
    assert wording_faults({**raw, "version": "2027.10"}, raw) == ()


@pytest.mark.parametrize("form", CONSENT_FORMS)
@pytest.mark.parametrize("item", LEGAL_ITEMS, ids=lambda item: f"{item.number}-{item.section}")
def test_no_legal_item_can_be_left_out_of_any_consent(form: str, item: Any) -> None:
    """``reference.md`` §3.2, item by item and form by form: the section is there, and says nothing of it."""
    raw = bundled_data(form, "2026.1")
    faults = wording_faults(saying(raw, item.section, "这里另有说明。"), raw)
    assert Fault(Trouble.LEGAL_ITEM, str(item.number)) in faults


def test_the_newest_whose_day_has_come_is_in_force() -> None:
    """Not one to come, not one withdrawn, not one that does not fit; 2026.10 is newer than 2026.9."""
    day = date(2026, 12, 1)
    issues = [
        Issue("a", "2026.9", day, withdrawn=False),
        Issue("a", "2026.10", day, withdrawn=False),
        Issue("a", "2026.11", date(2026, 12, 2), withdrawn=False),
        Issue("a", "2027.1", day, withdrawn=True),
        Issue("a", "2027.2", day, withdrawn=False, fits=False),
        Issue("b", "2028.1", day, withdrawn=False),
    ]
    found = in_force(issues, "a", day)
    assert found is not None
    assert found.version == "2026.10"
    assert in_force(issues, "a", date(2026, 11, 30)) is None


def test_the_forms_that_say_the_same_are_known() -> None:
    """A county that changes one is told of the others."""
    assert companions("consent-compatriot") == ("consent-compatriot-script", "consent-compatriot-hant")
    assert companions("consent-self-script") == ("consent-self",)
    assert companions("withdrawal") == ()


def test_no_later_step_says_that_another_text_was_signed() -> None:
    """What the sheet was printed in is evidence: the county refuses a step that puts another hash there."""
    fields = {"worker": "lin", "wording": "a" * 64, "wordings": {"consent-self": "a" * 64}}
    state = {"state": SheetState.PRINTED.value, "fields": fields}

    def problem(**changed: object) -> str:
        source, target = SheetState.PRINTED, SheetState.VOID
        return SHEET.problem(source, source, target, Role.CASEWORKER, "lin", state, {**fields, **changed})

    assert problem() == ""
    assert problem(wording="b" * 64) == "not-as-before"
    assert problem(wordings={}) == "not-as-before"
