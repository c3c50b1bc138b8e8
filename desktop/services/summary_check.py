"""What a referral's texts (困难概述) give away, held against what is recorded here: ``desktop.domain.free_text``."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from desktop.domain.consent import DataClass
from desktop.domain.errors import UserFacingError
from desktop.domain.free_text import Known, known_of, known_words, told_too_much
from desktop.domain.plain import to_plain
from desktop.domain.referrals import NewReferral
from desktop.domain.signing import AgeBand
from desktop.services.application import Application
from desktop.services.people import HouseholdPage, ResidentView
from desktop.storage import queries


def known_on_page(page: HouseholdPage, person: ResidentView, illness: str) -> Known:
    """What the person's page shows that a summary could name: illness, document number, phones, other children."""
    return known_words(
        phones=person.phones.numbers,
        document=person.document.number,
        illnesses=(illness, person.health.illness if person.health else ""),
        children=[one.name.name for one in page.members if _is_child(one) and one.resident != person.resident],
        is_child=person.signing.band not in (None, AgeBand.ADULT),
    )


def _is_child(one: ResidentView) -> bool:
    return one.signing.band in (AgeBand.UNDER_EIGHT, AgeBand.EIGHT_TO_THIRTEEN)


def told_too_much_of(
    application: Application, connection: Connection, referral: NewReferral, classes: Collection[DataClass]
) -> tuple[str, ...]:
    """The classes that the referral's texts would tell its recipient although they are not among ``classes``.

    Held against what is recorded, the findings of every visit included; nobody is shown it.
    """
    person = queries.one(connection, referral.resident)
    if person is None or person.kind != "resident":
        raise UserFacingError("record.unknown")
    members = queries.of_kind(connection, "resident", household=person.household) if person.household else []
    others = [one.state["groups"] for one in members if one.id != person.id]
    illnesses = _illnesses(connection, person.household or "", person.id)
    known = known_of(person.state["groups"], others, illnesses, application.today())
    return tuple(one.value for one in told_too_much(to_plain(referral), classes, known))


def _illnesses(connection: Connection, household: str, resident: str) -> list[str]:
    visits = queries.of_kind(connection, "visit", household=household) if household else []
    found = [one for row in visits for one in row.state.get("fact", {}).get("members") or ()]
    return [str(one.get("illness") or "") for one in found if one.get("resident") == resident]
