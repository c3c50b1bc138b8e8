"""The children's rule sheet: what it says, read back from the PDF; a page, in large type two; nobody's name on it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from desktop.documents.childrens_rules import ChildrensRulesContent, childrens_rules
from desktop.documents.form_content import Handler
from tests.documents.pdf_reading import fonts_not_embedded, page_texts, poppler_text, whole_text

HANDLER = Handler(
    "建阳区莒口镇人民政府", "莒口镇上㘵村1号", "0599-5550101", "𠮷师傅", "建阳区民政局", "0599-5550102", "0599-5550103"
)
CONTENT = ChildrensRulesContent("0f3a-rules", "TY-350703104-261126-AB12", HANDLER)


@pytest.mark.parametrize("large", [False, True])
def test_it_says_what_why_how_kept_whose_rights_and_whom_to_ask(large: bool) -> None:
    """PIPL 31: rules of their own; read with two programs."""
    pdf = childrens_rules(replace(CONTENT, large_type=large))
    for text in (whole_text(pdf), poppler_text(pdf).replace("\n", "").replace(" ", "")):
        for words in (
            "收哪些",
            "为什么收",
            "怎样保管",
            "须经负责人批准",
            "不公示，不宣传",
            "事实无人抚养儿童的情况一律不公示",
            "监护人可以做什么",
            "孩子自己可以做什么",
            "不影响家里的政府救助",
            "15个工作日",
            "0599-5550101",
            "0599-5550103",
            "上㘵村",
            "TY-350703104-261126-AB12",
        ):
            assert words in text, words
        assert "{" not in text
    pages = page_texts(pdf)
    assert len(pages) == (2 if large else 1)
    assert f"第1页/共{len(pages)}页" in pages[0]
    assert "监护人留存，不用交回" in pages[0]
    assert fonts_not_embedded(pdf) == []
    assert len(PdfReader(BytesIO(pdf)).pages) == len(pages)


def test_the_same_content_gives_the_same_bytes() -> None:
    """The hash that the printing keeps stands for these pages."""
    assert childrens_rules(CONTENT) == childrens_rules(CONTENT)
