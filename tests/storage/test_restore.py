"""Restoring a backup: whole and checked before it is there, and never over a vault that opens unless it is chosen."""

from __future__ import annotations

import json
import random
import secrets
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EPOCH_BEGAN
from desktop.services import backups, restoring
from desktop.services.application import Application
from desktop.services.vaults import change_password, verify_journal, verify_store
from desktop.storage import attachments, generations, queries, slots
from desktop.storage.passwords import Argon2
from desktop.storage.tables import attachment, entry
from desktop.sync.envelope import seal
from tests.storage.restores import elsewhere, found_on, restored
from tests.sync.journals import address, describe
from tests.vaults import PASSWORD, ClosedVault, closed_vault, enrolment, opened


def began(application: Application) -> list[dict[str, Any]]:
    query = select(entry.c.payload).where(entry.c.kind == EPOCH_BEGAN, entry.c.own).order_by(entry.c.id)
    return [json.loads(one)["body"] for one in application.read(lambda c: c.scalars(query).all())]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_laptop_has_everything_after_a_restore_from_the_stick(
    lin: ClosedVault, stick: Path, tmp_path: Path
) -> None:
    """Records, attachments, a journal that holds, and a new epoch that names the old head."""
    new = tmp_path / "new laptop"
    content = found_on(new, stick, lin)
    assert content.here is False
    assert [(one.households, one.visits) for one in content.contents] == [(1, 0)]
    done = restored(new, content)
    assert (done.worker_name, done.missing, done.beside) == ("林晓梅", 0, False)
    with opened(lin) as before, opened(elsewhere(lin, new)) as after:
        assert after.read(queries.counts)["household"] == before.read(queries.counts)["household"]
        assert verify_store(after) == ()
        assert verify_journal(after).fault is None
        assert after.identity.epoch != before.identity.epoch
        first, second = began(after)
        assert first["reason"] == "enrolled"
        assert second["reason"] == "restored"
        assert second["from"]["epoch"] == before.identity.epoch
        query = select(attachment.c.digest, attachment.c.sent)
        (row,) = after.read(lambda c: c.execute(query).all())
        assert row.sent is None, "the county is asked for it once more"
        assert attachments.read(after.folder, row.digest) == attachments.read(before.folder, row.digest)
        describe(after, secrets.token_hex(16), address=address("14号"))
        assert verify_journal(after).fault is None
    assert [path.name for path in (new / "vaults").iterdir()] == [lin.vault]


def test_every_folder_that_a_person_may_choose_leads_to_the_backup(lin: ClosedVault, stick: Path) -> None:
    """The stick, our folder on it, the vault's folder in that, one generation; the laptop's own too."""
    ours = stick / "zoucun-backup"
    place = ours / lin.vault
    (generation,) = generations.listed(place)
    choices = [stick, ours, place, generation.folder, lin.folder, lin.folder / "backups", lin.home / "vaults", lin.home]
    for chosen in choices:
        (found,) = restoring.find_backups(chosen)
        assert found.header.vault == lin.vault
        assert found.header.worker_name == "林晓梅"
    with pytest.raises(UserFacingError, match=r"backup\.none"):
        restoring.find_backups(lin.folder / "attachments")
    with pytest.raises(UserFacingError, match=r"backup\.gone"):
        restoring.find_backups(stick / "nothing")


def test_a_vault_that_opens_is_not_set_back_unless_it_is_chosen(lin: ClosedVault, stick: Path) -> None:
    """And then its store stays in place, byte for byte, beside the one that is used."""
    with opened(lin) as application:
        describe(application, "after-the-backup", address=address("15号"))
        later = seal(b"after the backup", [application.sealing_key.recipient])
        digest = attachments.keep(application.folder, later)
        application.store.write(lambda c: attachments.add_row(c, digest, len(later), "image/jpeg", "scan-2"))
    content = found_on(lin.home, stick, lin)
    assert content.here
    before = everything(lin.folder)
    with pytest.raises(UserFacingError, match=r"restore\.vault-here"):
        restored(lin.home, content)
    kept = everything(lin.folder)
    assert kept["store.db"] == before["store.db"]
    assert kept["slots.json"] == before["slots.json"]
    done = restored(lin.home, content, chosen=True)
    assert done.beside
    assert everything(lin.folder)["store.db"] == before["store.db"]
    assert slots.read(lin.folder).header.store != "store.db"
    assert slots.read(lin.folder, previous=True).header.store == slots.read(lin.folder).header.store
    from desktop.services.sync import finish_interrupted

    with opened(lin) as application:
        finish_interrupted(application)
        assert application.read(lambda c: queries.many(c, ["after-the-backup"])) == {}
        assert verify_journal(application).fault is None
        assert attachments.read(application.folder, digest) == later, "it belongs to the store beside"
        assert backups.back_up(application).value.households == 1


@pytest.mark.parametrize("trouble", ["store gone", "store garbage", "slots gone", "slots garbage"])
def test_a_vault_that_does_not_open_is_restored_beside_what_is_left(
    lin: ClosedVault, stick: Path, trouble: str
) -> None:
    """Nothing of it is deleted, and no extra question is asked."""
    name = "store.db" if "store" in trouble else "slots.json"
    path = lin.folder / name
    if "gone" in trouble:
        path.unlink()
    else:
        path.write_bytes(b"?" * 9000)
    with pytest.raises(UserFacingError), opened(lin):
        pass
    done = restored(lin.home, found_on(lin.home, stick, lin))
    assert done.beside
    with opened(lin) as application:
        assert application.read(queries.counts)["household"] == 1
        assert verify_journal(application).fault is None
    if trouble == "store garbage":
        assert path.read_bytes() == b"?" * 9000
    if trouble == "slots garbage":
        assert (lin.folder / slots.BROKEN_FILE).read_bytes() == b"?" * 9000


def test_the_password_of_today_opens_an_older_backup_on_the_same_laptop(lin: ClosedVault, stick: Path) -> None:
    """The data key never changed; on another laptop the backup opens by the password of its day."""
    new = "另外一句好记的话"
    with opened(lin) as application:
        change_password(application, PASSWORD, new, cost=Argon2())
    now = ClosedVault(lin.home, lin.vault, new, lin.card)
    restored(lin.home, found_on(lin.home, stick, now), chosen=True)
    with opened(now) as application:
        assert application.read(queries.counts)["household"] == 1
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        found_on(lin.home, stick, lin)
    other = lin.home.with_name("other laptop")
    other.mkdir()
    restored(other, found_on(other, stick, lin))


@pytest.mark.parametrize("name", ["store.db", "attachments.txt", "manifest.json", "slots.json"])
def test_a_generation_with_a_flipped_bit_is_refused_and_leaves_nothing(
    lin: ClosedVault, stick: Path, tmp_path: Path, name: str
) -> None:
    """Bits at random places; where the damage opens nothing wrong, nothing wrong comes of it."""
    (generation,) = generations.listed(stick / "zoucun-backup" / lin.vault)
    path = generation.folder / name
    good = path.read_bytes()
    for seed in range(6):
        data = bytearray(good)
        place = random.Random(seed).randrange(len(data) * 8)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        home = tmp_path / f"home-{seed}"
        try:
            restored(home, found_on(home, stick, lin))
        except UserFacingError:
            assert not home.exists() or [one.name for one in (home / "vaults").glob("*")] == []
        else:
            assert name == "slots.json", f"bit {place} of {name} was not found (seed {seed})"
            with opened(elsewhere(lin, home)) as application:
                assert verify_store(application) == ()
    path.write_bytes(good)


def test_a_newer_generation_that_is_damaged_does_not_hide_the_older_ones(lin: ClosedVault, stick: Path) -> None:
    """The list says that one cannot be read, and offers the others."""
    with opened(lin) as application:
        backups.back_up(application, stick)
    newest = generations.listed(stick / "zoucun-backup" / lin.vault)[-1]
    (newest.folder / "manifest.json").write_bytes(b"?")
    (newest.folder / "slots.json").write_bytes(b"?")
    content = found_on(lin.home.with_name("other"), stick, lin)
    assert [one.generation.number for one in content.contents] == [1]
    assert content.unreadable == 1


def test_another_vault_s_backup_opens_nothing_here(lin: ClosedVault, stick: Path, tmp_path: Path) -> None:
    """Not by this vault's password, not by its card, and not under its name."""
    other = closed_vault(tmp_path / "other", worker_name="王大山")
    with opened(other) as application:
        application.enrol(enrolment(other.vault))
        backups.back_up(application, stick)
    found = {one.header.worker_name: one for one in restoring.find_backups(stick)}
    assert set(found) == {"林晓梅", "王大山"}
    with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
        restoring.open_backup(lin.home, found["王大山"], lin.password, lin.card)
    # Its store and manifest put into this vault's generation.
    (mine,) = generations.listed(stick / "zoucun-backup" / lin.vault)
    (theirs,) = generations.listed(stick / "zoucun-backup" / other.vault)
    for name in ("store.db", "manifest.json"):
        shutil.copy(theirs.folder / name, mine.folder / name)
    with pytest.raises(UserFacingError, match=r"backup\.none"):
        restoring.find_backups(stick / "zoucun-backup" / lin.vault)
    shutil.copy(mine.folder / "slots.json", theirs.folder / "slots.json")
    document = json.loads((theirs.folder / "manifest.json").read_text())
    (theirs.folder / "manifest.json").write_text(json.dumps({**document, "vault": lin.vault}, indent=1))
    (renamed,) = restoring.find_backups(theirs.folder)
    with pytest.raises(UserFacingError, match=r"backup\.foreign"):
        restoring.open_backup(tmp_path / "new", renamed, lin.password, lin.card)


def test_a_manifest_cannot_be_forged_without_the_key(lin: ClosedVault, stick: Path, tmp_path: Path) -> None:
    """Somebody swaps an older store in and writes a manifest that fits it."""
    (generation,) = generations.listed(stick / "zoucun-backup" / lin.vault)
    with opened(lin) as application:
        manifest = generations.read_manifest(generation.folder, application.keys.data_key)
    (generation.folder / "manifest.json").write_bytes(generations.seal_manifest(manifest, b"\1" * 32))
    with pytest.raises(UserFacingError, match=r"backup\.foreign"):
        found_on(tmp_path / "new", stick, lin)


def test_a_full_disk_leaves_nothing_half_restored(lin: ClosedVault, stick: Path, tmp_path: Path) -> None:
    """The disk refuses in the middle of the copy."""
    from tests.sticks import small_stick

    with small_stick(tmp_path / "small", 150) as small:
        with pytest.raises(UserFacingError, match=r"disk\.full"):
            restored(small / "home", found_on(small / "home", stick, lin))
        assert [path for path in small.rglob("*") if path.is_file() and "tries" not in path.parts] == []


def test_a_restore_that_is_cut_leaves_no_vault_and_the_next_one_works(
    lin: ClosedVault, stick: Path, tmp_path: Path
) -> None:
    """Stopped after each step; what lies about is swept by the next restore."""
    for cut in range(1, 4):
        home = tmp_path / f"home-{cut}"
        content = found_on(home, stick, lin)
        steps = restoring.restoring(home, content, content.contents[0])
        for _ in range(cut):
            next(steps)
        steps.close()
        assert list((home / "vaults").glob("*")) == []
        restored(home, content)
        with opened(elsewhere(lin, home)) as application:
            assert verify_journal(application).fault is None


def test_without_the_password_it_is_put_in_place_for_the_county_s_escrow(
    lin: ClosedVault, stick: Path, tmp_path: Path
) -> None:
    """Every slot is kept; the first opening checks the whole and begins the epoch, once."""
    new = tmp_path / "new laptop"
    (found,) = restoring.find_backups(stick)
    restoring.restore_unopened(new, found)
    given = slots.read(found.generations[0].folder)
    assert slots.read(new / "vaults" / lin.vault).slots == given.slots
    here = elsewhere(lin, new)
    for _ in range(2):
        with opened(here) as application:
            assert [one["reason"] for one in began(application)] == ["enrolled", "restored"]
            assert verify_journal(application).fault is None
    with pytest.raises(UserFacingError, match=r"restore\.vault-here"):
        restoring.restore_unopened(new, found)


def test_a_damaged_one_that_was_put_in_place_unopened_stays_closed(
    lin: ClosedVault, stick: Path, tmp_path: Path
) -> None:
    """It is checked before it is used; nothing is deleted."""
    new = tmp_path / "new laptop"
    (found,) = restoring.find_backups(stick)
    store = found.generations[0].store
    data = bytearray(store.read_bytes())
    data[len(data) // 2] ^= 1
    store.write_bytes(data)
    restoring.restore_unopened(new, found)
    for _ in range(2):
        with pytest.raises(UserFacingError, match=r"backup\.not-whole"), opened(elsewhere(lin, new)):
            pass
    assert (new / "vaults" / lin.vault / "store.db").read_bytes() == bytes(data)


def test_the_drill_restores_a_practice_vault_and_leaves_nothing(tmp_path: Path) -> None:
    """Backup, restore, counts compared, and the throw-away place is gone."""
    from desktop.services import practice

    closed = closed_vault(tmp_path / "home", practice=True)
    with opened(closed) as application:
        practice.prepare(application, "练习的人")
        steps = backups.drilling(application)
        seen = []
        while True:
            try:
                seen.append(next(steps).step)
            except StopIteration as end:
                drill = end.value
                break
        assert drill.households == application.read(queries.counts)["household"] > 0
        assert drill.visits > 0
        assert seen[0] == "store"
        assert seen[-1] == "compare"
        assert [path.name for path in (closed.home / "vaults").iterdir()] == [closed.vault]


def test_the_drill_notices_a_restore_that_lost_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It compares what came back, not what it hoped for; and cleans up all the same."""
    from desktop.services import practice

    closed = closed_vault(tmp_path / "home", practice=True)
    with opened(closed) as application:
        practice.prepare(application, "练习的人")
        monkeypatch.setattr(backups, "_counts_of", lambda *_: (0, 0))
        with pytest.raises(UserFacingError, match=r"backup\.not-whole"):
            for _ in backups.drilling(application):
                pass
    assert [path.name for path in (closed.home / "vaults").iterdir()] == [closed.vault]


def test_a_real_vault_is_never_drilled(lin: ClosedVault) -> None:
    """People's data is not copied about for an exercise."""
    with opened(lin) as application, pytest.raises(ValueError, match="practice"):
        next(backups.drilling(application))
