"""Rights requests and retention clocks in words."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.retention_clocks import HELD_CLASS_NAMES, Clock, ClockState
from desktop.domain.rights import (
    IDENTITY_NAMES,
    REASON_NAMES,
    REASON_SHORT,
    RIGHT_ARTICLES,
    RIGHT_NAMES,
    RIGHTS_STATE_NAMES,
    WAY_NAMES,
    RightsState,
)
from desktop.domain.typed import format_date
from desktop.services.rights import RequestView
from desktop.services.rights_paper import asker_words, corrected_words
from desktop.ui.icons import Icon
from desktop.ui.messages.kind_words import KIND_NAMES
from desktop.ui.models.rows import ListRow
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

Row = tuple[str, str, str]
ERASED_NAME = "（个人信息已删除）"
_SOON = 3
_STATE_LOOKS = {
    RightsState.ANSWERED: (Tone.GOOD, Icon.DONE),
    RightsState.IN_PART: (Tone.INFO, Icon.DONE),
    RightsState.REFUSED: (Tone.NEUTRAL, Icon.REFUSED),
    RightsState.WITHDRAWN: (Tone.NEUTRAL, Icon.UNDO),
}
_CLOCKS = {
    ClockState.LOCKED: "锁定，不能删",
    ClockState.IN_USE: "还在用",
    ClockState.RUNNING: "保存中，本人要求可以删",
    ClockState.DUE: "到期，即将清除",
}


def due_words(shown: RequestView) -> str:
    """``还剩 9 个工作日``, ``今天到期``, ``逾期 3 个工作日``; empty once it is answered."""
    left = shown.days_left
    if left is None:
        return ""
    if left < 0:
        return f"逾期 {-left} 个工作日"
    return f"还剩 {left} 个工作日" if left else "今天到期"


def state_chip(shown: RequestView) -> Chip:
    """Where a request stands; an open one by its days left."""
    if shown.days_left is None:
        return Chip(RIGHTS_STATE_NAMES[shown.state], *_STATE_LOOKS[shown.state])
    tone = Tone.BAD if shown.days_left < 0 else Tone.WARN if shown.days_left <= _SOON else Tone.NEUTRAL
    return Chip(due_words(shown), tone, Icon.WAITING)


def _said(shown: RequestView) -> str:
    """The person's own words; why there are none where it is about a child."""
    if shown.fields.words:
        return shown.fields.words
    return "未成年人的事，未经批准不显示" if shown.is_closed else "未成年人的事，打开再看"


def request_row(shown: RequestView) -> ListRow:
    """A request in a list."""
    fields = shown.fields
    title = f"{shown.name or ERASED_NAME} · {RIGHT_NAMES[fields.kind]}"
    return ListRow(shown.id, title, "", _said(shown), (state_chip(shown),), Icon.ANSWER)


def request_facts(shown: RequestView) -> list[Row]:
    """What was asked, by whom, how, and until when the answer is due."""
    fields = shown.fields
    died = f"{format_date(fields.died)}去世" if fields.died else ""
    rows = [
        ("关于谁", shown.name or ERASED_NAME, ""),
        ("请求", RIGHT_NAMES[fields.kind], RIGHT_ARTICLES[fields.kind]),
        ("他的话", _said(shown), ""),
        ("谁提出的", asker_words(fields), "；".join(part for part in (fields.proof, died) if part)),
        ("怎么来的", WAY_NAMES[fields.way], IDENTITY_NAMES[fields.identity]),
        ("收到", format_date(fields.received), f"{fields.taken_by}收"),
    ]
    if shown.is_open:
        rows.append(("答复期限", format_date(fields.due), f"{fields.days} 个工作日内，{due_words(shown)}"))
    return rows


def answer_facts(shown: RequestView) -> list[Row]:
    """What was answered."""
    fields = shown.fields
    if shown.state is RightsState.WITHDRAWN:
        return [("结果", RIGHTS_STATE_NAMES[shown.state], shown.reason)]
    day = f"{format_date(fields.answered_on)} {fields.answered_by}" if fields.answered_on else ""
    rows: list[Row] = [("结果", RIGHTS_STATE_NAMES[shown.state], day)]
    rows += [("理由", REASON_SHORT[one], REASON_NAMES[one]) for one in fields.reasons]
    for one in fields.classes:
        until = f"到{format_date(one.until)}" if one.until else "用完为止"
        name = f"{KIND_NAMES.get(one.kind, one.kind)} {one.count} 份"
        rows.append(("已删" if one.gone else "不能删", name, "" if one.gone else f"{until}。{one.ground}"))
    rows += [("改了", "、".join(corrected_words(fields.corrected)), "")] if fields.corrected else []
    rows += [("停止提供", fields.withdrawal, "")] if fields.withdrawal else []
    rows += [("说明", fields.answer, "")] if fields.answer else []
    return rows


def clock_facts(clocks: Sequence[Clock]) -> list[Row]:
    """Each class: how many, what its clock shows and until when, and by which ground."""
    rows = []
    for one in clocks:
        in_use = "还在用" if one.state is ClockState.LOCKED else ""
        until = f"到 {format_date(one.until)}" if one.until else in_use
        count = f"{one.count} 份"
        if one.state is ClockState.LOCKED and one.locked < one.count:
            count += f"，其中 {one.locked} 份"
        rows.append(
            (HELD_CLASS_NAMES[one.held], "，".join(p for p in (count, _CLOCKS[one.state], until) if p), one.ground)
        )
    return rows
