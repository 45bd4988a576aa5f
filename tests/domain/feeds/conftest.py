"""A shop with a source to import from; the neighbour has the same, from the same file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.catalog.entities import Edit
from domain.feeds.imports import import_price_list
from domain.feeds.report import list_problems
from domain.feeds.runs import start_import
from domain.feeds.sources import create_source, update_source
from domain.feeds.spool import OpenList
from domain.feeds.tables import ImportRun
from domain.paging import PageRequest
from tenants.database import Pool
from tenants.scope import Row, TenantScope
from tests.conftest import TwoTenants
from tests.domain.catalog.conftest import open_shop


@dataclass(frozen=True)
class Importer:
    """A shop and its source."""

    scope: TenantScope
    source_id: UUID
    shop: Any

    async def set(self, **changes: Any) -> None:
        """Change the source."""
        async with self.scope.writing("test") as uow:
            await update_source(uow, Edit(self.source_id, changes))

    async def problems(self, run_id: UUID) -> list[tuple[str, str | None, str | None]]:
        """Code, offer and value of what the run's report tells."""
        page = await list_problems(self.scope.reading, run_id, PageRequest(first=100))
        return [(row["code"], row["external_id"], row["value"]) for row in page.rows]

    async def start(self) -> UUID:
        async with self.scope.writing("test") as uow:
            return await start_import(uow, source=self.source_id, file_key="list.yml")

    async def run(self, opened: OpenList) -> Row:
        """A whole run; its row."""
        run_id = await self.start()
        await import_price_list(self.scope, run_id, opened)
        return await self.row(run_id)

    async def row(self, run_id: UUID) -> Row:
        row = await self.scope.reading.row(select(ImportRun).where(ImportRun.id == run_id))
        assert row is not None
        return row

    async def versions(self, tables: Sequence[Any]) -> dict[str, list[Any]]:
        """Which transaction wrote each row: the same again when nothing was written."""
        found: dict[str, list[Any]] = {}
        async with self.scope.writing("test") as uow:
            for table in tables:
                name = table.__tablename__
                rows = await uow.connection.fetch(
                    f"SELECT xmin::text, cmin::text, * FROM {name} ORDER BY {name}::text"
                )
                found[name] = [tuple(row) for row in rows]
        return found


async def open_importer(scope: TenantScope) -> Importer:
    shop = await open_shop(scope)
    async with scope.writing("test") as uow:
        source_id = await create_source(uow, {"title": "Опт", "code": "opt"})
    return Importer(scope, source_id, shop)


@pytest.fixture
async def importer(pool: Pool, tenants: TwoTenants) -> Importer:
    return await open_importer(TenantScope(pool, tenants.ours))


@pytest.fixture
async def neighbour(pool: Pool, tenants: TwoTenants) -> Importer:
    return await open_importer(TenantScope(pool, tenants.neighbour))
