"""The listing: what lists and search read of a product, written anew after each change to it.

Nothing here is a source: `listing.py` can make all of it again from the other tables.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, BIT, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalog.product_tables import PRODUCT_STATUSES
from tenants.tables import Base, HasTenant, one_of, owned, tenant_index

SEGMENT: Final = 8_192
"""Bits in a row: a kilobyte, which stays in the table's own pages."""


class Sortable:
    """What lists are ordered by. A product without a price stands behind all others."""

    title_sort: Mapped[str]
    price_sort: Mapped[int]
    newest_at: Mapped[datetime]
    popularity: Mapped[int] = mapped_column(server_default="0")
    is_available: Mapped[bool]
    shown_from: Mapped[datetime]
    shown_until: Mapped[datetime]


class Listing(HasTenant, Sortable, Base):
    """A product as one channel shows it; every product has a row in every channel of its shop.

    It is shown while `shown_from <= now < shown_until`; a draft, an archived product and one that
    is not published there begin at infinity. Prices are of one unit, from the default price list.
    `facets` are codes of the rows of `facet`. While `ordinal` is set, `facet_bits` has them too.
    """

    __tablename__ = "listing"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-3)
    product_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)
    status: Mapped[str]
    price_min_minor: Mapped[int | None]
    price_max_minor: Mapped[int | None]
    compare_at_minor: Mapped[int | None]
    currency: Mapped[str | None]
    is_discounted: Mapped[bool]
    brand_id: Mapped[UUID | None]
    image_id: Mapped[UUID | None]
    facets: Mapped[list[Any]] = mapped_column(ARRAY(BigInteger))
    ordinal: Mapped[int | None]
    product_version: Mapped[int]
    __table_args__ = (
        owned("channel_id", "channel", cascade=True),
        owned("product_id", "product", cascade=True),
        one_of("status", *PRODUCT_STATUSES),
    )


class ListingShelf(HasTenant, Sortable, Base):
    """A product on a shelf: `shelf_id` is a category (or one above it), a brand, a collection, or
    the channel itself for the shelf of all. What can never be shown stands on none.

    Each order is an index, so a page of a shelf is a walk from where the last page ended.
    """

    __tablename__ = "listing_shelf"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-4)
    product_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-3)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    shelf_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)
    position: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "product_id", "channel_id"],
            ["listing.tenant_id", "listing.product_id", "listing.channel_id"],
            name="fk_listing_shelf_listing",
            ondelete="CASCADE",
        ),
        *(
            tenant_index("listing_shelf", "channel_id", "shelf_id", order, "product_id")
            for order in ("title_sort", "price_sort", "newest_at", "popularity", "position")
        ),
    )


class Facet(HasTenant, Base):
    """A value that products can be narrowed down to; what is no longer in use does no harm.

    `facet` is "brand", "category", or an attribute's id; `key` a brand's or category's id, or the
    attribute value's key. `code` is a hash of both, so that nobody waits for a number.
    """

    __tablename__ = "facet"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    facet: Mapped[str]
    key: Mapped[str]
    label: Mapped[str | None]
    number: Mapped[int | None]
    __table_args__ = (tenant_index("facet", "facet", "number"),)


class FacetNumbering(HasTenant, Base):
    """How many ordinals a channel has given out; none is given twice, its bits may still stand."""

    __tablename__ = "facet_numbering"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    given: Mapped[int]
    __table_args__ = (owned("channel_id", "channel", cascade=True),)


class FacetBits(HasTenant, Base):
    """Which listings have a facet's value, a bit for each ordinal: counting many is an AND.

    Ordinal n is bit n % SEGMENT of segment n / SEGMENT. Bits of ordinals that no listing has any
    more stay as they are: nobody asks for them.
    """

    __tablename__ = "facet_bits"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    segment: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bits: Mapped[Any] = mapped_column(BIT(SEGMENT))
    __table_args__ = (owned("channel_id", "channel", cascade=True),)


class SearchDocument(HasTenant, Base):
    """The words of a product for full text search.

    Weights: A title, B brand and codes, C categories, options and attributes, D description. A
    code is one lexeme behind "=". `heading` is A and B again, small enough to rank many by.
    """

    __tablename__ = "search_document"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    title_key: Mapped[str]
    heading: Mapped[str] = mapped_column(TSVECTOR)
    document: Mapped[str] = mapped_column(TSVECTOR)
    __table_args__ = (
        owned("product_id", "product", cascade=True),
        Index(
            "ix_search_document_document",
            "tenant_id",
            "document",
            postgresql_using="gin",
            # Searches read the pending list from end to end: keep it short. In kilobytes.
            postgresql_with={"gin_pending_list_limit": 256},
        ),
    )


class SearchWord(HasTenant, Base):
    """A word that the shop uses: what typing is completed to, and corrected by.

    Words come with the products that are shown and are only added while the shop works: writers do
    not wait for each other here. How many products have a word, and which words none has any more,
    `recount_words` finds out now and then.
    """

    __tablename__ = "search_word"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    __table_args__ = (
        Index(
            "ix_search_word_word",
            "tenant_id",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )
