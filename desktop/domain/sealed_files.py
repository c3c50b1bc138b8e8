"""Which entries name sealed files that lie beside the store, and in which fields: erased and salvaged by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

SEALED_FILES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "scan.recorded": (("attachment", "size"), ("original", "original_size")),
    "signature.recorded": (("attachment", "size"), ("strokes", "strokes_size")),
}
"""By the kind of entry: the fields with a SHA-256 of sealed bytes, each with the one that has their number."""
_DIGEST: Final = 64


def sealed_files(entry_kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """SHA-256 and size of every sealed file that an entry's content names; what is no digest is left out."""
    for name, size in SEALED_FILES.get(entry_kind, ()):
        digest, length = body.get(name), body.get(size, 0)
        if isinstance(digest, str) and len(digest) == _DIGEST and digest.isalnum():
            yield digest, length if isinstance(length, int) else 0
