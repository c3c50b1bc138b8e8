"""Wordings as a county would write them, made from the bundled ones."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from desktop.documents.wording import bundled_data
from desktop.domain.wordings import wording_hash, wording_record
from desktop.services.application import Application
from tests.county_issued import issue

NEW_SENTENCE = "县里的新话：请您慢慢听，不着急。"


def reworded(form: str = "consent-self", version: str = "2026.2", **changes: Any) -> dict[str, Any]:
    """A newer version whose first paragraph ends in ``NEW_SENTENCE``; ``changes`` take the place of whole parts."""
    raw = bundled_data(form, "2026.1")
    raw["version"] = version
    raw["sections"][0]["paragraphs"][0] += NEW_SENTENCE
    return {**raw, **changes}


def without_section(raw: dict[str, Any], section: str) -> dict[str, Any]:
    """The same without one of its sections."""
    return {**raw, "sections": [one for one in raw["sections"] if one["id"] != section]}


def saying(raw: dict[str, Any], section: str, *paragraphs: str) -> dict[str, Any]:
    """The same with other paragraphs in one section."""
    sections = [{**one, "paragraphs": list(paragraphs)} if one["id"] == section else one for one in raw["sections"]]
    return {**raw, "sections": sections}


def body_of(raw: dict[str, Any], start: date, **more: Any) -> dict[str, Any]:
    """What the county would issue of it."""
    return {"form": raw["form"], "wording": raw, "sha256": wording_hash(raw), "from": start.isoformat(), **more}


def issue_wording(application: Application, raw: dict[str, Any], start: date, **more: Any) -> str:
    """Put it into a vault as the feed would, checked by nobody; answers the record's id."""
    record = wording_record(raw["form"], raw["version"])
    issue(application, "wording", record, {"version": 1, **body_of(raw, start), **more})
    return record


def as_file(raw: dict[str, Any]) -> bytes:
    """The file that the county's command reads."""
    return json.dumps(raw, ensure_ascii=False, indent=1).encode()
