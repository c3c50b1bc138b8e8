"""The county and signatures on the screen: only where its office says so, and only what was ticked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from county import answers
from county.apply import apply_all
from county.clock import today
from county.issuing import Item, issue
from county.opening import County
from county.records import WorkingSet
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain
from desktop.domain.screen_signing import ScreenRole, ScreenSignature, ScreenSigning, Tick, digest_of
from tests.county.laptop import moved, send, verdicts
from tests.county.test_gate import CHARITY, Case, made_case
from tests.entry_bodies import FIELDS

ASKED = ("A1", "A2")
TEXT = "ab" * 32
BY_SELF = {"band": "adult", "signed_by": "person"}


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A household whose sheet is to be signed on the screen."""
    return made_case(county, township)


def allow(case: Case, *, allowed: bool = True) -> None:
    """The office's word."""
    body = {"code": case.township, "name": "莒口镇民政办", "screen_signatures": allowed}
    issue(case.county, [Item("office", f"office-{case.township}", body, case.township)])


def in_force(case: Case, record: str) -> dict[str, Any]:
    """What the county has issued."""
    with case.county.store.read() as connection:
        working = WorkingSet(connection, case.county.code)
        working.load_ids([record])
        found = working.record(record)
        assert found is not None
        assert found.state is not None
        issued: dict[str, Any] = found.state["issued"]
        return issued


def test_an_office_issued_again_keeps_what_is_not_named(case: Case) -> None:
    """A corrected telephone number takes no permission away; what is named is changed, and what is the same is not."""
    allow(case)
    record = f"office-{case.township}"
    again = {"code": case.township, "name": "莒口镇民政办", "phone": "0599-5550102"}
    (issued,) = issue(case.county, [Item("office", record, again, case.township)])
    assert (issued.written, issued.version) == (True, 2)
    assert in_force(case, record) == {**again, "screen_signatures": True, "version": 2}
    (same,) = issue(case.county, [Item("office", record, again, case.township)])
    assert not same.written
    allow(case, allowed=False)
    assert in_force(case, record) == {**again, "screen_signatures": False, "version": 3}


def signing_of(case: Case, **changes: Any) -> dict[str, Any]:
    """Everybody has signed for the one recipient."""
    ticks = tuple(Tick(CHARITY, "elderly", one, True) for one in ASKED)
    number = FIELDS["sheet"]["number"]
    made = ScreenSigning(case.sheet, case.person, number, "TY-01", "2026.1", TEXT, ticks, ())
    who = [(ScreenRole.PERSON, CHARITY, "林阿婆"), (ScreenRole.WORKER, "", "lin")]
    unbound = [
        ScreenSignature(role, name, "2026-11-26T10:00:00+08:00", "11" * 32, "22" * 32, "", recipient)
        for role, recipient, name in who
    ]
    bound = tuple(replace(one, digest=digest_of(made, one)) for one in unbound)
    fields: dict[str, Any] = to_plain(replace(made, signatures=bound))
    return {**fields, **changes}


def sign(
    case: Case, screen: dict[str, Any], said: dict[str, str], evidence: dict[str, Any] | None = None
) -> list[tuple[str, str]]:
    """Draft a sheet that is never printed, and sign it in one action with its grants; the verdicts on that."""
    who = {"household": case.home, "resident": case.person}
    asks = [{"recipient": CHARITY, "purpose": "elderly", "classes": list(ASKED)}]
    base = {**FIELDS["sheet"], **who, "worker": case.laptop.county.worker, "worker_name": "lin", "asks": asks}
    left = {name: value for name, value in base.items() if name not in ("signed", "signer", "witness", "signed_on")}
    assert case.send(moved("sheet", case.sheet, None, "drafted", **left)) == [("ok", "")]
    signed: dict[str, Any] = {"signed": BY_SELF, "signer": "screen", "signed_on": today().isoformat()}
    signed |= {"form_hash": TEXT, **({"evidence": evidence} if evidence else {})}
    drafts = [moved("sheet", case.sheet, "drafted", "signed", **signed, witness="", screen=screen)]
    for one, target in said.items():
        asked = {"recipient": CHARITY, "purpose": "elderly", "data_class": one, "sheet": case.sheet}
        grant = {**FIELDS["grant"], **who, **asked, "until": None}
        drafts.append(moved("grant", f"grant-{one}-{case.sheet}", None, target, **grant))
    number = send(case.county, case.laptop, case.laptop.action(*drafts))
    apply_all(case.county)
    return verdicts(case.county, case.laptop, number)


YES = dict.fromkeys(ASKED, "agreed")


def test_only_where_the_office_says_so(case: Case) -> None:
    """Nothing was said: no; and it is said so."""
    assert set(sign(case, signing_of(case), YES)) == {("rejected", "screen-not-allowed")}


def test_what_holds_is_taken_and_checked(case: Case) -> None:
    """The duty officer brings it into force."""
    allow(case)
    assert set(sign(case, signing_of(case), YES)) == {("ok", "")}
    assert answers.check_sheet(case.county, case.sheet, case.officer).values["grants"] == 2


def test_what_a_compatriot_ticked_is_not_said_otherwise_than_it_was_signed(case: Case) -> None:
    """The fold at the county recomputes the digests: neither an office that nobody ticked nor one bound afterwards."""
    allow(case)
    added = {"offices": ["taiwan-affairs"]}
    assert set(sign(case, signing_of(case), YES, evidence=added)) == {("rejected", "screen-other-ticks")}


def test_what_is_bound_afterwards_does_not_hold(case: Case) -> None:
    """The same with the item written into the signing as well, under the old digests."""
    allow(case)
    added = {"offices": ["taiwan-affairs"]}
    late = signing_of(case, said=added)
    assert set(sign(case, late, YES, evidence=added)) == {("rejected", "screen-other-text")}


def test_what_was_taken_in_is_checked_after_the_county_has_taken_its_word_back(case: Case) -> None:
    """It was allowed when it arrived: nobody has to sign anew."""
    allow(case)
    sign(case, signing_of(case), YES)
    allow(case, allowed=False)
    assert answers.check_sheet(case.county, case.sheet, case.officer).values["grants"] == 2


def test_a_digest_over_something_else_is_refused(case: Case) -> None:
    """Another version of the wording than was signed; the fold recomputes."""
    allow(case)
    found = sign(case, signing_of(case, version="2026.9"), YES)
    assert found[0] == ("rejected", "screen-other-text")


def test_grants_that_were_not_ticked_are_not_brought_into_force(case: Case) -> None:
    """Signed for two; recorded for one. A laptop's own program would not write it."""
    allow(case)
    sign(case, signing_of(case), {"A1": "agreed"})
    with pytest.raises(UserFacingError) as refused:
        answers.check_sheet(case.county, case.sheet, case.officer)
    assert refused.value.values["reason"] == "screen-other-ticks"
