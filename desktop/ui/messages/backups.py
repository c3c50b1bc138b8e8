"""Backups and restoring: an older backup is never given up for one that is not whole."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_OLDER = "以前的备份没有动，都还在。"

MESSAGES = {
    "backup.full": Message("放备份的盘满了，这次没有备份成。", _OLDER, "请清理出一些空间，或换一个 U 盘，再备份一次。"),
    "backup.read-only": Message("不能往放备份的盘里写。", _OLDER, "请看看 U 盘是不是写保护了，或换一个 U 盘。"),
    "backup.gone": Message("U 盘或文件夹不见了。", _OLDER, "请插好 U 盘，再来一次。"),
    "backup.failing": Message("放备份的盘读写出错。", _OLDER, "请换一个 U 盘；这个盘上的备份请不要再依靠。"),
    "backup.not-whole": Message(
        "这份备份读回来和写进去的不一样，不能用。",
        "加密库和其他备份没有动。",
        "请换一份备份，或换一个 U 盘再备份一次。",
    ),
    "backup.stopped": Message("备份停下了，没有做完。", _OLDER, "请再备份一次。"),
    "backup.damaged": Message("这份备份的清单读不出来。", "程序没有改动它。", "请换一份较早的备份。"),
    "backup.foreign": Message(
        "这份备份不是这个加密库的，或者被人改动过；换钥、又改了密码的，以前的备份也会这样。",
        "程序没有用它，也没有改动它。",
        "请换一份备份，并把这件事告诉县里。",
    ),
    "backup.before-rekey": Message(
        "这份备份没有坏，是换钥以前做的，要用旧钥匙才能打开。",
        "程序没有用它，也没有改动它；加密库没有动。",
        "请选换钥以后做的备份；报过县里的内容，同步一次会拿回来。确实要用这一份，请在没有这个加密库的电脑上，"
        "只选这一份的文件夹，用当时的密码和设备卡恢复。",
    ),
    "backup.none": Message("这个文件夹里没有走村的备份。", "", "请选 U 盘本身，或里面的 zoucun-backup 文件夹。"),
    "backup.several": Message("这里有 {count} 个加密库的备份。", "", "请用 --vault 写明恢复哪一个。"),
    "backup.no-such": Message("没有这个编号的备份。", "", "请用 zoucun vault backups 查看有哪些。"),
    "restore.vault-here": Message(
        "这台电脑上已经有这个加密库，而且能打开。",
        "什么也没有改动。",
        "平常不用恢复。确实要退回到这份备份，请选“恢复到这一份”；现在的库会原样留着。",
    ),
    "sync.forked": Message(
        "县里有另一台电脑用同一个加密库写的内容，和这台的对不上。",
        "两边的内容都还在，没有合并。",
        "请再同步一次；还不行，请联系县里，并找到另一台电脑。",
    ),
}
