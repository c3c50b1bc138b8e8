"""What the box at the top finds, as rows, and where each of them leads."""

from __future__ import annotations

from typing import Final

from desktop.domain.referrals import REFERRAL_STATE_NAMES
from desktop.services import people, referrals
from desktop.services.application import Application
from desktop.services.referrals import ReferralView
from desktop.ui.icons import Icon
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.page import Target
from desktop.ui.widgets.chips import Chip

_MOST: Final = 12
_MOST_RESIDENTS: Final = 20
_REFERRAL: Final = "referral:"
"""Begins the ids of found rows that lead to a referral instead of a household, as the page 转介 takes them."""


def find_anything(application: Application, text: str) -> list[ListRow]:
    """What the box at the top finds: people and with them households; referrals by their number (ZC-…)."""
    number = text.strip().upper()
    if number.startswith("ZC"):
        found = [one for one in referrals.referrals(application) if one.number.startswith(number)]
        return [_referral_row(one) for one in found[:_MOST]]
    return [_person_row(line) for line in people.find_people(application, text, _MOST)]


def find_residents(application: Application, text: str) -> tuple[ListRow, ...]:
    """People to choose one of: each row is the resident's own."""
    found = people.find_people(application, text, _MOST_RESIDENTS)
    return tuple(
        ListRow(one.resident, one.name, one.relation, " ".join(part for part in (one.masked_number, one.place) if part))
        for one in found
    )


def target_of_found(row: ListRow) -> Target:
    """Where a found row leads."""
    if row.id.startswith(_REFERRAL):
        return Target("referral", row.id)
    return Target("household", row.id)


def _referral_row(one: ReferralView) -> ListRow:
    state = Chip(REFERRAL_STATE_NAMES[one.state])
    return ListRow(_REFERRAL + one.id, one.name, one.number, one.recipient_name, (state,), Icon.REFERRAL)


def _person_row(line: people.PersonLine) -> ListRow:
    year = f"{line.birth_year}年生" if line.birth_year else ""
    note = " · ".join(part for part in (line.relation, year, line.masked_number) if part)
    return ListRow(line.household or line.resident, line.name, note, line.place, icon=Icon.PERSON)
