"""Reading what runs low."""

from functools import partial

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.filters import read_where
from api.lists import paged
from api.stock.notices.types import StockBelowMinimum
from api.stock.queries import READ, StockBalanceWhere
from domain.paging import PageRequest
from domain.stock.notices.minimums import count_below_minimum, list_below_minimum


@strawberry.type
class StockAlertQueries:
    """Root fields of what runs low."""

    @paged(permission=READ)
    async def stock_below_minimum(
        self, info: Info, page: PageRequest, where: StockBalanceWhere | None = None
    ) -> Connection[StockBelowMinimum]:
        """Of what less is available than there should be, at the locations that the caller sees."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        found = await list_below_minimum(db, principal, page, where=asked)
        return connection(found, partial(count_below_minimum, db, principal, where=asked))
