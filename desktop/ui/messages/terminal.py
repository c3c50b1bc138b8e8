"""The command line: what was typed or piped in, and where output may go."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_NOTHING = "什么也没有做。"

MESSAGES = {
    "input.malformed": Message("输入的格式不对。", _NOTHING, "请看帮助里的例子。"),
    "input.missing": Message("缺少一项输入：{field}。", _NOTHING, "请补上再试。"),
    "input.passwords-differ": Message("两次输入的密码不一样。", _NOTHING, "请重新输入。"),
    "input.too-long": Message("输入太长。", _NOTHING, "请分成几次。"),
    "line.malformed": Message("有一行不是正确的 JSON。", "前面的各行已经做完。", "请改好这一行，从它开始再来一次。"),
    "action.unknown": Message("没有“{action}”这个动作。", _NOTHING, "可用的动作见帮助。"),
    "output.to-file": Message(
        "含有个人信息的内容不能写到普通文件里。", "没有写出任何内容。", "请直接在屏幕上看；练习模式不受此限。"
    ),
    "vault.id-not-chosen": Message("没有指明用哪个加密库。", _NOTHING, "请用 --vault 写明编号。"),
    "vault.none": Message("这台电脑上还没有加密库。", _NOTHING, "请先开通。"),
    "vault.several": Message("这台电脑上有 {count} 个加密库。", _NOTHING, "请写明用哪一个。"),
    "vault.unknown": Message("没有编号为 {vault} 的加密库。", _NOTHING, "请核对编号。"),
    "divisions.unreadable": Message("区划文件读不出来。", _NOTHING, "请核对文件。"),
    "divisions.county-missing": Message("区划文件里没有 {county} 这个县。", _NOTHING, "请核对县代码和文件。"),
    "directory.no-office": Message("本机还没有县里下发的单位名称和电话。", "记录没有变。", "请先同步一次，再打印。"),
}
