"""A vault restored after an erasure: the county no longer has its own signed batch, and gives its word instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from county.opening import open_county
from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.services.erasing import erase_records
from desktop.services.vaults import erase_entry, verify_journal
from desktop.storage import attachments, salvage
from desktop.storage.tables import batch, diverged, entry
from desktop.sync.client import CountyClient
from desktop.sync.envelope import (
    SealingKey,
    SigningKey,
    digest,
    pack_container,
    seal,
    sign_document,
    unpack_container,
    unseal,
)
from desktop.sync.protocol import BatchReturned
from tests.county_process import PASSPHRASE, CountyProcess, serving
from tests.storage.test_erasing import CANARY, pages_with
from tests.sync.journals import enrolled, states, synced
from tests.sync.test_convergence import import_household, new_number
from tests.sync.test_erased_everywhere import key_of, references
from tests.sync.test_restored import copied, set_back, visit, well
from tests.vaults import ClosedVault, opened


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path / "county") as running:
        yield running


def erased_after(county: CountyProcess, tmp_path: Path, *, before_backup: bool) -> tuple[ClosedVault, str, str]:
    """A visit was written before or after the backup, sent, and erased: the restored copy, that visit and another."""
    lin = enrolled(tmp_path / "lin", county, "林晓梅")
    with opened(lin) as laptop:
        household, _ = import_household(laptop, new_number(), "1号")
        well(laptop)
        if before_backup:
            erased = visit(laptop, household, CANARY)
            well(laptop)
    back = set_back(lin, tmp_path / "back")
    with opened(lin) as laptop:
        if not before_backup:
            erased = visit(laptop, household, CANARY)
        kept = visit(laptop, household, "留着")
        well(laptop)
        for reference in references(laptop, erased):
            erase_entry(laptop, reference, "本人要求删除")
        well(laptop)
    return back, erased, kept


def signing_key(county: CountyProcess) -> SigningKey:
    here = open_county(county.folder, PASSPHRASE)
    try:
        return here.signing
    finally:
        here.close()


def batches(laptop: Application) -> list[Any]:
    return list(laptop.read(lambda connection: connection.execute(select(batch)).all()))


def test_what_was_erased_after_the_backup_comes_back_as_headers_by_the_county_s_word(
    county: CountyProcess, tmp_path: Path
) -> None:
    """The rest of the batch is there whole, the mark says who vouches for it, and work goes on."""
    back, erased, kept = erased_after(county, tmp_path, before_backup=False)
    with opened(back) as laptop:
        report = synced(laptop)
        assert report.stopped is None
        assert report.entries_returned >= 2
        assert kept in states(laptop)
        assert erased not in states(laptop)
        (given,) = [row for row in batches(laptop) if row.county_word is not None]
        assert given.container is None, "there is none that this vault signed"
        assert given.applied_receipt is not None
        well(laptop)
        visit(laptop, states(laptop)[kept]["fact"]["household"], "以后照常")
        well(laptop)
        assert states(laptop) == county.states()
    assert pages_with(back.store, key_of(back), CANARY) == 0


def test_what_was_erased_after_the_backup_does_not_come_back_with_the_backup(
    county: CountyProcess, tmp_path: Path
) -> None:
    """The erasure itself comes back from the county, and is done here again."""
    back, erased, kept = erased_after(county, tmp_path, before_backup=True)
    with opened(back) as laptop:
        assert erased in states(laptop)
        well(laptop)
        assert kept in states(laptop)
        assert erased not in states(laptop)
        assert references(laptop, erased) == []
        assert verify_journal(laptop).fault is None
    assert pages_with(back.store, key_of(back), CANARY) == 0


@pytest.mark.parametrize("change", ["key", "head", "batch", "number", "entries"])
def test_a_county_s_word_that_does_not_fit_is_refused_whole(
    county: CountyProcess, tmp_path: Path, monkeypatch: Any, change: str
) -> None:
    """Another's signature, another head or batch, or entries that do not follow this vault's own."""
    back, _, kept = erased_after(county, tmp_path, before_backup=False)
    original = CountyClient.get_batch
    county_key = signing_key(county)

    def forged(client: CountyClient, epoch: str, number: int) -> bytes:
        container = original(client, epoch, number)
        signed, sealed = unpack_container(container)
        if b'"batch-returned"' not in signed.document:
            return container
        word = BatchReturned.decode(signed.document)
        changes: dict[str, dict[str, Any]] = {
            "head": {"head": "0" * 64},
            "batch": {"batch": "0" * 64},
            "number": {"number": number + 1},
        }
        if change == "entries":
            own = SealingKey(laptop.identity.sealing_secret)
            lines = unseal(sealed, own).split(b"\n")
            lines[1] = lines[1].replace(b'\\"format\\":1', b'\\"extra\\":1,\\"format\\":1', 1)
            sealed = seal(b"\n".join(lines), [own.recipient])
            word = replace(word, digest=digest(sealed), size=len(sealed))
        word = replace(word, **changes.get(change, {}))
        key = SigningKey.generate() if change == "key" else county_key
        return pack_container(sign_document(word.encode(), key), sealed)

    with opened(back) as laptop:
        monkeypatch.setattr(CountyClient, "get_batch", forged)
        report = synced(laptop)
        assert report.stopped is not None
        assert report.stopped.code == "sync.county-nonsense"
        assert kept not in states(laptop)
        assert [row for row in batches(laptop) if row.county_word is not None] == []
        monkeypatch.undo()
        well(laptop)
        assert kept in states(laptop)


def test_a_batch_that_the_county_says_it_has_not_stops_nobody(
    county: CountyProcess, tmp_path: Path, monkeypatch: Any
) -> None:
    """An unsigned refusal settles nothing: the rest is sent, and the county is asked again at the next contact."""
    back, _, kept = erased_after(county, tmp_path, before_backup=False)

    def refused(*_: Any) -> bytes:
        raise UserFacingError("sync.refused", reason="batch-unknown")

    with opened(back) as laptop:
        monkeypatch.setattr(CountyClient, "get_batch", refused)
        synced(laptop)
        assert kept not in states(laptop)
        monkeypatch.undo()
        well(laptop)
        assert kept in states(laptop)
        assert states(laptop) == county.states()


def forked(county: CountyProcess, tmp_path: Path) -> tuple[ClosedVault, str]:
    """A vault whose own visit was set aside, because another laptop took its place; and that visit."""
    lin = enrolled(tmp_path / "lin", county, "林晓梅")
    with opened(lin) as laptop:
        household, _ = import_household(laptop, new_number(), "4号")
        well(laptop)
    clone = copied(lin, tmp_path / "clone")
    with opened(lin) as one:
        visit(one, household, "第一台")
        well(one)
    with opened(clone) as other:
        second = visit(other, household, CANARY)
        assert synced(other).entries_set_aside > 0
    return clone, second


def aside(laptop: Application) -> list[Any]:
    return list(laptop.read(lambda connection: connection.execute(select(diverged)).all()))


def test_content_that_was_set_aside_is_erased_and_its_namesake_is_not(county: CountyProcess, tmp_path: Path) -> None:
    """It lies in a table of its own, under a name that is another entry's at the county: that one stays."""
    clone, second = forked(county, tmp_path)
    with opened(clone) as laptop:
        before = states(laptop)
        done = erase_records(laptop, (second,), "本人要求删除")
        assert done.entries == 1
        (row,) = [one for one in aside(laptop) if one.record == second]
        assert row.payload is None
        assert verify_journal(laptop).fault is None
        assert states(laptop) == before
        well(laptop)
        assert states(laptop) == before == county.states()
    assert pages_with(clone.store, key_of(clone), CANARY) == 0


def test_a_salvage_takes_over_what_was_set_aside_and_sees_no_gap_there(county: CountyProcess, tmp_path: Path) -> None:
    """Copies of the county's stand in the old places: nothing is missing, and the chain still holds."""
    clone, second = forked(county, tmp_path)
    with opened(clone) as laptop:
        key, before = laptop.keys.data_key, aside(laptop)
    made = salvage.make(clone.folder, clone.vault, clone.store, key, (), "2026-11-25T02:00:00.000+00:00")
    assert made.gaps == ()
    assert made.lines == ()
    salvage.use(made)
    with opened(clone) as laptop:
        assert aside(laptop) == before
        check = verify_journal(laptop)
        assert check.fault is None
        assert check.gaps == ()
        well(laptop)
        assert second not in states(laptop)


def test_only_a_lone_store_s_attachments_are_swept(county: CountyProcess, tmp_path: Path) -> None:
    """Beside a copy from before an upgrade they are; beside another store of the vault they may be that one's."""
    lin = enrolled(tmp_path / "lin", county, "林晓梅")
    with opened(lin) as laptop:
        kept = attachments.keep(laptop.folder, b"belongs to nothing")
        for name, swept in (("store-9.db", 0), ("store-before-0001.db", 1)):
            (laptop.folder / name).write_bytes(b"")
            assert laptop.read(lambda connection: attachments.sweep(connection, laptop.folder)) == swept
            (laptop.folder / name).unlink()
        assert not (laptop.folder / attachments.FOLDER / kept).exists()
        assert laptop.read(lambda connection: connection.scalars(select(entry.c.id)).first()) is not None
