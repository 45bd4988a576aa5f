"""How PostgreSQL reads lists: generic plans under row security walk an index and throw little away.

Two shops of 1,500 products each, so that a plan which looks past one of them shows.
"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import literal, select

from domain.catalog.facet_bits import gather_facets
from domain.catalog.facets import BRAND, Chosen, Filters
from domain.catalog.listing import rebuild_listing
from domain.catalog.product_lists import SORTS, ListOrder, list_products
from domain.catalog.tables import Attribute, Brand, Category, Channel
from domain.paging import PageRequest
from tenants.database import Pool
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tests.benchmarks.search_goods import copy_goods, made_goods
from tests.conftest import Servers
from tests.explaining import PLANS, Explaining
from tests.factories import make_tenant

pytestmark = pytest.mark.anyio

PRODUCTS = 1_500
DEFAULT_CHANNEL = Channel.__tablename__
"""The one row that says which shelf is walked along. With few shops in the database its table is a
page or two, and any way to that row is as good as its index; no other table of a list is small."""


@pytest.fixture(scope="module")
async def big(servers: Servers, database: RoleUrls, pool: Pool, platform_pool: Pool) -> TenantScope:
    """A shop with a neighbour of the same size, both analysed."""
    path = urlsplit(database.app).path
    superuser = urlunsplit(urlsplit(servers.superuser_url)._replace(path=path))
    connection = await asyncpg.connect(superuser)
    try:
        for seed in (1, 2):
            tenant_id = await make_tenant(platform_pool)
            await copy_goods(connection, made_goods(tenant_id, PRODUCTS, variants=1, seed=seed))
            scope = TenantScope(pool, tenant_id)
            async with scope.writing("test") as uow:
                await rebuild_listing(uow, most=PRODUCTS)
                await gather_facets(uow)
        for table in ("listing", "listing_shelf", "attribute_value", "channel"):
            await connection.execute(f"ANALYZE {table}")
    finally:
        await connection.close()
    return scope


async def one(scope: TenantScope, column: Any, **equal: Any) -> UUID:
    [(name, value)] = equal.items()
    table = column.class_
    found = await scope.reading.value(select(column).where(getattr(table, name) == literal(value)))
    return UUID(str(found))


@pytest.mark.parametrize("order", ListOrder)
@pytest.mark.parametrize("page", ["first", "next"])
async def test_a_page_is_a_walk_along_its_index(
    big: TenantScope, order: ListOrder, page: str
) -> None:
    category = await one(big, Category.id, title="Крепёж")
    reading = Explaining(big.pool, big.tenant_id, big.reading.now)
    after = None
    for _ in range(2 if page == "next" else 1):
        PLANS.clear()
        found = await list_products(
            reading, Filters(within=category), order, PageRequest(first=24, after=after)
        )
        after = found.cursors[-1]
    assert len(found.rows) == 24
    [plan] = PLANS
    index = f"ix_listing_shelf_channel_id_shelf_id_{SORTS[order].column.key}_product_id"
    assert index in {part.get("Index Name") for part in plan}
    gathered = [
        (part["Node Type"], part.get("Relation Name"))
        for part in plan
        if part["Node Type"] in ("Sort", "Bitmap Heap Scan", "Seq Scan")
    ]
    assert [one for one in gathered if one[1] != DEFAULT_CHANNEL] == []
    assert {part.get("Relation Name") for part in plan} - {None} == {
        "listing_shelf", "listing", DEFAULT_CHANNEL,
    }  # fmt: skip
    assert all(part["Actual Rows"] <= 1 for part in plan if _is_of(part, DEFAULT_CHANNEL))
    # Beyond the page only what ties with its first row is looked at.
    assert _thrown_away(plan) <= 30
    assert max(part["Actual Rows"] for part in plan) <= 60


async def test_filters_keep_to_indexes_of_this_shop(big: TenantScope) -> None:
    reading = Explaining(big.pool, big.tenant_id, big.reading.now)
    colour = str(await one(big, Attribute.id, code="colour"))
    length = str(await one(big, Attribute.id, code="length"))
    brand = str(await one(big, Brand.id, title="Bosch"))
    for filters in (
        Filters(available_only=True),
        Filters(price_from=100_000, price_to=150_000),
        Filters(chosen=[Chosen(colour, ["белый"])]),
        Filters(chosen=[Chosen(length, number_from=100_000)]),
        Filters(chosen=[Chosen(BRAND, [brand]), Chosen(colour, ["белый", "серый"])]),
    ):
        for order in (ListOrder.PRICE, ListOrder.TITLE):
            PLANS.clear()
            await list_products(reading, filters, order, PageRequest(first=24))
            [plan] = PLANS
            scanned = [part for part in plan if part["Node Type"] == "Seq Scan"]
            assert {part["Relation Name"] for part in scanned} <= {DEFAULT_CHANNEL}, filters
            # One walk along this shop's shelf at the worst, and a look at each product's values.
            assert _thrown_away(plan) <= 2 * PRODUCTS


def _thrown_away(plan: list[dict[str, Any]]) -> float:
    counted = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(
        float(part.get(name, 0)) * float(part["Actual Loops"])
        for part in plan
        for name in counted
        if not _is_of(part, DEFAULT_CHANNEL)
    )


def _is_of(part: dict[str, Any], table: str) -> bool:
    return part.get("Relation Name") == table
