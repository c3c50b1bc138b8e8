"""Which passwords will do: length counts, and nothing that everybody tries or that others know of a person."""

from __future__ import annotations

import pytest

from desktop.domain.errors import UserFacingError
from desktop.storage.passwords import check_new_password


@pytest.mark.parametrize(
    "password",
    [
        "a123456789",
        "abc123456",
        "qq123456",
        "woaini123",
        "qwerty123",
        "iloveyou",
        "ILoveYou!",
        "111222333",
        "11223344",
        "12341234",
        "1234567890",
        "123456789lxm",
        "nanping2026",
        "Minzheng2026",
        "minzheng@2026",
        "2026jianyang",
        "建阳民政2026年",
        "minzheng123",
        "19550312",
        "1955-03-12",
        "1955年03月12日",
        "lxm19881231",
        "13905991234",
        "+8613905991234",
        "lxm13905991234",
        "１２３４５６７８９",
        "88888888",
        "52 01 31 45 20",
    ],
)
def test_what_everybody_tries_is_refused(password: str) -> None:
    """Lists of leaked passwords, dates, mobile numbers, the place and the year; in any case, width and spacing."""
    with pytest.raises(UserFacingError) as refused:
        check_new_password(password)
    assert refused.value.code == "vault.password-too-common"


@pytest.mark.parametrize(
    "password",
    [
        "走村入户-2026",
        "下雨天带两把伞",
        "老林家的黄狗不咬人",
        "correct horse",
        "hongshu7niu",
        "19551399",
        "73918264",
        "12905991234",
        "nanping-xiayu-2026",
        "桥头第三棵樟树下",
        "kuaxigou",
    ],
)
def test_nothing_is_asked_of_the_composition(password: str) -> None:
    """Letters alone, characters alone, digits alone that are no date and no telephone number."""
    if len(password) < 8:
        password += "呀"
    check_new_password(password)
