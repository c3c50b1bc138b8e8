"""The papers of one person to which a page without a readable code can be filed, of every kind: person, then paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.domain.consent import SheetState
from desktop.services import consent, people, publicity, signed_papers, withdrawals
from desktop.services.application import Application, local_day
from desktop.services.signed_papers import SignedPrint

TAKES_PICTURES: Final = (SheetState.SIGNED, SheetState.SCANNED, SheetState.CHECKED)
"""Of a sheet in another state it is not known yet, or no longer of use, what was signed."""


@dataclass(frozen=True, slots=True)
class ComesBack:
    """A paper that may come back: its id for ``scan_filing``, what it is, its number, and of which day ("" unknown)."""

    id: str
    words: str
    number: str
    day: str = ""


def papers_of_person(application: Application, resident_id: str) -> tuple[ComesBack, ...]:
    """Consent sheets, withdrawals, consents to publicity, then the signed papers of the household, newest first."""
    person = people.resident_as_recorded(application, resident_id)
    household = person.membership.household
    found = [
        ComesBack(one.id, "同意书", one.number, _day(one.moment))
        for one in consent.sheets(application, states=TAKES_PICTURES, resident=person.resident)
    ]
    found += [
        ComesBack(one.id, "撤回书", one.made.number, _day(one.moment))
        for one in withdrawals.withdrawals(application, resident=person.resident)
    ]
    takes = {one.id for one in publicity.takes_pages(application)}
    found += [
        ComesBack(one.id, "宣传同意书", one.number)
        for one in publicity.publicities_of(application, person.resident)
        if one.id in takes
    ]
    found += [_signed(one) for one in signed_papers.papers_of_household(application, household)]
    return tuple(found)


def papers_of_nobody(application: Application) -> tuple[ComesBack, ...]:
    """The slips of referrals inward (转入联、转入回执), which are about no record here; newest first."""
    return tuple(_signed(one) for one in signed_papers.papers_of(application, ""))


def _signed(made: SignedPrint) -> ComesBack:
    return ComesBack(made.print_id, made.form.words, made.number, _day(made.moment))


def _day(moment: str) -> str:
    day = local_day(moment)
    return f"{day.month}月{day.day}日"
