"""What an erasure would take and leave: looked at, shown to whoever decides, and only then done (``erasing``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, or_, select

from desktop.domain.beside_check import EVIDENCE as PICTURED
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ASIDE_ERASED, ERASED, EntryReference, Header
from desktop.domain.publicity import PublicityState
from desktop.domain.referrals import AT_RECIPIENT, ReferralState
from desktop.domain.retention import SCHEDULE, Lock, Retained, lock_of, was_released
from desktop.domain.rights import RIGHTS_REQUEST
from desktop.domain.roles import COUNTY_ROLES
from desktop.services import backups, former_stores
from desktop.services.application import Application
from desktop.services.backups import BackupState
from desktop.services.former_stores import FormerState, FormerStore
from desktop.services.permission import Capability, require
from desktop.services.retention_review import judged, proven_day
from desktop.storage import generations, queries, records, tray
from desktop.storage.queries import RecordRow
from desktop.storage.tables import alias, attachment, diverged, draft, entry

COUNTY_WRITERS: Final = frozenset(role.value for role in COUNTY_ROLES)
HEADERS_STAY: Final = "条目的抬头（编号、时间、经办人）留着，日志照样核得上，里面没有内容。"
BACKUPS_UNTIL_GONE: Final = generations.KEPT
"""After so many more backups to a place none from before the erasure is left there."""
COUNTY_CLEANS: Final = "县里写的条目由县里清理。"
TRAY_ROWS: Final = (tray.TRAY, tray.PICTURE)
_FORMER_WHY: Final = {
    former_stores.SALVAGED: "抢救资料时停用的旧库",
    former_stores.RESTORED: "从备份恢复时停用的旧库",
}
_FORMER_UNKNOWN: Final = "以前留下的旧库"
_STEPS: Final = {
    FormerState.CHECK_AND_SYNC: "现在还要检查一次、同步一次",
    FormerState.CHECK: "现在还要检查一次",
    FormerState.SYNC: "现在还要同步一次",
}
_SHEET_STAYS: Final = "纸页的记录还在，写着曾有扫描件；请重新扫描正确的那一张。"
_NAMES_NOBODY: Final = "这些图上没有认出是谁的，程序不敢删：请到待认盘里一张张看，是这个人的就丢弃。"
_OTHERS_NEED_IT: Final = "全家的走访记录，其他成员还要用，里面写到这个人的话也还在。"


class Ground(StrEnum):
    """Why a person's content is erased."""

    RIGHT = "right"
    """The person asks for it, or took consent back (PIPL art. 47)."""
    MISTAKE = "mistake"
    """It should never have been recorded: the wrong person, or against the law."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What stays, how much of it, and why, in words. ``kind`` is a record kind, ``county``, ``header``, ``tray`` or
    ``former-store``, where all of it still stands.

    ``is_locked``: a duty to keep forbids erasing it, until ``until`` (None: while it is in use). Of a former store
    ``until`` is the day on which it goes, where that is known.
    """

    kind: str
    count: int
    words: str
    until: date | None = None
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The records to erase, the person's own last, and what remains.

    ``resident`` is whoever it is about; where a duty keeps their own record, it is not among ``records``.
    """

    records: list[str]
    resident: str
    remains: tuple[Remaining, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an erasure would do. ``goes``: how many records of each kind."""

    goes: tuple[tuple[str, int], ...]
    pictures: int
    drafts: int
    remains: tuple[Remaining, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything somebody must know before a person or a scan is erased, for each ground there is.

    ``backups`` tells which copies still hold it; ``tail`` are the last four signs of the document number, or "".
    """

    record: str
    name: str
    tail: str
    grounds: Mapping[Ground, Foreseen]
    backups: BackupState


def outlook(application: Application, resident: str) -> Outlook:
    """What erasing a person would come to.

    Raises:
        UserFacingError: ``erasing.unknown``; ``erasing.withdraw-first`` as ``erasing.erase_resident`` would.
    """
    require(application, Capability.ERASE)

    def read(connection: Connection) -> tuple[RecordRow, dict[Ground, Foreseen]]:
        plans = {ground: plan(connection, application, resident, ground) for ground in Ground}
        person = queries.one(connection, resident)
        assert person is not None  # noqa: S101 - the plan has found it
        return person, {
            ground: _foreseen(connection, application, made.records, made.remains, made.resident)
            for ground, made in plans.items()
        }

    person, grounds = application.read(read)
    return _outlook(application, person, grounds)


def scan_outlook(application: Application, scan: str) -> Outlook:
    """What erasing one scan would come to; raises UserFacingError ``erasing.unknown``.

    Filed by mistake it goes; by the person's right it stays where it proves that a release was lawful.
    """
    require(application, Capability.ERASE)

    def read(connection: Connection) -> tuple[RecordRow, dict[Ground, Foreseen]]:
        row = queries.one(connection, scan)
        if row is None or row.kind not in PICTURED:
            raise UserFacingError("erasing.unknown")
        person = queries.one(connection, row.resident or "")
        lock = lock_on(connection, application, row.id)
        goes = _foreseen(connection, application, [row.id], (scan_remains(),))
        by_right = goes if lock is None else Foreseen((), 0, 0, (_locked(row.kind, [lock]),))
        return person or row, {Ground.MISTAKE: goes, Ground.RIGHT: by_right}

    person, grounds = application.read(read)
    return _outlook(application, person, grounds)


def scan_remains() -> Remaining:
    """The sheet that a scan was filed to."""
    return Remaining("sheet", 1, _SHEET_STAYS)


def former_remains(connection: Connection, application: Application) -> tuple[Remaining, ...]:
    """The former stores, one by one: what is erased now was in use when they were, and stands in them until they go."""
    return tuple(
        Remaining("former-store", 1, _former_words(one), one.goes)
        for one in former_stores.standing_in(connection, application)
    )


def _former_words(one: FormerStore) -> str:
    return f"{_FORMER_WHY.get(one.why, _FORMER_UNKNOWN)}，里面还是删以前的样子。{_ends(one)}"


def _ends(one: FormerStore) -> str:
    match one.state:
        case FormerState.GOES:
            return "到期程序自动清掉。" if one.goes else ""
        case FormerState.PERSON:
            return "里面有别处没有的内容，或者读不出来：请到“设置”里看过，由您决定删不删。"
        case _:
            return f"正在用的库检查完好、全部上报以后，再过 {former_stores.KEEP_DAYS} 天自动清掉：{_STEPS[one.state]}。"


def plan(connection: Connection, application: Application, resident: str, ground: Ground) -> Plan:
    """What has to go and what stays; raises UserFacingError ``erasing.unknown``, ``erasing.withdraw-first``."""
    person = queries.one(connection, resident)
    if person is None or person.kind != "resident":
        raise UserFacingError("erasing.unknown")
    about = [row for kind in SCHEDULE for row in queries.of_kind(connection, kind, resident=person.id)]
    about = [row for row in about if row.id != person.id]
    referrals = [row for row in about if row.kind == "referral"]
    if any(row.kind == "grant" and row.status == "in-force" for row in about) and any(map(_may_be_out, referrals)):
        raise UserFacingError("erasing.withdraw-first")
    if any(_is_shown(row, application.today()) for row in about):
        raise UserFacingError("erasing.withdraw-first")
    home = person.household
    found = judged(connection, proven_day(connection, application.today()), household=home, resident=person.id)
    verdicts = {one.held.id: one for one in found}
    by_right = ground is Ground.RIGHT
    gone: list[str] = []
    locks: dict[str, list[Lock]] = {}
    for row in (*about, person):
        lock = _lock(verdicts, row.id, by_right=by_right)
        if lock is not None:
            locks.setdefault(row.kind, []).append(lock)
        elif row is not person:
            gone.append(row.id)
    remains = [_locked(kind, some) for kind, some in locks.items()]
    # What was asked and answered is no part of the household, and keeps nothing else of it.
    kept = [kind for kind in locks if kind != RIGHTS_REQUEST]
    others = [row for row in queries.of_kind(connection, "resident", household=home) if home and row.id != person.id]
    if home and not others and not kept:
        last = _with_household(connection, home, gone, verdicts, remains, by_right=by_right)
        gone += last
        if all(one.kind == RIGHTS_REQUEST for one in remains):
            gone.append(home)
    elif home:
        rows = queries.of_kind(connection, "visit", household=home)
        if rows:
            words = (_OTHERS_NEED_IT if others else "") + SCHEDULE["visit"].words
            ends = [one.until for one in (_lock(verdicts, row.id, by_right=True) for row in rows) if one is not None]
            until = max((one for one in ends if one is not None), default=None)
            remains.append(Remaining("visit", len(rows), words, until, is_locked=until is not None))
    unnamed = tray.about_nobody(connection)
    if unnamed:
        remains.append(Remaining("tray", unnamed, _NAMES_NOBODY))
    own = [] if person.kind in locks else [person.id]
    return Plan([*dict.fromkeys(gone), *own], person.id, tuple(remains))


def _is_shown(row: RecordRow, today: date) -> bool:
    """Whether the person may be shown in public by consent in force: whoever publishes has to be told to stop first."""
    in_force = row.kind == "publicity" and row.status == PublicityState.IN_FORCE
    return in_force and str(row.state["fields"].get("until", "")) >= today.isoformat()


def _may_be_out(referral: RecordRow) -> bool:
    """Whether a recipient has the person's data, or the county may release them before it hears of the erasure."""
    waits = referral.status in (ReferralState.SUBMITTED, *AT_RECIPIENT, ReferralState.DELIVERED)
    return waits or was_released(referral.status, referral.state.get("fields", {}))


def _with_household(
    connection: Connection,
    home: str,
    gone: Sequence[str],
    verdicts: Mapping[str, Retained],
    remains: list[Remaining],
    *,
    by_right: bool,
) -> list[str]:
    """What goes with the last member; what a duty keeps of it is added to ``remains``."""
    last: list[str] = []
    for kind in SCHEDULE:
        if kind in ("resident", "household"):
            continue
        rows = [row.id for row in queries.of_kind(connection, kind, household=home) if row.id not in gone]
        locks = {one: lock for one in rows if (lock := _lock(verdicts, one, by_right=by_right)) is not None}
        if locks and kind != RIGHTS_REQUEST:
            remains.append(_locked(kind, list(locks.values())))
        last += [one for one in rows if one not in locks]
    return last


def lock_on(connection: Connection, application: Application, record_id: str) -> Lock | None:
    """What forbids erasing a record whoever asks, and for whatever reason: evidence, and what nobody has answered."""
    row = queries.one(connection, record_id)
    if row is None:
        return None
    day = proven_day(connection, application.today())
    found = judged(connection, day, household=row.household, resident=row.resident)
    return _lock({one.held.id: one for one in found}, row.id, by_right=False)


def _lock(verdicts: Mapping[str, Retained], record_id: str, *, by_right: bool) -> Lock | None:
    found = verdicts.get(record_id)
    return None if found is None else lock_of(found, by_right=by_right)


def _locked(kind: str, locks: Sequence[Lock]) -> Remaining:
    last = max(locks, key=lambda lock: lock.until or date.max)
    return Remaining(kind, len(locks), last.words, last.until, is_locked=True)


def ids_of(connection: Connection, record_id: str) -> tuple[str, ...]:
    """A record's id and every alias of it."""
    target = records.canonical(connection, record_id)
    return (target, *connection.scalars(select(alias.c.record).where(alias.c.target == target)))


def references(connection: Connection, record_id: str) -> tuple[list[EntryReference], int]:
    """The entries of a record that still have content and may be erased here, and how many the county wrote."""
    rows = connection.execute(
        select(entry)
        .where(entry.c.record.in_(ids_of(connection, record_id)), entry.c.payload.is_not(None), entry.c.kind != ERASED)
        .order_by(entry.c.id.desc())
    ).all()
    mine = [records.reference_of(row) for row in rows if Header.decode(row.header).role not in COUNTY_WRITERS]
    return mine, len(rows) - len(mine)


def set_aside(connection: Connection, record_id: str) -> list[EntryReference]:
    """What was set aside of a record after a fork and still has content: under names that may now be others'."""
    rows = connection.execute(
        select(diverged.c.vault, diverged.c.epoch, diverged.c.seq)
        .where(diverged.c.record.in_(ids_of(connection, record_id)), diverged.c.payload.is_not(None))
        .where(diverged.c.kind.not_in((ERASED, ASIDE_ERASED)))
        .order_by(diverged.c.id.desc())
    )
    return [records.reference_of(row) for row in rows]


def drafts_about(connection: Connection, record_id: str) -> ColumnElement[bool]:
    """Which drafts go with a record: those on it, and those that name it. A visit's draft is the whole household's.

    What waits in the tray goes by what its code names, and never by the sheet that happened to be open.
    """
    ids = ids_of(connection, record_id)
    row = queries.one(connection, record_id)
    if row is not None and row.kind == "print":  # a form with a number of its own: its pages name the print alone
        ids = (*ids, str(row.state["fact"].get("print", "")))
    mentioned = [draft.c.body.contains(one, autoescape=True) for one in ids]
    about_person = draft.c.kind.not_in(("visit", *TRAY_ROWS)) & or_(*mentioned)
    return or_(draft.c.subject.in_(ids), about_person, draft.c.id.in_(tray.rows_about(connection, ids)))


def _foreseen(
    connection: Connection,
    application: Application,
    ids: Sequence[str],
    remains: tuple[Remaining, ...],
    person: str = "",
) -> Foreseen:
    kinds = Counter(row.kind for row in queries.many(connection, ids).values())
    entries = county = 0
    named: set[str] = set()
    drafts: set[str] = set()
    waiting: set[str] = set()
    for one in ids:
        own, foreign = references(connection, one)
        aside = set_aside(connection, one)
        entries, county = entries + len(own) + len(aside), county + foreign
        named.update(ids_of(connection, one))
    for one in dict.fromkeys([*ids, person] if person else ids):
        about = drafts_about(connection, one)
        drafts.update(connection.scalars(select(draft.c.id).where(about, draft.c.kind.not_in(TRAY_ROWS))))
        waiting.update(connection.scalars(select(draft.c.id).where(about, draft.c.kind == tray.PICTURE)))
    pictures = select(func.count()).select_from(attachment).where(attachment.c.record.in_(named))
    stays = [*remains, Remaining("header", entries, HEADERS_STAY)]
    if county:
        stays.append(Remaining("county", county, COUNTY_CLEANS))
    if ids:
        stays += former_remains(connection, application)
    goes = tuple((kind, kinds[kind]) for kind in dict.fromkeys(("resident", "household", *SCHEDULE)) if kinds[kind])
    return Foreseen(goes, (connection.scalar(pictures) or 0) + len(waiting), len(drafts), tuple(stays))


def _outlook(application: Application, person: RecordRow, grounds: Mapping[Ground, Foreseen]) -> Outlook:
    groups: Mapping[str, Any] = person.state.get("groups", {})
    name = (groups.get("name") or {}).get("value") or {}
    document = (groups.get("document") or {}).get("value") or {}
    tail = str(document.get("number") or "")[-4:]
    return Outlook(person.id, str(name.get("name") or ""), tail, grounds, backups.backup_state(application))
