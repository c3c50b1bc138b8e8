"""The fifteen items of the checklist stand on every version of the consent form, read back by pdftotext."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from desktop.documents.consent_content import BLANK_ROW, ConsentFormContent, Filled, GuardianPart
from desktop.documents.consent_form import consent_form
from desktop.documents.form_content import CompatriotPart, FormResident
from desktop.documents.wording import load_wording
from desktop.domain.compatriots import CompatriotDocument, CompatriotOffice, CompatriotSaid, Difficulty, Origin
from desktop.domain.guardian_order import STANDING_NAMES, Standing
from desktop.domain.signing import CAPACITY_NAMES, GUARDIAN_BASIS_NAMES, INCAPACITY_NAMES, GuardianBasis
from desktop.resources import resource_path
from tests.documents.form_samples import (
    ADULT,
    CHARITY,
    CHILD,
    COMPATRIOT,
    CONSENT,
    HANDLER,
    MINOR,
    RED_CROSS,
    VILLAGE,
)
from tests.documents.pdf_reading import fonts_not_embedded, poppler_text, run_on, whole_text, without_spaces

VERSIONS = {
    "self": CONSENT,
    "guardian of a child": CHILD,
    "guardian of an adult": ADULT,
    "guardian and minor": MINOR,
    "compatriot": COMPATRIOT,
    "compatriot's child": replace(CHILD, resident=replace(CHILD.resident, compatriot=COMPATRIOT.resident.compatriot)),
}

MOST_BYTES = 60_000
PRINT_ID = "0193a5b2-7c1d-7e3f-8a4b-5c6d7e8f9a0b"
NOBODY = replace(CONSENT, resident=FormResident("", village_path=""), workers=("", ""), reading_mode=None, signer=None)
NO_COMPATRIOT = replace(NOBODY, resident=replace(NOBODY.resident, compatriot=CompatriotPart()))
MEASURED = {
    **VERSIONS,
    "compatriot, traditional": replace(COMPATRIOT, traditional=True),
    "blank": NOBODY,
    "blank, recipients by hand": replace(NOBODY, recipients=(BLANK_ROW, BLANK_ROW)),
    "blank, guardian": replace(NOBODY, guardian=GuardianPart()),
    "blank, compatriot": NO_COMPATRIOT,
    "blank, compatriot, traditional": replace(NO_COMPATRIOT, traditional=True),
}

ITEMS = {
    "1 handler": (HANDLER.name, HANDLER.address, HANDLER.phone, "个人信息保护联系", HANDLER.county_phone),
    "2 recipients, each by itself": tuple(
        part
        for row in (CHARITY, RED_CROSS)
        for part in (row.name, row.credit_code, row.contact, row.phone, row.address)
    ),
    "2 blank rows struck": ("③以下空行划去",),
    "3 purpose, method, security": tuple(
        part for row in (CHARITY, RED_CROSS) for part in (row.purpose, row.method, row.security)
    ),
    "4 classes apart": ("A一般信息", "B敏感信息", "A1姓名、性别、出生年月", "B2疾病与治疗"),
    "5 necessity and effect": ("为什么必须用", "仅用于直接发放慈善款", "泄露可能使财产受损", "可能产生的后果"),
    "6 retention": ("转介办结后5年", "帮扶结束后3年", "匿名化", "12个月内有效"),
    "7 rights": ("查阅、复制、更正、补充、要求删除", "到窗口、打电话", "15个工作日内答复"),
    "8 voluntary": ("不同意，或者以后撤回，都不影响", "政府救助", "由我自愿决定"),
    "9 withdrawal": ("随时可以撤回", "通知接收方停止使用并删除", "撤回不影响政府救助"),
    "10 complaints": ("投诉举报", HANDLER.complaint_phone, "网信"),
    "11 no publicity, automation, transfer abroad": ("不对外公开", "不用于自动化决策", "不向境外提供"),
    "12 reading mode and by whom": ("工作人员逐条讲解，我听懂了", "讲解人：陈晓燕、王𨭎"),
    "13 signatures": ("签名或者按指印", "手指", "见证人签名", "经办人签名①陈晓燕", "经办人签名②王𨭎"),
    "14 copy": ("我已收到本同意书一份", "一式两份"),
    "15 number, version, page": ("·2026.1版·", "第1页/共"),
}


@cache
def printed(content: ConsentFormContent) -> str:
    return without_spaces(poppler_text(consent_form(content)))


def ticked(content: ConsentFormContent) -> str:
    """The text in the order of the file, in which a tick follows its box; pdftotext orders them by place."""
    return whole_text(consent_form(content))


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("version", VERSIONS)
def test_each_required_item_is_on_every_version(version: str, item: str) -> None:
    """个人信息保护法 第十四、十七、二十三、二十九至三十一条, in ordinary and large type."""
    for content in (VERSIONS[version], replace(VERSIONS[version], large_type=True)):
        text = printed(content)
        for expected in ITEMS[item]:
            assert without_spaces(expected) in text


IN_TRADITIONAL = {
    "1 handler": ("個人信息保護聯繫",),
    "2 blank rows struck": ("③以下空行劃去",),
    "4 classes apart": ("A一般信息", "B敏感信息", "A1姓名、性別、出生年月", "B2疾病與治療"),
    "5 necessity and effect": ("為什麼必須用", "僅用於直接發放慈善款", "洩露可能使財產受損", "可能產生的後果"),
    "6 retention": ("轉介辦結後5年", "幫扶結束後3年", "匿名化", "12個月內有效"),
    "7 rights": ("查閱、複製、更正、補充、要求刪除", "到窗口、打電話", "15個工作日內答覆"),
    "8 voluntary": ("不同意，或者以後撤回，都不影響", "政府救助", "由我自願決定"),
    "9 withdrawal": ("隨時可以撤回", "通知接收方停止使用並刪除", "撤回不影響政府救助"),
    "10 complaints": ("投訴舉報", HANDLER.complaint_phone, "網信"),
    "11 no publicity, automation, transfer abroad": ("不對外公開", "不用於自動化決策", "不向境外提供"),
    "12 reading mode and by whom": ("工作人員逐條講解，我聽懂了", "講解人：陈晓燕、王𨭎"),
    "13 signatures": ("簽名或者按指印", "手指", "見證人簽名", "經辦人簽名①陈晓燕", "經辦人簽名②王𨭎"),
    "14 copy": ("我已收到本同意書一份", "一式兩份"),
    "15 number, version, page": ("·2026.1版·", "第1頁/共"),
}
"""Where the wording is in traditional characters; what the record and the directory say is the same in both."""
BY_HAND_ON_BLANKS = {
    "12 reading mode and by whom": ("工作人员逐条讲解，我听懂了", "讲解人"),
    "13 signatures": ("签名或者按指印", "手指", "见证人签名", "经办人签名①", "经办人签名②"),
}


@pytest.mark.parametrize("item", ITEMS)
def test_each_required_item_is_on_the_version_in_traditional_characters(item: str) -> None:
    """The same law, in the characters that the person reads."""
    for large in (False, True):
        text = printed(replace(COMPATRIOT, traditional=True, large_type=large))
        for expected in (*IN_TRADITIONAL.get(item, ()), *(() if item in IN_TRADITIONAL else ITEMS[item])):
            assert without_spaces(expected) in text


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("version", ["blank", "blank, guardian", "blank, compatriot"])
def test_each_required_item_is_on_every_blank(version: str, item: str) -> None:
    """What is known before anybody signs is printed, and for the rest there is a place with its name."""
    for large in (False, True):
        text = printed(replace(MEASURED[version], large_type=large))
        for expected in BY_HAND_ON_BLANKS.get(item, ITEMS[item]):
            assert without_spaces(expected) in text


@pytest.mark.parametrize(("version", "number"), [("self", "01"), ("guardian of a child", "02"), ("compatriot", "03")])
def test_each_version_has_its_own_form_number(version: str, number: str) -> None:
    """TY-01 to TY-03: a sheet that comes back is told apart by its number."""
    assert f"TY-{number}·2026.1版" in printed(VERSIONS[version])


@pytest.mark.parametrize("version", VERSIONS)
def test_no_version_agrees_to_everything(version: str) -> None:
    """One pair of boxes per class and recipient; nothing like 全部同意."""
    text = printed(VERSIONS[version])
    assert text.count("□不同意") == sum(len(row.asks) + 2 for row in CONSENT.recipients)
    for word in ("全部同意", "同意全部", "同意以上", "以上全部", "一并同意"):
        assert word not in text


@pytest.mark.parametrize("version", VERSIONS)
def test_sections_are_numbered_without_gaps_and_referred_to_rightly(version: str) -> None:
    """A reference to a section names the number under which it is printed."""
    text = printed(VERSIONS[version])
    numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"]
    words = load_wording(VERSIONS[version].form, "2026.1")
    captions = [section.heading.split("、", 1)[1] for section in words.sections if section.heading]
    found = [caption for caption in captions if f"、{caption}" in text]
    for numeral, caption in zip(numerals, found, strict=False):
        assert f"{numeral}、{caption}" in text
    consent = numerals[found.index("单独同意")]
    assert f"只看第{consent}条各表" in text
    assert "{" not in text


def test_the_guardians_form_says_who_signs_and_by_what_right() -> None:
    """The ward, the ground, the guardian with the basis and the deed, the actual carer, the child's own words."""
    text = ticked(CHILD)
    for expected in (
        "（监护人版）",
        "被监护人姓名𠮷小燕",
        "□✓无民事行为能力",
        "□✓未满八周岁",
        "监护人姓名𠮷建国",
        "祖父",
        "□✓村（居）委会或民政部门指定",
        "莒政监〔2026〕3号",
        "吉㛃䶮（祖母）",
        "最有利于被监护人的原则",
        "想要一辆小车",
        "儿童个人信息专门规则已经告诉我",
        "不需要被监护人签名，本栏划去",
        "不需要县级复核，本栏划去",
        "不能代签",
    ):
        assert expected in text


def test_a_minor_signs_beside_the_guardian_for_each_recipient() -> None:
    """Fourteen to seventeen: both sign (民法典 第十九条), and no rules for children are told."""
    text = printed(MINOR)
    assert text.count("由被监护人签名或者按指印") == len(MINOR.recipients)
    assert text.count("由监护人签名或者按指印") == len(MINOR.recipients)
    assert "被监护人签名或者按指印" in text
    assert "儿童个人信息专门规则" not in text


def test_the_county_signs_where_civil_affairs_is_the_guardian() -> None:
    """Who refers and consents at once needs another's signature (民法典 第三十二条)."""
    assert "县级复核人签名" in printed(MINOR)
    assert "县级复核人签名" not in printed(CHILD)


def test_a_guardian_who_is_not_known_yet_is_filled_in_by_hand() -> None:
    """Room for both signatures and the county's, no box ticked, no name made up."""
    text = ticked(replace(CHILD, guardian=GuardianPart()))
    assert "________，您好" in text
    assert "被监护人签名或者按指印" in text
    assert "县级复核人签名" in text
    assert "□✓未满" not in text


def test_an_adults_guardian_is_printed_with_the_place_in_the_order_and_why_nobody_before_acts() -> None:
    """民法典 第二十八条; a guardian with a deed has no such rows, and a blank leaves room to write them."""
    assert ADULT.guardian is not None
    neighbour = ADULT.guardian
    for large in (False, True):
        text = ticked(replace(CHILD, guardian=neighbour, large_type=large))
        for expected in ("□✓其他愿意担任的人", neighbour.passed_over, neighbour.consent_of):
            assert expected in text
        wife = replace(neighbour, standing=Standing.SPOUSE, passed_over="", consent_of="")
        of_wife = ticked(replace(CHILD, guardian=wife, large_type=large))
        assert "□✓配偶" in of_wife
        assert "前面顺位不担任的原因—" in of_wife
        assert "其他人担任" not in of_wife
        unsaid = ticked(replace(CHILD, guardian=replace(neighbour, passed_over=""), large_type=large))
        assert "前面顺位不担任的原因—" not in unsaid, "there is somebody before: room to write why"
    assert "法定顺位" not in ticked(CHILD)
    blank = ticked(replace(CHILD, guardian=GuardianPart()))
    for expected in ("□父母", "□兄、姐", "□配偶", "前面顺位不担任的原因", "其他人担任，经谁同意"):
        assert expected in blank


def test_a_childs_guardian_is_printed_with_the_place_in_the_childs_order() -> None:
    """民法典 第二十七条: a grandmother, and what became of the parents; a body stands in no place of it."""
    assert CHILD.guardian is not None
    said = "父母没有或已去世（吉建设已去世、林某已去世）"
    granny = replace(
        CHILD.guardian,
        basis=GuardianBasis.ORDER,
        proof="户口簿",
        standing=Standing.GRANDPARENT,
        passed_over=said,
        has_order=True,
        is_minor=True,
    )
    for large in (False, True):
        text = ticked(replace(CHILD, guardian=granny, large_type=large))
        for expected in ("未成年人的法定顺位", "□父母", "□✓祖父母、外祖父母", "□兄、姐", said):
            assert expected in text
        assert "成年人的法定顺位□配偶" not in text
        assert "其他人担任" not in text
    assert MINOR.guardian is not None
    body = ticked(MINOR)
    assert MINOR.guardian.passed_over in body
    assert "法定顺位□" not in body


def test_the_compatriots_form_asks_its_own_items() -> None:
    """Origin, document, name as the document has it, since when, difficulty, offices one by one, nothing abroad."""
    text = ticked(COMPATRIOT)
    for expected in (
        "（台港澳同胞版）",
        "□✓台湾",
        "□✓来往内地（大陆）通行证",
        "龔𠮷祥",
        "换证次数",
        "在闽居住起始时间",
        "□就医",
        "逐家打勾",
        "□台办",
        "您的信息只提供给境内的接收方",
        "不含身份的需求",
    ):
        assert expected in text


def test_a_compatriots_copy_says_what_was_written_down() -> None:
    """Of a signing on the screen every box is data, the others with their words."""
    said = CompatriotSaid(
        Origin.MACAO, CompatriotDocument.OTHER, "护照", "2", "2019年3月", (Difficulty.OLD_AGE,), "同乡会"
    )
    filled = Filled({}, {}, offices=(CompatriotOffice.OTHER,), compatriot=said)
    text = whole_text(consent_form(COMPATRIOT, filled=filled))
    for expected in ("□✓澳门", "□台湾", "□✓其他护照", "2019年3月", "□✓老年", "□就医", "□✓其他同乡会", "□台办"):
        assert expected in text


def test_the_traditional_version_says_the_same_and_leaves_names_alone() -> None:
    """The wording is in traditional characters; what the record says, above all a name, is printed as it is."""
    text = ticked(replace(COMPATRIOT, traditional=True))
    root: Any = PdfReader(BytesIO(consent_form(replace(COMPATRIOT, traditional=True)))).root_object
    assert root["/Lang"] == "zh-Hant"
    for word in ("编号", "页/共"):
        assert word not in text
    for expected in (
        "慈善幫扶轉介個人信息處理告知書暨單獨同意書",
        f"編號{COMPATRIOT.sheet_number}",
        "第1頁/共5頁",
        "（臺港澳同胞版）",
        "不對外公開",
        "撤回不影響政府救助",
        "□✓閩南話",
        "□✓臺灣",
        "𠮷建国",
        "龔𠮷祥",
        VILLAGE,
        CHARITY.name,
        "王𨭎",
    ):
        assert expected in text
    assert text.count("□不同意") == sum(len(row.asks) + 2 for row in CONSENT.recipients)


def test_both_characters_have_the_same_sections_and_terms() -> None:
    """No sentence and no term is missing from the traditional wording."""
    simplified, traditional = (
        json.loads(resource_path("forms", f"{form}-2026.1.json").read_bytes())
        for form in ("consent-compatriot", "consent-compatriot-hant")
    )
    for one, other in zip(simplified["sections"], traditional["sections"], strict=True):
        assert (one["id"], len(one["paragraphs"])) == (other["id"], len(other["paragraphs"]))
        assert [len(text) for text in one["paragraphs"]] == [len(text) for text in other["paragraphs"]]
    assert set(traditional["terms"]) - set(simplified["terms"]) == {"declaration.dialects_recorded"}
    assert set(simplified["terms"]) <= set(traditional["terms"])


def test_the_guardians_form_has_the_words_of_the_screen() -> None:
    """One word per thing: capacity, ground and basis are called on paper as in the program."""
    terms = load_wording("consent-guardian", "2026.1").terms
    for prefix, names in (
        ("capacity", CAPACITY_NAMES),
        ("ground", INCAPACITY_NAMES),
        ("basis", GUARDIAN_BASIS_NAMES),
        ("standing", STANDING_NAMES),
    ):
        for key, name in names.items():
            if key is not GuardianBasis.NOT_ESTABLISHED:
                assert terms[f"{prefix}.{key}"] == name


@pytest.mark.parametrize("version", MEASURED)
@pytest.mark.parametrize("is_large", [False, True])
def test_a_consent_form_is_no_larger_than_sixty_thousand_bytes(version: str, tmp_path: Path, *, is_large: bool) -> None:
    """With two recipients, with no picture, under an id as long as real ones; every character is in it."""
    made = consent_form(replace(MEASURED[version], print_id=PRINT_ID, large_type=is_large))
    assert len(made) <= MOST_BYTES
    assert fonts_not_embedded(made) == []
    path = tmp_path / "form.pdf"
    path.write_bytes(made)
    assert b"No syntax or stream encoding errors" in run_on(b"", "qpdf", "--check", str(path))
    assert set(without_spaces(poppler_text(made))) == set(whole_text(made))
