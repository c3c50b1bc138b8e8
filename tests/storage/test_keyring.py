"""The OS keyring keeps the device secret; when it does not, the device card does, and nothing is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.chainer import ChainerBackend

from desktop.domain.errors import UserFacingError
from desktop.services.door import list_vaults
from desktop.services.vaults import create_vault
from desktop.storage.vault import NewVault
from desktop.ui.messages import word
from tests.keyrings import ForgetfulKeyring, LockedKeyring, MemoryKeyring, RefusingKeyring, WalletKeyring
from tests.storage.folders import contents
from tests.vaults import PASSWORD, data_key


@pytest.fixture
def system() -> Iterator[MemoryKeyring]:
    """A working keyring in place of the system's, until the end of the test."""
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def new(home: Path) -> NewVault:
    """A vault made with whatever keyring there is."""
    return create_vault(home, PASSWORD, worker_name="林晓梅", office="莒口镇民政办")


def refused(home: Path, made: NewVault, code: str) -> str:
    """The keyring's way is refused with this code, no file changes, and the card still opens the vault.

    Answers the words that are shown.
    """
    before = contents(home)
    with pytest.raises(UserFacingError) as caught:
        data_key(home, made.vault, PASSWORD)
    assert caught.value.code == code
    assert contents(home) == before
    assert len(data_key(home, made.vault, PASSWORD, made.card)) == 32
    return word(caught.value).sentence()


def test_with_a_working_keyring_the_password_alone_opens(tmp_path: Path, system: MemoryKeyring) -> None:
    """The secret is in the keyring, and it is the one on the card."""
    made = new(tmp_path)
    assert made.in_keyring
    assert len(system.kept) == 1
    by_keyring = data_key(tmp_path, made.vault, PASSWORD)
    assert data_key(tmp_path, made.vault, PASSWORD, made.card) == by_keyring


def test_the_keyring_alone_opens_nothing(tmp_path: Path, system: MemoryKeyring) -> None:
    """Whoever can read the keyring still needs the password."""
    made = new(tmp_path)
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        data_key(tmp_path, made.vault, "")


def test_a_wiped_keyring_is_not_filled_again(tmp_path: Path, system: MemoryKeyring) -> None:
    """A password reset of Windows wipes it by design; a new secret in its place would lock the vault for good."""
    made = new(tmp_path)
    system.kept.clear()
    refused(tmp_path, made, "vault.keyring-missing")
    assert system.kept == {}


@pytest.mark.parametrize("garbage", ["", "zz", "走村", "00" * 31])
def test_garbage_in_the_keyring_is_as_good_as_nothing(tmp_path: Path, system: MemoryKeyring, garbage: str) -> None:
    """It is neither used nor overwritten."""
    made = new(tmp_path)
    system.kept = dict.fromkeys(system.kept, garbage)
    refused(tmp_path, made, "vault.keyring-missing")
    assert set(system.kept.values()) == {garbage}


def test_a_locked_keyring_leads_to_the_card(tmp_path: Path, system: MemoryKeyring) -> None:
    """Somebody pressed Cancel: the card is the other way in."""
    made = new(tmp_path)
    locked = LockedKeyring()
    keyring.set_keyring(locked)
    refused(tmp_path, made, "vault.keyring-missing")


def test_another_kind_of_keyring_is_named_and_not_written_to(tmp_path: Path, system: MemoryKeyring) -> None:
    """After a change of desktop the old secret lies elsewhere; the new place stays empty."""
    made = new(tmp_path)
    other = WalletKeyring()
    keyring.set_keyring(other)
    assert "原来：桌面密钥环（Secret Service）；现在：KDE 钱包（KWallet）" in refused(
        tmp_path, made, "vault.keyring-changed"
    )
    assert other.kept == {}


def test_no_keyring_any_more_is_named_as_that(tmp_path: Path, system: MemoryKeyring) -> None:
    """Its service was taken off the computer."""
    made = new(tmp_path)
    keyring.set_keyring(keyring.core.load_keyring("keyring.backends.fail.Keyring"))
    assert "现在：没有密钥环" in refused(tmp_path, made, "vault.keyring-changed")


@pytest.mark.parametrize("backend", [ForgetfulKeyring, RefusingKeyring])
def test_a_keyring_that_does_not_keep_makes_no_vault(
    tmp_path: Path, system: MemoryKeyring, backend: type[MemoryKeyring]
) -> None:
    """Noticed at creation, not at the first login; nothing half-made stays."""
    keyring.set_keyring(backend())
    with pytest.raises(UserFacingError, match=r"vault\.keyring-unreliable"):
        new(tmp_path)
    assert list_vaults(tmp_path) == []
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("name", ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"])
def test_a_keyring_that_protects_nothing_is_not_used(tmp_path: Path, system: MemoryKeyring, name: str) -> None:
    """Then the card is needed every time, and the vault says so."""
    keyring.set_keyring(keyring.core.load_keyring(name))
    made = new(tmp_path)
    assert not made.in_keyring
    refused(tmp_path, made, "vault.card-needed")


class PlainKeyring(MemoryKeyring):
    """From some other package: of the highest priority, and nobody knows what it writes where."""

    __module__ = "somebodys.keyring"
    priority = 20


def test_a_keyring_that_nobody_knows_is_not_used(tmp_path: Path, system: MemoryKeyring) -> None:
    """It may store plainly: nothing is put into it, and the card is needed every time."""
    unknown = PlainKeyring()
    keyring.set_keyring(unknown)
    made = new(tmp_path)
    assert not made.in_keyring
    assert unknown.kept == {}
    refused(tmp_path, made, "vault.card-needed")


def test_a_keyring_that_is_replaced_by_an_unknown_one_leads_to_the_card(tmp_path: Path, system: MemoryKeyring) -> None:
    """Also where it has the secret: what is in there has been read by whoever could."""
    made = new(tmp_path)
    unknown = PlainKeyring()
    unknown.kept = dict(system.kept)
    keyring.set_keyring(unknown)
    assert "现在：somebodys.keyring，未经核对，不使用" in refused(tmp_path, made, "vault.keyring-changed")


def test_of_a_chain_only_the_first_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One further down the chain may store plainly."""
    first, second = MemoryKeyring(), PlainKeyring()
    monkeypatch.setattr(second, "priority", 1)
    monkeypatch.setattr(ChainerBackend, "backends", [second, first])
    before = keyring.get_keyring()
    keyring.set_keyring(ChainerBackend())  # type: ignore[no-untyped-call]
    try:
        made = new(tmp_path)
        assert made.in_keyring
        assert len(data_key(tmp_path, made.vault, PASSWORD)) == 32
    finally:
        keyring.set_keyring(before)
    assert (len(first.kept), second.kept) == (1, {})
