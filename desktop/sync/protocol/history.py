"""Comparing a vault's epochs with what the county has of them, after a restore, a clone or a salvage."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from desktop.domain.journal import encode_json
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, count, read_document, text

MAX_EPOCHS: Final = 500
BATCH_RETURNED: Final = "batch-returned"


@dataclass(frozen=True, slots=True)
class EpochTold:
    """What a vault says of one of its epochs: its last entry, that header's hash, and the number of the last batch up
    to which it has the county's word on every one."""

    epoch: str
    seq: int
    head: str
    confirmed: int


@dataclass(frozen=True, slots=True)
class EpochsTold:
    """A vault's question; the request that carries it is signed."""

    epochs: tuple[EpochTold, ...]

    def encode(self) -> bytes:
        """The body of the request."""
        epochs = [
            {"epoch": one.epoch, "seq": one.seq, "head": one.head, "confirmed": one.confirmed} for one in self.epochs
        ]
        return encode_json({"protocol": PROTOCOL, "document": "epochs", "epochs": epochs})

    @classmethod
    def decode(cls, data: bytes) -> EpochsTold:
        """Read one; raises ProtocolError."""
        fields = read_document(data, "epochs")
        try:
            given = fields["epochs"]
            if len(given) > MAX_EPOCHS:
                raise ProtocolError("epochs-malformed")
            epochs = tuple(
                EpochTold(text(one["epoch"]), count(one["seq"]), text(one["head"]), count(one["confirmed"]))
                for one in given
            )
        except (KeyError, TypeError):
            raise ProtocolError("epochs-malformed") from None
        return cls(epochs)


@dataclass(frozen=True, slots=True)
class BatchHeld:
    """A batch the county has, by its number; ``digest`` of the sealed bytes."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class EpochHeld:
    """What the county has of an epoch: its last entry taken in, that header's hash, and the batches after those the
    vault has the county's word on. ``agrees`` is False where the two contradict each other at the vault's own head."""

    epoch: str
    seq: int
    head: str
    agrees: bool
    batches: tuple[BatchHeld, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The county's answer, signed: every epoch of the vault that it knows."""

    vault: str
    dataset: str
    time: str
    epochs: tuple[EpochHeld, ...]

    def encode(self) -> bytes:
        """The document that is signed."""
        epochs = [
            {
                "epoch": one.epoch,
                "seq": one.seq,
                "head": one.head,
                "agrees": one.agrees,
                "batches": [[batch.number, batch.digest] for batch in one.batches],
            }
            for one in self.epochs
        ]
        fields = {"vault": self.vault, "dataset": self.dataset, "time": self.time, "epochs": epochs}
        return encode_json({"protocol": PROTOCOL, "document": "history", **fields})

    @classmethod
    def decode(cls, data: bytes) -> History:
        """Read one; raises ProtocolError."""
        fields = read_document(data, "history")
        try:
            epochs = tuple(
                EpochHeld(
                    text(one["epoch"]),
                    count(one["seq"]),
                    text(one["head"]),
                    one["agrees"] is True,
                    tuple(BatchHeld(count(number), text(digest)) for number, digest in one["batches"]),
                )
                for one in fields["epochs"]
            )
            return cls(text(fields["vault"]), text(fields["dataset"]), text(fields["time"]), epochs)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, ProtocolError):
                raise
            raise ProtocolError("history-malformed") from None


@dataclass(frozen=True, slots=True)
class BatchReturned:
    """The county's own word for a batch whose container it had to drop, because an entry in it was erased.

    It is signed by the county, and the sealed content beside it (``digest``, ``size``) has the entries as they are now.
    ``batch`` is the digest of the bytes that the vault once sent and ``head`` the hash of the last header; ``missing``
    entries directly before ``first_seq`` were lost by damage and never came.
    """

    vault: str
    dataset: str
    epoch: str
    number: int
    batch: str
    first_seq: int
    last_seq: int
    head: str
    missing: int
    digest: str
    size: int
    time: str

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json({"protocol": PROTOCOL, "document": BATCH_RETURNED, **asdict(self)})

    @classmethod
    def decode(cls, data: bytes) -> BatchReturned:
        """Read one; raises ProtocolError."""
        fields = read_document(data, BATCH_RETURNED)
        try:
            return cls(
                vault=text(fields["vault"]),
                dataset=text(fields["dataset"]),
                epoch=text(fields["epoch"]),
                number=count(fields["number"]),
                batch=text(fields["batch"]),
                first_seq=count(fields["first_seq"]),
                last_seq=count(fields["last_seq"]),
                head=text(fields["head"]),
                missing=count(fields["missing"]),
                digest=text(fields["digest"]),
                size=count(fields["size"]),
                time=text(fields["time"]),
            )
        except (KeyError, TypeError):
            raise ProtocolError("batch-returned-malformed") from None
