"""A vault opens with password and device secret together; whatever is wrong, it is left as it was."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.errors import UserFacingError
from desktop.services.door import list_vaults, salvage_offered
from desktop.services.vaults import create_vault
from desktop.storage import durable, slots, tries, vault
from desktop.storage.device_card import card_text
from tests.storage.folders import contents
from tests.vaults import PASSWORD, ClosedVault, change_slots, closed_vault, data_key, made_vault, opened

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> ClosedVault:
    """A vault that the tests of this module only try to open."""
    return closed_vault(tmp_path_factory.mktemp("home"))


@pytest.fixture
def copy(one: ClosedVault, tmp_path: Path) -> ClosedVault:
    """A copy of it that a test may damage."""
    folder = tmp_path / "vaults" / one.vault
    folder.mkdir(parents=True)
    for name, data in contents(one.folder).items():
        (folder / name).write_bytes(data)
    return ClosedVault(tmp_path, one.vault, one.password, one.card)


def refused(closed: ClosedVault, code: str, *, password: str | None = None, card: str | None = None) -> None:
    """Opening is refused with this code and no file is any different afterwards."""
    before = contents(closed.folder)
    tried = ClosedVault(
        closed.home,
        closed.vault,
        closed.password if password is None else password,
        closed.card if card is None else card,
    )
    with pytest.raises(UserFacingError) as caught, opened(tried):
        pass
    assert caught.value.code == code
    assert contents(closed.folder) == before


def test_a_vault_opens_again_with_its_password_and_card(one: ClosedVault) -> None:
    """The identity made at creation is read back."""
    with opened(one) as application:
        first = application.identity
    with opened(one) as application:
        assert application.identity == first
        assert first.vault == one.vault


@pytest.mark.parametrize("name", ["王 #1", "100%41", "谁?mode=memory", "𠮷"])
def test_a_vault_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """A user's folder may be called anything; the store lies there and nowhere else, and opens again."""
    with made_vault(tmp_path / name) as application:
        vault_id = application.identity.vault
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "vaults" / vault_id / "store.db").stat().st_size > 32


def test_a_vault_that_may_not_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    """Another user's folder beside one's own: it is listed as unreadable, and one's own can be chosen."""
    own = closed_vault(tmp_path)
    strange = tmp_path / "vaults" / "strange"
    (strange / slots.SLOTS_FILE).mkdir(parents=True)  # reading it is an error of the system, for any user
    assert [(header.vault, header.worker_name) for header in list_vaults(tmp_path)] == [
        ("strange", "?"),
        (own.vault, "林晓梅"),
    ]


def test_a_vault_copied_without_its_empty_folder_opens_and_takes_attachments(tmp_path: Path) -> None:
    """Archives leave out empty folders: nothing was lost, so nothing is in the way."""
    from desktop.services.sync import finish_interrupted
    from desktop.storage import attachments

    closed = closed_vault(tmp_path)
    (closed.folder / attachments.FOLDER).rmdir()
    with opened(closed) as application:
        finish_interrupted(application)
        digest = attachments.keep(application.folder, b"sealed")
        assert attachments.read(application.folder, digest) == b"sealed"


def test_a_new_vault_has_files_that_only_its_owner_may_read(one: ClosedVault) -> None:
    """Other users of the laptop see nothing, not even the sealed bytes of the keys."""
    assert one.folder.stat().st_mode & 0o077 == 0
    assert (one.folder / "slots.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("password", ["走村入户-2025", "", "x" * 10_000, "走村入户-2026 ", "走村入户－2026"])
def test_a_wrong_password_changes_nothing(one: ClosedVault, password: str) -> None:
    """Not a byte of any file differs after a wrong password."""
    refused(one, "vault.wrong-password", password=password)


def test_a_card_of_another_vault_does_not_open_this_one(one: ClosedVault) -> None:
    """The right password with another device's secret is as wrong as a wrong password."""
    refused(one, "vault.wrong-password", card=card_text(slots.new_key()))


def test_a_mistyped_card_is_said_to_be_mistyped(one: ClosedVault) -> None:
    """So that nobody doubts their password."""
    refused(one, "vault.card-mistyped", card=one.card[:-1] + ("A" if one.card[-1] != "A" else "B"))


@pytest.mark.parametrize("password", ["1234567", "12345678", "Password", "aaaaaaaaaaaa", "abababababab"])
def test_a_password_that_everybody_tries_makes_no_vault(tmp_path: Path, password: str) -> None:
    """Refused before anything is written."""
    with pytest.raises(UserFacingError, match=r"vault\.password-too-"):
        create_vault(tmp_path, password, worker_name="林晓梅", office="莒口镇民政办")
    assert list_vaults(tmp_path) == []


# --- the slots file -----------------------------------------------------------------------------


def test_a_missing_slots_file_is_said_and_none_is_made(copy: ClosedVault) -> None:
    """Without slots there is no way in; a new file would only hide that."""
    (copy.folder / "slots.json").unlink()
    refused(copy, "vault.slots-missing")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b'{"format": 1' + b" " * 70_000 + b"}",
        b'{"format": 2, "suite": "argon2id+hkdf-sha256+aes-256-gcm"}',
        b'{"format": 1, "suite": "plain"}',
        b'{"format": 1, "suite": "argon2id+hkdf-sha256+aes-256-gcm", "generation": Infinity}',
    ],
)
def test_a_slots_file_that_is_none_is_said_to_be_damaged(copy: ClosedVault, data: bytes) -> None:
    """Whatever lies in its place, it is read with limits and left there."""
    (copy.folder / "slots.json").write_bytes(data)
    refused(copy, "vault.slots-damaged")
    assert [header.worker_name for header in list_vaults(copy.home)] == ["?"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 2**40),
        ("memory_kib", 1024),
        ("memory_kib", -1),
        ("passes", 2**31),
        ("passes", 1),
        ("lanes", 0),
        ("lanes", 1000),
        ("lanes", "four"),
        ("passes", None),
        ("memory_kib", float("inf")),
        ("salt", "zz"),
        ("salt", ""),
    ],
)
def test_absurd_cost_of_the_password_is_refused_before_it_is_paid(copy: ClosedVault, name: str, value: Any) -> None:
    """A slots file from elsewhere can neither fill the memory nor make guessing cheap."""
    change_slots(copy, lambda document: document["slots"][0]["kdf"].update({name: value}))
    refused(copy, "vault.slots-damaged")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.just("00" * 12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_a_slot_is_ever_a_crash(copy: ClosedVault, data: st.DataObject) -> None:
    """Any value of the slots file replaced by anything: a sentence, never an exception of another kind."""
    pristine = (copy.folder / "slots.json").read_bytes()
    document = json.loads(pristine)
    del document["digest"]
    slot = document["slots"][0]
    place = data.draw(st.sampled_from([document, slot, slot["kdf"]]))
    name = data.draw(st.sampled_from(sorted(place)))
    place[name] = data.draw(JSON_VALUES)
    (copy.folder / "slots.json").write_bytes(durable.document_with_digest(document))
    try:
        data_key(copy.home, copy.vault, "not the password", copy.card)
    except UserFacingError as error:
        assert error.code in {"vault.slots-damaged", "vault.wrong-password"}  # noqa: PT017 - nothing else may come
    else:
        pytest.fail("opened with a wrong password")
    finally:
        tries.forget(copy.home, copy.vault)
        (copy.folder / "slots.json").write_bytes(pristine)


# --- one process at a time ----------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from desktop.storage.vault import only_process
with only_process(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_that_the_vault_is_open_elsewhere(one: ClosedVault) -> None:
    """Two programs never write one vault; when the first is killed, the second may."""
    command = [sys.executable, "-c", HOLD, str(one.home), one.vault]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        refused(one, "vault.open-elsewhere")
        holder.kill()
    with opened(one) as application:
        assert application.identity.vault == one.vault


def test_a_password_typed_in_another_encoding_is_a_wrong_one(one: ClosedVault) -> None:
    """It is no reason to say that the slots are damaged."""
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        data_key(one.home, one.vault, "走村".encode("gb18030").decode(errors="surrogateescape") + "-2026", one.card)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EIO])
def test_a_disk_that_knows_no_locks_is_said(one: ClosedVault, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Without a lock two windows would write one vault."""

    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError(number, "no locks here")

    monkeypatch.setattr("fcntl.flock", refuse)
    refused(one, "vault.cannot-lock")


def test_a_vault_whose_folder_is_gone_is_said(tmp_path: Path) -> None:
    """Its folder was moved while its name still stood on the screen."""
    with pytest.raises(UserFacingError, match=r"vault\.slots-missing"), vault.only_process(tmp_path, "0" * 32):
        pass


def test_the_folder_of_another_user_hides_nobody_s_vault(
    one: ClosedVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in it may even be looked at: it is listed as one that cannot be read."""
    home = tmp_path / "shared"
    shutil.copytree(one.home, home)
    foreign = home / "vaults" / ("f" * 32)
    foreign.mkdir()
    stat = Path.stat

    def forbidden(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.parent == foreign:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", forbidden)
    assert {header.vault for header in list_vaults(home)} == {one.vault, foreign.name}
    assert not salvage_offered(home, foreign.name)


def test_a_file_that_is_replaced_is_never_written_through_a_link(tmp_path: Path) -> None:
    """Somebody's stick must not lead a write into a vault."""
    vault_file, on_stick = tmp_path / "store.db", tmp_path / "request"
    vault_file.write_bytes(b"a vault")
    (tmp_path / "request.new").symlink_to(vault_file)
    durable.replace_file(on_stick, b"a request")
    assert (vault_file.read_bytes(), on_stick.read_bytes()) == (b"a vault", b"a request")
    on_stick.unlink()
    on_stick.symlink_to(vault_file)
    with pytest.raises(OSError, match="symbolic"):
        durable.write_file(on_stick, b"another")
    assert vault_file.read_bytes() == b"a vault"


def test_two_workers_of_one_laptop_have_vaults_that_do_not_open_each_other(tmp_path: Path) -> None:
    """One vault per worker; a colleague's password and card are of no use."""
    with made_vault(tmp_path, worker="worker-lin") as lin, made_vault(tmp_path, worker="worker-chen") as chen:
        assert lin.identity.vault != chen.identity.vault
        assert lin.worker.id == "worker-lin"
    assert len(list_vaults(tmp_path)) == 2


def test_a_vault_without_enrolment_says_so_when_it_should_act(one: ClosedVault) -> None:
    """No entry without a worker whom the county knows."""
    with opened(one) as application, pytest.raises(UserFacingError, match=r"vault\.not-enrolled"):
        application.act(lambda action: action.add("sync.began", None, {}))
    assert PASSWORD not in repr(application.identity)
