"""Erasing content by a person's right (PIPL art. 47) and after a mistaken filing; says afterwards what remains and why.

A person's records go entry by entry in small actions. What is to be erased is noted first, so that a kill in the
middle is made good at the next start (``finish``). The person's own record goes last, so that the list can be read
until everything else is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, delete, or_, select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ASIDE_ERASED, ERASED, EntryReference, Header, decode_body
from desktop.domain.retention import EVIDENCE, RELEASED, SCHEDULE, Rule, Verdict
from desktop.domain.roles import COUNTY_ROLES
from desktop.services.application import Application, Done
from desktop.services.permission import Capability, require
from desktop.services.retention_review import judged
from desktop.storage import attachments, journal, queries, records, settings
from desktop.storage.erasing import apply_known
from desktop.storage.journal import Action
from desktop.storage.tables import alias, diverged, draft, entry

__all__ = ["Erasure", "Ground", "Remaining", "apply_known", "erase_records", "erase_resident", "erase_scan", "finish"]

_PENDING: Final = "erasing"
_ENTRIES_AN_ACTION: Final = 40
"""Forty erasures are far below the 64 KiB of an action."""
Erase = Callable[[Action, EntryReference, str], tuple[str, ...]]
_COUNTY: Final = frozenset(role.value for role in COUNTY_ROLES)


class Ground(StrEnum):
    """Why a person's content is erased."""

    RIGHT = "right"
    """The person asks for it, or took consent back (PIPL art. 47)."""
    MISTAKE = "mistake"
    """It should never have been recorded: the wrong person."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What stays, how much of it, and why, in words. ``kind`` is a record kind, ``county`` or ``header``."""

    kind: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased and what remains."""

    entries: int
    pictures: int
    drafts: int
    remains: tuple[Remaining, ...]


def erase_resident(application: Application, resident: str, ground: Ground, reason: str) -> Done[Erasure]:
    """Erase all there is about a person: every payload, drafts, pictures, search words, and their place as head.

    Locked evidence stays (PIPL art. 47 para. 2), and so does what is the household's while others live in it. The
    last member takes the household with them.

    Raises:
        UserFacingError: ``erasing.unknown``; ``erasing.reason-missing``; ``erasing.withdraw-first`` while something
            is released on a consent still in force: the recipients must be told to stop first.
    """
    require(application, Capability.ERASE)
    if not reason.strip():
        raise UserFacingError("erasing.reason-missing")
    plan = application.read(lambda connection: _plan(connection, application, resident, ground))
    application.store.write(
        lambda connection: settings.put(
            connection, _PENDING, {"records": plan.records, "resident": plan.resident, "reason": reason.strip()}
        )
    )
    done = _carry_out(application)
    return Done(
        Erasure(done.entries, done.pictures, done.drafts, (*plan.remains, *done.remains)),
        frozenset({"resident", "household"}),
    )


def erase_scan(application: Application, scan: str, reason: str) -> Done[Erasure]:
    """Erase a scan filed to the wrong person or sheet, with its picture; the sheet waits for the right one.

    Raises:
        UserFacingError: ``erasing.unknown``, ``erasing.reason-missing``.
    """
    require(application, Capability.ERASE)
    if not reason.strip():
        raise UserFacingError("erasing.reason-missing")
    row = application.read(lambda connection: queries.one(connection, scan))
    if row is None or row.kind != "scan":
        raise UserFacingError("erasing.unknown")
    done = erase_records(application, (scan,), reason.strip())
    words = "纸页的记录还在,写着曾有扫描件;请重新扫描正确的那一张。"
    remains = (Remaining("sheet", 1, words), *done.remains)
    return Done(Erasure(done.entries, done.pictures, done.drafts, remains), frozenset({"scan", "sheet"}))


def erase_records(application: Application, ids: Sequence[str], reason: str) -> Erasure:
    """Erase every payload of these records, their drafts and pictures; entries the county wrote stay."""
    require(application, Capability.ERASE)
    entries = pictures = dropped = county = 0
    for record_id in ids:
        dropped += application.store.write(lambda connection: _drop_drafts(connection, record_id))  # noqa: B023
        own, foreign = application.read(lambda connection: _references(connection, record_id))  # noqa: B023
        county += foreign
        aside = application.read(lambda connection: _set_aside(connection, record_id))  # noqa: B023
        for erase, found in ((journal.erase_payload, own), (journal.erase_aside, aside)):
            gone = _erase_all(application, erase, found, reason)
            attachments.remove(application.folder, gone)
            pictures += len(gone)
        entries += len(own) + len(aside)
    application.store.checkpoint()
    remains = [Remaining("header", entries, "条目的抬头(编号、时间、经办人)留着,日志照样核得上,里面没有内容。")]
    if county:
        remains.append(Remaining("county", county, "县里写的条目由县里清理。"))
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
    """Go on with an erasure that was cut short; at every opening."""
    if application.read(lambda connection: settings.get(connection, _PENDING)):
        _carry_out(application)


# --- the plan -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    records: list[str]
    resident: str
    remains: tuple[Remaining, ...]


def _plan(connection: Connection, application: Application, resident: str, ground: Ground) -> _Plan:
    person = queries.one(connection, resident)
    if person is None or person.kind != "resident":
        raise UserFacingError("erasing.unknown")
    about = [row for kind in SCHEDULE for row in queries.of_kind(connection, kind, resident=person.id)]
    about = [row for row in about if row.id != person.id]
    released = any(row.kind == "referral" and row.status in RELEASED for row in about)
    if released and any(row.kind == "grant" and row.status == "in-force" for row in about):
        raise UserFacingError("erasing.withdraw-first")
    verdicts = {one.held.id: one for one in judged(connection, application.today())}
    gone: list[str] = []
    locked: dict[str, list[Any]] = {}
    for row in about:
        verdict = verdicts.get(row.id)
        is_evidence = released and row.kind in EVIDENCE
        is_duty = ground is Ground.RIGHT and _rule(row.kind).duty
        if (is_evidence or is_duty) and (verdict is None or verdict.verdict is not Verdict.DUE):
            locked.setdefault(row.kind, []).append(verdict)
        else:
            gone.append(row.id)
    remains = [Remaining(kind, len(some), _rule(kind).words) for kind, some in locked.items()]
    home = person.household
    others = [row for row in queries.of_kind(connection, "resident", household=home) if home and row.id != person.id]
    if home and not others and not locked:
        shared = [row for kind in SCHEDULE for row in queries.of_kind(connection, kind, household=home)]
        last = [row.id for row in shared if row.kind not in ("resident", "household") and row.id not in gone]
        if ground is Ground.RIGHT:
            visits = [row.id for row in shared if row.kind == "visit" and row.id in last]
            kept = [one for one in visits if one in verdicts and verdicts[one].verdict is not Verdict.DUE]
            if kept:
                remains.append(Remaining("visit", len(kept), _rule("visit").words))
            last = [one for one in last if one not in kept]
        gone += last
        if not remains:
            gone.append(home)
    elif home:
        shared_visits = len(queries.of_kind(connection, "visit", household=home))
        if shared_visits:
            remains.append(Remaining("visit", shared_visits, "全家的走访记录,其他成员还要用。" + _rule("visit").words))
    return _Plan([*dict.fromkeys(gone), person.id], person.id, tuple(remains))


def _rule(kind: str) -> Rule:
    return SCHEDULE[kind]


def _carry_out(application: Application) -> Erasure:
    plan = application.read(lambda connection: settings.get(connection, _PENDING))
    reason, resident = str(plan["reason"]), str(plan["resident"])
    _leave_household(application, resident, reason)
    done = erase_records(application, [str(one) for one in plan["records"]], reason)
    application.store.write(lambda connection: settings.put(connection, _PENDING, None))
    application.store.checkpoint()
    return done


def _leave_household(application: Application, resident: str, reason: str) -> None:
    """Take the person out of the household's own entries: what else these said is said anew, then they are erased."""

    def say_anew(action: Action) -> list[EntryReference]:
        connection = action.connection
        ids = _ids(connection, resident)
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

    named = application.act(say_anew).value
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


def _ids(connection: Connection, record_id: str) -> tuple[str, ...]:
    target = records.canonical(connection, record_id)
    return (target, *connection.scalars(select(alias.c.record).where(alias.c.target == target)))


def _bodies(connection: Connection, record_id: str) -> list[tuple[EntryReference, Any]]:
    rows = connection.execute(
        select(entry).where(entry.c.record.in_(_ids(connection, record_id)), entry.c.payload.is_not(None))
    ).all()
    return [
        (records.reference_of(row), decode_body(row.payload))
        for row in rows
        if row.kind != ERASED and Header.decode(row.header).role not in _COUNTY
    ]


def _references(connection: Connection, record_id: str) -> tuple[list[EntryReference], int]:
    """The entries of a record that still have content and may be erased here, and how many the county wrote."""
    rows = connection.execute(
        select(entry)
        .where(entry.c.record.in_(_ids(connection, record_id)), entry.c.payload.is_not(None), entry.c.kind != ERASED)
        .order_by(entry.c.id.desc())
    ).all()
    mine = [records.reference_of(row) for row in rows if Header.decode(row.header).role not in _COUNTY]
    return mine, len(rows) - len(mine)


def _set_aside(connection: Connection, record_id: str) -> list[EntryReference]:
    """What was set aside of a record after a fork and still has content: under names that may now be others'."""
    rows = connection.execute(
        select(diverged.c.vault, diverged.c.epoch, diverged.c.seq)
        .where(diverged.c.record.in_(_ids(connection, record_id)), diverged.c.payload.is_not(None))
        .where(diverged.c.kind.not_in((ERASED, ASIDE_ERASED)))
        .order_by(diverged.c.id.desc())
    )
    return [records.reference_of(row) for row in rows]


def _drop_drafts(connection: Connection, record_id: str) -> int:
    ids = _ids(connection, record_id)
    mentioned = [draft.c.body.contains(one, autoescape=True) for one in ids]
    about_person = draft.c.kind.not_in(["visit"]) & or_(*mentioned)
    return connection.execute(delete(draft).where(or_(draft.c.subject.in_(ids), about_person))).rowcount
