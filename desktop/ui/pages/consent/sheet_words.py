"""One sheet in words: where it stands and what comes next, and what was recorded of its signing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from desktop.domain.asking import ASKED_AGAIN_WORDS, started_by
from desktop.domain.compatriots import COMPATRIOT_OFFICE_NAMES
from desktop.domain.consent import Purpose, SheetState
from desktop.domain.contact import ContactAnswer, contact_of
from desktop.domain.readings import reading_words
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.sheet_boxes import beside_asked_words
from desktop.domain.sheet_signing import able_words, is_on_screen, signed_of
from desktop.domain.signing import SIGNED_BY_NAMES
from desktop.domain.signing_evidence import (
    FINGER_NAMES,
    Finger,
    compatriot_words,
    evidence_of,
    fingers_of,
    offices_of,
)
from desktop.domain.typed import format_date
from desktop.services.consent import SheetView
from desktop.services.screen_signing import signature_words
from desktop.services.signatures import SignatureView, Verified
from desktop.ui.beside_words import BESIDE_CHIPS, beside_words, found_wrong_words
from desktop.ui.description_words import guardian_words
from desktop.ui.messages import word_reason
from desktop.ui.pages.consent.opening import SheetOpening
from desktop.ui.pages.consent.words import sheet_chip, sheet_line
from desktop.ui.widgets.chips import Chip

AGAINST: Final[Mapping[str, str]] = {
    "scan": "对照扫描件",
    "paper": "对照纸质原件",
    "screen": "对照屏幕签名",
}
_SIGNERS: Final = {"signature": "签名", "fingerprint": "按指印", "screen": "屏幕签名"}
_SIGNED_AS: Final[Mapping[ScreenRole, str]] = {
    ScreenRole.PERSON: "本人签名",
    ScreenRole.GUARDIAN: "监护人签名",
    ScreenRole.WITNESS: "见证人签名",
    ScreenRole.WORKER: "经办人签名",
    ScreenRole.SECOND_WORKER: "第二经办人签名",
}


def standing_chip(opening: SheetOpening) -> Chip:
    """The sheet's state; where a colleague has checked it here, what the county has said of that."""
    sheet, beside = opening.sheet, opening.beside
    if beside is not None and opening.is_waiting:
        return BESIDE_CHIPS[beside.word]
    own = [one for one in opening.person.grants if one.sheet == sheet.id]
    return sheet_chip(sheet, [sheet.id] if any(one.state == "in-force" for one in own) else [])


def explanation(opening: SheetOpening, *, lacks_scan: bool) -> str:
    """Where the sheet stands, and what whoever sees it can do now."""
    sheet = opening.sheet
    if sheet.state is SheetState.CHECKED:
        by = str(sheet.fields.get("checked_by") or "县级值班员")
        return f"由 {by} {AGAINST.get(str(sheet.fields.get('checked_against', '')), '')}核对无误。"
    if sheet.state is SheetState.VOID and sheet.reason == "refused":
        said = str(sheet.fields.get("words", ""))
        return "本人不同意，已记下。低保等政府救助不受影响；6 个月内不再主动询问。" + (f"他说：{said}" if said else "")
    if sheet.state is SheetState.VOID:
        return f"{found_wrong_words(opening.beside)}这份已作废：{sheet.reason or '—'}。纸上的编号留着记录。"
    if opening.beside is not None and opening.is_waiting:
        return beside_words(opening.beside, "转介可以先起草")
    if lacks_scan:
        return "原来的扫描件存错了，已经删除。请收正确的那一张；没有扫描件，只能对着纸质原件核对。"
    if opening.is_on_screen:
        if opening.problem:
            return "这份是屏幕签名的，没有纸质原件。" + _who_else(opening)
        return "这份是屏幕签名的。请对照右边的签名，一格一格核对下面记的同意和不同意、各人的签名和时间。"
    paper = "这份是按指印的，县里规定不留影像，只对着纸核对。" if sheet.stays_on_paper else ""
    if opening.problem:
        return paper + _who_else(opening)
    return paper + "请对照签好的纸，一格一格核对下面记的同意和不同意、签名或指印、日期和见证人。"


def _who_else(opening: SheetOpening) -> str:
    """Why this worker may not check it, and who may."""
    is_own = opening.problem == "same-person"
    why = "您参与了征求，不能自己核对" if is_own else word_reason(opening.problem)
    if opening.problem == "second-unknown":
        return f"{why}。您这边同步一次，县里就看得到。"
    if opening.is_on_screen:
        return f"{why}。请没参与的同事现在就在这台电脑上核对，签名都在这里；或者由县级值班员核对。"
    here = "请没参与的同事现在就在这台电脑上核对，或者" if opening.is_for_colleague else "请没参与的同事"
    return f"{why}。{here}在他自己的工作区核对，或者由县级值班员核对；您这边同步一次，他们就看得到。"


def signature_problem(opening: SheetOpening) -> str:
    """What is wrong with a sheet's signatures on the screen, or cannot be seen here; "" where all of them hold."""
    lines = []
    wrong = [one.name for one in opening.signatures if one.verified is Verified.WRONG]
    missing = [one.name for one in opening.signatures if one.verified is Verified.MISSING]
    if wrong:
        lines.append(f"{'、'.join(wrong)}的屏幕签名和勾选、条文对不上，不能算数。请按“有问题……”作废。")
    if missing:
        lines.append(
            f"{'、'.join(missing)}的屏幕签名不在这台电脑上，看不到就不能核对：请在经办人的电脑上核对，或者由县级值班员核对。"
        )
    return "\n".join(lines)


def changed_words(opening: SheetOpening) -> str:
    """That the record says something else by now than was signed on the screen: a note, as for paper."""
    if not opening.is_text_changed:
        return ""
    return (
        "签名以后，记录里纸上要写的内容（如姓名、电话、接收方、办公室）改过，右边的不全是当时看到的，不能再打印。"
        "签名是不是算数，只看当时的条文和勾选，不受影响。"
    )


def caution_words(opening: SheetOpening) -> str:
    """What is to be known before a sheet that waits is checked, as at the county: that a no was still recent when it
    was asked, and that something stands under it that it did not ask."""
    if not opening.is_waiting:
        return ""
    beside = beside_asked_words(opening.comparison.beside_asked)
    again = ASKED_AGAIN_WORDS if opening.comparison.is_asked_again else ""
    return "\n".join(one for one in (again, f"{beside}请按“有问题……”作废。" if beside else "") if one)


def signatures_words(opening: SheetOpening) -> str:
    """How a sheet's signatures on the screen stand, and whether the person has a copy."""
    if not opening.is_on_screen:
        return ""
    right = sum(one.verified is Verified.RIGHT for one in opening.signatures)
    held = f"屏幕签名 {len(opening.signatures)} 个，{right} 个验过：笔迹、条文、勾选、本人和时间都对得上。"
    copy = "给签名人的一份已打印。" if opening.is_copy_printed else "还没有给签名人打印一份。"
    return held + copy


def facts_rows(opening: SheetOpening) -> list[tuple[str, str, str]]:
    """What was recorded of the sheet, in the order of the paper; rows with nothing in them are left out."""
    sheet, fields = opening.sheet, opening.sheet.fields
    workers = "、".join(one for one in (str(fields.get("worker_name", "")), sheet.second_name) if one)
    day = str(fields.get("signed_on", ""))
    signed = format_date(date.fromisoformat(day)) if day else ""
    signer = _SIGNERS.get(str(fields.get("signer", "")), "")
    rows = [
        ("给谁、做什么", sheet_line(sheet, opening.person.bodies), ""),
        ("经办人", workers, ""),
        ("谁提出的", started_by(fields), ""),
        ("怎么知道内容的", reading_words(fields), ""),
        ("怎么签的", "，".join(one for one in (signer, signed) if one), ""),
        ("见证人", str(fields.get("witness", "")), ""),
        ("近亲属申报", _near_relative(fields), ""),
        *_signing_rows(fields),
        *_evidence_rows(fields),
        ("台港澳同胞", compatriot_words(fields), ""),
        ("联系哪些单位", "、".join(COMPATRIOT_OFFICE_NAMES[one] for one in offices_of(fields)), ""),
        *((_SIGNED_AS[one.role], signature_words(one.name, one.time), "") for one in _last_of(opening)),
    ]
    return [row for row in rows if row[1]]


def _near_relative(fields: Mapping[str, Any]) -> str:
    """What the paper says of near relatives, both ways: whoever checks holds it against the boxes."""
    if fields.get("near_relative") is not True:
        return "没有"
    return f"有：{fields.get('near_relative_who') or '没有写是谁'}；由县级值班员核对"


def contact_said(sheet: SheetView) -> dict[tuple[str, Purpose], ContactAnswer]:
    """What was ticked of calls and visits on the sheet, by recipient and purpose."""
    return {(one.recipient, Purpose(one.purpose)): one for one in contact_of(sheet.fields)}


def _evidence_rows(fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What else stands on the paper; of a sheet that is signed also what was not written down of it."""
    shown = evidence_of(fields)
    if shown is None or is_on_screen(fields):
        return []
    fingers = fingers_of(fields)
    return [
        ("指印", "，".join(f"{who}{_finger_words(one)}" for who, one in fingers), ""),
        ("不能签名的原因", shown.unable_reason or ("没有记" if fingers else ""), ""),
        ("给本人（监护人）的一份", "当时已交给" if shown.copy_given else "没有记已交给", ""),
    ]


def _finger_words(finger: Finger | None) -> str:
    return FINGER_NAMES[finger] if finger is not None else "没有记是哪个手指"


def _last_of(opening: SheetOpening) -> tuple[SignatureView, ...]:
    """The newest signature of each who signed on the screen: for several recipients there are several."""
    return tuple({(one.role, one.name): one for one in opening.signatures}.values())


def _signing_rows(fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Who signed, by what right, and what was said at it; nothing of it where the person signed alone."""
    facts = signed_of(fields)
    if facts.signed_by is None or not facts.signed_by.guardian:
        return []
    means = _SIGNERS.get(facts.guardian_signer or "", "")
    guardian = guardian_words(facts.guardian) if facts.guardian is not None else ""
    told = "已告知监护人" if facts.childrens_rules_told else ""
    return [
        ("由谁签", SIGNED_BY_NAMES[facts.signed_by], ""),
        ("监护人", "，".join(one for one in (guardian, means) if one), ""),
        ("本人年龄、行为能力", able_words(facts), ""),
        ("凭什么不能自己决定", facts.capacity_proof, ""),
        ("实际抚养人", facts.carer.name if facts.carer is not None else "", ""),
        ("最有利于被监护人", "和监护人说过" if facts.best_interest else "", ""),
        ("他自己怎么说", facts.wards_view, ""),
        ("儿童专门规则", told, ""),
    ]
