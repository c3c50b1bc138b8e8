"""The check beside the worker, as a table: which statement holds for which sheet, and for what reason it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.beside_check import (
    Against,
    BesideCheck,
    CheckedPaper,
    Finding,
    answers_of,
    beside_problem,
    may_check_problem,
    scans_of,
)
from desktop.domain.roles import Role
from desktop.sync.protocol import ProtocolError, decode_sheet_check, encode_sheet_check

FIELDS: dict[str, Any] = {"worker": "lin", "second_worker": "chen", "form_hash": "ab", "resident": "r"}
SHEET = CheckedPaper(
    "sheet",
    "s",
    {"state": "scanned", "fields": FIELDS, "history": [{"worker": "lin"}, {"worker": "zhou"}], "conflicts": []},
    ("one", "two"),
    {"g1": "agreed", "g2": "refused"},
)
CHECK = BesideCheck(
    kind="sheet",
    paper="s",
    checker="he",
    vault="vault-he",
    recorded_in="vault-lin",
    against=Against.SCAN,
    print="ab",
    scans=("one", "two"),
    answers={"g1": "agreed", "g2": "refused"},
    finding=Finding.RIGHT,
    reason="",
    time="2026-11-26T10:00:00+08:00",
)


def problem(check: BesideCheck, sheet: CheckedPaper = SHEET, role: Role = Role.REVIEWER, recorder: str = "lin") -> str:
    """As both ends ask it."""
    return beside_problem(check, sheet, recorded_in="vault-lin", recorder=recorder, roles=(role,))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"scans": ("one",)}, ""),
        ({"against": Against.PAPER, "scans": ()}, ""),
        ({"finding": Finding.WRONG, "reason": "漏签"}, ""),
        ({"paper": "other"}, "check-other-sheet"),
        ({"recorded_in": "vault-he"}, "check-other-sheet"),
        ({"checker": "lin"}, "same-person"),
        ({"checker": "chen"}, "same-person"),
        ({"checker": "zhou"}, "same-person"),
        ({"vault": "vault-lin"}, "same-person"),
        ({"print": "cd"}, "check-other-paper"),
        ({"scans": ("one", "three")}, "check-other-paper"),
        ({"scans": ()}, "check-other-paper"),
        ({"answers": {}}, "check-other-answers"),
        ({"answers": {"g1": "agreed"}}, "check-other-answers"),
        ({"answers": {"g1": "agreed", "g2": "agreed"}}, "check-other-answers"),
        ({"answers": {"g1": "agreed", "g2": "refused", "g3": "agreed"}}, "check-other-answers"),
        ({"finding": Finding.WRONG, "reason": " "}, "check-no-reason"),
    ],
)
def test_a_statement_holds_for_exactly_the_sheet_that_was_looked_at(changes: dict[str, Any], reason: str) -> None:
    """Paper, pictures and every answer, refusals too; and never by anybody who took part."""
    assert problem(replace(CHECK, **changes)) == reason


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        (Role.CASEWORKER, ""),
        (Role.REVIEWER, ""),
        (Role.SOCIAL_WORKER, "not-allowed"),
        (Role.CHARITY_CONTACT, "not-allowed"),
        (Role.AUDITOR, "not-allowed"),
    ],
)
def test_who_may_is_the_table_of_roles(role: Role, reason: str) -> None:
    """A social worker checks beside nobody, as in no other way."""
    assert problem(CHECK, role=role) == reason


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("drafted", "no-such-step"),
        ("printed", "no-such-step"),
        ("signed", ""),
        ("scanned", ""),
        ("checked", ""),
        ("void", "no-such-step"),
    ],
)
def test_what_is_signed_and_not_void_can_be_checked(state: str, reason: str) -> None:
    """Somebody else may have checked it meanwhile: then nothing follows."""
    assert problem(CHECK, replace(SHEET, state={**SHEET.state, "state": state})) == reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"second_worker": ""}, "second-unknown"),
        ({"second_worker": "", "second_worker_name": "老陈"}, "second-unknown"),
        (
            {"signed": {"band": "8-13", "signed_by": "guardian", "guardian": {"basis": "civil-affairs"}}},
            "county-check",
        ),
    ],
)
def test_what_is_the_countys_alone_stays_the_countys(fields: dict[str, Any], reason: str) -> None:
    """No colleague, beside the worker or elsewhere, where nobody knows who else was there or a body is guardian."""
    sheet = replace(SHEET, state={**SHEET.state, "fields": {**FIELDS, **fields}})
    assert problem(CHECK, sheet) == reason
    assert may_check_problem(sheet, "he", ("caseworker",)) == reason


def test_an_earlier_role_that_may_is_enough_and_none_is_not() -> None:
    """The county judges by the roles that hold and those of a while ago."""
    assert may_check_problem(SHEET, "he", ("social-worker", "reviewer")) == ""
    assert may_check_problem(SHEET, "he", ()) == "not-allowed"


def test_answers_are_the_persons_word_on_that_paper() -> None:
    """A withdrawal came after it; another sheet's grants are none of it; one picture filed twice is one."""
    grants = [
        ("g1", {"history": [{"to": "agreed"}, {"to": "withdrawn"}], "fields": {"sheet": "s"}}),
        ("g2", {"history": [{"to": "refused"}], "fields": {"sheet": "s"}}),
        ("g3", {"history": [{"to": "agreed"}], "fields": {"sheet": "t"}}),
    ]
    assert answers_of(grants, "s") == {"g1": "agreed", "g2": "refused"}
    facts = [{"sheet": "s", "attachment": one} for one in "bab"] + [{"sheet": "t", "attachment": "c"}]
    assert scans_of(facts, "sheet", "s") == ("a", "b")


def test_what_is_signed_is_read_back_as_it_was_and_nothing_else_is() -> None:
    """Each field must be there, with its type and on its list."""
    document = encode_sheet_check(CHECK)
    assert decode_sheet_check(document) == CHECK
    for before, after in (
        (b'"right"', b'"maybe"'),
        (b'"scan"', b'"hearsay"'),
        (b'"refused"', b"1"),
        (b'"protocol":1', b'"protocol":2'),
        (b'"sheet-check"', b'"release"'),
        (b'"time"', b'"hour"'),
        (b"2026-11-26T10:00:00+08:00", b"this morning"),
        (b'["one","two"]', b"5"),
    ):
        assert before in document
        with pytest.raises(ProtocolError):
            decode_sheet_check(document.replace(before, after))
