"""Document numbers are checked by our own rule (``reference.md`` §0 finding 4, §4)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.identity import (
    DOCUMENT_TYPE_NAMES,
    SEX_NAMES,
    DocumentType,
    Sex,
    check_document,
    masked,
    match_key,
)
from tests.people import JIANYANG, made_up_id, made_up_old_id

TODAY = date(2026, 11, 20)
BIRTH = date(1950, 1, 1)
GOOD = made_up_id(JIANYANG, BIRTH, 123)
births = st.dates(date(1900, 1, 1), TODAY)
sequences = st.integers(0, 999)


def check(number: str, document_type: DocumentType = DocumentType.RESIDENT_ID, **more: object):  # type: ignore[no-untyped-def]
    return check_document(document_type, number, today=TODAY, **more)  # type: ignore[arg-type]


def test_every_kind_of_document_and_sex_has_a_chinese_name() -> None:
    """A value without a name would reach the screen as code."""
    assert set(DOCUMENT_TYPE_NAMES) == set(DocumentType)
    assert set(SEX_NAMES) == set(Sex)


@given(births, sequences)
def test_a_right_number_gives_birth_sex_and_area(birth: date, sequence: int) -> None:
    """Check digit and date right: no error, and the number's own facts are read."""
    found = check(made_up_id(JIANYANG, birth, sequence))
    assert found.errors == ()
    assert (found.birth, found.area) == (birth, JIANYANG)
    assert found.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(births, sequences, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: date, sequence: int, place: int, shift: int) -> None:
    """ISO 7064 MOD 11-2 finds every single wrong digit, and then nothing is read from the number."""
    number = made_up_id(JIANYANG, birth, sequence)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    found = check(wrong)
    assert "document.checksum" in found.errors
    assert (found.birth, found.sex, found.area) == (None, None, None)


def test_a_number_checked_by_hand_is_right() -> None:
    """The example of GB 11643-1999 itself, so that rule and generator cannot be wrong together."""
    assert check("11010519491231002X").errors == ()
    assert "document.checksum" in check("110105194912310021").errors


@pytest.mark.parametrize("year", [1940, 1950, 1965, 1980])
@pytest.mark.parametrize("area", ["352122", "350784", "350703", "350128"])
def test_old_and_new_area_codes_of_fujian_are_valid_for_every_birth_year(area: str, year: int) -> None:
    """Abolished codes stay valid for life: an area may only ever warn."""
    found = check(made_up_id(area, date(year, 6, 1), 18), areas={"350703"})
    assert found.errors == ()
    assert found.warnings == (() if area == "350703" else ("document.area-unknown",))


def test_an_area_outside_the_provinces_warns_where_no_list_is_given() -> None:
    """99 is no province; without a list of codes the province is all that can be checked."""
    assert check(made_up_id("990101", BIRTH, 1)).warnings == ("document.area-unknown",)
    assert check(GOOD).warnings == ()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (made_up_id(JIANYANG, date(2026, 11, 21), 1), "document.birth-future"),
        (made_up_id(JIANYANG, date(1899, 12, 31), 1), "document.birth-too-early"),
        ("35070319500231123" + "0", "document.birth-invalid"),
        (GOOD[:17], "document.length"),
        ("", "document.missing"),
        ("3507031950A1011234", "document.characters"),
        ("350703501301123", "document.birth-invalid"),
    ],
)
def test_what_cannot_be_right_is_an_error_with_its_own_code(number: str, code: str) -> None:
    """Each way of being wrong is worded differently on the screen."""
    assert code in check(number).errors


def test_a_number_is_read_in_full_width_with_spaces_quotes_and_small_x() -> None:
    """People type and paste numbers in many shapes; there is one normal form."""
    number = "11010519491231002X"
    for written in (
        "11010519491231002x",
        " 110105 19491231 002X ",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ):
        assert check(written).number == number
        assert match_key(DocumentType.RESIDENT_ID, written) == match_key(DocumentType.RESIDENT_ID, number)


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits_are_numbers_like_any_other(area: str) -> None:
    """港澳台居民居住证 begin with 81, 82 or 83; under the wrong kind they warn, and match all the same."""
    number = made_up_id(area, BIRTH, 5)
    permit = check(number, DocumentType.RESIDENCE_PERMIT)
    assert (permit.errors, permit.warnings) == ((), ())
    assert check(number).warnings == ("document.looks-like-residence-permit",)
    assert match_key(DocumentType.RESIDENT_ID, number) == match_key(DocumentType.RESIDENCE_PERMIT, number)
    assert check(GOOD, DocumentType.RESIDENCE_PERMIT).errors == ("document.not-residence-permit",)


@given(st.dates(date(1900, 1, 1), date(1999, 9, 30)), sequences)
def test_a_fifteen_digit_number_is_the_same_person_and_its_upgrade_is_offered(birth: date, sequence: int) -> None:
    """The old form is recognised with a warning and never replaced silently."""
    old, new = made_up_old_id("352122", birth, sequence), made_up_id("352122", birth, sequence)
    found = check(old)
    assert (found.number, found.upgraded, found.errors) == (old, new, ())
    assert "document.old-15-digits" in found.warnings
    assert match_key(DocumentType.RESIDENT_ID, old) == match_key(DocumentType.RESIDENT_ID, new)


@pytest.mark.parametrize(
    ("document_type", "one", "other"),
    [
        (DocumentType.HONG_KONG_MACAO_PASS, "H1234567801", "H12345678"),
        (DocumentType.HONG_KONG_MACAO_PASS, "m12345678", "M1234567802"),
        (DocumentType.TAIWAN_PASS, "1234567801", "12345678"),
        (DocumentType.TAIWAN_PASS, "12345678(B)", "1234567802"),
    ],
)
def test_passes_match_without_their_renewal_digits(document_type: DocumentType, one: str, other: str) -> None:
    """The first nine (港澳) or eight (台湾) characters stay for life."""
    assert check(one, document_type).errors == check(other, document_type).errors == ()
    assert match_key(document_type, one) == match_key(document_type, other) is not None


@pytest.mark.parametrize(
    ("document_type", "number"),
    [
        (DocumentType.HONG_KONG_MACAO_PASS, "A12345678"),
        (DocumentType.TAIWAN_PASS, "1234567"),
        (DocumentType.PASSPORT, "护照123"),
        (DocumentType.FOREIGN_PERMANENT, "12345"),
        (DocumentType.BIRTH_CERTIFICATE, "出生"),
    ],
)
def test_other_documents_of_a_wrong_form_are_errors_without_a_key(document_type: DocumentType, number: str) -> None:
    """Two wrong numbers must not make one person."""
    assert check(number, document_type).errors == ("document.format",)
    assert match_key(document_type, number) is None


def test_no_document_is_an_answer_and_matches_nobody() -> None:
    """Nobody is kept from help for want of a document."""
    for document_type in (DocumentType.NONE, DocumentType.HOUSEHOLD_REGISTER):
        assert check("", document_type).errors == ()
        assert match_key(document_type, "") is None
        assert check("123", document_type).errors == ("document.number-not-expected",)


def test_a_wrong_resident_number_has_no_key() -> None:
    """A typing error is not an identity."""
    assert match_key(DocumentType.RESIDENT_ID, GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")) is None


def test_the_middle_of_a_number_is_hidden() -> None:
    """At least half of any number stays hidden."""
    assert masked("350703195001011832") == "3507·····1832"
    assert masked("H12345678") == "H1·····78"
    assert masked("12345") == "·····"
    assert masked("") == ""
