"""Reading returns to suppliers."""

import strawberry

from api.connections import Connection
from api.lists import named, seen_listing
from api.purchasing import kinds
from api.purchasing.returns.inputs import SupplierReturnWhere
from api.purchasing.returns.types import SupplierReturn
from api.purchasing.suppliers.queries import READ
from domain.purchasing import tables
from domain.purchasing.returns.lists import count_returns, list_returns, returns_seen


@strawberry.type
class SupplierReturnQueries:
    """Root fields of returns to suppliers."""

    supplier_return: SupplierReturn | None = named(
        tables.SupplierReturn,
        kinds.RETURN,
        seen=returns_seen,
        permission=READ,
        description="One return to a supplier, by its id or external id.",
    )

    supplier_returns: Connection[SupplierReturn] = seen_listing(
        list_returns,
        count_returns,
        where=SupplierReturnWhere,
        permission=READ,
        description="Returns to suppliers, the newest first.",
    )
