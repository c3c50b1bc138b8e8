"""First schema: journal, records, search, drafts, batches, attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the first version."""
    op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("vault", sa.Text, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record", sa.Text),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("position", sa.Integer),
        sa.Column("result", sa.Text),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("vault", "epoch", "seq", name="uq_entry_vault_epoch_seq"),
    )
    op.create_index("ix_entry_record", "entry", ["record"])
    op.create_index("ix_entry_position", "entry", ["position"])
    op.create_index("ix_entry_own_id", "entry", ["own", "id"])
    op.create_table(
        "record",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("household", sa.Text),
        sa.Column("resident", sa.Text),
        sa.Column("division", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("moment", sa.Text),
        sa.Column("attention", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.UniqueConstraint("record", name="uq_record_record"),
    )
    op.create_index("ix_record_kind_status", "record", ["kind", "status"])
    op.create_index("ix_record_kind_moment", "record", ["kind", "moment"])
    op.create_index("ix_record_household_kind", "record", ["household", "kind"])
    op.create_index("ix_record_resident_kind", "record", ["resident", "kind"])
    op.create_index("ix_record_division", "record", ["division"])
    op.create_table(
        "alias",
        sa.Column("record", sa.Text, primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
    )
    op.create_index("ix_alias_target", "alias", ["target"])
    op.create_table(
        "unreadable",
        sa.Column("entry", sa.Integer, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("household", sa.Text),
        sa.Column("time", sa.Text, nullable=False),
    )
    op.create_index("ix_unreadable_record", "unreadable", ["record"])
    op.create_index("ix_unreadable_household", "unreadable", ["household"])
    op.create_table(
        "search_token",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("resident", sa.Integer, primary_key=True),
        sa.Column("division", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_token_resident", "search_token", ["resident"])
    op.create_table(
        "draft",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("updated", sa.Text, nullable=False),
    )
    op.create_table(
        "batch",
        sa.Column("epoch", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("container", sa.LargeBinary),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("stored_receipt", sa.LargeBinary),
        sa.Column("applied_receipt", sa.LargeBinary),
    )
    op.create_table(
        "attachment",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("media", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("sent", sa.Text),
        sa.Column("receipt", sa.LargeBinary),
    )


def downgrade() -> None:
    """Take them away again; for tests alone."""
    for name in ("attachment", "batch", "draft", "search_token", "unreadable", "alias", "record", "entry", "setting"):
        op.drop_table(name)
