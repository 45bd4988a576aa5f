"""Reading imports of balances row by row, and exports."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.lists import by_id, paged
from api.nodes import NodeKind
from api.scalars import wanted_id
from api.stock import kinds
from api.stock.sheet_types import READ, StockExport, StockImport, StockImportRow, StockImportRows
from domain.paging import PageRequest, count_of
from domain.stock.exports import exports_by_ids
from domain.stock.import_runs import (
    count_import_rows,
    imports_by_ids,
    list_import_rows,
    list_imports,
)
from domain.stock.tables import StockImport as ImportTable


@strawberry.type
class StockSheetQueries:
    """Root fields of sheets of balances."""

    stock_import: StockImport | None = by_id(
        imports_by_ids,
        kinds.STOCK_IMPORT,
        permission=READ,
        description="One import of balances: how far it is, what it adds up to.",
    )

    stock_export: StockExport | None = by_id(
        exports_by_ids,
        kinds.STOCK_EXPORT,
        permission=READ,
        description="One sheet that was asked for, and its link.",
    )

    @paged(permission=READ)
    async def stock_imports(self, info: Info, page: PageRequest) -> Connection[StockImport]:
        """All imports of balances, the newest first."""
        db = info.context.reading
        return connection(
            await list_imports(db, page), partial(count_of, db, select(ImportTable.id))
        )

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
    return await imports_by_ids(context.reading, ids)


async def _exports(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await exports_by_ids(context.reading, ids)


STOCK_SHEET_NODES: Final = [
    NodeKind(kinds.STOCK_IMPORT, "StockImport", _imports, READ),
    NodeKind(kinds.STOCK_EXPORT, "StockExport", _exports, READ),
]
