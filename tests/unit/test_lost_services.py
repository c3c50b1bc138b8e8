"""The letters owed after a loss: for each person what was there, in sentences, on paper that another program reads."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from desktop.documents.print_mark import PrintMark, parse_print_mark
from desktop.domain.errors import UserFacingError
from desktop.services import lost
from tests.casework import recorded_household
from tests.county_issued import issue_everything
from tests.unit.test_recovery import entries
from tests.vaults import made_vault
from tests.wordings import issue_wording, reworded


def text_of(pdf: bytes) -> str:
    """What pdftotext reads."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def marks_in(pdf: bytes) -> list[PrintMark]:
    """What the codes on its pages say to another program."""
    pages = [page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    marks = [parse_print_mark(code.text) for page in pages for code in zxingcpp.read_barcodes(page)]
    return [one for one in marks if one is not None]


def test_letters_for_those_who_were_on_it(tmp_path: Path) -> None:
    """Only the chosen people, with their categories, the harm, what was done, whom to call; journalled."""
    if shutil.which("pdftotext") is None:
        pytest.skip("NOT TESTED: pdftotext is not installed")
    with made_vault(tmp_path) as application:
        with pytest.raises(UserFacingError, match=r"lost\.nobody"):
            lost.letters(application, ["nobody"], application.today(), "")
        issue_everything(application)
        new = recorded_household(application)
        found = {one.resident: one for one in lost.affected(application)}
        assert set(found) == set(new.residents)
        head = found[new.residents[0]]
        assert head.sensitive
        assert head.address == "12号"
        assert {"name", "document", "phones", "disability"} <= set(head.categories)
        wanted = [head.resident, *(one for one in new.residents if one != head.resident)]
        made = lost.letters(application, wanted[:1], application.today(), "被盗").value
        words = text_of(made)
        for part in ("建国：", "被盗", "证件号码", "残疾情况", "骗", "第五十七条", "已请县里停用"):
            assert part in words, part
        assert "林㛃" not in words
        assert "AQ-01·2026.1版·" in words
        assert "第1页/共1页" in words
        issue_wording(application, reworded("loss-letter"), application.today())
        both = lost.letters(application, wanted, application.today(), "").value
        assert "2026.2版" in text_of(both), "the county's own words"
        body = entries(application, "vault.loss-letters-made")[-1]
        codes = marks_in(both)
        told = zip(body["prints"], body["hashes"], strict=True)
        assert [(one.print_id, one.page, one.pages, one.short_hash) for one in codes] == [
            (print_id, 1, 1, digest[:8]) for print_id, digest in told
        ]
        assert len(body["residents"]) == len(codes) == 2
        assert len(pypdfium2.PdfDocument(both)) == 4, "the back stays white: two people are never on one sheet"
