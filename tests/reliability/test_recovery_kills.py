"""kill -9 before each change of a file while a recovery is finished: the old state or the new one, never between.

A random half of the places by default, every place with ``ZOUCUN_KILLS=200``; seeds are in every message.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.bootstrap import finish_recovery
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import decode_body
from desktop.services import escrow
from desktop.services.vaults import verify_journal
from desktop.storage import recovery_file, slots
from desktop.storage.device_card import card_text
from desktop.storage.escrow import read as read_slot
from desktop.storage.journal import own_entries
from desktop.storage.passwords import Argon2
from tests.escrow import NEW_PASSWORD, answers, ask, escrow_county, escrowed_vault
from tests.storage.folders import contents
from tests.vaults import ClosedVault, opened

ROOT = Path(__file__).parents[2]
EVERY = int(os.environ.get("ZOUCUN_KILLS", "20")) >= 100
SEED = int(os.environ.get("ZOUCUN_KILL_SEED", random.SystemRandom().randrange(10**9)))


def finished_until(closed: ClosedVault, files: list[str], card: str, kill_at: int, *, is_new_card: bool) -> str:
    """Finish in a process of its own; answers what it printed, "" where it was killed."""
    job = {
        "home": str(closed.home),
        "vault": closed.vault,
        "password": NEW_PASSWORD,
        "files": files,
        "card": card,
        "is_new_card": is_new_card,
        "kill_at": kill_at,
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.reliability.killed_recovery"],
        input=json.dumps(job) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == (-9 if kill_at else 0), done.stderr
    return done.stdout


def finished_again(closed: ClosedVault, files: list[str], card: str, *, is_new_card: bool) -> str:
    """Finish with the same answers; answers the code with which it is refused, or ""."""
    try:
        finish_recovery(
            closed.home,
            closed.vault,
            NEW_PASSWORD,
            [Path(file) for file in files],
            card,
            is_new_card=is_new_card,
            cost=Argon2(),
        )
    except UserFacingError as error:
        return error.code
    return ""


@pytest.mark.parametrize("is_new_card", [False, True])
def test_a_recovery_cut_short_anywhere_is_the_old_state_or_the_new(
    tmp_path: Path, is_new_card: bool, record_property: Callable[[str, object], None]
) -> None:
    """Then the same answers finish it, or the new password opens already; the journal has it once, with its reason."""
    county = escrow_county()
    closed = escrowed_vault(tmp_path / "home", county)
    files = [str(file) for file in answers(county, ask(closed), tmp_path)]
    card = card_text(slots.new_key()) if is_new_card else closed.card
    before = contents(closed.folder)

    def put_back() -> None:
        for name in contents(closed.folder):
            (closed.folder / name).unlink()
        for name, data in before.items():
            (closed.folder / name).write_bytes(data)

    places = int(finished_until(closed, files, card, 0, is_new_card=is_new_card))
    assert places > 10, "the watch sees the writing"
    chosen = range(1, places + 1)
    chance = random.Random(SEED)
    ends = {"again": 0, "already": 0}
    # The first and the last change are always among them: they lie on either side of the rename.
    for place in chosen if EVERY else sorted({1, places, *chance.sample(chosen, places // 2)}):
        where = f"killed before change {place} of {places}, seed {SEED}"
        put_back()
        finished_until(closed, files, card, place, is_new_card=is_new_card)
        recovered = ClosedVault(closed.home, closed.vault, NEW_PASSWORD, card)
        code = finished_again(closed, files, card, is_new_card=is_new_card)
        # The new password is in force where the request's slot is spent, or the request has gone with it.
        assert code in ("", "recovery.slot-changed", "recovery.none"), where
        ends["already" if code else "again"] += 1
        with opened(recovered) as application:
            assert verify_journal(application).fault is None, where
            found = application.read(lambda connection: list(own_entries(connection)))
            noted = [one for one in found if one.header.kind == "vault.recovered"]
            assert [bool(decode_body(one.payload_bytes or b"")["reason"]) for one in noted] == [True], where
            assert not escrow.keep_escrowed(application).value, where
        assert recovery_file.read(closed.folder) is None, where
        assert read_slot(slots.read(closed.folder)) is not None, where
        record_property("kills", 1)
    assert all(ends.values()), f"kills fell on both sides of the rename: {ends}, seed {SEED}"
