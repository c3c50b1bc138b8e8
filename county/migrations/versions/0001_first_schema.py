"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    _people_and_keys()
    _journal()
    _records()


def downgrade() -> None:
    """Refused: going back would drop people's data."""
    raise NotImplementedError("there is nothing before the first schema")


def _people_and_keys() -> None:
    op.create_table(
        "county",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_county"),
    )
    op.create_table(
        "counter",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("county", "name", name="pk_counter"),
    )
    op.create_table(
        "key",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("public", sa.String(128), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("county", "purpose", "public", name="pk_key"),
    )
    op.create_table(
        "worker",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("townships", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name="pk_worker"),
    )
    op.create_table(
        "vault",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("signing_key", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(128), nullable=False),
        sa.Column("enrolled", sa.String(40), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name="pk_vault"),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("vault", sa.String(64)),
        sa.PrimaryKeyConstraint("county", "token_hash", name="pk_enrolment_code"),
    )


def _journal() -> None:
    op.create_table(
        "batch",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("arrival", LONG, autoincrement=True, nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("container", sa.LargeBinary),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("received", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("arrival", name="pk_batch"),
        sa.UniqueConstraint("county", "vault", "epoch", "number", name="uq_batch_county_vault_epoch_number"),
    )
    op.create_index("ix_batch_county_stage", "batch", ["county", "stage"])
    op.create_table(
        "quarantine",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("container", sa.LargeBinary, nullable=False),
        sa.Column("received", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", "epoch", "number", "digest", name="pk_quarantine"),
    )
    op.create_table(
        "chain",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", "epoch", name="pk_chain"),
    )
    op.create_table(
        "entry",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("record", sa.String(128)),
        sa.Column("action", sa.String(128), nullable=False),
        sa.Column("batch", sa.BigInteger),
        sa.Column("position", sa.BigInteger),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(128), nullable=False),
        sa.Column("township", sa.String(12), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", "epoch", "seq", name="pk_entry"),
    )
    op.create_index("ix_entry_county_position", "entry", ["county", "position"], unique=True)
    op.create_index("ix_entry_county_record", "entry", ["county", "record"])
    op.create_table(
        "receipt",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("signed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", "epoch", "number", "stage", name="pk_receipt"),
    )
    op.create_table(
        "hold",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("id", LONG, autoincrement=True, nullable=False),
        sa.Column("sort", sa.String(32), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("action", sa.String(128)),
        sa.Column("record", sa.String(128)),
        sa.Column("other", sa.String(128)),
        sa.Column("reason", sa.String(128), nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("ix_hold_county_sort", "hold", ["county", "sort"])


def _records() -> None:
    op.create_table(
        "record",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("canonical", sa.String(128), nullable=False),
        sa.Column("household", sa.String(128)),
        sa.Column("resident", sa.String(128)),
        sa.Column("township", sa.String(12), nullable=False),
        sa.Column("match_key", sa.String(128)),
        sa.Column("status", sa.String(32)),
        sa.PrimaryKeyConstraint("county", "id", name="pk_record"),
    )
    op.create_index("ix_record_county_household", "record", ["county", "household"])
    op.create_index("ix_record_county_kind_status", "record", ["county", "kind", "status"])
    op.create_index("ix_record_county_match_key", "record", ["county", "match_key"])
    op.create_index("ix_record_county_resident", "record", ["county", "resident"])
    op.create_table(
        "alias",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("target", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name="pk_alias"),
    )
    op.create_index("ix_alias_county_target", "alias", ["county", "target"])
    op.create_table(
        "attachment",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("county", "digest", name="pk_attachment"),
    )
