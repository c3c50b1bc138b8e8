"""The paper of a consent to publicity (典型案例宣传单独同意书): made, printed, and filed when it comes back.

Its print's id is the record's, so that a page's code leads to exactly this consent by the ways of every sheet
(``scan_filing``); pages that come back change nothing but what stands for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection

from desktop.documents.portable_pages import pages_to_sign
from desktop.documents.print_mark import content_hash
from desktop.documents.publicity_consent import PublicityConsentContent, PublicityGuardian, publicity_consent
from desktop.domain.errors import UserFacingError
from desktop.domain.guardian_order import order_words
from desktop.domain.identity import masked
from desktop.domain.prints import Came, PrintOutcome
from desktop.domain.publicity import PublicityState
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signing import Need
from desktop.services import directory, people, scans
from desktop.services.application import Application, Done
from desktop.services.fingerprints import stays_on_paper
from desktop.services.finished_paper import Paper, finished
from desktop.services.minors_gate import require_open
from desktop.services.paper import note_paper, office_of, resident_on_paper, with_childrens_rules
from desktop.services.paper_parts import part_hashes
from desktop.services.permission import Capability, require
from desktop.services.prints import is_large
from desktop.services.publicity import PublicityView, publicity, require_may_be_asked, row_of, step
from desktop.services.record_paper import RecordPaper
from desktop.services.scan_facts import facts_of
from desktop.services.scan_prints import Note, PagesToCome, changed_parts, prints_of, scan_notes
from desktop.services.scans import ScanView, Sealed, SheetPages
from desktop.services.wordings import wording_for
from desktop.storage.journal import Action

_FORM = "publicity-consent"


def publicity_paper_for(application: Application, publicity_id: str, *, large_type: bool | None = None) -> RecordPaper:
    """The form, bound apart from the referral consent; the same record gives the same paper.

    For a child under fourteen the rules for children are enclosed, as with every consent. ``large_type`` as for
    ``prints.is_large``.

    Raises:
        UserFacingError: ``record.unknown``; ``minors.closed`` as a print of any form; ``directory.no-office``;
            ``publicity.not-shown`` with ``problem`` where a child whom nobody looks after lives there.
    """
    require(application, Capability.PRINT)
    view = publicity(application, publicity_id)
    require_open(application, view.resident, "print")
    require_may_be_asked(application, view.household)
    large = is_large(application, large_type, view.id, view.household)
    made = _made(application, view, large_type=large)
    if Need.CHILDRENS_RULES in view.signing.required().needs:
        made = with_childrens_rules(application, made, view.number, large_type=large)
    return RecordPaper(made, view.id, view.household)


def _made(application: Application, view: PublicityView, *, large_type: bool) -> Paper:
    content = _content(application, view, large_type=large_type)
    choice = wording_for(application, _FORM, print_id=content.print_id, household=view.household)
    return finished(application, publicity_consent, content, choice, _parts(content))


def _content(application: Application, view: PublicityView, *, large_type: bool) -> PublicityConsentContent:
    office = directory.office(application)
    return PublicityConsentContent(
        print_id=view.id,
        sheet_number=view.number,
        handler=office_of(application),
        # As recorded, whoever prints it: the same record gives the same paper.
        resident=resident_on_paper(application, people.resident_as_recorded(application, view.resident)),
        materials=view.ask.materials,
        channels=view.ask.channels,
        publisher=view.ask.publisher,
        use=view.ask.use,
        naming=view.ask.naming,
        valid_until=view.until,
        workers=(str(view.fields.get("worker_name", "")), str(view.fields.get("second_worker_name", ""))),
        guardian=_guardian(view.signing),
        reply_working_days=office.reply_days if office is not None else 15,
        large_type=large_type,
    )


def _guardian(facts: SheetSigning) -> PublicityGuardian | None:
    signed_by, guardian = facts.required().signed_by, facts.guardian
    if signed_by is None or not signed_by.guardian or guardian is None:
        return None
    number = masked(guardian.document.number) if guardian.document.number else ""
    proof = "；".join(one for one in (guardian.deed, guardian.proof) if one)
    order = order_words(guardian.standing, guardian.passed_over, guardian.consent_of)
    return PublicityGuardian(guardian.name, guardian.relation, number, guardian.basis, order, proof, signed_by)


def _parts(content: PublicityConsentContent) -> dict[str, str]:
    """What is asked is fixed; who is asked, and by whom, may be described otherwise by now."""
    said = {
        "person": (content.resident, content.guardian),
        "office": (content.handler, content.reply_working_days),
    }
    return part_hashes(content.print_id, said)


def record_publicity_printed(application: Application, made: RecordPaper, came: Came) -> Done[int]:
    """Note what came of printing the form; answers how often it came out whole. By this its code is known."""
    require(application, Capability.TAKE_CONSENT)

    def write(action: Action) -> int:
        row = row_of(action.connection, made.of)
        times = note_paper(
            action,
            made.paper,
            of=row.id,
            household=made.household,
            came=came,
            resident=row.resident or "",
            parts=dict(made.paper.parts),
        )
        if row.status == PublicityState.DRAFTED and came.outcome is PrintOutcome.PRINTED:
            step(action, row, PublicityState.PRINTED, {"form_hash": made.paper.digest})
        return times

    return application.act(write)


# --- the paper comes back -----------------------------------------------------------------------------


def publicity_for_pages(connection: Connection, publicity_id: str) -> None:
    """That pages may be filed to it: what was signed, or refused, is known, and it is not void.

    Raises UserFacingError ``record.unknown``, ``scan.not-signed``, ``scan.sheet-void``, ``scan.fingerprint``.
    """
    row = row_of(connection, publicity_id)
    if row.status == PublicityState.VOID:
        raise UserFacingError("scan.sheet-void")
    if row.status in (PublicityState.DRAFTED, PublicityState.PRINTED):
        raise UserFacingError("scan.not-signed")
    if stays_on_paper(connection, row.state["fields"]):
        raise UserFacingError("scan.fingerprint")


def pages_of_publicity(application: Application, publicity_id: str, coming: Iterable[Sealed] = ()) -> PagesToCome:
    """How many pages its paper has, and which of them carry a box or a place to sign.

    Where the record has changed since printing every page is waited for, as with a sheet (``scan_prints``).
    """
    facts = application.read(lambda connection: facts_of(connection, publicity_id))
    told = [one.mark.pages for one in coming if one.mark is not None]
    told += [fact.get("pages", 0) for fact in facts]
    known = max(told, default=0)
    every = PagesToCome(known, tuple(range(1, known + 1)))
    prints = application.read(lambda connection: prints_of(connection, row_of(connection, publicity_id)))
    printed = {one["hash"] for one in prints}
    try:
        view = publicity(application, publicity_id)
        digests = _digests(application, view)
        was_large = next((large for large, digest in digests.items() if digest in printed), False)
        pages, to_sign = pages_to_sign(_made(application, view, large_type=was_large).pdf)
    except UserFacingError:  # the county has taken its office back: the paper cannot be made any more
        return every
    if known and (known != pages or not printed & set(digests.values())):
        return every
    return PagesToCome(pages, to_sign)


def _digests(application: Application, view: PublicityView) -> dict[bool, str]:
    """What its paper would be bound by today, in ordinary and in large type: either may have been printed."""
    choice = wording_for(application, _FORM, print_id=view.id, household=view.household)
    contents = {large: _content(application, view, large_type=large) for large in (False, True)}
    return {large: content_hash(one, choice.wording.sha256) for large, one in contents.items()}


def write_page(action: Action, publicity_id: str, pages: Collection[Sealed]) -> tuple[str, ...]:
    """Record pages as filed to it, in the action given; nothing else of it changes."""
    publicity_for_pages(action.connection, publicity_id)
    row = row_of(action.connection, publicity_id)
    about: dict[str, Any] = {"household": row.household or "", "resident": row.resident or "", "publicity": row.id}
    return tuple(scans.write_scan(action, about, one) for one in pages)


def publicity_scans(application: Application, publicity_id: str) -> tuple[ScanView, ...]:
    """The pictures filed to it, by page."""
    return application.read(lambda connection: scans.scan_views(connection, publicity_id))


def publicity_pages(application: Application, publicity_id: str) -> SheetPages:
    """Which of its pages are here, which are missing, and what has to be said of them, as of a sheet's."""
    facts = application.read(lambda connection: facts_of(connection, publicity_id))
    coming = pages_of_publicity(application, publicity_id)
    return scans.standing_of(coming, facts, _notes(application, publicity_id, facts))


def _notes(application: Application, publicity_id: str, facts: Collection[dict[str, Any]]) -> tuple[Note, ...]:
    prints = application.read(lambda connection: prints_of(connection, row_of(connection, publicity_id)))
    now = wording_for(application, _FORM).wording
    return scan_notes(facts, prints, _changed(application, publicity_id, prints), now)


def _changed(application: Application, publicity_id: str, prints: Collection[dict[str, Any]]) -> list[Note]:
    """What its paper would say otherwise today than its newest printing; nothing where it could not be made."""
    newest = next(iter(prints), None)
    if newest is None:
        return []
    try:
        view = publicity(application, publicity_id)
        digests = _digests(application, view)
        parts = _parts(_content(application, view, large_type=False))
    except UserFacingError:
        return []
    return [] if newest["hash"] in digests.values() else changed_parts(newest, parts)
