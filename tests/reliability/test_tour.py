"""The tour as its readers run it: a process, a folder, a summary; and what its papers say when others read them."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.tour.cast import Cast, make_cast
from tests.documents.pdf_reading import fonts_not_embedded, poppler_text, run_on, whole_text, without_spaces

SEED = 7
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.tour

VILLAGE, TOWNSHIP = "上㘵村", "莒口镇"
PAPERS: dict[str, tuple[tuple[int, int], ...]] = {
    "走访记录表.pdf": ((0, 0), (0, 1), (0, 2)),
    "走访记录表-家中无人.pdf": ((1, 0),),
    "同意书.pdf": ((0, 0),),
    "转介单-留存联-未放行.pdf": ((0, 0),),
    "转介单-给对方的一联.pdf": ((0, 0),),
    "撤回书和回执.pdf": (),
}
"""Each paper and whom it names: the number of the ledger's household, and of the person in it."""


@dataclass(frozen=True)
class Tour:
    """A tour that was run to its end."""

    out: Path
    left: Path
    """What the process was given as its place for temporary files."""
    done: subprocess.CompletedProcess[str]
    cast: Cast

    @property
    def summary(self) -> dict[str, Any]:
        """What it wrote down."""
        summary: dict[str, Any] = json.loads((self.out / "summary.json").read_text(encoding="utf-8"))
        return summary


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """``zoucun tour --out DIR``, once for all tests."""
    folder = tmp_path_factory.mktemp("tour")
    left = folder / "temporary"
    left.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "desktop", "tour", "--out", str(folder / "out"), "--seed", str(SEED)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(left)},
    )
    assert done.returncode == 0, done.stderr
    return Tour(folder / "out", left, done, make_cast(SEED))


def test_every_part_of_the_job_was_really_done(tour: Tour) -> None:
    """Every number of the summary is above zero, and every receipt was verified."""
    counts = tour.summary["counts"]
    assert all(count > 0 for count in counts.values()), counts
    receipts = tour.summary["receipts"]
    assert receipts["applied"] == receipts["kept"] == counts["receipts_verified"]
    assert len(list((tour.out / "receipts").glob("*.json"))) == receipts["kept"]


def test_what_was_sent_is_what_the_county_stored(tour: Tour) -> None:
    """Entry hashes sent and stored are equal, each once; both vaults and the county hold the same records."""
    summary = tour.summary
    hashes = summary["entry_hashes"]
    assert (hashes["equal"], hashes["twice_at_county"]) == (True, 0)
    assert hashes["sent"] == hashes["stored_at_county"] == summary["county"]["entries"]["from_vaults"]
    assert hashes["sent"] == summary["counts"]["journal_entries"]
    assert summary["records"]["equal"]
    assert set(summary["records"]["in_vaults"].values()) == {summary["records"]["at_county"]}
    assert set(summary["journals"].values()) == set(summary["stores"].values()) == {"whole"}


def test_what_consent_does_not_cover_does_not_go_out(tour: Tour) -> None:
    """The class that was refused could not be chosen; after the withdrawal the county did not release."""
    summary = tour.summary
    assert summary["refusals"]["class_not_agreed"] == "refused"
    assert summary["refusals"]["after_withdrawal"]["ok"] is False
    statuses = summary["vaults"]["陈晓燕"]["statuses"]
    assert statuses["referral: recalled"] == statuses["referral: confirmed"] == 1
    assert summary["counts"]["releases"] == summary["county"]["releases"] == 1


def test_nobody_is_found_in_what_the_program_wrote(tour: Tour) -> None:
    """No name, number or phone in any encoding, no plain SQLite file; afterwards nothing is left behind at all."""
    for search in tour.summary["search_for_people"].values():
        assert search["files"] > 10
        assert search["needles"] > 100
        assert search["hits"] == []
    assert list(tour.left.iterdir()) == []


def test_each_step_has_its_picture_of_the_whole_window(tour: Tour) -> None:
    """Numbered without a gap, at the size of a small laptop's screen; the print dialog is smaller."""
    pictures = sorted(tour.out.glob("*.png"))
    assert [one.name.partition("-")[0] for one in pictures] == [
        f"{number:02}" for number in range(1, len(pictures) + 1)
    ]
    assert len(pictures) > 40
    assert {png_size(one) for one in pictures if "print-dialog" not in one.name} == {(1366, 768)}


@pytest.mark.parametrize("name", PAPERS)
def test_paper_carries_its_fonts_and_reads_back_exactly(tour: Tour, name: str) -> None:
    """Every font embedded; names and villages come back character by character, beyond U+FFFF too."""
    pdf = (tour.out / name).read_bytes()
    people = [tour.cast.ledger[family].people[person].name for family, person in PAPERS[name]]
    people += [] if people else [tour.cast.unlisted.head.name]
    assert fonts_not_embedded(pdf) == []
    read = whole_text(pdf)
    assert [one for one in (*people, VILLAGE, TOWNSHIP) if one not in read] == []


@pytest.mark.parametrize("name", PAPERS)
def test_another_program_reads_the_paper_the_same(tour: Tour, name: str) -> None:
    """Poppler: ``pdffonts`` sees every font embedded and with its Unicode map; ``pdftotext`` reads names and places."""
    pdf = (tour.out / name).read_bytes()
    people = [tour.cast.ledger[family].people[person].name for family, person in PAPERS[name]]
    people += [] if people else [tour.cast.unlisted.head.name]
    fonts = run_on(pdf, "pdffonts", "-").decode().splitlines()[2:]
    assert fonts
    assert [line for line in fonts if line.split()[-5:-2] != ["yes", "yes", "yes"]] == []
    read = without_spaces(poppler_text(pdf))
    assert [one for one in (*people, VILLAGE, TOWNSHIP) if one not in read] == []


def test_the_slip_withholds_what_was_not_agreed_to(tour: Tour) -> None:
    """The file copy is marked as not released; the recipient's slip is not, and leaves the refused class out."""
    copy = whole_text((tour.out / "转介单-留存联-未放行.pdf").read_bytes())
    slip = whole_text((tour.out / "转介单-给对方的一联.pdf").read_bytes())
    assert "未放行·不得交付" in copy
    assert "未放行·不得交付" not in slip
    assert "最低生活保障" in copy
    assert "最低生活保障对象" not in slip


def png_size(path: Path) -> tuple[int, int]:
    """Width and height as the file's header says."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height
