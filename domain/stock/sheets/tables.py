"""Imports and exports of balances: how far each is, and the rows that an import is made of."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

IMPORT_KINDS = ("opening", "count")
IMPORT_STATUSES = (
    "queued",
    "checking",
    "checked",
    "applying",
    "done",
    "refused",
    "failed",
    "cancelled",
)
EXPORT_STATUSES = ("waiting", "ready")
FORMATS = ("csv", "xlsx")


class StockImport(TenantOwned, Base):
    """One file of balances. Checked as a whole, then looked at by a person, then applied.

    `columns`: the head of the column of each field that was named. `expected` and `totals`: `rows`,
    `quantity` (thousandths) and `value_minor`, as the sender has summed them and as they were read.
    `applied_to`: the last position whose rows are in the ledger. `actor`: who had it applied.
    """

    __tablename__ = "stock_import"
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="queued")
    file_key: Mapped[str]
    location_id: Mapped[UUID | None]
    columns: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    expected: Mapped[dict[str, Any] | None]
    totals: Mapped[dict[str, Any] | None]
    head: Mapped[list[Any]] = mapped_column(server_default="[]")
    failed: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    positions: Mapped[int] = mapped_column(server_default="0")
    applied_to: Mapped[int] = mapped_column(server_default="0")
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    refusal_code: Mapped[str | None]
    refusal_detail: Mapped[str | None]
    refusal_line: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        owned("location_id", "location"),
        one_of("kind", *IMPORT_KINDS),
        one_of("status", *IMPORT_STATUSES),
        tenant_index("stock_import", "location_id"),
    )


class StockImportRow(TenantOwned, Base):
    """A row of such a file: what is to be on hand, or, with `problem`, why that cannot be.

    Rows of one level have one `position`. `replaces` is what was on hand when the file was checked;
    `cells` are as they stood in the file.
    """

    __tablename__ = "stock_import_row"
    import_id: Mapped[UUID]
    line: Mapped[int]
    position: Mapped[int | None]
    variant_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    quantity: Mapped[int | None]
    replaces: Mapped[int | None]
    unit_cost_minor: Mapped[int | None]
    lot_number: Mapped[str | None]
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    problem: Mapped[str | None]
    field: Mapped[str | None]
    value: Mapped[str | None]
    cells: Mapped[list[Any]]
    __table_args__ = (
        # Its variant and location are looked up again when it is applied.
        owned("import_id", "stock_import", cascade=True),
        UniqueConstraint("tenant_id", "import_id", "line"),
        tenant_index("stock_import_row", "import_id", "position"),
        CheckConstraint(
            "problem IS NOT NULL OR (position IS NOT NULL AND variant_id IS NOT NULL AND "
            "location_id IS NOT NULL AND quantity IS NOT NULL AND replaces IS NOT NULL)",
            name="whole",
        ),
    )


class StockExport(TenantOwned, Base):
    """A file of balances, of one location or all; or, with `import_id`, of the rows that failed."""

    __tablename__ = "stock_export"
    format: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="waiting")
    location_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None]
    rows: Mapped[int | None]
    size_bytes: Mapped[int | None]
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    __table_args__ = (
        owned("location_id", "location"),
        owned("import_id", "stock_import", cascade=True),
        one_of("format", *FORMATS),
        one_of("status", *EXPORT_STATUSES),
        tenant_index("stock_export", "location_id"),
        tenant_index("stock_export", "import_id"),
    )
