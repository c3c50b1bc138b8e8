"""What faults are injected into: the vault before each act, and the check from outside after it.

The check opens the vault as a person would, by password and device card, and knows what had been saved before and what
the act was told is saved. Nothing of it may be missing or there twice, nothing may be half there, and work goes on.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.bootstrap import finish_recovery
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import whole_actions
from desktop.services import backups, drafts, escrow, restoring
from desktop.services.application import Application
from desktop.services.door import list_vaults
from desktop.services.salvage import salvaging
from desktop.services.vaults import verify_journal, verify_store
from desktop.storage import backup, cipher, generations, integrity, queries, rekey, slots
from desktop.storage.journal import own_entries
from desktop.storage.passwords import Argon2
from desktop.storage.tables import attachment
from desktop.sync.envelope import SealingKey, seal
from tests.data.vaults.make_vault import FOLDER as KEPT_FOLDER
from tests.data.vaults.make_vault import PASSWORD as KEPT_PASSWORD
from tests.escrow import NEW_PASSWORD as RECOVERED_PASSWORD
from tests.escrow import answers, ask, escrow_county
from tests.keyrings import NAME as KEYRING_NAME
from tests.reliability.injected_acts import NEW_PASSWORD, stick_of
from tests.reliability.injection import Outcome
from tests.storage.test_old_vaults import KEPT
from tests.vaults import ClosedVault, closed_vault, enrolment, opened
from tests.worked_vault import record_visit, work

NOW: Final = "2026-11-25T09:30:00+08:00"
_PAGE: Final = 4096


@dataclass(frozen=True)
class Ground:
    """A vault before the act, and all that had been saved in it. ``closed.home`` is where the act finds its copy."""

    template: Path
    closed: ClosedVault
    household: str
    entries: tuple[str, ...]
    drafts: frozenset[str]
    pictures: frozenset[str]
    more: dict[str, Any] = field(default_factory=dict)

    def lay_out(self) -> None:
        """Put everything back as it was before."""
        shutil.rmtree(self.closed.home, ignore_errors=True)
        shutil.copytree(self.template, self.closed.home)

    def job(self, act: str, seed: int) -> dict[str, Any]:
        """What the child is told."""
        return {
            "act": act,
            "home": str(self.closed.home),
            "vault": self.closed.vault,
            "password": self.closed.password,
            "card": self.closed.card,
            "household": self.household,
            "seed": seed,
            "now": NOW,
            **self.more,
        }


def _ground(folder: Path, prepare: Callable[[Application], None] = lambda _: None) -> Ground:
    """A closed vault with some work in it; ``prepare`` does more while it is open."""
    closed = closed_vault(folder / "home")
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        work(application, 2)
        prepare(application)
        ground = _described(application, folder, closed)
    return _put_aside(ground)


def _described(application: Application, folder: Path, closed: ClosedVault) -> Ground:
    def read(connection: Connection) -> tuple[str, tuple[str, ...], frozenset[str]]:
        household = min(row.id for row in queries.of_kind(connection, "household"))
        pictures = frozenset(connection.scalars(select(attachment.c.digest)))
        return household, tuple(one.hash for one in own_entries(connection)), pictures

    household, entries, pictures = application.read(read)
    texts = frozenset(one.id for one in drafts.open_drafts(application))
    return Ground(folder / "template", closed, household, entries, texts, pictures)


def _put_aside(ground: Ground) -> Ground:
    shutil.copytree(ground.closed.home, ground.template)
    return ground


# --- the vaults before the acts -----------------------------------------------------------------------


def plain(folder: Path) -> Ground:
    """Closed as always."""
    return _ground(folder)


def left_by_a_kill(folder: Path) -> Ground:
    """With saved work in the log alone."""
    closed = closed_vault(folder / "home")
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        application.store.checkpoint()
        work(application, 2)
        return _put_aside(_described(application, folder, closed))


def not_yet_in_escrow(folder: Path) -> Ground:
    """The county has issued its holders, and no slot has been written for them."""
    return _ground(folder, escrow_county().issue)


def being_recovered(folder: Path) -> Ground:
    """The password is forgotten, and both answers are there."""
    county = escrow_county()

    def prepare(application: Application) -> None:
        county.issue(application)
        assert escrow.keep_escrowed(application).value

    ground = _ground(folder, prepare)
    pending = ask(ground.closed)
    shutil.rmtree(ground.template)
    files = [str(file) for file in answers(county, pending, folder)]
    return replace(_put_aside(ground), more={"files": files, "new_password": RECOVERED_PASSWORD})


def with_a_picture(folder: Path) -> Ground:
    """Closed, and a sealed picture at hand."""
    sealed = seal(b"a made-up picture " + bytes(3000), [SealingKey.generate().recipient])
    return replace(_ground(folder), more={"sealed": sealed.hex()})


def in_escrow(folder: Path) -> Ground:
    """The county has issued its holders, and the slot is there."""
    county = escrow_county()

    def prepare(application: Application) -> None:
        county.issue(application)
        assert escrow.keep_escrowed(application).value

    return _ground(folder, prepare)


def damaged(folder: Path) -> Ground:
    """A flipped bit among what is made anew from the journal."""
    keys = []
    ground = _ground(folder, lambda application: keys.append(application.keys.data_key))
    connection = cipher.connect(ground.closed.store, keys[0])
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'record'").fetchone()
    connection.close()
    store = ground.template / ground.closed.store.relative_to(ground.closed.home)
    data = bytearray(store.read_bytes())
    data[(root - 1) * _PAGE + 777] ^= 8
    store.write_bytes(bytes(data))
    return ground


def backed_up(folder: Path) -> Ground:
    """With a backup in the vault's own folder and one on a stick, and work since."""
    keys = []

    def prepare(application: Application) -> None:
        keys.append(application.keys.data_key.hex())
        _back_up(application)
        work(application, 1, first=10)

    ground = _ground(folder, prepare)
    return replace(ground, more={"key": keys[0]})


def lost_with_a_stick(folder: Path) -> Ground:
    """The laptop is another one; the stick is there."""
    ground = _ground(folder, _back_up)
    shutil.rmtree(ground.template / "vaults")
    return replace(ground, entries=ground.entries[:-2], more={"chosen": False})


def set_back(folder: Path) -> Ground:
    """The vault still opens, and the worker wants the state on the stick."""
    ground = _ground(folder, _back_up)
    return replace(ground, entries=ground.entries[:-2], more={"chosen": True})


def _back_up(application: Application) -> None:
    stick = application.folder.parents[1] / "usb"
    stick.mkdir()
    backups.back_up(application)
    backups.back_up(application, stick)


def of_the_first_schema(folder: Path) -> Ground:
    """The vault that the first version left; opening it runs every migration there has been since."""
    kept = next(one for one in KEPT if one.revision == "0001")

    def copied(home: Path) -> ClosedVault:
        closed = ClosedVault(home, kept.vault, KEPT_PASSWORD, kept.card)
        shutil.copytree(KEPT_FOLDER / kept.revision, closed.folder)
        return closed

    looked_into = copied(folder / "looked-into")
    with opened(looked_into) as application:
        ground = _described(application, folder, looked_into)
    return _put_aside(replace(ground, closed=copied(folder / "home")))


# --- the checks ---------------------------------------------------------------------------------------


def check(ground: Ground, outcome: Outcome) -> None:
    """The vault opens by the password and card it always had, and everything is there."""
    with opened(ground.closed) as application:
        check_open(application, ground, outcome)


def check_open(application: Application, ground: Ground, outcome: Outcome) -> None:
    """Nothing missing, nothing twice, nothing half; and the next visit is saved."""
    assert not [one for one in list_vaults(ground.closed.home) if one.generation == 0], "unreadable at the door"
    assert verify_journal(application).fault is None
    assert verify_store(application) == ()
    assert integrity.slot_damage(application.folder) == ()
    _check_content(application, ground, outcome)
    record_visit(application, ground.household, "之后")
    assert "之后" in _words(application)
    assert verify_journal(application).fault is None


def _check_content(application: Application, ground: Ground, outcome: Outcome) -> None:
    def read(connection: Connection) -> set[str]:
        entries = list(own_entries(connection))
        assert sum(len(action) for action in whole_actions(entries)) == len(entries)
        assert tuple(one.hash for one in entries)[: len(ground.entries)] == ground.entries
        return set(connection.scalars(select(attachment.c.digest)))

    pictures = application.read(read)
    assert ground.pictures | set(outcome.said("attachment")) <= pictures
    assert not [one for one in integrity.attachment_damage(application.folder, pictures) if one is not None]
    words = _words(application)
    for one in outcome.said("visit"):
        assert words[one] == 1, f"visit {one!r} is there {words[one]} times"
    assert all(count == 1 for one, count in words.items() if one.startswith("说明") and len(one) < 10)
    kept = {one.id: one.body for one in drafts.open_drafts(application)}
    assert ground.drafts <= kept.keys()
    if written := outcome.said("draft"):
        last = int(str(kept["visit-typed"]["note"]).removeprefix("写到第").partition("句")[0])
        assert last >= int(written[-1])


def _words(application: Application) -> Counter[str]:
    def read(connection: Connection) -> Counter[str]:
        return Counter(row.state["fact"]["own_words"] for row in queries.of_kind(connection, "visit"))

    return application.read(read)


def check_escrow(ground: Ground, outcome: Outcome) -> None:
    """In escrow after one more opening, whatever happened in the one before."""
    check(ground, outcome)
    with opened(ground.closed) as application:
        state = escrow.escrow_state(application)
        assert state.slot == state.issued
        assert state.slot is not None


def check_new_vault(ground: Ground, outcome: Outcome) -> None:
    """The colleague's vault is complete or not there; one's own is as it was."""
    check(ground, outcome)
    others = [one for one in list_vaults(ground.closed.home) if one.vault != ground.closed.vault]
    assert len(others) <= 1
    for one in others:
        folder = ground.closed.home / "vaults" / one.vault
        assert integrity.slot_damage(folder) == ()
        assert (folder / "store.db").exists()
    for made in outcome.said("vault"):
        vault, card = made.split()
        with opened(replace(ground.closed, vault=vault, card=card)) as application:
            assert verify_store(application) == ()


def check_password(ground: Ground, outcome: Outcome) -> None:
    """One of the two passwords opens: the new one where that was said."""
    new = replace(ground.closed, password=NEW_PASSWORD)
    try:
        with opened(new) as application:
            check_open(application, ground, outcome)
            return
    except UserFacingError as error:
        if error.code != "vault.wrong-password":
            raise
    assert not outcome.said("password"), "the new password was said to be in force"
    check(ground, outcome)


def check_keyring(ground: Ground, outcome: Outcome) -> None:
    """The card opens; where it was said that the keyring has the secret, its name is pinned."""
    check(ground, outcome)
    pinned = slots.read(ground.closed.folder).header.keyring
    assert pinned == KEYRING_NAME or not outcome.said("keyring")


def check_recovery(ground: Ground, outcome: Outcome) -> None:
    """The new password opens, or the same answers finish it still."""
    files = [Path(file) for file in ground.more["files"]]
    closed = ground.closed
    try:
        finish_recovery(closed.home, closed.vault, RECOVERED_PASSWORD, files, closed.card, cost=Argon2())
    except UserFacingError as error:
        if error.code not in ("recovery.slot-changed", "recovery.none"):
            raise
    else:
        assert not outcome.said("recovery"), "said to be finished"
    with opened(replace(closed, password=RECOVERED_PASSWORD)) as application:
        check_open(application, ground, outcome)


def check_salvage(ground: Ground, outcome: Outcome) -> None:
    """The new store is in use, or the damaged one lies there as it was and can be salvaged."""
    closed = ground.closed
    assert closed.store.read_bytes() == _original(ground).read_bytes(), "the damaged store was touched"
    if slots.read(closed.folder).header.store == "store.db":
        assert not outcome.said("salvage"), "said to be in use"
        with salvaging(closed.home, closed.vault, closed.password, closed.card) as found:
            found.accept(found.digest)
    check(ground, outcome)


def _original(ground: Ground) -> Path:
    return ground.template / ground.closed.store.relative_to(ground.closed.home)


def check_rekey(ground: Ground, outcome: Outcome) -> None:
    """The old key's store or the new one's, whole; the other is gone once it has opened, and it is noted once."""
    check_escrow(ground, outcome)
    folder = ground.closed.folder
    in_use = slots.read(folder).header.store
    assert in_use == slots.read(folder, previous=True).header.store
    assert [path.name for path in folder.glob("*.db")] == [in_use]
    assert not (folder / rekey.WORK_FOLDER).exists()
    assert in_use != "store.db" or not outcome.said("rekey")
    with opened(ground.closed) as application:
        kinds = application.read(lambda connection: [one.header.kind for one in own_entries(connection)])
    assert kinds.count("vault.rekeyed") == (in_use != "store.db")


def check_backup(ground: Ground, outcome: Outcome) -> None:
    """Every generation that has its name is whole, none that was there is gone, and the next backup works."""
    stick = stick_of(ground.closed.home)
    places = {
        "laptop": backup.laptop_place(ground.closed.folder),
        "stick": backup.stick_place(stick, ground.closed.vault),
    }
    key = bytes.fromhex(ground.more["key"])
    for where, place in places.items():
        listed = generations.listed(place.folder)
        assert len(listed) >= 1 + (where in outcome.said("backup"))
        for one in listed:
            backup.check(one.folder, generations.read_manifest(one.folder, key), key)
    check(ground, outcome)
    with opened(ground.closed) as application:
        backups.back_up(application)
        backups.back_up(application, stick)
    for place in places.values():
        assert not [path.name for path in place.folder.iterdir() if path.name.startswith(".")]


def check_restore(ground: Ground, outcome: Outcome) -> None:
    """A whole vault or none, which the same stick then restores."""
    closed = ground.closed
    if not closed.folder.exists():
        assert not outcome.said("restore")
        (found,) = restoring.find_backups(stick_of(closed.home))
        content = restoring.open_backup(closed.home, found, closed.password, closed.card)
        for _ in restoring.restoring(closed.home, content, content.contents[0]):
            pass
    assert [path.name for path in (closed.home / "vaults").iterdir() if path.name.startswith(".")] == []
    check(ground, outcome)


# --- all of them --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scenario:
    """An act, the vault it is done in, and the check afterwards."""

    act: str
    ground: Callable[[Path], Ground]
    check: Callable[[Ground, Outcome], None]


SCENARIOS: Final = {
    "save a visit": Scenario("save", plain, check),
    "keep a draft": Scenario("draft", plain, check),
    "open after a kill": Scenario("open", left_by_a_kill, check),
    "make a vault": Scenario("create", plain, check_new_vault),
    "change the password": Scenario("password", plain, check_password),
    "remember the device secret": Scenario("remember", plain, check_keyring),
    "write the escrow slot": Scenario("open", not_yet_in_escrow, check_escrow),
    "finish a recovery": Scenario("recover", being_recovered, check_recovery),
    "upgrade": Scenario("open", of_the_first_schema, check),
    "keep an attachment": Scenario("attach", with_a_picture, check),
    "accept a salvage": Scenario("salvage", damaged, check_salvage),
    "back up": Scenario("back-up", backed_up, check_backup),
    "restore to a new laptop": Scenario("restore", lost_with_a_stick, check_restore),
    "set a vault back": Scenario("restore", set_back, check_restore),
    "change the data key": Scenario("rekey", in_escrow, check_rekey),
}
