"""Imports of 100,000 opening balances, each against a bare COPY of the same rows, by turns.

    python -m integrations.embedded python -m tests.benchmarks.stock_import

The import is all of it: the file is read and checked row by row, staged, and then posted to the
ledger in slices. What it has written (levels, lots, their balances, movements) is then copied into
a second shop with the same goods, by one COPY a table as the superuser, on the same indexes, checks
and foreign keys. Three rounds of both, since seconds on a busy machine are what others leave;
beside them stand the CPU seconds of this process and of the server's. The bar: in the median round
at least 0.3 of the COPY's rows a second. It ends with 1 below that.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from domain.bulk import ErrorPolicy
from domain.stock.sheets.import_runs import (
    Sums,
    apply_stock_import,
    imports_by_ids,
    start_stock_import,
)
from domain.stock.sheets.imports import apply_import, check_import
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from migrations.run import upgrade
from tenants.database import Pool, open_pool
from tenants.roles import create_database, create_roles, new_role_urls, passwords_of
from tenants.scope import TenantScope
from tests.benchmarks.server.processes import cpu_seconds
from tests.factories import make_tenant
from tests.factories_catalog import Shop, make_window
from workers.memory import collect_rarely

ROWS: Final = 100_000
VARIANTS_EACH: Final = 4
QUANTITY: Final = 5_500
COST: Final = 12_345
BAR: Final = 0.3
ROUNDS: Final = 3
TABLES: Final = ("stock_level", "lot", "lot_balance", "stock_movement")

PRODUCTS: Final = """
INSERT INTO product (tenant_id, id, title, slug, kind, status, created_at, updated_at)
SELECT $1, uuidv7(), 'Tea ' || number, 'tea-' || number, 'simple', 'active', now(), now()
FROM generate_series(1, $2::int) number
"""
VARIANTS: Final = """
INSERT INTO variant (tenant_id, id, product_id, sku, position, options_key, created_at, updated_at)
SELECT $1, uuidv7(), product.id, product.slug || '-' || number, number, number::text, now(), now()
FROM product, generate_series(1, $2::int) number WHERE product.tenant_id = $1
"""
PROCESSES: Final = "SELECT pid FROM pg_stat_activity"
SKUS: Final = "SELECT sku, id FROM variant WHERE tenant_id = $1 ORDER BY sku"

Superuser: TypeAlias = "asyncpg.Connection[Any]"


@dataclass(slots=True)
class Spent:
    """Seconds by the clock, and of the CPU by this process and by the server's."""

    wall: float = 0.0
    client: float = 0.0
    server: float = 0.0

    def __str__(self) -> str:
        return f"{self.wall:5.1f} s (CPU: client {self.client:.1f}, server {self.server:.1f})"


@asynccontextmanager
async def spending(superuser: Superuser, spent: Spent) -> AsyncIterator[None]:
    """Add what is done inside to `spent`."""
    server = await server_seconds(superuser)
    wall, client = time.perf_counter(), time.process_time()
    yield
    spent.wall += time.perf_counter() - wall
    spent.client += time.process_time() - client
    spent.server += await server_seconds(superuser) - server


async def server_seconds(superuser: Superuser) -> float:
    """CPU seconds of the processes that the server has now; it has to be on this machine."""
    return sum([cpu_seconds(row["pid"]) for row in await superuser.fetch(PROCESSES)])


async def fill(superuser: Superuser, tenant_id: UUID) -> dict[str, UUID]:
    """Goods without stock; their ids by SKU."""
    await superuser.execute(PRODUCTS, tenant_id, ROWS // VARIANTS_EACH)
    await superuser.execute(VARIANTS, tenant_id, VARIANTS_EACH)
    return dict(await superuser.fetch(SKUS, tenant_id))


async def import_all(superuser: Superuser, scope: TenantScope, file: Path) -> tuple[Spent, Spent]:
    """What the check and the application take."""
    expected = Sums(ROWS, ROWS * QUANTITY, ROWS * round(COST * QUANTITY / 1000))
    check, application = Spent(), Spent()
    async with scope.writing("benchmark") as uow:
        import_id = await start_stock_import(
            uow, kind="opening", file_key="-", columns={}, expected=expected
        )
    async with spending(superuser, check):
        await check_import(scope, import_id, file, open_sheet)
    async with scope.writing("benchmark") as uow:
        await apply_stock_import(uow, import_id, policy=ErrorPolicy.REJECT_ALL)
    async with spending(superuser, application):
        await apply_import(scope, import_id)
    run = (await imports_by_ids(scope.reading, [import_id]))[import_id]
    assert run["status"] == "done", dict(run)
    return check, application


async def copy_all(
    superuser: Superuser, ours: Shop, theirs: Shop, variants: dict[UUID, UUID]
) -> Spent:
    """What a COPY of each table's rows into the other shop takes, all together."""
    spent = Spent()
    places = {ours.location: theirs.location}
    for table in TABLES:
        rows = await superuser.fetch(
            f"SELECT * FROM {table} WHERE tenant_id = $1", ours.scope.tenant_id
        )
        columns = list(rows[0].keys())
        here = {"tenant_id": {ours.scope.tenant_id: theirs.scope.tenant_id}}
        changed: dict[str, dict[UUID, UUID]] = {
            **here, "variant_id": variants, "location_id": places
        }  # fmt: skip
        records = [
            tuple(changed[name][row[name]] if name in changed else row[name] for name in columns)
            for row in rows
        ]
        assert len(records) == ROWS
        async with spending(superuser, spent):
            await superuser.copy_records_to_table(table, columns=columns, records=records)
    return spent


async def one_round(superuser: Superuser, pool: Pool, platform: Pool) -> float:
    """An import into a new shop, then a COPY into another; the COPY's seconds of the import's."""
    ours, theirs = [await make_window(pool, await make_tenant(platform)) for _ in range(2)]
    skus, others = [await fill(superuser, one.scope.tenant_id) for one in (ours, theirs)]
    await superuser.execute("ANALYZE")
    with TemporaryDirectory() as folder:
        file = Path(folder, "balances.csv")
        rows = [(sku, "5.5", "123.45") for sku in skus]
        write_sheet("csv", [("sku", "quantity", "unit_cost"), *rows], file)
        check, application = await import_all(superuser, ours.scope, file)
    copy = await copy_all(superuser, ours, theirs, {skus[sku]: others[sku] for sku in skus})
    ratio = copy.wall / (check.wall + application.wall)
    print(f"checked {check}, applied {application}, COPY {copy}: {ratio:.2f}", flush=True)
    return ratio


async def main(superuser_url: str) -> bool:
    urls = new_role_urls(superuser_url, "ryad_benchmark")
    await create_roles(superuser_url, passwords_of(urls))
    await create_database(superuser_url, "ryad_benchmark")
    await asyncio.to_thread(upgrade, urls.owner)
    superuser = await asyncpg.connect(superuser_url, database="ryad_benchmark")
    print(
        f"{ROWS} balances, {ROUNDS} rounds; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"
    )
    collect_rarely()  # as a worker does
    async with open_pool(urls.app) as pool, open_pool(urls.platform) as platform:
        ratios = [await one_round(superuser, pool, platform) for _ in range(ROUNDS)]
    await superuser.close()
    median = statistics.median(ratios)
    print(f"ratio in the median round {median:.2f}; bar {BAR}; load {os.getloadavg()[0]:.1f}")
    return median >= BAR


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main(os.environ["RYAD_TEST_DATABASE_URL"])) else 1)
