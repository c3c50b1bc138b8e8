"""The device card (设备卡): printed once, typed in when the keyring is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import UserFacingError
from desktop.storage.device_card import card_text, read_card

secrets = st.binary(min_size=32, max_size=32)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
READ_AS = str.maketrans("018", "OIB")


@given(secrets)
def test_a_card_is_read_as_it_was_printed(secret: bytes) -> None:
    """What was printed opens the vault again."""
    assert read_card(card_text(secret)) == secret


@given(secrets)
def test_a_card_may_be_typed_in_small_letters_with_spaces_or_without_hyphens(secret: bytes) -> None:
    """Case, spaces and hyphens carry no meaning, and 0, 1, 8 are read as the letters they look like."""
    card = card_text(secret)
    assert read_card(card.lower().replace("-", " ")) == secret
    assert read_card(card.replace("-", "")) == secret
    assert read_card(card.replace("O", "0").replace("I", "1").replace("B", "8")) == secret


@given(secrets, st.data())
def test_any_one_wrong_character_is_noticed(secret: bytes, data: st.DataObject) -> None:
    """Somebody who mistypes is told so, and does not go on guessing passwords."""
    card = card_text(secret)
    places = [place for place, letter in enumerate(card) if letter != "-"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from(ALPHABET + "0189!福").filter(lambda one: one.translate(READ_AS) != card[place]))
    with pytest.raises(UserFacingError, match=r"vault\.card-mistyped"):
        read_card(card[:place] + wrong + card[place + 1 :])


@given(secrets, st.data())
def test_a_missing_or_doubled_character_is_noticed(secret: bytes, data: st.DataObject) -> None:
    """Length is part of the check."""
    letters = card_text(secret).replace("-", "")
    place = data.draw(st.integers(0, len(letters) - 1))
    for mistyped in (letters[:place] + letters[place + 1 :], letters[:place] + letters[place] + letters[place:]):
        with pytest.raises(UserFacingError, match=r"vault\.card-mistyped"):
            read_card(mistyped)


@given(st.text(max_size=80))
def test_anything_else_is_no_card(written: str) -> None:
    """Whatever is typed into the field, the answer is the same sentence."""
    with pytest.raises(UserFacingError, match=r"vault\.card-mistyped"):
        read_card(written)
