"""The forms beside consent and the slip outward, read back from the paper by another program (``reference.md`` §5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.documents.need_registration import need_registration
from desktop.documents.print_mark import content_hash
from desktop.documents.publicity_consent import publicity_consent
from desktop.documents.referral_answers import help_feedback, inward_receipt, referral_receipt
from desktop.documents.referral_inward import inward_slip
from desktop.documents.wish_card import wish_card
from desktop.documents.wording import load_wording
from desktop.domain.errors import UserFacingError
from desktop.domain.publicity import CHANNEL_NAMES, MATERIAL_NAMES
from tests.documents import further_samples as samples
from tests.documents.pdf_reading import fonts_not_embedded, page_texts, poppler_text, run_on, whole_text, without_spaces

FORMS: dict[str, tuple[Callable[[Any], bytes], Any, str]] = {
    "need registration": (need_registration, samples.NEEDS, "need-registration"),
    "wish card": (wish_card, samples.WISH, "wish-card"),
    "child's wish card": (wish_card, samples.CHILDS_WISH, "wish-card"),
    "inward slip, blank": (inward_slip, samples.INWARD_BLANK, "referral-in"),
    "inward slip, heard": (inward_slip, samples.INWARD_HEARD, "referral-in"),
    "receipt": (referral_receipt, samples.ANSWER, "referral-receipt"),
    "feedback": (help_feedback, samples.ANSWER, "help-feedback"),
    "inward receipt": (inward_receipt, samples.INWARD_RECEIPT, "inward-receipt"),
    "publicity": (publicity_consent, samples.PUBLICITY, "publicity-consent"),
    "child's publicity": (publicity_consent, samples.CHILDS_PUBLICITY, "publicity-consent"),
}
SIZES = {"ordinary": False, "large": True}

REQUIRED = {
    "need registration": "申请人 需求 内容 期限 紧急度 处理方式 登记人签名 状态",
    "wish card": "卡号 公开称呼 人群 年龄段 心愿类型 心愿内容 预算上限 期限 送达方式 核实走访编号 公开同意",
    "inward slip, blank": "编号 告知单位 统一社会信用代码 联系人 电话 发现时间 发现方式 称呼 联系方式 住址（到村） "
    "是否同意告知民政 疑似符合的救助 困难情况 紧急度 是否协助申请 接收单位 接收时刻 接收人 核实期限",
    "receipt": "转介单号 收件时刻 处理 利害关系人申报 经办人签名 接收单位（盖章）",
    "feedback": "转介单号 帮扶类型 日期或者周期 受助人签收 是否仍有困难 信息处置 回访日期 方式 核实结果 满意度 问题",
    "inward receipt": "转入单编号 状态",
    "publicity": "用哪些素材 在哪里宣传 发布单位 署名方式 有效期限 定稿经本人审阅 撤回和撤回的限度 "
    "我知道宣传没有报酬，和救助、帮扶没有关系 签署 经办人签名① 经办人签名② 审批",
}
"""The fields that ``reference.md`` §5 marks ★."""

OPTIONAL = {
    "need registration": "户号 数量 估价 已求助的渠道 可对接项目 同意书编号 转介 链接资源 自行申请",
    "wish card": "认领人 认领时间 完成日期 签收 同意送达时拍照 服务站代送 本人须另行同意",
    "inward slip, blank": "同意材料 已给予的慈善帮扶 协助人 紧急，未及征求 不同意，仅匿名线索",
    "receipt": "受理 退回 转其他单位 须重新征求本人同意 不在业务范围 资金用尽 地域不符 材料不足 本人婉拒 "
    "项目名称 计划方式",
    "feedback": "资金 实物 照护服务 生活服务 关爱服务 志愿服务 一对一 微心愿 金额或者折价 数量、时长 专项基金 冠名基金 "
    "代领人及关系 效果 后续计划 继续使用至 已删除 已返还",
    "inward receipt": "已收到 核实中 已纳入办理 不属本级，已转 不符合条件，已告知本人",
    "publicity": "满八周岁的要征求本人意见 乡镇（街道） 县级民政部门 市级民政部门 省级民政部门 没有报酬 "
    "追不回来 见证人签名",
}


@pytest.fixture(scope="module", params=[(form, size) for form in FORMS for size in SIZES], name="printed", ids=str)
def each_form(request: pytest.FixtureRequest) -> tuple[str, Any, str, bytes]:
    form, size = request.param
    make, content, wording = FORMS[form]
    shown = replace(content, large_type=SIZES[size])
    return form, shown, wording, make(shown)


def in_order(pdf: bytes) -> str:
    """The text by pdftotext in the order in which it was set: a label in two lines stays one."""
    return without_spaces(run_on(pdf, "pdftotext", "-raw", "-enc", "UTF-8", "-", "-").decode())


@pytest.mark.parametrize("form", REQUIRED)
def test_every_required_field_is_there_and_marked(form: str) -> None:
    """★ before each field that must be filled in, read by pdftotext."""
    make, content, _ = FORMS[form]
    text = in_order(make(content))
    for field in REQUIRED[form].split():
        assert re.search(rf"★{re.escape(field)}", text), field


@pytest.mark.parametrize("form", OPTIONAL)
def test_every_other_field_is_there(form: str) -> None:
    make, content, _ = FORMS[form]
    text = in_order(make(content))
    for field in OPTIONAL[form].split():
        assert field in text, field


def test_each_page_binds_form_version_hash_and_number(printed: tuple[str, Any, str, bytes]) -> None:
    """The short hash is that of this very content in this very wording."""
    _, content, form, pdf = printed
    words = load_wording(form, "2026.1")
    digest = content_hash(content, words.sha256)[:8]
    pages = page_texts(pdf)
    for number, text in enumerate(pages, start=1):
        assert f"{words.number}·2026.1版·{digest}" in text
        assert f"第{number}页/共{len(pages)}页" in text


def test_fonts_are_embedded_and_the_file_is_sound(printed: tuple[str, Any, str, bytes], tmp_path: Path) -> None:
    """By pdffonts and qpdf."""
    pdf = printed[3]
    assert fonts_not_embedded(pdf) == []
    for line in run_on(pdf, "pdffonts", "-").decode().splitlines()[2:]:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    assert b"No syntax or stream encoding errors" in run_on(b"", "qpdf", "--check", str(path))


def test_nothing_is_marked_a_sample_once_it_has_a_number(printed: tuple[str, Any, str, bytes]) -> None:
    assert "样张" not in whole_text(printed[3])


@pytest.mark.parametrize("form", FORMS)
def test_a_form_without_a_number_is_a_sample(form: str) -> None:
    make, content, _ = FORMS[form]
    number = "referral_number" if hasattr(content, "referral_number") else "sheet_number"
    assert "样张" in whole_text(make(replace(content, **{number: ""})))


def test_names_beyond_the_bmp_are_read_back() -> None:
    """𠮷 of the person, 𨭎 of a worker."""
    assert "𠮷建国" in poppler_text(need_registration(samples.NEEDS))
    assert "王𨭎" in poppler_text(inward_slip(samples.INWARD_HEARD))
    text = poppler_text(publicity_consent(samples.CHILDS_PUBLICITY))
    assert "𠮷小燕" in text
    assert "吉㛃䶮" in text


@pytest.mark.parametrize("form", FORMS)
def test_a_character_that_no_font_has_is_reported(form: str) -> None:
    make, content, _ = FORMS[form]
    text = next(
        one
        for one in ("applicant", "public_name", "received_by", "recipient", "informant", "publisher")
        if isinstance(getattr(content, one, None), str)
    )
    with pytest.raises(UserFacingError, match=r"print\.missing-characters"):
        make(replace(content, **{text: "张\U0002ebf0"}))


def test_a_registration_strikes_what_is_not_used_and_ticks_what_is_known() -> None:
    text = without_spaces(poppler_text(need_registration(samples.NEEDS)))
    assert "N2医疗、康复、辅具" in text
    assert "需求二" in text
    assert "轮椅坏了，想换一辆" in text
    two = (*samples.NEEDS.needs, samples.NEEDS.needs[0])
    assert "需求三" not in whole_text(need_registration(replace(samples.NEEDS, needs=two)))
    with pytest.raises(ValueError, match="at least one need"):
        need_registration(replace(samples.NEEDS, needs=()))


def test_a_childs_wish_has_no_photograph_to_agree_to() -> None:
    """C45: never school, name and photograph together."""
    assert "儿童的心愿不拍照" in whole_text(wish_card(samples.CHILDS_WISH))
    assert "同意送达时拍照" not in whole_text(wish_card(samples.CHILDS_WISH))
    with pytest.raises(ValueError, match="agreed"):
        wish_card(replace(samples.WISH, public_agreed=False))


def test_an_inward_receipt_has_no_room_for_an_amount() -> None:
    """The state alone; what somebody is given is their own to tell."""
    text = whole_text(inward_receipt(samples.INWARD_RECEIPT))
    assert "金额（元）" not in text
    assert "只写状态" in text


def test_publicity_asks_for_each_thing_by_itself() -> None:
    """As many pairs of boxes as things are asked; the rest is struck, and nothing stands for all."""
    text = whole_text(publicity_consent(samples.PUBLICITY))
    for name in (*MATERIAL_NAMES.values(), *CHANNEL_NAMES.values()):
        assert name in text
    asked = len(samples.PUBLICITY.materials) + len(samples.PUBLICITY.channels)
    assert text.count("□同意□不同意") == asked
    assert text.count("不征求，划去") == len(MATERIAL_NAMES) + len(CHANNEL_NAMES) - asked
    assert "全部同意" not in text
    assert "2027年11月23日到期" in text


def test_a_minors_publicity_has_room_for_guardian_and_child() -> None:
    text = whole_text(publicity_consent(samples.CHILDS_PUBLICITY))
    for said in ("监护人签名或者按指印", "本人签名或者按指印", "莒政监〔2026〕3号", "满八周岁的必填"):
        assert said in text
    assert "没有监护人，本栏划去" in whole_text(publicity_consent(samples.PUBLICITY))
