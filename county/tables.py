"""The county's tables, the same for SQLCipher and PostgreSQL.

Every row carries its county's code, so that a province can hold one database per county or shard
one by county without a change of schema. Bytes that were signed or hashed are kept verbatim.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION: Final = "0004"
"""The newest migration; a test keeps it true."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

LongInteger = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives row numbers only to INTEGER PRIMARY KEY."""


def _county() -> Column[str]:
    return Column("county", String(12), nullable=False)


county = Table(
    "county",
    metadata,
    Column("code", String(12), primary_key=True),
    Column("name", Text, nullable=False),
    Column("dataset", String(64), nullable=False),
    # The county speaks in a journal of its own.
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
)

counter = Table(
    "counter",
    metadata,
    _county(),
    Column("name", String(64), nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("county", "name"),
)

key = Table(
    "key",
    metadata,
    _county(),
    Column("purpose", String(16), nullable=False),
    Column("public", String(128), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made", String(40), nullable=False),
    PrimaryKeyConstraint("county", "purpose", "public"),
)

worker = Table(
    "worker",
    metadata,
    _county(),
    Column("id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("office", Text, nullable=False),
    Column("townships", Text, nullable=False),
    PrimaryKeyConstraint("county", "id"),
)

vault = Table(
    "vault",
    metadata,
    _county(),
    Column("id", String(64), nullable=False),
    Column("worker", String(64), nullable=False),
    Column("signing_key", String(64), nullable=False),
    Column("recipient", String(128), nullable=False),
    Column("enrolled", String(40), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    PrimaryKeyConstraint("county", "id"),
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    _county(),
    Column("token_hash", String(64), nullable=False),
    Column("worker", String(64), nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("vault", String(64)),
    PrimaryKeyConstraint("county", "token_hash"),
)

batch = Table(
    "batch",
    metadata,
    _county(),
    Column("arrival", LongInteger, primary_key=True, autoincrement=True),
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    # NULL once an entry in it was erased: the sealed bytes carry the content too.
    Column("container", LargeBinary),
    Column("stage", String(8), nullable=False),
    Column("received", String(40), nullable=False),
    UniqueConstraint("county", "vault", "epoch", "number"),
    Index(None, "county", "stage"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("container", LargeBinary, nullable=False),
    Column("received", String(40), nullable=False),
    PrimaryKeyConstraint("county", "vault", "epoch", "number", "digest"),
)

chain = Table(
    "chain",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    # The last batch and entry taken in, in the vault's own order.
    Column("number", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    PrimaryKeyConstraint("county", "vault", "epoch"),
)

entry = Table(
    "entry",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("payload", LargeBinary),
    Column("hash", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("record", String(128)),
    Column("action", String(128), nullable=False),
    Column("batch", BigInteger),
    Column("position", BigInteger),
    Column("result", String(16), nullable=False),
    Column("reason", String(128), nullable=False),
    Column("township", String(12), nullable=False),
    Column("shared", Boolean, nullable=False),
    # Identities are unique for ever; a repeated send is harmless because of this line.
    PrimaryKeyConstraint("county", "vault", "epoch", "seq"),
    Index(None, "county", "position", unique=True),
    Index(None, "county", "record"),
)

record = Table(
    "record",
    metadata,
    _county(),
    Column("id", String(128), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("state", Text),
    Column("canonical", String(128), nullable=False),
    Column("household", String(128)),
    Column("resident", String(128)),
    Column("township", String(12), nullable=False),
    Column("match_key", String(128)),
    Column("status", String(32)),
    PrimaryKeyConstraint("county", "id"),
    Index(None, "county", "match_key"),
    Index(None, "county", "household"),
    Index(None, "county", "resident"),
    Index(None, "county", "kind", "status"),
)

alias = Table(
    "alias",
    metadata,
    _county(),
    Column("id", String(128), nullable=False),
    Column("target", String(128), nullable=False),
    PrimaryKeyConstraint("county", "id"),
    Index(None, "county", "target"),
)

receipt = Table(
    "receipt",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("stage", String(8), nullable=False),
    Column("signed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("county", "vault", "epoch", "number", "stage"),
)

attachment = Table(
    "attachment",
    metadata,
    _county(),
    Column("digest", String(64), nullable=False),
    Column("vault", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", String(40), nullable=False),
    PrimaryKeyConstraint("county", "digest"),
)

erased_attachment = Table(
    "erased_attachment",
    metadata,
    _county(),
    # SHA-256 of a sealed file whose entry was erased: it may come after that, from the laptop that took it.
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("county", "digest"),
)

hold = Table(
    "hold",
    metadata,
    _county(),
    Column("id", LongInteger, primary_key=True, autoincrement=True),
    # unknown-kind: an action waits for newer code · fork, chain-broken, batch-refused, fault: a
    # batch needs a person · gap: entries a vault lost by damage · same-document: two residents,
    # one document, not made one · alike: two households of one ledger number, or two of their members,
    # not made one · withdrawn-ahead: a grant that a vault said was withdrawn, whose entry
    # has still to arrive; epoch and number are its journal's end then · journal: a vault's journal is not
    # what the county has of it; other says whether it still stands
    Column("sort", String(32), nullable=False),
    Column("vault", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("number", BigInteger),
    Column("action", String(128)),
    Column("record", String(128)),
    Column("other", String(128)),
    Column("reason", String(128), nullable=False),
    Column("since", String(40), nullable=False),
    Index(None, "county", "sort"),
)

contact = Table(
    "contact",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    Column("time", String(40), nullable=False),
    # How far the vault's copy of the feed reached then, and how far it was handed out since.
    Column("cursor", BigInteger, nullable=False),
    Column("fed", BigInteger, nullable=False),
    # Its journal's last entry then, and the pictures it had not sent.
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("attachments", BigInteger, nullable=False),
    Column("keyring", Boolean, nullable=False),
    Column("escrow", BigInteger, nullable=False),
    PrimaryKeyConstraint("county", "vault"),
)

contact_taken = Table(
    "contact_taken",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    # Each contact has a fresh one: the same once more is an old contact that somebody sends again.
    Column("nonce", String(64), nullable=False),
    PrimaryKeyConstraint("county", "vault", "nonce"),
)

revocation = Table(
    "revocation",
    metadata,
    _county(),
    Column("vault", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("since", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ask", Text, nullable=False),
    # Reviewed: what it sent, and still sends, is applied although it is revoked.
    Column("accepted", Boolean, nullable=False),
    PrimaryKeyConstraint("county", "vault"),
)
