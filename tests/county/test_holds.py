"""Held actions, tried again by newer code: by the same rules as when they came, each by itself."""

from __future__ import annotations

import pytest

from county.apply import apply_all
from county.holds import retry_holds
from county.opening import County
from county.records import change_of
from county.status import status
from desktop.domain import records
from desktop.domain.beside_check import CHECK_RECORDED, Against, BesideCheck, Finding
from desktop.domain.journal import Header
from desktop.domain.records import Change, Nature, RecordKind
from desktop.sync.envelope import sign_document
from desktop.sync.protocol import encode_sheet_check
from tests.county.laptop import Draft, Laptop, enrolled, send, verdicts
from tests.county.test_blanks import said, step, stock
from tests.county.test_gate import made_case
from tests.entry_bodies import FIELDS

FUTURE: Draft = ("pair.recorded", "pair-0", {"text": "一台收音机"})
"""What only newer code knows."""


@pytest.fixture
def laptop(county: County, township: str) -> Laptop:
    return enrolled(county, [township])


def learn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The county runs newer code from now on."""
    monkeypatch.setattr(records, "KINDS", {**records.KINDS, "pair": RecordKind("pair", Nature.FACT)})


def test_what_a_rule_forbids_by_now_is_rejected_and_not_let_in(
    county: County, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number was bound in a held action; meanwhile it was spoiled, and is nobody's any more."""
    said(county, laptop, stock(laptop))
    number = send(county, laptop, laptop.action(step(laptop, 1, "bound"), FUTURE))
    apply_all(county)
    assert [result for result, _ in verdicts(county, laptop, number)] == ["held", "held"]
    assert said(county, laptop, step(laptop, 1, "spoiled")) == [("ok", "")]
    learn(monkeypatch)
    assert retry_holds(county) == 1
    assert verdicts(county, laptop, number) == [("rejected", "blank-taken")] * 2
    assert status(county)["holds"] == {}


def test_one_that_cannot_be_judged_keeps_no_other_back(
    county: County, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in the first of two held actions; the second is taken in, and the fault is said."""
    first, second = laptop.action(FUTURE), laptop.action(("pair.recorded", "pair-1", FUTURE[2]))
    number = send(county, laptop, [*first, *second])
    apply_all(county)
    learn(monkeypatch)

    def faulty(header: Header, payload: bytes | None) -> Change:
        if header.record == "pair-0":
            raise RuntimeError("a fault of ours")
        return change_of(header, payload)

    monkeypatch.setattr("county.holds.change_of", faulty)
    with pytest.raises(RuntimeError):
        retry_holds(county)
    assert [result for result, _ in verdicts(county, laptop, number)] == ["held", "ok"]
    assert status(county)["holds"] == {"unknown-kind": 1}


def test_a_check_beside_the_worker_that_was_held_is_followed_once_it_is_taken_in(
    county: County, township: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the sheet would wait for its check for ever, and what was agreed to never come into force."""
    case = made_case(county, township)
    second = enrolled(county, [township])
    monkeypatch.setitem(FIELDS, "sheet", {**FIELDS["sheet"], "second_worker": second.county.worker})
    case.take_consent()
    reviewer = enrolled(county, [township], role="reviewer")
    check = BesideCheck(
        kind="sheet",
        paper=case.sheet,
        print=case.state(case.sheet)["fields"].get("form_hash", ""),
        checker=reviewer.county.worker,
        vault=reviewer.vault,
        recorded_in=case.laptop.vault,
        against=Against.PAPER,
        scans=(),
        answers=dict.fromkeys(case.grants.values(), "agreed"),
        finding=Finding.RIGHT,
        reason="",
        time="2026-11-20T09:30:00+08:00",
    )
    signed = sign_document(encode_sheet_check(check), reviewer.signing)
    statement = {"signed": signed.document.decode(), "signature": signed.signature.hex()}
    fact = {"household": case.home, "resident": case.person, "sheet": case.sheet, "statement": statement}
    number = send(county, case.laptop, case.laptop.action((CHECK_RECORDED, "check-1", fact), FUTURE))
    apply_all(county)
    assert verdicts(county, case.laptop, number) == [("held", "action-held"), ("held", "unknown-kind")]
    learn(monkeypatch)
    assert retry_holds(county) == 1
    assert verdicts(county, case.laptop, number) == [("ok", "")] * 2
    assert case.state(case.sheet)["state"] == "checked"
    assert {case.state(grant)["state"] for grant in case.grants.values()} == {"in-force"}
