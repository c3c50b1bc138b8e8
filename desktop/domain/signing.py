"""Who signs a consent sheet (谁签同意书): the person, the guardian (监护人) or both, and what else is needed.

Statutory capacity follows from age (民法典 17–20) unless something else is stated (21, 22, 24). An actual carer
(实际抚养人) is not a guardian: whoever opens the door may hold no guardianship at all, and without a valid guardian
nobody can sign. The rules stand in the table of ``reference.md`` §3.3; PIPL is 个人信息保护法.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.guardian_order import STANDING_UNKNOWN

ADULT: Final = 18
"""民法典 17."""


class Signer(StrEnum):
    """How somebody signs; a fingerprint (指印) is equal to a signature (民法典 490)."""

    SIGNATURE = "signature"
    FINGERPRINT = "fingerprint"
    SCREEN = "screen"
    """By hand on the screen (屏幕签名, ``screen_signing``), where the county allows it."""


class AgeBand(StrEnum):
    """How old somebody is, as far as the law asks; may be stated where no date of birth is known."""

    UNDER_EIGHT = "under-8"
    EIGHT_TO_THIRTEEN = "8-13"
    FOURTEEN_TO_FIFTEEN = "14-15"
    SIXTEEN_TO_SEVENTEEN = "16-17"
    ADULT = "adult"


AGE_BAND_NAMES: Mapping[AgeBand, str] = {
    AgeBand.UNDER_EIGHT: "不满八周岁",
    AgeBand.EIGHT_TO_THIRTEEN: "八至十三周岁",
    AgeBand.FOURTEEN_TO_FIFTEEN: "十四、十五周岁",
    AgeBand.SIXTEEN_TO_SEVENTEEN: "十六、十七周岁",
    AgeBand.ADULT: "满十八周岁",
}


class Capacity(StrEnum):
    """民事行为能力 (民法典 18–24)."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"


CAPACITY_NAMES: Mapping[Capacity, str] = {
    Capacity.FULL: "完全民事行为能力",
    Capacity.LIMITED: "限制民事行为能力",
    Capacity.NONE: "无民事行为能力",
}


class Incapacity(StrEnum):
    """Ground of limited or no capacity, as the guardian's form names it (``reference.md`` §5(a)-2)."""

    UNDER_EIGHT = "under-8"
    EIGHT_TO_THIRTEEN = "8-13"
    FOURTEEN_TO_SEVENTEEN = "14-17"
    COURT = "court"
    OTHER = "other"


INCAPACITY_NAMES: Mapping[Incapacity, str] = {
    Incapacity.UNDER_EIGHT: "未满八周岁",
    Incapacity.EIGHT_TO_THIRTEEN: "八至十三周岁",
    Incapacity.FOURTEEN_TO_SEVENTEEN: "十四至十七周岁",
    Incapacity.COURT: "法院认定",
    Incapacity.OTHER: "其他",
}


class GuardianBasis(StrEnum):
    """监护资格依据: by what right somebody is guardian."""

    PARENTS = "parents"
    """民法典 27(1); of an adult's parents, 28."""
    ORDER = "order"
    """The law's own order: 民法典 27(2) of a child, 28 of an adult."""
    COURT = "court"
    """民法典 31, 36."""
    DESIGNATED = "designated"
    """By a village or residents' committee or civil affairs, 民法典 31(1)."""
    AGREEMENT = "agreement"
    """Among those who may be guardians, 民法典 30."""
    APPOINTED_AHEAD = "appointed-ahead"
    """An adult's own choice in writing, while able, 民法典 33."""
    WILL = "will"
    """By the parents' will, 民法典 29."""
    TEMPORARY = "temporary"
    """A body until a guardian is designated, 民法典 31(3)."""
    CIVIL_AFFAIRS = "civil-affairs"
    """民法典 32."""
    COMMITTEE = "committee"
    """民法典 32: a village or residents' committee that is able to."""
    ENTRUSTED = "entrusted"
    """Signs for a child's guardian by written authority (委托书; 民法典 165, 未成年人保护法 22)."""
    NOT_ESTABLISHED = "not-established"
    """Somebody looks after the person; nobody's guardianship is established."""


GUARDIAN_BASIS_NAMES: Mapping[GuardianBasis, str] = {
    GuardianBasis.PARENTS: "父母",
    GuardianBasis.ORDER: "法定顺序（配偶、子女、祖父母等近亲属）",
    GuardianBasis.COURT: "法院指定",
    GuardianBasis.DESIGNATED: "村（居）委会或民政部门指定",
    GuardianBasis.AGREEMENT: "协议确定",
    GuardianBasis.APPOINTED_AHEAD: "意定监护",
    GuardianBasis.WILL: "遗嘱指定",
    GuardianBasis.TEMPORARY: "临时监护",
    GuardianBasis.CIVIL_AFFAIRS: "民政部门担任",
    GuardianBasis.COMMITTEE: "村（居）委会担任",
    GuardianBasis.ENTRUSTED: "受监护人书面委托",
    GuardianBasis.NOT_ESTABLISHED: "未认定",
}

WITH_DEED: Final = frozenset(
    {
        GuardianBasis.COURT,
        GuardianBasis.DESIGNATED,
        GuardianBasis.AGREEMENT,
        GuardianBasis.APPOINTED_AHEAD,
        GuardianBasis.WILL,
        GuardianBasis.TEMPORARY,
        GuardianBasis.ENTRUSTED,
    }
)
"""A numbered paper says so; of the others a register of households does, or the office itself."""

BODIES: Final = frozenset({GuardianBasis.CIVIL_AFFAIRS, GuardianBasis.COMMITTEE, GuardianBasis.TEMPORARY})
"""The guardian is a body, which may be the referring office itself (``reference.md`` §0 finding 9)."""

BY_ORDER: Final = frozenset(
    {GuardianBasis.PARENTS, GuardianBasis.ORDER, GuardianBasis.CIVIL_AFFAIRS, GuardianBasis.COMMITTEE}
)
"""Guardian by the law alone, in the order of 民法典 27, 28 and 32 (``guardian_order``)."""

_NOT_OF_MINORS: Final = frozenset({GuardianBasis.APPOINTED_AHEAD})
_NOT_OF_ADULTS: Final = frozenset({GuardianBasis.ENTRUSTED})


class SignedBy(StrEnum):
    """Whose signature or fingerprint stands on the paper."""

    PERSON = "person"
    GUARDIAN = "guardian"
    BOTH = "both"

    @property
    def person(self) -> bool:
        """Whether the person signs."""
        return self is not SignedBy.GUARDIAN

    @property
    def guardian(self) -> bool:
        """Whether the guardian signs."""
        return self is not SignedBy.PERSON


SIGNED_BY_NAMES: Mapping[SignedBy, str] = {
    SignedBy.PERSON: "本人签",
    SignedBy.GUARDIAN: "监护人签",
    SignedBy.BOTH: "本人和监护人都签",
}


class Need(StrEnum):
    """What a signature needs beside it."""

    WITNESS = "witness"
    """Of a fingerprint: somebody who is not staff, not of the recipient, not a relative."""
    CAPACITY_PROOF = "capacity-proof"
    """What shows the capacity that was stated, where somebody else signs because of it: nobody loses their own word
    by a bare claim (民法典 24; a judgment, a certificate of disability, a diagnosis)."""
    GUARDIAN_PROOF = "guardian-proof"
    """Which paper showed the guardianship, such as the register of households (户口簿)."""
    DEED = "deed"
    """The number of the paper by which the guardian is guardian (文书号)."""
    ORDER = STANDING_UNKNOWN
    """The guardian's place in the order, and why each who stands before does not act (民法典 27, 28, 32)."""
    BEST_INTEREST = "best-interest"
    """最有利于被监护人 was considered (民法典 35(1))."""
    WARDS_VIEW = "wards-view"
    """What the child says to it (民法典 35(2))."""
    CHILDRENS_RULES = "childrens-rules"
    """The separate rules for children were told (PIPL 31)."""
    COUNTY_CHECK = "county-check"
    """The second check is the county's, not the referring township's."""


class Obstacle(StrEnum):
    """Why nobody can sign today."""

    AGE_UNKNOWN = "age-unknown"
    """Nobody is taken for an adult because no birthday is known."""
    GUARDIAN_UNKNOWN = "guardian-unknown"
    """A guardian has to sign; who it is, and by what right, was not asked yet."""
    NO_GUARDIAN = "no-guardian"
    """No guardianship is established: civil affairs or the committee comes in (民法典 31, 32)."""
    CARER_ALONE = "carer-alone"
    """Only an actual carer is known."""
    BASIS_UNFIT = "basis-unfit"
    """Nobody can be this person's guardian by that right."""


@dataclass(frozen=True, slots=True)
class Signing:
    """The answer. ``signed_by`` is None where nobody can sign, and ``obstacle`` says why."""

    signed_by: SignedBy | None
    needs: frozenset[Need] = frozenset()
    obstacle: Obstacle | None = None
    capacity: Capacity | None = None
    """As it follows from age and what is stated; None where that cannot be told."""
    ground: Incapacity | None = None
    """Why the capacity is limited or none, as the form names it; ``OTHER`` of an adult also stands for 法院认定,
    which only a person can know."""


def band_of(age: int) -> AgeBand:
    """The band of an age in full years (民法典 17–20; PIPL 31)."""
    limits = (
        (8, AgeBand.UNDER_EIGHT),
        (14, AgeBand.EIGHT_TO_THIRTEEN),
        (16, AgeBand.FOURTEEN_TO_FIFTEEN),
        (ADULT, AgeBand.SIXTEEN_TO_SEVENTEEN),
    )
    return next((band for below, band in limits if age < below), AgeBand.ADULT)


def who_must_sign(
    age: int | AgeBand | None,
    capacity: Capacity | None = None,
    guardian: GuardianBasis | None = None,
    lives_on_own_work: bool = False,
    *,
    has_carer: bool = False,
    by_fingerprint: bool = False,
) -> Signing:
    """Who has to sign for somebody, and what else is needed.

    * under 8 (民法典 20) and whoever cannot recognise their own acts (21): the guardian, who represents them (23);
    * 8–13: the guardian (民法典 19; PIPL 31), and what the child says is noted (35);
    * 14–17, and adults of limited capacity (22): both, since PIPL asks for no guardian from 14 on and the capacity
      is limited all the same (19);
    * 16–17 who live on their own work, and adults: the person alone (17, 18).

    A stated capacity lowers what follows from age and never raises it.

    Args:
        age: full years, a stated band, or None where neither is known.
        capacity: what a person stated about it; None where nothing was.
        guardian: by what right somebody is guardian; None where it was not asked.
        lives_on_own_work: the main means of living is own work (民法典 18), which counts from 16 on.
        has_carer: an actual carer is known; only makes the reason plainer where there is no guardian.
        by_fingerprint: somebody who signs does it by fingerprint.
    """
    band = band_of(age) if isinstance(age, int) else age
    if band is None and capacity is None:
        return Signing(None, obstacle=Obstacle.AGE_UNKNOWN)
    able = _capacity(band, capacity, lives_on_own_work)
    ground = _ground(band, able)
    signed_by = _signed_by(band, able)
    witness = frozenset({Need.WITNESS} if by_fingerprint else ())
    if signed_by is SignedBy.PERSON:
        return Signing(signed_by, witness, capacity=able)
    obstacle = _obstacle(band, guardian, has_carer)
    if obstacle is not None or guardian is None:
        return Signing(None, obstacle=obstacle, capacity=able, ground=ground)
    needs = witness | _needs(band, guardian, signed_by)
    if band is None or signed_by is not _signed_by(band, _capacity(band, None, lives_on_own_work)):
        needs |= {Need.CAPACITY_PROOF}
    return Signing(signed_by, needs, capacity=able, ground=ground)


def _capacity(band: AgeBand | None, stated: Capacity | None, lives_on_own_work: bool) -> Capacity:
    """民法典 18–22: by age, and lower where that is stated."""
    if band is None and stated is not None:
        return stated
    if band is AgeBand.UNDER_EIGHT or stated is Capacity.NONE:
        return Capacity.NONE
    grown = band is AgeBand.ADULT or (band is AgeBand.SIXTEEN_TO_SEVENTEEN and lives_on_own_work)
    return Capacity.FULL if grown and stated is not Capacity.LIMITED else Capacity.LIMITED


def _ground(band: AgeBand | None, capacity: Capacity) -> Incapacity | None:
    if capacity is Capacity.FULL:
        return None
    return {
        AgeBand.UNDER_EIGHT: Incapacity.UNDER_EIGHT,
        AgeBand.EIGHT_TO_THIRTEEN: Incapacity.EIGHT_TO_THIRTEEN,
        AgeBand.FOURTEEN_TO_FIFTEEN: Incapacity.FOURTEEN_TO_SEVENTEEN,
        AgeBand.SIXTEEN_TO_SEVENTEEN: Incapacity.FOURTEEN_TO_SEVENTEEN,
    }.get(band or AgeBand.ADULT, Incapacity.OTHER)


def _signed_by(band: AgeBand | None, capacity: Capacity) -> SignedBy:
    """PIPL 31: under 14 the guardian consents; 民法典 19, 22: limited capacity, both."""
    if capacity is Capacity.FULL:
        return SignedBy.PERSON
    if capacity is Capacity.NONE or band is AgeBand.EIGHT_TO_THIRTEEN:
        return SignedBy.GUARDIAN
    return SignedBy.BOTH


def _obstacle(band: AgeBand | None, guardian: GuardianBasis | None, has_carer: bool) -> Obstacle | None:
    """民法典 27–33: by what right somebody can be guardian of whom."""
    if guardian is None or guardian is GuardianBasis.NOT_ESTABLISHED:
        if has_carer:
            return Obstacle.CARER_ALONE
        return Obstacle.GUARDIAN_UNKNOWN if guardian is None else Obstacle.NO_GUARDIAN
    unfit = _NOT_OF_ADULTS if band is AgeBand.ADULT else frozenset() if band is None else _NOT_OF_MINORS
    return Obstacle.BASIS_UNFIT if guardian in unfit else None


def _needs(band: AgeBand | None, guardian: GuardianBasis, signed_by: SignedBy) -> frozenset[Need]:
    """民法典 28–35; PIPL 31. Whoever may be a child is treated as one, and whoever may be an adult too."""
    needs = {Need.BEST_INTEREST}
    if guardian in WITH_DEED:
        needs.add(Need.DEED)
    elif guardian not in BODIES:
        needs.add(Need.GUARDIAN_PROOF)
    if guardian in BODIES:
        needs.add(Need.COUNTY_CHECK)
    if guardian in BY_ORDER:
        needs.add(Need.ORDER)
    if band in (None, AgeBand.UNDER_EIGHT, AgeBand.EIGHT_TO_THIRTEEN):
        needs.add(Need.CHILDRENS_RULES)
    if signed_by is SignedBy.GUARDIAN and band not in (AgeBand.UNDER_EIGHT, AgeBand.ADULT):
        needs.add(Need.WARDS_VIEW)
    return frozenset(needs)
