"""What the desk's pages say: states, reasons and what was recorded of a signing, in plain Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from county.desk.reasons import REASONS
from county.messages import MESSAGES, sentence
from county.sheet_seen import Asked, Caution, Evidence, SheetSeen, Verified
from desktop.domain import sheet_boxes
from desktop.domain.asking import ASKED_AGAIN_WORDS, started_by
from desktop.domain.beside_check import Against
from desktop.domain.breach import CATEGORIES
from desktop.domain.compatriots import COMPATRIOT_OFFICE_NAMES
from desktop.domain.consent import (
    BEIJING,
    DATA_CLASS_NAMES,
    GRANT_STATE_NAMES,
    PURPOSE_NAMES,
    DataClass,
    GrantState,
    Purpose,
)
from desktop.domain.contact import CHANNEL_NAMES, Channel, contact_of
from desktop.domain.content import reason_code
from desktop.domain.errors import UserFacingError
from desktop.domain.guardian_order import order_words
from desktop.domain.minors import APPROVAL_STATE_NAMES, GROUND_NAMES, ApprovalState, Ground
from desktop.domain.plain import Misfit
from desktop.domain.readings import reading_words
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.sheet_boxes import Box, beside_asked_words, near_relative, signing
from desktop.domain.sheet_signing import able_words, is_on_screen
from desktop.domain.signing import GUARDIAN_BASIS_NAMES, SIGNED_BY_NAMES, SignedBy, Signer
from desktop.domain.signing_evidence import (
    FINGER_NAMES,
    compatriot_words,
    evidence_of,
    fingers_of,
)
from desktop.domain.typed import format_date
from desktop.sync.protocol import GOOD, REVOKED, WIPE

_SIGNERS: Final = {Signer.SIGNATURE: "签名", Signer.FINGERPRINT: "按指印", Signer.SCREEN: "屏幕签名"}
_SIGNED_AS: Final = {
    ScreenRole.PERSON: "本人签名",
    ScreenRole.GUARDIAN: "监护人签名",
    ScreenRole.WITNESS: "见证人签名",
    ScreenRole.WORKER: "经办人签名",
    ScreenRole.SECOND_WORKER: "第二经办人签名",
}
EVIDENCE: Final[Mapping[Evidence, str]] = {
    Evidence.SCAN: "有扫描件",
    Evidence.SCREEN: "屏幕签名",
    Evidence.NOT_KEPT: "指印影像不留存，两人对纸核对",
    Evidence.NOT_HERE: "影像还没有到县里",
}
EVIDENCE_ADVICE: Final[Mapping[Evidence, str]] = {
    Evidence.SCAN: "请对照右边的影像，一格一格核对。",
    Evidence.SCREEN: "这份是在屏幕上签的，没有纸质原件。程序把每个签名和当时的条文、勾选、笔迹对过，结果写在签名旁边。",
    Evidence.NOT_KEPT: "这份按了指印，当地规定指印影像不留存，县里没有影像，由两人核对的记号代替。"
    "请拿到纸质原件再核对；拿不到，就请没参与的同事在经办人那里对着纸核对。",
    Evidence.NOT_HERE: "县里还没有这份的影像。请经办人同步一次，把影像报上来；或者您手里有纸质原件，对着纸核对。",
}
AGAINST: Final[Mapping[Against, str]] = {
    Against.SCAN: "右边的扫描件",
    Against.PAPER: "我手里的纸质原件",
    Against.SCREEN: "右边的屏幕签名",
}
VERIFIED: Final[Mapping[Verified, str]] = {
    Verified.RIGHT: "验过，和当时的条文、勾选、笔迹一致",
    Verified.MISSING: "还没有到县里，看不到就不能核对",
    Verified.WRONG: "和条文、勾选或笔迹对不上，不能算数",
}
CAUTIONS: Final[Mapping[Caution, str]] = {
    Caution.PAGE_MISSING: "纸页不齐：缺的页还没有影像。",
    Caution.OTHER_PRINTING: "有一页不是最后打印的那一份：请看清上面的内容和左边记的是不是一样。",
    Caution.BY_HAND: "有一页没有读出编号，是经办人自己指定归到这一份的：请看清编号和姓名。",
    Caution.ASKED_AGAIN: ASKED_AGAIN_WORDS,
    Caution.FOUND_WRONG: "同事在经办人那里核对时，认为有问题",
}
_SAID: Final = {GrantState.AGREED: "同意", GrantState.REFUSED: "不同意"}
_STANDINGS: Final = {GOOD: "在用", REVOKED: "已停用", WIPE: "已停用，下次联系时清除"}
_HOLDS: Final[Mapping[str, tuple[str, str]]] = {
    "unknown-kind": ("内容来自较新的程序", "升级县里的程序，重新启动服务就会再试。"),
    "fork": ("两台电脑用了同一个加密库", "两边的内容都留着，没有合并。请打电话找到另一台电脑，停用其中一个。"),
    "chain-broken": ("日志前后对不上", "请联系经办人；他的电脑同步时会重新对账。"),
    "batch-refused": ("这一批读不出来", "请联系经办人再同步一次；还不行，请找技术人员。"),
    "fault": ("处理这一批时出错", "升级或重新启动服务会再试；还不行，请找技术人员。"),
    "gap": ("那台电脑损坏，丢了一段", "请经办人把丢的那一段凭纸质材料补记。"),
    "same-document": ("两个人用了同一个证件号", "请乡镇查实是不是同一个人，改正写错的一个。"),
    "alike": (
        "可能是同一户或者同一个人，没有合并",
        "请乡镇在“家庭”里打开其中一户核对：是一户就合并，证件号、出生日期写错的先改正。",
    ),
    "withdrawn-ahead": (
        "已报撤回，条目还没有到",
        "这几项同意不放行；条目到了自动解除。查实没有撤回，才用 withdrawn-ahead --lift。",
    ),
}


def error_words(error: UserFacingError) -> str:
    """What happened and what to do; a rule's refusal in its own words."""
    if error.code == "answer.refused":
        return f"没有写入。{reason_words(str(error.values.get('reason', '')))}。"
    return sentence(error) if error.code in MESSAGES else "没有办成，也没有写入。"


def reason_words(reason: str) -> str:
    """A reason code in words."""
    code = reason_code(reason)
    return REASONS.get(code, f"规则不允许这一步（{code}）")


def moment(text: str) -> str:
    """A journal's time as a day and hour of this country, whatever zone the server is set to; as it stands where it
    cannot be read."""
    try:
        at = datetime.fromisoformat(text).astimezone(BEIJING)
    except ValueError:
        return text
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def day(text: str) -> str:
    """A date as paper has it; as it stands where it cannot be read."""
    try:
        return format_date(date.fromisoformat(text))
    except ValueError:
        return text


def purpose(value: str) -> str:
    """A purpose's name."""
    return PURPOSE_NAMES[Purpose(value)] if value in {one.value for one in Purpose} else value


def class_words(one: DataClass) -> str:
    """``B2 疾病与治疗``."""
    return f"{one.value} {DATA_CLASS_NAMES[one].replace('(', '（').replace(')', '）')}"


def said(value: str) -> str:
    """What was said to a box."""
    return _SAID[GrantState(value)] if value else "没有记"


def grant_state(value: str) -> str:
    """Where a grant stands now."""
    return GRANT_STATE_NAMES[GrantState(value)] if value in {one.value for one in GrantState} else value


def box_words(box: Box, seen: SheetSeen) -> str:
    """What to compare, with the figures that the record says."""
    return sheet_boxes.box_words(box, seen.fields, seen.counted)


def _means(signer: object) -> str:
    """By which means somebody signed; "" where nothing says it."""
    return next((word for one, word in _SIGNERS.items() if one == signer), "")


def sheet_rows(seen: SheetSeen) -> list[tuple[str, str]]:
    """What was recorded of the sheet, in the order of the paper; rows with nothing in them are left out."""
    fields, facts = seen.fields, signing(seen.fields)
    guardian, by_guardian = facts.guardian, facts.signed_by in (SignedBy.GUARDIAN, SignedBy.BOTH)
    who = SIGNED_BY_NAMES[facts.signed_by] if facts.signed_by else "没有记"
    means = _means(fields.get("signer"))
    basis = GUARDIAN_BASIS_NAMES[guardian.basis] if guardian is not None and guardian.basis is not None else ""
    theirs = _means(facts.guardian_signer)
    order = order_words(guardian.standing, guardian.passed_over, guardian.consent_of) if guardian else ""
    told = (guardian.name, guardian.relation, basis, order, guardian.deed, guardian.proof, theirs) if guardian else ()
    tail = f"（证件尾号 {seen.document_tail}）" if seen.document_tail else ""
    rows = [
        ("编号", str(fields.get("number", ""))),
        ("谁提出的", started_by(fields)),
        ("怎么知道内容的", _reading(fields)),
        ("本人", seen.person + tail),
        (
            "由谁签",
            _joined(who, "" if facts.signed_by is SignedBy.GUARDIAN else means, day(_text(fields, "signed_on"))),
        ),
        ("监护人", _joined(*told) if by_guardian else ""),
        ("本人年龄、行为能力", able_words(facts) if by_guardian else ""),
        ("凭什么不能自己决定", facts.capacity_proof if by_guardian else ""),
        ("实际抚养人", _joined(facts.carer.name, facts.carer.relation) if facts.carer is not None else ""),
        ("最有利于被监护人", "和监护人说过" if facts.best_interest else ""),
        ("他自己怎么说", facts.wards_view),
        ("儿童专门规则", "已告知监护人" if facts.childrens_rules_told else ""),
        ("见证人", _text(fields, "witness")),
        *_evidence_rows(fields),
        ("近亲属申报", near_relative(fields)),
        (
            "经办人",
            _joined(_text(fields, "worker_name") or _text(fields, "worker"), _text(fields, "second_worker_name")),
        ),
        ("乡镇", seen.township_name),
        ("表单版本", _joined(_text(fields, "form"), _text(fields, "form_version"))),
    ]
    return [row for row in rows if row[1]]


def _reading(fields: Mapping[str, Any]) -> str:
    """How the person came to know what the form says; "" where that cannot be read."""
    try:
        return reading_words(fields)
    except Misfit:
        return ""


def _evidence_rows(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What else stands on the paper, and what was not written down of it; nothing where that cannot be read."""
    try:
        shown, fingers = evidence_of(fields), fingers_of(fields)
    except Misfit:
        return []
    if shown is None:
        return []
    offices = ("联系哪些单位", "、".join(COMPATRIOT_OFFICE_NAMES[one] for one in shown.offices))
    compatriot = ("台港澳同胞", compatriot_words(fields))
    if is_on_screen(fields):
        return [compatriot, offices]
    marks = [f"{who}{FINGER_NAMES[one] if one is not None else '没有记是哪个手指'}" for who, one in fingers]
    return [
        ("指印", "，".join(marks)),
        ("不能签名的原因", shown.unable_reason or ("没有记" if fingers else "")),
        ("给本人（监护人）的一份", "当时已交给" if shown.copy_given else "没有记已交给"),
        compatriot,
        offices,
    ]


def contact_rows(ask: Asked, seen: SheetSeen) -> list[tuple[str, bool | None]]:
    """What was ticked of calls and visits for one recipient; nothing where that cannot be read."""
    try:
        said = {one.asked: one for one in contact_of(seen.fields)}.get((ask.recipient, ask.purpose))
    except Misfit:
        return []
    return [(f"接收方{CHANNEL_NAMES[one]}", said.said(one) if said is not None else None) for one in Channel]


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _text(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name)
    return found if isinstance(found, str) else ""


def signed_as(role: str) -> str:
    """As what somebody signed on the screen."""
    return _SIGNED_AS[ScreenRole(role)]


def categories(keys: tuple[str, ...]) -> str:
    """Kinds of information, in the words of a letter."""
    return "、".join(CATEGORIES[one] for one in keys)


def standing(value: str) -> str:
    """Whether a laptop is in use."""
    return _STANDINGS.get(value, value)


def hold_what(sort: str) -> str:
    """What a hold is."""
    return _HOLDS.get(sort, (sort, ""))[0]


def hold_advice(sort: str) -> str:
    """What to do about a hold."""
    return _HOLDS.get(sort, ("", "请找技术人员。"))[1]


def ground(value: str) -> str:
    """Why somebody has to see a minor's data."""
    return GROUND_NAMES[Ground(value)]


def approval_state(value: str) -> str:
    """Where an approval stands."""
    return APPROVAL_STATE_NAMES[ApprovalState(value)]


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "against": AGAINST.__getitem__,
    "approval_state": approval_state,
    "beside_asked_words": beside_asked_words,
    "box_words": box_words,
    "categories": categories,
    "caution": CAUTIONS.__getitem__,
    "class_words": class_words,
    "contact_rows": contact_rows,
    "day": day,
    "evidence": EVIDENCE.__getitem__,
    "evidence_advice": EVIDENCE_ADVICE.__getitem__,
    "grant_state": grant_state,
    "ground": ground,
    "hold_advice": hold_advice,
    "hold_what": hold_what,
    "moment": moment,
    "purpose": purpose,
    "reason_words": reason_words,
    "said": said,
    "sheet_rows": sheet_rows,
    "signed_as": signed_as,
    "standing": standing,
    "verified": VERIFIED.__getitem__,
}
"""What the templates say things with."""
