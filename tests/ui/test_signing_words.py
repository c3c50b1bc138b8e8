"""What stands above the pad beside the boxes, and whom the record knows, in words."""

from __future__ import annotations

import pytest

from desktop.domain.compatriots import CompatriotOffice, CompatriotSaid, Difficulty, Origin
from desktop.domain.kinship import Ground, Kin
from desktop.domain.screen_signing import SaidBeside
from desktop.ui.signing_words import beside_words
from desktop.ui.widgets.known_relatives import kin_words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (SaidBeside(), ""),
        (SaidBeside(CompatriotSaid()), ""),
        (
            SaidBeside(
                CompatriotSaid(origin=Origin.TAIWAN, difficulties=(Difficulty.MEDICAL,)),
                (CompatriotOffice.TAIWAN_AFFAIRS, CompatriotOffice.OVERSEAS_CHINESE),
            ),
            "台湾，困难：就医；同意联系台办、侨联",
        ),
        (
            SaidBeside(best_interest=True, wards_view="想要轮椅", childrens_rules_told=True),
            "他自己说：想要轮椅；按最有利于被监护人的原则考虑过；听过儿童个人信息专门规则",
        ),
    ],
)
def test_whoever_signs_on_the_screen_sees_what_else_the_signature_binds(said: SaidBeside, words: str) -> None:
    """Nothing is said where nothing is on the form."""
    assert beside_words(said) == words


@pytest.mark.parametrize(
    ("kin", "words"),
    [
        (Kin("林秀英", "12", Ground.MEMBER, "r"), "林秀英：是本人的妻（同一户的成员）"),
        (Kin("吴二", "50", Ground.MOVED_OUT, "r", is_certain=False), "吴二：可能是本人的父母（原来同一户，已迁出）"),
        (Kin("吴三", "20", Ground.WARD, "r"), "吴三：是本人的子女（档案里记着由本人监护）"),
        (Kin("周姐", "70", Ground.CARER), "周姐：是本人的兄弟姐妹（档案里记着是实际照料人）"),
    ],
)
def test_a_known_relative_is_named_with_whence_it_is_known(kin: Kin, words: str) -> None:
    """A worker who knows the family can say at once that the record is wrong."""
    assert kin_words(kin) == words
