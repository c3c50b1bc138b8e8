"""Filing pages to the record that their paper belongs to: a consent sheet, or a withdrawal (撤回)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from desktop.services import scans, withdrawal_paper
from desktop.services.application import Application
from desktop.services.scan_prints import PagesToCome
from desktop.services.scans import Sealed
from desktop.storage import queries
from desktop.storage.journal import Action


def is_withdrawal(connection: Connection, record_id: str) -> bool:
    """Whether it is a withdrawal's paper."""
    row = queries.one(connection, record_id)
    return row is not None and row.kind == "withdrawal"


def paper_for_pages(connection: Connection, record_id: str) -> str:
    """The record's own id, where pages may be filed to it; raises as ``scans.sheet_for_pages``."""
    if is_withdrawal(connection, record_id):
        withdrawal_paper.withdrawal_for_pages(connection, record_id)
        return record_id
    return scans.sheet_for_pages(connection, record_id).id


def wanted_pages(application: Application, record_id: str, coming: Collection[Sealed]) -> PagesToCome:
    """The pages that its paper has, and those that have to be here."""
    if application.read(lambda connection: is_withdrawal(connection, record_id)):
        return withdrawal_paper.pages_of_withdrawal(application, record_id, coming)
    return scans.wanted_pages(application, record_id, coming)


def write_filed(action: Action, record_id: str, pages: Collection[Sealed], coming: PagesToCome) -> tuple[str, ...]:
    """Record pages as filed, in the action given."""
    if is_withdrawal(action.connection, record_id):
        return withdrawal_paper.write_page(action, record_id, pages)
    return scans.write_filed(action, record_id, pages, coming)
