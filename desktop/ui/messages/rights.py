"""Rights requests: what is missing, and what may not be answered as done."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_OPEN = "请求还开着，期限照走。"

MESSAGES = {
    "erasing.locked": Message("这一份现在不能删：{ground}。", "什么也没有删。", "到期后程序会自己清除。"),
    "rights.incomplete": Message("还差一项：{what}。", "填的内容都在。", "补上以后再按一次。"),
    "rights.words-missing": Message("还没有写本人的话。", "填的内容都在。", "照他说的写一两句就可以。"),
    "rights.words-too-long": Message(
        "本人的话太长，最多 {most} 个字。", "填的内容都在。", "写要点，原信作为纸件存档。"
    ),
    "rights.in-future": Message("日期不对：收到日期不能在今天以后，去世日期不能在收到以后。", "填的内容都在。"),
    "rights.proof-missing": Message(
        "不是本人提出的，还差提出人的姓名和看过的材料。", "填的内容都在。", "户口本、监护文书或者委托书，写一样就可以。"
    ),
    "rights.death-unknown": Message(
        "近亲属替去世的人提出，还差去世的日期。", "填的内容都在。", "看一眼死亡证明或者户口注销，填上日期。"
    ),
    "rights.not-open": Message(
        "请求 {number} 已经答复过，或者本人已经收回。", "记录没有变。", "再有请求，请另收一件。"
    ),
    "rights.reasons-missing": Message(
        "还没有选不能照办的理由。", _OPEN, "个人信息保护法第五十条：拒绝的要说明理由。请至少选一条。"
    ),
    "rights.nothing-corrected": Message(
        "收到请求以后，这个人和这一户的记录没有改过。",
        _OPEN,
        "请先去改好，再答复“已照办”；不用改的，选不能照办和理由。",
    ),
    "rights.not-erased": Message(
        "还没有删，或者还有不能删的。", _OPEN, "请用“删除并答复”，删了什么、留下什么会自己写进答复。"
    ),
    "rights.more-asked": Message(
        "他要求删的不止这张扫描件，别的也有能删的。",
        "什么也没有删，请求还没有答复。",
        "请选“能删的全部删”；他只要求删这一张的，选“请求里只有这一张”。",
    ),
    "rights.not-stopped": Message(
        "现在还凭同意提供给慈善组织，没有停。", _OPEN, "请先按“停止提供给慈善组织”，再答复；不停的，选不能照办和理由。"
    ),
    "rights.copy-not-printed": Message("副本还没有打印。", _OPEN, "请先打印《个人信息副本》，再答复。"),
    "rights.explanation-missing": Message("还没有写怎么解释的。", _OPEN, "请写几句对他的问题的说明，会印在答复书里。"),
    "rights.no-answer": Message("请求 {number} 还没有答复，没有答复书可以打印。", _OPEN, "请先答复。"),
    "rights.no-copy": Message(
        "请求 {number} 不是查阅或者复制，或者已经收回，不能打印副本。",
        "没有打印。",
        "要看记了什么的，请另收一件查阅请求。",
    ),
}
