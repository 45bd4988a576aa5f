"""What the shop window shows, where and when: channels, menus, pages, addresses, synonyms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

SLUG_KINDS = ("product", "category", "collection", "brand", "page")
MENU_TARGETS = ("product", "category", "collection", "brand", "page", "url", "none")


class Channel(TenantOwned, Titled, Edited, Base):
    """A place where products are shown: the site, a marketplace, a till."""

    __tablename__ = "channel"
    code: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        tenant_index("channel", "is_default", unique=True, where=text("is_default")),
    )


class Publication(TenantOwned, Base):
    """A product shown in a channel, from one instant until before another (none: without end)."""

    __tablename__ = "publication"
    product_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    published_from: Mapped[datetime | None]
    published_until: Mapped[datetime | None]
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        owned("channel_id", "channel", cascade=True),
        UniqueConstraint("tenant_id", "product_id", "channel_id"),
        CheckConstraint("published_from < published_until", name="order"),
        # Few have dates, and these are asked for whenever somebody has a page already.
        tenant_index("publication", "published_from", where=text("published_from IS NOT NULL")),
        tenant_index("publication", "published_until", where=text("published_until IS NOT NULL")),
    )


class SlugRedirect(TenantOwned, Base):
    """A slug that a thing had before; it still leads there."""

    __tablename__ = "slug_redirect"
    entity_kind: Mapped[str]
    entity_id: Mapped[UUID]
    slug: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    __table_args__ = (
        UniqueConstraint("tenant_id", "entity_kind", "slug"),
        tenant_index("slug_redirect", "entity_id"),
        one_of("entity_kind", *SLUG_KINDS),
    )


class Menu(TenantOwned, Titled, Edited, Base):
    """A tree of links, found by its code: "main", "footer"."""

    __tablename__ = "menu"
    code: Mapped[str]
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)


class MenuItem(TenantOwned, Base):
    """A link to a thing of the shop, or to an address; `none` is a heading."""

    __tablename__ = "menu_item"
    menu_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    position: Mapped[int]
    title: Mapped[str]
    target_kind: Mapped[str]
    target_id: Mapped[UUID | None]
    url: Mapped[str | None]
    __table_args__ = (
        owned("menu_id", "menu", cascade=True),
        owned("parent_id", "menu_item", cascade=True),
        tenant_index("menu_item", "menu_id", "position"),
        tenant_index("menu_item", "parent_id"),
        one_of("target_kind", *MENU_TARGETS),
        CheckConstraint("(target_kind = 'url') = (url IS NOT NULL)", name="url"),
        CheckConstraint("(target_kind IN ('url', 'none')) = (target_id IS NULL)", name="target_id"),
    )


class Page(TenantOwned, Titled, FromOutside, Edited, Base):
    """A page of the shop's own: delivery, about us."""

    __tablename__ = "page"
    slug: Mapped[str]
    body_html: Mapped[str] = mapped_column(server_default="")
    is_visible: Mapped[bool] = mapped_column(server_default="false")
    seo_title: Mapped[str | None]
    seo_description: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "slug"),
        *external_once(),
        tenant_index("page", "title_sort", "id"),
    )


class Synonym(TenantOwned, Edited, Base):
    """Words that mean the same to this shop's search."""

    __tablename__ = "synonym"
    words: Mapped[list[Any]]
