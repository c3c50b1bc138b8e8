"""What is wrong with the own journal, in words, for the window and the command line. Without Qt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from desktop.ui.messages.kind_words import KIND_NAMES
from desktop.ui.messages.message import Message

if TYPE_CHECKING:  # the services load SQLAlchemy, which the login window must not wait for
    from desktop.services.journal_faults import JournalFault
    from desktop.services.vaults import HalfAction

FAULT_WORDS: Final[Mapping[str, str]] = {
    "header-unreadable": "它后面的一条读不出来",
    "chain-broken": "它和前一条接不上，前一条或它自己被改过",
    "epoch-start-missing": "这一段日志的开头缺了",
    "out-of-order": "它前面缺了条目，或次序被动过",
    "action-cut-short": "它所属的一步缺了一部分",
    "payload-changed": "它的内容被改过",
    "payload-missing": "它的内容没有了，又没有删除记录",
    "journal-cut-short": "日志末尾被截掉了",
    "receipt-contradicted": "它和县里签了名的回执对不上，整本日志可能被改写过",
    "receipt-forged": "这一批的回执不是县里签的，或不是给它的",
}
"""Codes of ``desktop.domain.journal.first_fault`` and ``desktop.sync.anchors``, of the entry that is named."""
_AT_COUNTY: Final[Mapping[str, str]] = {
    "shorter": "县里收到的日志比这台电脑上的长：这台电脑上少了一段。",
    "differs": "县里收到的日志和这台电脑上的不一样：有的条目被改动、删掉或调换过。",
    "set-back": "这台电脑的日志比上次联系县里时短：后来写的有一段不见了。",
    "not-sound": "县里记着这台电脑的日志检查没有通过。",
}
_KEPT: Final = "县里收到的原样都在县里；这台电脑上现在的内容也原样留着，没报的照常报。"
_ONLY_IN_BACKUPS: Final = (
    "县里收到过的原样都在县里，没有丢；还没报就不见了的那一段，只有备份里可能还有，备份里也没有的请照纸质材料补记。"
)
_HELD: Final = "新报的县里先收存，查明以后再入库。"
_CALL: Final = "请不要重装，马上把这句话告诉县里。"
_RESTORE: Final = (
    "和县里说好以后，按 Ctrl+L 锁定，在登录窗口点“从备份恢复”，选出问题以前的一份；"
    "现在的库文件原样留着，恢复后程序自己向县里要回其余的。"
)


def journal_message(fault: JournalFault) -> Message:
    """What happened, that nothing is lost, and what to do now."""
    sort = fault.sort.value
    if sort == "journal-cut":
        return _cut(fault)
    if sort == "journal-changed":
        what = f"这台电脑的日志里，有 {fault.lost:,} 条县里已经收到的被改动、删掉或调换过。"
    elif sort == "journal-at-county":
        what = _AT_COUNTY[fault.code]
        if fault.mended:
            return Message(what, "已经和县里对上，没有丢。", "请把这句话告诉县里：可能另有一台电脑也用着这个加密库。")
    else:
        where = "" if fault.reference in ("", "-") else f"（{fault.reference}）"
        if fault.code == "journal-cut-short":
            return Message(
                f"这台电脑日志的末尾被截掉过{where}：它后面写的有一段不见了。", _ONLY_IN_BACKUPS, f"{_CALL}{_RESTORE}"
            )
        what = f"这台电脑的日志检查没有通过{where}：{FAULT_WORDS.get(fault.code, fault.code)}。"
    return Message(what, f"没有丢：{_KEPT}{_HELD if fault.held else ''}", f"{_CALL}{_RESTORE}")


def half_message(half: HalfAction, name: str = "") -> Message:
    """Half an action: what it is (``name``: whose), since when, that it is never sent by halves, and the way out."""
    what = f"{name} {KIND_NAMES.get(half.header.kind.partition('.')[0], '其他')}".strip()
    when = datetime.fromisoformat(half.header.time).astimezone()
    blocked = f"它后面的 {half.behind:,} 条也要等它处理了才能报。" if half.behind else ""
    return Message(
        f"{when:%Y年%m月%d日 %H:%M} 的一步（{what}）在日志里不完整：应有 {half.parts:,} 条，只有 {half.found:,} 条。",
        f"半步不会报给县里，已有的内容原样留在本机。{blocked}",
        "有草稿的，打开草稿再保存一次；没有的，请重新登记。然后在“同步”页“要您看一下”里选中它，写一句怎么处理的，"
        "按“处理好了”：它搁到一边，日志里记下谁、什么时候搁的，其余的接着报。",
    )


def _cut(fault: JournalFault) -> Message:
    what = f"这台电脑日志的末尾，有 {fault.lost:,} 条县里已经收到的不见了，或被别的内容顶替。"
    if not fault.lost:
        what = "这台电脑新写的内容用了县里已经收过的编号：日志的末尾被截短过。"
    others = f"这台电脑后来写在同样编号上的 {fault.unnamed:,} 条"
    if fault.mended:
        aside = f"{others}没有合并，另放在“要您看一下”里，县里也留了一份。" if fault.unnamed else ""
        return Message(what, f"没有丢：已经从县里原样取回。{aside}", "请把这句话告诉县里，请他们查明是谁动过。")
    unsent = f"{others}还没有报，没有一份回执认它，要请县里看。" if fault.unnamed else ""
    again = "下次同步会自己向县里取回缺的；取不回时，请马上把这句话告诉县里。请不要重装。"
    return Message(what, f"没有丢：{_KEPT}{unsent}{_HELD if fault.held else ''}", again)
