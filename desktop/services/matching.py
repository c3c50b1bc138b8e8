"""Needs matched to the directory (需求对接): which project fits whom, and why or why not.

A match is a hint with its reasons; a person decides (PIPL art. 24). Reasons are codes, worded by
``desktop.ui.messages.matches``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from desktop.domain.consent import DataClass, Grant, Purpose, may_disclose
from desktop.domain.errors import UserFacingError
from desktop.domain.minors import is_under_fourteen
from desktop.domain.necessity import necessary_classes
from desktop.domain.needs import NeedCode, NeedState
from desktop.services import consent, directory
from desktop.services.application import Application
from desktop.services.directory import Organisation, Project
from desktop.services.minors_gate import Access, closed_minors, hides_words, note_opened, opened_minors
from desktop.storage import queries

PURPOSES_OF: Mapping[NeedCode, tuple[Purpose, ...]] = {
    NeedCode.N1: (Purpose.HARDSHIP,),
    NeedCode.N2: (Purpose.MEDICAL, Purpose.DISABILITY),
    NeedCode.N3: (Purpose.EDUCATION,),
    NeedCode.N4: (Purpose.ELDERLY, Purpose.DISABILITY, Purpose.RURAL),
    NeedCode.N5: (Purpose.ELDERLY, Purpose.DISABILITY, Purpose.CHILDREN),
    NeedCode.N6: (Purpose.ELDERLY, Purpose.DISABILITY),
    NeedCode.N7: (Purpose.ELDERLY, Purpose.CHILDREN),
    NeedCode.N8: (Purpose.RURAL, Purpose.HARDSHIP),
    NeedCode.N9: (Purpose.CHILDREN,),
    NeedCode.N10: (Purpose.HARDSHIP,),
    NeedCode.N11: (Purpose.HARDSHIP, Purpose.MEDICAL),
    NeedCode.N12: (Purpose.HARDSHIP,),
    NeedCode.N99: (),
}
"""Where an organisation names no project, its purposes answer these needs."""

CONSENT_CODES = ("in-force", "awaiting-check", "not-asked", "refused", "withdrawn", "expired")


@dataclass(frozen=True, slots=True)
class MatchReason:
    """One reason: for (``good``) or against. ``needs`` and ``until`` fill its sentence."""

    code: str
    good: bool
    needs: tuple[NeedCode, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One organisation with one of its projects (None: its general work) for one person."""

    organisation: Organisation
    project: Project | None
    purpose: Purpose
    fits: bool
    """It answers an open need and may receive."""
    may_receive: bool
    """Agreement current, in the mainland, active."""
    standing: str
    """How the person's consent stands, one of ``CONSENT_CODES``."""
    said_no_lately: bool
    is_child: bool
    """The person is under fourteen."""
    reasons: tuple[MatchReason, ...]

    @property
    def id(self) -> str:
        """Organisation, purpose and project in one word."""
        return "/".join((self.organisation.id, self.purpose.value, self.project.id if self.project else ""))

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs that its project answers, as codes."""
        return self.project.needs if self.project else ()

    @property
    def necessary(self) -> frozenset[DataClass]:
        """The data classes it needs."""
        return necessary_classes(self.purpose, self.needs, is_child=self.is_child)


@dataclass(frozen=True, slots=True)
class NeedView:
    """An open need of the person's household."""

    id: str
    code: NeedCode
    words: str
    urgency: str


def matches(
    resident_id: str,
    needs: Collection[NeedCode],
    organisations: Iterable[Organisation],
    grants: Collection[Grant],
    said_no: Collection[tuple[str, str]],
    on: date,
    *,
    is_child: bool = False,
) -> tuple[Match, ...]:
    """Every project of the directory, best first: those that fit, then those that may receive, then by name.

    ``said_no`` holds (recipient, purpose) of what was refused or withdrawn too lately to ask again; ``is_child`` says
    that the person is under fourteen.
    """
    found = [
        _match(resident_id, needs, body, project, purpose, grants, said_no, on, is_child=is_child)
        for body in organisations
        for project, purpose in _offers(body)
    ]
    return tuple(sorted(found, key=_order))


def _order(match: Match) -> tuple[bool, bool, int, bool, str, str]:
    answered = sum(len(reason.needs) for reason in match.reasons if reason.good)
    name = match.project.name if match.project else ""
    return (not match.fits, not match.may_receive, -answered, match.project is None, match.organisation.name, name)


def _offers(body: Organisation) -> Iterable[tuple[Project | None, Purpose]]:
    """The projects of an organisation, and its purposes that no project has."""
    known = set(Purpose)
    with_project = set()
    for project in body.projects:
        if project.purpose in known:
            with_project.add(project.purpose)
            yield project, Purpose(project.purpose)
    for purpose in body.purposes:
        if purpose in known and purpose not in with_project:
            yield None, Purpose(purpose)


def _match(
    resident_id: str,
    needs: Collection[NeedCode],
    body: Organisation,
    project: Project | None,
    purpose: Purpose,
    grants: Collection[Grant],
    said_no: Collection[tuple[str, str]],
    on: date,
    *,
    is_child: bool,
) -> Match:
    answered = tuple(need for need in needs if _answers(need, project, purpose))
    reasons = [MatchReason("needs", True, answered) if answered else MatchReason("no-need", False)]
    problem = may_disclose(resident_id, DataClass.A1, body.recipient, purpose, (), on, is_child=is_child).reason
    may_receive = problem == "not-asked"
    if may_receive:
        reasons.append(MatchReason("agreement", True, until=body.agreement_until))
    else:
        reasons.append(MatchReason(problem, False, until=body.agreement_until))
    standing = _standing(resident_id, body, purpose, grants, on, is_child=is_child)
    reasons.append(MatchReason(standing, standing in ("in-force", "awaiting-check")))
    lately = (body.id, purpose.value) in said_no
    if lately:
        reasons.append(MatchReason("said-no-lately", False))
    return Match(
        body, project, purpose, bool(answered) and may_receive, may_receive, standing, lately, is_child, tuple(reasons)
    )


def _answers(need: NeedCode, project: Project | None, purpose: Purpose) -> bool:
    return need.value in project.needs if project is not None else purpose in PURPOSES_OF[need]


def _standing(
    resident_id: str, body: Organisation, purpose: Purpose, grants: Collection[Grant], on: date, *, is_child: bool
) -> str:
    """The best answer of any class: one class in force is a consent to build on."""
    classes = {grant.data_class for grant in grants if (grant.recipient, grant.purpose) == (body.id, purpose)}
    answers = {
        may_disclose(resident_id, one, body.recipient, purpose, grants, on, is_child=is_child).reason for one in classes
    }
    return next((code for code in CONSENT_CODES if code in answers), "not-asked")


def matches_for(
    application: Application, resident_id: str, needs: Collection[NeedCode] | None = None
) -> tuple[Match, ...]:
    """The directory matched to one person and these needs; without ``needs`` to all open ones of their household."""
    today = application.today()

    def read(connection: Connection) -> tuple[Match, ...]:
        row = queries.one(connection, resident_id)
        if row is None or row.kind != "resident":
            raise UserFacingError("record.unknown")
        found = _open_needs(connection, row.household or "")
        wanted = tuple(dict.fromkeys(one.code for one in found)) if needs is None else tuple(needs)
        bodies = [directory.read_organisation(one) for one in queries.of_kind(connection, "organisation")]
        grants = consent.grants_of(connection, row.id)
        said_no, is_child = (
            consent.said_no_lately(connection, row.id, today),
            is_under_fourteen(row.state["groups"], today),
        )
        return matches(row.id, wanted, bodies, grants, said_no, today, is_child=is_child)

    return application.read(read)


def open_needs_of(application: Application, household_id: str) -> tuple[NeedView, ...]:
    """The open needs of a household; without their words where a minor lives there whose data is closed to this worker.

    That words were read by an approval is noted with each minor of the household: nobody can tell of whom they speak.
    """

    def read(connection: Connection) -> tuple[tuple[NeedView, ...], tuple[tuple[str, Access], ...]]:
        closed = closed_minors(application, connection, household_id)
        rows = queries.of_kind(connection, "need", statuses=[NeedState.OPEN], household=household_id)
        firsts = {row.id: row.state["history"][0] for row in rows}
        seen = tuple(
            replace(one, words="")
            if hides_words(application, closed, firsts[one.id]["worker"], firsts[one.id]["time"])
            else one
            for one in _open_needs(connection, household_id)
        )
        return seen, opened_minors(application, connection, household_id)

    found, opened = application.read(read)
    if any(one.words for one in found):
        note_opened(application, opened, "needs")
    return found


def _open_needs(connection: Connection, household_id: str) -> tuple[NeedView, ...]:
    rows = queries.of_kind(connection, "need", statuses=[NeedState.OPEN], household=household_id)
    fields = [(row.id, row.state["fields"]) for row in rows]
    return tuple(
        NeedView(need_id, NeedCode(one["code"]), one.get("words", ""), one.get("urgency", ""))
        for need_id, one in sorted(fields, key=lambda item: item[1]["code"])
    )
