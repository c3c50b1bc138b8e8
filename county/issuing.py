"""What the county issues: directory, divisions, standards, offices, rosters (名录、区划、标准、花名册).

All are entries of the county's own journal, so laptops get them by the feed, signed and in order.
Each body carries ``version``, counted up here; issuing the same content again writes nothing. An office that is issued
again keeps what is not named; all others are issued whole.

========================  ==============================================================================
``organisation.issued``   version, name, kind, credit_code (统一社会信用代码), contact, phone, address,
                          mainland (bool), active (bool), agreement_number, agreement_until (ISO date),
                          security, purposes [Purpose], method, projects [{id, name, purpose,
                          needs [NeedCode], description, area}]
``division.issued``       version, code (nine digits), name, path ("福建省南平市建阳区"),
                          villages [{code, name}]
``standard.issued``       version, from (ISO date), subsistence_monthly (fen per head), margin_factor, …,
                          deadlines {name: working days; blanks_out_days: days, 7 to 180},
                          lease {reminder_days, code_days}
``office.issued``         version, code, name, address, phone, contact, county_name, county_phone,
                          complaint_phone, retention_years, reply_days, idle_minutes_most (1 to 15:
                          after how many idle minutes its laptops lock at the latest),
                          keep_fingerprints (bool: whether pictures of sheets with a fingerprint, which is
                          biometric, are taken in, or the second check is made on the paper alone:
                          ``county/fingerprints.py`` lets go of what comes all the same),
                          screen_signatures (bool, false unless said: whether sheets may be signed on the
                          screen)
``escrow.issued``         version, holders [{office "information"|"civil-affairs", name, phone, recipient,
                          signing_key}]; by ``county/escrow.py``
``retention.issued``      version, years {record kind: years}, kept within the bounds of
                          ``desktop.domain.retention``
``roster.issued``         version, township, vaults [{vault, worker, name, role, office, recipient}],
                          workers [{worker, name, role, office}], those without a laptop too
``wording.issued``        version, form, wording {the whole text}, sha256, from (ISO date), withdrawn (ISO date),
                          reason; by ``county/wordings.py``
``worker.issued``         version, worker, name, role, office, townships, earlier [{role, townships, until}];
                          from the first change on (``roster.py``)
========================  ==============================================================================

Record ids: ``division-CODE``, ``office-CODE``, ``roster-CODE``, ``worker-ID``, ``wording-FORM-VERSION``, ``standard``,
``escrow``; an organisation brings its own. The scope of an entry is a township's code, or "" for the whole county;
rosters go to their township only.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from county import tables
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet, is_id
from desktop.domain.errors import UserFacingError
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.records import Result
from desktop.sync.protocol import GOOD

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "organisation": ("name", "active", "mainland", "agreement_until", "purposes"),
    "division": ("code", "name", "path", "villages"),
    "standard": ("from",),
    "office": ("code", "name"),
    "retention": ("years",),
}
"""What can be issued by hand, and the fields without which it would mislead."""
_DATES: Final = frozenset({"agreement_until", "from"})
"""ISO dates: every laptop of the county reads them, so that a mistyped one would stop them all."""
LONGEST_IDLE_MINUTES: Final = 15
"""No laptop offers more (``desktop.services.preferences``)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to issue; ``township`` "" is the whole county."""

    kind: str
    id: str
    body: Mapping[str, Any]
    township: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """What became of it: the version in force, and whether this call wrote it."""

    id: str
    version: int
    written: bool


def read_item(fields: Mapping[str, Any]) -> Item:
    """An item from one line of JSON ``{"kind", "id", "township", "body"}``.

    Raises:
        UserFacingError: ``issue.malformed`` with the field that is missing or wrong.
    """
    kind, body, township = fields.get("kind"), fields.get("body"), fields.get("township", "")
    if not isinstance(kind, str) or kind not in NEEDED:
        raise UserFacingError("issue.malformed", field="kind")
    if not isinstance(body, dict) or not isinstance(township, str):
        raise UserFacingError("issue.malformed", field="body")
    for name in NEEDED[kind]:
        if body.get(name) is None:
            raise UserFacingError("issue.malformed", field=name)
    for name in _DATES & body.keys():
        if not _is_date(body[name]):
            raise UserFacingError("issue.malformed", field=name)
    if kind == "office" and body.get("idle_minutes_most", 1) not in range(1, LONGEST_IDLE_MINUTES + 1):
        raise UserFacingError("issue.malformed", field="idle_minutes_most")
    for name in ("keep_fingerprints", "screen_signatures"):
        if kind == "office" and not isinstance(body.get(name, True), bool):
            raise UserFacingError("issue.malformed", field=name)
    given = fields.get("id")
    record = str(given) if given else _own_id(kind, body)
    if not is_id(record):
        raise UserFacingError("issue.malformed", field="id")
    return Item(kind, record, body, township)


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _own_id(kind: str, body: Mapping[str, Any]) -> str:
    match kind:
        case "standard" | "retention":
            return kind
        case "division" | "office":
            return f"{kind}-{body['code']}"
        case _:
            raise UserFacingError("issue.malformed", field="id")


def issue(county: County, items: Sequence[Item]) -> list[Issued]:
    """Issue items, each one as an action of its own, all in one transaction."""
    with county.store.write() as connection:
        serialise(connection, county.code)
        working = WorkingSet(connection, county.code)
        working.load_ids(item.id for item in items)
        return [issue_item(connection, county, working, item) for item in items]


def change_issued(
    county: County, kind: str, record: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> Issued:
    """Issue for the whole county what ``change`` makes of the body in force (empty before), in one transaction."""
    with county.store.write() as connection:
        serialise(connection, county.code)
        working = WorkingSet(connection, county.code)
        working.load_ids([record])
        known = working.record(record)
        body = change({} if known is None or known.state is None else known.state["issued"])
        return issue_item(connection, county, working, Item(kind, record, body))


def issue_item(connection: Connection, county: County, working: WorkingSet, item: Item) -> Issued:
    """Issue one item within a transaction; ``working`` has loaded its id."""
    known = working.record(item.id)
    if known is not None and known.kind != item.kind:
        raise UserFacingError("issue.malformed", field="id")
    old = known.state["issued"] if known is not None and known.state is not None else {"version": 0}
    content = {name: value for name, value in item.body.items() if name != "version"}
    if item.kind == "office":
        # Whoever corrects a telephone number takes no permission away, and gives none: what is not named stays.
        content = {name: value for name, value in old.items() if name != "version"} | content
    if content == {name: value for name, value in old.items() if name != "version"}:
        return Issued(item.id, old["version"], written=False)
    body = {**content, "version": old["version"] + 1}
    outcome = write_own(connection, county, working, [Draft(f"{item.kind}.issued", item.id, body, item.township)])
    if outcome.result is not Result.OK:
        raise UserFacingError("issue.malformed", field=outcome.reason.partition(":")[2] or outcome.reason)
    return Issued(item.id, body["version"], written=True)


def issue_rosters(connection: Connection, county: County, townships: Iterable[str]) -> None:
    """Tell each township's laptops who works there, and which vaults it has, to seal batches to them too."""
    rows = connection.execute(
        select(tables.vault.c.id, tables.vault.c.recipient, tables.worker)
        .join(
            tables.worker,
            and_(tables.worker.c.county == tables.vault.c.county, tables.worker.c.id == tables.vault.c.worker),
        )
        .outerjoin(
            tables.revocation,
            and_(tables.revocation.c.county == tables.vault.c.county, tables.revocation.c.vault == tables.vault.c.id),
        )
        .where(tables.vault.c.county == county.code)
        # Nobody seals to a vault that was taken out of use.
        .where(or_(tables.revocation.c.vault.is_(None), tables.revocation.c.standing == GOOD))
        .order_by(tables.vault.c.enrolled, tables.vault.c.id)
    ).all()
    everybody = connection.execute(
        select(tables.worker).where(tables.worker.c.county == county.code).order_by(tables.worker.c.id)
    ).all()
    working = WorkingSet(connection, county.code)
    wanted = sorted(set(townships))
    working.load_ids(f"roster-{township}" for township in wanted)
    for township in wanted:
        vaults = [
            {
                "vault": row.id,
                "worker": row.id_1,
                "name": row.name,
                "role": row.role,
                "office": row.office,
                "recipient": row.recipient,
            }
            for row in rows
            if township in json.loads(row.townships)
        ]
        workers = [
            {"worker": row.id, "name": row.name, "role": row.role, "office": row.office}
            for row in everybody
            if township in json.loads(row.townships)
        ]
        body = {"township": township, "vaults": vaults, "workers": workers}
        issue_item(connection, county, working, Item("roster", f"roster-{township}", body, township))


def issue_worker(connection: Connection, county: County, worker: str, body: Mapping[str, Any]) -> None:
    """Tell every laptop what the roster says of a worker now; the worker's own goes on by it."""
    working = WorkingSet(connection, county.code)
    working.load_ids([f"worker-{worker}"])
    issue_item(connection, county, working, Item("worker", f"worker-{worker}", body))


def divisions_from_csv(path: Path, county: str) -> list[Item]:
    """One item per township of the county, from a file with the columns code, name, parent, level.

    Raises:
        UserFacingError: ``divisions.unreadable``, ``divisions.county-missing``.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = {row["code"]: row for row in csv.DictReader(file)}
        names = {code: row["name"] for code, row in rows.items()}
        path_name = _path_name(rows, county)
        townships = sorted(code for code, row in rows.items() if row["parent"] == county)
        villages: dict[str, list[dict[str, str]]] = {code: [] for code in townships}
        for code in sorted(rows):
            if rows[code]["parent"] in villages:
                villages[rows[code]["parent"]].append({"code": code, "name": names[code]})
    except (OSError, KeyError, UnicodeDecodeError, csv.Error):
        raise UserFacingError("divisions.unreadable") from None
    if not townships or not all(re.fullmatch(rf"\d{{{TOWNSHIP_DIGITS}}}", code, re.ASCII) for code in townships):
        raise UserFacingError("divisions.county-missing", county=county)
    return [
        Item(
            "division",
            f"division-{code}",
            {"code": code, "name": names[code], "path": path_name, "villages": villages[code]},
        )
        for code in townships
    ]


def _path_name(rows: Mapping[str, Mapping[str, str]], county: str) -> str:
    names: list[str] = []
    code = county
    while code in rows and len(names) < 4:
        names.insert(0, rows[code]["name"])
        code = rows[code]["parent"]
    return "".join(names)
