"""County escrow and the recovery of a forgotten password. Refusals change nothing, and say so."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_UNTOUCHED = "加密库没有被改动，资料都还在。"
_NOTHING = "没有写入。"

MESSAGES = {
    "recovery.no-escrow": Message(
        "县里还没有托管这个加密库的密钥。", _UNTOUCHED, "请再想想密码；同步过的内容县里都有，实在想不起请打县里电话。"
    ),
    "recovery.none": Message("这台电脑上没有正在办理的恢复申请。", _UNTOUCHED, "请先提出申请。"),
    "recovery.reason-missing": Message("没有写原因。", _UNTOUCHED, "请写明为什么要恢复，县里核实时要看。"),
    "recovery.reason-too-long": Message("原因太长。", _UNTOUCHED, "最多 {maximum} 个字。"),
    "recovery.wrong-password": Message(
        "这不是提出申请时设的新密码。", _UNTOUCHED, "请再试一次；也忘了的话，重新提出申请就行。"
    ),
    "recovery.file-damaged": Message("这台电脑上的恢复申请读不出来了。", _UNTOUCHED, "请重新提出申请。"),
    "recovery.stick-failed": Message("申请没有写好，或写下后读回来不一样。", _UNTOUCHED, "请换一个 U 盘再存一次。"),
    "recovery.slot-changed": Message(
        "提出申请以后，加密库的托管换过了。", _UNTOUCHED, "原来的申请不能用了，请重新提出。"
    ),
    "recovery.answers-needed": Message(
        "要县信息中心和县民政局各一份答复，缺一份就打不开。", _UNTOUCHED, "请把两份答复文件都选上。"
    ),
    "recovery.response-unreadable": Message("这不是县里的答复文件，或已损坏。", _UNTOUCHED, "请核对文件，或重拷一次。"),
    "recovery.response-of-other-vault": Message(
        "这份答复是给另一个加密库的。", _UNTOUCHED, "请核对文件，找出给您的那一份。"
    ),
    "recovery.response-of-other-request": Message(
        "这份答复不是给这次申请的。", _UNTOUCHED, "重新申请以后，以前的答复就作废了。请用给这次申请的答复。"
    ),
    "recovery.response-unsigned": Message(
        "这份答复不是名单上的托管人签的，不能相信。", _UNTOUCHED, "请不要再用这个 U 盘，马上打县里电话。"
    ),
    "recovery.device-secret-needed": Message(
        "这台电脑没有记住设备密钥。",
        _UNTOUCHED,
        "请从保险柜取出设备卡，把上面的字输进来；卡也找不到了，请选“做一张新的设备卡”。",
    ),
    "recovery.card-of-other-vault": Message("这张设备卡不是这个加密库的。", _UNTOUCHED, "请在保险柜里找出您的那一张。"),
    "escrow.slot-damaged": Message(
        "加密库的托管内容已损坏，不能用来恢复。", _UNTOUCHED, "请再想想密码；用密码打开一次，托管会自动重做。"
    ),
    "escrow.half-damaged": Message("答复里的那一半打不开，已损坏。", _UNTOUCHED, "请县里重新给一份答复。"),
    "escrow.half-of-other-vault": Message("答复里的那一半是另一个加密库的。", _UNTOUCHED, "请县里重新给一份答复。"),
    "escrow.half-of-other-office": Message("答复里的那一半是另一个单位的。", _UNTOUCHED, "请县里重新给一份答复。"),
    "escrow.half-of-other-slot": Message("答复里的那一半是以前的，已经作废。", _UNTOUCHED, "请重新提出申请。"),
    "escrow.terms-changed": Message(
        "加密库旁边的托管名单被人改动过。", "程序没有相信它，加密库没有被改动。", "请马上打县里电话。"
    ),
    "escrow.holders-unreadable": Message("县里的托管人名单读不出来。", _UNTOUCHED, "请把这句话告诉县里。"),
    "escrow.office-unknown": Message("没有这个托管单位。", _NOTHING, "应写 information 或 civil-affairs。"),
    "escrow.key-exists": Message("这个钥匙文件已经有了。", "没有改动它。", "请换一个文件名。"),
    "escrow.key-unreadable": Message("托管人钥匙文件读不出来。", "没有打开任何内容。", "请核对文件。"),
    "escrow.key-locked": Message("托管人钥匙的口令不对。", "没有打开任何内容。", "请再试一次。"),
    "escrow.passphrase-short": Message("口令太短。", _NOTHING, "至少要 {minimum} 个字符。"),
    "escrow.holder-malformed": Message("托管人信息有一项不对（{field}）。", _NOTHING, "请核对这一项。"),
    "escrow.holder-known": Message("这位托管人已经登记过。", _NOTHING, "两个单位的托管人不能是同一人。"),
    "escrow.holder-unknown": Message("名单上没有这位托管人。", _NOTHING, "请核对名单。"),
    "escrow.holders-many": Message("托管人太多，一个单位最多 {most} 位。", _NOTHING, "请先停用一位。"),
    "escrow.holders-few": Message("每个单位至少要有 {least} 位托管人。", _NOTHING, "请先登记接替的人。"),
    "escrow.request-unreadable": Message("恢复申请读不出来。", "没有打开任何内容。", "请核对文件。"),
    "escrow.response-unreadable": Message("托管人的答复读不出来。", _NOTHING, "请核对文件。"),
    "escrow.response-unsigned": Message("这份答复不是本县托管人签的。", _NOTHING, "请查明来历。"),
    "recovery.unknown": Message("待查的清单上没有这一次恢复。", _NOTHING, "请重新列出清单，再看一次。"),
    "recovery.settle-reason-missing": Message("没有写查的结果。", _NOTHING, "请写明问了谁、查的结果。"),
    "escrow.vault-unknown": Message("本县没有开通过这个加密库。", _NOTHING, "请查明来历。"),
    "escrow.other-office": Message("这把钥匙是另一个单位的。", "没有打开任何内容。", "请核对单位。"),
    "escrow.case-missing": Message("没有写事由或编号。", "没有打开任何内容。", "请写明。"),
    "escrow.number-wrong": Message("核对数不对。", "没有打开任何内容。", "请打电话找本人核实。"),
    "escrow.half-sealed-to-others": Message(
        "这一半不是封给这位托管人的。", "没有打开任何内容。", "请由当时名单上的人来开。"
    ),
    "escrow.file-unwritable": Message("答复文件写不出去。", "没有留下文件。", "请换一个位置。"),
    "escrow.file-unreadable": Message("读不到这个文件。", _NOTHING, "请核对位置。"),
    "passphrase.differs": Message("两次输入的口令不一样。", _NOTHING, "请重新输入。"),
}
