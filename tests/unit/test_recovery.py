"""A forgotten password: with the halves of both offices it is made anew, with anything less nothing happens.

``ZOUCUN_ESCROW_SEED`` repeats a run of the seeded recoveries; the seed is in every message.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from desktop.bootstrap import finish_recovery, open_application
from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import EscrowOffice, read_half
from desktop.domain.journal import EPOCH_BEGAN, decode_body
from desktop.services import backups, escrow, households, recovery, restoring
from desktop.services.application import Application, system_clock
from desktop.services.vaults import remember_device_secret, verify_journal
from desktop.storage import queries, recovery_file, slots, tries
from desktop.storage import vault as vaults
from desktop.storage.device_card import read_card
from desktop.storage.journal import own_entries
from desktop.storage.passwords import Argon2
from desktop.storage.store import Store
from desktop.storage.vault import SecretSource
from desktop.sync.envelope import SealingKey, Signed, sign_document, unseal
from desktop.sync.protocol import EscrowResponse
from tests.escrow import (
    CIVIL_AFFAIRS,
    INFORMATION,
    NEW_PASSWORD,
    REASON,
    EscrowCounty,
    answers,
    ask,
    escrow_county,
    escrowed_vault,
    holder_key,
)
from tests.households import made_up_household
from tests.keyrings import MemoryKeyring
from tests.storage.folders import contents
from tests.vaults import ClosedVault, change_slots, closed_vault, enrolment, opened

RECOVERIES = 20
SEED = int(os.environ.get("ZOUCUN_ESCROW_SEED", random.SystemRandom().randrange(10**9)))


@pytest.fixture(scope="module")
def county() -> EscrowCounty:
    """Two holders in each office."""
    return escrow_county()


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory, county: EscrowCounty) -> ClosedVault:
    """An escrowed vault that the tests of this module only copy."""
    return escrowed_vault(tmp_path_factory.mktemp("home"), county)


@pytest.fixture
def closed(one: ClosedVault, tmp_path: Path) -> ClosedVault:
    """A copy of it."""
    return copied(one, tmp_path / "home")


def copied(closed: ClosedVault, home: Path) -> ClosedVault:
    """The same vault in another folder of vaults."""
    folder = home / "vaults" / closed.vault
    (folder / "attachments").mkdir(parents=True)
    for name, data in contents(closed.folder).items():
        (folder / name).write_bytes(data)
    return ClosedVault(home, closed.vault, closed.password, closed.card)


def finish(closed: ClosedVault, files: Any, password: str = NEW_PASSWORD, **more: Any) -> recovery.Recovered:
    """Finish at the door, with the device card unless something else is said."""
    card = more.pop("card", closed.card)
    return finish_recovery(closed.home, closed.vault, password, files, card, cost=Argon2(), **more)


def refused(closed: ClosedVault, code: str, files: Any, **more: Any) -> None:
    """Finishing is refused with this code, and no file is any different afterwards."""
    before = contents(closed.home)
    with pytest.raises(UserFacingError) as caught:
        finish(closed, files, **more)
    assert caught.value.code == code
    assert contents(closed.home) == before


def entries(application: Application, kind: str) -> list[dict[str, Any]]:
    """The contents of this vault's own entries of a kind."""
    found = application.read(lambda connection: list(own_entries(connection)))
    return [decode_body(each.payload_bytes) for each in found if each.header.kind == kind and each.payload_bytes]


def test_twenty_seeded_recoveries_succeed_with_both_halves_and_none_with_one(tmp_path: Path) -> None:
    """One vault forgotten twenty times, by random holders of each office; what was saved is there every time.

    Before each, either answer alone is refused, and neither share alone opens the store.
    """
    chance = random.Random(SEED)
    county = escrow_county(each=3)
    closed = escrowed_vault(tmp_path / "home", county)
    with opened(closed) as application:
        household = households.add_household(application, made_up_household("林秀英")).value.household
    for number in range(RECOVERIES):
        where = f"recovery {number} of seed {SEED}"
        password = f"第{number}句新的话-{chance.randrange(10**6)}"
        pending = ask(closed, password)
        files = [county.answer(pending.file, chance.choice(county.of(office)), tmp_path) for office in EscrowOffice]
        chance.shuffle(files)
        opener = SealingKey(pending.open(password).sealing_secret)
        for file in files:
            refused(closed, "recovery.answers-needed", [file], password=password)
            refused(closed, "recovery.answers-needed", [file, file], password=password)
            share = read_half(unseal(EscrowResponse.decode(Signed.decode(file.read_bytes()).document).sealed, opener))
            with pytest.raises(UserFacingError):
                Store(closed.store, share.share)
        done = finish(closed, files, password)
        assert len(done.holders) == 2, where
        closed = ClosedVault(closed.home, closed.vault, password, closed.card)
        with opened(closed) as application:
            assert verify_journal(application).fault is None, where
            assert len(entries(application, "vault.recovered")) == number + 1, where
            assert application.read(lambda connection: queries.one(connection, household)) is not None, where


def test_a_backup_put_in_place_unopened_is_recovered_and_opens(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """Checked before the recovery writes into it, and in a new epoch; else the next opening finds another file."""
    stick = tmp_path / "usb"
    stick.mkdir()
    with opened(closed) as application:
        backups.back_up(application, stick)
        epoch = application.identity.epoch
    (found,) = restoring.find_backups(stick)
    here = ClosedVault(tmp_path / "new", closed.vault, NEW_PASSWORD, closed.card)
    restoring.restore_unopened(here.home, found)
    finish(here, answers(county, ask(here), tmp_path))
    for _ in range(2):
        with opened(here) as application:
            assert application.identity.epoch != epoch
            kinds = [one.header.kind for one in application.read(lambda connection: list(own_entries(connection)))]
            assert kinds.index("vault.recovered") > max(n for n, kind in enumerate(kinds) if kind == EPOCH_BEGAN)
            assert verify_journal(application).fault is None


def test_the_vault_is_put_in_escrow_as_soon_as_the_county_has_enough_holders(tmp_path: Path) -> None:
    """One list too short does nothing and is said; the whole one makes a slot, and the journal says by which list."""
    county = escrow_county()
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        assert escrow.escrow_state(application) == escrow.EscrowState(None, None)
        short = EscrowCounty(county.keys[:3])
        short.issue(application)
        assert not escrow.keep_escrowed(application).value
        county.version = 2
        county.issue(application)
        assert escrow.keep_escrowed(application).value
        assert not escrow.keep_escrowed(application).value, "once is enough"
        assert escrow.escrow_state(application).slot == county.holders
        (noted,) = entries(application, "vault.escrowed")
        assert noted["holders"] == 2


def test_a_changed_list_makes_new_halves_at_the_next_unlock(closed: ClosedVault, tmp_path: Path) -> None:
    """A holder who left opens nothing that is made afterwards."""
    county = escrow_county()
    gone = county.of(INFORMATION)[0]
    with opened(closed) as application:
        newer = EscrowCounty([*county.keys[1:], holder_key(INFORMATION, "赖机房")], version=2)
        newer.issue(application)
    with opened(closed) as application:
        assert escrow.escrow_state(application).slot == newer.holders
    pending = ask(closed)
    with pytest.raises(UserFacingError, match=r"escrow\.request-unreadable"):
        county.answer(pending.file, gone, tmp_path)
    finish(closed, answers(newer, pending, tmp_path))


def test_a_damaged_slot_is_noticed_and_made_anew_while_the_password_is_known(closed: ClosedVault) -> None:
    """One flipped bit in a sealed half would be found only when it is needed; the next unlock finds it."""
    path = closed.folder / slots.SLOTS_FILE
    document = json.loads(path.read_bytes())
    half = next(slot for slot in document["slots"] if slot["kind"] == "escrow")["halves"]
    half["information"] = ("B" if half["information"][400] != "B" else "C").join(
        (half["information"][:400], half["information"][401:])
    )
    change_slots(closed, lambda kept: kept.update(slots=document["slots"]))
    with opened(closed) as application:
        assert len(entries(application, "vault.escrowed")) == 2


def test_a_recovery_keeps_everything_and_the_old_password_is_worth_nothing(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """The reason, the holders and their case stand in the journal; wrong tries are forgotten; the request is gone."""
    tries.begin(closed.home, closed.vault, system_clock())
    pending = ask(closed)
    assert recovery.recovery_state(closed.home, closed.vault).pending == pending
    with (
        pytest.raises(UserFacingError, match=r"vault\.wrong-password"),
        opened(ClosedVault(closed.home, closed.vault, NEW_PASSWORD, closed.card)),
    ):
        pass
    done = finish(closed, answers(county, pending, tmp_path))
    assert (done.source, done.in_keyring) == (SecretSource.CARD, False)
    assert tries.read(closed.home, closed.vault).wrong == 0
    assert recovery.recovery_state(closed.home, closed.vault).pending is None
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"), opened(closed):
        pass
    with open_application(closed.home, closed.vault, NEW_PASSWORD, closed.card) as application:
        (noted,) = entries(application, "vault.recovered")
        assert [each["wrong"] for each in entries(application, "vault.tried")] == [2, 1], "before and after"
        assert noted["reason"] == REASON
        assert [(each["office"], each["holder"], each["case"]) for each in noted["answers"]] == [
            ("information", "高信息", "恢复-2026-07"),
            ("civil-affairs", "叶民政", "恢复-2026-07"),
        ]


def test_the_halves_that_were_opened_lie_nowhere_in_the_vault_any_more(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """Neither the slots file nor the generation before it has a byte of the spent halves."""
    pending = ask(closed)
    spent = json.loads((closed.folder / slots.SLOTS_FILE).read_bytes())
    halves = list(next(slot for slot in spent["slots"] if slot["kind"] == "escrow")["halves"].values())
    finish(closed, answers(county, pending, tmp_path))
    left = b"".join(contents(closed.folder).values())
    assert len(halves) == 2
    assert [half for half in halves if half.encode() in left] == []
    refused(closed, "recovery.none", answers(county, pending, tmp_path))


def test_one_half_alone_or_one_of_elsewhere_changes_nothing(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """Another vault's answer, an answer to an earlier request, a forged one, an altered one: each refused in words."""
    earlier = answers(county, ask(closed), tmp_path)
    other = escrowed_vault(tmp_path / "other", county)
    foreign = answers(county, ask(other), tmp_path)
    pending = ask(closed)
    good = answers(county, pending, tmp_path)
    refused(closed, "recovery.answers-needed", [])
    refused(closed, "recovery.answers-needed", good[1:])
    refused(closed, "recovery.response-of-other-vault", [good[0], foreign[1]])
    refused(closed, "recovery.response-of-other-request", [good[0], earlier[1]])
    refused(closed, "recovery.wrong-password", good, password="另一句话-2028")
    refused(closed, "vault.card-mistyped", good, card="AAAA")
    refused(closed, "recovery.card-of-other-vault", good, card=other.card)
    refused(closed, "recovery.device-secret-needed", good, card=None)
    signed = Signed.decode(good[0].read_bytes())
    forged = tmp_path / "forged"
    stranger = holder_key(INFORMATION, "高信息")
    forged.write_bytes(sign_document(signed.document, stranger.signing).encode())
    refused(closed, "recovery.response-unsigned", [forged, good[1]])
    document = json.loads(signed.document)
    document["signing_key"] = stranger.signing.public
    forged.write_bytes(sign_document(json.dumps(document).encode(), stranger.signing).encode())
    refused(closed, "recovery.response-unsigned", [forged, good[1]])
    forged.write_bytes(os.urandom(200))
    refused(closed, "recovery.response-unreadable", [forged, good[1]])
    refused(closed, "recovery.response-unreadable", [tmp_path / "nowhere", good[1]])
    finish(closed, good)


def test_halves_swapped_between_vaults_or_offices_are_found(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """Whoever exchanges slots on the disk gets no half opened: the holder's program sees that it does not fit."""
    other = escrowed_vault(tmp_path / "other", county)

    def halves(one: ClosedVault) -> dict[str, str]:
        document = json.loads((one.folder / slots.SLOTS_FILE).read_bytes())
        found: dict[str, str] = next(slot for slot in document["slots"] if slot["kind"] == "escrow")["halves"]
        return found

    def put(changes: dict[str, str]) -> None:
        document = json.loads((closed.folder / slots.SLOTS_FILE).read_bytes())
        next(slot for slot in document["slots"] if slot["kind"] == "escrow")["halves"].update(changes)
        change_slots(closed, lambda kept: kept.update(slots=document["slots"]))

    own, theirs = halves(closed), halves(other)
    information = county.of(INFORMATION)[0]
    put({"information": theirs["information"]})
    with pytest.raises(UserFacingError, match=r"escrow\.half-of-other-vault"):
        county.answer(ask(closed).file, information, tmp_path)
    put({"information": own["civil-affairs"]})
    with pytest.raises(UserFacingError, match=r"escrow\.half-sealed-to-others"):
        county.answer(ask(closed).file, information, tmp_path)
    with opened(closed):
        pass  # the password is known after all: the slot is made anew
    old = own["information"]
    put({"information": old})
    with pytest.raises(UserFacingError, match=r"escrow\.half-of-other-slot"):
        county.answer(ask(closed).file, information, tmp_path)


def test_a_list_of_holders_changed_on_the_disk_is_found_before_anything_is_sealed_to_the_laptop(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """A thief who writes himself into the list gets no half: halves are bound to the list they were made with."""
    document = json.loads((closed.folder / slots.SLOTS_FILE).read_bytes())
    slot = next(slot for slot in document["slots"] if slot["kind"] == "escrow")
    slot["terms"]["holders"]["holders"][0]["phone"] = "13800000000"
    change_slots(closed, lambda kept: kept.update(slots=document["slots"]))
    with pytest.raises(UserFacingError, match=r"escrow\.terms-changed"):
        county.answer(ask(closed).file, county.of(CIVIL_AFFAIRS)[1], tmp_path)


def test_a_request_that_the_password_made_needless_is_withdrawn_and_the_journal_says_so(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """It may have been somebody else who asked: the answers are worth nothing, and the worker's journal knows."""
    pending = ask(closed)
    files = answers(county, pending, tmp_path)
    with opened(closed) as application:
        (noted,) = entries(application, "vault.recovery-withdrawn")
        assert noted == {"request": pending.request, "time": pending.time}
    refused(closed, "recovery.none", files)
    ask(closed)
    recovery.withdraw_request(closed.home, closed.vault)
    assert recovery_file.read(closed.folder) is None


def test_without_escrow_there_is_nothing_to_ask_and_that_is_said(tmp_path: Path) -> None:
    """A vault that no county has heard of; a reason is needed; the new password has to be a good one."""
    plain = closed_vault(tmp_path)
    with pytest.raises(UserFacingError, match=r"recovery\.no-escrow"):
        ask(plain)
    assert recovery.recovery_state(plain.home, plain.vault).holders is None


@pytest.mark.parametrize(
    ("password", "reason", "code"),
    [
        ("12345678", REASON, "vault.password-too-common"),
        ("短", REASON, "vault.password-too-short"),
        (NEW_PASSWORD, "  ", "recovery.reason-missing"),
        (NEW_PASSWORD, "忘" * 501, "recovery.reason-too-long"),
    ],
)
def test_a_request_needs_a_reason_and_a_good_password(one: ClosedVault, password: str, reason: str, code: str) -> None:
    """Refused before anything is written."""
    before = contents(one.home)
    with pytest.raises(UserFacingError) as caught:
        ask(one, password, reason)
    assert caught.value.code == code
    assert contents(one.home) == before


def test_what_lies_on_the_stick_and_in_the_folder_tells_a_finder_nothing(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path
) -> None:
    """No worker's name, office or reason on the stick; no reason and no key in the vault's folder."""
    pending = ask(closed)
    stick = tmp_path / "stick"
    stick.mkdir()
    saved = recovery.save_request(closed.home, closed.vault, stick)
    assert saved.read_bytes() == pending.file
    answer = county.answer(pending.file, county.of(INFORMATION)[0], stick)
    secret = pending.open(NEW_PASSWORD).sealing_secret
    on_stick = saved.read_bytes() + answer.read_bytes()
    for word in ("林晓梅", "莒口镇", REASON, secret, NEW_PASSWORD):
        assert word.encode() not in on_stick
    kept = (closed.folder / recovery_file.RECOVERY_FILE).read_bytes()
    for word in (REASON, secret, NEW_PASSWORD, json.dumps(REASON)[1:-1]):
        assert word.encode() not in kept
    with pytest.raises(UserFacingError, match=r"recovery\.stick-failed|disk\."):
        recovery.save_request(closed.home, closed.vault, tmp_path / "pulled out")


# --- the device secret ------------------------------------------------------------------------------


@pytest.fixture
def kept() -> Iterator[MemoryKeyring]:
    """A keyring as the system's own."""
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_the_keyring_gives_the_device_secret_where_it_still_has_it(
    closed: ClosedVault, county: EscrowCounty, kept: MemoryKeyring, tmp_path: Path
) -> None:
    """Then no card is asked for, before nor after."""
    with opened(closed) as application:
        remember_device_secret(application)
    assert recovery.recovery_state(closed.home, closed.vault).has_device_secret
    done = finish(closed, answers(county, ask(closed), tmp_path), card=None)
    assert (done.source, done.in_keyring) == (SecretSource.KEYRING, True)
    with open_application(closed.home, closed.vault, NEW_PASSWORD):
        pass


def test_a_keyring_with_another_secret_counts_as_none(
    closed: ClosedVault, county: EscrowCounty, kept: MemoryKeyring, tmp_path: Path
) -> None:
    """It is not believed and not overwritten; the card opens, before and after."""
    with opened(closed) as application:
        remember_device_secret(application)
    (key,) = kept.kept
    kept.kept[key] = "00" * 32
    files = answers(county, ask(closed), tmp_path)
    assert not recovery.recovery_state(closed.home, closed.vault).has_device_secret
    refused(closed, "recovery.device-secret-needed", files, card=None)
    finish(closed, files)
    assert kept.kept[key] == "00" * 32
    assert slots.read(closed.folder).header.keyring is None, "the door asks for the card from now on"
    with open_application(closed.home, closed.vault, NEW_PASSWORD, closed.card):
        pass


@pytest.mark.parametrize("has_keyring", [False, True])
def test_a_new_card_is_made_only_where_a_person_asks_and_the_old_one_is_void(
    closed: ClosedVault, county: EscrowCounty, tmp_path: Path, request: pytest.FixtureRequest, has_keyring: bool
) -> None:
    """Card and keyring both lost: the new secret is on a new card, and in the keyring where there is one."""
    if has_keyring:
        request.getfixturevalue("kept")
    files = answers(county, ask(closed), tmp_path)
    refused(closed, "recovery.device-secret-needed", files, card=None)
    card = recovery.new_card()
    done = finish(closed, files, card=card, is_new_card=True)
    assert (done.source, done.in_keyring) == (SecretSource.NEW, has_keyring)
    with open_application(closed.home, closed.vault, NEW_PASSWORD, None if has_keyring else card) as application:
        assert application.keys.device_secret == read_card(card)
        assert not escrow.keep_escrowed(application).value, "the new slot knows the new card"
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        vaults.unlock(closed.home, closed.vault, NEW_PASSWORD, closed.card, system_clock())
