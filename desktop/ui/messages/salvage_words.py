"""The list of a salvage in words, for the window and the command line. Without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the services load SQLAlchemy, which the login window must not wait for
    from desktop.services.salvage import Line, Origin

FATE_TITLES: Final = {
    "lost": "找不回来的",
    "apart": "只剩一部分的：还看得到，但不能上报，请核对后重新登记",
    "county": "县里已经有的：下次同步时自动取回",
    "backup": "从{backup}里找回的",
}
ORIGINS_TITLE: Final = "各类资料从哪里来"
_ORIGINS: Final = {
    "read": "读自损坏的库",
    "backup": "读自{backup}",
    "county": "县里有，下次同步时取回",
    "lost": "哪里都没有，找不回来",
}
_PLACES: Final = {"laptop": "本机的备份", "stick": " U 盘上的备份", "folder": "另选文件夹的备份"}
_KINDS: Final = {
    "household": "家庭",
    "resident": "成员",
    "visit": "走访",
    "need": "需求",
    "wish": "微心愿",
    "publicity": "宣传同意",
    "aid": "政府救助",
    "sheet": "同意书",
    "grant": "同意的信息项",
    "scan": "扫描件",
    "signature": "屏幕签名",
    "check": "核对记录",
    "approval": "未成年人信息查阅批准",
    "stock": "空白表",
    "blank": "空白表的编号",
    "referral": "转介",
    "rights-request": "权利请求",
    "help": "慈善帮扶",
    "draft": "没填完的草稿",
    "diverged": "另一台电脑占了位置、搁在一边的记录",
    "view": "查看记录",
    "search": "查找记录",
    "sync": "同步记录",
    "vault": "加密库记录",
    "epoch": "日志分段",
    "entry": "日志条目",
}
STEPS: Final = {
    "copying": "正在抄出一份，原来的文件不动",
    "reading": "正在逐页读取还能读的",
    "backups": "正在从备份里补",
    "folding": "正在整理",
    "checking": "正在核对新的库",
}


def line_words(line: Line) -> str:
    """One line: what it was, whose, how much, when."""
    what = " · ".join(part for part in (_KINDS.get(line.kind, line.kind), line.name) if part)
    return f"{what}（{line.count} 条{_when(line)}）"


def list_words(lines: Sequence[Line]) -> list[tuple[str, list[str]]]:
    """The whole list under its titles, in the order of ``Fate``."""
    found: list[tuple[str, list[str]]] = []
    for fate, title in FATE_TITLES.items():
        sources = dict.fromkeys((one.source_place, one.source_made) for one in lines if one.fate.value == fate)
        for place, made in sources:
            some = [
                line_words(one)
                for one in lines
                if one.fate.value == fate and (one.source_place, one.source_made) == (place, made)
            ]
            found.append((title.format(backup=backup_words(place, made)), some))
    return found


def origin_words(origins: Sequence[Origin]) -> list[str]:
    """For each place what was read there, kind by kind: the damaged store, each backup, the county's, nowhere."""
    places = dict.fromkeys((one.fate, one.place, one.made) for one in origins)
    lines = []
    for fate, place, made in places:
        some = [one for one in origins if (one.fate, one.place, one.made) == (fate, place, made)]
        title = _ORIGINS[fate].format(backup=backup_words(place, made))
        lines.append(f"{title}：{'、'.join(map(_origin_words, some))}")
    return lines


def backup_words(place: str, made: str) -> str:
    """Which backup: where it lies, and of which day."""
    return f"{_PLACES.get(place, '备份')}（{_local(made)}）" if made else _PLACES.get(place, "备份")


def _origin_words(one: Origin) -> str:
    kind = _KINDS.get(one.kind, one.kind)
    return f"{kind} {one.records} 份" if one.records else f"{kind} {one.entries} 条"


def summary_words(lines: Sequence[Line], entries: int) -> str:
    """The list in one sentence."""
    lost = sum(line.count for line in lines if line.fate.value == "lost")
    if not lines:
        return f"{entries:,} 条日志全部读得出来，没有丢失。"
    return f"{entries:,} 条日志可以用；找不回来的 {lost} 条。" if lost else f"{entries:,} 条日志可以用，没有丢失。"


def _when(line: Line) -> str:
    if line.when:
        return f"，{_local(line.when)}"
    if line.after and line.before:
        return f"，在 {_local(line.after)} 和 {_local(line.before)} 之间"
    if line.after:
        return f"，在 {_local(line.after)} 之后"
    return f"，在 {_local(line.before)} 之前" if line.before else ""


def _local(time: str) -> str:
    try:
        moment = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return time
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
