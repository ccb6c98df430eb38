"""What was shown in a conversation, so that nothing is offered twice in it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("questions", sa.Column("talk", sa.Text(), nullable=True))
    op.create_table(
        "shown",
        sa.Column("talk", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("talk", "entry", "member", name=op.f("pk_shown")),
    )
