"""Which contacts were taken in, so that none counts twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "contact_taken",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("vault", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("county", "vault", "nonce", name="pk_contact_taken"),
    )


def downgrade() -> None:
    """Refused: going back would let old contacts count again."""
    raise NotImplementedError("contacts that were taken in are not forgotten")
