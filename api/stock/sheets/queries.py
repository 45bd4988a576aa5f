"""Reading imports of balances row by row, and exports."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.lists import paged
from api.nodes import NodeKind
from api.scalars import wanted_id
from api.stock import kinds
from api.stock.sheets.types import READ, StockExport, StockImport, StockImportRow, StockImportRows
from domain.paging import PageRequest, count_of
from domain.stock.sheets.exports import exports_seen
from domain.stock.sheets.import_runs import (
    count_import_rows,
    imports_seen,
    list_import_rows,
    list_imports,
)
from domain.stock.tables import StockImport as ImportTable


@strawberry.type
class StockSheetQueries:
    """Root fields of sheets of balances."""

    @root(permission=READ)
    async def stock_import(self, info: Info, id: strawberry.ID) -> StockImport | None:
        """One import of balances: how far it is, what it adds up to."""
        asked = wanted_id(id, kinds.STOCK_IMPORT)
        return (await _imports(info.context, [asked])).get(asked)

    @root(permission=READ)
    async def stock_export(self, info: Info, id: strawberry.ID) -> StockExport | None:
        """One sheet that was asked for, and its link."""
        asked = wanted_id(id, kinds.STOCK_EXPORT)
        return (await _exports(info.context, [asked])).get(asked)

    @paged(permission=READ)
    async def stock_imports(self, info: Info, page: PageRequest) -> Connection[StockImport]:
        """All imports of balances, the newest first."""
        db = info.context.reading
        listed = await list_imports(db, info.context.principal, page)
        return connection(listed, partial(count_of, db, select(ImportTable.id)))

    @paged(permission=READ)
    async def stock_import_rows(
        self,
        info: Info,
        page: PageRequest,
        import_id: strawberry.ID,
        shown: StockImportRows = StockImportRows.CHANGED,
    ) -> Connection[StockImportRow]:
        """The rows of an import by line: by default its preview, the balances that it changes.

        They are kept for thirty days.
        """
        run, db = wanted_id(import_id, kinds.STOCK_IMPORT), info.context.reading
        rows = await list_import_rows(db, info.context.principal, run, page, shown=shown.value)
        return connection(rows, partial(count_import_rows, db, run, shown=shown.value))


async def _imports(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await imports_seen(context.reading, context.principal, ids)


async def _exports(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await exports_seen(context.reading, context.principal, ids)


STOCK_SHEET_NODES: Final = [
    NodeKind(kinds.STOCK_IMPORT, "StockImport", _imports, READ),
    NodeKind(kinds.STOCK_EXPORT, "StockExport", _exports, READ),
]
