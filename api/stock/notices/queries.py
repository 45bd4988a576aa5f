"""Reading what runs low."""

import strawberry

from api.connections import Connection
from api.lists import seen_listing
from api.stock.notices.types import StockBelowMinimum
from api.stock.queries import READ, StockBalanceWhere
from domain.stock.notices.minimums import count_below_minimum, list_below_minimum


@strawberry.type
class StockAlertQueries:
    """Root fields of what runs low."""

    stock_below_minimum: Connection[StockBelowMinimum] = seen_listing(
        list_below_minimum,
        count_below_minimum,
        where=StockBalanceWhere,
        permission=READ,
        description="Of what less is available than there should be, at the locations that the "
        "caller sees.",
    )
