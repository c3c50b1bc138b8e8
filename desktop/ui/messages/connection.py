"""The road to the county: network, exchange files, enrolment. What is not sent stays, safe, on this laptop."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_SAFE = "未上报的内容都已安全保存在本机。"

MESSAGES = {
    "sync.county-away": Message("连不上县里。", _SAFE, "请检查网络，稍后再同步。"),
    "sync.county-silent": Message(
        "等了 {seconds} 秒，县里没有答复。", _SAFE, "请检查网络，稍后再同步；一直这样请核对县里的地址。"
    ),
    "sync.county-slow": Message("县里现在很忙，没有及时答复。", _SAFE, "请过几分钟再同步，已发的不会重复。"),
    "sync.county-fault": Message("县里的服务出了问题。", _SAFE, "请稍后再同步；一直这样请告诉县里。"),
    "sync.county-nonsense": Message(
        "县里没有回答，收到的是别处的答复。", _SAFE, "请检查网络，有的网络要先登录；再核对县里的地址。"
    ),
    "sync.county-address": Message("县里的地址写得不对。", _SAFE, "请对照开通单核对地址。"),
    "sync.cancelled": Message("同步停下了。", _SAFE, "下次同步会接着报，不会重复。"),
    "sync.not-yet-applied": Message("县里收到了，还没有处理完。", _SAFE, "下次同步会再核对回执。"),
    "sync.refused": Message("县里没有接收：{reason}。", _SAFE, "请把这句话告诉县里。"),
    "sync.revoked": Message("这台电脑的使用权限已被县里停用。", _SAFE, "请联系县里，不要删除程序或文件。"),
    "sync.version": Message("本机和县里的程序版本对不上。", _SAFE, "请先升级程序，再同步。"),
    "sync.already-enrolled": Message("这个加密库已经在县里开通过。", _SAFE, "直接同步就可以。"),
    "sync.code-mistyped": Message("开通码有打错的字。", "还没有开通。", "请对照开通单逐个核对。"),
    "sync.county-unknown": Message("本机还没有县里的地址。", _SAFE, "请在“同步”里照开通单填上。"),
    "sync.practice": Message("练习数据不和县里同步。", "练习的内容只在这台电脑上。", "正式工作请用开通码开通。"),
    "sync.wrong-county": Message(
        "答复的不是开通单上的那个县。", "没有发出任何内容，未上报的都在本机。", "请核对地址；还不行请联系县里。"
    ),
    "attention.how-missing": Message("还没有写怎么处理的。", "这一项还留在单子上。", "请写一句，例如“已重新登记”。"),
    "attention.gone": Message("这一项已经处理过了。", "没有改动。", "不用再做什么。"),
    "enrolment.not-asked": Message(
        "本机还没有做过开通申请。", "什么也没有改动。", "请先填开通码，存出申请文件，交给县里。"
    ),
    "enrolment.own-request": Message(
        "这是要交给县里的申请文件，不是县里的答复。", "还没有开通。", "请选县里给的答复文件；还没有就把申请交给县里。"
    ),
    "enrolment.not-an-answer": Message(
        "这个文件不是县里的开通答复。", "还没有开通，什么也没有改动。", "请选县里存到 U 盘上的答复文件。"
    ),
    "enrolment.answer-changed": Message(
        "这份答复被改过或没有存完整。", "还没有开通，什么也没有改动。", "请县里重新存一份。"
    ),
    "enrolment.other-vault": Message(
        "这份答复是给另一个加密库的。", "还没有开通，什么也没有改动。", "请看看是不是同事的，选给您的那一份。"
    ),
    "enrolment.file-unreadable": Message("这个文件读不出来。", "还没有开通。", "请看看 U 盘是否接好，再选一次。"),
    "enrolment.file-unwritable": Message("申请文件没有存成。", "申请还在本机。", "请看看 U 盘是否接好，再存一次。"),
    "attachment.missing": Message("本机没有这张扫描件。", "记录没有变。", "它可能还在同事的电脑上，请两边都同步一次。"),
    "attachment.damaged": Message(
        "这张扫描件已损坏，打不开。", "记录没有变，纸质原件仍然有效。", "请用纸质原件重新扫描。"
    ),
}
