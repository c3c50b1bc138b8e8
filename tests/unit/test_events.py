"""The log of events holds codes of a known form, is bounded, and lies inside the vault."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.services import events
from desktop.services.events import Event
from tests.vaults import made_vault


def test_what_is_noted_is_read_back_the_newest_first_and_the_oldest_go(tmp_path: Path) -> None:
    """A ring of a fixed size."""
    with made_vault(tmp_path) as application:
        events.note(application, Event.OPENED)
        for _ in range(events.MOST):
            events.note(application, Event.SYNC_STOPPED, "sync.county-away")
        events.note(application, Event.LOCKED, "lid")
        noted = events.noted(application)
    assert len(noted) == events.MOST
    assert (noted[0].event, noted[0].detail) == ("vault.locked", "lid")
    assert {one.event for one in noted[1:]} == {"sync.stopped"}


def test_no_value_of_a_field_gets_into_it(tmp_path: Path) -> None:
    """Whatever a caller hands over by mistake: the event is noted, the value is not."""
    values = ("吉建国", "350703195203120018", "13800001234", "Ji Jianguo", "sync.吉建国", "a" * 60, "4F2A-91C0 吉")
    with made_vault(tmp_path) as application:
        for event in Event:
            for value in values:
                events.note(application, event, value)
        noted = events.noted(application)
    assert [one.event for one in reversed(noted)] == [event.value for event in Event for _ in values]
    assert {one.detail for one in noted} == {""}


def test_a_bugs_reference_may_stand_there(tmp_path: Path) -> None:
    """It is what the dialog tells people to read out."""
    with made_vault(tmp_path) as application:
        events.note(application, Event.BUG, "4F2A-91C0")
        assert events.noted(application)[0].detail == "4F2A-91C0"


def test_both_keyrings_may_stand_there(tmp_path: Path) -> None:
    """Names of programs: what was, and what is now."""
    wallet = UserFacingError(
        "vault.keyring-changed", keyring_before="keyring.backends.SecretService", keyring_now="keyring.backends.kwallet"
    )
    none = UserFacingError("vault.keyring-changed", keyring_before="keyring.backends.Windows", keyring_now="")
    with made_vault(tmp_path) as application:
        for changed in (wallet, none):
            events.note(application, Event.KEYRING_CHANGED, events.keyrings_named(changed))
        noted = [one.detail for one in reversed(events.noted(application))]
    assert noted == ["keyring.backends.SecretService>keyring.backends.kwallet", "keyring.backends.Windows>none"]
