"""What every form does around its own story: its wording, its characters, its marks, its type size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from reportlab.platypus import Flowable

from desktop.documents.fonts import require_printable
from desktop.documents.form_content import SAMPLE_WATERMARK
from desktop.documents.layout import LARGE, ORDINARY, TypeScale
from desktop.documents.pdf import FormContent, make_pdf, page_setup
from desktop.documents.print_mark import content_texts
from desktop.documents.wording import Wording, load_wording


class SizedContent(FormContent, Protocol):
    """What a form says beyond its wording, for which version of it, in ordinary (小四) or large (三号) type."""

    @property
    def wording_version(self) -> str:
        """The bundled version where the county issued none."""

    @property
    def large_type(self) -> bool:
        """三号 for old eyes."""


Content = TypeVar("Content", bound=SizedContent)
Story = Callable[[Content, Wording, TypeScale], Sequence[Flowable]]


def form_pdf(
    form: str,
    content: Content,
    number: str,
    story: Story[Content],
    wording: Wording | None = None,
    *,
    is_sample: bool = False,
) -> bytes:
    """The form as PDF, marked 样张 until it has a ``number``, or where it is to be one.

    ``wording`` is one issued by the county; without it the bundled one of the content's version is used. Raises
    UserFacingError ``print.missing-characters`` where no bundled font has a character of the content.
    """
    words = wording or load_wording(form, content.wording_version)
    require_printable(content_texts(content))
    setup = page_setup(content, words, number, SAMPLE_WATERMARK if is_sample or not number else "")
    return make_pdf(story(content, words, LARGE if content.large_type else ORDINARY), setup)
