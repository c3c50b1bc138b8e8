"""A vault with some work in it: households, visits, a draft and a sealed picture. Everybody in it is invented."""

from __future__ import annotations

import secrets

from desktop.services import drafts, households, visits
from desktop.services.application import Application
from desktop.storage import attachments
from desktop.storage.journal import Action
from desktop.sync.envelope import seal
from tests.casework import visit
from tests.households import made_up_household

_SURNAMES = "林陈黄张吴李王郑"


def work(application: Application, count: int = 3, *, first: int = 1) -> tuple[str, ...]:
    """Add ``count`` households with one visit each, a draft and one scan; answers the pictures' digests."""
    for number in range(first, first + count):
        name = f"{_SURNAMES[number % len(_SURNAMES)]}㛃{number}"
        made = households.add_household(application, made_up_household(name, address=f"{number}号")).value
        record_visit(application, made.household, f"说明{number}" * 40)
    drafts.keep_draft(application, f"visit-{made.household}", "visit", made.household, {"note": "还没写完"})
    return (scan(application, made.household),)


def record_visit(application: Application, household: str, words: str) -> str:
    """One visit; answers its id."""
    return visits.record_visit(application, visit(household, application.today(), own_words=words)).value.visit


def scan(application: Application, household: str) -> str:
    """One sealed picture with the entry that names it; answers its digest."""
    sealed = seal(b"a made-up picture " + secrets.token_bytes(3000), [application.sealing_key.recipient])
    return keep_scan(application, household, sealed)


def keep_scan(application: Application, household: str, sealed: bytes) -> str:
    """The same for one that is sealed already."""
    digest = attachments.keep(application.folder, sealed)
    record = secrets.token_hex(16)

    def write(action: Action) -> None:
        body = {"sheet": "", "attachment": digest, "page": 1, "recognised": False, "household": household}
        action.add("scan.recorded", record, body)
        attachments.add_row(action.connection, digest, len(sealed), "image/jpeg", record)

    application.act(write)
    return digest
