"""Own entries whose place in the journal another laptop with the same vault has taken."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them beside the journal, and for the county's word on batches that came back without their own."""
    op.add_column("batch", sa.Column("county_word", sa.LargeBinary))
    op.create_table(
        "diverged",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("vault", sa.Text, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record", sa.Text),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("diverged")
    op.drop_column("batch", "county_word")
