"""Sheets that await the second check (待核对的同意书), for the county's officer: the record beside the picture.

Only reading stands here; what the check itself does is ``answers.check_sheet``, and ``sheet_checks`` holds what has to
be compared before. Whatever shows a person's data is noted first (``officers.note_looks``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from county import tables
from county.attachments import attachment_file, open_attachment
from county.clock import today
from county.enrolment import Worker
from county.officers import MINOR, Look, note_looks, read_officer
from county.opening import County
from county.records import BROKEN, Record, WorkingSet, is_id, value_of
from county.screen_signing import ticks_problem
from county.sheet_seen import WAITING, Asked, Caution, Evidence, Picture, Said, SheetSeen, Verified, WaitingSheet
from county.signing import problem_by_record
from desktop.domain.asking import is_asked_again
from desktop.domain.beside_check import EVIDENCE
from desktop.domain.consent import DataClass, GrantState, SheetState
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import encode_json
from desktop.domain.minors import is_minor
from desktop.domain.plain import Misfit
from desktop.domain.screen_signing import ScreenSigning, screen_of, signature_problem
from desktop.domain.sheet_signing import is_fingerprinted, is_on_screen, needs_county_check

_TAIL: Final = 4


def waiting_sheets(county: County) -> tuple[WaitingSheet, ...]:
    """Every sheet that awaits its second check, by township and number."""
    with county.store.read() as connection:
        working = WorkingSet(connection, county.code)
        rows = connection.execute(
            select(tables.record.c.id)
            .where(tables.record.c.county == county.code, tables.record.c.kind == "sheet")
            .where(tables.record.c.status.in_([state.value for state in WAITING]))
        )
        ids = [row.id for row in rows]
        working.load_ids(ids)
        found = [one for sheet in ids if (one := working.record(sheet)) is not None and one.state is not None]
        listed = [_listed(connection, county, working, one) for one in found]
    return tuple(sorted(listed, key=lambda one: (one.township, one.number, one.sheet)))


def open_sheet(county: County, sheet: str, officer: str) -> SheetSeen:
    """One sheet with all it holds, after the look was noted.

    Raises:
        UserFacingError: ``record.unknown`` and those of ``note_looks``.
    """
    with county.store.read() as connection:
        acting = read_officer(connection, county, officer)
        working = WorkingSet(connection, county.code)
        record = _record(working, sheet)
        resident = working.canonical(str(_fields(record).get("resident")))
        seen = compiled(connection, county, working, record, acting)
    groups = ("sheet", *EVIDENCE, *((MINOR,) if seen.minor else ()))
    classes = {DataClass.A1, DataClass.B1, DataClass.B6, *(one.data_class for each in seen.asked for one in each.said)}
    note_looks(county, officer, [Look(resident, groups, tuple(sorted(classes)))])
    return seen


def sheet_as_it_is(county: County, sheet: str, officer: str) -> SheetSeen:
    """The same for a decision, which shows nothing: no look is noted; errors as ``open_sheet``."""
    with county.store.read() as connection:
        acting = read_officer(connection, county, officer)
        working = WorkingSet(connection, county.code)
        return compiled(connection, county, working, _record(working, sheet), acting)


def picture(county: County, sheet: str, record: str, *, original: bool = False) -> bytes:
    """The bytes of one of a sheet's pictures (JPEG or PNG), in memory; its look was noted with the sheet's.

    Raises:
        UserFacingError: ``record.unknown``, and those of ``open_attachment``.
    """
    with county.store.read() as connection:
        working = WorkingSet(connection, county.code)
        held = {
            one.id: one for kind in EVIDENCE for one in of_sheet(connection, working, _record(working, sheet), kind)
        }
    if record not in held:
        raise UserFacingError("record.unknown")
    fact = _fact(held[record])
    return open_attachment(county, str(fact.get("original") if original else fact.get("attachment")))


def seen_of(connection: Connection, working: WorkingSet, record: Record) -> str:
    """SHA-256 (hex) of a sheet, its grants and its pictures as they are recorded now."""
    kinds = ("grant", *EVIDENCE)
    beside = {kind: {one.id: one.state for one in of_sheet(connection, working, record, kind)} for kind in kinds}
    return hashlib.sha256(encode_json({"sheet": record.state, **beside})).hexdigest()


def of_sheet(connection: Connection, working: WorkingSet, sheet: Record, kind: str) -> list[Record]:
    """The records of a kind that name a sheet, in the order of their ids."""
    return [one for one in _of_person(connection, working, sheet, kind) if _held(one).get("sheet") == sheet.id]


def _of_person(connection: Connection, working: WorkingSet, sheet: Record, kind: str) -> list[Record]:
    """The records of a kind about a sheet's person, in the order of their ids."""
    ids = connection.scalars(
        select(tables.record.c.id).where(
            tables.record.c.county == working.county,
            tables.record.c.kind == kind,
            tables.record.c.resident == working.canonical(str(_fields(sheet).get("resident"))),
        )
    ).all()
    working.load_ids(ids)
    return [one for record in sorted(ids) if (one := working.record(record)) is not None and one.state is not None]


def compiled(connection: Connection, county: County, working: WorkingSet, record: Record, acting: Worker) -> SheetSeen:
    """Everything of a sheet that the officer is shown."""
    fields = _fields(record)
    working.load_ids([str(fields.get("resident"))])
    person = working.record(str(fields.get("resident")))
    state = person.state if person is not None and person.kind == "resident" else None
    asked, beside_asked = _asked(connection, working, record)
    pictures = _pictures(connection, county, working, record)
    wrong = _found_wrong(connection, working, record)
    return SheetSeen(
        sheet=record.id,
        state=str((record.state or {})["state"]),
        person=_text(value_of(state, "name"), "name"),
        document_tail=_text(value_of(state, "document"), "number")[-_TAIL:],
        minor=state is not None and _is_minor(state["groups"]),
        township=record.township,
        township_name=_township_name(working, record.township),
        fields=fields,
        asked=asked,
        beside_asked=beside_asked,
        evidence=_evidence(working, record, any(one.is_here for one in pictures)),
        pictures=pictures,
        cautions=_cautions(connection, working, record, wrong),
        found_wrong=wrong or "",
        problem=_problem(working, record, acting),
        is_for_county_alone=needs_county_check(fields),
        seen=seen_of(connection, working, record),
    )


# --- parts ------------------------------------------------------------------------------------------


def _record(working: WorkingSet, sheet: str) -> Record:
    working.load_ids([sheet] if is_id(sheet) else [])
    record = working.record(sheet)
    if record is None or record.kind != "sheet" or record.state is None:
        raise UserFacingError("record.unknown")
    return record


def _listed(connection: Connection, county: County, working: WorkingSet, record: Record) -> WaitingSheet:
    fields = _fields(record)
    scans = [] if is_on_screen(fields) else _pictures(connection, county, working, record)
    here = [one for one in scans if one.is_here]
    return WaitingSheet(
        sheet=record.id,
        number=str(fields.get("number", "")),
        township=record.township,
        township_name=_township_name(working, record.township),
        signed_on=str(fields.get("signed_on", "")),
        worker_name=str(fields.get("worker_name") or fields.get("worker", "")),
        evidence=_evidence(working, record, bool(here)),
        pictures=len(here),
        is_for_county_alone=needs_county_check(fields),
    )


def _fields(record: Record) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = (record.state or {}).get("fields", {})
    return fields


def _fact(record: Record) -> Mapping[str, Any]:
    fact: Mapping[str, Any] = (record.state or {}).get("fact", {})
    return fact


def _held(record: Record) -> Mapping[str, Any]:
    return _fields(record) if record.kind == "grant" else _fact(record)


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _is_minor(groups: Mapping[str, Any]) -> bool:
    try:
        return is_minor(groups, today())
    except (*BROKEN, Misfit):
        return True  # whoever may be a child is noted as one


def _township_name(working: WorkingSet, township: str) -> str:
    issued = _issued(working, f"division-{township}", "division")
    return str(issued.get("name") or township)


def _issued(working: WorkingSet, record_id: str, kind: str) -> Mapping[str, Any]:
    working.load_ids([record_id] if is_id(record_id) else [])
    record = working.record(record_id)
    issued: Mapping[str, Any] = record.state["issued"] if record and record.state and record.kind == kind else {}
    return issued


def _asked(connection: Connection, working: WorkingSet, record: Record) -> tuple[tuple[Asked, ...], int]:
    """The sheet's boxes with what was said to each; and how many grants name the sheet for something not asked."""
    said: dict[tuple[str, str, str], tuple[str, str]] = {}
    for grant in of_sheet(connection, working, record, "grant"):
        fields, state = _fields(grant), grant.state or {}
        box = (str(fields.get("recipient")), str(fields.get("purpose")), str(fields.get("data_class")))
        first = str(state["history"][0]["to"])
        said[box] = (
            GrantState.REFUSED.value if first == GrantState.REFUSED else GrantState.AGREED.value,
            state["state"],
        )
    found = []
    for ask in _fields(record).get("asks", ()):
        recipient, purpose = str(ask.get("recipient")), str(ask.get("purpose"))
        classes = [DataClass(one) for one in ask.get("classes", ())]
        boxes = tuple(Said(one, *said.pop((recipient, purpose, one.value), ("", ""))) for one in classes)
        body = _issued(working, recipient, "organisation")
        projects = {str(one.get("id")): str(one.get("name")) for one in body.get("projects", ())}
        found.append(
            Asked(
                recipient=recipient,
                recipient_name=str(body.get("name", "")),
                purpose=purpose,
                project=projects.get(str(ask.get("project", "")), ""),
                said=boxes,
                not_asked=tuple(one for one in DataClass if one not in classes),
            )
        )
    return tuple(found), len(said)


def _pictures(connection: Connection, county: County, working: WorkingSet, record: Record) -> tuple[Picture, ...]:
    if is_on_screen(_fields(record)):
        return _signatures(connection, county, working, record)
    found = [
        Picture(
            record=one.id,
            page=int(fact.get("page", 0)),
            is_here=attachment_file(county, str(fact.get("attachment"))).is_file(),
            has_original=bool(fact.get("original")),
        )
        for one in of_sheet(connection, working, record, "scan")
        for fact in (_fact(one),)
    ]
    return tuple(sorted(found, key=lambda one: (one.page, one.record)))


def _signatures(connection: Connection, county: County, working: WorkingSet, record: Record) -> tuple[Picture, ...]:
    """Each signature of the sheet, opened and held against the wording and the ticks it was made under."""
    try:
        signing = screen_of(_fields(record))
    except Misfit:
        signing = None
    if signing is None:
        return ()
    kept = {str(_fact(one).get("digest")): one for one in of_sheet(connection, working, record, "signature")}
    return tuple(
        _signature(county, signing, number, kept.get(one.digest)) for number, one in enumerate(signing.signatures)
    )


def _signature(county: County, signing: ScreenSigning, number: int, kept: Record | None) -> Picture:
    one, verified = signing.signatures[number], Verified.MISSING
    if kept is not None:
        try:
            strokes, drawn = (open_attachment(county, str(_fact(kept).get(name))) for name in ("strokes", "attachment"))
            verified = Verified.WRONG if signature_problem(signing, one, strokes, drawn) else Verified.RIGHT
        except UserFacingError as error:
            verified = Verified.MISSING if error.code == "attachment.missing" else Verified.WRONG
    return Picture(
        record=kept.id if kept is not None else "",
        page=number + 1,
        is_here=verified is Verified.RIGHT,
        role=one.role.value,
        recipient=one.recipient,
        name=one.name,
        time=one.time,
        verified=verified,
    )


def _evidence(working: WorkingSet, record: Record, is_here: bool) -> Evidence:
    fields = _fields(record)
    if is_on_screen(fields):
        return Evidence.SCREEN
    if is_here:
        return Evidence.SCAN
    office = _issued(working, f"office-{record.township}", "office")
    not_kept = is_fingerprinted(fields) and office.get("keep_fingerprints", True) is False
    return Evidence.NOT_KEPT if not_kept else Evidence.NOT_HERE


def _cautions(connection: Connection, working: WorkingSet, record: Record, wrong: str | None) -> tuple[Caution, ...]:
    facts: Sequence[Mapping[str, Any]] = [_fact(one) for one in of_sheet(connection, working, record, "scan")]
    pages = max((int(one.get("pages", 0)) for one in facts), default=0)
    shown = {str(one.get("short_hash", "")) for one in facts} - {""}
    printed = str(_fields(record).get("form_hash", ""))
    given = [one.state or {} for one in _of_person(connection, working, record, "grant")]
    said = {
        Caution.PAGE_MISSING: bool({*range(1, pages + 1)} - {one.get("page") for one in facts}),
        Caution.OTHER_PRINTING: bool(printed) and any(not printed.startswith(one) for one in shown),
        Caution.BY_HAND: any(one.get("recognised") is not True for one in facts),
        Caution.ASKED_AGAIN: is_asked_again(record.id, _fields(record), given, today()),
        Caution.FOUND_WRONG: wrong is not None,
    }
    return tuple(one for one, holds in said.items() if holds)


def _found_wrong(connection: Connection, working: WorkingSet, record: Record) -> str | None:
    """What a colleague found wrong beside the worker, in the colleague's words; None where nobody did."""
    for one in of_sheet(connection, working, record, "check"):
        try:
            statement = json.loads(_fact(one)["statement"]["signed"])
            if statement["finding"] == "wrong":
                return str(statement.get("reason", ""))
        except BROKEN:
            continue
    return None


def _problem(working: WorkingSet, record: Record, acting: Worker) -> str:
    """Why this officer cannot check the sheet now: the rules that the check itself will ask again."""
    state = record.state or {}
    current = state["state"]
    problem = SHEET.problem(
        current, current, SheetState.CHECKED, acting.role, acting.id, state, state["fields"]
    ) or problem_by_record(working, state["fields"])
    return problem or ticks_problem(working, record.id, state["fields"])
