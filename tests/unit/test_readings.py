"""Names are found by every plausible way of spelling them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop.storage.readings import MAX_VARIANTS, load_readings, readings


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("单小明", "shanxiaoming", "sxm"),
        ("单小明", "danxiaoming", "dxm"),
        ("曾乐平", "zenglepin", None),
        ("解放", "xiefang", "xf"),
        ("仇阿妹", "qiuamei", "qam"),
        ("区大勇", "oudayong", "ody"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("欧阳娜", "ouyangna", "oyn"),
        ("吕平", "lvping", "lp"),
        ("吕平", "lyuping", "lp"),
        ("陈𠮷水", "chenjishui", "cjs"),
        ("陈㛃", "chenjie", "cj"),
        ("黄䶮", "huangyan", "hy"),
        ("上㘵村", "shangbucun", "sbc"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Chen Mei-Ling", "chenmeiling", "cml"),
        ("陈\U000323b0A", "chen\U000323b0a", "c\U000323b0a"),
    ],
)
def test_a_name_is_found_by_its_spellings(name: str, full: str, initials: str | None) -> None:
    """Polyphonic surnames, rare characters, ü, other scripts; what has no reading stands for itself."""
    found = readings(name)
    assert any(spelling.startswith(full) for spelling in found.full)
    assert initials is None or initials in found.initials


def test_the_likeliest_spelling_comes_first() -> None:
    """A surname is read as a surname."""
    assert readings("单小明").full[0] == "shanxiaoming"
    assert readings("曾平").full[0] == "zengping"


def test_the_number_of_spellings_is_bounded() -> None:
    """Many doubtful characters must not flood the index."""
    for name in ("单行乐长重", "乐" * 60):
        found = readings(name)
        assert 1 < len(found.full) <= MAX_VARIANTS
        assert 1 < len(found.initials) <= MAX_VARIANTS


def test_a_name_of_signs_alone_has_no_spelling() -> None:
    """Nothing to find it by, and nothing breaks."""
    assert readings("· ").full == readings("").full == ()


def test_the_tables_of_readings_are_loaded_at_first_use_only() -> None:
    """Importing the module must not make the login window wait for pypinyin."""
    code = (
        "import sys, desktop.storage.readings as module; before = 'pypinyin' in sys.modules;"
        "module.readings('陈'); print(before, 'pypinyin' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "True"]


def test_the_table_of_phrases_is_not_loaded() -> None:
    """Nothing here asks for more than one character, and loading it stops every thread for half a second."""
    load_readings()
    from pypinyin.constants import PHRASES_DICT

    assert not PHRASES_DICT
