"""The store is always encrypted, and one that cannot be opened is left exactly as it is."""

from __future__ import annotations

import math
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from desktop.domain.errors import UserFacingError
from desktop.services import households, people
from desktop.services.application import Application
from desktop.services.door import list_vaults
from desktop.services.vaults import create_vault, verify_journal, verify_store
from desktop.storage import cipher, schema
from desktop.storage.cipher import PLAIN_HEADER
from tests.households import made_up_household
from tests.storage.folders import contents
from tests.vaults import PASSWORD, ClosedVault, closed_vault, enrolment, made_vault, opened

PAGE = 4096


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> ClosedVault:
    """A closed vault with a few households in it, to be copied and damaged."""
    closed = closed_vault(tmp_path_factory.mktemp("home"))
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        for number in range(3):
            households.add_household(application, made_up_household(f"练习{number}户"))
    return closed


@pytest.fixture
def copy(one: ClosedVault, tmp_path: Path) -> ClosedVault:
    """A copy of it that a test may damage."""
    shutil.copytree(one.folder, tmp_path / "vaults" / one.vault)
    return ClosedVault(tmp_path, one.vault, one.password, one.card)


def refused(closed: ClosedVault, *codes: str) -> UserFacingError:
    """Opening is refused with one of these codes, and every file is byte for byte what it was."""
    before = contents(closed.folder)
    with pytest.raises(UserFacingError) as caught, opened(closed):
        pass
    assert caught.value.code in codes
    assert contents(closed.folder) == before
    return caught.value


# --- stores that are none -----------------------------------------------------------------------


def test_a_missing_store_is_said_and_none_is_made(copy: ClosedVault) -> None:
    """An empty store in its place would look like a day without work."""
    copy.store.unlink()
    refused(copy, "vault.store-missing")
    assert not copy.store.exists()


def test_an_empty_file_is_not_taken_for_a_new_store(copy: ClosedVault) -> None:
    """A disk that lost the file's content must not make us begin anew on top of it."""
    copy.store.write_bytes(b"")
    refused(copy, "vault.store-unreadable")


@pytest.mark.parametrize("left", [1, 15, 512, PAGE - 1, PAGE, 2 * PAGE, 9 * PAGE, 20 * PAGE + 100])
def test_a_truncated_store_is_refused_or_found_damaged(copy: ClosedVault, left: int) -> None:
    """Wherever it was cut: a sentence, at the opening or at the check, and never a repair."""
    data = copy.store.read_bytes()
    assert left < len(data)
    copy.store.write_bytes(data[:left])
    try:
        with opened(copy) as application:
            assert verify_store(application)
    except UserFacingError as error:
        assert error.code in {"vault.store-unreadable", "vault.store-damaged"}  # noqa: PT017 - either will do
        assert copy.store.read_bytes() == data[:left]


@pytest.mark.parametrize("gone", [1, 100, PAGE - 1, PAGE, PAGE + 1])
def test_a_store_cut_inside_its_last_page_is_found_at_the_opening(copy: ClosedVault, gone: int) -> None:
    """SQLite rounds the cut page up and begins to work; whoever lives on that page would be missed days later."""
    os.truncate(copy.store, copy.store.stat().st_size - gone)
    refused(copy, "vault.store-damaged", *(["vault.store-unreadable"] if gone == PAGE else []))


def test_a_store_that_is_cut_while_it_is_open_is_found_by_the_check(copy: ClosedVault) -> None:
    """The check of every day reads the file itself."""
    with opened(copy) as application:
        application.store.checkpoint()
        os.truncate(copy.store, copy.store.stat().st_size - 100)
        assert verify_store(application)


@pytest.fixture
def with_log(copy: ClosedVault, tmp_path: Path) -> ClosedVault:
    """A copy as a power cut leaves it: the last household in the log alone, and the file shorter than it will be."""
    with opened(copy) as application:
        application.store.checkpoint()
        for number in range(3, 9):
            households.add_household(application, made_up_household(f"练习{number}户"))
        left = tmp_path / "left" / "vaults" / copy.vault
        shutil.copytree(copy.folder, left)
    return ClosedVault(tmp_path / "left", copy.vault, copy.password, copy.card)


def test_what_the_file_lacks_may_lie_in_the_log(with_log: ClosedVault) -> None:
    """A power cut while the log was being brought in: a page half in the file is whole in the log."""
    size = with_log.store.stat().st_size
    in_log = pages_in_log(with_log)
    assert max(in_log) > size // PAGE, "the store grows with the log"
    half = next(page for page in range(size // PAGE + 1, max(in_log) + 1) if page in in_log)
    os.truncate(with_log.store, half * PAGE - 1000)
    with opened(with_log) as application:
        assert len(people.household_ids(application)) == 9
        assert verify_store(application) == ()


@pytest.mark.parametrize("gone", [100, PAGE, PAGE + 100])
def test_what_neither_the_file_nor_the_log_has_is_found(with_log: ClosedVault, gone: int) -> None:
    """With a log beside it SQLite does not look how long the file is."""
    in_log = pages_in_log(with_log)
    last = max(page for page in range(1, with_log.store.stat().st_size // PAGE + 1) if page not in in_log)
    os.truncate(with_log.store, last * PAGE - gone)
    refused(with_log, "vault.store-damaged")


def pages_in_log(closed: ClosedVault) -> set[int]:
    """The numbers of the pages in the log, read by its published format."""
    data = closed.store.with_name("store.db-wal").read_bytes()
    return {int.from_bytes(data[at : at + 4], "big") for at in range(32, len(data), 24 + PAGE)}


def test_garbage_in_place_of_the_store_is_refused(copy: ClosedVault) -> None:
    """Random bytes are not our store."""
    copy.store.write_bytes(secrets.token_bytes(10 * PAGE))
    refused(copy, "vault.store-unreadable")


def test_a_plain_sqlite_file_in_place_of_the_store_is_refused(copy: ClosedVault) -> None:
    """Nobody is made to work in an unencrypted file, however it came there."""
    copy.store.unlink()
    with sqlite3.connect(copy.store) as plain:
        plain.execute("CREATE TABLE entry (id)")
    plain.close()
    refused(copy, "vault.not-encrypted")


def test_a_store_of_another_vault_is_refused(copy: ClosedVault, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its key is another one."""
    other = closed_vault(tmp_path_factory.mktemp("other"))
    shutil.copy(other.store, copy.store)
    refused(copy, "vault.store-unreadable")


def test_one_flipped_bit_on_any_page_is_found(copy: ClosedVault) -> None:
    """Every page carries a checksum that needs the key (HMAC)."""
    data = copy.store.read_bytes()
    for page in range(len(data) // PAGE):
        damaged = bytearray(data)
        damaged[page * PAGE + 1234] ^= 1
        copy.store.write_bytes(bytes(damaged))
        try:
            with opened(copy) as application:
                assert verify_store(application), f"page {page + 1}"
        except UserFacingError as error:
            assert error.code in {"vault.store-unreadable", "vault.store-damaged"}  # noqa: PT017 - either will do


def test_a_healthy_store_is_found_healthy(one: ClosedVault) -> None:
    """The check does not cry wolf."""
    with opened(one) as application:
        assert verify_store(application) == ()


# --- a cipher is really there -------------------------------------------------------------------


def test_a_build_without_a_cipher_opens_nothing(copy: ClosedVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """With plain SQLite in the place of SQLCipher the program refuses (Signal-Desktop #5097)."""
    monkeypatch.setattr(cipher, "sqlcipher", sqlite3)
    refused(copy, "vault.no-cipher")


def test_a_build_without_a_cipher_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even an empty plain file."""
    monkeypatch.setattr(cipher, "sqlcipher", sqlite3)
    with pytest.raises(UserFacingError, match=r"vault\.no-cipher"):
        create_vault(tmp_path, PASSWORD, worker_name="林晓梅", office="莒口镇民政办")
    assert list_vaults(tmp_path) == []
    assert contents(tmp_path) == {}


def pragma(application: Application, name: str, *, writing: bool) -> str:
    """The value of a setting on the writing or the reading connection."""

    def ask(connection: Connection) -> str:
        return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())

    return application.store.write(ask) if writing else application.read(ask)


@pytest.mark.parametrize("writing", [True, False])
def test_both_connections_have_the_settings_we_rely_on(one: ClosedVault, writing: bool) -> None:
    """Write-ahead log, full sync, foreign keys, nothing temporary on disk, deleted content overwritten."""
    with opened(one) as application:
        names = ("journal_mode", "synchronous", "foreign_keys", "temp_store", "secure_delete", "cipher_memory_security")
        found = [pragma(application, name, writing=writing) for name in names]
        assert found == ["wal", "2", "1", "2", "1", "1"]
        assert pragma(application, "cipher_version", writing=writing).startswith("4")
        assert pragma(application, "query_only", writing=writing) == ("0" if writing else "1")


@pytest.mark.parametrize("setting", ["journal_mode", "synchronous", "foreign_keys", "temp_store", "secure_delete"])
def test_a_setting_that_did_not_take_is_noticed(
    one: ClosedVault, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    """Each is read back; a build that ignores one is refused by its name."""
    monkeypatch.setitem(cipher._EXPECTED, setting, "something else")
    assert refused(one, "vault.store-settings").values == {"setting": setting}


# --- nothing plain on the disk ------------------------------------------------------------------

CANARIES = ("䶮𠮷㛃", "建阳区莒口镇上㘵村十八号", "13905990001")


def encodings(words: str) -> Iterator[bytes]:
    """How words might lie in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"):
        yield words.encode(encoding)
    yield words.encode("unicode_escape")


def test_no_name_place_or_phone_is_in_any_file_in_any_encoding(tmp_path: Path) -> None:
    """Neither while the vault is open, with its write-ahead log, nor after it was closed."""
    with made_vault(tmp_path) as application:
        made = households.add_household(
            application, made_up_household(CANARIES[0], address=CANARIES[1], phone=CANARIES[2])
        ).value
        stored = application.read(
            lambda connection: connection.execute(text("SELECT payload FROM entry")).scalars().all()
        )
        assert all(any(word.encode() in bytes(one) for one in stored) for word in CANARIES), (
            "the test looks for nothing"
        )
        while_open = contents(tmp_path)
        assert any(name.endswith("-wal") and data for name, data in while_open.items())
    assert made.household
    for files in (while_open, contents(tmp_path)):
        for name, data in files.items():
            for word in CANARIES:
                assert not any(encoded in data for encoded in encodings(word)), name


def test_the_store_looks_like_noise_from_its_first_byte(one: ClosedVault, tmp_path: Path) -> None:
    """No header tells what the file is, and no two stores begin alike."""
    data = one.store.read_bytes()
    assert data[:16] != PLAIN_HEADER
    assert data[:16] != closed_vault(tmp_path).store.read_bytes()[:16]
    counts = Counter(data)
    bits = -sum(count / len(data) * math.log2(count / len(data)) for count in counts.values())
    assert bits > 7.99, "random bytes have 8 bits of entropy each"


# --- versions -----------------------------------------------------------------------------------


def test_a_store_of_a_newer_version_is_refused_with_both_versions(copy: ClosedVault) -> None:
    """An old program never guesses at a newer store; the sentence names both."""
    with opened(copy) as application:
        known = application.store.write(schema.revision)
        application.store.write(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num='9001'"))
        )
    assert refused(copy, "vault.newer-schema").values == {"found": "9001", "known": known}


# --- a full disk --------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 3 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root only, where the system allows it")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, leave: int = 0) -> Path:
    """A file that takes all space but ``leave`` bytes."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    if leave:
        os.truncate(ballast, max(0, ballast.stat().st_size - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 8192, 65536])
def test_on_a_full_disk_an_action_is_whole_or_not_there(small_disk: Path, leave: int) -> None:
    """What was reported saved stays, what was refused left nothing behind, and after making room work goes on."""
    with made_vault(small_disk) as application:

        def save(name: str) -> str:
            return households.add_household(application, made_up_household(name)).value.household

        saved = [save("练习甲户")]
        ballast = fill(small_disk, leave)
        error = None
        while error is None:
            try:
                saved.append(save("练习户"))
            except UserFacingError as caught:
                error = caught
        assert error.code == "disk.full"
        assert verify_journal(application).fault is None
        ballast.unlink()
        saved.append(save("练习乙户"))
        assert application.read(household_ids) == sorted(saved)
        assert verify_journal(application).fault is None
        assert verify_store(application) == ()


def test_a_vault_on_a_full_disk_is_said_to_be_on_a_full_disk(small_disk: Path) -> None:
    """Not damaged, not unreadable: opening works, or the sentence names the disk; with room again all is there."""
    closed = closed_vault(small_disk)
    ballast = fill(small_disk)
    try:
        with opened(closed) as application:
            assert application.identity.vault == closed.vault
    except UserFacingError as error:
        assert error.code == "disk.full"  # noqa: PT017 - opening may also succeed
    ballast.unlink()
    with opened(closed) as application:
        assert application.identity.vault == closed.vault


def test_on_a_full_disk_no_vault_is_half_made(small_disk: Path) -> None:
    """It is complete or it is not there."""
    fill(small_disk, 16384)
    with pytest.raises(UserFacingError, match=r"disk\.full"):
        closed_vault(small_disk)
    assert list_vaults(small_disk) == []


def household_ids(connection: Connection) -> list[str]:
    """All households recorded."""
    rows = connection.execute(text("SELECT record FROM record WHERE kind = 'household'")).scalars()
    return sorted(str(row) for row in rows)
