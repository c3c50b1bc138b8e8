"""A slip in a recipient's hand is a release: without one there is only a file copy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.documents.referral_slip import DisclosedField, referral_slip
from desktop.domain.consent import DataClass
from desktop.domain.referrals import Trigger
from tests.documents.form_samples import REFERRAL, RELEASE, VILLAGE
from tests.documents.pdf_reading import page_texts, whole_text

SLIP = replace(REFERRAL, release=RELEASE)


def test_every_page_of_the_file_copy_says_that_it_must_not_be_handed_over() -> None:
    """未放行·不得交付 across each page and in its head, and no reply to tear off."""
    pages = page_texts(referral_slip(REFERRAL))
    for page in pages:
        assert page.count("未放行·不得交付") >= 2
    assert "回执" not in "".join(pages)
    assert "存根联" in pages[0]


def test_the_recipients_slip_names_its_release() -> None:
    """Number, day, consent version, classes and expiry of the county's release; no watermark."""
    text = whole_text(referral_slip(SLIP))
    for expected in ("FX2026-000009", "2026年11月24日", "同意书版本2026.1", "A1、A2、A3、A5、B3、B5", "2027年11月23日"):
        assert expected in text
    assert "未放行" not in text
    assert "接收方联" in text


def test_the_recipients_slip_has_a_reply_to_tear_off() -> None:
    """转介回执: accepted, declined with a reason, or elsewhere with a new consent; interests declared."""
    last_page = page_texts(referral_slip(SLIP))[-1]
    reply = last_page[last_page.index("沿此线撕开") :]
    for expected in (
        "转介回执",
        "转介单号ZJ2026-000031",
        "□受理□退回□转其他单位（须重新征求本人同意）",
        "□不在业务范围□资金用尽□地域不符□材料不足□本人婉拒",
        "利害关系人申报□无□有",
        "接收单位（盖章）",
    ):
        assert expected in reply


def test_the_reply_carries_nothing_of_the_person() -> None:
    """What is torn off and travels back names the referral by its number only."""
    last_page = page_texts(referral_slip(SLIP))[-1]
    reply = last_page[last_page.index("沿此线撕开") :]
    for secret in ("𠮷建国", "吉㛃䶮", VILLAGE, "轮椅已坏"):
        assert secret not in reply


def test_what_is_told_is_grouped_by_class() -> None:
    """Each thing told stands under the class the person agreed to."""
    text = whole_text(referral_slip(SLIP))
    assert "A1姓名、性别、出生年月" in text
    assert text.index("𠮷建国") < text.index("住址" + VILLAGE) < text.index("残疾类别等级肢体二级")


def test_nothing_beyond_the_released_classes_is_printed_for_a_recipient() -> None:
    """A second lock behind may_disclose: a field of another class stops the print."""
    bank = DisclosedField(DataClass.B4, "收款账户", "6222 0000 0000 0000")
    with pytest.raises(ValueError, match="B4"):
        referral_slip(replace(SLIP, disclosed=(*SLIP.disclosed, bank)))


def test_aid_status_is_told_only_where_its_class_was_released() -> None:
    """The category and the aid received tell 救助身份 (B5), under whatever label they stand."""
    without_aid_class = replace(RELEASE, classes=(DataClass.A1, DataClass.A3, DataClass.A5, DataClass.B3))
    with pytest.raises(ValueError, match="B5"):
        referral_slip(replace(SLIP, release=without_aid_class))
    silent = replace(SLIP, release=without_aid_class, category="", aid_received=(), remaining_gap="")
    assert "低保" not in whole_text(referral_slip(silent))


def test_a_t2_referral_says_what_aid_was_received_and_what_is_lacking() -> None:
    """Policy (二): after aid, life is still hard; which aid, and which gap."""
    text = whole_text(referral_slip(REFERRAL))
    assert "农村低保金每月620元2019年4月起；残疾人两项补贴" in text
    assert "仍有的缺口轮椅及康复费用约6800元不足以支付" in text
    with pytest.raises(ValueError, match="T2"):
        referral_slip(replace(REFERRAL, remaining_gap=""))
    assert "T1" in whole_text(referral_slip(replace(REFERRAL, trigger=Trigger.T1, aid_received=(), remaining_gap="")))
