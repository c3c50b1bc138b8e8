"""Saving: actions, the journal, conflicts."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "action.not-your-role": Message("您的身份不能{title}。", "没有改动任何东西，填的内容都在。", "这一步由{who}来做。"),
    "action.refused": Message(
        "这一步现在不能做：{reason}。", "什么也没有改，原来的记录还在。", "请先看一下记录的当前状态。"
    ),
    "action.too-large": Message(
        "一次要保存的内容太多。", "还没有保存，填的内容都在。", "请分成两次保存，长的说明请删短一些。"
    ),
    "action.malformed": Message(
        "有一项内容的写法不对（{field}）。", "还没有保存，填的内容都在。", "请核对这一项，再保存。"
    ),
    "record.unknown": Message("本机没有找到这条记录。", "", "可能还没有同步下来，请先同步一次。"),
    "record.erased": Message(
        "这里的个人信息已经按要求删除了。", "没有写完的草稿也一起删了，不会再存下来。", "请从全部家庭里另选一户。"
    ),
    "conflict.already-decided": Message(
        "这一处已经有人选定了。", "选定的结果已保存在本机。", "请打开这一户看最新的内容。"
    ),
    "journal.no-such-entry": Message("没有这一条日志。", "日志没有变。", "请核对编号。"),
    "journal.not-erasable": Message("这一条日志的内容不能删除。", "日志没有变。", "只有带个人内容的条目可以删除内容。"),
}
