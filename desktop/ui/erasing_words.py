"""Erasing (删除) in words: the reasons, what goes, what stays and why, and who else still has it until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.typed import format_date
from desktop.services.backups import BackupState
from desktop.services.erasing import Erasure
from desktop.services.erasing_plan import BACKUPS_UNTIL_GONE, Foreseen, Ground, Outlook, Remaining
from desktop.ui.messages.kind_words import KIND_NAMES

Row = tuple[str, str, str]
"""Name, value and remark, as ``Facts`` shows them."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: its ground in law, and the words that stay in the journal for ever. They name nobody."""

    ground: Ground
    words: str


PERSON_REASONS = (
    Reason(Ground.RIGHT, "本人要求删除"),
    Reason(Ground.RIGHT, "本人撤回同意，要求删除"),
    Reason(Ground.MISTAKE, "登记错了人"),
    Reason(Ground.MISTAKE, "按规定不该收集"),
)
SCAN_REASONS = (
    Reason(Ground.MISTAKE, "存错了人"),
    Reason(Ground.MISTAKE, "存错了纸页"),
    Reason(Ground.MISTAKE, "拍进了不相干的内容"),
)
_OTHER_KINDS: Mapping[str, str] = {"header": "日志", "county": "县里写的", "tray": "待认盘里的图"}
_COUNTY = "您同步一次，县里就删掉它那份；同事的电脑在他们下次同步时删掉。还没上报过的，报上去也只有抬头。"
_RESTORED = "这之前要是用旧备份恢复，恢复后请先同步一次，会照县里的记录再删一遍。"
_PAPER = "签过的纸、打印件、拍照手机里的照片，程序删不到，请照规定收回或销毁。"


def outlook_rows(outlook: Outlook, foreseen: Foreseen, *, is_practice: bool) -> list[Row]:
    """What goes, what stays, what happens elsewhere; before anything is done."""
    goes = "、".join(f"{KIND_NAMES.get(kind, kind)} {count} 份" for kind, count in foreseen.goes)
    goes += f"；图片 {foreseen.pictures} 张" if foreseen.pictures else ""
    goes += f"；草稿 {foreseen.drafts} 份" if foreseen.drafts else ""
    goes = goes.lstrip("；") or "现在没有能删的"
    is_person = any(kind == "resident" for kind, _ in foreseen.goes)
    return [
        ("删掉", goes, ("搜索里也查不到了。" if is_person else "") + ("删了不能恢复。" if foreseen.goes else "")),
        *remaining_rows(foreseen.remains),
        *elsewhere_rows(outlook.backups, is_practice=is_practice),
    ]


def remaining_rows(remains: Sequence[Remaining]) -> list[Row]:
    """What stays, how much, and why."""
    rows = []
    for one in remains:
        if one.kind == "former-store":
            until = f"{format_date(one.until)}起清掉" if one.until else "还不知道哪天清掉"
            rows.append(("停用的旧库", f"还有一份，{until}", one.words))
            continue
        unit = "张" if one.kind == "tray" else "条" if one.kind in _OTHER_KINDS else "份"
        name = _OTHER_KINDS.get(one.kind) or KIND_NAMES.get(one.kind, one.kind)
        if one.is_locked:
            until = f"锁定到{format_date(one.until)}" if one.until else "还在用，锁定"
            rows.append(("不能删", f"{name} {one.count} {unit}，{until}", one.words))
        else:
            rows.append(("留下", f"{name} {one.count} {unit}", one.words))
    return rows


def elsewhere_rows(backups: BackupState, *, is_practice: bool) -> list[Row]:
    """What the county and colleagues still have until they sync, what backups hold until when, and the paper."""
    rows = [] if is_practice else [("县里和同事", "下次同步时删", _COUNTY)]
    return [*rows, *_backup_rows(backups), ("电脑以外", "要您来办", _PAPER)]


def done_rows(done: Erasure, backups: BackupState, *, is_practice: bool) -> list[Row]:
    """What was done, in the same order as it was foretold."""
    gone = f"{done.entries} 条内容"
    gone += f"、图片 {done.pictures} 张" if done.pictures else ""
    gone += f"、草稿 {done.drafts} 份" if done.drafts else ""
    return [
        ("已删掉", gone, "本机已经没有了。"),
        *remaining_rows(done.remains),
        *elsewhere_rows(backups, is_practice=is_practice),
    ]


def _backup_rows(backups: BackupState) -> list[Row]:
    rows = []
    places = (
        ("本机", backups.laptop, "每个工作日自动备份一次"),
        ("U 盘", backups.stick, "插上这个 U 盘" if not backups.stick_here else "插着这个 U 盘"),
    )
    for place, last, how in places:
        if last is None:
            continue
        held = f"{place}还有 {last.generations} 份" if last.generations else f"{place}还有"
        words = f"删除以前的备份里还有这些内容：{how}，再备份 {BACKUPS_UNTIL_GONE} 次，旧的就全换掉了。"
        rows.append(("以前的备份", held, words + _RESTORED))
    return rows or [("以前的备份", "没有", "还没有备份过。")]
