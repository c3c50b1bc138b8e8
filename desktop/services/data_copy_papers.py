"""Rows of the copy (个人信息副本): wishes, publicity, withdrawals, and how a consent was signed and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop.domain.beside_check import CHECKABLE
from desktop.domain.consent import DATA_CLASS_NAMES, WITHDRAWAL_MODE_NAMES
from desktop.domain.minors import APPROVAL_STATE_NAMES, GROUND_NAMES, ApprovalFields, ApprovalState
from desktop.domain.plain import from_stored
from desktop.domain.publicity import ITEM_NAMES, PUBLICITY_STATE_NAMES, PublicityFields, PublicityState
from desktop.domain.typed import format_date, format_money
from desktop.domain.wishes import WISH_STATE_NAMES, WishFields, WishState
from desktop.domain.withdrawals import UNWANTED_NAMES, TakenBack, WithdrawalMade
from desktop.services.application import local_day
from desktop.services.withdrawal_paper import stop_words
from desktop.storage.queries import RecordRow

_PAPERS: Final = ("sheet", "withdrawal", "publicity")
Rows = Sequence[tuple[str, ...]]
Held = Mapping[str, Sequence[RecordRow]]
"""The person's records by kind."""


def wish_rows(rows: Sequence[RecordRow]) -> Rows:
    """Each wish as its card says it."""
    made = []
    for row in rows:
        one = from_stored(WishFields, row.state["fields"])
        state = WISH_STATE_NAMES[WishState(row.status or "")]
        made.append((one.number, f"{one.public_name}：{one.words}", format_money(one.budget), state))
    return made


def publicity_rows(rows: Sequence[RecordRow]) -> Rows:
    """Each consent to publicity: what was asked, what was agreed to, by whom it may be shown, and how it stands."""
    made = []
    for row in rows:
        one = from_stored(PublicityFields, row.state["fields"])
        answers = {"同意": one.agreed, "不同意": one.refused, "征求": () if one.agreed or one.refused else one.items}
        said = [f"{word}：{_items(items)}" for word, items in answers.items() if items]
        state = PUBLICITY_STATE_NAMES[PublicityState(row.status or "")]
        made.append((one.number, "；".join(said), one.publisher, f"{state}，到{format_date(one.until)}"))
    return made


def _items(codes: Sequence[str] | frozenset[str]) -> str:
    return "、".join(name for code, name in ITEM_NAMES.items() if code in codes)


def withdrawal_rows(rows: Sequence[RecordRow], bodies: Mapping[str, str]) -> Rows:
    """Each withdrawal: when and how it was said, and what was taken back."""
    made = []
    for row in rows:
        one = from_stored(WithdrawalMade, row.state["fact"])
        parts = [_taken_back(part, bodies) for part in one.taken_back]
        parts += [
            f"{bodies.get(stop.recipient, stop.recipient) or '全部接收方'}：{stop_words(stop)}" for stop in one.stops
        ]
        if one.unwanted:
            parts.append(f"不要再{'、'.join(UNWANTED_NAMES[unwanted] for unwanted in one.unwanted)}")
        what = "；".join(parts)
        made.append((format_date(local_day(row.moment)), one.number, what, WITHDRAWAL_MODE_NAMES[one.mode]))
    return made


def _taken_back(part: TakenBack, bodies: Mapping[str, str]) -> str:
    if not part.recipient:
        return "宣传：" + "、".join(part.words)
    return f"{bodies.get(part.recipient, part.recipient)}：" + "、".join(DATA_CLASS_NAMES[one] for one in part.classes)


def approval_rows(rows: Sequence[RecordRow]) -> Rows:
    """Each approval to look at this child's data: why, from when until when, and how it stands."""
    made = []
    for row in rows:
        one = from_stored(ApprovalFields, row.state["fields"])
        days = f"{format_date(one.start)}到{format_date(one.until)}"
        state = APPROVAL_STATE_NAMES[ApprovalState(row.status or "")]
        made.append((days, GROUND_NAMES[one.ground], one.approver_name, state))
    return made


def picture_rows(held: Held) -> Rows:
    """Pictures of signed paper, and signatures made on the screen with their strokes, each with the paper it is of."""
    numbers = paper_numbers(held) | {
        str(fact["print"]): str(fact["number"])
        for row in held["print"]
        if (fact := row.state["fact"]).get("number") and fact.get("print")
    }
    scans = [(row, f"第{row.state['fact'].get('page', 1)}页") for row in held["scan"]]
    signed = [(row, "屏幕上的签名（图和笔迹）") for row in held["signature"]]
    return [
        (
            format_date(local_day(row.moment)),
            next((numbers[of] for kind in (*_PAPERS, "print") if (of := row.state["fact"].get(kind)) in numbers), ""),
            what,
        )
        for row, what in (*scans, *signed)
    ]


def check_rows(held: Held) -> Rows:
    """When somebody signed that a consent's paper and its record agree."""
    numbers = paper_numbers(held)
    checked = [(row, row.state["fact"]) for row in held["check"]]
    return [
        (
            format_date(local_day(row.moment)),
            next((numbers.get(fact[kind], "") for kind in CHECKABLE if fact.get(kind)), ""),
            "同事核对并签名",
        )
        for row, fact in checked
    ]


def paper_numbers(held: Held) -> dict[str, str]:
    """The numbers of what has pages, by the record's id."""
    sheets = {row.id: str(row.state["fields"].get("number", "")) for row in held["sheet"]}
    shown = {row.id: str(row.state["fields"].get("number", "")) for row in held["publicity"]}
    return sheets | shown | {row.id: str(row.state["fact"].get("number", "")) for row in held["withdrawal"]}
