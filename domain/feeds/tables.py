"""Where price lists come from, what became of each reading, and what was written by whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, Titled
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

RUN_STATUSES = ("queued", "running", "done", "unchanged", "refused", "failed", "cancelled")
MISSING_RULES = ("leave", "hide", "archive")


class PriceListSource(TenantOwned, Titled, Edited, Base):
    """A price list that is read again and again; `code` is the external source of what it makes.

    Its prices go to one price list, its stock to one location, its new products to one channel
    (null: the shop's default), in `new_status`. What a later file lacks is treated by `on_missing`,
    unless more than `most_missing_percent` of it vanished at once. `seen`: what the server of `url`
    said of the file that was taken in last.
    """

    __tablename__ = "price_list_source"
    code: Mapped[str]
    format: Mapped[str] = mapped_column(server_default="yml")
    url: Mapped[str | None]
    price_list_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    channel_id: Mapped[UUID | None]
    new_status: Mapped[str] = mapped_column(server_default="active")
    on_missing: Mapped[str] = mapped_column(server_default="leave")
    most_missing_percent: Mapped[int] = mapped_column(server_default="30")
    seen: Mapped[dict[str, Any] | None]
    __table_args__ = (
        owned("price_list_id", "price_list"),
        owned("location_id", "location"),
        owned("channel_id", "channel"),
        UniqueConstraint("tenant_id", "code"),
        tenant_index("price_list_source", "price_list_id"),
        tenant_index("price_list_source", "location_id"),
        tenant_index("price_list_source", "channel_id"),
        one_of("format", "yml"),
        one_of("new_status", "draft", "active"),
        one_of("on_missing", *MISSING_RULES),
        CheckConstraint("most_missing_percent BETWEEN 1 AND 100", name="most_missing_percent"),
    )


class ImportRun(TenantOwned, Base):
    """One reading of a file; without `file_key` of what the source's address has.

    `applied_to` is the last key that is in the catalogue already.
    """

    __tablename__ = "import_run"
    source_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(server_default="queued")
    file_key: Mapped[str | None]
    counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    problem_counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    applied_to: Mapped[str | None]
    refusal_code: Mapped[str | None]
    refusal_detail: Mapped[str | None]
    refusal_line: Mapped[int | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        owned("source_id", "price_list_source", cascade=True),
        tenant_index("import_run", "source_id", "id"),
        one_of("status", *RUN_STATUSES),
    )


class ImportProblem(TenantOwned, Base):
    """One thing wrong with one row of the file; the first ten thousand of a run are kept."""

    __tablename__ = "import_problem"
    run_id: Mapped[UUID]
    position: Mapped[int]
    code: Mapped[str]
    severity: Mapped[str]
    line: Mapped[int]
    external_id: Mapped[str | None]
    field: Mapped[str | None]
    value: Mapped[str | None]
    earlier_line: Mapped[int | None]
    __table_args__ = (
        owned("run_id", "import_run", cascade=True),
        UniqueConstraint("tenant_id", "run_id", "position"),
        one_of("severity", "error", "warning"),
    )


class ImportedCategory(TenantOwned, Base):
    """What a source wrote of a category last. Which one is its: the category's own external id."""

    __tablename__ = "imported_category"
    source_id: Mapped[UUID]
    category_id: Mapped[UUID]
    row_hash: Mapped[bytes]
    title_hash: Mapped[bytes]
    parent_hash: Mapped[bytes]
    __table_args__ = (
        owned("source_id", "price_list_source", cascade=True),
        owned("category_id", "category", cascade=True),
        UniqueConstraint("tenant_id", "category_id", "source_id"),
        tenant_index("imported_category", "source_id"),
    )


class ImportedProduct(TenantOwned, Base):
    """What a source wrote of a product last. `row_hash` covers all of it, the others a part each.

    A text is the feed's to change while its hash is that of what the product has now; and the
    product is the feed's to bring back while it was archived when the feed archived it.
    """

    __tablename__ = "imported_product"
    source_id: Mapped[UUID]
    product_id: Mapped[UUID]
    row_hash: Mapped[bytes]
    content_hash: Mapped[bytes]
    title_hash: Mapped[bytes]
    description_hash: Mapped[bytes]
    attributes_hash: Mapped[bytes]
    media_hash: Mapped[bytes]
    archived_at: Mapped[datetime | None]
    __table_args__ = (
        owned("source_id", "price_list_source", cascade=True),
        owned("product_id", "product", cascade=True),
        UniqueConstraint("tenant_id", "product_id", "source_id"),
        tenant_index("imported_product", "source_id"),
    )


class ImportedVariant(TenantOwned, Base):
    """What a source wrote of a variant last: one offer of the file."""

    __tablename__ = "imported_variant"
    source_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    content_hash: Mapped[bytes]
    barcodes_hash: Mapped[bytes]
    options_hash: Mapped[bytes]
    price_hash: Mapped[bytes]
    stock_hash: Mapped[bytes]
    __table_args__ = (
        owned("source_id", "price_list_source", cascade=True),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "variant_id", "source_id"),
        tenant_index("imported_variant", "source_id"),
    )
