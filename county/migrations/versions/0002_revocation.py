"""What each vault last told of itself, and the county's orders on vaults."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "contact",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("time", sa.String(40), nullable=False),
        sa.Column("cursor", sa.BigInteger, nullable=False),
        sa.Column("fed", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("attachments", sa.BigInteger, nullable=False),
        sa.Column("keyring", sa.Boolean, nullable=False),
        sa.Column("escrow", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", name="pk_contact"),
    )
    op.create_table(
        "revocation",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ask", sa.Text, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", name="pk_revocation"),
    )


def downgrade() -> None:
    """Refused: going back would forget who may not work any more."""
    raise NotImplementedError("orders on vaults are not forgotten")
