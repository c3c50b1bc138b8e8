"""A released referral that the county recalled after a no on another laptop: on Today until it was seen, in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.domain.stops import Stop
from desktop.services import consent, consent_withdrawal, recalls, today, withdrawals
from desktop.services.application import Application
from desktop.services.today import TodayItem, TodayKind
from desktop.ui.pages.referral.words import recall_words
from desktop.ui.today_words import due_chip, echo_row, target_of
from tests.casework import CLASSES, new_sheet
from tests.county_process import CountyProcess
from tests.sync.journals import enrolled, synced
from tests.sync.test_withdrawn_ahead import county, submitted  # noqa: F401 - a fixture
from tests.vaults import opened


def recalled(application: Application) -> list[TodayItem]:
    return [one for one in today.today(application).items if one.kind is TodayKind.RECALLED]


def test_a_recall_stands_on_today_until_it_was_seen(
    tmp_path: Path,
    county: CountyProcess,  # noqa: F811
) -> None:
    """A colleague took the no where nobody knew of the referral; the one who drafted it hears of it, and what to do."""
    officer = county.officer()
    with (
        opened(enrolled(tmp_path / "lin", county, "林晓梅")) as lin,
        opened(enrolled(tmp_path / "he", county, "何金水")) as he,
    ):
        person, referral = submitted(lin, county, officer)
        synced(he)
        assert county.answer(do="release", referral=referral, officer=officer)["state"] == "released"
        synced(lin)
        assert recalled(lin) == []
        done = consent_withdrawal.withdraw(he, person, (), stops=(Stop(),)).value
        synced(he)
        assert county.states()[referral]["state"] == "recalled"
        synced(lin)

        (item,) = recalled(lin)
        assert (item.record, item.resident) == (referral, person)
        assert "福建省慈善总会：本人不再同意，已召回；信息交出去过，请核对召回清单" in item.words
        assert due_chip(item, lin.today()).text == "已召回"
        assert target_of(item).record == f"referral:{referral}"
        assert today.today(lin).items[0] == item, "before all else of the day"
        (echo,) = [one for one in today.today(lin).echoes if one.record == referral]
        assert "召回" in echo_row(echo).chips[0].text
        assert recalled(lin) == [item], "looking at Today is not seeing it"

        found = recalls.see_recall(lin, referral)
        assert found is not None
        assert set(found.classes) == set(CLASSES)
        words = recall_words(found)
        assert "A1" in words
        assert "召回清单" in words
        assert found.withdrawal == done.id
        (handed,) = withdrawals.handed_over(lin, withdrawals.withdrawal(lin, found.withdrawal))
        assert (handed.referral, set(handed.withdrawn)) == (referral, set(CLASSES))
        assert recalled(lin) == []
        assert [one.record for one in today.today(lin).echoes if one.record == referral] == [referral]
        synced(lin)
        assert recalled(lin) == [], "seen is seen"


def test_what_this_worker_recalled_is_no_news(
    tmp_path: Path,
    county: CountyProcess,  # noqa: F811
) -> None:
    """The one who took the no was told at once, with the list."""
    officer = county.officer()
    with opened(enrolled(tmp_path / "lin", county, "林晓梅")) as lin:
        person, referral = submitted(lin, county, officer)
        assert county.answer(do="release", referral=referral, officer=officer)["state"] == "released"
        synced(lin)
        consent_withdrawal.withdraw(lin, person, (), stops=(Stop(),))
        synced(lin)
        assert county.states()[referral]["state"] == "recalled"
        assert recalled(lin) == []
        assert recalls.see_recall(lin, referral) is None


def test_a_refusal_on_a_later_sheet_names_no_list(
    tmp_path: Path,
    county: CountyProcess,  # noqa: F811
) -> None:
    """Where nothing was withdrawn there is no list for the recall notice: nobody is sent to look for it."""
    officer = county.officer()
    with (
        opened(enrolled(tmp_path / "lin", county, "林晓梅")) as lin,
        opened(enrolled(tmp_path / "he", county, "何金水")) as he,
    ):
        person, referral = submitted(lin, county, officer)
        synced(he)
        assert county.answer(do="release", referral=referral, officer=officer)["state"] == "released"
        consent.record_refusal(he, replace(new_sheet(person, CLASSES, "村干部老陈"), person_asked=True))
        synced(he)
        synced(lin)
        (item,) = recalled(lin)
        assert "请打开看交出去了什么" in item.words
        found = recalls.see_recall(lin, referral)
        assert found is not None
        assert found.withdrawal == ""
        words = recall_words(found)
        assert "A1" in words
        assert "清单" not in words
        assert recalled(lin) == []
