"""The sheet for a round of villages: what it says, what it must not say, and that it stays a table over pages."""

from __future__ import annotations

from dataclasses import fields, replace

from desktop.documents.round_sheet import RoundStop, RoundVillage, round_sheet
from tests.documents.form_samples import ROUND
from tests.documents.pdf_reading import page_texts, whole_text, without_spaces


def test_every_household_of_the_round_is_on_it() -> None:
    """Number, name, address, reason, under its village."""
    text = whole_text(round_sheet(ROUND))
    for village in ROUND.villages:
        assert f"{village.name}{len(village.stops)}户" in text
        for stop in village.stops:
            for part in (stop.number, stop.name, stop.address, stop.reason):
                assert without_spaces(part) in text


def test_the_sheet_says_what_its_loss_would_give_away_and_what_to_do() -> None:
    """On its face, beside the number by which it is reported."""
    first = page_texts(round_sheet(ROUND))[0]
    for expected in (
        "这张单子丢了",
        "捡到的人就知道民政要去哪些人家",
        f"丢了马上打{ROUND.office_phone}",
        ROUND.sheet_number,
    ):
        assert expected in first
    assert "走完交回销毁" in first


def test_there_is_no_room_for_more_about_a_household() -> None:
    """No category, no illness, no document, no phone: the sheet has no field that could carry them."""
    assert [field.name for field in fields(RoundStop)] == ["number", "name", "address", "reason"]


def test_a_long_round_repeats_the_head_of_its_table_and_leaves_no_village_alone() -> None:
    """Each page of a long list says what its columns are; a village is never named at the foot of a page only."""
    stops = tuple(replace(ROUND.villages[0].stops[0], number=f"JK-{number:04}") for number in range(61))
    for before in range(14, 24):
        villages = (RoundVillage("上㘵村", stops[:before]), RoundVillage("中㘵村", stops[before:]))
        pages = page_texts(round_sheet(replace(ROUND, villages=villages)))
        assert len(pages) > 2
        for page in pages:
            assert "户号户主住址来由走过" in page
            assert page.count("JK-") > 0
        found = next(page for page in pages if "中㘵村" in page)
        assert "JK-" in found.split("中㘵村")[1]
