"""Ways in: the password's slot, its cost, a new password, the generation before, the signing key's own file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from desktop.bootstrap import open_application
from desktop.domain.errors import UserFacingError
from desktop.services import vaults
from desktop.services.door import list_vaults
from desktop.storage import durable, passwords, signing_slot, slots
from desktop.storage.device_card import read_card
from desktop.storage.passwords import Argon2
from tests.storage.folders import contents
from tests.vaults import PASSWORD, ClosedVault, change_slots, closed_vault, data_key, enrolment, made_vault, opened

OTHER = "山高路远也要走到"


@pytest.fixture
def closed(tmp_path: Path) -> ClosedVault:
    """An enrolled vault that nobody has open."""
    made = closed_vault(tmp_path)
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
    return made


# --- cost of the password -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cost",
    [Argon2(memory_kib=64 * 1024 - 1), Argon2(passes=2), Argon2(lanes=3), Argon2(memory_kib=8, passes=1, lanes=1)],
)
def test_cost_below_the_floor_is_refused_wherever_it_comes_from(tmp_path: Path, cost: Argon2) -> None:
    """64 MiB, 3 passes, 4 lanes: there is no switch, not for tests either."""
    with pytest.raises(UserFacingError, match=r"vault\.slots-damaged"):
        vaults.create_vault(tmp_path, PASSWORD, worker_name="林晓梅", office="莒口镇民政办", cost=cost)
    assert list_vaults(tmp_path) == []


@pytest.mark.parametrize("cost", [Argon2(memory_kib=256 * 1024 + 1), Argon2(passes=17), Argon2(lanes=17)])
def test_cost_that_this_program_never_chooses_is_refused_before_it_is_tried(cost: Argon2) -> None:
    """A slots file from elsewhere must not take the memory of the whole laptop."""
    with pytest.raises(UserFacingError, match=r"vault\.slots-damaged"):
        cost.check()


def ticking(seconds: float) -> Iterator[float]:
    """A clock on which whatever lies between two looks took ``seconds``."""
    return (number // 2 * seconds + number % 2 * seconds for number in count())


@pytest.mark.parametrize(
    ("floor_takes", "cost"),
    [
        (2.0, Argon2()),
        (0.5, Argon2()),
        (0.25, Argon2(memory_kib=128 * 1024)),
        (0.125, Argon2(memory_kib=256 * 1024)),
        (0.0625, Argon2(memory_kib=256 * 1024, passes=6)),
        (0.0, Argon2(memory_kib=256 * 1024, passes=16)),
    ],
)
def test_the_cost_is_what_this_computer_does_in_half_a_second(floor_takes: float, cost: Argon2) -> None:
    """Memory first, then passes; a slow computer gets the floor, a very fast one the ceiling."""
    clock = ticking(floor_takes)
    found = passwords.calibrated(lambda: next(clock))
    assert found == cost
    found.check()


def test_a_vault_made_by_the_product_costs_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measured cost is the one that stands in the slot."""
    monkeypatch.setattr(passwords, "calibrated", lambda: Argon2(memory_kib=68 * 1024))
    made = vaults.create_vault(tmp_path, PASSWORD, worker_name="林晓梅", office="莒口镇民政办")
    found = slots.read(tmp_path / "vaults" / made.vault)
    assert slots.password_cost(found) == Argon2(memory_kib=68 * 1024)


# --- a new password -----------------------------------------------------------------------------


def test_a_new_password_wraps_the_same_key(closed: ClosedVault) -> None:
    """The store is not touched, the old password opens nothing any more, and the journal has it."""
    before = data_key(closed.home, closed.vault, PASSWORD, closed.card)
    with made_vault(closed.home) as application:
        own = ClosedVault(closed.home, application.identity.vault, PASSWORD, "")
        card = application.keys.device_secret
        key = application.keys.data_key
        vaults.change_password(application, PASSWORD, OTHER, cost=Argon2())
        kinds = application.read(
            lambda c: [row.kind for row in c.exec_driver_sql("SELECT kind FROM entry ORDER BY id").all()]
        )
    assert kinds[-1] == "vault.password-changed"
    found = slots.read(own.folder)
    assert slots.open_password_slot(found, OTHER, card) == key
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        slots.open_password_slot(found, PASSWORD, card)
    assert data_key(closed.home, closed.vault, PASSWORD, closed.card) == before


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("不是这个密码吧", OTHER, "vault.wrong-password"),
        (PASSWORD, "短", "vault.password-too-short"),
        (PASSWORD, "走" * 2000, "vault.password-too-long"),
        (PASSWORD, "1234 5678", "vault.password-too-common"),
        (PASSWORD, "87654321", "vault.password-too-common"),
        (PASSWORD, "Minzheng123", "vault.password-too-common"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(closed: ClosedVault, old: str, new: str, code: str) -> None:
    """Neither the slots nor the signing key's file."""
    with opened(closed) as application:
        before = contents(closed.folder)
        with pytest.raises(UserFacingError) as caught:
            vaults.change_password(application, old, new, cost=Argon2())
        assert caught.value.code == code
        assert contents(closed.folder) == before


def test_a_full_disk_keeps_the_old_password(closed: ClosedVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one still opens the vault, and the next unlock mends the signing key's file."""
    real = durable.replace_file

    def full(path: Path, data: bytes) -> None:
        if path.name == slots.SLOTS_FILE:
            raise OSError(28, "No space left on device")
        real(path, data)

    with opened(closed) as application:
        monkeypatch.setattr(durable, "replace_file", full)
        with pytest.raises(UserFacingError, match=r"disk\.full"):
            vaults.change_password(application, PASSWORD, OTHER, cost=Argon2())
        monkeypatch.undo()
    with opened(closed):
        pass
    assert signing_slot.belongs_to(closed.folder) == slots.password_slot_id(slots.read(closed.folder))


# --- the generation before ----------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"", b"{", None])
def test_a_broken_slots_file_opens_by_the_generation_before_if_somebody_asks(
    closed: ClosedVault, damage: bytes | None
) -> None:
    """Not by itself; the broken file is kept, and afterwards the vault opens as always."""
    with opened(closed) as application:
        slots.save(closed.folder, slots.read(closed.folder))
        identity = application.identity
    path = closed.folder / slots.SLOTS_FILE
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with pytest.raises(UserFacingError, match=r"vault\.slots-"), opened(closed):
        pass
    assert [one.worker_name for one in list_vaults(closed.home)] == ["林晓梅"]
    with open_application(closed.home, closed.vault, PASSWORD, closed.card, previous_slots=True) as application:
        assert application.identity == identity
    with opened(closed) as application:
        assert application.identity == identity
    if damage is not None:
        assert (closed.folder / slots.BROKEN_FILE).read_bytes() == damage


def test_another_store_leaves_no_way_back_to_the_old_one(closed: ClosedVault) -> None:
    """After a restore the generation before must not open the store that is not kept up any more."""
    found = slots.read(closed.folder)
    slots.save(
        closed.folder,
        slots.Slots(slots.SlotsHeader(closed.vault, "林晓梅", "", False, None, 1, "store-2.db"), found.slots),
    )
    assert slots.read(closed.folder).header.store == "store-2.db"
    assert slots.read(closed.folder, previous=True).header.store == "store-2.db"


@pytest.mark.parametrize("name", ["../other.db", "/etc/passwd", "store", ".hidden.db", "", None, 7, "a/b.db", "..db"])
def test_the_name_of_the_store_is_never_a_way_out_of_the_folder(closed: ClosedVault, name: object) -> None:
    """A slots file from elsewhere cannot make the program open or write another file."""
    change_slots(closed, lambda document: document.update(store=name))
    with pytest.raises(UserFacingError, match=r"vault\.slots-damaged"), opened(closed):
        pass


@pytest.mark.parametrize("change", [{"practice": True}, {"worker_name": "张三"}, {"office": "别处"}])
def test_what_the_door_shows_cannot_be_changed_from_outside(closed: ClosedVault, change: dict[str, object]) -> None:
    """A practice vault's card may lie beside it, and a name brings a worker to type a password: bound into the slot."""
    change_slots(closed, lambda document: document.update(change))
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"), opened(closed):
        pass


# --- the signing key's file ---------------------------------------------------------------------


def test_a_password_opens_the_signing_key_without_the_vault(closed: ClosedVault) -> None:
    """It is the key the vault signs with, and no store is opened for it."""
    secret = read_card(closed.card)
    with opened(closed) as application:
        kept = application.identity.signing_secret
    (closed.folder / "store.db").rename(closed.folder / "away")
    assert signing_slot.read(closed.folder, closed.vault, PASSWORD, secret).hex() == kept
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        signing_slot.read(closed.folder, closed.vault, OTHER, secret)
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        signing_slot.read(closed.folder, "another vault", PASSWORD, secret)


@pytest.mark.parametrize("damage", [None, b"", b"{}", b"[]", b"{" * 9000, b'{"format": 1, "suite": "plain"}'])
def test_a_lost_signing_key_file_is_written_anew_at_the_next_unlock(closed: ClosedVault, damage: bytes | None) -> None:
    """Its content also lies in the store: nothing was lost, so nothing is in the way."""
    path = closed.folder / signing_slot.SIGNING_FILE
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with pytest.raises(UserFacingError, match=r"vault\.signing-slot-damaged"):
        signing_slot.read(closed.folder, closed.vault, PASSWORD, read_card(closed.card))
    with opened(closed) as application:
        kept = application.identity.signing_secret
    assert signing_slot.read(closed.folder, closed.vault, PASSWORD, read_card(closed.card)).hex() == kept


@pytest.mark.skipif(sys.platform != "linux", reason="what a process may take is read from /proc")
def test_too_little_memory_for_the_password_is_said_in_words() -> None:
    """On a laptop whose memory is full; it is no bug, and no wrong try."""
    program = (
        "import resource\n"
        "from pathlib import Path\n"
        "from desktop.domain.errors import UserFacingError\n"
        "from desktop.storage.passwords import Argon2, key_from\n"
        "key_from('走村入户-2026', bytes(32), bytes(16), Argon2(), 'password')\n"
        "taken = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (taken + 2**26, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    key_from('走村入户-2026', bytes(32), bytes(16), Argon2(memory_kib=256 * 1024), 'password')\n"
        "except UserFacingError as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "vault.memory-short\n", done.stderr
