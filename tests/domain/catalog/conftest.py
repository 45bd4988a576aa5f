"""Two open shops: ours, and a neighbour whose rows look just the same."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from domain.catalog.brands import create_brand
from domain.catalog.categories import create_category
from domain.catalog.channels import create_channel
from domain.catalog.products import create_product
from domain.pricing.price_lists import create_price_list
from domain.stock.places.locations import create_location
from tenants.database import Pool
from tenants.scope import TenantScope
from tests.conftest import TwoTenants


@dataclass(frozen=True)
class Shop:
    """A shop with one of each."""

    scope: TenantScope
    channel_id: UUID
    price_list_id: UUID
    location_id: UUID
    brand_id: UUID
    category_id: UUID
    product_id: UUID


async def open_shop(scope: TenantScope) -> Shop:
    """The same words in every shop, so that a leak would meet its like."""
    async with scope.writing("test") as uow:
        channel = await create_channel(uow, {"title": "Сайт", "code": "site"})
        prices = await create_price_list(
            uow, {"title": "Розница", "code": "retail", "currency": "RUB"}
        )
        location = await create_location(uow, {"title": "Склад", "code": "main"})
        brand = await create_brand(uow, {"title": "Чайная гора"})
        category = await create_category(uow, {"title": "Чай"})
        product = await create_product(uow, tea(brand, category))
    return Shop(scope, channel, prices, location, brand, category, product)


def tea(brand: UUID, category: UUID, **more: Any) -> dict[str, Any]:
    """A product with two variants, each with a barcode."""
    return {
        "title": "Чай Ассам",
        "status": "active",
        "brand": brand,
        "main_category": category,
        "variants": [
            {"sku": "A-100", "options": {"Вес": "100 г"}, "barcodes": ["4600000000015"]},
            {"sku": "A-250", "options": {"Вес": "250 г"}, "barcodes": ["4600000000022"]},
        ],
        **more,
    }


@pytest.fixture
async def shop(pool: Pool, tenants: TwoTenants) -> Shop:
    """Ours; the neighbour's shop is open too."""
    await open_shop(TenantScope(pool, tenants.neighbour))
    return await open_shop(TenantScope(pool, tenants.ours))


@pytest.fixture
async def neighbour(pool: Pool, tenants: TwoTenants, shop: Shop) -> TenantScope:
    """The neighbour's scope, to look whether anything of his changed."""
    return TenantScope(pool, tenants.neighbour)
