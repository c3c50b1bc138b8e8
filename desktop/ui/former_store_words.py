"""Former stores (停用的旧库) in words: why they are there, what is in them, when they go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.domain.typed import format_date
from desktop.services.former_stores import (
    KEEP_DAYS,
    RESTORED,
    SALVAGED,
    DropReason,
    FormerState,
    FormerStore,
    Held,
)

REASONS: Final = (
    (DropReason.LOOKED_THROUGH, "里面的我核对过，要的已经补登记"),
    (DropReason.UNREADABLE, "读不出来，已经告诉县里"),
)
_WHY: Final = {SALVAGED: "抢救资料时停用", RESTORED: "从备份恢复时停用"}
_WAITING: Final = {
    FormerState.CHECK_AND_SYNC: "还要检查一次加密库、同步一次",
    FormerState.CHECK: "已经同步；还要检查一次加密库",
    FormerState.SYNC: "已经检查；还要同步一次，全部上报",
}


def rows(found: Sequence[FormerStore]) -> list[tuple[str, str, str]]:
    """One line for each, as ``Facts`` shows them."""
    return [(format_date(one.day), why_words(one), state_words(one)) for one in found]


def why_words(one: FormerStore) -> str:
    """Why it is out of use."""
    return _WHY.get(one.why, "以前留下的")


def state_words(one: FormerStore) -> str:
    """What has still to happen before it goes."""
    if one.state is FormerState.GOES and one.goes is not None:
        return f"没有别处没有的内容，{format_date(one.goes)}起自动清掉。"
    if one.state is FormerState.PERSON and one.held is not None:
        return f"{held_words(one.held)}程序不会自己删，由您决定。"
    return f"{_WAITING.get(one.state, '')}，再过 {KEEP_DAYS} 天自动清掉。"


def held_words(held: Held) -> str:
    """What only this store has."""
    if not held.opens and not held.was_seen:
        return "现在的钥匙打不开它，里面有没有没上报的，没法核对。"
    before = "" if held.opens else "换数据钥匙以前看过，现在的钥匙已打不开它。"
    parts = [
        f"没上报的 {held.unsent} 条" if held.unsent else "",
        f"草稿 {held.drafts} 份" if held.drafts else "",
        f"没上报的图片 {held.pictures} 张" if held.pictures else "",
    ]
    words = "、".join(part for part in parts if part)
    found = f"只有它里面还有：{words}。" if words else ""
    return before + found + (f"有 {held.unread} 处读不出来，没法核对。" if held.unread else "")


def asking_words(one: FormerStore) -> str:
    """Before a person lets it go."""
    held = held_words(one.held) if one.held else ""
    return f"{format_date(one.day)}停用的旧库：{held}删了不能恢复；日志里会记下来，报给县里。"
