"""Signing on the screen (屏幕签名): why not here, why this is no signature, why one does not hold any more."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_NOT_SIGNED = "没有记为已签，别的签名和勾选都在。"

MESSAGES = {
    "screen.not-allowed": Message(
        "县里没有开通屏幕签名。", "没有记为已签，勾选都在。", "请打印出来，在纸上签字或按指印。"
    ),
    "screen.empty": Message("{name}还没有写。", _NOT_SIGNED, "请他在框里写上名字；不愿意签，就按“我不同意”。"),
    "screen.dot": Message("{name}只点了一下，这不算签名。", _NOT_SIGNED, "请他把名字写大一点，写完整。"),
    "screen.text-changed": Message(
        "签名以后，纸页上的内容变了。",
        "没有记为已签；签过的名字不能用在变了的内容上。",
        "请看看右边的纸页，再请各人重新签。",
    ),
    "screen.ticks-changed": Message("{name}签名以后，勾选改过。", _NOT_SIGNED, "请他看清现在的勾选，再重新签。"),
    "screen.unseen": Message(
        "有的签名不在这台电脑上，打不出带签名的一份。", "记录没有变。", "请在办这份同意书的那台电脑上打印。"
    ),
    "screen.wrong": Message(
        "有的签名和勾选、条文对不上，不能打印。", "记录没有变。", "请按“有问题……”写明，把这一份作废，再重新征求。"
    ),
    "screen.copy-changed": Message(
        "签名以后，纸页上写的内容（如姓名、电话）改过，打出来就不是当时签的那一份。",
        "没有打印；签名和勾选都原样存着。",
        "要给本人一份，请按现在的内容重新征求、重新签。",
    ),
}
REASONS = {
    "screen-not-allowed": "县里没有开通屏幕签名",
    "screen-unseen": "屏幕签名不在这台电脑上，看不到就不能核对；请在经办人的电脑上核对，或者由县级值班员核对",
    "screen-wrong": "屏幕签名和勾选、条文对不上",
}
"""Why a sheet that was signed on the screen is not accepted, or not checked."""
