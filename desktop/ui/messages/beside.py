"""The check beside the worker: a colleague at this laptop, with the own password and nothing but one signature."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_NOT_SIGNED = "没有签名，什么也没有记下；同事的加密库没有打开。"

MESSAGES = {
    "beside.wrong-password": Message(
        "同事的密码不对，已经输错 {wrong} 次。",
        _NOT_SIGNED,
        "请同事自己再输一次；还可以错 {left} 次，再错就要等。",
    ),
    "beside.wait": Message(
        "同事的密码输错的次数太多。", _NOT_SIGNED, "请等 {seconds} 秒再试；或者请他在自己的工作区核对。"
    ),
    "beside.not-here": Message(
        "这台电脑上没有这位同事的加密库。", _NOT_SIGNED, "请他在自己的工作区核对，或者由县级值班员核对。"
    ),
    "beside.again": Message(
        "这份纸同事已经核对过，正等着上报县里。", "没有再记一次。", "请同步一次，县里验过签名就生效。"
    ),
    "beside.no-scan": Message(
        "这份同意书的扫描件没有收齐，或者还不在这台电脑上。",
        _NOT_SIGNED,
        "请选“纸质原件”，对着纸核对；或者先收扫描件。",
    ),
    "beside.changed": Message(
        "核对的时候，这份纸的记录变了。", "这次的签名没有用，也没有记下。", "请重新打开这一页，再核对一遍。"
    ),
    "beside.reason-missing": Message("没有写有什么问题。", _NOT_SIGNED, "请写几个字，说明有什么问题。"),
}
