"""The vault's tables. Records are projections of entries and can always be folded anew from them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False, comment="JSON"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("vault", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, comment="as written; aliases are resolved when records are folded"),
    Column("header", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
    Column("payload", LargeBinary, comment="NULL once erased or trimmed"),
    Column("position", Integer, comment="place in the county's order"),
    Column("result", Text, comment="the county's verdict; NULL while waiting"),
    Column("reason", Text),
    UniqueConstraint("vault", "epoch", "seq"),
    Index("ix_entry_record", "record"),
    Index("ix_entry_position", "position"),
    Index("ix_entry_own_id", "own", "id"),
)

diverged = Table(
    "diverged",
    metadata,
    Column("id", Integer, primary_key=True, comment="as it was in entry, so that the chain keeps its order"),
    Column("vault", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record", Text),
    Column("header", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
    Column("payload", LargeBinary, comment="NULL once erased"),
    Column("sent", Boolean, nullable=False, comment="the county keeps a copy apart"),
    Column("settled", Boolean, nullable=False, comment="a person has seen to it"),
)

record = Table(
    "record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("household", Text),
    Column("resident", Text),
    Column("division", Text),
    Column("status", Text, comment="state word of a lifecycle"),
    Column("moment", Text, comment="time of the newest entry, for lists and the timeline"),
    Column("attention", Boolean, nullable=False, comment="a person has to decide something"),
    Column("state", Text, nullable=False, comment="JSON, see desktop.domain.records"),
    Index("ix_record_kind_status", "kind", "status"),
    Index("ix_record_kind_moment", "kind", "moment"),
    Index("ix_record_household_kind", "household", "kind"),
    Index("ix_record_resident_kind", "resident", "kind"),
    Index("ix_record_division", "division"),
)

alias = Table(
    "alias",
    metadata,
    Column("record", Text, primary_key=True),
    Column("target", Text, nullable=False),
    Index("ix_alias_target", "target"),
)

unreadable = Table(
    "unreadable",
    metadata,
    Column("entry", Integer, primary_key=True, comment="entry.id; its bytes stay there"),
    Column("record", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="kind of the record"),
    Column("household", Text, comment="whose page says so, where the content still tells"),
    Column("time", Text, nullable=False),
    Index("ix_unreadable_record", "record"),
    Index("ix_unreadable_household", "household"),
)

search_token = Table(
    "search_token",
    metadata,
    Column("token", Text, primary_key=True),
    Column("resident", Integer, primary_key=True, comment="record.id"),
    Column("division", Text, comment="beside each token, so that a village narrows a walk without looking elsewhere"),
    Index("ix_search_token_resident", "resident"),
    sqlite_with_rowid=False,
)

draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text),
    Column("body", Text, nullable=False, comment="JSON"),
    Column("updated", Text, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("epoch", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("container", LargeBinary, comment="sealed once, sent verbatim; NULL when purged after the receipt"),
    Column("sealed", Text, nullable=False),
    Column("stored_receipt", LargeBinary),
    Column("applied_receipt", LargeBinary),
    Column("county_word", LargeBinary, comment="signed, for a batch that came back without this vault's own signature"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the sealed bytes; also the file's name"),
    Column("size", Integer, nullable=False),
    Column("media", Text, nullable=False),
    Column("record", Text, nullable=False, comment="the scan it belongs to"),
    Column("sent", Text, comment="when the county confirmed it"),
    Column("receipt", LargeBinary, comment="the county's signed word, verbatim"),
)
