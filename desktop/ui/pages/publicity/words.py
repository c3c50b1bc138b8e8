"""A consent to publicity in words: where it stands, what was answered, what is wrong with its paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from desktop.domain.posting import MayBePosted
from desktop.domain.publicity import ITEM_NAMES, NAMING_NAMES, PUBLICITY_STATE_NAMES, PublicityState
from desktop.domain.readings import reading_words
from desktop.domain.sheet_signing import signed_of
from desktop.domain.signing import SIGNED_BY_NAMES, Signer
from desktop.domain.typed import format_date
from desktop.services.beside_checks import BesideStanding
from desktop.services.publicity import PublicityView
from desktop.ui.beside_words import BESIDE_CHIPS, beside_words, found_wrong_words
from desktop.ui.description_words import guardian_words
from desktop.ui.icons import Icon
from desktop.ui.messages import word_reason
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

SIGNED_AS: Final[Mapping[Signer, str]] = {Signer.SIGNATURE: "签名", Signer.FINGERPRINT: "按指印"}
_AGAINST: Final = {"scan": "对照扫描件", "paper": "对照纸质原件"}
_CHIPS: Final[Mapping[PublicityState, tuple[Tone, Icon]]] = {
    PublicityState.DRAFTED: (Tone.WARN, Icon.PRINT),
    PublicityState.PRINTED: (Tone.WARN, Icon.EDIT),
    PublicityState.SIGNED: (Tone.INFO, Icon.PENDING),
    PublicityState.IN_FORCE: (Tone.GOOD, Icon.CHECKED),
    PublicityState.REFUSED: (Tone.NEUTRAL, Icon.REFUSED),
    PublicityState.WITHDRAWN: (Tone.NEUTRAL, Icon.UNDO),
    PublicityState.EXPIRED: (Tone.NEUTRAL, Icon.WAITING),
    PublicityState.VOID: (Tone.NEUTRAL, Icon.CLOSE),
}


def state_now(view: PublicityView, on: date) -> PublicityState:
    """Its state; what has ended is over by the date, before the county has said so."""
    is_over = view.state in (PublicityState.SIGNED, PublicityState.IN_FORCE) and view.until < on
    return PublicityState.EXPIRED if is_over else view.state


def state_chip(view: PublicityView, on: date, beside: BesideStanding | None = None) -> Chip:
    """Its state as a chip; where a colleague has checked it here, what the county has said of that."""
    state = state_now(view, on)
    if beside is not None and state is PublicityState.SIGNED:
        return BESIDE_CHIPS[beside.word]
    tone, icon = _CHIPS[state]
    return Chip(PUBLICITY_STATE_NAMES[state], tone, icon)


def said_words(view: PublicityView) -> str:
    """What was asked, or what was agreed to and refused."""
    if not view.agreed and not view.refused:
        return f"征求：{names_of(view.ask.items)}"
    no = f"；不同意：{names_of(view.refused)}" if view.refused else ""
    return f"同意：{names_of(view.agreed)}{no}"


def names_of(codes: Iterable[str]) -> str:
    """Materials and channels by name, in the paper's order."""
    known = set(codes)
    return "、".join(name for code, name in ITEM_NAMES.items() if code in known)


def explanation(view: PublicityView, shown: MayBePosted, problem: str, beside: BesideStanding | None) -> str:
    """Where it stands and what comes next; ``problem`` is why this worker may not check it, ``beside`` the newest
    check by a colleague at this laptop."""
    fields = view.fields
    if view.state is PublicityState.IN_FORCE and shown.allowed:
        by, how = fields.get("checked_by") or "县级值班员", _AGAINST.get(str(fields.get("checked_against", "")), "")
        return f"由 {by} {how}核对无误。到 {format_date(view.until)}为止可以用；登出来以前，定稿给本人看过。"
    if view.state is PublicityState.VOID:
        return f"{found_wrong_words(beside)}这份已作废{_reason(view)}。纸上的编号留着记录。"
    if view.state is not PublicityState.SIGNED or shown.reason != "awaiting-check":
        return shown.words
    if beside is not None:
        return beside_words(beside, "生效以前不能用")
    if problem == "county-check":
        return "监护人是单位，要由县级值班员核对；您这边同步一次，县里就看得到。核对以前不能用。"
    if problem:
        why = "您参与了征求，不能自己核对" if problem == "same-person" else word_reason(problem)
        here = "请没参与的同事现在就在这台电脑上核对，或者在他自己的工作区核对"
        return f"{why}。{here}，或者由县级值班员核对；您这边同步一次，他们就看得到。"
    return "请对照签好的纸，一格一格核对下面记的同意和不同意、签名或指印、日期和见证人。"


def _reason(view: PublicityView) -> str:
    return f"：{view.reason}" if view.reason else ""


def facts_rows(view: PublicityView) -> list[tuple[str, str, str]]:
    """What was recorded, in the order of the paper; rows with nothing in them are left out."""
    fields = view.fields
    facts = signed_of(fields)
    guardian = guardian_words(facts.guardian) if facts.guardian is not None else ""
    by_guardian = facts.signed_by is not None and facts.signed_by.guardian
    signer = SIGNED_AS.get(Signer(fields["signer"]), "") if fields.get("signer") else ""
    day = format_date(date.fromisoformat(fields["signed_on"])) if fields.get("signed_on") else ""
    workers = "、".join(
        one for one in (str(fields.get("worker_name", "")), str(fields.get("second_worker_name", ""))) if one
    )
    rows = [
        ("编号", view.number),
        ("谁提出的", "本人（监护人）自己提出的" if view.ask.person_asked else ""),
        ("发布单位、用途", "，".join(one for one in (view.ask.publisher, view.ask.use) if one)),
        ("怎样称呼", NAMING_NAMES[view.ask.naming]),
        ("用到哪天", format_date(view.until)),
        ("经办人", workers),
        ("怎么知道内容的", reading_words(fields) if fields.get("signed_on") else ""),
        ("怎么签的", "，".join(one for one in (signer, day) if one)),
        ("由谁签", SIGNED_BY_NAMES[facts.signed_by] if by_guardian and facts.signed_by is not None else ""),
        ("监护人", guardian if by_guardian else ""),
        ("见证人", str(fields.get("witness", ""))),
        ("他自己怎么说", str(fields.get("wards_view", ""))),
        ("定稿", ("看过（听过）" if fields.get("draft_seen") else "还没有看") if fields.get("signed_on") else ""),
    ]
    return [(name, value, "") for name, value in rows if value]


def answer_rows(view: PublicityView) -> list[tuple[str, str, str]]:
    """Each thing asked with its answer, as the boxes stand on the paper."""
    said = {**dict.fromkeys(view.agreed, "同意"), **dict.fromkeys(view.refused, "不同意")}
    asked = (*view.ask.materials, *view.ask.channels)
    return [(ITEM_NAMES[one.value], said.get(one.value, "还没有答"), "") for one in asked]
