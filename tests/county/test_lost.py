"""A lost laptop and an ordered one, on both databases: whose data were on it, and what a revoked vault may still do."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from county import contacts, feed, intake, lost, revocation, roster
from county.apply import apply_all
from county.feed import read_vault
from county.opening import County
from desktop.domain.breach import CATEGORIES
from desktop.domain.errors import UserFacingError
from desktop.domain.lease import code_for, period_of
from desktop.sync.envelope import Signed, unseal
from desktop.sync.protocol import Contact, ProtocolError, Standing
from tests.county.laptop import Laptop, described, enrolled, household, send

NONCE = "0" * 32


def met(county: County, laptop: Laptop, **given: Any) -> Standing:
    """A contact without the socket; the answer's signature is checked."""
    fields = {"cursor": 0, "epoch": laptop.epoch, "seq": laptop.seq, "attachments": 0, "keyring": True, "escrow": 0}
    contact = Contact(vault=laptop.vault, **{"nonce": secrets.token_hex(16), **fields, **given})
    answer = contacts.meet(county, read_vault(county, laptop.vault), contact.encode())
    return Standing.decode(Signed.decode(answer).verified(laptop.county.signing_key))


def test_the_page_says_whose_data_until_when_and_what_was_unsent(county: County, township: str) -> None:
    """Own and fed people are listed with what was known of them; later ones and other townships' are not."""
    laptop, colleague = enrolled(county, [township]), enrolled(county, [township])
    stranger = enrolled(county, [f"{county.code}102"])
    for one, name, number in ((laptop, "甲某", "1"), (colleague, "乙某", "2"), (stranger, "丙某", "3")):
        _home, person, drafts = household(one.county.townships[0] + "201", name, number)
        send(county, one, one.action(*drafts, described("resident", person, birth={"day": "2015-05-05"})))
        apply_all(county)
    met(county, laptop)
    feed.sealed_page(county, read_vault(county, laptop.vault), 0)
    _home, _person, drafts = household(township + "202", "丁某", "4")
    send(county, colleague, colleague.action(*drafts))
    apply_all(county)
    laptop.action(described("household", "unsent", number={"number": "7"}))
    met(county, laptop, cursor=2, attachments=3, keyring=False, escrow=4)
    found = lost.lost(county, laptop.vault, "下乡途中丢失")
    assert [one.name for one in found.people] == ["甲某", "乙某"] or {one.name for one in found.people} == {
        "甲某",
        "乙某",
    }
    assert all(one.minor and one.sensitive for one in found.people)
    assert all({"name", "document", "birth", "membership"} == set(one.categories) for one in found.people)
    assert (found.unsent, found.unsent_attachments, found.households) == (1, 3, 2)
    assert (found.keyring, found.escrow, found.standing) == (False, 4, "good")
    assert found.behind > 0
    assert found.last_contact
    assert found.people[0].minor
    assert "证件号码" in [CATEGORIES[one] for one in found.people[0].categories]
    with pytest.raises(UserFacingError, match=r"vault\.unknown"):
        lost.lost(county, "nobody", "x")


@pytest.mark.parametrize("at_once", [False, True])
def test_people_of_a_township_left_are_still_on_the_laptop(county: County, township: str, *, at_once: bool) -> None:
    """The feed had brought them before the worker left: their data are lost too, and they are owed a letter."""
    left = f"{county.code}102"
    laptop, colleague = enrolled(county, [left]), enrolled(county, [left])
    _home, _person, drafts = household(left + "201", "甲某", "1")
    send(county, colleague, colleague.action(*drafts))
    apply_all(county)
    met(county, laptop)
    feed.sealed_page(county, read_vault(county, laptop.vault), 0)
    for now in ([township, left], [township]):
        roster.change_worker(county, laptop.county.worker, townships=now, at_once=at_once)
    found = lost.lost(county, laptop.vault, "下乡途中丢失")
    assert [one.name for one in found.people] == ["甲某"]


def test_a_revoked_vault_is_stored_for_review_and_fed_nothing(county: County, township: str) -> None:
    """Stored is not applied; its order is answered to each contact; off the roster; reviewed, it is applied."""
    laptop, colleague = enrolled(county, [township]), enrolled(county, [township])
    assert met(county, laptop).standing == "good"
    assert revocation.revoke(county, laptop.vault, "离职", wipe=False).standing == "revoked"
    given = met(county, laptop, nonce=NONCE)
    assert (given.standing, given.nonce, given.reason, given.order) == ("revoked", NONCE, "离职", 1)
    assert read_vault(county, laptop.vault).revoked
    home, _person, drafts = household(township + "201", "甲某", "1")
    number = send(county, laptop, laptop.action(*drafts))
    assert apply_all(county) == 0
    assert intake.newest_receipt(county, laptop.vault, laptop.epoch, number)[0] == "stored"
    rosters = [
        one.entry.body() for one in colleague.pull(county) if one.entry and one.entry.header.kind == "roster.issued"
    ]
    assert rosters[-1] is not None
    assert [one["vault"] for one in rosters[-1]["vaults"]] == [colleague.vault]
    assert revocation.accept_batches(county, laptop.vault, "已核对").waiting_batches == 1
    assert apply_all(county) == 1
    assert any(one.entry and one.entry.header.record == home for one in colleague.pull(county))
    assert revocation.reinstate(county, laptop.vault, "返岗").order == 2
    assert met(county, laptop).standing == "good"
    with pytest.raises(UserFacingError, match=r"revocation\.none"):
        revocation.reinstate(county, laptop.vault, "返岗")
    with pytest.raises(UserFacingError, match=r"answer\.reason-missing"):
        revocation.revoke(county, laptop.vault, "  ", wipe=True)
    with pytest.raises(UserFacingError, match=r"vault\.unknown"):
        revocation.revoke(county, "nobody", "x", wipe=True)


def test_codes_are_made_from_the_secret_that_came_sealed(county: County, township: str) -> None:
    """Vault and county make the same code of the present period; another vault's is another; none when revoked."""
    from datetime import UTC, datetime

    laptop, other = enrolled(county, [township]), enrolled(county, [township])
    secret = unseal(bytes.fromhex(met(county, laptop).lease), laptop.sealing)
    code = revocation.lease_code(county, laptop.vault)["code"]
    assert code == code_for(secret, laptop.vault, period_of(datetime.now(UTC)))
    assert revocation.lease_code(county, other.vault)["code"] != code
    revocation.revoke(county, laptop.vault, "丢失", wipe=True)
    with pytest.raises(UserFacingError, match=r"revocation\.in-force"):
        revocation.lease_code(county, laptop.vault)


def test_a_contact_of_another_or_malformed_is_refused(county: County, township: str) -> None:
    """Nothing is noted of it."""
    laptop, other = enrolled(county, [township]), enrolled(county, [township])
    reader = read_vault(county, laptop.vault)
    foreign = Contact(other.vault, NONCE, 0, "e", 0, 0, keyring=False, escrow=0).encode()
    own = Contact(laptop.vault, NONCE, 0, "e", 0, 0, keyring=False, escrow=0).encode()
    strange = [
        own.replace(b'"epoch":"e"', b'"epoch":' + epoch) for epoch in (b'"\\u0000"', b'"\\ud800"', b"7", b'["e"]')
    ]
    strange += [own.replace(b'"seq":0', b'"seq":' + seq) for seq in (b"-1", b"1" * 30, b"1" * 5000, b"true", b"1.5")]
    for body in (foreign, b"{}", b"", *strange):
        with pytest.raises(ProtocolError):
            contacts.meet(county, reader, body)
    with county.store.read() as connection:
        assert contacts.read_contact(connection, county, laptop.vault) is None
