"""What each role may do and see: one table, read by the services, by the fold at both ends and by the window.

A township's laptop enforces it in ``desktop.services.permission.require``, before anything is looked at; the fold
(``records.apply_change``) and the lifecycles take their roles from the same table, so that the county rejects with
``not-allowed`` what another program let through. The window only reads it, to offer nothing that would be refused.

Where the law and the policy are silent, the narrower reading stands (最小必要, PIPL art. 6):

* caseworker (经办人): everything in their townships.
* reviewer (复核人): checks and approves what others drafted, so drafts nothing (``design.md`` §1). Whoever should do
  both is enrolled as a caseworker: drafter ≠ checker is a rule about persons and holds for them too.
* station social worker (民政服务站社工): finds needs, visits, drafts sheets and referrals, logs services; releases
  nothing and sees no bank data (``reference.md`` C32). So no submitting, no checking, no ledger of those on aid, no
  slip for a recipient, no erasing, no answer to a rights request (but hearing it); and of a document number only what
  tells two people apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.roles import COUNTY_ROLES, LAPTOP_ROLES, ROLE_NAMES, Role

Roles = frozenset[Role]
_CASEWORKER: Final[Roles] = frozenset({Role.CASEWORKER})
_DRAFTERS: Final[Roles] = frozenset({Role.CASEWORKER, Role.SOCIAL_WORKER})
_OFFICERS: Final[Roles] = frozenset({Role.CASEWORKER, Role.REVIEWER})
_COUNTY_OFFICERS: Final[Roles] = frozenset({Role.DUTY_OFFICER, Role.COUNTY_APPROVER})
_CHARITY: Final[Roles] = frozenset({Role.CHARITY_CONTACT})


class Capability(StrEnum):
    """One thing that a role may do or see."""

    DESCRIBE = "describe"
    DECIDE = "decide"
    VISIT = "visit"
    SETTLE_NEED = "settle-need"
    LOG_HELP = "log-help"
    IMPORT_LEDGER = "import-ledger"
    TAKE_CONSENT = "take-consent"
    TAKE_SCAN = "take-scan"
    VOID_SHEET = "void-sheet"
    CHECK_SHEET = "check-sheet"
    WITHDRAW = "withdraw"
    DRAFT_REFERRAL = "draft-referral"
    SUBMIT_REFERRAL = "submit-referral"
    CANCEL_REFERRAL = "cancel-referral"
    RELEASE_REFERRAL = "release-referral"
    ANSWER_REFERRAL = "answer-referral"
    CONFIRM_DELIVERY = "confirm-delivery"
    CLOSE_REFERRAL = "close-referral"
    RECALL_REFERRAL = "recall-referral"
    HAND_OVER_SLIP = "hand-over-slip"
    PRINT = "print"
    SEE_DOCUMENT_NUMBER = "see-document-number"
    KEEP_DRAFT = "keep-draft"
    TAKE_REQUEST = "take-request"
    ANSWER_REQUEST = "answer-request"
    ASK_MINORS_DATA = "ask-minors-data"
    APPROVE_MINORS_DATA = "approve-minors-data"
    ERASE = "erase"
    SYNC = "sync"
    SETTLE = "settle"
    KEEP_VAULT = "keep-vault"


@dataclass(frozen=True, slots=True)
class Permission:
    """A row of the table: in words, who may, and the reason with its source."""

    title: str
    roles: Roles
    reason: str


PERMISSIONS: Final[Mapping[Capability, Permission]] = {
    Capability.DESCRIBE: Permission(
        "登记和修改家庭、成员", _DRAFTERS | _COUNTY_OFFICERS | {Role.SYSTEM}, "drafting: design.md §1"
    ),
    Capability.DECIDE: Permission(
        "两边记得不一样时定下一个、合并登记成两户的",
        _OFFICERS | _COUNTY_OFFICERS,
        "overrules a colleague's words: officers only (C32)",
    ),
    Capability.VISIT: Permission("记走访和需求", _DRAFTERS, "C32: discover need, draft visit"),
    Capability.SETTLE_NEED: Permission(
        "记需求已解决或取消", LAPTOP_ROLES | {Role.DUTY_OFFICER}, "a finding at the home or in the office"
    ),
    Capability.LOG_HELP: Permission(
        "记慈善帮扶", LAPTOP_ROLES | {Role.CHARITY_CONTACT, Role.DUTY_OFFICER}, "C32: log services"
    ),
    Capability.IMPORT_LEDGER: Permission(
        "导入台账", _CASEWORKER, "a whole list of those on aid with their numbers: least necessary (PIPL art. 6)"
    ),
    Capability.TAKE_CONSENT: Permission("办同意书", _DRAFTERS, "drafting: design.md §1, C32"),
    Capability.TAKE_SCAN: Permission("收同意书的扫描件", LAPTOP_ROLES, "paper comes back to whoever is in the office"),
    Capability.VOID_SHEET: Permission(
        "作废同意书", LAPTOP_ROLES | {Role.DUTY_OFFICER}, "spoiled paper is accounted for by whoever finds it (§3.4)"
    ),
    Capability.CHECK_SHEET: Permission(
        "核对同意书",
        _OFFICERS | _COUNTY_OFFICERS,
        "the second check puts data in reach of a charity: C32 cannot release",
    ),
    Capability.WITHDRAW: Permission(
        "登记撤回同意", LAPTOP_ROLES | COUNTY_ROLES, "as easy as giving it, whoever is asked (PIPL art. 15)"
    ),
    Capability.DRAFT_REFERRAL: Permission("草拟转介单", _DRAFTERS, "C32: draft referral"),
    Capability.SUBMIT_REFERRAL: Permission("提交转介单", _OFFICERS, "design.md §1: the social worker cannot submit"),
    Capability.CANCEL_REFERRAL: Permission("取消转介单", _OFFICERS, "takes back what an officer submitted"),
    Capability.RELEASE_REFERRAL: Permission("放行转介单", _COUNTY_OFFICERS, "the county alone releases: design.md §4"),
    Capability.ANSWER_REFERRAL: Permission("答复转介单", _CHARITY, "the recipient's own word"),
    Capability.CONFIRM_DELIVERY: Permission("回访确认送达", LAPTOP_ROLES, "a visit: C32"),
    Capability.CLOSE_REFERRAL: Permission(
        "办结转介单", _OFFICERS | _COUNTY_OFFICERS, "the officer answers for the case"
    ),
    Capability.RECALL_REFERRAL: Permission(
        "召回转介单", LAPTOP_ROLES | _COUNTY_OFFICERS | {Role.SYSTEM}, "follows from a withdrawal (PIPL art. 15)"
    ),
    Capability.HAND_OVER_SLIP: Permission(
        "打印给对方的一联", _OFFICERS, "a slip in a recipient's hand is a release (design.md §6): C32 cannot release"
    ),
    Capability.PRINT: Permission("记下打印", LAPTOP_ROLES, "every printing is accounted for"),
    Capability.SEE_DOCUMENT_NUMBER: Permission(
        "看证件号码的全部", _OFFICERS, "a visit needs the tail alone: least necessary (PIPL art. 6), C32"
    ),
    Capability.KEEP_DRAFT: Permission("存草稿", LAPTOP_ROLES, "what is being typed, in one's own vault"),
    Capability.TAKE_REQUEST: Permission(
        "收下个人权利请求", LAPTOP_ROLES, "whoever is asked hears it (PIPL art. 50: a convenient way)"
    ),
    Capability.ANSWER_REQUEST: Permission(
        "答复个人权利请求", _OFFICERS, "the office's own word, with reasons and remedies (PIPL art. 50): officers only"
    ),
    Capability.ASK_MINORS_DATA: Permission(
        "申请查阅未成年人信息",
        LAPTOP_ROLES,
        "whoever has to see it asks; nobody sees it unasked (未成年人网络保护条例 36)",
    ),
    Capability.APPROVE_MINORS_DATA: Permission(
        "批准查阅未成年人信息",
        _COUNTY_OFFICERS | {Role.REVIEWER},
        "the responsible person, never whom it is for (未成年人网络保护条例 36)",
    ),
    Capability.ERASE: Permission("抹去内容", _OFFICERS, "cannot be undone; answers a right (PIPL art. 47)"),
    Capability.SYNC: Permission("和县里同步", LAPTOP_ROLES, "one's own work and the county's answers"),
    Capability.SETTLE: Permission("看过县里退回的内容", LAPTOP_ROLES, "one's own work that was not accepted"),
    Capability.KEEP_VAULT: Permission("管自己的加密库", LAPTOP_ROLES, "one's own password and keys"),
}

ENTRY_CAPABILITIES: Final[Mapping[str, Capability]] = {
    "household.described": Capability.DESCRIBE,
    "household.decided": Capability.DECIDE,
    "resident.described": Capability.DESCRIBE,
    "resident.decided": Capability.DECIDE,
    "household.joined": Capability.DECIDE,
    "resident.joined": Capability.DECIDE,
    "visit.recorded": Capability.VISIT,
    "aid.recorded": Capability.DESCRIBE,
    "help.recorded": Capability.LOG_HELP,
    "stock.recorded": Capability.TAKE_CONSENT,
    "print.recorded": Capability.PRINT,
    "scan.recorded": Capability.TAKE_SCAN,
    "signature.recorded": Capability.TAKE_CONSENT,
    "check.recorded": Capability.TAKE_CONSENT,
    "withdrawal.recorded": Capability.WITHDRAW,
    "import.recorded": Capability.IMPORT_LEDGER,
    "entry.erased": Capability.ERASE,
    "entry.settled": Capability.SETTLE,
}
"""What an entry of this kind asks of its writer; steps of lifecycles have it in their own tables."""


def roles_of(capability: Capability) -> Roles:
    """Who may."""
    return PERMISSIONS[capability].roles


def may(role: str, capability: Capability) -> bool:
    """Whether a role may; a word that is no role may nothing."""
    return role in roles_of(capability)


def may_write(role: str, entry_kind: str, *, imported: bool) -> bool:
    """Whether a role may write an entry of this kind, as part of an import or by itself."""
    if imported and not may(role, Capability.IMPORT_LEDGER):
        return False
    capability = ENTRY_CAPABILITIES.get(entry_kind)
    return capability is None or may(role, capability)


def who_may(capability: Capability) -> tuple[str, ...]:
    """In words, who to turn to: the township's roles, or the county's where no role of the township may."""
    allowed = roles_of(capability)
    near = [role for role in Role if role in allowed & LAPTOP_ROLES]
    return tuple(ROLE_NAMES[role] for role in near or [role for role in Role if role in allowed])
