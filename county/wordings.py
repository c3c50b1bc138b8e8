"""The county's own wordings of forms (表单文本): checked, issued by the feed, withdrawn, and kept for ever.

A wording fits where it has the parts of the wording that came with the program (``desktop/domain/wordings.py``); every
laptop asks the same of it again, by its own program. An issued text is never changed: another text is another version.
Which text a person signed is told by the hash on their sheet, and found here or among the bundled ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, select

from county import tables
from county.clock import today
from county.issuing import Issued, Item, issue_item
from county.journal import serialise
from county.opening import County
from county.records import WorkingSet
from desktop.domain.errors import UserFacingError
from desktop.domain.wordings import (
    NOT_ISSUED,
    WORDING,
    Issue,
    companions,
    fault_words,
    in_force,
    newest,
    version_key,
    wording_faults,
    wording_hash,
    wording_record,
)
from desktop.resources import resource_path

BUNDLED: Final = "bundled"
ISSUED: Final = "issued"


@dataclass(frozen=True, slots=True)
class Text:
    """One version of one form: where it is from, from when it counts (None: bundled), and whether it was withdrawn."""

    form: str
    number: str
    version: str
    sha256: str
    origin: str
    start: date | None = None
    withdrawn: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A form with the text in force on a day and every other that is known."""

    form: str
    title: str
    text: Text
    others: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """Which text a sheet was printed in; ``text`` and ``wording`` are None where no known text has that hash."""

    sheet: str
    number: str
    version: str
    sha256: str
    text: Text | None
    wording: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A wording that may be issued: ``differ`` are the forms that say the same and would stay in another version."""

    form: str
    number: str
    version: str
    sha256: str
    differ: Mapping[str, str]


def check_wording(county: County, data: bytes, on: date | None = None) -> Checked:
    """Whether a wording may be issued; writes nothing. ``on`` is the first day on which it would count.

    Raises:
        UserFacingError: ``wording.malformed``, ``wording.form-unknown``, ``wording.refused`` with every fault in
            ``faults``, ``wording.not-newer``, ``wording.from-past``.
    """
    raw = _read(data)
    with county.store.read() as connection:
        return _check(connection, county, raw, on or today())


def issue_wording(county: County, data: bytes, start: date) -> tuple[Checked, Issued]:
    """Issue a wording to the whole county, to count from ``start`` on; the same again writes nothing.

    Raises:
        UserFacingError: as ``check_wording``.
    """
    raw = _read(data)
    with county.store.write() as connection:
        serialise(connection, county.code)
        working = WorkingSet(connection, county.code)
        record = wording_record(str(raw.get("form")), str(raw.get("version")))
        working.load_ids([record])
        sha256 = wording_hash(raw)
        known = working.record(record)
        if known is not None and known.state is not None:
            old = known.state["issued"]
            if (old["sha256"], old["from"], old.get("withdrawn")) == (sha256, start.isoformat(), None):
                found = Checked(raw["form"], raw["number"], raw["version"], sha256, {})
                return found, Issued(record, old["version"], written=False)
        checked = _check(connection, county, raw, start)
        body = {"form": raw["form"], "wording": raw, "sha256": sha256, "from": start.isoformat()}
        return checked, issue_item(connection, county, working, Item(WORDING, record, body))


def withdraw_wording(county: County, form: str, version: str, reason: str) -> tuple[Text, Issued]:
    """Take an issued wording back; answers the text that counts from now on.

    The text itself stays: what was signed in it is still told by its hash.

    Raises:
        UserFacingError: ``wording.reason-missing``, ``wording.unknown``, ``wording.withdrawn``.
    """
    if not reason.strip():
        raise UserFacingError("wording.reason-missing")
    record = wording_record(form, version)
    with county.store.write() as connection:
        serialise(connection, county.code)
        working = WorkingSet(connection, county.code)
        working.load_ids([record])
        known = working.record(record)
        if known is None or known.kind != WORDING or known.state is None:
            raise UserFacingError("wording.unknown", form=form, version=version)
        body = known.state["issued"]
        if body.get("withdrawn"):
            raise UserFacingError("wording.withdrawn", form=form, version=version)
        taken = {**body, "withdrawn": today().isoformat(), "reason": reason.strip()}
        done = issue_item(connection, county, working, Item(WORDING, record, taken))
        return _in_force(form, _issued(connection, county), today()), done


def standings(county: County, on: date | None = None) -> tuple[Standing, ...]:
    """Every form with the text in force on a day, and the others: to come, superseded, withdrawn, bundled."""
    with county.store.read() as connection:
        issued = _issued(connection, county)
    found = []
    for form in sorted(_bundled()):
        now = _in_force(form, issued, on or today())
        known = [*(text for text, _ in issued if text.form == form), *(text for text, _ in _own(form))]
        others = tuple(one for one in known if one != now)
        found.append(Standing(form, str(_pattern(form)["title"]), now, others))
    return tuple(found)


def wording_text(county: County, form: str, version: str) -> list[tuple[Text, Mapping[str, Any]]]:
    """Every known text of a form by this version: one, or two where a later program brought the same number."""
    with county.store.read() as connection:
        known = [*_issued(connection, county), *_own(form)]
    found = [(text, raw) for text, raw in known if (text.form, text.version) == (form, version)]
    if not found:
        raise UserFacingError("wording.unknown", form=form, version=version)
    return found


def signed_wording(county: County, sheet: str) -> Signed:
    """The text that a sheet was printed in, by the hash that was noted when it was printed.

    Raises:
        UserFacingError: ``record.unknown``; ``wording.not-printed`` where the sheet names no text (yet).
    """
    with county.store.read() as connection:
        working = WorkingSet(connection, county.code)
        working.load_ids([sheet])
        known = working.record(sheet)
        if known is None or known.kind != "sheet" or known.state is None:
            raise UserFacingError("record.unknown")
        fields = known.state["fields"]
        sha256 = str(fields.get("wording", ""))
        if not sha256:
            raise UserFacingError("wording.not-printed")
        texts = [*_issued(connection, county), *(one for form in _bundled() for one in _own(form))]
    found = next(((text, raw) for text, raw in texts if text.sha256 == sha256), (None, None))
    return Signed(sheet, str(fields["number"]), str(fields.get("form_version", "")), sha256, *found)


def _read(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data)
    except ValueError:
        raise UserFacingError("wording.malformed") from None
    if not isinstance(raw, dict):
        raise UserFacingError("wording.malformed")
    return raw


def _check(connection: Connection, county: County, raw: Mapping[str, Any], start: date) -> Checked:
    form = raw.get("form")
    if not isinstance(form, str) or form not in _bundled():
        raise UserFacingError("wording.form-unknown", forms="、".join(sorted(_bundled())))
    faults = wording_faults(raw, _pattern(form))
    if faults:
        raise UserFacingError("wording.refused", faults="；".join(map(fault_words, faults)))
    issued = _issued(connection, county)
    version = str(raw["version"])
    before = newest([*(text.version for text, _ in issued if text.form == form), *_bundled()[form]])
    if version_key(version) <= version_key(before):
        raise UserFacingError("wording.not-newer", version=version, newest=before)
    if start < today():
        raise UserFacingError("wording.from-past", day=start.isoformat())
    others = {one: _in_force(one, issued, start).version for one in companions(form)}
    differ = {one: known for one, known in others.items() if known != version}
    return Checked(form, str(raw["number"]), version, wording_hash(raw), differ)


def _in_force(form: str, issued: list[tuple[Text, Mapping[str, Any]]], on: date) -> Text:
    known = {text.version: text for text, _ in issued if text.form == form}
    issues = [Issue(form, text.version, text.start or date.max, text.withdrawn is not None) for text in known.values()]
    found = in_force(issues, form, on)
    return known[found.version] if found is not None else _newest_own(form)


def _issued(connection: Connection, county: County) -> list[tuple[Text, Mapping[str, Any]]]:
    rows = connection.execute(
        select(tables.record.c.state).where(
            tables.record.c.county == county.code,
            tables.record.c.kind == WORDING,
            tables.record.c.state.is_not(None),
        )
    )
    found = []
    for row in rows:
        body = json.loads(row.state)["issued"]
        raw = body["wording"]
        withdrawn = date.fromisoformat(body["withdrawn"]) if body.get("withdrawn") else None
        text = Text(
            form=body["form"],
            number=str(raw.get("number", "")),
            version=str(raw.get("version", "")),
            sha256=body["sha256"],
            origin=ISSUED,
            start=date.fromisoformat(body["from"]),
            withdrawn=withdrawn,
            reason=body.get("reason", ""),
        )
        if _is_version(text.version):
            found.append((text, raw))
    return sorted(found, key=lambda one: (one[0].form, version_key(one[0].version)), reverse=True)


def _is_version(text: str) -> bool:
    try:
        return bool(version_key(text))
    except ValueError:
        return False


@cache
def _bundled() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The wordings that came with this program and may be issued anew, by form and version."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for path in sorted(resource_path("forms").glob("*.json")):
        raw = json.loads(path.read_bytes())
        if raw["form"] in NOT_ISSUED:
            continue
        found.setdefault(raw["form"], {})[raw["version"]] = raw
    return found


def _pattern(form: str) -> Mapping[str, Any]:
    return _bundled()[form][newest(_bundled()[form])]


def _own(form: str) -> Iterator[tuple[Text, Mapping[str, Any]]]:
    for version, raw in _bundled().get(form, {}).items():
        yield Text(form, raw["number"], version, wording_hash(raw), BUNDLED), raw


def _newest_own(form: str) -> Text:
    version = newest(_bundled()[form])
    return next(text for text, _ in _own(form) if text.version == version)
