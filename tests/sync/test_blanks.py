"""Blank forms between two laptops and a real county: one number, one person; the county counts what is out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.blanks import BlankState, Spoiled
from desktop.domain.consent import SheetState
from desktop.services import blank_binding, blank_numbers, consent, households
from desktop.services.application import Application
from desktop.storage import queries
from tests.blanks import blanks_of, printed_stock
from tests.casework import new_household, new_sheet
from tests.county_issued import CHARITY, DIVISION, JUKOU, OFFICE, STANDARD, organisation
from tests.county_process import CountyProcess, serving
from tests.sync.journals import enrolled, synced
from tests.vaults import opened


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county with its directory."""
    with serving(tmp_path / "county") as running:
        issued = [
            {"kind": "division", "id": f"division-{JUKOU}", "body": DIVISION, "township": JUKOU},
            {"kind": "standard", "id": "standard-2026", "body": STANDARD},
            {"kind": "office", "id": f"office-{JUKOU}", "body": OFFICE, "township": JUKOU},
            {"kind": "organisation", "id": CHARITY, "body": organisation("福建省慈善总会")},
        ]
        running.run("issue", lines="".join(json.dumps(one) + "\n" for one in issued))
        yield running


def figures(county: CountyProcess, *more: str) -> list[dict[str, Any]]:
    """What ``zoucun-county blanks`` prints."""
    return [json.loads(line) for line in county.run("blanks", *more)]


def bind_and_sign(application: Application, blank: str, resident: str) -> None:
    sheet = blank_binding.bind_blank(application, blank, new_sheet(resident, second_worker="何金水")).value
    asks = consent.sheet(application, sheet).asks
    answers = tuple(consent.Answer(ask.recipient, ask.purpose, one, True) for ask in asks for one in ask.classes)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)


def test_a_number_bound_by_two_laptops_is_the_firsts_and_the_county_counts_the_rest(
    tmp_path: Path, county: CountyProcess
) -> None:
    """Neither had heard of the other. What the second wrote on its paper comes to nothing."""
    with (
        opened(enrolled(tmp_path / "lin", county, "林晓梅")) as lin,
        opened(enrolled(tmp_path / "chen", county, "陈晓燕")) as chen,
    ):
        synced(lin)
        old = households.add_household(lin, new_household()).value.residents[0]
        neighbour = households.add_household(lin, new_household("林阿婆", "")).value.residents[0]
        made = printed_stock(lin, 3)
        first, second, third = blanks_of(made)
        synced(lin)
        (seen,) = figures(county)
        assert (seen["worker_name"], seen["count"], seen["out"], seen["bound"]) == ("林晓梅", 3, 3, 0)
        assert (seen["stock"], seen["township"], seen["form"]) == (made.id, JUKOU, "TY-01")
        assert figures(county, "--longer-than", "1") == []
        synced(chen)
        blank_numbers.hand_on(chen, [first], chen.worker.id)
        bind_and_sign(chen, first, neighbour)
        bind_and_sign(lin, first, old)
        blank_numbers.spoil(lin, [second], Spoiled.MISWRITTEN)
        synced(lin)
        report = synced(chen)
        assert report.receipts_verified
        synced(chen)
        synced(lin)
        states = county.states()
        assert states[first]["fields"]["resident"] == old
        assert states[first]["state"] == SheetState.SIGNED
        agreed = [one for one in states.values() if one.get("fields", {}).get("sheet") == first]
        assert agreed
        assert {one["fields"]["resident"] for one in agreed} == {old}, "nothing of the neighbour's stands"
        for laptop in (lin, chen):
            assert consent.sheet(laptop, first).resident == old
            assert consent.grants(laptop, neighbour) == ()
            (account,) = blank_numbers.stock_accounts(laptop)
            assert [one.state for one in account.blanks] == [BlankState.BOUND, BlankState.SPOILED, None]
            assert laptop.read(queries.needing_a_person) == [], "nobody is asked what nobody could decide"
        (seen,) = figures(county)
        assert (seen["out"], seen["bound"], seen["spoiled"]) == (1, 1, 1)
        with pytest.raises(Exception, match=r"blank\.spoiled"):
            bind_and_sign(lin, second, neighbour)
        bind_and_sign(lin, third, neighbour)
        synced(lin)
        assert county.states()[third]["fields"]["resident"] == neighbour
        assert figures(county)[0]["out"] == 0
