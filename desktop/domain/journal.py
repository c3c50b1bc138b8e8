"""The journal's entries: their bytes, their hashes and the chain that holds them together.

An entry is a *header* (who, what kind, when, the hash of the header before it, the hash of the
payload) and a *payload* (the content with a random salt). The chain runs over headers only, so a
payload can be erased (个人信息删除权, PIPL art. 47) and the chain still verifies. Bytes are written
once and kept, sealed and sent verbatim; nothing here ever encodes an entry a second time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = 1
NO_PREVIOUS: Final = "0" * 64
SALT_BYTES: Final = 16
MAX_COUNT: Final = 2**53
"""No count is larger: the largest that every reader of JSON takes for the same number, and every database stores."""
MAX_ACTION_BYTES: Final = 64 * 1024
"""An action larger than this is refused at save; what is bigger is an attachment."""

ERASED: Final = "entry.erased"
ASIDE_ERASED: Final = "entry.aside-erased"
"""The content of an own entry that was set aside after a fork is gone; at the county its name may be another's."""
EPOCH_BEGAN: Final = "epoch.began"
VIEW_OPENED: Final = "view.opened"
"""Somebody opened what is kept about a person (PIPL art. 51): a note of reading, nobody's work."""


class EntryFormatError(ValueError):
    """Bytes that are not a journal entry of a format this version knows."""


@dataclass(frozen=True, order=True, slots=True)
class EntryReference:
    """The identity of an entry: ``(vault, epoch, seq)``; unique for ever, also at the county."""

    vault: str
    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.vault}/{self.epoch}/{self.seq}"

    @classmethod
    def parse(cls, text: str) -> EntryReference:
        """Read what ``str()`` wrote; raise EntryFormatError otherwise."""
        vault, _, rest = text.partition("/")
        epoch, _, seq = rest.partition("/")
        if not (vault and epoch and seq.isascii() and seq.isdecimal() and len(seq) <= len(str(MAX_COUNT))):
            raise EntryFormatError("not an entry reference")
        return cls(vault, epoch, int(seq))


@dataclass(frozen=True, slots=True)
class Header:
    """What the chain covers. ``part`` counts from 1 to ``parts`` inside one action."""

    vault: str
    epoch: str
    seq: int
    previous: str
    action: str
    part: int
    parts: int
    kind: str
    record: str | None
    time: str
    worker: str
    role: str
    payload_hash: str
    import_id: str | None = None
    clock_doubtful: bool = False

    @property
    def reference(self) -> EntryReference:
        """The entry's identity."""
        return EntryReference(self.vault, self.epoch, self.seq)

    def encode(self) -> bytes:
        """Encode once, at save. Compact JSON in UTF-8 with sorted keys."""
        fields: dict[str, Any] = {
            "format": FORMAT,
            "vault": self.vault,
            "epoch": self.epoch,
            "seq": self.seq,
            "previous": self.previous,
            "action": self.action,
            "part": self.part,
            "parts": self.parts,
            "kind": self.kind,
            "record": self.record,
            "time": self.time,
            "worker": self.worker,
            "role": self.role,
            "payload": self.payload_hash,
        }
        if self.import_id is not None:
            fields["import"] = self.import_id
        if self.clock_doubtful:
            fields["clock_doubtful"] = True
        return encode_json(fields)

    @classmethod
    def decode(cls, data: bytes) -> Header:
        """Read header bytes; unknown fields are left alone (they stay in the bytes).

        Raises:
            EntryFormatError: not a header, or of another format version.
        """
        fields = decode_json(data)
        if fields.get("format") != FORMAT:
            raise EntryFormatError("unknown entry format")
        try:
            header = cls(
                vault=_text(fields["vault"]),
                epoch=_text(fields["epoch"]),
                seq=_positive(fields["seq"]),
                previous=_text(fields["previous"]),
                action=_text(fields["action"]),
                part=_positive(fields["part"]),
                parts=_positive(fields["parts"]),
                kind=_text(fields["kind"]),
                record=None if fields["record"] is None else _text(fields["record"]),
                time=_text(fields["time"]),
                worker=_text(fields["worker"]),
                role=_text(fields["role"]),
                payload_hash=_text(fields["payload"]),
                import_id=None if fields.get("import") is None else _text(fields["import"]),
                clock_doubtful=fields.get("clock_doubtful") is True,
            )
        except KeyError as error:
            raise EntryFormatError(f"header field missing: {error.args[0]}") from None
        if header.part > header.parts:
            raise EntryFormatError("part beyond parts")
        return header


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry, verbatim. ``payload_bytes`` is None once erased or trimmed."""

    header_bytes: bytes
    payload_bytes: bytes | None

    @property
    def header(self) -> Header:
        """The decoded header."""
        return Header.decode(self.header_bytes)

    @property
    def hash(self) -> str:
        """SHA-256 of the header bytes, hex: what the next entry names as ``previous``."""
        return hash_bytes(self.header_bytes)

    def body(self) -> dict[str, Any] | None:
        """The payload's content without its salt, or None where the payload is gone."""
        return None if self.payload_bytes is None else decode_body(self.payload_bytes)


def hash_bytes(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def encode_json(value: Mapping[str, Any]) -> bytes:
    """Compact UTF-8 JSON with sorted keys; characters beyond U+FFFF stay themselves."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def decode_json(data: bytes) -> dict[str, Any]:
    """Read a JSON object; raise EntryFormatError for anything else, also for absurd nesting."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise EntryFormatError("not JSON") from None
    if not isinstance(value, dict):
        raise EntryFormatError("not a JSON object")
    return value


def encode_payload(body: Mapping[str, Any], salt: bytes) -> bytes:
    """Encode a payload. The salt keeps a guess of the content from being checked against the hash."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a payload takes a 16-byte salt")
    return encode_json({"salt": salt.hex(), "body": dict(body)})


def decode_body(payload: bytes) -> dict[str, Any]:
    """The content of a payload; raises EntryFormatError."""
    body = decode_json(payload).get("body")
    if not isinstance(body, dict):
        raise EntryFormatError("payload without body")
    return body


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found wrong in a journal: where, and what (a code, worded by the caller)."""

    reference: str
    code: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Entries ``first`` to ``last`` of an epoch that were lost by damage and named by the epoch that follows it."""

    epoch: str
    first: int
    last: int


def missing_of(body: Mapping[str, Any] | None) -> tuple[Missing, ...]:
    """What an ``epoch.began`` entry names as missing; nothing where it names nothing."""
    named = (body or {}).get("missing")
    if not isinstance(named, list):
        return ()
    try:
        return tuple(Missing(_text(one["epoch"]), _positive(one["first"]), _positive(one["last"])) for one in named)
    except (KeyError, TypeError):
        raise EntryFormatError("missing entries malformed") from None


def first_fault(
    entries: Iterable[Entry],
    *,
    head: str | None = None,
    erased_elsewhere: Collection[str] = (),
    missing: Iterable[Missing] = (),
    gone_before: Iterable[str] = (),
) -> Fault | None:
    """Walk one vault's own entries in order and name the first broken one, or None if all hold.

    Found are: edited headers and payloads, entries missing, added, repeated or out of order,
    actions cut short, payloads gone without an ``entry.erased`` entry that names them (here, or in
    another's journal: ``erased_elsewhere``), and, where
    ``head`` (the last header hash as kept elsewhere) is given, a journal cut off at its end.
    Epochs follow one another; each begins at seq 1 and names the old head as ``previous``.

    ``missing`` are the entries that a salvage named as lost: where exactly those are not there, the chain may jump.
    ``gone_before`` are contents it found gone without knowing any more why.
    """
    lost = tuple(missing)
    gone: dict[str, Entry] = {}
    erased: set[str] = set()
    previous_hash = NO_PREVIOUS
    last: Header | None = None
    for entry in entries:
        try:
            header = entry.header
        except EntryFormatError:
            return Fault(str(last.reference) if last else "-", "header-unreadable")
        jumps = _jumps_a_named_gap(header, last, lost)
        fault = "" if jumps else _link_fault(header, last, previous_hash)
        fault = fault or _payload_fault(entry, header)
        if fault:
            return Fault(str(header.reference), fault)
        if entry.payload_bytes is None:
            gone[str(header.reference)] = entry
        elif header.kind == ERASED:
            erased.add(str(decode_body(entry.payload_bytes).get("entry")))
        previous_hash = entry.hash
        last = header
    if last is not None and last.part != last.parts:
        return Fault(str(last.reference), "action-cut-short")
    erased.update(gone_before)
    if head is not None and head != previous_hash:
        return Fault(str(last.reference) if last else "-", "journal-cut-short")
    for reference in gone:
        if reference not in erased and reference not in erased_elsewhere:
            return Fault(reference, "payload-missing")
    return None


def _jumps_a_named_gap(header: Header, last: Header | None, missing: tuple[Missing, ...]) -> bool:
    """Whether between ``last`` and ``header`` exactly such entries are absent as a salvage named."""

    def is_named(first: int) -> bool:
        absent = range(first, header.seq)
        named = [one for one in missing if one.epoch == header.epoch]
        return bool(absent) and all(any(one.first <= seq <= one.last for one in named) for seq in absent)

    if last is not None and header.epoch == last.epoch:
        return header.vault == last.vault and is_named(last.seq + 1)
    if header.seq > 1:
        return is_named(1)
    end_is_lost = last is not None and any((one.epoch, one.first) == (last.epoch, last.seq + 1) for one in missing)
    others = {header.epoch, last.epoch if last is not None else header.epoch}
    return end_is_lost or any(one.first == 1 and one.epoch not in others for one in missing)


def _link_fault(header: Header, last: Header | None, previous_hash: str) -> str | None:
    if header.previous != previous_hash:
        return "chain-broken"
    if last is None or header.epoch != last.epoch:
        if header.seq != 1:
            return "epoch-start-missing"
        if last is not None and last.part != last.parts:
            return "action-cut-short"
        return None if header.part == 1 else "action-cut-short"
    if header.seq != last.seq + 1 or header.vault != last.vault:
        return "out-of-order"
    expected_part = 1 if last.part == last.parts else last.part + 1
    same_action = header.action == last.action and header.parts == last.parts
    if header.part != expected_part or (header.part > 1) != same_action:
        return "action-cut-short"
    return None


def _payload_fault(entry: Entry, header: Header) -> str | None:
    if entry.payload_bytes is None:
        return None
    if hash_bytes(entry.payload_bytes) != header.payload_hash:
        return "payload-changed"
    return None


def whole_actions(entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Group a run of entries into whole actions, in order.

    Raises:
        EntryFormatError: an action is split, repeated in part, or out of order.
    """
    current: list[Entry] = []
    for entry in entries:
        header = entry.header
        if header.part != len(current) + 1 or (current and current[0].header.action != header.action):
            raise EntryFormatError("split action")
        current.append(entry)
        if header.part == header.parts:
            yield tuple(current)
            current = []
    if current:
        raise EntryFormatError("split action")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise EntryFormatError("text expected")
    return value


def _positive(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_COUNT:
        raise EntryFormatError("positive number expected")
    return value
