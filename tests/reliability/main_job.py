"""A laptop at work until somebody kills it: visits, consent, referrals, syncs; run as a process of its own.

Reads lines of JSON on standard input: first ``home``, ``folder``, ``vault``, ``key`` (hex) and ``url``, then one
``{"seed": N}`` for each round. A round is a child process: it says ``pid N``, works as the seed decides, and says
``saved KIND ID`` as soon as a service has answered, ``syncing`` and ``synced`` around every sync. When the child has
ended, ``ended`` is said.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.services import consent, households, referrals, visits
from desktop.services.application import Application
from desktop.services.sync import finish_interrupted, sync
from desktop.storage import queries, vault
from tests.casework import JIANYANG, new_household, new_referral, signed_sheet, visit
from tests.people import made_up_id
from tests.sync.journals import HURRIED

ACTIONS = 400
"""More than any round comes to."""
Tell = Callable[[str], None]


class Work:
    """What one round does; each method is one piece of a worker's day."""

    def __init__(self, application: Application, url: str, chance: random.Random, tell: Tell) -> None:
        self._application = application
        self._url = url
        self._chance = chance
        self._tell = tell

    def go_on(self) -> None:
        """One more piece."""
        pieces = (self.new_household, self.visit, self.visit, self.visit, self.consent, self.refer, self.sync)
        self._chance.choice(pieces)()

    def new_household(self) -> None:
        """Somebody on no list."""
        birth = date(1940 + self._chance.randrange(60), 1 + self._chance.randrange(12), 1 + self._chance.randrange(28))
        number = made_up_id(JIANYANG, birth, self._chance.randrange(1000))
        try:
            made = households.add_household(self._application, new_household("𠮷建国", number))
        except UserFacingError as refused:
            if refused.code != "resident.already-known":
                raise
        else:
            self._tell(f"saved household {made.value.household}")

    def visit(self) -> None:
        """A visit to a household that is known, with a text of its own."""
        found = self._ids("household")
        if found:
            words = visit(self._chance.choice(found), self._application.today(), own_words=secrets.token_hex(8))
            self._tell(f"saved visit {visits.record_visit(self._application, words).value.visit}")

    def consent(self) -> None:
        """A sheet, drafted, printed and signed: three actions."""
        found = [one for one in self._ids("household") if not self._of("sheet", one)]
        if found:
            resident = self._of("resident", self._chance.choice(found))[0]
            self._tell(f"saved sheet {signed_sheet(self._application, resident)}")

    def refer(self) -> None:
        """A referral on a sheet that still waits for its check."""
        found = [one for one in self._ids("sheet", status="signed") if not self._of("referral", self._household(one))]
        if found:
            sheet = consent.sheet(self._application, self._chance.choice(found))
            new = new_referral(self._application, sheet.resident)
            done = referrals.draft_referral(self._application, new, submit=True)
            self._tell(f"saved referral {done.value}")

    def sync(self) -> None:
        """At the office."""
        self._tell("syncing")
        report = sync(self._application, url=self._url, surroundings=HURRIED)
        assert report.stopped is None
        self._tell("synced")

    def _ids(self, kind: str, status: str | None = None) -> list[str]:
        def read(connection: Connection) -> list[str]:
            rows = queries.of_kind(connection, kind, statuses=None if status is None else [status])
            return sorted(row.id for row in rows)

        return self._application.read(read)

    def _of(self, kind: str, household: str) -> list[str]:
        def read(connection: Connection) -> list[str]:
            rows = queries.of_kind(connection, kind, household=household)
            heads_first = sorted(rows, key=lambda row: (row.state.get("groups", {}).get("disability") is None, row.id))
            return [row.id for row in heads_first]

        return self._application.read(read)

    def _household(self, sheet: str) -> str:
        return consent.sheet(self._application, sheet).household


def one_round(given: dict[str, str], seed: int, tell: Tell) -> None:
    """Open the vault as after any crash, and work."""
    store = vault.open_store(Path(given["home"]), given["vault"], bytes.fromhex(given["key"]))
    keys = vault.Keys(bytes.fromhex(given["key"]), b"")
    application = Application(store, Path(given["folder"]), vault.identity(store), keys, practice=False)
    finish_interrupted(application)
    work = Work(application, given["url"], random.Random(seed), tell)
    for _ in range(ACTIONS):
        work.go_on()
    application.close()


def main() -> None:
    given = json.loads(sys.stdin.readline())

    def tell(line: str) -> None:
        os.write(1, line.encode() + b"\n")

    for line in sys.stdin:
        seed = json.loads(line)["seed"]
        child = os.fork()
        if child == 0:
            tell(f"pid {os.getpid()}")
            try:
                one_round(given, seed, tell)
            except BaseException:  # noqa: BLE001 a child must never go on as its parent
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        tell(f"ended {os.WEXITSTATUS(status) if os.WIFEXITED(status) else 'killed'}")


if __name__ == "__main__":
    main()
