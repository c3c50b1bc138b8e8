"""The second check beside the worker (在旁核对): a colleague checks a paper at this worker's own laptop, and signs.

The colleague's password opens their signing key alone, for one signature: never their vault, which may lie locked
meanwhile. What was found right is in force once the county has verified the signature. The papers that are checked so,
sheets and consents to publicity, stand in ``domain.beside_check.CHECKABLE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from desktop.domain.beside_check import (
    CHECK_RECORDED,
    CHECKABLE,
    Against,
    BesideCheck,
    Checkable,
    CheckedPaper,
    Finding,
    answers_of,
    answers_on,
    beside_problem,
    may_check_problem,
    scans_of,
)
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryReference
from desktop.domain.sheet_signing import is_on_screen
from desktop.services import consent_records, consent_signing, door, publicity, signatures
from desktop.services.application import Application, Done
from desktop.services.beside_signing import has_slot, home_of, sign_beside
from desktop.services.consent_records import read_sheet
from desktop.services.households import new_id
from desktop.services.permission import Capability, may, require
from desktop.services.scan_facts import facts_of, scan_lack
from desktop.storage import judgements, queries
from desktop.storage.journal import Action
from desktop.sync.envelope import Signed
from desktop.sync.protocol import ProtocolError, decode_sheet_check, encode_sheet_check

__all__ = [
    "Against",
    "BesideStanding",
    "Colleague",
    "Finding",
    "Word",
    "can_ask",
    "check_beside",
    "colleagues",
    "reject_beside",
    "standing_of",
    "waiting_papers",
]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a vault on this laptop, as one who might check a paper beside the worker.

    ``vault`` is the vault whose signing slot it is, ``worker`` the colleague by the county's roster ("" where no
    roster has this vault); ``needs_card``: the keyring has no secret for it, so the device card has to be typed.
    """

    vault: str
    worker: str
    name: str
    office: str
    needs_card: bool
    problem: str
    """Why they may not check this paper, as a reason code; "" where they may."""


class Word(StrEnum):
    """What the county has said of a check so far."""

    UNREPORTED = "unreported"
    RECEIVED = "received"
    NOT_ACCEPTED = "not-accepted"


@dataclass(frozen=True, slots=True)
class BesideStanding:
    """The newest check of a paper that was done beside the worker."""

    name: str
    finding: Finding
    time: str
    word: Word
    reason: str = ""
    """Why the county did not accept it, as a reason code."""


def can_ask(application: Application, problem: str, standing: BesideStanding | None) -> bool:
    """Whether a colleague may be asked to check a paper that waits for it: nobody has yet, and it is not the county's
    alone. ``problem`` is why this worker may not check it."""
    is_open = standing is None or standing.word is Word.NOT_ACCEPTED
    return is_open and problem in ("same-person", "not-allowed") and may(application, Capability.TAKE_CONSENT)


def colleagues(application: Application, paper_id: str) -> tuple[Colleague, ...]:
    """Everybody else with a vault on this laptop, by name, each with why they may not check this paper.

    Raises:
        UserFacingError: ``record.unknown``.
    """
    home = home_of(application)
    # Before the store is read: a keyring may ask somebody something.
    others = [
        (header, door.card_needed(home, header), has_slot(home, header.vault))
        for header in door.list_vaults(home)
        if header.vault != application.identity.vault and header.practice == application.practice and header.generation
    ]

    def read(connection: Connection) -> tuple[Colleague, ...]:
        row = _row(connection, paper_id)
        rostered = _rostered(application, connection, row)
        by_record = _problem_by_record(application, connection, row)
        found = []
        for header, needs_card, is_here in others:
            entry = rostered.get(header.vault, {})
            problem = by_record or _colleague_problem(application, connection, row, entry)
            problem = problem or ("" if is_here else "check-no-slot")
            name, office = str(entry.get("name") or header.worker_name), str(entry.get("office") or header.office)
            worker = str(entry.get("worker", ""))
            found.append(Colleague(header.vault, worker, name, office, needs_card, problem))
        return tuple(found)

    return application.read(read)


def check_beside(
    application: Application,
    paper_id: str,
    colleague: str,
    password: str,
    against: Against,
    *,
    card: str | None = None,
) -> Done[str]:
    """A colleague has found a paper right, and signs it; answers the check's id. In force once the county has it.

    ``colleague`` is the colleague's vault, ``password`` (and ``card``, where the keyring does not know the vault) are
    what opens it at the door; ``against`` is what the record was compared with.

    Raises:
        UserFacingError: ``beside.wrong-password`` with how many wrong ones were counted and how many are still free,
            ``beside.wait``, ``vault.card-needed`` and what else the door says; ``beside.not-here``,
            ``beside.again`` where a check waits for the county already, ``beside.no-scan``, ``beside.changed``,
            ``publicity.not-shown`` (``publicity.require_showable``), and ``action.refused`` with the reason why this
            colleague may not check it. Nothing is recorded then.
    """
    require(application, Capability.TAKE_CONSENT)
    signed = _signed(application, paper_id, colleague, password, card, against, Finding.RIGHT, "")
    return application.act(lambda action: _record(application, action, paper_id, signed))


def reject_beside(
    application: Application,
    paper_id: str,
    colleague: str,
    password: str,
    against: Against,
    reason: str,
    *,
    card: str | None = None,
) -> Done[str]:
    """A colleague has found a paper wrong, says what, and signs that; it is void at once, as after any check.

    Raises:
        UserFacingError: as ``check_beside``, and ``beside.reason-missing``.
    """
    require(application, Capability.TAKE_CONSENT)
    if not reason.strip():
        raise UserFacingError("beside.reason-missing")
    signed = _signed(application, paper_id, colleague, password, card, against, Finding.WRONG, reason.strip())

    def write(action: Action) -> str:
        made = _record(application, action, paper_id, signed)
        row = _row(action.connection, paper_id)
        step = {"from": row.status, "to": str(_rules(row).void), "reason": reason.strip()}
        action.add(f"{row.kind}.moved", row.id, step)
        return made

    return application.act(write)


def standing_of(application: Application, paper_id: str) -> BesideStanding | None:
    """The newest check of a paper beside the worker, and what the county has said of it; None where there is none."""

    def read(connection: Connection) -> BesideStanding | None:
        paper = _row(connection, paper_id)
        names = {
            one["worker"]: one["name"]
            for row in queries.of_kind(connection, "roster")
            for one in row.state["issued"].get("workers", ())
        }
        row = _newest(connection, paper)
        if row is not None:
            said = judgements.word_on(connection, EntryReference.parse(row.state["by"]))
            word = Word.UNREPORTED if said is None else Word.RECEIVED
            return _standing(row.state["fact"], names, word)
        refused = [
            (one, body)
            for one, body in judgements.content_not_accepted(connection, CHECK_RECORDED)
            if body.get(paper.kind) == paper.id
        ]
        if not refused:
            return None
        one, body = refused[-1]
        return _standing(body, names, Word.NOT_ACCEPTED, one.reason)

    return application.read(read)


def waiting_papers(application: Application) -> frozenset[str]:
    """Ids of the papers that a colleague has found right beside the worker, and that are not in force yet."""
    return application.read(read_waiting)


def read_waiting(connection: Connection) -> frozenset[str]:
    """As ``waiting_papers``, inside a transaction."""
    checks = [row.state["fact"] for row in queries.of_kind(connection, "check")]
    found: set[str] = set()
    for kind, rules in CHECKABLE.items():
        checked = {one[kind] for one in checks if one.get(kind)}
        rows = queries.of_kind(connection, kind, statuses=sorted(rules.waiting)) if checked else ()
        found |= checked & {row.id for row in rows}
    return frozenset(found)


# --- what is signed -------------------------------------------------------------------------------


def _signed(
    application: Application,
    paper_id: str,
    colleague: str,
    password: str,
    card: str | None,
    against: Against,
    finding: Finding,
    reason: str,
) -> Signed:
    """The statement with the colleague's signature. What can be refused is refused before the password is tried."""
    now = application.clock()
    check = application.read(
        lambda connection: _statement(
            application, connection, paper_id, colleague, against, finding, reason, now.isoformat(timespec="seconds")
        )
    )
    if check.kind == "publicity" and finding is Finding.RIGHT:
        publicity.require_showable(application, publicity.publicity(application, paper_id))
    if against is Against.SCREEN:
        unseen = signatures.check_problem(application, consent_records.sheet(application, paper_id))
        if unseen == "screen-unseen" or (unseen and finding is Finding.RIGHT):
            raise UserFacingError("action.refused", reason=unseen)
    return sign_beside(application, colleague, password, card, encode_sheet_check(check))


def _statement(
    application: Application,
    connection: Connection,
    paper_id: str,
    colleague: str,
    against: Against,
    finding: Finding,
    reason: str,
    time: str,
) -> BesideCheck:
    row = _row(connection, paper_id)
    if colleague not in {one.vault for one in door.list_vaults(home_of(application))}:
        raise UserFacingError("beside.not-here")
    entry = _rostered(application, connection, row).get(colleague, {})
    problem = (
        ("no-such-step" if row.status not in _rules(row).waiting else "")
        or _problem_by_record(application, connection, row)
        or _colleague_problem(application, connection, row, entry)
    )
    if problem:
        raise UserFacingError("action.refused", reason=problem)
    if _newest(connection, row) is not None:
        raise UserFacingError("beside.again")
    recorded, fields = _recorded(connection, row), row.state["fields"]
    if is_on_screen(fields) is not (against is Against.SCREEN):
        raise UserFacingError("beside.changed")
    if against is Against.SCAN and scan_lack(application, connection, row.id) is not None:
        raise UserFacingError("beside.no-scan")
    return BesideCheck(
        kind=row.kind,
        paper=row.id,
        checker=str(entry["worker"]),
        vault=colleague,
        recorded_in=application.identity.vault,
        against=against,
        print=str(fields.get("form_hash", "")),
        scans=recorded.scans,
        answers=recorded.answers,
        finding=finding,
        reason=reason,
        time=time,
    )


def _record(application: Application, action: Action, paper_id: str, signed: Signed) -> str:
    """Keep what was signed, if it still speaks of the paper as it is: others may have saved meanwhile."""
    row = _row(action.connection, paper_id)
    check = decode_sheet_check(signed.document)
    entry = _rostered(application, action.connection, row).get(check.vault, {})
    recorded = _recorded(action.connection, row)
    problem = beside_problem(
        check,
        recorded,
        recorded_in=application.identity.vault,
        recorder=application.worker.id,
        roles=_roles(entry),
    )
    is_waiting = row.status in _rules(row).waiting
    if problem or not is_waiting or check.scans != recorded.scans or _newest(action.connection, row):
        raise UserFacingError("beside.changed")
    check_id = new_id()
    fact = {
        "household": row.household or "",
        "resident": row.resident or "",
        row.kind: row.id,
        "statement": {"signed": signed.document.decode(), "signature": signed.signature.hex()},
    }
    action.add(CHECK_RECORDED, check_id, fact)
    return check_id


# --- who and what ---------------------------------------------------------------------------------


def _colleague_problem(
    application: Application, connection: Connection, row: queries.RecordRow, entry: Mapping[str, Any]
) -> str:
    """Why whoever the roster names may not check it; who is on no roster of the township is not known to the county,
    or was taken out of use there."""
    worker = str(entry.get("worker", ""))
    if not worker:
        return "check-key-unknown"
    if worker == application.worker.id:
        return "same-person"
    return may_check_problem(_recorded(connection, row), worker, _roles(entry))


def _roles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(entry["role"]),) if entry.get("role") else ()


def _row(connection: Connection, paper_id: str) -> queries.RecordRow:
    row = queries.one(connection, paper_id)
    if row is None or row.kind not in CHECKABLE:
        raise UserFacingError("record.unknown")
    return row


def _rules(row: queries.RecordRow) -> Checkable:
    return CHECKABLE[row.kind]


def _problem_by_record(application: Application, connection: Connection, row: queries.RecordRow) -> str:
    """Why it is not rightly signed, as this laptop knows the person today; "" where it is."""
    if row.kind == "publicity":
        return publicity.problem_by_record(application, connection, row)
    return consent_signing.problem_by_record(application, connection, read_sheet(connection, row.id))


def _rostered(
    application: Application, connection: Connection, paper: queries.RecordRow
) -> dict[str, Mapping[str, Any]]:
    """The vaults of the township in which the person lives, by id, as the county's roster has them."""
    home = queries.one(connection, paper.household or "")
    groups = home.state.get("groups", {}) if home is not None else {}
    division = str(groups.get("address", {}).get("value", {}).get("division", ""))
    own = application.worker.townships
    township = next((one for one in own if division.startswith(one)), own[0])
    row = queries.one(connection, f"roster-{township}")
    return {} if row is None else {one["vault"]: one for one in row.state["issued"].get("vaults", ())}


def _recorded(connection: Connection, paper: queries.RecordRow) -> CheckedPaper:
    made = [one.state["fact"] for one in queries.of_kind(connection, "signature", resident=paper.resident)]
    scans = scans_of([*facts_of(connection, paper.id), *made], paper.kind, paper.id)
    if paper.kind == "publicity":
        answers = answers_on(paper.state)
    else:
        grants = [(one.id, one.state) for one in queries.of_kind(connection, "grant", resident=paper.resident)]
        answers = answers_of(grants, paper.id)
    return CheckedPaper(paper.kind, paper.id, paper.state, scans, answers)


def _newest(connection: Connection, paper: queries.RecordRow) -> queries.RecordRow | None:
    rows = queries.of_kind(connection, "check", resident=paper.resident)
    return next((row for row in rows if row.state["fact"].get(paper.kind) == paper.id), None)


def _standing(fact: Mapping[str, Any], names: Mapping[str, str], word: Word, reason: str = "") -> BesideStanding | None:
    try:
        check = decode_sheet_check(str(fact["statement"]["signed"]).encode())
    except ProtocolError:  # of another program: what it says is not told
        return None
    return BesideStanding(names.get(check.checker, check.checker), check.finding, check.time, word, reason)
