"""Files: what is kept outside the database, and pictures found by the file that they show."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("companions", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('picture', 'price_list', 'original', 'export')",
            name=op.f("ck_stored_file_purpose"),
        ),
        sa.CheckConstraint(
            "status IN ('awaited', 'receiving', 'stored', 'removing')",
            name=op.f("ck_stored_file_status"),
        ),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_stored_file_size_bytes")),
        sa.CheckConstraint(
            "status <> 'stored' OR sha256 IS NOT NULL", name=op.f("ck_stored_file_sha256")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_stored_file"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_stored_file_tenant_id_name"),
    )
    op.create_index(
        "uq_stored_file_sha256",
        "stored_file",
        ["tenant_id", "sha256"],
        unique=True,
        postgresql_where=sa.text("purpose = 'original' AND status = 'stored'"),
    )
    protect("stored_file")
    op.create_index(
        "ix_media_storage_key",
        "media",
        ["tenant_id", "storage_key"],
        unique=False,
        postgresql_where=sa.text("storage_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_media_storage_key", table_name="media")
    op.drop_table("stored_file")
