"""A colleague checks beside the worker: two real vaults on one laptop, of which only one is open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from desktop.actions import perform
from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import Role
from desktop.services import beside_checks, consent, door
from desktop.services.application import Application
from desktop.services.beside_checks import Against, Finding, Word
from desktop.storage import records, signing_slot, tries
from desktop.storage import vault as vaults
from desktop.storage.tables import entry
from desktop.sync.envelope import Signed, SigningKey
from tests.casework import recorded_household, signed_sheet
from tests.county_issued import CHARITY, issue, issue_everything
from tests.vaults import ClosedVault, closed_vault, enrolment, opened

THEIRS = "同事自己的密码-2026"
WRONG = "不是这个密码"
START = datetime(2026, 11, 26, 10, 0, tzinfo=timezone(timedelta(hours=8)))


@dataclass
class Clock:
    """The laptop's clock, as the test sets it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """林晓梅's open vault, 何金水's closed one beside it, and a signed sheet."""

    application: Application
    colleague: ClosedVault
    public: str
    clock: Clock
    resident: str
    sheet: str

    def check(self, password: str = THEIRS, against: Against = Against.PAPER) -> str:
        """何金水 finds it right."""
        return beside_checks.check_beside(
            self.application, self.sheet, self.colleague.vault, password, against, card=self.colleague.card
        ).value

    def refusal(self, password: str = THEIRS, against: Against = Against.PAPER) -> UserFacingError:
        """Why it is refused."""
        with pytest.raises(UserFacingError) as refused:
            self.check(password, against)
        return refused.value

    def problem(self) -> str:
        """Why 何金水 is not offered."""
        found = beside_checks.colleagues(self.application, self.sheet)
        (one,) = [one for one in found if one.vault == self.colleague.vault]
        return one.problem

    def statement(self, check: str) -> dict[str, Any]:
        """What was signed, its signature checked under 何金水's enrolled key."""
        state = self.application.read(lambda connection: records.state(connection, check))
        assert state is not None
        fact = state["fact"]
        signed = Signed(fact["statement"]["signed"].encode(), bytes.fromhex(fact["statement"]["signature"]))
        document: dict[str, Any] = json.loads(signed.verified(self.public))
        return document


def roster(application: Application, vault: str, **changes: object) -> None:
    """The township's vaults, as the county has them."""
    he = {"vault": vault, "worker": "worker-he", "name": "何金水", "role": "reviewer", **changes}
    lin = {"vault": application.identity.vault, "worker": "worker-lin", "name": "林晓梅", "role": "caseworker"}
    chen = {"vault": "elsewhere", "worker": "worker-chen", "name": "陈晓燕", "role": "reviewer"}
    known: list[dict[str, object]] = [*([he] if he["worker"] else []), {**lin}, {**chen}]
    workers = [{name: one[name] for name in ("worker", "name", "role")} for one in known]
    body = {"version": 1, "township": "350703104", "vaults": known, "workers": workers}
    issue(application, "roster", "roster-350703104", body)


@pytest.fixture
def closed(tmp_path: Path) -> ClosedVault:
    """何金水's vault, enrolled and locked."""
    made = closed_vault(tmp_path, worker_name="何金水", password=THEIRS)
    with opened(made) as application:
        given = enrolment(made.vault, worker="worker-he", worker_name="何金水", role=Role.REVIEWER)
        application.enrol(given)
    return made


def made_desk(application: Application, closed: ClosedVault, clock: Clock, **changes: object) -> Desk:
    """What the county issued, and a sheet that 林晓梅 and 陈晓燕 took."""
    with opened(closed) as other:
        public = other.signing_key.public
    issue_everything(application)
    roster(application, closed.vault, **changes)
    resident = recorded_household(application).residents[0]
    sheet = signed_sheet(application, resident, refused=frozenset({DataClass.B3}), second_worker="worker-chen")
    return Desk(application, closed, public, clock, resident, sheet)


@pytest.fixture
def own(tmp_path: Path, closed: ClosedVault) -> Iterator[tuple[Application, Clock]]:
    """林晓梅's open vault on the same laptop."""
    clock = Clock()
    mine = closed_vault(closed.home, worker_name="林晓梅")
    with opened(mine, clock=clock) as application:
        application.enrol(enrolment(mine.vault))
        yield application, clock


@pytest.fixture
def desk(own: tuple[Application, Clock], closed: ClosedVault) -> Desk:
    """A colleague who may check, sitting down."""
    return made_desk(own[0], closed, own[1])


def files_of(closed: ClosedVault) -> dict[str, str]:
    """Every file of a vault's folder, by its hash."""
    return {
        str(path.relative_to(closed.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in closed.folder.rglob("*")
        if path.is_file()
    }


def test_a_colleague_signs_what_was_looked_at_and_nothing_is_in_force_yet(desk: Desk) -> None:
    """The statement stands under the colleague's key; the county's word is waited for; their vault stayed as it was."""
    before = files_of(desk.colleague)
    check = desk.check()
    assert files_of(desk.colleague) == before
    said = desk.statement(check)
    assert (said["sheet"], said["checker"], said["vault"]) == (desk.sheet, "worker-he", desk.colleague.vault)
    assert (said["recorded_in"], said["finding"]) == (desk.application.identity.vault, "right")
    assert (said["print"], said["against"], said["time"]) == ("0" * 64, "paper", START.isoformat())
    assert sorted(said["answers"].values()) == ["agreed", "agreed", "agreed", "refused"]
    assert consent.sheet(desk.application, desk.sheet).state is SheetState.SIGNED
    answers = consent.disclosures(desk.application, desk.resident, CHARITY, Purpose.DISABILITY, [DataClass.A1])
    assert (answers[DataClass.A1].allowed, answers[DataClass.A1].after_check) == (False, True)
    found = beside_checks.standing_of(desk.application, desk.sheet)
    assert found is not None
    assert (found.name, found.finding, found.word) == ("何金水", Finding.RIGHT, Word.UNREPORTED)
    assert desk.refusal().code == "beside.again"


def test_what_a_colleague_finds_wrong_is_void_at_once(desk: Desk) -> None:
    """A no needs nobody's word; it says what is wrong, and the colleague signed that."""
    application, other = desk.application, desk.colleague
    with pytest.raises(UserFacingError, match=r"beside\.reason-missing"):
        beside_checks.reject_beside(application, desk.sheet, other.vault, THEIRS, Against.PAPER, "  ", card=other.card)
    check = beside_checks.reject_beside(
        application, desk.sheet, other.vault, THEIRS, Against.PAPER, "签名不是本人", card=other.card
    ).value
    assert (desk.statement(check)["finding"], desk.statement(check)["reason"]) == ("wrong", "签名不是本人")
    view = consent.sheet(application, desk.sheet)
    assert (view.state, view.reason) == (SheetState.VOID, "签名不是本人")
    answers = consent.disclosures(application, desk.resident, CHARITY, Purpose.DISABILITY, [DataClass.A1])
    assert not answers[DataClass.A1].after_check


def test_wrong_passwords_count_for_the_colleague_alone_as_at_the_door(desk: Desk) -> None:
    """How many is said each time; after ten each costs a growing wait, which a restart does not end."""
    home, other = desk.colleague.home, desk.colleague
    for number in range(1, tries.FREE + 1):
        refused = desk.refusal(WRONG)
        assert (refused.code, refused.values) == (
            "beside.wrong-password",
            {"wrong": number, "left": tries.FREE - number},
        )
    waits = desk.refusal(THEIRS)
    assert (waits.code, waits.values) == ("beside.wait", {"seconds": 30})
    assert door.seconds_to_wait(home, desk.application.identity.vault) == 0
    with pytest.raises(UserFacingError, match=r"vault\.wait"), opened(other, clock=desk.clock):
        pass
    desk.clock.now += timedelta(seconds=31)
    assert desk.refusal(WRONG).values == {"wrong": tries.FREE + 1, "left": 0}
    assert desk.refusal(THEIRS).values == {"seconds": 60}
    desk.clock.now += timedelta(seconds=61)
    assert desk.check()
    assert tries.read(home, other.vault).wrong == tries.FREE + 1, "the colleague's journal has not heard of it yet"
    desk.clock.now += timedelta(seconds=61)
    with opened(other, clock=desk.clock) as theirs:
        kinds = theirs.read(lambda one: one.execute(entry.select().where(entry.c.own)).all())
        assert [row.kind for row in kinds].count("vault.tried") == 1
    assert tries.read(home, other.vault).wrong == 0


def test_nothing_but_the_colleagues_own_password_and_card_signs(desk: Desk) -> None:
    """Not the worker's password, not another card; a mistyped card is no wrong password."""
    application, other = desk.application, desk.colleague
    assert desk.refusal("走村入户-2026").code == "beside.wrong-password"
    counted = tries.read(other.home, other.vault).wrong
    for card, code in ((None, "vault.card-needed"), ("abc", "vault.card-mistyped")):
        with pytest.raises(UserFacingError, match=code):
            beside_checks.check_beside(application, desk.sheet, other.vault, THEIRS, Against.PAPER, card=card)
    assert tries.read(other.home, other.vault).wrong == counted
    assert beside_checks.standing_of(application, desk.sheet) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"role": "social-worker"}, "not-allowed"),
        ({"worker": "worker-chen", "name": "陈晓燕"}, "same-person"),
        ({"worker": "worker-lin", "name": "林晓梅"}, "same-person"),
        ({"worker": ""}, "check-key-unknown"),
    ],
)
def test_who_may_not_check_is_refused_before_a_password_is_tried(
    own: tuple[Application, Clock], closed: ClosedVault, changes: dict[str, object], reason: str
) -> None:
    """By the county's roster: role, drafter, second worker, and whoever is not (any more) on it."""
    desk = made_desk(own[0], closed, own[1], **changes)
    assert desk.problem() == reason
    refused = desk.refusal(WRONG)
    assert (refused.code, refused.values["reason"]) == ("action.refused", reason)
    assert tries.read(closed.home, closed.vault).wrong == 0


def test_a_vault_that_is_not_on_this_laptop_cannot_sign_here(desk: Desk) -> None:
    """陈晓燕 is on the roster, and her vault is on another laptop."""
    with pytest.raises(UserFacingError, match=r"beside\.not-here"):
        beside_checks.check_beside(desk.application, desk.sheet, "elsewhere", THEIRS, Against.PAPER)


def test_a_damaged_signing_slot_is_said_and_mended_by_one_unlocking(desk: Desk) -> None:
    """The key also lies in the store, from which the slot is written anew."""
    assert desk.problem() == ""
    path = desk.colleague.folder / signing_slot.SIGNING_FILE
    path.write_bytes(path.read_bytes()[:-20])
    assert desk.problem() == "check-no-slot"
    assert desk.refusal().code == "vault.signing-slot-damaged"
    assert tries.read(desk.colleague.home, desk.colleague.vault).wrong == 0
    with opened(desk.colleague):
        pass
    assert desk.check()


def test_a_sheet_that_changed_while_it_was_signed_is_checked_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the looking and the saving somebody declared it void: the signature is thrown away."""
    read = vaults.read_signing_key

    def slowly(*given: Any) -> bytearray:
        consent.void_sheet(desk.application, desk.sheet, "作废")
        return read(*given)

    monkeypatch.setattr(vaults, "read_signing_key", slowly)
    assert desk.refusal().code == "beside.changed"
    assert beside_checks.standing_of(desk.application, desk.sheet) is None


def test_without_a_picture_only_the_paper_can_be_compared(desk: Desk) -> None:
    """Nothing can be said of a scan that is not there."""
    assert desk.refusal(against=Against.SCAN).code == "beside.no-scan"
    assert tries.read(desk.colleague.home, desk.colleague.vault).wrong == 0


def test_the_key_is_overwritten_once_it_has_signed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in memory for this one signature, also where signing fails."""
    buffers: list[bytearray] = []
    read = vaults.read_signing_key

    def kept(*given: Any) -> bytearray:
        buffers.append(read(*given))
        assert SigningKey(bytes(buffers[-1])).public == desk.public
        return buffers[-1]

    monkeypatch.setattr(vaults, "read_signing_key", kept)
    desk.check()
    assert buffers == [bytearray(32)]


def test_the_command_line_does_the_same_by_name(desk: Desk) -> None:
    """``zoucun do``: the same function, its arguments by their names."""
    line = {"paper_id": desk.sheet, "colleague": desk.colleague.vault, "password": THEIRS, "card": desk.colleague.card}
    done = perform(desk.application, {"do": "check-beside", **line, "against": "paper"})
    assert desk.statement(done.made)["finding"] == "right"
    assert done.changed == ("check",)
