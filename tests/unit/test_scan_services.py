"""The paper comes back: every page to the sheet its code names, the rest into a tray that loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from desktop.documents.withdrawal_form import withdrawal_form
from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Name
from desktop.domain.prints import Came
from desktop.services import (
    consent,
    erasing,
    households,
    paper,
    scan_intake,
    scan_tray,
    scans,
    today,
)
from desktop.services.application import Application
from desktop.services.scan_prints import Note, Why, notes_on
from desktop.storage import attachments
from desktop.ui.pages.consent.scan_words import note_words
from tests.casework import new_sheet, recorded_household
from tests.county_issued import CHARITY, JUKOU, OFFICE, issue, organisation
from tests.documents.form_samples import WITHDRAWAL
from tests.vaults import closed_vault, enrolment, opened


def printed_sheet(application: Application, resident: str, second_worker: str = "何金水") -> tuple[str, bytes]:
    """A sheet as it came out of the printer; its id and its paper."""
    sheet = consent.draft_sheet(application, new_sheet(resident, second_worker=second_worker)).value
    made = paper.consent_paper_for(application, sheet)
    consent.record_printed(
        application,
        sheet,
        print_id=made.print_id,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(copies=2),
    )
    return sheet, made.pdf


def signed(application: Application, resident: str, second_worker: str = "何金水") -> tuple[str, bytes]:
    sheet, pdf = printed_sheet(application, resident, second_worker)
    sign(application, sheet)
    return sheet, pdf


def sign(application: Application, sheet: str, signer: consent.Signer = consent.Signer.SIGNATURE) -> None:
    asks = consent.sheet(application, sheet).asks
    answers = tuple(consent.Answer(ask.recipient, ask.purpose, one, True) for ask in asks for one in ask.classes)
    witness = "郑阿妹" if signer is consent.Signer.FINGERPRINT else ""
    consent.record_signed(application, sheet, answers, signer=signer, witness=witness, copy_given=True)


def refused(act: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(UserFacingError) as error:
        act()
    return error.value.code


@pytest.fixture
def resident(application: Application) -> str:
    return recorded_household(application).residents[0]


@cache
def drawn(pdf: bytes) -> tuple[Image.Image, ...]:
    """The pages of a print as a scanner sees them, at 110 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    return tuple(page.render(scale=110 / 72).to_pil().convert("RGB") for page in document)


def scanned(*pages: Image.Image) -> bytes:
    """A scanner's PDF: pictures and nothing else."""
    output = BytesIO()
    pages[0].save(output, "PDF", save_all=True, append_images=pages[1:], resolution=110)
    return output.getvalue()


def picture(page: Image.Image) -> bytes:
    output = BytesIO()
    page.save(output, "JPEG", quality=60)
    return output.getvalue()


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two pages on one table."""
    both = Image.new("RGB", (left.width + right.width, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    return both


def test_a_scanners_pdf_is_sorted_and_filed_page_by_page(application: Application, resident: str) -> None:
    """Two sheets' pages, shuffled and one upside down, in one PDF: each to its own sheet and page, in one action."""
    first, one = signed(application, resident)
    second, two = signed(application, resident)
    a, b = drawn(one), drawn(two)
    shuffled = [b[-1], *reversed(a), b[0].rotate(180), *b[1:-1]]
    done = scan_intake.take_in(application, scanned(*shuffled))
    assert not done.value.waiting
    assert {(filed.number, filed.sheet, filed.page) for filed in done.value.filed} == {
        (1, second, len(b)),
        *((2 + at, first, len(a) - at) for at in range(len(a))),
        (2 + len(a), second, 1),
        *((2 + len(a) + at, second, 1 + at) for at in range(1, len(b) - 1)),
    }
    for sheet, pages in ((first, a), (second, b)):
        assert [scan.page for scan in scans.scans_of(application, sheet)] == list(range(1, len(pages) + 1))
        assert consent.sheet(application, sheet).state is SheetState.SCANNED


def test_a_sheet_is_taken_in_only_when_every_page_that_is_signed_is_here(
    application: Application, resident: str
) -> None:
    """One page missing is said and can be completed later; pages of text alone do not hold it up."""
    sheet, pdf = signed(application, resident)
    pages = drawn(pdf)
    to_sign = scans.sheet_pages(application, sheet).to_sign
    assert 0 < len(to_sign) < len(pages)
    last = to_sign[-1]
    scan_intake.take_in(application, scanned(*[pages[one - 1] for one in to_sign[:-1]] or [pages[0]]))
    assert consent.sheet(application, sheet).state is SheetState.SIGNED
    said = scans.sheet_pages(application, sheet)
    assert said.to_sign == (last,)
    assert last in said.missing
    scan_intake.take_in(application, picture(pages[last - 1]))
    assert consent.sheet(application, sheet).state is SheetState.SCANNED
    assert scans.sheet_pages(application, sheet).to_sign == ()
    assert scans.sheet_pages(application, sheet).missing


def test_what_no_code_names_for_certain_waits_in_the_tray(application: Application, resident: str) -> None:
    """No code, two sheets in one picture, a page that is here, another laptop's form, another form, not signed yet."""
    sheet, pdf = signed(application, resident)
    unsigned, unsigned_pdf = printed_sheet(application, resident)
    page = drawn(pdf)[0]
    both = Image.new("RGB", (2 * page.width, page.height), "white")
    both.paste(page, (0, 0))
    both.paste(drawn(pdf)[1], (page.width, 0))
    stranger = drawn(withdrawal_form(replace(WITHDRAWAL, print_id="f" * 32)))[0]
    other_form = drawn(withdrawal_form(replace(WITHDRAWAL, print_id=f"{sheet[:24]}-slip")))[0]
    given = [page, Image.new("RGB", page.size, "white"), both, page, stranger, other_form, drawn(unsigned_pdf)[0]]
    done = scan_intake.take_in(application, scanned(*given), sheet_id=sheet).value
    assert [(one.sheet, one.page) for one in done.filed] == [(sheet, 1)]
    assert [(one.why, one.sheet, one.page) for one in done.waiting] == [
        (Why.NO_CODE, sheet, 0),
        (Why.SEVERAL, sheet, 0),
        (Why.PAGE_HERE, sheet, 1),
        (Why.UNKNOWN, "", 0),
        (Why.OTHER_FORM, "", 0),
        (Why.NOT_SIGNED, unsigned, 1),
    ]
    assert {one.id for one in scan_tray.tray(application)} == {one.id for one in done.waiting}
    assert today.today(application).unfinished == ()
    assert consent.sheet(application, unsigned).state is SheetState.PRINTED


def test_the_tray_is_there_after_a_lock_and_nothing_of_it_is_readable_on_the_disk(tmp_path: Path) -> None:
    """Closed and opened again, the picture is the same; no file begins like a picture."""
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        waiting = scan_intake.take_in(application, picture(Image.new("RGB", (600, 850), "grey"))).value.waiting[0]
        before = scan_tray.tray_picture(application, waiting.id)
    assert before.startswith(b"\xff\xd8\xff")
    for file in (one for one in tmp_path.rglob("*") if one.is_file()):
        assert before[200:264] not in file.read_bytes(), file
    with opened(closed) as application:
        (kept,) = scan_tray.tray(application)
        assert scan_tray.tray_picture(application, kept.id) == before


def test_a_person_files_what_waits_or_discards_it(application: Application, resident: str) -> None:
    """Filed as said and marked as such; discarded for good; neither twice."""
    sheet, _ = signed(application, resident)
    blank = picture(Image.new("RGB", (600, 850), "white"))
    first, second = (scan_intake.take_in(application, blank).value.waiting[0] for _ in range(2))
    with pytest.raises(UserFacingError) as wrong:
        scan_tray.file_from_tray(application, first.id, sheet, 99)
    assert wrong.value.code == "scan.no-such-page"
    scan_tray.file_from_tray(application, first.id, sheet, 2)
    (scan,) = scans.scans_of(application, sheet)
    assert (scan.page, scan.recognised) == (2, False)
    assert scans.sheet_pages(application, sheet).notes == (Note.BY_HAND,)
    scan_tray.discard_from_tray(application, second.id)
    assert scan_tray.tray(application) == ()
    for gone in (first, second):
        with pytest.raises(UserFacingError) as missing:
            scan_tray.file_from_tray(application, gone.id, sheet, 2)
        assert missing.value.code == "scan.not-in-tray"


def test_what_waited_for_the_signature_is_filed_as_recognised_once_it_is_recorded(
    application: Application, resident: str
) -> None:
    """The code is remembered: a person's yes to what it names is no filing by hand."""
    sheet, pdf = printed_sheet(application, resident)
    (waiting,) = scan_intake.take_in(application, picture(drawn(pdf)[1])).value.waiting
    assert refused(lambda: scan_tray.file_from_tray(application, waiting.id, sheet, 2)) == "scan.not-signed"
    sign(application, sheet)
    scan_tray.file_from_tray(application, waiting.id, sheet, 2)
    (scan,) = scans.scans_of(application, sheet)
    assert (scan.page, scan.recognised) == (2, True)


def test_nobody_files_a_page_to_another_sheet_than_its_code_names(application: Application, resident: str) -> None:
    """Nor to a void one; it goes on waiting."""
    sheet, pdf = signed(application, resident)
    other, _ = signed(application, resident)
    scan_intake.take_in(application, picture(drawn(pdf)[0]))
    form = drawn(withdrawal_form(replace(WITHDRAWAL, print_id=f"{sheet[:24]}-slip")))[0]
    stranger = drawn(withdrawal_form(replace(WITHDRAWAL, print_id="f" * 32)))[0]
    both = side_by_side(*drawn(pdf)[:2])
    given = scanned(drawn(pdf)[0], form, stranger, both, Image.new("RGB", form.size, "white"))
    page, form_page, strange, several, blank = scan_intake.take_in(application, given).value.waiting
    for waiting, code in (
        (page, "scan.other-sheet"),
        (form_page, "scan.other-form"),
        (strange, "scan.unknown-print"),
        (several, "scan.other-sheet"),
    ):
        assert refused(lambda: scan_tray.file_from_tray(application, waiting.id, other, 1)) == code  # noqa: B023
    consent.void_sheet(application, other, "写坏了")
    assert refused(lambda: scan_tray.file_from_tray(application, blank.id, other, 1)) == "scan.sheet-void"
    assert refused(lambda: scans.take_scan(application, other, picture(drawn(pdf)[0]))) == "scan.sheet-void"
    assert len(scan_tray.tray(application)) == 5
    assert scans.scans_of(application, other) == ()


def test_a_page_of_a_printing_that_nobody_recorded_is_filed_by_hand(application: Application, resident: str) -> None:
    """Its code names the sheet, but what the paper says is not known: no older print, and not recognised."""
    sheet, _ = signed(application, resident)
    households.change_resident(application, resident, {"name": Name("吉建华")})
    unrecorded = paper.consent_paper_for(application, sheet).pdf
    (waiting,) = scan_intake.take_in(application, picture(drawn(unrecorded)[1])).value.waiting
    assert waiting.why is Why.CHANGED
    scan_tray.file_from_tray(application, waiting.id, sheet, 2)
    (scan,) = scans.scans_of(application, sheet)
    assert not scan.recognised
    assert scans.sheet_pages(application, sheet).notes == (Note.RECORD_CHANGED, Note.BY_HAND)
    told = {"page": 1, "pages": 4, "recognised": True, "short_hash": "00000000"}
    assert notes_on(application, sheet, [told]) == (Note.RECORD_CHANGED, Note.BY_HAND)


def test_a_record_that_changed_after_printing_is_said_and_the_paper_is_kept(
    application: Application, resident: str
) -> None:
    """The name was corrected after the person had signed: what was signed is filed, and the checker hears of it."""
    sheet, pdf = signed(application, resident)
    scan_intake.take_in(application, picture(drawn(pdf)[0]))
    assert scans.sheet_pages(application, sheet).notes == ()
    households.change_resident(application, resident, {"name": Name("吉建华")})
    assert scans.sheet_pages(application, sheet).notes == (Note.RECORD_CHANGED,)
    scan_intake.take_in(application, picture(drawn(pdf)[1]))
    assert len(scans.scans_of(application, sheet)) == 2


def test_it_is_said_what_changed_since_the_printing(application: Application, resident: str) -> None:
    """The office's telephone, the recipient's name, the person's own: each by its own words, and all three together."""
    sheet = consent.draft_sheet(application, new_sheet(resident)).value
    made = paper.consent_paper_for(application, sheet)
    about = {"print_id": made.print_id, "form": made.form, "version": made.version, "digest": made.digest}
    consent.record_printed(application, sheet, **about, came=Came(copies=2), parts=made.parts)  # type: ignore[arg-type]
    sign(application, sheet)

    def said() -> tuple[Note, ...]:
        return scans.sheet_pages(application, sheet).notes

    assert said() == ()
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2})
    assert said() == (), "issued anew, and says the same"
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 3, "phone": "0599-5000009"})
    assert said() == (Note.OFFICE_CHANGED,)
    issue(application, "organisation", CHARITY, {**organisation("福建省慈善总会（更名）"), "version": 2})
    assert said() == (Note.OFFICE_CHANGED, Note.RECIPIENTS_CHANGED)
    households.change_resident(application, resident, {"name": Name("吉建华")})
    assert said() == (Note.PERSON_CHANGED, Note.OFFICE_CHANGED, Note.RECIPIENTS_CHANGED)
    words = note_words(scans.sheet_pages(application, sheet))
    assert all(part in line for part, line in zip(("本人", "本单位", "接收方"), words, strict=True))


def test_an_older_printing_is_said(application: Application, resident: str) -> None:
    """Printed, the record changed, printed anew: a page of the first printing is known, and is said to be the older."""
    sheet, older = signed(application, resident)
    households.change_resident(application, resident, {"name": Name("吉建华")})
    made = paper.consent_paper_for(application, sheet)
    consent.record_printed(
        application,
        sheet,
        print_id=sheet,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(copies=1),
    )
    scan_intake.take_in(application, picture(drawn(older)[0]))
    assert Note.OLDER_PRINT in scans.sheet_pages(application, sheet).notes
    scan_intake.take_in(application, picture(drawn(made.pdf)[1]))
    assert [scan.page for scan in scans.scans_of(application, sheet)] == [1, 2]


def test_a_photograph_is_kept_as_it_came_beside_the_sheet_laid_flat(application: Application, resident: str) -> None:
    """Both are sealed files of the scan; erasing the scan takes both."""
    sheet, pdf = signed(application, resident)
    scan_intake.take_in(application, picture(drawn(pdf)[0].rotate(90, expand=True)))
    (scan,) = scans.scans_of(application, sheet)
    upright = Image.open(BytesIO(scans.scan_picture(application, scan)))
    came = Image.open(BytesIO(scans.original_picture(application, scan)))
    assert upright.height > upright.width
    assert came.width > came.height
    files = application.read(lambda connection: attachments.of_record(connection, scan.id))
    assert {one.digest for one in files} == {scan.digest, scan.original}
    erasing.erase_scan(application, scan.id, "wrong-sheet")
    kept = {one.name for one in (application.folder / attachments.FOLDER).iterdir()}
    assert not kept & {scan.digest, scan.original}


def test_a_file_of_nothing_and_a_locked_pdf_are_said(application: Application) -> None:
    """Nothing of it is taken in, and the words say which of the two it is."""
    writer = PdfWriter(PdfReader(BytesIO(scanned(Image.new("RGB", (200, 300), "white")))))
    writer.encrypt("secret")
    locked = BytesIO()
    writer.write(locked)
    many = scanned(*[Image.new("RGB", (60, 80), "white")] * 41)
    for file, code in (
        (locked.getvalue(), "scan.pdf-locked"),
        (b"%PDF-1.7 nothing", "scan.not-an-image"),
        (many, "scan.too-many-pages"),
    ):
        with pytest.raises(UserFacingError) as refused:
            scan_intake.take_in(application, file)
        assert refused.value.code == code
    assert scan_tray.tray(application) == ()


def filed_by_a_colleague(application: Application, sheet: str, page: int, pages: int) -> None:
    """A scan's record as it comes by the feed: what the colleague's laptop knew of the sheet is not known here."""
    known = consent.sheet(application, sheet)
    fact = {"household": known.household, "resident": known.resident, "sheet": sheet, "page": page, "pages": pages}
    picture_of = {"recognised": True, "attachment": "0" * 64, "size": 1, "media": scans.MEDIA}
    application.act(lambda action: action.add("scan.recorded", households.new_id(), fact | picture_of))


def test_a_sheet_of_which_all_is_here_is_taken_in_when_its_signing_is_recorded(
    application: Application, resident: str
) -> None:
    """The colleague took in the paper before: no page will come any more that would say it. One missing: it waits."""
    whole, pdf = printed_sheet(application, resident)
    part, _ = printed_sheet(application, resident)
    pages = len(drawn(pdf))
    for page in range(1, pages + 1):
        filed_by_a_colleague(application, whole, page, pages)
    filed_by_a_colleague(application, part, 1, pages)
    sign(application, whole)
    sign(application, part)
    assert consent.sheet(application, whole).state is SheetState.SCANNED
    assert consent.sheet(application, part).state is SheetState.SIGNED


def test_a_sheet_that_two_laptops_took_in_is_moved_on_by_the_next_picture_of_it(
    application: Application, resident: str
) -> None:
    """Each had a part, so that neither has said that nothing is missing."""
    sheet, pdf = signed(application, resident)
    pages = len(drawn(pdf))
    for page in range(1, pages + 1):
        filed_by_a_colleague(application, sheet, page, pages)
    assert consent.sheet(application, sheet).state is SheetState.SIGNED
    done = scan_intake.take_in(application, picture(drawn(pdf)[0])).value
    assert [one.why for one in done.waiting] == [Why.PAGE_HERE]
    assert not done.filed
    assert consent.sheet(application, sheet).state is SheetState.SCANNED


def test_a_sheet_whose_last_page_came_by_the_feed_is_moved_on(application: Application, resident: str) -> None:
    """Complete without a picture of one's own; one of which a page to sign is missing stays as it is."""
    whole, pdf = signed(application, resident)
    part, _ = signed(application, resident)
    pages = len(drawn(pdf))
    for page in range(1, pages + 1):
        filed_by_a_colleague(application, whole, page, pages)
    filed_by_a_colleague(application, part, 1, pages)
    done = scans.move_on_complete(application)
    assert done.value == (whole,)
    assert "sheet" in done.changed
    assert consent.sheet(application, whole).state is SheetState.SCANNED
    assert consent.sheet(application, part).state is SheetState.SIGNED
    assert scans.move_on_complete(application).value == ()
