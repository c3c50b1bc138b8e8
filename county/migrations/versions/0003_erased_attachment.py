"""Which sealed files may not be kept any more, because the entries that name them were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "erased_attachment",
        sa.Column("county", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("county", "digest", name="pk_erased_attachment"),
    )


def downgrade() -> None:
    """Refused: going back would let erased pictures in again."""
    raise NotImplementedError("erasures are not forgotten")
