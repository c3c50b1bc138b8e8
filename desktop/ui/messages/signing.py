"""Why a sheet cannot be signed yet, or not like this: one code for each reason of ``domain/sheet_signing.py``.

Those of that module and of ``screen_signing`` are written out: the locked door loads these words, and must not wait for
what those load. ``tests/ui/test_messages.py`` finds one that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.guardian_order import (
    CONSENT_MISSING,
    EARLIER_KNOWN,
    EARLIER_OPEN,
    PARENTS_AGREED,
    STANDING_OTHER,
    STANDING_UNKNOWN,
)
from desktop.domain.signing import Need, Obstacle
from desktop.ui.messages.message import Message

_KEPT = "填的内容都在，没有记为已签。"

BY_REASON: Mapping[str, Message] = {
    Obstacle.AGE_UNKNOWN: Message(
        "不知道本人多大，不能当成年人办。", _KEPT, "请问清出生日期；问不到就选大概的年龄段。"
    ),
    Obstacle.GUARDIAN_UNKNOWN: Message("要由监护人签，还没有填监护人是谁、凭什么当监护人。", _KEPT, "请问清以后填上。"),
    Obstacle.NO_GUARDIAN: Message(
        "没有认定监护人，现在谁都不能替本人签。",
        _KEPT,
        "请报县级民政部门，先由村（居）委会或民政部门指定或担任监护人；在这以前只能链接资源，不能转出个人信息。",
    ),
    Obstacle.CARER_ALONE: Message(
        "只知道实际照料的人，他不一定是监护人，不能替本人签。",
        _KEPT,
        "请找监护人签，或者凭监护人的委托书、指定监护的文书来签；都没有，请报县级民政部门。",
    ),
    Obstacle.BASIS_UNFIT: Message(
        "这种监护资格不适用于本人。", _KEPT, "意定监护只有成年人才有，书面委托只用于未成年人。请看看选对没有。"
    ),
    "other-signer": Message("该签的人还没有签。", _KEPT, "请看上面写的由谁签，签好以后再记。"),
    "signs-for-themself": Message("本人能自己决定，要由本人签。", _KEPT, "请本人签字或按指印，别人不能代签。"),
    "guardian-unnamed": Message("没有填监护人的姓名，或者他是本人的什么人。", _KEPT, "请填上。"),
    "witness-involved": Message(
        "见证人不能是经办人、接收方的联系人、本人的监护人或实际照料的人，也不能是家里的亲属。",
        _KEPT,
        "请另找一位不是工作人员、接收方或亲属的人见证。",
    ),
    "contact-not-asked": Message("电话、上门的回答和这份问的接收方对不上。", _KEPT, "请退出去重新打开，再记一次。"),
    "screen-and-paper": Message(
        "屏幕签名不能和纸上的签字、按指印混着用。", _KEPT, "请都在屏幕上签，或者打印出来都在纸上签。"
    ),
    "screen-missing": Message("屏幕签名不全，该签的人没有都签。", _KEPT, "请看下面还差谁，一个一个签。"),
    "screen-on-blank": Message(
        "这份是在空白表上签的，不能再在屏幕上签。", _KEPT, "请照着签好的纸记；还没有签的，请在纸上签。"
    ),
    "screen-other-ticks": Message("屏幕签名时的勾选，和现在记的不一样。", _KEPT, "请看清现在的勾选，再重新签。"),
    "screen-other-text": Message("屏幕签名和条文、笔迹或时间对不上。", _KEPT, "请重新签。"),
    Need.WITNESS: Message("按指印要有见证人。", _KEPT, "请填见证人的姓名。"),
    Need.CAPACITY_PROOF: Message(
        "要写明凭什么说本人不能（完全）自己决定。", _KEPT, "请填法院文书号、残疾证号或诊断证明；都没有，就由本人签。"
    ),
    Need.GUARDIAN_PROOF: Message("没有填看过什么材料证明是监护人。", _KEPT, "请填户口簿、出生医学证明等材料的名称。"),
    Need.DEED: Message("没有填监护文书的编号。", _KEPT, "请照文书填编号：判决书、指定书、协议、遗嘱或委托书。"),
    STANDING_UNKNOWN: Message(
        "没有填监护人在法定顺序里是谁。",
        _KEPT,
        "请问清以后选上：孩子的，按父母、祖父母外祖父母、兄姐、其他人；成年人的，按配偶、父母子女、其他近亲属、其他人。",
    ),
    STANDING_OTHER: Message(
        "选的监护顺位，和“监护人是本人的”对不上。",
        _KEPT,
        "请看看选对没有：儿媳、女婿、侄子、孩子的叔伯姑舅等，选“其他愿意担任的人”；凭“父母”当监护人的，要是孩子的父母；孩子的弟弟、妹妹不能当。",
    ),
    EARLIER_OPEN: Message(
        "没有填前面顺位的人为什么不当监护人。",
        _KEPT,
        "孩子的监护人，按父母、祖父母外祖父母、兄姐的顺序当；成年人的，按配偶、父母子女、其他近亲属。请问清前面的人为什么不当，逐个选上；民政部门、村（居）委会担任的，也要前面都没有人。",
    ),
    EARLIER_KNOWN: Message(
        "填了前面顺位没有人，档案里却记着这样的亲属，没有写明他们怎么了。",
        _KEPT,
        "请问清以后逐个选上：已去世、已离婚、下落不明等；人还在、只是不当，请改选不当的原因。孩子的父母失联、服刑，要凭指定、临时监护的文书或者委托书。",
    ),
    PARENTS_AGREED: Message(
        "孩子的父母不能靠协议就不当监护人。",
        _KEPT,
        "父母去世或者没有监护能力，才轮到后面的人。父母在外地的，请凭父母的委托书来签。",
    ),
    CONSENT_MISSING: Message(
        "近亲属以外的人当监护人，没有填哪个村（居）委会或民政部门同意。",
        _KEPT,
        "请填同意的单位和日期；没有同意，就不能由他签。",
    ),
    Need.BEST_INTEREST: Message(
        "没有记是不是按最有利于被监护人的原则考虑过。", _KEPT, "请和监护人说一说，说过以后打勾。"
    ),
    Need.WARDS_VIEW: Message("没有记孩子自己怎么说。", _KEPT, "请问一问孩子，把他的话记下；说不清也请写明。"),
    Need.CHILDRENS_RULES: Message(
        "没有记是不是告知了儿童个人信息的专门规则。", _KEPT, "请念给监护人听，念过以后打勾。"
    ),
    Need.COUNTY_CHECK: Message(
        "监护人是单位，或者申报了近亲属关系，要由县级核对。", "没有记为已核对。", "请同步，等县级值班员或审批人核对。"
    ),
}

_OTHER_FORM = Message(
    "这张纸不是该签的人的那一版。",
    _KEPT,
    "请回到前面一步，作废后重新拟，再打印：监护人签的用监护人版，本人签的用本人版。",
)
MESSAGES = {"signing.other-form": _OTHER_FORM} | {f"signing.{reason}": message for reason, message in BY_REASON.items()}
REASONS = {str(reason): message.what.rstrip("。") for reason, message in BY_REASON.items()}
"""The same reasons as a receipt of the county gives them."""
