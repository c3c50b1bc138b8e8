"""Consent (同意): who may know what about a person, for what, and on which ground.

Consent belongs to a person, never to a household (PIPL art. 23, 29). The paper is a *sheet*; the
permission is a *grant* per recipient × purpose × data class. Refusing is recorded as carefully as
agreeing and never touches government aid (PIPL art. 16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final

from desktop.domain.blank_ids import stock_and_number
from desktop.domain.readings import ScriptRead
from desktop.domain.sheet_signing import SheetSigning


class DataClass(StrEnum):
    """The classes asked for on the form (``reference.md`` §5(a)-1 item 4)."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    B4 = "B4"
    B5 = "B5"
    B6 = "B6"
    B7 = "B7"

    @property
    def sensitive(self) -> bool:
        """Sensitive personal information (敏感个人信息, PIPL art. 28)."""
        return self.value.startswith("B")


DATA_CLASS_NAMES: Mapping[DataClass, str] = {
    DataClass.A1: "姓名、性别、出生年月",
    DataClass.A2: "联系电话",
    DataClass.A3: "村(社区)及住址",
    DataClass.A4: "家庭人口与关系",
    DataClass.A5: "困难情形与需求",
    DataClass.A6: "收入支出住房概况",
    DataClass.B1: "证件号码",
    DataClass.B2: "疾病与治疗",
    DataClass.B3: "残疾类别等级、自理能力",
    DataClass.B4: "收款账户",
    DataClass.B5: "救助身份(低保、特困等)",
    DataClass.B6: "证件或现场影像",
    DataClass.B7: "不满十四周岁儿童信息",
}


class Purpose(StrEnum):
    """What help is sought: the fields of policy (五)."""

    ELDERLY = "elderly"
    HARDSHIP = "hardship"
    DISABILITY = "disability"
    CHILDREN = "children"
    EDUCATION = "education"
    MEDICAL = "medical"
    RURAL = "rural"


PURPOSE_NAMES: Mapping[Purpose, str] = {
    Purpose.ELDERLY: "扶老",
    Purpose.HARDSHIP: "济困",
    Purpose.DISABILITY: "助残",
    Purpose.CHILDREN: "护幼",
    Purpose.EDUCATION: "助学",
    Purpose.MEDICAL: "助医",
    Purpose.RURAL: "乡村振兴",
}


class SheetState(StrEnum):
    """The paper. Printed, signed, scan taken in and checked are separate facts."""

    DRAFTED = "drafted"
    PRINTED = "printed"
    SIGNED = "signed"
    SCANNED = "scanned"
    CHECKED = "checked"
    VOID = "void"


SHEET_STATE_NAMES: Mapping[SheetState, str] = {
    SheetState.DRAFTED: "草拟",
    SheetState.PRINTED: "已打印",
    SheetState.SIGNED: "已签，待收影像",
    SheetState.SCANNED: "待核对",
    SheetState.CHECKED: "已核对",
    SheetState.VOID: "作废",
}


class GrantState(StrEnum):
    """The permission for one recipient, purpose and data class."""

    AGREED = "agreed"
    REFUSED = "refused"
    IN_FORCE = "in-force"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


GRANT_STATE_NAMES: Mapping[GrantState, str] = {
    GrantState.AGREED: "同意，待核对",
    GrantState.REFUSED: "不同意",
    GrantState.IN_FORCE: "生效",
    GrantState.WITHDRAWN: "已撤回",
    GrantState.EXPIRED: "已到期",
}


class WithdrawalMode(StrEnum):
    """提出方式."""

    IN_PERSON = "in-person"
    PHONE = "phone"
    WRITTEN = "written"
    BY_ANOTHER = "by-another"


WITHDRAWAL_MODE_NAMES: Mapping[WithdrawalMode, str] = {
    WithdrawalMode.IN_PERSON: "当面",
    WithdrawalMode.PHONE: "电话",
    WithdrawalMode.WRITTEN: "书面",
    WithdrawalMode.BY_ANOTHER: "代交",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for one recipient and purpose: class by class, never all at once."""

    recipient: str
    purpose: Purpose
    classes: tuple[DataClass, ...]
    project: str = ""


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A consent sheet to be drafted for one person."""

    resident: str
    asks: tuple[Ask, ...]
    second_worker: str = ""
    """The colleague's id or name; whom no roster knows is kept as a witness's name only, and then the county
    checks. A refusal needs none."""
    read_aloud: bool = True
    dialect: str = ""
    near_relative: bool = False
    near_relative_who: str = ""
    """Who it is that is a near relative or has an interest, and what they are to the person."""
    large_type: bool = False
    traditional: bool = False
    """Printed in traditional characters, where the form is a compatriot's."""
    person_asked: bool = False
    """The person started it: then an earlier refusal does not stand in the way."""
    ahead: bool = False
    """Drafted at the office before a round: what only the person can say stays open on the paper."""
    signing: SheetSigning | None = None
    """Who has to sign, as asked before anything was printed; what it leaves open comes from the person's record."""
    script: ScriptRead | None = None
    """What was read aloud, and in which wording; None where the person read the form alone, or where nobody said it."""


class Basis(StrEnum):
    """The legal ground for passing data on (PIPL art. 13)."""

    STATUTORY_DUTY = "statutory-duty"
    CONSENT = "consent"
    NONE = "none"


BEIJING: Final = timezone(timedelta(hours=8))
"""The day on which somebody said something is the day it was there, whatever zone a computer is set to."""

YES: Final = (GrantState.AGREED, GrantState.IN_FORCE)
NO: Final = (GrantState.REFUSED, GrantState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Word:
    """When the person said it, and where it was written down: a journal (vault and epoch) and its ``seq``.

    A yes that was signed on an earlier day than it was written down has no place in a journal's order (``journal`` "").
    """

    day: date
    journal: str
    seq: int

    def is_after(self, other: Word) -> bool:
        """Whether this was certainly said after the other.

        One journal knows its own order. Between two laptops only days are compared, since their clocks
        may differ, and neither is the later of two words of one day. The order in which they reached
        the county plays no part: it is the order of the roads, not of what the person said.
        """
        return self.seq > other.seq if self.journal == other.journal else self.day > other.day


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as ``may_disclose`` needs it; ``word`` is the person's yes, or the no that ended it."""

    resident: str
    recipient: str
    purpose: str
    data_class: str
    state: str
    until: date | None
    sheet: str
    word: Word

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """What is asked, and of whom: one question, to which the person's last word is the answer."""
        return self.resident, self.recipient, self.purpose, self.data_class


def grant_of(state: Mapping[str, Any], resident: str, paper: str | None) -> Grant:
    """A grant from its record, the same at both ends.

    ``paper`` is the state of its sheet: a grant counts only as far as its paper does, so without a
    checked sheet nothing is in force. An end that cannot be read is not taken for "no end".
    """
    fields, status = state["fields"], state["state"]
    until = _read_date(fields.get("until"))
    said = state["history"][-1 if status == GrantState.WITHDRAWN else 0]
    word = word_of(said, late=status in NO)
    on_paper = _read_date(fields.get("from")) if stock_and_number(str(fields.get("sheet"))) else None
    if status not in NO and on_paper is not None and on_paper < word.day:
        # A blank form is written down days after it was signed: the journal's order is not the person's then.
        word = Word(on_paper, journal="", seq=0)
    return Grant(
        resident=resident,
        recipient=str(fields.get("recipient")),
        purpose=str(fields.get("purpose")),
        data_class=str(fields.get("data_class")),
        state=GrantState.AGREED if status == GrantState.IN_FORCE and paper != SheetState.CHECKED else status,
        until=date.min if until is None and fields.get("until") is not None else until,
        sheet=str(fields.get("sheet")),
        word=word,
    )


def word_of(step: Mapping[str, Any], *, late: bool) -> Word:
    """Where a step says it was taken; a time that cannot be read makes a yes old and a no new."""
    journal, _, seq = str(step["by"]).rpartition("/")
    try:
        moment = datetime.fromisoformat(str(step["time"]))
        day = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(BEIJING).date()
    except (ValueError, OverflowError):
        day = date.max if late else date.min
    return Word(day, journal, int(seq) if seq.isdecimal() else 0)


def _read_date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A body that may be told: an organisation of the directory, or an office of civil affairs."""

    id: str
    civil_affairs: bool = False
    active: bool = True
    mainland: bool = True
    agreement_until: date | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The answer. ``after_check`` means: allowed as soon as a second person has checked the sheet."""

    allowed: bool
    basis: Basis
    reason: str
    after_check: bool = False


def may_disclose(
    person: str,
    data_class: str,
    recipient: Recipient,
    purpose: str,
    grants: Iterable[Grant],
    on: date,
    *,
    is_child: bool,
) -> Disclosure:
    """Whether one data class of one person may go to one recipient for one purpose, today.

    The only function that answers this question, for every road that could carry a person's data.
    Inside civil affairs the ground is statutory duty (PIPL art. 13(1)(3)); outside it, the person's
    separate consent (art. 23, 29). The reason is a code, worded for the screen by the caller.

    All data of a child under fourteen is sensitive (art. 28, 31): with ``is_child``, the person being under fourteen on
    that day (``minors.is_under_fourteen``), no class passes on which B7 does not stand beside. The reason is then
    ``child-`` and what B7's own would be.
    """
    if recipient.civil_affairs:
        return Disclosure(True, Basis.STATUTORY_DUTY, "statutory-duty")
    refusal = _recipient_problem(recipient, on)
    if refusal:
        return Disclosure(False, Basis.NONE, refusal)
    known = tuple(grants)
    answer = _by_consent((person, recipient.id, purpose, data_class), known, on)
    if not is_child or data_class == DataClass.B7 or not (answer.allowed or answer.after_check):
        return answer
    beside = _by_consent((person, recipient.id, purpose, DataClass.B7), known, on)
    if beside.allowed:
        return answer
    return beside if beside.after_check else replace(beside, reason=f"child-{beside.reason}")


def classes_needed(classes: Iterable[str], *, is_child: bool) -> tuple[str, ...]:
    """The classes whose grants a disclosure of these rests on: of a child B7 is one of them."""
    return tuple(dict.fromkeys((*classes, *((DataClass.B7.value,) if is_child else ()))))


def _by_consent(subject: tuple[str, str, str, str], grants: Iterable[Grant], on: date) -> Disclosure:
    asked = [one for one in grants if one.subject == subject]
    valid = [one for one in standing(asked) if one.until is None or one.until >= on]
    if any(grant.state == GrantState.IN_FORCE for grant in valid):
        return Disclosure(True, Basis.CONSENT, "in-force")
    if valid:
        return Disclosure(False, Basis.CONSENT, "awaiting-check", after_check=True)
    return Disclosure(False, Basis.NONE, _why_not(asked))


def standing(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Those of the agreed grants that are the person's last word: no refusal or withdrawal of the same came since.

    A no counts at once, checked or not; where it cannot be told which of the two was the last, it is the no.
    """
    noes: dict[tuple[str, str, str, str], list[Word]] = {}
    known = tuple(grants)
    for grant in known:
        if grant.state in NO:
            noes.setdefault(grant.subject, []).append(grant.word)
    return tuple(
        grant
        for grant in known
        if grant.state in YES and all(grant.word.is_after(no) for no in noes.get(grant.subject, ()))
    )


def _recipient_problem(recipient: Recipient, on: date) -> str:
    if not recipient.active:
        return "recipient-inactive"
    if not recipient.mainland:
        return "recipient-abroad"
    if recipient.agreement_until is None or recipient.agreement_until < on:
        return "no-agreement"
    return ""


def _why_not(asked: list[Grant]) -> str:
    """Why nothing stands: the last no, unless a yes came after it and has run out since."""
    if not asked:
        return "not-asked"
    noes = [grant for grant in asked if grant.state in NO]
    if not noes or any(all(grant.word.is_after(no.word) for no in noes) for grant in asked if grant not in noes):
        return "expired"
    last = max(noes, key=lambda grant: (grant.word.day, grant.word.seq, grant.state == GrantState.WITHDRAWN))
    return str(last.state)
