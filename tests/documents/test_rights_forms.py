"""The answer letter and the copy of what is held, read back with another program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.documents.data_copy import CopySection, CopyTable, DataCopyContent, data_copy
from desktop.documents.rights_answer import ClassRow, RightsAnswerContent, rights_answer
from desktop.domain.errors import UserFacingError
from desktop.domain.rights import REASON_NAMES, RIGHT_ARTICLES, RIGHT_NAMES, RefusalReason, RightKind, RightsState
from tests.documents.form_samples import HANDLER, RESIDENT
from tests.documents.pdf_reading import fonts_not_embedded, page_texts, poppler_text, run_on, without_spaces

ANSWER = RightsAnswerContent(
    print_id="01JD9Z6Q5V",
    number="QL-350703104-261126-AB12",
    handler=HANDLER,
    resident=RESIDENT,
    kind=RightKind.DELETE,
    kind_name=RIGHT_NAMES[RightKind.DELETE],
    article=RIGHT_ARTICLES[RightKind.DELETE],
    words="都删了吧",
    received=date(2026, 11, 23),
    due=date(2026, 12, 14),
    way="窗口",
    asker="𠮷建国",
    is_person=True,
    identity="看过证件原件",
    outcome=RightsState.IN_PART,
    answered_on=date(2026, 11, 26),
    worker="王𨭎",
    reasons=(REASON_NAMES[RefusalReason.RETENTION],),
    classes=(
        ClassRow("同意书", "1 份", gone=True),
        ClassRow("走访记录", "2 份", gone=False, until=date(2031, 11, 23), ground="不少于五年"),
    ),
)
COPY = DataCopyContent(
    print_id="01JD9Z6Q5W",
    number="QL-350703104-261126-AB12",
    handler=HANDLER,
    given_to="𠮷建国（本人）",
    day=date(2026, 11, 26),
    worker="王𨭎",
    sections=(
        CopySection("您的基本情况", "来源：2026年3月5日由王𨭎登记。", (("姓名", "𠮷建国"), ("曾用名", ""))),
        CopySection("救助", table=CopyTable(("项目", "从"), (), (0.5, 0.5))),
        CopySection("走访记录", table=CopyTable(("日期", "记了什么"), (("11月20日", "难" * 1500),), (0.3, 0.7))),
    ),
)


@pytest.mark.parametrize("large_type", [False, True])
@pytest.mark.parametrize("kind", list(RightKind))
@pytest.mark.parametrize("outcome", [RightsState.ANSWERED, RightsState.IN_PART, RightsState.REFUSED])
def test_every_letter_names_the_result_the_remedies_and_who_signs(
    kind: RightKind, outcome: RightsState, large_type: bool
) -> None:
    """Complaint, 网信 and court (art. 50, 65), in each kind and for each answer; no aid is lost by asking."""
    content = replace(
        ANSWER,
        kind=kind,
        kind_name=RIGHT_NAMES[kind],
        article=RIGHT_ARTICLES[kind],
        outcome=outcome,
        classes=ANSWER.classes if kind is RightKind.DELETE else (),
        reasons=() if outcome is RightsState.ANSWERED else ANSWER.reasons,
        answer="按规定要核对收入",
        large_type=large_type,
    )
    pdf = rights_answer(content)
    text = without_spaces(poppler_text(pdf))
    for expected in (
        "𠮷建国",
        "王𨭎",
        RIGHT_NAMES[kind],
        RIGHT_ARTICLES[kind],
        "按规定要核对收入",
        "都删了吧",
        "2026年12月14日",
        HANDLER.complaint_phone,
        "网信部门",
        "人民法院",
        "不影响您享受或者申请政府救助",
        "收到答复的人签名或者按指印",
        "答复单位（盖章）",
        "一份存档",
    ):
        assert without_spaces(expected) in text, expected
    assert ("保存期限没有满" in text) is (outcome is not RightsState.ANSWERED)
    assert fonts_not_embedded(pdf) == []
    pages = page_texts(pdf)
    assert all(f"第{number}页/共{len(pages)}页" in page for number, page in enumerate(pages, 1))


def test_a_deletion_is_answered_class_by_class() -> None:
    """What went, what stays, until when, by which duty."""
    text = without_spaces(poppler_text(rights_answer(ANSWER)))
    for expected in ("同意书1份已删除", "走访记录2份不能删", "2031年11月", "不少于五年"):
        assert expected in text, expected


def test_without_the_record_there_is_a_place_to_write_the_name() -> None:
    """After an erasure the program knows it no more, and does not invent one."""
    text = without_spaces(poppler_text(rights_answer(replace(ANSWER, resident=None, asker="本人"))))
    assert "手写姓名" in text
    assert "𠮷" not in text


def test_the_copy_says_what_there_is_and_where_there_is_nothing() -> None:
    """Empty values are left out, an empty table says 没有, a text longer than a page is printed whole."""
    pdf = data_copy(COPY)
    text = without_spaces(poppler_text(pdf))
    for expected in ("个人信息副本", "𠮷建国（本人）", "二、救助没有。", "由王𨭎登记", "第四十五条", HANDLER.phone):
        assert expected in text, expected
    assert "曾用名" not in text
    assert text.count("难") == 1500
    assert fonts_not_embedded(pdf) == []


@pytest.mark.parametrize("make", [lambda: rights_answer(ANSWER), lambda: data_copy(COPY)])
def test_qpdf_finds_nothing_wrong_and_the_same_gives_the_same(make: Callable[[], bytes], tmp_path: Path) -> None:
    """Sound files, and bytes that depend on the content alone."""
    path = tmp_path / "form.pdf"
    path.write_bytes(make())
    assert b"No syntax or stream encoding errors" in run_on(b"", "qpdf", "--check", str(path))
    assert make() == path.read_bytes()


def test_a_character_no_font_has_is_said_and_nothing_is_answered_before_it_is() -> None:
    """As for every form; and a request that waits has no letter."""
    with pytest.raises(UserFacingError, match=r"print\.missing-characters"):
        rights_answer(replace(ANSWER, words="张\U00031350"))
    with pytest.raises(UserFacingError, match=r"print\.missing-characters"):
        data_copy(replace(COPY, worker="张\U00031350"))
    with pytest.raises(ValueError, match="no answer"):
        rights_answer(replace(ANSWER, outcome=RightsState.RECEIVED))
