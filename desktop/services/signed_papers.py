"""Signed papers that come back to what they are about: visit record, registration of needs, wish card, receipts,
feedback and the inward slips. A page is filed to exactly the print that its code names.

Such a paper is no record: the notes of its printing (``prints``) say which record it shows, how many pages it has and
which of them are signed. Its pages change nothing of that record; they are evidence beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from desktop.documents.print_mark import SHORT_HASH_LENGTH
from desktop.domain.errors import UserFacingError
from desktop.services import scans
from desktop.services.application import Application
from desktop.services.consent_signing import name_of
from desktop.services.fingerprints import keeps_fingerprints
from desktop.services.prints import PrintNoted, noted, read_prints
from desktop.services.scan_facts import facts_of
from desktop.services.scan_prints import Note, PagesToCome, changed_parts, print_said, scan_notes
from desktop.services.scans import Sealed, SheetPages
from desktop.services.shown_records import shown_parts
from desktop.services.signed_forms import SignedForm, signed_form_of
from desktop.services.wordings import wording_for
from desktop.storage import queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class SignedPrint:
    """One paper that may come back: its print's id and number, its form, the record it shows, and whose household."""

    print_id: str
    number: str
    form: SignedForm
    of: str
    household: str
    moment: str
    """When it was printed first."""
    pages: PagesToCome


def read_paper(connection: Connection, print_id: str) -> SignedPrint | None:
    """The paper under a print's id; None where no such paper came out of a printer, or it does not come back."""
    return _paper([one for one in read_prints(connection, print_id) if one.had_paper])


def papers_of(application: Application, of: str, household: str = "") -> tuple[SignedPrint, ...]:
    """Every paper of a record that may come back, newest first; ``of`` "" for those that are about no record of ours
    (the slips of referrals inward)."""
    papers = application.read(lambda connection: _papers_in(connection, household))
    return tuple(one for one in papers if one.of == (of or one.print_id))


def papers_of_household(application: Application, household: str) -> tuple[SignedPrint, ...]:
    """Every paper of a household that may come back, whatever it is about; newest first."""
    return application.read(lambda connection: _papers_in(connection, household))


def _papers_in(connection: Connection, household: str) -> tuple[SignedPrint, ...]:
    """The papers whose printing is noted with a household ("": wherever), newest first."""
    own: dict[str, list[PrintNoted]] = {}
    for one in noted(queries.of_kind(connection, "print", household=household or None)):
        if one.had_paper:
            own.setdefault(str(one.fact.get("print", "")), []).append(one)
    papers = (_paper(some) for some in own.values())
    return tuple(sorted((one for one in papers if one is not None), key=lambda one: one.moment, reverse=True))


def _paper(found: Collection[PrintNoted]) -> SignedPrint | None:
    """One paper from the notes of its printings."""
    if not found:
        return None
    newest = max(found, key=lambda one: one.moment)
    fact = newest.fact
    form = signed_form_of(str(fact["form"]))
    if form is None:
        return None
    return SignedPrint(
        print_id=str(fact["print"]),
        number=str(fact.get("number", "")),
        form=form,
        of=str(fact["of"]),
        household=str(fact.get("household", "")),
        moment=min(one.moment for one in found),
        pages=_pages_in(fact),
    )


def _pages_in(fact: Mapping[str, Any]) -> PagesToCome:
    """The pages of one printing by its note."""
    count = int(fact.get("pages", 0))
    return PagesToCome(count, tuple(fact.get("to_sign", ())) or tuple(range(1, count + 1)))


def paper_for_pages(connection: Connection, print_id: str) -> SignedPrint:
    """A paper to which pages can be filed; raises UserFacingError ``record.unknown``, ``scan.fingerprint``."""
    found = read_paper(connection, print_id)
    if found is None:
        raise UserFacingError("record.unknown")
    if found.form.by_person and not keeps_fingerprints(connection):
        raise UserFacingError("scan.fingerprint")
    return found


def pages_of_paper(application: Application, print_id: str, coming: Iterable[Sealed] = ()) -> PagesToCome:
    """How many pages it has and which of them are signed, by the note of its printing or the codes on its pages.

    Printed in both sizes of type it is the one whose pages come back.
    """

    def read(connection: Connection) -> PagesToCome:
        marks, facts = [one.mark for one in coming if one.mark is not None], facts_of(connection, print_id)
        printings = [one.fact for one in read_prints(connection, print_id) if one.had_paper]
        shown = {mark.short_hash for mark in marks} | {str(fact.get("short_hash", "")) for fact in facts} - {""}
        back = (one for one in printings if str(one.get("hash", ""))[:SHORT_HASH_LENGTH] in shown)
        printing = next(back, next(iter(printings), None))
        if printing is not None and printing.get("pages"):
            return _pages_in(printing)
        known = max([mark.pages for mark in marks] + [fact.get("pages", 0) for fact in facts], default=0)
        return PagesToCome(known, tuple(range(1, known + 1)))

    return application.read(read)


def write_page(action: Action, print_id: str, pages: Collection[Sealed]) -> tuple[str, ...]:
    """Record pages as filed to it, in the action given; nothing else changes."""
    made = paper_for_pages(action.connection, print_id)
    about: dict[str, object] = {"household": made.household, "print": made.print_id, "of": made.of}
    if made.form.by_person:
        about["finger"] = True
    row = queries.one(action.connection, made.of)
    if row is not None and row.resident:
        about["resident"] = row.resident
    return tuple(scans.write_scan(action, about, one) for one in pages)


def paper_pages(application: Application, print_id: str) -> SheetPages:
    """Which of its pages are here, which are missing, and what has to be said of them, as of a sheet's."""

    def read(connection: Connection) -> tuple[SignedPrint | None, list[dict[str, object]], list[dict[str, object]]]:
        made = read_paper(connection, print_id)
        prints = read_prints(connection, print_id, made.household if made is not None else "")
        said = [print_said(one.fact) for one in prints if one.had_paper]
        return made, facts_of(connection, print_id), said

    made, facts, prints = application.read(read)
    coming = pages_of_paper(application, print_id)
    if made is None:
        return scans.standing_of(coming, facts, scan_notes(facts, prints, (), None))
    changed = [*_changed(application, made, prints), *_newer(application, made)]
    now = wording_for(application, made.form.form).wording
    return scans.standing_of(coming, facts, scan_notes(facts, prints, changed, now))


def head_name_of(application: Application, made: SignedPrint) -> str:
    """Who heads the household that a paper is about; "" where it is nobody's."""

    def read(connection: Connection) -> str:
        home = queries.one(connection, made.household) if made.household else None
        return name_of(connection, str(home.group("head").get("resident", ""))) if home is not None else ""

    return application.read(read)


def _changed(application: Application, made: SignedPrint, prints: Sequence[Mapping[str, Any]]) -> list[Note]:
    """Which part of its newest printing the record says otherwise today."""
    newest = next(iter(prints), None)
    if newest is None or not newest["parts"]:
        return []
    now = shown_parts(application, made.form.form, made.print_id, made.of, made.household)
    return changed_parts(newest, now)


def _newer(application: Application, made: SignedPrint) -> list[Note]:
    """Whether a later one of its kind replaces it; a slip that is about no record stands for itself."""
    if made.of == made.print_id:
        return []
    later = (one for one in papers_of(application, made.of, made.household) if one.form == made.form)
    return [Note.NEWER_PAPER] if any(one.moment > made.moment for one in later) else []
