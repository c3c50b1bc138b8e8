"""Wordings are versioned data that can be told apart by their hash."""

from __future__ import annotations

import json

import pytest

from desktop.documents.form_content import CLASSES
from desktop.documents.wording import bundled_wordings, load_wording, parse_wording
from desktop.domain.consent import DATA_CLASS_NAMES
from desktop.domain.errors import UserFacingError
from desktop.resources import resource_path


def test_every_bundled_wording_is_what_its_file_name_says() -> None:
    """Form, version and language stand in the file as in its name."""
    found = bundled_wordings()
    assert ("consent-self", "2026.1") in found
    assert len(found) >= 5
    for form, version in found:
        wording = load_wording(form, version)
        language = "zh-Hant" if form.endswith("-hant") else "zh-Hans"
        assert (wording.form, wording.version, wording.language) == (form, version, language)
        assert len(wording.sha256) == 64


def test_line_ends_do_not_change_the_hash_and_words_do() -> None:
    """A checkout on Windows has the same wording; a changed comma makes another."""
    data = resource_path("forms", "consent-self-2026.1.json").read_bytes()
    original = parse_wording(data).sha256
    assert parse_wording(data.replace(b"\n", b"\r\n")).sha256 == original
    assert parse_wording(data.replace("；".encode(), "，".encode(), 1)).sha256 != original


@pytest.mark.parametrize(
    "form", ["consent-self", "consent-guardian", "consent-compatriot", "withdrawal", "referral-out"]
)
def test_data_classes_have_the_same_names_on_paper_and_screen(form: str) -> None:
    """One name per class; paper has Chinese brackets."""
    terms = load_wording(form, "2026.1").terms
    for code in CLASSES:
        name = DATA_CLASS_NAMES[code].replace("(", "（").replace(")", "）")
        assert terms[f"class.{code}"] == name


def test_an_unknown_wording_is_an_error_in_words() -> None:
    """A sheet of a version that this laptop does not have cannot be printed, and the worker is told which."""
    with pytest.raises(UserFacingError) as caught:
        load_wording("consent-self", "1999.1")
    assert caught.value.code == "form.unknown-wording"
    assert caught.value.values == {"form": "consent-self", "version": "1999.1"}


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", json.dumps({"form": "x"}).encode()])
def test_what_is_not_a_wording_is_refused(data: bytes) -> None:
    """Data from the county is checked before it is printed."""
    with pytest.raises(ValueError, match="not a wording"):
        parse_wording(data)
