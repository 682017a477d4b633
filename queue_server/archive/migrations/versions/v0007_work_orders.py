"""差评 work orders: who looks into a bad rating, what was answered, and by when."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("remind", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("handler", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed", sa.BigInteger(), nullable=False),
        sa.Column("appealed_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("hall", "day", "ticket", name=op.f("uq_work_orders_hall_day_ticket")),
    )
    op.create_index("ix_work_orders_hall", "work_orders", ["hall", "state", "due"])
    op.create_index("ix_work_orders_remind", "work_orders", ["remind"])


def downgrade() -> None:
    op.drop_index("ix_work_orders_remind", table_name="work_orders")
    op.drop_index("ix_work_orders_hall", table_name="work_orders")
    op.drop_table("work_orders")
