"""The wordings of the forms: versioned data in ``resources/forms``, each with its SHA-256.

A consent is tied to the very words a person was told (个人信息保护法 第十四条: a changed purpose, manner or class
needs a new consent), so a wording is never edited: a change is a new file with a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any

from desktop.domain.errors import UserFacingError
from desktop.resources import resource_path


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of a form; paragraphs may hold ``**bold**`` and ``{placeholders}``."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of one form."""

    form: str
    """For example ``consent-self``."""
    number: str
    """The number shown on paper, for example ``TY-01``."""
    version: str
    language: str
    title: str
    sections: tuple[Section, ...]
    terms: Mapping[str, str]
    """Short texts by key: labels of fields, names of data classes, choices."""
    sha256: str
    """64 hexadecimal digits over the canonical JSON, so that line ends do not matter."""

    def __reduce__(self) -> tuple[Any, ...]:
        """To go to another process: a proxy of a mapping cannot."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return _wording_of, ({**kept, "terms": dict(self.terms)},)

    def section(self, section_id: str) -> Section:
        """Raises KeyError for a section that this form does not have."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)


@cache
def load_wording(form: str, version: str) -> Wording:
    """A bundled wording; raises UserFacingError ``form.unknown-wording`` (values ``form``, ``version``)."""
    try:
        path = resource_path("forms", f"{form}-{version}.json")
    except FileNotFoundError as error:
        raise UserFacingError("form.unknown-wording", form=form, version=version) from error
    return parse_wording(path.read_bytes())


def bundled_wordings() -> tuple[tuple[str, str], ...]:
    """Form and version of every wording that comes with the program, in order."""
    paths = sorted(resource_path("forms").glob("*.json"))
    return tuple((str(form), version) for form, _, version in (path.stem.rpartition("-") for path in paths))


def parse_wording(data: bytes) -> Wording:
    """Read a wording from JSON, bundled or issued by the county; raises ValueError where it is not one."""
    try:
        raw: dict[str, Any] = json.loads(data)
        return Wording(
            form=raw["form"],
            number=raw["number"],
            version=raw["version"],
            language=raw["language"],
            title=raw["title"],
            sections=tuple(
                Section(section["id"], section["heading"], tuple(section["paragraphs"])) for section in raw["sections"]
            ),
            terms=MappingProxyType(dict(raw["terms"])),
            sha256=hashlib.sha256(_canonical(raw)).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a wording") from error


def _wording_of(kept: dict[str, Any]) -> Wording:
    return Wording(**{**kept, "terms": MappingProxyType(kept["terms"])})


def _canonical(raw: dict[str, Any]) -> bytes:
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
