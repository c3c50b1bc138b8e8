"""Erasing content (个人信息删除权, PIPL art. 47): it is gone from the file, not only from the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Name, NewResident, Phones
from desktop.services import households
from desktop.services.people import find_people
from desktop.services.vaults import erase_entry, verify_journal
from desktop.storage import attachments
from desktop.storage.journal import Action
from desktop.storage.tables import entry
from desktop.sync.envelope import seal
from tests.households import made_up_household
from tests.storage.decrypted_pages import decrypted_frames, decrypted_pages
from tests.vaults import closed_vault, data_key, enrolment, made_vault, opened

CANARY = "欧阳䶮𠮷"
CANARY_PHONE = "13905990001"
WORDS = (CANARY, CANARY[1:], CANARY_PHONE, "ouyangyanji")
"""The name, a part of it and its pinyin, as the search index holds them too, and the phone."""


def pages_with(store: Path, key: bytes, words: str) -> int:
    """On how many pages of the store and its write-ahead log these words are, in any form we write them."""
    forms = [words.encode(), words[::-1].encode(), words.encode("unicode_escape")]
    pages = [*decrypted_pages(store, key), *decrypted_frames(store, key)]
    return sum(any(form in page for form in forms) for page in pages)


@pytest.mark.parametrize("others", [0, 40, 400])
def test_erased_content_is_on_no_page_of_the_file(tmp_path: Path, others: int) -> None:
    """Searched for on all decrypted pages, those in use and the free ones, and in the write-ahead log.

    With few and with many other people in the store: where the tree had been rebuilt, copies could have stayed.
    """
    closed = closed_vault(tmp_path)
    key = data_key(tmp_path, closed.vault, closed.password, closed.card)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        for number in range(others):
            households.add_household(application, made_up_household(f"练习{number}户", phone="13905990000"))
        made = households.add_household(application, made_up_household("练习甲户")).value
        member = NewResident(Name(CANARY), relation="2", phones=Phones((CANARY_PHONE,)))
        erased = households.add_member(application, made.household, member).value
        for number in range(others):
            households.add_household(application, made_up_household(f"练习{number}后户"))
        application.store.checkpoint()
        for words in WORDS:
            assert pages_with(closed.store, key, words), f"{words}: nothing to look for"

        def references(connection: Connection) -> list[str]:
            rows = connection.execute(select(entry).where(entry.c.record == erased))
            return [f"{row.vault}/{row.epoch}/{row.seq}" for row in rows]

        for reference in application.read(references):
            erase_entry(application, reference, "本人要求删除")
        assert find_people(application, CANARY) == ()
        assert find_people(application, CANARY_PHONE) == ()
        for words in WORDS:
            assert not pages_with(closed.store, key, words), words
        assert verify_journal(application).fault is None
    for words in WORDS:
        assert not pages_with(closed.store, key, words), words


def test_a_correction_survives_the_erasure_of_what_it_corrected(tmp_path: Path) -> None:
    """The wrong phone goes, the name written later stays, and the record is folded anew without a gap."""
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        made = households.add_household(application, made_up_household("练习甲户", phone=CANARY_PHONE)).value
        resident = made.residents[0]
        households.change_resident(application, resident, {"name": Name("练习更正户")})
        first = f"{application.identity.vault}/{application.identity.epoch}/3"
        erase_entry(application, first, "录错")
        assert [line.name for line in find_people(application, "更正户")] == ["练习更正户"]
        assert find_people(application, CANARY_PHONE) == ()
        assert verify_journal(application).fault is None


def test_the_reason_for_one_entry_names_nobody_of_whom_it_says_something(tmp_path: Path) -> None:
    """It is kept and sent for ever, also where one entry is erased by command: no name, telephone or old name."""
    with made_vault(tmp_path) as application:
        made = households.add_household(application, made_up_household("练习甲户")).value
        member = NewResident(Name(CANARY), relation="2", phones=Phones((CANARY_PHONE,)))
        resident = households.add_member(application, made.household, member).value

        def first(connection: Connection, record: str) -> str:
            row = connection.execute(select(entry).where(entry.c.record == record).order_by(entry.c.seq)).first()
            assert row is not None
            return f"{row.vault}/{row.epoch}/{row.seq}"

        own = application.read(lambda connection: first(connection, resident))
        homes = application.read(lambda connection: first(connection, made.household))
        for reference in (own, homes):
            for reason, code in (("  ", "missing"), (f"{CANARY}要求", "names"), (f"电话{CANARY_PHONE}错", "names")):
                with pytest.raises(UserFacingError, match=rf"erasing\.reason-{code}"):
                    erase_entry(application, reference, reason)
        with pytest.raises(UserFacingError, match=r"erasing\.reason-names"):
            erase_entry(application, homes, "练习甲户不要了")
        erase_entry(application, own, "本人要求删除")
        assert verify_journal(application).fault is None


def test_with_an_erased_scan_goes_its_picture(tmp_path: Path) -> None:
    """A picture of the wrong person is taken out: the file is gone and is no longer on its way to the county."""
    with made_vault(tmp_path) as application:
        digest = attachments.keep(application.folder, seal(b"picture", [application.sealing_key.recipient]))
        kept = attachments.keep(application.folder, seal(b"another", [application.sealing_key.recipient]))

        def record(action: Action, scan: str, name: str) -> None:
            action.add("scan.recorded", scan, {"sheet": "sheet", "attachment": name, "page": 1, "recognised": False})
            attachments.add_row(action.connection, name, 1, "image/jpeg", scan)

        application.act(lambda action: record(action, "scan-1", digest))
        application.act(lambda action: record(action, "scan-2", kept))

        def reference(connection: Connection) -> str:
            row = connection.execute(select(entry).where(entry.c.record == "scan-1")).one()
            return f"{row.vault}/{row.epoch}/{row.seq}"

        erase_entry(application, application.read(reference), "拍错了人")
        assert application.read(attachments.unsent) == (kept,)
        assert [path.name for path in (application.folder / attachments.FOLDER).iterdir()] == [kept]
        assert verify_journal(application).fault is None
