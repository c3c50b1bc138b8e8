"""Which print a picture's code belongs to, and how a paper stands to its record (扫描件与打印记录)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from desktop.documents.childrens_rules import RULES
from desktop.documents.portable_pages import pages_to_sign
from desktop.documents.print_mark import SHORT_HASH_LENGTH, PrintMark
from desktop.documents.wording import Wording, pattern_of
from desktop.domain.blanks import BLANK, BlankState
from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import PrintOutcome
from desktop.domain.publicity import PublicityState
from desktop.services import paper
from desktop.services.application import Application
from desktop.services.blank_numbers import Blank, read_blank
from desktop.services.consent_records import read_sheet
from desktop.services.fingerprints import keeps_fingerprints, stays_on_paper
from desktop.services.prints import noted, read_prints
from desktop.services.signed_forms import signed_form_of
from desktop.services.wordings import wording_for
from desktop.storage import queries

_OTHER_FORM = re.compile(r".+-(slip|copy)")
"""How ``paper`` names the prints of the forms that are no consent."""


SIGNED: Final = "print"
"""The kind of a signed paper that is no record itself (``signed_papers``)."""


class Why(StrEnum):
    """Why a picture is not filed and waits in the tray."""

    NO_CODE = "no-code"
    NOT_LOOKED_AT = "not-looked-at"
    """The lock or the power's end came before its code was looked for."""
    SEVERAL = "several-codes"
    UNKNOWN = "unknown-print"
    OTHER_FORM = "other-form"
    CHILDRENS_RULES = "childrens-rules"
    ROUND_SHEET = "round-sheet"
    IDENTITY = "identity-confirmation"
    CHANGED = "changed"
    NOT_SIGNED = "not-signed"
    VOID = "void"
    FINGERPRINT = "fingerprint"
    """The county keeps no pictures of fingerprints: the page does not wait, it is let go."""
    PAGE_HERE = "page-here"
    BLANK = "blank"
    """A blank form's number that this worker has to bind to a person."""
    BLANK_COLLEAGUES = "blank-colleagues"
    """A number that a colleague has."""
    BLANK_USED = "blank-used"
    """A number that is void, came back unused, belongs to a stock that was not printed, or whose sheet is gone."""


class Note(StrEnum):
    """What whoever checks a sheet has to know of its pictures."""

    PERSON_CHANGED = "person-changed"
    OFFICE_CHANGED = "office-changed"
    RECIPIENTS_CHANGED = "recipients-changed"
    HOUSEHOLD_CHANGED = "household-changed"
    SUBJECT_CHANGED = "subject-changed"
    """The visit, the needs, the wish or the referral that a form is about."""
    RECORD_CHANGED = "record-changed"
    """Something changed, and the printing does not say what it was."""
    OLDER_PRINT = "older-print"
    OLDER_WORDING = "older-wording"
    NEWER_PAPER = "newer-paper"
    """Another of its kind was printed of the same record afterwards, under another number."""
    BY_HAND = "by-hand"
    TWICE = "twice"


NO_CONSENT = frozenset({Why.OTHER_FORM, Why.CHILDRENS_RULES, Why.ROUND_SHEET, Why.IDENTITY})
"""Why a page is filed to no sheet at all: it is of another form of ours."""


_PART_CHANGED = {
    "person": Note.PERSON_CHANGED,
    "office": Note.OFFICE_CHANGED,
    "recipients": Note.RECIPIENTS_CHANGED,
    "household": Note.HOUSEHOLD_CHANGED,
    "subject": Note.SUBJECT_CHANGED,
}


@dataclass(frozen=True, slots=True)
class Owner:
    """The paper that a code names ("" if unknown here): the record of a sheet, a withdrawal or a consent to publicity,
    or the print of another signed form; and why the page cannot be filed to it (None if it can)."""

    sheet: str
    why: Why | None
    kind: str = "sheet"


@dataclass(frozen=True, slots=True)
class PagesToCome:
    """How many pages a sheet's paper has, and which of them carry a box or a place to sign."""

    pages: int
    to_sign: tuple[int, ...]


def owner_of(connection: Connection, mark: PrintMark, worker: str) -> Owner:
    """The sheet that a mark belongs to. What no print of ours says is never guessed.

    A blank form that is bound to nobody has the id of the sheet that it may become; ``worker`` is who asks.
    """
    row = queries.one(connection, mark.print_id)
    if row is not None and row.kind == "withdrawal":
        return _withdrawal(connection, mark, row)
    if row is not None and row.kind == "publicity":
        return _publicity(connection, mark, row)
    if row is None:
        blank = read_blank(connection, mark.print_id)
        if blank is not None:
            return Owner(blank.id, _why_not_bound(blank, mark, worker))
    if row is None or row.kind != "sheet":
        return _signed_paper(connection, mark) or Owner("", _form_of(connection, mark))
    if mark.short_hash not in {one["hash"][:SHORT_HASH_LENGTH] for one in prints_of(connection, row)}:
        return Owner(row.id, Why.CHANGED)
    if not 1 <= mark.page <= mark.pages:
        return Owner("", Why.UNKNOWN)
    if row.status == SheetState.VOID:
        return Owner(row.id, Why.VOID)
    if row.status in (SheetState.DRAFTED, SheetState.PRINTED):
        return Owner(row.id, Why.NOT_SIGNED)
    if stays_on_paper(connection, row.state["fields"]):
        return Owner(row.id, Why.FINGERPRINT)
    return Owner(row.id, None)


def _withdrawal(connection: Connection, mark: PrintMark, row: queries.RecordRow) -> Owner:
    """The withdrawal that a mark belongs to; its page waits for nothing, since the withdrawal is in force."""
    if mark.short_hash not in {one["hash"][:SHORT_HASH_LENGTH] for one in _printed_of(connection, row)}:
        return Owner(row.id, Why.CHANGED, kind="withdrawal")
    if not 1 <= mark.page <= mark.pages:
        return Owner("", Why.UNKNOWN)
    return Owner(row.id, None if keeps_fingerprints(connection) else Why.FINGERPRINT, kind="withdrawal")


def _publicity(connection: Connection, mark: PrintMark, row: queries.RecordRow) -> Owner:
    """The consent to publicity that a mark belongs to; of a no its page is evidence as well."""
    if mark.short_hash not in {one["hash"][:SHORT_HASH_LENGTH] for one in _printed_of(connection, row)}:
        return Owner(row.id, Why.CHANGED, kind="publicity")
    if not 1 <= mark.page <= mark.pages:
        return Owner("", Why.UNKNOWN)
    if row.status == PublicityState.VOID:
        return Owner(row.id, Why.VOID, kind="publicity")
    if row.status in (PublicityState.DRAFTED, PublicityState.PRINTED):
        return Owner(row.id, Why.NOT_SIGNED, kind="publicity")
    is_on_paper = stays_on_paper(connection, row.state["fields"])
    return Owner(row.id, Why.FINGERPRINT if is_on_paper else None, kind="publicity")


def _signed_paper(connection: Connection, mark: PrintMark) -> Owner | None:
    """The print of another signed form that a mark belongs to; None where the mark is of none (``signed_papers``)."""
    found = [one.fact for one in read_prints(connection, mark.print_id) if one.had_paper]
    form = signed_form_of(str(found[0]["form"])) if found else None
    if form is None or (found[0]["of"] != mark.print_id and queries.one(connection, found[0]["of"]) is None):
        return None
    if mark.short_hash not in {str(one.get("hash", ""))[:SHORT_HASH_LENGTH] for one in found}:
        return Owner(mark.print_id, Why.CHANGED, kind=SIGNED)
    if not 1 <= mark.page <= mark.pages:
        return Owner("", Why.UNKNOWN)
    is_on_paper = form.by_person and not keeps_fingerprints(connection)
    return Owner(mark.print_id, Why.FINGERPRINT if is_on_paper else None, kind=SIGNED)


def _why_not_bound(blank: Blank, mark: PrintMark, worker: str) -> Why:
    if mark.short_hash != blank.stock.hash_of(blank.number)[:SHORT_HASH_LENGTH]:
        return Why.CHANGED
    if BlankState.BOUND not in BLANK.reach(blank.state) or blank.stock.outcome is not PrintOutcome.PRINTED:
        return Why.BLANK_USED
    return Why.BLANK if blank.holder == worker else Why.BLANK_COLLEAGUES


def _form_of(connection: Connection, mark: PrintMark) -> Why:
    """Which form of ours a page is that is no consent; ``UNKNOWN`` where nothing here says it."""
    if mark.print_id.endswith(f"-{RULES}"):
        return Why.CHILDRENS_RULES
    if _OTHER_FORM.fullmatch(mark.print_id):
        return Why.OTHER_FORM
    by_number = {str(pattern_of(form)["number"]): Why(form) for form in (Why.ROUND_SHEET, Why.IDENTITY)}
    # Such a print has an id of its own: only the notes of what was printed know it.
    prints = (row.state["fact"] for row in queries.of_kind(connection, "print"))
    form = next((one.get("form", "") for one in prints if one.get("print") == mark.print_id), "")
    return by_number.get(form, Why.UNKNOWN)


def prints_of(connection: Connection, sheet: queries.RecordRow) -> list[dict[str, Any]]:
    """What came out of the printer for a sheet, newest first: ``hash``, ``version``, ``wording`` and ``parts``."""
    found = _printed_of(connection, sheet)
    fields = sheet.state["fields"]
    # A colleague's print facts may not have come yet; the sheet itself says what its first printing was.
    first = _print(fields, fields.get("form_hash"), fields.get("form_version"), None)
    return [one for one in (*found, first) if one["hash"]]


def _printed_of(connection: Connection, record: queries.RecordRow) -> list[dict[str, Any]]:
    rows = queries.of_kind(connection, "print", resident=record.resident)
    facts = [one.fact for one in noted(rows) if one.had_paper]
    return [print_said(one) for one in facts if one["of"] == record.id]


def print_said(fact: Mapping[str, Any]) -> dict[str, Any]:
    """What the note of a printing says for ``scan_notes``."""
    return _print(fact, fact.get("hash"), fact.get("version"), fact.get("parts"))


def _print(said: Mapping[str, Any], digest: object, version: object, parts: object) -> dict[str, Any]:
    return {
        "hash": str(digest or ""),
        "version": str(version or ""),
        "wording": said.get("wording", ""),
        "parts": parts or {},
        "is_large": said.get("large_type") is True,
    }


def pages_to_come(application: Application, sheet_id: str, told: Iterable[int] = ()) -> PagesToCome:
    """The pages of a sheet's paper; ``told`` is what the codes on its pictures say of their number.

    Where the record has changed since printing, the paper that was signed is no longer known page by page: then every
    page is waited for.
    """
    known = max(told, default=0)
    try:
        made = paper.consent_paper_as_recorded(application, sheet_id)
    except UserFacingError:  # the directory has lost the recipient: the paper cannot be made any more
        return PagesToCome(known, tuple(range(1, known + 1)))
    pages, to_sign = pages_to_sign(made.pdf)
    row = application.read(lambda connection: queries.one(connection, sheet_id))
    is_as_printed = row is not None and row.state["fields"].get("form_hash") == made.digest
    if known and (known != pages or not is_as_printed):
        return PagesToCome(known, tuple(range(1, known + 1)))
    return PagesToCome(pages, to_sign)


def notes_on(application: Application, sheet_id: str, facts: Collection[dict[str, Any]]) -> tuple[Note, ...]:
    """What is to be said of a sheet's pictures; ``facts`` are their records."""

    def read(connection: Connection) -> list[dict[str, Any]]:
        row = queries.one(connection, sheet_id)
        return prints_of(connection, row) if row is not None else []

    prints = application.read(read)
    changed = _changed(application, sheet_id, prints[0]) if prints else []
    try:
        form = paper.content_of_sheet(application, application.read(lambda one: read_sheet(one, sheet_id))).form
        now = wording_for(application, form).wording
    except UserFacingError:  # the directory has lost the recipient: which form it would be is not known any more
        now = None
    return scan_notes(facts, prints, changed, now)


def scan_notes(
    facts: Collection[dict[str, Any]],
    prints: Sequence[dict[str, Any]],
    changed: Iterable[Note],
    now: Wording | None,
) -> tuple[Note, ...]:
    """What is to be said of a paper's pictures (``facts``): ``changed`` since its newest printing (``prints``), and
    whether it is in another wording than the one in force ``now``; what it permits is bound to the one it is in."""
    shown = {str(one.get("short_hash", "")) for one in facts} - {""}
    notes = list(changed)
    printed = [one["hash"][:SHORT_HASH_LENGTH] for one in prints]
    others = {one["hash"][:SHORT_HASH_LENGTH] for one in prints[1:] if not _says_the_same(one, prints[0])}
    if shown.intersection(others) - {*printed[:1]}:
        notes.append(Note.OLDER_PRINT)
    versions = {(one["wording"], one["version"]) for one in prints if one["hash"][:SHORT_HASH_LENGTH] in shown}
    if now is not None and any(_is_other(now, sha256, version) for sha256, version in versions):
        notes.append(Note.OLDER_WORDING)
    # A hash that no printing had says nothing of which paper it is: then a person has said so.
    if shown.difference(printed) or any(not one["recognised"] for one in facts):
        notes.append(Note.BY_HAND)
    pages = [one["page"] for one in facts]
    if len(set(pages)) < len(pages):
        notes.append(Note.TWICE)
    return tuple(notes)


def _says_the_same(printing: Mapping[str, Any], newest: Mapping[str, Any]) -> bool:
    """Whether one is the other in another size of type alone."""
    said = [(one["parts"], one["wording"]) for one in (printing, newest)]
    return printing["is_large"] != newest["is_large"] and bool(printing["parts"]) and said[0] == said[1]


def _is_other(now: Wording, sha256: str, version: str) -> bool:
    return sha256 != now.sha256 if sha256 else version not in (now.version, "")


def _changed(application: Application, sheet_id: str, printing: Mapping[str, Any]) -> list[Note]:
    """What the sheet's paper would say otherwise today than that printing; nothing where it could not be made."""
    try:
        digest, parts = paper.consent_digest(application, sheet_id), paper.consent_parts(application, sheet_id)
    except UserFacingError:
        return []
    if digest == printing["hash"]:
        return []
    return changed_parts(printing, parts)


def changed_parts(printing: Mapping[str, Any], parts: Mapping[str, str]) -> list[Note]:
    """Which parts a printing says otherwise than the record does today (``parts``)."""
    if not printing["parts"]:
        return [Note.RECORD_CHANGED]
    # None of them: only the wording is another, which is said by its version.
    said = printing["parts"]
    return [note for name, note in _PART_CHANGED.items() if name in parts and said.get(name) != parts[name]]
