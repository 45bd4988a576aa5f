"""Reading stocktakes. Who may only count sees what is to be counted, and no number of the books."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from uuid import UUID

import strawberry

from api.catalog.kinds import VARIANT
from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.filters import read_where
from api.lists import found, paged
from api.nodes import NodeKind
from api.references import ExternalIdInput, only_one
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

    @root(permission=COUNT)
    async def stocktake(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Stocktake | None:
        """One stocktake, by its id or external id."""
        only_one(id=id, externalId=external_id)
        db, principal = info.context.reading, info.context.principal
        row = await found(db, tables.Stocktake, kinds.STOCKTAKE, id=id, external_id=external_id)
        seen = await stocktakes_seen(db, principal, [row["id"]] if row else [])
        return next(iter(seen.values()), None)  # type: ignore[return-value]

    @paged(permission=COUNT)
    async def stocktakes(
        self, info: Info, page: PageRequest, where: StocktakeWhere | None = None
    ) -> Connection[Stocktake]:
        """Stocktakes, the newest first."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        rows = await list_stocktakes(db, principal, page, where=asked)
        return connection(rows, partial(count_stocktakes, db, principal, where=asked))

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


async def _stocktakes(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    return await stocktakes_seen(context.reading, context.principal, ids)


STOCKTAKE_NODES: Final = [NodeKind(kinds.STOCKTAKE, "Stocktake", _stocktakes, COUNT)]
