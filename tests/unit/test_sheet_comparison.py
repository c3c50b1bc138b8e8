"""What a second check compares, on the laptop: the county's boxes, with the figures of the paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from county.sheet_checks import boxes as desk_boxes
from county.sheet_seen import Asked, Evidence, Said, SheetSeen
from desktop.domain.consent import DataClass, GrantState
from desktop.domain.sheet_boxes import Box, Compared, Counted, box_words, boxes, not_alike_words
from desktop.services import consent
from desktop.services.sheet_comparison import comparison
from desktop.storage import queries
from tests.casework import CLASSES, recorded_household, signed_sheet
from tests.county_issued import issue_everything
from tests.vaults import made_vault

BY_GUARDIAN = {"signed_by": "guardian", "guardian_signer": "fingerprint"}


@pytest.mark.parametrize(
    ("fields", "agreed", "expected"),
    [
        ({}, (2, 0), "answers-0 signature-0 answers-1 near-relative staff"),
        ({"witness": "郑阿妹"}, (0,), "answers-0 witness near-relative staff"),
        ({"witness": " "}, (1,), "answers-0 signature-0 near-relative staff"),
        ({"signed": BY_GUARDIAN}, (1,), "answers-0 signature-0 guardian near-relative staff"),
        ({"signed": {"signed_by": "both"}}, (1,), "answers-0 signature-0 guardian near-relative staff"),
        ({"signed": "not as declared"}, (1,), "answers-0 signature-0 near-relative staff"),
    ],
)
def test_the_boxes_follow_the_paper(fields: dict[str, object], agreed: tuple[int, ...], expected: str) -> None:
    """One for each recipient's ticks, one for its signature where something was agreed; the others as they are said.

    The county's desk asks for the very same.
    """
    counted = [Counted("建阳区慈善总会", one, 1) for one in agreed]
    found = boxes(fields, counted)
    assert " ".join(one.key for one in found) == expected
    said = [
        (*[Said(DataClass.A1, GrantState.AGREED, "agreed")] * one, Said(DataClass.B2, GrantState.REFUSED, "refused"))
        for one in agreed
    ]
    asked = tuple(Asked("id", "建阳区慈善总会", "medical", "", each, ()) for each in said)
    seen = SheetSeen(
        "sheet", "signed", "", "", False, "", "", fields, asked, 0, Evidence.NOT_HERE, (), (), "", "", False, ""
    )  # fmt: skip
    assert desk_boxes(seen) == found
    assert seen.counted == tuple(counted)


def test_a_box_names_whose_hand_has_to_be_there() -> None:
    """Guardian's fingerprint, and both; of what is not said it says either."""
    counted = [Counted("", 1, 0)]
    signature = Box(Compared.SIGNATURE, 0)
    for signed, signer, hand in (
        (BY_GUARDIAN, None, "监护人单独的指印"),
        ({**BY_GUARDIAN, "signed_by": "both"}, "signature", "本人单独的签名和监护人单独的指印"),
        ({}, None, "本人单独的签名或指印"),
    ):
        words = box_words(signature, {"signed": signed, "signer": signer}, counted)
        assert words == f"【名录里没有的组织】这一家有{hand}"
    assert not_alike_words(signature, counted) == "【名录里没有的组织】签名或指印和记录对不上"


def test_a_withdrawal_since_changes_nothing_of_what_the_paper_says(tmp_path: Path) -> None:
    """The figures are of what was ticked, whatever came after; and a no of another sheet is told, not its own."""
    with made_vault(tmp_path) as vault:
        issue_everything(vault)
        resident = recorded_household(vault).residents[0]
        first = signed_sheet(vault, resident)
        before = comparison(vault, first)
        assert f"{len(CLASSES)} 项同意，0 项不同意" in before.boxes[0].words
        assert not before.is_asked_again
        consent.withdraw(vault, resident, tuple(one.id for one in consent.grants(vault, resident)))
        assert comparison(vault, first) == before
        again = signed_sheet(vault, resident, person_asked=True)
        assert comparison(vault, again).is_asked_again


def test_what_stands_under_a_sheet_that_did_not_ask_it_is_counted(tmp_path: Path) -> None:
    """By another program perhaps: the boxes do not count it, and it is said."""
    with made_vault(tmp_path) as vault:
        issue_everything(vault)
        resident = recorded_household(vault).residents[0]
        sheet = signed_sheet(vault, resident)
        before = comparison(vault, sheet)
        assert before.beside_asked == 0
        grant = consent.grants(vault, resident)[0].id
        row = vault.read(lambda connection: queries.one(connection, grant))
        assert row is not None
        fields = {**row.state["fields"], "data_class": "B4"}
        step = {"from": None, "to": "agreed", "fields": fields}
        vault.act(lambda action: action.add("grant.moved", "grant-beside", step))
        assert comparison(vault, sheet) == replace(before, beside_asked=1)
