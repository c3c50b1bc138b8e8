"""An erasure on one laptop reaches the county and every other laptop that has a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Name, NewResident, Phones
from desktop.services import drafts, households
from desktop.services.application import Application
from desktop.services.people import find_people
from desktop.services.vaults import erase_entry, verify_journal
from desktop.storage import attachments
from desktop.storage.tables import entry
from desktop.sync.envelope import seal
from tests.county_process import CountyProcess, serving
from tests.entry_bodies import BODIES
from tests.households import made_up_household
from tests.storage.test_erasing import CANARY, CANARY_PHONE, WORDS, pages_with
from tests.sync.journals import enrolled, synced
from tests.vaults import ClosedVault, data_key, opened


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path / "county") as running:
        yield running


def references(application: Application, record: str) -> list[str]:
    """The entries of a record that still have content."""
    wanted = select(entry).where(entry.c.record == record, entry.c.payload.is_not(None), entry.c.kind != "entry.erased")
    rows = application.read(lambda connection: connection.execute(wanted).all())
    return [f"{row.vault}/{row.epoch}/{row.seq}" for row in rows]


def key_of(closed: ClosedVault) -> bytes:
    return data_key(closed.home, closed.vault, closed.password, closed.card)


@pytest.mark.parametrize("eraser", ["lin", "wang"])
def test_an_erasure_reaches_everybody_who_has_a_copy(tmp_path: Path, county: CountyProcess, eraser: str) -> None:
    """The one who wrote it erases, or a colleague does: gone from both stores, searches, drafts and the county;
    both journals hold, and what belongs to others stays."""
    lin, wang = (enrolled(tmp_path / name, county, name) for name in ("林晓梅", "王大山"))
    with opened(lin) as one, opened(wang) as other:
        household = households.add_household(one, made_up_household("练习甲户")).value.household
        member = NewResident(Name(CANARY), relation="2", phones=Phones((CANARY_PHONE,)))
        person = households.add_member(one, household, member).value
        synced(one)
        synced(other)
        assert [line.name for line in find_people(other, CANARY)] == [CANARY]
        drafts.keep_draft(other, "about", "consent", person, {"words": CANARY})
        drafts.keep_draft(other, "else", "visit", household, {"words": "留着"})
        first, second = (one, other) if eraser == "lin" else (other, one)
        for reference in references(first, person):
            erase_entry(first, reference, "本人要求删除")
        synced(first)
        report = synced(second)
        assert report.not_done == ()
        for application, closed in ((one, lin), (other, wang)):
            assert find_people(application, CANARY) == ()
            assert references(application, person) == []
            assert [line.name for line in find_people(application, "练习甲户")] == ["练习甲户"]
            assert verify_journal(application).fault is None
            for words in WORDS:
                assert not pages_with(closed.store, key_of(closed), words), words
        assert [one.id for one in drafts.open_drafts(other, "visit", household)] == ["else"]
        assert drafts.open_drafts(other, "consent", person) == ()
        assert report.entries_erased == 1, "by which the window forgets what it held of them"
        with pytest.raises(UserFacingError, match=r"record\.erased"):
            drafts.keep_draft(second, "about", "consent", person, {"words": CANARY})
        assert drafts.open_drafts(second, "consent") == ()
        assert county.states().get(person) is None


def test_a_colleague_who_erases_a_scan_takes_the_picture_from_its_laptop(tmp_path: Path, county: CountyProcess) -> None:
    """A picture of the wrong person lies on the laptop that took it and at the county; the feed brings its end."""
    with (
        opened(enrolled(tmp_path / "lin", county, "林晓梅")) as one,
        opened(enrolled(tmp_path / "wang", county, "王大山")) as other,
    ):
        sealed = seal(b"picture", [one.sealing_key.recipient])
        digest = attachments.keep(one.folder, sealed)

        def record(action: object) -> None:
            body = {**BODIES["scan.recorded"], "attachment": digest}
            action.add("scan.recorded", "scan-1", body)  # type: ignore[attr-defined]
            attachments.add_row(action.connection, digest, len(sealed), "image/jpeg", "scan-1")  # type: ignore[attr-defined]

        one.act(record)
        synced(one)
        synced(other)
        stored = county.folder / "attachments" / digest[:2] / digest
        assert stored.exists()
        (reference,) = references(other, "scan-1")
        erase_entry(other, reference, "拍错了人")
        synced(other)
        assert not stored.exists()
        synced(one)
        assert not (one.folder / attachments.FOLDER / digest).exists()
        assert one.read(attachments.unsent) == ()
        assert verify_journal(one).fault is None
        assert (
            one.read(lambda connection: connection.scalar(select(func.count()).where(entry.c.payload.is_(None)))) == 1
        )
