"""The notice of processing, read back by two programs: every item of PIPL article 17, and nobody's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop.documents.processing_notice import ProcessingNoticeContent, processing_notice
from tests.documents.form_samples import HANDLER, RESIDENT
from tests.documents.pdf_reading import fonts_not_embedded, page_texts, poppler_text, whole_text, without_spaces

CONTENT = ProcessingNoticeContent(
    print_id="01JD9Z6Q5Z",
    sheet_number="GZ-261123-01JD9Z",
    handler=HANDLER,
    workers=("陈晓燕", "何金水"),
    day=date(2026, 11, 23),
    visit_years=5,
    aid_years=3,
)
ITEMS = {
    "who handles it, and how to reach them": (HANDLER.name, HANDLER.address, HANDLER.phone, HANDLER.contact_person),
    "purpose": ("调查、审核和复核社会救助", "慈善帮扶", "存档备查"),
    "manner": ("两名工作人员上门", "走访记录表", "加密", "报县民政部门"),
    "classes, the sensitive apart": ("一般信息", "敏感信息", "证件号码", "病情、残疾", "不满十四周岁"),
    "why the sensitive are needed, and what it means for the person (art. 30)": ("为什么要收", "对您的影响"),
    "how long": ("至少保存5年", "至少保存3年", "到期销毁"),
    "who else gets it": ("一家一家、一项一项同意", "不会告诉任何慈善组织"),
    "rights and how to use them": ("副本", "更正", "删除", "15个工作日", "近亲属"),
    "duty, not consent": ("不用签字", "不用您另外同意", "第十三条第一款第三项", "不影响政府救助"),
    "complaints": (HANDLER.complaint_phone, "网信部门", "人民法院"),
    "by whom and when": ("陈晓燕、何金水", "2026年11月23日"),
    "number, version, page": ("GZ-261123-01JD9Z", "GZ-01·2026.1版", "第1页/共"),
}


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("large", [False, True])
def test_it_says_what_the_law_wants_told(item: str, large: bool) -> None:
    pdf = processing_notice(replace(CONTENT, large_type=large))
    for text in (whole_text(pdf), without_spaces(poppler_text(pdf))):
        for words in ITEMS[item]:
            assert without_spaces(words) in text, words
        assert "{" not in text


@pytest.mark.parametrize("large", [False, True])
def test_it_is_finished_paper_that_names_nobody(large: bool) -> None:
    """One page, in large type two; every font embedded; the years are those handed in."""
    pdf = processing_notice(replace(CONTENT, large_type=large, visit_years=7))
    assert len(page_texts(pdf)) == (2 if large else 1)
    assert fonts_not_embedded(pdf) == []
    text = whole_text(pdf)
    assert "至少保存7年" in text
    assert RESIDENT.name not in text
    assert "被访家庭留存，不用交回" in page_texts(pdf)[0]
