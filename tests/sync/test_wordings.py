"""A county's own wordings, from its command to the paper, with a real county and a real vault."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from county.issuing import Item, issue
from county.opening import open_county
from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.wordings import wording_hash, wording_record
from desktop.services import consent, paper, reading_script, scan_intake, sheet_wordings, sync_attention
from desktop.services.application import Application
from desktop.services.scan_prints import Note, notes_on
from desktop.services.sync_attention import Sort
from desktop.services.visit_notice import visit_notice
from desktop.tour.directory import CHARITY, issued
from desktop.ui.wording_words import newer_words, unfit_words
from tests.casework import recorded_household
from tests.county_process import PASSPHRASE, CountyProcess, serving
from tests.documents.pdf_reading import poppler_text, without_spaces
from tests.sync.journals import enrolled, synced
from tests.unit.test_scan_services import drawn, scanned
from tests.vaults import opened
from tests.wordings import NEW_SENTENCE, as_file, body_of, reworded, without_section

CLASSES = (DataClass.A1, DataClass.B3)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county that has issued its directory."""
    with serving(tmp_path / "county") as running:
        running.run("issue", lines="".join(json.dumps(one) + "\n" for one in issued()))
        yield running


@pytest.fixture
def laptop(tmp_path: Path, county: CountyProcess) -> Iterator[Application]:
    """林晓梅's laptop, after its first sync."""
    with opened(enrolled(tmp_path / "laptop", county, "林晓梅")) as application:
        synced(application)
        yield application


def said(county: CountyProcess, part: str, *arguments: object) -> tuple[int, str]:
    """The exit status of ``zoucun-county wording …`` and what it printed."""
    command = [sys.executable, "-W", "error", "-m", "county", "wording", part, "--data", county.folder, *arguments]
    done = subprocess.run(
        [str(one) for one in command],
        input=PASSPHRASE + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def issue_by_command(county: CountyProcess, raw: dict[str, Any], day: object) -> tuple[int, str]:
    """Issue a wording as the county's people would."""
    file = county.folder.parent / "wording.json"
    file.write_bytes(as_file(raw))
    return said(county, "issue", "--file", file, "--from", day)


def new_sheet(resident: str) -> consent.NewSheet:
    ask = consent.Ask(CHARITY, Purpose.DISABILITY, CLASSES)
    return consent.NewSheet(resident, (ask,), "何金水")


def printed(application: Application, sheet: str) -> paper.Paper:
    """Print it and note that, as the window does."""
    made = paper.consent_paper_for(application, sheet)
    consent.record_printed(
        application,
        sheet,
        print_id=made.print_id,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(copies=2),
        wording=made.wording,
        parts=made.parts,
    )
    return made


def sign(application: Application, sheet: str) -> None:
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, True) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)


def text_of(made: paper.Paper) -> str:
    return without_spaces(poppler_text(made.pdf))


def test_a_new_wording_comes_to_the_paper_and_what_is_older_stays_and_says_so(
    county: CountyProcess, laptop: Application
) -> None:
    """Issue, sync, print, read back by another program; an old print keeps its text and is flagged when it is back."""
    resident, today = recorded_household(laptop).residents[0], laptop.today()
    signed_one = consent.draft_sheet(laptop, new_sheet(resident)).value
    old = printed(laptop, signed_one)
    sign(laptop, signed_one)
    waiting = consent.draft_sheet(laptop, new_sheet(resident)).value
    assert sheet_wordings.newer_wording(laptop, waiting) is None
    raw = reworded()
    status, line = issue_by_command(county, raw, today)
    assert status == 0
    assert json.loads(line)["differ"] == {"consent-self-script": "2026.1"}, "the script is to be looked at too"
    synced(laptop)

    new = consent.draft_sheet(laptop, new_sheet(resident)).value
    made = printed(laptop, new)
    assert made.wording == wording_hash(raw)
    text = text_of(made)
    assert without_spaces(NEW_SENTENCE) in text
    assert f"TY-01·2026.2版·{made.digest[:8]}" in text
    resident_form = paper.form_resident(laptop, resident)
    sample = paper.consent_sample(laptop, new_sheet(resident), resident_form)
    assert without_spaces(NEW_SENTENCE) in without_spaces(poppler_text(sample))

    # What was drafted before keeps its text until the worker takes the newer one.
    kept = paper.consent_paper_for(laptop, waiting)
    assert kept.version == "2026.1"
    assert without_spaces(NEW_SENTENCE) not in text_of(kept)
    newer = sheet_wordings.newer_wording(laptop, waiting)
    assert newer is not None
    assert "2026.2" in newer_words(newer)
    assert newer.changes.sections == ("开头的话",)
    taken = sheet_wordings.take_newer_wording(laptop, waiting).value
    assert consent.sheet(laptop, waiting).state is SheetState.VOID
    assert consent.sheet(laptop, taken).asks == consent.sheet(laptop, waiting).asks
    assert without_spaces(NEW_SENTENCE) in text_of(paper.consent_paper_for(laptop, taken))

    # The old print made again is the same, bytes and all; back as a scan it is filed and flagged.
    again = paper.consent_paper_for(laptop, signed_one)
    assert again.pdf == old.pdf
    done = scan_intake.take_in(laptop, scanned(*drawn(old.pdf)))
    assert {one.sheet for one in done.value.filed} == {signed_one}
    assert not done.value.waiting
    facts = [{"short_hash": old.digest[:8], "recognised": True, "page": 1}]
    assert notes_on(laptop, signed_one, facts) == (Note.OLDER_WORDING,)
    assert notes_on(laptop, new, [{**facts[0], "short_hash": made.digest[:8]}]) == ()

    # The county can show which text each of them signed.
    assert set(synced(laptop).results) <= {"ok", "merged"}
    for sheet, version, hash_, has_it in (
        (new, "2026.2", made.wording, True),
        (signed_one, "2026.1", old.wording, False),
    ):
        status, answer = said(county, "show", "--sheet", sheet)
        about, text = answer.split("\n", 1)
        assert status == 0
        assert json.loads(about)["sha256"] == hash_ == wording_hash(json.loads(text))
        assert (json.loads(about)["version"], NEW_SENTENCE in text) == (version, has_it)


def test_the_script_and_the_notice_read_aloud_are_the_countys_too(county: CountyProcess, laptop: Application) -> None:
    """What is spoken comes from the same place as what is printed; a wording to come does not count yet."""
    resident, today = recorded_household(laptop).residents[0], laptop.today()
    assert issue_by_command(county, reworded("consent-self-script"), today)[0] == 0
    assert issue_by_command(county, reworded("visit-notice"), today + timedelta(days=3))[0] == 0
    synced(laptop)
    script = reading_script.reading_script(laptop, new_sheet(resident), paper.form_resident(laptop, resident))
    assert script.items[0].lines[0].endswith(NEW_SENTENCE)
    assert not visit_notice(laptop).lines[0].endswith(NEW_SENTENCE)


def test_what_is_broken_is_refused_at_the_county_and_forced_past_it_at_the_laptop_in_words(
    county: CountyProcess, laptop: Application
) -> None:
    """Nothing is written at the county; what another program let through is never printed, and the last good one is."""
    resident, today = recorded_household(laptop).residents[0], laptop.today()
    broken = without_section(reworded(version="2026.3"), "complaints")
    status, words = issue_by_command(county, broken, today)
    assert status == 1
    assert "缺少“complaints”这一条" in words
    assert "法律要求的第 10 项没有写全（向谁投诉）" in words
    assert said(county, "show", "--form", "consent-self", "--version", "2026.3")[0] == 1
    assert issue_by_command(county, reworded(version="2026.2"), today)[0] == 0
    assert issue_by_command(county, reworded(version="2026.1"), today)[0] == 1, "not newer"
    assert issue_by_command(county, reworded(version="2026.4"), today - timedelta(days=1))[0] == 1, "a day gone by"
    assert issue_by_command(county, reworded("device-card"), today)[0] == 1, "set while no vault can be read"

    forced = open_county(county.folder, PASSPHRASE)
    issue(forced, [Item("wording", wording_record("consent-self", "2026.3"), body_of(broken, today))])
    forced.close()
    synced(laptop)
    sheet = consent.draft_sheet(laptop, new_sheet(resident)).value
    made = paper.consent_paper_for(laptop, sheet)
    assert (made.version, without_spaces(NEW_SENTENCE) in text_of(made)) == ("2026.2", True)
    assert made.unfit is not None
    words = unfit_words(made.unfit)
    assert words.startswith("县里下发的 2026.3 版本机用不了（缺少“九、投诉举报”这一条")
    assert words.endswith("仍用 2026.2 版。")
    (one,) = sync_attention.needs_attention(laptop)
    assert (one.sort, one.unfit) == (Sort.UNFIT, made.unfit)
    assert issue_by_command(county, reworded(version="2026.4"), today)[0] == 0
    synced(laptop)
    assert sync_attention.needs_attention(laptop) == (), "a newer good one takes its place"


def test_a_wording_that_is_withdrawn_is_not_printed_any_more_and_stays_proven(
    county: CountyProcess, laptop: Application
) -> None:
    """The one before is in force again; a drafted sheet says why; what was printed keeps its text."""
    resident, today = recorded_household(laptop).residents[0], laptop.today()
    assert issue_by_command(county, reworded(), today)[0] == 0
    synced(laptop)
    signed_one, waiting = (consent.draft_sheet(laptop, new_sheet(resident)).value for _ in range(2))
    old = printed(laptop, signed_one)
    status, line = said(county, "withdraw", "--form", "consent-self", "--version", "2026.2", "--reason", "第七条写错了")
    assert (status, json.loads(line)["in_force"]["version"]) == (0, "2026.1")
    synced(laptop)
    with pytest.raises(UserFacingError, match=r"form\.wording-withdrawn") as caught:
        paper.consent_paper_for(laptop, waiting)
    assert caught.value.values == {"version": "2026.2", "reason": "第七条写错了"}
    newer = sheet_wordings.newer_wording(laptop, waiting)
    assert newer is not None
    assert newer.withdrawn == "第七条写错了"
    taken = sheet_wordings.take_newer_wording(laptop, waiting).value
    assert paper.consent_paper_for(laptop, taken).version == "2026.1"
    assert paper.consent_paper_for(laptop, signed_one).pdf == old.pdf
    synced(laptop)
    assert NEW_SENTENCE in said(county, "show", "--sheet", signed_one)[1]
