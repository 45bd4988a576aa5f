"""Makers of a small catalogue, written past the catalogue's own functions: rows as they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from domain.catalog.listing import refresh_listing
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    Barcode,
    Brand,
    Category,
    CategoryAncestor,
    Channel,
    Product,
    ProductCategory,
    Publication,
    Variant,
)
from domain.pricing.tables import Price, PriceList
from domain.stock.tables import Location
from tenants.database import Pool
from tenants.ids import new_id
from tenants.scope import TenantScope, UnitOfWork
from tests.factories_catalog import opening_rows


@dataclass
class Shop:
    """A shop with a channel, a price list in roubles and a warehouse, and what was put into it."""

    scope: TenantScope
    channel: UUID
    price_list: UUID
    location: UUID
    brands: dict[str, UUID] = field(default_factory=dict)
    categories: dict[str, UUID] = field(default_factory=dict)
    above: dict[UUID, list[UUID]] = field(default_factory=dict)
    attributes: dict[str, UUID] = field(default_factory=dict)
    products: dict[str, UUID] = field(default_factory=dict)

    async def sell(self, title: str, **said: Any) -> UUID:
        """A product, listed; see `add_product` for what can be said of it."""
        async with self.scope.writing("test") as uow:
            product_id = await add_product(uow, self, title, **said)
            await refresh_listing(uow, [product_id])
        return product_id

    async def stock(self, goods: Mapping[str, Mapping[str, Any]]) -> None:
        """Many products by their titles, listed at once."""
        async with self.scope.writing("test") as uow:
            ids = [await add_product(uow, self, title, **said) for title, said in goods.items()]
            await refresh_listing(uow, ids)

    async def category(self, title: str, under: str | None = None) -> UUID:
        """A category, under another or at the root."""
        async with self.scope.writing("test") as uow:
            parent = self.categories[under] if under else None
            made = self.categories[title] = await uow.add(
                Category, title=title, slug=str(new_id()), parent_id=parent, position=0, path="",
                depth=0,
            )  # fmt: skip
            self.above[made] = [made, *(self.above[parent] if parent else [])]
            for depth, ancestor in enumerate(self.above[made]):
                closure = {"category_id": made, "ancestor_id": ancestor, "depth": depth}
                await uow.execute(
                    insert(CategoryAncestor).values(tenant_id=uow.tenant_id, **closure)
                )
        return made

    async def attribute(
        self, title: str, kind: str = "text", *, is_filterable: bool = True
    ) -> UUID:
        """A typed fact that products may have."""
        async with self.scope.writing("test") as uow:
            made = self.attributes[title] = await uow.add(
                Attribute, title=title, code=str(new_id()), kind=kind, is_filterable=is_filterable
            )
        return made

    def titles(self, ids: Sequence[UUID]) -> list[str]:
        """What the products are called, in the order of the ids."""
        known = {product_id: title for title, product_id in self.products.items()}
        return [known[product_id] for product_id in ids]


async def make_shop(pool: Pool, tenant_id: UUID) -> Shop:
    """An empty shop that can sell."""
    scope = TenantScope(pool, tenant_id)
    async with scope.writing("test") as uow:
        return Shop(
            scope,
            await uow.add(Channel, title="Сайт", code="site", is_default=True),
            await uow.add(
                PriceList, title="Розница", code="retail", currency="RUB", is_default=True
            ),
            await uow.add(Location, title="Склад", code="main", is_default=True),
        )


async def add_product(
    uow: UnitOfWork,
    shop: Shop,
    title: str,
    *,
    status: str = "active",
    description: str = "",
    brand: str | None = None,
    categories: Sequence[str] = (),
    facts: Mapping[str, str | int] | None = None,
    price: int | None = 10_000,
    stock: int | None = 1_000,
    sku: str | None = None,
    barcode: str | None = None,
    shown_from: datetime | None = None,
    shown_until: datetime | None = None,
) -> UUID:
    """A product with one variant; `stock` in thousandths, None for untracked."""
    if brand and brand not in shop.brands:
        shop.brands[brand] = await uow.add(Brand, title=brand, slug=str(new_id()))
    product_id = shop.products[title] = await uow.add(
        Product, title=title, slug=str(new_id()), status=status, description_html=description,
        brand_id=shop.brands[brand] if brand else None,
    )  # fmt: skip
    await uow.add(
        Publication, product_id=product_id, channel_id=shop.channel, published_from=shown_from,
        published_until=shown_until,
    )  # fmt: skip
    variant_id = await uow.add(
        Variant, product_id=product_id, position=0, sku=sku,
        stock_policy="untracked" if stock is None else "tracked",
    )  # fmt: skip
    if price is not None:
        await uow.add(
            Price, price_list_id=shop.price_list, variant_id=variant_id, amount_minor=price
        )
    if stock:
        for table, row in opening_rows(variant_id, shop.location, stock):
            await uow.add(table, **row)
    if barcode:
        await uow.add(Barcode, variant_id=variant_id, code=barcode, kind="ean13", position=0)
    for name in categories:
        await uow.add(ProductCategory, product_id=product_id, category_id=shop.categories[name])
    for name, value in (facts or {}).items():
        said = {"text": value} if isinstance(value, str) else {"number": value}
        await uow.add(
            AttributeValue, attribute_id=shop.attributes[name], product_id=product_id,
            key=str(value).lower(), **said,
        )  # fmt: skip
    return product_id
