"""The pages of a PDF, drawn one at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from desktop.documents.consent_form import consent_form
from desktop.documents.portable_pages import drawn_pages, pages_to_sign
from tests.documents.form_samples import CONSENT


def test_nobody_waits_while_a_page_is_looked_at() -> None:
    """PDFium serves one caller at a time, but whoever looks at a page that has been drawn is none any more."""
    form = consent_form(CONSENT)
    with ThreadPoolExecutor(1) as others, closing(drawn_pages(form, 40)) as pages:
        first = next(pages)
        count, to_sign = others.submit(pages_to_sign, form).result(timeout=60)
        assert to_sign
        assert first.size == next(pages).size
        assert sum(1 for _ in pages) == count - 2
