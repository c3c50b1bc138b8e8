"""Withdrawing is as easy as consenting, and the person takes a receipt home."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.documents.withdrawal_form import withdrawal_form
from tests.documents.form_samples import WITHDRAWAL
from tests.documents.pdf_reading import page_texts, whole_text


@pytest.mark.parametrize("large_type", [False, True])
def test_what_is_withdrawn_is_ticked_and_the_rest_can_be(large_type: bool) -> None:
    """Per recipient and class; what was not withdrawn keeps an empty box."""
    text = whole_text(withdrawal_form(replace(WITHDRAWAL, large_type=large_type)))
    assert "□✓B3残疾类别等级、自理能力" in text
    assert "□A1姓名、性别、出生年月" in text
    assert "□撤回全部" in text
    assert "□✓只撤回下面打勾的" in text
    assert "原同意书编号：JK2026-000123" in text


def test_everything_can_be_withdrawn_with_one_tick() -> None:
    """Unlike consent, withdrawal may be of everything at once."""
    text = whole_text(withdrawal_form(replace(WITHDRAWAL, whole=True)))
    assert "□✓撤回全部" in text


def test_requests_manner_and_identity_check_are_on_the_paper() -> None:
    """停止使用, 删除, 返还纸件; 当面 or by telephone; how the person was known."""
    text = whole_text(withdrawal_form(WITHDRAWAL))
    for expected in ("□✓停止使用", "□✓删除", "□返还纸件", "□✓当面", "□电话", "当面核对居民身份证原件"):
        assert expected in text


def test_the_receipt_says_number_time_limit_and_delivery() -> None:
    """回执联: who received what and when, by when the result comes and how, and whom to complain to."""
    last_page = page_texts(withdrawal_form(WITHDRAWAL))[-1]
    for expected in (
        "沿此线撕开",
        "撤回同意回执",
        "受理编号CH2026-000007",
        "2026年11月23日9时05分",
        "15个工作日内（2026年12月14日前）",
        "□✓电话告知",
        "撤回不影响政府救助",
        "0599-5550109",
    ):
        assert expected in last_page


def test_government_aid_is_said_to_be_untouched_before_the_person_chooses() -> None:
    """个人信息保护法 第十六条, in the first lines."""
    first_page = page_texts(withdrawal_form(WITHDRAWAL))[0]
    assert first_page.index("撤回不影响您正在享受或者申请的政府救助") < first_page.index("一、撤回哪些")
