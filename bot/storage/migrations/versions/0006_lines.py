"""Further messages whose words stand in a question's text."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "lines",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("part_of", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", "message", "part_of", name=op.f("pk_lines")),
    )
    op.create_index("ix_lines_part_of", "lines", ["address", "part_of"], unique=False)
