"""Products and variants, and what tells one variant from another."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalog.unit_code_columns import DemandsCodes, codes_fit
from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

PRODUCT_KINDS = ("simple", "bundle")
PRODUCT_STATUSES = ("draft", "active", "archived")
VAT_CATEGORIES = ("standard", "reduced", "zero", "exempt", "special_5", "special_7")
UNITS = (
    "piece", "gram", "kilogram", "tonne", "centimetre", "metre", "square_metre", "millilitre",
    "litre", "cubic_metre", "hour", "day", "other",
)  # fmt: skip
STOCK_POLICIES = ("tracked", "untracked")
RELATION_KINDS = ("related", "accessory", "replacement", "upsell")
BARCODE_KINDS = ("ean8", "ean13", "gtin14", "code128")


class Brand(TenantOwned, Titled, FromOutside, Edited, Base):
    """Who makes it. Two brands of a shop cannot differ in capitals alone."""

    __tablename__ = "brand"
    slug: Mapped[str]
    description_html: Mapped[str] = mapped_column(server_default="")
    seo_title: Mapped[str | None]
    seo_description: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "slug"),
        UniqueConstraint("tenant_id", "title_sort"),
        *external_once(),
    )


class Product(TenantOwned, Titled, DemandsCodes, FromOutside, Edited, Base):
    """What a buyer looks at. No vat_category: the shop's tax system decides; no country: unsaid."""

    __tablename__ = "product"
    kind: Mapped[str] = mapped_column(server_default="simple")
    status: Mapped[str] = mapped_column(server_default="draft")
    slug: Mapped[str]
    description_html: Mapped[str] = mapped_column(server_default="")
    brand_id: Mapped[UUID | None]
    vat_category: Mapped[str | None]
    country: Mapped[str | None]
    unit: Mapped[str] = mapped_column(server_default="piece")
    is_adult: Mapped[bool] = mapped_column(server_default="false")
    seo_title: Mapped[str | None]
    seo_description: Mapped[str | None]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default="{}")
    fields: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    __table_args__ = (
        owned("brand_id", "brand"),
        UniqueConstraint("tenant_id", "slug"),
        *external_once(),
        tenant_index("product", "title_sort", "id"),
        tenant_index("product", "updated_at", "id"),
        tenant_index("product", "status", "id"),
        tenant_index("product", "brand_id", "id"),
        one_of("kind", *PRODUCT_KINDS),
        one_of("status", *PRODUCT_STATUSES),
        one_of("vat_category", *VAT_CATEGORIES),
        one_of("unit", *UNITS),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        *codes_fit("product"),
    )


class ProductOption(TenantOwned, Base):
    """What a buyer chooses by: colour, size, weight of the pack."""

    __tablename__ = "product_option"
    product_id: Mapped[UUID]
    title: Mapped[str]
    position: Mapped[int]
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        UniqueConstraint("tenant_id", "product_id", "title"),
    )


class ProductOptionValue(TenantOwned, Base):
    """One choice of an option."""

    __tablename__ = "product_option_value"
    option_id: Mapped[UUID]
    title: Mapped[str]
    position: Mapped[int]
    __table_args__ = (
        owned("option_id", "product_option", cascade=True),
        UniqueConstraint("tenant_id", "option_id", "title"),
    )


class Variant(TenantOwned, FromOutside, Edited, Base):
    """What is put into a cart. Quantities are thousandths of the product's unit.

    `options_key` is its option values' ids, sorted and joined: one variant for one choice.
    """

    __tablename__ = "variant"
    product_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(server_default="")
    sku: Mapped[str | None]
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    stock_policy: Mapped[str] = mapped_column(server_default="tracked")
    is_weighed: Mapped[bool] = mapped_column(server_default="false")
    min_quantity: Mapped[int] = mapped_column(server_default="1000")
    quantity_step: Mapped[int] = mapped_column(server_default="1000")
    weight_grams: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    options_key: Mapped[str] = mapped_column(server_default="")
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default="{}")
    fields: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        UniqueConstraint("tenant_id", "product_id", "options_key"),
        *external_once(),
        tenant_index("variant", "product_id", "position", "id"),
        tenant_index("variant", "sku", "id"),
        one_of("stock_policy", *STOCK_POLICIES),
        CheckConstraint("quantity_step > 0 AND min_quantity > 0", name="quantities"),
        CheckConstraint("weight_grams >= 0", name="weight_grams"),
        CheckConstraint("least(length_mm, width_mm, height_mm) >= 0", name="dimensions"),
    )


class VariantOptionValue(TenantOwned, Base):
    """Which choice of an option a variant is."""

    __tablename__ = "variant_option_value"
    variant_id: Mapped[UUID]
    option_id: Mapped[UUID]
    value_id: Mapped[UUID]
    __table_args__ = (
        owned("variant_id", "variant", cascade=True),
        owned("option_id", "product_option", cascade=True),
        owned("value_id", "product_option_value"),
        UniqueConstraint("tenant_id", "variant_id", "option_id"),
        tenant_index("variant_option_value", "option_id"),
        tenant_index("variant_option_value", "value_id"),
    )


class Barcode(TenantOwned, Base):
    """A code on the pack; a variant may have several, the first is printed."""

    __tablename__ = "barcode"
    variant_id: Mapped[UUID]
    code: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int]
    __table_args__ = (
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "code"),
        tenant_index("barcode", "variant_id", "position"),
        one_of("kind", *BARCODE_KINDS),
    )


class BundleItem(TenantOwned, Base):
    """A part of a bundle: `quantity` thousandths of another variant in one of `variant_id`."""

    __tablename__ = "bundle_item"
    variant_id: Mapped[UUID]
    part_variant_id: Mapped[UUID]
    quantity: Mapped[int]
    position: Mapped[int]
    __table_args__ = (
        owned("variant_id", "variant", cascade=True),
        owned("part_variant_id", "variant"),
        UniqueConstraint("tenant_id", "variant_id", "part_variant_id"),
        tenant_index("bundle_item", "part_variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("variant_id <> part_variant_id", name="not_itself"),
    )


class ProductRelation(TenantOwned, Base):
    """Another product to show beside this one."""

    __tablename__ = "product_relation"
    product_id: Mapped[UUID]
    related_product_id: Mapped[UUID]
    kind: Mapped[str]
    position: Mapped[int]
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        owned("related_product_id", "product", cascade=True),
        UniqueConstraint(
            "tenant_id", "product_id", "kind", "related_product_id", name="uq_product_relation_once"
        ),
        tenant_index("product_relation", "related_product_id"),
        one_of("kind", *RELATION_KINDS),
        CheckConstraint("product_id <> related_product_id", name="not_itself"),
    )


class Media(TenantOwned, Base):
    """A picture: known by its address until a job has stored it and made its sizes.

    `external_source` is the price list that named it; what a merchant added has none.
    """

    __tablename__ = "media"
    product_id: Mapped[UUID]
    variant_id: Mapped[UUID | None]
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default="waiting")
    source_url: Mapped[str | None]
    external_source: Mapped[str | None]
    storage_key: Mapped[str | None]
    content_type: Mapped[str | None]
    bytes: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    sizes: Mapped[list[Any]] = mapped_column(server_default="[]")
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        owned("variant_id", "variant"),
        tenant_index("media", "product_id", "position", "id"),
        tenant_index("media", "variant_id", where=text("variant_id IS NOT NULL")),
        tenant_index("media", "id", where=text("status = 'waiting'")),
        tenant_index("media", "storage_key", where=text("storage_key IS NOT NULL")),
        one_of("status", "waiting", "stored", "failed"),
        CheckConstraint("source_url IS NOT NULL OR storage_key IS NOT NULL", name="has_place"),
    )
