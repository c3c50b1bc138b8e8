"""Practising (练习) without a county: a vault of its own kind, with a made-up office and made-up people.

Such a vault never meets a county: sync refuses it, its journal is chained like any other, and what the county would
have issued comes from a made-up one, by the way the feed itself uses. So every page works as in earnest, also on a
laptop that has never seen a network.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, Final

from desktop.domain.journal import NO_PREVIOUS, SALT_BYTES, Entry, Header, encode_payload, hash_bytes
from desktop.domain.records import OK
from desktop.domain.roles import Role
from desktop.domain.visits import Assessment, Conclusion, Visit, VisitKind, VisitResult
from desktop.services import practice_data, vaults
from desktop.services.application import Application
from desktop.services.households import add_household
from desktop.services.visits import record_visit
from desktop.storage import feed, judgements, practice_card, queries
from desktop.storage.judgements import Judgement
from desktop.storage.vault import NewVault, folder_of
from desktop.sync.envelope import SealingKey, SigningKey
from desktop.sync.protocol import Enrolment

_COUNTY_VAULT: Final = "practice-county"
_COLLEAGUE: Final = "练习同事"


def create_practice_vault(home: Path, password: str, *, worker_name: str) -> NewVault:
    """Make a practice vault whose card is kept beside it, so that the password alone opens it.

    Raises:
        UserFacingError: a weak password, or trouble of the disk.
    """
    made = vaults.create_vault(home, password, worker_name=worker_name, office=practice_data.OFFICE, practice=True)
    practice_card.keep(folder_of(home, made.vault), made.card)
    return made


def prepare(application: Application, worker_name: str) -> None:
    """Make a practice vault usable: a made-up county, what it issues, and a few households.

    Does what is still missing, so that a start that was cut short is finished by the next one.
    Raises ValueError for a vault that is not for practice.
    """
    if not application.practice:
        raise ValueError("only a practice vault can be filled with made-up data")
    if application.enrolment is None:
        application.enrol(_enrolment(application.identity.vault, worker_name))
    known = application.read(queries.counts)
    if not known.get("division"):
        _issue(application)
    if not known.get("household"):
        _record_households(application)


def _enrolment(vault: str, worker_name: str) -> Enrolment:
    # The made-up county's secret keys are thrown away: nothing signed or opened by it can ever exist.
    return Enrolment(
        vault=vault,
        county=practice_data.COUNTY,
        county_name=practice_data.COUNTY_NAME,
        dataset=_COUNTY_VAULT,
        signing_key=SigningKey.generate().public,
        recipient=SealingKey.generate().recipient,
        worker="practice-worker",
        worker_name=worker_name,
        role=Role.CASEWORKER,
        office=practice_data.OFFICE,
        townships=(practice_data.TOWNSHIP,),
    )


def _issue(application: Application) -> None:
    time = application.clock().astimezone(UTC).isoformat(timespec="milliseconds")
    judged: list[Judgement] = []
    previous = NO_PREVIOUS
    given = {record: (f"{kind}.issued", body) for record, (kind, body) in practice_data.issued().items()}
    approved = practice_data.minors_approval(application.worker.id, application.today())
    given["practice-minors"] = ("approval.moved", approved)
    for number, (record, (kind, body)) in enumerate(given.items(), start=1):
        entry = _county_entry(number, previous, kind, record, time, body)
        previous = entry.hash
        judged.append(Judgement(entry.header.reference, entry.hash, OK, number, entry))
    page = feed.Page(_COUNTY_VAULT, 0, len(judged), tuple(judged))
    application.store.write(lambda connection: feed.apply_page(connection, feed.FeedPosition(_COUNTY_VAULT, 0), page))
    while application.store.write(judgements.fold_slice):
        pass


def _county_entry(number: int, previous: str, kind: str, record: str, time: str, body: Mapping[str, Any]) -> Entry:
    payload = encode_payload(body, secrets.token_bytes(SALT_BYTES))
    header = Header(
        vault=_COUNTY_VAULT,
        epoch="1",
        seq=number,
        previous=previous,
        action=uuid.uuid4().hex,
        part=1,
        parts=1,
        kind=kind,
        record=record,
        time=time,
        worker="practice-county",
        role=Role.SYSTEM if kind.endswith(".issued") else Role.COUNTY_APPROVER,
        payload_hash=hash_bytes(payload),
    )
    return Entry(header.encode(), payload)


def _record_households(application: Application) -> None:
    for one in practice_data.households():
        household = add_household(application, one.household).value.household
        if one.visited_days_ago is not None:
            day = application.today() - timedelta(days=one.visited_days_ago)
            record_visit(
                application,
                Visit(
                    household,
                    VisitKind.SURVEY,
                    day,
                    VisitResult.MET,
                    second_worker=_COLLEAGUE,
                    notice_given=True,
                    own_words=one.own_words,
                    assessment=Assessment(Conclusion.NOTHING),
                ),
            )
