"""Which wording a form is set in (表单文本): the one question that every form asks before it is made.

In force is the newest that the county issued and whose day has come, else the bundled one. A consent sheet keeps the
wording it was drafted in, and a print that is made again keeps that of its first printing. A wording that does not
fit this program is never used; it is said which, and why, and the last good one stays in force.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection

from desktop.documents.fonts import missing_characters
from desktop.documents.wording import Wording, bundled_data, bundled_versions, load_wording, pattern_of, read_wording
from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.issued_shapes import IssuedWording
from desktop.domain.plain import from_stored
from desktop.domain.wordings import (
    WORDING,
    Changes,
    Fault,
    Issue,
    Trouble,
    changes,
    fault_words,
    in_force,
    version_key,
    wording_faults,
    wording_hash,
)
from desktop.services.application import Application
from desktop.services.prints import noted
from desktop.storage import queries

_RECORD: Final = re.compile(rf"{WORDING}-(.+)-[^-]+")


@dataclass(frozen=True, slots=True)
class Unfit:
    """A wording that the county issued and this program cannot use: why, and which version is used instead."""

    record: str
    form: str
    title: str
    number: str
    version: str
    start: date
    faults: tuple[Fault, ...]
    instead: str

    @property
    def why(self) -> str:
        """The first three faults in words, and how many more there are."""
        told = "；".join(map(fault_words, self.faults[:3]))
        return f"{told}等 {len(self.faults)} 处" if len(self.faults) > 3 else told


@dataclass(frozen=True, slots=True)
class Choice:
    """The wording to set a form in. ``unfit`` is a newer one that would be in force and cannot be used here."""

    wording: Wording
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Newer:
    """The wording in force that came after a sheet was drafted: what it says otherwise than the sheet's own.

    ``withdrawn`` is the county's reason where it took the sheet's own back; then the sheet is not printed in it.
    """

    own: str
    version: str
    changes: Changes
    withdrawn: str | None = None
    is_own_usable: bool = True
    """False where this laptop has not got the sheet's own text or cannot use it (any more): it is not printed then."""


@dataclass(frozen=True, slots=True)
class _Known:
    record: str
    body: IssuedWording
    version: str
    faults: tuple[Fault, ...]

    @property
    def issue(self) -> Issue:
        body = self.body
        return Issue(body.form, self.version, body.start, body.withdrawn is not None, not self.faults)


def wording_for(application: Application, form: str, *, print_id: str = "", household: str = "") -> Choice:
    """The wording of a form: that of the first printing where one with ``print_id`` is noted, else the one in force."""

    def read(connection: Connection) -> Choice:
        if print_id and household:
            for one in noted(queries.of_kind(connection, "print", household=household)):
                fact = one.fact
                if one.had_paper and fact.get("print") == print_id and fact.get("wording"):
                    return Choice(by_hash(connection, form, fact["wording"], fact.get("version", "")))
        return read_in_force(connection, form, application.today())

    return application.read(read)


def read_in_force(connection: Connection, form: str, on: date) -> Choice:
    """The wording in force on a day, inside a transaction."""
    known = _issued(connection, form)
    issue = in_force([one.issue for one in known], form, on)
    if issue is None:
        wording = load_wording(form, bundled_versions(form)[0])
    else:
        wording = read_wording(next(one.body.wording for one in known if one.issue == issue))
    newer = [
        one for one in _unfit(known) if one.start <= on and (issue is None or _is_newer(one.version, issue.version))
    ]
    return Choice(wording, max(newer, key=lambda one: _order(one.version), default=None))


def hashes_in_force(connection: Connection, forms: Collection[str], on: date) -> dict[str, str]:
    """SHA-256 of the wordings in force on a day, by form."""
    return {form: read_in_force(connection, form, on).wording.sha256 for form in forms}


def by_hash(connection: Connection, form: str, sha256: str, version: str) -> Wording:
    """The very text with this hash, bundled or issued, withdrawn or not.

    Raises:
        UserFacingError: ``form.unknown-wording`` (values ``form``, ``version``) where this laptop has not got it or
            cannot use it.
    """
    for one in bundled_versions(form):
        wording = load_wording(form, one)
        if wording.sha256 == sha256:
            return wording
    for known in _issued(connection, form):
        if known.body.sha256 == sha256 and not known.faults:
            return read_wording(known.body.wording)
    raise UserFacingError("form.unknown-wording", form=form, version=version)


def sheet_wording(connection: Connection, fields: Mapping[str, Any], form: str, on: date) -> Choice:
    """The wording of a consent sheet: the one it was printed in, before that the one it was drafted in.

    ``form`` is what its paper would be today; where that is another than when it was printed or drafted (the person's
    papers have come to light since), it is the one in force.

    Raises:
        UserFacingError: as ``by_hash``.
    """
    printed, drafted = fields.get("wording"), fields.get("wordings", {}).get(form)
    version = str(fields.get("form_version", ""))
    if printed:
        try:
            return Choice(by_hash(connection, form, printed, version))
        except UserFacingError:
            if drafted == printed:
                raise
    if drafted:
        return Choice(by_hash(connection, form, drafted, version), read_in_force(connection, form, on).unfit)
    return read_in_force(connection, form, on)


def wording_of_sheet(
    connection: Connection, state: SheetState, fields: Mapping[str, Any], form: str, on: date
) -> Choice:
    """As ``sheet_wording``, for its paper.

    Raises:
        UserFacingError: ``form.wording-withdrawn`` for a sheet not printed yet whose text the county took back.
    """
    choice = sheet_wording(connection, fields, form, on)
    reason = withdrawn_because(connection, form, choice.wording.sha256) if state is SheetState.DRAFTED else None
    if reason is not None:
        raise UserFacingError("form.wording-withdrawn", version=choice.wording.version, reason=reason)
    return choice


def withdrawn_because(connection: Connection, form: str, sha256: str) -> str | None:
    """The county's reason where it has taken this text back; None where it stands."""
    for known in _issued(connection, form):
        if known.body.sha256 == sha256 and known.body.withdrawn is not None:
            return known.body.reason
    return None


def newer_than(connection: Connection, own: Wording, on: date) -> Newer | None:
    """The wording in force where it is another than a sheet's own, and what it says otherwise."""
    now = read_in_force(connection, own.form, on).wording
    if now.sha256 == own.sha256:
        return None
    said = changes(_data(connection, own), _data(connection, now))
    return Newer(own.version, now.version, said, withdrawn_because(connection, own.form, own.sha256))


def unfit_wordings(connection: Connection) -> tuple[Unfit, ...]:
    """Every issued wording that this program cannot use and no later one has taken the place of."""
    known = _issued(connection, None)
    good = [one for one in known if not one.faults and one.body.withdrawn is None]
    return tuple(
        one
        for one in _unfit(known)
        if not any(each.body.form == one.form and _is_newer(each.version, one.version) for each in good)
    )


def _data(connection: Connection, wording: Wording) -> Mapping[str, Any]:
    for one in bundled_versions(wording.form):
        if load_wording(wording.form, one).sha256 == wording.sha256:
            return bundled_data(wording.form, one)
    return next(one.body.wording for one in _issued(connection, wording.form) if one.body.sha256 == wording.sha256)


def _issued(connection: Connection, form: str | None) -> list[_Known]:
    """What the county issued of a form, or at all."""
    ids = [one for one in queries.ids_of_kind(connection, WORDING) if form is None or _form_of(one) == form]
    found = []
    for row in queries.many(connection, ids).values():
        body = from_stored(IssuedWording, row.state["issued"])
        version = str(body.wording.get("version", ""))
        found.append(_Known(row.id, body, version, _faults(body.form, body.sha256, _canonical(body.wording))))
    return found


def _form_of(record: str) -> str:
    match = _RECORD.fullmatch(record)
    return match[1] if match else ""


def _canonical(raw: Mapping[str, Any]) -> str:
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=64)
def _faults(form: str, sha256: str, text: str) -> tuple[Fault, ...]:
    """Everything that keeps a text from being used here; a text is looked through once."""
    raw = json.loads(text)
    if wording_hash(raw) != sha256:
        return (Fault(Trouble.DAMAGED),)
    if not bundled_versions(form) or raw.get("form") != form:
        return (Fault(Trouble.OTHER_FORM),)
    faults = wording_faults(raw, pattern_of(form))
    missing = () if faults else missing_characters(*_texts(raw))
    return faults or tuple(Fault(Trouble.CHARACTER, one) for one in missing)


def _texts(raw: Mapping[str, Any]) -> Iterator[str]:
    yield raw["title"]
    yield from raw["terms"].values()
    for section in raw["sections"]:
        yield section["heading"]
        yield from section["paragraphs"]


def _unfit(known: Collection[_Known]) -> Iterator[Unfit]:
    for one in known:
        if not one.faults or one.body.withdrawn is not None:
            continue
        form, raw = one.body.form, one.body.wording
        own: Mapping[str, Any] = pattern_of(form) if bundled_versions(form) else {**raw, "sections": ()}
        fit = [each.issue for each in known if each.body.form == form]
        issue = in_force(fit, form, one.body.start)
        instead = issue.version if issue is not None else str(own.get("version", ""))
        title, number = str(own.get("title", "")), str(own.get("number", ""))
        # A worker knows a section by its heading; its id is for those who write the file.
        called = {each["id"]: each["heading"].replace("{number}、", "") for each in own.get("sections", ())}
        faults = tuple(replace(each, place=called.get(each.place) or each.place) for each in one.faults)
        yield Unfit(one.record, form, title, number, one.version, one.body.start, faults, instead)


def _is_newer(version: str, than: str) -> bool:
    return _order(version) > _order(than)


def _order(version: str) -> tuple[int, int]:
    """By which versions are ordered; one that is no version counts as the newest, so that it is told of."""
    try:
        return version_key(version)
    except ValueError:
        return 9999, 0
