"""Made-up households for tests that need some, whatever they are."""

from __future__ import annotations

from desktop.domain.households import Address, Name, NewHousehold, NewResident, Phones

SHANGHU = "350703104209"
"""上㘵村, whose name is not in GBK."""


def made_up_household(name: str, *, address: str = "", phone: str = "") -> NewHousehold:
    """A household of one, without a document, in 上㘵村."""
    phones = Phones((phone,) if phone else ())
    return NewHousehold(Address(SHANGHU, address), (NewResident(Name(name), phones=phones),))
