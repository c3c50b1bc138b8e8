"""A small laptop for tests: it keeps a real journal and seals real batches; no part of it is a mock."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from county import enrolment, intake
from county.feed import read_vault, sealed_page
from county.opening import County
from desktop.domain.journal import NO_PREVIOUS, Entry, Header, encode_payload, hash_bytes
from desktop.domain.records import Change, State, fold
from desktop.sync.envelope import (
    SealingKey,
    Signed,
    SigningKey,
    digest,
    pack_container,
    seal,
    sign_document,
    unpack_container,
    unseal,
)
from desktop.sync.protocol import (
    Enrolment,
    EnrolmentCode,
    EnrolmentRequest,
    FeedItem,
    FeedManifest,
    FeedPage,
    Manifest,
    Receipt,
    encode_entries,
    key_fingerprint,
)

Draft = tuple[str, str | None, Mapping[str, Any]]


@dataclass
class Laptop:
    """One vault, enrolled or not."""

    vault: str = field(default_factory=lambda: str(uuid.uuid4()))
    epoch: str = field(default_factory=lambda: str(uuid.uuid4()))
    signing: SigningKey = field(default_factory=SigningKey.generate)
    sealing: SealingKey = field(default_factory=SealingKey.generate)
    enrolment: Enrolment | None = None
    seq: int = 0
    head: str = NO_PREVIOUS
    number: int = 0
    previous: str = NO_PREVIOUS
    sent: dict[tuple[str, int], Entry] = field(default_factory=dict)

    # -- enrolment -----------------------------------------------------------------------------------

    def request(self, code: str) -> bytes:
        """A signed enrolment request for a one-time code."""
        token = EnrolmentCode.decode(code).token.hex()
        document = EnrolmentRequest(token, self.vault, self.epoch, self.signing.public, self.sealing.recipient)
        return sign_document(document.encode(), self.signing).encode()

    def take_answer(self, code: str, answer: bytes) -> Enrolment:
        """Believe an answer only if the county's key has the fingerprint that came with the code."""
        signed = Signed.decode(answer)
        given = Enrolment.decode(signed.document)
        assert key_fingerprint(bytes.fromhex(given.signing_key)) == EnrolmentCode.decode(code).fingerprint
        signed.verified(given.signing_key)
        self.enrolment = given
        return given

    @property
    def county(self) -> Enrolment:
        assert self.enrolment is not None
        return self.enrolment

    # -- writing -------------------------------------------------------------------------------------

    def action(
        self,
        *drafts: Draft,
        worker: str | None = None,
        role: str | None = None,
        time: str = "2026-11-20T09:30:00+08:00",
        clock_doubtful: bool = False,
    ) -> list[Entry]:
        """One action's entries, chained to the journal."""
        action = uuid.uuid4().hex
        entries: list[Entry] = []
        for part, (kind, record, body) in enumerate(drafts, start=1):
            payload = encode_payload(body, secrets.token_bytes(16))
            self.seq += 1
            header = Header(
                vault=self.vault,
                epoch=self.epoch,
                seq=self.seq,
                previous=self.head,
                action=action,
                part=part,
                parts=len(drafts),
                kind=kind,
                record=record,
                time=time,
                worker=worker or self.county.worker,
                role=role or self.county.role,
                payload_hash=hash_bytes(payload),
                clock_doubtful=clock_doubtful,
            )
            entry = Entry(header.encode(), payload)
            self.head = entry.hash
            self.sent[(self.epoch, self.seq)] = entry
            entries.append(entry)
        return entries

    def batch(self, entries: Sequence[Entry], *, content: bytes | None = None) -> bytes:
        """The next batch as a container, sealed to the county; ``content`` replaces what is sealed."""
        self.number += 1
        headers = [entry.header for entry in entries]
        plain = content if content is not None else encode_entries(self.vault, self.epoch, self.number, entries)
        sealed = seal(plain, [self.county.recipient])
        manifest = Manifest(
            vault=self.vault,
            epoch=self.epoch,
            number=self.number,
            first_seq=headers[0].seq,
            last_seq=headers[-1].seq,
            previous=self.previous,
            digest=digest(sealed),
            size=len(sealed),
            head=entries[-1].hash,
            recipients=(self.county.recipient,),
        )
        self.previous = manifest.digest
        return pack_container(sign_document(manifest.encode(), self.signing), sealed)

    def new_epoch(self) -> None:
        """After a restore: sequence numbers begin again, the chain goes on."""
        self.epoch, self.seq, self.number, self.previous = str(uuid.uuid4()), 0, 0, NO_PREVIOUS

    # -- reading -------------------------------------------------------------------------------------

    def receipt(self, signed: bytes) -> Receipt:
        """A receipt, its signature checked with the key of the enrolment."""
        return Receipt.decode(Signed.decode(signed).verified(self.county.signing_key))

    def page(self, container: bytes) -> FeedPage:
        """A page of the feed, its signature and digest checked, opened with the vault's own key."""
        signed, sealed = unpack_container(container)
        manifest = FeedManifest.decode(signed.verified(self.county.signing_key))
        assert (manifest.digest, manifest.size, manifest.vault) == (digest(sealed), len(sealed), self.vault)
        page = FeedPage.decode(unseal(sealed, self.sealing))
        assert (page.after, page.upto, page.more) == (manifest.after, manifest.upto, manifest.more)
        return page

    def pull(self, county: County, cursor: int = 0) -> list[FeedItem]:
        """All of the feed after ``cursor``, page by page, without the socket."""
        items: list[FeedItem] = []
        while True:
            page = self.page(sealed_page(county, read_vault(county, self.vault), cursor))
            items += page.items
            if not page.more:
                return items
            cursor = page.upto


def enrolled(county: County, townships: Sequence[str], role: str = "caseworker") -> Laptop:
    """A new worker with a new laptop, enrolled without the socket."""
    new = enrolment.add_worker(county, "林试验", role, "莒口镇民政办", townships)
    assert new.code is not None
    laptop = Laptop()
    laptop.take_answer(new.code, enrolment.enrol(county, laptop.request(new.code)).answer)
    return laptop


def send(county: County, laptop: Laptop, entries: Sequence[Entry]) -> int:
    """Store the next batch without the socket; answers its number."""
    container = laptop.batch(entries)
    intake.store_batch(county, laptop.vault, laptop.epoch, laptop.number, container)
    return laptop.number


def verdicts(county: County, laptop: Laptop, number: int) -> list[tuple[str, str]]:
    """Result and reason of each entry of a batch, from its verified applied receipt."""
    stage, signed = intake.newest_receipt(county, laptop.vault, laptop.epoch, number)
    assert stage == "applied"
    return [(one.result, one.reason) for one in laptop.receipt(signed).verdicts]


def states_from_feed(laptop: Laptop, items: Sequence[FeedItem]) -> dict[str, State | None]:
    """What a laptop makes of the feed: its own entries from its journal, all folded in county order."""
    aliases: dict[str, str] = {}
    changes: list[Change] = []
    for item in items:
        entry = item.entry or laptop.sent[(item.verdict.epoch, item.verdict.seq)]
        header = entry.header
        change = Change(
            str(header.reference),
            header.kind,
            header.record or "",
            header.time,
            header.worker,
            header.role,
            entry.body(),
        )
        if header.kind.endswith(".aliased") and change.body is not None:
            aliases[change.record] = change.body["to"]
        changes.append(change)

    def canonical(record: str) -> str:
        while record in aliases:
            record = aliases[record]
        return record

    grouped: dict[str, list[Change]] = {}
    for change in changes:
        if change.record:
            grouped.setdefault(canonical(change.record), []).append(change)
    return {record: fold(some, canonical) for record, some in grouped.items()}


# --- made-up records --------------------------------------------------------------------------------


def described(kind: str, record: str, **groups: Any) -> Draft:
    """A first description."""
    return (
        f"{kind}.described",
        record,
        {"groups": {name: {"value": value, "base": None} for name, value in groups.items()}},
    )


def moved(kind: str, record: str, source: str | None, target: str, **fields: Any) -> Draft:
    """A step of a lifecycle."""
    return f"{kind}.moved", record, {"from": source, "to": target, "fields": fields}


def household(
    village: str, name: str, number: str, *, ids: tuple[str, str] | None = None
) -> tuple[str, str, list[Draft]]:
    """A household with its head, as one action: ids and drafts."""
    home, person = ids or (str(uuid.uuid4()), str(uuid.uuid4()))
    return (
        home,
        person,
        [
            described("household", home, address={"division": village, "detail": "1号"}, head={"resident": person}),
            described(
                "resident",
                person,
                name={"name": name},
                document={"type": "resident-id", "number": number},
                membership={"household": home, "relation": "02"},
            ),
        ],
    )


def copy_of(laptop: Laptop) -> Laptop:
    """A cloned laptop: same keys, same epoch, same place in the journal."""
    return replace(laptop, sent=dict(laptop.sent))
