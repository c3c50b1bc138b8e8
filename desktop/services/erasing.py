"""Erasing content by a person's right (PIPL art. 47) and after a mistaken filing; says afterwards what remains and why.

A person's records go entry by entry in small actions. What is to be erased is noted first, so that a kill in the
middle is made good at the next start (``finish``). The person's own record goes last, so that the list can be read
until everything else is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from desktop.domain.beside_check import EVIDENCE
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED, EntryReference, Header, decode_body
from desktop.domain.retention import SCHEDULE
from desktop.domain.rights import RIGHTS_REQUEST, RightKind, RightsState
from desktop.services import erasing_plan
from desktop.services.application import Application, Done
from desktop.services.erasing_plan import COUNTY_CLEANS, COUNTY_WRITERS, HEADERS_STAY, Ground, Remaining, ids_of
from desktop.services.erasing_reason import check_reason
from desktop.services.permission import Capability, require
from desktop.storage import attachments, journal, queries, records, settings, tray
from desktop.storage.erasing import apply_known
from desktop.storage.journal import Action
from desktop.storage.tables import draft, entry

__all__ = [
    "Erasure",
    "Ground",
    "Remaining",
    "apply_known",
    "erase_records",
    "erase_resident",
    "erase_scan",
    "erased_for",
    "finish",
]

_PENDING: Final = "erasing"
_FOR_REQUESTS: Final = "erased_for_requests"
"""By open request to delete: the ids of what went, or is about to, with their kinds."""
_ENTRIES_AN_ACTION: Final = 40
"""Forty erasures are far below the 64 KiB of an action."""
Erase = Callable[[Action, EntryReference, str], tuple[str, ...]]
_CHANGED: Final = frozenset({ERASED, *SCHEDULE})
"""Everything may be another than before, and pages that hold what is gone must not show it again."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased and what remains. ``household``: where the person lived, "" if that went too."""

    entries: int
    pictures: int
    drafts: int
    remains: tuple[Remaining, ...]
    household: str = ""


def erase_resident(application: Application, resident: str, ground: Ground, reason: str) -> Done[Erasure]:
    """Erase all there is about a person: every payload, drafts, pictures, search words, and their place as head.

    What a duty keeps stays and is named with its ground (``retention.lock_of``): evidence of what was released, and by
    right what the law has kept (PIPL art. 47 para. 2), the person's own record included while they are given aid. So
    does what is the household's while others live in it. The last member takes the household with them.

    Raises:
        UserFacingError: ``erasing.unknown``; ``erasing.reason-missing``; ``erasing.reason-names`` where the reason
            would keep what is to go; ``erasing.withdraw-first`` while something is released on a consent still in
            force, or publicity is: the recipients must be told to stop first.
    """
    require(application, Capability.ERASE)
    application.read(lambda connection: check_reason(connection, [resident], reason))
    cut = application.read(lambda connection: settings.get(connection, _PENDING))
    if cut and cut["resident"] != resident:
        finish(application)  # of somebody else, cut short by a full disk: it must not be forgotten for this one
    home = application.read(lambda connection: _household(connection, resident))
    plan = application.read(lambda connection: erasing_plan.plan(connection, application, resident, ground))

    def note(connection: Connection) -> None:
        kept = {"records": plan.records, "resident": plan.resident, "reason": reason.strip()}
        settings.put(connection, _PENDING, kept)
        _note_for_requests(connection, plan.resident, plan.records)

    application.store.write(note)
    done = _carry_out(application)
    stays = home if application.read(lambda connection: queries.one(connection, home)) is not None else ""
    made = Erasure(done.entries, done.pictures, done.drafts, (*plan.remains, *done.remains), stays)
    return Done(made, _CHANGED)


def erase_scan(application: Application, scan: str, reason: str) -> Done[Erasure]:
    """Erase a scan filed to the wrong person or sheet, with its picture; the sheet waits for the right one.

    A signature made on the screen goes the same way, with its strokes and its picture.

    Raises:
        UserFacingError: ``erasing.unknown``, ``erasing.reason-missing``, ``erasing.reason-names``.
    """
    require(application, Capability.ERASE)
    row = application.read(lambda connection: queries.one(connection, scan))
    if row is None or row.kind not in EVIDENCE:
        raise UserFacingError("erasing.unknown")
    resident = row.resident or ""
    application.read(lambda connection: check_reason(connection, [resident], reason))
    home = application.read(lambda connection: _household(connection, resident))
    application.store.write(lambda connection: _note_for_requests(connection, resident, (scan,)))
    done = erase_records(application, (scan,), reason.strip())
    remains = (erasing_plan.scan_remains(), *done.remains)
    return Done(Erasure(done.entries, done.pictures, done.drafts, remains, home), _CHANGED)


def erased_for(application: Application, request_id: str) -> tuple[tuple[str, int], ...]:
    """How many records of each kind are gone of those that were to go since this request to delete came.

    Whoever erased them, by the request or from the household's page, and whatever was cut short in between.
    """

    def read(connection: Connection) -> Counter[str]:
        noted = (settings.get(connection, _FOR_REQUESTS) or {}).get(request_id, {})
        return Counter(kind for one, kind in noted.items() if queries.one(connection, one) is None)

    gone = application.read(read)
    return tuple((kind, gone[kind]) for kind in dict.fromkeys(("resident", "household", *SCHEDULE)) if gone[kind])


def _note_for_requests(connection: Connection, resident: str, ids: Sequence[str]) -> None:
    """Note for every open request of this person to delete what is about to go: the answer has to tell of it."""
    rows = queries.of_kind(connection, RIGHTS_REQUEST, statuses=[RightsState.RECEIVED])
    known = settings.get(connection, _FOR_REQUESTS) or {}
    noted = {row.id: known.get(row.id, {}) for row in rows}
    kinds = {one: row.kind for one, row in queries.many(connection, ids).items()}
    for row in rows:
        if row.resident == resident and row.state["fields"]["kind"] == RightKind.DELETE:
            noted[row.id] = {**noted[row.id], **kinds}
    settings.put(connection, _FOR_REQUESTS, {one: held for one, held in noted.items() if held})


def erase_records(application: Application, ids: Sequence[str], reason: str) -> Erasure:
    """Erase every payload of these records, their drafts and pictures; entries the county wrote stay."""
    require(application, Capability.ERASE)
    entries = pictures = dropped = county = 0
    for record_id in ids:
        waiting, drafts = application.store.write(lambda connection: _drop_drafts(connection, record_id))  # noqa: B023
        pictures, dropped = pictures + waiting, dropped + drafts
        own, foreign = application.read(lambda connection: erasing_plan.references(connection, record_id))  # noqa: B023
        county += foreign
        aside = application.read(lambda connection: erasing_plan.set_aside(connection, record_id))  # noqa: B023
        for erase, found in ((journal.erase_payload, own), (journal.erase_aside, aside)):
            gone = _erase_all(application, erase, found, reason)
            attachments.remove(application.folder, gone)
            pictures += len(gone)
        entries += len(own) + len(aside)
    application.store.checkpoint()
    remains = [Remaining("header", entries, HEADERS_STAY)]
    if county:
        remains.append(Remaining("county", county, COUNTY_CLEANS))
    remains += application.read(lambda connection: erasing_plan.former_remains(connection, application))
    return Erasure(entries, pictures, dropped, tuple(remains))


def _erase_all(application: Application, erase: Erase, found: Sequence[EntryReference], reason: str) -> tuple[str, ...]:
    """In actions of a bearable size; answers the digests of pictures that belong to nobody any more."""
    gone: list[str] = []
    for start in range(0, len(found), _ENTRIES_AN_ACTION):
        some = found[start : start + _ENTRIES_AN_ACTION]

        def work(action: Action) -> list[str]:
            return [digest for one in some for digest in erase(action, one, reason)]  # noqa: B023

        gone += application.act(work).value
    return tuple(gone)


def finish(application: Application) -> None:
    """Go on with an erasure that was cut short; at every opening, and before another one."""
    if application.read(lambda connection: settings.get(connection, _PENDING)):
        _carry_out(application)


def _carry_out(application: Application) -> Erasure:
    plan = application.read(lambda connection: settings.get(connection, _PENDING))
    reason, resident = str(plan["reason"]), str(plan["resident"])
    ids = [str(one) for one in plan["records"]]
    pictures = dropped = 0
    if resident in ids:
        _leave_household(application, resident, reason)
    else:
        # Their own record is kept by a duty; what was being typed about them is not.
        pictures, dropped = application.store.write(lambda connection: _drop_drafts(connection, resident))
    done = erase_records(application, ids, reason)
    done = replace(done, pictures=done.pictures + pictures, drafts=done.drafts + dropped)
    application.store.write(lambda connection: settings.put(connection, _PENDING, None))
    application.store.checkpoint()
    return done


def _leave_household(application: Application, resident: str, reason: str) -> None:
    """Take the person out of the household's own entries: what else these said is said anew, then they are erased."""

    def say_anew(action: Action) -> list[EntryReference]:
        connection = action.connection
        ids = ids_of(connection, resident)
        person = queries.one(connection, resident)
        home = queries.one(connection, person.household) if person is not None and person.household else None
        if home is None:
            return []
        named = [one for one, body in _bodies(connection, home.id) if _names(body, ids)]
        marks = {str(one) for one in named}
        groups: dict[str, Any] = {}
        for name, group in home.state["groups"].items():
            if group["by"] not in marks and not marks & set(group["same"]):
                continue
            value = group["value"]
            if _names(value, ids):
                heirs = queries.of_kind(connection, "resident", household=home.id)
                value = {**value, "resident": next((row.id for row in heirs if row.id not in ids), "")}
            groups[name] = {"value": value, "base": group["by"]}
        if groups:
            action.add("household.described", home.id, {"groups": groups})
        return named

    named = application.act(say_anew, persons_right=True).value
    # An action of its own: records are folded anew from entries that are written, not from those in the making.
    if named:
        application.act(lambda action: [journal.erase_payload(action, one, reason) for one in named])


def _names(body: Any, ids: Iterable[str]) -> bool:
    """Whether an id stands anywhere in a body."""
    wanted = set(ids)
    match body:
        case dict():
            return any(_names(one, wanted) for one in body.values())
        case list():
            return any(_names(one, wanted) for one in body)
        case _:
            return isinstance(body, str) and body in wanted


def _bodies(connection: Connection, record_id: str) -> list[tuple[EntryReference, Any]]:
    rows = connection.execute(
        select(entry).where(entry.c.record.in_(ids_of(connection, record_id)), entry.c.payload.is_not(None))
    ).all()
    return [
        (records.reference_of(row), decode_body(row.payload))
        for row in rows
        if row.kind != ERASED and Header.decode(row.header).role not in COUNTY_WRITERS
    ]


def _drop_drafts(connection: Connection, record_id: str) -> tuple[int, int]:
    """Answers how many pictures left the tray, and how many other drafts there were."""
    gone = connection.execute(
        delete(draft).where(erasing_plan.drafts_about(connection, record_id)).returning(draft.c.kind)
    )
    kinds = Counter("draft" if kind not in erasing_plan.TRAY_ROWS else kind for kind in gone.scalars())
    return kinds[tray.PICTURE], kinds["draft"]


def _household(connection: Connection, resident: str) -> str:
    person = queries.one(connection, resident)
    return "" if person is None else person.household or ""
