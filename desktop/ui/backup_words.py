"""How backups, restores and a new data key are said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from desktop.services.backups import BackupMade, BackupProgress, BackupState, Drill, LastBackup
from desktop.ui.tasks import Progress

_STEPS: Final[Mapping[str, str]] = {
    "store": "正在抄写加密库",
    "attachments": "正在抄写影像",
    "check": "正在从盘上读回来核对",
    "restore": "正在恢复到临时的地方",
    "compare": "正在比较数目",
    "rewrite": "正在用新钥匙重写加密库",
    "rows": "正在和原来的库逐条核对",
    "pages": "正在逐页检查新写的库",
}


def shown(progress: BackupProgress) -> Progress:
    """For the panel."""
    return Progress(progress.done, progress.total if progress.step == "attachments" else 0, _STEPS[progress.step])


def last_words(last: LastBackup | None, now: datetime) -> str:
    """When the newest backup of a place was made, and how old it is."""
    if last is None:
        return "还没有备份过"
    local = last.made.astimezone()
    when = f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{when}（{_age(now - last.made)}），共 {last.generations} 份"


def stick_words(state: BackupState, now: datetime) -> str:
    """The same for the stick, with whether it is plugged in."""
    if state.stick_folder is None:
        return "还没有选 U 盘。电脑丢了或坏了，只有 U 盘上的备份能恢复"
    if not state.stick_here:
        return f"{_without_count(state.stick, now)}；现在没有插上"
    return last_words(state.stick, now)


def made_words(made: BackupMade) -> str:
    """What a backup came to."""
    words = f"已备份 {made.households} 户、{made.visits} 次走访，从盘上读回来核对无误，用了 {made.seconds:.1f} 秒。"
    if made.missing:
        words += f"有 {made.missing} 个影像在本机读不出来，没有备份到，请在设置里检查加密库。"
    if made.where == "stick" and not made.same_disk:
        words += "现在可以拔出 U 盘。"
    if made.same_disk:
        words += "注意：这个文件夹和加密库在同一块硬盘上，硬盘坏了会一起坏。"
    return words


def drill_words(drill: Drill) -> str:
    """What the restore drill came to."""
    return (
        f"演练成功：备份后恢复到一个临时的地方，{drill.households} 户、{drill.visits} 次走访、"
        f"{drill.entries:,} 条日志一条不少，用了 {drill.seconds:.1f} 秒；临时的库已经删掉。"
    )


def _without_count(last: LastBackup | None, now: datetime) -> str:
    return last_words(last, now).partition("，共")[0]


def _age(passed: timedelta) -> str:
    if passed < timedelta(0):
        return "电脑的时间往回改过"
    if passed < timedelta(hours=1):
        return "刚才"
    if passed < timedelta(days=1):
        return f"{int(passed / timedelta(hours=1))} 小时前"
    return f"{passed.days} 天前"
