"""Minors' data: closed, why, and the next step (未成年人信息查阅)."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "minors.closed": Message(
        "这是未成年人，他的证件、健康、监护等信息要经负责人批准才能查看，现在没有批准。",
        "家里有这个孩子、多大、和户主什么关系，照常看得到；走访照常记，您写的、没上报的都在。",
        "请在家庭页面按“申请查阅”：可以同步后等复核人批准，请复核人在旁批准，或者孩子有危险时紧急打开。"
        "年龄没有记过的，先按“写明年龄”写上：已经成年的就不用批准了。",
    ),
    "minors.asked": Message(
        "同样的申请已经提过，还在等批准。", "没有再提一次。", "请同步一次看看有没有批下来；急的，请复核人在旁批准。"
    ),
    "minors.reason-missing": Message("没有写原因。", "什么也没有改。", "请写几个字，说明为什么。"),
}
