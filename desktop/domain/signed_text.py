"""A signed document inside a record: the county's release, a colleague's check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedText:
    """The document's own text, and the signature over its bytes in hex (``desktop/sync/README.md`` §1)."""

    signed: str
    signature: str
