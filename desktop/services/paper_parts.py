"""What a form says, part by part, each as a hash: so that it can be said which part is another than on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.documents.print_mark import content_hash


@dataclass(frozen=True, slots=True)
class _Part:
    print_id: str
    says: tuple[object, ...]


def part_hashes(print_id: str, said: Mapping[str, tuple[object, ...]]) -> dict[str, str]:
    """SHA-256 of each part. The print's id is in each: two papers have none in common."""
    return {name: content_hash(_Part(print_id, part), name) for name, part in said.items()}
