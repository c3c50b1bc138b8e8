"""The visit record says what was found, by whom, and leaves room to sign."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from desktop.documents.visit_record import visit_record
from tests.documents.form_samples import VILLAGE, VISIT
from tests.documents.pdf_reading import page_texts, poppler_text, type_size, whole_text


def test_every_group_of_the_visit_is_on_the_paper() -> None:
    """Visit, household, members, economy, housing, aid, needs, assessment, signing."""
    text = whole_text(visit_record(VISIT))
    for expected in (
        "2026年11月20日9时05分",
        VILLAGE,
        "已告知处理规则是",
        "最低生活保障对象",
        "吉㛃䶮",
        "7,440.00",
        "房屋安全B级",
        "每月620元",
        "轮椅损坏",
        "想换一辆轮椅",
        "T2政府救助后生活仍有困难",
        "复查日期2027年5月20日",
        "被访人签名或者按指印",
        "走访人签名②王𨭎",
        "拒签原因",
        "见证人姓名、身份、电话、签名",
    ):
        assert expected in text


def test_in_large_type_it_says_the_same_and_no_number_is_divided() -> None:
    """三号 for old eyes: every word of the ordinary page; days of birth and telephone numbers stay in one line."""
    member = replace(VISIT.members[0], phone="13905991234 0599-5812345", work="在家务农")
    small = replace(VISIT, members=(member, *VISIT.members[1:]))
    large = replace(small, large_type=True)
    assert [type_size(visit_record(one)) for one in (small, large)] == [12, 16]
    assert Counter(_said(visit_record(small))) == Counter(_said(visit_record(large)))
    assert {"1951-03-05", "13905991234", "0599-5812345"} <= set(poppler_text(visit_record(large)).split())


def _said(pdf: bytes) -> str:
    """Every character between header and footer, in whatever order."""
    pages = (
        re.sub(r"ZF-01·2026\.1版·[0-9a-f]{8}编号ZF2026-000210|存档件。[^第]*第.页/共.页", "", one)
        for one in page_texts(pdf)
    )
    return "".join(pages)


def test_what_was_found_is_not_given_to_charities_without_consent() -> None:
    """The record is made under a statutory duty; handing it on needs consent, and the paper says so."""
    assert "未经本人在同意书上单独同意，本表内容不提供给慈善组织" in whole_text(visit_record(VISIT))


def test_a_visit_by_one_worker_gives_its_reason() -> None:
    """Two workers visit; one alone says why, and the record is no ground for a decision."""
    with pytest.raises(ValueError, match="reason"):
        visit_record(replace(VISIT, workers=("陈晓燕",)))
    alone = visit_record(replace(VISIT, workers=("陈晓燕",), single_worker_reason="同事生病"))
    assert "不得作为审核依据" in whole_text(alone)
    assert "同事生病" in whole_text(alone)


def test_a_group_without_entries_says_so() -> None:
    """An empty table would leave room to write something in afterwards."""
    empty = replace(VISIT, members=(), economy=(), housing=(), aid=(), needs=())
    assert whole_text(visit_record(empty)).count("无") >= 5
