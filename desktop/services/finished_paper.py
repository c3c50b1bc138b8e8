"""A form that is ready: the same for each of them, from what it says and the wording that was chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from desktop.documents.pdf import FormContent
from desktop.documents.portable_pages import bundled
from desktop.documents.print_mark import content_hash
from desktop.services.application import Application
from desktop.services.wordings import Choice, Unfit

_NUMBERS: Final = ("referral_number", "sheet_number", "visit_number", "number")
"""Where a form says its own number, the own one first: a slip names the consent's sheet too, a card its visit."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One form ready to be shown and printed. ``digest`` binds content and wording (SHA-256)."""

    pdf: bytes
    print_id: str
    form: str
    version: str
    digest: str
    parts: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of what it says of the person, the office, what it is about …, of a form that comes back signed."""
    number: str = ""
    """The number that stands on it; "" where it has none."""
    wording: str = ""
    """SHA-256 of the wording it is set in."""
    unfit: Unfit | None = None
    """A newer wording of the county's that this program cannot use: it is said before anything is printed."""
    large_type: bool = False
    """Set in 三号: noted with its printing, so that a reprint is as large."""
    enclosed: bytes = b""
    """The children's rule sheet that goes with the form, where the child is under fourteen: a print of its own."""

    @property
    def to_print(self) -> bytes:
        """What goes to the printer: the form, and what the family is given with it."""
        return bundled([self.pdf, self.enclosed], 1) if self.enclosed else self.pdf


def finished(
    application: Application,
    make: Callable[..., bytes],
    content: FormContent,
    choice: Choice,
    parts: Mapping[str, str] | None = None,
    *,
    more: Sequence[object] = (),
) -> Paper:
    """A form set from what it says and the wording chosen for it (``wordings.wording_for``).

    ``make`` takes content and wording, and ``more`` where the form needs more: what is no part of the print's hash.
    """
    wording = choice.wording
    return Paper(
        pdf=application.paper_process.typeset(make, content, wording, *more),
        print_id=content.print_id,
        form=wording.number,
        version=wording.version,
        digest=content_hash(content, wording.sha256),
        parts=parts or {},
        number=next((str(getattr(content, one)) for one in _NUMBERS if hasattr(content, one)), ""),
        wording=wording.sha256,
        unfit=choice.unfit,
        large_type=getattr(content, "large_type", False),
    )
