"""The wordings of the forms: versioned data in ``resources/forms``, each with its SHA-256.

A consent is tied to the very words a person was told (个人信息保护法 第十四条: a changed purpose, manner or class
needs a new consent), so a wording is never edited: a change is a new file with a new version. A county issues its own
by the feed; ``desktop/services/wordings.py`` says which is in force.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any

from desktop.domain.errors import UserFacingError
from desktop.domain.wordings import version_key, wording_hash
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


@cache
def bundled_versions(form: str) -> tuple[str, ...]:
    """The versions of a form that come with the program, newest first; none of a form that it does not know."""
    return tuple(sorted((one for name, one in bundled_wordings() if name == form), key=version_key, reverse=True))


@cache
def pattern_of(form: str) -> Mapping[str, Any]:
    """The newest bundled wording as data: what a wording of this form must have to fit this program."""
    raw: Mapping[str, Any] = bundled_data(form, bundled_versions(form)[0])
    return raw


def bundled_data(form: str, version: str) -> dict[str, Any]:
    """A bundled wording as data; raises FileNotFoundError."""
    raw: dict[str, Any] = json.loads(resource_path("forms", f"{form}-{version}.json").read_bytes())
    return raw


def bundled_wordings() -> tuple[tuple[str, str], ...]:
    """Form and version of every wording that comes with the program, in order."""
    paths = sorted(resource_path("forms").glob("*.json"))
    return tuple((str(form), version) for form, _, version in (path.stem.rpartition("-") for path in paths))


def parse_wording(data: bytes) -> Wording:
    """Read a bundled wording from JSON; raises ValueError where it is not one."""
    try:
        return read_wording(json.loads(data))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a wording") from error


def read_wording(raw: Mapping[str, Any]) -> Wording:
    """A wording from data, bundled or issued by the county; raises ValueError where it is not one."""
    try:
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
            sha256=wording_hash(raw),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a wording") from error


def _wording_of(kept: dict[str, Any]) -> Wording:
    return Wording(**{**kept, "terms": MappingProxyType(kept["terms"])})
