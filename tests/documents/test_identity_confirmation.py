"""The confirmation of a standing in social assistance: category and validity, and nothing beside (C15)."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from desktop.documents.identity_confirmation import CategoryRow, identity_confirmation
from tests.documents.form_samples import IDENTITY
from tests.documents.pdf_reading import page_texts, poppler_text, without_spaces


@pytest.mark.parametrize("large_type", [False, True])
def test_person_categories_and_validity_are_on_one_page(large_type: bool) -> None:
    """What a charity needs in order not to ask again, in ordinary and large type."""
    pdf = identity_confirmation(replace(IDENTITY, large_type=large_type))
    text = without_spaces(poppler_text(pdf))
    for expected in (
        "救助身份确认单",
        "𠮷建国",
        "1951年3月5日",
        "最低生活保障对象",
        "2019年4月1日",
        "按规定复核",
        "2027年3月31日",
        "2027年2月23日前有效",
        IDENTITY.handler.phone,
        IDENTITY.sheet_number,
        "没有盖章的无效",
        "由本人决定",
        "陈晓燕",
    ):
        assert expected in text
    assert len(page_texts(pdf)) == 1


def test_neither_address_nor_household_nor_money_is_on_it() -> None:
    """The record has them; the confirmation has no place for them."""
    text = without_spaces(poppler_text(identity_confirmation(IDENTITY)))
    for absent in (IDENTITY.resident.village_path, IDENTITY.resident.household_number, "元", "残疾", "疾病"):
        assert absent not in text
    assert [field.name for field in fields(CategoryRow)] == ["name", "since", "until"]


def test_without_a_category_there_is_nothing_to_confirm() -> None:
    """The service refuses before, in words; here it would be a fault of the program."""
    with pytest.raises(ValueError, match="at least one category"):
        identity_confirmation(replace(IDENTITY, categories=()))
