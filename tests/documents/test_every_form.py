"""What holds for every printed form."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from desktop.documents.consent_form import consent_form
from desktop.documents.referral_slip import referral_slip
from desktop.documents.visit_record import visit_record
from desktop.documents.withdrawal_form import withdrawal_form
from desktop.domain.errors import UserFacingError
from tests.documents.form_samples import CONSENT, HARD_NAMES, REFERRAL, RELEASE, VILLAGE, VISIT, WITHDRAWAL
from tests.documents.pdf_reading import fonts_not_embedded, page_texts, poppler_text, run_on, whole_text

FORMS = {
    "consent": lambda: consent_form(CONSENT),
    "consent in large type": lambda: consent_form(replace(CONSENT, large_type=True)),
    "withdrawal": lambda: withdrawal_form(WITHDRAWAL),
    "file copy": lambda: referral_slip(REFERRAL),
    "recipient's slip": lambda: referral_slip(replace(REFERRAL, release=RELEASE)),
    "visit record": lambda: visit_record(VISIT),
    "visit record in large type": lambda: visit_record(replace(VISIT, large_type=True)),
}
_written: list[str] = []
_watching = False


def _note_writes(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event == "open" and any(letter in str(arguments[1] or "") for letter in "wax+"):
        _written.append(str(arguments[0]))


sys.addaudithook(_note_writes)


@pytest.fixture(scope="module", params=FORMS, name="pdf")
def each_form(request: pytest.FixtureRequest) -> bytes:
    return FORMS[request.param]()


@pytest.fixture
def written_files() -> Iterator[list[str]]:
    """Files opened for writing, by anything in this process, while the test runs."""
    global _watching  # noqa: PLW0603 (an audit hook cannot be taken away again)
    _written.clear()
    _watching = True
    yield _written
    _watching = False


def test_names_and_villages_are_read_back_exactly_by_pypdf(pdf: bytes) -> None:
    """𠮷 beyond U+FFFF, 㛃 䶮 and 㘵 of Extension A come out of the paper as they went in."""
    text = whole_text(pdf)
    for expected in (*HARD_NAMES[:1], HARD_NAMES[2], VILLAGE):
        assert expected in text


def test_names_and_villages_are_read_back_exactly_by_pdftotext(pdf: bytes) -> None:
    """The same with another program, on lines of their own: no space is put between the characters."""
    text = poppler_text(pdf)
    for expected in ("𠮷建国", VILLAGE):
        assert expected in text


def test_all_fonts_are_embedded_with_a_map_to_unicode(pdf: bytes) -> None:
    """A laptop or printer without Chinese fonts shows the same page."""
    assert fonts_not_embedded(pdf) == []


def test_pdffonts_says_that_all_fonts_are_embedded(pdf: bytes) -> None:
    """The same with another program: emb, sub and uni are yes for every font."""
    lines = run_on(pdf, "pdffonts", "-").decode().splitlines()[2:]
    assert lines
    for line in lines:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line


def test_qpdf_finds_nothing_wrong(pdf: bytes, tmp_path: Path) -> None:
    """The file keeps the rules of PDF; qpdf ends with an error code where it does not."""
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    assert b"No syntax or stream encoding errors" in run_on(b"", "qpdf", "--check", str(path))


def test_each_page_has_the_code_line_and_its_number(pdf: bytes) -> None:
    """Form number, wording version, short hash, page x of y."""
    pages = page_texts(pdf)
    for number, text in enumerate(pages, start=1):
        assert f"第{number}页/共{len(pages)}页" in text
        assert re.search(r"(TY-0[14]|ZJ-01|ZF-01)·2026\.1版·[0-9a-f]{8}编号", text)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_content_gives_the_same_bytes(form: str) -> None:
    """The hash of a print can be made again from its content."""
    assert FORMS[form]() == FORMS[form]()


def test_another_process_gives_the_same_bytes() -> None:
    """The bytes depend on nothing but the content: no clock, no random id, no order of a set."""
    program = (
        "import hashlib; from desktop.documents.consent_form import consent_form; "
        "from tests.documents.form_samples import CONSENT; print(hashlib.sha256(consent_form(CONSENT)).hexdigest())"
    )
    root = Path(__file__).parents[2]
    answer = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=True, text=True)
    assert answer.stdout.strip() == hashlib.sha256(consent_form(CONSENT)).hexdigest()


def test_metadata_name_nobody(pdf: bytes) -> None:
    """Title and subject say which form it is, and nothing of the person, place or worker."""
    metadata = PdfReader(BytesIO(pdf)).metadata
    assert metadata is not None
    said = "".join(str(value) for value in metadata.values())
    assert "Zoucun" in said
    for secret in ("𠮷", "建国", "㘵", "陈晓燕", "JK-0012"):
        assert secret not in said


@pytest.mark.parametrize("form", FORMS)
def test_making_a_form_writes_no_file(form: str, written_files: list[str]) -> None:
    """No plaintext of a person on disk, not even for a moment."""
    FORMS[form]()
    assert written_files == []


@pytest.mark.parametrize(
    "make",
    [
        lambda name: consent_form(replace(CONSENT, resident=replace(CONSENT.resident, name=name))),
        lambda name: withdrawal_form(replace(WITHDRAWAL, identity_check=name)),
        lambda name: referral_slip(replace(REFERRAL, reviewer=name)),
        lambda name: visit_record(replace(VISIT, respondent=name)),
    ],
)
def test_a_character_that_no_font_has_is_reported_instead_of_printed(make: object) -> None:
    """All missing characters are named at once, each once; nothing is printed with a blank box."""
    with pytest.raises(UserFacingError) as caught:
        make("张\U0002ebf0王\U00031350\U0002ebf0")  # type: ignore[operator]
    assert caught.value.code == "print.missing-characters"
    assert caught.value.values["characters"] == ("\U0002ebf0", "\U00031350")


def test_long_texts_are_printed_whole() -> None:
    """A text longer than a page goes on in further rows; not a character is lost."""
    text = "难" * 2345 + "急" * 1234
    printed = whole_text(visit_record(replace(VISIT, conclusion=text)))
    plain = whole_text(visit_record(replace(VISIT, conclusion="")))
    assert printed.count("难") - plain.count("难") == 2345
    assert printed.count("急") - plain.count("急") == 1234


def test_a_cell_too_long_for_a_page_is_said_in_words() -> None:
    """A narrow cell that would not fit on a page is an error a worker can act on."""
    member = replace(VISIT.members[0], health="病" * 2000)
    with pytest.raises(UserFacingError) as caught:
        visit_record(replace(VISIT, members=(member,)))
    assert caught.value.code == "print.text-too-long"
