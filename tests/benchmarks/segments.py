"""Measures segments at 100,000 customers: `python -m tests.benchmarks.segments`, by hand.

Fills a database of its own on the server of RYAD_TEST_DATABASE_URL (once; --fresh does it again)
with a shop of 100,000 customers who have 250,000 orders, and a small one beside it, then prints for
each rule what its count, its first page and one customer's membership take, and how much of that is
ours: "bare" is asyncpg alone running the same SQL.
"""

import argparse
import asyncio
import os
import statistics
import time
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
from sqlalchemy import literal, select

from domain.catalog.tables import Product
from domain.customers.segments.membership import are_in
from domain.customers.segments.segments import count_members, create_segment, members_page
from domain.customers.segments.snapshots import delete_snapshot, take_snapshot
from domain.customers.tables import Customer
from domain.paging import PageRequest
from migrations.run import upgrade
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls, role_urls
from tenants.scope import TenantScope
from tests.benchmarks.search import Measured, Noting, prepare_database, timed
from tests.conftest import PASSWORDS
from tests.factories import make_tenant
from tests.factories_catalog import P, V, add_products, make_window

DATABASE: Final = "ryad_benchmark_segments"
SIZES: Final = (100_000, 2_000)
ORDERS_EACH: Final = 2.5
ROUNDS: Final = 10
PAGE: Final = PageRequest(first=50)

_CUSTOMERS: Final = """
    INSERT INTO customer (tenant_id, id, first_name, last_name, birthday, language, fields,
                          created_at)
    SELECT $1, uuidv7(), 'Имя' || n, 'Фамилия' || n % 5000, date '1950-01-01' + n % 20000,
           CASE WHEN n % 3 > 0 THEN 'ru' END,
           jsonb_build_object('size', (ARRAY['S', 'M', 'L'])[n % 3 + 1], 'height', 150 + n % 50),
           now() - n % 1000 * interval '1 day'
    FROM generate_series(1, $2::int) n
"""
_TAGS: Final = """
    INSERT INTO customer_tag (tenant_id, id, customer_id, tag)
    SELECT tenant_id, uuidv7(), id, 'tag' || t FROM customer, generate_series(1, 2) t
    WHERE tenant_id = $1 AND hashtext(id::text || t) % 10 = 0
"""
_HOLD: Final = """
    INSERT INTO stock_hold (tenant_id, id, owner, asked, strategy, state, created_at)
    VALUES ($1, uuidv7(), 'benchmark', '{}', 'nearest', 'shipped', now())
"""
_ORDERS: Final = """
    INSERT INTO sales_order (tenant_id, id, number, state, source, token_hash, customer_id,
                             currency, payment_method, total_minor, due_minor, hold_id, placed_at)
    SELECT $1, uuidv7(), n, CASE WHEN n % 20 = 0 THEN 'cancelled' ELSE 'handed_over' END, 'site',
           decode(md5(n::text), 'hex'), c.ids[1 + floor(power(random(), 2) * $3::int)::int], 'RUB',
           'on_hand_over', 1000 + n % 9000, 1000 + n % 9000, h.id,
           now() - random() * interval '700 days'
    FROM generate_series(1, $2::int) n,
         (SELECT array_agg(id) AS ids FROM customer WHERE tenant_id = $1) c,
         (SELECT id FROM stock_hold WHERE tenant_id = $1) h
"""
_LINES: Final = """
    INSERT INTO order_line (tenant_id, id, order_id, position, variant_id, title, unit, step,
                            quantity, price_minor, discount_minor, total_minor, vat_code,
                            vat_prepaid_code, vat_minor, positions, trace, takes, attributes)
    SELECT o.tenant_id, uuidv7(), o.id, l, v.ids[1 + (o.number * l) % array_length(v.ids, 1)],
           'x', 'шт', 1000, 1000, 1000, 0, 1000, 1, 1, 0, '[]', '[]', '{}', '{}'
    FROM sales_order o, generate_series(1, 2) l,
         (SELECT array_agg(id) AS ids FROM variant WHERE tenant_id = $1) v
    WHERE o.tenant_id = $1
"""
_EVENTS: Final = """
    INSERT INTO event (tenant_id, id, sequence, type, entity_id, payload, actor, occurred_at)
    SELECT tenant_id, uuidv7(), 1000 + row_number() OVER () , 'customer.signed_in', id, '{}',
           'storefront', now() - random() * interval '300 days'
    FROM customer, generate_series(1, 3) WHERE tenant_id = $1
"""


async def fill(superuser_url: str, urls: RoleUrls) -> None:
    """The shops; prints how long each took."""
    connection = await asyncpg.connect(superuser_url)
    async with open_pool(urls.platform) as platform, open_pool(urls.app) as pool:
        for size in SIZES:
            started = time.perf_counter()
            tenant_id = await make_tenant(platform)
            shop = await make_window(pool, tenant_id)
            await add_products(shop, *(P(f"Чай {at}", [V(f"T{at}", 100)]) for at in range(200)))
            await connection.execute(_CUSTOMERS, tenant_id, size)
            await connection.execute(_TAGS, tenant_id)
            await connection.execute(_HOLD, tenant_id)
            await connection.execute(_ORDERS, tenant_id, int(size * ORDERS_EACH), size)
            await connection.execute(_LINES, tenant_id)
            await connection.execute(_EVENTS, tenant_id)
            print(f"{size:7} customers: {time.perf_counter() - started:5.1f} s to make")
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def rules(product_id: UUID) -> dict[str, dict[str, Any]]:
    """What is measured, by the name that is printed."""
    roubles = {"amount": "100.00", "currencyCode": "RUB"}
    return {
        "tag": {"tag": {"eq": "tag1"}},
        "no tag": {"tag": {"isNull": True}},
        "birthday within a week": {"daysToBirthday": {"lte": 7}},
        "3 orders at least": {"orders": {"count": {"gte": 3}}},
        "no orders": {"orders": {"count": {"eq": 0}}},
        "100 roubles, silent for 90 days": {
            "orders": {"sum": {"gte": roubles}, "daysSinceLast": {"gte": 90}}
        },
        "a product, twice in a year": {
            "orders": {
                "productId": {"eq": product_id},
                "daysSince": {"lte": 365},
                "count": {"gte": 2},
            }
        },
        "signed in this month": {
            "events": {"type": {"eq": "customer.signed_in"}, "daysSince": {"lte": 30}}
        },
        "no consent": {"not": {"consents": {"purpose": {"eq": "marketing"}}}},
        "tag, or orders and language": {
            "or": [
                {"tag": {"eq": "tag1"}},
                {"orders": {"count": {"gte": 5}}, "language": {"eq": "ru"}},
            ]
        },
    }


async def measure(pool: Pool, tenant_id: UUID, rounds: int) -> None:
    """Print a line for each rule."""
    scope = TenantScope(pool, tenant_id)
    product_id = await scope.reading.value(select(Product.id).limit(literal(1)))
    customer_id = await scope.reading.value(select(Customer.id).limit(literal(1)))
    columns = "".join(f"{name:>9}{'ratio':>7}" for name in ("count", "page", "one"))
    print(f"\n{'':36}{'members':>9}{columns}   (ms)")
    for name, rule in rules(product_id).items():
        reads: tuple[Measured, ...] = (
            partial(count_members, rule=rule),
            partial(members_page, rule=rule, request=PAGE),
            partial(are_in, customer_id=customer_id, rules=[rule]),
        )
        line = f"{name:36}{await count_members(scope.reading, rule):9}"
        for read in reads:
            mine, ratio = await against_bare(pool, scope, read, rounds)
            line += f"{mine:9.1f}{ratio:7.2f}"
        print(line)
    async with scope.writing("benchmark") as uow:
        segment_id = await create_segment(uow, {"title": f"{time.time()}", "where": {}})
    started = time.perf_counter()
    async with scope.writing("benchmark") as uow:
        snapshot_id = await take_snapshot(uow, segment_id)
    print(f"a snapshot of everybody: {time.perf_counter() - started:.1f} s", end=", ")
    started = time.perf_counter()
    async with scope.writing("benchmark") as uow:
        await delete_snapshot(uow, snapshot_id)
    print(f"forgotten in {time.perf_counter() - started:.1f} s")


async def against_bare(
    pool: Pool, scope: TenantScope, read: Measured, rounds: int
) -> tuple[float, float]:
    """The median of a read in milliseconds, and how much that is of the bare SQL's."""
    noting = Noting(pool, scope.tenant_id, scope.reading.now)
    await read(noting)

    async def bare() -> None:
        for text, arguments in noting.noted:
            async with pool.acquire() as connection:
                await connection.fetch(text, *arguments)

    mine = statistics.median(await timed(partial(read, scope.reading), rounds))
    return mine, mine / statistics.median(await timed(bare, rounds))


async def run(superuser_url: str, urls: RoleUrls, *, filled: bool, rounds: int) -> None:
    path = urlsplit(urls.app).path
    here = urlunsplit(urlsplit(superuser_url)._replace(path=path))
    if not filled:
        await fill(here, urls)
    connection = await asyncpg.connect(here)
    biggest = await connection.fetchval(
        "SELECT tenant_id FROM customer GROUP BY tenant_id ORDER BY count(*) DESC LIMIT 1"
    )
    await connection.close()
    async with open_pool(urls.app) as pool:
        await measure(pool, UUID(str(biggest)), rounds)


def main() -> None:
    """Read the arguments and go."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fresh", action="store_true", help="fill the database again")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    asked = arguments.parse_args()
    superuser_url = os.environ["RYAD_TEST_DATABASE_URL"]
    filled = asyncio.run(prepare_database(superuser_url, DATABASE, fresh=asked.fresh))
    urls = role_urls(superuser_url, PASSWORDS, DATABASE)
    upgrade(urls.owner)
    asyncio.run(run(superuser_url, urls, filled=filled, rounds=asked.rounds))


if __name__ == "__main__":
    main()
