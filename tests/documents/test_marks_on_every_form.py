"""Every form that can be printed binds its number, wording, hash and page, in words and in its code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from desktop.documents.childrens_rules import childrens_rules
from desktop.documents.consent_form import consent_form
from desktop.documents.data_copy import data_copy
from desktop.documents.identity_confirmation import identity_confirmation
from desktop.documents.loss_letter import LossLetterContent, loss_letter
from desktop.documents.minors_audit import ApprovalRow, LookRow, MinorsAuditContent, minors_audit
from desktop.documents.print_mark import content_hash, parse_print_mark
from desktop.documents.processing_notice import processing_notice
from desktop.documents.referral_slip import referral_slip
from desktop.documents.rights_answer import rights_answer
from desktop.documents.round_sheet import round_sheet
from desktop.documents.visit_record import visit_record
from desktop.documents.withdrawal_form import withdrawal_form
from desktop.documents.wording import bundled_versions, bundled_wordings, load_wording
from tests.documents import form_samples as samples
from tests.documents import test_childrens_rules, test_further_forms, test_processing_notice, test_rights_forms
from tests.documents.pdf_reading import fonts_not_embedded, page_texts, run_on

AUDIT = MinorsAuditContent(
    print_id="01JD9Z6Q60",
    sheet_number="WCN-2026",
    year=2026,
    office=samples.HANDLER.name,
    worker="陈晓燕",
    day=date(2026, 11, 23),
    approvals=(ApprovalRow("WCN-1", "陈晓燕", "𠮷小燕", "办理救助", "2026年11月", "王𨭎", "有效"),),
    looks=(LookRow("11月20日9时05分", "𠮷小燕", "基本情况", "WCN-1"),),
)
LETTER = LossLetterContent(
    print_id="01JD9Z6Q61",
    sheet_number="AQ-261123-01JD9Z",
    name="𠮷小燕",
    is_minor=True,
    categories=("姓名", "证件号码"),
    handler_name=samples.HANDLER.name,
    handler_phone=samples.HANDLER.phone,
    lost_on=date(2026, 11, 20),
    cause="",
    day=date(2026, 11, 23),
)
FORMS: dict[str, tuple[Callable[[Any], bytes], Any]] = {
    "consent-self": (consent_form, samples.CONSENT),
    "consent-guardian": (consent_form, samples.CHILD),
    "consent-compatriot": (consent_form, samples.COMPATRIOT),
    "consent-compatriot-hant": (consent_form, replace(samples.COMPATRIOT, traditional=True)),
    "withdrawal": (withdrawal_form, samples.WITHDRAWAL),
    "referral-out": (referral_slip, replace(samples.REFERRAL, release=samples.RELEASE)),
    "visit-record": (visit_record, samples.VISIT),
    "round-sheet": (round_sheet, samples.ROUND),
    "identity-confirmation": (identity_confirmation, samples.IDENTITY),
    "processing-notice": (processing_notice, test_processing_notice.CONTENT),
    "childrens-rules": (childrens_rules, test_childrens_rules.CONTENT),
    "rights-answer": (rights_answer, test_rights_forms.ANSWER),
    "data-copy": (data_copy, test_rights_forms.COPY),
    "minors-audit": (minors_audit, AUDIT),
    "loss-letter": (loss_letter, LETTER),
    **{form: (make, content) for make, content, form in test_further_forms.FORMS.values()},
}
READ_ALOUD = {"visit-notice"}
OF_ITS_OWN = {"device-card"}
"""Its code is another one: ``test_device_card``."""


@cache
def made(form: str) -> bytes:
    make, content = FORMS[form]
    return make(content)


def test_no_form_is_left_out() -> None:
    """Each bundled wording is printed below, or is a script that is only read aloud, or has a test of its own."""
    forms = {form for form, _ in bundled_wordings() if not form.endswith("-script")}
    assert forms - READ_ALOUD - OF_ITS_OWN == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_each_page_says_which_form_in_which_words_it_is(form: str) -> None:
    """Form number, version, the first eight digits of the hash over content and wording, the sheet's number, page."""
    words = load_wording(form, bundled_versions(form)[0])
    content = FORMS[form][1]
    digest = content_hash(content, words.sha256)[:8]
    pages = page_texts(made(form))
    page_word = "頁" if words.language == "zh-Hant" else "页"
    for number, text in enumerate(pages, start=1):
        assert f"{words.number}·{words.version}版·{digest}" in text
        assert f"第{number}{page_word}/共{len(pages)}{page_word}" in text
        assert "样张" not in text


@pytest.mark.parametrize("form", FORMS)
def test_each_page_carries_its_mark_as_a_code(form: str) -> None:
    """Read from the drawn page by another program: this printing, this page, this hash, and nobody's name."""
    content = FORMS[form][1]
    document = pypdfium2.PdfDocument(made(form))
    for number, page in enumerate(document, start=1):
        (code,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
        mark = parse_print_mark(code.text)
        assert mark is not None
        assert (mark.print_id, mark.page, mark.pages) == (content.print_id.lower(), number, len(document))
        assert f"·{mark.short_hash}" in page_texts(made(form))[number - 1]


@pytest.mark.parametrize("form", FORMS)
def test_each_file_is_sound_and_has_its_fonts(form: str, tmp_path: Path) -> None:
    """``qpdf --check`` finds nothing, every font is embedded, and no form is larger than a consent form may be."""
    path = tmp_path / "form.pdf"
    path.write_bytes(made(form))
    assert b"No syntax or stream encoding errors" in run_on(b"", "qpdf", "--check", str(path))
    assert fonts_not_embedded(made(form)) == []
    assert len(made(form)) <= 60_000
