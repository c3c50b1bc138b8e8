"""Over the lease a vault is read and synced, drafts are saved, a person's no is taken; a code or a sync ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.lease import LeaseState, code_for, period_of
from desktop.services import consent, drafts, erasing, households, lease, revocation, vaults
from desktop.services.erasing import Ground
from desktop.services.people import find_people
from desktop.services.sync import finish_interrupted
from desktop.storage.standing import KeptStanding
from tests.casework import new_household, new_sheet, recorded_household, signed_sheet
from tests.county_issued import STANDARD, issue, issue_everything
from tests.people import made_up_id
from tests.vaults import made_vault

MET = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = bytes(range(32)).hex()


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = MET

    def __call__(self) -> datetime:
        return self.now


def word(time: datetime) -> KeptStanding:
    """The county's verified word: nothing against this vault."""
    return KeptStanding(time.isoformat(), revoked=False, wipe=False, order=0, since="", reason="", ask="", signed="")


def test_an_erasure_that_was_cut_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Going on with it says the household anew, which a revocation forbids; over the lease a person's right is done."""
    clock = Clock()
    with made_vault(tmp_path, clock=clock) as application:
        issue_everything(application)
        new = recorded_household(application)
        with monkeypatch.context() as patched:
            patched.setattr(erasing, "_carry_out", _killed)
            with pytest.raises(KeyboardInterrupt):
                erasing.erase_resident(application, new.residents[0], Ground.MISTAKE, "登记错了人")
        revocation.keep_standing(application, replace(word(MET), revoked=True, order=1), SECRET)
        finish_interrupted(application)
        assert find_people(application, "𠮷建国")
        revocation.keep_standing(application, replace(word(MET), order=2), SECRET)
        clock.now = MET + timedelta(days=120)
        finish_interrupted(application)
        assert find_people(application, "𠮷建国") == ()


def _killed(*_given: object) -> None:
    raise KeyboardInterrupt


def test_ninety_days_without_the_county(tmp_path: Path) -> None:
    """Reminder at 30; at 90 nothing new is recorded, everything else goes on; the code counts from its period."""
    clock = Clock()
    with made_vault(tmp_path, clock=clock) as application:
        issue_everything(application)
        new = recorded_household(application)
        other = new_household("李某", made_up_id("350703", date(1960, 2, 3), 13))
        signed_sheet(application, new.residents[0])
        sheet = consent.draft_sheet(application, new_sheet(new.residents[1])).value
        revocation.keep_standing(application, word(MET), SECRET)
        for days, state in (
            (0, LeaseState.GOOD),
            (30, LeaseState.REMINDER),
            (60, LeaseState.REMINDER),
            (89, LeaseState.REMINDER),
        ):
            clock.now = MET + timedelta(days=days)
            held = lease.look(application)
            assert held is not None
            assert (held.days, held.state) == (days, state)
            recorded = find_people(application, "𠮷建国")
            assert recorded
        clock.now = MET + timedelta(days=90)
        with pytest.raises(UserFacingError, match=r"lease\.code-needed"):
            households.add_household(application, other)
        drafts.keep_draft(application, "visit", "visit", new.household, {"words": "留着"})
        assert drafts.open_drafts(application, "visit", new.household)
        assert find_people(application, "𠮷建国")
        consent.refuse_sheet(application, sheet, "不同意了")
        lease.look(application)
        clock.now = MET + timedelta(days=10)
        lease.look(application)
        with pytest.raises(UserFacingError, match=r"lease\.code-needed"):
            households.add_household(application, other)
        called = MET + timedelta(days=91)
        vault = application.identity.vault
        with pytest.raises(UserFacingError, match=r"lease\.code-wrong"):
            lease.enter_code(application, code_for(bytes(32), vault, period_of(called)))
        held = lease.enter_code(application, code_for(bytes.fromhex(SECRET), vault, period_of(called))).value
        assert held.state is LeaseState.GOOD
        clock.now = called
        lease.look(application)
        assert households.add_household(application, other).value.household
        assert vaults.verify_journal(application).fault is None


def test_a_contact_begins_the_count_anew_and_the_county_sets_the_days(tmp_path: Path) -> None:
    """The county's time, not the laptop's; terms out of bounds are brought within."""
    clock = Clock()
    with made_vault(tmp_path, clock=clock) as application:
        issue(application, "standard", "standard", {**STANDARD, "lease": {"code_days": 31}})
        revocation.keep_standing(application, word(MET), SECRET)
        clock.now = MET + timedelta(days=31)
        held = lease.look(application)
        assert held is not None
        assert held.state is LeaseState.CODE_NEEDED
        revocation.keep_standing(application, word(clock.now), SECRET)
        held = lease.look(application)
        assert held is not None
        assert (held.days, held.state) == (0, LeaseState.GOOD)


def test_practice_has_no_lease(tmp_path: Path) -> None:
    """Nobody real is in it."""
    with made_vault(tmp_path, practice=True) as application:
        assert lease.look(application) is None
