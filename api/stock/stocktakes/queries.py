"""Reading stocktakes. Who may only count sees what is to be counted, and no number of the books."""

from functools import partial
from typing import Final

import strawberry

from api.catalog.kinds import VARIANT
from api.connections import Connection, connection
from api.context import Info
from api.lists import named, paged, seen_listing
from api.nodes import seen_kind
from api.scalars import wanted_id
from api.stock import kinds
from api.stock.stocktakes.inputs import StocktakeWhere
from api.stock.stocktakes.types import (
    COUNT,
    REVIEW,
    Stocktake,
    StocktakeCount,
    StocktakeLine,
    StocktakeLines,
    StocktakeUncounted,
)
from domain.paging import PageRequest
from domain.stock import tables
from domain.stock.stocktakes.lists import (
    count_counts,
    count_lines,
    count_stocktakes,
    count_uncounted,
    get_seen,
    list_counts,
    list_lines,
    list_stocktakes,
    list_uncounted,
    stocktakes_seen,
)
from tenants.scope import Row


@strawberry.type
class StocktakeQueries:
    """Root fields of stocktakes."""

    stocktake: Stocktake | None = named(
        tables.Stocktake,
        kinds.STOCKTAKE,
        seen=stocktakes_seen,
        permission=COUNT,
        description="One stocktake, by its id or external id.",
    )

    stocktakes: Connection[Stocktake] = seen_listing(
        list_stocktakes,
        count_stocktakes,
        where=StocktakeWhere,
        permission=COUNT,
        description="Stocktakes, the newest first.",
    )

    @paged(permission=COUNT)
    async def stocktake_uncounted(
        self, info: Info, page: PageRequest, stocktake_id: strawberry.ID
    ) -> Connection[StocktakeUncounted]:
        """What should be there and nobody has counted yet, while it is being counted."""
        db = info.context.reading
        stocktake = await _seen(info, stocktake_id)
        rows = await list_uncounted(db, stocktake, page)
        return connection(rows, partial(count_uncounted, db, stocktake))

    @paged(permission=REVIEW)
    async def stocktake_lines(
        self,
        info: Info,
        page: PageRequest,
        stocktake_id: strawberry.ID,
        shown: StocktakeLines = StocktakeLines.DIFFERING,
    ) -> Connection[StocktakeLine]:
        """What a stocktake found, once its counting is over; the greatest loss first."""
        db = info.context.reading
        stocktake = await _seen(info, stocktake_id)
        rows = await list_lines(db, stocktake, page, shown=shown.value)
        return connection(rows, partial(count_lines, db, stocktake, shown=shown.value))

    @paged(permission=REVIEW)
    async def stocktake_counts(
        self,
        info: Info,
        page: PageRequest,
        stocktake_id: strawberry.ID,
        variant_id: strawberry.ID | None = None,
    ) -> Connection[StocktakeCount]:
        """What was counted, by whom and when, as it was sent; of one variant or of all."""
        db = info.context.reading
        stocktake = await _seen(info, stocktake_id)
        wanted = None if variant_id is None else wanted_id(variant_id, VARIANT)
        rows = await list_counts(db, stocktake, page, variant_id=wanted)
        return connection(rows, partial(count_counts, db, stocktake, variant_id=wanted))


async def _seen(info: Info, stocktake_id: str) -> Row:
    """The stocktake that a list is of. Raises NotFound."""
    wanted = wanted_id(stocktake_id, kinds.STOCKTAKE)
    return await get_seen(info.context.reading, info.context.principal, wanted)


STOCKTAKE_NODES: Final = [seen_kind(kinds.STOCKTAKE, "Stocktake", stocktakes_seen, COUNT)]
