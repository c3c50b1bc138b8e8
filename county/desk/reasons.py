"""Why a rule refuses an officer's step, in words: the reasons of ``desktop.domain`` that can come up at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.domain.contact import CONTACT_NOT_ASKED
from desktop.domain.guardian_order import (
    CONSENT_MISSING,
    EARLIER_KNOWN,
    EARLIER_OPEN,
    PARENTS_AGREED,
    STANDING_OTHER,
    STANDING_UNKNOWN,
)
from desktop.domain.screen_signing import (
    SCREEN_AND_PAPER,
    SCREEN_MISSING,
    SCREEN_ON_BLANK,
    SCREEN_OTHER_TEXT,
    SCREEN_OTHER_TICKS,
)
from desktop.domain.sheet_signing import GUARDIAN_UNNAMED, OTHER_SIGNER, SIGNS_FOR_THEMSELF, WITNESS_INVOLVED
from desktop.domain.signing import Need, Obstacle

REASONS: Final[Mapping[str, str]] = {
    "not-allowed": "这个身份不能做这一步。退回同意书要由县级值班员办",
    "same-person": "您参与了这份同意书的征求，不能自己核对，请另一位值班员或审批人核对",
    "no-such-step": "这份已经有人办过，现在的状态不能走这一步",
    "diverged": "这份刚刚被别人办过",
    "not-as-before": "这一步改动了前面定下的内容",
    "malformed": "内容的写法不对",
    "minors-scope": "没有写清给谁看、看哪个孩子或者哪些村",
    "minors-period": "起止日期不对，或者时间太长",
    "minors-own-approval": "不能批准自己查阅",
    Obstacle.AGE_UNKNOWN: "档案里不知道本人多大，不能当成年人办",
    Obstacle.GUARDIAN_UNKNOWN: "要由监护人签，没有写监护人是谁、凭什么当监护人",
    Obstacle.NO_GUARDIAN: "没有认定监护人，谁都不能替本人签；先由村（居）委会或民政部门指定或担任监护人",
    Obstacle.CARER_ALONE: "只知道实际照料的人，他不一定是监护人，不能替本人签",
    Obstacle.BASIS_UNFIT: "这种监护资格不适用于本人",
    OTHER_SIGNER: "按档案，该签的人没有签",
    SIGNS_FOR_THEMSELF: "按档案，本人能自己决定，要由本人签，别人不能代签",
    GUARDIAN_UNNAMED: "没有写监护人的姓名，或者他是本人的什么人",
    CONTACT_NOT_ASKED: "电话、上门的回答和这份问的接收方对不上",
    WITNESS_INVOLVED: "见证人不能是经办人、接收方的联系人、监护人、实际照料的人或家里的亲属",
    Need.WITNESS: "按指印要有见证人",
    Need.CAPACITY_PROOF: "没有写凭什么说本人不能（完全）自己决定",
    Need.GUARDIAN_PROOF: "没有写看过什么材料证明是监护人",
    Need.DEED: "没有写监护文书的编号",
    STANDING_UNKNOWN: "没有写监护人在法定顺序里是第几顺位",
    STANDING_OTHER: "写的监护顺位，和监护人是本人的什么人对不上",
    EARLIER_OPEN: "没有写前面顺位的人为什么不当监护人",
    EARLIER_KNOWN: "写的是前面顺位没有人，档案里却记着这样的亲属，没有写明他们怎么了",
    PARENTS_AGREED: "孩子的父母不能靠协议就不当监护人",
    CONSENT_MISSING: "近亲属以外的人当监护人，没有写哪个村（居）委会或民政部门同意",
    Need.BEST_INTEREST: "没有记按最有利于被监护人的原则考虑过",
    Need.WARDS_VIEW: "没有记孩子自己怎么说",
    Need.CHILDRENS_RULES: "没有记告知过儿童个人信息的专门规则",
    SCREEN_AND_PAPER: "屏幕签名和纸上的签字混着用",
    SCREEN_MISSING: "屏幕签名不全，该签的人没有都签",
    SCREEN_ON_BLANK: "这份是空白表，不能在屏幕上签",
    SCREEN_OTHER_TICKS: "屏幕签名时的勾选，和记下的不一样",
    SCREEN_OTHER_TEXT: "屏幕签名和条文、笔迹或时间对不上",
}
