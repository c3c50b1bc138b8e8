"""A salvage says for each group of records where it was read, and from which backup, by place and day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EPOCH_BEGAN
from desktop.services import backups
from desktop.services.salvage import Fate, Salvage, backups_in, salvaging
from desktop.storage import generations
from desktop.storage.tables import entry
from desktop.ui.messages.salvage_words import list_words, origin_words
from tests.storage.test_former_stores import damaged
from tests.vaults import ClosedVault, closed_vault, enrolment, opened
from tests.worked_vault import work


@pytest.fixture
def closed(tmp_path: Path, stick: Path) -> ClosedVault:
    """Two households in the laptop's backup, two more on the stick, one in neither; the list of entries is damaged."""
    made = closed_vault(tmp_path / "home")
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
        work(application, 2)
        backups.back_up(application)
        work(application, 2, first=3)
        backups.back_up(application, stick)
        work(application, 1, first=5)
    damaged(made, "entry")
    return made


@contextmanager
def salvage_of(closed: ClosedVault, sources: tuple[Path, ...] | None = None) -> Iterator[Salvage]:
    with salvaging(closed.home, closed.vault, closed.password, closed.card, sources=sources) as found:
        yield found


def test_the_plan_names_place_and_day_of_the_backup_and_what_is_lost_by_record(
    closed: ClosedVault, stick: Path
) -> None:
    """The laptop's own backup gives two households, the stick's four; never more than there is."""
    with salvage_of(closed) as found:
        gone = {(one.place, one.kind): one for one in found.origins}
        assert gone["laptop", "household"].records == 2
        assert sum(one.records for one in found.origins if (one.fate, one.kind) == ("lost", "household")) == 3
        (made,) = {one.made for one in found.origins if one.fate == "backup"}
        (own,) = generations.listed(closed.folder / "backups")
        assert made == own.made.isoformat(timespec="seconds")
        words = origin_words(found.origins)
        assert any(line.startswith("读自本机的备份（") and "家庭 2 份" in line for line in words)
        lost = [line for title, lines in list_words(found.lines) if title == "找不回来的" for line in lines]
        assert any("㛃5" in line for line in lost), "by record, as a worker knows it"
    with salvage_of(closed, backups_in(closed.home, closed.vault, stick)) as found:
        of_stick = [one for one in found.origins if (one.place, one.kind) == ("stick", "household")]
        assert [one.records for one in of_stick] == [4]
        titles = [title for title, _ in list_words(found.lines)]
        assert any(title.startswith("从 U 盘上的备份（") for title in titles)
        found.accept(found.digest)
    with opened(closed) as application:
        query = select(entry.c.payload).where(entry.c.kind == EPOCH_BEGAN, entry.c.own).order_by(entry.c.id.desc())
        said = json.loads(application.read(lambda c: c.scalars(query).first()) or b"")["body"]
        assert said["reason"] == "salvaged"
        assert {"fate": "backup", "kind": "household", "records": 4, "entries": 4, "place": "stick"}.items() <= next(
            one for one in said["origins"] if one["kind"] == "household" and one["fate"] == "backup"
        ).items()
        assert str(stick) not in json.dumps(said), "no path in the journal"
    with pytest.raises(UserFacingError, match=r"backup\.none"):
        backups_in(closed.home, "another", stick)


def test_what_the_damaged_store_gave_is_counted_as_read_there(closed: ClosedVault) -> None:
    """With the list of entries whole and that of records damaged nothing else is needed."""
    damaged(closed, "entry")  # the same bit again: whole
    damaged(closed, "record")
    with salvage_of(closed) as found:
        assert {one.fate for one in found.origins} == {"read"}
        assert {one.kind: one.records for one in found.origins}["household"] == 5
        assert not [line for line in found.lines if line.fate is Fate.LOST]
        assert "读自损坏的库：" in origin_words(found.origins)[0]
