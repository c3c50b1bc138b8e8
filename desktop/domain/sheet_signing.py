"""The signing of one sheet: who signed it and by what right, and whether that is enough (``signing.who_must_sign``).

A sheet has it twice: ``signing`` is what was known when it was drafted, as the paper says it, and never changes;
``signed`` is what was written down when it was signed.

Asked where a signature is recorded, at the county when it arrives, when the sheet is checked, and at the release: on
the sheet's own facts, and on what the person's record says of birth and capacity, which comes first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from desktop.domain.guardian_order import (
    ADULTS_ORDER,
    EARLIER_KNOWN,
    MINORS_ORDER,
    Standing,
    needs_deed,
    order_problem,
    unaccounted,
)
from desktop.domain.households import HEAD, Birth, Carer, Document, Guardian, StatedCapacity, age_band
from desktop.domain.identity import check_document
from desktop.domain.kinship import Kin, known_kin
from desktop.domain.plain import decode
from desktop.domain.relations import NOT_RELATED
from desktop.domain.screen_signing import SCREEN_AND_PAPER, screen_problem
from desktop.domain.signing import (
    AGE_BAND_NAMES,
    BODIES,
    BY_ORDER,
    CAPACITY_NAMES,
    INCAPACITY_NAMES,
    AgeBand,
    Capacity,
    GuardianBasis,
    Incapacity,
    Need,
    Obstacle,
    SignedBy,
    Signer,
    Signing,
    who_must_sign,
)

OTHER_SIGNER: Final = "other-signer"
"""Reason: somebody whose signature is needed has not signed, or nothing says by which means."""
GUARDIAN_UNNAMED: Final = "guardian-unnamed"
"""Reason: a guardian signed, without a name and what they are to the person."""
SIGNS_FOR_THEMSELF: Final = "signs-for-themself"
"""Reason: the guardian alone signed for somebody who decides alone."""

WITNESS_INVOLVED: Final = "witness-involved"
"""Reason: the witness is one of those who took the consent, sign it, look after the person or are their relatives, or
the contact person of an organisation that is asked for."""


@dataclass(frozen=True, slots=True)
class SheetSigning:
    """What a sheet's signing rests on; before it is signed, what the person's record says."""

    band: AgeBand | None = None
    """On the day of signing."""
    capacity: Capacity | None = None
    """As stated; None where nothing was."""
    ground: Incapacity | None = None
    capacity_proof: str = ""
    lives_on_own_work: bool = False
    signed_by: SignedBy | None = None
    guardian: Guardian | None = None
    guardian_signer: Signer | None = None
    carer: Carer | None = None
    best_interest: bool = False
    wards_view: str = ""
    childrens_rules_told: bool = False

    @property
    def is_minor(self) -> bool:
        """Whether the order of guardians is a minor's (民法典 27); of whom no age is known it is an adult's."""
        return self.band not in (None, AgeBand.ADULT)

    @property
    def basis(self) -> GuardianBasis | None:
        """By what right somebody is guardian; None where that is not known."""
        return self.guardian.basis if self.guardian is not None else None

    def required(self, *, by_fingerprint: bool = False) -> Signing:
        """Who has to sign, going by these facts."""
        return who_must_sign(
            self.band,
            self.capacity,
            self.basis,
            self.lives_on_own_work,
            has_carer=self.carer is not None and bool(self.carer.name),
            by_fingerprint=by_fingerprint,
        )


def known_signing(groups: Mapping[str, Any], on: date) -> SheetSigning:
    """What a person's record says; ``groups`` are the groups of its state."""
    value = {name: group["value"] for name, group in groups.items()}
    stated = decode(StatedCapacity, value.get("capacity", {}))
    guardian = decode(Guardian, value["guardian"]) if value.get("guardian") else None
    carer = decode(Carer, value["carer"]) if value.get("carer") else None
    return SheetSigning(
        band=age_band_of(groups, on),
        capacity=stated.capacity,
        ground=stated.ground,
        capacity_proof=stated.proof,
        lives_on_own_work=stated.lives_on_own_work,
        guardian=guardian,
        carer=carer,
    )


def age_band_of(groups: Mapping[str, Any], on: date) -> AgeBand | None:
    """How old the person is as far as the law asks, by what the record says; None where that is not known."""
    value = {name: group["value"] for name, group in groups.items()}
    return age_band(born_of(value, on), decode(StatedCapacity, value.get("capacity", {})), on)


def born_of(value: Mapping[str, Any], on: date) -> date | None:
    """The date of birth as recorded, else as a citizen's number says it."""
    born = decode(Birth, value.get("birth", {})).day
    if born is None and value.get("document"):
        document = decode(Document, value["document"])
        born = check_document(document.type, document.number, today=on).birth
    return born


def beside_record(facts: SheetSigning, known: SheetSigning) -> SheetSigning:
    """A sheet's facts with what the record knows of age and capacity in the place of what the sheet says of it.

    Of two capacities that differ the stricter counts: ``_stricter``.
    """
    return replace(
        facts,
        band=known.band or facts.band,
        capacity=_stricter(known.capacity, facts.capacity),
        lives_on_own_work=known.lives_on_own_work or facts.lives_on_own_work,
        capacity_proof=facts.capacity_proof or known.capacity_proof,
    )


def _stricter(known: Capacity | None, said: Capacity | None) -> Capacity | None:
    """The capacity that counts where the record and the signing state different ones.

    Neither raises the other; and nobody whom the record lets decide, wholly or in part, loses their own signature by
    what is said at the signing: then both sign.
    """
    if known is None or said is None:
        return known or said
    if known is said or known is Capacity.NONE:
        return known
    return Capacity.LIMITED


def able_words(facts: SheetSigning) -> str:
    """How old somebody is and what they can decide, and by what: ``满十八周岁，无民事行为能力，法院认定``."""
    required = facts.required()
    parts = (
        AGE_BAND_NAMES[facts.band] if facts.band is not None else "",
        CAPACITY_NAMES[required.capacity] if required.capacity is not None else "",
        INCAPACITY_NAMES[facts.ground] if facts.ground is not None else "",
    )
    return "，".join(part for part in parts if part)


def signed_of(fields: Mapping[str, Any]) -> SheetSigning:
    """How a sheet was signed, from its fields; one without it says nothing, and nobody is taken for an adult."""
    return decode(SheetSigning, fields.get("signed") or {})


def drafted_of(fields: Mapping[str, Any]) -> SheetSigning:
    """What was known of who has to sign when the sheet was drafted."""
    return decode(SheetSigning, fields.get("signing") or {})


def completed(facts: SheetSigning, known: SheetSigning) -> SheetSigning:
    """Facts with what a person's record knows in the place of what they leave open; for showing, never for judging."""
    return replace(
        beside_record(facts, known),
        ground=facts.ground or known.ground,
        guardian=facts.guardian or known.guardian,
        carer=facts.carer or known.carer,
    )


def signing_day(fields: Mapping[str, Any], today: date) -> date:
    """The day a sheet was signed, for ages; today where it says none, or one to come (a child would be older)."""
    try:
        return min(date.fromisoformat(fields.get("signed_on", "")), today)
    except (TypeError, ValueError):
        return today


def needs_guardians_form(facts: SheetSigning) -> bool:
    """Whether the paper is the guardian's (监护人版): a guardian has to sign, known or not."""
    required = facts.required()
    if required.signed_by is not None:
        return required.signed_by.guardian
    return required.obstacle is not Obstacle.AGE_UNKNOWN


def is_fingerprinted(fields: Mapping[str, Any]) -> bool:
    """Whether a sheet with these fields bears somebody's fingerprint (指印), the person's or the guardian's."""
    signers = (fields.get("signer"), signed_of(fields).guardian_signer)
    return any(one == Signer.FINGERPRINT for one in signers)


def is_on_screen(fields: Mapping[str, Any]) -> bool:
    """Whether a sheet with these fields was signed on the screen (屏幕签名)."""
    signers = (fields.get("signer"), signed_of(fields).guardian_signer)
    return any(one == Signer.SCREEN for one in signers)


def sheet_problem(
    fields: Mapping[str, Any],
    known: SheetSigning | None = None,
    family: Family | None = None,
    contacts: Collection[str] = (),
) -> str:
    """Why a sheet with these fields is not rightly signed, as a reason code; "" where it is.

    ``known`` is what the person's record says; without it the sheet's own facts are looked at alone. ``family`` is whom
    the record knows around the person, ``contacts`` are the names of the contact persons of the organisations that are
    asked for (``reference.md`` §3.3): none of them bears witness.
    """
    facts = signed_of(fields)
    if known is not None:
        facts = beside_record(facts, known)
    witness = str(fields.get("witness", "")).strip()
    family = family or Family()
    if _names_meant(witness) & _involved(fields, facts, known, (*family.names, *contacts)):
        return WITNESS_INVOLVED
    problem = signing_problem(facts, fields.get("signer"), witness, family.kin)
    return problem or (screen_problem(fields, facts.signed_by) if is_on_screen(fields) else "")


@dataclass(frozen=True, slots=True)
class Family:
    """Whom the record knows around a person."""

    names: frozenset[str] = frozenset()
    """The person's own and those of the household's members who are relatives, who moved out among them."""
    kin: tuple[Kin, ...] = ()
    """Relatives who could be guardians: none of them is a minor."""


def family_of(person_id: str, members: Mapping[str, Mapping[str, Any]], on: date) -> Family:
    """The family of a person; ``members`` are id → groups of the household's members, the person among them."""
    person = members[person_id]
    # A relation is one to the head: whoever is not related to the head is of nobody's family here.
    is_related = _relation(person) != NOT_RELATED
    others = [one for one in members.values() if is_related and _relation(one) != NOT_RELATED]
    names = [one.get("name", {}).get("value", {}) for one in (person, *others)]
    known = frozenset(name for value in names for name in (value.get("name"), value.get("original")) if name)
    grown = {one: groups for one, groups in members.items() if age_band_of(groups, on) in (None, AgeBand.ADULT)}
    return Family(known, known_kin(person_id, person, grown))


def _relation(groups: Mapping[str, Any]) -> str:
    return str(groups.get("membership", {}).get("value", {}).get("relation", HEAD))


def _involved(
    fields: Mapping[str, Any], facts: SheetSigning, known: SheetSigning | None, others: Collection[str]
) -> set[str]:
    """The names of those who took the consent or are declared near to it, sign it, look after the person, and of
    ``others``."""
    said = [facts, drafted_of(fields), *([known] if known is not None else [])]
    named = [one for each in said for one in (each.guardian, each.carer) if one is not None]
    staff = [fields.get(one) for one in ("worker_name", "second_worker_name", "near_relative_who")]
    names = [*staff, *others, *(one.name for one in named)]
    return {"".join(_before_identity(name).split()) for name in names if isinstance(name, str)} - {""}


def _names_meant(witness: str) -> set[str]:
    """The name of a witness; a space may part it from what they are, or stand inside it."""
    name = _before_identity(witness)
    return {"".join(name.split()), *name.split()[:1]}


def _before_identity(written: str) -> str:
    """The name in 姓名、身份, as somebody is written down."""
    return re.split("[，、,（(]", written, maxsplit=1)[0]


def needs_county_check(fields: Mapping[str, Any]) -> bool:
    """Whether the sheet's second check is the county's alone.

    So where a body signed as guardian (民法典 31, 32), and where a worker declared the person a near relative
    (近亲属备案): then no colleague of the same office is the one to look.
    """
    return fields.get("near_relative") is True or Need.COUNTY_CHECK in signed_of(fields).required().needs


def signing_problem(facts: SheetSigning, signer: str | None, witness: str, kin: Iterable[Kin] = ()) -> str:
    """Why these facts are not enough, as a reason code: of ``Obstacle``, of ``Need``, or one of this module's.

    ``signer`` is the means of the person's own signature; the guardian's stands in ``facts``. ``kin`` are the relatives
    whom the record knows.
    """
    means = {one for one in (signer, facts.guardian_signer) if one}
    required = facts.required(by_fingerprint=Signer.FINGERPRINT in means)
    if required.obstacle is not None:
        return required.obstacle.value
    needed, signed = required.signed_by, facts.signed_by
    if needed is None or signed is None:
        return OTHER_SIGNER
    if needed.person and not signed.person:
        return OTHER_SIGNER if needed.guardian else SIGNS_FOR_THEMSELF
    if needed.guardian and not signed.guardian:
        return OTHER_SIGNER
    guardian = facts.guardian or Guardian()
    if needed.guardian and not (guardian.name.strip() and guardian.relation.strip()):
        return GUARDIAN_UNNAMED
    if (needed.person and not signer) or (needed.guardian and facts.guardian_signer is None):
        return OTHER_SIGNER
    if Signer.SCREEN in means and len(means) > 1:
        return SCREEN_AND_PAPER
    order = _order_problem(guardian, is_minor=facts.is_minor) or (EARLIER_KNOWN if unsaid_of(facts, kin) else "")
    given = {
        Need.WITNESS: witness.strip(),
        Need.CAPACITY_PROOF: facts.capacity_proof.strip(),
        Need.GUARDIAN_PROOF: guardian.proof.strip(),
        Need.DEED: guardian.deed.strip(),
        Need.ORDER: not order,
        Need.BEST_INTEREST: facts.best_interest,
        Need.WARDS_VIEW: facts.wards_view.strip(),
        Need.CHILDRENS_RULES: facts.childrens_rules_told,
        # Not at the signing: by whom the sheet is checked.
        Need.COUNTY_CHECK: True,
    }
    missing = next((need.value for need in Need if need in required.needs and not given[need]), "")
    return order if missing == Need.ORDER else missing


def unsaid_of(facts: SheetSigning, kin: Iterable[Kin]) -> tuple[Kin, ...]:
    """Whom the record knows before the guardian, where it is said that there is nobody: of each it has to be said why.

    Nobody where the law's own order is not asked for.
    """
    guardian = facts.guardian
    if guardian is None or guardian.basis not in BY_ORDER:
        return ()
    place = None if guardian.basis in BODIES else place_of(guardian, is_minor=facts.is_minor)
    if place is not None and place not in (MINORS_ORDER if facts.is_minor else ADULTS_ORDER):
        return ()
    return unaccounted(kin, guardian.passed_over, place, is_minor=facts.is_minor, guardian=guardian.name)


def place_of(guardian: Guardian, *, is_minor: bool) -> Standing | None:
    """The guardian's place in the order: as stated, and of a minor's parents by their right alone (民法典 27(1))."""
    by_right = Standing.PARENT if is_minor and guardian.basis is GuardianBasis.PARENTS else None
    return guardian.standing or by_right


def _order_problem(guardian: Guardian, *, is_minor: bool) -> str:
    """Why the guardian by the law's own order is not the one to act (民法典 27, 28), as a reason code; "" where it
    is."""
    problem = order_problem(
        is_minor=is_minor,
        is_body=guardian.basis in BODIES,
        relation=guardian.relation,
        standing=place_of(guardian, is_minor=is_minor),
        passed_over=guardian.passed_over,
        consent_of=guardian.consent_of,
    )
    lacks_deed = needs_deed(guardian.passed_over) and not guardian.deed.strip()
    return problem or (Need.DEED.value if lacks_deed else "")
