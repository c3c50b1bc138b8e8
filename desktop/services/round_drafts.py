"""Drafting the consent forms of a round (下村) at the office: chosen once, a form for the head of each household.

A form is chosen with the person, as a rule. Ahead of a round only what nobody else decides is put on paper: whom it is
for, by whom it is asked, and the boxes that wait for an answer. How it is read, and every tick, stays open on it
(``NewSheet.ahead``); and who needs anything beyond their own signature, or has said no, is left out and named.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from desktop.domain.consent import YES, Ask, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.households import HEAD, Document
from desktop.domain.plain import from_stored
from desktop.domain.relations import HEAD as STATED_HEAD
from desktop.domain.sheet_signing import known_signing
from desktop.domain.signing import AgeBand, SignedBy
from desktop.services import consent, rounds
from desktop.services.application import Application
from desktop.services.consent import NewSheet
from desktop.services.consent_records import said_no_lately
from desktop.services.form_parts import compatriot_part
from desktop.services.people import categories_held
from desktop.services.permission import Capability, require
from desktop.storage import queries

_OPEN: Final = (SheetState.DRAFTED, SheetState.PRINTED, SheetState.SIGNED, SheetState.SCANNED)


class Against(StrEnum):
    """Why no form is drafted for a household ahead of the round."""

    NO_HEAD = "no-head"
    AGE_UNKNOWN = "age-unknown"
    MINOR = "minor"
    GUARDIAN = "guardian"
    COMPATRIOT = "compatriot"
    NEAR_RELATIVE = "near-relative"
    OPEN_SHEET = "open-sheet"
    AGREED = "agreed"
    SAID_NO = "said-no"


AGAINST_NAMES: Final[Mapping[Against, str]] = {
    Against.NO_HEAD: "没有登记户主",
    Against.AGE_UNKNOWN: "不知道多大年纪，先问清楚",
    Against.MINOR: "户主未成年，要监护人签，请单独拟",
    Against.GUARDIAN: "要监护人签或者一起签，请单独拟",
    Against.COMPATRIOT: "台港澳同胞用专门的表，请单独拟",
    Against.NEAR_RELATIVE: "申报过近亲属关系，要换人办",
    Against.OPEN_SHEET: "已经有一份没办完的",
    Against.AGREED: "已经同意过，不用再征求",
    Against.SAID_NO: "六个月内不同意或者撤回过，不主动再问",
}


@dataclass(frozen=True, slots=True)
class RoundAsk:
    """What is asked of everybody, chosen once; ``second_worker`` is who comes along (id or name)."""

    asks: tuple[Ask, ...]
    second_worker: str = ""
    large_type: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """Whom a form would be drafted for, or is not (``against``); ``name`` is the head's, "" where there is none."""

    household: str
    resident: str
    name: str
    against: Against | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of it: the sheets, who was left out and why, and what a service refused meanwhile."""

    sheets: tuple[str, ...]
    left_out: tuple[Proposed, ...]
    refused: tuple[tuple[Proposed, UserFacingError], ...]
    changed: frozenset[str]


def proposed(application: Application, villages: Collection[str], asks: Collection[Ask]) -> tuple[Proposed, ...]:
    """The heads of the households that the round goes to, each with what speaks against a form for them."""
    require(application, Capability.TAKE_CONSENT)
    homes = rounds.round_households(application, villages)
    return application.read(lambda connection: tuple(_proposed(application, connection, home, asks) for home in homes))


def _proposed(application: Application, connection: Connection, home: str, asks: Collection[Ask]) -> Proposed:
    rows = queries.of_kind(connection, "resident", household=home)
    head = next((row for row in rows if row.group("membership").get("relation") in (HEAD, STATED_HEAD)), None)
    if head is None or head.group("membership").get("left"):
        return Proposed(home, "", "", Against.NO_HEAD)
    name = str(head.group("name").get("name", ""))
    household = queries.one(connection, home)
    against = _against(application, connection, head, household, asks)
    return Proposed(home, head.id, name, against)


def _against(
    application: Application,
    connection: Connection,
    head: queries.RecordRow,
    household: queries.RecordRow | None,
    asks: Collection[Ask],
) -> Against | None:
    """The first thing that speaks against a form for this person; what cannot be read is not decided here."""
    facts = known_signing(head.state["groups"], application.today())
    if facts.band is None:
        return Against.AGE_UNKNOWN
    if facts.band is not AgeBand.ADULT:
        return Against.MINOR
    needed = facts.required()
    if needed.obstacle is not None or needed.signed_by is not SignedBy.PERSON:
        return Against.GUARDIAN
    try:
        document = from_stored(Document, head.group("document"))
        held = () if household is None else categories_held(household.state)
    except UserFacingError:  # of a newer version
        return Against.COMPATRIOT
    if compatriot_part(document, held) is not None:
        return Against.COMPATRIOT
    # Where nobody has asked yet, it is asked at the door: the paper leaves it open.
    if household is not None and household.group("near_relative").get("declared"):
        return Against.NEAR_RELATIVE
    return _said_before(application, connection, head.id, asks)


def _said_before(
    application: Application, connection: Connection, resident: str, asks: Collection[Ask]
) -> Against | None:
    wanted = {(ask.recipient, ask.purpose.value) for ask in asks}
    if wanted & said_no_lately(connection, resident, application.today()):
        return Against.SAID_NO
    for row in queries.of_kind(connection, "sheet", resident=resident, statuses=_OPEN):
        if wanted & {(one["recipient"], one["purpose"]) for one in row.state["fields"].get("asks", ())}:
            return Against.OPEN_SHEET
    grants = queries.of_kind(connection, "grant", resident=resident, statuses=YES)
    if wanted & {(row.state["fields"]["recipient"], row.state["fields"]["purpose"]) for row in grants}:
        return Against.AGREED
    return None


def iter_drafts(
    application: Application, people: Iterable[Proposed], ask: RoundAsk
) -> Generator[tuple[int, int], None, Drafted]:
    """Draft the forms, one action for each household; yields how many of how many are done.

    What was drafted before somebody stops it stays, as if each had been drafted alone. What speaks against one is
    asked again of each, for it may have come meanwhile.
    """
    require(application, Capability.TAKE_CONSENT)
    people = tuple(people)
    sheets: list[str] = []
    left_out: list[Proposed] = []
    refused: list[tuple[Proposed, UserFacingError]] = []
    changed: frozenset[str] = frozenset()
    for number, one in enumerate(people, start=1):
        found = application.read(lambda connection: _proposed(application, connection, one.household, ask.asks))  # noqa: B023
        if found.against is not None or found.resident != one.resident:
            left_out.append(found)
        else:
            new = NewSheet(one.resident, ask.asks, ask.second_worker, large_type=ask.large_type, ahead=True)
            try:
                done = consent.draft_sheet(application, new)
            except UserFacingError as error:
                refused.append((one, error))
            else:
                sheets.append(done.value)
                changed |= done.changed
        yield number, len(people)
    return Drafted(tuple(sheets), tuple(left_out), tuple(refused), changed)
