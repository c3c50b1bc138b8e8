"""A consent to publicity of a ward, from the laptop to the county's check and back, with a real county."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.households import Address, Birth, Guardian, Name, NewHousehold, NewResident
from desktop.domain.publicity import SCRIPT, PublicityState
from desktop.domain.signing import GuardianBasis
from desktop.services import households, publicity, publicity_paper, readings, scan_intake, sync_overview
from desktop.services.publicity_script import publicity_script
from desktop.tour.directory import issued
from desktop.ui.sync_words import news_row, news_target
from tests.county_issued import SHANGBU
from tests.county_process import CountyProcess, serving
from tests.guardians import NOBODY_BEFORE
from tests.publicity import printed_publicity, signed_with
from tests.sync.journals import enrolled, synced
from tests.sync.test_wordings import issue_by_command
from tests.unit.test_scan_services import drawn, scanned
from tests.vaults import opened
from tests.wordings import NEW_SENTENCE, reworded

WARD = NewResident(
    Name("林小燕"),
    birth=Birth(date(2016, 5, 1)),
    guardian=Guardian("建阳区民政局", "监护机构", basis=GuardianBasis.CIVIL_AFFAIRS, passed_over=NOBODY_BEFORE),
)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county that has issued its directory."""
    with serving(tmp_path / "county") as running:
        running.run("issue", lines="".join(json.dumps(one) + "\n" for one in issued()))
        yield running


def test_the_county_checks_it_and_the_very_script_is_named(county: CountyProcess, tmp_path: Path) -> None:
    """Read in the county's own wording; the check comes back by the feed and is told as an answer."""
    officer = county.officer()
    with opened(enrolled(tmp_path / "laptop", county, "林晓梅")) as laptop:
        assert issue_by_command(county, reworded(SCRIPT), laptop.today())[0] == 0
        synced(laptop)
        child = households.add_household(laptop, NewHousehold(Address(SHANGBU, "6号"), (WARD,))).value.residents[0]
        made = printed_publicity(laptop, child)
        script = publicity_script(laptop, publicity.publicity(laptop, made))
        assert script.items[0].lines[0].endswith(NEW_SENTENCE)
        read = tuple(one.id for one in script.items)
        how = signed_with(
            script=replace(script.text, items=read), wards_view="愿意", best_interest=True, childrens_rules_told=True
        )
        publicity.record_publicity_signed(laptop, made, how)
        pages = drawn(publicity_paper.publicity_paper_for(laptop, made).paper.pdf)
        assert len(scan_intake.take_in(laptop, scanned(*pages)).value.filed) == len(pages)
        synced(laptop)
        (told,) = readings.readings_of(laptop, child)
        assert f"TY-05-J {script.text.version}版（{script.text.wording[:8]}）" in told.words
        assert county.answer(do="check-publicity", publicity=made, officer=officer)["state"] == "in-force"
        report = synced(laptop)
        assert publicity.publicity(laptop, made).state is PublicityState.IN_FORCE
        assert publicity.may_be_shown(laptop, publicity.publicity(laptop, made)).allowed
        (news,) = sync_overview.news(laptop, report.answers)
        assert (news.kind, news.to, news_target(news).record) == ("publicity", "in-force", f"one:{made}")
        assert news_row(news).chips[0].text == "生效"
