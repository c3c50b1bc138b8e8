"""Wrong passwords are counted over restarts, cost a growing wait after ten, and stand in the journal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import events
from desktop.storage import tries
from desktop.storage.tries import Tries
from tests.vaults import PASSWORD, ClosedVault, closed_vault, made_vault, opened

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def wrong(home: Path, times: int, now: datetime = NOON) -> None:
    """Count so many wrong tries as if each had waited as it should."""
    for number in range(times):
        tries.begin(home, "vault", now + timedelta(days=number))


def test_ten_tries_are_free_and_then_each_doubles_the_wait(tmp_path: Path) -> None:
    """Thirty seconds, a minute, two … and never more than an hour."""
    waits = []
    for number in range(20):
        now = NOON + timedelta(days=number)
        tries.begin(tmp_path, "vault", now)
        waits.append(tries.seconds_to_wait(tmp_path, "vault", now))
    assert waits[:9] == [0] * 9
    assert waits[9:17] == [30, 60, 120, 240, 480, 960, 1920, 3600]
    assert waits[17:] == [3600] * 3


def test_a_try_during_the_wait_is_refused_and_says_how_long(tmp_path: Path) -> None:
    """The count is in a file, so a restart changes nothing."""
    wrong(tmp_path, 10)
    last = NOON + timedelta(days=9)
    with pytest.raises(UserFacingError) as caught:
        tries.begin(tmp_path, "vault", last + timedelta(seconds=12))
    assert caught.value.code == "vault.wait"
    assert caught.value.values == {"seconds": 18}
    tries.begin(tmp_path, "vault", last + timedelta(seconds=31))
    assert tries.read(tmp_path, "vault").wrong == 11


@pytest.mark.parametrize("year", [1980, 2099])
def test_a_clock_that_jumps_keeps_nobody_out_longer_than_the_wait(tmp_path: Path, year: int) -> None:
    """A flat battery sets the clock to 1980: the wait is the whole wait again, not forty years."""
    wrong(tmp_path, 11)
    now = NOON.replace(year=year)
    seconds = tries.seconds_to_wait(tmp_path, "vault", now)
    assert seconds in (0, 60)
    tries.begin(tmp_path, "vault", now + timedelta(seconds=seconds))
    assert tries.read(tmp_path, "vault").wrong == 12


def test_a_clock_that_is_put_right_after_wrong_tries_in_the_future_ends_the_wait(tmp_path: Path) -> None:
    """Tried while the clock said 2099: at the door and by a try alike, the wait begins where the clock is now."""
    wrong(tmp_path, 11, NOON.replace(year=2099))
    with pytest.raises(UserFacingError, match=r"vault\.wait"):
        tries.begin(tmp_path, "vault", NOON)
    assert tries.seconds_to_wait(tmp_path, "vault", NOON + timedelta(seconds=20)) == 40
    assert tries.seconds_to_wait(tmp_path, "vault", NOON + timedelta(seconds=60)) == 0


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"wrong": "many", "first": 1, "last": 2}', b"x" * 9000])
def test_a_damaged_count_keeps_nobody_out(tmp_path: Path, damage: bytes) -> None:
    """It is a courtesy beside Argon2id, and must never stand between a worker and unsent work."""
    wrong(tmp_path, 12)
    (tmp_path / "tries" / "vault.json").write_bytes(damage)
    assert tries.read(tmp_path, "vault") == Tries()
    assert tries.seconds_to_wait(tmp_path, "vault", NOON) == 0


def test_wrong_passwords_stand_in_the_journal_after_the_next_unlock(tmp_path: Path) -> None:
    """How many, from when to when; then the count begins anew."""
    with made_vault(tmp_path) as application:
        vault = application.identity.vault
        card = application.keys.device_secret
    from desktop.storage.device_card import card_text

    closed = ClosedVault(tmp_path, vault, PASSWORD, card_text(card))
    for _ in range(3):
        with (
            pytest.raises(UserFacingError, match=r"vault\.wrong-password"),
            opened(ClosedVault(tmp_path, vault, "不是这个密码", closed.card)),
        ):
            pass
    with opened(closed) as application:
        payload = application.read(
            lambda c: c.exec_driver_sql("SELECT payload FROM entry WHERE kind = 'vault.tried'").scalars().all()
        )
    assert len(payload) == 1
    assert json.loads(payload[0])["body"]["wrong"] == 3
    assert tries.read(tmp_path, vault) == Tries()


def test_before_enrolment_wrong_passwords_stand_in_the_log_of_events(tmp_path: Path) -> None:
    """There is no journal yet; they are not forgotten without a word."""
    closed = closed_vault(tmp_path)
    with (
        pytest.raises(UserFacingError, match=r"vault\.wrong-password"),
        opened(replace(closed, password="不是它-2026")),
    ):
        pass
    with opened(closed) as application:
        assert [one.event for one in events.noted(application)] == ["vault.tried"]
    with opened(closed) as application:
        assert len(events.noted(application)) == 1


def test_what_is_not_about_the_password_does_not_count(tmp_path: Path) -> None:
    """A mistyped card or a missing keyring is not a guess."""
    closed = closed_vault(tmp_path)
    for card in ("nonsense", None):
        with pytest.raises(UserFacingError), opened(ClosedVault(tmp_path, closed.vault, PASSWORD, card)):  # type: ignore[arg-type]
            pass
    assert tries.read(tmp_path, closed.vault) == Tries()
