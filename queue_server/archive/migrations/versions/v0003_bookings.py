"""Appointments, by their codes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookings",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("appointed", sa.BigInteger(), nullable=False),
        sa.Column("class", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_bookings_hall")),
        sa.PrimaryKeyConstraint("hall", "code", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_appointed"), "bookings", ["appointed"])


def downgrade() -> None:
    op.drop_index(op.f("ix_bookings_appointed"), table_name="bookings")
    op.drop_table("bookings")
