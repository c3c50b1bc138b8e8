"""Relations to the head of a household (GB/T 4761)."""

from __future__ import annotations

import pytest

from desktop.domain.relations import RELATION_NAMES, is_head, relation_code


def test_every_name_of_the_standard_has_its_own_code() -> None:
    """What the program writes, it reads back."""
    assert {code: relation_code(name) for code, name in RELATION_NAMES.items()} == {
        code: code for code in RELATION_NAMES
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("儿子", "20"),
        ("之妻", "12"),
        ("户主之女", "30"),
        (" 妻 子", "12"),
        ("10", "10"),
        ("2", "02"),
        ("邻居", None),
        ("", None),
    ],
)
def test_the_words_of_offices_are_understood_and_others_left_open(text: str, code: str | None) -> None:
    """A relation whose meaning is not certain has no code."""
    assert relation_code(text) == code


def test_the_applicant_and_the_head_are_one() -> None:
    """本人 and 户主 both name the head."""
    assert is_head(relation_code("本人"))
    assert is_head(relation_code("户主"))
    assert not is_head(relation_code("配偶"))
    assert not is_head(None)
