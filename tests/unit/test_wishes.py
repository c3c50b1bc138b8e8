"""Wish cards (微心愿卡): what hangs in public tells nobody who it is."""

from __future__ import annotations

import pytest

from desktop.domain.wishes import OF_CHILDREN, WishAge, card_problem, place_traces, shape_problem, wish_age

NAMES = ("林小海", "𠮷建国", "欧阳美玲")
PLACES = ("上㘵村委会", "大樟树自然村12号")
SCHOOLS = ("上㘵小学三年级",)


def problem(public_name: str, words: str, *, is_child: bool = False) -> str:
    return card_problem((public_name, words), NAMES, PLACES, SCHOOLS, is_child=is_child)


@pytest.mark.parametrize(
    ("public_name", "words"),
    [
        ("林奶奶", "想要一台能听戏的收音机"),
        ("小海", "想要一个书包"),
        ("吉大爷", "想换一副老花镜，看报用"),
        ("林奶奶", "孙女小学毕业，想拍一张合影"),
        ("林奶奶", "想回上㘵看看"),
    ],
)
def test_a_card_that_tells_nobody_is_let_through(public_name: str, words: str) -> None:
    """A surname with 奶奶, a given name alone, or the village alone is nobody in particular."""
    assert problem(public_name, words) == ""


@pytest.mark.parametrize(
    ("public_name", "words"),
    [
        ("林小海", "想要一个书包"),
        ("小海", "我叫林 小海，想要书包"),
        ("𠮷建国", "想要收音机"),
        ("大爷", "𠮷・建国想要收音机"),
        ("欧阳美玲", "想要一件棉衣"),
    ],
)
def test_a_whole_name_is_refused_wherever_it_stands(public_name: str, words: str) -> None:
    """Beyond U+FFFF too; spaces and marks hide nothing."""
    assert problem(public_name, words) == "real-name"


@pytest.mark.parametrize(
    ("public_name", "words"),
    [
        ("小海", "住在上㘵村，想要一个书包"),
        ("小海", "住在上㘵，想要一个书包"),
        ("小海", "上 㘵 村 委会旁边"),
        ("小海", "家在大樟树自然村"),
        ("小海", "家在大樟树下"),
        ("建国", "在实验小学门口摆摊"),
    ],
)
def test_a_given_name_beside_village_or_school_is_refused(public_name: str, words: str) -> None:
    """The village is known by its name without 村 as well, and the hamlet of the address too."""
    assert problem(public_name, words) == "name-and-place"


@pytest.mark.parametrize("words", ["上㘵村的孩子，在莒口中心小学读书", "家在上㘵，读福安一中"])
def test_village_and_school_together_are_refused(words: str) -> None:
    assert problem("林同学", words) == "place-and-school"


@pytest.mark.parametrize("words", ["莒口中心小学，想要书包", "在上㘵小学读三年级", "福安一中的学生"])
def test_a_childs_card_has_no_school_at_all(words: str) -> None:
    """School, name and photograph never together: a public name stands on every card."""
    assert problem("小林", words, is_child=True) == "child-school"
    assert problem("小林", "想上小学，要一个书包", is_child=True) == ""


def test_all_three_together_are_refused() -> None:
    """真名、村名、学校同现 (``reference.md`` §5(e))."""
    assert problem("林小海", "上㘵村，上㘵小学三年级") == "real-name"


@pytest.mark.parametrize(
    ("place", "traces"),
    [
        ("上㘵村", {"上㘵"}),
        ("上㘵村民委员会", {"上㘵"}),
        ("白沙社区", {"白沙"}),
        ("洋村", {"洋村"}),
        ("大樟树旁边第二座", set()),
    ],
)
def test_a_place_is_known_with_and_without_its_ending(place: str, traces: set[str]) -> None:
    """A name of one character is none without its ending: it would be found in any text."""
    assert place_traces(place) == traces


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"public_name": " "}, "no-public-name"),
        ({"public_name": "一" * 11}, "public-name-too-long"),
        ({"words": ""}, "no-words"),
        ({"words": "要" * 60}, ""),
        ({"words": "要" * 61}, "words-too-long"),
        ({"budget": 0}, "no-budget"),
        ({"budget": None}, "no-budget"),
        ({"agreed": False}, "not-agreed"),
        ({"words": "打电话 139-5550-0001"}, "number"),
        ({"words": "证件３５０７０３１９５１０３０５１２３Ｘ"}, "number"),
    ],
)
def test_what_can_be_told_from_the_card_alone(changes: dict[str, object], reason: str) -> None:
    """The county refuses these too, since they are asked in the fold."""
    given: dict[str, object] = {"public_name": "林奶奶", "words": "一台收音机", "budget": 20000, "agreed": True}
    assert shape_problem(**{**given, **changes}) == reason  # type: ignore[arg-type]


def test_ages_are_told_in_bands() -> None:
    assert [wish_age(one) for one in (0, 7, 8, 13, 14, 17)] == [
        WishAge.TO_SEVEN,
        WishAge.TO_SEVEN,
        WishAge.TO_THIRTEEN,
        WishAge.TO_THIRTEEN,
        WishAge.TO_SEVENTEEN,
        WishAge.TO_SEVENTEEN,
    ]
    assert wish_age(80) is WishAge.FROM_EIGHTY
    assert {wish_age(one) for one in range(18)} == OF_CHILDREN
