"""The pages of a PDF, drawn one at a time, and several forms put together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from desktop.documents.consent_form import consent_form
from desktop.documents.identity_confirmation import identity_confirmation
from desktop.documents.portable_pages import bundled, drawn_pages, pages_to_sign
from tests.documents.form_samples import CONSENT, IDENTITY
from tests.documents.pdf_reading import page_texts


def test_nobody_waits_while_a_page_is_looked_at() -> None:
    """PDFium serves one caller at a time, but whoever looks at a page that has been drawn is none any more."""
    form = consent_form(CONSENT)
    with ThreadPoolExecutor(1) as others, closing(drawn_pages(form, 40)) as pages:
        first = next(pages)
        count, to_sign = others.submit(pages_to_sign, form).result(timeout=60)
        assert to_sign
        assert first.size == next(pages).size
        assert sum(1 for _ in pages) == count - 2


def test_each_copy_begins_on_a_sheet_of_its_own() -> None:
    """On a printer that prints both sides: a form of an odd number of pages is followed by an empty one."""
    one, five = identity_confirmation(IDENTITY), consent_form(CONSENT)
    assert (len(page_texts(one)), len(page_texts(five))) == (1, 5)
    pages = page_texts(bundled([one, five, one], 2))
    expected = [*page_texts(one), ""] * 2 + [*page_texts(five), ""] * 2 + [*page_texts(one), ""] * 2
    assert [text.strip() for text in pages] == [text.strip() for text in expected]
