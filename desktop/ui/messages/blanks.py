"""Pre-numbered blank forms: printing a stock, binding a number, accounting for the rest."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_STAYS = "没有绑定，这个编号的记录没有变。"

MESSAGES = {
    "blank.count": Message("一次最多打印 {most} 份，最少 1 份。", "没有打印。", "请改一改份数；不够的再打一叠。"),
    "blank.recipients": Message(
        "空白表上要有 1 到 {most} 家接收方，或者留几行手写。", "没有打印。", "请选接收方，或者选留几行手写。"
    ),
    "blank.recipient-twice": Message("同一家、同一用途选了两次。", "没有打印。", "请去掉一个。"),
    "blank.form-unknown": Message("没有这一版的空白表。", "没有打印。", "请重新选一版。"),
    "blank.file-unwritable": Message(
        "写不了这个文件，或者已经有同名的文件。", "没有打印，也没有占用编号。", "请换一个文件名或文件夹再试。"
    ),
    "blank.mistyped": Message(
        "这个编号不对：少了、多了或者错了一位。", "没有绑定，记录没有变。", "请看着纸上“编号 KB-…”一位一位再输一次。"
    ),
    "blank.unknown": Message(
        "本机没有这个编号的空白表。", "没有绑定，记录没有变。", "可能是同事刚打印的，请先同步一次；外乡镇的请交还。"
    ),
    "blank.not-printed": Message(
        "编号 {number} 所在的一叠记的是没有打印成。", _STAYS, "这张纸不能用，请销毁，另拿一张重新签。"
    ),
    "blank.bound": Message(
        "编号 {number} 已经绑定过，一个编号只能给一个人。",
        "没有再绑定，原来那一份不受影响。",
        "请核对纸上的编号；同一个编号的纸出现两次的，请另一位当事人用新的表重新签。",
    ),
    "blank.spoiled": Message("编号 {number} 已经记成作废。", _STAYS, "作废的表不能用，请本人用新的表重新签。"),
    "blank.returned": Message("编号 {number} 已经交回。", _STAYS, "又拿出去用过的，请先记“转交”给拿的人，再绑定。"),
    "blank.missing": Message("编号 {number} 已经记成遗失。", "记录没有变。", "找到了的，可以绑定、作废或者交回。"),
    "blank.handed-on": Message("编号 {number} 已经转交。", "记录没有变。", "请刷新一下再看。"),
    "blank.not-yours": Message(
        "编号 {number} 在{holder}手上，不是您的。",
        "没有记下，这个编号的记录没有变。",
        "是您用的，请先在“空白表”里按“转交”，转给自己，再绑定。",
    ),
    "blank.not-on-paper": Message(
        "记的接收方或信息项，比编号 {number} 这张纸上印的多。",
        _STAYS,
        "纸上没有征求的不能记；手写加的接收方，只能写在留空的行里。",
    ),
    "blank.no-reprint": Message(
        "这份是在空白表 {number} 上签的，一个编号只有一张纸，不再打印。",
        "没有打印，记录没有变。",
        "请按签好的纸接着记；内容要改的，作废这一份，重新征求。",
    ),
    "blank.other-form": Message(
        "编号 {number} 是本人版，可是按记录要由监护人签。", _STAYS, "请用监护人版的空白表，由监护人重新签。"
    ),
    "blank.signed-day": Message(
        "纸上签的日期不对：编号 {number} 是 {printed} 打印的，只能在那天到今天之间。",
        _STAYS,
        "请照着纸上的日期改一改；纸上没有写日期的，问清是哪天签的。",
    ),
    "blank.no-since": Message(
        "{name} {day} 拒绝或者撤回过其中的一项，这张纸是在那以前或者同一天签的，这一项不能再算同意。",
        "没有记为已签，他说过的“不”照旧算数。",
        "请作废这一份；他现在又愿意的，请用新的同意书重新征求。",
    ),
    "blank.told-missing": Message("还没有写向谁报告过。", "没有记下。", "请写一下报告给了谁，比如所长的姓名。"),
    "blank.noticed-later": Message("发现遗失的日期比今天还晚。", "没有记下。", "请改一改日期。"),
    "blank.colleague-unknown": Message("花名册里没有“{name}”。", "没有记下。", "请从名单里选一位同事。"),
    "blank.none-chosen": Message("还没有选编号。", "没有记下。", "请先点选编号。"),
}
