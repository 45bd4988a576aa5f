"""Where products are filed: the category tree and collections."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalog.unit_code_columns import DemandsCodes, codes_fit
from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, HasTenant, TenantOwned, one_of, owned, tenant_index


class Category(TenantOwned, Titled, DemandsCodes, FromOutside, Edited, Base):
    """A node of the tree. `path` is the ids from the root to itself, joined by dots."""

    __tablename__ = "category"
    parent_id: Mapped[UUID | None]
    position: Mapped[int]
    path: Mapped[str]
    depth: Mapped[int]
    slug: Mapped[str]
    description_html: Mapped[str] = mapped_column(server_default="")
    is_visible: Mapped[bool] = mapped_column(server_default="true")
    seo_title: Mapped[str | None]
    seo_description: Mapped[str | None]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default="{}")
    fields: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    __table_args__ = (
        owned("parent_id", "category"),
        UniqueConstraint("tenant_id", "slug"),
        *external_once(),
        tenant_index("category", "parent_id", "position", "id"),
        tenant_index("category", "title_sort", "id"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        *codes_fit("category"),
    )


class CategoryAncestor(HasTenant, Base):
    """Every category with each above it, and with itself at depth 0."""

    __tablename__ = "category_ancestor"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    category_id: Mapped[UUID] = mapped_column(primary_key=True)
    ancestor_id: Mapped[UUID] = mapped_column(primary_key=True)
    depth: Mapped[int]
    __table_args__ = (
        owned("category_id", "category", cascade=True),
        owned("ancestor_id", "category", cascade=True),
        tenant_index("category_ancestor", "ancestor_id", "category_id"),
        CheckConstraint("(depth = 0) = (category_id = ancestor_id)", name="itself_at_0"),
    )


class ProductCategory(TenantOwned, Base):
    """A product filed under a category; one of a product's categories is the main one."""

    __tablename__ = "product_category"
    product_id: Mapped[UUID]
    category_id: Mapped[UUID]
    is_main: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        owned("category_id", "category"),
        UniqueConstraint("tenant_id", "product_id", "category_id"),
        tenant_index("product_category", "product_id", unique=True, where=text("is_main")),
        tenant_index("product_category", "category_id", "position", "product_id"),
    )


class Collection(TenantOwned, Titled, FromOutside, Edited, Base):
    """A picked list of products: by hand, or by a rule that `collection_product` is kept to."""

    __tablename__ = "collection"
    kind: Mapped[str]
    slug: Mapped[str]
    description_html: Mapped[str] = mapped_column(server_default="")
    is_visible: Mapped[bool] = mapped_column(server_default="true")
    rule: Mapped[dict[str, Any] | None]
    seo_title: Mapped[str | None]
    seo_description: Mapped[str | None]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default="{}")
    __table_args__ = (
        UniqueConstraint("tenant_id", "slug"),
        *external_once(),
        tenant_index("collection", "title_sort", "id"),
        tenant_index("collection", "id", where=text("kind = 'rule'")),
        one_of("kind", "manual", "rule"),
        CheckConstraint("(kind = 'rule') = (rule IS NOT NULL)", name="rule"),
    )


class CollectionProduct(TenantOwned, Base):
    """A product in a collection."""

    __tablename__ = "collection_product"
    collection_id: Mapped[UUID]
    product_id: Mapped[UUID]
    position: Mapped[int]
    __table_args__ = (
        owned("collection_id", "collection", cascade=True),
        owned("product_id", "product", cascade=True),
        UniqueConstraint("tenant_id", "collection_id", "product_id"),
        tenant_index("collection_product", "collection_id", "position", "product_id"),
        tenant_index("collection_product", "product_id"),
    )
