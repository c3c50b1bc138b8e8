"""The letters owed after a loss: for each person what was there, in sentences, on paper that another program reads."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import lost
from tests.casework import recorded_household
from tests.county_issued import issue_everything
from tests.vaults import made_vault


def text_of(pdf: bytes) -> str:
    """What pdftotext reads."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


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
        made = lost.letters(application, [head.resident], application.today(), "被盗").value
        words = text_of(made)
        for part in ("建国：", "被盗", "证件号码", "残疾情况", "骗", "第五十七条", "已请县里停用"):
            assert part in words, part
        assert "林㛃" not in words
