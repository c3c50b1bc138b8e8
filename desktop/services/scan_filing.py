"""Filing pages to the paper that their code names: a consent sheet, a withdrawal (撤回), a consent to publicity
(宣传同意), or one print of another form that is signed. What differs between them stands here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from desktop.services import publicity_paper, scans, signed_papers, withdrawal_paper
from desktop.services.application import Application
from desktop.services.scan_facts import PAPER_KINDS, facts_of
from desktop.services.scan_prints import SIGNED, PagesToCome
from desktop.services.scans import ScanView, Sealed, SheetPages
from desktop.storage import queries
from desktop.storage.journal import Action


def kind_of(connection: Connection, paper_id: str) -> str:
    """Whose paper it is: ``sheet``, ``withdrawal``, ``publicity`` or ``print``; ``sheet`` of what is not here."""
    row = queries.one(connection, paper_id)
    if row is not None and row.kind in PAPER_KINDS:
        return row.kind
    return SIGNED if signed_papers.read_paper(connection, paper_id) is not None else "sheet"


def is_sheet(connection: Connection, paper_id: str) -> bool:
    """Whether it is a consent sheet that is here."""
    row = queries.one(connection, paper_id)
    return row is not None and row.kind == "sheet"


def paper_for_pages(connection: Connection, paper_id: str) -> str:
    """The paper's own id, where pages may be filed to it; raises as ``scans.sheet_for_pages``."""
    match kind_of(connection, paper_id):
        case "withdrawal":
            withdrawal_paper.withdrawal_for_pages(connection, paper_id)
        case "publicity":
            publicity_paper.publicity_for_pages(connection, paper_id)
        case "print":
            signed_papers.paper_for_pages(connection, paper_id)
        case _:
            return scans.sheet_for_pages(connection, paper_id).id
    return paper_id


def wanted_pages(application: Application, paper_id: str, coming: Collection[Sealed]) -> PagesToCome:
    """The pages that the paper has, and those that have to be here."""
    match application.read(lambda connection: kind_of(connection, paper_id)):
        case "withdrawal":
            return withdrawal_paper.pages_of_withdrawal(application, paper_id, coming)
        case "publicity":
            return publicity_paper.pages_of_publicity(application, paper_id, coming)
        case "print":
            return signed_papers.pages_of_paper(application, paper_id, coming)
        case _:
            return scans.wanted_pages(application, paper_id, coming)


def write_filed(action: Action, paper_id: str, pages: Collection[Sealed], coming: PagesToCome) -> tuple[str, ...]:
    """Record pages as filed, in the action given."""
    match kind_of(action.connection, paper_id):
        case "withdrawal":
            return withdrawal_paper.write_page(action, paper_id, pages)
        case "publicity":
            return publicity_paper.write_page(action, paper_id, pages)
        case "print":
            return signed_papers.write_page(action, paper_id, pages)
        case _:
            return scans.write_filed(action, paper_id, pages, coming)


def pages_filed(application: Application, paper_id: str) -> tuple[ScanView, ...]:
    """The pictures filed to a paper, by page."""
    return application.read(lambda connection: scans.scan_views(connection, paper_id))


def standing(application: Application, paper_id: str) -> SheetPages:
    """Which pages of a paper are here, which are missing, and what has to be said of them."""
    match application.read(lambda connection: kind_of(connection, paper_id)):
        case "withdrawal":  # a letter may stand in its place: nothing is missing of what is in force
            facts = application.read(lambda connection: facts_of(connection, paper_id))
            return scans.standing_of(PagesToCome(len({one["page"] for one in facts}), ()), facts, ())
        case "publicity":
            return publicity_paper.publicity_pages(application, paper_id)
        case "print":
            return signed_papers.paper_pages(application, paper_id)
        case _:
            return scans.sheet_pages(application, paper_id)
