"""The consent form says all that the law asks for, and nothing that would make it void."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from desktop.documents.consent_content import ConsentFormContent, ReadingMode, SignerKind, placeholder_values
from desktop.documents.consent_form import consent_form
from desktop.documents.form_content import CLASSES
from desktop.documents.typesetting import marked_up
from desktop.documents.wording import load_wording
from tests.documents.form_samples import CHARITY, CHILD, COMPATRIOT, CONSENT, HANDLER, RED_CROSS
from tests.documents.pdf_reading import page_texts, whole_text, without_spaces
from tests.documents.spoiled_pictures import printed_page

ITEMS = {
    "1 handler, address, phone, contact": (
        HANDLER.name,
        HANDLER.address,
        HANDLER.phone,
        HANDLER.contact_person,
        "个人信息保护联系",
        HANDLER.county_phone,
    ),
    "2 recipient, each on its own": tuple(
        part
        for row in (CHARITY, RED_CROSS)
        for part in (row.name, row.credit_code, row.contact, row.phone, row.address)
    ),
    "2 blank rows struck": ("③以下空行划去",),
    "3 purpose, method, security": tuple(
        part for row in (CHARITY, RED_CROSS) for part in (row.purpose, row.method, row.security, row.agreement_number)
    ),
    "4 classes, ordinary and sensitive apart": ("A一般信息", "B敏感信息", "A1姓名、性别、出生年月", "B2疾病与治疗"),
    "5 necessity and effect": ("为什么必须用", "对您的影响", "仅用于直接发放慈善款", "可能产生的后果"),
    "6 retention and what comes after": ("转介办结后5年", "帮扶结束后3年", "销毁", "匿名化"),
    "7 rights, how, where, how long": ("查阅、复制、更正、补充、要求删除", "到窗口、打电话", "15个工作日内答复"),
    "8 voluntary, aid untouched": ("不同意，或者以后撤回，都不影响您正在享受或者申请的政府救助", "由我自愿决定"),
    "9 ways to withdraw": ("随时可以撤回全部或者一部分同意", "通知接收方停止使用并删除", "撤回不影响政府救助"),
    "10 complaints": ("投诉举报", HANDLER.complaint_phone, "网信"),
    "11 no publicity, automation, transfer abroad": ("不对外公开", "不用于自动化决策", "不向境外提供"),
    "12 reading mode and by whom": ("工作人员逐条讲解，我听懂了", "闽北方言", "讲解人：陈晓燕、王𨭎"),
    "13 signature, fingerprint, date, witness, two workers": (
        "本人签名或者按指印",
        "手指",
        "日期",
        "见证人签名",
        "经办人签名①陈晓燕",
        "经办人签名②王𨭎",
        "近亲属或者利害关系申报",
    ),
    "14 copy given": ("我已收到本同意书一份", "一式两份"),
    "15 form number, version, page": ("TY-01·2026.1版", "第1页/共"),
}


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("large_type", [False, True])
def test_each_required_item_is_on_the_paper(item: str, large_type: bool) -> None:
    """The fifteen items of the checklist (个人信息保护法 第十四、十七、二十三、二十九、三十条), in both layouts."""
    text = whole_text(consent_form(replace(CONSENT, large_type=large_type)))
    for expected in ITEMS[item]:
        assert without_spaces(expected) in text


def test_each_asked_class_has_its_own_two_boxes_for_each_recipient() -> None:
    """One box per class asked and recipient (单独同意); telephone and visit are asked in the same way."""
    text = whole_text(consent_form(CONSENT))
    asked = sum(len(row.asks) + 2 for row in CONSENT.recipients)
    assert text.count("□同意□不同意") == asked


def test_there_is_nothing_that_agrees_to_everything() -> None:
    """A single 同意以上全部 box would make the consent void (个人信息保护法 第二十三条)."""
    text = whole_text(consent_form(CONSENT))
    for word in ("全部同意", "同意全部", "同意以上", "以上全部", "一并同意"):
        assert word not in text


def test_each_recipient_has_one_place_to_sign() -> None:
    """The person signs for each recipient apart, and once more that the notice was understood."""
    text = whole_text(consent_form(CONSENT))
    assert text.count("的以上各项，由本人签名或者按指印") == len(CONSENT.recipients)
    assert "只表示您已经听清、看懂本告知书" in text


def test_a_class_that_is_not_asked_has_no_box() -> None:
    """What is not needed is struck and cannot be ticked by mistake."""
    only_names = replace(CHARITY, asks=CHARITY.asks[:1])
    text = whole_text(consent_form(replace(CONSENT, recipients=(only_names,))))
    for code in CLASSES[1:]:
        name = without_spaces(load_wording("consent-self", "2026.1").terms[f"class.{code}"])
        assert f"{code}{name}□" not in text
    assert "这次不征求、不提供：A2联系电话" in text
    assert "这次不征求任何敏感信息" in text


def test_an_onward_recipient_is_asked_about_only_by_name() -> None:
    """另行转介 needs a named organisation; without one the row is struck."""
    named = replace(CHARITY, onward="建阳区慈善会")
    assert "由本县另行转介至：建阳区慈善会□同意□不同意" in whole_text(
        consent_form(replace(CONSENT, recipients=(named,)))
    )
    assert "另行转介至：□" not in whole_text(consent_form(CONSENT))


def test_reading_mode_and_dialect_are_ticked_as_recorded() -> None:
    """What the worker recorded is ticked, what the person declares is left to the person."""
    aloud = whole_text(consent_form(CONSENT))
    assert "□✓工作人员逐条讲解" in aloud
    assert "□✓其他（闽北方言）" in aloud
    assert "□本人阅读" in aloud
    assert "□以上各项由我自愿决定" in aloud
    minnan = whole_text(consent_form(replace(CONSENT, dialect="闽南话")))
    assert "□✓闽南话" in minnan
    assert "□✓本人阅读" in whole_text(consent_form(replace(CONSENT, reading_mode=ReadingMode.SELF)))
    assert "✓" not in whole_text(consent_form(replace(CONSENT, reading_mode=None, near_relative=None)))


def test_a_witness_is_asked_for_only_where_one_is_needed() -> None:
    """Who signs himself needs no witness: the place is struck, so that none is added later."""
    assert "见证人签名" in whole_text(consent_form(CONSENT))
    signed = whole_text(consent_form(replace(CONSENT, signer=SignerKind.SIGNATURE)))
    assert "见证人签名" not in signed
    assert "不需要见证人，本栏划去" in signed


def test_a_sheet_without_a_number_is_a_sample() -> None:
    """样张 stands on each page until there is a number, and whenever it is asked for."""
    for content in (replace(CONSENT, sheet_number=""), replace(CONSENT, sample=True)):
        assert all("样张" in page for page in page_texts(consent_form(content)))
    assert not any("样张" in page for page in page_texts(consent_form(CONSENT)))


def test_the_watermark_is_grey_all_over() -> None:
    """Text that it crosses stays legible: nothing of it is darker, where the same sheet without it is white."""
    marked, plain = (
        printed_page(consent_form(replace(CONSENT, sample=sample)), 1).convert("L") for sample in (True, False)
    )
    # Code and hash at the top differ too.
    top = marked.height // 8
    marked, plain = (page.crop((0, top, page.width, page.height)) for page in (marked, plain))
    grey = 0.86 * 255
    beside = [
        dark for dark, white in zip(marked.tobytes(), plain.tobytes(), strict=True) if white == 255 and dark < 250
    ]
    assert len(beside) > 1000
    assert min(beside) > grey - 4


def test_the_short_hash_changes_with_the_content() -> None:
    """A sheet whose record changed after printing can be told from one that still says the same."""
    changed = replace(CONSENT, signing_date=date(2026, 11, 23))
    assert _short_hash(CONSENT) != _short_hash(changed)
    assert _short_hash(CONSENT) == _short_hash(replace(CONSENT))


def _short_hash(content: ConsentFormContent) -> str:
    match = re.search(r"2026\.1版·([0-9a-f]{8})", whole_text(consent_form(content)))
    assert match is not None
    return match.group(1)


def test_a_form_without_recipients_is_a_fault_of_the_program() -> None:
    """Consent is given to a named recipient or not at all."""
    with pytest.raises(ValueError, match="recipient"):
        consent_form(replace(CONSENT, recipients=()))


@pytest.mark.parametrize(
    ("form", "content"), [("consent-self", CONSENT), ("consent-guardian", CHILD), ("consent-compatriot", COMPATRIOT)]
)
def test_the_script_to_be_read_aloud_explains_every_section(form: str, content: ConsentFormContent) -> None:
    """增强告知: each section of the form has its plain words, and every placeholder has a value."""
    assert content.form == form
    paper, script = (load_wording(one, content.wording_version) for one in (form, f"{form}-script"))
    assert [section.id for section in script.sections] == [section.id for section in paper.sections]
    values = placeholder_values(content)
    for section in script.sections:
        assert section.paragraphs
        for text in section.paragraphs:
            assert "{" not in "".join(span.text for span in marked_up(text, values))
