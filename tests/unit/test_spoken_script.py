"""What the system's voice is handed of a script: the wording, and nothing of anybody."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from desktop.documents.wording import load_wording
from desktop.services.reading_script import spoken_words

NAMES = {"resident_name": "吉建国", "guardian_name": "吴㛃华", "contact_person": "林晓梅", "nickname": "阿国"}


@pytest.mark.parametrize("form", ["consent-self", "consent-guardian", "consent-compatriot"])
def test_no_name_and_no_direction_to_the_reader_is_spoken(form: str) -> None:
    """Every sentence of every script, and it stays a sentence."""
    office = {"handler_name": "莒口镇民政办", "handler_phone": "0599-5550101"}
    said = [
        spoken_words(one, defaultdict(lambda: "一", NAMES | office), is_for_guardian=form == "consent-guardian")
        for section in load_wording(f"{form}-script", "2026.1").sections
        for one in section.paragraphs
    ]
    whole = "\n".join(said)
    assert not any(name in whole for name in NAMES.values())
    assert not re.search(r"[{}（）*]", whole)
    assert "我们是莒口镇民政办的，今天经办的是您面前的工作人员，电话0599-5550101。" in whole


def test_a_name_that_a_newer_wording_asks_for_is_not_spoken_either() -> None:
    """A county's own wording may have other places for names: only what the office issued is filled in."""
    assert spoken_words("{nickname}，您好。", NAMES) == "纸上写的，您好。"
    assert spoken_words("（逐项念。）", NAMES) == ""
