"""The county's own word on blank forms: what a laptop may not say of a number, and the figures."""

from __future__ import annotations

from typing import Any

import pytest

from county.apply import apply_all
from county.blanks import stock_figures
from county.opening import County
from desktop.domain.blanks import blank_id, blank_record
from tests.county.laptop import Draft, Laptop, enrolled, household, moved, send, verdicts
from tests.entry_bodies import BODIES, FIELDS

STOCK = "5" * 32


@pytest.fixture
def laptop(county: County, township: str) -> Laptop:
    return enrolled(county, [township])


def said(county: County, laptop: Laptop, *drafts: Draft) -> list[tuple[str, str]]:
    """The verdicts on one action."""
    number = send(county, laptop, laptop.action(*drafts))
    apply_all(county)
    return verdicts(county, laptop, number)


def stock(laptop: Laptop, **changes: Any) -> Draft:
    return "stock.recorded", STOCK, {**BODIES["stock.recorded"], "worker": laptop.county.worker, **changes}


def step(laptop: Laptop, number: int, target: str, **changes: Any) -> Draft:
    who = laptop.county.worker
    fields = {"stock": STOCK, "number": number, "issued_to": who, "holder": who, **changes}
    return moved("blank", blank_record(blank_id(STOCK, number)), None, target, **fields)


def test_a_number_is_of_a_stock_that_was_printed(county: County, laptop: Laptop) -> None:
    """Unknown, beyond its count, another's, under another record's name, or of a stock that never came out."""
    assert said(county, laptop, step(laptop, 1, "spoiled")) == [("rejected", "blank-unknown")]
    assert said(county, laptop, stock(laptop)) == [("ok", "")]
    assert said(county, laptop, step(laptop, 11, "spoiled")) == [("rejected", "blank-unknown")]
    assert said(county, laptop, step(laptop, 1, "bound", issued_to="W-9", holder="W-9")) == [
        ("rejected", "blank-unknown")
    ]
    kind, _, body = step(laptop, 1, "spoiled")
    assert said(county, laptop, (kind, "blank-elsewhere", body)) == [("rejected", "blank-unknown")]
    assert said(county, laptop, step(laptop, 1, "bound", holder="W-9")) == [("rejected", "not-holder")]
    assert said(county, laptop, step(laptop, 1, "spoiled")) == [("ok", "")]
    unprinted = "6" * 32
    kind, _, body = stock(laptop, outcome="failed")
    assert said(county, laptop, (kind, unprinted, body)) == [("ok", "")]
    kind, _, body = step(laptop, 1, "spoiled", stock=unprinted)
    assert said(county, laptop, (kind, blank_record(blank_id(unprinted, 1)), body)) == [("rejected", "blank-unknown")]


def test_a_number_that_has_gone_another_way_is_not_up_for_decision(county: County, laptop: Laptop) -> None:
    """What another laptop said first counts; the same said twice is no question."""
    said(county, laptop, stock(laptop))
    assert said(county, laptop, step(laptop, 1, "spoiled")) == [("ok", "")]
    assert said(county, laptop, step(laptop, 1, "spoiled")) == [("merged", "same-value")]
    for target in ("bound", "missing", "handed-on"):
        assert said(county, laptop, step(laptop, 1, target)) == [("rejected", "blank-taken")]
    assert said(county, laptop, step(laptop, 2, "handed-on", holder="W-9")) == [("ok", "")]
    assert said(county, laptop, step(laptop, 2, "handed-on")) == [("rejected", "blank-taken")]


def test_a_signed_paper_that_a_colleague_missed_is_bound_all_the_same(county: County, laptop: Laptop) -> None:
    """Neither laptop had heard of the other; 遗失 came first, and after the binding it is no word any more."""
    said(county, laptop, stock(laptop))
    assert said(county, laptop, step(laptop, 1, "missing")) == [("ok", "")]
    assert said(county, laptop, step(laptop, 1, "bound", holder="W-9")) == [("rejected", "not-holder")]
    assert said(county, laptop, step(laptop, 1, "bound")) == [("ok", "")]
    assert said(county, laptop, step(laptop, 1, "missing")) == [("rejected", "blank-taken")]


def test_a_blank_is_one_persons_sheet(county: County, laptop: Laptop, township: str) -> None:
    """A second person's draft on it, and a second person's answers, are refused whole."""
    people = []
    for name in ("林阿婆", "吴阿公"):
        home, person, drafts = household(township + "201", name, "")
        said(county, laptop, *drafts)
        people.append({"household": home, "resident": person})
    sheet = blank_id(STOCK, 1)
    drafted = {**FIELDS["sheet"], "worker": laptop.county.worker, "second_worker": "", "blank": "KB-1"}
    said(county, laptop, stock(laptop))
    assert (
        said(
            county,
            laptop,
            step(laptop, 1, "bound"),
            moved("sheet", sheet, None, "drafted", **{**drafted, **people[0]}),
        )
        == [("ok", "")] * 2
    )
    again = said(county, laptop, moved("sheet", sheet, None, "drafted", **{**drafted, **people[1]}))
    assert again == [("rejected", "blank-bound")]
    for who, verdict in ((people[1], ("rejected", "other-person")), (people[0], ("ok", ""))):
        grant = {**FIELDS["grant"], **who, "sheet": sheet}
        assert said(county, laptop, moved("grant", f"grant-{who['resident']}", None, "agreed", **grant)) == [verdict]


def test_the_same_person_under_two_ids_is_one_on_a_blank(county: County, laptop: Laptop, township: str) -> None:
    """A colleague had the person first; the laptop out in the village has not heard that the two are one."""
    document = "11010519491231002X"
    said(county, enrolled(county, [township]), *household(township + "201", "林阿婆", document)[2])
    home, person, drafts = household(township + "201", "林阿婆", document)
    sheet = blank_id(STOCK, 1)
    fields = {**FIELDS["sheet"], "household": home, "resident": person, "blank": "KB-1"}
    fields |= {"worker": laptop.county.worker, "second_worker": ""}
    bound = (step(laptop, 1, "bound"), moved("sheet", sheet, None, "drafted", **fields))
    assert said(county, laptop, *drafts) == [("ok", "")] * 2
    assert said(county, laptop, stock(laptop)) == [("ok", "")]
    assert said(county, laptop, *bound) == [("ok", "")] * 2
    grant = {**FIELDS["grant"], "household": home, "resident": person, "sheet": sheet}
    for name, answer in (("grant-1", "agreed"), ("grant-2", "refused")):
        assert said(county, laptop, moved("grant", name, None, answer, **grant)) == [("ok", "")]
    again = said(county, laptop, moved("sheet", sheet, None, "drafted", **fields))
    assert again != [("rejected", "blank-bound")]


def test_the_figures_add_up(county: County, laptop: Laptop) -> None:
    """By SQL, without anybody's name but the worker's; the oldest first, and those out too long alone if asked."""
    assert stock_figures(county) == []
    said(county, laptop, stock(laptop, printed="2026-01-05"))
    for number, target in ((1, "bound"), (2, "spoiled"), (3, "missing"), (4, "returned"), (5, "handed-on")):
        assert said(county, laptop, step(laptop, number, target)) == [("ok", "")]
    (found,) = stock_figures(county)
    assert (found.count, found.bound, found.spoiled, found.missing, found.returned, found.out) == (10, 1, 1, 1, 1, 6)
    assert found.days > 30
    assert stock_figures(county, longer_than=30) == [found]
    assert stock_figures(county, longer_than=found.days) == []
