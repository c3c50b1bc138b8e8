"""Pictures of fingerprints that the county does not keep (指印影像不留存, PIPL art. 28): let go of, the fact stays.

An office says by ``keep_fingerprints`` whether they are kept; a laptop of its township then takes none in
(``desktop.services.fingerprints``). One that has not heard of it yet sends them all the same, and some lie here from
before: neither stays. That the page was taken in remains on record, with the journal's word on what became of the
picture; the mark of the two persons who checked the paper stands for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from county import tables
from county.attachments import Kept, check_sealed, signed_receipt, store_attachment
from county.erasing import remove
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from county.store import chunks
from desktop.domain.journal import decode_body
from desktop.domain.records import Result
from desktop.domain.sealed_files import sealed_files
from desktop.domain.sheet_signing import is_fingerprinted

LET_GO: Final = "attachment.let-go"
_PAPERS: Final = ("sheet", "publicity", "withdrawal")


@dataclass(frozen=True, slots=True)
class PictureOfPaper:
    """A sealed file (``digest``) of a page that stays on paper, by its scan's id and the paper's township."""

    digest: str
    scan: str
    township: str


def take_attachment(county: County, vault: str, name: str, body: bytes) -> Kept:
    """Keep what a laptop sends; the picture of a fingerprint, where none is kept, is let go of, once noted.

    The receipt says which: the laptop counts it as sent either way, and nothing waits for it.

    Raises:
        ProtocolError: as ``store_attachment``.
    """
    with county.store.read() as connection:
        found = [one for one in _on_paper(connection, county, name) if one.digest == name]
        noted = {one["attachment"] for one in _noted(connection, county, found)}
    if not found:
        return store_attachment(county, vault, name, body)
    check_sealed(name, body)
    _let_go(county, [one for one in found if one.digest not in noted])
    remove(county, [name])
    return Kept(signed_receipt(county, vault, name, len(body), kept=False), fresh=False)


def let_go(county: County) -> int:
    """Let go of every picture that may not be kept (any more), each noted in the journal; answers how many."""
    with county.store.read() as connection:
        found = list(_still_here(connection, county))
    for some in chunks(found):
        _let_go(county, some)
    return len(found)


def fingerprint_status(connection: Connection, county: County) -> dict[str, Any]:
    """Which townships keep none, how many pictures were let go of, and how many still lie here, by township."""
    still = Counter(one.township for one in _still_here(connection, county))
    entry = tables.entry.c
    query = select(entry.seq).where(entry.county == county.code, entry.vault == county.vault, entry.kind == LET_GO)
    return {
        "not_kept_in": sorted(_townships(connection, county)),
        "let_go": len(connection.scalars(query).all()),
        "still_here": dict(sorted(still.items())),
    }


# --- which they are ---------------------------------------------------------------------------------


def _townships(connection: Connection, county: County) -> frozenset[str]:
    """The townships whose office keeps no pictures of fingerprints."""
    record = tables.record.c
    rows = connection.execute(
        select(record.id, record.state).where(record.county == county.code, record.kind == "office")
    )
    issued = {row.id.partition("-")[2]: json.loads(row.state)["issued"] for row in rows if row.state is not None}
    return frozenset(code for code, body in issued.items() if body.get("keep_fingerprints", True) is False)


def _on_paper(connection: Connection, county: County, digest: str = "") -> Iterator[PictureOfPaper]:
    """The pictures of all papers that bear a fingerprint where none is kept; of the one ``digest`` alone, if given."""
    townships = _townships(connection, county)
    if not townships:
        return
    record = tables.record.c
    query = select(record.id, record.state).where(
        record.county == county.code, record.kind == "scan", record.state.is_not(None)
    )
    if digest:
        query = query.where(record.state.contains(digest, autoescape=True))
    facts = {row.id: json.loads(row.state)["fact"] for row in connection.execute(query)}
    papers = _papers(connection, county, {str(fact.get(kind)) for fact in facts.values() for kind in _PAPERS})
    homes = _homes(connection, county, {str(one.get("household")) for one in facts.values() if one.get("finger")})
    for scan, fact in facts.items():
        named = next((papers[str(fact[kind])] for kind in _PAPERS if str(fact.get(kind)) in papers), None)
        if named is None and fact.get("finger") is True:
            named = homes.get(str(fact.get("household")))
        if named is not None and named in townships:
            for one, _ in sealed_files("scan.recorded", fact):
                yield PictureOfPaper(one, scan, named)


def _papers(connection: Connection, county: County, ids: set[str]) -> dict[str, str]:
    """The townships of those of the papers named that bear a fingerprint.

    Who signed a withdrawal is not on record: none of its pages is kept, as on the laptop.
    """
    record, found = tables.record.c, {}
    for some in chunks(sorted(ids)):
        rows = connection.execute(
            select(record.id, record.kind, record.state, record.township).where(
                record.county == county.code, record.id.in_(some), record.kind.in_(_PAPERS), record.state.is_not(None)
            )
        )
        for row in rows:
            if row.kind == "withdrawal" or is_fingerprinted(json.loads(row.state)["fields"]):
                found[row.id] = row.township
    return found


def _homes(connection: Connection, county: County, ids: set[str]) -> dict[str, str]:
    """The townships of households: of a page that a person signed, but for consent (``scan.recorded``'s ``finger``)."""
    record, found = tables.record.c, {}
    for some in chunks(sorted(ids)):
        rows = connection.execute(
            select(record.id, record.township).where(record.county == county.code, record.id.in_(some))
        )
        found.update({row.id: row.township for row in rows})
    return found


def _still_here(connection: Connection, county: County) -> Iterator[PictureOfPaper]:
    pictures = {one.digest: one for one in _on_paper(connection, county)}
    columns = tables.attachment.c
    for some in chunks(sorted(pictures)):
        here = connection.scalars(
            select(columns.digest)
            .where(columns.county == county.code, columns.digest.in_(some))
            .order_by(columns.digest)
        )
        yield from (pictures[one] for one in here)


def _noted(connection: Connection, county: County, pictures: Sequence[PictureOfPaper]) -> Iterator[dict[str, Any]]:
    entry = tables.entry.c
    query = select(entry.payload).where(
        entry.county == county.code,
        entry.vault == county.vault,
        entry.kind == LET_GO,
        entry.record.in_({one.scan for one in pictures}),
    )
    for payload in connection.scalars(query):
        if payload is not None:
            yield decode_body(bytes(payload))


def _let_go(county: County, pictures: Sequence[PictureOfPaper]) -> None:
    """Rows and the journal's word in one transaction; then the files, of which a kill leaves none (``sweep``)."""
    if not pictures:
        return
    with county.store.write() as connection:
        serialise(connection, county.code)
        columns = tables.attachment.c
        connection.execute(
            delete(tables.attachment).where(
                columns.county == county.code, columns.digest.in_([one.digest for one in pictures])
            )
        )
        drafts = [Draft(LET_GO, one.scan, {"attachment": one.digest, "reason": "fingerprint"}, "") for one in pictures]
        outcome = write_own(connection, county, WorkingSet(connection, county.code), drafts)
        if outcome.result is not Result.OK:
            raise RuntimeError(f"a picture that was let go of was not noted: {outcome.reason}")
    remove(county, [one.digest for one in pictures])
