"""Filing pages to the record that their paper belongs to: a consent sheet, a withdrawal (撤回), or a consent to
publicity (宣传同意)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from desktop.services import publicity_paper, scans, withdrawal_paper
from desktop.services.application import Application
from desktop.services.scan_prints import PagesToCome
from desktop.services.scans import Sealed
from desktop.storage import queries
from desktop.storage.journal import Action


def kind_of(connection: Connection, record_id: str) -> str:
    """Whose paper it is: ``sheet``, ``withdrawal`` or ``publicity``; ``sheet`` of what is not here."""
    row = queries.one(connection, record_id)
    return row.kind if row is not None and row.kind in ("withdrawal", "publicity") else "sheet"


def paper_for_pages(connection: Connection, record_id: str) -> str:
    """The record's own id, where pages may be filed to it; raises as ``scans.sheet_for_pages``."""
    match kind_of(connection, record_id):
        case "withdrawal":
            withdrawal_paper.withdrawal_for_pages(connection, record_id)
        case "publicity":
            publicity_paper.publicity_for_pages(connection, record_id)
        case _:
            return scans.sheet_for_pages(connection, record_id).id
    return record_id


def wanted_pages(application: Application, record_id: str, coming: Collection[Sealed]) -> PagesToCome:
    """The pages that its paper has, and those that have to be here."""
    match application.read(lambda connection: kind_of(connection, record_id)):
        case "withdrawal":
            return withdrawal_paper.pages_of_withdrawal(application, record_id, coming)
        case "publicity":
            return publicity_paper.pages_of_publicity(application, record_id, coming)
        case _:
            return scans.wanted_pages(application, record_id, coming)


def write_filed(action: Action, record_id: str, pages: Collection[Sealed], coming: PagesToCome) -> tuple[str, ...]:
    """Record pages as filed, in the action given."""
    match kind_of(action.connection, record_id):
        case "withdrawal":
            return withdrawal_paper.write_page(action, record_id, pages)
        case "publicity":
            return publicity_paper.write_page(action, record_id, pages)
        case _:
            return scans.write_filed(action, record_id, pages, coming)
