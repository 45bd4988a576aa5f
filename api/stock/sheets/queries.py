"""Reading imports of balances row by row, and exports."""

from functools import partial
from typing import Final, cast

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.lists import paged
from api.nodes import seen_kind
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
        seen = await imports_seen(info.context.reading, info.context.principal, [asked])
        return cast("StockImport | None", seen.get(asked))

    @root(permission=READ)
    async def stock_export(self, info: Info, id: strawberry.ID) -> StockExport | None:
        """One sheet that was asked for, and its link."""
        asked = wanted_id(id, kinds.STOCK_EXPORT)
        seen = await exports_seen(info.context.reading, info.context.principal, [asked])
        return cast("StockExport | None", seen.get(asked))

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


STOCK_SHEET_NODES: Final = [
    seen_kind(kinds.STOCK_IMPORT, "StockImport", imports_seen, READ),
    seen_kind(kinds.STOCK_EXPORT, "StockExport", exports_seen, READ),
]
