"""Who has seen which alert."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_acknowledgements_hall")),
        sa.PrimaryKeyConstraint("hall", "day", "alert", name=op.f("pk_acknowledgements")),
    )


def downgrade() -> None:
    op.drop_table("acknowledgements")
