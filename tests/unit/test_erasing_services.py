"""Erasing a person and a scan: nothing of them is left in the store, and what must stay is named with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, Name, NewResident, Phones
from desktop.services import drafts, erasing, households, visits
from desktop.services.application import Application, system_clock
from desktop.services.erasing import Ground
from desktop.services.people import find_people
from desktop.services.vaults import verify_journal
from desktop.storage import records, settings, vault
from desktop.storage.tables import entry
from tests.casework import BORN, end_aid, recorded_household, signed_sheet, visit
from tests.county_issued import issue_everything
from tests.storage.test_erasing import CANARY, CANARY_PHONE, WORDS, pages_with
from tests.vaults import closed_vault, enrolment, opened


def household_with_canary(application: Application) -> tuple[households.NewIds, str]:
    """Enrols a new vault; a household in it, and a member besides who is to be erased."""
    application.enrol(enrolment(application.identity.vault))
    issue_everything(application)
    new = recorded_household(application)
    member = NewResident(Name(CANARY), birth=Birth(BORN), relation="2", phones=Phones((CANARY_PHONE,)))
    end_aid(application, new.household)
    return new, households.add_member(application, new.household, member).value


def test_a_person_is_erased_everywhere_and_the_others_stay(tmp_path: Path) -> None:
    """Own record, sheets, drafts, search and the place as head; the household, its address and the others stay."""
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        new, person = household_with_canary(application)
        signed_sheet(application, person)
        visits.record_visit(application, visit(new.household, application.today()))
        drafts.keep_draft(application, "about", "consent", person, {"words": CANARY})
        drafts.keep_draft(application, "other", "visit", new.household, {"words": "留着"})
        done = erasing.erase_resident(application, person, Ground.RIGHT, "本人要求删除").value
        assert done.entries > 5
        assert done.drafts == 1
        assert {one.kind for one in done.remains} == {"header", "visit"}
        assert all(one.words for one in done.remains)
        assert find_people(application, CANARY) == ()
        assert drafts.open_drafts(application, "visit", new.household)
        assert verify_journal(application).fault is None
        # The head goes too: the next member stands in the place, the address is as it was.
        before = application.read(lambda connection: _groups(connection, new.household))
        erasing.erase_resident(application, new.residents[0], Ground.MISTAKE, "登记错了人")
        after = application.read(lambda connection: _groups(connection, new.household))
        assert after["address"]["value"] == before["address"]["value"]
        assert after["head"]["value"] == {"resident": new.residents[1]}
        assert not application.read(lambda connection: _mentions(connection, new.residents[0]))
        assert verify_journal(application).fault is None
        with pytest.raises(UserFacingError, match=r"erasing\.unknown"):
            erasing.erase_resident(application, person, Ground.RIGHT, "再来一次")
    key = vault.unlock(closed.home, closed.vault, closed.password, closed.card, system_clock()).data_key
    for words in WORDS:
        assert not pages_with(closed.store, key, words), words


def test_an_erasure_that_was_cut_is_finished_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the first action: what was planned goes on without anybody asking."""
    with opened(closed_vault(tmp_path)) as application:
        application.enrol(enrolment(application.identity.vault))
        issue_everything(application)
        new = recorded_household(application)
        signed_sheet(application, new.residents[0])
        real = erasing.erase_records
        with monkeypatch.context() as patched:
            patched.setattr(erasing, "erase_records", _killed)
            with pytest.raises(KeyboardInterrupt):
                erasing.erase_resident(application, new.residents[0], Ground.MISTAKE, "登记错了人")
        assert find_people(application, "𠮷建国")
        assert erasing.erase_records is real
        erasing.finish(application)
        assert find_people(application, "𠮷建国") == ()
        assert application.read(lambda connection: settings.get(connection, "erasing")) is None
        assert verify_journal(application).fault is None


def test_an_erasure_that_met_a_full_disk_is_not_forgotten_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker goes on with another person meanwhile: what was begun is finished first, and nothing of it stays."""
    with opened(closed_vault(tmp_path)) as application:
        application.enrol(enrolment(application.identity.vault))
        issue_everything(application)
        new = recorded_household(application)
        first, second = new.residents[:2]
        with monkeypatch.context() as patched:
            patched.setattr(erasing, "erase_records", _full)
            with pytest.raises(UserFacingError):
                erasing.erase_resident(application, first, Ground.MISTAKE, "登记错了人")
        assert find_people(application, "𠮷建国")
        erasing.erase_resident(application, second, Ground.MISTAKE, "登记错了人")
        assert find_people(application, "𠮷建国") == ()
        assert application.read(lambda connection: records.state(connection, second)) is None


def _full(*_given: object) -> None:
    raise UserFacingError("disk.full")


def _killed(*_given: object) -> None:
    raise KeyboardInterrupt


def _groups(connection: Connection, household: str) -> dict[str, Any]:
    state = records.state(connection, household)
    assert state is not None
    groups: dict[str, Any] = state["groups"]
    return groups


def _mentions(connection: Connection, record_id: str) -> bool:
    wanted = select(entry.c.payload).where(entry.c.payload.is_not(None), entry.c.kind != "entry.erased")
    return any(record_id.encode() in payload for payload in connection.scalars(wanted))


@pytest.mark.parametrize(
    ("kind", "about", "body"),
    [
        ("consent", "person", {}),
        ("household-change", "household", {"editing": "resident", "resident": "person"}),
        ("referral", None, {"asks": [{"resident": "person"}]}),
    ],
)
def test_a_draft_about_somebody_who_was_erased_does_not_come_back(
    tmp_path: Path, kind: str, about: str | None, body: dict[str, Any]
) -> None:
    """The page did not know yet and saves what is typed on it: refused, thrown away, and not in the file."""
    closed = closed_vault(tmp_path)
    with opened(closed) as application:
        new, person = household_with_canary(application)
        ids = {"person": person, "household": new.household}
        typed = json.loads(json.dumps({**body, "words": CANARY}).replace('"person"', f'"{person}"'))
        subject = ids[about] if about else None
        drafts.keep_draft(application, "typed", kind, subject, typed)
        erasing.erase_resident(application, person, Ground.RIGHT, "本人要求删除")
        with pytest.raises(UserFacingError, match=r"record\.erased"):
            drafts.keep_draft(application, "typed", kind, subject, typed)
        assert drafts.open_drafts(application) == ()
        drafts.keep_draft(application, "visit", "visit", new.household, {"members": [person]})
        assert [one.id for one in drafts.open_drafts(application)] == ["visit"], "a visit is the household's"
    key = vault.unlock(closed.home, closed.vault, closed.password, closed.card, system_clock()).data_key
    for words in WORDS:
        assert not pages_with(closed.store, key, words), words
