"""Who has to sign for somebody, in plain words: who and why, or why nobody can and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.compatriots import COMPATRIOT_OFFICE_NAMES
from desktop.domain.households import Guardian
from desktop.domain.kinship import Kin
from desktop.domain.screen_signing import SaidBeside
from desktop.domain.sheet_signing import SheetSigning, beside_record, unsaid_of
from desktop.domain.signing import AGE_BAND_NAMES, AgeBand, Capacity, Need, SignedBy, Signing
from desktop.ui.messages.signing import BY_REASON


def who_signs(facts: SheetSigning, name: str) -> str:
    """Who signs and why; why nobody can, with what to do, where nobody can."""
    required = facts.required()
    if required.obstacle is not None or required.signed_by is None:
        message = BY_REASON[required.obstacle or "other-signer"]
        return f"{name}这份现在还没有人能签。{message.what}{message.action}"
    words = [_why(facts, required, name)]
    if Need.WARDS_VIEW in required.needs:
        words.append("他自己怎么说，也要问一问、记下来。")
    if Need.COUNTY_CHECK in required.needs:
        words.append("监护人是单位，签好以后要由县级核对。")
    if required.signed_by.guardian:
        words.append(_guardian(facts.guardian or Guardian()))
    return "".join(words)


def unsaid_words(facts: SheetSigning, kin: Iterable[Kin]) -> str:
    """Before printing: of whom has still to be said what became of them, and that the paper leaves room for it; ""
    where of nobody."""
    names = "、".join(one.name for one in unsaid_of(facts, kin))
    if not names:
        return ""
    return (
        f"还缺：前面顺位填了没有人，档案里却记着{names}，没有说明怎么了。现在能问清就在下面选；"
        "先打印的，纸上留着一行，请当场写上姓名和情况，记签字时也要选上。"
    )


def beside_record_words(known: SheetSigning, said: SheetSigning, *, own_work: bool | None, name: str) -> str:
    """That the answers at the signing differ from the person's record, and what counts; "" where they do not.

    ``own_work`` is the answer to whether the person lives on own work, None where that was not asked or answered.
    """
    differing = []
    counts = beside_record(said, known)
    if known.capacity and said.capacity and known.capacity is not said.capacity and counts.capacity:
        differing.append(
            f"档案记的是{name}{_ABLE[known.capacity]}，这里填的是{_ABLE[said.capacity]}。"
            f"两边不一样，按严的办：这一份按{_ABLE[counts.capacity]}办。"
        )
    if known.band and said.band and known.band is not said.band:
        bands = AGE_BAND_NAMES[known.band], AGE_BAND_NAMES[said.band]
        differing.append(f"档案记的是{name}{bands[0]}，这里填的是{bands[1]}。这一份按档案的年龄办。")
    if known.lives_on_own_work and own_work is False:
        differing.append(f"档案记的是{name}主要靠自己的劳动收入生活，这里填的是不是。这一份按档案办。")
    if differing:
        differing.append("档案记错了，请到“家庭”里打开这一户，在他那里按“改信息”改正，再回来接着办。")
    return "".join(differing)


def beside_words(said: SaidBeside) -> str:
    """What stands on the form beside the boxes: a compatriot's items, what the child says, what the guardian
    declares; "" where nothing does."""
    offices = "、".join(COMPATRIOT_OFFICE_NAMES[one] for one in said.offices)
    parts = (
        said.compatriot.words() if said.compatriot is not None else "",
        f"同意联系{offices}" if offices else "",
        f"他自己说：{said.wards_view}" if said.wards_view else "",
        "按最有利于被监护人的原则考虑过" if said.best_interest else "",
        "听过儿童个人信息专门规则" if said.childrens_rules_told else "",
    )
    return "；".join(part for part in parts if part)


_ABLE = {
    Capacity.FULL: "自己的事能自己决定",
    Capacity.LIMITED: "只能决定一部分事情",
    Capacity.NONE: "不能自己决定",
}


def _why(facts: SheetSigning, required: Signing, name: str) -> str:
    who = {
        SignedBy.PERSON: "由本人签",
        SignedBy.GUARDIAN: "由监护人签",
        SignedBy.BOTH: "本人和监护人都要签",
    }[required.signed_by or SignedBy.PERSON]
    if required.signed_by is SignedBy.PERSON:
        own = facts.band is AgeBand.SIXTEEN_TO_SEVENTEEN
        return f"{name}靠自己的劳动收入生活，按成年人办，{who}。" if own else f"{who}，别人不能代签。"
    if Need.CAPACITY_PROOF in required.needs:
        able = "不能自己决定" if required.capacity is Capacity.NONE else "只能决定一部分事情"
        return f"{name}{able}，{who}。"
    ages = {
        AgeBand.UNDER_EIGHT: "不满 8 岁",
        AgeBand.EIGHT_TO_THIRTEEN: " 8 到 13 岁",
    }.get(facts.band or AgeBand.ADULT, " 14 到 17 岁")
    return f"{name}{ages}，{who}。"


def _guardian(guardian: Guardian) -> str:
    if not guardian.name:
        return ""
    return f"监护人是{guardian.name}（{guardian.relation}）。" if guardian.relation else f"监护人是{guardian.name}。"
