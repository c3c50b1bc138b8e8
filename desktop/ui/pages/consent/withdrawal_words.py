"""A withdrawal in words: what stands for it, how it was said, what is to be told to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from desktop.domain.consent import PURPOSE_NAMES, WITHDRAWAL_MODE_NAMES, WithdrawalMode
from desktop.domain.referrals import REFERRAL_STATE_NAMES
from desktop.domain.typed import format_date
from desktop.domain.withdrawals import DELIVERY_NAMES, REQUEST_NAMES, UNWANTED_NAMES, Evidence, HandedOver
from desktop.services.directory import Organisation
from desktop.services.withdrawal_paper import said_by, stop_words
from desktop.services.withdrawals import WithdrawalView
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.words import class_words
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

EVIDENCE_CHIPS: Final[Mapping[Evidence, Chip]] = {
    Evidence.PAGE: Chip("撤回已生效，签字的纸已收回", Tone.GOOD, Icon.CHECKED),
    Evidence.TWO_WORKERS: Chip("撤回已生效，电话双人记录", Tone.GOOD, Icon.CHECKED),
    Evidence.ON_PAPER: Chip("撤回已生效，纸在档案里", Tone.GOOD, Icon.CHECKED),
    Evidence.REMINDED: Chip("撤回已生效，纸还没收回", Tone.WARN, Icon.PENDING),
}
_IN_FORCE: Final = "撤回从说的那一刻起就生效，不等纸；政府救助不受影响。"
_REMINDERS: Final[Mapping[WithdrawalMode, str]] = {
    WithdrawalMode.IN_PERSON: "方便时打印出来请他签名或按指印，拍照收回，作凭证。",
    WithdrawalMode.PHONE: "只有一个人记：请打印出来，两名经办人都签名，拍照收回；本人不用到场。",
    WithdrawalMode.WRITTEN: "请把他写的那封信拍照或扫描收到这里，作凭证。",
    WithdrawalMode.BY_ANOTHER: "请把本人签了名的纸拍照收到这里，作凭证。回执和清单装进信封封好，再请代交的人带回。",
}


def explanation(view: WithdrawalView) -> str:
    """Where it stands: in force, and what is only a reminder."""
    match view.evidence:
        case Evidence.PAGE:
            return _IN_FORCE
        case Evidence.TWO_WORKERS:
            return f"{_IN_FORCE}电话提出的，两个人的记录代替签名，不用再收纸。"
        case Evidence.ON_PAPER:
            return f"{_IN_FORCE}县里规定指印不留影像：签好的纸放进档案，不拍照。"
        case Evidence.REMINDED:
            return _IN_FORCE + _REMINDERS[view.made.mode]


def facts_rows(
    view: WithdrawalView, bodies: Mapping[str, Organisation], recalled: Sequence[str], moment: str
) -> tuple[tuple[str, str, str], ...]:
    """The rows of the record, as §5(a)-4 of the forms names them."""
    made = view.made
    taken = []
    for one in made.taken_back:
        name = bodies[one.recipient].name if one.recipient in bodies else one.recipient
        purpose = f" · {PURPOSE_NAMES[one.purpose]}" if one.purpose is not None else ""
        what = "、".join((*map(class_words, one.classes), *one.words))
        taken.append(f"{name}{purpose}：{what}" if name else what)
    for stop in made.stops:
        name = bodies[stop.recipient].name if stop.recipient in bodies else stop.recipient
        taken.append(f"{name or '全部接收方'}：{stop_words(stop)}（不论这台电脑上有没有记录）")
    if not taken:
        taken.append("没有撤回信息，只是不要再联系")
    papers = "、".join(dict.fromkeys(one.paper_number for one in made.taken_back if one.paper_number))
    workers = "、".join(one for one in (made.worker_name, made.second_worker_name) if one)
    wanted = "、".join(REQUEST_NAMES[one] for one in made.requests) or "没有特别要求"
    if made.unwanted:
        wanted += f"；不要再{'、'.join(UNWANTED_NAMES[one] for one in made.unwanted)}"
    by = f"{format_date(made.reply_by)}以前" if made.reply_by else "—"
    delivery = f"，{DELIVERY_NAMES[made.delivery]}" if made.delivery is not None else ""
    stopped = f"{'、'.join(recalled)}，已召回，不会再放行" if recalled else "没有正在办的转介要召回"
    scope = "全部撤回" if made.whole else "其他的继续有效"
    rows = (
        ("编号", made.number),
        ("撤回的", "\n".join((*taken, f"（{scope}）"))),
        ("原同意书", papers or "—"),
        ("召回的转介", stopped),
        ("要求", wanted),
        ("怎么提出的", f"{WITHDRAWAL_MODE_NAMES[made.mode]}，{said_by(made) or '本人'}"),
        ("怎么确认身份", made.identity_checked or "没有记"),
        ("谁收下的", f"{workers}，{moment}"),
        ("答复", by + delivery),
    )
    return tuple((name, value, "") for name, value in rows)


def handed_rows(handed: Iterable[HandedOver]) -> tuple[tuple[str, str, str], ...]:
    """What recipients had before: whom, which referral and classes, when."""
    rows = []
    for one in handed:
        when = [f"{format_date(one.released)} 放行"] if one.released else []
        if one.last is not None:
            day = f"{format_date(one.last_day)} " if one.last_day else ""
            when.append(day + REFERRAL_STATE_NAMES[one.last])
        what = "、".join(map(class_words, one.withdrawn))
        rows.append((one.recipient, "\n".join((f"转介单 {one.number}", "，".join(when), what)), ""))
    return tuple(rows)
