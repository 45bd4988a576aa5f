"""How each seller stands to VAT."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REGIMES = "'general', 'special_5', 'special_7', 'none'"


def upgrade() -> None:
    op.add_column("legal_entity", sa.Column("vat_regime", sa.Text(), nullable=True))
    op.execute(
        "UPDATE legal_entity SET vat_regime = "
        "CASE WHEN tax_system IN ('osn', 'esn') THEN 'general' ELSE 'none' END"
    )
    op.alter_column("legal_entity", "vat_regime", nullable=False)
    op.create_check_constraint(
        op.f("ck_legal_entity_vat_regime"), "legal_entity", f"vat_regime IN ({REGIMES})"
    )


def downgrade() -> None:
    op.drop_column("legal_entity", "vat_regime")
