"""Facts about things: typed attributes, the merchant's own fields, translations."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

ATTRIBUTE_KINDS = ("text", "number", "boolean", "choice", "date")
FIELD_KINDS = ("text", "number", "boolean", "choice", "date")
FIELD_OWNERS = ("product", "variant", "category", "customer")
TRANSLATED = (
    "product", "variant", "product_option", "product_option_value", "category", "collection",
    "brand", "attribute", "attribute_choice", "media", "menu_item", "page",
)  # fmt: skip


class Attribute(TenantOwned, Titled, FromOutside, Edited, Base):
    """A fact that products have; its kind is for good. `unit` is what a number is counted in."""

    __tablename__ = "attribute"
    code: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str | None]
    is_filterable: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        *external_once(),
        tenant_index("attribute", "position", "id"),
        tenant_index("attribute", "title_sort", "id"),
        one_of("kind", *ATTRIBUTE_KINDS),
        CheckConstraint("unit IS NULL OR kind = 'number'", name="unit"),
    )


class AttributeChoice(TenantOwned, Base):
    """One of the values that an attribute of kind `choice` may have."""

    __tablename__ = "attribute_choice"
    attribute_id: Mapped[UUID]
    key: Mapped[str]
    title: Mapped[str]
    position: Mapped[int]
    __table_args__ = (
        owned("attribute_id", "attribute", cascade=True),
        UniqueConstraint("tenant_id", "attribute_id", "key"),
    )


class AttributeValue(TenantOwned, Base):
    """A fact of a product, or of one of its variants.

    One of text (of a choice: its title), number (thousandths), boolean and day is set. `key` is
    the value's one spelling, for equality: small letters without ё, digits, true, 2026-01-31.
    """

    __tablename__ = "attribute_value"
    attribute_id: Mapped[UUID]
    product_id: Mapped[UUID]
    variant_id: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(server_default="0")
    key: Mapped[str]
    text: Mapped[str | None]
    number: Mapped[int | None]
    boolean: Mapped[bool | None]
    day: Mapped[date | None]
    choice_id: Mapped[UUID | None]
    __table_args__ = (
        owned("attribute_id", "attribute", cascade=True),
        owned("product_id", "product", cascade=True),
        owned("variant_id", "variant", cascade=True),
        owned("choice_id", "attribute_choice"),
        UniqueConstraint(
            "tenant_id",
            "product_id",
            "attribute_id",
            "variant_id",
            "key",
            name="uq_attribute_value_once",
            postgresql_nulls_not_distinct=True,
        ),
        tenant_index("attribute_value", "variant_id", where=sql("variant_id IS NOT NULL")),
        tenant_index("attribute_value", "choice_id", where=sql("choice_id IS NOT NULL")),
        CheckConstraint("num_nonnulls(text, number, boolean, day) = 1", name="one_value"),
    )


class FieldDefinition(TenantOwned, Titled, Edited, Base):
    """A typed field of the merchant's own; its values are in `fields` of the owner's row."""

    __tablename__ = "field_definition"
    entity_kind: Mapped[str]
    code: Mapped[str]
    kind: Mapped[str]
    choices: Mapped[list[Any]] = mapped_column(server_default="[]")
    is_required: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        UniqueConstraint("tenant_id", "entity_kind", "code"),
        one_of("entity_kind", *FIELD_OWNERS),
        one_of("kind", *FIELD_KINDS),
    )


class Translation(TenantOwned, Base):
    """One text of one thing in another language."""

    __tablename__ = "translation"
    entity_kind: Mapped[str]
    entity_id: Mapped[UUID]
    language: Mapped[str]
    field: Mapped[str]
    value: Mapped[str]
    __table_args__ = (
        UniqueConstraint("tenant_id", "entity_id", "language", "field"),
        one_of("entity_kind", *TRANSLATED),
    )
