"""Publicity consent (典型案例宣传单独同意, PIPL art. 25; 民法典 1019): what may be shown of somebody, and where.

It is consent of its own, on a sheet of its own, and never leave to hand data to a charity: it is a record
of another kind than the grants that ``consent.may_disclose`` reads. Publication itself is not in this program.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.domain.aid import Category
from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.posting import (
    AWAITING_CHECK,
    EXPIRED,
    NOT_ASKED,
    REFUSED,
    WITHDRAWN,
    Posting,
    may_be_posted,
)
from desktop.domain.readings import ScriptRead, reading_problem
from desktop.domain.roles import COUNTY_ROLES, LAPTOP_ROLES, Role
from desktop.domain.sheet_signing import (
    OTHER_SIGNER,
    SheetSigning,
    drafted_of,
    is_on_screen,
    needs_county_check,
    sheet_problem,
)
from desktop.domain.signing import Need, SignedBy, Signer


class Material(StrEnum):
    """拟用素材: each is asked for by itself (``reference.md`` §5(a)-5)."""

    STORY = "story"
    ALIAS = "alias"
    REAL_NAME = "real-name"
    VILLAGE = "village"
    PORTRAIT = "portrait"
    VOICE = "voice"
    VIDEO = "video"
    CHILD_IMAGE = "child-image"


MATERIAL_NAMES: Mapping[Material, str] = {
    Material.STORY: "事迹文字",
    Material.ALIAS: "化名",
    Material.REAL_NAME: "真名",
    Material.VILLAGE: "村名",
    Material.PORTRAIT: "肖像",
    Material.VOICE: "声音",
    Material.VIDEO: "视频",
    Material.CHILD_IMAGE: "儿童影像",
}


class Channel(StrEnum):
    """用途与渠道: where it may appear."""

    PROVINCE = "province"
    TELEVISION = "television"
    PRESS = "press"
    WEBSITE = "website"
    NEW_MEDIA = "new-media"
    BOARD = "board"


CHANNEL_NAMES: Mapping[Channel, str] = {
    Channel.PROVINCE: "省厅征集",
    Channel.TELEVISION: "电视",
    Channel.PRESS: "报刊",
    Channel.WEBSITE: "网站",
    Channel.NEW_MEDIA: "新媒体",
    Channel.BOARD: "展板",
}


ITEM_NAMES: Mapping[str, str] = {
    **{one.value: name for one, name in MATERIAL_NAMES.items()},
    **{one.value: name for one, name in CHANNEL_NAMES.items()},
}
"""Everything that is asked one by one."""


class Naming(StrEnum):
    """署名方式: how the person is called."""

    ALIAS = "alias"
    SURNAME = "surname"
    REAL_NAME = "real-name"
    NONE = "none"


NAMING_NAMES: Mapping[Naming, str] = {
    Naming.ALIAS: "用化名",
    Naming.SURNAME: "只写姓氏",
    Naming.REAL_NAME: "用真名",
    Naming.NONE: "不出现称呼",
}


class PublicityState(StrEnum):
    """From the form to the permission. Printed, signed and checked are separate facts."""

    DRAFTED = "drafted"
    PRINTED = "printed"
    SIGNED = "signed"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"


PUBLICITY_STATE_NAMES: Mapping[PublicityState, str] = {
    PublicityState.DRAFTED: "草拟",
    PublicityState.PRINTED: "已打印，等签字",
    PublicityState.SIGNED: "已签，等第二人核对",
    PublicityState.IN_FORCE: "生效",
    PublicityState.REFUSED: "不同意",
    PublicityState.WITHDRAWN: "已撤回",
    PublicityState.EXPIRED: "已到期",
    PublicityState.VOID: "作废",
}


GIVEN: Final = frozenset({PublicityState.SIGNED, PublicityState.IN_FORCE})
"""Consent was given and not taken back."""
SCRIPT: Final = "publicity-consent-script"
"""The form whose wording is read aloud before it is signed."""
_SIGNING: Final = (
    "agreed",
    "refused",
    "signed_on",
    "signed_by",
    "signed",
    "signer",
    "witness",
    "wards_view",
    "read_aloud",
    "dialect",
    "script",
)
"""What is said of the signing when it is signed, and never otherwise."""


@dataclass(frozen=True, slots=True)
class PublicityAsk:
    """What is asked: materials and channels one by one, who publishes, for what, how the person is called."""

    materials: tuple[Material, ...]
    channels: tuple[Channel, ...]
    publisher: str
    naming: Naming
    use: str = ""
    person_asked: bool = False
    """The person started it: then an earlier no to the same publisher does not stand in the way."""

    @property
    def items(self) -> frozenset[str]:
        """The codes of all that is asked, each to be answered by itself."""
        return frozenset((*self.materials, *self.channels))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityFields(PublicityAsk):
    """A consent to publicity with what printing, signing, checking and withdrawing add to it."""

    resident: str
    number: str
    until: date
    worker: str
    household: str = ""
    worker_name: str = ""
    second_worker: str = ""
    second_worker_name: str = ""
    signing: SheetSigning | None = None
    form_hash: str = ""
    """Hash of its first whole printing, as ``SheetFields.form_hash``."""
    agreed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    draft_seen: bool = False
    read_aloud: bool = True
    dialect: str = ""
    script: ScriptRead | None = None
    """What was read aloud before it was signed; None where the person read the form alone."""
    signed_by: SignedBy | None = None
    signed: SheetSigning | None = None
    """Who signed and by what right, as ``SheetFields.signed``."""
    signer: Signer | None = None
    witness: str = ""
    wards_view: str = ""
    signed_on: date | None = None
    checked_by: str = ""
    checked_against: str = ""
    check: str = ""
    """The check beside the worker that it came into force by (``beside_check``); "" where it was another way."""
    withdrawal: str = ""


def _drafted_by_two(worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    return "second-is-drafter" if fields.get("second_worker") == worker else ""


def _signed_rightly(_worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Each thing asked is agreed to or refused, and nothing else is; whoever has to sign has heard it and signed.

    Who agrees to nothing has refused; what ended before it was signed was never given.
    """
    agreed, refused = set(fields.get("agreed", ())), set(fields.get("refused", ()))
    asked = {*fields.get("materials", ()), *fields.get("channels", ())}
    if agreed & refused or agreed | refused != asked:
        return "publicity.answers"
    if asked and not agreed:
        return "publicity.nothing-agreed"
    if str(fields.get("signed_on", "")) > str(fields.get("until", "")):
        return EXPIRED
    if is_on_screen(fields):  # on paper alone: its form is bound apart
        return OTHER_SIGNER
    return reading_problem(fields, SCRIPT) or sheet_problem(fields)


def _checked_by_another(worker: str, role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """Drafter ≠ checker, and what was signed is not said otherwise (as ``consent_lifecycles.SHEET``)."""
    before = (state or {}).get("fields", {})
    if any(fields.get(one) != before.get(one) for one in _SIGNING):
        return "not-as-before"
    if role not in COUNTY_ROLES and is_countys_to_check(before):
        return "county-check"  # a body is the guardian (民法典 31, 32)
    drafters = {step["worker"] for step in (state or {}).get("history", ())}
    if worker in drafters | {before.get("worker"), before.get("second_worker")}:
        return "same-person"
    return "second-unknown" if role in LAPTOP_ROLES and not before.get("second_worker") else ""


def is_countys_to_check(fields: Mapping[str, Any]) -> bool:
    """Whether its second check is the county's alone: a body is the guardian, when it was drafted or signed."""
    return Need.COUNTY_CHECK in drafted_of(fields).required().needs or needs_county_check(fields)


_TAKING: Final = roles_of(Capability.TAKE_CONSENT)
PUBLICITY: Final = Lifecycle(
    {
        **steps((None,), (PublicityState.DRAFTED,), _TAKING),
        **steps((PublicityState.DRAFTED,), (PublicityState.PRINTED,), _TAKING),
        **steps((PublicityState.PRINTED,), (PublicityState.SIGNED,), _TAKING),
        **steps((PublicityState.DRAFTED, PublicityState.PRINTED), (PublicityState.REFUSED,), _TAKING),
        # The county's system in the name of whoever signed a check beside the worker, as with a sheet.
        **steps((PublicityState.SIGNED,), (PublicityState.IN_FORCE,), roles_of(Capability.CHECK_SHEET) | {Role.SYSTEM}),
        # A withdrawal that a laptop recorded before it heard of the end is a withdrawal all the same.
        **steps(
            (PublicityState.SIGNED, PublicityState.IN_FORCE, PublicityState.EXPIRED),
            (PublicityState.WITHDRAWN,),
            roles_of(Capability.WITHDRAW),
        ),
        # By the county's clock alone, as with grants.
        **steps((PublicityState.SIGNED, PublicityState.IN_FORCE), (PublicityState.EXPIRED,), frozenset({Role.SYSTEM})),
        **steps(
            (PublicityState.DRAFTED, PublicityState.PRINTED, PublicityState.SIGNED),
            (PublicityState.VOID,),
            roles_of(Capability.VOID_SHEET),
        ),
    },
    outranking=frozenset({PublicityState.WITHDRAWN}),
    guards={
        PublicityState.DRAFTED: _drafted_by_two,
        PublicityState.SIGNED: _signed_rightly,
        PublicityState.IN_FORCE: _checked_by_another,
    },
    fixed=frozenset(
        {
            "household",
            "resident",
            "number",
            "worker",
            "second_worker",
            "materials",
            "channels",
            "publisher",
            "naming",
            "use",
            "person_asked",
            "until",
            "signing",
        }
    ),
)


def consent_today(state: str, until: date, on: date) -> str:
    """What a consent to publicity says of showing the case on a day: "" where it is in force, else the reason."""
    if state == PublicityState.WITHDRAWN:
        return WITHDRAWN
    if state == PublicityState.REFUSED:
        return REFUSED
    if state == PublicityState.EXPIRED or (state in GIVEN and until < on):
        return EXPIRED
    if state == PublicityState.SIGNED:
        return AWAITING_CHECK
    return "" if state == PublicityState.IN_FORCE else NOT_ASKED


def publicity_problem(ask: PublicityAsk, categories: Collection[Category], *, is_minor: bool) -> str:
    """Why this may not be asked of this person, as a reason code; "" where it may."""
    posted = may_be_posted(Posting.PUBLICITY, categories, is_minor=is_minor)
    if not posted.allowed:
        return posted.reason
    if not ask.materials or not ask.channels:
        return "nothing-asked"
    if not ask.publisher.strip():
        return "no-publisher"
    if (Material.CHILD_IMAGE in ask.materials) and not is_minor:
        return "no-child"
    if ask.naming is Naming.REAL_NAME and Material.REAL_NAME not in ask.materials:
        return "name-not-asked"
    if ask.naming is Naming.ALIAS and Material.ALIAS not in ask.materials:
        return "name-not-asked"
    return ""
