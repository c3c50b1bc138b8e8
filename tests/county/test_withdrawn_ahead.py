"""Withdrawals sent ahead (撤回先报) at the county: what is named once stays named, and stops exactly what it should."""

from __future__ import annotations

import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from county import answers, contacts, feed, gate, revocation, tables
from county.apply import apply_all
from county.clock import today
from county.journal import serialise
from county.records import WorkingSet
from county.status import status
from county.withdrawn_ahead import lift, named_ahead
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import Entry, encode_json
from desktop.sync.envelope import Signed
from desktop.sync.protocol import Contact, Release
from tests.county.laptop import Laptop, enrolled, moved, send, verdicts
from tests.county.test_gate import CHARITY, Case, case

__all__ = ["case"]


def test_a_withdrawal_sent_ahead_stops_the_release_before_its_entry_arrives(case: Case) -> None:
    """The contact is the first thing of a sync: batches may be long, faulty or cut. It stops and permits nothing."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    tell(case, (case.grants["A2"], "unknown-grant"))
    stopped = answers.release(case.county, case.referral, case.officer)
    assert (stopped.state, stopped.values) == (
        "submitted",
        {"reason": "withdrawn", "classes": ["A2"], "waiting": "withdrawn-ahead"},
    )
    assert status(case.county)["holds"] == {"withdrawn-ahead": 2}
    assert case.send(moved("grant", case.grants["A2"], "in-force", "withdrawn")) == [("ok", "")]
    assert [one.grant for one in named_ahead(case.county)] == ["unknown-grant"]
    assert answers.release(case.county, case.referral, case.officer).state == "refused"


def test_what_was_named_once_stays_named(case: Case) -> None:
    """A laptop may be revoked, come back from an older backup, or have its entries held: its silence lifts nothing."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    tell(case, (case.grants["A2"],))
    tell(case, ())
    tell(case, (case.grants["A2"],))
    assert status(case.county)["holds"] == {"withdrawn-ahead": 1}
    revocation.revoke(case.county, case.laptop.vault, "丢失", wipe=False)
    tell(case, ())
    assert release(case) == "submitted"
    tell(case, (case.grants["A1"],))
    assert [one.grant for one in named_ahead(case.county)] == [case.grants["A2"], case.grants["A1"]]


def test_a_grant_that_comes_after_its_withdrawal_was_named_is_not_released(case: Case) -> None:
    """The backlog's first batch brings sheet, check and referral; the withdrawal is still on the laptop."""
    to_come = str(uuid.uuid4())
    tell(case, (to_come,))
    case.take_consent(ids={"A2": to_come})
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert release(case) == "submitted"


def test_a_consent_given_after_the_hold_is_not_stopped_by_it(case: Case) -> None:
    """The hold stands like the withdrawal it announces: what was said before is over, what is said later is new."""
    case.take_consent()
    tell(case, tuple(case.grants.values()))
    named = case.sheet
    other = enrolled(case.county, [case.township])
    mine, case.laptop = case.laptop, other
    case.sheet = str(uuid.uuid4())
    case.take_consent()  # by another laptop, days before the hold
    case.submit()
    for sheet in (named, case.sheet):
        answers.check_sheet(case.county, sheet, case.officer)
    assert release(case) == "submitted"
    case.laptop, case.sheet = mine, str(uuid.uuid4())
    case.take_consent()  # in the journal that named it, behind it
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert release(case) == "released"
    given = Signed.decode(encode_json(case.state(case.referral)["fields"]["release"]))
    assert Release.decode(given.verified(case.laptop.county.signing_key)).sheets == (case.sheet,)


def test_a_withdrawal_whose_content_was_erased_lifts_nothing_by_arriving(case: Case) -> None:
    """Its place is kept and it says nothing: the grant stands here until its own erasure comes, maybe batches later."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    tell(case, (case.grants["A2"],))
    (entry,) = case.laptop.action(moved("grant", case.grants["A2"], "in-force", "withdrawn"))
    number = send(case.county, case.laptop, [Entry(entry.header_bytes, None)])
    apply_all(case.county)
    assert verdicts(case.county, case.laptop, number) == [("ok", "")]
    assert release(case) == "submitted"


def test_a_withdrawal_that_was_rejected_holds_nothing_any_more(case: Case) -> None:
    """The vault's own entry for this grant has been judged; another vault's hold stays."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    other = enrolled(case.county, [case.township])
    tell(case, (case.grants["A2"],))
    tell(case, (case.grants["A2"],), other.vault)
    wrong = moved("grant", case.grants["A2"], "in-force", "withdrawn", recipient="another")
    assert case.send(wrong)[0][0] == "rejected"
    assert [one.vault for one in named_ahead(case.county)] == [other.vault]
    assert release(case) == "submitted"


def test_a_person_can_lift_a_hold_of_a_laptop_that_never_calls_again(case: Case) -> None:
    """With a reason, in the county's journal; the same laptop holds again if it comes back and says it again."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    tell(case, (case.grants["A2"],))
    with pytest.raises(UserFacingError, match="reason-missing"):
        lift(case.county, case.grants["A2"], " ")
    with pytest.raises(UserFacingError, match=r"withdrawn-ahead\.none"):
        lift(case.county, case.grants["A1"], "查实")
    (gone,) = lift(case.county, case.grants["A2"], "本人说没有撤回")
    assert (gone.grant, gone.vault, gone.state, gone.lifted) == (
        case.grants["A2"],
        case.laptop.vault,
        "in-force",
        True,
    )
    with case.county.store.read() as connection:
        kinds = connection.scalars(select(tables.entry.c.kind).where(tables.entry.c.record == case.laptop.vault))
        assert list(kinds) == ["vault.withdrawn-ahead-lifted"]
    tell(case, (case.grants["A2"],))
    assert release(case) == "submitted"
    lift(case.county, case.grants["A2"], "本人说没有撤回")
    assert release(case) == "released"


def release(case: Case) -> str:
    """What the release of the case's referral comes to."""
    return answers.release(case.county, case.referral, case.officer).state


def test_a_hold_whose_withdrawal_does_not_arrive_is_listed_with_its_age_for_a_person(case: Case) -> None:
    """Nothing lifts it but a person or the withdrawal itself; one of today needs nobody."""
    case.take_consent()
    tell(case, (case.grants["A2"], case.grants["A1"]))
    assert status(case.county)["withdrawn_ahead"] == []
    long_ago = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    with case.county.store.write() as connection:
        connection.execute(tables.hold.update().where(tables.hold.c.record == case.grants["A2"]).values(since=long_ago))
    (listed,) = status(case.county)["withdrawn_ahead"]
    assert (listed["grant"], listed["vault"], listed["since"]) == (case.grants["A2"], case.laptop.vault, long_ago)
    assert listed["days"] in (40, 41)  # by the day in China
    lift(case.county, case.grants["A2"], "电脑找不到了,当面问过本人")
    assert status(case.county)["withdrawn_ahead"] == []


def test_a_laptop_of_another_township_stops_nothing(case: Case) -> None:
    """Nobody holds up what is not theirs."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    stranger = enrolled(case.county, [f"{case.county.code}102"])
    tell(case, tuple(case.grants.values()), stranger.vault)
    assert status(case.county)["holds"] == {"withdrawn-ahead": 3}
    assert answers.release(case.county, case.referral, case.officer).state == "released"


def tell(case: Case, withdrawn: tuple[str, ...], vault: str = "") -> None:
    """A laptop's contact, naming what was withdrawn."""
    reader = feed.read_vault(case.county, vault or case.laptop.vault)
    at = (case.laptop.epoch, case.laptop.seq) if reader.vault == case.laptop.vault else ("e", 0)
    contact = Contact(reader.vault, secrets.token_hex(16), 0, *at, 0, keyring=True, escrow=0, withdrawn=withdrawn)
    contacts.meet(case.county, reader, contact.encode())


def test_a_withdrawal_without_a_known_grant_stops_all_of_the_person_until_it_says_of_what(case: Case) -> None:
    """Then exactly that is stopped, whoever took the consent before it; a new yes stands."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    other = enrolled(case.county, [case.township])
    told = str(uuid.uuid4())
    stop(case, told, other)
    stopped = answers.release(case.county, case.referral, case.officer)
    assert (stopped.state, stopped.values["waiting"]) == ("submitted", "withdrawn-ahead")
    assert [one.grant for one in named_ahead(case.county)] == [told]
    body = {"household": case.home, "resident": case.person, "number": "CH-1", "mode": "phone"}
    mine, case.laptop = case.laptop, other
    assert case.send(("withdrawal.recorded", told, {**body, "stops": [{"recipient": "organisation-x"}]})) == [
        ("ok", "")
    ]
    assert named_ahead(case.county) == []
    with case.county.store.read() as connection:
        decided = gate.decide(
            connection,
            case.county,
            WorkingSet(connection, case.county.code),
            case.state(case.referral)["fields"],
            today(),
        )
    assert decided.ruling is gate.Ruling.RELEASE
    again = {**body, "stops": [{"recipient": CHARITY, "purpose": "elderly"}]}
    assert case.send(("withdrawal.recorded", str(uuid.uuid4()), again)) == [("ok", "")]
    refused = answers.release(case.county, case.referral, case.officer)
    assert (refused.state, refused.values["reason"]) == ("refused", "withdrawn")
    case.sheet, case.referral = str(uuid.uuid4()), str(uuid.uuid4())
    case.take_consent()  # in the journal that said it, behind it
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert release(case) == "released"
    case.laptop = mine


@pytest.mark.parametrize("by", ["stop", "grant"])
def test_a_no_recalls_a_released_referral_that_its_laptop_never_heard_of(case: Case, by: str) -> None:
    """The county takes the step itself, with the withdrawal's number; what rests on something else stays."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert release(case) == "released"
    case.laptop = enrolled(case.county, [case.township])
    body = {"household": case.home, "resident": case.person, "number": "CH-1", "mode": "phone"}
    other = {**body, "stops": [{"recipient": "organisation-x"}]}
    assert case.send(("withdrawal.recorded", str(uuid.uuid4()), other)) == [("ok", "")]
    assert case.state(case.referral)["state"] == "released"
    said = ("withdrawal.recorded", str(uuid.uuid4()), {**body, "stops": [{"recipient": CHARITY}]})
    gone = moved("grant", case.grants["A2"], "in-force", "withdrawn", withdrawal="CH-1")
    assert case.send(said if by == "stop" else gone) == [("ok", "")]
    state = case.state(case.referral)
    last = state["history"][-1]
    assert (state["state"], last["reason"]) == ("recalled", "consent-withdrawn")
    assert state["fields"]["withdrawal"] == "CH-1"
    assert state["fields"]["release"], "what was handed over is proven by it"


def test_a_withdrawal_that_was_rejected_stops_nothing_and_a_strangers_never_did(case: Case) -> None:
    """As with grants: a person of another township is not theirs to hold up."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    stop(case, str(uuid.uuid4()), enrolled(case.county, [f"{case.county.code}102"]))
    told = str(uuid.uuid4())
    stop(case, told, case.laptop)
    assert release(case) == "submitted"
    body = {"household": case.home, "resident": case.person, "number": "CH-1", "mode": 7}
    assert case.send(("withdrawal.recorded", told, {**body, "stops": [{}]}))[0][0] == "rejected"
    assert release(case) == "released"


def stop(case: Case, withdrawal: str, laptop: Laptop) -> None:
    """A laptop's contact, naming a withdrawal that stops more than the grants it knows."""
    reader = feed.read_vault(case.county, laptop.vault)
    named = ((withdrawal, case.person),)
    contact = Contact(
        reader.vault, secrets.token_hex(16), 0, laptop.epoch, laptop.seq, 0, keyring=True, escrow=0, stopped=named
    )
    contacts.meet(case.county, reader, contact.encode())


def test_what_is_named_is_answered_only_behind_a_release_under_way(case: Case) -> None:
    """Else the laptop has the county's word that nothing is released any more, and then it is."""
    case.take_consent()
    order: list[str] = []

    def name() -> None:
        tell(case, (case.grants["A2"],))
        order.append("named")

    with ThreadPoolExecutor(1) as other, case.county.store.write() as connection:
        serialise(connection, case.county.code)
        told = other.submit(name)
        wait([told], timeout=1)
        order.append("released")
        connection.commit()
        told.result()
    assert order == ["released", "named"]
